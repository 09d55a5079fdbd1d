"""Every file of the site that is no page: its data, and what programs read about the site."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from generator.exchange import bibtex, csl_json, ris
from generator.library import Brief, Library
from generator.model import Work
from generator.render.context import Context
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
from generator.render.offers import FEED, FILES, FOLDER, archive_name
from generator.render.page import Making, Page

__all__ = ["makings"]

_DESCRIPTION: Final = "datapackage.json"


def makings(
    context: Context, printed: Container[str], made: Callable[[PurePosixPath], str]
) -> Iterator[Making]:
    """What makes the data files; `made` gives the text of one that was made before."""

    def one(name: str, text: Callable[[], str]) -> Making:
        path = FOLDER / name
        return Making(name=str(path), make=lambda: (Page(path=path, text=text()),))

    works = context.library.works
    yield Making(name="evidence", make=partial(_evidence, context, printed))
    yield one("evidence.schema.json", lambda: as_json(evidence_schema(), indent=1) + "\n")
    for table in TABLES:
        yield one(f"{table.name}.csv", partial(table.text, context))
    yield one("library.bib", lambda: bibtex(works.values()))
    yield one("library.ris", lambda: "".join(map(ris, works.values())))
    yield one("library.csl.json", lambda: as_json_lines(map(csl_json, works.values())))
    yield one("CITATION.cff", lambda: citation_cff(context))
    for brief in context.library.briefs.values():
        name = f"references of {brief.slug}"
        yield Making(name=name, make=partial(_references, context.library, brief))
    yield Making(name="for programs", make=partial(_for_programs, context))
    yield Making(name="package", make=partial(_package, context, made), late=True)


def _evidence(context: Context, printed: Container[str]) -> Iterator[Page]:
    evidence = evidence_text(context, printed)
    yield Page(path=FOLDER / "evidence.json", text=evidence.whole())
    for name, text in evidence.parts():
        yield Page(path=FOLDER / "evidence" / name, text=text)


def _package(context: Context, made: Callable[[PurePosixPath], str]) -> Iterator[Page]:
    """The description of the data files, and all of them in one."""
    files = {file.name: made(FOLDER / file.name) for file in FILES if file.name != _DESCRIPTION}
    files[_DESCRIPTION] = datapackage(context, files)
    yield Page(path=FOLDER / _DESCRIPTION, text=files[_DESCRIPTION])
    packed = {**files, "README.md": readme(context), "LICENSE.txt": licence_text()}
    name = archive_name(context.site)
    yield Page(path=FOLDER / name, data=archive(packed, name.removesuffix(".zip")))


def _references(library: Library, brief: Brief) -> Iterator[Page]:
    """The references of a brief, for reference managers."""
    cited = dict.fromkeys(citation.key for citation in brief.citations)
    works: list[Work] = [library.works[key] for key in sorted(cited)]
    if works:
        folder = FOLDER / "briefs"
        yield Page(path=folder / f"{brief.slug}.bib", text=bibtex(works))
        yield Page(path=folder / f"{brief.slug}.ris", text="".join(map(ris, works)))


def _for_programs(context: Context) -> Iterator[Page]:
    """What crawlers, feed readers and language models ask for; some need the site's address."""
    yield Page(path=PurePosixPath("llms.txt"), text=llms_txt(context))
    yield Page(path=PurePosixPath("robots.txt"), text=robots_txt(context.site))
    if context.site.url and context.library.briefs:
        yield Page(path=FEED, text=feed(context))
