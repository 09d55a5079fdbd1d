"""data/ledger/<key>.json as ledger entries: this module alone knows how they are read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TypeGuard

from generator.ledger import LEDGER_FOLDER, ledger_place
from generator.load.files import names_in, printable, read_file
from generator.load.kept import Read
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
    paths, problems = entry_paths(root)
    for path in paths:
        text, found = read_file(root, path)
        entry, found = parse_entry(text, path) if text is not None else (None, found)
        wrong = misnamed(path, entry) if entry is not None else ()
        problems += (*found, *wrong)
        if entry is not None and not wrong:
            entries[entry.key] = entry
    return entries, problems


def entry_paths(root: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """The files of the ledger, in order, and a problem for each other one.

    A folder that does not exist holds none.
    """
    names, problems = names_in(root, LEDGER_FOLDER)
    fit = tuple(f"{LEDGER_FOLDER}/{name}" for name in names if _is_fit(name))
    strays = (_stray(name) for name in names if not _is_fit(name) and name not in _IGNORED)
    return fit, (*problems, *strays)


def _is_fit(name: str) -> bool:
    return name.endswith(".json") and printable(name) == name


def parse_entry(text: str, path: str) -> Read[LedgerEntry]:
    """What a file of the ledger holds. Never raises for what is in it."""
    key = _key_of(path)
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
    return entry, tuple(replace(problem, fix=None) for problem in found)  # see the hint above


def misnamed(path: str, entry: LedgerEntry) -> tuple[Problem, ...]:
    """A problem where an entry stands in a file that is named after another work."""
    key = _key_of(path)
    if entry.key == key:
        return ()
    message = f"The file's name must be its key, but the key is '{entry.key}'."
    place = ledger_place(key).at("key")
    return (Problem(place=place, rule="ledger-key", message=message, hint=_hint(key)),)


def _key_of(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".json")


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


def _stray(name: str) -> Problem:
    message = "This folder must hold nothing but files that end in .json, named after works."
    place = Place(path=f"{LEDGER_FOLDER}/{printable(name)}")
    return Problem(place=place, rule="stray-file", message=message, hint="Move it elsewhere.")


def _hint(key: str) -> str:
    return _HINT.format(key=key)
