"""Finds words and phrases in a text: whole, in any case, and whether they are denied there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_REACH = 3
# So many phrases are quickly tried one after the other, wherever a word begins.
_FEW = 100
_WORD = re.compile(r"\w+")
# What is a word of its own though it hangs on another one: 'didn't'.
_ENDINGS = frozenset({"n't", "n’t"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A word or phrase where it stands in a text."""

    word: str
    start: int
    end: int


def hits(text: str, words: Iterable[str]) -> Iterator[Hit]:
    """Every place where one of the words or phrases stands, the longest at each place."""
    listed = tuple(words)
    found = _pattern(listed).finditer(text) if len(listed) <= _FEW else _looked_up(text, listed)
    for match in found:
        yield Hit(word=match[0], start=match.start(), end=match.end())


def has_word(text: str, words: Iterable[str]) -> bool:
    """Whether a text holds one of the words or phrases."""
    return next(hits(text, words), None) is not None


def follows(text: str, hit: Hit, words: Iterable[str], reach: int = _REACH) -> bool:
    """Whether one of `words` stands among the few words before a hit, in the same clause."""
    before = re.split(r"[,;:.!?()]", text[: hit.start])[-1].split()[-reach:]
    return has_word(" ".join(before), words)


def plain_hits(text: str, words: Iterable[str], negations: Iterable[str]) -> Iterator[Hit]:
    """The hits that no negation stands before: 'clearly' in 'did not clearly differ' is none."""
    denying = tuple(negations)
    return (hit for hit in hits(text, words) if not follows(text, hit, denying))


def _looked_up(text: str, words: tuple[str, ...]) -> Iterator[re.Match[str]]:
    """The places of many phrases: each is looked for only where its first word stands."""
    index = _by_first_word(words)
    found = list(_pattern(index.get("", ())).finditer(text))
    for word in _WORD.finditer(text):
        phrases = index.get(word[0].casefold())
        match = _pattern(phrases).match(text, word.start()) if phrases else None
        found.extend([match] if match else [])
    end = 0
    for match in sorted(found, key=lambda each: each.start()):
        if match.start() >= end:
            yield match
            end = match.end()


@lru_cache(maxsize=64)
def _by_first_word(words: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Phrases by the word that they begin with; empty for those that begin with something else."""
    index: dict[str, list[str]] = {}
    for phrase in words:
        first = _WORD.match(phrase) if phrase.lower() not in _ENDINGS else None
        index.setdefault(first[0].casefold() if first else "", []).append(phrase)
    return {first: tuple(phrases) for first, phrases in index.items()}


@lru_cache(maxsize=1024)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that matches nothing where there are no words; any white space is a space."""
    longest = sorted(filter(str.strip, words), key=len, reverse=True)
    endings = [_spelt(word) for word in longest if word.lower() in _ENDINGS]
    whole = "|".join(_spelt(word) for word in longest if word.lower() not in _ENDINGS)
    choices = [*([rf"(?<!\w)(?:{whole})"] if whole else []), *endings]
    return re.compile(rf"(?:{'|'.join(choices) or '(?!)'})(?!\w)", re.IGNORECASE)


def _spelt(word: str) -> str:
    return r"\s+".join(map(re.escape, word.split()))
