"""What a page is about, as schema.org describes it (JSON-LD): for search engines and indexes.

Members that are not known are left out, and so are addresses where the site has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from generator.library import Brief
from generator.model import Contributor, LedgerEntry, Name, Work, WorkType
from generator.render import words
from generator.render.context import Context
from generator.render.machine import known
from generator.render.offers import (
    DATA,
    FILES,
    FOLDER,
    TEXTS,
    archive_name,
    latest_day,
)
from generator.render.views import Download
from generator.routes import url_of
from generator.site import Site

Thing = dict[str, Any]

_CONTEXT: Final = "https://schema.org"
_TYPES: Final[Mapping[WorkType, str]] = {
    "article": "ScholarlyArticle",
    "book": "Book",
    "incollection": "Chapter",
    "inproceedings": "ScholarlyArticle",
    "report": "Report",
    "thesis": "Thesis",
    "online": "WebPage",
    "misc": "CreativeWork",
}
_STATUS: Final = {
    "retracted": "Retracted",
    "partially-retracted": "Retracted in part",
    "concern": "Under an expression of concern",
    "corrected": "Corrected",
    "reinstated": "Reinstated",
}


def report(context: Context, brief: Brief, downloads: Sequence[Download]) -> Thing:
    """A brief: a report that cites works and rests on the site's data."""
    url = _address(context.site, f"brief:{brief.slug}")
    keys = dict.fromkeys(citation.key for citation in brief.citations)
    return _whole(
        {
            "@type": "Report",
            "@id": url,
            "url": url,
            "headline": brief.front.title,
            "name": brief.front.title,
            "description": brief.front.summary,
            "dateModified": brief.front.updated.isoformat(),
            "author": _publisher(context.site),
            "publisher": _publisher(context.site),
            "contributor": [_thanked(person) for person in brief.front.contributors],
            "license": TEXTS.url,
            "isAccessibleForFree": True,
            "isPartOf": {"@type": "WebSite", "@id": context.site.url, "name": context.site.name},
            "isBasedOn": {
                "@type": "Dataset",
                "@id": _address(context.site, "page:data"),
                "name": _dataset_name(context.site),
            },
            "encoding": [
                {
                    "@type": "MediaObject",
                    "name": download.label,
                    "encodingFormat": "application/pdf",
                    "contentUrl": _file(context.site, f"briefs/{download.file}"),
                }
                for download in downloads
            ],
            "citation": [_cited(context.library.works[key]) for key in sorted(keys)],
        }
    )


def _cited(work: Work) -> Thing:
    """A work as it is named where it is cited."""
    return {
        "@type": _TYPES[work.type],
        "name": work.title,
        "datePublished": str(work.year or ""),
        "sameAs": next(iter(same_as(work)), work.url),
    }


def described_work(context: Context, work: Work, entry: LedgerEntry) -> Thing:
    """A work: it stands elsewhere, and our page only has it as its subject."""
    elsewhere = same_as(work)
    standing = words.WORK_STANDINGS.get(entry.standing)
    return _whole(
        {
            "@type": _TYPES[work.type],
            "@id": next(iter(elsewhere), ""),
            "name": work.title,
            "headline": work.title,
            "author": [_person(name) for name in work.authors],
            "editor": [] if work.container else [_person(name) for name in work.editors],
            "datePublished": published(work, "-"),
            "isPartOf": _container(work),
            "pagination": work.pages,
            "publisher": {"@type": "Organization", "name": work.publisher}
            if work.publisher
            else {},
            "isbn": "" if work.container else work.isbn,
            "identifier": [
                {"@type": "PropertyValue", "propertyID": name, "value": value}
                for name, value in (
                    ("DOI", work.doi),
                    ("PMID", work.pmid),
                    ("PMCID", work.pmcid),
                    ("article number", work.article_number),
                )
                if value
            ],
            "url": work.url,
            "sameAs": elsewhere,
            "creativeWorkStatus": _STATUS.get(entry.standing),
            "disambiguatingDescription": standing and f"This work {standing}",
            "correction": [
                doi_url(notice.identifier)
                for notice in entry.notices
                if notice.kind == "correction" and notice.identifier.startswith("10.")
            ],
            "mainEntityOfPage": _address(context.site, f"work:{work.key}"),
        }
    )


