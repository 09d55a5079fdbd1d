"""Works as other programs take them: CSL-JSON, RIS and BibTeX."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from generator.bibtex import dump_bibtex as bibtex
from generator.model import Name, Work
from generator.reference import edition_number, full_range

__all__ = ["bibtex", "csl_json", "ris"]

MORE_AUTHORS: Final = "The list of authors goes on."

_CSL_TYPES = {
    "article": "article-journal",
    "book": "book",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "report": "report",
    "thesis": "thesis",
    "online": "webpage",
    "misc": "document",
}
_RIS_TYPES = {
    "article": "JOUR",
    "book": "BOOK",
    "incollection": "CHAP",
    "inproceedings": "CPAPER",
    "report": "RPRT",
    "thesis": "THES",
    "online": "ELEC",
    "misc": "GEN",
}


def csl_json(work: Work) -> dict[str, Any]:
    """The work as an item of CSL-JSON 1.0.2; what is not known is left out.

    An article number is the item's `number`, as the APA style reads it; the pages of a whole book
    are their number, because styles would print them as a place in it.
    """
    item = {
        "id": work.key,
        "type": _CSL_TYPES[work.type],
        "title": work.title,
        "author": [_csl_name(name) for name in work.authors],
        "editor": [_csl_name(name) for name in work.editors],
        "issued": _csl_date(work.year, work.month),
        "container-title": work.container,
        "volume": work.volume,
        "issue": work.issue,
        "number-of-pages" if work.type == "book" else "page": work.pages.replace("–", "-"),
        "number": work.article_number or work.number,
        "edition": edition_number(work.edition) or work.edition,
        "publisher": work.publisher,
        "genre": work.genre,
        "DOI": work.doi,
        "PMID": work.pmid,
        "PMCID": work.pmcid,
        "ISBN": work.isbn,
        "ISSN": work.issn,
        "URL": work.url,
        "note": " ".join(_notes(work)),
    }
    if work.accessed:
        day = work.accessed
        item["accessed"] = {"date-parts": [[day.year, day.month, day.day]]}
    return {name: value for name, value in item.items() if value or name == "title"}


def _csl_name(name: Name) -> dict[str, str]:
    """A name in its parts; a group is a literal."""
    if name.group:
        return {"literal": name.family}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: text for part, text in parts.items() if text}


def _csl_date(year: int | None, month: int | None) -> dict[str, Any]:
    if year is None:
        return {}
    return {"date-parts": [[year, month] if month else [year]]}


def ris(work: Work) -> str:
    """The work as one RIS record, ended by an empty line; what is not known is left out."""
    # A line end in a value would let it write tags of its own.
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in _ris_fields(work) if value]
    return "\n".join([f"TY  - {_RIS_TYPES[work.type]}", *lines, "ER  - ", "", ""])


def _ris_fields(work: Work) -> Iterator[tuple[str, str]]:
    """Tags and values, in their order."""
    yield "ID", work.key
    for name in work.authors:
        yield "AU", _ris_name(name)
    for name in work.editors:
        yield "A2" if work.type in {"incollection", "inproceedings"} else "ED", _ris_name(name)
    yield "TI", work.title
    yield "JO", work.container if work.type == "article" else ""
    yield "T2", work.container
    yield "PY", str(work.year or "")
    if work.year and work.month:
        yield "DA", f"{work.year}/{work.month:02}//"
    yield "VL", work.volume
    yield "IS", work.issue
    first, _, last = full_range(work.pages).partition("–")
    yield "SP", first.strip()
    yield "EP", last.strip()
    yield "C7", work.article_number
    yield "ET", work.edition
    yield "M1", work.number
    yield "M3", work.genre
    yield "PB", work.publisher
    yield "SN", work.isbn or work.issn
    yield "DO", work.doi
    yield "AN", work.pmid
    yield "C2", work.pmcid
    yield "UR", work.url
    yield "Y2", work.accessed.strftime("%Y/%m/%d/") if work.accessed else ""
    for note in _notes(work):
        yield "N1", note


def _notes(work: Work) -> Iterator[str]:
    """What the other fields cannot say."""
    if work.more_authors:
        yield MORE_AUTHORS
    if work.note:
        yield work.note


def _ris_name(name: Name) -> str:
    """``Family, Given, Suffix``; a group's name as it is."""
    if name.group or not (name.given or name.suffix):
        return name.sort_name
    return ", ".join(filter(None, (name.sort_name, name.given, name.suffix)))
