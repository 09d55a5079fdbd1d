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
    """All that a brief's documents say; `version` names this content, and `code` leads to it."""

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
    own_group: str
    version: str = ""
    code: Plain = Plain("")  # noqa: RUF009 - a text like any other


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedStudy:
    """A study in a list; `address` is its page, empty where the site has none."""

    title: str
    address: Plain
    cited: Typst
    design: str
    size: str
    country: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedStudies:
    """The studies that a brief asks for."""

    rows: tuple[PrintedStudy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointingWay:
    """How many studies point one way, in words, and the way itself, to be drawn."""

    direction: Plain
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapField:
    """A category in a line of the evidence map; no ways are a gap."""

    category: str
    ways: tuple[PointingWay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLine:
    """An outcome in the evidence map: every field, those with studies, and the gaps by name."""

    outcome: str
    address: Plain
    fields: tuple[MapField, ...]
    studied: tuple[MapField, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedMap:
    """Outcomes by categories for one population; `across`, categories are columns, else they are
    named line by line, because they do not fit across a page."""

    level: int
    population: str
    columns: tuple[str, ...]
    across: bool
    lines: tuple[MapLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedStep:
    """A stage of a selection, and what was taken out after it (`taken_out` is a number, or that
    it is not reported, or empty)."""

    label: str
    count: str
    note: str
    taken_out: str
    reasons: str
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFlow:
    """How a review searched and chose; `facts` are labels with what the review says."""

    title: str
    steps: tuple[PrintedStep, ...]
    facts: tuple[tuple[str, str], ...]
    source: Typst
