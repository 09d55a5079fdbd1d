"""Joins claims to findings: who speaks for a claim, who does not, and how it therefore stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal, TypeAlias

from generator.appraise.direction import (
    estimate_direction,
    leaves_out_no_effect,
    one_direction,
)
from generator.appraise.standing import (
    Count,
    Tally,
    standing_of_concept,
    standing_of_outcome,
    standing_of_theme,
)
from generator.library import Brief, Library
from generator.model import (
    SYSTEMATIC_DESIGNS,
    ClaimBlock,
    Direction,
    Finding,
    Population,
    Standing,
    Study,
    SubjectKind,
)
from generator.prose import Claim, citations_in, plain

Lane: TypeAlias = Literal["comparison", "synthesis", "other", "uncounted"]

_STRENGTH = {
    design: rank
    for rank, design in enumerate(
        (
            "meta-analysis",
            "systematic-review",
            "umbrella-review",
            "randomised-trial",
            "quasi-experimental",
            "cohort",
            "pre-post",
            "cross-sectional",
            "mixed-methods",
            "qualitative",
            "narrative-review",
            "theory",
            "other",
        )
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What findings and claims are about: an outcome, theme or concept, for a population."""

    kind: SubjectKind
    id: str
    population: Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A finding in its study, as it counts."""

    study_id: str
    study: Study
    finding: Finding
    year: int | None
    lane: Lane
    retracted: bool = False
    second_hand: bool = False

    @property
    def ref(self) -> str:
        """The finding's name on the site and in the data: ``study#finding``."""
        return f"{self.study_id}#{self.finding.id}"

    @property
    def counts(self) -> bool:
        """Whether it may count for the site's own group at all."""
        return self.study.group is None and not self.retracted and self.lane != "uncounted"

    @property
    def rank(self) -> tuple[int, int, str, str]:
        """Order of strength: design first, then the newest, then the name."""
        return (_STRENGTH[self.study.design], -(self.year or 0), self.study_id, self.finding.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One study's (or review's) word on a subject, from all its findings in one lane."""

    study_id: str
    lane: Lane
    direction: Direction | None
    entries: tuple[Entry, ...]

    @property
    def study(self) -> Study:
        """The study that votes."""
        return self.entries[0].study

    @property
    def estimate(self) -> Literal["benefit", "harm"] | None:
        """The direction of its estimates, whatever their significance; None where not known."""
        sides = [
            side
            for entry in self.entries
            if entry.lane == self.lane and (side := estimate_direction(entry.finding))
        ]
        direction = one_direction(sides) if sides else None
        return direction if direction in ("benefit", "harm") else None


@dataclass(frozen=True, kw_only=True)
class Appraisal:
    """How the evidence stands to one subject in one direction.

    `pro` and `con` are the votes that count; `aside` are findings that are shown but count for
    nothing: other groups, described only, or out because their work was retracted.
    """

    subject: Subject
    direction: Direction | None
    standing: Standing
    tally: Tally
    pro: tuple[Vote, ...]
    con: tuple[Vote, ...]
    aside: tuple[Entry, ...]

    @cached_property
    def pro_entries(self) -> tuple[Entry, ...]:
        """The findings that point the claim's way, strongest first."""
        return _strongest(entry for entry in self._entries if self._supports(entry))

    @cached_property
    def con_entries(self) -> tuple[Entry, ...]:
        """The findings that do not support it, whatever their study's vote, strongest first."""
        return _strongest(entry for entry in self._entries if not self._supports(entry))

    @property
    def _entries(self) -> Iterator[Entry]:
        for vote in (*self.pro, *self.con):
            yield from vote.entries

    def _supports(self, entry: Entry) -> bool:
        return self.direction is None or entry.finding.direction == self.direction


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisedClaim:
    """A claim with the works it cites and its appraisal."""

    slug: str
    claim: Claim
    cites: tuple[str, ...]
    appraisal: Appraisal

    @property
    def id(self) -> str:
        """The claim's id in its brief."""
        return self.claim.block.id

    @property
    def text(self) -> str:
        """The claim's statement without marks and citations."""
        return plain(self.claim.statement.children)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Every finding by its subject, and every claim appraised."""

    subjects: Mapping[Subject, tuple[Entry, ...]]
    claims: Mapping[str, tuple[AppraisedClaim, ...]] = field(default_factory=dict)

    def about(
        self, kind: SubjectKind, subject_id: str
    ) -> tuple[tuple[Subject, tuple[Entry, ...]], ...]:
        """The findings on one outcome, theme or concept, by population."""
        populations: tuple[Population, ...] = ("recipients", "providers", "staff", "system")
        subjects = (Subject(kind=kind, id=subject_id, population=p) for p in populations)
        return tuple((s, self.subjects[s]) for s in subjects if s in self.subjects)

    @property
    def all_claims(self) -> Iterator[AppraisedClaim]:
        """Every claim of every brief."""
        for claims in self.claims.values():
            yield from claims


def gather(library: Library) -> Evidence:
    """Index every finding by its subject and appraise every claim."""
    index: dict[Subject, list[Entry]] = {}
    for study_id, study in library.studies.items():
        for entry in entries_of(library, study_id, study):
            index.setdefault(subject_of(entry.finding), []).append(entry)
    subjects = {subject: _strongest(entries) for subject, entries in index.items()}

    @cache
    def appraised(subject: Subject, direction: Direction | None) -> Appraisal:
        # What several claims say is appraised once for all of them.
        return appraise(subject, direction, subjects.get(subject, ()))

    claims = {
        slug: tuple(_claim(brief, claim, appraised) for claim in brief.claims)
        for slug, brief in library.briefs.items()
    }
    return Evidence(subjects=subjects, claims=claims)


def entries_of(library: Library, study_id: str, study: Study) -> Iterator[Entry]:
    """A study's findings as they count."""
    work = library.works.get(study.reports[0])
    for finding in study.findings:
        yield Entry(
            study_id=study_id,
            study=study,
            finding=finding,
            year=work.year if work else None,
            lane=lane_of(study, finding),
            retracted=library.is_retracted(finding.source.report)
            or library.is_retracted(study.reports[0]),
            second_hand=_is_second_hand(library, study, finding),
        )


