"""Writes text and prose as Markdown in which nothing is markup but what we put there.

This module alone knows how to make text harmless. The site builder reads Markdown with another
parser than ours, so nothing is passed through: characters that either parser could read as markup
are written as character references, which mean the same in Markdown and in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup

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

_ALWAYS = {ord(c): f"&#{ord(c)};" for c in "*_`[]{}|\\~^$"} | {
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord("&"): "&amp;",
    ord('"'): "&quot;",
}
_IN_TITLE = {ord(c): f"&#{ord(c)};" for c in "'()"}
_AT_START = re.compile(r"[#+\-=:!?]|\d+[.)]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_AUTOLINK = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data):")
_HASHES = {2: Markup("## "), 3: Markup("### "), 4: Markup("#### ")}
_SCROLLING = Markup(
    '<div class="scroll" tabindex="0" role="group" aria-label="Table" markdown>\n\n{}\n\n</div>'
)
# A quotation mark would begin a link's title.
_ADDRESS_SAFE = "/:?#@!$&+,;=%-._~"
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9/:?#@!$+,;=%\-._~]*")


def escape(value: object) -> Markup:
    """Text that is shown as it is, in Markdown and in HTML alike, on one line."""
    return value if isinstance(value, Markup) else _escaped(str(value))


# Labels, designs and names are printed again and again.
@lru_cache(maxsize=50_000)
def _escaped(text: str) -> Markup:
    text = " ".join(_CONTROL.sub(" ", text).split(" ")).strip()
    safe = _AUTOLINK.sub(r"\1&#58;", text.translate(_ALWAYS))
    start = _AT_START.match(safe)
    if start:
        last = start.end() - 1
        safe = f"{safe[:last]}&#{ord(safe[last])};{safe[last + 1 :]}"
    if safe.endswith("!"):
        # Before a link it would make a picture of it.
        safe = f"{safe[:-1]}&#33;"
    return Markup(safe)  # noqa: S704 - every character that could be markup is a reference now


def address(target: str) -> Markup:
    """A link's target with every character that could end it percent-encoded."""
    if not _PLAIN_ADDRESS.fullmatch(target):
        target = quote(target, safe=_ADDRESS_SAFE).replace("&", "&amp;")
    return Markup(target)  # noqa: S704


def link_title(value: str) -> Markup:
    """Escaped text for the title of a link, where quotation marks and brackets count as well."""
    return Markup(str(escape(value)).translate(_IN_TITLE))  # noqa: S704 - only more references


def edges_kept(value: str) -> Markup:
    """Escaped text that keeps one blank at each end, where the next run joins it."""
    bare = value.strip()
    if bare == value:
        return _escaped(value)
    if not bare:
        return Markup(" ")
    before, after = (" " if end.isspace() else "" for end in (value[0], value[-1]))
    return Markup(f"{before}{_escaped(value)}{after}")  # noqa: S704 - escaped between blanks


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes prose for one page: `link` turns a route into an address, `cite` writes citations,
    `block` writes claims and slots, `text` writes the words of running prose (not those of
    headings, links, quotations and tables)."""

    link: Callable[[str], str]
    cite: Callable[[Cite], Markup]
    block: Callable[[Claim | SlotBlock], Markup]
    text: Callable[[str], Markup] = edges_kept

    def page(self, blocks: Iterable[Block]) -> Markup:
        """The blocks of a page; where a table is wider than the screen, it scrolls by itself."""
        written = (
            _SCROLLING.format(self.one(block)) if isinstance(block, Table) else self.one(block)
            for block in blocks
        )
        return Markup("\n\n").join(written)

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        """Blocks with blank lines between them."""
        return Markup("\n\n").join(self.one(block) for block in blocks)

    def one(self, block: Block) -> Markup:
        """One block, without a line break at its end."""
        match block:
            case Paragraph(children=children):
                return self.inline(children)
            case Heading(level=level, children=children):
                return _HASHES[level] + self._aside().inline(children)
            case Items():
                return self._items(block)
            case Quote(blocks=blocks):
                return _prefixed(self._aside().blocks(blocks), "> ", "> ")
            case Table():
                return self._aside()._table(block)
            case Claim() | SlotBlock():
                return self.block(block)

    def inline(self, children: Iterable[Inline]) -> Markup:
        """A run of inlines on one line."""
        return Markup("").join(self._inline(child) for child in children)

    def _inline(self, node: Inline) -> Markup:
        match node:
            case Text(value=value):
                return self.text(value)
            case Code(value=value):
                return Markup("<code>{}</code>").format(escape(value))
            case Break():
                return Markup("<br>")
            case Marked(kind=kind, children=children):
                mark = Markup("*") if kind == "emphasis" else Markup("**")
                return mark + self.inline(children) + mark
            case Link(target=target, children=children):
                words = self._aside().inline(children)
                return Markup("[{}]({})").format(words, address(self.link(target)))
            case Cite():
                return self.cite(node)

    def _aside(self) -> Writer:
        """The writer of words outside the running prose."""
        return replace(self, text=edges_kept)

    def _items(self, items: Items) -> Markup:
        written = []
        for number, item in enumerate(items.items, start=1):
            mark = f"{number}.  " if items.ordered else "-   "
            written.append(_prefixed(self.blocks(item), mark, "    "))
        return Markup("\n\n").join(written)

    def _table(self, table: Table) -> Markup:
        rows = [table.head, *table.rows]
        lines = [
            Markup("| {} |").format(Markup(" | ").join(self.inline(cell) for cell in row))
            for row in rows
        ]
        lines.insert(1, Markup("|" + " --- |" * len(table.head)))  # noqa: S704
        return Markup("\n").join(lines)


def _prefixed(text: Markup, first: str, others: str) -> Markup:
    lines = str(text).split("\n")
    kept = [first + lines[0], *((others + line) if line else others.rstrip() for line in lines[1:])]
    return Markup("\n".join(kept))  # noqa: S704 - the lines were safe and the prefixes are ours
