"""Problems as SARIF 2.1.0, the format in which editors and code hosts read what checkers find.

Columns count Unicode code points, as everywhere here. The root is named and not placed: whoever
reads the file knows where it is, and the file is the same on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from generator.check import RULES, rule_id
from generator.problem import Problem
from generator.report.plain import one_line

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT: Final = "ROOT"
_HELP: Final = (
    "Each result says where this is not so and how to mend it. CONTRIBUTING.md tells what records"
    " and briefs must be, and why."
)
_Object: TypeAlias = dict[str, Any]


def as_sarif(problems: Sequence[Problem], folder: str = "") -> str:
    """All problems as one SARIF document, with the rules that they break.

    `folder` leads from the repository to the site's root; it is empty or ends with a slash.
    """
    said = _sayings(problems)
    index = {rule: number for number, rule in enumerate(said)}
    driver = {
        "name": "briefs",
        "fullName": "Evidence briefs",
        "version": version("evidence-briefs"),
        "rules": [_rule(rule, text) for rule, text in said.items()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": _text("The root of the repository.")}},
        "results": [_result(problem, index, folder) for problem in problems],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _sayings(problems: Iterable[Problem]) -> dict[str, str]:
    """What each rule asks, by its id: the rules of `check`, then those of loading that were broken,
    whose ids say it all."""
    said = {rule_id(rule): " ".join((rule.__doc__ or "").split()) for rule in RULES}
    for rule in sorted({problem.rule for problem in problems} - said.keys()):
        said[rule] = f"Every file has the form that its readers need ({rule.replace('-', ' ')})."
    return said


def _rule(rule: str, text: str) -> _Object:
    return {"id": rule, "shortDescription": _text(text), "help": _text(f"{text} {_HELP}")}


def _result(problem: Problem, index: Mapping[str, int], folder: str) -> _Object:
    place, fix = problem.place, problem.fix
    file = {"uri": quote(f"{folder}{place.path}", errors="replace"), "uriBaseId": _ROOT}
    region = {"startLine": place.line, "startColumn": place.column}
    if fix:
        region["endColumn"] = place.column + len(fix.old)
    result: _Object = {
        "ruleId": problem.rule,
        "ruleIndex": index[problem.rule],
        "level": problem.severity.value,
        "message": _text(f"{problem.message} {problem.hint}".strip()),
        "locations": [{"physicalLocation": {"artifactLocation": file, "region": region}}],
    }
    if fix:
        change = {"deletedRegion": region, "insertedContent": {"text": fix.new}}
        result["fixes"] = [
            {
                "description": _text(f"Write {fix.new}."),
                "artifactChanges": [{"artifactLocation": file, "replacements": [change]}],
            }
        ]
    return result


def _text(text: str) -> _Object:
    """A message: braces doubled, as SARIF has it (3.11.5), and nothing that it reads as a link."""
    shown = one_line(text).replace("{", "{{").replace("}", "}}")
    return {"text": shown.replace("](", "] (")}
