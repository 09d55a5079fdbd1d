"""Which files a site is made of, and how they are read: this module alone touches the disk.

Paths are relative to the root, with forward slashes, in order; nothing outside the root is read.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from generator.load.names import file_fault, slugify
from generator.load.source import MAX_CHARACTERS, decode
from generator.problem import Place, Problem, Severity

_IGNORED = frozenset({"README.md", ".gitkeep", ".DS_Store"})
# How a file of a folder may end by mistake, also where an editor put its own ending behind.
_OTHER_ENDINGS = {
    ".yaml": re.compile(r"\.ya?ml(?:\.txt)?$", re.IGNORECASE),
    ".md": re.compile(r"\.(?:md|markdown)(?:\.txt)?$", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of a folder that are to be read, those that cannot be, and what is wrong."""

    paths: tuple[str, ...] = ()
    unusable: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def list_files(root: Path, folder: str, suffix: str) -> Listing:
    """The files of a folder that end in `suffix`, sorted; every other file in it is a problem.

    A folder that does not exist holds no files.
    """
    place = Place(path=folder)
    try:
        if _leaves(root, root / folder):
            return Listing(unusable=(folder,), problems=(_outside(place),))
        with os.scandir(root / folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except FileNotFoundError:
        return Listing()
    except (OSError, RuntimeError) as error:
        return Listing(unusable=(folder,), problems=(_unreadable(place, error),))
    paths, unusable, problems = [], [], []
    for entry in entries:
        path = f"{folder}/{printable(entry.name)}"
        try:
            problem = _fault(root, entry, suffix, Place(path=path))
        except OSError as error:
            problem = _unreadable(Place(path=path), error)
        if entry.name in _IGNORED:
            continue
        if problem is None:
            paths.append(path)
        else:
            problems.append(problem)
            unusable.extend([path] if problem.severity is Severity.ERROR else [])
    return Listing(paths=tuple(paths), unusable=tuple(unusable), problems=tuple(problems))


def is_there(root: Path, path: str) -> bool:
    """Whether something stands at a path, and be it a link that leads nowhere; what may not be
    looked at does, as far as we know."""
    try:
        return (root / path).is_symlink() or (root / path).exists()
    except OSError:
        return True


def is_plain(root: Path, path: str) -> bool:
    """Whether a file stands at a path, and no link, so that it is where its folder is."""
    try:
        return S_ISREG(os.lstat(root / path).st_mode)
    except OSError:
        return False


def names_in(root: Path, folder: str) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """The names of what stands in a folder, in order, or the problem why they cannot be had.

    A folder that does not exist holds none.
    """
    place = Place(path=folder)
    if not is_there(root, folder):
        return (), ()
    try:
        if _leaves(root, root / folder):
            return (), (_outside(place),)
        return tuple(sorted(entry.name for entry in (root / folder).iterdir())), ()
    except (OSError, RuntimeError) as error:
        return (), (_unreadable(place, error),)


def read_file(
    root: Path, path: str, limit: int = MAX_CHARACTERS, *, listed: bool = False
) -> tuple[str | None, tuple[Problem, ...]]:
    """The text of a file of at most `limit` characters, or the problem why there is none.

    A file that `list_files` gave (`listed`) is known to be a file inside the root.
    """
    place = Place(path=path)
    try:
        if not listed and _leaves(root, root / path):
            return None, (_outside(place),)
        if not listed and not (root / path).is_file():
            message = f"The site must have a file {path}."
            return None, (Problem(place=place, rule="missing-file", message=message),)
        with (root / path).open("rb") as file:
            data = file.read(4 * limit + 1)
    except (OSError, RuntimeError) as error:
        return None, (_unreadable(place, error),)
    text, problems = (None, ()) if len(data) > 4 * limit else decode(data, path)
    if problems or (text is not None and len(text) <= limit):
        return text, problems
    message = f"A file like this has at most {limit:,} characters; this one has more."
    return None, (Problem(place=place, rule="file-size", message=message),)


def _fault(root: Path, entry: os.DirEntry[str], suffix: str, place: Place) -> Problem | None:
    """Why an entry of a folder is not to be read, if it is not."""
    stem = entry.name.removesuffix(suffix)
    if entry.name.startswith("."):
        message = "A hidden file must not stand in this folder; it is not read."
        return Problem(place=place, rule="stray-file", message=message, severity=Severity.WARNING)
    if entry.is_symlink() and _leaves(root, Path(entry)):
        return _outside(place)
    if stem == entry.name or not entry.is_file():
        message = f"This folder must hold nothing but files that end in {suffix}."
        hint = _other_place(entry, suffix, place) or "Move it elsewhere, or correct its name."
        return Problem(place=place, rule="stray-file", message=message, hint=hint)
    if fault := file_fault(stem):
        message = f"The file's name (without {suffix}) {fault}."
        better = slugify(stem)
        hint = "Rename the file." if file_fault(better) else f"Rename it to {better}{suffix}."
        return Problem(place=place, rule="file-name", message=message, hint=hint)
    return None


def _other_place(entry: os.DirEntry[str], suffix: str, place: Place) -> str:
    """What to do with a folder, or with a file that only has another ending than it should."""
    if entry.is_dir():
        return f"Move what it holds into {place.path.rpartition('/')[0]} itself."
    stem = _OTHER_ENDINGS[suffix].sub("", entry.name)
    return f"Rename it to {stem}{suffix}." if stem != entry.name and not file_fault(stem) else ""


def _leaves(root: Path, path: Path) -> bool:
    """Whether a path leads out of the root by symbolic links, or nowhere at all."""
    try:
        return not path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return True


def _outside(place: Place) -> Problem:
    message = "A symbolic link must not lead out of the site's folder."
    hint = "Put the file itself here."
    return Problem(place=place, rule="outside-root", message=message, hint=hint)


def _unreadable(place: Place, error: Exception) -> Problem:
    reason = getattr(error, "strerror", None) or "it cannot be opened"
    message = f"The file must be readable, but the system says: {reason}."
    return Problem(place=place, rule="unreadable-file", message=message)


def printable(name: str) -> str:
    """A file's name fit to be shown: one line, and no characters that no text can hold."""
    if name.isprintable():
        return name
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)
