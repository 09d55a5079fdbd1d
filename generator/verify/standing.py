"""How a work stands after what was published about it: retracted, corrected, reinstated. Pure.

Witnesses that pass on one another's word are one witness: Crossref and OpenAlex repeat Retraction
Watch, and PubMed names a notice by a PMID that Crossref names by a DOI.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from generator.model import Notice, NoticeKind, WorkStanding
from generator.verify.record import Update

_ORDER: tuple[NoticeKind, ...] = (
    "retraction",
    "reinstatement",
    "partial-retraction",
    "concern",
    "correction",
)


def standing_of(notices: Iterable[Notice]) -> WorkStanding:
    """The standing that follows from notices; clean where there are none.

    A reinstatement undoes a retraction or a concern that is not later than it.
    """
    latest: dict[str, str] = {}
    for notice in notices:
        latest[notice.kind] = max(latest.get(notice.kind, ""), notice.date)
    back = latest.get("reinstatement")
    if "retraction" in latest:
        return "reinstated" if _undone(latest["retraction"], back) else "retracted"
    if "partial-retraction" in latest:
        undone = _undone(latest["partial-retraction"], back)
        return "reinstated" if undone else "partially-retracted"
    if "concern" in latest:
        return "reinstated" if _undone(latest["concern"], back) else "concern"
    if back is not None:
        return "reinstated"
    return "corrected" if "correction" in latest else "clean"


def _undone(date: str, back: str | None) -> bool:
    """Whether a reinstatement is not earlier, as far as both dates are known."""
    if back is None:
        return False
    known = min(len(date), len(back))
    return back[:known] >= date[:known]


def merged(updates: Iterable[Update]) -> tuple[Notice, ...]:
    """The notices that updates tell of, each once with all its witnesses, in a fixed order."""
    notices: list[Notice] = []
    for update in sorted(updates, key=_named_by_doi_first):
        spot = next((i for i, notice in enumerate(notices) if _is_of(update, notice)), None)
        if spot is None:
            notices.append(_notice(update))
        else:
            notices[spot] = _with(notices[spot], update)
    return tuple(sorted(notices, key=lambda n: (_ORDER.index(n.kind), n.date, n.identifier)))


def _named_by_doi_first(update: Update) -> tuple[bool, bool, str, str, str]:
    return (
        "/" not in update.identifier,
        not update.identifier,
        update.identifier,
        update.date,
        update.witness,
    )


def _is_of(update: Update, notice: Notice) -> bool:
    """Whether an update tells of a notice: by its name, or of the same kind and year."""
    if update.kind != notice.kind:
        return False
    if update.identifier and update.identifier == notice.identifier:
        return True
    both_dois = "/" in update.identifier and "/" in notice.identifier
    if both_dois or (update.identifier and update.witness in notice.witnesses):
        return False
    return not update.date or not notice.date or update.date[:4] == notice.date[:4]


def _notice(update: Update) -> Notice:
    return Notice(
        kind=update.kind,
        identifier=update.identifier,
        date=update.date,
        witnesses=(update.witness,),
    )


def _with(notice: Notice, update: Update) -> Notice:
    return replace(
        notice,
        date=max(notice.date, update.date, key=len),
        witnesses=tuple(sorted({*notice.witnesses, update.witness})),
    )
