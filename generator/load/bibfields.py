"""What a BibTeX field may hold: each field's name, its place in a work, and its value as read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from generator.load import identifiers
from generator.load.bibentries import MONTH_NAMES, MONTHS, Fault, Field, unknown_latex
from generator.load.bibnames import read_names, without_others
from generator.load.latex import decode, decode_verbatim
from generator.load.source import MAX_TEXT, short
from generator.model import WorkType
from generator.problem import Fix, Severity, mend, nearest

MAX_NAMES = 30_000

TYPES: Mapping[str, WorkType] = {
    "article": "article",
    "book": "book",
    "incollection": "incollection",
    "inbook": "incollection",
    "inproceedings": "inproceedings",
    "conference": "inproceedings",
    "report": "report",
    "techreport": "report",
    "thesis": "thesis",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "online": "online",
    "www": "online",
    "electronic": "online",
    "misc": "misc",
}
GENRES = {"phdthesis": "Doctoral dissertation", "mastersthesis": "Master's thesis"}
ATTRIBUTES = {
    "author": "authors",
    "editor": "editors",
    "title": "title",
    "journal": "container",
    "journaltitle": "container",
    "booktitle": "container",
    "organization": "publisher",
    "publisher": "publisher",
    "institution": "publisher",
    "school": "publisher",
    "year": "year",
    "month": "month",
    "volume": "volume",
    "number": "number",
    "issue": "issue",
    "pages": "pages",
    "eid": "article_number",
    "edition": "edition",
    "type": "genre",
    "doi": "doi",
    "pmid": "pmid",
    "pmcid": "pmcid",
    "isbn": "isbn",
    "issn": "issn",
    "url": "url",
    "urldate": "accessed",
    "note": "note",
}
# Fields that reference managers export and that a work has no room for.
_NOT_KEPT = frozenset(
    re.findall(
        r"\w+",
        """
        abstract address annote annotation archiveprefix bdsk copyright day eprint eprinttype file
        groups keywords langid language lccn location mendeley_tags month_numeric numpages owner
        primaryclass publication_type series shorttitle timestamp translator urlyear
        """,
    )
)
_INSTEAD = {
    "date": "Write the year in `year` and the month in `month`.",
    "howpublished": "Write the address in `url` and the name of the site in `organization`.",
    "chapter": "Write the pages of the chapter in `pages`.",
    "crossref": "Write the fields of the other entry out in this one.",
    "subtitle": "Write it in `title`, after a colon.",
    "article_number": "Write it in `eid`.",
}
NEEDS_NAMES = frozenset({"book", "incollection", "inproceedings", "thesis"})
CONTAINERS = {"article": "journal", "incollection": "booktitle", "inproceedings": "booktitle"}
_ARTICLE_NUMBER = re.compile(r"(?:e|cd)\d{3,}|\d{6,}", re.IGNORECASE)
_PLAIN_PAGES = re.compile(r"[\w–, ]+")
_RANGE = re.compile(r"^(\w+)\s*[-–]\s*(\w+)$")
_CHECKS: Mapping[str, Callable[[str], identifiers.Checked]] = {
    "doi": identifiers.check_doi,
    "pmid": identifiers.check_pmid,
    "pmcid": identifiers.check_pmcid,
    "isbn": identifiers.check_isbn,
    "issn": identifiers.check_issn,
    "url": identifiers.check_url,
}


Read: TypeAlias = tuple[object, list[Fault]]


def attribute_of(kind: WorkType, field: Field) -> tuple[str, tuple[Fault, ...]]:
    """The `Work` attribute that a field of a work of this type becomes; empty where none does."""
    if field.name == "organization" and kind == "online":
        return "container", ()
    if field.name == "number" and kind == "article":
        return "issue", ()
    attribute = ATTRIBUTES.get(field.name, "")
    return attribute, () if attribute else (_unknown_field(field),)


def read_value(attribute: str, field: Field) -> Read:
    """The value of a field as the attribute wants it, or None where it has none; and its faults."""
    if not field.value.strip():
        return None, []
    most = MAX_NAMES if attribute in {"authors", "editors"} else MAX_TEXT
    if len(field.value) > most:
        message = f"`{field.name}` has at most {most:,} characters; this one has"
        message = f"{message} {len(field.value):,}."
        return None, [_fault(field, "too-long", message)]
    match attribute:
        case "authors" | "editors":
            text = without_others(field.value)[0] if attribute == "authors" else field.value
            names, faults = read_names(text, field.offset)
            return names, list(faults)
        case "year":
            return _year(field)
        case "month":
            return _month(field)
        case "accessed":
            return _accessed(field)
        case "pages":
            return _pages(field)
    return _identifier(attribute, field) if attribute in _CHECKS else _text(field)


def _text(field: Field) -> tuple[str, list[Fault]]:
    """A value as Unicode text."""
    text, unknown = decode(field.value)
    return text, [unknown_latex(field.offset, sign) for sign in unknown]


def _identifier(attribute: str, field: Field) -> Read:
    """An identifier or an address in its normal form."""
    checked = _CHECKS[attribute](decode_verbatim(field.value))
    if not checked.message:
        return checked.value, []
    fix = _rewritten(field, checked.meant)
    rule = f"malformed-{attribute}"
    return checked.value, [_fault(field, rule, checked.message, checked.hint, fix=fix)]


def _year(field: Field) -> Read:
    """A year of four digits."""
    text = decode(field.value)[0]
    if re.fullmatch(r"\d{4}", text, re.ASCII) and 1800 <= int(text) <= 2100:
        return int(text), []
    found = re.search(r"\b(?:1[89]|20)\d\d\b", text)
    hint = f"Write {found[0]}." if found else "Leave `year` out where the source shows no date."
    message = f"A year has four digits, from 1800 to 2100, and '{short(text)}' does not."
    return None, [_fault(field, "bad-year", message, hint)]


def _month(field: Field) -> Read:
    """A month by its number or its English name."""
    text = decode(field.value)[0].lower().rstrip(".")
    if re.fullmatch(r"0?[1-9]|1[0-2]", text):
        return int(text), []
    if text in MONTHS or text in MONTH_NAMES:
        return MONTHS.get(text) or MONTH_NAMES[text], []
    message = f"'{short(decode(field.value)[0])}' is no month."
    names = [*MONTH_NAMES, *MONTHS]
    hint = nearest(text, names) or "Write jan, feb, mar and so on."
    meant = mend(text, names)
    fix = _rewritten(field, meant.new if meant else "")
    return None, [_fault(field, "bad-month", message, hint, fix=fix)]


def _accessed(field: Field) -> Read:
    """A date as YYYY-MM-DD."""
    text = decode_verbatim(field.value)
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text), []
    except ValueError:
        pass
    message = f"'{short(text)}' is no date."
    return None, [_fault(field, "bad-date", message, "Write it as YYYY-MM-DD, like 2026-03-31.")]


def _pages(field: Field) -> Read:
    """Pages, with an en dash in each range."""
    text, faults = _text(field)
    bare = re.sub(r"^(?:pp?|pages?)\b\.?\s*(?=\d)", "", text, flags=re.IGNORECASE)
    parts = [_RANGE.sub(r"\1–\2", part.strip()) for part in bare.split(",")]
    value = ", ".join(parts)
    if bare != text:
        message = f"Pages are written without a label, not '{short(text)}'."
        written = value.replace("–", "--")
        fix = _rewritten(field, written if _PLAIN_PAGES.fullmatch(value) else "")
        faults.append(_fault(field, "bad-pages", message, f"Write {short(written)}.", fix=fix))
    if _ARTICLE_NUMBER.fullmatch(value):
        message = f"'{short(value)}' looks like an article number, not a page."
        hint = f"Write eid = {{{short(value)}}}."
        faults.append(_fault(field, "article-number", message, hint, Severity.WARNING))
    return value, faults


def _unknown_field(field: Field) -> Fault:
    """The fault of a field that no work has; a warning where it is merely not kept."""
    if field.name in _NOT_KEPT:
        message = f"The field `{field.name}` is not kept in this library."
        return _fault(field, "field-not-kept", message, "Take it out.", Severity.WARNING)
    hint = _INSTEAD.get(field.name) or nearest(field.name, ATTRIBUTES)
    fix = None if field.name in _INSTEAD else mend(field.name, ATTRIBUTES)
    message = f"There is no field `{short(field.name)}`."
    return _fault(field, "unknown-field", message, hint, fix=fix)


def _rewritten(field: Field, value: str) -> Fix | None:
    """The fix that gives the field another value, where there is one and the old one can be told
    apart from the rest of the field."""
    if not value or field.text.count(field.value) != 1:
        return None
    return Fix(old=field.text, new=field.text.replace(field.value, value))


def _fault(
    field: Field,
    rule: str,
    message: str,
    hint: str = "",
    severity: Severity = Severity.ERROR,
    *,
    fix: Fix | None = None,
) -> Fault:
    """A fault at the field's name."""
    return Fault(
        offset=field.offset, rule=rule, message=message, hint=hint, severity=severity, fix=fix
    )
