"""What was made the last time, noted in a file: by name, and all of it for one look of the site.

A note that cannot be read, has another form or is about another look is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from generator.disk import put

_Made = TypeVar("_Made")


def read(file: Path, look: str, kind: type[_Made]) -> Mapping[str, _Made]:
    """What is noted in `file` for this look, as values of a dataclass."""
    try:
        noted_look, noted = _adapter(kind).validate_json(file.read_bytes(), strict=True)
    except (OSError, ValueError):
        return {}
    return noted if noted_look == look else {}


def write(file: Path, look: str, kind: type[_Made], made: Mapping[str, _Made]) -> None:
    """Note what was made, in the form that `read` knows. Raises OSError."""
    put(file, _adapter(kind).dump_json((look, made)))


def _adapter(kind: type[_Made]) -> TypeAdapter[tuple[str, Mapping[str, _Made]]]:
    return TypeAdapter(tuple[str, Mapping[str, kind]])  # type: ignore[valid-type]
