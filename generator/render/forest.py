"""Lays out effects on one axis, turned so that benefit lies on the right; draws no conclusions.

Measures that cannot share an axis stand apart: standardised differences on one, each kind of ratio
on a logarithmic axis of its own. Mean differences are in the units of their scales and are only
listed, as is an effect whose source does not say which side is good.

An effect's name and numbers stand above its line, so that the drawing is whole on a telephone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, log2
from typing import Final

from generator.appraise import Entry
from generator.model import Effect
from generator.render import words

LEFT: Final = 20
PLOT: Final = 320
ROW: Final = 50
TOP: Final = 28
_LINE: Final = 37  # how far an effect's line lies below the top of its row
_AXES: Final = {
    "SMD": "Standardised mean difference",
    "OR": "Odds ratio",
    "RR": "Risk ratio",
    "HR": "Hazard ratio",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One effect: where it is drawn, and what it says in words."""

    label: str
    detail: str
    turned: str
    reported: str
    y: int
    x: float
    low: float | None
    high: float | None
    cut_low: bool
    cut_high: bool
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Effects of one measure on one axis, in the units of the drawing."""

    id: str
    title: str
    description: str
    height: int
    axis_y: int
    null_x: float
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    turned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An effect with the names that readers see."""

    entry: Entry
    label: str
    detail: str
    link: str

    @property
    def effect(self) -> Effect:
        """The effect; a labelled entry always has one."""
        assert self.entry.finding.effect is not None  # noqa: S101 - given by `draw`
        return self.entry.finding.effect


def can_be_drawn(entry: Entry) -> bool:
    """Whether an effect has an axis, a good side and an interval."""
    effect = entry.finding.effect
    return (
        effect is not None
        and effect.measure in _AXES
        and effect.benefit_is is not None
        and effect.ci is not None
    )


def draw(subject: str, effects: Iterable[Labelled]) -> Iterator[Forest]:
    """One forest for each measure that has effects."""
    effects = tuple(effects)
    for measure, name in _AXES.items():
        own = tuple(one for one in effects if one.effect.measure == measure)
        if own:
            yield _forest(subject, measure, name, own)


def _forest(subject: str, measure: str, name: str, effects: tuple[Labelled, ...]) -> Forest:
    ratio = measure != "SMD"
    reach = _reach(effects, ratio)
    marks = tuple(_mark(one, number, ratio, reach) for number, one in enumerate(effects))
    axis = TOP + ROW * len(marks) + 4
    return Forest(
        id=f"forest-{'-'.join(subject.lower().split())}-{measure.lower()}",
        title=f"{name}: {subject}",
        description=". ".join(f"{mark.label}: {mark.turned}" for mark in marks) + ".",
        height=axis + 28,
        axis_y=axis,
        null_x=_x(0.0, reach),
        marks=marks,
        ticks=tuple(_ticks(ratio, reach)),
        turned=any(_is_turned(one.effect) for one in effects),
    )


def _reach(effects: Iterable[Labelled], ratio: bool) -> float:
    """How far the axis goes to each side: up to 2, or to a ratio of 8 (3 doublings)."""
    ends = [abs(value) for one in effects for value in _points(one.effect)]
    step = 1.0 if ratio else 0.5
    return min(max(step, ceil(max(ends) / step) * step), 3.0 if ratio else 2.0)


def _points(effect: Effect) -> tuple[float, float, float]:
    """Estimate and limits on the scale of the axis, benefit to the right, low before high."""
    low, high = effect.ci or (effect.value, effect.value)
    values = [_scaled(effect, value) for value in (effect.value, low, high)]
    if _is_turned(effect):
        values = [-value for value in values]
    return values[0], min(values[1:]), max(values[1:])


def _scaled(effect: Effect, value: float) -> float:
    return value if effect.measure == "SMD" else log2(max(value, 1e-6))


def _is_turned(effect: Effect) -> bool:
    return effect.benefit_is in {"negative", "below-one"}


def _mark(one: Labelled, number: int, ratio: bool, reach: float) -> Mark:
    value, low, high = _points(one.effect)
    return Mark(
        label=one.label,
        detail=one.detail,
        turned=_interval(value, low, high, ratio),
        reported=words.effect(one.effect),
        y=TOP + ROW * number + _LINE,
        x=_x(value, reach),
        low=_x(low, reach),
        high=_x(high, reach),
        cut_low=low < -reach,
        cut_high=high > reach,
        link=one.link,
    )


def _interval(value: float, low: float, high: float, ratio: bool) -> str:
    shown = [words.number(round(2**v if ratio else v, 2)) for v in (value, low, high)]
    return f"{shown[0]} ({shown[1]} to {shown[2]})"


def _ticks(ratio: bool, reach: float) -> Iterator[Tick]:
    step = 1.0 if ratio or reach > 1 else 0.5
    steps = round(reach / step)
    for i in range(-steps, steps + 1):
        at = i * step
        yield Tick(x=_x(at, reach), label=words.number(2**at if ratio else at))


def _x(value: float, reach: float) -> float:
    kept = min(max(value, -reach), reach)
    return round(LEFT + PLOT * (kept + reach) / (2 * reach), 1)
