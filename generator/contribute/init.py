"""`briefs init`: writes a small complete site for another topic, which is an invented example.

This module alone knows where the example's files lie and into which folders they may go.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from generator.schema import schemas

Say = Callable[[str], None]

FINE, BROKEN = 0, 2
# A file of this name in the package would make git leave out what lies beside it.
_NAMES: Final = {"gitignore": ".gitignore"}
# What a new clone of an empty repository already holds.
_ALLOWED: Final = frozenset({".git"})
_SHOWN: Final = 3


def init(folder: Path, *, say: Say) -> int:
    """Write the example into `folder`, which must be new or empty (a `.git` may be there).

    Nothing is ever overwritten, and nothing half-written stays behind. Returns the exit code: 0
    the site is there, 2 the folder cannot take it. Raises OSError when the machine refuses to
    write.
    """
    fault = _fault(folder)
    if fault:
        say(f"{fault} Name a new or an empty folder.")
        return BROKEN
    with _all_or_nothing(folder):
        for path, text in starter().items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    for line in _next_steps(folder):
        say(line)
    return FINE


def starter() -> dict[str, str]:
    """The files of the example by their paths, with the schemas for editors."""
    return {**dict(_texts(files(__package__) / "starter", "")), **schemas()}


def _texts(place: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(place.iterdir(), key=lambda entry: entry.name):
        below = path + _NAMES.get(entry.name, entry.name)
        if entry.is_dir():
            yield from _texts(entry, f"{below}/")
        else:
            yield below, entry.read_text(encoding="utf-8")


def _fault(folder: Path) -> str:
    """Why the folder cannot take a site, as a sentence, or an empty text."""
    if folder.is_symlink() and not folder.exists():
        return f"{folder} is a link that leads nowhere."
    if not folder.exists():
        return ""
    if not folder.is_dir():
        return f"{folder} is a file."
    found = sorted(entry.name for entry in folder.iterdir() if entry.name not in _ALLOWED)
    if not found:
        return ""
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{folder} is not empty; it holds {', '.join(found[:_SHOWN])}{more}."


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[None]:
    """Take away all that is new in and above the folder, unless everything was written."""
    made = next((path for path in (*reversed(folder.parents), folder) if not path.exists()), None)
    before = set(folder.iterdir()) if made is None else set()
    try:
        yield
    except BaseException:
        for path in [made] if made else set(folder.iterdir()) - before:
            _remove(path)
        raise


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _next_steps(folder: Path) -> Iterator[str]:
    """What to do next, in commands that work from where the reader stands."""
    command, root = shlex.quote(_command()), shlex.quote(str(folder))
    yield f"A small site about an invented topic now stands in {folder}. Next:"
    yield f"  {command} serve --root {root}    see it in a browser"
    yield f"  {command} check --root {root}    see whether every claim is borne out"
    yield f"{folder / 'README.md'} says how to put your own topic in its place."


def _command() -> str:
    """The command's name, or its whole path where the shell would not find it."""
    beside = Path(sys.executable).with_name("briefs")
    return str(beside) if shutil.which("briefs") is None and beside.exists() else "briefs"