def _container(work: Work) -> Thing:
    """The journal with volume and issue, or the book, in which the work stands."""
    if not work.container:
        return {}
    if work.type in {"incollection", "inproceedings"}:
        editors = [_person(name) for name in work.editors]
        return {"@type": "Book", "name": work.container, "editor": editors, "isbn": work.isbn}
    if work.type != "article":
        return {"@type": "CreativeWork", "name": work.container}
    part: Thing = {"@type": "Periodical", "name": work.container, "issn": work.issn}
    if work.volume:
        part = {"@type": "PublicationVolume", "volumeNumber": work.volume, "isPartOf": part}
    if work.issue:
        part = {"@type": "PublicationIssue", "issueNumber": work.issue, "isPartOf": part}
    return part


def dataset(context: Context) -> Thing:
    """The site's data, with every file that holds them."""
    site, day = context.site, latest_day(context.library)
    url = _address(site, "page:data")
    files = [(file.name, file.says, file.media) for file in FILES]
    files.append((archive_name(site), "all of these in one file", "application/zip"))
    return _whole(
        {
            "@type": "Dataset",
            "@id": url,
            "url": url,
            "name": _dataset_name(site),
            "description": f"{site.description.rstrip('.')}. Studies and their findings, the works"
            " that report them, and claims with the findings for and against each.",
            "license": DATA.url,
            "creator": _publisher(site),
            "publisher": _publisher(site),
            "dateModified": day and day.isoformat(),
            "version": day and day.isoformat(),
            "isAccessibleForFree": True,
            "keywords": [term.label for term in context.library.vocabulary.outcomes.values()],
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": name,
                    "description": says,
                    "encodingFormat": media,
                    "contentUrl": _file(site, f"{FOLDER}/{name}"),
                }
                for name, says, media in files
            ],
        }
    )


def website(context: Context) -> Thing:
    """The site itself."""
    site = context.site
    return _whole(
        {
            "@type": "WebSite",
            "@id": site.url,
            "url": site.url,
            "name": site.name,
            "description": site.description,
            "license": TEXTS.url,
            "publisher": _publisher(site),
        }
    )


def same_as(work: Work) -> list[str]:
    """The addresses under which the registries know a work, its DOI first."""
    found = []
    if work.doi:
        found.append(doi_url(work.doi))
    if work.pmid:
        found.append(f"https://pubmed.ncbi.nlm.nih.gov/{work.pmid}/")
    if work.pmcid:
        found.append(f"https://pmc.ncbi.nlm.nih.gov/articles/{work.pmcid}/")
    return found


def doi_url(doi: str) -> str:
    """The address of a DOI, in which every sign that an address cannot hold is encoded."""
    return f"https://doi.org/{quote(doi, safe='/:().;-_')}"


def published(work: Work, joint: str) -> str:
    """The year, and the month where it is known: ``1995-10``; no day is made up."""
    if work.year is None:
        return ""
    return f"{work.year}{joint}{work.month:02}" if work.month else str(work.year)


def _person(name: Name) -> Thing:
    if name.group:
        return {"@type": "Organization", "name": name.family}
    return {
        "@type": "Person",
        "name": " ".join(filter(None, (name.given, name.sort_name, name.suffix))),
        "familyName": name.sort_name,
        "givenName": name.given,
        "honorificSuffix": name.suffix,
    }


def _thanked(person: Contributor) -> Thing:
    """A person who worked on a page, under the name that they chose."""
    profile = f"https://orcid.org/{person.orcid}" if person.orcid else ""
    return {"@type": "Person", "@id": profile, "name": person.name}


def _publisher(site: Site) -> Thing:
    return {"@type": "Organization", "name": site.name, "url": site.url}


def _dataset_name(site: Site) -> str:
    return f"{site.name}: studies, findings and claims"


def _address(site: Site, route: str) -> str:
    return f"{site.url}{url_of(route)}" if site.url else ""


def _file(site: Site, path: str) -> str:
    return f"{site.url}{path}" if site.url else ""


def _whole(thing: Mapping[str, Any]) -> Thing:
    """A thing with its context, without the members that hold nothing."""
    return {"@context": _CONTEXT, **known(dict(thing))}
