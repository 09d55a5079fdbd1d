"""The HTML pages kept from the last build: which of them still hold.

A kept page holds when it was made from the same Markdown, with the same look, and its file is as it
was left. Whatever cannot be read, or was written by another version, is as if it were not there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.disk import Stamp, stamp
from generator.publish import register
from generator.publish.theme import Dressed
from generator.write import remove_others


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A page's HTML: the name of what it was made from, its file's stamp, and its anchors and those
    that it links to, each with its page."""

    source: str
    stamp: Stamp
    anchors: tuple[str, ...]
    links: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, source: str, dressed: Dressed, html: Path) -> Made:
        """What is to be remembered of a page that was just made."""
        return cls(source=source, stamp=stamp(html), anchors=dressed.anchors, links=dressed.links)


class Kept:
    """What stands in the folder `html`, for one look of the pages."""

    def __init__(self, html: Path, look: str) -> None:
        self._html = html
        self._look = look
        self._pages = register.read(_register(html), look, Made)

    def name(self, markdown: Path) -> str:
        """A name for the text of a page."""
        return hashlib.sha256(markdown.read_bytes()).hexdigest()

    def usable(self, texts: Mapping[str, str], places: Mapping[str, Path]) -> Mapping[str, Made]:
        """The kept pages that need not be made again.

        None is when a page went away, for others may have led to it.
        """
        if not self._pages.keys() <= texts.keys():
            return {}
        return {
            uri: made
            for uri, made in self._pages.items()
            if made.source == texts[uri] and stamp(places[uri]) == made.stamp
        }

    def write(self, pages: Mapping[str, Made], places: Iterable[Path]) -> None:
        """Remember these pages, and remove every other file."""
        remove_others(self._html, {path.relative_to(self._html).as_posix() for path in places})
        register.write(_register(self._html), self._look, Made, pages)


def _register(html: Path) -> Path:
    return html.with_name("html.json")
