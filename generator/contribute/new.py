"""`briefs new`: a record or a brief to fill in, under a name that the site can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

from generator.disk import create
from generator.library import BRIEFS_FOLDER, LIBRARY_PATH, STUDIES_FOLDER
from generator.load.names import file_fault, slugify
from generator.load.source import short
from generator.problem import nearest
from generator.stub import brief_stub, read_vocabulary, study_stub
from generator.verify.run import read_works

FINE, PROBLEMS, BROKEN = 0, 1, 2
WORK_FOLDER: Final = "build/new"

Say = Callable[[str], None]


_FOLDERS: Final[Mapping[str, tuple[str, str]]] = {
    "study": (STUDIES_FOLDER, ".yaml"),
    "brief": (BRIEFS_FOLDER, ".md"),
}
_ENDING = re.compile(r"\.(?:ya?ml|md)$", re.IGNORECASE)
_OTHER_SIGNS = re.compile(r"[^a-z0-9_]+")
_JOINTS = re.compile(r"[-_]*([-_])")
_LONGEST: Final = 90


def new(root: Path, kind: str, id: str, *, say: Say, today: date) -> int:
    """Write a study's record or a brief in which every field says what belongs there.

    A study whose name is the key of a work gets its key and title. No file is ever written over.
    Returns the exit code: 0 written, 1 there is one already, 2 the name or the folder is unfit.
    """
    folder, ending = _FOLDERS[kind]
    if fault := _fault(root, folder, kind, id):
        say(fault)
        return BROKEN
    if kind == "study":
        text, advice = _study(root, id)
    else:
        text, advice = brief_stub(read_vocabulary(root), today=today), ""
    path = f"{folder}/{id}{ending}"
    (root / folder).mkdir(exist_ok=True)
    try:
        create(root / path, text, root / WORK_FOLDER)
    except FileExistsError:
        say(f"{path} is there already and stays as it is. Edit it, or choose another name.")
        return PROBLEMS
    say(f"{path} is written. Fill it in; `briefs check` names what is still missing.")
    if advice:
        say(advice)
    return FINE


def _study(root: Path, id: str) -> tuple[str, str]:
    """A record to fill in, and what is still to be done for its work."""
    found = read_works(root)
    works = found[0] if found else {}
    keys = [key for key in works if slugify(key) == slugify(id)]
    if len(keys) == 1:
        title = works[keys[0]].title
        return study_stub(keys, read_vocabulary(root), title=title), ""
    advice = (
        f"{LIBRARY_PATH} has no work '{id}'. {nearest(id, works)} Write the keys of its works under"
        " `reports`; `briefs add DOI-or-PMID` adds one."
    )
    return study_stub((), read_vocabulary(root)), " ".join(advice.split())


def _fault(root: Path, folder: str, kind: str, id: str) -> str:
    """Why nothing can be begun under this name in this folder, or an empty text."""
    if wrong := file_fault(id):
        better = _nearest_name(id, kind)
        advice = f" Try `briefs new {kind} {better}`." if better else ""
        return f"The name of a {kind} {wrong}, not '{short(id)}'.{advice}"
    if not (root / "data").is_dir():
        return (
            f"There is no site in '{root}': it has no folder `data`. Name its folder by `--root`."
        )
    try:
        inside = (root / folder).resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        inside = False
    return "" if inside else f"The folder {folder} must not be a link that leads out of the site."


def _nearest_name(text: str, kind: str) -> str:
    """The name that was probably meant; empty where nothing of it can stay."""
    last = _ENDING.sub("", PurePosixPath(text.replace("\\", "/").strip()).name)
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode().lower()
    name = _JOINTS.sub(r"\1", _OTHER_SIGNS.sub("-", plain.replace("'", "")))
    name = name.strip("-_")[:_LONGEST].strip("-_")
    if name and file_fault(name):
        name = f"{name}-{kind}"
    return "" if file_fault(name) else name