def _is_second_hand(library: Library, study: Study, finding: Finding) -> bool:
    """Whether a finding was read in a work that is no report of the study, or in a review of it."""
    source = finding.source.report
    if source not in study.reports:
        return True
    shared = (library.studies[other] for other in library.studies_of(source))
    return not study.is_review and any(other.is_review for other in shared)


def subject_of(about: Finding | ClaimBlock) -> Subject:
    """What a finding or a claim is about."""
    if about.outcome is not None:
        return Subject(kind="outcome", id=about.outcome, population=about.population)
    if about.theme is not None:
        return Subject(kind="theme", id=about.theme, population=about.population)
    return Subject(kind="concept", id=about.concept or "", population=about.population)


def lane_of(study: Study, finding: Finding) -> Lane:
    """Where a finding counts: comparisons and systematic reviews carry, the rest stands apart."""
    if finding.basis == "synthesis":
        return "synthesis" if study.design in SYSTEMATIC_DESIGNS else "other"
    if finding.outcome is None:
        return "other"
    if finding.direction is None or finding.basis == "statement":
        return "uncounted"
    return "comparison" if finding.basis == "comparison" else "other"


def appraise(subject: Subject, direction: Direction | None, entries: Iterable[Entry]) -> Appraisal:
    """Appraise a subject; `direction` is the claim's, or None for a theme or concept."""
    entries = tuple(entries)
    counted = [entry for entry in entries if _counts_for(subject, entry)]
    votes = tuple(_votes(counted))
    if subject.kind == "outcome":
        pro = tuple(vote for vote in votes if vote.direction == direction)
        con = tuple(vote for vote in votes if vote.direction != direction)
    else:
        pro, con = votes, ()
    tally = _tally(direction, pro, con)
    return Appraisal(
        subject=subject,
        direction=direction,
        standing=_standing(subject, tally),
        tally=tally,
        pro=pro,
        con=con,
        aside=tuple(entry for entry in entries if not _counts_for(subject, entry)),
    )


def _counts_for(subject: Subject, entry: Entry) -> bool:
    return entry.counts and (subject.kind != "outcome" or entry.finding.direction is not None)


def _votes(entries: Iterable[Entry]) -> Iterator[Vote]:
    """One vote per study; a study's comparison or synthesis outweighs its weaker findings."""
    by_study: dict[str, list[Entry]] = {}
    for entry in entries:
        by_study.setdefault(entry.study_id, []).append(entry)
    for study_id, own in sorted(by_study.items()):
        lanes = {entry.lane for entry in own}
        lane: Lane = next(name for name in ("synthesis", "comparison", "other") if name in lanes)
        voting = tuple(entry for entry in own if entry.lane == lane)
        directions = [e.finding.direction for e in voting if e.finding.direction is not None]
        yield Vote(
            study_id=study_id,
            lane=lane,
            direction=one_direction(directions) if directions else None,
            entries=tuple(own),
        )


def _tally(direction: Direction | None, pro: tuple[Vote, ...], con: tuple[Vote, ...]) -> Tally:
    opposite = {"benefit": "harm", "harm": "benefit"}.get(direction or "")
    return Tally(
        comparisons=_count(pro, con, "comparison"),
        randomised=_count(_randomised(pro), _randomised(con), "comparison"),
        syntheses=_count(pro, con, "synthesis"),
        others=_count(pro, con, "other"),
        meta_analyses_clear=sum(_is_clear_meta_analysis(vote) for vote in pro),
        harms=sum(vote.lane == "synthesis" and vote.direction == opposite for vote in con),
    )


def _count(pro: Iterable[Vote], con: Iterable[Vote], lane: Lane) -> Count:
    return Count(
        pro=sum(vote.lane == lane for vote in pro), con=sum(vote.lane == lane for vote in con)
    )


def _randomised(votes: Iterable[Vote]) -> tuple[Vote, ...]:
    return tuple(vote for vote in votes if vote.study.design == "randomised-trial")


def _is_clear_meta_analysis(vote: Vote) -> bool:
    return vote.study.design == "meta-analysis" and any(
        entry.finding.direction == vote.direction
        and entry.finding.effect is not None
        and leaves_out_no_effect(entry.finding.effect)
        for entry in vote.entries
    )


def _standing(subject: Subject, tally: Tally) -> Standing:
    match subject.kind:
        case "outcome":
            return standing_of_outcome(tally)
        case "theme":
            return standing_of_theme(tally.others.pro, tally.syntheses.pro)
        case "concept":
            return standing_of_concept(tally.others.pro + tally.syntheses.pro)


def _claim(
    brief: Brief, claim: Claim, appraised: Callable[[Subject, Direction | None], Appraisal]
) -> AppraisedClaim:
    cited = dict.fromkeys(c.key for c in citations_in(claim.statement.children))
    return AppraisedClaim(
        slug=brief.slug,
        claim=claim,
        cites=tuple(cited),
        appraisal=appraised(subject_of(claim.block), claim.block.direction),
    )


def _strongest(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.rank))
