"""One work as an entry of an APA 7 reference list (Publication Manual, 7th ed., chapters 9-10).

Titles keep the capitals with which they are written in the library: sentence case, which APA asks
for, cannot be told from proper nouns by rule. Everything else follows the manual as the official
CSL style reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from generator.model import Work
from generator.names import author_list, inverted, joined, upright, upright_list

NO_DATE = "n.d."

_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_EDITION_NUMBER = re.compile(
    r"(\d{1,9})(?:st|nd|rd|th|\.)?(?:\s+ed(?:ition|n|\.)?)?", re.IGNORECASE
)
_PAGE_RANGE = re.compile(r"(?<!\d)(\d+)–(\d+)")
_SMALL_WORDS = frozenset({"a", "an", "and", "by", "for", "from", "in", "of", "on", "the", "to"})
_DOI_ADDRESS = "https://doi.org/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text in one style; `href` is where it leads."""

    text: str
    italic: bool = False
    href: str | None = None


Reference: TypeAlias = tuple[Run, ...]


def plain(runs: Reference) -> str:
    """The text of runs, without their style."""
    return "".join(run.text for run in runs)


def reference(work: Work, suffix: str = "") -> Reference:
    """The work's entry; `suffix` tells it from others of the same authors and year ("a", "b").

    The parts stand in APA's order (author, date, title, source), each ended by a full stop; a DOI
    or web address comes last and has none.
    """
    author = _author(work)
    title = _title(work)
    first, second = (author, title) if author else (title, ())
    parts = (first, _plain(f"({_date(work, suffix)})"), second, *_source(work))
    return _tidy([*_sentences(parts), *_address(work)])


def names_as_author(work: Work) -> str:
    """Who stands in the author's place, in full; empty where the title moves there."""
    if work.authors and work.more_authors:
        return ", ".join([*map(inverted, work.authors), "et al."])
    if work.authors:
        return author_list(work.authors)
    if editors_stand_first(work):
        return f"{author_list(work.editors)} {_editors_label(work)}"
    return work.publisher if publisher_stands_first(work) else ""


def editors_stand_first(work: Work) -> bool:
    """Whether the editors stand in the author's place: in a whole work without authors."""
    return not work.authors and bool(work.editors) and not is_part(work)


def publisher_stands_first(work: Work) -> bool:
    """Whether the publisher stands in the author's place: on a page that names no one else."""
    return work.type == "online" and bool(work.publisher) and not (work.authors or work.editors)


def is_part(work: Work) -> bool:
    """Whether the work stands inside a greater one, so that its own title is not in italics."""
    return work.type != "online" and bool(work.container)


def year_label(work: Work, suffix: str = "") -> str:
    """The year as it is cited: ``1995``, ``1995a``, ``n.d.``, ``n.d.-a``."""
    if work.year is not None:
        return f"{work.year}{suffix}"
    return f"{NO_DATE}-{suffix}" if suffix else NO_DATE


def shown_month(work: Work) -> int:
    """The month that the reference gives after the year, or 0: pages and the like have one."""
    dated = work.type in {"online", "misc"} or (
        work.type == "inproceedings"
        and not (work.editors or work.volume or work.issue or work.pages)
    )
    return work.month or 0 if dated and work.year is not None else 0


def edition_label(edition: str) -> str:
    """``2``, ``2nd``, ``Second`` and ``2nd edition`` as ``2nd ed.``; other words as they are."""
    number = edition_number(edition)
    return f"{number}{_ordinal_ending(number)} ed." if number else edition


def edition_number(edition: str) -> int | None:
    """The number of an edition, where it has one."""
    match = _EDITION_NUMBER.fullmatch(edition.strip())
    if match:
        return int(match[1])
    word = re.sub(r"(?<!\s)\s+ed(?:ition|n|\.)?$", "", edition.strip(), flags=re.IGNORECASE)
    return _ORDINALS.get(word.lower())


def full_range(pages: str) -> str:
    """Page ranges with the second number in full: ``712–31`` is ``712–731``."""
    return _PAGE_RANGE.sub(_filled, pages)


def _filled(match: re.Match[str]) -> str:
    first, last = match.groups()
    return f"{first}–{first[: max(len(first) - len(last), 0)]}{last}"


