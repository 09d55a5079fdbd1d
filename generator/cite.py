"""Who is cited how: APA 7 citations in the text, and the reference list of a whole library.

What sets one work apart from another depends on all the others: initials where first authors share
a family name, more names where "et al." would stand for two works of one year, and a letter after
the year where authors and year are the same. It is worked out once, for the whole library, so that
a work is cited alike on every page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from generator.model import Name, Work
from generator.names import folded, initials_of, joined, sort_key, with_initials
from generator.reference import (
    Reference,
    Run,
    editors_stand_first,
    is_part,
    plain,
    publisher_stands_first,
    reference,
    shown_month,
    year_label,
)

__all__ = ["Bibliography", "Piece", "Reference", "Run", "plain", "short_title"]

_ARTICLES = ("a ", "an ", "the ")
_LONGEST_TITLE = 8
_FIRST_WORDS = 6
_JOINING = frozenset(
    ("a", "an", "the", "and", "or", "of", "in", "on", "for", "to", "with", "by", "at", "as", "from")
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

SortKey: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a citation that leads to the work `key`, or the signs between (`key` None)."""

    runs: Reference
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """How a work is named in the text; `shown` of its names are given before "et al.";
    `more` says that not all of its names are known."""

    names: tuple[Name, ...] = ()
    shown: int = 0
    initials: bool = False
    more: bool = False
    title: Run | None = None

    def runs(self, conjunction: str = "&") -> Reference:
        """The names, or the title where there are none."""
        if self.title is not None:
            return (self.title,)
        first, *others = self.names
        words = [with_initials(first) if self.initials else first.sort_name]
        words += [name.sort_name for name in others]
        if self.shown >= len(words) and not self.more:
            return (Run(text=joined(words, conjunction)),)
        comma = "," if self.shown > 1 else ""
        return (Run(text=f"{', '.join(words[: self.shown])}{comma} et al."),)


class Bibliography:
    """A library's citations and references.

    `order` holds the keys in the order of the reference list: by authors, then year (works without
    a date first), then title.
    """

    __slots__ = ("_labels", "_rank", "_suffixes", "order", "works")

    works: Mapping[str, Work]
    order: tuple[str, ...]

    def __init__(self, works: Iterable[Work]) -> None:
        """Work out what sets each work apart; two works must not have the same key."""
        filed = sorted(works, key=_file_key)
        self.works = MappingProxyType({work.key: work for work in filed})
        self._labels = _labels(filed)
        self._suffixes = _suffixes(filed, self._labels)
        self.order = tuple(work.key for work in filed)
        self._rank = {key: number for number, key in enumerate(self.order)}

    def reference(self, key: str) -> Reference:
        """The entry of the reference list for a work; raises KeyError where there is none."""
        return reference(self.works[key], self._suffixes[key])

    def year(self, key: str) -> str:
        """The year as a work is cited by it, with its letter: ``2020a``."""
        return year_label(self.works[key], self._suffixes[key])

    def in_text(self, key: str, *, narrative: bool = False, locator: str = "") -> str:
        """A citation without its parentheses ("Felton et al., 1995, p. 3"), or as part of a
        sentence ("Felton et al. (1995, p. 3)"); raises KeyError where there is no such work."""
        if narrative:
            return plain(self._narrative(key, locator))
        return plain(self._parenthetical(key, locator))

    def group(
        self, citations: Iterable[tuple[str, str]], *, narrative: bool = False
    ) -> tuple[Piece, ...]:
        """The pieces of a group of citations, each a key and a locator (which may be empty).

        In parentheses the works stand in the order of the list, and works of the same authors name
        these once ("(Felton et al., 1995; White et al., 2018, 2020)"). In a sentence they stand in
        the order given ("Felton et al. (1995) and White et al. (2020)"). Raises KeyError.
        """
        if narrative:
            told = [Piece(key=key, runs=self._narrative(key, place)) for key, place in citations]
            return tuple(_enumerated(told))
        return tuple(self._grouped(list(citations)))

    def _grouped(self, citations: list[tuple[str, str]]) -> Iterator[Piece]:
        """The pieces of a group in parentheses."""
        ordered = sorted(citations, key=lambda citation: self._rank[citation[0]])
        yield _between("(")
        before: tuple[str, str] | None = None
        for key, locator in ordered:
            same = before is not None and not before[1] and self._same_names(before[0], key)
            if before is not None:
                yield _between(", " if same else "; ")
            runs = self._year_and_place(key, locator) if same else self._parenthetical(key, locator)
            yield Piece(key=key, runs=runs)
            before = (key, locator)
        yield _between(")")

    def _same_names(self, one: str, other: str) -> bool:
        return self._labels[one].runs() == self._labels[other].runs()

    def _parenthetical(self, key: str, locator: str) -> Reference:
        runs = self._labels[key].runs()
        year = self._year_and_place(key, locator)[0].text
        if runs[-1].text.endswith("”"):
            # A comma goes inside the quotation marks.
            return (Run(text=f"{runs[-1].text[:-1]},” {year}"),)
        if runs[-1].italic:
            return (*runs, Run(text=f", {year}"))
        return (Run(text=f"{runs[-1].text}, {year}"),)

    def _narrative(self, key: str, locator: str) -> Reference:
        runs = self._labels[key].runs("and")
        year = f" ({self._year_and_place(key, locator)[0].text})"
        if runs[-1].italic:
            return (*runs, Run(text=year))
        return (Run(text=runs[-1].text + year),)

    def _year_and_place(self, key: str, locator: str) -> Reference:
        return (Run(text=", ".join(filter(None, (self.year(key), locator)))),)


