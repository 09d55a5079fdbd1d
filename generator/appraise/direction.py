"""Directions of effect: one vote per study and outcome, vote counting, the effect direction plot.

Sources: Boon and Thomson (2021), *Research Synthesis Methods* 12(1), 29-33, for the plot and the
70 % rule within a study; McKenzie and Brennan, *Cochrane Handbook* chapter 12.4.2.3, for vote
counting by direction of effect, which takes no account of statistical significance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from typing import Literal

from generator.model import Direction, Effect, Finding

WITHIN_STUDY = 0.7
Z_95 = 1.959963984540054
RATIOS = frozenset({"OR", "RR", "HR"})


def one_direction(directions: Sequence[Direction]) -> Direction:
    """The direction that at least 70 % of a study's results on one outcome share, else `mixed`."""
    direction, count = Counter(directions).most_common(1)[0]
    return direction if count >= WITHIN_STUDY * len(directions) else "mixed"


def null_value(effect: Effect) -> float:
    """The value that means no effect: 1 for a ratio, 0 for a difference."""
    return 1.0 if effect.measure in RATIOS else 0.0


def leaves_out_no_effect(effect: Effect) -> bool:
    """Whether the interval of an effect lies wholly on one side of no effect."""
    if effect.ci is None:
        return False
    low, high = effect.ci
    return low > null_value(effect) or high < null_value(effect)


def side_of(effect: Effect) -> Literal["benefit", "harm"] | None:
    """On which side of no effect the estimate lies, where the source says which side is good."""
    if effect.benefit_is is None or effect.value == null_value(effect):
        return None
    above = effect.value > null_value(effect)
    return "benefit" if above == (effect.benefit_is in {"positive", "above-one"}) else "harm"


def estimate_direction(finding: Finding) -> Literal["benefit", "harm"] | None:
    """The direction of a finding's estimate, whatever its significance; None where unknown."""
    if finding.effect is not None and (side := side_of(finding.effect)):
        return side
    return finding.direction if finding.direction in {"benefit", "harm"} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCount:
    """How many of the studies with a known direction favour the intervention.

    `low` and `high` are the Wilson 95 % interval of the proportion (0 to 1), `p` the two-sided
    probability under a fair coin; all three are None when no study has a known direction.
    """

    favour: int
    known: int
    unknown: int
    low: float | None
    high: float | None
    p: float | None

    @property
    def too_few_to_test(self) -> bool:
        """With five studies or fewer the test cannot reach 0.05, whatever they find."""
        return self.known <= 5


def wilson(successes: int, total: int) -> tuple[float, float]:
    """The Wilson 95 % score interval of a proportion (Wilson 1927); `total` is above zero."""
    share, z2 = successes / total, Z_95 * Z_95
    centre = share + z2 / (2 * total)
    half = Z_95 * sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    scale = 1 + z2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def sign_test(successes: int, total: int) -> float:
    """The two-sided binomial probability of a split at least as uneven, under one half."""
    tail = min(successes, total - successes)
    return min(1.0, 2 * sum(comb(total, i) for i in range(tail + 1)) / (1 << total))


def count_votes(directions: Iterable[Literal["benefit", "harm"] | None]) -> VoteCount:
    """Count one direction per study; None is a study whose direction is not known."""
    votes = list(directions)
    favour, known = votes.count("benefit"), len(votes) - votes.count(None)
    unknown = len(votes) - known
    if not known:
        return VoteCount(favour=0, known=0, unknown=unknown, low=None, high=None, p=None)
    low, high = wilson(favour, known)
    return VoteCount(
        favour=favour,
        known=known,
        unknown=unknown,
        low=low,
        high=high,
        p=sign_test(favour, known),
    )


def corrected_covered_area(occurrences: int, studies: int, reviews: int) -> float | None:
    """CCA = (N - r) / (r*c - r) (Pieper and others 2014), from 0 to 1; None below two reviews.

    `occurrences` (N) counts studies in reviews with repeats, `studies` (r) without, `reviews` is c.
    """
    if studies == 0 or reviews < 2:
        return None
    return (occurrences - studies) / (studies * reviews - studies)
