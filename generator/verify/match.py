"""Whether a registry's record describes a work of ours, and where the two differ. Pure.

A record is the same work if its title is ours (after folding, or at least 0.95 alike with the same
numerals) unless its authors and also its year or container are others'; or if the title is less
alike but authors, year and container, or the place in the volume, are ours. Years one apart are a
paper that was online first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from generator.model import Difference, Name, Work
from generator.names import inverted
from generator.verify.fold import (
    folded,
    likeness,
    numerals,
    page_limits,
    same_family,
    same_journal,
    same_person,
    volume_number,
    words,
)
from generator.verify.record import Record

SAME_TITLE: Final = 0.95
NEAR_TITLE: Final = 0.7
_IN_CONTAINER: Final = frozenset({"article", "incollection", "inproceedings"})
_SUBTITLE_MARKS: Final = (":", "?", "!", ".", "—", "–", " - ")

TitleVerdict = Literal["same", "alike", "cut", "longer", "near", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A work beside a record: `same` if they are one work; the fields that agree and those that
    differ (what one side does not say is in neither); and notes for people."""

    same: bool
    title: TitleVerdict
    agrees: frozenset[str]
    differs: tuple[Difference, ...]
    notes: tuple[str, ...] = ()


def compare(work: Work, record: Record) -> Comparison:
    """Compare a work with a registry's record of it."""
    title = judge_title(work.title, record.titles)
    found = tuple(_fields(work, record))
    differs = {name: difference for name, difference in found if difference is not None}
    agrees = {name for name, difference in found if difference is None}
    same = _is_same(title, work, record, differs, agrees)
    # Alike titles count as one only where everything that names a work agrees as well.
    sure = not {"year", "first_author", "container"} & set(differs)
    if title == "same" or (title in {"alike", "longer"} and sure):
        agrees.add("title")
    else:
        told = Difference(field="title", ours=work.title, theirs=record.title)
        differs = {"title": told, **differs}
    return Comparison(
        same=same,
        title=title,
        agrees=frozenset(agrees),
        differs=tuple(differs.values()),
        notes=tuple(_notes(title, differs, record)) if same else (),
    )


def judge_title(ours: str, theirs: tuple[str, ...]) -> TitleVerdict:
    """How a title stands to the forms of a record's title, the fullest of which comes first.

    `cut`: ours is the beginning of theirs; `longer`: theirs lacks our subtitle.
    """
    mine, full = words(ours), words(theirs[0]) if theirs else ()
    verdicts: set[TitleVerdict] = {_title_beside(ours, each) for each in theirs}
    if "same" in verdicts and not _begins(mine, full):
        return "same"
    if _begins(mine, full):
        return "cut"
    order: tuple[TitleVerdict, ...] = ("alike", "longer", "near")
    return next((verdict for verdict in order if verdict in verdicts), "other")


def _title_beside(ours: str, theirs: str) -> TitleVerdict:
    if "".join(words(ours)) == "".join(words(theirs)):
        return "same"
    alike = likeness(ours, theirs)
    if alike >= SAME_TITLE and numerals(ours) == numerals(theirs):
        return "alike"
    if _lacks_subtitle(ours, theirs):
        return "longer"
    return "near" if alike >= NEAR_TITLE else "other"


