"""Where a link in a brief may lead: the web, a mail address, a heading, a page of this site."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import PurePosixPath

from markdown_it.common.normalize_url import normalizeLink

from generator.load.identifiers import names_its_host
from generator.problem import nearest

ROUTES = ("brief", "study", "outcome", "theme", "concept", "work", "page")

_ANCHOR = r"#[A-Za-z0-9][A-Za-z0-9_.:-]*"
_INSIDE = re.compile(rf"(?:{'|'.join(ROUTES)}):[A-Za-z0-9][A-Za-z0-9_.:-]*(?:{_ANCHOR})?|{_ANCHOR}")
_MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_WEB = re.compile(r"https?://[^\s\\<>\"`{}|^\x00-\x20\x7f]+")
_SCHEME = re.compile(r"([A-Za-z]+):")


def target_of(written: str) -> str | None:
    """The target to use for what a writer wrote (entities decoded), None if it is not allowed.

    A web address is made plain ASCII; one that hides its host behind `user@` is not allowed.
    """
    if _INSIDE.fullmatch(written) or _MAIL.fullmatch(written):
        return written
    if not _WEB.fullmatch(written) or not written.isprintable():
        return None
    return normalizeLink(written) if names_its_host(written) else None


def target_hint(written: str) -> str:
    """What the writer of a target that is not allowed may have meant."""
    path = PurePosixPath(written.partition("#")[0])
    if path.suffix in {".md", ".html"} and ":" not in written:
        return f"Link to a brief with brief:{path.stem}."
    if path.suffix == ".yaml" and ":" not in written:
        return f"Link to a study with study:{path.stem}."
    if written.startswith("www."):
        return f"Write https://{written}"
    scheme = _SCHEME.match(written)
    if scheme and get_close_matches(scheme[1].lower(), (*ROUTES, "https", "mailto"), n=1):
        return nearest(scheme[1], (*ROUTES, "https", "mailto"))
    return f"Use https://, mailto:, #heading, or one of {', '.join(f'{r}:' for r in ROUTES)}."
