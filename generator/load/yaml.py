"""YAML as these files use it: one document of mappings, lists, texts, numbers, true, false, null.

Read by the 1.2 core schema from the C parser's events, so that a plain `no`, a date and a clock
time stay texts; what would make two readers see two different things (duplicate keys, anchors,
tags) is refused. Two departures: a text loses its outer white space, and a number that is not
finite or has more than 18 digits stays a text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, cast

from yaml import MarkedYAMLError, YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from generator.load.source import (
    MAX_CHARACTERS,
    first_of,
    hidden_characters,
    hidden_in,
    readable,
    short,
    with_newlines,
)
from generator.load.syntax import explain
from generator.problem import Place, Problem

MAX_DEPTH = 20

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_FIRST_OF_NO_TEXT = "0123456789+-.~nNtTfF"
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_BASED = re.compile(r"0(?:o[0-7]{1,18}|x[0-9a-fA-F]{1,15})")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
# What stands behind a text and is a comment only because of the space before it, such as ` #3`; a
# remark has a space behind its sign.
_CUT_OFF = re.compile(r"(?<=[ \t])#[^\s#][^\n]*")
_BLANKS = re.compile(r"[ \t]*")
_DROPPED: Any = object()


def read_yaml(text: str, path: str, *, line: int = 1) -> tuple[object | None, tuple[Problem, ...]]:
    """What a YAML text holds, and everything about its form that must be mended.

    `line` is the line of the file on which the text starts. The value is None where there is none
    to be had; where a part is refused, the rest stands, so that it can be checked in the same run.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"A file has at most {MAX_CHARACTERS:,} characters; this one has {len(text):,}."
        return None, (Problem(place=Place(path=path), rule="file-size", message=message),)
    text = with_newlines(text)
    hidden = hidden_characters(text, path, line)
    faults = _Faults(path=path, line=line, text=readable(text) if hidden else text)
    faults.found.extend(hidden)
    value = _value(faults)
    if _CUT_OFF.search(faults.text):
        _refuse_cut_off(faults)
    return value, first_of(faults.found)