def _begins(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return 0 < len(short) < len(long) and long[: len(short)] == short


def _lacks_subtitle(ours: str, theirs: str) -> bool:
    """Whether theirs is ours up to a sign that begins a subtitle."""
    return any(
        words(ours[:spot]) == words(theirs) != ()
        for mark in _SUBTITLE_MARKS
        for spot in _spots(ours, mark)
    )


def _spots(text: str, mark: str) -> Iterator[int]:
    spot = text.find(mark)
    while spot != -1:
        yield spot
        spot = text.find(mark, spot + 1)


def _is_same(
    title: TitleVerdict,
    work: Work,
    record: Record,
    differs: dict[str, Difference],
    agrees: set[str],
) -> bool:
    strangers = _strangers(work.authors, record.authors)
    others = {"year", "container"} & set(differs)
    if title in {"same", "alike", "cut", "longer"}:
        return not (strangers and others)
    if strangers or "year" in differs:
        return False
    if title == "near":
        return True
    return bool(agrees & {"first_author"}) and {"volume", "pages"} <= agrees


def _strangers(ours: tuple[Name, ...], theirs: tuple[Name, ...]) -> bool:
    """Whether both sides name persons, and not one of them is on both."""
    mine, others = _persons(ours), _persons(theirs)
    return bool(mine and others) and not any(same_family(a, b) for a in mine for b in others)


def _persons(names: Iterable[Name]) -> list[Name]:
    return [name for name in names if not name.group]


def _fields(work: Work, record: Record) -> Iterator[tuple[str, Difference | None]]:
    """Each field that both sides give: with the difference, or None where they agree."""
    yield from _author_fields(work, record)
    if work.year is not None and record.years:
        near = any(abs(work.year - year) <= 1 for year in record.years)
        theirs = " or ".join(map(str, record.years))
        yield "year", _differ("year", str(work.year), theirs, agree=near)
    if work.container and record.containers and work.type in _IN_CONTAINER:
        same = any(same_journal(work.container, each) for each in record.containers)
        yield "container", _differ("container", work.container, record.containers[0], agree=same)
    if work.volume and record.volume:
        same = volume_number(work.volume) == volume_number(record.volume)
        yield "volume", _differ("volume", work.volume, record.volume, agree=same)
    yield from _page_fields(work, record)


def _author_fields(work: Work, record: Record) -> Iterator[tuple[str, Difference | None]]:
    mine, theirs = _persons(work.authors), _persons(record.authors)
    if not theirs:
        return
    if mine and not work.authors[0].group and not record.authors[0].group:
        same = same_person(mine[0], theirs[0])
        pair = inverted(mine[0]), inverted(theirs[0])
        yield "first_author", _differ("first_author", *pair, agree=same)
    added = _unmatched(mine, theirs) if record.complete else []
    missing = _unmatched(theirs, mine)
    if any(name.group for name in work.authors) and not mine:
        missing = []  # a group stands for them
    pair = "; ".join(map(inverted, added)), "; ".join(map(inverted, missing))
    yield "authors", _differ("authors", *pair, agree=not (added or missing))


def _unmatched(ours: list[Name], theirs: list[Name]) -> list[Name]:
    """Those of ours who are not among theirs, each of whom stands for one of ours at most."""
    left = list(theirs)
    unmatched = []
    for name in ours:
        found = next((other for other in left if same_person(name, other)), None)
        found = found or next((other for other in left if same_family(name, other)), None)
        if found is None:
            unmatched.append(name)
        else:
            left.remove(found)
    return unmatched


def _page_fields(work: Work, record: Record) -> Iterator[tuple[str, Difference | None]]:
    mine = [page_limits(text) for text in (work.pages, work.article_number)]
    theirs = [page_limits(text) for text in (record.pages, record.article_number)]
    ours_first = {first for first, _ in mine if first}
    theirs_first = {first for first, _ in theirs if first}
    if not ours_first or not theirs_first:
        return
    ends = {last for _, last in (mine[0], theirs[0]) if last}
    agree = bool(ours_first & theirs_first) and len(ends) < 2
    if agree or theirs[0][0]:
        told = work.pages or work.article_number, record.pages or record.article_number
        yield "pages", _differ("pages", *told, agree=agree)


def _differ(field: str, ours: str, theirs: str, *, agree: bool) -> Difference | None:
    return None if agree else Difference(field=field, ours=ours, theirs=theirs)


def _notes(title: TitleVerdict, differs: dict[str, Difference], record: Record) -> Iterator[str]:
    if title == "cut":
        yield f"The title is cut short; in full it is: {record.title}"
    names = differs.get("authors")
    if names is not None and names.ours:
        yield f"Not an author according to {record.registry}: {names.ours}"
    if names is not None and names.theirs:
        yield f"An author is missing: {names.theirs}"
    if "first_author" in differs and not (names and names.ours):
        yield "The order of the authors is another."


def is_title_of(ours: str, theirs: str) -> bool:
    """Whether two titles are the same after folding."""
    return folded(ours) == folded(theirs)
