"""What the drawings of a printed brief show: directions of effect, and effects on one scale.

All positions are worked out here, from 0 (left) to 1 (right); templates only draw them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Final

from generator.appraise import Entry, Vote
from generator.appraise.direction import RATIOS, one_direction
from generator.library import Library
from generator.model import Direction, Effect, Vocabulary
from generator.render import words
from generator.render.typst import Plain

_SMD_TICKS: Final = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5)
_RATIO_TICKS: Final = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One study in one domain: a direction in words, and how large to draw it (1 to 3)."""

    direction: Plain
    word: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionRow:
    """One study in the effect direction table; `marks` has one place for each column."""

    key: Plain
    cited: str
    design: str
    people: str
    marks: tuple[Mark | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionTable:
    """Rows studies, columns outcome domains (Boon and Thomson 2021)."""

    columns: tuple[str, ...]
    rows: tuple[DirectionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One effect: as reported, and turned so that benefit lies on the right.

    `key` is the study's main report, by which it is `cited`; `source` is where it was read.
    `low`, `point` and `high` are places from 0 to 1; `low` and `high` are None where no interval
    is reported; an interval that runs off the scale is `cut_low` or `cut_high`.
    """

    key: Plain
    source: Plain
    cited: str
    about: str
    reported: str
    turned: str
    low: float | None
    point: float
    high: float | None
    cut_low: bool
    cut_high: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Effects that share a scale; `ticks` are places with their labels, `null` is no effect."""

    name: str
    explained: str
    ticks: tuple[tuple[float, str], ...]
    null: float
    rows: tuple[ForestRow, ...]


def direction_table(
    votes: Iterable[tuple[str, Vote]], vocabulary: Vocabulary, named: Mapping[str, str]
) -> DirectionTable:
    """The direction of each study's results by domain; `votes` come with their domain.

    `named` says how each work is cited. Within a study and domain, the direction that 70 % of its
    results share stands for all of them.
    """
    found: dict[str, dict[str, list[Direction]]] = {}
    ranks: dict[str, Entry] = {}
    seen: set[str] = set()
    for domain, vote in votes:
        for entry in vote.entries:
            direction = entry.finding.direction
            if entry.ref in seen or entry.lane != vote.lane or direction is None:
                continue
            seen.add(entry.ref)
            found.setdefault(vote.study_id, {}).setdefault(domain, []).append(direction)
            ranks[vote.study_id] = min(ranks.get(vote.study_id, entry), entry, key=_rank)
    used = {domain for by_domain in found.values() for domain in by_domain}
    columns = [domain for domain in vocabulary.domains if domain in used]
    rows = (
        _direction_row(ranks[study_id], found[study_id], columns, named)
        for study_id in sorted(found, key=lambda study_id: _rank(ranks[study_id]))
    )
    labels = tuple(vocabulary.domains[domain].label for domain in columns)
    return DirectionTable(columns=labels, rows=tuple(rows))


def _rank(entry: Entry) -> tuple[int, int, str, str]:
    return entry.rank


def _direction_row(
    entry: Entry,
    found: Mapping[str, list[Direction]],
    columns: Iterable[str],
    named: Mapping[str, str],
) -> DirectionRow:
    study = entry.study
    size = 2 if study.n is None else ("small", "medium", "large").index(words.size(study.n)) + 1
    return DirectionRow(
        key=Plain(study.reports[0]),
        cited=named[study.reports[0]],
        design=words.DESIGNS[study.design],
        people=words.people(study.n) if not study.is_review else "",
        marks=tuple(_mark(found.get(domain), size) for domain in columns),
    )


def _mark(directions: list[Direction] | None, size: int) -> Mark | None:
    if not directions:
        return None
    direction = one_direction(directions)
    return Mark(direction=Plain(direction), word=words.DIRECTIONS[direction][1], size=size)


def forests(
    entries: Iterable[Entry], library: Library, named: Mapping[str, str]
) -> Iterator[Forest]:
    """The effects that can share a scale: standardised differences, and ratios.

    Effects whose good side the source does not say, and differences on a scale of their own, have
    no place on a common scale and are left out; each is told in the text of its finding.
    """
    drawn = list({entry.ref: entry for entry in entries if _has_place(entry)}.values())
    differences = [e for e in drawn if _effect(e).measure == "SMD"]
    ratios = [e for e in drawn if _effect(e).measure in RATIOS]
    if differences:
        yield _forest("Standardised mean differences", differences, False, library, named)
    if ratios:
        yield _forest("Ratios", ratios, True, library, named)


def turned(effect: Effect) -> tuple[float, tuple[float, float] | None]:
    """An effect and its interval with benefit above no effect: differences change their sign,
    ratios are turned over. The interval is None where it has none, or a ratio's reaches zero."""
    good = effect.benefit_is in {"positive", "above-one"}
    if effect.measure in RATIOS:
        reaches_zero = effect.ci is not None and effect.ci[0] <= 0
        interval = None if effect.ci is None or reaches_zero else effect.ci
        if good:
            return effect.value, interval
        return 1 / effect.value, interval and (1 / interval[1], 1 / interval[0])
    if good:
        return effect.value, effect.ci
    return -effect.value + 0.0, effect.ci and (-effect.ci[1] + 0.0, -effect.ci[0] + 0.0)


def _has_place(entry: Entry) -> bool:
    effect = entry.finding.effect
    return (
        effect is not None
        and effect.benefit_is is not None
        and (effect.measure == "SMD" or effect.measure in RATIOS)
    )


def _effect(entry: Entry) -> Effect:
    effect = entry.finding.effect
    if effect is None:
        raise TypeError("a finding without an effect has no place on a scale")
    return effect


def _forest(
    name: str, entries: list[Entry], ratio: bool, library: Library, named: Mapping[str, str]
) -> Forest:
    ticks = _RATIO_TICKS if ratio else _SMD_TICKS
    no_effect = "1" if ratio else "0"
    return Forest(
        name=name,
        explained=(
            f"Every effect is turned so that a point to the right of {no_effect} is better for"
            " people. The value as its source reports it stands beside it. Lines are 95% intervals."
        ),
        ticks=tuple((_place(tick, ratio)[0], words.number(tick)) for tick in ticks),
        null=_place(1.0 if ratio else 0.0, ratio)[0],
        rows=tuple(_forest_row(entry, ratio, library, named) for entry in entries),
    )


def _forest_row(entry: Entry, ratio: bool, library: Library, named: Mapping[str, str]) -> ForestRow:
    effect, finding = _effect(entry), entry.finding
    value, interval = turned(effect)
    low = _place(interval[0], ratio) if interval else None
    high = _place(interval[1], ratio) if interval else None
    outcome = library.vocabulary.outcomes[finding.outcome or ""]
    main, source = entry.study.reports[0], finding.source.report
    read = "" if source == main else f"read in {named[source]}"
    return ForestRow(
        key=Plain(main),
        source=Plain(source),
        cited=named[main],
        about=", ".join(filter(None, (outcome.label, effect.timepoint, read))),
        reported=f"{effect.measure} {_value(effect.value, effect.ci)}",
        turned=_value(value, interval),
        low=low[0] if low else None,
        point=_place(value, ratio)[0],
        high=high[0] if high else None,
        cut_low=low is not None and low[1],
        cut_high=high is not None and high[1],
    )


def _value(value: float, interval: tuple[float, float] | None) -> str:
    """A value with its interval, to two decimals: ``0.24 (0.09 to 0.39)``."""
    if interval is None:
        return _rounded(value)
    return f"{_rounded(value)} ({_rounded(interval[0])} to {_rounded(interval[1])})"


def _rounded(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _place(value: float, ratio: bool) -> tuple[float, bool]:
    """Where a value lies on its scale from 0 to 1, and whether it lies beyond the scale."""
    ticks = _RATIO_TICKS if ratio else _SMD_TICKS
    first, last = (log(end) if ratio else end for end in (ticks[0], ticks[-1]))
    at = log(max(value, exp(first - 1))) if ratio else value
    place = (at - first) / (last - first)
    return round(min(1.0, max(0.0, place)), 4), not 0 <= place <= 1
