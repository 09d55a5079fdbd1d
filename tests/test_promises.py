"""What the site promises is held by tests that exist, and the page says what the last run found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from generator.check.reading import grade
from generator.cli import main
from generator.load.promises import code_fingerprint, read_tested
from generator.promise import PROMISES_PATH, RUN_PATH, Assurance, Promise, Run, Tally
from generator.render.promises import promise_views, run_view
from generator.site import Site
from tests.promises import Recorder, as_text, is_a_test, names_in

ROOT = Path(__file__).resolve().parents[1]
SITE = Site(name="Choirs", description="Choirs")
ASSURED, _ = read_tested(ROOT)
Edit = Callable[[str, str, str], None]


def run_of(held: dict[str, Tally], code: str = "x") -> Run:
    return Run(
        day=date(2026, 3, 1),
        code=code,
        tests=Tally(passed=2430, skipped=1),
        held=held,
        figures={"notes": 1234},
    )


# --- the promises themselves -------------------------------------------------------------------


@pytest.mark.parametrize("promise", ASSURED.promises, ids=lambda promise: promise.id)
def test_every_named_test_is_there(promise: Promise) -> None:
    assert [name for name in promise.tests if not is_a_test(name)] == []
    assert len(set(promise.tests)) == len(promise.tests)


def test_there_are_promises_and_each_has_its_own_id() -> None:
    assert len(ASSURED.promises) >= 12
    assert len({promise.id for promise in ASSURED.promises}) == len(ASSURED.promises)


def test_every_named_figure_is_counted_by_a_test() -> None:
    sources = [path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py")]
    counted = {name for text in sources for name in re.findall(r'record_figure\(\s*"(.+?)"', text)}
    named = {name for promise in ASSURED.promises for name in promise.figures}
    assert named <= counted


def test_the_recorded_run_holds_only_tests_that_are_promised() -> None:
    if ASSURED.run is None:
        pytest.skip("no run is recorded")
    named = {name for promise in ASSURED.promises for name in promise.tests}
    # A promise that went takes its tests along at the next run.
    assert set(ASSURED.run.held) & named
    assert ASSURED.run.tests.all >= sum(tally.all for tally in ASSURED.run.held.values())


@pytest.mark.parametrize(
    "name",
    [
        "tests/test_promises.py::test_no_such_test",
        "tests/no_such_file.py::test_x",
        "tests/promises.py::names_in",
        "tests/test_promises.py",
        "tests/test_promises.py::run_of",
        "",
    ],
)
def test_a_test_that_is_not_there_would_be_noticed(name: str) -> None:
    assert not is_a_test(name)


def test_tests_inside_other_functions_and_texts_do_not_count() -> None:
    assert "test_a_test_that_is_not_there_would_be_noticed" in names_in("tests/test_promises.py")
    assert "test_inside" not in names_in("tests/test_promises.py")


# --- reading -----------------------------------------------------------------------------------


def test_a_site_may_have_neither(tree: Path) -> None:
    for path in (PROMISES_PATH, RUN_PATH):
        (tree / path).unlink()
    assert read_tested(tree) == (Assurance(), ())
    assert main(["build", "--no-pdf", "--root", str(tree)]) == 0
    text = (tree / "site/promises/index.html").read_text(encoding="utf-8")
    assert "No run of the tests is recorded here" in text
    assert "No promise is written down" in text


def test_a_fault_is_told_in_its_place(tree: Path, edit: Edit) -> None:
    edit(PROMISES_PATH, "    how: We leave a door open.\n", "")
    edit(RUN_PATH, '"passed": 13', '"passed": -13')
    tested, problems = read_tested(tree)
    assert tested == Assurance()
    assert {problem.place.path for problem in problems} == {PROMISES_PATH, RUN_PATH}


def test_a_changed_program_is_another_one(tmp_path: Path) -> None:
    for name in ("generator/a.py", "tests/b.py", "templates/c.j2", "site_overrides/d.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    marks = [code_fingerprint.__wrapped__(tmp_path)]
    for name in ("generator/a.py", "tests/b.py", "templates/c.j2", "site_overrides/d.css"):
        (tmp_path / name).write_text("y", encoding="utf-8")
        marks.append(code_fingerprint.__wrapped__(tmp_path))
    (tmp_path / "generator/a.py").rename(tmp_path / "generator/e.py")
    marks.append(code_fingerprint.__wrapped__(tmp_path))
    assert len(set(marks)) == len(marks)
    for name in ("generator/__pycache__/a.pyc", "tests/.hidden", "build/x", "data/studies/x.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("z", encoding="utf-8")
    assert code_fingerprint.__wrapped__(tmp_path) == marks[-1]


def test_a_run_of_this_very_program_is_fresh(tree: Path, edit: Edit) -> None:
    assert not read_tested(tree)[0].fresh
    edit(RUN_PATH, "0" * 64, code_fingerprint())
    assert read_tested(tree)[0].fresh


# --- the page ----------------------------------------------------------------------------------


def test_a_run_is_told_with_its_day() -> None:
    told = run_view(Assurance(run=run_of({})))
    assert told is not None
    assert told.day == "1 March 2026"
    assert told.outcome == "2,431 tests; 2,430 passed, 1 could not be tried"
    assert run_view(Assurance()) is None


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ({"a": Tally(passed=1), "b": Tally(passed=4)}, "In the last run: 5 checks; all passed."),
        (
            {"a": Tally(passed=1), "b": Tally(passed=3, failed=1)},
            "In the last run: 5 checks; 4 passed, 1 failed.",
        ),
        (
            {"a": Tally(skipped=1), "b": Tally(passed=1)},
            "In the last run: 2 checks; 1 passed, 1 could not be tried.",
        ),
        (
            {"a": Tally(passed=1)},
            "In the last run: 1 check; it passed. 1 test here is newer than the last run.",
        ),
        ({}, "2 tests here are newer than the last run."),
    ],
)
def test_what_did_not_pass_is_always_said(held: dict[str, Tally], told: str) -> None:
    promise = Promise(id="x", says="X", how="Y", tests=("a", "b"), figures={"notes": "notes"})
    (view,) = promise_views(Assurance(promises=(promise,), run=run_of(held)), SITE)
    assert view.outcome == told
    assert view.figures == (("1,234", "notes"),)


def test_without_a_run_no_outcome_and_no_figure_is_told() -> None:
    promise = Promise(id="x", says="X", how="Y", tests=("a",), figures={"notes": "notes"})
    (view,) = promise_views(Assurance(promises=(promise,)), SITE)
    assert (view.outcome, view.figures) == ("", ())


def test_a_test_is_named_in_words_and_leads_to_its_file() -> None:
    promise = Promise(id="x", says="X", how="Y", tests=("tests/test_x.py::test_all_is_well",))
    tested = Assurance(promises=(promise,))
    (view,) = promise_views(tested, replace(SITE, repository="https://code.example/o/r/"))
    (line,) = view.tests
    assert (line.says, line.path) == ("All is well", "tests/test_x.py")
    assert line.link == "https://code.example/o/r/blob/HEAD/tests/test_x.py"
    (view,) = promise_views(tested, SITE)
    assert view.tests[0].link == ""


def test_the_page_shows_promises_figures_and_tests(tree: Path, edit: Edit) -> None:
    hostile = "<script>x</script> {{ 7 * 7 }} [a](javascript:x)"
    edit(PROMISES_PATH, "We leave a door open.", f"'{hostile}'")
    assert main(["build", "--no-pdf", "--root", str(tree)]) == 0
    text = (tree / "build/docs/promises.md").read_text(encoding="utf-8")
    assert "**Figures of the run of 1 March 2026:** 2,432 tests;" in text
    assert "may be out of date" in text
    assert "-   **1,234** wrong notes sung, and all of them heard" in text
    assert "In the last run: 16 checks; 15 passed, 1 failed." in text
    html = (tree / "site/promises/index.html").read_text(encoding="utf-8")
    assert "<script>x" not in html
    assert "{{ 7 * 7 }}" in html.replace("&#123;", "{").replace("&#125;", "}").replace("&#42;", "*")
    assert 'href="javascript:' not in html
    assert "<li>Every named test is there <small>" in html


# --- what a run leaves behind ------------------------------------------------------------------

TESTS = """
import pytest

