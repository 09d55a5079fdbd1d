"""What a list is: its columns, facets and rows, and the index of it that the page's script reads.

This module alone knows the shape of the files in data/finder/, which assets/finder.js reads when
somebody first filters or sorts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Literal, TypeAlias

from generator.cite import Reference

ROWS_A_CHUNK = 500
INDEX_FOLDER = PurePosixPath("data/finder")

Codes: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One of the values of a facet; `section` is the heading that it stands below in a choice.

    A value that is not `known` stands for the lack of one: it is shown but cannot be chosen.
    """

    id: str
    label: str
    section: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Something by which a list can be filtered; a range is filtered by its first and last value.

    The values that are not known stand last.
    """

    name: str
    label: str
    values: tuple[Value, ...]
    is_range: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Facets that one and the same thing of a row must meet, such as one finding of a study.

    `rows` holds for each row its things, and for each of these the place of its value in every
    facet.
    """

    facets: tuple[Facet, ...]
    rows: tuple[tuple[Codes, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its cells are written out, or are the labels of the facet of its name.

    `falling` says that the first press of its heading sorts from the highest down.
    """

    name: str
    label: str
    falling: bool = False


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A whole list, in the order in which it is shown, which is that of the column `order`
    (`-year` for falling years).

    `cells` holds the columns that are written out; addresses in them are seen from the site's root.
    `keys` holds what a column sorts by where it is neither a facet nor the list's own order; None
    comes last. `words` holds what a row is found by, beside its first cell.
    """

    name: Literal["studies", "outcomes", "references"]
    title: str
    one: str
    many: str
    sought: str
    order: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    cells: Mapping[str, tuple[Reference, ...]]
    words: tuple[str, ...]
    keys: Mapping[str, tuple[int | None, ...]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return len(self.words)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What the files of the list hold, in their order."""
        return tuple(_texts(self))


# --- facets ----------------------------------------------------------------------------------


def group(rows: Sequence[Iterable[tuple[str, ...]]], *facets: Facet) -> Group:
    """A group from the ids that each row's things have, one of each facet.

    Values that no row has are left out. Raises KeyError on an id that is no value of its facet.
    """
    seen = [{thing[at] for row in rows for thing in row} for at in range(len(facets))]
    kept = tuple(
        replace(facet, values=tuple(value for value in facet.values if value.id in used))
        for facet, used in zip(facets, seen, strict=True)
    )
    places = [{value.id: code for code, value in enumerate(facet.values)} for facet in kept]
    coded = (
        dict.fromkeys(tuple(map(dict.__getitem__, places, thing)) for thing in row) for row in rows
    )
    return Group(facets=kept, rows=tuple(map(tuple, coded)))


def ranks(keys: Iterable[object]) -> tuple[int, ...]:
    """The place of each key among all of them, from 0; equal keys share a place."""
    listed = list(keys)
    order = {key: place for place, key in enumerate(sorted(set(listed)))}  # type: ignore[type-var]
    return tuple(order[key] for key in listed)


# --- the index -------------------------------------------------------------------------------


def files(listing: Listing) -> Iterator[tuple[PurePosixPath, str]]:
    """The files that the page's script reads, by their paths: facets and keys of all rows, and
    cells and words in chunks, which are numbered from 1."""
    names = (f"{listing.name}{f'-{number}' if number else ''}.json" for number in range(10**6))
    for name, text in zip(names, listing.texts, strict=False):
        yield INDEX_FOLDER / name, text


def version(listing: Listing) -> str:
    """A name for what the files of a list hold, so that a browser never mixes old and new ones."""
    return hashlib.sha256("".join(listing.texts).encode()).hexdigest()[:12]


def _texts(listing: Listing) -> Iterator[str]:
    yield _json(
        {
            "rows": listing.total,
            "chunk": ROWS_A_CHUNK,
            "groups": [_columnar(one) for one in listing.groups],
            "keys": listing.keys,
        }
    )
    for first in range(0, listing.total, ROWS_A_CHUNK):
        chunk = slice(first, first + ROWS_A_CHUNK)
        cells = {name: list(map(_compact, column[chunk])) for name, column in listing.cells.items()}
        yield _json({"cells": cells, "words": listing.words[chunk]})


def _columnar(one: Group) -> dict[str, Any]:
    """A group with one number a thing: the places in its facets as digits of a mixed radix, the
    last facet's first. A row with one thing has its number bare."""
    coded = ([_number(one, thing) for thing in row] for row in one.rows)
    return {
        "facets": [
            {
                "name": facet.name,
                "ids": [value.id for value in facet.values],
                "labels": [value.label for value in facet.values],
                "known": sum(value.known for value in facet.values),
                "range": facet.is_range,
            }
            for facet in one.facets
        ],
        "rows": [row[0] if len(row) == 1 else row for row in coded],
    }


def _number(one: Group, thing: Codes) -> int:
    number = 0
    for facet, code in zip(one.facets, thing, strict=True):
        number = number * len(facet.values) + code
    return number


def _compact(cell: Reference) -> str | list[Any]:
    """Plain text bare; a link as text and address; italics as a text alone in a list."""
    runs = [
        [run.text, run.href] if run.href else [run.text] if run.italic else run.text for run in cell
    ]
    return runs[0] if len(runs) == 1 and isinstance(runs[0], str) else runs


def _json(value: object) -> str:
    """Short JSON that stays harmless inside a page."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e") + "\n"
