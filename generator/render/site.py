"""The whole site as pages: the stage's one entrance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.appraise import Evidence
from generator.library import Library
from generator.render.exports import exports
from generator.render.pages import Page, Pages
from generator.render.views import prepare
from generator.site import Site


def render(
    site: Site, library: Library, evidence: Evidence, templates: Iterable[Path]
) -> Iterator[Page]:
    """Every generated file: Markdown pages and data files."""
    context = prepare(site, library, evidence)
    yield from Pages(templates, context).all()
    yield from exports(context)
