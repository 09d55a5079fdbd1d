"""The whole site as pages: the stage's one entrance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from generator.render.crawlers import charted
from generator.render.exports import exports
from generator.render.pages import Page, Pages
from generator.render.views import Context, Download


def render(
    context: Context,
    templates: Iterable[Path],
    downloads: Callable[[], Mapping[str, tuple[Download, ...]]] | None = None,
) -> Iterator[Page]:
    """Every generated file: Markdown pages, data files, and the map of the pages.

    `downloads` gives, by brief, the printed files that its page offers; it is asked for only when
    all other pages are done. Without it the site has no printed files.
    """
    yield from exports(context, frozenset(context.library.briefs if downloads else ()))
    yield from charted(Pages(templates, context, downloads or dict).all(), context)
