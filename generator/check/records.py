"""Rules about study records and works: what they name must exist, and nothing stands twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from generator.appraise import Evidence
from generator.check.rule import Fault
from generator.library import LIBRARY_PATH, VOCABULARY_PATH, Library, study_place, work_place
from generator.load.names import slug_fault, slugify
from generator.load.records import values_at
from generator.load.shape import EACH
from generator.load.source import look_alike, short
from generator.model import REVIEW_DESIGNS, Finding, Study, SubjectKind, Term, Work
from generator.problem import Fix, Key, Place, Severity, mend, nearest

# Where a record names works, and where terms.
_WORKS_IN_DRAFTS: Final[tuple[tuple[Key, ...], ...]] = (
    ("reports", EACH),
    ("included_in", EACH),
    ("findings", EACH, "source", "report"),
    ("findings", EACH, "certainty", "by"),
    ("corrections", EACH, "report"),
)
_TERMS_IN_DRAFTS: Final[tuple[tuple[Key, ...], ...]] = (
    ("category",),
    ("group",),
    *(("findings", EACH, kind) for kind in ("outcome", "theme", "concept")),
)
_UNCONTROLLED = frozenset({"pre-post", "cross-sectional", "qualitative", "theory"})


def study_without_report(library: Library, _: Evidence) -> Iterator[Fault]:
    """Every work that a record names stands in the library."""
    if LIBRARY_PATH in library.broken:
        return
    for study_id, keys, key in (*_named(library), *_drafted(library, *_WORKS_IN_DRAFTS)):
        if key not in library.works:
            yield Fault(
                place=study_place(study_id).at(*keys),
                message=f"'{short(key)}' is no entry of {LIBRARY_PATH}",
                hint=f"{nearest(key, library.works)} {look_alike(key)}".strip(),
                fix=mend(key, library.works),
            )


def _drafted(
    library: Library, *paths: tuple[Key, ...]
) -> Iterator[tuple[str, tuple[Key, ...], str]]:
    """The texts that stand at these paths of records that cannot be used yet."""
    for study_id, draft in library.drafts.items():
        for path in paths:
            for keys, value in values_at(draft, path):
                if isinstance(value, str) and value:
                    yield study_id, keys, value


def _named(library: Library) -> Iterator[tuple[str, tuple[Key, ...], str]]:
    for study_id, study in library.studies.items():
        yield from ((study_id, keys, key) for keys, key in _named_works(study))


def _named_works(study: Study) -> Iterator[tuple[tuple[Key, ...], str]]:
    for i, key in enumerate(study.reports):
        yield ("reports", i), key
    for i, key in enumerate(study.included_in):
        yield ("included_in", i), key
    for i, finding in enumerate(study.findings):
        yield ("findings", i, "source", "report"), finding.source.report
        if finding.certainty is not None:
            yield ("findings", i, "certainty", "by"), finding.certainty.by
    for i, correction in enumerate(study.corrections):
        if correction.report is not None:
            yield ("corrections", i, "report"), correction.report


def uncited_work(library: Library, _: Evidence) -> Iterator[Fault]:
    """Every work of the library is cited by a brief or named by a record."""
    if any(path != LIBRARY_PATH for path in library.broken):
        return
    named = {key for _, _, key in _named(library)}
    named |= {c.key for brief in library.briefs.values() for c in brief.citations}
    named |= {key for link in library.citations.links for key in (link.citing, link.cited)}
    for key in library.works:
        if key not in named:
            yield Fault(
                place=work_place(key),
                message=f"nothing cites '{key}'",
                hint="Cite it in a brief, name it in a study record, or take it out.",
                severity=Severity.WARNING,
            )


def unknown_term(library: Library, _: Evidence) -> Iterator[Fault]:
    """Every term that a record or a claim uses stands in the vocabulary."""
    for place, kind, term, allowed in _terms(library):
        if term not in allowed:
            yield Fault(
                place=place,
                message=f"'{term}' is no {kind} of {VOCABULARY_PATH}",
                hint=_of_other_kind(library, kind, term) or _nearest_term(term, allowed),
                fix=mend(term, allowed) or _by_label(term, allowed),
            )


def _nearest_term(term: str, allowed: Mapping[str, Term] | frozenset[str]) -> str:
    meant = _by_label(term, allowed)
    return f"Write '{meant.new}'." if meant else nearest(term, allowed)


def _by_label(term: str, allowed: Mapping[str, Term] | frozenset[str]) -> Fix | None:
    """The fix for a term that was written by its label or a synonym, where only one has it."""
    found = [
        name
        for name, each in (allowed.items() if isinstance(allowed, Mapping) else ())
        if slugify(term) in map(slugify, (each.label, *each.synonyms))
    ]
    return Fix(old=term, new=found[0]) if len(found) == 1 else None


def _of_other_kind(library: Library, kind: str, term: str) -> str:
    """That a term is of another kind than the key that it stands behind, if it is."""
    kinds = library.vocabulary.subjects
    other = next((name for name, terms in kinds.items() if kind in kinds and term in terms), "")
    return f"It is of another kind: write `{other}: {term}`." if other else ""


def _terms(
    library: Library,
) -> Iterator[tuple[Place, str, str, Mapping[str, Term] | frozenset[str]]]:
    words, kinds = library.vocabulary, library.vocabulary.subjects
    shelves = dict[str, Mapping[str, Term]](kinds.items())
    shelves |= {"category": words.categories, "group": words.groups}
    populations = frozenset(map(str, words.populations))
    for study_id, study in library.studies.items():
        place = study_place(study_id)
        yield place.at("category"), "category", study.category, words.categories
        if study.group is not None:
            yield place.at("group"), "group", study.group, words.groups
        for i, finding in enumerate(study.findings):
            where = place.at("findings", i, "population")
            yield where, "population", finding.population, populations
            for kind, term, allowed in _subjects(kinds, finding):
                yield place.at("findings", i, kind), kind, term, allowed
    for study_id, keys, term in _drafted(library, *_TERMS_IN_DRAFTS):
        if not slug_fault(term):
            kind = str(keys[-1])
            yield study_place(study_id).at(*keys), kind, term, shelves[kind]
    for brief in library.briefs.values():
        for claim in brief.claims:
            where = claim.place.at("population")
            yield where, "population", claim.block.population, populations
            for kind, term, allowed in _subjects(kinds, claim.block):
                yield claim.place.at(kind), kind, term, allowed
    for outcome_id, outcome in words.outcomes.items():
        place = Place(path=VOCABULARY_PATH, keys=("outcomes", outcome_id, "domain"))
        yield place, "domain", outcome.domain, words.domains


def _subjects(
    kinds: Mapping[SubjectKind, Mapping[str, Term]], about: object
) -> Iterator[tuple[str, str, Mapping[str, Term]]]:
    for kind, allowed in kinds.items():
        term = getattr(about, kind)
        if term is not None:
            yield kind, term, allowed


def duplicate_work(library: Library, _: Evidence) -> Iterator[Fault]:
    """No two works share a DOI or a PMID, or a title and a year."""
    seen: dict[tuple[str, str], str] = {}
    for key, work in library.works.items():
        for what, value in _identities(work):
            other = seen.setdefault((what, value), key)
            if other != key:
                yield Fault(
                    place=work_place(key).at(what.split()[0]),
                    message=f"'{key}' and '{other}' have the same {what}",
                    hint="Keep one entry and use its key everywhere.",
                )
                break


def duplicate_study(library: Library, _: Evidence) -> Iterator[Fault]:
    """No two records are about one study, because its people would count twice.

    Where a work is the main report of two, each has a title and participants of its own.
    """
    seen: dict[tuple[str, str, object], str] = {}
    for study_id, study in library.studies.items():
        for what, value in (("title", _folded(study.title)), ("participants", study.participants)):
            other = seen.setdefault((study.reports[0], what, value), study_id)
            if other != study_id:
                yield Fault(
                    place=study_place(study_id).at("reports", 0),
                    message=f"'{study_id}' and '{other}' have the same main report and {what}",
                    hint="Keep one record, so that nobody counts twice; if the work reports two"
                    " studies, give each its own `title` and `participants`.",
                )
                break


def _identities(work: Work) -> Iterator[tuple[str, str]]:
    if work.doi:
        yield "doi", work.doi.lower()
    if work.pmid:
        yield "pmid", work.pmid
    if work.year is not None:
        yield "title and year", f"{_folded(work.title)} {work.year}"


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(re.findall(r"\w+", plain))


def basis_unfit(library: Library, _: Evidence) -> Iterator[Fault]:
    """The basis of a finding fits the design of its study."""
    for study_id, study in library.studies.items():
        for i, finding in enumerate(study.findings):
            if message := _basis_fault(study, finding):
                yield Fault(place=study_place(study_id).at("findings", i, "basis"), message=message)


def _basis_fault(study: Study, finding: Finding) -> str:
    if study.design in REVIEW_DESIGNS and finding.basis not in {"synthesis", "statement"}:
        return f"a {study.design} gives a 'synthesis' or a 'statement', not a '{finding.basis}'"
    if study.design not in REVIEW_DESIGNS and finding.basis == "synthesis":
        return f"only a review gives a 'synthesis'; this study is a {study.design}"
    if study.design in _UNCONTROLLED and finding.basis == "comparison":
        return f"a {study.design} study has no comparison group, so no 'comparison'"
    return ""
