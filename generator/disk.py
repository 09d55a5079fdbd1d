"""How files and folders are given new content: in one step, so that nobody ever finds half of it.

Nothing here follows a symbolic link to where somebody else's files are.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import Final, TypeAlias

# The size of a file and the time, in nanoseconds, at which it was last written; None of a file that
# is not there.
Stamp: TypeAlias = tuple[int, int] | None

# What we write in below a site's root: our own folder, in which no link has a place, and the
# sources', which may be links as long as they stay inside.
MADE: Final = "build"
_SOURCES: Final = ("briefs", "data", "data/ledger", "data/schema", "data/studies")
# Of renameat2(2): paths are taken as they are; the two change places.
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_ONLY_SOME: Final = ("O_NOFOLLOW", "O_BINARY")  # systems have these
_UPDATE: Final = os.O_RDWR | os.O_CREAT | sum(getattr(os, name, 0) for name in _ONLY_SOME)


def put(target: Path, content: str | bytes, beside: Path | None = None) -> None:
    """Give `target` this content, which is text in UTF-8 or bytes.

    It is first written in the folder `beside` (by default that of the target), which must be on the
    same disk, and then moved over the target. Raises OSError; the target is then as it was.
    """
    with _half(target, content, beside) as half:
        os.replace(half, target)  # noqa: PTH105 - atomic, also over an existing file


def create(target: Path, content: str, beside: Path | None = None) -> None:
    """As `put`, for a file that must not be there yet: raises FileExistsError where it is."""
    with _half(target, content, beside) as half:
        try:
            os.link(half, target)  # atomic, and never over an existing file
        except FileExistsError:
            raise
        except OSError:  # a disk on which no file has two names
            if target.exists():
                raise FileExistsError(target) from None
            os.replace(half, target)  # noqa: PTH105 - as in `put`


def renew(target: Path, content: bytes) -> bool:
    """Have a file with this content, which is left alone where it has it; whether it had not.

    It is written in its place, which takes a third of the time of `put`: for files that somebody
    vouches for by their size and time (`stamp`), so that half of one is noticed. Raises OSError.
    """
    try:
        number = os.open(target, _UPDATE, 0o666)
    except OSError:  # there is no folder, or no right to write into the file, or it is a link
        put(target, content)
        return True
    with open(number, "r+b") as file:  # noqa: PTH123 - a number, not a path
        if os.fstat(number).st_size == len(content) and file.read() == content:
            return False
        file.seek(0)
        file.write(content)
        file.truncate()
    return True


@contextmanager
def _half(target: Path, content: str | bytes, beside: Path | None) -> Iterator[Path]:
    """The content in a file of its own, which is gone afterwards."""
    folder = beside or target.parent
    # Others may write the same file at the same moment, each beside it and under a name of its own.
    half = folder / f".{target.name}.{os.getpid()}-{get_ident()}.new"
    data = content.encode() if isinstance(content, str) else content
    try:
        try:
            half.write_bytes(data)
        except FileNotFoundError:
            folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(data)
        yield half
    finally:
        half.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove a folder, a file or a link, if it is there; of a link, nothing but itself.

    What cannot be removed stays: whoever needs the place will be told.
    """
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def link(source: str | Path, target: str | Path) -> None:
    """Have a file at `target`, too: under a second name, or as a copy where there can be none.

    What is changed under one name is changed under both: only for files that are never written
    into, but replaced.
    """
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def stamp(path: str | Path) -> Stamp:
    """The stamp of a file. What a file holds that came from elsewhere has another time."""
    try:
        status = os.stat(path)  # noqa: PTH116 - asked of tens of thousands of files
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def swap(fresh: Path, place: Path, old: Path) -> None:
    """Put the folder `fresh` where `place` is, and what stood there, if anything, where `old` is.

    Where the system can, `place` is never without one of the two. Raises OSError; what stood there
    then still does.
    """
    remove(old)
    if not place.exists():
        fresh.rename(place)
    elif _exchanged(fresh, place):
        fresh.rename(old)
    else:
        place.rename(old)
        try:
            fresh.rename(place)
        except OSError:
            old.rename(place)
            raise


def restore(place: Path, old: Path) -> None:
    """Bring back what `swap` took away, if it was ended before it put anything in its place."""
    if old.is_dir() and not place.exists():
        old.rename(place)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the two changed places in one step, which not every system can do."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    paths = os.fsencode(one), os.fsencode(other)
    return bool(rename(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0)


def stray_link(root: Path) -> str:
    """A symbolic link by which what we write below `root` would land elsewhere, as a path from
    there; empty where there is none."""
    inside = root.resolve()
    for path in (root / name for name in _SOURCES):
        if path.is_symlink() and not _within(path, inside):
            return path.relative_to(root).as_posix()
    return next(_links(root / MADE), root).relative_to(root).as_posix().removeprefix(".")


def _within(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # links that lead round
        return False


def _links(folder: Path) -> Iterator[Path]:
    """Every link among a folder and all that stands in it."""
    if folder.is_symlink():
        yield folder
        return
    for place, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if (path := Path(place, name)).is_symlink())
