"""The shape of Crossref's REST API, and of the CSL-JSON that doi.org gives for other agencies."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from generator.model import Name
from generator.verify.record import NOTICE_KINDS, MalformedError, Record, Registry, Update
from generator.verify.shape import (
    doi,
    items,
    joined_date,
    json_of,
    mapping,
    number,
    objects,
    text,
    texts,
)

_DATES = ("issued", "published", "published-print", "published-online")
_LABEL = re.compile(
    r"^\W*(retracted|withdrawn|removed)\b(?: (?:article|paper|chapter))?\W*[:\]\-–—]\W*",
    re.IGNORECASE,
)
_WITNESSES = {"retraction-watch": "Retraction Watch"}
PUBLISHER = "the publisher"


def work_path(identifier: str) -> str:
    """The path of one work."""
    return f"/works/{quote(identifier, safe='')}"


def parse_work(body: str) -> Record:
    """The record in the answer to a look-up by DOI."""
    message = mapping(json_of(body), "message")
    if not message.get("DOI") or "title" not in message:
        raise MalformedError("the answer holds no work")
    return record_of(message, "Crossref")


def parse_list(body: str) -> tuple[Record, ...]:
    """The records in the answer to a search, the best first."""
    message = mapping(json_of(body), "message")
    if "items" not in message:
        raise MalformedError("the answer holds no list")
    return tuple(record_of(item, "Crossref") for item in objects(message["items"]))


def parse_csl(body: str) -> Record:
    """The record in CSL-JSON, as doi.org gives it for any agency."""
    data = mapping(json_of(body))
    if not data.get("title"):
        raise MalformedError("the answer holds no work")
    return record_of(data, "doi.org")


def record_of(work: dict[str, Any], registry: Registry) -> Record:
    """A work in Crossref's own form or in CSL-JSON; what is missing or odd is left out."""
    titles, label = _titles(work)
    own = doi(work.get("DOI"))
    changes = objects(work.get("update-to"))
    about_itself = [change for change in changes if doi(change.get("DOI")) == own]
    others = [change for change in changes if doi(change.get("DOI")) != own]
    updates = [_update(change) for change in (*objects(work.get("updated-by")), *about_itself)]
    if label:
        updates.append(Update(kind="retraction", witness=PUBLISHER))
    kind = text(work.get("type"))
    return Record(
        registry=registry,
        titles=titles,
        authors=tuple(filter(None, (_name(author) for author in objects(work.get("author"))))),
        years=_years(work),
        containers=(
            *texts(work.get("container-title")),
            *texts(work.get("short-container-title")),
            *_hosts(work),
        ),
        volume=text(work.get("volume")),
        issue=text(work.get("issue")),
        pages=text(work.get("page")),
        article_number=text(work.get("article-number")),
        publisher=text(work.get("publisher")),
        kind=kind,
        doi=own,
        preprint=kind == "posted-content",
        published_as=_published_as(work),
        updates=tuple(update for update in updates if update is not None),
        notice_of=_notice_of(others),
    )


def _titles(work: dict[str, Any]) -> tuple[tuple[str, ...], bool]:
    """Every form of the title, the fullest first, and whether a mark of retraction led it."""
    mains = texts(work.get("title"))
    subtitles = texts(work.get("subtitle"))
    bare = tuple(_LABEL.sub("", main) for main in mains)
    full = tuple(
        f"{main}: {sub}"
        for main in bare[:1]
        for sub in subtitles[:1]
        if not main.casefold().endswith(sub.casefold())
    )
    originals = texts(work.get("original-title"))
    return (*full, *bare, *originals), bare != mains


def _name(author: dict[str, Any]) -> Name | None:
    group = text(author.get("name")) or text(author.get("literal"))
    family = text(author.get("family"))
    if not family:
        return Name(family=group, group=True) if group else None
    particle = text(author.get("non-dropping-particle")) or text(author.get("dropping-particle"))
    return Name(
        family=family,
        given=text(author.get("given")),
        particle=particle,
        suffix=text(author.get("suffix")),
    )


def _years(work: dict[str, Any]) -> tuple[int, ...]:
    found = []
    for name in _DATES:
        parts = items(mapping(work, name).get("date-parts"))
        first = items(parts[0]) if parts else []
        year = number(first[0]) if first else None
        if year:
            found.append(year)
    return tuple(dict.fromkeys(found))


def _hosts(work: dict[str, Any]) -> tuple[str, ...]:
    """Where a preprint stands: the server's name is not its container in Crossref."""
    if text(work.get("type")) != "posted-content":
        return ()
    institutions = [text(place.get("name")) for place in objects(work.get("institution"))]
    hosts = (*institutions, text(work.get("group-title")), text(work.get("publisher")))
    return tuple(filter(None, hosts))


def _update(change: dict[str, Any]) -> Update | None:
    kind = NOTICE_KINDS.get(text(change.get("type")).lower().replace("-", "_").replace(" ", "_"))
    if kind is None:
        return None
    updated = mapping(change, "updated")
    parts = items(updated.get("date-parts"))
    date = joined_date(items(parts[0])) if parts else text(updated.get("date-time"))[:10]
    witness = _WITNESSES.get(text(change.get("source")), PUBLISHER)
    return Update(kind=kind, identifier=doi(change.get("DOI")), date=date, witness=witness)


def _notice_of(changes: list[dict[str, Any]]) -> Any:
    """The kind of notice that a record is, if it is one: it says which other work it updates."""
    kinds = [update.kind for change in changes if (update := _update(change))]
    return next((kind for kind in kinds if kind != "correction"), kinds[0] if kinds else None)


def _published_as(work: dict[str, Any]) -> str:
    """The DOI of the published paper, where the record is a preprint of one."""
    for relation in objects(mapping(work, "relation").get("is-preprint-of")):
        if text(relation.get("id-type")).lower() == "doi":
            return doi(relation.get("id"))
    return ""
