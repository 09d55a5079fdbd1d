"""Whether a quote stands in a text, word for word. Pure.

Left-out words are marked by an ellipsis; spaces, dashes, quotation marks and ligatures may differ,
as may a hyphen at the end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final
from unicodedata import normalize

from generator.model import Finding, QuoteCheck, Study
from generator.verify.fold import unescaped
from generator.verify.match import is_title_of

FEWEST_WORDS: Final = 8
MOST_CHARACTERS: Final = 1_000
_ELLIPSIS = re.compile(r"\[\s*(?:…|\.{3}|\. \. \.)\s*\]|\(\s*…\s*\)|…|\.{3,}|\. \. \.")
_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.])\d+(?:\.\d+)?")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "\u00ad": "",
        "\u200b": "",
    }
)


def stands_in(quote: str, text: str) -> bool:
    """Whether every part of a quote stands in a text, in its order."""
    body = plain(text)
    spot = 0
    parts = [plain(part) for part in _ELLIPSIS.split(quote)]
    for part in filter(None, parts):
        found = _find(part, body, spot)
        if found is None:
            return False
        spot = found
    return any(parts)


def unfit(quote: str, title: str) -> str:
    """Why a quote proves nothing, or an empty text: it is a title, or too short."""
    count = len(re.findall(r"\w+", _ELLIPSIS.sub(" ", quote)))
    if len(quote) > MOST_CHARACTERS:
        return f"it has more than {MOST_CHARACTERS:,} characters"
    if is_title_of(quote, title):
        return "it is the title of the work"
    if count < FEWEST_WORDS:
        return f"it has {count} words, and a quote needs {FEWEST_WORDS}"
    return ""


def unfounded(finding: Finding, study: Study) -> tuple[float, ...]:
    """The numbers of a finding's statement that neither its quote nor its record holds."""
    held = set(_numbers(finding.quote or ""))
    people, effect = study.participants, finding.effect
    if people is not None:
        held.update(_numbers(f"{people.note or ''} {people.description or ''}"))
        held.update([] if people.n is None else [float(people.n)])
    if effect is not None:
        held.update(map(abs, (effect.value, *(effect.ci or ()))))
        held.update(float(count) for count in (effect.k, effect.n) if count is not None)
        held.update(_numbers(f"{effect.timepoint or ''} {effect.note or ''}"))
    if study.studies_included is not None:
        held.add(float(study.studies_included))
    return tuple(n for n in _numbers(finding.statement) if n not in held)


def check_quote(
    ref: str, finding: Finding, title: str, texts: Iterable[tuple[str, str | None]]
) -> QuoteCheck:
    """What the ledger keeps of a quote: outcome, place and hash, given the texts of its source by
    place; None stands for a text that could not be had today."""
    quote = finding.quote or ""
    mark = sha256(plain(quote).encode()).hexdigest()[:32]
    reason = unfit(quote, title)
    if reason:
        return QuoteCheck(finding=ref, outcome="unfit", place=reason, hash=mark)
    known = list(texts)
    for place, text in known:
        if text and stands_in(quote, text):
            return QuoteCheck(finding=ref, outcome="found", place=place, hash=mark)
    if any(text is None for _, text in known):
        return QuoteCheck(finding=ref, outcome="unreachable", hash=mark)
    read = ", ".join(place for place, text in known if text)
    return QuoteCheck(
        finding=ref, outcome="not-found" if read else "no-text", place=read, hash=mark
    )


def plain(text: str) -> str:
    """A text with one form of each sign, without markup, case and needless space."""
    bare = _TAG.sub("", unescaped(text))
    flat = " ".join(normalize("NFKC", bare.translate(_SIGNS)).translate(_SIGNS).casefold().split())
    return flat.strip(" \"'")


def _numbers(text: str) -> tuple[float, ...]:
    """The numbers written in figures, with or without thousands separators."""
    return tuple(float(found.replace(",", "")) for found in _NUMBER.findall(text))


def _find(part: str, body: str, start: int) -> int | None:
    """Where a part ends in a text; a hyphen and a space in the text may break a word."""
    pattern = r"(?:-\s)?".join(_escaped(char) for char in part)
    found = re.compile(rf"(?<!\w){pattern}(?!\w)").search(body, start)
    return found.end() if found else None


def _escaped(char: str) -> str:
    return r"\s" if char == " " else re.escape(char)
