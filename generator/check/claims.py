"""Rules about claims: each rests on evidence, cites it, and says no more than it does."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from generator.appraise import AppraisedClaim, Entry, Evidence
from generator.check.rule import Fault
from generator.check.sentences import sentences_of
from generator.library import STUDIES_FOLDER, Library
from generator.prose import citations_in

_NEEDS_NO_SUPPORT = frozenset({"open", "contradicted"})


def claim_without_evidence(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim cites a work, unless nothing in the collection tests it."""
    for claim in settled(library, evidence):
        if not claim.cites and claim.appraisal.standing != "open":
            subject = claim.appraisal.subject
            yield Fault(
                place=claim.claim.statement.place,
                message=f"the claim '{claim.id}' cites nothing, but there are findings on"
                f" '{subject.id}' for {subject.population}",
                hint="Cite the works that it rests on: " + _bracketed(cited_keys(claim)) + ".",
            )


def cites_otherwise(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """What a claim cites is about the claim, and at least one cited finding supports it."""
    for claim in settled(library, evidence):
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


def second_hand(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A sentence that rests only on what was read in another work cites that work too."""
    for claim in settled(library, evidence):
        for sentence in sentences_of(claim.claim.statement.children):
            own = [e for e in _all_entries(claim) if not sentence.keys.isdisjoint(e.study.reports)]
            read_in = {entry.finding.source.report for entry in own}
            if (
                not own
                or not sentence.keys.isdisjoint(read_in)
                or not read_in <= set(library.works)
            ):
                continue
            first = next(c for c in sentence.citations if c.key in own[0].study.reports)
            yield Fault(
                place=first.place,
                message=f"the claim '{claim.id}' cites '{first.key}' as if it had been read, but"
                f" its finding was read in {_some(sorted(read_in))}",
                hint=f"Cite both: [@{first.key}; @{min(read_in)}].",
            )


def settled(library: Library, evidence: Evidence) -> Iterator[AppraisedClaim]:
    """The claims that can be judged: those whose subject is known, and whose records were read.

    A claim that cites a work would seem to lack evidence while the record about it cannot be read,
    names its work by another key, or has a finding on a word that is not in the vocabulary.
    """
    known = library.vocabulary.subjects
    unread = any(path.startswith(STUDIES_FOLDER) for path in library.broken)
    unread = unread or not library.reported_in.keys() <= library.works.keys()
    lost = {
        key
        for subject, entries in evidence.subjects.items()
        if subject.id not in known[subject.kind]
        for entry in entries
        for key in works_of(entry)
    }
    for claim in evidence.all_claims:
        waits = any(key in lost or (unread and not library.studies_of(key)) for key in claim.cites)
        subject = claim.appraisal.subject
        if subject.id in known[subject.kind] and not waits:
            yield claim


def entries_cited(claim: AppraisedClaim, keys: Collection[str]) -> tuple[Entry, ...]:
    """The findings on a claim's subject that stand in one of the works, strongest side first."""
    return tuple(e for e in _all_entries(claim) if not works_of(e).isdisjoint(keys))


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


def _bracketed(keys: list[str], most: int = 4) -> str:
    """Keys as a brief cites them, ready to be copied."""
    shown = f"[{'; '.join(f'@{key}' for key in keys[:most])}]"
    return shown + (f" and {len(keys) - most} more" if len(keys) > most else "")


def _some(items: list[str], most: int = 4) -> str:
    shown = ", ".join(items[:most])
    return shown + (f" and {len(items) - most} more" if len(items) > most else "") or "none"
