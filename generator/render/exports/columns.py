"""What stands in each table: every column once, for the file and for its description alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from generator import model
from generator.appraise import AppraisedClaim, Entry
from generator.model import Finding, LedgerEntry, Study, Work
from generator.render.context import Context
from generator.render.exports.tables import Column, Link, Table
from generator.routes import url_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A study as a row."""

    id: str
    study: Study


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A finding as a row."""

    study_id: str
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A work as a row."""

    work: Work
    entry: LedgerEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """A finding that speaks to a claim, as a row."""

    brief: str
    claim: str
    ref: str
    side: Literal["for", "against"]


def _effect(name: str) -> Callable[[_Found], object]:
    def value(row: _Found) -> object:
        effect = row.finding.effect
        return None if effect is None else getattr(effect, name)

    return value


def _limit(side: Literal[0, 1]) -> Callable[[_Found], object]:
    def value(row: _Found) -> object:
        effect = row.finding.effect
        return None if effect is None or effect.ci is None else effect.ci[side]

    return value


def _studies(context: Context) -> Iterator[_Read]:
    return (_Read(id=i, study=study) for i, study in context.library.studies.items())


def _findings(context: Context) -> Iterator[_Found]:
    for study_id, study in context.library.studies.items():
        yield from (_Found(study_id=study_id, finding=finding) for finding in study.findings)


def _works(context: Context) -> Iterator[_Kept]:
    library = context.library
    return (_Kept(work=work, entry=library.checked(key)) for key, work in library.works.items())


def _claims(context: Context) -> Iterator[AppraisedClaim]:
    return context.evidence.all_claims


def _spoken(context: Context) -> Iterator[_Spoken]:
    for claim in context.evidence.all_claims:
        sides: tuple[tuple[Literal["for", "against"], tuple[Entry, ...]], ...] = (
            ("for", claim.appraisal.pro_entries),
            ("against", claim.appraisal.con_entries),
        )
        for side, entries in sides:
            for entry in entries:
                yield _Spoken(brief=claim.slug, claim=claim.id, ref=entry.ref, side=side)


