"""data/library.bib as works: this module alone knows what makes a BibTeX entry a sound work."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.bibtex import dump_bibtex
from generator.load.bibentries import Entry, Fault, Lines, find_entry, heads_in, read_entries
from generator.load.bibfields import (
    ATTRIBUTES,
    CONTAINERS,
    GENRES,
    NEEDS_NAMES,
    TYPES,
    attribute_of,
    read_value,
)
from generator.load.bibnames import without_others
from generator.load.names import KEPT, RESERVED
from generator.load.source import first_of, hidden_characters, look_alike, short
from generator.model import Work, WorkType
from generator.problem import Place, Problem, in_order, mend, nearest

__all__ = ["dump_bibtex", "locate_bibtex", "parse_bibtex"]

MAX_PROBLEMS = 1_000

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def parse_bibtex(text: str, path: str) -> tuple[dict[str, Work], tuple[Problem, ...]]:
    """The works of a BibTeX text by key, and every problem in it, in the order of the text.

    A work of a faulty entry holds what could be read of it, so that whatever cites it is not
    reported as well. `path` is only used to say where a problem is. Never raises.
    """
    entries, faults = read_entries(text)
    reader = _Reader(path=path, lines=Lines.of(text))
    for fault in faults:
        reader.report(fault)
    reader.problems += hidden_characters(text, path)
    works: dict[str, Work] = {}
    for entry in entries:
        if reader.is_new(entry):
            works[entry.key] = reader.work(entry)
    return works, first_of(in_order(reader.problems), MAX_PROBLEMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where the entries of a BibTeX text stand, looked up once for all of them."""

    text: str
    heads: Mapping[str, Sequence[int]]
    lines: Lines

    @classmethod
    def of(cls, text: str) -> Whereabouts:
        """The whereabouts of a text's entries."""
        return cls(text=text, heads=heads_in(text), lines=Lines.of(text))

    def spot(self, key: str, name: str | None = None) -> tuple[int, int]:
        """Line and column (from 1) of an entry or of its field, else of the entry, else (1, 1).

        `name` is a BibTeX field name, or the name of the `Work` attribute that it becomes.
        """
        entry = find_entry(self.text, key, self.heads)
        if entry is None:
            return 1, 1
        names = {name, *(tex for tex, attribute in ATTRIBUTES.items() if attribute == name)}
        if name == "issue":
            names.add("number")
        if name == "container":
            names.add("organization")
        found = next((found.offset for found in entry.fields if found.name in names), entry.offset)
        return self.lines.spot(found)


def locate_bibtex(text: str, key: str, name: str | None = None) -> tuple[int, int]:
    """`Whereabouts.spot` for one question about a text."""
    return Whereabouts.of(text).spot(key, name)


@dataclass(slots=True)
class _Reader:
    """Turns entries into works, one after the other, and gathers the problems."""

    path: str
    lines: Lines
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, Entry] = field(default_factory=dict)

    def tell(self, offset: int, rule: str, message: str, hint: str = "") -> None:
        """Note an error at an offset of the text."""
        self.report(Fault(offset=offset, rule=rule, message=message, hint=hint))

    def report(self, fault: Fault) -> None:
        """Note a fault as a problem with a line and a column."""
        line, column = self.lines.spot(fault.offset)
        self.problems.append(
            Problem(
                place=Place(path=self.path, line=line, column=column),
                rule=fault.rule,
                message=fault.message,
                hint=fault.hint,
                severity=fault.severity,
                fix=fault.fix,
            )
        )

    def is_new(self, entry: Entry) -> bool:
        """Whether no entry before has this key; its letters and case are looked at as well."""
        if not _KEY.fullmatch(entry.key):
            fit = re.sub(r"[^A-Za-z0-9_-]+", "", entry.key).lstrip("_-")
            message = (
                f"A key has only the letters a to z, digits, '-' and '_': '{entry.key}' has more."
            )
            hint = look_alike(entry.key) or (f"Write {fit}." if fit else "")
            self.tell(entry.offset, "malformed-key", message, hint)
        elif entry.key.lower() in RESERVED:
            # The key names the file of its ledger and the folder of its page.
            message = f"The key '{entry.key}' {KEPT}."
            self.tell(entry.offset, "malformed-key", message, "Add the year of the work to it.")
        first = self.seen.setdefault(entry.key.lower(), entry)
        if first is entry:
            return True
        line, _ = self.lines.spot(first.offset)
        message = f"The key '{entry.key}' stands twice, first on line {line}."
        if first.key != entry.key:
            other = f"'{first.key}' on line {line}"
            message = f"The key '{entry.key}' must differ from {other} in more than its capitals."
        hint = "Take one entry out, or give it another key."
        self.tell(entry.offset, "duplicate-key", message, hint)
        return False

    def work(self, entry: Entry) -> Work:
        """The work that an entry describes, as far as it can be read."""
        kind = self._type(entry)
        values = self._values(kind or "misc", entry)
        if entry.whole:
            self._require(kind, values, entry)
        genre = GENRES.get(entry.type)
        if genre:
            values.setdefault("genre", genre)
        values.setdefault("title", "")
        values["more_authors"] = any(
            field.name == "author" and without_others(field.value)[1] for field in entry.fields
        )
        return Work(key=entry.key, type=kind or "misc", **values)

    def _type(self, entry: Entry) -> WorkType | None:
        """The type of the work, or None where the type of the entry is not known."""
        kind = TYPES.get(entry.type)
        if kind is None:
            self.report(
                Fault(
                    offset=entry.offset,
                    rule="unknown-entry-type",
                    message=f"There is no entry type '@{short(entry.type)}'.",
                    hint=nearest(entry.type, TYPES),
                    fix=mend(entry.type, TYPES, mark="@"),
                )
            )
        return kind

    def _values(self, kind: WorkType, entry: Entry) -> dict[str, Any]:
        """The value of each attribute that a field gives; a second value is not taken."""
        values: dict[str, Any] = {}
        givers: dict[str, str] = {}
        for each in entry.fields:
            attribute, faults = attribute_of(kind, each)
            for fault in faults:
                self.report(fault)
            if not attribute:
                continue
            giver = givers.setdefault(attribute, each.name)
            if giver != each.name or attribute in values:
                self._duplicate(each.offset, each.name, giver)
                continue
            value, faults_of_value = read_value(attribute, each)
            for fault in faults_of_value:
                self.report(fault)
            if value is not None:
                values[attribute] = value
        return values

    def _duplicate(self, offset: int, name: str, giver: str) -> None:
        """Note that two fields give the same attribute."""
        message = f"The field `{name}` stands twice in this entry."
        if name != giver:
            message = f"The fields `{giver}` and `{name}` say the same thing of this entry."
        self.tell(offset, "duplicate-field", message, "Keep one of them.")

    def _require(self, kind: WorkType | None, values: dict[str, Any], entry: Entry) -> None:
        """Note each field that the type asks for and the entry does not have."""
        given = {each.name for each in entry.fields if each.value.strip()}
        if not values.get("title"):
            self._missing(entry, "`title`")
        if kind in CONTAINERS and "container" not in values:
            self._missing(entry, f"`{CONTAINERS[kind]}`")
        if kind in NEEDS_NAMES and not given & {"author", "editor"}:
            self._missing(entry, "`author`" if kind == "thesis" else "`author` or `editor`")

    def _missing(self, entry: Entry, names: str) -> None:
        """Note a field that must be there."""
        message = f"The entry '{entry.key}' (@{short(entry.type)}) must have {names}."
        self.tell(entry.offset, "missing-field", message)
