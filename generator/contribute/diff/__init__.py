"""`briefs diff`: what a change does to the evidence, from two sides to one comment.

The base is a git revision, the head is the work tree as it lies, with what is not committed. Both
are loaded and checked once and compared by value.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from generator.contribute.diff.base import SETTINGS_PATH, Base, BaseRefused, take
from generator.contribute.diff.changes import Changes
from generator.contribute.diff.compare import compare, problem_changes
from generator.contribute.diff.data import as_json
from generator.contribute.diff.markdown import as_markdown
from generator.contribute.diff.sides import HERE, Side, side_of
from generator.examine import Checked, examine
from generator.library import VOCABULARY_PATH, WORDING_PATH

__all__ = ["Changes", "as_json", "as_markdown", "diff"]

Form = Literal["markdown", "json"]
_FINE, _UNUSABLE = 0, 2


def diff(
    root: Path,
    base: str,
    *,
    form: Form,
    out: Callable[[str], None],
    say: Callable[[str], None],
) -> int:
    """Write to `out` what the work tree at `root` does to the evidence at the git revision `base`.

    Returns 0, also where there are changes or problems: `briefs check` judges, this command only
    tells. Returns 2, with the reason said, where there is nothing to compare with: no git, no
    repository, no such revision.
    """
    with TemporaryDirectory(prefix="briefs-diff-") as folder:
        try:
            taken = take(root, base, Path(folder))
        except BaseRefused as error:
            say(str(error))
            return _UNUSABLE
        changes = changes_between(root, Path(folder), base, taken)
    out(as_json(changes) if form == "json" else as_markdown(changes).removesuffix("\n"))
    return _FINE


def changes_between(root: Path, folder: Path, name: str, base: Base) -> Changes:
    """What differs between the site at `root` and its base, whose files stand in `folder`."""
    after, before = examine(root), examine(folder)
    # A folder that was no site yet had no problems.
    faults = before.problems if any(folder.iterdir()) else ()
    problems = problem_changes(faults, after.problems)
    settings = _text(root / SETTINGS_PATH) != _text(folder / SETTINGS_PATH)
    notices = list(base.notices)
    if before.library is None and after.library is not None:
        before = _mended(root, folder, name, before, notices)
    old, new = side_of(name, before), side_of(HERE, after)
    found = _compared(old, new, notices)
    return replace(
        found,
        base=name,
        commit=base.commit,
        notices=(*notices, *found.notices),
        files=(*found.files, *([SETTINGS_PATH] if settings else [])),
        problems=problems,
    )


def _compared(old: Side | None, new: Side | None, notices: list[str]) -> Changes:
    if old is not None and new is not None:
        return compare(old, new)
    where = HERE if new is None else "the base"
    notices.append(f"{VOCABULARY_PATH} or {WORDING_PATH} cannot be read in {where}.")
    return Changes(base="", commit="", compared=False)


def _mended(root: Path, folder: Path, name: str, before: Checked, notices: list[str]) -> Checked:
    """The base once more, with the words of the work tree in place of those it cannot read."""
    faulty = {problem.place.path for problem in before.problems}
    for path in (VOCABULARY_PATH, WORDING_PATH):
        if path in faulty:
            if (folder / path).exists():
                notices.append(f"{path} cannot be read in {name}; that of {HERE} stands in for it.")
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / path, folder / path)
    return examine(folder)


def _text(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n") if path.is_file() else b""
