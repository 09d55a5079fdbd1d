"""What a change does to the evidence, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from generator.contribute.diff.changes import (
    BriefChange,
    Changes,
    ClaimChange,
    Kind,
    StudyChange,
    TermChange,
    WorkChange,
)
from generator.contribute.diff.harmless import code
from generator.render import words


def summary(changes: Changes) -> str:
    """One sentence: what was added, changed and removed, how many claims stand otherwise, and how
    many problems are new."""
    problems = words.counted(len(changes.problems.new), "new problem", "new problems")
    if changes.problems.mended:
        problems += f", {len(changes.problems.mended):,} mended"
    if not changes.compared:
        return f"This change cannot be compared with {code(changes.base)} in full; {problems}."
    done = [told for kind in _VERBS if (told := _done(changes, kind))]
    if not done and not _differs(changes):
        return f"This change leaves the evidence as it is in {code(changes.base)}."
    what = _joined(done) if done else "adds, changes and removes no record"
    standing = sum(claim.changes_standing for claim in changes.claims)
    others = sum(claim.kind == "changed" for claim in changes.claims) - standing
    parts = [f"This change {what}", f"{_claims(standing)} standing"]
    if others:
        parts.append(f"{_claims(others)} findings or wording")
    return "; ".join((*parts, problems)) + "."


_VERBS: Final[dict[Kind, str]] = {
    "added": "adds",
    "changed": "changes",
    "renamed": "renames",
    "removed": "removes",
}


def _done(changes: Changes, kind: Kind) -> str:
    """Such as "adds 1 study and 2 works"; empty where nothing was."""
    told: list[tuple[int, str, str]] = [
        (_number(changes.studies, kind), "study", "studies"),
        (_number(changes.works, kind), "work", "works"),
        (_number(changes.briefs, kind), "brief", "briefs"),
        (_number(changes.terms, kind), "word of the vocabulary", "words of the vocabulary"),
    ]
    if kind == "changed":
        told.append((len(changes.ledger), "check of a work", "checks of works"))
        told.append((len(changes.files), "other file", "other files"))
    else:
        told.append((_number(changes.claims, kind), "claim", "claims"))
    counted = [words.counted(n, one, many) for n, one, many in told if n]
    return f"{_VERBS[kind]} {_joined(counted)}" if counted else ""


def _number(
    found: Iterable[StudyChange | WorkChange | BriefChange | TermChange | ClaimChange], kind: Kind
) -> int:
    return sum(change.kind == kind for change in found)


def _claims(n: int) -> str:
    return f"{n or 'no'} claim changes its" if n < 2 else f"{n:,} claims change their"


def _differs(changes: Changes) -> bool:
    problems = changes.problems
    return bool(
        changes.claims or changes.subjects or changes.rechecked or changes.pages.count
    ) or bool(problems.new or problems.mended or changes.notices)


def _joined(parts: Sequence[str]) -> str:
    """``a``, ``a and b`` or ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
