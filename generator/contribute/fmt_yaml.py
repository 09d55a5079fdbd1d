"""The one form of a record: keys in the order of the model, one style for each kind of value.

Mappings stand one key a line; a list of short values stands in brackets, any other one item a line.
Numbers keep the letters they were written in ("0.40").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from generator.contribute.fmt_tree import Group, Part, Remark, Scalar, comments_of, tree_of
from generator.load.records import validate
from generator.load.shape import fields_of, hint_at
from generator.load.source import with_newlines
from generator.load.yaml import read_yaml
from generator.problem import Place, Problem
from generator.yamltext import WIDTH, broken, in_line, is_block

MOST_IN_BRACKETS = 40
_STEP = 2
_MAY_BE_TEXT = re.compile(r"#[^\s#]")
# A term is easier to read when what it is comes before its other names.
_LAST = frozenset({"synonyms"})


def format_yaml(text: str, path: str, kind: type[Any]) -> tuple[str | None, tuple[Problem, ...]]:
    """A record of the model in its one form, with all its comments.

    None with the problems that stand in the way: text that is no YAML as these files use it, and
    the rare text whose form would not be read as the same record. Whether the record is complete
    and its words are known is not asked here.
    """
    text = with_newlines(text)
    data, problems = read_yaml(text, path)
    if problems or not isinstance(data, Mapping):
        return None, problems or validate(data, kind, Place(path=path))[1]
    tree = tree_of(text, data)
    _arrange(tree, kind)
    formatted = "\n".join([*_document(tree), ""])
    if formatted != text and not _says_the_same(text, formatted, data, path, kind):
        message = "This file could not be put in its form without a change to what it says."
        hint = "Write it more simply: one key a line, and each comment on a line of its own."
        return None, (
            Problem(place=Place(path=path), rule="cannot-format", message=message, hint=hint),
        )
    return formatted, ()


def _says_the_same(
    before: str, after: str, data: Mapping[str, object], path: str, kind: type[Any]
) -> bool:
    """Whether two texts hold the same values, as the same record, with the same comments."""
    again, problems = read_yaml(after, path)
    if problems or _exactly(again) != _exactly(data):
        return False
    place = Place(path=path)
    # The text of a record shows the order of its mappings too, which comparing would not see.
    same = repr(validate(data, kind, place)[0]) == repr(validate(again, kind, place)[0])
    return same and sorted(comments_of(before)) == sorted(comments_of(after))


def _exactly(data: object) -> str:
    """Data as a text that tells 1 from 1.0, true and "1"."""
    return json.dumps(data, sort_keys=True)


def _arrange(group: Group, hint: Any) -> None:
    """Put the keys of each record in the order of the model, those that it does not know behind
    the key that they follow."""
    known = {name: (name in _LAST, rank) for rank, name in enumerate(fields_of(hint))}
    if known and not group.is_list:
        rank, ranks = (False, -1), []
        for part in group.parts:
            rank = known.get(part.key, rank)
            ranks.append(rank)
        order = sorted(range(len(ranks)), key=ranks.__getitem__)
        group.parts = [group.parts[number] for number in order]
    for part in group.parts:
        if isinstance(part.value, Group):
            _arrange(part.value, hint_at(hint, (0 if group.is_list else part.key,)))
        _lift(part, is_item=group.is_list)


def _lift(part: Part, *, is_item: bool) -> None:
    """Move the comments for which there is no room where they are to the lines above the part.

    An item begins on the line of its dash; below a text in a block a comment would be text; and
    behind a text without quotes `#3` would be refused, because it may be the end of the text.
    """
    if _MAY_BE_TEXT.match(part.beside):
        part.above.append(Remark(text=part.beside))
        part.beside = ""
    if _is_block_text(part.value):
        part.above += part.below
        part.below = []
    if is_item and isinstance(part.value, Group) and part.value.parts:
        first = part.value.parts[0]
        inner, first.above = _trimmed(first.above), []
        if part.beside and not _in_brackets(part.value):
            part.above.append(Remark(text=part.beside))
            part.beside = ""
        part.above += inner


def _document(root: Group) -> Iterator[str]:
    yield from _lines(_trimmed([*root.head, *_above_first(root)]), 0)
    yield from _group(root, 0)


def _group(group: Group, indent: int) -> Iterator[str]:
    """The lines of a group, one part a line, without what stands above its first part."""
    for number, part in enumerate(group.parts):
        if number:
            yield from _lines(part.above, indent)
        yield from _item(part, indent) if group.is_list else _entry(part, indent)
        yield from _lines(part.below, indent + _STEP)
    yield from _lines(group.foot, indent)


def _above_first(group: Group) -> list[Remark]:
    return _trimmed(group.parts[0].above) if group.parts else []


def _entry(part: Part, indent: int) -> Iterator[str]:
    start = f"{' ' * indent}{in_line(part.key)}:"
    if isinstance(part.value, Group) and not _in_brackets(part.value):
        yield f"{start} {part.beside}" if part.beside else start
        yield from _lines(_above_first(part.value), indent + _STEP)
        yield from _group(part.value, indent + _STEP)
    else:
        yield from _value(start, part, indent + _STEP)


def _item(part: Part, indent: int) -> Iterator[str]:
    start = f"{' ' * indent}-"
    if isinstance(part.value, Group) and not _in_brackets(part.value):
        first, *others = _group(part.value, indent + _STEP)
        yield f"{start} {first[indent + _STEP :]}"
        yield from others
    else:
        yield from _value(start, part, indent + _STEP)


def _value(start: str, part: Part, indent: int) -> Iterator[str]:
    """The lines of a single value, or of a list in brackets, behind a key or a dash."""
    value = part.value
    beside = f" {part.beside}" if part.beside else ""
    if isinstance(value, Scalar) and _is_block_text(value):
        yield f"{start} |-{beside}"
        lines = str(value.value).split("\n")
        yield from (" " * indent + line if line else "" for line in lines)
        return
    column = len(start) + 1
    if isinstance(value, Group):
        first, *others = _brackets(value, column, indent)
    else:
        first, *others = broken(_scalar(value), column, indent)
    lines = [f"{start} {first}" if first else start, *others]
    yield from lines[:-1]
    yield f"{lines[-1]}{beside}"


def _brackets(group: Group, column: int, indent: int) -> Iterator[str]:
    """The lines of a list in brackets; a new one begins after the item that passes the width."""
    if not group.parts:
        yield "[]" if group.is_list else "{}"
        return
    line, margin = "[", column
    for number, part in enumerate(group.parts):
        item = _scalar(part.value, flow=True)
        if number and margin + len(line) + 1 > WIDTH:
            yield f"{line},"
            line, margin = " " * indent + item, 0
        else:
            line += f", {item}" if number else item
    yield f"{line}]"


def _in_brackets(group: Group) -> bool:
    """Whether a group is a list of short values without comments, or empty."""
    return not group.has_comments and all(
        group.is_list and isinstance(part.value, Scalar) and _is_short(part.value.value)
        for part in group.parts
    )


def _is_short(value: object) -> bool:
    return not isinstance(value, str) or (len(value) <= MOST_IN_BRACKETS and "\n" not in value)


def _is_block_text(value: Scalar | Group | None) -> bool:
    return isinstance(value, Scalar) and isinstance(value.value, str) and is_block(value.value)


def _scalar(value: object, *, flow: bool = False) -> str:
    """A single value on one line."""
    if not isinstance(value, Scalar) or value.value is None:
        return "null" if flow else ""
    if isinstance(value.value, bool):
        return str(value.value).lower()
    return in_line(value.value, flow=flow) if isinstance(value.value, str) else value.written


def _trimmed(remarks: Sequence[Remark]) -> list[Remark]:
    """Remarks from their first comment on."""
    start = next((number for number, remark in enumerate(remarks) if remark.text), len(remarks))
    return list(remarks[start:])


def _lines(remarks: Iterable[Remark], indent: int) -> Iterator[str]:
    """Remarks as lines, with one blank line for several that came together."""
    blank = False
    for remark in remarks:
        if remark.text or not blank:
            yield " " * (indent + remark.offset) + remark.text if remark.text else ""
        blank = not remark.text