def parse_events(text: str) -> Iterator[Any]:
    """The events of a YAML text, from the C parser; `YAMLError` where it can go no further."""
    return iter(CParser(text).get_event, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Faults:
    """The problems found so far in one text."""

    path: str
    line: int
    text: str
    found: list[Problem] = field(default_factory=list)
    # The keys that stand once more in a group, with that group.
    repeated: list[tuple[object, list[Any]]] = field(default_factory=list)

    def place(self, mark: Any) -> Place:
        return Place(path=self.path, line=self.line + mark.line, column=mark.column + 1)

    def add(self, event: Any, rule: str, message: str, hint: str = "") -> None:
        place = self.place(event.start_mark)
        self.found.append(Problem(place=place, rule=rule, message=message, hint=hint))

    def add_syntax(self, error: YAMLError) -> None:
        if not isinstance(error, MarkedYAMLError):
            place = Place(path=self.path, line=self.line)
            message = f"This is not valid YAML: {error}."
            self.found.append(Problem(place=place, rule="yaml-syntax", message=message))
            return
        fault = explain(error, self.text)
        place = Place(path=self.path, line=self.line + fault.line, column=fault.column + 1)
        problem = Problem(place=place, rule=fault.rule, message=fault.message, hint=fault.hint)
        self.found.append(problem)


def _value(faults: _Faults) -> object | None:
    try:
        return _build(faults)
    except YAMLError as error:
        faults.add_syntax(error)
        return None
    finally:
        _refuse_repeated(faults)


def _build(faults: _Faults) -> object | None:
    """The document of the text.

    One loop over events, with everything rare in functions of its own: records by the thousand are
    read here, and this costs half of what composing nodes and constructing from them does.
    """
    escapes = "\\" in faults.text
    documents: list[object] = []
    here: Any = documents
    key: Any = None
    outer: list[tuple[Any, Any]] = []
    for event in parse_events(faults.text):
        kind = event.__class__
        if kind is ScalarEvent:
            value = event.value
            if event.anchor is not None or event.tag is not None:
                _refuse_marks(event, faults)
            if not event.implicit[0]:
                value = value.strip()
                if escapes:
                    faults.found.extend(hidden_in(value, faults.place(event.start_mark)))
            elif value[:1] in _FIRST_OF_NO_TEXT:
                value = _plain(value)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            here, key = outer.pop()
            continue
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            value = {} if kind is MappingStartEvent else []
            if event.anchor is not None or event.tag is not None:
                _refuse_marks(event, faults)
        elif kind is AliasEvent:
            _refuse_alias(event, faults)
            if here.__class__ is dict:
                key = _DROPPED if key is None else None
            continue
        else:
            if kind is DocumentStartEvent and not _may_start(event, documents, faults):
                break
            continue
        if here.__class__ is list:
            here.append(value)
        elif key is None:
            key = value
            if value.__class__ is not str or value in here or value == "<<":
                key = _refuse_key(event, value, here, faults)
        else:
            if key is not _DROPPED:
                here[key] = value
            key = None
        if kind is not ScalarEvent:
            outer.append((here, key))
            here, key = value, None
            if len(outer) > MAX_DEPTH:
                message = f"Nothing must stand more than {MAX_DEPTH} levels deep."
                faults.add(event, "yaml-depth", message)
                return None
    return documents[0] if documents else None


def _plain(text: str) -> object:
    """The value of a plain scalar that may be more than a text, by the YAML 1.2 core schema."""
    if _INTEGER.fullmatch(text):
        return int(text)
    if text in _WORDS:
        return _WORDS[text]
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _may_start(event: Any, documents: list[object], faults: _Faults) -> bool:
    if event.version or event.tags:
        faults.add(
            event, "yaml-directive", "Lines that start with `%` are not used in these files."
        )
    if documents:
        message = "A file holds one document; a second one starts here."
        faults.add(event, "yaml-document", message, "Remove the line `---`.")
    return not documents


def _refuse_marks(event: Any, faults: _Faults) -> None:
    if event.anchor is not None:
        message = f"Anchors such as `&{short(event.anchor)}` are not used in these files."
        faults.add(event, "yaml-anchor", message, "Remove it; if it is text, put it in quotes.")
    if event.tag is not None:
        message = f"Tags such as `{short(event.tag)}` are not used in these files."
        faults.add(event, "yaml-tag", message, "Remove it; if it is text, put it in quotes.")


def _refuse_alias(event: Any, faults: _Faults) -> None:
    message = f"`*{short(event.anchor)}` must not stand for another part of the file."
    faults.add(event, "yaml-anchor", message, "Write the value out; put text in quotes.")


def _refuse_cut_off(faults: _Faults) -> None:
    """Say where the rest of a line is lost to a text that is not in quotes."""
    with suppress(YAMLError):  # which is told already
        for event in parse_events(faults.text):
            plain = isinstance(event, ScalarEvent) and event.implicit[0]
            if not plain or not isinstance(_plain(event.value), str):
                continue
            blanks = cast("re.Match[str]", _BLANKS.match(faults.text, event.end_mark.index))
            if lost := _CUT_OFF.match(faults.text, blanks.end()):
                place = faults.place(event.end_mark)
                place = replace(place, column=place.column + len(blanks[0]))
                message = f"`{short(lost[0])}` must not stand here: it is read as a remark."
                hint = "Put the whole text in quotes; a remark starts with `#` and a space."
                problem = Problem(place=place, rule="yaml-comment", message=message, hint=hint)
                faults.found.append(problem)


def _refuse_repeated(faults: _Faults) -> None:
    """Say which keys stand twice, of one group all together: often an item's `- ` is missing."""
    for _, events in faults.repeated:
        first, others = short(events[0].value), len(events) - 1
        message = f"The key `{first}` must stand only once here; this is another one."
        hint = "Keep one of them."
        if others:
            keys = "key" if others == 1 else "keys"
            message = f"{message[:-1]}, and so is that of {others} more {keys} below it."
            hint = "Write `- ` before it if a new item of a list starts here, or keep one of each."
        faults.add(events[0], "duplicate-key", message, hint)


def _refuse_key(event: Any, value: object, here: object, faults: _Faults) -> object:
    """Say what is wrong with a mapping's key; what it leads to is then dropped."""
    if not isinstance(event, ScalarEvent):
        faults.add(event, "yaml-key", "A key must be text, not a list or a group of keys.")
        return _DROPPED
    written = short(event.value)
    if not isinstance(value, str):
        hint = f'Put it in quotes: "{written}".'
        faults.add(event, "yaml-key", f"A key must be text; `{written}` is not.", hint)
    elif value == "<<":
        message = "Merge keys (`<<`) are not used in these files."
        faults.add(event, "yaml-anchor", message, "Write the values out.")
    elif faults.repeated and faults.repeated[-1][0] is here:
        faults.repeated[-1][1].append(event)
    else:
        faults.repeated.append((here, [event]))
    return _DROPPED
