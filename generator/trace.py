"""What rests on a work: from the work to its studies, their findings, and the claims they touch."""

from __future__ import annotations

from collections.abc import Iterator

from generator.appraise import Entry, Evidence
from generator.library import Library


def trace(library: Library, evidence: Evidence, key: str) -> Iterator[str]:
    """Lines that list the studies, findings and claims that rest on the work `key`."""
    work = library.works[key]
    yield f"{key}: {work.title}"
    entry = library.checked(key)
    yield f"  ledger: {entry.state}, {entry.standing}"
    for study_id, study in library.studies.items():
        findings = [f for f in study.findings if key in (f.source.report, *study.reports)]
        if key in study.reports or findings:
            yield f"  study {study_id}: {study.title}"
            yield from (f"    finding {study_id}#{f.id}: {f.statement}" for f in findings)
    for claim in evidence.all_claims:
        roles = _roles(claim.appraisal.pro_entries, key, "for")
        roles += _roles(claim.appraisal.con_entries, key, "against")
        roles += ["cited"] if key in claim.cites else []
        if roles:
            yield f"  claim {claim.slug}#{claim.id} ({', '.join(roles)}): {claim.text}"


def _roles(entries: tuple[Entry, ...], key: str, role: str) -> list[str]:
    rests = any(key in (e.finding.source.report, *e.study.reports) for e in entries)
    return [role] if rests else []
