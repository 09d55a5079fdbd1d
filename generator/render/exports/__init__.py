"""Every file of the site that is no page: its data, and what programs read about the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from generator.exchange import bibtex, csl_json, ris
from generator.library import Library
from generator.model import Work
from generator.render.crawlers import llms_txt, robots_txt
from generator.render.exports.columns import TABLES
from generator.render.exports.evidence import evidence_text
from generator.render.exports.package import (
    archive,
    citation_cff,
    datapackage,
    licence_text,
    readme,
)
from generator.render.exports.schema import evidence_schema
from generator.render.feed import feed
from generator.render.machine import as_json, as_json_lines
from generator.render.offers import FEED, FOLDER, archive_name
from generator.render.pages import Page
from generator.render.views import Context

__all__ = ["exports"]


def exports(context: Context, printed: frozenset[str] = frozenset()) -> Iterator[Page]:
    """Every data file of the site; `printed` names the briefs that have a PDF."""
    evidence = evidence_text(context, printed)
    files = _files(context, evidence.whole())
    for name, text in files.items():
        yield Page(path=FOLDER / name, text=text)
    packed = {**files, "README.md": readme(context), "LICENSE.txt": licence_text()}
    name = archive_name(context.site)
    yield Page(path=FOLDER / name, data=archive(packed, name.removesuffix(".zip")))
    for name, text in evidence.parts():
        yield Page(path=FOLDER / "evidence" / name, text=text)
    yield from _references(context.library)
    yield from _for_programs(context)


def _files(context: Context, evidence: str) -> Mapping[str, str]:
    """The data files by their names, in the order of `offers.FILES`."""
    works = list(context.library.works.values())
    files = {
        "evidence.json": evidence,
        "evidence.schema.json": as_json(evidence_schema(), indent=1) + "\n",
        **{f"{table.name}.csv": table.text(context) for table in TABLES},
        "library.bib": bibtex(works),
        "library.ris": "".join(ris(work) for work in works),
        "library.csl.json": as_json_lines(csl_json(work) for work in works),
    }
    files["datapackage.json"] = datapackage(context, files)
    files["CITATION.cff"] = citation_cff(context)
    return files


def _references(library: Library) -> Iterator[Page]:
    """The references of each brief, for reference managers."""
    for brief in library.briefs.values():
        cited = dict.fromkeys(citation.key for citation in brief.citations)
        works: list[Work] = [library.works[key] for key in sorted(cited)]
        if works:
            path = FOLDER / "briefs" / brief.slug
            yield Page(path=path.with_name(f"{brief.slug}.bib"), text=bibtex(works))
            text = "".join(ris(work) for work in works)
            yield Page(path=path.with_name(f"{brief.slug}.ris"), text=text)


def _for_programs(context: Context) -> Iterator[Page]:
    """What crawlers, feed readers and language models ask for; some need the site's address."""
    yield Page(path=PurePosixPath("llms.txt"), text=llms_txt(context))
    yield Page(path=PurePosixPath("robots.txt"), text=robots_txt(context.site))
    if context.site.url and context.library.briefs:
        yield Page(path=FEED, text=feed(context))
