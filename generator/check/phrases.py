"""Finds words and phrases in a text: whole, in any case, and whether they are denied there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_REACH = 3
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
    for match in _pattern(tuple(words)).finditer(text):
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


@lru_cache(maxsize=1024)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that matches nothing where there are no words; any white space is a space."""
    longest = sorted(words, key=len, reverse=True)
    endings = [_spelt(word) for word in longest if word.lower() in _ENDINGS]
    whole = "|".join(_spelt(word) for word in longest if word.lower() not in _ENDINGS)
    choices = [*([rf"(?<!\w)(?:{whole})"] if whole else []), *endings]
    return re.compile(rf"(?:{'|'.join(choices) or '(?!)'})(?!\w)", re.IGNORECASE)


def _spelt(word: str) -> str:
    return r"\s+".join(map(re.escape, word.split()))
