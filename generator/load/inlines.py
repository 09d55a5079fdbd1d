"""The inside of paragraphs, headings and cells: from Markdown tokens to the closed tree."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, html_inline, image, link
from markdown_it.tree import SyntaxTreeNode

from generator.load.citations import FAULT_TOKEN, TOKEN, Cited
from generator.load.links import target_hint, target_of
from generator.load.source import MAX_TEXT, hidden_in, short
from generator.problem import Fix, Place, Problem, Severity
from generator.prose import Break, Citation, Cite, Code, Inline, Link, Marked, Text, plain

_Rule = Callable[[StateInline, bool], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What every part of a brief's Markdown needs to say where it stands and what is wrong."""

    path: str
    lines: Sequence[str]
    problems: list[Problem] = field(default_factory=list)

    def tell(
        self,
        place: Place,
        rule: str,
        message: str,
        hint: str = "",
        severity: Severity = Severity.ERROR,
        *,
        fix: Fix | None = None,
    ) -> None:
        """Note a problem."""
        self.problems.append(
            Problem(place=place, rule=rule, message=message, hint=hint, severity=severity, fix=fix)
        )

    def place_of(self, node: SyntaxTreeNode) -> Place:
        """Where a block starts: its first line, behind the indentation."""
        index = node.map[0] if node.map else 0
        text = self.lines[index] if index < len(self.lines) else ""
        return Place(path=self.path, line=index + 1, column=len(text) - len(text.lstrip(" \t")) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The text of one paragraph, heading or cell, and where it stands in the file."""

    reader: Reader
    node: SyntaxTreeNode
    starts: Sequence[int]
    columns: Sequence[int]

    @classmethod
    def of(cls, reader: Reader, node: SyntaxTreeNode, column: int | None = None) -> Run:
        """The run of an inline node; a cell is at `column` (from 0), all else at its lines' ends.

        Columns are below zero where the text does not stand in the file as it is.
        """
        starts, columns, start = [], [], 0
        index = node.map[0] if node.map else 0
        for line in node.content.split("\n"):
            source = reader.lines[index] if index < len(reader.lines) else ""
            starts.append(start)
            columns.append(source.rfind(line) if column is None else column)
            start += len(line) + 1
            index += 1
        return cls(reader=reader, node=node, starts=starts, columns=columns)

    def place(self, offset: int) -> Place:
        """The line and column of an offset in the text; column 1 where it cannot be told."""
        row = bisect_right(self.starts, offset) - 1
        column = self.columns[row] + offset - self.starts[row] + 1 if self.columns[row] >= 0 else 1
        line = (self.node.map[0] if self.node.map else 0) + row + 1
        return Place(path=self.reader.path, line=line, column=column)


def keep_offsets(parser: MarkdownIt) -> None:
    """Let a Markdown parser note in its tokens where links, pictures and HTML stand."""
    for name, rule in (
        ("link", link),
        ("image", image),
        ("autolink", autolink),
        ("html_inline", html_inline),
    ):
        parser.inline.ruler.at(name, _with_offset(rule))


def _with_offset(rule: _Rule) -> _Rule:
    def with_offset(state: StateInline, silent: bool) -> bool:
        offset, count = state.pos, len(state.tokens)
        done = rule(state, silent)
        if done and not silent:
            token = next(token for token in state.tokens[count:] if token.type != "text")
            token.meta["offset"] = offset
        return done

    return with_offset


def read_inlines(run: Run) -> tuple[Inline, ...]:
    """The inlines of a run; what the tree has no place for becomes a problem, and so does a run
    that no reader would read to its end: it has no inlines then."""
    if len(run.node.content) > MAX_TEXT:
        length = f"{len(run.node.content):,}"
        message = f"A paragraph has at most {MAX_TEXT:,} characters; this one has {length}."
        run.reader.tell(run.place(0), "too-long", message, "Divide it with empty lines.")
        return ()
    return _joined(_children(run, run.node.children, in_link=False))


def _children(run: Run, nodes: Iterable[SyntaxTreeNode], *, in_link: bool) -> Iterator[Inline]:
    for node in nodes:
        yield from _inline(run, node, in_link=in_link)


def _inline(run: Run, node: SyntaxTreeNode, *, in_link: bool) -> Iterator[Inline]:
    match node.type:
        case "text":
            _tell_hidden(run, node.content, run.place(0))
            yield Text(value=node.content)
        case "softbreak":
            yield Text(value=" ")
        case "hardbreak":
            yield Break()
        case "code_inline":
            yield Code(value=node.content)
        case "em" | "strong":
            children = _joined(_children(run, node.children, in_link=in_link))
            yield Marked(kind="strong" if node.type == "strong" else "emphasis", children=children)
        case "link":
            yield from _link(run, node)
        case _ if node.type == TOKEN and not in_link:
            yield _cite(run, node.meta["cited"], narrative=node.meta["narrative"])
        case _:
            _refuse(run, node)


def _link(run: Run, node: SyntaxTreeNode) -> Iterator[Inline]:
    place = run.place(node.meta["offset"])
    written = str(node.attrs.get("href", ""))
    children = _joined(_children(run, node.children, in_link=True))
    target = target_of(written)
    if target is None:
        message = f"A link must not lead to '{short(written)}'."
        run.reader.tell(place, "link-target", message, target_hint(written))
    if not plain(children).strip():
        message = "A link must have a text that says where it leads."
        run.reader.tell(place, "link-text", message, "Write [text](target).")
    if "title" in node.attrs:
        message = f"The title '{short(str(node.attrs['title']))}' of a link is not shown in briefs."
        run.reader.tell(place, "unsupported-markdown", message, "Say it in the sentence.")
    if target is not None:
        yield Link(target=target, children=children, place=place)


def _cite(run: Run, cited: Sequence[Cited], *, narrative: bool) -> Cite:
    citations = []
    for one in cited:
        place = run.place(one.offset)
        _tell_hidden(run, one.locator, place)
        citations.append(Citation(key=one.key, locator=one.locator, place=place))
    return Cite(citations=tuple(citations), narrative=narrative)


def _tell_hidden(run: Run, value: str, place: Place) -> None:
    """Hidden characters that entities stand for; others are found in the file's text itself."""
    if "&" in run.node.content and not value.isascii():
        shown = "".join(character for character in value if character not in run.node.content)
        run.reader.problems.extend(hidden_in(shown, place))


def _refuse(run: Run, node: SyntaxTreeNode) -> None:
    place = run.place(node.meta.get("offset", 0))
    match node.type:
        case "html_inline":
            hint = "Write it in Markdown; write &lt; for a plain <."
            if node.content.lower().startswith("<br"):
                hint = "End the line with a backslash for a line break."
            message = f"Briefs hold no HTML such as `{short(node.content)}`."
            run.reader.tell(place, "raw-html", message, hint)
        case "image":
            hint = "Charts come from blocks such as `evidence-map`."
            run.reader.tell(place, "image", "Briefs hold no pictures of their own.", hint)
        case _ if node.type == FAULT_TOKEN:
            fix: Fix | None = node.meta["fix"]
            hint = "Other words belong in the sentence; write \\@ for a plain @." if not fix else ""
            run.reader.tell(place, "citation-syntax", node.content, hint, fix=fix)
        case _ if node.type == TOKEN:
            message = f"The citation {short(node.content)} must not stand in the text of a link."
            run.reader.tell(place, "citation-in-link", message, "Set it behind the link.")
        case _:
            message = f"Briefs do not use this part of Markdown: {node.type}."
            run.reader.tell(place, "unsupported-markdown", message)


def _joined(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """The inlines with neighbouring texts as one, and without empty ones."""
    joined: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Text) and joined and isinstance(joined[-1], Text):
            joined[-1] = Text(value=joined[-1].value + inline.value)
        elif not (isinstance(inline, Text) and not inline.value):
            joined.append(inline)
    return tuple(joined)
