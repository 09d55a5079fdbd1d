"""The rule about numbers: a claim says none that its evidence does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.appraise import AppraisedClaim, Entry, Evidence
from generator.check.claims import works_of
from generator.check.rule import Fault
from generator.library import Library
from generator.prose import plain

_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.])\d+(?:\.\d+)?")


def unfounded_number(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """Every number in a claim stands in a finding or a record that it cites."""
    for claim in evidence.all_claims:
        held = _held(claim)
        text = plain(claim.claim.statement.children)
        for number in numbers_in(text):
            if number not in held:
                yield Fault(
                    place=claim.claim.statement.place,
                    message=f"the claim '{claim.id}' says {number:g}, which no finding or record"
                    " that it cites holds",
                    hint="Take the number from a cited record, or cite the work that gives it.",
                )


def numbers_in(text: str) -> tuple[float, ...]:
    """The numbers written in figures, with or without thousands separators, in order."""
    return tuple(float(match.replace(",", "")) for match in _NUMBER.findall(text))


def _held(claim: AppraisedClaim) -> frozenset[float]:
    appraisal = claim.appraisal
    entries = (*appraisal.pro_entries, *appraisal.con_entries, *appraisal.aside)
    cited = [entry for entry in entries if not works_of(entry).isdisjoint(claim.cites)]
    held = {number for entry in cited for number in _numbers_of(entry)}
    held.add(float(len({entry.study_id for entry in cited})))
    return frozenset(held)


def _numbers_of(entry: Entry) -> Iterator[float]:
    yield from numbers_in(entry.finding.statement)
    study, effect = entry.study, entry.finding.effect
    if study.participants is not None:
        yield from numbers_in(study.participants.note or "")
        yield from numbers_in(study.participants.description or "")
    for count in (study.n, study.studies_included, entry.year):
        if count is not None:
            yield float(count)
    if effect is not None:
        yield from (abs(effect.value), *map(abs, effect.ci or ()))
        yield from (float(count) for count in (effect.k, effect.n) if count is not None)
