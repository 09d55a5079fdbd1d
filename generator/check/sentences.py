"""Takes a claim's paragraph apart: sentences, the words before each citation, and clauses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.prose import Break, Citation, Cite, Code, Inline, Link, Marked, Text

# Citations stand in the text as one character each: in brackets, or as a part of the sentence.
_BRACKETED, _NARRATIVE = "\ue000", "\ue001"
_MARKS = re.compile(f"[{_BRACKETED}{_NARRATIVE}]")
_END = re.compile(
    rf"(?<![.!?])[.!?]++[\"”’')]*+(?:\s*+{_BRACKETED})*+(?=\s+[\"“‘(]*[^\W\d_a-z]|\s+\d|\s+{_NARRATIVE}|\s*\Z)"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:al|e\.g|i\.e|vs|cf|ca|etc|approx|dr|mr|mrs|ms|st|nos?|pp?|[a-z]))\.\Z", re.IGNORECASE
)
_LONGEST_ABBREVIATION = len("approx.")
_CLAUSES = re.compile(
    r"[;:–—]|, (?:and|but|while|whereas|yet|though|although|which|or)\b"
    r"| (?:but|while|whereas|though|although) "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The words that lead up to a group of citations; none at a sentence's uncited end."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence, in the passages that its citations divide it into."""

    passages: tuple[Passage, ...]
    names_source: bool = False

    @property
    def text(self) -> str:
        """Its words, without citations."""
        return " ".join(" ".join(passage.text for passage in self.passages).split())

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What it cites, in order."""
        return tuple(citation for passage in self.passages for citation in passage.citations)

    @property
    def keys(self) -> frozenset[str]:
        """The works that it cites."""
        return frozenset(citation.key for citation in self.citations)

    @property
    def asks(self) -> bool:
        """Whether it is a question, which claims nothing."""
        return self.text.endswith("?")


def sentences_of(children: tuple[Inline, ...]) -> tuple[Sentence, ...]:
    """The sentences of a paragraph; a citation behind a full stop belongs to what it follows."""
    cites: list[Cite] = []
    text = "".join(_flat(children, cites))
    left = iter(cites)
    found = (_sentence(piece, left) for piece in _split(text))
    return tuple(sentence for sentence in found if sentence.text or sentence.citations)


def clauses_of(text: str) -> tuple[str, ...]:
    """The parts of a sentence that commas with a conjunction, semicolons and colons divide."""
    return tuple(part.strip() for part in _CLAUSES.split(text) if part.strip())


def _flat(children: Iterable[Inline], cites: list[Cite]) -> Iterator[str]:
    for child in children:
        match child:
            case Text(value=value) | Code(value=value):
                yield _MARKS.sub(" ", value)
            case Break():
                yield " "
            case Marked(children=inner) | Link(children=inner):
                yield from _flat(inner, cites)
            case Cite(narrative=narrative):
                cites.append(child)
                yield _NARRATIVE if narrative else _BRACKETED


def _split(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        stop = end.start() + 1
        near = text[max(start, stop - _LONGEST_ABBREVIATION - 1) : stop]
        if text[end.start()] == "." and _ABBREVIATED.search(near):
            continue
        yield text[start : end.end()]
        start = end.end()
    yield text[start:]


def _sentence(piece: str, cites: Iterator[Cite]) -> Sentence:
    passages: list[Passage] = []
    text, own, named = "", (), False  # type: tuple[str, tuple[Citation, ...], bool]
    for part in re.split(f"([{_BRACKETED}{_NARRATIVE}])", piece):
        if part not in (_BRACKETED, _NARRATIVE):
            text += part
            continue
        own += next(cites).citations
        named = named or part == _NARRATIVE
        if part == _BRACKETED:
            passages.append(Passage(text=" ".join(text.split()), citations=own))
            text, own = "", ()
    if text.strip() or own:
        passages.append(Passage(text=" ".join(text.split()), citations=own))
    return Sentence(passages=tuple(passages), names_source=named)
