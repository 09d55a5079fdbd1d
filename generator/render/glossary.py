"""The words that pages explain: this module alone knows how a term of the glossary is found in a
text, and how it leads to what it means.

All forms of all terms are one alternation, so that a text is read once however long the glossary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import commonprefix
from typing import Final

from markupsafe import Markup

from generator.model import Term
from generator.render.markdown import address, edges_kept, escape, link_title
from generator.render.words import capitalised

# A form is a whole word: `trial` is not in `trials`, and not in `pre-trial`.
_BEFORE: Final = r"(?<![\w-])"
_AFTER: Final = r"(?![\w-])"
_NEVER: Final = re.compile(r"(?!)")
_ENDING: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text; `term` is the id of the term it is a form of, or empty."""

    text: str
    term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A term on the glossary's own page; `names` are its other names, without mere endings."""

    id: str
    label: str
    definition: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """The terms of a site, ready to be found. Where two terms share a form, the first has it."""

    terms: Mapping[str, Term]
    forms: Mapping[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, terms: Mapping[str, Term]) -> Glossary:
        """The glossary of these terms: each is found by its label and by its synonyms."""
        forms: dict[str, str] = {}
        for term_id, term in terms.items():
            for form in (term.label, *term.synonyms):
                forms.setdefault(_key(form), term_id)
        forms.pop("", None)
        return cls(terms=terms, forms=forms, pattern=_pattern(forms))

    def entries(self) -> tuple[Entry, ...]:
        """Every term, by its label."""
        entries = (
            Entry(
                id=term_id,
                label=term.label,
                definition=term.definition,
                names=tuple(_names(term)),
            )
            for term_id, term in self.terms.items()
        )
        return tuple(sorted(entries, key=lambda entry: entry.label.casefold()))

    def pieces(self, text: str) -> Iterator[Piece]:
        """The text in pieces that make it whole again; the longest form wins."""
        end = 0
        for found in self.pattern.finditer(text):
            if found.start() > end:
                yield Piece(text=text[end : found.start()])
            yield Piece(text=found.group(), term=self.forms[_key(found.group())])
            end = found.end()
        if end < len(text):
            yield Piece(text=text[end:])


class Explainer:
    """Writes the words of one page: the first mention of each term leads to its meaning.

    Without script that is a link whose title tells the meaning; with it, a card does.
    """

    def __init__(self, glossary: Glossary, link: Callable[[str], str]) -> None:
        self._glossary = glossary
        self._link = link
        self._told: set[str] = set()

    def __call__(self, text: str) -> Markup:
        """A text as Markdown, with a blank kept at each end."""
        if not self._glossary.pattern.search(text):
            return edges_kept(text)
        return Markup("").join(map(self._piece, self._glossary.pieces(text)))

    def _piece(self, piece: Piece) -> Markup:
        if not piece.term or piece.term in self._told:
            return edges_kept(piece.text)
        self._told.add(piece.term)
        term = self._glossary.terms[piece.term]
        target = address(self._link(f"page:glossary#{piece.term}"))
        title = f"{link_title(capitalised(term.label))}: {link_title(term.definition)}"
        return Markup(f'[{escape(piece.text)}]({target} "{title}")')  # noqa: S704 - all escaped


def _names(term: Term) -> Iterator[str]:
    """The names of a term that tell a reader something: a plural of another name does not."""
    told = [term.label]
    for name in term.synonyms:
        if not any(_differ_by_an_ending(name, other) for other in told):
            told.append(name)
            yield name


def _differ_by_an_ending(one: str, other: str) -> bool:
    """Whether two names are alike but for at most three letters at the end of each."""
    same = len(commonprefix((one, other)))
    return same > _ENDING and max(len(one), len(other)) - same <= _ENDING


def _key(form: str) -> str:
    """A form as it is looked up: the first letter may be large, as at the start of a sentence."""
    blanks = " ".join(form.split())
    return blanks[:1].lower() + blanks[1:] if _has_two_cases(blanks) else blanks


def _has_two_cases(form: str) -> bool:
    """Whether the first letter of a form may be small or large; `SMD` is itself and nothing else,
    and some letters of some languages have no single partner."""
    small, large = form[:1].lower(), form[:1].upper()
    pair = len(small) == len(large) == 1 and large.lower() == small and small.upper() == large
    return pair and small != large and not form[1:2].isupper()


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all forms. Those with the same first letter share a branch, so that most
    words are passed over at a look; in a branch the longest come first."""
    branches: dict[str, list[str]] = {}
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        branches.setdefault(_either_case(form), []).append(_over_breaks(form[1:]))
    if not branches:
        return _NEVER
    each = (f"{first}(?:{'|'.join(rests)})" for first, rests in branches.items())
    return re.compile(f"{_BEFORE}(?:{'|'.join(each)}){_AFTER}")


def _either_case(form: str) -> str:
    """What finds the first letter of a form, small or large."""
    first = form[:1]
    return f"[{first}{first.upper()}]" if _has_two_cases(form) else re.escape(first)


def _over_breaks(rest: str) -> str:
    """What finds the rest of a form, over any line break."""
    return re.escape(rest).replace(r"\ ", r"\s+")
