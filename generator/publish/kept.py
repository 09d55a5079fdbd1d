"""The HTML pages kept from the last build: which of them still hold.

A kept page holds when it was made from the same Markdown, with the same look, and its file is as it
was left. Whatever cannot be read, or was written by another version, is as if it were not there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from generator.disk import put, stamp
from generator.publish.theme import Dressed
from generator.write import remove_others


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A page's HTML: the name of what it was made from, its file's size and time, its anchors."""

    source: str
    stamp: tuple[int, int] | None
    anchors: frozenset[str]
    links: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, source: str, dressed: Dressed, html: Path) -> Made:
        """What is to be remembered of a page that was just made."""
        return cls(
            source=source,
            stamp=stamp(html),
            anchors=frozenset(dressed.anchors),
            links=dressed.links,
        )


class Kept:
    """What stands in the folder `html`, for one look of the pages."""

    def __init__(self, html: Path, look: str, pages: Mapping[str, Made]) -> None:
        self._html = html
        self._look = look
        self._pages = pages

    @classmethod
    def read(cls, html: Path, look: str) -> Kept:
        """The pages kept in `html` that were made with this look."""
        try:
            record = from_json(_register(html).read_bytes())
            fits = record["look"] == look
            pages = {uri: _made(one) for uri, one in record["pages"].items()} if fits else {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            pages = {}
        return cls(html, look, pages)

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
        record = {"look": self._look, "pages": {uri: _plain(one) for uri, one in pages.items()}}
        put(_register(self._html), json.dumps(record))


def _register(html: Path) -> Path:
    return html.with_name("html.json")


def _plain(made: Made) -> list[Any]:
    return [made.source, made.stamp, sorted(made.anchors), made.links]


def _made(plain: list[Any]) -> Made:
    source, (size, time), anchors, links = plain
    return Made(
        source=source,
        stamp=(size, time),
        anchors=frozenset(anchors),
        links=tuple((target, anchor) for target, anchor in links),
    )
