"""Which pages and PDFs of the site a change reaches, found without making them.

Each page is listed with the facts that it draws on; it is affected where a fact differs, or where
it draws on others than before. A page may be named that stays the same, never the other way round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from generator.appraise import AppraisedClaim, Entry, Subject, subject_of
from generator.cite import Bibliography
from generator.contribute.diff.changes import PageChanges
from generator.contribute.diff.fields import placeless
from generator.contribute.diff.sides import Side
from generator.library import Brief
from generator.model import SubjectKind
from generator.prose import SlotBlock
from generator.routes import PAGES, url_of

_PDFS: Final = ("", "-letter", "-summary")
_KINDS: Final[tuple[SubjectKind, ...]] = ("outcome", "theme", "concept")
# What every page draws on: the name of the site stands in its head.
_EVERYWHERE: Final = frozenset({"site"})
# What pages with evidence draw on: labels, the words for standings, words that are explained.
_WORDS: Final = frozenset({"wording", "vocabulary", "glossary"})
# What a list page draws on, by the beginnings of facts; a page that is not named draws on all.
_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "home": ("front:", "claim:", "counts", "wording"),
    "briefs": ("front:", "claim:", "wording"),
    "outcomes": ("term:outcome:", "count:outcome:", "vocabulary"),
    "themes": ("term:theme:", "term:concept:", "count:theme:", "count:concept:"),
    "studies": ("study:", "reference:", "notice:", "term:outcome:", "vocabulary"),
    "references": ("reference:", "ledger:"),
    "map": ("term:outcome:", "count:outcome:", "vocabulary"),
    "corrections": ("corrections:",),
    "methods": ("wording", "vocabulary"),
    "glossary": ("glossary",),
    "promises": ("tested",),
    "contribute": (),
    "search": ("count:outcome:", "term:outcome:", "notice:", "vocabulary"),
}

_Facts = frozenset[str]


def page_changes(before: Side, after: Side) -> PageChanges:
    """The addresses of the pages and PDFs that differ, sorted."""
    old, new = _map(before), _map(after)
    differs = {
        fact
        for fact in old.facts.keys() | new.facts.keys()
        if old.facts.get(fact) != new.facts.get(fact)
    }
    both = old.pages.keys() & new.pages.keys()
    changed = {
        page
        for page in both
        if old.pages[page] != new.pages[page] or not differs.isdisjoint(new.pages[page])
    }
    reached = {*changed, *(old.pages.keys() ^ new.pages.keys())}
    return PageChanges(
        added=_addresses(new.pages.keys() - both),
        changed=_addresses(changed),
        removed=_addresses(old.pages.keys() - both),
        pdfs=tuple(sorted(set(_pdfs(reached)))),
    )


def _addresses(pages: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(url_of(page) for page in pages if not page.startswith("pdf:")))


def _pdfs(pages: Iterable[str]) -> Iterator[str]:
    """The documents of each affected brief, and the book that holds them all."""
    for page in pages:
        kind, _, slug = page.partition(":")
        if kind == "pdf":
            yield from (f"briefs/{slug}{ending}.pdf" for ending in _PDFS)
            yield "briefs/all-briefs.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Map:
    """Every fact by its name, and by page the names of the facts that it draws on."""

    facts: Mapping[str, object]
    pages: Mapping[str, _Facts]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """A side's records by what refers to them: how each work is cited, the findings of each study,
    the studies that each review is known to hold, and the claims that each page names."""

    side: Side
    cited_as: Mapping[str, str]
    entries: Mapping[str, tuple[Entry, ...]]
    held: Mapping[str, frozenset[str]]
    claims_of: Mapping[str, frozenset[str]]


def _map(side: Side) -> _Map:
    index = _indexed(side)
    facts = dict(_facts(index))
    pages: dict[str, _Facts] = {}
    for name in PAGES:
        starts = _LISTS.get(name, ("",))
        own = (fact for fact in facts if fact.startswith(starts))
        pages[f"page:{name}"] = frozenset(own) | _EVERYWHERE
    for page, drawn in _pages(index, facts):
        pages[page] = frozenset(drawn) | _EVERYWHERE | _WORDS
    return _Map(facts=facts, pages=pages)


def _indexed(side: Side) -> _Index:
    library = side.library
    bibliography = Bibliography(library.works.values())
    entries: dict[str, list[Entry]] = {}
    for entry in side.entries.values():
        entries.setdefault(entry.study_id, []).append(entry)
    held: dict[str, set[str]] = {}
    for study_id, study in library.studies.items():
        for key in study.included_in:
            held.setdefault(key, set()).add(study_id)
    claims: dict[str, set[str]] = {}
    for claim in side.evidence.all_claims:
        for name in _reasons_to_name(claim):
            claims.setdefault(name, set()).add(_ref(claim))
    return _Index(
        side=side,
        cited_as={key: bibliography.in_text(key) for key in library.works},
        entries={name: tuple(own) for name, own in entries.items()},
        held={key: frozenset(ids) for key, ids in held.items()},
        claims_of={name: frozenset(own) for name, own in claims.items()},
    )


def _reasons_to_name(claim: AppraisedClaim) -> Iterator[str]:
    """The pages that name a claim: those of its studies, its subject, and the works it cites."""
    appraisal = claim.appraisal
    yield from (f"study:{vote.study_id}" for vote in (*appraisal.pro, *appraisal.con))
    yield f"{appraisal.subject.kind}:{appraisal.subject.id}"
    yield from (f"work:{key}" for key in claim.cites)


def _ref(claim: AppraisedClaim) -> str:
    return f"{claim.slug}#{claim.id}"


# --- facts -----------------------------------------------------------------------------------


def _facts(index: _Index) -> Iterator[tuple[str, object]]:
    library = index.side.library
    words = library.vocabulary
    yield "site", index.side.site
    wording = library.wording
    yield "wording", (wording.standings, wording.themes, wording.concepts)
    yield "glossary", words.glossary
    yield (
        "vocabulary",
        (words.own_group, words.populations, words.categories, words.groups, words.domains),
    )
    yield "counts", (len(library.studies), len(library.works))
    yield "flow", library.flow
    yield "tested", library.tested
    yield from _facts_of_works(index)
    yield from _facts_of_studies(index)
    yield from _facts_of_terms(index)
    for brief in library.briefs.values():
        yield f"front:{brief.slug}", brief.front
        yield f"title:{brief.slug}", brief.front.title
        yield f"text:{brief.slug}", placeless(brief.blocks)
    for claim in index.side.evidence.all_claims:
        subject, standing = claim.appraisal.subject, claim.appraisal.standing
        yield f"claim:{_ref(claim)}", (claim.claim.heading, claim.text, subject, standing)


def _facts_of_works(index: _Index) -> Iterator[tuple[str, object]]:
    library = index.side.library
    for key, work in library.works.items():
        yield f"reference:{key}", (work, index.cited_as[key])
        yield f"ledger:{key}", library.checked(key)
        yield f"notice:{key}", library.checked(key).standing
    told: dict[str, list[object]] = {}
    for count in library.citations.counts:
        told.setdefault(count.work, []).append(count)
    for link in library.citations.links:
        both = (index.cited_as.get(link.citing), index.cited_as.get(link.cited))
        for key in {link.citing, link.cited}:
            told.setdefault(key, []).append((link, both))
    for study in library.studies.values():
        for correction in study.corrections:
            told.setdefault(correction.report or "", []).append((study.title, correction))
    yield from ((f"told:{key}", facts) for key, facts in told.items())


def _facts_of_studies(index: _Index) -> Iterator[tuple[str, object]]:
    for study_id, study in index.side.library.studies.items():
        line = (
            *(study.title, study.design, study.category, study.group, study.n, study.country),
            *(study.studies_included, study.reports[0], index.cited_as.get(study.reports[0])),
        )
        yield f"study:{study_id}", study
        yield f"line:{study_id}", (*line, len(study.findings))
        yield f"held:{study_id}", (study.reports[0], study.included_in, study.is_review)
        if study.corrections:
            cited = [index.cited_as.get(c.report or "") for c in study.corrections]
            yield f"corrections:{study_id}", (*line, study.corrections, cited)
        for entry in index.entries.get(study_id, ()):
            yield f"finding:{entry.ref}", (*line, entry.finding, *_weight(entry))


def _weight(entry: Entry) -> tuple[object, ...]:
    return entry.lane, entry.year, entry.retracted, entry.second_hand


def _facts_of_terms(index: _Index) -> Iterator[tuple[str, object]]:
    library = index.side.library
    words = library.vocabulary
    for kind, terms in words.subjects.items():
        yield from ((f"term:{kind}:{name}", term) for name, term in terms.items())
    for outcome in words.outcomes:
        yield (
            f"synthesis:outcome:{outcome}",
            (
                library.synthesis.default,
                library.synthesis.outcomes.get(outcome),
            ),
        )
    for subject, entries in index.side.evidence.subjects.items():
        yield (
            f"count:{subject.kind}:{subject.id}:{subject.population}",
            Counter((e.study_id, e.study.category, e.finding.direction, e.counts) for e in entries),
        )


# --- pages -----------------------------------------------------------------------------------


def _pages(index: _Index, facts: Mapping[str, object]) -> Iterator[tuple[str, Iterable[str]]]:
    library = index.side.library
    for brief in library.briefs.values():
        drawn = set(_of_brief(index, brief, facts))
        yield f"brief:{brief.slug}", drawn
        yield f"pdf:{brief.slug}", drawn
    for study_id in library.studies:
        yield f"study:{study_id}", _of_study(index, study_id)
    for key in library.works:
        yield f"work:{key}", _of_work(index, key)
    words = library.vocabulary
    for kind, terms in zip(_KINDS, (words.outcomes, words.themes, words.concepts), strict=True):
        for name in terms:
            yield f"{kind}:{name}", _of_term(index, kind, name)


def _of_brief(index: _Index, brief: Brief, facts: Mapping[str, object]) -> Iterator[str]:
    """A brief draws on every finding on its claims, and on every work that these lead to."""
    yield f"front:{brief.slug}"
    yield f"text:{brief.slug}"
    for citation in brief.citations:
        yield from _work(citation.key)
    for claim in index.side.evidence.claims.get(brief.slug, ()):
        yield f"claim:{_ref(claim)}"
        yield from _of_subject(index, claim.appraisal.subject)
    for block in brief.blocks:
        if isinstance(block, SlotBlock):
            yield from _of_slot(index, block, facts)


def _of_slot(index: _Index, block: SlotBlock, facts: Mapping[str, object]) -> Iterator[str]:
    flow = index.side.library.flow
    match block.slot.kind:
        case "flow":
            yield from ("flow", *(_work(flow.review) if flow else ()))
        case "forest" | "effect-direction":
            name = block.slot.options.get("outcome", "")
            for subject, _ in index.side.evidence.about("outcome", name):
                yield from _of_subject(index, subject)
        case _:
            starts = ("line:", "term:outcome:", "count:outcome:")
            yield from (fact for fact in facts if fact.startswith(starts))


def _of_subject(index: _Index, subject: Subject) -> Iterator[str]:
    yield f"term:{subject.kind}:{subject.id}"
    for entry in index.side.evidence.subjects.get(subject, ()):
        yield f"finding:{entry.ref}"
        yield from _work(entry.study.reports[0])
        yield from _work(entry.finding.source.report)


def _of_term(index: _Index, kind: SubjectKind, name: str) -> Iterator[str]:
    """Its findings, the claims about it, and the studies that overlap in its reviews."""
    yield f"term:{kind}:{name}"
    yield f"synthesis:{kind}:{name}"
    yield from _claims_of(index, f"{kind}:{name}")
    for subject, entries in index.side.evidence.about(kind, name):
        yield from _of_subject(index, subject)
        for entry in entries:
            for key in entry.study.reports if entry.study.is_review else ():
                yield from (f"held:{study_id}" for study_id in index.held.get(key, ()))


def _of_study(index: _Index, study_id: str) -> Iterator[str]:
    study = index.side.library.studies[study_id]
    yield f"study:{study_id}"
    for key in (*study.reports, *study.included_in):
        yield from _work(key)
    for correction in study.corrections:
        yield from _work(correction.report or "")
    for entry in index.entries.get(study_id, ()):
        about = subject_of(entry.finding)
        yield f"finding:{entry.ref}"
        yield f"term:{about.kind}:{about.id}"
        yield from _work(entry.finding.source.report)
    yield from _claims_of(index, f"study:{study_id}")


def _of_work(index: _Index, key: str) -> Iterator[str]:
    yield from _work(key)
    yield f"told:{key}"
    yield from (f"line:{study_id}" for study_id in index.side.library.studies_of(key))
    yield from (f"line:{study_id}" for study_id in index.held.get(key, ()))
    yield from _claims_of(index, f"work:{key}")


def _work(key: str) -> tuple[str, str]:
    return f"reference:{key}", f"ledger:{key}"


def _claims_of(index: _Index, page: str) -> Iterator[str]:
    """The claims that a page names, with the titles of their briefs."""
    for claim in index.claims_of.get(page, ()):
        yield f"claim:{claim}"
        yield f"title:{claim.partition('#')[0]}"
