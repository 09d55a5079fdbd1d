"""Which names may become file names and addresses: ids of records, findings, claims and terms."""

from __future__ import annotations

import re
import unicodedata

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FILE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_MAX_LENGTH = 100
KEPT = "must not be a name that some computers keep for themselves"
# Windows cannot hold a file of these names; the site builder gives `index` and `readme` a meaning.
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "index", "readme"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)


def slug_fault(value: str) -> str:
    """What is wrong with an id, as the end of a sentence, or an empty text."""
    if not SLUG.fullmatch(value):
        return "must be lower-case letters and digits, with single hyphens between them"
    return _common_fault(value)


def file_fault(stem: str) -> str:
    """What is wrong with a file's name without its ending, or an empty text."""
    if not _FILE.fullmatch(stem):
        return "must be lower-case letters and digits, with single hyphens or underscores between"
    return _common_fault(stem)


def slugify(text: str, *, whole: bool = False) -> str:
    """The text as an id: plain lower-case letters, digits and hyphens; empty if none are left, and
    with `whole` also where a letter of the text has no plain form."""
    apart = unicodedata.normalize("NFKD", text)
    if whole and any(letter.isalnum() and not letter.isascii() for letter in apart):
        return ""
    plain = apart.encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))[:_MAX_LENGTH].strip("-")


def _common_fault(value: str) -> str:
    if value in RESERVED:
        return KEPT
    if len(value) > _MAX_LENGTH:
        return f"must have at most {_MAX_LENGTH} characters"
    return ""
