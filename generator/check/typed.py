"""Rules about works that prose names by hand, such as 'Ahlgren et al. (2001)', and not by key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal, TypeAlias

from generator.appraise import Evidence
from generator.check.rule import Fault
from generator.check.wording import prose_of
from generator.library import LIBRARY_PATH, Library
from generator.model import Study, Work
from generator.problem import Place, Severity

Verdict: TypeAlias = Literal["right", "wrong-year", "misspelt", "unknown"]

_ALIKE = 0.75
# Nothing repeats without end: a long list of names would be read again from each of them.
_PARTICLES = r"(?:(?:van|von|der|den|de|la|le|del|di|da|dos|ten|ter)\s+){0,3}"
_NAME = rf"{_PARTICLES}[A-ZÀ-ÖØ-Þ][\w'’-]{{0,40}}[^\W\d_]"
_MORE = rf"(?:\s*,\s*(?:and\s+|&\s*)?{_NAME}|\s+(?:and|&)\s+{_NAME}){{0,8}}"
_OTHERS = r"(?:,?\s+(?:et\s+al\.?|and\s+(?:others|colleagues?|co-workers)))"
_YEAR = r"(?P<year>(?:19|20)\d\d)[a-z]?"
# "Ahlgren et al. (2001)", "Ahlgren and Berg (2001)"
_NARRATIVE = re.compile(rf"(?<![\w-])(?P<names>{_NAME}{_MORE}{_OTHERS}?)\s+\(\s*{_YEAR}\s*[),;]")
# "(Ahlgren & Berg, 2001; Ceder 2010)": each part between semicolons
_BRACKETED = re.compile(r"\(([^()]*+)\)")
_DATED = re.compile(r"(?:19|20)\d\d[a-z]?(?=\s*(?:\Z|,\s*pp?\.))")
_PART = re.compile(
    rf"(?:(?:see|e\.g\.|cf\.),?\s++)?(?P<names>.+?)(?<!\s)(?:\s*+,\s*+|\s++){_YEAR}\Z"
)
# Without brackets there must be an 'et al.' or an '&': "May 2001" is a date
_BARE = re.compile(
    rf"(?<![\w-])(?P<names>{_NAME}(?:{_MORE}{_OTHERS}|(?:\s*,\s*{_NAME}){{0,8}},?\s+&\s+{_NAME})),?\s+{_YEAR}"
    r"(?!\w)"
)
# "(; January, 2010)" has lost its author
_NAMELESS = re.compile(r"\(\s*+[;,]\s*+(?P<names>)[^()]*?(?P<year>(?:19|20)\d\d)[a-z]?\s*\)")
_INITIALS = re.compile(r"[A-Z]{1,3}\.?|(?:[A-Z]\.[- ]?)+")
_CALENDAR = re.compile(
    r"january|february|march|april|may|june|july|august|september|october|november|december"
    r"|spring|summer|autumn|winter|since|in|from|until",
    re.IGNORECASE,
)
_MOST_NAMES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A work named by hand: the text, its authors as written (none if lost), and the year."""

    place: Place
    text: str
    names: tuple[str, ...]
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What the library says about a mention, and the works that are nearest to it."""

    verdict: Verdict
    works: tuple[Work, ...] = ()
    name: str = ""
    meant: str = ""


def wrong_year(library: Library, _: Evidence) -> Iterator[Fault]:
    """A work named by hand has the year that the library has for its authors."""
    for mention, match in _matched(library, "wrong-year"):
        years = sorted({str(work.year) for work in match.works})
        yield Fault(
            place=mention.place,
            message=f"'{mention.text}' names a year that no work by '{match.name}' in"
            f" {LIBRARY_PATH} has: {_listed(years)}",
            hint=_cite(match),
        )


def misspelt_author(library: Library, _: Evidence) -> Iterator[Fault]:
    """A work named by hand has its authors' names as the library has them, first author first."""
    for mention, match in _matched(library, "misspelt"):
        yield Fault(
            place=mention.place,
            message=f"'{mention.text}' has '{match.name}' where {LIBRARY_PATH} has '{match.meant}'",
            hint=_cite(match),
        )


