"""What a printed brief shows where it asks for something drawn from the data.

Paper has one width: this module alone knows which maps fit across it, and how the others are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.appraise import Entry, appraise
from generator.background import Flow
from generator.prose import SlotBlock
from generator.render import words
from generator.render.flow import Box, lay_out
from generator.render.pdf_teller import Teller, call
from generator.render.pdf_views import (
    MapField,
    MapLine,
    PointingWay,
    PrintedFlow,
    PrintedMap,
    PrintedStep,
    PrintedStudies,
    PrintedStudy,
)
from generator.render.slots import Counts, EvidenceMap, MapRow, evidence_maps, studies_asked_for
from generator.render.typst import Plain, Typst, joined
from generator.render.views import who_or_what

# A map's first column is about twice as wide as the others; this many letters fit across a page.
_LETTERS: Final = 95
_FIRST: Final = 2.2
_BETWEEN: Final = 1.6
_MOST_COLUMNS: Final = 6


def printed_block(teller: Teller, block: SlotBlock, level: int) -> Typst:
    """What a block asks for; nothing where the data have nothing to show.

    `level` is that of a heading inside the section in which the block stands.
    """
    options = block.slot.options
    match block.slot.kind:
        case "study-table":
            return call("study-table", _studies(teller, studies_asked_for(teller.library, options)))
        case "evidence-map":
            maps = evidence_maps(teller.library, teller.context.evidence)
            printed = [_map(teller, found, level) for found in maps]
            explained = [Typst("#map-explained();")] if printed else []
            return joined([*explained, *(call("evidence-map", one) for one in printed)])
        case "flow" if teller.library.flow is not None:
            return call("selection-flow", _flow(teller, teller.library.flow))
        case "forest" | "effect-direction" as kind:
            outcome = options.get("outcome", "")
            return _on_an_outcome(teller, kind, outcome, options.get("population", "recipients"))
    return Typst()


# -- one outcome


def _on_an_outcome(teller: Teller, kind: str, outcome: str, population: str) -> Typst:
    """Effects or directions on one outcome.

    Directions are not told twice: a claim on the same subject lists every study with its own.
    """
    found = teller.context.evidence.about("outcome", outcome)
    subjects = {s.population: (s, entries) for s, entries in found}
    if population not in subjects:
        return Typst()
    judged = appraise(subjects[population][0], "benefit", subjects[population][1])
    if kind == "forest":
        return _drawn(teller, (*judged.pro_entries, *judged.con_entries))
    if any(claim.appraisal.subject == judged.subject for claim in teller.claims):
        return Typst()
    domain = teller.library.vocabulary.outcomes[judged.subject.id].domain
    votes = ((domain, vote) for vote in (*judged.pro, *judged.con))
    return call("direction-table", teller.directions(votes))


def _drawn(teller: Teller, entries: tuple[Entry, ...]) -> Typst:
    """Effects where the brief asks for them; they are then not drawn again at its end."""
    drawn = teller.effects(entries)
    teller.told.update(entry.ref for entry in entries)
    return joined(call("forest", forest) for forest in drawn)


# -- studies


def _studies(teller: Teller, study_ids: tuple[str, ...]) -> PrintedStudies:
    return PrintedStudies(rows=tuple(_study(teller, study_id) for study_id in study_ids))


def _study(teller: Teller, study_id: str) -> PrintedStudy:
    study = teller.library.studies[study_id]
    key = study.reports[0]
    return PrintedStudy(
        title=study.title,
        address=Plain(teller.web(f"study:{study_id}")),
        cited=teller.work(key),
        design=words.DESIGNS[study.design],
        size=who_or_what(study),
        country=study.country or "not reported",
        note="Retracted: counts for nothing." if teller.library.is_retracted(key) else "",
    )


# -- the map of what was studied


def _map(teller: Teller, found: EvidenceMap, level: int) -> PrintedMap:
    vocabulary = teller.library.vocabulary
    columns = tuple(vocabulary.categories[name].label for name in found.categories)
    population = words.uncapitalised(vocabulary.populations[found.population].label)
    return PrintedMap(
        level=level,
        population=population,
        columns=columns,
        across=_fit_across(columns),
        lines=tuple(_line(teller, found, row, columns) for row in found.rows),
    )


def _line(teller: Teller, found: EvidenceMap, row: MapRow, columns: tuple[str, ...]) -> MapLine:
    fields = tuple(
        MapField(category=label, ways=tuple(_ways(cell)))
        for label, cell in zip(columns, row.cells, strict=True)
    )
    return MapLine(
        outcome=teller.library.vocabulary.outcomes[row.outcome].label,
        address=Plain(teller.web(f"outcome:{row.outcome}#{found.population}")),
        fields=fields,
        studied=tuple(field for field in fields if field.ways),
        gaps=tuple(field.category for field in fields if not field.ways),
    )


def _ways(cell: Counts) -> Iterator[PointingWay]:
    for direction, n in cell:
        said = f"{words.number(n)} {words.DIRECTIONS[direction][1]}"
        yield PointingWay(direction=Plain(direction), said=said)


def _fit_across(columns: tuple[str, ...]) -> bool:
    """Whether the longest word over the columns of a map fits one of them."""
    room = _LETTERS / (_FIRST + len(columns)) - _BETWEEN
    longest = max((len(word) for label in columns for word in label.split()), default=0)
    return len(columns) <= _MOST_COLUMNS and longest <= room


# -- how studies were searched for and chosen


def _flow(teller: Teller, flow: Flow) -> PrintedFlow:
    view = lay_out(flow)
    return PrintedFlow(
        title=flow.title,
        steps=tuple(map(_step, view.boxes)),
        facts=tuple(_facts(flow, view.parts)),
        source=teller.work(flow.review),
    )


def _step(box: Box) -> PrintedStep:
    return PrintedStep(
        label=box.label,
        count=box.count,
        note=box.note,
        taken_out=box.excluded,
        reasons=_listed(box.reasons),
        last=box.last,
    )


def _facts(flow: Flow, parts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What else the source says of its search, each with its label."""
    dates = ""
    if flow.searched_from or flow.searched_to:
        ends = (flow.searched_from, flow.searched_to)
        dates = " to ".join(end or "not reported" for end in ends)
    told = (
        ("Databases", ", ".join(flow.databases)),
        ("Dates", dates),
        ("Language", flow.language or ""),
        ("Search terms", "; ".join(flow.search_terms)),
        ("Included", _listed(flow.included)),
        ("Left out", _listed(flow.excluded)),
        ("In the last stage", "; ".join([*parts, "the rest is not reported"]) if parts else ""),
    )
    return ((label, text) for label, text in told if text)


def _listed(texts: tuple[str, ...]) -> str:
    """Rules one after the other: as sentences where one of them is one, else between semicolons."""
    if not any(text.endswith(".") for text in texts):
        return "; ".join(texts)
    return " ".join(text if text.endswith(".") else f"{text}." for text in texts)
