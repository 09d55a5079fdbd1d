"""What a change does to claims and to the outcomes, themes and concepts that they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping

from generator.appraise import AppraisedClaim, Entry, Subject, appraise
from generator.check.wording import needed_words
from generator.contribute.diff.changes import (
    ClaimChange,
    ClaimState,
    SubjectChange,
    Weight,
)
from generator.contribute.diff.fields import paired
from generator.contribute.diff.sides import Matches, Side, nameless
from generator.library import Library
from generator.model import Population, Standing, SubjectKind
from generator.render.words import reasons


def claim_changes(before: Side, after: Side, matches: Matches) -> Iterator[ClaimChange]:
    """Each claim whose standing, findings, subject or wording changed, in the order of briefs."""
    for old_slug, new_slug in matches.briefs:
        ours, theirs = _claims(before, old_slug), _claims(after, new_slug)
        for old, new in paired(ours, theirs, _statement):
            was, now = ours.get(old or ""), theirs.get(new or "")
            yield from _claim_change(before, after, was, now, matches.findings)


def _claims(side: Side, slug: str | None) -> Mapping[str, AppraisedClaim]:
    return {claim.id: claim for claim in side.evidence.claims.get(slug or "", ())}


def _statement(claim: AppraisedClaim) -> Hashable:
    return claim.text


def _claim_change(
    before: Side,
    after: Side,
    old: AppraisedClaim | None,
    new: AppraisedClaim | None,
    renamed: Mapping[str, str],
) -> Iterator[ClaimChange]:
    was = _state(before.library, old) if old else None
    now = _state(after.library, new) if new else None
    shown, side = (new, after) if new else (old, before)
    if shown is None or (was and now and _weighed(was, renamed) == _weighed(now, {})):
        return
    refs = {*was.pro, *was.con} if was else set()
    yield ClaimChange(
        brief=shown.slug,
        brief_title=side.library.briefs[shown.slug].front.title,
        id=shown.id,
        was=old.id if old and old.id != shown.id else "",
        heading=shown.claim.heading or shown.text,
        before=was,
        after=now,
        renamed=tuple(sorted((ref, renamed[ref]) for ref in refs & renamed.keys())),
    )


def _state(library: Library, claim: AppraisedClaim) -> ClaimState:
    appraisal = claim.appraisal
    subject = appraisal.subject
    return ClaimState(
        kind=subject.kind,
        subject=subject.id,
        about=subject_label(library, subject.kind, subject.id),
        population=subject.population,
        people=people_label(library, subject.population),
        direction=claim.claim.block.direction,
        standing=appraisal.standing,
        label=standing_label(library, appraisal.standing, subject.kind),
        pro=tuple(entry.ref for entry in appraisal.pro_entries),
        con=tuple(entry.ref for entry in appraisal.con_entries),
        wording=needed_words(library.wording, claim),
        reasons=reasons(appraisal),
    )


def _weighed(state: ClaimState, renamed: Mapping[str, str]) -> tuple[object, ...]:
    """What of a state is compared: labels and the order of findings are not."""
    return (
        *(state.kind, state.subject, state.population, state.direction, state.standing),
        frozenset(renamed.get(ref, ref) for ref in state.pro),
        frozenset(renamed.get(ref, ref) for ref in state.con),
        state.wording,
    )


def subject_changes(before: Side, after: Side, matches: Matches) -> Iterator[SubjectChange]:
    """Each subject whose findings changed in number or in substance, by kind, name, population."""
    old, new = before.evidence.subjects, after.evidence.subjects
    for subject in sorted({*old, *new}, key=lambda s: (s.kind, s.id, s.population)):
        ours, theirs = old.get(subject, ()), new.get(subject, ())
        was, now = _substance(ours, matches.findings), _substance(theirs, {})
        if ours == theirs or was == now:
            continue
        side = after if theirs else before
        yield SubjectChange(
            kind=subject.kind,
            id=subject.id,
            label=subject_label(side.library, subject.kind, subject.id),
            population=subject.population,
            people=people_label(side.library, subject.population),
            before=_weight(before.library, subject, ours),
            after=_weight(after.library, subject, theirs),
            joined=tuple(sorted(now.keys() - was.keys())),
            left=tuple(sorted(was.keys() - now.keys())),
            changed=tuple(sorted(ref for ref in was.keys() & now.keys() if was[ref] != now[ref])),
        )


def _substance(
    entries: Iterable[Entry], renamed: Mapping[str, str]
) -> dict[str, tuple[object, ...]]:
    """By finding, what it says and all that decides what it weighs."""
    return {
        renamed.get(entry.ref, entry.ref): (
            *(nameless(entry.finding), entry.lane, entry.retracted, entry.second_hand),
            *(entry.study.design, entry.study.n, entry.study.group),
        )
        for entry in entries
    }


def _weight(library: Library, subject: Subject, entries: tuple[Entry, ...]) -> Weight:
    judged = appraise(subject, "benefit" if subject.kind == "outcome" else None, entries)
    directions = Counter(entry.finding.direction for entry in entries)
    return Weight(
        findings=len(entries),
        benefit=directions["benefit"],
        no_difference=directions["no-difference"],
        mixed=directions["mixed"],
        harm=directions["harm"],
        described=directions[None],
        retracted=sum(entry.retracted for entry in entries),
        standing=judged.standing,
        label=standing_label(library, judged.standing, subject.kind),
    )


def subject_label(library: Library, kind: SubjectKind, subject_id: str) -> str:
    """An outcome, theme or concept as readers see it; its id where the vocabulary lacks it."""
    term = library.vocabulary.subjects[kind].get(subject_id)
    return term.label if term else subject_id


def standing_label(library: Library, standing: Standing, kind: SubjectKind) -> str:
    """A standing as readers see it; themes and concepts have words of their own."""
    wording = library.wording
    own = {"outcome": wording.standings, "theme": wording.themes, "concept": wording.concepts}
    hedges = own[kind].get(standing) or wording.standings.get(standing)
    return hedges.label if hedges else standing


def people_label(library: Library, population: Population) -> str:
    """A population as readers see it."""
    term = library.vocabulary.populations.get(population)
    return term.label if term else population
