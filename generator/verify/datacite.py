"""The shape of DataCite's REST API, and of doi.org's answer to which agency keeps a DOI."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from generator.model import Name
from generator.verify.record import MalformedError, Record
from generator.verify.shape import doi, items, json_of, mapping, number, objects, text


def work_path(identifier: str) -> str:
    """The path of one work."""
    return f"/dois/{quote(identifier, safe='')}"


def agency_path(identifier: str) -> str:
    """The path of the question which agency keeps a DOI."""
    return f"/doiRA/{quote(identifier, safe='/')}"


def parse_agency(body: str) -> str:
    """The agency's name; empty where doi.org says that there is no such DOI."""
    answers = objects(json_of(body))
    if not answers:
        raise MalformedError("the answer names no agency")
    agency, status = text(answers[0].get("RA")), text(answers[0].get("status")).lower()
    if agency or "not exist" in status or "invalid" in status:
        return agency
    raise MalformedError("the answer names no agency")


def parse_work(body: str) -> Record:
    """The record in the answer to a look-up by DOI."""
    attributes = mapping(json_of(body), "data", "attributes")
    if not attributes.get("titles"):
        raise MalformedError("the answer holds no work")
    container = mapping(attributes, "container")
    types = mapping(attributes, "types")
    first, last = text(container.get("firstPage")), text(container.get("lastPage"))
    return Record(
        registry="DataCite",
        titles=_titles(attributes),
        authors=tuple(filter(None, map(_name, objects(attributes.get("creators"))))),
        years=tuple(filter(None, [number(attributes.get("publicationYear"))])),
        containers=tuple(filter(None, [text(container.get("title"))])),
        volume=text(container.get("volume")),
        issue=text(container.get("issue")),
        pages="-".join(filter(None, (first, last))),
        publisher=_publisher(attributes),
        kind=text(types.get("resourceTypeGeneral")),
        doi=doi(attributes.get("doi")),
        preprint=text(types.get("resourceTypeGeneral")) == "Preprint",
        published_as=_published_as(attributes),
    )


def _titles(attributes: dict[str, Any]) -> tuple[str, ...]:
    """Every form of the title: alone, and with the subtitle, which stands as another title."""
    titles = objects(attributes.get("titles"))
    mains = [text(title.get("title")) for title in titles if not title.get("titleType")]
    subs = [text(t.get("title")) for t in titles if t.get("titleType") == "Subtitle"]
    others = [text(t.get("title")) for t in titles if t.get("titleType") not in (None, "Subtitle")]
    full = [f"{main}: {sub}" for main in mains[:1] for sub in subs[:1]]
    return tuple(filter(None, (*full, *mains, *others)))


def _name(creator: dict[str, Any]) -> Name | None:
    family, name = text(creator.get("familyName")), text(creator.get("name"))
    if family:
        return Name(family=family, given=text(creator.get("givenName")))
    if creator.get("nameType") == "Organizational" or "," not in name:
        return Name(family=name, group=True) if name else None
    last, _, given = name.partition(",")
    return Name(family=last.strip(), given=given.strip())


def _publisher(attributes: dict[str, Any]) -> str:
    """The publisher: a text in older answers, an object in newer ones."""
    publisher = attributes.get("publisher")
    return text(publisher) or text(mapping(publisher).get("name"))


def _published_as(attributes: dict[str, Any]) -> str:
    for related in items(attributes.get("relatedIdentifiers")):
        kind = mapping(related).get("relationType")
        if kind in {"IsPreprintOf", "IsVariantFormOf"} and (
            mapping(related).get("relatedIdentifierType") == "DOI"
        ):
            return doi(mapping(related).get("relatedIdentifier"))
    return ""