def unknown_author(library: Library, _: Evidence) -> Iterator[Fault]:
    """A work named by hand stands in the library."""
    for mention, _match in _matched(library, "unknown"):
        yield Fault(
            place=mention.place,
            message=f"'{mention.text}' is no work of {LIBRARY_PATH}",
            hint="Add it with `briefs add DOI-or-PMID`, then cite it by its key.",
        )


def typed_citation(library: Library, _: Evidence) -> Iterator[Fault]:
    """A work is better cited by its key than by hand (a warning), so that it cannot go wrong."""
    for mention, match in _matched(library, "right"):
        yield Fault(
            place=mention.place,
            message=f"'{mention.text}' is typed by hand",
            hint=_cite(match),
            severity=Severity.WARNING,
        )


def _matched(library: Library, verdict: Verdict) -> Iterator[tuple[Mention, Match]]:
    if LIBRARY_PATH in library.broken:
        return
    countries = {name for study in library.studies.values() for name in _countries(study)}
    shelf = Shelf.of(library.works.values())
    for brief in library.briefs.values():
        for place, text in prose_of(brief):
            for mention in mentions_in(text, place):
                if not countries.isdisjoint(mention.names):
                    continue
                match = match_of(shelf, mention)
                if match.verdict == verdict:
                    yield mention, match


def _countries(study: Study) -> Iterator[str]:
    """The places that '(Norway, 2010)' may name, which is no citation."""
    yield from (name.strip() for name in (study.country or "").split(","))


def mentions_in(text: str, place: Place) -> Iterator[Mention]:
    """The works that a text names by hand."""
    if not re.search(r"(?:19|20)\d\d", text):
        return
    text = " ".join(text.split())
    seen: list[range] = []
    for whole, found in _found(text):
        if any(whole.start in other for other in seen):
            continue
        names = _names(found["names"])
        if names or found.re is _NAMELESS:
            seen.append(range(whole.start, whole.stop))
            yield Mention(place=place, text=_shown(found[0]), names=names, year=int(found["year"]))


def _shown(found: str) -> str:
    text = found if found.startswith("(") else found.strip(" );,")
    return f"{text})" if "(" in text and not text.endswith(")") else text


def _found(text: str) -> Iterator[tuple[slice, re.Match[str]]]:
    for match in _NARRATIVE.finditer(text):
        yield slice(*match.span()), match
    for bracket in _BRACKETED.finditer(text):
        start = bracket.start(1)
        dated = _DATED.search(bracket[1])
        for part in bracket[1][: dated.end()].split(";") if dated else ():
            if one := _PART.match(part.strip()):
                yield slice(start, start + len(part)), one
            start += len(part) + 1
    for pattern in (_BARE, _NAMELESS):
        for match in pattern.finditer(text):
            yield slice(*match.span()), match


