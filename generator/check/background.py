"""Rules about the records behind the collection: flow, synthesis, citations, and slots."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import get_args

from generator.appraise import Evidence
from generator.background import Flow
from generator.check.rule import Fault
from generator.library import (
    CITATIONS_PATH,
    FLOW_PATH,
    LIBRARY_PATH,
    SYNTHESIS_PATH,
    VOCABULARY_PATH,
    Library,
)
from generator.model import Design
from generator.problem import Key, Place, mend, nearest
from generator.prose import SlotBlock

_MOST_SHOWN = 20


def flow_adds_up(library: Library, _: Evidence) -> Iterator[Fault]:
    """In a selection flow, each stage is the one before it less what was taken out between them."""
    flow = library.flow
    if flow is None:
        return
    place = Place(path=FLOW_PATH)
    taken = {exclusion.after: exclusion.n for exclusion in flow.exclusions}
    for i, (before, after) in enumerate(pairwise(flow.stages)):
        out = taken.get(before.id)
        if before.n is None or after.n is None:
            continue
        if out is not None and before.n - out != after.n:
            yield Fault(
                place=place.at("stages", i + 1, "n"),
                message=f"the flow does not add up: {before.n} - {out} = {before.n - out}, but"
                f" '{after.label}' says {after.n}",
            )
        elif after.n > before.n:
            yield Fault(
                place=place.at("stages", i + 1, "n"),
                message=f"'{after.label}' has more ({after.n}) than '{before.label}' ({before.n})",
            )
    yield from _parts_fit(flow, place)


def _parts_fit(flow: Flow, place: Place) -> Iterator[Fault]:
    """The parts of the last stage are no more than the stage, and exclusions follow a stage."""
    total, last = sum(part.n for part in flow.parts), flow.stages[-1]
    if last.n is not None and total > last.n:
        sums = " + ".join(str(part.n) for part in flow.parts[:_MOST_SHOWN])
        sums += " + ..." if len(flow.parts) > _MOST_SHOWN else ""
        yield Fault(
            place=place.at("parts"),
            message=f"the parts of the last stage are more than it: {sums} = {total}, not {last.n}",
        )
    stages = [stage.id for stage in flow.stages]
    for i, exclusion in enumerate(flow.exclusions):
        if exclusion.after not in stages:
            yield Fault(
                place=place.at("exclusions", i, "after"),
                message=f"there is no stage '{exclusion.after}'",
                hint=nearest(exclusion.after, stages),
                fix=mend(exclusion.after, stages),
            )


def unknown_reference(library: Library, _: Evidence) -> Iterator[Fault]:
    """What the flow, the synthesis, the citations and the slots of briefs name must exist."""
    for place, what, name, allowed, path in _named(library):
        if name not in allowed and path not in library.broken:
            yield Fault(
                place=place,
                message=f"'{name}' is no {what} of {path}",
                hint=nearest(name, allowed),
                fix=mend(name, allowed),
            )


def _named(library: Library) -> Iterator[tuple[Place, str, str, Collection[str], str]]:
    for place, key in _works(library):
        yield place, "entry", key, library.works, LIBRARY_PATH
    words = library.vocabulary
    for outcome in library.synthesis.outcomes:
        place = Place(path=SYNTHESIS_PATH, keys=("outcomes", outcome))
        yield place, "outcome", outcome, words.outcomes, VOCABULARY_PATH
    for brief in library.briefs.values():
        for block in brief.blocks:
            if not isinstance(block, SlotBlock):
                continue
            yield from _options(block, library)


def _options(
    block: SlotBlock, library: Library
) -> Iterator[tuple[Place, str, str, Collection[str], str]]:
    """What a block of a brief may be told, and with which words."""
    words, kind = library.vocabulary, block.slot.kind
    allowed: Mapping[str, tuple[Collection[str], str]] = {}
    if kind in {"forest", "effect-direction"}:
        allowed = {
            "outcome": (words.outcomes, VOCABULARY_PATH),
            "population": ([str(name) for name in words.populations], VOCABULARY_PATH),
        }
    elif kind == "study-table":
        studies = library.studies.values()
        allowed = {
            "category": (words.categories, VOCABULARY_PATH),
            "design": (get_args(Design), "a record"),
            "country": ({study.country for study in studies if study.country}, "any record"),
        }
    for option, value in block.slot.options.items():
        place = block.place.at(option)
        if option in allowed:
            yield place, option, value, *allowed[option]
        else:
            yield place, "option", option, allowed, f"a block of the kind '{kind}'"


def _works(library: Library) -> Iterator[tuple[Place, str]]:
    if library.flow is not None:
        yield Place(path=FLOW_PATH, keys=("review",)), library.flow.review
    place = Place(path=CITATIONS_PATH)
    keys: tuple[Key, ...]
    for i, count in enumerate(library.citations.counts):
        yield place.at("counts", i, "work"), count.work
    for i, link in enumerate(library.citations.links):
        for keys, name in (((i, "citing"), link.citing), ((i, "cited"), link.cited)):
            yield place.at("links", *keys), name
