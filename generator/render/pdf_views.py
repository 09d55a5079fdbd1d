"""What templates of printed documents are given: one typed value a document."""

from __future__ import annotations

from dataclasses import dataclass

from generator.render.pdf_plots import DirectionTable, Forest
from generator.render.typst import Plain, Typst
from generator.render.views import Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One study (or review) on a claim: what it says, and where that was read."""

    address: Plain
    cited: str
    direction: Plain
    word: str
    kind: str
    statement: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Studies named in one line, with what sets them apart."""

    label: str
    works: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedClaim:
    """A claim with its standing, who speaks for it and who does not."""

    anchor: Plain
    statement: Typst
    badge: Badge
    why: str
    about: str
    is_outcome: bool
    pro: tuple[Said, ...]
    con: tuple[Said, ...]
    apart: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """A claim's subject and standing, where its section's heading gives the message."""

    about: str
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One main message, with how sure we are of it."""

    anchor: Plain
    text: str
    sureness: tuple[Sureness, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrary:
    """A finding that does not support a claim."""

    about: str
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedReference:
    """A reference with what was checked about it."""

    key: Plain
    text: Typst
    state: str
    warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedBrief:
    """All that a brief's documents say; `version` names this content."""

    slug: Plain
    site: str
    title: str
    kind: str
    question: str
    summary: str
    updated: str
    date: tuple[int, int, int]
    warnings: tuple[str, ...]
    messages: tuple[Message, ...]
    more: str
    contrary: tuple[Contrary, ...]
    tested: tuple[str, ...]
    checked: str
    body: Typst
    directions: DirectionTable
    forests: tuple[Forest, ...]
    standings: tuple[Badge, ...]
    references: tuple[PrintedReference, ...]
    citation: Typst
    licence: str
    address: Plain
    short_address: str
    code: tuple[tuple[int, int, int], ...]
    code_width: int
    own_group: str
    version: str = ""
