"""Blocks of a brief's Markdown: paragraphs, headings, lists, quotations and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from generator.load.citations import add_citations
from generator.load.inlines import Reader, Run, keep_offsets, read_inlines
from generator.load.names import slugify
from generator.load.source import short
from generator.problem import Place, Severity
from generator.prose import Block, Heading, Inline, Items, Paragraph, Quote, Table, plain

MAX_BLOCK_LEVEL = 10
MAX_INLINE_LEVEL = 10

_OWN_PLACE = "must stand on its own, not in a list or a quotation"


class _Parser(MarkdownIt):
    """Leaves links as they are written: which of them are allowed is decided here, and told."""

    def validateLink(self, url: str) -> bool:
        return True

    def normalizeLink(self, url: str) -> str:
        return url


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"store_labels": True}).enable("table")
    add_citations(parser)
    keep_offsets(parser)
    return parser


def parse_markdown(text: str, reader: Reader) -> list[SyntaxTreeNode]:
    """The top-level nodes of a Markdown text; what the parser itself would drop is told."""
    env: dict[str, Any] = {}
    tokens = _parser().parse(text, env)
    _refuse_depth(tokens, reader)
    _refuse_lost_references(tokens, env, reader)
    return SyntaxTreeNode(tokens).children


def _refuse_depth(tokens: list[Token], reader: Reader) -> None:
    """Past some depth the parser drops text, and no reader can follow."""
    line = 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        children = token.children or []
        if token.level >= MAX_BLOCK_LEVEL:
            message = "Lists and quotations must not stand so deep in one another."
            reader.tell(Place(path=reader.path, line=line), "too-deep", message)
            token.children = []
            break
        if max((child.level for child in children), default=0) >= MAX_INLINE_LEVEL:
            message = "Emphasis must not stand so deep in itself."
            reader.tell(Place(path=reader.path, line=line), "too-deep", message)
            token.children = []


def _refuse_lost_references(tokens: list[Token], env: dict[str, Any], reader: Reader) -> None:
    """A link address given apart (`[name]: https://...`) is used, and given once."""
    used = {
        child.meta.get("label") for token in tokens for child in token.children or () if child.meta
    }
    unused = [
        (label, given) for label, given in env.get("references", {}).items() if label not in used
    ]
    twice = [(given["label"], given) for given in env.get("duplicate_refs", ())]
    for told, found in (("is used nowhere", unused), ("is given a second time", twice)):
        for label, given in found:
            place = Place(path=reader.path, line=given["map"][0] + 1)
            message = f"The link address `[{short(label.lower())}]:` {told}."
            reader.tell(place, "link-definition", message, "Remove it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Turns nodes into blocks, one after the other, and keeps the anchors and the outline."""

    reader: Reader
    anchors: dict[str, int] = field(default_factory=dict)
    outline: list[int] = field(default_factory=lambda: [1])

    def block(self, node: SyntaxTreeNode, *, nested: bool = False) -> Block | None:
        """The block that a node stands for; None, and a problem, if the tree has none for it."""
        match node.type:
            case "paragraph":
                run = Run.of(self.reader, node.children[0])
                return Paragraph(children=read_inlines(run), place=run.place(0))
            case "heading":
                return self._heading(node, nested=nested)
            case "bullet_list" | "ordered_list":
                return self._items(node)
            case "blockquote":
                return Quote(blocks=self._inner(node), place=self.reader.place_of(node))
            case "table":
                return self._table(node)
            case _:
                self._refuse(node)
                return None

    def _inner(self, node: SyntaxTreeNode) -> tuple[Block, ...]:
        blocks = (self.block(child, nested=True) for child in node.children)
        return tuple(block for block in blocks if block is not None)

    def _heading(self, node: SyntaxTreeNode, *, nested: bool) -> Heading:
        place = self.reader.place_of(node)
        children = read_inlines(Run.of(self.reader, node.children[0]))
        text = plain(children).strip()
        level = int(node.tag[1])
        if nested:
            self.reader.tell(place, "nested-block", f"A heading {_OWN_PLACE}.")
        self._check_level(level, place)
        if not text:
            self.reader.tell(place, "empty-heading", "A heading must have a text.")
        return Heading(
            level=min(max(level, 2), 4),
            children=children,
            anchor=self._anchor(text),
            place=place,
        )

    def _check_level(self, level: int, place: Place) -> None:
        deepest = self.outline[-1] + 1
        self.outline.append(level)
        if level == 1:
            message = "A heading must start with `##`: the title stands in the front matter."
            self.reader.tell(place, "heading-level", message, "Write `##` instead of `#`.")
        elif level > 4:
            message = f"A heading must be of level 2 to 4, not {level}."
            self.reader.tell(place, "heading-level", message, "Write `####` or fewer.")
        elif level > deepest:
            message = f"A heading of level {level} must follow one of level {level - 1}."
            hint = f"Write `{'#' * deepest}`, or add the heading that is missing."
            self.reader.tell(place, "heading-level", message, hint)

    def _anchor(self, text: str) -> str:
        """An anchor made of the heading's text, unlike all before it."""
        stem = slugify(text) or "section"
        number = self.anchors.get(stem, 0) + 1
        anchor = stem if number == 1 else f"{stem}-{number}"
        while anchor in self.anchors:
            number += 1
            anchor = f"{stem}-{number}"
        self.anchors[stem] = number
        self.anchors.setdefault(anchor, 1)
        return anchor

    def _items(self, node: SyntaxTreeNode) -> Items:
        place = self.reader.place_of(node)
        if node.attrs.get("start", 1) != 1:
            message = f"A numbered list must start with 1, not {node.attrs['start']}."
            hint = "Lists count on only while their items are not separated by other text."
            self.reader.tell(place, "list-start", message, hint)
        items = tuple(self._inner(item) for item in node.children)
        return Items(ordered=node.type == "ordered_list", items=items, place=place)

    def _table(self, node: SyntaxTreeNode) -> Table:
        place = self.reader.place_of(node)
        rows = [row for part in node.children for row in part.children]
        if any(cell.attrs.get("style") for cell in rows[0].children):
            message = "How the columns of a table are aligned is not kept."
            hint = "Write --- without colons."
            self.reader.tell(place, "table-alignment", message, hint, Severity.WARNING)
        head, *body = (tuple(self._cells(row)) for row in rows)
        return Table(head=head, rows=tuple(body), place=place)

    def _cells(self, row: SyntaxTreeNode) -> Iterator[tuple[Inline, ...]]:
        index = row.map[0] if row.map else 0
        source = self.reader.lines[index]
        written = [cell.strip() for cell in escapedSplit(source.strip().lstrip("> \t"))]
        number = len(written) - (not written[0]) - (not written[-1] and len(written) > 1)
        if number > len(row.children):
            place = Place(path=self.reader.path, line=index + 1)
            message = (
                f"A row must have no more cells than the head: {len(row.children)}, not {number}."
            )
            self.reader.tell(place, "table-cells", message, "Write \\| for a plain |.")
        column = 0
        for cell in row.children:
            inline = cell.children[0]
            found = source.find(inline.content, column)
            column = found + len(inline.content) if found >= 0 else column
            yield read_inlines(Run.of(self.reader, inline, found))

    def _refuse(self, node: SyntaxTreeNode) -> None:
        place = self.reader.place_of(node)
        match node.type:
            case "fence":
                info = node.info.split()[0] if node.info.split() else ""
                message = f"A block{f' `{short(info)}`' if info else ''} {_OWN_PLACE}."
                hint = "Start its lines at the first column, with an empty line above."
                self.reader.tell(place, "nested-block", message, hint)
            case "html_block":
                first = node.content.strip().partition("\n")[0]
                message = f"Briefs hold no HTML such as `{short(first)}`."
                self.reader.tell(place, "raw-html", message, "Write it in Markdown.")
            case "code_block":
                message = "A paragraph must start at the first column: four spaces make it code."
                self.reader.tell(place, "code-block", message, "Remove the spaces.")
            case "hr":
                message = "Briefs hold no rules across the page (`---`)."
                hint = "Set parts apart with headings."
                self.reader.tell(place, "unsupported-markdown", message, hint)
            case _:
                message = f"Briefs do not use this part of Markdown: {node.type}."
                self.reader.tell(place, "unsupported-markdown", message)
