"""Problems as people and machines read them; one problem, several forms."""

from __future__ import annotations

import json
from collections.abc import Sequence

from generator.library import Library
from generator.problem import Problem


def as_text(problem: Problem) -> str:
    """One problem for a terminal: place, message, rule, and the hint on a line of its own."""
    place = problem.place
    line = (
        f"{place.path}:{place.line}:{place.column}: {problem.severity}:"
        f" {problem.message} [{problem.rule}]"
    )
    return f"{line}\n    {problem.hint}" if problem.hint else line


def as_github(problem: Problem) -> str:
    """One problem as a workflow command that shows it beside the changed line."""
    place = problem.place
    where = {
        "file": place.path,
        "line": str(place.line),
        "col": str(place.column),
        "title": problem.rule,
    }
    listed = ",".join(f"{key}={_property(value)}" for key, value in where.items())
    return f"::{problem.severity} {listed}::{_data(f'{problem.message} {problem.hint}'.strip())}"


def as_json(problems: Sequence[Problem], library: Library | None) -> str:
    """All problems with what was checked, as one JSON document."""
    listed = [
        {
            "rule": problem.rule,
            "severity": problem.severity.value,
            "path": problem.place.path,
            "line": problem.place.line,
            "column": problem.place.column,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
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


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
