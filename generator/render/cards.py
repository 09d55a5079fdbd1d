"""What the home page and the list of briefs show of each brief, and of what is not known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from generator.model import Standing
from generator.render.context import Context, tell
from generator.render.views import Badge, ClaimLine, ClaimView, Download, Views

_Claim = TypeVar("_Claim", ClaimLine, ClaimView)

# A brief of this kind is a list of messages, and the home page shows them.
_SHOWN_WHOLE: Final = "reasons"
# The home page stays as small with a hundred briefs as with three.
_MOST_SHOWN_WHOLE: Final = 2
_MOST_CLAIMS: Final = 12
_MOST_BRIEFS: Final = 8
_MOST_UNKNOWN: Final = 6
# One letter before the stop is an initial or an abbreviation, after which the sentence goes on.
_FIRST_SENTENCE: Final = re.compile(r"(?<=[a-z0-9)]{2}\.) (?=[A-Z])")
_ORDER: Final[tuple[Standing, ...]] = (
    "well-supported",
    "supported",
    "early",
    "mixed",
    "contradicted",
    "open",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingCount:
    """How many claims of a brief share a standing."""

    badge: Badge
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What a brief says that is not known, in its first sentence."""

    text: str
    link: str
    brief: str

    @classmethod
    def of(cls, claim: ClaimLine) -> Unknown:
        """What is not known, as the claim's first sentence."""
        first = _FIRST_SENTENCE.split(claim.text, maxsplit=1)[0]
        return cls(text=first, link=claim.link, brief=claim.brief)


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefCard:
    """A brief in a list: its main messages, and how all its claims stand, the surest first."""

    title: str
    link: str
    summary: str
    question: str
    kind: str
    claims: tuple[ClaimLine, ...]
    unknown: tuple[Unknown, ...]
    standings: tuple[StandingCount, ...]

    @property
    def total(self) -> int:
        """How many claims the brief makes."""
        return sum(count.claims for count in self.standings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What the home page shows: `whole` with their messages, `briefs` as cards, of `total`.

    `more_unknown` is how many open claims are left out.
    """

    whole: tuple[BriefCard, ...]
    briefs: tuple[BriefCard, ...]
    total: int
    unknown: tuple[Unknown, ...]
    more_unknown: int
    book: tuple[Download, ...]

    @property
    def most_claims(self) -> int:
        """How many messages of one brief are shown."""
        return _MOST_CLAIMS


def home(cards: Iterable[BriefCard], book: tuple[Download, ...]) -> Home:
    """Choose what the home page shows of the briefs, in their order."""
    cards = tuple(cards)
    whole = tuple(c for c in cards if c.kind == _SHOWN_WHOLE)[:_MOST_SHOWN_WHOLE]
    unknown = unknown_claims(cards)
    return Home(
        whole=whole,
        briefs=tuple(card for card in cards if card not in whole)[:_MOST_BRIEFS],
        total=len(cards),
        unknown=unknown[:_MOST_UNKNOWN],
        more_unknown=len(unknown[_MOST_UNKNOWN:]),
        book=book,
    )


def brief_cards(views: Views, context: Context) -> tuple[BriefCard, ...]:
    """Every brief of the site, in the order that the briefs ask for."""
    briefs = sorted(context.library.briefs.values(), key=lambda b: (b.front.order, b.slug))
    cards = []
    for brief in briefs:
        told = (tell(context.library, claim) for claim in context.evidence.claims[brief.slug])
        claims = tuple(map(views.claim_line, told))
        cards.append(
            BriefCard(
                title=brief.front.title,
                link=views.link(f"brief:{brief.slug}"),
                summary=brief.front.summary,
                question=brief.front.question or "",
                kind=brief.front.kind,
                claims=first_of_each_heading(claims),
                unknown=tuple(Unknown.of(c) for c in claims if c.badge.standing == "open"),
                standings=_standings(claims),
            )
        )
    return tuple(cards)


def unknown_claims(cards: Iterable[BriefCard]) -> tuple[Unknown, ...]:
    """What the briefs say that is not known, each sentence once."""
    first = {claim.text: claim for card in reversed(tuple(cards)) for claim in card.unknown[::-1]}
    return tuple(first.values())[::-1]


def first_of_each_heading(claims: Iterable[_Claim]) -> tuple[_Claim, ...]:
    """The first claim below each heading: with its heading, a main message."""
    first: dict[str, _Claim] = {}
    for claim in claims:
        first.setdefault(claim.heading, claim)
    return tuple(first.values())


def _standings(claims: Iterable[ClaimLine]) -> tuple[StandingCount, ...]:
    counts = Counter(claim.badge for claim in claims)
    return tuple(
        StandingCount(badge=badge, claims=counts[badge])
        for badge in sorted(counts, key=lambda b: (_ORDER.index(b.standing), b.label))
    )
