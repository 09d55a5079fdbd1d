"""The parts of a search index kept from the last build: which of them still hold.

A part holds when it was made of the same, and its files are as they were left: a file that came
from elsewhere has another time. Whatever cannot be read is as if it were not there.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from generator.disk import link, put, remove, stamp


class Parts:
    """Folders kept below `folder` by name, each with a name for what it was made of; without a
    folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._before = _read(_register(folder)) if folder else {}
        self._now: dict[str, Any] = {}

    def place(self, name: str, made_of: str, target: Path, make: Callable[[], None]) -> None:
        """Put a part where `target` is to be: as it was kept, if it was made of the same and is
        whole; or else what `make` puts there, which is kept."""
        if self._folder is None:
            make()
            return
        kept = self._folder / name
        told = self._before.get(name)
        if told == _told(made_of, kept):
            _copy(kept, target)
        else:
            make()
            remove(kept)
            _copy(target, kept)
            told = _told(made_of, kept)
        self._now[name] = told

    def save(self) -> None:
        """Remember the parts of this time, and remove all others."""
        if self._folder is None:
            return
        for place in self._folder.iterdir():
            if place.name not in self._now:
                remove(place)
        put(_register(self._folder), json.dumps(self._now))


def _register(folder: Path) -> Path:
    return folder.with_suffix(".json")


def _read(register: Path) -> Mapping[str, Any]:
    try:
        said = from_json(register.read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _told(made_of: str, place: Path) -> list[Any]:
    """What is remembered of a part: what it was made of, and each file's size and time."""
    return [made_of, dict(sorted(_stamps(place)))]


def _stamps(place: Path) -> Iterator[tuple[str, list[int]]]:
    for here, _, names in os.walk(place):
        for path in (Path(here, name) for name in names):
            yield path.relative_to(place).as_posix(), list(stamp(path) or ())


def _copy(source: Path, target: Path) -> None:
    """Have the files of a folder in another one too."""
    shutil.copytree(source, target, copy_function=link)
