"""How APA 7 writes and files people's names: initials, order of the parts, sorting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from unicodedata import category, normalize

from generator.model import Name

MOST_IN_LIST = 20
SHOWN_OF_MORE = 19

_INITIALS_ONLY = re.compile(r"[^\W\d_]{2,3}")
_ASCII_SIGNS = re.compile(r"[^a-z0-9]+")
_PARENTHESES = re.compile(r"\([^()]*\)")
# Letters that Unicode does not take apart into a base letter and a mark.
_BASE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n"}
)


@lru_cache(maxsize=1 << 16)
def initials(given: str) -> str:
    """Given names as initials: ``Jean-Paul Q`` is ``J.-P. Q.``.

    Abbreviations (``Ch.``) and later lower-case words (``van``) stay; two or three capitals
    without points (``JQ``, as in PubMed) are taken for as many initials.
    """
    words = _PARENTHESES.sub(" ", given).split()
    kept = (
        word if number and word.islower() else _initial(word) for number, word in enumerate(words)
    )
    return " ".join(word for word in kept if word)


def _initial(word: str) -> str:
    """The initials of one word; a hyphen stays where a capital follows it."""
    first, *rest = [part for part in word.split("-") if part] or [""]
    parts = [first, *(part for part in rest if not part[0].islower())]
    return "-".join(filter(None, (_initial_of_part(part) for part in parts)))


def _initial_of_part(part: str) -> str:
    """The initial of a word without hyphens; empty where it has no letter."""
    if not part:
        return ""
    if "." in part:
        return " ".join(f"{piece}." for piece in part.split(".") if piece)
    if part.isupper() and _INITIALS_ONLY.fullmatch(part):
        return " ".join(f"{letter}." for letter in part)
    letter = part[0] if part[0].isalpha() else next(filter(str.isalpha, part), "")
    return f"{letter}." if letter else ""


def inverted(name: Name) -> str:
    """A name as it stands in the reference list: ``van der Berg, A. B., Jr.``."""
    return ", ".join(filter(None, (name.sort_name, initials_of(name), name.suffix)))


def upright(name: Name) -> str:
    """A name in its spoken order: ``A. B. van der Berg Jr.``."""
    return " ".join(filter(None, (initials_of(name), name.sort_name, name.suffix)))


def with_initials(name: Name) -> str:
    """A name as a text cites it where others share the family name: ``A. B. van der Berg``."""
    return f"{initials_of(name)} {name.sort_name}".strip()


def initials_of(name: Name) -> str:
    """The initials of a person; empty for a group and where no given name is known."""
    return "" if name.group else initials(name.given)


def author_list(names: Sequence[Name]) -> str:
    """The names of a reference: all up to 20; of more the first 19, an ellipsis and the last."""
    written = [inverted(name) for name in names]
    if len(written) > MOST_IN_LIST:
        return ", ".join([*written[:SHOWN_OF_MORE], "… " + written[-1]])
    if len(written) < 2:
        return "".join(written)
    return ", ".join(written[:-1]) + f", & {written[-1]}"


def upright_list(names: Sequence[Name]) -> str:
    """The editors of a chapter's book: ``A. One, B. Two, & C. Three``; 21 or more as in a list."""
    written = [upright(name) for name in names]
    if len(written) > MOST_IN_LIST:
        return ", ".join([*written[:SHOWN_OF_MORE], "… " + written[-1]])
    return joined(written, "&")


def joined(words: Sequence[str], conjunction: str) -> str:
    """``A``, ``A & B`` or ``A, B, & C``."""
    if len(words) < 3:
        return f" {conjunction} ".join(words)
    return ", ".join(words[:-1]) + f", {conjunction} {words[-1]}"


def folded(text: str) -> str:
    """A key to file text by: letter by letter, without case, accents, spaces and punctuation."""
    if text.isascii():
        return _ASCII_SIGNS.sub("", text.lower())
    plain = normalize("NFKD", text.casefold().translate(_BASE_LETTERS))
    return "".join(char for char in plain if category(char)[0] in "LN")


def sort_key(names: Iterable[Name]) -> tuple[tuple[str, str], ...]:
    """A key to file names by: family names with particles, then initials; nothing before some."""
    return tuple((folded(name.sort_name), folded(initials_of(name))) for name in names)
