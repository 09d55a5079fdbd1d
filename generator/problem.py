"""What a contributor must mend, and where: this module alone knows what a problem is made of.

Problems are values for contributors' mistakes; exceptions are for bugs and broken machines.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = str | int


class Severity(StrEnum):
    """How much a problem weighs: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spot in a source file: a line and column (both from 1), or keys still to be found below it.

    `keys` is a path inside the YAML or BibTeX that starts at `line`, such as
    ``("findings", 0, "outcome")``. A place with keys is turned into a line and a column by
    `generator.load.positions.locate`, only when there is something to report.
    """

    path: str
    line: int = 1
    column: int = 1
    keys: tuple[Key, ...] = ()

    def at(self, *keys: Key) -> Place:
        """The place of something inside this one."""
        return replace(self, keys=(*self.keys, *keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend: where it is, which rule it breaks, what must be true, and a hint."""

    place: Place
    rule: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems sorted by file, then line, then column; the same problem told twice is told once."""
    unique = dict.fromkeys(problems)
    return tuple(
        sorted(
            unique, key=lambda p: (p.place.path, p.place.line, p.place.column, p.rule, p.message)
        )
    )


def nearest(value: str, allowed: Iterable[str]) -> str:
    """A hint that names the allowed value most like `value`, or all of them when they are few."""
    options = list(allowed)
    close = get_close_matches(value.lower(), options, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{close[0]}'?"
    if 0 < len(options) <= 12:
        return "Use one of: " + ", ".join(sorted(options)) + "."
    return ""
