"""How the evidence stands to a claim: a pure function of what was counted.

The rule, in five sentences. Only comparisons between groups and systematic reviews can carry a
claim about an outcome; changes without a comparison group, associations, experiences and
narrative reviews are counted apart and lift it to *early* at most. Each study and each review
has one vote on an outcome, and reviews are never counted together with the studies they hold.
A claim is *supported* when at least two comparisons or one systematic review point its way, at
least 70 % of the comparisons do, at least 70 % of the reviews do, and no review finds harm; it is
*well supported* when, on top of that, three randomised comparisons and a meta-analysis whose
interval leaves out no effect point its way and no review stands against it. With votes on both
sides and less than that it is *mixed*; with one comparison for it and none against it is *early*;
with votes against it and none for it is *contradicted*; with nothing that counts it is *open*.
A theme is what people report: one study makes it *early*, two studies or a systematic review
*supported*; a concept is an idea and never more than *early*.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.model import Standing

ORDER: tuple[Standing, ...] = (
    "contradicted",
    "open",
    "mixed",
    "early",
    "supported",
    "well-supported",
)
MAJORITY = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Votes for a claim, and votes that do not support it."""

    pro: int = 0
    con: int = 0

    @property
    def total(self) -> int:
        """All votes."""
        return self.pro + self.con

    @property
    def carries(self) -> bool:
        """Whether no vote was cast, or at least 70 % are for the claim."""
        return self.total == 0 or self.pro >= MAJORITY * self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted for one claim.

    `comparisons` holds `randomised`; `meta_analyses_clear` counts meta-analyses for the claim whose
    interval leaves out no effect; `harms` counts systematic reviews that find harm where the claim
    is of benefit (or benefit where it is of harm).
    """

    comparisons: Count = Count()
    randomised: Count = Count()
    syntheses: Count = Count()
    others: Count = Count()
    meta_analyses_clear: int = 0
    harms: int = 0


def standing_of_outcome(tally: Tally) -> Standing:
    """The standing of a claim about an outcome (the rule stands at the head of this module)."""
    strong_pro = tally.comparisons.pro + tally.syntheses.pro
    strong_con = tally.comparisons.con + tally.syntheses.con
    if strong_pro == 0:
        return "contradicted" if strong_con else _from_others(tally.others)
    if _supported(tally):
        return "well-supported" if _well_supported(tally) else "supported"
    return "mixed" if strong_con else "early"


def _from_others(others: Count) -> Standing:
    if others.pro == 0:
        return "open"
    return "early" if others.carries else "mixed"


def _supported(tally: Tally) -> bool:
    enough = tally.comparisons.pro >= 2 or tally.syntheses.pro >= 1
    return enough and tally.comparisons.carries and tally.syntheses.carries and tally.harms == 0


def _well_supported(tally: Tally) -> bool:
    return tally.meta_analyses_clear >= 1 and tally.syntheses.con == 0 and tally.randomised.pro >= 3


def standing_of_theme(studies: int, syntheses: int) -> Standing:
    """The standing of a theme that this number of studies and systematic reviews report."""
    if syntheses or studies >= 2:
        return "supported"
    return "early" if studies else "open"


def standing_of_concept(sources: int) -> Standing:
    """The standing of an idea that this number of works sets out."""
    return "early" if sources else "open"