STUDIES: Final[Table[_Read]] = Table(
    name="studies",
    key=("id",),
    rows=_studies,
    columns=(
        Column("id", "the study's name", lambda r: r.id, required=True),
        Column("title", "what it is", lambda r: r.study.title, required=True),
        Column(
            "design",
            "its design",
            lambda r: r.study.design,
            required=True,
            options=get_args(model.Design),
        ),
        Column(
            "category",
            "its kind, a category of the vocabulary",
            lambda r: r.study.category,
            required=True,
        ),
        Column(
            "group",
            "set where the people are others than those this site is about; the study then"
            " counts for no claim",
            lambda r: r.study.group,
        ),
        Column("country", "where it took place", lambda r: r.study.country),
        Column("setting", "the kind of service", lambda r: r.study.setting),
        Column("n", "how many people took part", lambda r: r.study.n, type="integer"),
        Column(
            "studies_included",
            "for a review: how many studies it includes",
            lambda r: r.study.studies_included,
            type="integer",
        ),
        Column(
            "reports",
            "keys of the works that report it, the main one first, with blanks between",
            lambda r: " ".join(r.study.reports),
            required=True,
        ),
        Column(
            "included_in",
            "keys of the reviews that include it, with blanks between",
            lambda r: " ".join(r.study.included_in),
        ),
        Column("comparator", "compared with what", lambda r: r.study.comparator),
        Column(
            "url",
            "its page, from the root of the site",
            lambda r: url_of(f"study:{r.id}"),
            required=True,
        ),
    ),
)
FINDINGS: Final[Table[_Found]] = Table(
    name="findings",
    key=("study", "finding"),
    links=(
        Link(columns=("study",), table="studies", key=("id",)),
        Link(columns=("source",), table="works", key=("key",)),
    ),
    rows=_findings,
    columns=(
        Column("study", "the study", lambda r: r.study_id, required=True),
        Column("finding", "the finding's name in the study", lambda r: r.finding.id, required=True),
        Column("outcome", "what was measured", lambda r: r.finding.outcome),
        Column("theme", "what people told of", lambda r: r.finding.theme),
        Column("concept", "what was described", lambda r: r.finding.concept),
        Column(
            "population",
            "whom it is about",
            lambda r: r.finding.population,
            required=True,
            options=get_args(model.Population),
        ),
        Column(
            "direction",
            "which way it points, seen from what is good for people; 'no-difference' means:"
            " reported as not (significantly) different",
            lambda r: r.finding.direction,
            options=get_args(model.Direction),
        ),
        Column(
            "basis",
            "what kind of finding it is; only a comparison sets groups side by side",
            lambda r: r.finding.basis,
            required=True,
            options=get_args(model.Basis),
        ),
        Column(
            "statement",
            "the finding in one or two sentences",
            lambda r: r.finding.statement,
            required=True,
        ),
        Column(
            "source",
            "key of the work in which it was read",
            lambda r: r.finding.source.report,
            required=True,
        ),
        Column("where", "the place in that work", lambda r: r.finding.source.where, required=True),
        Column(
            "measure", "the effect measure", _effect("measure"), options=get_args(model.Measure)
        ),
        Column("value", "the estimate, as reported", _effect("value"), type="number"),
        Column("ci_low", "lower limit of the interval", _limit(0), type="number"),
        Column("ci_high", "upper limit of the interval", _limit(1), type="number"),
        Column(
            "level", "confidence level of the interval, in percent", _effect("level"), type="number"
        ),
        Column("k", "how many studies were pooled", _effect("k"), type="integer"),
        Column("n", "how many people were analysed", _effect("n"), type="integer"),
        Column(
            "benefit_is",
            "the side of the estimate that is good for people",
            _effect("benefit_is"),
            options=get_args(model.BenefitSide),
        ),
        Column("timepoint", "when it was measured", _effect("timepoint")),
        Column("effect_note", "what else the number needs", _effect("note")),
        Column(
            "comparator",
            "compared with what, where it differs from the study's",
            lambda r: r.finding.comparator,
        ),
        Column(
            "certainty",
            "the certainty that a published review gave it",
            lambda r: r.finding.certainty and r.finding.certainty.rating,
        ),
        Column(
            "certainty_by",
            "key of that review",
            lambda r: r.finding.certainty and r.finding.certainty.by,
        ),
    ),
)
WORKS: Final[Table[_Kept]] = Table(
    name="works",
    key=("key",),
    rows=_works,
    columns=(
        Column("key", "the work's name", lambda r: r.work.key, required=True),
        Column(
            "type",
            "what it is",
            lambda r: r.work.type,
            required=True,
            options=get_args(model.WorkType),
        ),
        Column("title", "its title", lambda r: r.work.title, required=True),
        Column(
            "authors",
            "its authors, family name first, with semicolons between",
            lambda r: "; ".join(
                ", ".join(filter(None, (name.sort_name, name.given, name.suffix)))
                for name in r.work.authors
            ),
        ),
        Column(
            "more_authors",
            "whether there are authors who are not listed",
            lambda r: r.work.more_authors,
            type="boolean",
            required=True,
        ),
        Column("year", "when it appeared", lambda r: r.work.year, type="integer"),
        Column(
            "container", "the journal, book or site in which it stands", lambda r: r.work.container
        ),
        Column("volume", "volume", lambda r: r.work.volume),
        Column("issue", "issue", lambda r: r.work.issue),
        Column(
            "pages",
            "pages, or the article's number",
            lambda r: r.work.pages or r.work.article_number,
        ),
        Column("doi", "its DOI", lambda r: r.work.doi),
        Column("pmid", "its number in PubMed", lambda r: r.work.pmid),
        Column(
            "state",
            "what comparing it with registries gave",
            lambda r: r.entry.state,
            required=True,
            options=get_args(model.LedgerState),
        ),
        Column(
            "standing",
            "whether it was retracted or corrected",
            lambda r: r.entry.standing,
            required=True,
            options=get_args(model.WorkStanding),
        ),
        Column(
            "checked",
            "the day of that check",
            lambda r: r.entry.checked and r.entry.checked.isoformat(),
            type="date",
        ),
    ),
)
CLAIMS: Final[Table[AppraisedClaim]] = Table(
    name="claims",
    key=("brief", "claim"),
    rows=_claims,
    columns=(
        Column("brief", "the brief", lambda r: r.slug, required=True),
        Column("claim", "the claim's name in the brief", lambda r: r.id, required=True),
        Column("heading", "the heading above it", lambda r: r.claim.heading),
        Column("statement", "what it says", lambda r: r.text, required=True),
        Column("outcome", "the outcome that it is about", lambda r: r.claim.block.outcome),
        Column("theme", "the theme that it is about", lambda r: r.claim.block.theme),
        Column("concept", "the concept that it is about", lambda r: r.claim.block.concept),
        Column(
            "population",
            "whom it is about",
            lambda r: r.claim.block.population,
            required=True,
            options=get_args(model.Population),
        ),
        Column(
            "direction",
            "which way it points",
            lambda r: r.claim.block.direction,
            options=get_args(model.ClaimDirection),
        ),
        Column(
            "standing",
            "how the evidence stands to it",
            lambda r: r.appraisal.standing,
            required=True,
            options=get_args(model.Standing),
        ),
        Column(
            "cites",
            "keys of the works that it cites, with blanks between",
            lambda r: " ".join(r.cites),
        ),
        Column(
            "url",
            "its place, from the root of the site",
            lambda r: f"{url_of(f'brief:{r.slug}')}#{r.id}",
            required=True,
        ),
    ),
)
SPOKEN: Final[Table[_Spoken]] = Table(
    name="claim_findings",
    key=("brief", "claim", "study", "finding"),
    links=(
        Link(columns=("brief", "claim"), table="claims", key=("brief", "claim")),
        Link(columns=("study", "finding"), table="findings", key=("study", "finding")),
    ),
    rows=_spoken,
    columns=(
        Column("brief", "the brief", lambda r: r.brief, required=True),
        Column("claim", "the claim in it", lambda r: r.claim, required=True),
        Column("study", "the study", lambda r: r.ref.partition("#")[0], required=True),
        Column("finding", "the finding in it", lambda r: r.ref.partition("#")[2], required=True),
        Column(
            "side",
            "whether it speaks for the claim or against it",
            lambda r: r.side,
            required=True,
            options=("for", "against"),
        ),
    ),
)
TABLES: Final[tuple[Table[Any], ...]] = (STUDIES, FINDINGS, WORKS, CLAIMS, SPOKEN)
