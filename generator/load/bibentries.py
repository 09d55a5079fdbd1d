"""BibTeX text cut into entries and fields, each with its place; what they mean is not known here.

The text is cut into entries first, so that a broken one hides none of the others; each entry is
then read by pybtex, watched so that every fault gets a place and reading goes on after it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from pybtex.database.input.bibtex import LowLevelParser, month_names
from pybtex.scanner import PrematureEOF, PybtexSyntaxError

from generator.problem import Fix, Severity

MAX_ENTRY = 50_000
MAX_KEY = 100
MAX_FAULTS = 20

MONTHS = {name: number for number, name in enumerate(month_names, start=1)}
MONTH_NAMES = {name.lower(): MONTHS[short] for short, name in month_names.items()}

_HEAD = re.compile(r"@[ \t]*([A-Za-z]+)\s*\{")
_HEAD_OF_LINE = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+\s*[{(]", re.MULTILINE)
_PARENTHESISED = re.compile(r"@[ \t]*[A-Za-z]+\s*\(")
_BRACE = re.compile(r"[{}]")
_KEY_AT_HEAD = re.compile(rf"@[ \t]*[A-Za-z]+\s*\{{\s*([^\s,}}]{{1,{MAX_KEY}}}+)\s*(?=[,}}])")
_NEXT_FIELD = re.compile(r"\n[ \t]*(?=[A-Za-z][\w-]*[ \t]*=[ \t]*[\"{\w])")
_BARE_WORD = re.compile(r"[^\s,{}#\"]+")
_FIELD_HEAD = re.compile(r"[A-Za-z][\w-]*\s*=")
_REFUSED = {
    "string": "Abbreviations (@string) are not supported.",
    "preamble": "A @preamble is not supported.",
    "comment": "A @comment is not kept.",
}
_REFUSED_HINTS = {
    "string": "Write the text out in each entry that uses it, and take the @string out.",
    "preamble": "Take it out.",
    "comment": "Take it out, or put the text in the `note` field of an entry.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong at an offset of the text."""

    offset: int
    rule: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    fix: Fix | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as written: its name in lower case, its value without the outer delimiters; `text` is
    the whole of it as it stands in the file."""

    name: str
    value: str
    offset: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as written; `whole` is false where a part of it could not be read."""

    type: str
    key: str
    offset: int
    fields: tuple[Field, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a text begin."""

    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Lines:
        """The lines of `text`."""
        return cls((0, *(match.end() for match in re.finditer("\n", text))))

    def spot(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The text of one entry, from its at sign on, and whether its braces are balanced."""

    text: str
    offset: int
    closed: bool


def unknown_latex(offset: int, sign: str) -> Fault:
    """The fault of a LaTeX command that is not known, in the field at `offset`."""
    message = f"The LaTeX command '{_first_words(sign)}' is not known here."
    hint = "Write the character itself; the file is UTF-8."
    if sign == "$":
        message, hint = "A dollar sign that opens no formula must be escaped.", r"Write \$."
    return Fault(offset=offset, rule="unknown-latex", message=message, hint=hint)


def read_entries(text: str) -> tuple[list[Entry], list[Fault]]:
    """Every entry in the order of the text, and every fault in its syntax; never raises."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    for part in _cut(text):
        if isinstance(part, Fault):
            faults.append(part)
            if part.rule == "stray-text" and entries and _ended_early(text, part.offset):
                entries[-1] = replace(entries[-1], whole=False)
            continue
        entry, found = read_entry(part.text, part.offset, closed=part.closed)
        faults += found
        if entry is not None:
            entries.append(entry)
    return entries, faults


def heads_in(text: str) -> dict[str, list[int]]:
    """The offsets at which an entry with a key may begin, by key."""
    heads: dict[str, list[int]] = {}
    for match in _KEY_AT_HEAD.finditer(text):
        heads.setdefault(match[1], []).append(match.start())
    return heads


def find_entry(text: str, key: str, heads: Mapping[str, Sequence[int]]) -> Entry | None:
    """The first entry with this key, without reading the others; `heads` are those of the text."""
    for start in heads.get(key, ()):
        opened = text.index("{", start) + 1
        end = _end_of(text, opened, min(start + MAX_ENTRY, len(text)))
        chunk = text[start : end or start + MAX_ENTRY]
        entry, _ = read_entry(chunk, start, closed=end is not None)
        if entry is not None and entry.key == key:
            return entry
    return None


def read_entry(
    text: str, offset: int, *, closed: bool = True
) -> tuple[Entry | None, tuple[Fault, ...]]:
    """The entry that `text` is, and its faults; no entry where it has no key, or is too long."""
    if len(text) > MAX_ENTRY:
        message = f"An entry has at most {MAX_ENTRY:,} characters; this one has {len(text):,}."
        return None, (Fault(offset=offset, rule="too-long", message=message),)
    reader = _EntryReader(text, offset, closed=closed)
    return reader.entry(), tuple(reader.faults)


def _cut(text: str) -> Iterator[_Chunk | Fault]:
    """The text cut into entries, and a fault for all that is none."""
    heads = [match.start() for match in _HEAD_OF_LINE.finditer(text)]
    position = 1 if text.startswith("\ufeff") else 0
    while (start := text.find("@", position)) >= 0:
        yield from _stray(text, position, start)
        match = _HEAD.match(text, start)
        after = bisect_right(heads, start)
        limit = heads[after] if after < len(heads) else len(text)
        if match is None:
            yield _not_an_entry(text, start)
            position = limit
            continue
        end = _end_of(text, match.end(), limit)
        position = limit if end is None else end
        kind = match[1].lower()
        if kind in _REFUSED:
            yield Fault(
                offset=start,
                rule="unsupported-bibtex",
                message=_REFUSED[kind],
                hint=_REFUSED_HINTS[kind],
            )
        else:
            yield _Chunk(text[start:position], start, end is not None)
    yield from _stray(text, position, len(text))


def _end_of(text: str, position: int, limit: int) -> int | None:
    """Where the brace opened before `position` is closed, or None if not before `limit`."""
    depth = 1
    for match in _BRACE.finditer(text, position, limit):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end()
    return None


def _stray(text: str, start: int, end: int) -> Iterator[Fault]:
    """A fault where something other than white space stands between two entries."""
    between = text[start:end]
    if not between.strip():
        return
    offset = start + len(between) - len(between.lstrip())
    hint = "Take it out; notes go into the `note` field of an entry."
    if _ended_early(text, offset):
        hint = "A closing brace too many before it may have ended the entry above too early."
    yield Fault(
        offset=offset,
        rule="stray-text",
        message=f"Only entries may stand in this file, and '{_first_words(between)}' is in none.",
        hint=hint,
    )


def _ended_early(text: str, offset: int) -> bool:
    """Whether stray text looks like the rest of the entry before it."""
    return text[offset] in ",}" or _FIELD_HEAD.match(text, offset) is not None


def _not_an_entry(text: str, start: int) -> Fault:
    """The fault of an at sign that opens no entry."""
    if _PARENTHESISED.match(text, start):
        message, hint = "An entry stands in braces, not in parentheses.", "Write @article{...}."
    else:
        found = _first_words(text[start : start + 80])
        message = f"An at sign begins an entry, and '{found}' is none."
        hint = "An entry begins like @article{smith2020,"
    return Fault(offset=start, rule="bibtex-syntax", message=message, hint=hint)


def _first_words(text: str) -> str:
    """The first line of a text, cut short for a message; the next ones too where it says little."""
    first = text.strip().partition("\n")[0].strip()
    line = first if len(first) > 2 else " ".join(text[:80].split())
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in line[:80])
    return line if len(line) <= 40 else f"{line[:39]}…"


class _EntryReader:
    """pybtex's parser on one entry, with a place for each field, that reads on after a fault."""

    def __init__(self, text: str, offset: int, *, closed: bool) -> None:
        self.text = text
        self.offset = offset
        self.closed = closed
        self.found: list[Field] = []
        self.faults: list[Fault] = []
        self.scan = cast("Any", LowLevelParser(text))  # type: ignore[no-untyped-call]

    def entry(self) -> Entry | None:
        """The entry, with the fields that could be read; none where it has no key."""
        self.scan.skip_to([self.scan.AT])
        kind = str(self.scan.required([self.scan.NAME]).value)
        self.scan.required([self.scan.LBRACE])
        key = self._key(kind)
        if key is None:
            return None
        self._fields(key)
        return Entry(
            type=kind.lower(),
            key=key,
            offset=self.offset,
            fields=tuple(self.found),
            whole=not self.faults,
        )

    def _next(self) -> str:
        """The next character that is no white space; empty at the end."""
        if self.text[self.scan.pos : self.scan.pos + 1].isspace():
            self.scan.eat_whitespace()
        return self.text[self.scan.pos : self.scan.pos + 1]

    def _key(self, kind: str) -> str | None:
        """The key before the first comma; a fault and None where there is no key."""
        self._next()
        start = self.scan.pos
        token = self.scan.KEY_BRACE.match(self.text, start)
        if token is None or _FIELD_HEAD.match(self.text, start):
            message = "An entry begins with a key and a comma."
            hint = f"Write @{_first_words(kind)}{{smith2020,"
            self._fault(start, message, hint, rule="missing-key")
            return None
        if len(token[0]) > MAX_KEY:
            message = f"A key has at most {MAX_KEY} characters; this one has {len(token[0]):,}."
            self._fault(start, message)
            return None
        self.scan.pos = token.end()
        if self._next() not in {",", "}", ""}:
            self._fault(self.scan.pos, f"A comma must stand after the key '{token[0]}'.")
        return str(token[0])

    def _fields(self, key: str) -> None:
        """Every field up to the entry's closing brace."""
        while (sign := self._next()) != "}":
            start = self.scan.pos
            if len(self.faults) >= MAX_FAULTS:
                self._give_up()
                return
            if not sign:
                self._unclosed(0, f"The entry '{key}' is not closed: its last brace is missing.")
                return
            if sign == ",":
                self.scan.pos += 1
            elif name := self.scan.optional([self.scan.NAME]):
                self._field(name.value, start)
            else:
                self._fault(start, f"A field begins with its name, not with '{self._here()}'.")
                self._resume(start)

    def _field(self, name: str, start: int) -> None:
        """The field `name`, and the comma after it; reading goes on after a broken one."""
        shown = _first_words(name)
        if self._next() != "=":
            message = f"An equals sign must stand between `{shown}` and its value."
            self._fault(self.scan.pos, message, f"Write {shown} = {{...}},")
            self._resume(start)
            return
        self.scan.pos += 1
        self._next()
        value_start = self.scan.pos
        try:
            value = self._value()
        except PybtexSyntaxError as error:
            self._bad_value(shown, start, value_start, error)
            self._resume(start)
            return
        swallowed = (
            None if self.closed else _NEXT_FIELD.search(self.text, value_start, self.scan.pos)
        )
        if swallowed:
            self._unclosed(start, f"The value of `{shown}` is not closed: a brace is missing.")
            value = self.text[value_start : swallowed.start()].strip(' \t\r\n{",')
            self.scan.pos = swallowed.end()
        text = "" if swallowed else self.text[start : self.scan.pos]
        offset = self.offset + start
        self.found.append(Field(name=name.lower(), value=value, offset=offset, text=text))
        if not swallowed:
            self._comma()

    def _value(self) -> str:
        """The parts of a value, joined; they stand in braces or quotation marks, with # between."""
        parts = [self._part()]
        while self._next() == "#":
            self.scan.pos += 1
            parts.append(self._part())
        return "".join(parts)

    def _part(self) -> str:
        """A part of a value; a bare word other than a number or a month is a fault."""
        self._next()
        word = _BARE_WORD.match(self.text, self.scan.pos)
        if word is None:
            return str(self.scan.parse_value_part())
        if not word[0].isdigit() and word[0].lower() not in MONTHS:
            shown = _first_words(word[0])
            message = f"'{shown}' must stand in braces; abbreviations are not supported."
            self._fault(self.scan.pos, message, f"Write {{{shown}}}.")
        self.scan.pos = word.end()
        return word[0]

    def _bad_value(self, name: str, start: int, value_start: int, error: PybtexSyntaxError) -> None:
        """The fault of a value that could not be read."""
        if self.text[value_start : value_start + 1] == '"':
            message = f"The value of `{name}` opens with a quotation mark and must close with one."
            self._fault(start, message)
        elif isinstance(error, PrematureEOF):
            self._unclosed(start, f"The value of `{name}` is not closed: a brace is missing.")
        elif "nested" in str(error):
            self._fault(start, f"The braces in the value of `{name}` must not stand so deep.")
        else:
            message = f"The field `{name}` must have a value in braces."
            self._fault(start, message, f"Write {name} = {{...}},")

    def _give_up(self) -> None:
        """Stop reading an entry in which too much is wrong: each fault costs a look at the rest."""
        message = f"Only the first {MAX_FAULTS} problems of this entry are shown; mend them first."
        offset = self.offset + self.scan.pos
        self.faults.append(Fault(offset=offset, rule="too-many-problems", message=message))

    def _comma(self) -> None:
        """The comma after a field; the last one may go without."""
        if self._next() not in {",", "}", ""}:
            self._fault(self.scan.pos, f"A comma must stand before '{self._here()}'.")
            if not self._next().isalpha():
                self._resume(self.scan.pos)

    def _resume(self, start: int) -> None:
        """Go on at the next line that begins a field, or at the end of the entry."""
        following = _NEXT_FIELD.search(self.text, start)
        last = self.text.rfind("}", start)
        self.scan.pos = following.end() if following else last if last > start else len(self.text)

    def _here(self) -> str:
        """The text at which reading stands, for a message."""
        return _first_words(self.text[self.scan.pos : self.scan.pos + 80])

    def _fault(
        self, position: int, message: str, hint: str = "", *, rule: str = "bibtex-syntax"
    ) -> None:
        offset = self.offset + position
        self.faults.append(Fault(offset=offset, rule=rule, message=message, hint=hint))

    def _unclosed(self, position: int, message: str) -> None:
        """The fault of a missing brace, once: the first place found is the one that counts."""
        if not any(fault.rule == "unclosed-brace" for fault in self.faults):
            offset = self.offset + position
            self.faults.append(Fault(offset=offset, rule="unclosed-brace", message=message))
