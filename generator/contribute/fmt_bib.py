"""The one form of the library: entries sorted and written anew, comments where they belong.

A comment is what stands between entries: text, or an @comment. It stays above the entry that it
precedes, or behind the one on whose last line it begins. What a blank line parts from the first
entry stays at the top, and what follows the last one stays at the end.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generator.bibtex import dump_bibtex
from generator.load.bibentries import Entry, Fault, Lines, read_entries
from generator.load.bibtex import parse_bibtex
from generator.problem import Place, Problem, Severity

_COMMENT_ENTRY = re.compile(r"@[ \t]*comment\b", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_BEFORE_PARAGRAPH = re.compile(r"\n\n+[ \t]*")
# These warnings tell of something that is in the file and in no work.
_LOSING = frozenset({"field-not-kept"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """An entry by its key, the comment above it, and the one behind its closing brace."""

    key: str
    above: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """What a library holds besides its works: comments, and where they stand."""

    head: str
    pieces: tuple[_Piece, ...]
    foot: str


def format_bibtex(text: str, path: str) -> tuple[str | None, tuple[Problem, ...]]:
    """A library in its one form, with all its comments.

    None with the problems that stand in the way: faults in entries, and whatever would be lost.
    """
    works, problems = parse_bibtex(text, path)
    entries, faults = read_entries(text)
    comments = [fault for fault in faults if _is_comment(fault, text)]
    hindering = [*_hindering(problems, comments, text), *_crowded(entries, comments, text, path)]
    if hindering:
        return None, tuple(hindering)
    formatted = dump_bibtex(works.values())
    if comments and entries:
        layout = _layout(text, entries, comments)
        formatted = _with_comments(formatted, layout)
    if not entries or formatted == text:
        return text, ()
    again, _ = parse_bibtex(formatted, path)
    if again != works or _words_outside(formatted) != _words_outside(text):
        message = "The library could not be put in its form without a change to what it says."
        hint = "Move the comments that stand between its entries to its end."
        place = Place(path=path)
        return None, (Problem(place=place, rule="cannot-format", message=message, hint=hint),)
    return formatted, ()


def _is_comment(fault: Fault, text: str) -> bool:
    """Whether what the loader refuses is a comment, which stands in nobody's way here."""
    return fault.rule == "stray-text" or (
        fault.rule == "unsupported-bibtex" and _COMMENT_ENTRY.match(text, fault.offset) is not None
    )


def _hindering(
    problems: Sequence[Problem], comments: Sequence[Fault], text: str
) -> Iterator[Problem]:
    lines = Lines.of(text)
    told = {(*lines.spot(comment.offset), comment.rule) for comment in comments}
    for problem in problems:
        weighs = problem.severity is Severity.ERROR or problem.rule in _LOSING
        if weighs and (problem.place.line, problem.place.column, problem.rule) not in told:
            yield problem


def _crowded(
    entries: Sequence[Entry], comments: Sequence[Fault], text: str, path: str
) -> Iterator[Problem]:
    """Entries of which it cannot be told what belongs to them and what to a comment."""
    lines = Lines.of(text)
    for entry, gap in zip(entries, _gaps(text, entries, comments), strict=False):
        line, column = lines.spot(entry.offset)
        message = ""
        if gap.rpartition("\n")[2].strip():
            message = f"The entry '{entry.key}' must begin on a line of its own."
        elif not entry.whole:
            message = f"The entry '{entry.key}' seems to end before its last brace."
        if message:
            place = Place(path=path, line=line, column=column)
            yield Problem(place=place, rule="cannot-format", message=message)


def _gaps(text: str, entries: Sequence[Entry], comments: Sequence[Fault]) -> list[str]:
    """The comments before each entry and after the last, from where the first of them begins.

    Such a piece starts with the line break where it does not begin on the line before it ends on.
    """
    starts = [comment.offset for comment in comments]
    edges = [0, *(entry.offset for entry in entries), len(text)]
    gaps = []
    for start, end in pairwise(edges):
        number = bisect_left(starts, start)
        first = starts[number] if number < len(starts) else end
        between = text[start:first]
        broken = "\n" in between[len(between.rstrip()) :]
        gaps.append(("\n" if broken else "") + text[first:end] if first < end else "")
    return gaps


def _layout(text: str, entries: Sequence[Entry], comments: Sequence[Fault]) -> _Layout:
    before_first, *gaps = _gaps(text, entries, comments)
    head, above = _split_head(before_first)
    pieces = []
    for entry, gap in zip(entries, gaps, strict=True):
        behind, others = _split_behind(gap)
        pieces.append(_Piece(key=entry.key, above=above, behind=behind))
        above = others
    return _Layout(head=head, pieces=tuple(pieces), foot=above)


def _split_head(gap: str) -> tuple[str, str]:
    """What stands before the first entry, into what belongs to the file and to that entry."""
    end = max((match.end() for match in _BLANK_LINE.finditer(gap)), default=0)
    return _tidy(gap[:end]), _tidy(gap[end:])


def _split_behind(gap: str) -> tuple[str, str]:
    """What follows an entry, into what stands on its last line and what below it."""
    if gap.startswith(("\n", "@")):
        return "", _tidy(gap)
    behind, _, others = gap.partition("\n")
    return behind.strip(), _tidy(others)


def _tidy(comment: str) -> str:
    """A comment with one blank line between paragraphs, and without white space around them and
    at the ends of lines."""
    lines = "\n".join(line.rstrip() for line in comment.split("\n"))
    return _BEFORE_PARAGRAPH.sub("\n\n", lines).strip()


def _with_comments(formatted: str, layout: _Layout) -> str:
    """The formatted works with the comments in their places."""
    entries, _ = read_entries(formatted)
    edges = [*(entry.offset for entry in entries), len(formatted)]
    pieces = {piece.key: piece for piece in layout.pieces}
    written = [layout.head] if layout.head else []
    for entry, (start, end) in zip(entries, pairwise(edges), strict=True):
        piece = pieces[entry.key]
        lines = [piece.above, f"{formatted[start:end].rstrip()} {piece.behind}".rstrip()]
        written.append("\n".join(filter(None, lines)))
    written += [layout.foot] if layout.foot else []
    return "\n\n".join(written) + "\n"


def _words_outside(text: str) -> Counter[str]:
    """The words of all comments, whatever their order."""
    entries, faults = read_entries(text)
    gaps = _gaps(text, entries, [fault for fault in faults if _is_comment(fault, text)])
    return Counter(word for gap in gaps for word in gap.split())
