"""Two sides become one list of what differs: the order of the comparisons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from generator.contribute.diff.changes import Changes, ProblemChanges, ProblemLine
from generator.contribute.diff.claims import claim_changes, subject_changes
from generator.contribute.diff.pages import page_changes
from generator.contribute.diff.records import (
    brief_changes,
    ledger_changes,
    other_files,
    study_changes,
    term_changes,
    work_changes,
)
from generator.contribute.diff.sides import Side, match
from generator.problem import Problem

_Sign = tuple[str, str, str]


def compare(before: Side, after: Side) -> Changes:
    """Everything that differs between two sides, but for their problems and settings.

    Base and commit are left empty: the caller knows them. Pure; no side is changed.
    """
    matches = match(before, after)
    ledger, rechecked = ledger_changes(before, after, matches)
    return Changes(
        base="",
        commit="",
        notices=matches.notices,
        claims=tuple(claim_changes(before, after, matches)),
        studies=tuple(sorted(study_changes(before, after, matches), key=lambda s: s.id)),
        works=tuple(sorted(work_changes(before, after, matches), key=lambda w: w.key)),
        ledger=ledger,
        rechecked=rechecked,
        subjects=tuple(subject_changes(before, after, matches)),
        briefs=tuple(brief_changes(before, after, matches)),
        terms=tuple(term_changes(before, after)),
        files=tuple(other_files(before, after)),
        pages=page_changes(before, after),
    )


def problem_changes(before: Iterable[Problem], after: Iterable[Problem]) -> ProblemChanges:
    """Problems that only one side has, by file, rule and message: lines move, problems stay."""
    old, new = list(before), list(after)
    kept = Counter(map(_sign, old)) & Counter(map(_sign, new))
    return ProblemChanges(new=_without(new, kept), mended=_without(old, kept), kept=kept.total())


def _without(problems: Iterable[Problem], kept: Counter[_Sign]) -> tuple[ProblemLine, ...]:
    left, told = kept.copy(), []
    for problem in problems:
        sign = _sign(problem)
        if left[sign]:
            left[sign] -= 1
        else:
            told.append(_line(problem))
    return tuple(told)


def _sign(problem: Problem) -> _Sign:
    return problem.place.path, problem.rule, problem.message


def _line(problem: Problem) -> ProblemLine:
    return ProblemLine(
        path=problem.place.path,
        line=problem.place.line,
        rule=problem.rule,
        severity=problem.severity,
        message=problem.message,
        hint=problem.hint,
    )
