"""The shape of OpenAlex's API: a third witness, whose titles and retraction marks can be wrong."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from generator.model import Name
from generator.verify.record import MalformedError, Record
from generator.verify.shape import doi, json_of, mapping, number, objects, text

_NOTICE_TYPES = frozenset({"retraction", "erratum"})


def work_path(identifier: str, *, scheme: str = "doi") -> str:
    """The path of one work by its DOI, or with `scheme` "pmid" by its PMID."""
    return f"/works/{scheme}:{quote(identifier, safe='/')}"


def parse_work(body: str) -> Record:
    """The record in the answer to a look-up by DOI or PMID."""
    work = mapping(json_of(body))
    title = text(work.get("display_name")) or text(work.get("title"))
    if not work.get("id") or not title:
        raise MalformedError("the answer holds no work")
    place, biblio = mapping(work, "biblio"), mapping(work, "biblio")
    first, last = text(place.get("first_page")), text(place.get("last_page"))
    authors = tuple(filter(None, map(_name, objects(work.get("authorships")))))
    source = mapping(work, "primary_location", "source")
    kind = text(work.get("type"))
    return Record(
        registry="OpenAlex",
        titles=(title,),
        authors=authors,
        complete=not work.get("is_authors_truncated") and len(authors) < 100,
        years=tuple(filter(None, [number(work.get("publication_year"))])),
        containers=tuple(filter(None, [text(source.get("display_name"))])),
        volume=text(biblio.get("volume")),
        issue=text(biblio.get("issue")),
        pages="-".join(dict.fromkeys(filter(None, (first, last)))),
        kind=kind,
        doi=doi(work.get("doi")),
        pmid=_last_number(mapping(work, "ids").get("pmid")),
        pmcid=_pmcid(mapping(work, "ids").get("pmcid")),
        flagged=work.get("is_retracted") is True and kind not in _NOTICE_TYPES,
    )


def _name(authorship: dict[str, Any]) -> Name | None:
    """A name written in its spoken order: the last word is taken for the family name."""
    words = text(mapping(authorship, "author").get("display_name")).split()
    if not words:
        return None
    return Name(family=words[-1], given=" ".join(words[:-1]))


def _last_number(value: object) -> str:
    found = re.search(r"(?<!\d)(\d+)/?$", text(value))
    return found[1] if found else ""


def _pmcid(value: object) -> str:
    digits = _last_number(value)
    return f"PMC{digits}" if digits else ""
