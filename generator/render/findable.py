"""What search is told of a page beside its text, and what may be suggested to a searcher.

The theme prints a page's tags into its head, where the index reads them. A tag is what it is for
("meta": words to find the page by and facts to show; "filter": what results can be narrowed by), a
name and a value. Filters have readable values, because readers choose among them. A page without
tags is not found. `site_overrides/assets/search-page.js` reads these names.

A filter is loaded whole by whoever uses one of its values, and at 10,000 studies the outcomes would
be 64 KB. So a filter with many values is divided into several by a sum of each value's letters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from generator.model import Study, SubjectKind, Term, Vocabulary, Work
from generator.render import words
from generator.render.context import Context
from generator.render.spelling import both_spellings
from generator.routes import url_of

Tag = tuple[str, str, str]

KINDS: Final = {
    "brief": "Briefs",
    "outcome": "Outcomes",
    "theme": "Themes",
    "concept": "Ideas",
    "study": "Studies",
    "work": "References",
    "page": "About this site",
}
FILTERS: Final = 16
LISTS: Final = frozenset(
    {"home", "briefs", "outcomes", "themes", "studies", "references", "search"}
)


def page_tags(name: str) -> tuple[Tag, ...]:
    """Tags of a page that is about the site; a list of other pages has none."""
    return () if name in LISTS else (_kind("page"),)


def brief_tags(context: Context, slug: str) -> tuple[Tag, ...]:
    """Tags of a brief: every name of what its claims are about."""
    subjects = dict.fromkeys(
        (claim.appraisal.subject.kind, claim.appraisal.subject.id)
        for claim in context.evidence.claims[slug]
    )
    vocabulary = context.library.vocabulary
    terms = [vocabulary.subjects[kind][name] for kind, name in subjects]
    outcomes = (vocabulary.outcomes[name].label for kind, name in subjects if kind == "outcome")
    return (_kind("brief"), *_names("about", terms), *_filters("Outcome", outcomes))


def term_tags(kind: SubjectKind, term: Term) -> tuple[Tag, ...]:
    """Tags of an outcome, theme or concept: its other names."""
    own = _filters("Outcome", [term.label] if kind == "outcome" else ())
    return (_kind(kind), *_names("also", [term]), *own)


def study_tags(context: Context, study_id: str) -> tuple[Tag, ...]:
    """Tags of a study: who reported it and where, its design, size, country and outcomes.

    It has no kind, since what has none is a study: a filter of thousands of pages would have to be
    loaded by whoever searches.
    """
    study = context.library.studies[study_id]
    works = [context.library.works[key] for key in study.reports]
    outcomes = context.library.vocabulary.outcomes
    measured = (outcomes[f.outcome].label for f in study.findings if f.outcome)
    titles = [work.title for work in works if work.title.casefold() != study.title.casefold()]
    return (
        *_reported(context, works),
        *_meta("also", "; ".join(titles)),
        *_size(study),
        *_meta("country", study.country or ""),
        *_meta("design", words.DESIGNS[study.design]),
        *_filters("Design", [words.capitalised(words.DESIGNS[study.design])]),
        *_filters("Outcome", measured),
    )


def work_tags(context: Context, key: str) -> tuple[Tag, ...]:
    """Tags of a work; none where it reports a study, whose page is then found in its place."""
    if context.library.studies_of(key):
        return ()
    return (_kind("work"), *_reported(context, [context.library.works[key]]))


def designs(context: Context) -> tuple[str, ...]:
    """The designs that some study has, as filters name them, in the order of the closed set."""
    used = {study.design for study in context.library.studies.values()}
    return tuple(words.capitalised(label) for name, label in words.DESIGNS.items() if name in used)


def outcomes(context: Context) -> tuple[str, ...]:
    """The outcomes, as filters name them, in the order of the alphabet."""
    labels = {term.label for term in context.library.vocabulary.outcomes.values()}
    return tuple(sorted(labels, key=str.casefold))


def suggestions(context: Context) -> str:
    """JSON of every word with other names: its label, the address of its page from the site's root
    (empty where it has none), its other names, and other spellings of all of these."""
    rows = [
        [term.label, address, [*term.synonyms], [*_other_spellings(term)]]
        for address, term in _named(context.library.vocabulary)
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) + "\n"


def _named(vocabulary: Vocabulary) -> Iterator[tuple[str, Term]]:
    """Every word of the vocabulary that readers may look for, with its page's address."""
    for kind, terms in vocabulary.subjects.items():
        yield from ((url_of(f"{kind}:{name}"), term) for name, term in terms.items())
    yield from (("", term) for term in vocabulary.categories.values())
    glossary = url_of("page:glossary")
    yield from ((f"{glossary}#{name}", term) for name, term in vocabulary.glossary.items())


def _other_spellings(term: Term) -> Iterator[str]:
    names = (term.label, *term.synonyms)
    return (name for name in both_spellings(names) if name not in names)


def _kind(kind: str) -> Tag:
    return ("filter", "Kind", KINDS[kind])


def _filters(name: str, values: Iterable[str]) -> Iterator[Tag]:
    return (("filter", f"{name}-{_sum(value)}", value) for value in dict.fromkeys(values))


def _sum(value: str) -> int:
    """In which of the filters of its name a value stands."""
    return sum(map(ord, value)) % FILTERS


def _meta(name: str, value: str) -> Iterator[Tag]:
    if value:
        yield ("meta", name, value)


def _names(name: str, terms: Iterable[Term]) -> Iterator[Tag]:
    """Every name of these terms, in both spellings."""
    told = both_spellings(one for term in terms for one in (term.label, *term.synonyms))
    return _meta(name, "; ".join(told))


def _reported(context: Context, works: list[Work]) -> Iterator[Tag]:
    """How the first work is cited, and what any of them may be looked for by."""
    yield from _meta("cited", context.in_text[works[0].key])
    names = dict.fromkeys(name for work in works for name in _authors(work))
    yield from _meta("authors", "; ".join(names))
    yield from _meta("ids", " ".join(x for work in works for x in (work.doi, work.pmid) if x))


def _authors(work: Work) -> Iterator[str]:
    """Authors as they are looked for: initials find nobody."""
    for author in work.authors or work.editors:
        given = (part for part in author.given.split() if len(part.strip(".")) > 1)
        yield " ".join((*given, author.sort_name))


def _size(study: Study) -> Iterator[Tag]:
    if study.is_review and study.studies_included is not None:
        yield from _meta("studies", words.number(study.studies_included))
    elif study.n is not None:
        yield from _meta("people", words.number(study.n))
