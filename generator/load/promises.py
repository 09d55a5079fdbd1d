"""A site's promises and the recorded run of its tests, and whether the program changed since."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from generator.load.files import is_there, read_file
from generator.load.records import validate
from generator.load.yaml import read_yaml
from generator.problem import Place, Problem
from generator.promise import PROMISES_PATH, RUN_PATH, Assurance, Promises, Run

HOME: Final = Path(__file__).resolve().parents[2]
# What decides how a test ends: the program, what pages are made from, and the tests.
_CODE: Final = ("generator", "templates", "site_overrides", "tests")

_Value = TypeVar("_Value")


def read_tested(root: Path) -> tuple[Assurance, tuple[Problem, ...]]:
    """What a site promises and what the last run found, and what is wrong with the two files.

    A site may have neither. Never raises for what is in files.
    """
    promises, problems = _optional(root, PROMISES_PATH, Promises)
    # The run is JSON, which is YAML as well.
    run, more = _optional(root, RUN_PATH, Run)
    tested = Assurance(
        promises=promises.promises if promises else (),
        run=run,
        fresh=run is not None and run.code == code_fingerprint(),
    )
    return tested, (*problems, *more)


def _optional(
    root: Path, path: str, kind: type[_Value]
) -> tuple[_Value | None, tuple[Problem, ...]]:
    if not is_there(root, path):
        return None, ()
    text, problems = read_file(root, path)
    if text is None:
        return None, problems
    data, problems = read_yaml(text, path)
    if data is None and problems:
        return None, problems
    record, more = validate(data, cast("Any", kind), Place(path=path))
    return record, (*problems, *more)


@cache
def code_fingerprint(home: Path = HOME) -> str:
    """A hash of every file of the program and its tests, by name and content; 64 hex digits."""
    digest = hashlib.sha256()
    for path in sorted(_files(home)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(home).as_posix()}\n{content}\n".encode())
    return digest.hexdigest()


def _files(home: Path) -> Iterator[Path]:
    # Every command asks for this; `rglob`, which looks into hidden folders, takes twice as long.
    for folder in _CODE:
        for here, folders, names in os.walk(home / folder):
            folders[:] = [name for name in folders if not _is_left_out(name)]
            yield from (Path(here, name) for name in names if not _is_left_out(name))


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"
