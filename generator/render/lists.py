"""Which lists the site has: what the columns of studies, outcomes and references hold, and by
what each list can be filtered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Final

from generator.cite import Reference, Run
from generator.names import folded
from generator.render import words
from generator.render.context import Context
from generator.render.listing import Column, Facet, Group, Listing, Value, group, ranks
from generator.render.views import who_or_what
from generator.routes import url_of

if TYPE_CHECKING:
    from generator.appraise import Entry
    from generator.model import Direction, Finding, Outcome, Study, Term, Vocabulary

_NO_VALUE = ""
_OF_OUTCOMES = (
    Column(name="outcome", label="Outcome"),
    Column(name="domain", label="Area"),
    Column(name="studies", label="Studies", falling=True),
    Column(name="findings", label="Findings", falling=True),
)
_OF_REFERENCES = (
    Column(name="reference", label="Reference"),
    Column(name="year", label="Year", falling=True),
    Column(name="state", label="Check"),
)


# --- studies ---------------------------------------------------------------------------------


def studies(context: Context) -> Listing:
    """All studies, newest first by the year of the main report."""
    library = context.library
    years = {i: library.works[s.reports[0]].year for i, s in library.studies.items()}
    ordered = sorted(library.studies.items(), key=lambda item: (-(years[item[0]] or 0), item[0]))
    records = [study for _, study in ordered]
    categories = {name: term.label for name, term in library.vocabulary.categories.items()}
    label = library.vocabulary.category_label
    return Listing(
        name="studies",
        title="Studies",
        one="study",
        many="studies",
        sought="Words of a title, or an author",
        order="-year",
        columns=_of_studies(label),
        groups=(
            _labelled("category", label, categories, [s.category for s in records]),
            _labelled("design", "Design", words.DESIGNS, [s.design for s in records]),
            _found(context, [study.findings for study in records]),
            _countries(records),
            _years([years[study_id] for study_id, _ in ordered]),
        ),
        cells={
            "study": tuple(_study(context, *item) for item in ordered),
            "size": tuple(_text(_size(study)) for study in records),
            "findings": tuple(_directions(f.direction for f in s.findings) for s in records),
        },
        words=tuple(_found_by(context, study) for study in records),
        keys={
            "study": ranks(folded(study.title) for study in records),
            "size": tuple(_people(study) for study in records),
            "findings": tuple(len(study.findings) for study in records),
        },
    )


def _of_studies(category: str) -> tuple[Column, ...]:
    """The columns of the list of studies; what a category is differs from site to site."""
    return (
        Column(name="study", label="Study"),
        Column(name="year", label="Year", falling=True),
        Column(name="design", label="Design"),
        Column(name="category", label=category),
        Column(name="size", label="Size", falling=True),
        Column(name="country", label="Country"),
        Column(name="findings", label="Findings", falling=True),
    )


def _study(context: Context, study_id: str, study: Study) -> Reference:
    """A study's title, how its main report is cited, and what a reader must know of it."""
    cited = context.bibliography.in_text(study.reports[0])
    runs = [Run(text=study.title, href=url_of(f"study:{study_id}")), Run(text=f" ({cited})")]
    groups = context.library.vocabulary.groups
    if study.group is not None and study.group in groups:
        runs.append(Run(text=f" About other people: {groups[study.group].label}.", italic=True))
    return (*runs, *_notices(context, study.reports))


def _size(study: Study) -> str:
    """The size of a study, short enough for a column."""
    told = who_or_what(study)
    return "size not reported" if told.endswith("not reported") else told


def _people(study: Study) -> int | None:
    """How many people took part, where this is what a study's size is told by."""
    return None if study.is_review and study.studies_included is not None else study.n


def _found_by(context: Context, study: Study) -> str:
    """Authors of all reports, and the title of the main one where the study has another."""
    works = [context.library.works[key] for key in study.reports]
    names = dict.fromkeys(author.sort_name for work in works for author in work.authors)
    other = works[0].title if folded(works[0].title) != folded(study.title) else ""
    return " ".join(filter(None, (*names, other)))


