"""The whole site as pages: the stage's one entrance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from generator.render.exports import exports
from generator.render.pages import Page, Pages
from generator.render.views import Context, Download


def render(
    context: Context,
    templates: Iterable[Path],
    downloads: Mapping[str, tuple[Download, ...]] | None = None,
) -> Iterator[Page]:
    """Every generated file: Markdown pages and data files.

    `downloads` holds, by brief, the files that its page offers.
    """
    yield from Pages(templates, context, downloads).all()
    yield from exports(context, frozenset(downloads or ()))
