"""Text for programs: no character that a format forbids, and JSON that stays data inside a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from xml.etree import ElementTree

# Control characters, halves of pairs and non-characters, which XML and YAML forbid; and marks that
# turn the reading order round, which would spoil the text of the page that shows them.
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+"
)
# What Markdown could take for its own, anywhere and at the start of a line.
_MARKS = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)")
_AT_START = re.compile(r"[0-9]{0,9}(?=[#+=.)-])")
_IN_A_PAGE = tuple((sign, f"\\u{ord(sign):04x}") for sign in "<>&\u2028\u2029")


def clean(text: str) -> str:
    """The text on one line, with a blank for each run of characters that nobody can see."""
    # Most texts are so already, and this is asked of all that is printed for programs.
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return text
    return " ".join(_FORBIDDEN.sub(" ", text).split())


def in_markdown(text: str) -> str:
    """The text on one line in which nothing is taken for Markdown, for files that people read as
    they are."""
    marked = _MARKS.sub(r"\\\g<0>", clean(text))
    start = _AT_START.match(marked)
    return f"{start[0]}\\{marked[start.end() :]}" if start else marked


def as_json(value: object, indent: int | None = None) -> str:
    """JSON that stays harmless inside a page: `<`, `>` and `&` are written as escapes.

    On one line, or indented for people. Raises `ValueError` for numbers that JSON does not know:
    they are a fault of ours.
    """
    text = _encoder(indent).encode(value)
    for sign, escape in _IN_A_PAGE:
        text = text.replace(sign, escape)
    return text


@cache
def _encoder(indent: int | None) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=indent)


def as_json_lines(values: Iterable[object]) -> str:
    """A JSON list with each value on a line of its own."""
    return "[\n" + ",\n".join(map(as_json, values)) + "\n]\n"


def as_xml(root: ElementTree.Element) -> str:
    """An XML document; the text in it must be clean, and the root names the namespace."""
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def known(value: Any) -> Any:
    """Mappings without the members that hold nothing, all the way down; lists likewise."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        kept = {name: known(one) for name, one in value.items() if one is not None}
        return {name: one for name, one in kept.items() if _is_something(one)}
    if isinstance(value, list | tuple):
        return [one for one in map(known, value) if _is_something(one)]
    return value


def _is_something(value: object) -> bool:
    return bool(value) or not (value is None or isinstance(value, str | list | dict))
