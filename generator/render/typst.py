"""Writes data and prose as Typst in which nothing is code but what we put there.

This module alone knows how text becomes harmless in Typst: every text is a string literal, in which
only the backslash and the quotation mark have a meaning, and those are escaped. A template prints
values, never text: whatever it prints arrives as a literal of the same shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import chain
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from generator.cite import Reference
from generator.prose import (
    Block,
    Break,
    Cite,
    Claim,
    Code,
    Heading,
    Inline,
    Items,
    Link,
    Marked,
    Paragraph,
    Quote,
    SlotBlock,
    Table,
    Text,
)
from generator.render.glyphs import printable

LONGEST_WORD: Final = 32
_PIECE: Final = 16
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_ADDRESS_SAFE = "/:?#@!$&'()*+,;=%-._~"


class Typst(str):
    """Typst markup that we wrote: the only text that is not escaped when it is printed."""

    __slots__ = ()


class Plain(str):
    """A text that stays a string and is never made content: a key, an anchor, an address."""

    __slots__ = ()


def string(text: str) -> Typst:
    """A text as a string literal, for places that take no markup, such as a document's title."""
    safe = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return Typst(f'"{safe}"')


def shown(text: str) -> Typst:
    """A text as markup that shows it as it is; a very long word may be broken between its letters.

    The semicolon ends the literal, so that nothing which follows can be read as part of it.
    """
    parts: list[str] = []
    position = 0
    for word in _LONG_WORD.finditer(text):
        parts += _literals([text[position : word.start()]])
        parts.append(_breakable(word[0]))
        position = word.end()
    parts += _literals([text[position:]])
    return Typst("".join(parts))


def _breakable(word: str) -> str:
    if word.startswith(("https://", "http://")):
        # The typesetter knows where an address may be broken.
        return "".join(_literals([word]))
    pieces = [word[start : start + _PIECE] for start in range(0, len(word), _PIECE)]
    return "#h(0pt);".join(_literals(pieces))


def _literals(texts: Iterable[str]) -> list[str]:
    return [f"#{string(text)};" for text in texts if text]


def address(target: str) -> Typst:
    """A link's target as a string literal, with every unusual character percent-encoded."""
    return string(quote(target, safe=_ADDRESS_SAFE))


def linked(target: str, body: Typst) -> Typst:
    """Markup that leads to an address; only its words where there is no address."""
    return Typst(f"#link({address(target)})[{body}];") if target else body


def cited(key: str, body: Typst) -> Typst:
    """Markup that leads to a work in the reference list; each template says how (`cited`)."""
    return Typst(f"#cited({string(key)})[{body}];")


def runs(reference: Reference, *, linking: bool = True) -> Typst:
    """Runs of a reference or a citation as markup."""
    parts = []
    for run in reference:
        body = shown(run.text)
        if run.italic:
            body = Typst(f"#emph[{body}];")
        parts.append(linked(run.href, body) if run.href and linking else body)
    return joined(parts)


def joined(parts: Iterable[Typst], between: str = "") -> Typst:
    """Pieces of markup one after the other, with a text between them."""
    return Typst((shown(between) if between else "").join(parts))


def literal(value: object) -> Typst:
    """Any value of a view as a Typst literal of the same shape.

    Markup becomes content, text a string (content where it holds a word too long for a
    line, unless it is `Plain`),
    dataclasses and mappings dictionaries, sequences arrays. Raises TypeError for anything else,
    above all for markup that was written for another kind of page.
    """
    match value:
        case None:
            return Typst("none")
        case bool():
            return Typst("true" if value else "false")
        case int() | float():
            return Typst(repr(value)) if value >= 0 else Typst(f"({value!r})")
        case Typst():
            return Typst(f"[{value}]")
        case Markup():
            raise TypeError("this markup was written for another kind of page")
        case Plain():
            return string(value)
        case str():
            return Typst(f"[{shown(value)}]") if _LONG_WORD.search(value) else string(value)
        case Mapping():
            return _dictionary((string(name), one) for name, one in value.items())
        case tuple() | list():
            return Typst(f"({''.join(f'{literal(item)}, ' for item in value)})")
        case _ if is_dataclass(value) and not isinstance(value, type):
            names = (field.name for field in fields(value))
            return _dictionary((f'"{name}"', getattr(value, name)) for name in names)
    raise TypeError(f"a page cannot print a {type(value).__name__}")


def _dictionary(items: Iterable[tuple[str, object]]) -> Typst:
    """A dictionary whose names are literals already."""
    inside = ", ".join(f"{name}: {literal(value)}" for name, value in items)
    return Typst(f"({inside})" if inside else "(:)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes prose: `link` turns a route into a web address (empty: no link), `cite` writes
    citations, `block` writes claims and slots."""

    link: Callable[[str], str]
    cite: Callable[[Cite], Typst]
    block: Callable[[Claim | SlotBlock], Typst]

    def blocks(self, blocks: Iterable[Block]) -> Typst:
        """Blocks with blank lines between them."""
        return Typst("\n\n".join(self.one(block) for block in blocks))

    def one(self, block: Block) -> Typst:
        """One block."""
        match block:
            case Paragraph(children=children):
                return self.inline(children)
            case Heading(level=level, children=children):
                return Typst(f"#heading(level: {level})[{self.inline(children)}];")
            case Items():
                return self._items(block)
            case Quote(blocks=blocks):
                return Typst(f"#quote(block: true)[{self.blocks(blocks)}];")
            case Table():
                return self._table(block)
            case Claim() | SlotBlock():
                return self.block(block)

    def inline(self, children: Iterable[Inline]) -> Typst:
        """A run of inlines."""
        return joined(self._inline(child) for child in children)

    def _inline(self, node: Inline) -> Typst:
        match node:
            case Text(value=value):
                return shown(value)
            case Code(value=value):
                return Typst(f"#code[{shown(value)}];")
            case Break():
                return Typst("#linebreak();")
            case Marked(kind=kind, children=children):
                mark = "emph" if kind == "emphasis" else "strong"
                return Typst(f"#{mark}[{self.inline(children)}];")
            case Link(target=target, children=children):
                return linked(self.link(target), self.inline(children))
            case Cite():
                return self.cite(node)

    def _items(self, items: Items) -> Typst:
        name = "enum" if items.ordered else "list"
        inside = ", ".join(f"[{self.blocks(item)}]" for item in items.items)
        return Typst(f"#{name}({inside});")

    def _table(self, table: Table) -> Typst:
        head = ", ".join(f"head[{self.inline(cell)}]" for cell in table.head)
        cells = chain.from_iterable(table.rows)
        body = "".join(f", [{self.inline(cell)}]" for cell in cells)
        return Typst(f"#prose-table({len(table.head)}, table.header({head}){body});")
