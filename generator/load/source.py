"""How the bytes of a file become text, and where YAML stands inside Markdown.

Text has one kind of line end (a newline) and no byte order mark; a file that is no text, or holds
characters that nobody can see, gives problems.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from generator.problem import Place, Problem, Severity

MAX_CHARACTERS = 1_000_000
MAX_LIBRARY = 20_000_000
MAX_TEXT = 5_000
MAX_ITEMS = 10_000
MAX_SHOWN = 100
MAX_QUOTED = 60

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What is drawn as nothing, or turns the reading order round: format characters, blank letters,
# line and paragraph separators, tags.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_HIDDEN = re.compile(f"{_CONTROL.pattern[:-1]}{_INVISIBLE}]")
# Characters that would end a YAML stream or count as a line end in it.
_UNREADABLE = re.compile(f"{_CONTROL.pattern[:-1]}\u2028\u2029\ufeff]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
FRONT_MATTER_LINE = 2


def decode(data: bytes, path: str) -> tuple[str | None, tuple[Problem, ...]]:
    """The text of a UTF-8 file, or the problem that names the first line that is not UTF-8."""
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        return with_newlines(body.decode("utf-8")), ()
    except UnicodeDecodeError as error:
        start = body.rfind(b"\n", 0, error.start) + 1
        place = Place(
            path=path,
            line=body.count(b"\n", 0, error.start) + 1,
            column=len(body[start : error.start].decode("utf-8")) + 1,
        )
        message = f"The file must be UTF-8 text; line {place.line} holds bytes that are not."
        hint = "Save the file with the encoding UTF-8 in your editor."
        return None, (Problem(place=place, rule="encoding", message=message, hint=hint),)


def short(text: str) -> str:
    """A piece of a file as a message quotes it: on one line, of at most 60 characters."""
    line = " ".join(text[: 4 * MAX_QUOTED].split())
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in line)
    return line if len(line) <= MAX_QUOTED else f"{line[: MAX_QUOTED - 3]}..."


def with_newlines(text: str) -> str:
    """The text with every line end written as a newline."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def readable(text: str) -> str:
    """The text with each character that would stop a YAML reader replaced by one that does not,
    so that the other faults of the file are found as well, and in their places."""
    return _UNREADABLE.sub("\ufffd", text)


def hidden_characters(text: str, path: str, line: int = 1) -> tuple[Problem, ...]:
    """A problem, with its own line and column, for each character that nobody can see."""
    found = []
    for match in _HIDDEN.finditer(text):
        start = match.start()
        place = Place(
            path=path,
            line=line + text.count("\n", 0, start),
            column=start - text.rfind("\n", 0, start),
        )
        found.append(_hidden(match[0], place))
        if len(found) == MAX_SHOWN:
            break
    return tuple(found)


def hidden_in(value: str, place: Place) -> tuple[Problem, ...]:
    """The same for a value whose escapes or entities are already decoded: all in one place."""
    return tuple(_hidden(character, place) for character in dict.fromkeys(_HIDDEN.findall(value)))


def _hidden(character: str, place: Place) -> Problem:
    code = f"U+{ord(character):04X}"
    if _CONTROL.match(character):
        message = f"The control character {code} must not stand in the text."
        return Problem(place=place, rule="control-character", message=message, hint="Delete it.")
    name = unicodedata.name(character, "")
    message = f"The invisible character {code}{f' ({name})' if name else ''} must not stand here."
    hint = "Delete it; such characters come along when text is copied from a web page or a PDF."
    return Problem(place=place, rule="invisible-character", message=message, hint=hint)


def first_of(problems: Sequence[Problem], most: int = MAX_SHOWN) -> tuple[Problem, ...]:
    """The first hundred errors and the first hundred warnings of one source (or `most` of each),
    and a problem that says that there are more."""
    if len(problems) <= most:
        return tuple(problems)
    shown: list[Problem] = []
    for severity in Severity:
        own = [problem for problem in problems if problem.severity is severity]
        shown.extend(own[:most])
        if len(own) > most:
            message = f"Only the first {most:,} problems of this part are shown; mend them first."
            told = replace(own[most - 1], message=message, hint="", fix=None)
            shown.append(replace(told, rule="too-many-problems"))
    return tuple(shown)


def yaml_block(lines: Sequence[str], line: int) -> tuple[list[str], bool]:
    """The lines of YAML from line `line` (from 1) of a Markdown file on, below the mark that opens
    front matter or a fenced block, and whether a closing mark follows them."""
    closing = _closing(lines[line - 2], line) if 2 <= line <= len(lines) + 1 else None
    if closing is None:
        return [], False
    for index in range(line - 1, len(lines)):
        if closing.fullmatch(lines[index]):
            return list(lines[line - 1 : index]), True
    return list(lines[line - 1 :]), False


def _closing(opening: str, line: int) -> re.Pattern[str] | None:
    """What closes the block that a line opens, if it opens one."""
    if fence := _FENCE.match(opening):
        mark, length = re.escape(fence[1][0]), len(fence[1])
        return re.compile(f" {{0,3}}{mark}{{{length},}}[ \t]*")
    if line == FRONT_MATTER_LINE and opening.rstrip() == "---":
        return re.compile(r"---[ \t]*")
    return None
