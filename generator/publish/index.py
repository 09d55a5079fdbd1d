"""Makes the search index of a built site: this module alone knows Pagefind.

There are two indexes: a small one of briefs, outcomes and the like, which answers first, and one of
the collection, studies and works, which may be a hundred times as large and is loaded after it.
`site_overrides/assets/search-page.js` reads them.

Pagefind runs as a command of its own, which ends when every file is written. Its Python interface
waits a tenth of a second for each page that is given to it, and stops the program while the last
files may still be half written.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from generator.publish.steady import steady
from generator.publish.theme import BuildFailed

FOLDER: Final = "pagefind"
COLLECTION: Final = "collection"
_COLLECTED: Final = ("studies", "works")
# What a page says many times, or says of other pages, is nothing to find it by. Its title is found
# as a fact about it, so that no excerpt starts with it; so are a study's kind and design, the first
# two things in its list.
_LEAD_ONLY: Final = ("outcome", "theme", "concept", "work", "corrections", "map")
_OF_STUDIES: Final = (
    *("h2", "small", "a[href*='briefs/']", "> p", "> ul strong"),
    *(f"> ul:first-of-type > li:nth-child({n})" for n in (1, 2)),
)
_UNREAD: Final = (
    *("h1", "details", "figure", ".headerlink", ".scroll", ".standing", ".direction"),
    *(".contrary", ".facts", ".downloads", ".claim__foot", ".page-foot", ".citation", ".reference"),
    *(".note", "#references", "#how-to-cite-this-brief"),
    *(f".searched--{kind} > :not(.lead)" for kind in _LEAD_ONLY),
    *(f".searched--study {part}" for part in _OF_STUDIES),
)
# How much of the index a word brings along: a fifth of the usual, which saves a reader 40 KB at
# 10,000 studies.
_SETTINGS: Final = {"PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE": "4000"}
# Pagefind's own pages, and those that the theme would search with.
_UNUSED: Final = ("*-ui.js", "*-ui.css", "pagefind-highlight.js", "wasm.unknown.pagefind")
_SHARED: Final = ("pagefind.js", "pagefind-worker.js", "wasm.*.pagefind")
_THEMES: Final = ("assets/javascripts/lunr", "assets/javascripts/workers")


def index_site(site: Path) -> int:
    """Index the built `site` into its folder ``pagefind``; return how many pages can be found.

    The same pages give the same bytes. Raises `BuildFailed` where the index cannot be made.
    """
    first, collected = site / FOLDER, site / FOLDER / COLLECTION
    own = sorted(path.name for path in site.iterdir() if path.is_dir())
    pages = _index(site, first, (name for name in own if name not in _COLLECTED))
    pages += _index(site, collected, (name for name in own if name in _COLLECTED))
    _remove(first, _UNUSED)
    _remove(collected, (*_UNUSED, *_SHARED))
    for folder in _THEMES:
        shutil.rmtree(site / folder, ignore_errors=True)
    return pages


def _index(site: Path, target: Path, folders: Iterable[str]) -> int:
    """Index what stands in these folders of the site; return the number of pages."""
    _run(site, list(_options(target.relative_to(site), folders)))
    steady(target)
    entry = json.loads((target / "pagefind-entry.json").read_bytes())
    return sum(language["page_count"] for language in entry["languages"].values())


def _options(target: Path, folders: Iterable[str]) -> Iterator[str]:
    yield from ("--silent", "--site", ".", "--output-path", str(target))
    yield from ("--glob", f"{{{','.join(folders)}}}/**/*.html")
    for selector in _UNREAD:
        yield from ("--exclude-selectors", selector)


def _run(site: Path, options: list[str]) -> None:
    from pagefind.service import get_executable

    program = get_executable()
    if program is None:
        raise BuildFailed("The search index needs the program of the package 'pagefind-bin'.")
    # It would take settings from the environment, too, and these are not the site's.
    own = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    done = subprocess.run(  # noqa: S603 - a program of a locked package
        [program, *options],
        cwd=site,
        env=own | _SETTINGS,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildFailed(f"The search index could not be made.\n{done.stdout}{done.stderr}")


def _remove(folder: Path, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        for path in folder.glob(pattern):
            path.unlink()
