"""A YAML text as a tree that keeps its comments: to which key, item or end each of them belongs.

A comment beside something belongs to it. One on a line of its own belongs to what comes next,
unless it is indented like something above it: then it stands at that one's end, as an item that
was commented out does. Blank lines are kept, one at a time.

The tree is built from the events of the loader's own parser and takes each value from what the
loader read, so that formatting and loading cannot see different things in one file.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent
from yaml.events import SequenceStartEvent as ListStartEvent

from generator.load.yaml import parse_events

_EDITOR_LINE = re.compile(r"#\s*yaml-language-server:")
_NOT_A_BREAK = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment on a line of its own, with how far it is indented beyond the first of those
    above it without a blank line between; a blank line has no text."""

    text: str = ""
    offset: int = 0


@dataclass(slots=True, kw_only=True)
class Scalar:
    """A single value as the loader reads it, and as it is written."""

    written: str
    value: object = None


@dataclass(slots=True, kw_only=True)
class Part:
    """An entry of a mapping or, without a key, an item of a list, and the comments around it."""

    key: str = ""
    value: Scalar | Group | None = None
    above: list[Remark] = field(default_factory=list)
    beside: str = ""
    below: list[Remark] = field(default_factory=list)

    @property
    def may_have_below(self) -> bool:
        """Whether an indented comment after it is its own, and not that of a part inside it."""
        return not isinstance(self.value, Group) or self.value.flow

    def put_beside(self, comment: str) -> None:
        """Give it a comment on its line; one that it has already moves above it."""
        if self.beside:
            self.above.append(Remark(text=self.beside))
        self.beside = comment


@dataclass(slots=True, kw_only=True)
class Group:
    """A mapping or a list, with the comments at its end; the outermost has a head as well.

    `column` is the least indentation of a comment that belongs into it.
    """

    is_list: bool
    flow: bool
    column: int
    parts: list[Part] = field(default_factory=list)
    head: list[Remark] = field(default_factory=list)
    foot: list[Remark] = field(default_factory=list)

    @property
    def has_comments(self) -> bool:
        """Whether a comment stands at its end or around one of its parts."""
        around = [self.foot, *(run for part in self.parts for run in (part.above, part.below))]
        return any(remark.text for run in around for remark in run) or any(
            part.beside for part in self.parts
        )


def comments_of(text: str) -> list[str]:
    """Every comment of a YAML text, in its order."""
    return [found.text for found in _outside_values(text) if found.text]


def tree_of(text: str, data: Mapping[str, object]) -> Group:
    """The mapping that a text holds; `data` is what the loader read from it without a problem."""
    builder = _Builder(waiting=deque(_outside_values(text)))
    for event in parse_events(text):
        builder.take(event)
    root = builder.finish()
    _give_values(root, data)
    return root


