"""The site's data as files: evidence.json and its schema, tables, and the library itself."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from generator.appraise import AppraisedClaim, Entry
from generator.exchange import bibtex, csl_json, ris
from generator.library import Brief
from generator.model import Finding, Study, Work
from generator.render.pages import Page
from generator.render.views import Context
from generator.routes import url_of

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
FOLDER = PurePosixPath("data")


def exports(context: Context, printed: frozenset[str] = frozenset()) -> Iterator[Page]:
    """Every data file of the site; `printed` names the briefs that have a PDF."""
    evidence = evidence_json(context, printed)
    works = list(context.library.works.values())
    files = {
        "evidence.json": _json(evidence),
        "evidence.schema.json": _json(evidence_schema()),
        "studies.csv": _csv(_study_rows(context)),
        "findings.csv": _csv(_finding_rows(context)),
        "library.bib": bibtex(works),
        "library.ris": "".join(ris(work) for work in works),
        "library.csl.json": _json([csl_json(work) for work in works]),
    }
    files["datapackage.json"] = _json(_datapackage(context, files))
    for name, text in files.items():
        yield Page(path=FOLDER / name, text=text)


def evidence_json(context: Context, printed: frozenset[str]) -> dict[str, Any]:
    """Works, studies with their findings, and briefs with their claims, as plain data."""
    library = context.library
    return {
        "works": [_work(context, work) for work in library.works.values()],
        "studies": [_study(study_id, study) for study_id, study in library.studies.items()],
        "briefs": [
            _brief(brief, context.evidence.claims[slug], printed=slug in printed)
            for slug, brief in library.briefs.items()
        ],
    }


def _work(context: Context, work: Work) -> dict[str, Any]:
    entry = context.library.checked(work.key)
    return {
        "key": work.key,
        "title": work.title,
        "authors": [" ".join(filter(None, (a.given, a.sort_name, a.suffix))) for a in work.authors],
        "year": work.year,
        "doi": work.doi or None,
        "pmid": work.pmid or None,
        "ledger": {
            "state": entry.state,
            "standing": entry.standing,
            "checked": entry.checked.isoformat() if entry.checked else None,
            "source": entry.source or None,
        },
    }


def _study(study_id: str, study: Study) -> dict[str, Any]:
    return {
        "id": study_id,
        "title": study.title,
        "design": study.design,
        "category": study.category,
        "group": study.group,
        "n": study.n,
        "studies_included": study.studies_included,
        "reports": list(study.reports),
        "included_in": list(study.included_in),
        "url": url_of(f"study:{study_id}"),
        "findings": [_finding(finding) for finding in study.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    effect = finding.effect
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
        "effect": None
        if effect is None
        else {
            "measure": effect.measure,
            "value": effect.value,
            "ci": list(effect.ci) if effect.ci else None,
            "level": effect.level,
            "k": effect.k,
            "n": effect.n,
            "benefit_is": effect.benefit_is,
            "timepoint": effect.timepoint,
            "note": effect.note,
        },
    }


def _brief(brief: Brief, claims: Sequence[AppraisedClaim], *, printed: bool) -> dict[str, Any]:
    return {
        "slug": brief.slug,
        "title": brief.front.title,
        "kind": brief.front.kind,
        "url": url_of(f"brief:{brief.slug}"),
        "pdf": f"briefs/{brief.slug}.pdf" if printed else None,
        "claims": [_claim(claim) for claim in claims],
    }


def _claim(claim: AppraisedClaim) -> dict[str, Any]:
    block = claim.claim.block
    return {
        "id": claim.id,
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


def evidence_schema() -> dict[str, Any]:
    """The JSON Schema of evidence.json."""
    text: dict[str, Any] = {"type": "string"}
    maybe: dict[str, Any] = {"type": ["string", "null"]}
    count: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
    texts: dict[str, Any] = {"type": "array", "items": text}
    ledger = _object(state=text, standing=text, checked=maybe, source=maybe)
    work = _object(
        key=text, title=text, authors=texts, year=count, doi=maybe, pmid=maybe, ledger=ledger
    )
    finding = _object(
        id=text,
        outcome=maybe,
        theme=maybe,
        concept=maybe,
        population=text,
        direction=maybe,
        basis=text,
        statement=text,
        source=_object(report=text, where=text),
        effect={"type": ["object", "null"]},
    )
    study = _object(
        id=text,
        title=text,
        design=text,
        category=text,
        group=maybe,
        n=count,
        studies_included=count,
        reports=texts,
        included_in=texts,
        url=text,
        findings={"type": "array", "items": finding},
    )
    claim = _object(
        id=text,
        heading=text,
        statement=text,
        outcome=maybe,
        theme=maybe,
        concept=maybe,
        population=text,
        direction=maybe,
        cites=texts,
        standing=text,
        **{"for": texts, "against": texts},
    )
    brief = _object(
        slug=text,
        title=text,
        kind=text,
        url=text,
        pdf=maybe,
        claims={"type": "array", "items": claim},
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Evidence behind the briefs",
        **_object(
            works={"type": "array", "items": work},
            studies={"type": "array", "items": study},
            briefs={"type": "array", "items": brief},
        ),
    }


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _study_rows(context: Context) -> Iterator[Mapping[str, object]]:
    for study_id, study in context.library.studies.items():
        yield {
            "id": study_id,
            "title": study.title,
            "design": study.design,
            "category": study.category,
            "group": study.group,
            "country": study.country,
            "setting": study.setting,
            "n": study.n,
            "studies_included": study.studies_included,
            "reports": " ".join(study.reports),
            "included_in": " ".join(study.included_in),
        }


def _finding_rows(context: Context) -> Iterator[Mapping[str, object]]:
    for study_id, study in context.library.studies.items():
        for finding in study.findings:
            effect = finding.effect
            yield {
                "study": study_id,
                "finding": finding.id,
                "outcome": finding.outcome,
                "theme": finding.theme,
                "concept": finding.concept,
                "population": finding.population,
                "direction": finding.direction,
                "basis": finding.basis,
                "statement": finding.statement,
                "source": finding.source.report,
                "where": finding.source.where,
                "measure": effect and effect.measure,
                "value": effect and effect.value,
                "ci_low": effect and effect.ci and effect.ci[0],
                "ci_high": effect and effect.ci and effect.ci[1],
                "k": effect and effect.k,
                "n": effect and effect.n,
                "benefit_is": effect and effect.benefit_is,
            }


def _csv(rows: Iterable[Mapping[str, object]]) -> str:
    """A table in which no text is read as a formula by a spreadsheet."""
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def _datapackage(context: Context, files: Mapping[str, str]) -> dict[str, Any]:
    """A Frictionless data package that describes the tables."""
    return {
        "name": "evidence-briefs",
        "title": context.site.name,
        "description": context.site.description,
        "licenses": [
            {"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}
        ],
        "resources": [
            {
                "name": name.removesuffix(".csv"),
                "path": name,
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(text.encode()),
                "hash": "sha256:" + hashlib.sha256(text.encode()).hexdigest(),
                "schema": {
                    "fields": [
                        {"name": column, "type": _field_type(column)}
                        for column in text.split("\n", 1)[0].split(",")
                    ]
                },
            }
            for name, text in files.items()
            if name.endswith(".csv")
        ],
    }


def _field_type(column: str) -> str:
    if column in {"n", "k", "studies_included"}:
        return "integer"
    return "number" if column in {"value", "ci_low", "ci_high"} else "string"


def _json(value: object) -> str:
    """JSON that stays harmless inside a page: `<`, `>` and `&` are written as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text + "\n"
