"""How a text is written in YAML: when it needs quotes, and where a long one is broken.

Plain where every reader takes it for the same text, else in single quotes; in double quotes only
what must be escaped. A long text goes on in the next line after the word that passes column 100.
"""

from __future__ import annotations

import json
import re

WIDTH = 100

# Not texts, by the 1.2 core schema or by the older one that many tools still follow.
_NUMBER = re.compile(
    r"[-+]?(?:\.?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F_]+"
    r"|0b[01_]+|[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)"
)
_WORDS = frozenset(
    form
    for word in ("true", "false", "yes", "no", "on", "off", "null")
    for form in (word, word.capitalize(), word.upper())
) | {"~", "=", "<<"}
# What YAML would take for a sign of its own: at the start, and within.
_BAD_START = re.compile(r"[#,\[\]{}&*!|>'\"%@`]|[-?:](?=\s|$)|---|\.\.\.")
_BAD_INSIDE = re.compile(r":(?=\s|$)|\s#")
_NOT_AS_IT_IS = re.compile(r"[\r\t]|^[ \n]| \n|[ \n]$")
_ESCAPED = re.compile(r"[\n\r\t]")
_BAD_IN_FLOW = re.compile(r"[,\[\]{}:?]")


def in_line(text: str, *, flow: bool = False) -> str:
    """The text as a scalar on one line; `flow` says that it stands in brackets or braces."""
    if _ESCAPED.search(text):
        return json.dumps(text, ensure_ascii=False)
    if _is_plain(text) and not (flow and _BAD_IN_FLOW.search(text)):
        return text
    return "'" + text.replace("'", "''") + "'"


def broken(written: str, column: int, indent: int) -> list[str]:
    """The lines of a scalar from `in_line` that starts at a column; later ones have the indent.

    Lines are broken at single spaces only, where reading puts the space back.
    """
    if written.startswith('"'):
        return [written]
    words = written.split(" ")
    lines: list[str] = []
    start, end = 0, column
    for number, word in enumerate(words):
        end += len(word) + 1
        single = word and number + 1 < len(words) and words[number + 1]
        if single and end - 1 > WIDTH:
            lines.append(" ".join(words[start : number + 1]))
            start, end = number + 1, indent
    lines.append(" ".join(words[start:]))
    return [lines[0], *(" " * indent + line for line in lines[1:])]


def is_block(text: str) -> bool:
    """Whether a text of several lines can stand below `|-` as it is."""
    return "\n" in text and not _NOT_AS_IT_IS.search(text)


def _is_plain(text: str) -> bool:
    if not text or text != text.strip(" ") or text in _WORDS or _NUMBER.fullmatch(text):
        return False
    return not (_BAD_START.match(text) or _BAD_INSIDE.search(text))
