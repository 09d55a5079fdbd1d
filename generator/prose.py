"""What a brief's Markdown may hold, as a small closed tree; there is no node for raw HTML.

`load` builds this tree from Markdown; `render` writes it out again as Markdown or Typst. Text in it
is plain Unicode: whoever writes it out escapes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from generator.model import ClaimBlock, Slot
from generator.problem import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain text."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Text set as code."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A line break that the writer asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Emphasised or strong text."""

    kind: Literal["emphasis", "strong"]
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link: `target` is an https address, a mailto address, `#anchor`, or a route such as
    `brief:reasons`, `study:ahlgren2001`, `outcome:cheer`, `theme:cold-halls`, `page:methods` (each
    with an optional `#anchor`)."""

    target: str
    children: tuple[Inline, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One cited work, with a place in it such as 'p. 12'."""

    key: str
    locator: str = ""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """A group of citations: in brackets, or in the sentence ("Felton et al. (1995)")."""

    citations: tuple[Citation, ...]
    narrative: bool = False


Inline: TypeAlias = Text | Code | Break | Marked | Link | Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph."""

    children: tuple[Inline, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of level 2 to 4; a brief's title is its front matter's."""

    level: int
    children: tuple[Inline, ...]
    anchor: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A bulleted or numbered list."""

    ordered: bool
    items: tuple[tuple[Block, ...], ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A quotation."""

    blocks: tuple[Block, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with one head row."""

    head: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim: the paragraph that states it and the block that says what it is about.

    `place` is the block's first line inside the fence, so that its keys can be found below it.
    """

    block: ClaimBlock
    statement: Paragraph
    heading: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotBlock:
    """A fenced block to be drawn from the data."""

    slot: Slot
    place: Place


Block: TypeAlias = Paragraph | Heading | Items | Quote | Table | Claim | SlotBlock


def plain(children: tuple[Inline, ...]) -> str:
    """The text of inlines without marks; citations are left out, breaks become spaces."""
    parts: list[str] = []
    for child in children:
        match child:
            case Text(value=value) | Code(value=value):
                parts.append(value)
            case Break():
                parts.append(" ")
            case Marked(children=inner) | Link(children=inner):
                parts.append(plain(inner))
            case Cite():
                # The space that stood before the citation goes with it.
                parts = ["".join(parts).rstrip()]
    return "".join(parts)


def inlines_of(block: Block) -> Iterator[tuple[Inline, ...]]:
    """Every run of inlines in a block, in reading order."""
    match block:
        case Paragraph(children=children) | Heading(children=children):
            yield children
        case Items(items=items):
            for item in items:
                for inner in item:
                    yield from inlines_of(inner)
        case Quote(blocks=blocks):
            for inner in blocks:
                yield from inlines_of(inner)
        case Table(head=head, rows=rows):
            yield from head
            for row in rows:
                yield from row
        case Claim(statement=statement):
            yield statement.children
        case SlotBlock():
            pass


def walk(children: tuple[Inline, ...]) -> Iterator[Inline]:
    """Every inline, outer before inner."""
    for child in children:
        yield child
        if isinstance(child, Marked | Link):
            yield from walk(child.children)


def citations_in(children: tuple[Inline, ...]) -> tuple[Citation, ...]:
    """Every citation in a run of inlines, in order."""
    return tuple(
        citation for node in walk(children) if isinstance(node, Cite) for citation in node.citations
    )