def _countries(records: Iterable[Study]) -> Group:
    """A study in several countries is found by each of them."""
    named = [_split(study.country) or [_NO_VALUE] for study in records]
    known = sorted({*chain.from_iterable(named)} - {_NO_VALUE}, key=folded)
    unknown = Value(id=_NO_VALUE, label="country not reported", known=False)
    values = (*(Value(id=name, label=name) for name in known), unknown)
    facet = Facet(name="country", label="Country", values=values)
    return group([[(name,) for name in row] for row in named], facet)


def _split(countries: str | None) -> list[str]:
    return [country.strip() for country in (countries or "").split(",") if country.strip()]


# --- outcomes --------------------------------------------------------------------------------


def outcomes(context: Context) -> Listing:
    """All outcomes, by domain in the order of the vocabulary."""
    vocabulary = context.library.vocabulary
    ordered = _by_domain(vocabulary)
    entries = [_entries(context, outcome_id) for outcome_id, _ in ordered]
    counted = [len({entry.study_id for entry in found}) for found in entries]
    domains = tuple(Value(id=i, label=term.label) for i, term in vocabulary.domains.items())
    return Listing(
        name="outcomes",
        title="Outcomes",
        one="outcome",
        many="outcomes",
        sought="Words of a name or a meaning",
        order="domain",
        columns=_OF_OUTCOMES,
        groups=(
            group(
                [[(term.domain,)] for _, term in ordered],
                Facet(name="domain", label="Area", values=domains),
            ),
            group(
                [[(e.finding.population, e.finding.direction or "") for e in x] for x in entries],
                _populations(context),
                _results(),
            ),
        ),
        cells={
            "outcome": tuple(_outcome(i, term) for i, term in ordered),
            "studies": tuple(_text(words.counted(n, "study", "studies")) for n in counted),
            "findings": tuple(_directions(e.finding.direction for e in x) for x in entries),
        },
        words=tuple(" ".join(term.synonyms) for _, term in ordered),
        keys={
            "outcome": ranks(folded(term.label) for _, term in ordered),
            "studies": tuple(counted),
            "findings": tuple(map(len, entries)),
        },
    )


def _entries(context: Context, outcome: str) -> list[Entry]:
    """The findings on an outcome, without those that may count for nothing: of retracted works,
    and about people outside the site's question."""
    found = (entry for _, own in context.evidence.about("outcome", outcome) for entry in own)
    return [entry for entry in found if entry.study.group is None and not entry.retracted]


def _by_domain(vocabulary: Vocabulary) -> list[tuple[str, Outcome]]:
    domains = list(vocabulary.domains)
    return sorted(vocabulary.outcomes.items(), key=lambda item: domains.index(item[1].domain))


def _outcome(outcome_id: str, term: Term) -> Reference:
    link = Run(text=term.label, href=url_of(f"outcome:{outcome_id}"))
    return (link, Run(text=f". {term.definition}"))


# --- references ------------------------------------------------------------------------------


def references(context: Context) -> Listing:
    """All references, in the order of the reference list."""
    library, keys = context.library, tuple(context.references)
    states = [library.checked(key).state for key in keys]
    standings = [library.checked(key).standing for key in keys]
    told = list(words.LEDGER_STATES)
    return Listing(
        name="references",
        title="References and how we checked them",
        one="reference",
        many="references",
        sought="Words of a reference: an author, a title, a journal",
        order="reference",
        columns=_OF_REFERENCES,
        groups=(
            _labelled("state", "Check", words.LEDGER_STATES, states),
            _labelled("standing", "Notices", words.NOTICES, standings),
            _years([library.works[key].year for key in keys]),
        ),
        cells={
            "reference": tuple(context.references[key] for key in keys),
            "state": tuple(_check(context, key) for key in keys),
        },
        words=("",) * len(keys),
        keys={"state": tuple(map(told.index, states))},
    )