def short_title(work: Work) -> str:
    """The title as it stands for missing authors in the text: without what follows a colon, and
    its first words where it is still long (Manual 8.14).

    A description that stands for a title keeps both of its brackets.
    """
    head, colon, _ = work.title.partition(": ")
    if not colon or " " not in head:
        return _first_words(work.title)
    if head.startswith("[") and work.title.endswith("]"):
        return f"{_first_words(head)}]"
    return _first_words(head)


def _first_words(title: str) -> str:
    """A title of more than eight words as its first six, not ending in one that only joins."""
    words = title.split(" ")
    if len(words) <= _LONGEST_TITLE:
        return title
    kept = words[:_FIRST_WORDS]
    while len(kept) > 1 and kept[-1].casefold() in _JOINING:
        kept.pop()
    bracket = "]" if title.startswith("[") and title.endswith("]") else ""
    return f"{' '.join(kept)} …{bracket}"


def _enumerated(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces with commas and an "and" between them."""
    for number, piece in enumerate(pieces):
        if number:
            last = number == len(pieces) - 1
            comma = "," if len(pieces) > 2 else ""
            yield _between(f"{comma} and " if last else ", ")
        yield piece


def _between(signs: str) -> Piece:
    return Piece(runs=(Run(text=signs),))


def _names(work: Work) -> tuple[Name, ...]:
    """Who stands in the author's place."""
    if work.authors:
        return work.authors
    if editors_stand_first(work):
        return work.editors
    return (Name(family=work.publisher, group=True),) if publisher_stands_first(work) else ()


def _file_key(work: Work) -> SortKey:
    """Where a work is filed: by its names, or its title without an article; year; month; title."""
    title = folded(_without_article(work.title))
    names = sort_key(_names(work)) or ((title, ""),)
    return (names, work.year or 0, shown_month(work), title, work.key)


def _without_article(title: str) -> str:
    start = next((word for word in _ARTICLES if title.casefold().startswith(word)), "")
    return title[len(start) :]


def _labels(works: Sequence[Work]) -> dict[str, _Label]:
    """How each work is named in the text."""
    shared = _shared_family_names(works)
    labels = {work.key: _short_label(work, shared) for work in works}
    groups: dict[tuple[Reference, int | None], list[Work]] = defaultdict(list)
    for work in works:
        groups[labels[work.key].runs(), work.year].append(work)
    for group in groups.values():
        if len(group) > 1:
            labels.update(_told_apart({work.key: labels[work.key] for work in group}, 2))
    return labels


def _short_label(work: Work, shared: frozenset[str]) -> _Label:
    """A work's label as it is when no other comes near it."""
    names = _names(work)
    if not names:
        return _Label(title=_title_run(work))
    shown = len(names) if len(names) < 3 else 1
    if work.more_authors:
        shown = 1
    initials = folded(names[0].sort_name) in shared
    return _Label(names=names, shown=shown, initials=initials, more=work.more_authors)


def _title_run(work: Work) -> Run:
    """A title that stands for missing authors: in quotation marks if a part, else in italics."""
    title = short_title(work)
    return Run(text=f"“{title}”") if is_part(work) else Run(text=title, italic=True)


def _shared_family_names(works: Iterable[Work]) -> frozenset[str]:
    """The family names that first authors of different initials share.

    Initials differ where neither set begins with the other: "L." and "L. M." may be one person, and
    a person whose given name is not known may be anyone.
    """
    known: dict[str, set[str]] = defaultdict(set)
    for work in works:
        for name in _names(work)[:1]:
            if not name.group and initials_of(name):
                known[folded(name.sort_name)].add(folded(initials_of(name)))
    return frozenset(family for family, initials in known.items() if _differ(initials))


def _differ(initials: set[str]) -> bool:
    """Whether some two of these initials cannot belong to one person."""
    longest = max(initials, key=len)
    return any(not longest.startswith(each) for each in initials)


def _told_apart(labels: Mapping[str, _Label], shown: int) -> dict[str, _Label]:
    """Labels with as many names as tell them apart; "et al." never stands for a single name."""
    if len({tuple(name.sort_name for name in label.names) for label in labels.values()}) == 1:
        return dict(labels)
    if shown > max(len(label.names) for label in labels.values()):
        return dict(labels)
    longer = {key: _showing(label, shown) for key, label in labels.items()}
    apart: dict[str, _Label] = {}
    for group in _grouped_by(longer, lambda label: label.runs()):
        apart |= group if len(group) == 1 else _told_apart(group, shown + 1)
    return apart


def _showing(label: _Label, shown: int) -> _Label:
    """The label with so many names, or all where only one would be left."""
    if label.shown >= len(label.names):
        return label
    return replace(label, shown=len(label.names) if shown >= len(label.names) - 1 else shown)


def _grouped_by(
    labels: Mapping[str, _Label], key: Callable[[_Label], object]
) -> Iterator[dict[str, _Label]]:
    groups: dict[object, dict[str, _Label]] = defaultdict(dict)
    for name, label in labels.items():
        groups[key(label)][name] = label
    yield from groups.values()


def _suffixes(works: Sequence[Work], labels: Mapping[str, _Label]) -> dict[str, str]:
    """The letter after each work's year; empty where no other work is cited alike."""
    suffixes = dict.fromkeys((work.key for work in works), "")
    groups: dict[tuple[Reference, int | None], list[str]] = defaultdict(list)
    for work in works:
        groups[labels[work.key].runs(), work.year].append(work.key)
    for keys in groups.values():
        if len(keys) > 1:
            suffixes |= {key: _letters(number) for number, key in enumerate(keys)}
    return suffixes


def _letters(number: int) -> str:
    """The letters a to z, then aa, ab and so on."""
    before, last = divmod(number, len(_LETTERS))
    return (_letters(before - 1) if before else "") + _LETTERS[last]
