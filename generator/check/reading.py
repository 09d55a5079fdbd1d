"""The rule about plain language: briefs for the public stay easy to read.

The grade is that of Kincaid and others (1975): 0.39 words per sentence + 11.8 syllables per word
- 15.59. Syllables are counted by groups of vowels, so a grade is right to a few tenths of a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from generator.appraise import Evidence
from generator.check.rule import Fault
from generator.library import Brief, Library
from generator.problem import Place, Severity
from generator.prose import Block, Claim, Heading, Items, Paragraph, Quote, plain

HARDEST = 9.0
FEWEST_WORDS = 60

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<![.!?])[.!?]++(?=[\"”’')]*(?:\s|\Z))")
_VOWELS = re.compile(r"[aeiouyà-æè-ïò-öù-ü]+")
_SILENT_E = re.compile(r"(?:[^aeiouyl]|[aeiouy]l)es?\Z")
_SILENT_ED = re.compile(r"[^aeiouydt]ed\Z")
_ES = re.compile(r"(?:[sxzcg]|[cs]h)es\Z")  # 'places' has the syllable that 'place' has not
_PARTED = re.compile(
    r"i[ao](?!u)(?<!tia)(?<!cia)(?<!tio)(?<!sio)(?<!gio)|[^q]ua(?=l|t)|eo(?=u)|ying"
)


def reading_grade(library: Library, _: Evidence) -> Iterator[Fault]:
    """Each section of a brief for the public can be read at school grade 9 (a warning)."""
    for brief in library.briefs.values():
        if brief.front.audience != "public":
            continue
        for place, name, text in _sections(brief):
            words = len(_WORD.findall(text))
            if words >= FEWEST_WORDS and (found := grade(text)) > HARDEST:
                yield Fault(
                    place=place,
                    message=f"the section '{name}' reads at school grade {found:.1f}; briefs for"
                    f" the public keep to {HARDEST:.0f}",
                    hint="Use shorter sentences and shorter words.",
                    severity=Severity.WARNING,
                )


def _sections(brief: Brief) -> Iterator[tuple[Place, str, str]]:
    """The prose below each heading: its place, its heading, and its text."""
    place, name, texts = Place(path=brief.path), brief.front.title, list[str]()
    for block in brief.blocks:
        if isinstance(block, Heading):
            yield place, name, " ".join(texts)
            place, name, texts = block.place, plain(block.children).strip(), []
        else:
            texts.extend(_texts(block))
    yield place, name, " ".join(texts)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(children=children):
            yield _ended(plain(children))
        case Claim(statement=statement):
            yield _ended(plain(statement.children))
        case Items(items=items):
            yield from _all_texts(inner for item in items for inner in item)
        case Quote(blocks=blocks):
            yield from _all_texts(blocks)
        case _:
            pass


def _all_texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _texts(block)


def _ended(text: str) -> str:
    """A text without room for citations before its points, ended as a sentence."""
    text = re.sub(r" ([.,;:!?])", r"\1", " ".join(text.split()))
    return text if text.endswith((".", "!", "?")) else f"{text}."


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of an English text: the school year that can read it."""
    words = _WORD.findall(text.lower())
    sentences = len(_SENTENCE_END.findall(text)) or 1
    if not words:
        return 0.0
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59


@lru_cache(maxsize=1 << 14)
def syllables(word: str) -> int:
    """About how many syllables an English word in lower case has; at least one.

    On the briefs' own words the sum is within one per cent of a pronouncing dictionary's.
    """
    stem = word.removesuffix("'s").removesuffix("’s")
    count = len(_VOWELS.findall(stem)) + len(_PARTED.findall(stem)) + bool(_ES.search(stem))
    return max(count - bool(_SILENT_E.search(stem)) - bool(_SILENT_ED.search(stem)), 1)
