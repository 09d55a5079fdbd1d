"""The words that readers see for the closed sets, and numbers as they are read."""

from __future__ import annotations

from typing import Final

from generator.appraise import Appraisal
from generator.appraise.standing import Count, Tally
from generator.model import Effect, Standing

DESIGNS: Final = {
    "randomised-trial": "randomised trial",
    "quasi-experimental": "comparison without random allocation",
    "cohort": "cohort study",
    "pre-post": "before-and-after study",
    "cross-sectional": "survey at one point in time",
    "qualitative": "qualitative study",
    "mixed-methods": "mixed-methods study",
    "systematic-review": "systematic review",
    "meta-analysis": "meta-analysis",
    "umbrella-review": "review of reviews",
    "narrative-review": "narrative review",
    "theory": "theory or position paper",
    "other": "other kind of work",
}
BASES: Final = {
    "comparison": "compared between groups",
    "change": "before and after, with no group to compare",
    "association": "measured together at one time, so cause is not known",
    "experience": "told by people in interviews or reports",
    "synthesis": "put together from several studies",
    "statement": "stated by the authors",
}
DIRECTIONS: Final = {
    "benefit": ("▲", "better"),
    "no-difference": ("○", "no clear difference"),
    "mixed": ("◄►", "mixed"),
    "harm": ("▼", "worse"),
    None: ("·", "described"),
}
SIZES: Final = ((50, "small"), (301, "medium"))
METER: Final[dict[Standing, int]] = {
    "contradicted": 0,
    "open": 0,
    "mixed": 1,
    "early": 2,
    "supported": 3,
    "well-supported": 4,
}
SWIM: Final = {
    "grouping": "Grouping of studies",
    "metric": "Metric",
    "method": "Method of synthesis",
    "prioritising": "Which results come first",
    "heterogeneity": "Differences between studies",
    "certainty": "Certainty",
    "presentation": "How data are shown",
    "results": "Reporting of results",
    "limitations": "Limits",
}
WORK_STANDINGS: Final = {
    "retracted": "was retracted. Its findings count for nothing on this site.",
    "partially-retracted": "was retracted in part. Read its findings with care.",
    "concern": "carries an expression of concern. Read its findings with care.",
    "corrected": "was corrected after it was published.",
    "reinstated": "was retracted and later reinstated.",
}
NOTICES: Final = {
    "retracted": "retracted",
    "partially-retracted": "retracted in part",
    "concern": "expression of concern",
    "reinstated": "retracted, later reinstated",
    "corrected": "corrected",
    "clean": "no notice found",
    "unknown": "not yet looked for",
}
LEDGER_STATES: Final = {
    "verified": "checked: its details match",
    "differs": "checked: some details differ",
    "wrong-work": "the identifier belongs to another work",
    "not-found": "not found in the registries",
    "notice": "the identifier belongs to a retraction notice",
    "unreachable": "the registry could not be reached",
    "no-identifier": "has no DOI or PubMed number to check",
    "unchecked": "not yet checked",
}


def number(value: float) -> str:
    """A number with thousands separators and a real minus sign."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:g}"
    return text.replace("-", "−")


def capitalised(text: str) -> str:
    """A text with its first letter large and the rest as it is."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """A text with its first letter small, for use inside a sentence."""
    return text[:1].lower() + text[1:]


def people(n: int | None) -> str:
    """A number of people, or that it is not known."""
    return "number of people not reported" if n is None else counted(n, "person", "people")


def counted(n: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number(n)} {one if n == 1 else many}"


def size(n: int | None) -> str:
    """The size of a study after Boon and Thomson: small below 50, medium to 300, large above."""
    if n is None:
        return "size not reported"
    return next((word for limit, word in SIZES if n < limit), "large")


def effect(value: Effect) -> str:
    """An effect as reported: measure, estimate, interval, and what it rests on."""
    text = f"{measure(value)} {number(value.value)}"
    rests = []
    if value.ci is not None:
        low, high = value.ci
        rests.append(f"{value.level:g}% interval {number(low)} to {number(high)}")
    if value.k is not None:
        rests.append(counted(value.k, "study", "studies"))
    if value.n is not None:
        rests.append(people(value.n))
    if value.timepoint:
        rests.append(value.timepoint)
    return f"{text} ({'; '.join(rests)})" if rests else text


def side(value: Effect) -> str:
    """On which side benefit lies, as the source says it."""
    sides = {
        "positive": "above zero",
        "negative": "below zero",
        "above-one": "above one",
        "below-one": "below one",
        None: "not said",
    }
    return sides[value.benefit_is]


def measure(value: Effect) -> str:
    """The name of an effect measure."""
    names = {
        "SMD": "standardised mean difference",
        "MD": "mean difference",
        "OR": "odds ratio",
        "RR": "risk ratio",
        "HR": "hazard ratio",
        "eta-squared": "eta squared",
        "b": "path coefficient",
        "rate": "rate",
        "other": "effect",
    }
    name = names[value.measure]
    return f"{name} ({value.note})" if value.note else name


def reasons(appraisal: Appraisal) -> tuple[str, ...]:
    """Why a claim stands as it does: what was counted, in sentences."""
    tally = appraisal.tally
    if appraisal.subject.kind != "outcome":
        return _reported_by(tally.others.pro, tally.syntheses.pro)
    return tuple(_counts(tally))


def _counts(tally: Tally) -> list[str]:
    comparisons, randomised, syntheses = tally.comparisons, tally.randomised, tally.syntheses
    said = []
    if comparisons.total:
        lead = _share(comparisons, "comparison between groups", "comparisons between groups")
        said.append(f"{lead} ({_randomised(comparisons, randomised)}).")
    else:
        said.append("No study compared groups of people.")
    if syntheses.total:
        said.append(_share(syntheses, "systematic review", "systematic reviews") + ".")
    if tally.others.total:
        lead = _share(tally.others, "study of a weaker kind", "studies of weaker kinds")
        said.append(f"{lead} (without a comparison group, or a narrative review).")
    return said


def _randomised(comparisons: Count, randomised: Count) -> str:
    """How many of the comparisons that were randomised point the claim's way."""
    if comparisons.total == 1:
        return "randomised" if randomised.total else "not randomised"
    if not randomised.total:
        return "none was randomised"
    return f"{randomised.pro} of {randomised.total} that were randomised"


def _share(count: Count, one: str, many: str) -> str:
    if count.total == 1:
        verb = "points this way" if count.pro else "does not point this way"
        return f"The only {one} {verb}"
    return f"{count.pro} of {count.total} {many} point this way"


def _reported_by(studies: int, syntheses: int) -> tuple[str, ...]:
    if not studies and not syntheses:
        return ("No study in this collection reports it.",)
    parts = []
    if studies:
        parts.append(counted(studies, "study or paper", "studies or papers"))
    if syntheses:
        parts.append(counted(syntheses, "systematic review", "systematic reviews"))
    return (f"Reported by {' and '.join(parts)}.",)
