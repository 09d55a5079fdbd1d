"""Problems as lines for a terminal, and as the JSON document that other tools rely on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from generator.library import Library
from generator.problem import Problem

OFFER = "`briefs check --fix` can mend this."
_ONE = {
    "studies": "study",
    "works": "work",
    "briefs": "brief",
    "claims": "claim",
    "errors": "error",
    "warnings": "warning",
}


def as_text(problem: Problem, *, offer: bool = False) -> str:
    """One problem for a terminal: place, message, rule, and the hint on a line of its own.

    With `offer`, that line also says whether `briefs check --fix` can mend it.
    """
    place = problem.place
    line = (
        f"{place.path}:{place.line}:{place.column}: {problem.severity}:"
        f" {problem.message} [{problem.rule}]"
    )
    advice = advice_of(problem) if offer else problem.hint
    return f"{one_line(line)}\n    {one_line(advice)}" if advice else one_line(line)


def as_json(problems: Sequence[Problem], library: Library | None) -> str:
    """All problems with what was checked, as one JSON document."""
    listed = [_object(problem) for problem in problems]
    return json.dumps({"problems": listed, "checked": counts(library)}, indent=2)


def counts(library: Library | None) -> dict[str, int]:
    """How many studies, works, briefs and claims were checked."""
    if library is None:
        return {"studies": 0, "works": 0, "briefs": 0, "claims": 0}
    return {
        "studies": len(library.studies),
        "works": len(library.works),
        "briefs": len(library.briefs),
        "claims": sum(len(brief.claims) for brief in library.briefs.values()),
    }


def counted(numbers: Mapping[str, int]) -> str:
    """Numbers with their nouns, such as "2 studies, 1 work"."""
    return ", ".join(f"{n} {_ONE[what] if n == 1 else what}" for what, n in numbers.items())


def advice_of(problem: Problem) -> str:
    """The hint, and the offer where a machine can mend it."""
    return " ".join(filter(None, (problem.hint, OFFER if problem.fix else "")))


def one_line(text: str) -> str:
    """The text on one line, with a mark in place of each character that nobody can see: it cannot
    steer a terminal, begin a line of its own, or be a command to a workflow that prints it."""
    shown = "".join(
        letter if letter.isprintable() else " " if letter.isspace() else "\ufffd" for letter in text
    )
    return shown.replace("##[", "## [")


def _object(problem: Problem) -> dict[str, object]:
    told: dict[str, object] = {
        "rule": problem.rule,
        "severity": problem.severity.value,
        "path": problem.place.path,
        "line": problem.place.line,
        "column": problem.place.column,
        "message": problem.message,
        "hint": problem.hint,
    }
    if problem.fix:
        told["fix"] = {"old": problem.fix.old, "new": problem.fix.new}
    return told
