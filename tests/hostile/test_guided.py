"""The targets of guided fuzzing keep their law on what fuzzing starts from, and on what it found.

`make guided` aims the fuzzer at them. Here they are tried without it, so that a target that has
rotted, or a fault that has come back, is seen by everybody.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.hostile.documents import site
from tests.hostile.guided.targets import FOUND, TARGETS, found
from tests.promises import RecordFigure

ROOT = Path(__file__).resolve().parents[2]
INPUTS = [
    (name, number, content)
    for name, target in TARGETS.items()
    for number, content in enumerate(
        [*target.seeds, *(path.read_bytes() for path in found(name)), b"", b"\0\xff"]
    )
]


@pytest.mark.parametrize(("name", "number", "content"), INPUTS, ids=lambda one: str(one)[:20])
def test_a_target_keeps_its_law(
    name: str, number: int, content: bytes, record_figure: RecordFigure
) -> None:
    TARGETS[name].run(content)
    # Cut in the middle, and with a stranger's bytes behind it.
    TARGETS[name].run(content[: len(content) // 2])
    TARGETS[name].run(content + b"\n- [{\xff")
    record_figure("inputs-fuzzed", 3)


def test_what_was_found_belongs_to_a_target() -> None:
    assert {path.name for path in FOUND.iterdir()} <= set(TARGETS)
    assert sum(len(list(found(name))) for name in TARGETS) >= 3


def test_every_kind_of_source_is_aimed_at() -> None:
    seeds = {seed for target in TARGETS.values() for seed in target.seeds}
    assert {path for path, text in site().items() if text not in seeds} <= {
        path for path in site() if path.startswith(("data/studies/", "data/ledger/"))
    }


def test_the_fuzzer_is_locked_and_installed_by_one_command_alone() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    users = re.findall(r"^([a-z/.]+):.*\.venv/fuzz\.stamp", makefile, re.MULTILINE)
    assert users == ["guided"]
    lock = (ROOT / "requirements-fuzz.lock").read_text(encoding="utf-8")
    assert re.findall(r"^[\w-]+(?===)", lock, re.MULTILINE) == ["atheris"]
