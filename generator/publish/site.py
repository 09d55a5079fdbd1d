"""Builds the HTML site beside the last good one, and swaps the two only when all went well."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from generator.publish.crew import Crew
from generator.publish.index import index_site
from generator.publish.kept import Kept, Made
from generator.publish.progress import watched
from generator.publish.theme import BuildFailed, Dressed, Place, Theme, dress

ALONE_BELOW = 100
_PAGES_A_TASK = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How many pages the site has, and how many of them had to be made."""

    pages: int
    made: int


def publish(root: Path, site: Path, files: Mapping[PurePosixPath, Path], crew: Crew) -> Published:
    """Make `site` from the Markdown in ROOT/build/docs and index it for search.

    A page whose Markdown and theme did not change is taken from ROOT/build/html. `files` are put
    beside the pages: where each belongs on the site, and where it lies now.

    Raises `BuildFailed` when the builder reports an error or a warning; `site` is then untouched.
    """
    fresh = site.with_name(f".{site.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        place = Place.below(root)
        published = _pages(place, fresh, crew)
        for where, source in files.items():
            (fresh / where).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, fresh / where)
        index_site(fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    _swap(fresh, site)
    return published


def _pages(place: Place, fresh: Path, crew: Crew) -> Published:
    """Put every page and what the theme adds into `fresh`; only changed pages are made."""
    theme = Theme(place)
    kept = Kept.read(place.html, theme.look())
    texts = {uri: kept.name(place.docs / uri) for uri in theme.pages}
    usable = kept.usable(texts, theme.pages)
    missing = [uri for uri in theme.pages if uri not in usable]
    for uri in missing:
        theme.pages[uri].unlink(missing_ok=True)
    made = {one.uri: one for one in _dress(theme, missing, crew)}
    pages = {
        uri: usable.get(uri) or Made.of(texts[uri], made[uri], theme.pages[uri])
        for uri in theme.pages
    }
    _check_anchors(pages)
    kept.write(pages, theme.pages.values())
    for html in theme.pages.values():
        target = fresh / html.relative_to(place.html)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(html, target)
    theme.furnish(fresh)
    return Published(pages=len(pages), made=len(made))


def _dress(theme: Theme, uris: list[str], crew: Crew) -> list[Dressed]:
    """Make pages: a few here, many by the crew, the largest first so that none is waited for."""
    if len(uris) < ALONE_BELOW:
        return [theme.dress(uri) for uri in uris]
    uris = sorted(uris, key=lambda uri: -(theme.place.docs / uri).stat().st_size)
    tasks = -(-len(uris) // _PAGES_A_TASK)
    futures = [crew.submit(dress, theme.place, uris[n::tasks]) for n in range(tasks)]
    try:
        done = watched(futures, len(uris), " pages", of_each=_PAGES_A_TASK)
        return [dressed for future in done for dressed in future.result()]
    except BrokenProcessPool as error:
        raise BuildFailed(f"A process that made pages was stopped: {error}") from error
    finally:
        for future in futures:
            future.cancel()


def _check_anchors(pages: Mapping[str, Made]) -> None:
    """Raise `BuildFailed` that names every link to a place that its page does not have."""
    faults = [
        f"{uri} links to '{target}#{anchor}', but there is no such place on that page"
        for uri, page in pages.items()
        for target, anchor in page.links
        if target in pages and anchor not in pages[target].anchors
    ]
    if faults:
        raise BuildFailed("\n".join(faults))


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
