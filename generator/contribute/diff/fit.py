"""Makes a comment of parts that may be too long for it: what is left out is said in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

FOLDED_ABOVE: Final = 12
_SPARE: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a comment: a title, a head such as that of a table, and items.

    `items` stand on lines of their own, with blank lines between them where they are `apart`;
    `noun` names one and several of them. A section that `folds` is closed where it is long.
    """

    title: str
    noun: tuple[str, str]
    items: tuple[str, ...]
    head: str = ""
    apart: bool = False
    folds: bool = True


def fit(lead: str, sections: Sequence[Section], limit: int, rest: str) -> str:
    """The lead and the sections in at most `limit` characters, as a code host counts them.

    The first section may take all the room there is, each later one half of what is left. Items
    that do not fit are left out, and a sentence says how many and where they are (`rest`).
    """
    sections = [section for section in sections if section.items]
    whole = [_written(section, section.items, rest) for section in sections]
    if _length("\n\n".join((lead, *whole))) < limit:
        return "\n\n".join((lead, *whole)) + "\n"
    return "\n\n".join((lead, *_cut(sections, limit - _length(lead), rest))) + "\n"


def _cut(sections: Sequence[Section], room: int, rest: str) -> Iterator[str]:
    for number, section in enumerate(sections):
        reserved = _SPARE * (len(sections) - number)
        share = room - reserved if number == 0 else (room - reserved) // 2
        text = _written(section, _fitting(section, share), rest)
        room -= _length(text) + 2
        yield text


def _fitting(section: Section, room: int) -> tuple[str, ...]:
    """The items that there is room for, in order; one that is too long is passed over."""
    room -= _length(section.head)
    kept = []
    for item in section.items:
        size = _length(item) + 2
        if size <= room:
            kept.append(item)
            room -= size
    return tuple(kept)


def _written(section: Section, items: Sequence[str], rest: str) -> str:
    one, many = section.noun
    left = len(section.items) - len(items)
    parts = []
    if items:
        table = f"{section.head}\n" if section.head else ""
        parts.append(table + ("\n\n" if section.apart else "\n").join(items))
    if left:
        parts.append(f"{left:,} {one if left == 1 else many} left out here for length. {rest}")
    body = "\n\n".join(parts)
    title = f"{section.title} ({len(section.items):,})"
    if section.folds and len(items) > FOLDED_ABOVE:
        return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"
    return f"### {title}\n\n{body}"


def _length(text: str) -> int:
    """The length as a code host counts it: in UTF-16, where a rare character counts twice."""
    return len(text.encode("utf-16-le")) // 2