def _ordinal_ending(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _plain(text: str) -> Reference:
    return (Run(text=text),) if text else ()


def _italic(text: str) -> Reference:
    return (Run(text=text, italic=True),) if text else ()


def _author(work: Work) -> Reference:
    return _plain(names_as_author(work))


def _editors_label(work: Work) -> str:
    return "(Ed.)" if len(work.editors) == 1 else "(Eds.)"


def _date(work: Work, suffix: str) -> str:
    """What stands in the parentheses of the date."""
    month = _MONTHS[shown_month(work)]
    return ", ".join(filter(None, (year_label(work, suffix), month)))


def _title(work: Work) -> Reference:
    """The title with what identifies and describes it: (Report No. 12), (2nd ed.), [Kind]."""
    title = _plain(work.title) if is_part(work) else _italic(work.title)
    identifier = "" if is_part(work) else _identifier(work)
    described = filter(None, (identifier, _description(work)))
    return (*title, *_plain("".join(f" {text}" for text in described)))


def _identifier(work: Work) -> str:
    """What stands in parentheses after the title of a whole work, or of the book of a part."""
    groups = (_editors_inside(work), _number(work), _place_in_book(work))
    inside = "; ".join(filter(None, groups))
    return f"({inside})" if inside else ""


def _editors_inside(work: Work) -> str:
    """The editors of a whole work that has authors too."""
    if not work.editors or not work.authors or is_part(work):
        return ""
    label = "Ed." if len(work.editors) == 1 else "Eds."
    return f"{joined([upright(name) for name in work.editors], '&')}, {label}"


def _number(work: Work) -> str:
    """The number of a report or thesis, with its kind."""
    if not work.number:
        return ""
    if work.type == "thesis":
        kind = "Publication"
    else:
        kind = _title_case(work.genre) or ("Report" if work.type == "report" else "")
    labelled = re.match(r"(?:no|nr|num|vol)\b", work.number, re.IGNORECASE)
    number = work.number if labelled or not work.number[0].isdigit() else f"No. {work.number}"
    return f"{kind} {number}".strip()


def _place_in_book(work: Work) -> str:
    """Edition, volume and pages of a book, or of the part in it."""
    if work.type in {"article", "online"} or (work.type == "inproceedings" and not work.editors):
        return ""
    volume = f"Vol. {work.volume}" if work.volume[:1].isdigit() else work.volume
    pages = _pages(work) if is_part(work) else ""
    return ", ".join(filter(None, (edition_label(work.edition), volume, pages)))


def _pages(work: Work) -> str:
    if not work.pages:
        return f"Article {work.article_number}" if work.article_number else ""
    several = re.search(r"[–,&-]", work.pages)
    return f"{'pp.' if several else 'p.'} {full_range(work.pages)}"


def _description(work: Work) -> str:
    """What stands in brackets after the title: the kind of a work."""
    kind = _capitalised(work.genre)
    if work.type == "thesis":
        school = work.publisher if work.doi or work.url else ""
        inside = ", ".join(filter(None, (kind, school)))
    elif work.number or (is_part(work) and work.type not in {"article", "incollection"}):
        inside = ""
    else:
        inside = kind
    return f"[{inside}]" if inside else ""


def _title_case(text: str) -> str:
    """A kind of report as it stands before its number: ``Technical Report``."""
    words = text.split(" ")
    return " ".join(word if word in _SMALL_WORDS else _capitalised(word) for word in words)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _source(work: Work) -> Iterator[Reference]:
    """The sentences that say where the work stands."""
    if work.type == "article" or (work.type == "inproceedings" and not work.editors):
        yield _periodical(work)
        return
    if is_part(work):
        yield _book(work)
    yield _plain(_publisher(work))
    if work.type == "online" and work.container not in {names_as_author(work), work.publisher}:
        yield _plain(work.container)


def _periodical(work: Work) -> Reference:
    """Journal, volume, issue and pages or article number."""
    volume = _italic(work.volume)
    issue = _plain(f"({work.issue})" if work.issue else "")
    place = f"Article {work.article_number}" if work.article_number else full_range(work.pages)
    groups = (_italic(work.container), (*volume, *issue), _plain(place))
    runs: list[Run] = []
    for group in filter(None, groups):
        runs += [*_plain(", " if runs else ""), *group]
    return tuple(runs)


def _book(work: Work) -> Reference:
    """The book of a part: ``In A. One (Ed.), Title (2nd ed., pp. 3-9)``."""
    editors = f"{upright_list(work.editors)} {_editors_label(work)}, " if work.editors else ""
    identifier = _identifier(work)
    after = f" {identifier}" if identifier else ""
    return (Run(text=f"In {editors}"), *_italic(work.container), *_plain(after))


def _publisher(work: Work) -> str:
    """The publisher, unless it is the author as well or a thesis has named it already."""
    named = work.type == "thesis" and bool(work.doi or work.url)
    return "" if named or work.publisher == names_as_author(work) else work.publisher


def _address(work: Work) -> Iterator[Run]:
    """The DOI, else the web address; with the date it was read only where the work has no date."""
    if work.doi:
        address = _DOI_ADDRESS + work.doi
        yield Run(text=address, href=address)
    elif work.url:
        if work.year is None and work.accessed is not None:
            yield Run(text=f"Retrieved {_long_date(work.accessed)}, from ")
        yield Run(text=work.url, href=work.url)


def _long_date(day: date) -> str:
    return f"{_MONTHS[day.month]} {day.day}, {day.year}"


def _sentences(parts: tuple[Reference, ...]) -> Iterator[Run]:
    """Each part with a full stop, unless it ends with a sign that ends sentences, and a space."""
    for part in filter(None, parts):
        yield from part
        ended = plain(part).rstrip("”\"'’").endswith((".", "?", "!"))
        yield Run(text=" " if ended else ". ")


def _tidy(runs: list[Run]) -> Reference:
    """Neighbours of one style joined, and no space at the end."""
    tidy: list[Run] = []
    for run in runs:
        last = tidy[-1] if tidy else None
        if last and (last.italic, last.href) == (run.italic, run.href):
            tidy[-1] = Run(text=last.text + run.text, italic=run.italic, href=run.href)
        else:
            tidy.append(run)
    if tidy:
        last = tidy[-1]
        tidy[-1] = Run(text=last.text.rstrip(), italic=last.italic, href=last.href)
    return tuple(run for run in tidy if run.text)
