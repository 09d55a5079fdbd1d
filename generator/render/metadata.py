"""What the head of a page tells programs: Highwire tags, linked data, files that belong to it.

The theme prints it from the page's front matter. Highwire tags are those that Google Scholar and
Zotero read; a tag that has nothing to say is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from generator.exchange import bibtex, ris
from generator.library import Brief
from generator.model import Name, Work, WorkType
from generator.reference import full_range
from generator.render import linked_data
from generator.render.context import Context
from generator.render.machine import as_json, clean
from generator.render.markdown import escape
from generator.render.offers import FOLDER
from generator.render.views import Download
from generator.routes import url_of

Head = Mapping[str, object]
Tag = tuple[str, str]

_CONTAINER: Final[Mapping[WorkType, str]] = {
    "article": "citation_journal_title",
    "incollection": "citation_book_title",
    "inproceedings": "citation_conference_title",
}
_PUBLISHER: Final[Mapping[WorkType, str]] = {
    "report": "citation_technical_report_institution",
    "thesis": "citation_dissertation_institution",
}
# Open Graph's word for a kind of work; Zotero would take any other work for an article.
_OPEN_GRAPH: Final[Mapping[WorkType, str]] = {"book": "book", "online": "website"}


def brief_head(context: Context, brief: Brief, downloads: Sequence[Download]) -> Head:
    """What the head of a brief's page tells, as front matter."""
    head: dict[str, object] = {
        "citation": _printed(_brief_tags(context, brief, downloads)),
        "linked_data": _script(linked_data.report(context, brief, downloads)),
    }
    if any(True for _ in brief.citations):
        stem = f"{FOLDER}/briefs/{brief.slug}"
        head["related"] = [
            ["application/x-bibtex", f"{stem}.bib", "References of this page, BibTeX"],
            ["application/x-research-info-systems", f"{stem}.ris", "References of this page, RIS"],
        ]
    return head


def work_head(context: Context, key: str) -> Head:
    """What the head of a work's page tells, as front matter."""
    work, entry = context.library.works[key], context.library.checked(key)
    return {
        "citation": _printed(_work_tags(work)),
        "linked_data": _script(linked_data.described_work(context, work, entry)),
        "og_type": _OPEN_GRAPH.get(work.type, "article"),
    }


def data_head(context: Context) -> Head:
    """What the head of the page of data tells, as front matter."""
    return {"linked_data": _script(linked_data.dataset(context))}


def home_head(context: Context) -> Head:
    """What the head of the home page tells, as front matter."""
    return {"linked_data": _script(linked_data.website(context)), "og_type": "website"}


def exchange_forms(work: Work) -> tuple[tuple[str, Markup], ...]:
    """The work's entry in each form that reference managers take, as text to copy."""
    return ("BibTeX", _verbatim(bibtex([work]))), ("RIS", _verbatim(ris(work)))


def _brief_tags(
    context: Context, brief: Brief, downloads: Sequence[Download]
) -> Iterator[tuple[str, str]]:
    site, terms = context.site, context.library.vocabulary
    yield "citation_title", brief.front.title
    yield "citation_author", site.name
    yield "citation_publication_date", f"{brief.front.updated:%Y/%m/%d}"
    yield "citation_technical_report_institution", site.name
    if site.url:
        yield "citation_abstract_html_url", f"{site.url}{url_of(f'brief:{brief.slug}')}"
        for download in downloads[:1]:
            yield "citation_pdf_url", f"{site.url}briefs/{download.file}"
    tables: tuple[Mapping[str, Any], ...] = (terms.outcomes, terms.themes, terms.concepts)
    subjects = (
        block.outcome or block.theme or block.concept or ""
        for block in (claim.block for claim in brief.claims)
    )
    for subject in dict.fromkeys(subjects):
        for table in tables:
            if subject in table:
                yield "citation_keywords", table[subject].label


def _work_tags(work: Work) -> Iterator[tuple[str, str]]:
    yield "citation_title", work.title
    for name in work.authors:
        yield "citation_author", _author(name)
    yield "citation_publication_date", linked_data.published(work, "/")
    if work.type != "online":
        yield _CONTAINER.get(work.type, "citation_series_title"), work.container
    yield "citation_volume", work.volume
    yield "citation_issue", work.issue
    pages, _, _ = full_range(work.pages).partition(";")
    first, _, last = pages.partition("–")
    yield "citation_firstpage", first.strip() or work.article_number
    yield "citation_lastpage", last.strip()
    yield _PUBLISHER.get(work.type, "citation_publisher"), work.publisher
    yield "citation_technical_report_number", work.number if work.type == "report" else ""
    yield "citation_doi", work.doi
    yield "citation_pmid", work.pmid
    yield "citation_issn", work.issn
    yield "citation_isbn", work.isbn
    # The work stands elsewhere: what is saved must not lead to our page about it.
    yield "citation_public_url", next(iter(linked_data.same_as(work)), work.url)


def _author(name: Name) -> str:
    """A name with one comma, at which the programs cut it."""
    given = " ".join(filter(None, (name.given, name.suffix)))
    return name.family if name.group else ", ".join(filter(None, (name.sort_name, given)))


def _printed(tags: Iterator[Tag]) -> list[Tag]:
    return [(name, clean(value)) for name, value in tags if value]


def _script(thing: linked_data.Thing) -> Markup:
    return Markup(as_json(thing))  # noqa: S704 - no sign in it can end a script or a tag


def _verbatim(text: str) -> Markup:
    """Lines that are shown as they are, inside an element that keeps them."""
    lines = text.strip().splitlines()
    blanks = (" " * (len(line) - len(line.lstrip(" "))) for line in lines)
    shown = (f"{blank}{escape(line)}" for blank, line in zip(blanks, lines, strict=True))
    return Markup("\n".join(shown))  # noqa: S704 - escaped behind blanks
