"""Texts as they are compared: without case, accents, marks, signs and variants of spelling.

Pure functions; each takes and gives plain text.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from unicodedata import combining, normalize

from rapidfuzz.fuzz import ratio

from generator.model import Name
from generator.reference import full_range

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ENDLESS = re.compile(r"&#(?:[0-9]{20,}|[xX][0-9a-fA-F]{20,});?")
_WORD = re.compile(r"[^\W_]+")
_BASE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n"}
)
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_SMALL_WORDS = frozenset({"a", "an", "and", "for", "in", "of", "on", "the", "de", "der", "la"})
_GIVEN = re.compile(r"[^\W\d_]+")
_SAME_JOURNAL = 0.95


@lru_cache(maxsize=1 << 14)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in their plain form; markup and HTML's entities are read."""
    plain = normalize("NFKC", unescaped(_TAG.sub("", unescaped(text))))
    plain = _APOSTROPHES.sub("", plain.replace("&", " and ")).casefold().translate(_BASE_LETTERS)
    letters = "".join(char for char in normalize("NFKD", plain) if not combining(char))
    return tuple(_WORD.findall(letters))


def unescaped(text: str) -> str:
    """The text with HTML's entities read, but for a number without end, which is none."""
    return html.unescape(_ENDLESS.sub("", text))


def folded(text: str) -> str:
    """The words of a text, with single spaces."""
    return " ".join(words(text))


def likeness(one: str, other: str) -> float:
    """How alike two texts are in their plain form, from 0 to 1 (Indel similarity)."""
    return ratio(folded(one), folded(other)) / 100


def numerals(text: str) -> tuple[str, ...]:
    """The words of a text with a figure in them: "part 1" is not "part 2"."""
    return tuple(word for word in words(text) if any(char.isdigit() for char in word))


def same_journal(one: str, other: str) -> bool:
    """Whether two titles name one journal: alike, abbreviated, or with a place or subtitle more."""
    if not folded(one) or not folded(other):
        return False
    pairs = [(a, b) for a in _journal_forms(one) for b in _journal_forms(other)]
    return any(
        a == b
        or ratio(" ".join(a), " ".join(b)) / 100 >= _SAME_JOURNAL
        or _abbreviates(a, b)
        or _abbreviates(b, a)
        for a, b in pairs
    )


@lru_cache(maxsize=1 << 12)
def _journal_forms(title: str) -> tuple[tuple[str, ...], ...]:
    """A journal's title in full, without what stands in brackets, and without a subtitle."""
    bare = re.sub(r"[(\[][^()\[\]]*[)\]]", " ", title)
    main = re.split(r"(?<!\s)\s*[:=;/]\s|\s[-–—]\s", bare)[0]
    forms = dict.fromkeys(_without_small(words(form)) for form in (title, bare, main))
    return tuple(form for form in forms if form)


def _without_small(found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in found if word not in _SMALL_WORDS)


def _abbreviates(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether each word of one title begins a word of the other, in order and with none left."""
    if len(short) != len(full) or sum(map(len, short)) >= sum(map(len, full)):
        return False
    return all(b.startswith(a) for a, b in zip(short, full, strict=True))


def same_person(one: Name, other: Name) -> bool:
    """Whether two names can be one person's: the family name, and no initials that differ."""
    if one.group or other.group:
        return one.group == other.group and likeness(one.family, other.family) >= 0.9
    if same_family(one, other):
        mine, theirs = _initials(one.given), _initials(other.given)
        return not mine or not theirs or bool(mine & theirs)
    turned = Name(family=other.given, given=other.family)
    return (
        bool(other.given) and same_family(one, turned) and folded(one.given) == folded(other.family)
    )


def same_family(one: Name, other: Name) -> bool:
    """Whether two family names are one, with or without particles and second names."""
    mine, theirs = _families(one), _families(other)
    if mine & theirs:
        return True
    short, long = sorted((words(one.sort_name), words(other.sort_name)), key=len)
    return 0 < len(short) < len(long) and (
        short == long[: len(short)] or short == long[-len(short) :]
    )


def _families(name: Name) -> frozenset[str]:
    """The forms of a family name, also with umlauts written out or left out."""
    forms = {"".join(words(name.sort_name)), "".join(words(name.family))} - {""}
    plain = {re.sub(r"(?<=[aou])e(?=[^e])|(?<=[aou])e$", "", form) for form in forms}
    return frozenset(forms | {form for form in plain if len(form) > 2})


def _initials(given: str) -> frozenset[str]:
    """The initials of given names; two or three capitals are as many initials (as in PubMed)."""
    found: set[str] = set()
    for word in _GIVEN.findall(given):
        run = word.isupper() and len(word) <= 3
        found.update(map(folded, word) if run else [folded(word[0])])
    return frozenset(found - {""})


def volume_number(text: str) -> str:
    """The first number of a volume, so that "12 Suppl 1" is "12"; else the text itself."""
    found = re.search(r"\d+", text)
    return found[0].lstrip("0") if found else folded(text)


def page_limits(text: str) -> tuple[str, str]:
    """The first and last page, in full (``712–31`` is 712 to 731); empty where not known."""
    first_range = re.split(r"[,;]", text)[0].replace("--", "–").replace("-", "–")
    pages = [
        "".join(words(page)).removeprefix("e").lstrip("0")
        for page in full_range(first_range.replace(" ", "")).split("–")
    ]
    known = [page for page in pages if any(char.isdigit() for char in page)]
    return (known[0], known[1] if len(known) > 1 else "") if known else ("", "")
