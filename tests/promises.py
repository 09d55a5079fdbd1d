"""A plugin of pytest that writes down what a run of all tests found, for the page "How we test".

`pytest --record-run FILE` writes FILE at the end: how many tests passed, how the tests that
data/promises.yaml names came out, and the figures that tests gave to the fixture `record_figure`.
Figures of one name are added up. Without the option nothing is written.
"""

from __future__ import annotations

import ast
import json
import platform
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from generator.disk import put
from generator.load.promises import code_fingerprint, read_tested

ROOT: Final = Path(__file__).resolve().parents[1]
RecordFigure = Callable[[str, int], None]

_FIGURE: Final = "figure"
_PROGRAMS: Final = {
    "Typst": "typst",
    "Pagefind": "pagefind",
    "MkDocs": "mkdocs",
    "Material": "mkdocs-material",
}
_Outcome = Literal["passed", "failed", "skipped"]


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests that stand in a file, such as ``test_x`` or ``TestY::test_x``."""
    file = ROOT / path
    if not file.is_file() or not file.name.startswith("test_"):
        return frozenset()
    return frozenset(_names(ast.parse(file.read_text(encoding="utf-8")).body))


def _names(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("test_"):
                yield node.name
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from (f"{node.name}::{name}" for name in _names(node.body))


def is_a_test(name: str) -> bool:
    """Whether a test such as ``tests/test_x.py::test_y`` exists."""
    path, _, function = name.partition("::")
    return function in names_in(path)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where to write what the run found."""
    parser.addoption("--record-run", default=None, help="write what this run found to this file")


def pytest_configure(config: pytest.Config) -> None:
    """Only the process that gathers all reports writes."""
    path = config.getoption("--record-run")
    if path and not hasattr(config, "workerinput"):
        named = [name for promise in read_tested(ROOT)[0].promises for name in promise.tests]
        config.pluginmanager.register(Recorder(Path(path), named))


@pytest.fixture
def record_figure(request: pytest.FixtureRequest) -> RecordFigure:
    """Give a run's record a number, such as how many faults were planted and found."""

    def record(name: str, value: int) -> None:
        request.node.user_properties.append((_FIGURE, [name, value]))

    return record


class Recorder:
    """Gathers what each test came to, and writes it in one order."""

    def __init__(self, path: Path, named: list[str]) -> None:
        self.path = path
        self.named = named
        self.outcomes: dict[str, _Outcome] = {}
        self.figures: Counter[str] = Counter()
        # Of the program as it was when the tests began.
        self.code = code_fingerprint()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of one step of one test; a test that fails in any step has failed."""
        before = self.outcomes.get(report.nodeid)
        if before == "failed" or (before is not None and report.outcome == "passed"):
            return
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome
        if report.when == "call" and report.outcome == "passed":
            for kind, told in report.user_properties:
                if kind == _FIGURE and isinstance(told, list | tuple):
                    name, value = told
                    self.figures[str(name)] += int(value)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the record of a run that came to its end, whether all passed or not."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            put(self.path, as_text(self.found()))

    def found(self) -> Mapping[str, Any]:
        """What the run found, as data/test-run.json holds it."""
        tallies: dict[str, Counter[_Outcome]] = {}
        for nodeid, outcome in self.outcomes.items():
            tallies.setdefault(nodeid.partition("[")[0], Counter())[outcome] += 1
        return {
            "day": datetime.now(UTC).date().isoformat(),
            "code": self.code,
            "tests": _tally(Counter(self.outcomes.values())),
            "held": {name: _tally(tallies[name]) for name in self.named if name in tallies},
            "figures": dict(self.figures),
            "versions": {
                "Python": platform.python_version(),
                **{name: version(package) for name, package in _PROGRAMS.items()},
            },
        }


def _tally(counts: Counter[_Outcome]) -> dict[str, int]:
    return {outcome: counts[outcome] for outcome in ("passed", "failed", "skipped")}


def as_text(found: Mapping[str, Any]) -> str:
    """A record as it stands in its file: in one order, so that changes can be read."""
    return json.dumps(found, indent=2, sort_keys=True) + "\n"
