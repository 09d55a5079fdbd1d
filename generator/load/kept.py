"""What files were found to hold the last time: a file is read again only when its text changed.

A reading stands under a name made of the text and of the kind of record, as JSON, and is put
through the same validator as ever. Only texts in which nothing was wrong are kept. What was
written by another version of this program, was cut short or spoilt, or was brought here from
elsewhere (its time is not the one that it says) is as if it were not there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import time_ns
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter
from pydantic_core import from_json

from generator.disk import put
from generator.problem import Problem
from generator.program import program

Value = TypeVar("Value")
Read = tuple[Value | None, tuple[Problem, ...]]

KEPT: Final = "build/readings"
# The values of this process's last reading, by the names of their texts: who serves a site reads it
# at each edit. They are frozen, and what did not change is the very same value.
_in_memory: dict[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text holds: as JSON under the text's name, or the value itself and its problems."""

    name: str = ""
    written: bytes = b""
    value: object = None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True, kw_only=True)
class Kept:
    """The readings of the last time, and those of this time; without a file nothing is kept."""

    file: Path | None = None
    before: dict[str, bytes] = field(default_factory=dict)
    now: dict[str, bytes] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def below(cls, root: Path) -> Kept:
        """What was kept of the site in `root`."""
        return cls(file=root / KEPT, before=_read(root / KEPT))

    def reading(self, kind: Any, text: str, parse: Callable[[], Read[Value]]) -> Reading:
        """What a text holds, from `parse` unless it is known; changes nothing here."""
        keeps = self.file is not None and kind is not None
        name = sha256(f"{kind}\n{text}".encode()).hexdigest() if keeps else ""
        if name in self.before:
            return Reading(name=name)
        value, problems = parse()
        if not keeps or problems or value is None:
            return Reading(value=value, problems=problems)
        return Reading(name=name, written=_adapter(kind).dump_json(value, exclude_defaults=True))

    def value(self, kind: Any, reading: Reading) -> Any:
        """The value of a reading, which is remembered for the next time."""
        if not reading.name:
            return reading.value
        written = reading.written or self.before[reading.name]
        self.now[reading.name] = written
        value = _in_memory.get(reading.name) or _adapter(kind).validate_json(written, strict=True)
        self.values[reading.name] = value
        return value

    def save(self) -> None:
        """Keep the readings of this time; a folder in which nothing can be written keeps none, and
        neither does one that is a link to another."""
        _in_memory.clear()
        _in_memory.update(self.values)
        if self.file is None or self.file.parent.is_symlink():
            return
        if self.now and self.now.keys() != self.before.keys():
            with suppress(OSError):
                _write(self.file, self.now)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _read(file: Path) -> dict[str, bytes]:
    try:
        head, _, body = file.read_bytes().partition(b"\n")
        said = from_json(head)
        if said != _head(body, file.stat().st_mtime_ns):
            return {}
    except (OSError, ValueError):
        return {}
    lines = (line.partition(b" ") for line in body.split(b"\n"))
    return {name.decode(): written for name, _, written in lines}


def _write(file: Path, readings: dict[str, bytes]) -> None:
    body = b"\n".join(b"%s %s" % (name.encode(), text) for name, text in readings.items())
    moment = time_ns() // 1_000 * 1_000  # some disks know no smaller parts of a second
    put(file, json.dumps(_head(body, moment)).encode() + b"\n" + body)
    os.utime(file, ns=(moment, moment))


def _head(body: bytes, moment: int) -> dict[str, object]:
    """What must be true of kept readings; others can bring a file here, but not its time."""
    return {"program": program(), "time": moment, "sum": sha256(body).hexdigest()}
