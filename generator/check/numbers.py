"""The rule about numbers: a claim says none that its evidence does not hold."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from generator.appraise import AppraisedClaim, Evidence
from generator.check.claims import entries_cited, settled
from generator.check.numerals import Number, numbers_in, shares_of_counts
from generator.check.phrases import has_word
from generator.check.rule import Fault
from generator.check.sentences import sentences_of
from generator.library import Library
from generator.model import Finding, Study, Wording

_ROUNDED = 0.1
_NEAR = 1e-9
_MOST_SHOWN = 4


def unfounded_number(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """Every number in a claim stands in a finding or a record that its sentence cites.

    It may stand there in any usual form (75 % is three in four), rounded where the claim says
    'about'. It may also count the cited works ('two trials') or what the sentence lists.
    """
    for claim in settled(library, evidence):
        counted: set[float] = set()
        for sentence in sentences_of(claim.claim.statement.children):
            numbers = tuple(numbers_in(sentence.text))
            if not numbers:
                continue
            held = _held(library, claim, sentence.keys or frozenset(claim.cites))
            for number in numbers:
                if _counts_list(number) or _counts_works(library.wording, number, claim):
                    counted.add(number.value)
                elif number.value not in counted and not held.has(number):
                    yield Fault(
                        place=claim.claim.statement.place,
                        message=f"the claim '{claim.id}' says '{number.text}', which no finding or"
                        " record that it cites for this holds",
                        hint=_hint(held, number),
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """The numbers that cited records hold: counts and values, and parts of a whole."""

    values: frozenset[float]
    shares: frozenset[float]

    def has(self, number: Number) -> bool:
        """Whether a number stands here, as exactly as the text means it."""
        if not number.share:
            return _fits(number, number.value, self.values) or _near(number.value, self.shares)
        return (
            _fits(number, number.value, self.shares)
            or _fits(number, number.value, (v for v in self.values if 0 < v < 1))
            or _near(number.value * 100, self.values)
        )


def _fits(number: Number, value: float, held: Iterable[float]) -> bool:
    """Whether a held number is this one, or near it on the side that 'over' or 'about' says."""
    most = _ROUNDED * value
    for other in held:
        off = other - value
        match number.bound:
            case "over" if -_NEAR <= off <= 2 * most:
                return True
            case "under" if -2 * most <= off <= _NEAR:
                return True
            case "about" if abs(off) <= most:
                return True
            case _ if abs(off) < _NEAR or _is_rounded(number, value, other):
                return True
    return False


def _is_rounded(number: Number, value: float, other: float) -> bool:
    """Whether a share is a held one in whole per cents, such as 38 % for 115 of 301."""
    return number.share and "%" in number.text and abs(round(other, 2) - value) < _NEAR


def _near(value: float, held: Iterable[float]) -> bool:
    return any(abs(value - other) < _NEAR for other in held)


def _counts_works(wording: Wording, number: Number, claim: AppraisedClaim) -> bool:
    """Whether a number counts the cited works: 'two trials'."""
    if number.share or number.value > len(claim.cites):
        return False
    return has_word(" ".join(number.behind.split()[:3]), wording.sources)


def _counts_list(number: Number) -> bool:
    """Whether a number counts the items that follow it: 'three steps: trust, example and help'."""
    listed = number.behind.partition(":")[2]
    items = [item for item in re.split(r",\s+(?:and\s+|or\s+)?", listed) if item.strip()]
    if items and "," not in listed.rpartition(" and ")[2] and ", and " not in listed:
        items = [*items[:-1], *items[-1].rsplit(" and ", 1)]
    return not number.share and len(items) == number.value


def _held(library: Library, claim: AppraisedClaim, keys: Collection[str]) -> _Held:
    """The numbers of the works' records, and of their findings on the claim's subject."""
    texts, values, shares = [], set(), set()  # type: ignore[var-annotated]
    cited = entries_cited(claim, keys)
    for entry in cited:
        texts.append(entry.finding.statement)
        values.update(_numbers_of_finding(entry.finding))
    studies = {study_id for key in keys for study_id in library.studies_of(key)}
    for study_id in studies | {entry.study_id for entry in cited}:
        study = library.studies[study_id]
        texts.extend(_texts_of(study))
        values.update(float(n) for n in (study.n, study.studies_included) if n is not None)
    years = (library.works[key].year for key in keys if key in library.works)
    values.update(float(year) for year in years if year is not None)
    for told in map(_told, texts):
        values.update(told.values)
        shares.update(told.shares)
    return _Held(values=frozenset(values), shares=frozenset(shares))


@lru_cache(maxsize=4_096)
def _told(text: str) -> _Held:
    """The numbers of a text of a record, which is read once for all claims that cite it."""
    numbers = tuple(numbers_in(text))
    return _Held(
        values=frozenset(number.value for number in numbers if not number.share),
        shares=frozenset(
            (*shares_of_counts(text), *(number.value for number in numbers if number.share))
        ),
    )


def _numbers_of_finding(finding: Finding) -> Iterator[float]:
    effect = finding.effect
    if effect is None:
        return
    yield from (abs(effect.value), *map(abs, effect.ci or ()))
    yield from (float(count) for count in (effect.k, effect.n) if count is not None)
    if effect.ci is not None:
        yield effect.level
    for text in (effect.timepoint, effect.note):
        yield from (number.value for number in numbers_in(text or ""))


def _texts_of(study: Study) -> Iterator[str]:
    yield from filter(None, (study.title, study.setting, study.comparator, study.notes))
    if study.participants is not None:
        yield from filter(None, (study.participants.description, study.participants.note))


def _hint(held: _Held, number: Number) -> str:
    """The numbers that the records hold and that are nearest to one that they do not."""
    if number.share:
        near = sorted(held.shares, key=lambda share: abs(share - number.value))
        listed = ", ".join(f"{share:.0%}" for share in sorted(near[:_MOST_SHOWN]))
    else:
        far = {value: abs(math.log((value + 1) / (number.value + 1))) for value in held.values}
        near = sorted(held.values, key=lambda value: (far[value], value))
        listed = ", ".join(f"{value:,.10g}" for value in sorted(near[:_MOST_SHOWN]))
    if not listed:
        return "Take the number from a cited record, or cite the work that gives it."
    return f"The nearest in its records: {listed}."
