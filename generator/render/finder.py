"""Lists in which readers find things, page by page: rows, choices and the pager.

This module alone knows how long a page of a list is, and where it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import PurePosixPath

from generator.cite import Reference, Run
from generator.render import words
from generator.render.listing import INDEX_FOLDER, Column, Group, Listing, version
from generator.routes import path_of, url_of

ROWS_A_PAGE = 250
ROWS_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value that can be chosen, and how many rows have it."""

    id: str
    label: str
    section: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Choices below one heading, which may be empty."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A choice that a reader has; a range is chosen by its ends."""

    name: str
    label: str
    sections: tuple[Section, ...]
    is_range: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column's heading; `sorted` is `ascending`, `descending` or empty."""

    name: str
    label: str
    falling: bool
    sorted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A step of the pager; a gap has no link."""

    label: str
    link: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One page of a list; addresses are seen from it.

    `index` is the address of the list's index; of the rows that are found in it, `at_once` are
    shown at a time.
    """

    path: PurePosixPath
    number: int
    listing: Listing
    heads: tuple[Head, ...]
    fields: tuple[Field, ...]
    index: str
    at_once: int
    turns: tuple[Turn, ...]

    @property
    def title(self) -> str:
        """The list's title, with the number of a later page."""
        more = f", page {self.number}" if self.number > 1 else ""
        return f"{self.listing.title}{more}"

    @property
    def rows(self) -> tuple[tuple[Reference, ...], ...]:
        """The cells of each row; worked out only when they are asked for."""
        first = (self.number - 1) * ROWS_A_PAGE
        rows = range(first, min(first + ROWS_A_PAGE, self.listing.total))
        return tuple(_row(self.listing, row, _root(self.path)) for row in rows)

    @property
    def told(self) -> str:
        """How much of the list stands on this page."""
        all_of_them = words.counted(self.listing.total, self.listing.one, self.listing.many)
        first = (self.number - 1) * ROWS_A_PAGE + 1
        last = min(first + ROWS_A_PAGE - 1, self.listing.total)
        if not self.turns:
            return f"{all_of_them}."
        shown = words.number(first) + (f" to {words.number(last)}" if last > first else "")
        return f"{shown} of {all_of_them}."

    def tally(self, facet: str) -> tuple[Choice, ...]:
        """How many rows of the whole list have each value of a facet."""
        return next(_tally(g, at) for g, at in _facets(self.listing) if g.facets[at].name == facet)


def parts(listing: Listing) -> Iterator[Part]:
    """The pages of a list; an empty list has one."""
    heads, fields = tuple(_heads(listing)), tuple(_fields(listing))
    index = f"{INDEX_FOLDER}/{listing.name}.json?v={version(listing)}"
    last = max(1, -(-listing.total // ROWS_A_PAGE))
    for number in range(1, last + 1):
        path = _path(listing.name, number)
        root = _root(path)
        yield Part(
            path=path,
            number=number,
            listing=listing,
            heads=heads,
            fields=fields,
            index=f"{root}{index}",
            at_once=ROWS_AT_ONCE,
            turns=tuple(_turns(listing.name, number, last, root)),
        )


def _path(name: str, number: int) -> PurePosixPath:
    """Later pages stand in a folder of their own, where no record's page can ever stand."""
    first = path_of(f"page:{name}")
    return first if number == 1 else PurePosixPath(name) / "page" / f"{number}.md"


def _root(path: PurePosixPath) -> str:
    """The way from a page to the site's root; a page that is no index has a folder of its own."""
    depth = len(path.parts) if path.name != "index.md" else len(path.parent.parts)
    return "../" * depth


def _heads(listing: Listing) -> Iterator[Head]:
    for column in listing.columns:
        rising, falling = listing.order == column.name, listing.order == f"-{column.name}"
        yield Head(
            name=column.name,
            label=column.label,
            falling=column.falling,
            sorted="ascending" if rising else "descending" if falling else "",
        )


def _facets(listing: Listing) -> Iterator[tuple[Group, int]]:
    """Every facet, as its group and its place in it."""
    return ((one, at) for one in listing.groups for at in range(len(one.facets)))


def _tally(one: Group, at: int) -> tuple[Choice, ...]:
    """How many rows have each known value of a facet."""
    having = Counter(code for row in one.rows for code in {thing[at] for thing in row})
    return tuple(
        Choice(id=value.id, label=value.label, section=value.section, rows=having[code])
        for code, value in enumerate(one.facets[at].values)
        if value.known
    )


def _fields(listing: Listing) -> Iterator[Field]:
    """The facets that have more than one value to choose from."""
    for one, at in _facets(listing):
        facet, choices = one.facets[at], _tally(one, at)
        if len(choices) > 1:
            yield Field(
                name=facet.name,
                label=facet.label,
                is_range=facet.is_range,
                sections=tuple(
                    Section(label=label, choices=tuple(own))
                    for label, own in groupby(choices, key=lambda choice: choice.section)
                ),
            )


def _row(listing: Listing, row: int, root: str) -> tuple[Reference, ...]:
    """The cells of a row, with addresses as seen from a page."""
    return tuple(
        tuple(_seen_from(root, run) for run in _cell(listing, column, row))
        for column in listing.columns
    )


def _cell(listing: Listing, column: Column, row: int) -> Reference:
    written = listing.cells.get(column.name)
    if written is not None:
        return written[row]
    one = next(g for g in listing.groups if g.facets[0].name == column.name)
    labels = (one.facets[0].values[code].label for (code,) in one.rows[row])
    return (Run(text=", ".join(labels)),)


def _seen_from(root: str, run: Run) -> Run:
    return run if run.href is None or "://" in run.href else replace(run, href=root + run.href)


def _turns(name: str, number: int, last: int, root: str) -> Iterator[Turn]:
    """Previous, the first and last pages and those around this one, next; nothing for one page."""
    if last == 1:
        return
    first = root + url_of(f"page:{name}")
    links = [first, *(f"{root}{name}/page/{later}/" for later in range(2, last + 1))]
    if number > 1:
        yield Turn(label="Previous", link=links[number - 2])
    before = 0
    for page in sorted({1, last, *range(max(1, number - 2), min(last, number + 2) + 1)}):
        if page > before + 1:
            yield Turn(label="…")
        yield Turn(label=str(page), link=links[page - 1], current=page == number)
        before = page
    if number < last:
        yield Turn(label="Next", link=links[number])