def test_good(record_figure):
    record_figure("notes", 2)

@pytest.mark.parametrize("n", [1, 2, 3])
def test_each(n, record_figure):
    record_figure("notes", n)
    assert n != 3

@pytest.mark.skip
def test_skipped():
    pass

@pytest.fixture
def broken():
    yield
    raise ValueError

def test_broken_at_the_end(broken, record_figure):
    pass
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_is_written_down_once(tmp_path: Path, workers: str) -> None:
    (tmp_path / "test_made_up.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.promises", "-n", workers]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--record-run", "run.json", "."],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert found["tests"] == {"passed": 3, "failed": 2, "skipped": 1}
    assert found["figures"] == {"notes": 5}
    assert found["held"] == {}
    assert found["code"] == code_fingerprint()


def test_a_record_is_in_one_order_and_is_read_back(tmp_path: Path) -> None:
    names = [name for promise in ASSURED.promises for name in promise.tests]
    recorder = Recorder(tmp_path / "x.json", names)
    for name in [*reversed(names), names[0]]:
        recorder.outcomes[f"{name}[a]"] = "passed"
    text = as_text(recorder.found())
    assert text == as_text(json.loads(text))
    (tmp_path / "data").mkdir()
    (tmp_path / RUN_PATH).write_text(text, encoding="utf-8")
    tested, problems = read_tested(tmp_path)
    assert not problems
    assert tested.fresh
    assert tested.run is not None
    assert set(tested.run.held) == set(names)


def test_an_interrupted_run_is_not_written_down(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "x.json", [])
    recorder.pytest_sessionfinish(pytest.ExitCode.INTERRUPTED)
    assert not (tmp_path / "x.json").exists()
    recorder.pytest_sessionfinish(pytest.ExitCode.TESTS_FAILED)
    assert (tmp_path / "x.json").exists()


def test_promises_are_easy_to_read() -> None:
    texts = [f"{promise.says}. {promise.how}" for promise in ASSURED.promises]
    assert {text[:30]: grade(text) for text in texts if grade(text) > 9} == {}