def _check(context: Context, key: str) -> Reference:
    """What a check of a work said, with a link to all that is known of it."""
    entry = context.library.checked(key)
    day = f"{entry.checked:%-d %B %Y}" if entry.checked else ""
    checked = ", ".join(filter(None, (entry.source, day)))
    state = words.LEDGER_STATES[entry.state] + (f" ({checked})" if checked else "")
    runs = [Run(text="About this work", href=url_of(f"work:{key}")), Run(text=f": {state}.")]
    return (*runs, *_notices(context, (key,)))


# --- facets that lists share -----------------------------------------------------------------


def _found(context: Context, findings: Iterable[Iterable[Finding]]) -> Group:
    """One finding must meet the outcome, the population and the direction that are asked for."""
    vocabulary = context.library.vocabulary
    values = (
        Value(id=i, label=term.label, section=vocabulary.domains[term.domain].label)
        for i, term in _by_domain(vocabulary)
    )
    other = Value(id=_NO_VALUE, label="no outcome", known=False)
    return group(
        [[(f.outcome or _NO_VALUE, f.population, f.direction or "") for f in x] for x in findings],
        Facet(name="outcome", label="Outcome", values=(*values, other)),
        _populations(context),
        _results(),
    )


def _populations(context: Context) -> Facet:
    terms = context.library.vocabulary.populations
    values = tuple(
        Value(id=name, label=words.capitalised(term.label)) for name, term in terms.items()
    )
    return Facet(name="population", label="For whom", values=values)


def _results() -> Facet:
    """Which way a finding points; one that only describes points nowhere."""
    values = (
        Value(id=direction or _NO_VALUE, label=" ".join(told), known=direction is not None)
        for direction, told in words.DIRECTIONS.items()
    )
    return Facet(name="direction", label="What was found", values=tuple(values))


def _years(years: Iterable[int | None]) -> Group:
    listed = [str(year) if year else _NO_VALUE for year in years]
    known = sorted({*listed} - {_NO_VALUE}, key=int)
    unknown = Value(id=_NO_VALUE, label="year not known", known=False)
    values = (*(Value(id=year, label=year) for year in known), unknown)
    facet = Facet(name="year", label="year", values=values, is_range=True)
    return group([[(year,)] for year in listed], facet)


def _labelled(name: str, label: str, labels: Mapping[str, str], ids: Iterable[str]) -> Group:
    """A facet of which each row has one value."""
    values = tuple(Value(id=i, label=words.capitalised(told)) for i, told in labels.items())
    return group([[(i,)] for i in ids], Facet(name=name, label=label, values=values))


def _notices(context: Context, keys: Iterable[str]) -> Reference:
    """What registries say of works that a reader must know, such as a retraction."""
    told = {context.library.checked(key).standing for key in keys} & words.WORK_STANDINGS.keys()
    return tuple(
        Run(text=f" {words.capitalised(label)}.", italic=True)
        for standing, label in words.NOTICES.items()
        if standing in told
    )


def _text(text: str) -> Reference:
    return (Run(text=text),)


def _directions(directions: Iterable[Direction | None]) -> Reference:
    """How many findings point each way, such as "▲ 3 better, ○ 2 no clear difference"."""
    counts: Counter[str | None] = Counter(directions)
    each = (
        # A sign, its number and the first word stay on one line.
        f"{symbol if direction else ''} {counts[direction]} {told}".strip().replace(
            " ", "\u00a0", 2
        )
        for direction, (symbol, told) in words.DIRECTIONS.items()
        if counts[direction]
    )
    return _text(", ".join(each) or "none recorded")


LISTS: Final[Mapping[str, Callable[[Context], Listing]]] = {
    "studies": studies,
    "outcomes": outcomes,
    "references": references,
}
