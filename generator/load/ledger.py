"""data/ledger/<key>.json as ledger entries: this module alone knows how they are read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TypeGuard

from generator.ledger import LEDGER_FOLDER, ledger_place
from generator.load.files import names_in, printable, read_file
from generator.load.records import validate
from generator.load.source import first_of, hidden_in
from generator.load.yaml import MAX_DEPTH
from generator.model import LedgerEntry
from generator.problem import Place, Problem

_IGNORED = frozenset({"README.md", ".gitkeep", ".DS_Store"})
_MOST_DIGITS = 18
_TOO_DEEP = f"nothing must stand more than {MAX_DEPTH} levels deep"
_HINT = "Delete the file and run `briefs verify {key}`; nobody edits these files by hand."


def read_ledger(root: Path) -> tuple[dict[str, LedgerEntry], tuple[Problem, ...]]:
    """The ledger entries by the keys of their works, in order, and what is wrong with the files.

    A folder that does not exist holds no entries. Never raises for what is in files.
    """
    entries: dict[str, LedgerEntry] = {}
    names, problems = _names(root)
    for name in names:
        path = f"{LEDGER_FOLDER}/{printable(name)}"
        if not name.endswith(".json") or printable(name) != name:
            problems.append(_stray(path))
            continue
        entry, found = _read(root, path, name.removesuffix(".json"))
        problems.extend(found)
        if entry is not None:
            entries[entry.key] = entry
    return entries, tuple(problems)


def _names(root: Path) -> tuple[list[str], list[Problem]]:
    names, problems = names_in(root, LEDGER_FOLDER)
    return [name for name in names if name not in _IGNORED], list(problems)


def _read(root: Path, path: str, key: str) -> tuple[LedgerEntry | None, tuple[Problem, ...]]:
    text, problems = read_file(root, path)
    if text is None:
        return None, problems
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_int=_whole)
        _refuse_depth(data)
    except ValueError as error:
        return None, (_malformed(path, key, error),)
    except RecursionError:
        return None, (_malformed(path, key, ValueError(_TOO_DEEP)),)
    if hidden := _hidden(data, Place(path=path)):
        return None, hidden
    entry, found = validate(data, LedgerEntry, Place(path=path))
    problems = tuple(replace(problem, fix=None) for problem in found)  # see the hint above
    if entry is None or entry.key == key:
        return entry, problems
    message = f"The file's name must be its key, but the key is '{entry.key}'."
    place = ledger_place(key).at("key")
    return None, (Problem(place=place, rule="ledger-key", message=message, hint=_hint(key)),)


def _refuse_depth(value: object) -> None:
    level: list[object] = [value]
    for _ in range(MAX_DEPTH + 1):
        lists = [one if isinstance(one, list) else [*one.values()] for one in level if _holds(one)]
        level = [part for one in lists for part in one]
    if level:
        raise ValueError(_TOO_DEEP)


def _holds(value: object) -> TypeGuard[dict[str, object] | list[object]]:
    return isinstance(value, dict | list)


def _hidden(value: object, place: Place) -> tuple[Problem, ...]:
    """A problem for each text, and each name, that holds what nobody can see."""
    if isinstance(value, str):
        return hidden_in(value, place)
    found: list[Problem] = []
    if isinstance(value, dict):
        for key, one in value.items():
            found.extend((*hidden_in(key, place), *_hidden(one, place.at(key))))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            found.extend(_hidden(one, place.at(number)))
    return first_of(found)


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number has at most {_MOST_DIGITS} digits")
    return int(digits)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _malformed(path: str, key: str, error: Exception) -> Problem:
    line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
    reason = getattr(error, "msg", str(error))
    message = f"The file must be JSON: {reason}."
    place = Place(path=path, line=line, column=column)
    return Problem(place=place, rule="ledger-json", message=message, hint=_hint(key))


def _stray(path: str) -> Problem:
    message = "This folder must hold nothing but files that end in .json, named after works."
    place = Place(path=path)
    return Problem(place=place, rule="stray-file", message=message, hint="Move it elsewhere.")


def _hint(key: str) -> str:
    return _HINT.format(key=key)
