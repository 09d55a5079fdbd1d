"""Where in a file a path of keys stands: the only place that turns keys into line and column.

Files are parsed again, once each, and only those that have something to report: the loaders stay
free of positions and fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from generator.load.bibtex import Whereabouts
from generator.load.files import read_file
from generator.load.sentences import KEY_ITSELF
from generator.load.source import MAX_CHARACTERS, MAX_LIBRARY, readable, yaml_block
from generator.load.yaml import MAX_DEPTH, parse_events
from generator.problem import Fix, Key, Place, Problem

_YAML = frozenset({".yaml", ".yml", ".json"})
_Keys = tuple[Key, ...]
_GOES_ON = re.compile(r"-*\w")


def locate(problems: Iterable[Problem], root: Path) -> tuple[Problem, ...]:
    """The problems with every place that had keys given its line and column in the file instead.

    The value's place for a text or number, the key's for everything else; for keys that are not in
    the file, what is nearest above them. Never raises: what cannot be found stays where it was.
    A fix is kept only where its old text stands at the place, and then has its quotation marks.
    """
    files: dict[str, _File] = {}
    located = []
    for problem in problems:
        place, fix = problem.place, problem.fix
        if place.keys or fix:
            if place.path not in files:
                files[place.path] = _File.read(root, place.path)
            file = files[place.path]
            place = file.spot(place) if place.keys else place
            fix = file.fitted(fix, place) if fix else None
        located.append(replace(problem, place=place, fix=fix))
    return tuple(located)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spots:
    """Line and column (from 0) of every value in a YAML text, and of every key, by path."""

    values: Mapping[_Keys, tuple[int, int]]
    names: Mapping[_Keys, tuple[int, int]]

    def find(self, keys: _Keys) -> tuple[int, int] | None:
        """The spot of the deepest part of a path that exists; unknown keys are skipped, because
        the validator puts words of its own between the file's keys."""
        known: _Keys = ()
        for key in keys:
            if (*known, key) in self.values:
                known = (*known, key)
        spots = self.names if keys[-1] == KEY_ITSELF and known in self.names else self.values
        return spots.get(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file's text and, once asked for, the spots of the YAML that starts at a line of it."""

    text: str
    lines: tuple[str, ...]
    suffix: str
    spots: dict[int, _Spots] = field(default_factory=dict)
    entries: list[Whereabouts] = field(default_factory=list)

    @classmethod
    def read(cls, root: Path, path: str) -> _File:
        try:
            text = read_file(root, path, MAX_LIBRARY)[0] or ""
        except ValueError:  # a path that no disk can hold
            text = ""
        lines = text.removesuffix("\n").split("\n")
        return cls(text=text, lines=tuple(lines), suffix=Path(path).suffix)

    def spot(self, place: Place) -> Place:
        line, column = place.line, place.column
        if self.suffix == ".bib":
            name, *below = place.keys
            field_name = below[0] if below and isinstance(below[0], str) else None
            if not self.entries:
                self.entries.append(Whereabouts.of(self.text))
            line, column = self.entries[0].spot(str(name), field_name)
        elif self.suffix in _YAML or self.suffix == ".md":
            if line not in self.spots:
                self.spots[line] = _spots(self._yaml(line))
            if found := self.spots[line].find(place.keys):
                line, column = line + found[0], found[1] + 1
        return self._inside(replace(place, line=line, column=column, keys=()))

    def fitted(self, fix: Fix, place: Place) -> Fix | None:
        """The fix in quotation marks where its old text has some; None where that is not there."""
        here = self.lines[place.line - 1 : place.line]
        written = here[0][place.column - 1 :] if here else ""
        for quote in ("", '"', "'"):
            old = f"{quote}{fix.old}{quote}"
            if written.startswith(old) and not _GOES_ON.match(written, len(old)):
                return Fix(old=old, new=f"{quote}{fix.new}{quote}")
        return None

    def _yaml(self, line: int) -> str:
        return "\n".join(yaml_block(self.lines, line)[0]) if self.suffix == ".md" else self.text

    def _inside(self, place: Place) -> Place:
        line = min(max(place.line, 1), len(self.lines))
        column = min(max(place.column, 1), len(self.lines[line - 1]) + 1)
        return replace(place, line=line, column=column)


@dataclass(slots=True, kw_only=True)
class _Level:
    """A mapping or list that is being read: its path, and the key or index that comes next."""

    path: _Keys
    is_list: bool
    index: int = 0
    key: Any = None

    def next_path(self) -> _Keys:
        """The path of the value that comes next; the level then waits for the one after it."""
        if self.is_list:
            self.index += 1
            return (*self.path, self.index - 1)
        path, self.key = (*self.path, self.key), None
        return path


def _spots(text: str) -> _Spots:
    """The spots of a text as far as it can be parsed; of keys that stand twice, the first."""
    values: dict[_Keys, tuple[int, int]] = {}
    names: dict[_Keys, tuple[int, int]] = {}
    if len(text) <= MAX_CHARACTERS:
        with suppress(YAMLError):  # what was found before the fault still helps
            _collect(readable(text), values, names)
    return _Spots(values=values, names=names)


def _collect(
    text: str, values: dict[_Keys, tuple[int, int]], names: dict[_Keys, tuple[int, int]]
) -> None:
    levels: list[_Level] = []
    for event in parse_events(text):
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            levels.pop()
            continue
        if not isinstance(event, ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent):
            continue
        mark: Any = event.start_mark
        spot = (mark.line, mark.column)
        level = levels[-1] if levels else None
        path: _Keys = ()
        if level is not None and not level.is_list and level.key is None:
            # A key: for one that is no text, something that no path can hold.
            level.key = event.value.strip() if isinstance(event, ScalarEvent) else object()
            path = (*level.path, level.key)
            names.setdefault(path, spot)
            if isinstance(event, ScalarEvent | AliasEvent):
                continue
        elif level is not None:
            path = level.next_path()
            shows = isinstance(event, ScalarEvent) and (event.value or not event.implicit[0])
            values.setdefault(path, spot if shows else names.get(path, spot))
        else:
            values.setdefault(path, spot)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            levels.append(_Level(path=path, is_list=isinstance(event, SequenceStartEvent)))
            if len(levels) > MAX_DEPTH:
                return
