"""The parts of a search index kept from the last build: which of them still hold.

A part holds when it was made of the same, and its files are as they were left: a file that came
from elsewhere has another time. Whatever cannot be read is as if it were not there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.disk import Stamp, link, remove, stamp
from generator.publish import register


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a part was made of, and the stamps of its files."""

    made_of: str
    files: Mapping[str, Stamp]


class Parts:
    """Folders kept below `folder` by name, for one way to make them; without a folder nothing is
    kept."""

    def __init__(self, folder: Path | None, look: str) -> None:
        self._folder = folder
        self._look = look
        self._before = register.read(_register(folder), look, Part) if folder else {}
        self._now: dict[str, Part] = {}

    def place(self, name: str, made_of: str, target: Path, make: Callable[[], None]) -> None:
        """Put a part where `target` is to be: as it was kept, if it was made of the same and is
        whole; or else what `make` puts there, which is kept."""
        if self._folder is None:
            make()
            return
        kept = self._folder / name
        part = Part(made_of=made_of, files=dict(_stamps(kept)))
        if part == self._before.get(name):
            _copy(kept, target)
        else:
            make()
            remove(kept)
            _copy(target, kept)
            part = Part(made_of=made_of, files=dict(_stamps(kept)))
        self._now[name] = part

    def save(self) -> None:
        """Remember the parts of this time, and remove all others."""
        if self._folder is None:
            return
        for place in self._folder.iterdir():
            if place.name not in self._now:
                remove(place)
        register.write(_register(self._folder), self._look, Part, self._now)


def _register(folder: Path) -> Path:
    return folder.with_suffix(".json")


def _stamps(place: Path) -> Iterator[tuple[str, Stamp]]:
    for here, _, names in os.walk(place):
        for path in (Path(here, name) for name in names):
            yield path.relative_to(place).as_posix(), stamp(path)


def _copy(source: Path, target: Path) -> None:
    """Have the files of a folder in another one too."""
    shutil.copytree(source, target, copy_function=link)
