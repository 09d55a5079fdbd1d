"""The shape of Europe PMC's search: works that have only a PMCID, and abstracts."""

from __future__ import annotations

from typing import Any

from generator.model import Name
from generator.verify.record import MalformedError, Missing, Record
from generator.verify.shape import doi, json_of, mapping, number, objects, text

SEARCH = "/search"


def question(query: str) -> dict[str, str]:
    """The parameters of a search for one work."""
    return {"query": query, "resultType": "core", "format": "json", "pageSize": "1"}


def parse_first(body: str) -> Record | Missing:
    """The first record of an answer, or Missing where it has none."""
    answer = mapping(json_of(body))
    if "resultList" not in answer:
        raise MalformedError("the answer holds no list")
    results = objects(mapping(answer, "resultList").get("result"))
    return _record(results[0]) if results else Missing(registry="Europe PMC")


def _record(result: dict[str, Any]) -> Record:
    journal = mapping(result, "journalInfo")
    names = objects(mapping(result, "authorList").get("author"))
    return Record(
        registry="Europe PMC",
        titles=(text(result.get("title")).rstrip("."),),
        authors=tuple(filter(None, map(_name, names))),
        years=tuple(filter(None, [number(result.get("pubYear"))])),
        containers=tuple(
            filter(
                None,
                (
                    text(mapping(journal, "journal").get("title")),
                    text(mapping(journal, "journal").get("isoabbreviation")),
                ),
            )
        ),
        volume=text(journal.get("volume")),
        issue=text(journal.get("issue")),
        pages=text(result.get("pageInfo")),
        doi=doi(result.get("doi")),
        pmid=text(result.get("pmid")),
        pmcid=text(result.get("pmcid")),
        abstract=text(result.get("abstractText")),
    )


def _name(author: dict[str, Any]) -> Name | None:
    family, group = text(author.get("lastName")), text(author.get("collectiveName"))
    if family:
        given = text(author.get("firstName")) or text(author.get("initials"))
        return Name(family=family, given=given)
    return Name(family=group, group=True) if group else None
