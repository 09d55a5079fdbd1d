"""What a block of a brief asks to be shown, chosen from the data: the same on pages and on paper.

This module alone knows which studies a study table lists, and what an evidence map counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from generator.appraise import Entry, Evidence, Subject
from generator.appraise.direction import one_direction
from generator.library import Library
from generator.model import Direction, Population, Term

DIRECTIONS: Final[tuple[Direction, ...]] = ("benefit", "no-difference", "mixed", "harm")

# How many studies point each way, in the order of DIRECTIONS, without zeros; empty is a gap.
Counts: TypeAlias = tuple[tuple[Direction, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """An outcome in an evidence map, with one place for each category of the map."""

    outcome: str
    cells: tuple[Counts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMap:
    """Outcomes by categories of studies, for one population; all by their ids."""

    population: Population
    categories: tuple[str, ...]
    rows: tuple[MapRow, ...]


def studies_asked_for(library: Library, options: Mapping[str, str]) -> tuple[str, ...]:
    """The studies whose record has every value that a study table asks for, such as a design, a
    category or a country; all of them where it asks for nothing."""
    return tuple(
        study_id
        for study_id, study in library.studies.items()
        if all(getattr(study, name, None) == value for name, value in options.items())
    )


def evidence_maps(library: Library, evidence: Evidence) -> Iterator[EvidenceMap]:
    """For each population of which something is known, which categories were studied for which
    outcomes; only what counts for the site's own group is counted."""
    categories = tuple(studied_categories(library))
    for population in library.vocabulary.populations:
        rows = tuple(_rows(library, evidence, population, categories))
        if rows:
            yield EvidenceMap(population=population, categories=categories, rows=rows)


def studied_categories(library: Library) -> Mapping[str, Term]:
    """The categories in which some study is about the site's own group."""
    used = {study.category for study in library.studies.values() if not study.group}
    return {name: term for name, term in library.vocabulary.categories.items() if name in used}


def counts(entries: Iterable[Entry]) -> Counts:
    """How many studies point each way; each study counts once."""
    studies: dict[str, list[Direction]] = {}
    for entry in entries:
        if entry.finding.direction is not None:
            studies.setdefault(entry.study_id, []).append(entry.finding.direction)
    votes = Counter(one_direction(found) for found in studies.values())
    return tuple((direction, votes[direction]) for direction in DIRECTIONS if votes[direction])


def _rows(
    library: Library, evidence: Evidence, population: Population, categories: tuple[str, ...]
) -> Iterator[MapRow]:
    for outcome in library.vocabulary.outcomes:
        subject = Subject(kind="outcome", id=outcome, population=population)
        entries = [entry for entry in evidence.subjects.get(subject, ()) if entry.counts]
        if entries:
            yield MapRow(
                outcome=outcome,
                cells=tuple(
                    counts(e for e in entries if e.study.category == category)
                    for category in categories
                ),
            )
