"""The JSON Schema of evidence.json; the closed sets in it are those of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from generator import model

_Schema = dict[str, Any]

_TEXT: Final[_Schema] = {"type": "string"}
_MAYBE: Final[_Schema] = {"type": ["string", "null"]}
_COUNT: Final[_Schema] = {"type": ["integer", "null"], "minimum": 0}
_NUMBER: Final[_Schema] = {"type": "number"}
_TEXTS: Final[_Schema] = {"type": "array", "items": _TEXT}
_DAY: Final[_Schema] = {"type": ["string", "null"], "format": "date"}
_SUBJECT: Final = {
    "outcome": {**_MAYBE, "description": "the outcome that it is about, if it is about one"},
    "theme": {**_MAYBE, "description": "the theme that it is about, if it is about one"},
    "concept": {**_MAYBE, "description": "the concept that it is about, if it is about one"},
}


def evidence_schema() -> _Schema:
    """The schema: every field that is written is required; others may come."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Evidence behind the briefs",
        "description": "Works, studies with their findings, and briefs with their claims.",
        **_object(
            about=_object(
                title=_TEXT,
                url=_MAYBE,
                updated=_DAY,
                licences={"type": "object", "additionalProperties": _TEXT},
            ),
            works=_list(_work()),
            studies=_list(_study()),
            briefs=_list(_brief()),
        ),
    }


def _work() -> _Schema:
    ledger = _object(
        state=_one_of(model.LedgerState, says="what comparing the entry with registries gave"),
        standing=_one_of(model.WorkStanding, says="whether it was retracted or corrected"),
        checked=_DAY,
        source=_MAYBE,
    )
    notice = _object(kind=_one_of(model.NoticeKind), identifier=_TEXT, date=_TEXT, witnesses=_TEXTS)
    return _object(
        key=_TEXT,
        type=_one_of(model.WorkType),
        title=_TEXT,
        authors=_TEXTS,
        more_authors={"type": "boolean", "description": "whether the list of authors goes on"},
        year={"type": ["integer", "null"]},
        container={**_MAYBE, "description": "the journal, book or site in which it stands"},
        doi=_MAYBE,
        pmid=_MAYBE,
        url={**_TEXT, "description": "its page, from the root of the site"},
        ledger=ledger,
        notices=_list(notice),
    )


def _study() -> _Schema:
    return _object(
        id=_TEXT,
        title=_TEXT,
        design=_one_of(model.Design),
        category=_TEXT,
        group={**_MAYBE, "description": "set where the people are others than the site's own"},
        country=_MAYBE,
        setting=_MAYBE,
        n={**_COUNT, "description": "how many people took part"},
        participants=_MAYBE,
        participants_note=_MAYBE,
        studies_included={**_COUNT, "description": "for a review: how many studies it includes"},
        comparator=_MAYBE,
        reports={**_TEXTS, "description": "keys of the works that report it, the main one first"},
        included_in={**_TEXTS, "description": "keys of the reviews that include it"},
        url=_TEXT,
        findings=_list(_finding()),
        corrections=_list(
            _object(report=_MAYBE, page=_MAYBE, where=_TEXT, says=_TEXT, shows=_TEXT)
        ),
        notes=_MAYBE,
        contributors=_list(_contributor()),
    )


def _contributor() -> _Schema:
    return _object(name=_TEXT, orcid=_MAYBE)


def _finding() -> _Schema:
    effect = _object(
        measure=_one_of(model.Measure),
        value=_NUMBER,
        ci={"type": ["array", "null"], "items": _NUMBER, "minItems": 2, "maxItems": 2},
        level={**_NUMBER, "description": "confidence level of the interval, in percent"},
        k={**_COUNT, "description": "how many studies were pooled"},
        n={**_COUNT, "description": "how many people were analysed"},
        benefit_is=_one_of(model.BenefitSide, maybe=True, says="the side that is good for people"),
        timepoint=_MAYBE,
        note=_MAYBE,
    )
    certainty = _object(rating=_TEXT, by=_TEXT, where=_TEXT, system=_TEXT)
    return _object(
        id=_TEXT,
        **_SUBJECT,
        population=_one_of(model.Population),
        direction=_one_of(
            model.Direction,
            maybe=True,
            says="'no-difference' means: reported as not (significantly) different",
        ),
        basis=_one_of(model.Basis, says="what kind of finding it is"),
        statement=_TEXT,
        source=_object(report=_TEXT, where=_TEXT),
        comparator=_MAYBE,
        effect=_or_none(effect),
        certainty=_or_none(certainty),
        quote={**_MAYBE, "description": "a few words of the source, verbatim"},
    )


def _brief() -> _Schema:
    findings = {**_TEXTS, "description": "findings, each as study#finding, the strongest first"}
    claim = _object(
        id=_TEXT,
        url=_TEXT,
        heading=_TEXT,
        statement=_TEXT,
        **_SUBJECT,
        population=_one_of(model.Population),
        direction=_one_of(model.ClaimDirection, maybe=True),
        cites={**_TEXTS, "description": "keys of the works that the claim cites"},
        standing=_one_of(model.Standing, says="how the evidence stands to the claim"),
        **{"for": findings, "against": findings},
    )
    return _object(
        slug=_TEXT,
        title=_TEXT,
        kind=_TEXT,
        audience=_TEXT,
        summary=_TEXT,
        question=_MAYBE,
        updated=_DAY,
        url=_TEXT,
        pdf=_MAYBE,
        contributors=_list(_contributor()),
        claims=_list(claim),
    )


def _object(**properties: Mapping[str, Any]) -> _Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: _Schema) -> _Schema:
    return {"type": "array", "items": items}


def _one_of(closed: object, *, maybe: bool = False, says: str = "") -> _Schema:
    """One value of a closed set of the model, or none."""
    schema: _Schema = {"enum": [*get_args(closed), *([None] if maybe else [])]}
    return {**schema, "description": says} if says else schema


def _or_none(schema: _Schema) -> _Schema:
    return {**schema, "type": ["object", "null"]}
