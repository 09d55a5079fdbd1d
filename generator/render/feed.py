"""The feed of changes (Atom, RFC 4287), from the days that the records themselves hold.

A brief changes on the day that its front matter names; a notice on a work, such as a retraction, is
news of the day on which a registry last told it. No other change has a day in the records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from generator.library import Brief
from generator.model import LedgerEntry, Notice, NoticeKind, Work
from generator.render import words
from generator.render.context import Context
from generator.render.machine import as_xml, clean
from generator.render.offers import FEED, TEXTS
from generator.routes import url_of

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
MOST: Final = 100
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NEWS: Final[dict[NoticeKind, str]] = {
    "retraction": "Retracted",
    "partial-retraction": "Retracted in part",
    "concern": "Expression of concern",
    "correction": "Corrected",
    "reinstatement": "Reinstated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An entry: `id` stays the same as long as it tells the same, and is an address of the site."""

    id: str
    link: str
    title: str
    summary: str
    updated: date
    published: str = ""
    about: str


def feed(context: Context) -> str:
    """The newest changes, newest first; the site must have an address.

    The feed itself is as new as its newest entry. Raises `ValueError` where nothing has a day.
    """
    news = sorted(_news(context), key=lambda one: one.id)
    news.sort(key=lambda one: one.updated, reverse=True)
    site, root = context.site, _element(None, "feed", xmlns=NAMESPACE)
    _element(root, "id", site.url)
    _element(root, "title", site.name)
    _element(root, "subtitle", site.description)
    _element(root, "updated", _instant(max(one.updated for one in news)))
    _element(root, "link", rel="self", type="application/atom+xml", href=f"{site.url}{FEED}")
    _element(root, "link", rel="alternate", type="text/html", href=site.url)
    _element(_element(root, "author"), "name", site.name)
    _element(root, "rights", f"{TEXTS.title}: {TEXTS.url}")
    for one in news[:MOST]:
        _entry(root, one)
    return as_xml(root)


def _news(context: Context) -> Iterator[News]:
    library = context.library
    for brief in library.briefs.values():
        yield _of_brief(context, brief)
    for key, entry in library.ledger.items():
        if entry.checked and key in library.works:
            for notice in entry.notices:
                yield _of_notice(context, library.works[key], entry, notice, entry.checked)


def _of_brief(context: Context, brief: Brief) -> News:
    link = f"{context.site.url}{url_of(f'brief:{brief.slug}')}"
    return News(
        id=f"{link}#{brief.front.updated.isoformat()}",
        link=link,
        title=brief.front.title,
        summary=brief.front.summary,
        updated=brief.front.updated,
        about="brief",
    )


def _of_notice(
    context: Context, work: Work, entry: LedgerEntry, notice: Notice, checked: date
) -> News:
    """A notice on a work: what it is, who told it and when, and which briefs cite the work."""
    link = f"{context.site.url}{url_of(f'work:{work.key}')}"
    told = ", ".join(notice.witnesses) or entry.source or "a registry"
    name = f" ({notice.identifier})" if notice.identifier else ""
    on = f" on {notice.date}" if notice.date else ""
    cited = ", ".join(dict.fromkeys(_citing(context, work.key)))
    standing = words.WORK_STANDINGS.get(entry.standing, "")
    return News(
        id=f"{link}#{notice.kind}{quote(f'-{notice.identifier}' if name else '', safe='')}",
        link=link,
        title=f"{_NEWS[notice.kind]}: {work.title}",
        summary=" ".join(
            [
                f"A notice of {notice.kind.replace('-', ' ')}{name} was published{on}.",
                f"Told by {told}, checked on {checked.isoformat()}.",
                *([f"This work {standing}"] if standing else []),
                f"Cited in: {cited}." if cited else "No brief cites it.",
            ]
        ),
        updated=checked,
        published=notice.date if _DAY.fullmatch(notice.date) else "",
        about="notice",
    )


def _citing(context: Context, key: str) -> Iterator[str]:
    """The titles of the briefs with a claim that cites a work."""
    return (told.brief for told in context.claims_by_work.get(key, ()))


def _entry(root: Element, one: News) -> None:
    entry = _element(root, "entry")
    _element(entry, "id", one.id)
    _element(entry, "title", one.title)
    _element(entry, "updated", _instant(one.updated))
    if one.published:
        _element(entry, "published", f"{one.published}T00:00:00Z")
    _element(entry, "link", rel="alternate", type="text/html", href=one.link)
    _element(entry, "category", term=one.about)
    _element(entry, "summary", one.summary)


def _element(parent: Element | None, name: str, text: str = "", **attributes: str) -> Element:
    own = {attribute: clean(value) for attribute, value in attributes.items()}
    made = Element(name, own) if parent is None else SubElement(parent, name, own)
    made.text = clean(text) or None
    return made


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
