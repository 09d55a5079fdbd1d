"""A brief's Markdown: front matter, prose, and the fenced blocks that make claims or draw data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from markdown_it.tree import SyntaxTreeNode

from generator.library import Brief
from generator.load.blocks import Blocks, parse_markdown
from generator.load.inlines import Reader
from generator.load.records import validate
from generator.load.sentences import quoted
from generator.load.source import (
    FRONT_MATTER_LINE,
    first_of,
    hidden_characters,
    readable,
    short,
    with_newlines,
    yaml_block,
)
from generator.load.yaml import read_yaml
from generator.model import ClaimBlock, FrontMatter, Slot
from generator.problem import Place, Problem, in_order, mend, nearest
from generator.prose import Block, Claim, Heading, Paragraph, SlotBlock, plain

MAX_BRIEF = 200_000
MAX_CLAIMS = 500
SLOTS = ("effect-direction", "evidence-map", "study-table", "flow", "forest")
_FENCES = ("claim", *SLOTS)


def parse_brief(text: str, path: str) -> tuple[Brief | None, tuple[Problem, ...]]:
    """The brief that a Markdown text holds, and everything in it that must be mended.

    The brief is None where its front matter cannot be used or a paragraph is too long; what the
    tree of prose has no node for is never dropped without a problem. Never raises.
    """
    if len(text) > MAX_BRIEF:
        message = f"A brief has at most {MAX_BRIEF:,} characters; this one has {len(text):,}."
        return None, (Problem(place=Place(path=path), rule="file-size", message=message),)
    text = with_newlines(text)
    hidden = hidden_characters(text, path)
    lines = (readable(text) if hidden else text).split("\n")
    reader = Reader(path=path, lines=lines, problems=list(hidden))
    front, body_start = _front_matter(reader)
    body = "\n" * body_start + "\n".join(lines[body_start:])
    parts = _Parts(reader=reader, blocks=Blocks(reader=reader))
    for node in parse_markdown(body, reader):
        parts.add(node)
    brief = None
    whole = all(problem.rule != "too-long" for problem in reader.problems)
    if front is not None and whole:
        slug = PurePosixPath(path).stem
        brief = Brief(slug=slug, path=path, front=front, blocks=tuple(parts.found))
    return brief, first_of(in_order(reader.problems))


def _front_matter(reader: Reader) -> tuple[FrontMatter | None, int]:
    """The front matter, and the number of lines before the body."""
    place = Place(path=reader.path)
    if reader.lines[0].rstrip() != "---":
        message = "A brief must start with front matter: lines such as `title: ...` between `---`."
        reader.tell(place, "front-matter", message, "Write `---` on the first line.")
        return None, 0
    block, closed = yaml_block(reader.lines, FRONT_MATTER_LINE)
    if not closed:
        message = "The front matter must end with a line `---`."
        reader.tell(place, "front-matter", message, "Add it below the last key.")
        return None, len(reader.lines)
    data, problems = read_yaml("\n".join(block), reader.path, line=FRONT_MATTER_LINE)
    reader.problems.extend(problems)
    front = None
    if data is not None or not problems:
        place = Place(path=reader.path, line=FRONT_MATTER_LINE)
        front, problems = validate(data, FrontMatter, place)
        reader.problems.extend(problems)
    return front, len(block) + 2


@dataclass(slots=True, kw_only=True)
class _Parts:
    """Gathers the blocks of a brief: what stands above a claim decides what it says."""

    reader: Reader
    blocks: Blocks
    found: list[Block] = field(default_factory=list)
    claim_ids: set[str] = field(default_factory=set)
    claims: int = 0
    heading: str = ""
    above: Block | None = None

    def add(self, node: SyntaxTreeNode) -> None:
        block = self._fence(node) if node.type == "fence" else self.blocks.block(node)
        if isinstance(block, Claim):
            self.found.pop()  # its statement, which now stands in the claim
            self.claims += 1
            if self.claims == MAX_CLAIMS + 1:
                message = f"A brief has at most {MAX_CLAIMS} claims."
                hint = "Divide it into several briefs."
                self.reader.tell(block.place, "too-long", message, hint)
        if isinstance(block, Heading):
            self.heading = plain(block.children).strip()
        if block is not None:
            self.found.append(block)
        self.above = block

    def _fence(self, node: SyntaxTreeNode) -> Claim | SlotBlock | None:
        opening = self.reader.place_of(node)
        name = self._name(node, opening)
        place = Place(path=self.reader.path, line=opening.line + 1)
        block, closed = yaml_block(self.reader.lines, place.line)
        if not closed:
            message = f"A block must end with a line that holds only {short(node.markup)}."
            self.reader.tell(opening, "unclosed-block", message, "Add it below the last key.")
        if not closed or not name:
            return None
        data, problems = read_yaml("\n".join(block), place.path, line=place.line)
        self.reader.problems.extend(problems)
        if data is None and problems:
            return None
        return self._claim(data, place) if name == "claim" else self._slot(name, data, place)

    def _name(self, node: SyntaxTreeNode, place: Place) -> str:
        """The name of a block; empty, and a problem, if there is no such block."""
        name, *more = node.info.split() or [""]
        if not name:
            message = "A block must have a name behind its backticks: briefs hold no code."
            self.reader.tell(place, "code-block", message, nearest("", _FENCES))
        elif name not in _FENCES:
            message = f"There is no block `{short(name)}`."
            fix = mend(name, _FENCES, mark=node.markup)
            self.reader.tell(place, "unknown-block", message, nearest(name, _FENCES), fix=fix)
        elif more:
            message = f"Nothing must follow the name of the block `{name}` on its line."
            hint = "Write what it needs as `key: value` lines inside it."
            self.reader.tell(place, "unknown-block", message, hint)
        return name if name in _FENCES else ""

    def _claim(self, data: object, place: Place) -> Claim | None:
        block, problems = validate(data, ClaimBlock, place)
        self.reader.problems.extend(problems)
        statement = self.above if isinstance(self.above, Paragraph) else None
        if statement is None or not plain(statement.children).strip():
            message = "A claim must stand directly below the paragraph that states it."
            hint = "Write the sentence above the block, and one block for each sentence."
            opening = replace(place, line=place.line - 1)
            self.reader.tell(opening, "claim-statement", message, hint)
        if block is None:
            return None
        if block.id in self.claim_ids:
            message = f"The id '{block.id}' must belong to one claim of this brief only."
            hint = "Give this claim another id."
            self.reader.tell(place.at("id"), "duplicate-claim", message, hint)
        self.claim_ids.add(block.id)
        if statement is None:
            return None
        return Claim(block=block, statement=statement, heading=self.heading, place=place)

    def _slot(self, name: str, data: object, place: Place) -> SlotBlock | None:
        if not isinstance(data, Mapping | None):
            message = f"The block `{name}` must hold `key: value` lines."
            self.reader.tell(place, "block-option", message, "It may also be empty.")
            return None
        options = {}
        for key, value in (data or {}).items():
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                message = f"The option `{short(key)}` must be a text, not {quoted(value)}."
                self.reader.tell(place.at(key), "block-option", message, "Write one word or text.")
            else:
                options[key] = str(value)
        return SlotBlock(slot=Slot(kind=name, options=options), place=place)
