"""Machines fail at the worst moment: the last good site stays whole, and a rerun mends all.

With BRIEFS_LONG=1 many more moments are tried (`make fuzz`).
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from tests.conftest import planted_tree
from tests.promises import RecordFigure

Edit = Callable[[str, str, str], None]
LONG = os.environ.get("BRIEFS_LONG") == "1"
KILLS = 40 if LONG else 3
STUDY = "data/studies/dahl2012.yaml"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fabricated site with all that a build makes of it; to be copied, not changed."""
    root = planted_tree(tmp_path_factory.mktemp("printed") / "site")
    assert main(["build", "--root", str(root)]) == 0
    return root


@pytest.fixture
def tree(printed: Path, tmp_path: Path) -> Path:
    """A site that was built before, to be changed at will; its documents need not be set again."""
    return shutil.copytree(printed, tmp_path / "site")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def sources(tree: Path) -> dict[str, bytes]:
    made = ("build/", "site/", ".site")
    return {path: text for path, text in contents(tree).items() if not path.startswith(made)}


def started(tree: Path, *command: str, limit: int = 0) -> subprocess.Popen[str]:
    """A command of its own, in a group that can be killed whole; `limit` is for the size of a
    file that it may write, which stands for a disk that is full."""

    def before() -> None:
        os.setsid()
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [sys.executable, "-m", "generator", *command, "--root", str(tree)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=before,  # noqa: PLW1509 - the tests have one thread
    )


def killed_after(process: subprocess.Popen[str], seconds: float) -> int:
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait()
    finally:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stderr.close()


def test_a_build_that_is_killed_leaves_the_old_site_or_the_new_one(
    tree: Path, edit: Edit, record_figure: RecordFigure
) -> None:
    assert main(["build", "--root", str(tree)]) == 0
    old = contents(tree / "site")
    edit(STUDY, "halls that were cold", "halls that were icy")
    began = time.monotonic()
    assert main(["build", "--root", str(tree)]) == 0
    whole = time.monotonic() - began
    new = contents(tree / "site")
    edit(STUDY, "halls that were icy", "halls that were cold")
    assert main(["build", "--root", str(tree)]) == 0
    edit(STUDY, "halls that were cold", "halls that were icy")
    before = sources(tree)
    dice = random.Random(7)
    for _ in range(KILLS):
        killed_after(started(tree, "build"), dice.uniform(0.2, 1.1) * whole)
        assert contents(tree / "site") in (old, new)
        assert sources(tree) == before
    assert main(["build", "--root", str(tree)]) == 0
    assert contents(tree / "site") == new
    assert not [path.name for path in tree.iterdir() if path.name.startswith(".site")]
    record_figure("builds-killed", KILLS)


@pytest.mark.parametrize("limit", [2_000, 20_000, 60_000, 200_000] if LONG else [20_000, 200_000])
def test_a_full_disk_is_told_and_the_last_site_stays(tree: Path, edit: Edit, limit: int) -> None:
    assert main(["build", "--root", str(tree)]) == 0
    old, before = contents(tree / "site"), sources(tree)
    edit("mkdocs.yml", "site_name: Choir Evidence", "site_name: Evidence on choirs")
    out, err = (process := started(tree, "build", limit=limit)).communicate()
    if process.returncode:
        assert contents(tree / "site") == old
        assert "Traceback" not in out + err
        assert "stays in place" in err or "this machine refused something" in err
    edit("mkdocs.yml", "site_name: Evidence on choirs", "site_name: Choir Evidence")
    assert main(["build", "--root", str(tree)]) == 0
    assert contents(tree / "site") == old
    assert sources(tree) == before


def test_two_builds_at_once_both_end_with_a_whole_site(tree: Path, edit: Edit) -> None:
    assert main(["build", "--root", str(tree)]) == 0
    old = contents(tree / "site")
    edit("mkdocs.yml", "site_name: Choir Evidence", "site_name: Evidence on choirs")
    assert main(["build", "--root", str(tree)]) == 0
    new = contents(tree / "site")
    assert new != old
    edit("mkdocs.yml", "site_name: Evidence on choirs", "site_name: Choir Evidence")
    both = [started(tree, "build"), started(tree, "build")]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert contents(tree / "site") == old
    assert sum("this one waits" in text for text in said) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda build: [path.write_bytes(b"%PDF-cut") for path in (build / "pdf").iterdir()],
        lambda build: [path.unlink() for path in (build / "docs").rglob("*.md")],
        lambda build: [path.write_text("spoilt") for path in (build / "docs").rglob("*.md")],
        lambda build: [path.write_bytes(b"\xff\xfe") for path in build.rglob("*.json")],
        lambda build: [path.write_text("spoilt") for path in (build / "html").rglob("*.html")],
    ],
)
def test_whatever_is_spoilt_among_what_was_kept_is_made_again(
    tree: Path, damage: Callable[[Path], object]
) -> None:
    assert main(["build", "--root", str(tree)]) == 0
    good = contents(tree / "site")
    damage(tree / "build")
    assert main(["build", "--root", str(tree)]) == 0
    assert contents(tree / "site") == good


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for the superuser")
def test_a_folder_that_cannot_be_written_is_told(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree.chmod(0o555)
    try:
        assert main(["build", "--root", str(tree)]) == 2
        assert "this machine refused something" in capsys.readouterr().err
    finally:
        tree.chmod(0o755)


def test_sources_that_go_away_while_they_are_read_are_told(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every source in turn is listed, and gone when it is opened."""
    assert main(["build", "--root", str(tree), "--no-pdf"]) == 0
    site = contents(tree / "site")
    really = Path.open
    for victim in sorted(path for path in sources(tree) if path.endswith((".yaml", ".bib", ".md"))):
        path, text = tree / victim, (tree / victim).read_bytes()

        def gone(self: Path, *args: Any, lost: Path = path, **kwargs: Any) -> Any:
            if self == lost:
                raise FileNotFoundError(2, "No such file or directory", str(self))
            return really(self, *args, **kwargs)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "open", gone)
            code = main(["build", "--root", str(tree), "--no-pdf"])
        said = capsys.readouterr().err
        assert code in (0, 1, 2), victim
        assert "Traceback" not in said
        if code:
            assert victim in said or path.name in said, said
        assert path.read_bytes() == text
        if code:
            assert contents(tree / "site") == site


def test_a_formatter_that_is_killed_leaves_each_file_old_or_new(
    tree: Path, record_figure: RecordFigure
) -> None:
    studies = tree / "data/studies"
    for number in range(60):
        record = (studies / "dahl2012.yaml").read_text("utf-8")
        (studies / f"more{number}.yaml").write_text("\n\n" + record.replace(": ", ":   "), "utf-8")
    old = contents(studies)
    began = time.monotonic()
    process = started(tree, "fmt")
    process.communicate()
    whole = time.monotonic() - began
    new = contents(studies)
    assert new != old
    dice = random.Random(3)
    for _ in range(KILLS):
        for name, text in old.items():
            (studies / name).write_bytes(text)
        killed_after(started(tree, "fmt"), dice.uniform(0.3, 1.0) * whole)
        now = contents(studies)
        assert set(now) >= set(old)
        assert all(now[name] in (old[name], new[name]) for name in old)
    record_figure("builds-killed", KILLS)
