"""The law of every reader: problems or success, in words, in good time, and nothing printed."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import time
from pathlib import Path, PurePosixPath
from typing import Final

from hypothesis import HealthCheck, settings

from generator.examine import Checked, examine
from generator.problem import Problem
from generator.report import as_github, as_json, as_sarif, as_summary, as_text

LONG: Final = os.environ.get("BRIEFS_LONG") == "1"
# Seconds of the processor that a small site may take whatever stands in it, and the longest that a
# problem may be in all.
MOST_SECONDS: Final = 10.0
MOST_TOLD: Final = 16_000
_RULE: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")


def many(short: int, long: int) -> settings:
    """How many examples are tried: the same ones on every machine, or new ones in the long form."""
    return settings(
        max_examples=long if LONG else short,
        deadline=None,
        derandomize=not LONG,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


def examined(root: Path) -> Checked:
    """What examining a folder gives, which must be lawful."""
    printed = io.StringIO()
    start = time.process_time()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        checked = examine(root)
    assert time.process_time() - start < MOST_SECONDS
    assert printed.getvalue() == ""
    assert checked.library is not None or checked.errors
    for problem in checked.problems:
        assert_is_told(problem)
    assert_can_be_reported(checked)
    return checked


def assert_is_told(problem: Problem) -> None:
    """A problem stands somewhere and says something, in words that can be shown."""
    place = problem.place
    assert place.keys == ()
    assert place.line >= 1
    assert place.column >= 1
    assert not PurePosixPath(place.path).is_absolute()
    assert ".." not in PurePosixPath(place.path).parts
    assert _RULE.fullmatch(problem.rule)
    assert problem.message.strip()
    assert len(problem.message) + len(problem.hint) <= MOST_TOLD, problem.message[:200]


def assert_can_be_reported(checked: Checked) -> None:
    """Each form of report can be made of the problems, and holds nothing that nobody can see."""
    lines = [as_text(problem, offer=True) for problem in checked.problems]
    reports = [*lines, *as_github(checked.problems), as_summary(checked.problems)]
    for report in reports:
        report.encode()
        assert all(sign.isprintable() or sign == "\n" for sign in report)
    told = json.loads(as_json(checked.problems, checked.library))
    assert len(told["problems"]) == len(checked.problems)
    json.loads(as_sarif(checked.problems))
