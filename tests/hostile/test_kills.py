"""A command that is ended at any of its steps leaves whole files, and does its work when run again.

With BRIEFS_LONG=1 every step is tried, and every command by random times too (`make fuzz`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.load.bibtex import parse_bibtex
from tests.hostile.test_faults import LONG, contents
from tests.promises import RecordFigure
from tests.verify.conftest import StandIn, serve
from tests.verify.test_run import OURS, TRUTH, many, site

MOST = 10_000 if LONG else 5
__all__ = ["serve"]  # a fixture
Serve = Callable[..., StandIn]
BOOK = "library.bib"


def killed(
    root: Path,
    *command: str,
    most: int = MOST,
    steps: str = "files",
    environment: Mapping[str, str] = os.environ,
) -> tuple[Mapping[int, int], int]:
    """Run a command on copies of a site; how the second runs ended by moment, and the whole one."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.killing", str(root), str(most), steps, *command],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    assert "Traceback" not in done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return {int(moment): code for moment, code in told["again"].items()}, told["whole"]


def copy(root: Path, name: object) -> Path:
    return root.with_name(f"{root.name}-{name}")


def data(root: Path) -> dict[str, bytes]:
    return contents(root / "data")


def test_a_work_that_was_half_added_is_added_by_the_next_run(
    tmp_path: Path, serve: Serve, record_figure: RecordFigure
) -> None:
    works, truths = many(1)
    root = site(tmp_path / "site", *works)
    stand_in = serve([*truths, TRUTH])
    # The steps that matter are the last three; before them answers are kept.
    again, whole = killed(root, "add", OURS.doi, environment=stand_in.environment)
    assert whole == 0
    assert set(again.values()) == {0}
    assert len(again) >= 5
    before, after = data(root), data(copy(root, "whole"))
    assert parse_bibtex(after[BOOK].decode(), BOOK)[0].keys() == {OURS.key, *(w.key for w in works)}
    for moment in again:
        left = data(copy(root, f"{moment}-then"))
        assert left.keys() <= after.keys()
        assert all(text in (before.get(path), after[path]) for path, text in left.items())
        # The work is in the library only when all else of it is there.
        assert left[BOOK] == before[BOOK] or left == after
        assert data(copy(root, moment)) == after
    record_figure("commands-killed", len(again))


def test_a_check_of_references_that_is_ended_is_taken_up(
    tmp_path: Path, serve: Serve, record_figure: RecordFigure
) -> None:
    works, truths = many(4)
    root = site(tmp_path / "site", *works)
    again, whole = killed(root, "verify", most=MOST // 2, environment=serve(truths).environment)
    after = data(copy(root, "whole"))
    assert (whole, set(again.values())) == (0, {0})
    for moment in again:
        left = data(copy(root, f"{moment}-then"))
        assert all(text == after[path] for path, text in left.items())
        assert data(copy(root, moment)) == after
    record_figure("commands-killed", len(again))


def test_a_formatter_that_is_ended_leaves_each_file_old_or_new(
    tree: Path, record_figure: RecordFigure
) -> None:
    for path in (tree / "data/studies").glob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace(": ", ":   "), encoding="utf-8")
    again, whole = killed(tree, "fmt")
    before, after = data(tree), data(copy(tree, "whole"))
    assert (whole, set(again.values())) == (0, {0})
    assert before != after
    for moment in again:
        left = data(copy(tree, f"{moment}-then"))
        assert left.keys() == after.keys()
        assert all(text in (before[path], after[path]) for path, text in left.items())
        assert data(copy(tree, moment)) == after
    record_figure("commands-killed", len(again))


@pytest.mark.parametrize("kind", ["study", "brief"])
def test_what_is_begun_is_whole_or_not_there(
    kind: str, tree: Path, record_figure: RecordFigure
) -> None:
    again, whole = killed(tree, "new", kind, "fresh")
    assert (whole, set(again.values())) == (0, {0})
    before, after = contents(tree), contents(copy(tree, "whole"))
    assert len(after) == len(before) + 1
    for moment in again:
        left = contents(copy(tree, f"{moment}-then"))
        assert {p: t for p, t in left.items() if not p.startswith("build/")} == before
        assert {p: t for p, t in contents(copy(tree, moment)).items() if p in after} == after
    record_figure("commands-killed", len(again))


@pytest.mark.parametrize("exchange", [True, False] if LONG else [False])
def test_a_build_that_is_ended_while_it_swaps_loses_no_site(
    exchange: bool, tree: Path, record_figure: RecordFigure
) -> None:
    """Where two folders cannot change places in one step, the old site is brought back."""
    assert main(["build", "--no-pdf", "--root", str(tree)]) == 0
    old = contents(tree / "site")
    record = tree / "data/studies/dahl2012.yaml"
    text = record.read_text("utf-8")
    record.write_text(text.replace("halls that were cold", "halls that were icy"), encoding="utf-8")
    steps = "folders" if exchange else "folders-apart"
    again, whole = killed(tree, "build", "--no-pdf", steps=steps)
    new = contents(copy(tree, "whole") / "site")
    assert (whole, set(again.values())) == (0, {0})
    gone = 0
    for moment in again:
        then = copy(tree, f"{moment}-then")
        if not (then / "site").exists():
            gone += 1
            assert contents(then / ".site.old") == old
            broken = then / "data/studies/ahlgren2001.yaml"
            broken.write_text("title: [")
            assert main(["build", "--no-pdf", "--root", str(then)]) == 1
        assert contents(then / "site") in (old, new)
        assert contents(copy(tree, moment) / "site") == new
        assert not list(copy(tree, moment).glob(".site*"))
    assert gone == (0 if exchange else 1)
    record_figure("builds-killed", len(again))