def _names(written: str) -> tuple[str, ...]:
    """The family names in 'Ahlgren A, Berg & Ceder et al.'; none if this names no people."""
    text = re.sub(rf"(?<!\s){_OTHERS}\.?\Z", "", written)
    names = []
    for part in re.split(r"[,&]|(?<=\s)and(?=\s)", text):
        words = [word for word in part.split() if not _INITIALS.fullmatch(word) or len(word) > 3]
        if not words:
            continue
        if not re.fullmatch(rf"(?:[A-Z][\w'’.-]*\s+)*{_NAME}", " ".join(words)):
            return ()
        names.append(" ".join(words))
    dated = not names or any(_CALENDAR.fullmatch(name) for name in names)
    return () if dated or len(names) > _MOST_NAMES else tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The works in their order, by the names that their first author may be called and by year."""

    by_first: Mapping[str, Sequence[tuple[int, Work]]]
    by_year: Mapping[int | None, Sequence[Work]]

    @classmethod
    def of(cls, works: Iterable[Work]) -> Shelf:
        """The shelf that holds these works."""
        by_first: dict[str, list[tuple[int, Work]]] = {}
        by_year: dict[int | None, list[Work]] = {}
        for number, work in enumerate(works):
            by_year.setdefault(work.year, []).append(work)
            for name in _called(_authors(work)[0]) if work.authors else ():
                by_first.setdefault(name, []).append((number, work))
        return cls(by_first=by_first, by_year=by_year)

    def by(self, name: str) -> list[Work]:
        """The works whose first author may be called this."""
        found = {n: work for each in _called(name) for n, work in self.by_first.get(each, ())}
        return [found[number] for number in sorted(found)]


def match_of(shelf: Shelf, mention: Mention) -> Match:
    """What the library says about a mention, by its first author, its other authors and year."""
    if not mention.names:
        return Match(verdict="unknown")
    first = mention.names[0]
    own = shelf.by(first)
    dated = [work for work in own if work.year == mention.year]
    for work in dated:
        if all(_has_author(work, name) for name in mention.names[1:]):
            return Match(verdict="right", works=(work,))
    if dated:
        wrong = next(name for name in mention.names[1:] if not _has_author(dated[0], name))
        return _misspelt(dated[0], wrong, _nearest(wrong, dated[0])[1])
    same_year = shelf.by_year.get(mention.year, ())
    if own:
        if near := _alike(first, same_year):
            return near
        return Match(verdict="wrong-year", works=tuple(own), name=first)
    for work in same_year:
        if _has_author(work, first):
            return _misspelt(work, first, _authors(work)[0])
    return _alike(first, same_year) or Match(verdict="unknown")


def _alike(name: str, works: Iterable[Work]) -> Match | None:
    """The work whose first author is most like a name that no first author has."""
    best = max(
        (
            (_likeness(name, _authors(work)[:1], _ALIKE), work.key, work)
            for work in works
            if work.authors
        ),
        default=None,
    )
    if best is None or best[0] < _ALIKE:
        return None
    return _misspelt(best[2], name, _authors(best[2])[0])


def _misspelt(work: Work, name: str, meant: str) -> Match:
    return Match(verdict="misspelt", works=(work,), name=name, meant=meant)


def _nearest(name: str, work: Work) -> tuple[float, str]:
    return max((_likeness(name, (author,)), author) for author in _authors(work))


def _likeness(name: str, authors: tuple[str, ...], least: float = 0.0) -> float:
    words = dict.fromkeys((_folded(name), _folded(name.rsplit(maxsplit=1)[-1])))
    return max((_ratio(word, _folded(a), least) for word in words for a in authors), default=0.0)


@lru_cache(maxsize=1 << 14)
def _ratio(one: str, other: str, least: float) -> float:
    """How alike two words are; 0 for those whose letters alone cannot reach `least`."""
    matcher = SequenceMatcher(None, one, other)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    return matcher.ratio()


def _has_author(work: Work, name: str) -> bool:
    return _has(name, _authors(work))


def _has(name: str, authors: tuple[str, ...]) -> bool:
    """Whether a name is an author's, with or without given names before it and particles."""
    written = _called(name)
    return any(not written.isdisjoint(_called(author)) for author in authors)


def _called(name: str) -> frozenset[str]:
    return frozenset((_folded(name), _folded(name.rsplit(maxsplit=1)[-1])))


def _authors(work: Work) -> tuple[str, ...]:
    """Authors' family names; a group's as its letters where it has several words."""
    return tuple(
        _acronym(author.family) if author.group else author.sort_name for author in work.authors
    )


def _acronym(name: str) -> str:
    letters = "".join(word[0] for word in name.split() if word[0].isupper())
    return letters if len(letters) > 2 else name


@lru_cache(maxsize=1 << 14)
def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in plain if character.isalpha())


def _cite(match: Match) -> str:
    return "Write " + _listed([f"[@{work.key}]" for work in match.works]) + "."


def _listed(items: list[str], most: int = 4) -> str:
    return " or ".join(items[:most]) + (
        f" or {len(items) - most} more" if len(items) > most else ""
    )
