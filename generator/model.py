"""The records that people write. Each value checks only itself; the closed sets stand here once.

The JSON Schemas for editors (`briefs schema`) are generated from these classes, so a field's
`Doc` is what a contributor sees when the editor explains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal, TypeAlias

from annotated_types import Ge, Le, Len, MinLen
from typing_extensions import Doc

Design: TypeAlias = Literal[
    "randomised-trial",
    "quasi-experimental",
    "cohort",
    "pre-post",
    "cross-sectional",
    "qualitative",
    "mixed-methods",
    "systematic-review",
    "meta-analysis",
    "umbrella-review",
    "narrative-review",
    "theory",
    "other",
]
REVIEW_DESIGNS: frozenset[str] = frozenset(
    {"systematic-review", "meta-analysis", "umbrella-review", "narrative-review"}
)
SYSTEMATIC_DESIGNS: frozenset[str] = REVIEW_DESIGNS - {"narrative-review"}

SubjectKind: TypeAlias = Literal["outcome", "theme", "concept"]
Population: TypeAlias = Literal["recipients", "providers", "staff", "system"]
Direction: TypeAlias = Literal["benefit", "no-difference", "mixed", "harm"]
Basis: TypeAlias = Literal[
    "comparison", "change", "association", "experience", "synthesis", "statement"
]
Measure: TypeAlias = Literal["SMD", "MD", "OR", "RR", "HR", "eta-squared", "b", "rate", "other"]
BenefitSide: TypeAlias = Literal["positive", "negative", "above-one", "below-one"]
ClaimDirection: TypeAlias = Literal["benefit", "no-difference", "harm"]
Standing: TypeAlias = Literal[
    "contradicted", "open", "mixed", "early", "supported", "well-supported"
]

Text: TypeAlias = Annotated[str, MinLen(1)]
Slug: TypeAlias = Annotated[str, MinLen(1), Doc("lower-case letters, digits and hyphens")]
WorkKey: TypeAlias = Annotated[str, MinLen(1), Doc("a key of data/library.bib")]
Orcid: TypeAlias = Annotated[
    str, MinLen(1), Doc("the person's ORCID, four groups of four signs, without an address")
]

_CLOSED = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """A person who wrote or mended a record or a brief and is named on its page."""

    __pydantic_config__ = _CLOSED

    name: Annotated[Text, Doc("the name under which the person wants to be thanked")]
    orcid: Orcid | None = None


# --- study records ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a finding was read: the work, and the place in it."""

    __pydantic_config__ = _CLOSED

    report: Annotated[WorkKey, Doc("the work in which the finding was read")]
    where: Annotated[Text, Doc("the place in that work, such as 'abstract' or 'Table 2'")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An effect as its source reports it, with the side on which benefit lies."""

    __pydantic_config__ = _CLOSED

    measure: Annotated[Measure, Doc("the effect measure; name any other one in `note`")]
    value: Annotated[float, Doc("the point estimate, as reported")]
    ci: Annotated[
        tuple[float, float] | None, Doc("lower and upper limit of the interval, as reported")
    ] = None
    level: Annotated[float, Ge(50), Le(99.9), Doc("confidence level of the interval, percent")] = 95
    k: Annotated[int | None, Ge(1), Doc("number of studies pooled")] = None
    n: Annotated[int | None, Ge(1), Doc("number of people analysed")] = None
    benefit_is: Annotated[
        BenefitSide | None,
        Doc("the side that is good for people; leave out where the source does not say"),
    ] = None
    timepoint: Annotated[str | None, Doc("when it was measured, such as '12 months'")] = None
    note: Annotated[str | None, Doc("what else one must know to read the number")] = None

    def __post_init__(self) -> None:
        """An interval runs from its lower to its upper limit and holds its estimate."""
        if self.ci is not None and not self.ci[0] <= self.value <= self.ci[1]:
            low, high = self.ci
            if low > high:
                raise ValueError(f"`ci` begins with its lower limit: [{high:g}, {low:g}]")
            raise ValueError(
                f"the interval `ci`, {low:g} to {high:g}, must hold the estimate {self.value:g}"
            )
        if self.measure in {"OR", "RR", "HR"} and (self.value <= 0 or (self.ci and self.ci[0] < 0)):
            raise ValueError(f"a ratio ({self.measure}) must be above zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """A certainty rating that a published review gave; never our own."""

    __pydantic_config__ = _CLOSED

    rating: Annotated[
        Literal["high", "moderate", "low", "very-low"], Doc("the rating, as the review gave it")
    ]
    by: Annotated[WorkKey, Doc("the review that rated it")]
    where: Annotated[Text, Doc("the place of the rating in that review")]
    system: Annotated[str, Doc("the rating system")] = "GRADE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a study says about one outcome, theme or concept, for one population."""

    __pydantic_config__ = _CLOSED

    id: Annotated[Slug, Doc("unique in the record")]
    outcome: Annotated[Slug | None, Doc("an outcome of data/vocabulary.yaml")] = None
    theme: Annotated[Slug | None, Doc("a theme of data/vocabulary.yaml")] = None
    concept: Annotated[Slug | None, Doc("a concept of data/vocabulary.yaml")] = None
    population: Annotated[Population, Doc("whom the finding is about")]
    direction: Annotated[
        Direction | None,
        Doc(
            "relative to what is good for people; 'no-difference' means reported as not"
            " (significantly) different; leave out where the source only describes"
        ),
    ] = None
    basis: Annotated[
        Basis,
        Doc(
            "comparison (between groups), change (before and after, no group to compare),"
            " association (cross-sectional), experience (qualitative), synthesis (a review),"
            " statement (theory or report)"
        ),
    ]
    statement: Annotated[Text, Doc("the finding in our own words, no stronger than its source")]
    source: Annotated[Source, Doc("where the finding was read")]
    comparator: Annotated[str | None, Doc("compared with what, where it differs")] = None
    effect: Annotated[Effect | None, Doc("the effect, only with figures that you saw")] = None
    certainty: Annotated[
        Certainty | None, Doc("how certain a published review says this is; never our own rating")
    ] = None
    quote: Annotated[str | None, Doc("fewer than 40 words, verbatim from the source")] = None

    def __post_init__(self) -> None:
        """A finding is about exactly one subject; about an effect it says which way it points."""
        if sum(subject is not None for subject in (self.outcome, self.theme, self.concept)) != 1:
            raise ValueError("a finding names exactly one of `outcome`, `theme` and `concept`")
        if self.outcome is None and self.effect is not None:
            raise ValueError("only a finding on an `outcome` can have an `effect`")
        if self.quote is not None and len(self.quote.split()) >= 40:
            raise ValueError("a `quote` has fewer than 40 words")

    @property
    def subject(self) -> str:
        """The outcome, theme or concept that the finding is about."""
        return self.outcome or self.theme or self.concept or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participants:
    """Who took part."""

    __pydantic_config__ = _CLOSED

    n: Annotated[int | None, Ge(0), Doc("number of people")] = None
    description: Annotated[str | None, Doc("who they were")] = None
    note: Annotated[str | None, Doc("how the number was counted, or where sources differ")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A place where a source reports the study otherwise than the primary record does."""

    __pydantic_config__ = _CLOSED

    report: Annotated[WorkKey | None, Doc("the work that misreports the study")] = None
    page: Annotated[
        str | None, Doc("the page that misreports it, where it is no work of the library")
    ] = None
    where: Annotated[Text, Doc("the place in it")]
    says: Annotated[Text, Doc("what it says, in our words")]
    shows: Annotated[Text, Doc("what the primary record shows")]

    def __post_init__(self) -> None:
        """A correction names the source that it corrects."""
        if (self.report is None) == (self.page is None):
            raise ValueError("a correction names either `report` or `page`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One piece of research; it may be reported in several works (PRISMA: study and report)."""

    __pydantic_config__ = _CLOSED

    title: Annotated[Text, Doc("what the study is, in plain words")]
    reports: Annotated[
        tuple[WorkKey, ...], MinLen(1), Doc("the works that report it, the main one first")
    ]
    design: Annotated[Design, Doc("how the study was done, such as 'cohort'")]
    category: Annotated[Slug, Doc("a category of data/vocabulary.yaml")]
    group: Annotated[
        Slug | None,
        Doc(
            "a group of data/vocabulary.yaml, for a study of people outside this site's question;"
            " it then counts for no claim about the site's own group. Leave out for the own group"
        ),
    ] = None
    country: Annotated[str | None, Doc("where it took place; several separated by commas")] = None
    setting: Annotated[str | None, Doc("the kind of service or place")] = None
    participants: Annotated[
        Participants | None, Doc("who took part: how many people, and who they were")
    ] = None
    studies_included: Annotated[
        int | None, Ge(1), Doc("for a review: how many studies it includes")
    ] = None
    comparator: Annotated[str | None, Doc("compared with what")] = None
    included_in: Annotated[
        tuple[WorkKey, ...], Doc("the reviews that include this study, to see overlap")
    ] = ()
    findings: Annotated[
        tuple[Finding, ...], Doc("what it says, one outcome, theme or concept at a time")
    ] = ()
    corrections: Annotated[
        tuple[Correction, ...], Doc("where another source tells of this study otherwise")
    ] = ()
    notes: Annotated[str | None, Doc("what a reader must know, and what was left out and why")] = (
        None
    )
    contributors: Annotated[
        tuple[Contributor, ...], Doc("the people who wrote or mended this record, to be thanked")
    ] = ()

    @property
    def is_review(self) -> bool:
        """Whether the study's units are other studies."""
        return self.design in REVIEW_DESIGNS

    @property
    def n(self) -> int | None:
        """Number of participants, where it is known."""
        return self.participants.n if self.participants else None


# --- vocabulary ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the vocabulary, with its label and a plain definition."""

    __pydantic_config__ = _CLOSED

    label: Annotated[Text, Doc("the word as a reader sees it")]
    definition: Annotated[Text, Doc("what it means, in one plain sentence")]
    synonyms: Annotated[tuple[str, ...], Doc("other words a reader may search for")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Term):
    """Something measured, with its domain and which way is good."""

    __pydantic_config__ = _CLOSED

    domain: Annotated[Slug, Doc("a domain of this file")]
    good: Annotated[Literal["more", "less"], Doc("which way is good for people")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Term):
    """Something reported in qualitative work."""

    __pydantic_config__ = _CLOSED

    kind: Annotated[
        Literal["challenge", "benefit", "condition", "experience"],
        Doc("a burden, a gain, a condition for doing it well, or something people describe"),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Every word that records and claims may use, with what it means."""

    __pydantic_config__ = _CLOSED

    own_group: Annotated[Text, Doc("the people this site is about, such as 'adults with ...'")]
    populations: Annotated[
        Mapping[Population, Term], Doc("who the four kinds of people are on this site")
    ]
    category_label: Annotated[
        Text, Doc("what a category is, as the head of a column, such as 'Kind of garden'")
    ] = "Kind"
    categories: Annotated[Mapping[Slug, Term], Doc("the kinds of thing that studies are about")]
    groups: Annotated[
        Mapping[Slug, Term], Doc("people outside this site's question, whose studies count apart")
    ] = field(default_factory=dict)
    domains: Annotated[Mapping[Slug, Term], Doc("areas of life, which hold outcomes together")]
    outcomes: Annotated[Mapping[Slug, Outcome], Doc("what studies measure")]
    themes: Annotated[Mapping[Slug, Theme], Doc("what people tell when they are asked")] = field(
        default_factory=dict
    )
    concepts: Annotated[Mapping[Slug, Term], Doc("ideas that explain what is found")] = field(
        default_factory=dict
    )
    glossary: Annotated[
        Mapping[Slug, Term], Doc("words that pages explain where they first use them")
    ] = field(default_factory=dict)

    @property
    def subjects(self) -> Mapping[SubjectKind, Mapping[str, Term]]:
        """What findings and claims are about, by its kind and id."""
        return {"outcome": self.outcomes, "theme": self.themes, "concept": self.concepts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hedges:
    """The words that a standing asks for, and those it allows."""

    __pydantic_config__ = _CLOSED

    label: Annotated[Text, Doc("the standing as a reader sees it")]
    meaning: Annotated[Text, Doc("what it means, in one plain sentence")]
    needs: Annotated[
        tuple[Text, ...], Doc("a claim at this standing has one of these; empty: none is needed")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionWords:
    """The words that tell which way a result points."""

    __pydantic_config__ = _CLOSED

    better: Annotated[tuple[Text, ...], Doc("good for people, whatever is measured")] = ()
    worse: Annotated[tuple[Text, ...], Doc("bad for people, whatever is measured")] = ()
    more: Annotated[tuple[Text, ...], Doc("a rise: good where more is good")] = ()
    less: Annotated[tuple[Text, ...], Doc("a fall: good where less is good")] = ()
    same: Annotated[tuple[Text, ...], Doc("no difference that is clear")] = ()
    others: Annotated[
        tuple[Text, ...], Doc("the people without the help; what stands behind them is not read")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How strongly each standing may speak (after the GRADE statements)."""

    __pydantic_config__ = _CLOSED

    standings: Annotated[
        Mapping[Standing, Hedges], Doc("labels for outcomes, and the words that each asks for")
    ]
    themes: Annotated[Mapping[Standing, Hedges], Doc("labels for themes, which people report")] = (
        field(default_factory=dict)
    )
    concepts: Annotated[Mapping[Standing, Hedges], Doc("labels for concepts, which explain")] = (
        field(default_factory=dict)
    )
    reporting: Annotated[
        tuple[Text, ...],
        Doc("verbs that attribute a theme to the people who report it, such as 'describe'"),
    ] = ()
    refused: Annotated[
        tuple[Text, ...], Doc("words that no brief may use unless it denies them, such as 'proves'")
    ] = ()
    certain: Annotated[
        tuple[Text, ...], Doc("words that only a well-supported claim may use, such as 'clearly'")
    ] = ()
    negations: Annotated[
        tuple[Text, ...], Doc("words that turn the word behind them round, such as 'not'")
    ] = ()
    limits: Annotated[
        tuple[Text, ...],
        Doc("words that hold a sentence back at any standing, such as 'we do not know'"),
    ] = ()
    sources: Annotated[
        tuple[Text, ...], Doc("nouns that name where something was found, such as 'trial'")
    ] = ()
    causal: Annotated[
        tuple[Text, ...], Doc("words that say that one thing brings about another")
    ] = ()
    modals: Annotated[
        tuple[Text, ...], Doc("words that keep a causal word from being a plain statement")
    ] = ()
    comparing: Annotated[
        tuple[Text, ...], Doc("words that set one group beside another, such as 'compared with'")
    ] = ()
    not_comparing: Annotated[
        tuple[Text, ...], Doc("phrases with such words that compare no groups: 'than before'")
    ] = ()
    significance: Annotated[
        tuple[Text, ...], Doc("words for statistical significance, which the finding must have")
    ] = ()
    no_effect: Annotated[
        tuple[Text, ...], Doc("words that make a lack of evidence into evidence of a lack")
    ] = ()
    directions: Annotated[DirectionWords, Doc("words that tell which way a result points")] = (
        DirectionWords()
    )


# --- library of works ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A person's name in its parts, or a group's name in `family` alone (`group` is then true)."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    group: bool = False

    @property
    def sort_name(self) -> str:
        """Family name with its particle, as the name is filed and cited."""
        return f"{self.particle} {self.family}".strip()


WorkType: TypeAlias = Literal[
    "article", "book", "incollection", "inproceedings", "report", "thesis", "online", "misc"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One entry of data/library.bib, decoded from LaTeX to Unicode.

    `more_authors` says that further authors exist who were not seen (BibTeX: `and others`).
    """

    key: str
    type: WorkType
    title: str
    authors: tuple[Name, ...] = ()
    more_authors: bool = False
    editors: tuple[Name, ...] = ()
    year: int | None = None
    month: int | None = None
    container: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    article_number: str = ""
    edition: str = ""
    number: str = ""
    publisher: str = ""
    genre: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    isbn: str = ""
    issn: str = ""
    url: str = ""
    accessed: date | None = None
    note: str = ""


LedgerState: TypeAlias = Literal[
    "verified",
    "differs",
    "wrong-work",
    "not-found",
    "notice",
    "unreachable",
    "no-identifier",
    "unchecked",
]
WorkStanding: TypeAlias = Literal[
    "clean", "retracted", "partially-retracted", "concern", "corrected", "reinstated", "unknown"
]


NoticeKind: TypeAlias = Literal[
    "retraction", "partial-retraction", "concern", "correction", "reinstatement"
]
QuoteOutcome: TypeAlias = Literal["found", "not-found", "unfit", "no-text", "unreachable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field in which a registry's record and ours differ."""

    __pydantic_config__ = _CLOSED

    field: Text
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What was published about a work later: its DOI or PMID, the date as far as it is known
    (YYYY, YYYY-MM or YYYY-MM-DD), and the witnesses that do not draw on one another."""

    __pydantic_config__ = _CLOSED

    kind: NoticeKind
    identifier: str = ""
    date: str = ""
    witnesses: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteCheck:
    """Whether a finding's quote stands in a text of its source; `hash` is that of the quote."""

    __pydantic_config__ = _CLOSED

    finding: Annotated[Text, Doc("study#finding")]
    outcome: QuoteOutcome
    place: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What registries said about a work, and when. `fingerprint` is that of the entry they saw;
    `notes` are for people and judge nothing."""

    __pydantic_config__ = _CLOSED

    key: WorkKey
    state: LedgerState = "unchecked"
    standing: WorkStanding = "unknown"
    checked: date | None = None
    source: str = ""
    differs: tuple[Difference, ...] = ()
    fingerprint: str = ""
    notices: tuple[Notice, ...] = ()
    notes: tuple[Text, ...] = ()
    quotes: tuple[QuoteCheck, ...] = ()


# --- briefs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The head of a brief."""

    __pydantic_config__ = _CLOSED

    title: Annotated[Text, Doc("the heading of the page, and its message")]
    kind: Annotated[Slug, Doc("picks the page template, such as 'reasons'")]
    audience: Annotated[Literal["public", "policy", "contributors"], Doc("for whom it is written")]
    summary: Annotated[Text, Doc("one or two sentences that can stand alone when quoted")]
    updated: Annotated[date, Doc("when its text or evidence last changed, YYYY-MM-DD")]
    question: Annotated[str | None, Doc("the question that the brief answers")] = None
    order: Annotated[int, Ge(0), Doc("place in lists of briefs, lowest first")] = 100
    contributors: Annotated[
        tuple[Contributor, ...], Doc("the people who wrote or mended this brief, to be thanked")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimBlock:
    """A `claim` block: what the paragraph above it claims, in the vocabulary's words."""

    __pydantic_config__ = _CLOSED

    id: Annotated[Slug, Doc("unique in the brief")]
    outcome: Annotated[Slug | None, Doc("an outcome of data/vocabulary.yaml")] = None
    theme: Annotated[Slug | None, Doc("a theme of data/vocabulary.yaml")] = None
    concept: Annotated[Slug | None, Doc("a concept of data/vocabulary.yaml")] = None
    population: Annotated[Population, Doc("whom the claim is about")]
    direction: Annotated[
        ClaimDirection | None, Doc("needed for an outcome; left out for a theme or concept")
    ] = None

    def __post_init__(self) -> None:
        """A claim is about exactly one subject, with a direction only for an outcome."""
        if sum(subject is not None for subject in (self.outcome, self.theme, self.concept)) != 1:
            raise ValueError("a claim names exactly one of `outcome`, `theme` and `concept`")
        if (self.outcome is None) != (self.direction is None):
            raise ValueError("a claim about an `outcome`, and only such a claim, has a `direction`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A fenced block that asks for something drawn from the data, such as a study table."""

    kind: Annotated[str, Len(1)]
    options: Mapping[str, str] = field(default_factory=dict)
