"""Problems as a workflow of GitHub Actions shows them: beside the changed lines, and in a table.

GitHub shows the first ten errors and the first ten warnings of a step, cuts messages at 4,096
characters, and drops a summary of more than 1 MiB; so the worst come first and all is kept short.
The runner takes a line for a command even behind spaces: no line may begin as a writer likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from generator.problem import Problem, Severity
from generator.report.plain import advice_of, counted, one_line

_MOST_SHOWN = 4_000
_MOST_IN_A_CELL = 1_000
_MOST_IN_A_SUMMARY = 500_000


def as_github(problems: Iterable[Problem], folder: str = "") -> tuple[str, ...]:
    """One workflow command for each problem, the worst first.

    `folder` leads from the repository to the site's root; it is empty or ends with a slash.
    """
    return tuple(_command(problem, folder) for problem in _worst_first(problems))


def as_summary(problems: Sequence[Problem], folder: str = "") -> str:
    """A summary of a step in Markdown: how many problems there are, and a table of them.

    What people wrote stands in it as code only: no markup, link or mention in it works.
    """
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    found = counted({"errors": errors, "warnings": len(problems) - errors})
    head = f"### {found} in briefs and records\n"
    if not problems:
        return f"{head}\n"
    lines = [head, "| | where | what must be true | rule |", "| --- | --- | --- | --- |"]
    room = _MOST_IN_A_SUMMARY
    for number, problem in enumerate(_worst_first(problems)):
        row = _row(problem, folder)
        room -= len(row.encode())
        if room < 0:
            lines.append(f"\nAnd {len(problems) - number} more: run `briefs check` to see them.")
            break
        lines.append(row)
    return "\n".join(lines) + "\n\n"


def _worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """Errors before warnings, then what only a person can mend, then in the order of files."""
    return sorted(problems, key=lambda p: (p.severity is not Severity.ERROR, p.fix is not None))


def _command(problem: Problem, folder: str) -> str:
    place = problem.place
    where = {
        "file": f"{folder}{place.path}",
        "line": str(place.line),
        "col": str(place.column),
        "title": problem.rule,
    }
    listed = ",".join(f"{key}={_property(value)}" for key, value in where.items())
    text = f"{problem.message} {advice_of(problem)}".strip()
    return f"::{problem.severity} {listed}::{_data(_cut(text, _MOST_SHOWN))}"


def _row(problem: Problem, folder: str) -> str:
    place = problem.place
    cells = (
        f"{folder}{place.path}:{place.line}:{place.column}",
        f"{problem.message} {advice_of(problem)}".strip(),
        problem.rule,
    )
    return " | ".join((f"| {problem.severity}", *map(_code, cells))) + " |"


def _code(text: str) -> str:
    """A text as code in a cell of a table; a bar, which would end it, becomes a broken one."""
    shown = one_line(_cut(text, _MOST_IN_A_CELL)).replace("|", "¦") or " "
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _data(text: str) -> str:
    """The text as a command carries it; of what nobody can see, only line ends are left."""
    shown = "".join(c if c.isprintable() or c in "\r\n" else one_line(c) for c in text)
    shown = shown.replace("##[", "## [")  # an older form of command
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
