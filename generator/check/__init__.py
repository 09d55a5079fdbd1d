"""The rules that need more than one record. Each is a pure generator; its docstring is the rule.

The list is explicit: a rule that is not in `RULES` does not run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.appraise import Evidence
from generator.check.background import flow_adds_up, unknown_reference
from generator.check.citations import broken_link, unknown_citation
from generator.check.claims import cites_otherwise, claim_without_evidence, second_hand
from generator.check.directions import other_outcome, other_population, wrong_direction
from generator.check.grounds import (
    no_effect,
    unfounded_cause,
    unfounded_comparison,
    unfounded_significance,
)
from generator.check.ledger import (
    ledger_mismatch,
    ledger_missing,
    ledger_orphan,
    ledger_stale,
    retracted_support,
)
from generator.check.numbers import unfounded_number
from generator.check.reading import reading_grade
from generator.check.records import (
    basis_unfit,
    duplicate_study,
    duplicate_work,
    study_without_report,
    uncited_work,
    unknown_term,
)
from generator.check.rule import Rule, rule_id
from generator.check.typed import misspelt_author, typed_citation, unknown_author, wrong_year
from generator.check.wording import overclaim, refused_word, unworded_standing
from generator.library import Library
from generator.load.source import first_of
from generator.problem import Problem, Severity, in_order

MOST_OF_A_RULE: Final = 1_000

RULES: Final[tuple[Rule, ...]] = (
    unknown_citation,
    uncited_work,
    study_without_report,
    unknown_term,
    duplicate_work,
    duplicate_study,
    basis_unfit,
    broken_link,
    flow_adds_up,
    unknown_reference,
    unworded_standing,
    ledger_orphan,
    ledger_missing,
    ledger_stale,
    ledger_mismatch,
    claim_without_evidence,
    cites_otherwise,
    retracted_support,
    second_hand,
    overclaim,
    unfounded_cause,
    unfounded_comparison,
    unfounded_significance,
    no_effect,
    wrong_direction,
    other_outcome,
    other_population,
    unfounded_number,
    refused_word,
    wrong_year,
    misspelt_author,
    unknown_author,
    typed_citation,
    reading_grade,
)

__all__ = ["RULES", "check", "rule_id"]


def check(library: Library, evidence: Evidence) -> tuple[Problem, ...]:
    """Every fault that the rules find, in the order of files; of one rule a thousand at most."""
    return in_order(_run(library, evidence))


def _run(library: Library, evidence: Evidence) -> Iterator[Problem]:
    for rule in RULES:
        yield from first_of([*_problems(rule, library, evidence)], MOST_OF_A_RULE)


def _problems(rule: Rule, library: Library, evidence: Evidence) -> Iterator[Problem]:
    """A rule's faults as problems; there is no end in looking for more errors than are shown."""
    errors = 0
    for fault in rule(library, evidence):
        yield Problem(
            place=fault.place,
            rule=rule_id(rule),
            message=fault.message,
            hint=fault.hint,
            severity=fault.severity,
            fix=fault.fix,
        )
        errors += fault.severity is Severity.ERROR
        if errors > MOST_OF_A_RULE:
            return
