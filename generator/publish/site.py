"""Builds the HTML site beside the last good one, and swaps the two only when all went well."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

SKIN = Path(__file__).resolve().parents[2] / "site_overrides"


class BuildFailed(Exception):
    """The site builder refused the generated pages; the text says what it said."""


def publish(root: Path, docs: Path, site: Path, files: Mapping[PurePosixPath, Path]) -> int:
    """Build `docs` into `site` and index it for search; return the number of pages indexed.

    `files` are put beside the pages: where each belongs on the site, and where it lies now.

    Raises `BuildFailed` when the builder reports an error or a warning; `site` is then untouched.
    """
    fresh = site.with_name(f".{site.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _build(root, docs, fresh)
        for place, source in files.items():
            (fresh / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, fresh / place)
        pages = asyncio.run(_index(fresh))
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    _swap(fresh, site)
    return pages


def _build(root: Path, docs: Path, target: Path) -> None:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    heard = _Listener()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(heard)
    try:
        config = load_config(str(root / "mkdocs.yml"), **_settings(docs, target))
        build(config)
    except MkDocsException as error:
        raise BuildFailed("\n".join([*heard.lines, str(error)])) from error
    finally:
        logger.removeHandler(heard)
    if heard.lines:
        raise BuildFailed("\n".join(heard.lines))


def _settings(docs: Path, target: Path) -> dict[str, Any]:
    settings: dict[str, Any] = {"docs_dir": str(docs), "site_dir": str(target), "strict": False}
    if address := os.environ.get("SITE_URL"):
        settings["site_url"] = address
    return settings


class _Listener(logging.Handler):
    """Keeps what the builder warns of: our own strict mode, which names every warning."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.lines.append(record.getMessage())


async def _index(site: Path) -> int:
    from pagefind.index import IndexConfig, PagefindIndex

    config = IndexConfig(output_path=str(site / "pagefind"), exclude_selectors=[".headerlink"])
    async with PagefindIndex(config=config) as index:
        indexed = await index.add_directory(str(site))
    return indexed["page_count"]


def _swap(fresh: Path, site: Path) -> None:
    """Put the fresh site in place of the old one; the old one stays until the new one stands."""
    old = site.with_name(f".{site.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        site.rename(old)
    try:
        fresh.rename(site)
    except OSError:
        if old.exists():
            old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)
