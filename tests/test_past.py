"""Ten reasons for peer support, as they were once shared, do not compile: each fault is named.

The brief keeps the structure of the old list (claim, outcome, cited works) and stands on the real
records. What must be found is what an audit by hand found.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.examine import examine
from generator.problem import Problem

ROOT = Path(__file__).parents[1]
PAST = Path(__file__).parent / "data" / "past" / "briefs" / "ten-reasons-past.md"

# What the audit found, by claim, as the rules that must name it.
AUDIT = {
    # broken citation: SAMHSA misspelt, no title; nothing that can be looked up
    "reason-1": {"misspelt-author", "claim-without-evidence", "overclaim"},
    # not what the cited works found: no change in support, activity not significant
    "reason-2-support": {"cites-otherwise", "overclaim"},
    "reason-2-activity": {"cites-otherwise", "overclaim", "unfounded-significance"},
    # the trial does not test choice, did not favour peer partners, does not report empowerment
    "reason-3-choice": {"typed-citation", "overclaim"},
    "reason-3-self-esteem": {"cites-otherwise", "overclaim", "unfounded-significance"},
    "reason-3-empowerment": {"cites-otherwise", "overclaim"},
    # the first author was dropped; the people were relatives
    "reason-4": {"misspelt-author", "cites-otherwise", "overclaim"},
    # no comparison group behind the comparison; adherence not significant
    "reason-5-self-advocacy": {"unfounded-comparison"},
    "reason-5-self-management": {"unfounded-comparison"},
    "reason-5-medicines": {"cites-otherwise", "wrong-direction", "overclaim"},
    # broken citation; and 1.6 to 1, rounded up
    "reason-6-reach": {"unknown-author", "claim-without-evidence", "overclaim"},
    "reason-6-number": {"unfounded-number", "overclaim"},
    # nothing of the kind in the cited work; nothing tests it
    "reason-7": {"overclaim", "unfounded-cause"},
    # supported by one small study, which must not be generalised
    "reason-8-problems": {"overclaim"},
    "reason-8-quality-of-life": {"overclaim"},
    # a changed name; supported in substance, but as what people report
    "reason-9": {"misspelt-author", "claim-without-evidence", "overclaim"},
    # broken citations
    "reason-10-advocacy": {"unknown-author", "claim-without-evidence", "overclaim"},
    "reason-10-benefits": {"unknown-author", "claim-without-evidence", "overclaim"},
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Problem]]:
    """The problems of the past, by the claim at whose lines they stand."""
    root = tmp_path_factory.mktemp("past")
    shutil.copytree(ROOT / "data", root / "data")
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "briefs").mkdir()
    shutil.copy(PAST, root / "briefs")
    problems = [p for p in examine(root).problems if p.place.path.startswith("briefs/")]
    return {name: [p for p in problems if p.place.line in lines] for name, lines in spans().items()}


def spans() -> dict[str, range]:
    """The lines of each claim, from its statement to the end of its block."""
    lines = PAST.read_text(encoding="utf-8").split("\n")
    ids = {i: line.removeprefix("id: ") for i, line in enumerate(lines) if line.startswith("id: ")}
    return {name: range(i - 2, lines.index("```", i) + 2) for i, name in ids.items()}


def test_every_reason_is_judged() -> None:
    assert set(spans()) == set(AUDIT)
    assert {name.split("-")[1] for name in AUDIT} == {str(number) for number in range(1, 11)}


@pytest.mark.parametrize("name", AUDIT)
def test_the_checks_find_what_the_audit_found(name: str, told: dict[str, list[Problem]]) -> None:
    assert AUDIT[name] <= {problem.rule for problem in told[name]}


def test_what_the_audit_found_right_is_not_faulted(told: dict[str, list[Problem]]) -> None:
    assert {p.rule for p in told["reason-8-problems"]} == {"overclaim"}
    assert "cites-otherwise" not in {p.rule for p in told["reason-8-quality-of-life"]}


def test_the_messages_lead_to_what_is_right(told: dict[str, list[Problem]]) -> None:
    hints = {name: " ".join(f"{p.message} {p.hint}" for p in told[name]) for name in told}
    assert "SAMHSA" in hints["reason-1"]
    assert "Chien" in hints["reason-4"]
    assert "[@salzer2002b]" in hints["reason-9"]
    assert "Barrett" in hints["reason-6-reach"]
    assert "1.6" in hints["reason-6-number"]
