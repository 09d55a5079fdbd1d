"""The shape of the Retraction Watch database: one CSV file, dates in the American order."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from generator.model import NoticeKind
from generator.verify.record import MalformedError, Update
from generator.verify.shape import doi, joined_date, text

_NATURES: Final[dict[str, NoticeKind]] = {
    "retraction": "retraction",
    "expression of concern": "concern",
    "correction": "correction",
    "reinstatement": "reinstatement",
}
_NEEDED = ("RetractionNature", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionDate")
_NOTHING = frozenset({"", "0", "unavailable"})
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def parse_csv(
    lines: Iterable[str], wanted: frozenset[str] | None = None
) -> Mapping[str, tuple[Update, ...]]:
    """What the database says, by the DOI (lower case) and by the PMID of each work.

    With `wanted`, only of the works with these identifiers. Raises MalformedError where the columns
    of the database are not there.
    """
    rows = csv.DictReader(lines)
    if not set(_NEEDED) <= set(_columns(rows)):
        raise MalformedError("the file lacks columns of the Retraction Watch database")
    found: dict[str, dict[Update, None]] = {}
    try:
        for row in rows:
            keys = (doi(row["OriginalPaperDOI"]), text(row["OriginalPaperPubMedID"]))
            known = [k for k in keys if k not in _NOTHING and (wanted is None or k in wanted)]
            update = _update(row) if known else None
            if update is not None:
                for key in known:
                    found.setdefault(key, {})[update] = None
    except csv.Error as error:
        raise MalformedError(f"line {rows.line_num} of the file cannot be read") from error
    return {key: tuple(updates) for key, updates in found.items()}


def _columns(rows: csv.DictReader[str]) -> Sequence[str]:
    try:
        return rows.fieldnames or ()
    except csv.Error:
        return ()


def _update(row: Mapping[str, str | None]) -> Update | None:
    kind = _NATURES.get(text(row["RetractionNature"]).lower())
    if kind is None:
        return None
    identifier = doi(row.get("RetractionDOI"))
    date = _DATE.match(text(row["RetractionDate"]))
    return Update(
        kind=kind,
        identifier="" if identifier in _NOTHING else identifier,
        date=joined_date((date[3], date[1], date[2])) if date else "",
        witness="Retraction Watch",
    )
