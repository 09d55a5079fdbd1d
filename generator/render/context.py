"""What every page may draw on: the records, what was worked out of them, and who speaks of whom."""

from __future__ import annotations

import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from generator.appraise import AppraisedClaim, Evidence
from generator.background import CitationCount, CitationLink
from generator.cite import Bibliography, Reference
from generator.library import Library
from generator.model import Correction, Standing, SubjectKind, Work
from generator.render.glossary import Glossary
from generator.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What other pages tell of a claim: nothing of the evidence but how it stands."""

    slug: str
    id: str
    heading: str
    text: str
    brief: str
    kind: SubjectKind
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every page may draw on, worked out once for the whole site.

    `references` is in the order of the reference list.
    """

    site: Site
    library: Library
    evidence: Evidence
    bibliography: Bibliography
    references: Mapping[str, Reference]
    in_text: Mapping[str, str]
    claims_by_study: Mapping[str, tuple[Told, ...]]
    claims_by_subject: Mapping[tuple[str, str], tuple[Told, ...]]
    claims_by_work: Mapping[str, tuple[Told, ...]]
    corrections_of: Mapping[str, tuple[tuple[str, Correction], ...]]
    included_by: Mapping[str, tuple[str, ...]]
    counts_of: Mapping[str, tuple[CitationCount, ...]]
    links_of: Mapping[str, tuple[CitationLink, ...]]
    glossary: Glossary


def prepare(
    site: Site, library: Library, evidence: Evidence, before: Context | None = None
) -> Context:
    """Format every reference once and index the claims; references of the very same works are
    taken from `before`."""
    works = library.works.values()
    if before is not None and _are_the_same(works, before.library.works.values()):
        bibliography, references, in_text = before.bibliography, before.references, before.in_text
    else:
        bibliography = Bibliography(works)
        references = {key: bibliography.reference(key) for key in bibliography.order}
        in_text = {key: bibliography.in_text(key) for key in bibliography.order}
    by_study: dict[str, list[Told]] = {}
    by_subject: dict[tuple[str, str], list[Told]] = {}
    by_work: dict[str, list[Told]] = {}
    for claim in evidence.all_claims:
        told = tell(library, claim)
        subject = claim.appraisal.subject
        by_subject.setdefault((subject.kind, subject.id), []).append(told)
        for vote in (*claim.appraisal.pro, *claim.appraisal.con):
            by_study.setdefault(vote.study_id, []).append(told)
        for key in claim.cites:
            by_work.setdefault(key, []).append(told)
    return Context(
        site=site,
        library=library,
        evidence=evidence,
        bibliography=bibliography,
        references=references,
        in_text=in_text,
        claims_by_study={key: tuple(claims) for key, claims in by_study.items()},
        claims_by_subject={key: tuple(claims) for key, claims in by_subject.items()},
        claims_by_work={key: tuple(claims) for key, claims in by_work.items()},
        corrections_of=_corrections_of(library),
        included_by=_included_by(library),
        counts_of=_counts_of(library),
        links_of=_links_of(library),
        glossary=Glossary.of(library.vocabulary.glossary),
    )


def _are_the_same(works: Collection[Work], others: Collection[Work]) -> bool:
    """Whether these are the very same values, which takes no look at what they hold."""
    return len(works) == len(others) and all(map(operator.is_, works, others))


def tell(library: Library, claim: AppraisedClaim) -> Told:
    """What other pages tell of a claim."""
    return Told(
        slug=claim.slug,
        id=claim.id,
        heading=claim.claim.heading,
        text=claim.text,
        brief=library.briefs[claim.slug].front.title,
        kind=claim.appraisal.subject.kind,
        standing=claim.appraisal.standing,
    )


def _corrections_of(library: Library) -> Mapping[str, tuple[tuple[str, Correction], ...]]:
    """By work, the corrections of what it says of other studies."""
    found: dict[str, list[tuple[str, Correction]]] = {}
    for study in library.studies.values():
        for correction in study.corrections:
            if correction.report is not None:
                found.setdefault(correction.report, []).append((study.title, correction))
    return {key: tuple(corrections) for key, corrections in found.items()}


def _included_by(library: Library) -> Mapping[str, tuple[str, ...]]:
    """By review, the studies that are known to be included in it."""
    found: dict[str, list[str]] = {}
    for study_id, study in library.studies.items():
        for key in study.included_in:
            found.setdefault(key, []).append(study_id)
    return {key: tuple(ids) for key, ids in found.items()}


def _counts_of(library: Library) -> Mapping[str, tuple[CitationCount, ...]]:
    """By work, how often others were counted to cite it."""
    found: dict[str, list[CitationCount]] = {}
    for count in library.citations.counts:
        found.setdefault(count.work, []).append(count)
    return {key: tuple(counts) for key, counts in found.items()}


def _links_of(library: Library) -> Mapping[str, tuple[CitationLink, ...]]:
    """By work, the citations in which it cites or is cited."""
    found: dict[str, list[CitationLink]] = {}
    for one in library.citations.links:
        for key in {one.citing, one.cited}:
            found.setdefault(key, []).append(one)
    return {key: tuple(links) for key, links in found.items()}
