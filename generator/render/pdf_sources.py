"""Every printed document as Typst source, from one template each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final, Literal, TypeAlias

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from generator.library import Brief
from generator.render.context import Context
from generator.render.pdf_plots import DirectionTable
from generator.render.pdf_printer import (
    LICENCE,
    download_name,
    fingerprint,
    printed_brief,
)
from generator.render.pdf_views import PrintedBrief, PrintedReference
from generator.render.typst import Plain, Typst, literal

FOLDER: Final = PurePosixPath("briefs")
BOOK: Final = FOLDER / "all-briefs.pdf"

Form: TypeAlias = Literal["pdf", "letter", "png"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One document to be made: where it goes, its source, and the name it is kept under.

    A4 and Letter have one text, so that "page 7" is the same page on both.
    """

    path: PurePosixPath
    text: str
    form: Form
    download_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All briefs in one document, with one reference list for those of the briefs."""

    site: str
    title: str
    description: str
    updated: str
    date: tuple[int, int, int]
    licence: str
    version: str
    briefs: tuple[PrintedBrief, ...]
    references: tuple[PrintedReference, ...]


def sources(context: Context, folders: Iterable[Path]) -> Iterator[Source]:
    """The documents of every brief, in the order of the briefs, then the book of all."""
    environment = _environment(folders)
    briefs = sorted(context.library.briefs.values(), key=lambda b: (b.front.order, b.slug))
    printed = [printed_brief(context, brief) for brief in briefs]
    for brief, made in zip(briefs, printed, strict=True):
        yield from _documents(environment, made, download_name(context, brief))
    if printed:
        yield _book(environment, context, briefs, printed)


def _documents(environment: Environment, brief: PrintedBrief, name: str) -> Iterator[Source]:
    stem = name.removesuffix(".pdf")
    short = _first_page(brief)
    whole = _text(environment, "brief", brief=brief)
    kinds: tuple[tuple[str, str, Form], ...] = (
        (".pdf", whole, "pdf"),
        ("-letter.pdf", whole, "letter"),
        ("-summary.pdf", _text(environment, "summary", brief=short), "pdf"),
        (".png", _text(environment, "card", brief=short), "png"),
    )
    for ending, text, form in kinds:
        yield Source(
            path=FOLDER / f"{brief.slug}{ending}",
            text=text,
            form=form,
            download_name=f"{stem}{ending}",
        )


def _first_page(brief: PrintedBrief) -> PrintedBrief:
    """The brief without what follows its first page, which need not be read to print that."""
    nothing = DirectionTable(columns=(), rows=())
    return replace(brief, body=Typst(""), directions=nothing, forests=(), references=())


def _book(
    environment: Environment, context: Context, briefs: list[Brief], printed: list[PrintedBrief]
) -> Source:
    newest = max(briefs, key=lambda brief: brief.front.updated).front.updated
    by_key = {str(ref.key): ref for brief in printed for ref in brief.references}
    book = Book(
        site=context.site.name,
        title=f"{context.site.name}: all briefs",
        description=context.site.description,
        updated=f"{newest.day} {newest:%B %Y}",
        date=(newest.year, newest.month, newest.day),
        licence=LICENCE,
        version=fingerprint(" ".join(brief.version for brief in printed)),
        briefs=tuple(replace(brief, references=(), code=Plain("")) for brief in printed),
        references=tuple(by_key[key] for key in context.references if key in by_key),
    )
    first = download_name(context, briefs[0]).split(f"-{briefs[0].slug}-")[0]
    return Source(
        path=BOOK,
        text=_text(environment, "book", book=book),
        form="pdf",
        download_name=f"{first}-all-briefs-{newest.isoformat()}.pdf",
    )


def _text(environment: Environment, template: str, **values: object) -> str:
    return environment.get_template(f"pdf/{template}.typ.j2").render(**values)


def _environment(folders: Iterable[Path]) -> Environment:
    """Templates in which whatever is printed becomes a literal: there is no way to print code."""
    environment = Environment(  # noqa: S701 - escaping is `finalize`, which knows Typst
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        finalize=literal,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["string"] = Plain
    return environment
