"""A revision of the site as files in another folder: this module alone talks to git.

It reads objects only, so that the work tree and the index stay as they are. Files are taken from
the objects themselves and not from `git archive`, which leaves out or rewrites what the revision's
own .gitattributes asks it to.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from generator.library import BRIEFS_FOLDER

SETTINGS_PATH: Final = "mkdocs.yml"
_PARTS: Final = ("data", BRIEFS_FOLDER, SETTINGS_PATH)
_REGULAR: Final = frozenset({b"100644", b"100755", b"100664"})
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# A hook of git sets these for its own repository; the folder of the site says which one is meant.
_POINTERS: Final = frozenset(
    {
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"),
        *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE"),
    }
)
_SETTINGS: Final = {
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class BaseRefused(Exception):
    """A revision that cannot be compared with; the text says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A revision whose files were written: its commit, and what a reader must know of it."""

    commit: str
    notices: tuple[str, ...]


def take(root: Path, revision: str, into: Path) -> Base:
    """Write the site's sources at `revision` below `into`; only regular files, no links.

    `root` may lie anywhere in the repository. Raises `BaseRefused`.
    """
    _refuse_odd(revision)
    prefix, shallow = _where(root)
    commit = _commit(root, revision)
    files, notices = [], []
    for mode, name, path in _listed(root, commit, prefix):
        if mode in _REGULAR:
            files.append((name, path))
        else:
            notices.append(f"{revision}: {_shown(path)} is no regular file and was left out.")
    for path, content in _contents(root, files):
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    if not files:
        notices.append(f"{revision} holds no site in this folder, so that everything is new.")
    if not shallow and _runs_ahead(root, commit):
        notices.append(
            f"{revision} holds commits that are not in this branch; what they brought shows here"
            " as if it were taken back. Compare with the revision that"
            f" git merge-base {revision} HEAD names instead."
        )
    return Base(commit=commit, notices=tuple(notices))


def _refuse_odd(revision: str) -> None:
    """Whatever git could take for an option, a range or more than one word is no revision."""
    if revision.startswith("-"):
        raise BaseRefused(f"'{_shown(revision)}' must be a git revision, not an option.")
    if not revision or not revision.isprintable() or revision.strip() != revision:
        raise BaseRefused(f"'{_shown(revision)}' must be a git revision, such as main or HEAD~1.")
    if ".." in revision:
        raise BaseRefused(
            f"'{_shown(revision)}' must be one git revision, not a range: the other side is always"
            " the work tree."
        )


def _where(root: Path) -> tuple[str, bool]:
    """The site's folder inside its repository ("" or ending in a slash), and whether the
    repository has only the newest commits."""
    if not root.is_dir():
        raise BaseRefused(f"There is no folder {_shown(str(root))}.")
    asked = ("rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix")
    done = _git(root, *asked)
    inside, _, rest = os.fsdecode(done.stdout).partition("\n")
    shallow, _, prefix = rest.partition("\n")
    if done.returncode or inside != "true":
        said = _first_line(done.stderr)
        unknown = not said or "not a git repository" in said
        why = "" if unknown else f" git says: {said}"
        raise BaseRefused(
            f"The site must lie in a git repository, but {_shown(str(root.resolve()))} does not."
            if unknown
            else f"The site's repository cannot be read.{why}"
        )
    return prefix.removesuffix("\n"), shallow == "true"


def _commit(root: Path, revision: str) -> str:
    done = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    commit = done.stdout.decode("ascii", "replace").strip()
    if done.returncode or not _COMMIT.fullmatch(commit):
        raise BaseRefused(
            f"There is no revision '{_shown(revision)}' in this repository. If it is a branch of"
            f" another copy, fetch it first: git fetch origin {_shown(revision)}"
        )
    return commit


def _listed(root: Path, commit: str, prefix: str) -> Iterator[tuple[bytes, bytes, str]]:
    """Mode, object and path (below the site's folder) of each entry, sorted by path."""
    asked = ("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit, "--")
    done = _git(root, *asked, *(f"{prefix}{part}" for part in _PARTS))
    if done.returncode:
        raise BaseRefused(f"The revision cannot be read. git says: {_first_line(done.stderr)}")
    for entry in done.stdout.split(b"\0"):
        head, _, name = entry.partition(b"\t")
        path = os.fsdecode(name).removeprefix(prefix)
        if head:
            mode, _, object_name = head.split(b" ")
            yield mode if _stays_inside(path) else b"", object_name, path


def _stays_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    odd = any(part in {"..", "/"} or "\\" in part or ":" in part for part in parts)
    return bool(parts) and parts[0] in _PARTS and not odd


def _contents(root: Path, files: list[tuple[bytes, str]]) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file, in one call of git."""
    if not files:
        return
    names = b"".join(name + b"\n" for name, _ in files)
    done = _git(root, "cat-file", "--batch", given=names)
    if done.returncode:
        raise BaseRefused(f"The revision cannot be read. git says: {_first_line(done.stderr)}")
    told, start = done.stdout, 0
    for _, path in files:
        end = told.index(b"\n", start)
        head = told[start:end].split(b" ")
        if len(head) != 3:
            raise BaseRefused(f"The revision cannot be read: {_shown(path)} is not in this copy.")
        size = int(head[2])
        yield path, told[end + 1 : end + 1 + size]
        start = end + size + 2


def _runs_ahead(root: Path, commit: str) -> bool:
    """Whether the revision is surely no ancestor of what is checked out."""
    asked = ("merge-base", "--is-ancestor", commit, "HEAD")
    return _git(root, *asked).returncode == 1


def _git(root: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - a list of arguments, all of them checked
            ["git", "--no-replace-objects", *arguments],  # noqa: S607 - the user's own git
            cwd=root,
            env=_environment(os.environ),
            input=given,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise BaseRefused("`briefs diff` needs git, which is not on this machine.") from error


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name not in _POINTERS} | _SETTINGS


def _first_line(said: bytes) -> str:
    return _shown(said.decode("utf-8", "replace").strip().partition("\n")[0])


def _shown(text: str, most: int = 100) -> str:
    """A text of others on one line of a message."""
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return line if len(line) <= most else f"{line[: most - 3]}..."
