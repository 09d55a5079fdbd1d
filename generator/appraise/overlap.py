"""How far reviews rest on the same studies, as far as the records know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.appraise.direction import corrected_covered_area
from generator.model import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Reviews on one subject, the primary studies that they are known to hold, and the corrected
    covered area (0 to 1) with its usual word; both None where it cannot be worked out."""

    reviews: int
    studies: int
    shared: int
    cca: float | None
    word: str

    @property
    def percent(self) -> str:
        """The corrected covered area in percent."""
        return "not known" if self.cca is None else f"{100 * self.cca:.0f} %"


_WORDS = ((0.05, "slight"), (0.10, "moderate"), (0.15, "high"))


def overlap(reviews: Iterable[Study], studies: Iterable[Study]) -> Overlap | None:
    """The overlap of at least two reviews of which some study is known to be included; else None.

    Words after Pieper and others (2014): below 5 % slight, below 10 % moderate, below 15 % high,
    else very high. The limits are contested.
    """
    known = _known(reviews, studies)
    if len(known) < 2:
        return None
    everyone = frozenset().union(*known.values())
    occurrences = sum(len(held) for held in known.values())
    cca = corrected_covered_area(occurrences, len(everyone), len(known))
    return Overlap(
        reviews=len(known),
        studies=len(everyone),
        shared=sum(sum(title in held for held in known.values()) > 1 for title in everyone),
        cca=cca,
        word=_word(cca),
    )


def _known(reviews: Iterable[Study], studies: Iterable[Study]) -> Mapping[str, frozenset[str]]:
    """The primary studies that each review is known to include, where it is known of any."""
    primaries = [study for study in studies if study.included_in and not study.is_review]
    held = {
        review.reports[0]: frozenset(
            study.reports[0] for study in primaries if set(review.reports) & set(study.included_in)
        )
        for review in reviews
    }
    return {review: included for review, included in held.items() if included}


def _word(cca: float | None) -> str:
    if cca is None:
        return ""
    return next((word for limit, word in _WORDS if cca < limit), "very high")
