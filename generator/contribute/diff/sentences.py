"""Which sentences of a brief changed: prose as sentences with their citations, aligned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from rapidfuzz.fuzz import ratio

from generator.check.sentences import Sentence, sentences_of
from generator.contribute.diff.changes import SentenceChange
from generator.library import Brief
from generator.prose import (
    Break,
    Citation,
    Cite,
    Claim,
    Code,
    Heading,
    Inline,
    Link,
    Marked,
    SlotBlock,
    Text,
    inlines_of,
    plain,
    walk,
)

# Stands for a citation that is part of its sentence. A capital letter, because that is what
# begins a sentence; of a script in which no brief is written.
_NAMED: Final = "\U00016e40"
_BEFORE_STOP: Final = re.compile(r" (?=[.,;:!?)])")
_ALIKE: Final = 50.0
# How far ahead a sentence looks for its new form, and how much of both is compared.
_AHEAD: Final = 8
_COMPARED: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A sentence of a brief, with the heading and the claim that it stands under."""

    text: str
    heading: str = ""
    claim: str = ""


def spoken(brief: Brief) -> Iterator[Spoken]:
    """The sentences below a brief's head in reading order, citations as ``[@key]``.

    Links and blocks that draw from the data are given as sentences of their own.
    """
    heading = ""
    for block in brief.blocks:
        if isinstance(block, Heading):
            heading = plain(block.children)
        context = Spoken(text="", heading=heading)
        if isinstance(block, Claim):
            context = replace(context, claim=block.block.id)
        if isinstance(block, SlotBlock):
            options = ", ".join(f"{name} {value}" for name, value in block.slot.options.items())
            yield replace(context, text=f"[{block.slot.kind}: {options}]")
        for run in inlines_of(block):
            yield from (replace(context, text=text) for text in _texts(run))


def changed_sentences(
    before: Sequence[Spoken], after: Sequence[Spoken]
) -> tuple[tuple[SentenceChange, ...], int]:
    """The sentences that changed, and how many only stand elsewhere now."""
    pairs = list(_aligned(before, after))
    gone = Counter(old.text for old, new in pairs if old and not new)
    come = Counter(new.text for old, new in pairs if new and not old)
    moved = gone & come
    count = moved.total()
    kept = _without(_without(pairs, moved.copy(), old_side=True), moved.copy(), old_side=False)
    return tuple(_change(old, new) for old, new in kept), count


_Pair = tuple[Spoken | None, Spoken | None]


def _without(pairs: Iterable[_Pair], moved: Counter[str], *, old_side: bool) -> list[_Pair]:
    """The pairs without the moved sentences of one side."""
    kept = []
    for old, new in pairs:
        lone = (old if new is None else None) if old_side else (new if old is None else None)
        if lone is not None and moved[lone.text]:
            moved[lone.text] -= 1
        else:
            kept.append((old, new))
    return kept


def _change(old: Spoken | None, new: Spoken | None) -> SentenceChange:
    context = new or old or Spoken(text="")
    return SentenceChange(
        heading=context.heading,
        claim=context.claim,
        before=old.text if old else None,
        after=new.text if new else None,
    )


def _aligned(before: Sequence[Spoken], after: Sequence[Spoken]) -> Iterator[_Pair]:
    """Each sentence that differs with the form that it has on the other side, if it has one."""
    old, new = [one.text for one in before], [one.text for one in after]
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if tag != "equal":
            yield from _matched(before[start + i1 : start + i2], after[start + j1 : start + j2])


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many sentences both begin with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _matched(before: Sequence[Spoken], after: Sequence[Spoken]) -> Iterator[_Pair]:
    """Sentences of one stretch, each with the first that is like it, in order; one that stands
    where one stood is its new form, however unlike."""
    if len(before) == len(after) == 1:
        yield before[0], after[0]
        return
    position = 0
    for old in before:
        ahead = range(position, min(position + _AHEAD, len(after)))
        found = next((i for i in ahead if _alike(old.text, after[i].text)), None)
        if found is None:
            yield old, None
            continue
        yield from ((None, new) for new in after[position:found])
        yield old, after[found]
        position = found + 1
    yield from ((None, new) for new in after[position:])


def _alike(one: str, other: str) -> bool:
    return ratio(one[:_COMPARED], other[:_COMPARED], score_cutoff=_ALIKE) > 0


def _texts(run: tuple[Inline, ...]) -> Iterator[str]:
    named: list[Cite] = []
    stand_in = tuple(_marked(run, named))
    left = iter(named)
    for sentence in sentences_of(stand_in):
        text = _written(sentence)
        while _NAMED in text:
            text = text.replace(_NAMED, _in_words(next(left)), 1)
        yield text
    for node in walk(run):
        if isinstance(node, Link):
            yield f"[{plain(node.children)}]({node.target})"


def _marked(children: Iterable[Inline], named: list[Cite]) -> Iterator[Inline]:
    """The run without emphasis and links, with a letter for each citation inside a sentence."""
    for child in children:
        match child:
            case Text(value=value) | Code(value=value):
                yield Text(value=value.replace(_NAMED, ""))
            case Marked(children=inner) | Link(children=inner):
                yield from _marked(inner, named)
            case Cite(narrative=True):
                named.append(child)
                yield Text(value=_NAMED)
            case Cite() | Break():
                yield child


def _written(sentence: Sentence) -> str:
    """A sentence with its citations in brackets where they stand."""
    parts = []
    for passage in sentence.passages:
        parts.append(passage.text)
        if passage.citations:
            parts.append(f"[{'; '.join(map(_cited, passage.citations))}]")
    return _BEFORE_STOP.sub("", " ".join(filter(None, parts)))


def _cited(citation: Citation) -> str:
    return f"@{citation.key}, {citation.locator}" if citation.locator else f"@{citation.key}"


def _in_words(cite: Cite) -> str:
    places = (f"@{c.key} [{c.locator}]" if c.locator else f"@{c.key}" for c in cite.citations)
    return " and ".join(places)
