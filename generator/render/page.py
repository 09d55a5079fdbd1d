"""A generated file, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A generated file: its path below the docs folder and its text, or its bytes in `data`."""

    path: PurePosixPath
    text: str = ""
    data: bytes | None = None

    @property
    def content(self) -> bytes:
        """What stands in the file."""
        return self.text.encode() if self.data is None else self.data


# Where a page stands, and how it is made.
Maker: TypeAlias = tuple[PurePosixPath, Callable[[], Page]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Files that are made together, by a name of their own; `late` ones are made of other files."""

    name: str
    make: Callable[[], Iterable[Page]]
    late: bool = False

    @classmethod
    def of(cls, maker: Maker) -> Making:
        """The making of one page."""
        path, make = maker
        return cls(name=str(path), make=lambda: (make(),))
