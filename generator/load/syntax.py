"""What the YAML parser's complaints mean, in sentences for people who do not know YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yaml import MarkedYAMLError

_COLON = "Put text that holds a colon in quotes, and check that lines of one level start alike."
_INDENT = "Check that lines of one level start in the same column, with spaces."
_QUOTED = "Put the text in quotes."
# Spaces that look like any other, and are letters to a parser.
_ODD_SPACE = re.compile("[- ]*([\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A syntax error: line and column (from 0) in the text, and what to say about it."""

    line: int
    column: int
    message: str
    hint: str = ""
    rule: str = "yaml-syntax"


# The parser's complaint -> sentence, hint, and whether its context is the better place to point at
# (where something was opened and the complaint comes only at the end of the file).
_SENTENCES: dict[str, tuple[str, str, bool]] = {
    "mapping values are not allowed in this context": (
        "A colon with a space behind it must not stand here.",
        _COLON,
        False,
    ),
    "found unexpected end of stream": (
        "The quotation mark that opens here is never closed.",
        "Add the closing quotation mark.",
        True,
    ),
    "found unexpected document indicator": (
        "The quotation mark that opens here is never closed.",
        "Add the closing quotation mark.",
        True,
    ),
    "did not find expected ',' or ']'": (
        "The list that opens here with `[` must end with `]`, with commas in between.",
        "Put text that holds a comma, a bracket or a colon in quotes.",
        True,
    ),
    "did not find expected ',' or '}'": (
        "The group that opens here with `{` must end with `}`, with commas in between.",
        "Put text that holds a comma, a brace or a colon in quotes.",
        True,
    ),
    "did not find expected key": (
        "A key and a colon, such as `title:`, must stand here.",
        "Check the start of this line, and the quotation marks before it"
        " (inside '...' write '' for an apostrophe).",
        False,
    ),
    "did not find expected '-' indicator": (
        "An item of the list must start here with `- `.",
        _INDENT,
        False,
    ),
    "could not find expected ':'": (
        "A key must be followed by a colon and a space.",
        _INDENT,
        True,
    ),
    "block sequence entries are not allowed in this context": (
        "A list item (`- `) must start on a line of its own.",
        "If it is text, put it in quotes.",
        False,
    ),
    "block mapping values are not allowed in this context": (
        "A key must start on a line of its own.",
        _COLON,
        False,
    ),
    "did not find expected node content": (
        "A value must stand here.",
        "Put text that starts with a bracket or a brace in quotes.",
        False,
    ),
    "found a tab character where an indentation space is expected": (
        "A line must start with spaces, not with a tab.",
        "Replace the tab by spaces.",
        False,
    ),
    "found a tab character that violates indentation": (
        "A line must start with spaces, not with a tab.",
        "Replace the tab by spaces.",
        False,
    ),
    "found unknown escape character": (
        "In double quotes a backslash must start a known escape, such as `\\n`.",
        "Use single quotes, or write the backslash twice.",
        False,
    ),
    "found invalid Unicode character escape code": (
        "This escape must name a character that exists.",
        "Write the character itself.",
        False,
    ),
    "did not find expected <document start>": (
        "Nothing must stand here: the record has ended above.",
        "Check the brackets and braces on the lines before.",
        False,
    ),
    "found incompatible YAML document": (
        "Lines that start with `%` are not used in these files.",
        "Remove the line.",
        False,
    ),
}


def explain(error: MarkedYAMLError, text: str) -> Fault:
    """What a parser's complaint means and where it points, inside the text."""
    complaint = error.problem or "it cannot be read"
    sentence = _SENTENCES.get(complaint)
    mark = error.problem_mark
    if sentence is not None and sentence[2] and error.context_mark is not None:
        mark = error.context_mark
    line, column = _inside(text, mark.line, mark.column) if mark is not None else (0, 0)
    for number, above in enumerate(text.split("\n")[: line + 1]):
        if odd := _ODD_SPACE.match(above):
            message = f"A line must start with plain spaces, not with U+{ord(odd[1]):04X}."
            hint = "Replace it by spaces; it comes along when text is copied from elsewhere."
            return Fault(line=number, column=odd.start(1), message=message, hint=hint)
    if complaint == "found undefined tag handle":
        message = "Tags (words that start with `!`) are not used in these files."
        return Fault(line=line, column=column, message=message, hint=_QUOTED, rule="yaml-tag")
    message, hint = sentence[:2] if sentence else _less_common(error, text, line, column)
    return Fault(line=line, column=column, message=message, hint=hint)


def _less_common(error: MarkedYAMLError, text: str, line: int, column: int) -> tuple[str, str]:
    context, complaint = error.context or "", error.problem or ""
    if complaint == "found character that cannot start any token":
        character = text.split("\n")[line][column : column + 1]
        if character == "\t":
            return "A line must start with spaces, not with a tab.", "Replace the tab by spaces."
        return f"Text must not start with `{character}` unless it is in quotes.", _QUOTED
    if "anchor" in context or "alias" in context:
        return "Text must not start with `*` or `&` unless it is in quotes.", _QUOTED
    if "tag" in context:
        return "Text must not start with `!` unless it is in quotes.", _QUOTED
    return f"This is not valid YAML: {complaint}.", _INDENT


def _inside(text: str, line: int, column: int) -> tuple[int, int]:
    """The nearest place inside the text: a complaint may point behind its end."""
    lines = text.removesuffix("\n").split("\n")
    if line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    return line, min(column, len(lines[line]))
