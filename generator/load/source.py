"""How the bytes of a file become text, and where YAML stands inside Markdown.

Text has one kind of line end (a newline) and no byte order mark; a file that is no text, was left
half merged, or holds characters that nobody can see, gives problems.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from generator.problem import Place, Problem, Severity

MAX_CHARACTERS = 1_000_000
MAX_LIBRARY = 20_000_000
MAX_TEXT = 5_000
MAX_ITEMS = 10_000
MAX_SHOWN = 100
MAX_QUOTED = 60

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What is drawn as nothing, or turns the reading order round: all that Unicode lets a program
# ignore, blank letters, line and paragraph separators, tags, and what is no character at all.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Of these two, each says how the sign before it is drawn, if that can be drawn as a picture.
_PICTURE = frozenset("\ufe0e\ufe0f")
_DRAWN = re.compile("[#*0-9\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]")
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5,}"
)
MAX_MARKS = 4
_HIDDEN = re.compile(f"{_CONTROL.pattern[:-1]}{_INVISIBLE}]")
# Characters that would end a YAML stream or count as a line end in it.
_UNREADABLE = re.compile(f"{_CONTROL.pattern[:-1]}\u2028\u2029\ufeff]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# What git writes around two versions of the same lines; those between them need not be looked at.
_MERGE_MARK = re.compile(r"^(<{7}|>{7})(?= |$)", re.MULTILINE)
FRONT_MATTER_LINE = 2


def decode(data: bytes, path: str) -> tuple[str | None, tuple[Problem, ...]]:
    """The text of a UTF-8 file, or the problems because of which it cannot be read: the first line
    that is not UTF-8, or each place at which a merge was left half done."""
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = with_newlines(body.decode("utf-8"))
        conflicts = first_of([*islice(_conflicts(text, path), MAX_SHOWN + 1)])
        return (None, conflicts) if conflicts else (text, ())
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


def _conflicts(text: str, path: str) -> Iterator[Problem]:
    """The places at which git could not merge two versions and left both, marked."""
    line, seen, opened = 1, 0, 0
    for mark in _MERGE_MARK.finditer(text):
        line, seen = line + text.count("\n", seen, mark.start()), mark.start()
        if opened:
            ends = mark[0].startswith(">")
            yield _conflict(path, opened, line if ends else opened)
            opened = 0 if ends else line
        elif mark[0].startswith("<"):
            opened = line
        else:
            yield _conflict(path, line, line)
    if opened:
        yield _conflict(path, opened, opened)


def _conflict(path: str, first: int, last: int) -> Problem:
    message = "A mark of an unfinished merge must not stand here."
    if last > first:
        message = (
            f"A merge must be finished: from here to line {last} stand two versions of the same."
        )
    hint = "Keep what is right of both, and delete the lines <<<<<<<, ======= and >>>>>>>."
    return Problem(
        place=Place(path=path, line=first), rule="merge-conflict", message=message, hint=hint
    )


def look_alike(text: str) -> str:
    """A sentence that names the first letter of a word that is not one of a to z, if there is one:
    it may look like one of them, so that the word looks right."""
    letter = next((one for one in text if one.isalpha() and not one.isascii()), "")
    if not letter:
        return ""
    return f"Its letter '{letter}' is U+{ord(letter):04X} ({unicodedata.name(letter, 'no name')})."


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


def without_hidden(text: str) -> str:
    """The text without the characters that nobody can see, for texts that others send."""
    return with_few_marks(_HIDDEN.sub("", text))


def with_few_marks(text: str) -> str:
    """The text with no more marks on a letter than people write."""
    return text if text.isascii() else _MARKS.sub(lambda marks: marks[0][:MAX_MARKS], text)


def hidden_characters(text: str, path: str, line: int = 1) -> tuple[Problem, ...]:
    """A problem, with its own line and column, for each character that nobody can see."""
    found = []
    for start, told in islice(_odd(text), MAX_SHOWN):
        place = Place(
            path=path,
            line=line + text.count("\n", 0, start),
            column=start - text.rfind("\n", 0, start),
        )
        found.append(told(place))
    return tuple(found)


def hidden_in(value: str, place: Place) -> tuple[Problem, ...]:
    """The same for a value whose escapes or entities are already decoded: all in one place."""
    return tuple(dict.fromkeys(told(place) for _, told in islice(_odd(value), MAX_SHOWN)))


def _odd(text: str) -> Iterator[tuple[int, Callable[[Place], Problem]]]:
    """Where something odd stands in a text, and what tells of it once its place is known."""
    for match in _HIDDEN.finditer(text):
        start = match.start()
        if match[0] not in _PICTURE or not _DRAWN.match(text, start - 1 if start else start):
            yield start, partial(_hidden, match[0])
    for match in _MARKS.finditer(text) if not text.isascii() else ():
        yield match.start(), partial(_stacked, len(match[0]))


def _stacked(number: int, place: Place) -> Problem:
    message = f"A letter has at most {MAX_MARKS} accents and other marks; this one has {number:,}."
    return Problem(place=place, rule="stacked-marks", message=message, hint="Delete the others.")


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
