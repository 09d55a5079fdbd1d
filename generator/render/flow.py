"""Lays out a selection flow as boxes from top to bottom (after PRISMA 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator.background import Exclusion, Flow, Stage
from generator.render import words

_STEP: Final = 92


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A stage, with what was taken out after it."""

    y: int
    label: str
    count: str
    note: str
    excluded: str
    reasons: tuple[str, ...]
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowView:
    """A flow in the units of its drawing, and in words."""

    flow: Flow
    boxes: tuple[Box, ...]
    height: int
    description: str
    parts: tuple[str, ...]


def lay_out(flow: Flow) -> FlowView:
    """Place the stages of a flow below each other."""
    taken = {exclusion.after: exclusion for exclusion in flow.exclusions}
    boxes = tuple(
        _box(stage, taken.get(stage.id), number, number == len(flow.stages) - 1)
        for number, stage in enumerate(flow.stages)
    )
    return FlowView(
        flow=flow,
        boxes=boxes,
        height=_STEP * len(boxes) - 30,
        description="; ".join(f"{box.label}: {box.count}" for box in boxes) + ".",
        parts=tuple(f"{part.label}: {words.number(part.n)}" for part in flow.parts),
    )


def _box(stage: Stage, exclusion: Exclusion | None, number: int, last: bool) -> Box:
    count = (
        "not reported" if stage.n is None else words.counted(stage.n, stage.unit[:-1], stage.unit)
    )
    excluded = ""
    if exclusion is not None:
        excluded = "not reported" if exclusion.n is None else words.number(exclusion.n)
    return Box(
        y=_STEP * number,
        label=stage.label,
        count=count,
        note=stage.note or "",
        excluded=excluded,
        reasons=exclusion.reasons if exclusion else (),
        last=last,
    )
