"""Two builds give the same bytes, wherever, whenever and by whomever they are made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import planted_tree

HERE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
THERE = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "4711"}
SETTLED = "1700000000"


def build(root: Path, environment: dict[str, str], mask: int) -> None:
    clean = {k: v for k, v in os.environ.items() if k not in {"SOURCE_DATE_EPOCH", "LANG", "TZ"}}
    subprocess.run(
        [sys.executable, "-m", "generator", "build", "--root", str(root)],
        env={**clean, **environment},
        umask=mask,
        check=True,
        capture_output=True,
    )


def contents(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def copied_backwards(source: Path, target: Path) -> None:
    """The same files, made in the other order, with other times."""
    for path in sorted(source.rglob("*"), reverse=True):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
            os.utime(place, (int(SETTLED), int(SETTLED)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fabricated site, built; a test that changes a source puts it back."""
    root = planted_tree(tmp_path_factory.mktemp("made") / "site")
    build(root, HERE, 0o022)
    return root


def test_the_whole_site_is_the_same_in_another_place_and_time(made: Path, tmp_path: Path) -> None:
    twin = tmp_path / "elsewhere" / "a folder with blanks"
    copied_backwards(made, twin)
    for folder in ("build", "site"):
        shutil.rmtree(twin / folder)
    build(twin, THERE, 0o077)
    ours, theirs = contents(made / "site"), contents(twin / "site")
    assert sorted(ours) == sorted(theirs)
    assert [path for path in ours if ours[path] != theirs[path]] == []
    kinds = {Path(path).suffix for path in ours}
    assert {".html", ".pdf", ".json", ".zip", ".csv", ".png", ".xml"} <= kinds


def test_a_rebuild_from_what_was_kept_is_the_same_as_a_fresh_one(made: Path) -> None:
    before = contents(made / "site")
    record = made / "data/studies/dahl2012.yaml"
    text = record.read_text("utf-8")
    record.write_text(text.replace("halls that were cold", "halls that were icy"), encoding="utf-8")
    build(made, HERE, 0o022)
    assert contents(made / "site") != before
    record.write_text(text, encoding="utf-8")
    build(made, HERE, 0o022)
    assert contents(made / "site") == before
