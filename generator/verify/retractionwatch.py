"""The shape of the Retraction Watch database: one CSV file, dates in the American order."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from typing import Final

from generator.model import NoticeKind
from generator.verify.record import MalformedError, Update
from generator.verify.shape import doi, joined_date

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
    if not set(_NEEDED) <= set(rows.fieldnames or ()):
        raise MalformedError("the file lacks columns of the Retraction Watch database")
    found: dict[str, tuple[Update, ...]] = {}
    for row in rows:
        keys = (doi(row["OriginalPaperDOI"]), (row["OriginalPaperPubMedID"] or "").strip())
        known = [key for key in keys if key not in _NOTHING and (wanted is None or key in wanted)]
        update = _update(row) if known else None
        if update is not None:
            for key in known:
                found[key] = (*found.get(key, ()), update)
    return found


def _update(row: Mapping[str, str | None]) -> Update | None:
    kind = _NATURES.get((row["RetractionNature"] or "").strip().lower())
    if kind is None:
        return None
    identifier = doi(row.get("RetractionDOI"))
    date = _DATE.match((row["RetractionDate"] or "").strip())
    return Update(
        kind=kind,
        identifier="" if identifier in _NOTHING else identifier,
        date=joined_date((date[3], date[1], date[2])) if date else "",
        witness="Retraction Watch",
    )
