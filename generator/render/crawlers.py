"""What crawlers and language models ask a site for: sitemap.xml, robots.txt, llms.txt."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from generator.render.context import Context
from generator.render.machine import as_xml, in_markdown
from generator.render.offers import FILES, FOLDER, archive_name
from generator.render.page import Page
from generator.routes import path_of, url_of
from generator.site import Site

SITEMAP: Final = PurePosixPath("sitemap.xml")
NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
# A page of search results is nothing to find by searching.
_UNLISTED: Final = str(path_of("page:search"))


def site_map(paths: Iterable[str], context: Context) -> Page | None:
    """The map of the pages among these files, where the site has an address."""
    if not context.site.url:
        return None
    listed = (path for path in paths if path.endswith(".md") and path != _UNLISTED)
    return Page(path=SITEMAP, text=_sitemap(context, listed))


def _sitemap(context: Context, paths: Iterable[str]) -> str:
    """The map of the pages that are made from these files.

    Only briefs have a day of last change: that of no other page is in the records, and the day of
    the build would say nothing.
    """
    briefs = context.library.briefs.values()
    days = {str(path_of(f"brief:{brief.slug}")): brief.front.updated for brief in briefs}
    root = Element("urlset", xmlns=NAMESPACE)
    for path in sorted(paths):
        url = SubElement(root, "url")
        SubElement(url, "loc").text = f"{context.site.url}{_address(path)}"
        if path in days:
            SubElement(url, "lastmod").text = days[path].isoformat()
    return as_xml(root)


def _address(path: str) -> str:
    """Where the page of a Markdown file stands, from the root of the site."""
    folder, _, name = path.rpartition("/")
    own = path.removesuffix(".md") if name != "index.md" else folder
    return f"{own}/" if own else ""


def robots_txt(site: Site) -> str:
    """Everything may be read; where the site has an address, so has its map."""
    lines = ["User-agent: *", "Allow: /"]
    if site.url:
        lines += ["", f"Sitemap: {site.url}{SITEMAP}"]
    return "\n".join([*lines, ""])


def llms_txt(context: Context) -> str:
    """What the site is and where its main pages and data are, in the form of llmstxt.org."""
    site, library = context.site, context.library
    briefs = sorted(library.briefs.values(), key=lambda b: (b.front.order, b.slug))
    lines = [
        f"# {in_markdown(site.name)}",
        "",
        f"> {in_markdown(site.description)}",
        "",
        "Each brief makes claims. Each claim has a standing, from open to well supported, and shows"
        " the findings for it and those that do not support it. Quote a claim with its standing.",
        "",
        "## Briefs",
        "",
        *(_link(site, f"brief:{b.slug}", b.front.title, b.front.summary) for b in briefs),
        "",
        "## Data",
        "",
        *(_file(site, file.name, file.says) for file in FILES),
        _file(site, archive_name(site), "all of these in one file"),
        "",
        "## How it is made",
        "",
        _link(site, "page:methods", "Methods", "how each standing is worked out"),
        _link(site, "page:references", "References", "every work, with what the check of it said"),
        _link(site, "page:corrections", "Corrections", "where sources misreport a study"),
        "",
        "## Optional",
        "",
        *(
            _link(site, f"outcome:{name}", outcome.label, outcome.definition)
            for name, outcome in library.vocabulary.outcomes.items()
        ),
        "",
    ]
    return "\n".join(lines)


def _link(site: Site, route: str, title: str, says: str) -> str:
    return f"- [{in_markdown(title)}]({site.url or '/'}{url_of(route)}): {in_markdown(says)}"


def _file(site: Site, name: str, says: str) -> str:
    return f"- [{name}]({site.url or '/'}{FOLDER}/{name}): {says}"
