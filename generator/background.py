"""Records about the collection itself: how a review searched, how findings were put together, and
how later works cite a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from annotated_types import Ge, MinLen
from typing_extensions import Doc

from generator.model import Slug, Text, WorkKey

_CLOSED = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of a selection, with how many were left at it."""

    __pydantic_config__ = _CLOSED

    id: Annotated[Slug, Doc("unique in this file")]
    label: Annotated[Text, Doc("the step as a reader sees it")]
    n: Annotated[int | None, Ge(0), Doc("how many; leave out what the source does not report")] = (
        None
    )
    unit: Annotated[Literal["records", "reports", "studies"], Doc("what is counted (PRISMA 2020)")]
    note: Annotated[str | None, Doc("what else one must know of this step")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What was taken out after a stage."""

    __pydantic_config__ = _CLOSED

    after: Annotated[Slug, Doc("the id of the stage before")]
    n: Annotated[int | None, Ge(0), Doc("how many were taken out")] = None
    reasons: Annotated[tuple[Text, ...], Doc("why they were taken out, as reported")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the last stage, such as the qualitative studies in it."""

    __pydantic_config__ = _CLOSED

    label: Annotated[Text, Doc("the part as a reader sees it")]
    n: Annotated[int, Ge(0), Doc("how many works are in it")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How a review searched and selected (PRISMA 2020), as it reports it."""

    __pydantic_config__ = _CLOSED

    review: Annotated[WorkKey, Doc("the review that reports it, a key of data/library.bib")]
    title: Annotated[Text, Doc("the heading of the drawing")]
    databases: Annotated[tuple[Text, ...], Doc("where the review searched")]
    searched_from: Annotated[str | None, Doc("the beginning of the time searched")] = None
    searched_to: Annotated[str | None, Doc("the end of the time searched")] = None
    language: Annotated[str | None, Doc("the language, or languages, of the works")] = None
    search_terms: Annotated[tuple[Text, ...], Doc("the words that were searched for")] = ()
    included: Annotated[tuple[Text, ...], Doc("what a work had to be to be taken in")] = ()
    excluded: Annotated[tuple[Text, ...], Doc("what kept a work out")] = ()
    stages: Annotated[tuple[Stage, ...], MinLen(1), Doc("the steps of the selection, in order")]
    exclusions: Annotated[tuple[Exclusion, ...], Doc("what was taken out between the steps")] = ()
    parts: Annotated[
        tuple[Part, ...], Doc("kinds of works in the last stage; others may remain")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swim:
    """The nine items of a synthesis without meta-analysis (SWiM; Campbell and others 2020)."""

    __pydantic_config__ = _CLOSED

    grouping: Annotated[str | None, Doc("1 how studies are grouped, and why")] = None
    metric: Annotated[str | None, Doc("2 the standardised metric")] = None
    method: Annotated[str | None, Doc("3 how findings are put together, and why")] = None
    prioritising: Annotated[str | None, Doc("4 which results come first")] = None
    heterogeneity: Annotated[str | None, Doc("5 how differences between studies are looked at")] = (
        None
    )
    certainty: Annotated[str | None, Doc("6 how certainty is judged")] = None
    presentation: Annotated[str | None, Doc("7 how data are shown, and in what order")] = None
    results: Annotated[str | None, Doc("8 how results are reported")] = None
    limitations: Annotated[str | None, Doc("9 limits of the method and the groups")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """How findings on outcomes are put together: one text for all, and what differs for some."""

    __pydantic_config__ = _CLOSED

    default: Annotated[Swim, Doc("what holds for every outcome")] = field(default_factory=Swim)
    outcomes: Annotated[
        Mapping[Slug, Swim], Doc("what differs, by outcomes of data/vocabulary.yaml")
    ] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationCount:
    """How often later works cite a work, as a citation index counted it."""

    __pydantic_config__ = _CLOSED

    work: Annotated[WorkKey, Doc("the work that is cited, a key of data/library.bib")]
    source: Annotated[Text, Doc("the index that counted")]
    seen: Annotated[date | None, Doc("the day of the count; leave out where it is not dated")] = (
        None
    )
    cited_by: Annotated[int | None, Ge(0), Doc("how many works cite it")] = None
    supporting: Annotated[int | None, Ge(0), Doc("how many statements support it")] = None
    mentioning: Annotated[int | None, Ge(0), Doc("how many statements mention it")] = None
    contrasting: Annotated[int | None, Ge(0), Doc("how many statements contrast with it")] = None
    unclassified: Annotated[int | None, Ge(0), Doc("how many statements were not sorted")] = None
    note: Annotated[str | None, Doc("what one must know to read the count")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationLink:
    """One work citing another, and how, as far as that was seen."""

    __pydantic_config__ = _CLOSED

    citing: Annotated[WorkKey, Doc("the work that cites, a key of data/library.bib")]
    cited: Annotated[WorkKey, Doc("the work that is cited, a key of data/library.bib")]
    how: Annotated[
        Literal["supporting", "mentioning", "contrasting", "not-sorted"],
        Doc("what the citing work says of the cited one; not-sorted where that was not seen"),
    ]
    section: Annotated[str | None, Doc("the section of the citing work, where it was seen")] = None
    source: Annotated[Text, Doc("where the citation was seen")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citations:
    """How works cite each other: counts, dated and attributed where that is known, and links."""

    __pydantic_config__ = _CLOSED

    counts: Annotated[
        tuple[CitationCount, ...], Doc("how often works are cited, as indexes counted it")
    ] = ()
    links: Annotated[tuple[CitationLink, ...], Doc("which works cite which, and how")] = ()
