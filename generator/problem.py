"""What a contributor must mend, and where: this module alone knows what a problem is made of.

Problems are values for contributors' mistakes; exceptions are for bugs and broken machines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = str | int

# Shorter words have too many neighbours that are words as well.
_MENDABLE_LETTERS = 5
_MENDABLE_LENGTH = 100
_GAPS = re.compile(r"[\s_-]+")


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
        # Asked for every term of every record, so written out: `replace` takes three times as long.
        keys = (*self.keys, *keys)
        return Place(path=self.path, line=self.line, column=self.column, keys=keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What a machine may write at a problem's place: `new` instead of `old`.

    `generator.load.positions.locate` keeps a fix only where `old` stands there, letter for letter.
    """

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend: where it is, which rule it breaks, what must be true, a hint, and a fix
    where there is only one way to mend it."""

    place: Place
    rule: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    fix: Fix | None = None


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
    meant = mend(value, options)
    close = [meant.new] if meant else get_close_matches(value.lower(), options, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{close[0]}'?"
    if 0 < len(options) <= 12:
        return "Use one of: " + ", ".join(sorted(options)) + "."
    return ""


def mend(value: str, allowed: Iterable[str], *, mark: str = "") -> Fix | None:
    """The fix for a slip of the pen, where only one allowed value can be meant.

    It differs in capitals, spaces, hyphens and underscores alone; or it is the only one within two
    slips, and one slip away (a letter more, less or other, or two swapped), with at least five
    letters. How each word begins, and all from the first digit on, is never a slip: 'unrest' is not
    'rest', and 'smith2020a' is not 'smith2020b'. `mark` stands before the value in the file.
    """
    if len(value) > _MENDABLE_LENGTH:
        return None
    options = [option for option in allowed if option != value]
    meant = [option for option in options if _bare(option) == _bare(value)]
    if not meant:
        meant = [option for option in options if _slips(value, option) <= 2]
        if len(meant) != 1 or not _is_slip(value, meant[0]):
            return None
    return Fix(old=f"{mark}{value}", new=f"{mark}{meant[0]}") if len(meant) == 1 else None


def _is_slip(value: str, option: str) -> bool:
    """Whether a value is a longer word with one letter wrong that is not its first."""
    ours, theirs = _bare(value), _bare(option)
    return (
        _slips(value, option) == 1
        and min(len(ours[0]), len(theirs[0])) >= _MENDABLE_LETTERS
        and ours[1] == theirs[1]
        and _initials(value) == _initials(option)
    )


def _slips(value: str, option: str) -> int:
    """How many slips lead from one to the other; 3 stands for more than two."""
    from rapidfuzz.distance import OSA  # slow to import, and only problems need it

    return OSA.distance(value.casefold(), option.casefold(), score_cutoff=2)


@lru_cache(maxsize=20_000)
def _bare(value: str) -> tuple[str, str]:
    """The letters before the first digit, and all from it on, in lower case."""
    letters, *rest = re.split(r"(?=\d)", value.casefold(), maxsplit=1)
    return _GAPS.sub("", letters), "".join(rest)


def _initials(value: str) -> list[str]:
    return [word[0] for word in _GAPS.split(value.casefold()) if word]
