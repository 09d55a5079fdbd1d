"""Every data file of a site, without a place on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from generator.render.context import Context
from generator.render.exports import makings
from generator.render.page import Page


def exports(context: Context, printed: frozenset[str] = frozenset()) -> Iterator[Page]:
    """The data files in the order in which they are made; `printed` are the briefs with a PDF."""
    made: dict[PurePosixPath, Page] = {}
    for making in makings(context, printed, lambda path: made[path].text):
        for page in making.make():
            made[page.path] = page
            yield page
