"""How far reviews rest on the same studies, as far as the records know it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from generator.appraise.direction import corrected_covered_area


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
        return "not known" if self.cca is None else f"{100 * self.cca:.0f}%"


_WORDS = ((0.05, "slight"), (0.10, "moderate"), (0.15, "high"))


def overlap(included: Iterable[frozenset[str]]) -> Overlap | None:
    """The overlap of reviews, each given as the primary studies that it is known to include; None
    where fewer than two are known to include any.

    Words after Pieper and others (2014): below 5 % slight, below 10 % moderate, below 15 % high,
    else very high. The limits are contested.
    """
    known = [held for held in included if held]
    if len(known) < 2:
        return None
    times = Counter(chain.from_iterable(known))
    cca = corrected_covered_area(times.total(), len(times), len(known))
    return Overlap(
        reviews=len(known),
        studies=len(times),
        shared=sum(number > 1 for number in times.values()),
        cca=cca,
        word=_word(cca),
    )


def _word(cca: float | None) -> str:
    if cca is None:
        return ""
    return next((word for limit, word in _WORDS if cca < limit), "very high")
