"""The rules that need more than one record. Each is a pure generator; its docstring is the rule.

The list is explicit: a rule that is not in `RULES` does not run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.appraise import Evidence
from generator.check.citations import broken_link, unknown_citation
from generator.check.claims import cites_otherwise, claim_without_evidence
from generator.check.numbers import unfounded_number
from generator.check.records import (
    basis_unfit,
    duplicate_work,
    study_without_report,
    uncited_work,
    unknown_term,
)
from generator.check.rule import Rule, rule_id
from generator.check.wording import overclaim, refused_word
from generator.library import Library
from generator.problem import Problem, in_order

RULES: Final[tuple[Rule, ...]] = (
    unknown_citation,
    uncited_work,
    study_without_report,
    unknown_term,
    duplicate_work,
    basis_unfit,
    broken_link,
    claim_without_evidence,
    cites_otherwise,
    overclaim,
    refused_word,
    unfounded_number,
)

__all__ = ["RULES", "check", "rule_id"]


def check(library: Library, evidence: Evidence) -> tuple[Problem, ...]:
    """Every fault that the rules find, in the order of files."""
    return in_order(_run(library, evidence))


def _run(library: Library, evidence: Evidence) -> Iterator[Problem]:
    for rule in RULES:
        for fault in rule(library, evidence):
            yield Problem(
                place=fault.place,
                rule=rule_id(rule),
                message=fault.message,
                hint=fault.hint,
                severity=fault.severity,
            )
