"""What registries answer when all is well: one work, as each of them tells of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from generator.model import Name, Work
from generator.verify import crossref, datacite, europepmc, openalex, pubmed
from tests.verify import registries

WORK: Final = Work(
    key="ahlgren2001",
    type="article",
    title="Singing keepers: a trial",
    authors=(Name(family="Ahlgren", given="Ann"), Name(family="Berg", given="Bo")),
    year=2001,
    container="Journal of Towers",
    volume="3",
    pages="1–9",
    doi="10.1234/towers.2001.3",
    pmid="12345678",
)
_TOLD: Final[dict[str, Any]] = {
    "doi": WORK.doi,
    "pmid": WORK.pmid,
    "pmcid": "PMC1234567",
    "title": "Singing keepers",
    "subtitle": "a trial",
    "authors": [["Ahlgren", "Ann"], ["Berg", "Bo"], ["The Choir Group"]],
    "year": 2001,
    "container": WORK.container,
    "short": "J Tow",
    "volume": "3",
    "issue": "1",
    "pages": "1-9",
    "abstract": "Keepers who sang were a little more cheerful after twelve weeks.",
    "relation": {"is-preprint-of": [{"id-type": "doi", "id": "10.1234/other"}]},
    "group-title": "A server",
    "updated-by": [
        {
            "DOI": "10.1234/notice",
            "type": "correction",
            "source": "retraction-watch",
            "updated": {"date-parts": [[2010, 2, 6]], "date-time": "2010-02-06T00:00:00Z"},
        }
    ],
    "update-to": [
        {"DOI": "10.1234/else", "type": "retraction", "updated": {"date-parts": [[2011]]}}
    ],
    "pubmed": {
        "types": ["Randomized Controlled Trial"],
        "references": [
            {"type": "ErratumIn", "source": "J Tow. 2010 Feb 6;3(1):445", "note": "partly"},
            {"type": "RetractionIn", "source": "J Tow. 2011", "pmid": "23456789"},
        ],
    },
}
_PERSONS: Final = {**_TOLD, "authors": _TOLD["authors"][:2]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A registry's answer, and what reads it."""

    read: Callable[[str], object]
    body: Any


JSON: Final[Mapping[str, Answer]] = {
    "crossref work": Answer(read=crossref.parse_work, body={"message": registries.crossref(_TOLD)}),
    "crossref list": Answer(
        read=crossref.parse_list, body={"message": {"items": [registries.crossref(_TOLD)] * 2}}
    ),
    "csl": Answer(read=crossref.parse_csl, body=registries.csl(_PERSONS)),
    "datacite": Answer(read=datacite.parse_work, body=registries.datacite(_PERSONS)),
    "agency": Answer(read=datacite.parse_agency, body=[{"DOI": "10.1234/x", "RA": "DataCite"}]),
    "openalex": Answer(read=openalex.parse_work, body=registries.openalex(_PERSONS)),
    "europe pmc": Answer(read=europepmc.parse_first, body=registries.europepmc(_PERSONS)),
    "pubmed search": Answer(
        read=pubmed.parse_search, body={"esearchresult": {"idlist": ["12345678", 9]}}
    ),
}
ARTICLE: Final = registries.pubmed_set([registries.pubmed(_TOLD)])
read_article = partial(pubmed.parse_article, pmid=WORK.pmid)

DATABASE: Final = """\
Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,\
OriginalPaperPubMedID,RetractionNature,Reason
1,Singing,2/6/2010 0:00,10.1234/notice,23456789,1/1/2001 0:00,10.1234/towers.2001.3,12345678,\
Retraction,"+Error, of a kind"
2,Dancing,unavailable,,0,1/1/2001,10.1234/TOWERS.2001.3,0,Expression of concern,
3,Other,13/45/99999,unavailable,0,,unavailable,0,Reinstatement,x
"""
