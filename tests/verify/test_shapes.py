"""No registry's answer is trusted to have its shape: whatever it holds, it is read or malformed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from generator.model import Work
from generator.verify import crossref, datacite, europepmc, openalex, pubmed, retractionwatch
from generator.verify.match import compare
from generator.verify.record import MalformedError, Record
from tests.verify import registries

JUNK: tuple[Any, ...] = (
    None,
    3,
    "x",
    True,
    [],
    {},
    [None],
    [[None]],
    [["x"]],
    {"date-parts": 3},
    [{}],
    [3],
)
TRUTH: dict[str, Any] = {
    "doi": "10.5000/x",
    "pmid": "5",
    "title": "Towers",
    "authors": [["Ahlgren", "Ann"]],
    "year": 2011,
    "container": "Journal of Towers",
    "volume": "3",
    "pages": "1-9",
    "relation": {"is-preprint-of": [{"id-type": "doi", "id": "10.5000/y"}]},
    "updated-by": [{"DOI": "10.5000/n", "type": "retraction", "updated": {"date-parts": [[2010]]}}],
}
OURS = Work(key="a", type="article", title="Towers", year=2011, pages="1", volume="3")
AGENCY = [{"DOI": "10.5000/x", "RA": "DataCite"}]
SHAPES: list[tuple[Any, Any]] = [
    (crossref.parse_work, {"message": registries.crossref(TRUTH)}),
    (crossref.parse_list, {"message": {"items": [registries.crossref(TRUTH)]}}),
    (crossref.parse_csl, registries.csl(TRUTH)),
    (datacite.parse_work, registries.datacite(TRUTH)),
    (datacite.parse_agency, AGENCY),
    (openalex.parse_work, registries.openalex(TRUTH)),
    (europepmc.parse_first, registries.europepmc(TRUTH)),
    (pubmed.parse_search, {"esearchresult": {"idlist": ["5"]}}),
]


def spoiled(value: Any) -> Iterator[Any]:
    """The value with each of its parts in turn replaced by each piece of junk."""
    yield from JUNK
    parts: list[tuple[Any, Any]] = list(value.items()) if isinstance(value, dict) else []
    if isinstance(value, list):
        parts = list(enumerate(value))
    for key, part in parts:
        for junk in spoiled(part):
            copy = value.copy()
            copy[key] = junk
            yield copy


@pytest.mark.parametrize(("parse", "body"), SHAPES)
def test_junk_in_json(parse: Any, body: Any) -> None:
    assert parse(json.dumps(body))
    refused = 0
    for wrong in spoiled(body):
        try:
            found = parse(json.dumps(wrong))
        except MalformedError:
            refused += 1
            continue
        if isinstance(found, Record):
            compare(OURS, found)
    assert refused


def test_xml_cut_anywhere() -> None:
    body = registries.pubmed_set([registries.pubmed(TRUTH)])
    assert isinstance(pubmed.parse_article(body, "5"), Record)
    for end in range(0, len(body) - 1, 7):
        with pytest.raises(MalformedError):
            pubmed.parse_article(body[:end], "5")
    with pytest.raises(MalformedError):
        pubmed.parse_article(body, "6")


def test_a_csv_of_another_kind() -> None:
    with pytest.raises(MalformedError):
        retractionwatch.parse_csv(["<html>", "</html>"])
    with pytest.raises(MalformedError):
        retractionwatch.parse_csv([])
