"""evidence.json: works, studies with their findings, and briefs with their claims, as plain data.

The same lists are offered in parts, so that a program need not take a large file whole. Each record
stands on a line of its own, so that changes of the file can be read, too.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from generator.appraise import AppraisedClaim, Entry
from generator.library import Brief
from generator.model import Finding, LedgerEntry, Study, Work
from generator.render.context import Context
from generator.render.machine import as_json
from generator.render.offers import DATA, TEXTS, latest_day
from generator.routes import url_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PART_BYTES: Final = 500_000
_AROUND: Final = 50  # bytes of a part that are no record
_BETWEEN: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceText:
    """What the site knows, as JSON: what the lists are about, and each record of each list."""

    about: str
    lists: Mapping[str, Sequence[str]]

    def whole(self) -> str:
        """One file with all lists."""
        lists = (_list(name, records) for name, records in self.lists.items())
        return _object([f'"about": {self.about}', *lists])

    def parts(self, most: int = PART_BYTES) -> Iterator[tuple[str, str]]:
        """Names and texts of files of at most `most` bytes, and at last of their index.json; a
        record that is longer has a file of its own.

        A part has the shape of the whole with one list in it. The index names, for each list, the
        parts in order, with how many records each holds and its length in bytes.
        """
        index: dict[str, list[str]] = {name: [] for name in self.lists}
        for name, records in self.lists.items():
            for number, some in enumerate(_portions(records, most - _AROUND), start=1):
                path = f"{name}-{number:04}.json"
                text = _object([_list(name, some)])
                told = {"path": path, "records": len(some), "bytes": len(text.encode())}
                index[name].append(as_json(told))
                yield path, text
        lists = (_list(name, files) for name, files in index.items())
        yield "index.json", _object([f'"about": {self.about}', *lists])


def evidence_text(context: Context, printed: Container[str]) -> EvidenceText:
    """Everything that the site knows; `printed` names the briefs that have a PDF."""
    library = context.library
    day = latest_day(library)
    about = {
        "title": context.site.name,
        "url": context.site.url or None,
        "updated": day.isoformat() if day else None,
        "licences": {"data": DATA.url, "sentences of briefs": TEXTS.url},
    }
    works = (_work(work, library.checked(key)) for key, work in library.works.items())
    studies = (_study(study_id, study) for study_id, study in library.studies.items())
    briefs = (
        _brief(brief, context.evidence.claims[slug], printed=slug in printed)
        for slug, brief in library.briefs.items()
    )
    return EvidenceText(
        about=as_json(about),
        lists={
            "works": tuple(map(as_json, works)),
            "studies": tuple(map(as_json, studies)),
            "briefs": tuple(map(as_json, briefs)),
        },
    )


def _portions(records: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """The records in their order, in portions of at most `most` bytes."""
    start = size = 0
    for number, record in enumerate(records):
        length = len(record.encode()) + _BETWEEN
        if number > start and size + length > most:
            yield records[start:number]
            start, size = number, 0
        size += length
    if records:
        yield records[start:]


def _list(name: str, records: Sequence[str]) -> str:
    return f'"{name}": [\n' + ",\n".join(records) + "\n]"


def _object(members: Iterable[str]) -> str:
    return "{" + ",\n".join(members) + "}\n"


def _work(work: Work, entry: LedgerEntry) -> dict[str, Any]:
    return {
        "key": work.key,
        "type": work.type,
        "title": work.title,
        "authors": [" ".join(filter(None, (a.given, a.sort_name, a.suffix))) for a in work.authors],
        "more_authors": work.more_authors,
        "year": work.year,
        "container": work.container or None,
        "doi": work.doi or None,
        "pmid": work.pmid or None,
        "url": url_of(f"work:{work.key}"),
        "ledger": {
            "state": entry.state,
            "standing": entry.standing,
            "checked": entry.checked.isoformat() if entry.checked else None,
            "source": entry.source or None,
        },
        "notices": [_plain(notice) for notice in entry.notices],
    }


def _study(study_id: str, study: Study) -> dict[str, Any]:
    people = study.participants
    return {
        "id": study_id,
        "title": study.title,
        "design": study.design,
        "category": study.category,
        "group": study.group,
        "country": study.country,
        "setting": study.setting,
        "n": study.n,
        "participants": people and people.description,
        "participants_note": people and people.note,
        "studies_included": study.studies_included,
        "comparator": study.comparator,
        "reports": list(study.reports),
        "included_in": list(study.included_in),
        "url": url_of(f"study:{study_id}"),
        "findings": [_finding(finding) for finding in study.findings],
        "corrections": [_plain(correction) for correction in study.corrections],
        "notes": study.notes,
        "contributors": [_plain(person) for person in study.contributors],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "outcome": finding.outcome,
        "theme": finding.theme,
        "concept": finding.concept,
        "population": finding.population,
        "direction": finding.direction,
        "basis": finding.basis,
        "statement": finding.statement,
        "source": {"report": finding.source.report, "where": finding.source.where},
        "comparator": finding.comparator,
        "effect": _plain(finding.effect) if finding.effect else None,
        "certainty": _plain(finding.certainty) if finding.certainty else None,
        "quote": finding.quote,
    }


def _brief(brief: Brief, claims: Sequence[AppraisedClaim], *, printed: bool) -> dict[str, Any]:
    url = url_of(f"brief:{brief.slug}")
    return {
        "slug": brief.slug,
        "title": brief.front.title,
        "kind": brief.front.kind,
        "audience": brief.front.audience,
        "summary": brief.front.summary,
        "question": brief.front.question,
        "updated": brief.front.updated.isoformat(),
        "url": url,
        "pdf": f"briefs/{brief.slug}.pdf" if printed else None,
        "contributors": [_plain(person) for person in brief.front.contributors],
        "claims": [_claim(claim, url) for claim in claims],
    }


def _claim(claim: AppraisedClaim, url: str) -> dict[str, Any]:
    block = claim.claim.block
    return {
        "id": claim.id,
        "url": f"{url}#{claim.id}",
        "heading": claim.claim.heading,
        "statement": claim.text,
        "outcome": block.outcome,
        "theme": block.theme,
        "concept": block.concept,
        "population": block.population,
        "direction": block.direction,
        "cites": list(claim.cites),
        "standing": claim.appraisal.standing,
        "for": _refs(claim.appraisal.pro_entries),
        "against": _refs(claim.appraisal.con_entries),
    }


def _refs(entries: Iterable[Entry]) -> list[str]:
    return [entry.ref for entry in entries]


def _plain(record: DataclassInstance) -> dict[str, Any]:
    """The fields of a record that holds no others."""
    return {field.name: getattr(record, field.name) for field in fields(record)}
