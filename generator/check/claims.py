"""Rules about claims: each rests on evidence, cites it, and says no more than it does."""

from __future__ import annotations

from collections.abc import Iterator

from generator.appraise import AppraisedClaim, Entry, Evidence
from generator.check.rule import Fault
from generator.library import Library
from generator.prose import citations_in

_NEEDS_NO_SUPPORT = frozenset({"open", "contradicted"})


def claim_without_evidence(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim cites a work, unless nothing in the collection tests it."""
    for claim in evidence.all_claims:
        if not claim.cites and claim.appraisal.standing != "open":
            subject = claim.appraisal.subject
            yield Fault(
                place=claim.claim.statement.place,
                message=f"the claim '{claim.id}' cites nothing, but there are findings on"
                f" '{subject.id}' for {subject.population}",
                hint="Cite the works that it rests on: " + _some(cited_keys(claim)) + ".",
            )


def cites_otherwise(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """What a claim cites is about the claim, and at least one cited finding supports it."""
    for claim in evidence.all_claims:
        if claim.appraisal.standing == "open":
            continue
        yield from _beside_the_point(library, claim)
        if claim.cites and claim.appraisal.standing not in _NEEDS_NO_SUPPORT:
            yield from _unsupported(claim)


def _beside_the_point(library: Library, claim: AppraisedClaim) -> Iterator[Fault]:
    subject = claim.appraisal.subject
    about = {key for entry in _all_entries(claim) for key in works_of(entry)}
    for citation in citations_in(claim.claim.statement.children):
        if citation.key in library.works and citation.key not in about:
            yield Fault(
                place=citation.place,
                message=f"the claim '{claim.id}' cites '{citation.key}', which has no finding on"
                f" '{subject.id}' for {subject.population}",
                hint="Works that have one: " + _some(cited_keys(claim)) + ".",
            )


def _unsupported(claim: AppraisedClaim) -> Iterator[Fault]:
    supporting = {key for entry in claim.appraisal.pro_entries for key in works_of(entry)}
    if supporting.isdisjoint(claim.cites):
        says = sorted(
            {
                f"{entry.ref} says '{entry.finding.direction}'"
                for entry in claim.appraisal.con_entries
                if not works_of(entry).isdisjoint(claim.cites)
            }
        )
        yield Fault(
            place=claim.claim.statement.place,
            message=f"nothing that the claim '{claim.id}' cites supports it"
            + (f": {_some(says)}" if says else ""),
            hint="Findings for it stand in: " + _some(sorted(supporting)) + ".",
        )


def works_of(entry: Entry) -> frozenset[str]:
    """The works that one may cite for a finding: its source, and the reports of its study."""
    return frozenset((entry.finding.source.report, *entry.study.reports))


def cited_keys(claim: AppraisedClaim) -> list[str]:
    """The works that hold findings for a claim, or failing these any on its subject."""
    entries = claim.appraisal.pro_entries or claim.appraisal.con_entries
    return sorted({entry.finding.source.report for entry in entries})


def _all_entries(claim: AppraisedClaim) -> tuple[Entry, ...]:
    appraisal = claim.appraisal
    return (*appraisal.pro_entries, *appraisal.con_entries, *appraisal.aside)


def _some(items: list[str], most: int = 4) -> str:
    shown = ", ".join(items[:most])
    return shown + (f" and {len(items) - most} more" if len(items) > most else "") or "none"