def _give_values(group: Group, data: Mapping[str, object] | Sequence[object]) -> None:
    pairs = data.items() if isinstance(data, Mapping) else (("", item) for item in data)
    for part, (key, value) in zip(group.parts, pairs, strict=True):
        part.key = key
        if isinstance(part.value, Scalar):
            part.value.value = value
        elif part.value is not None and isinstance(value, Mapping | list):
            _give_values(part.value, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A comment, or a blank line, where it stands; `own` says that nothing is left of it."""

    index: int
    line: int
    column: int
    text: str
    own: bool


def _outside_values(text: str) -> Iterator[_Found]:
    """The comments and blank lines of a text in order."""
    masked, inside = _masked(text)
    start = 0
    for number, line in enumerate(masked.removesuffix("\n").split("\n")):
        before, sign, _ = line.partition("#")
        column = len(before)
        own = not before.strip()
        if sign or (own and number not in inside):
            yield _Found(
                index=start + column,
                line=number,
                column=column,
                text=text[start + column : start + len(line)].rstrip(),
                own=own,
            )
        start += len(line) + 1


def _masked(text: str) -> tuple[str, set[int]]:
    """The text with an x for each sign of a value, and the lines that go on with a value."""
    pieces: list[str] = []
    inside: set[int] = set()
    position = 0
    for event in parse_events(text):
        if isinstance(event, ScalarEvent):
            first: Any = event.start_mark
            last: Any = event.end_mark
            written = text[first.index : last.index].rstrip()
            inside.update(range(first.line + 1, first.line + written.count("\n") + 1))
            # A comment may stand behind the sign that opens a block of text.
            opening = written.find("\n") if event.style in {"|", ">"} else 0
            start = first.index + max(opening, 0)
            end = first.index + len(written)
            pieces += [text[position:start], _NOT_A_BREAK.sub("x", text[start:end])]
            position = end
    return "".join([*pieces, text[position:]]), inside


@dataclass(slots=True, kw_only=True)
class _Builder:
    """Takes events and gives each comment that stands between two of them to a part.

    `run` holds the comments and blank lines since the last event that stand on lines of their own.
    """

    waiting: deque[_Found]
    run: list[_Found] = field(default_factory=list)
    open: list[Group] = field(default_factory=list)
    root: Group | None = None
    last: Part | None = None
    last_lines: frozenset[int] = frozenset()
    has_key: bool = False

    def take(self, event: Any) -> None:
        """Go on with the next event of the text."""
        is_start = isinstance(event, MappingStartEvent | ListStartEvent)
        is_end = isinstance(event, MappingEndEvent | SequenceEndEvent)
        if not (is_start or is_end or isinstance(event, ScalarEvent)):
            return
        self._pass(event.start_mark.index)
        if is_end:
            self._close(event)
        elif is_start:
            self._start(event)
        else:
            self._scalar(event)

    def finish(self) -> Group:
        """The whole tree; what is left belongs to its end."""
        root = self.root or Group(is_list=False, flow=False, column=0)
        self._pass(None)
        self._end_of_last(root)
        root.foot += _remarks(self.run)
        while root.foot and not root.foot[-1].text:
            root.foot.pop()
        return root

    def _pass(self, index: int | None) -> None:
        """Take up what stands before an offset of the text, or all that is left."""
        while self.waiting and (index is None or self.waiting[0].index < index):
            found = self.waiting.popleft()
            if self.last is not None and not found.own and found.line in self.last_lines:
                self.last.put_beside(found.text)
            else:
                self.run.append(found)

    def _scalar(self, event: Any) -> None:
        group = self.open[-1] if self.open else None
        if group is None:
            return
        if group.is_list or not self.has_key:
            self._new_part(group)
            self.has_key = not group.is_list
            if group.is_list:
                group.parts[-1].value = Scalar(written=event.value)
        else:
            self._to_part(group.parts[-1])
            group.parts[-1].value = Scalar(written=event.value)
            self.has_key = False
        self._remember(group.parts[-1], event)

    def _start(self, event: Any) -> None:
        parent = self.open[-1] if self.open else None
        group = Group(
            is_list=isinstance(event, ListStartEvent),
            flow=bool(event.flow_style),
            column=max(event.start_mark.column, parent.column + 1 if parent else 0),
        )
        if parent is None:
            self.root = group
        else:
            if parent.is_list:
                self._new_part(parent)
            elif group.flow:
                self._to_part(parent.parts[-1])
            parent.parts[-1].value = group
            if group.flow:
                self._remember(parent.parts[-1], event)
        self.open.append(group)
        self.has_key = False

    def _close(self, event: Any) -> None:
        group = self.open.pop()
        self.has_key = False
        if not self.open:
            return
        part = self.open[-1].parts[-1]
        if group.flow:
            self._to_foot(group, part)
            self._remember(part, event)
        else:
            self._end_of_last(group)
            group.foot += _remarks(self._first_of_run(group.column))

    def _to_foot(self, group: Group, part: Part) -> None:
        """Give the end of a group in brackets what stands there; an empty one holds nothing."""
        found = [remark for remark in _remarks(self.run) if remark.text]
        (group.foot if group.parts else part.above).extend(found)
        self.run.clear()

    def _new_part(self, group: Group) -> None:
        """Begin a part of a group: it gets what stands above it and is not its forerunner's."""
        if not group.flow:
            self._end_of_last(group)
        part = Part()
        if group is self.root and not group.parts:
            group.head, part.above = _split_head(self.run)
            self.run.clear()
        self._to_part(part, blanks=not group.flow)
        group.parts.append(part)

    def _to_part(self, part: Part, *, blanks: bool = False) -> None:
        part.above += [remark for remark in _remarks(self.run) if remark.text or blanks]
        self.run.clear()

    def _end_of_last(self, group: Group) -> None:
        """Give the last part of a group the comments that are indented more than it is."""
        if group.parts and group.parts[-1].may_have_below:
            group.parts[-1].below += _remarks(self._first_of_run(group.column + 1))

    def _first_of_run(self, column: int) -> list[_Found]:
        """Take those comments off the front of the run that stand at this column or further in."""
        taken = 0
        for number, found in enumerate(self.run, start=1):
            if found.text and (found.column < column or not found.own):
                break
            taken = number if found.text else taken
        first, self.run = self.run[:taken], self.run[taken:]
        return first

    def _remember(self, part: Part | None, event: Any) -> None:
        self.last = part
        self.last_lines = frozenset({event.start_mark.line, event.end_mark.line})


def _remarks(run: Sequence[_Found]) -> list[Remark]:
    """Comments and blank lines as remarks: one blank line for several."""
    remarks: list[Remark] = []
    base: int | None = None
    for found in run:
        if found.text and not found.own:
            remarks.append(Remark(text=found.text))
        elif found.text:
            base = found.column if base is None else base
            remarks.append(Remark(text=found.text, offset=max(0, found.column - base)))
        elif not remarks or remarks[-1].text:
            remarks.append(Remark())
            base = None
    return remarks


def _split_head(run: Sequence[_Found]) -> tuple[list[Remark], list[Remark]]:
    """What stands at the top of a file, into what belongs to the file and to its first key.

    The line for editors comes first; what a blank line parts from the key is the file's as well.
    """
    editors = [found for found in run if _EDITOR_LINE.match(found.text)]
    others = [found for found in run if found not in editors]
    blanks = (number for number, found in enumerate(others, start=1) if not found.text)
    end = max(blanks, default=0)
    head = [*_remarks(editors), *_remarks(others[:end])]
    return head, _remarks(others[end:])
