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

    id: Slug
    label: Text
    n: Annotated[int | None, Ge(0), Doc("how many; leave out what the source does not report")] = (
        None
    )
    unit: Annotated[Literal["records", "reports", "studies"], Doc("what is counted (PRISMA 2020)")]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What was taken out after a stage."""

    __pydantic_config__ = _CLOSED

    after: Annotated[Slug, Doc("the id of the stage before")]
    n: Annotated[int | None, Ge(0), Doc("how many were taken out")] = None
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the last stage, such as the qualitative studies in it."""

    __pydantic_config__ = _CLOSED

    label: Text
    n: Annotated[int, Ge(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How a review searched and selected (PRISMA 2020), as it reports it."""

    __pydantic_config__ = _CLOSED

    review: WorkKey
    title: Text
    databases: tuple[Text, ...]
    searched_from: str | None = None
    searched_to: str | None = None
    language: str | None = None
    search_terms: tuple[Text, ...] = ()
    included: tuple[Text, ...] = ()
    excluded: tuple[Text, ...] = ()
    stages: Annotated[tuple[Stage, ...], MinLen(1)]
    exclusions: tuple[Exclusion, ...] = ()
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

    default: Swim = field(default_factory=Swim)
    outcomes: Mapping[Slug, Swim] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationCount:
    """How often later works cite a work, as a citation index counted it."""

    __pydantic_config__ = _CLOSED

    work: WorkKey
    source: Annotated[Text, Doc("the index that counted")]
    seen: Annotated[date | None, Doc("the day of the count; leave out where it is not dated")] = (
        None
    )
    cited_by: Annotated[int | None, Ge(0)] = None
    supporting: Annotated[int | None, Ge(0)] = None
    mentioning: Annotated[int | None, Ge(0)] = None
    contrasting: Annotated[int | None, Ge(0)] = None
    unclassified: Annotated[int | None, Ge(0)] = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationLink:
    """One work citing another, and how, as far as that was seen."""

    __pydantic_config__ = _CLOSED

    citing: WorkKey
    cited: WorkKey
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

    counts: tuple[CitationCount, ...] = ()
    links: tuple[CitationLink, ...] = ()
