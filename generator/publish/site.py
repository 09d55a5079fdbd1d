"""Builds the HTML site beside the last good one, and swaps the two only when all went well."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from generator.crew import Crew
from generator.disk import link, remove, restore, swap
from generator.publish.index import index_site
from generator.publish.kept import Kept, Made
from generator.publish.progress import watched
from generator.publish.theme import BuildFailed, Dressed, Place, Theme, dress, opened

# Fewer pages than these are not worth a fresh process, and fewer than those no copy of this one.
ALONE_BELOW = 100
_SOME = 6
# What every site of ours has, and nothing else.
_OURS = "data/evidence.json"
_PAGES_A_TASK = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How many pages the site has, and how many of them had to be made."""

    pages: int
    made: int


def publish(root: Path, site: Path, files: Mapping[PurePosixPath, Path]) -> Published:
    """Make `site` from the Markdown in ROOT/build/docs and index it for search.

    A page whose Markdown and theme did not change is taken from ROOT/build/html. `files` are put
    beside the pages: where each belongs on the site, and where it lies now.

    Raises `BuildFailed` when the builder reports an error or a warning; `site` is then untouched.
    """
    fresh, old = site.with_name(f".{site.name}.new"), _old(site)
    remove(fresh)
    try:
        place = Place.below(root)
        published = _pages(place, fresh)
        for where, source in files.items():
            (fresh / where).parent.mkdir(parents=True, exist_ok=True)
            link(source, fresh / where)
        index_site(fresh, place.html.with_name("index"))
    except BaseException:
        remove(fresh)
        raise
    swap(fresh, site, old)
    remove(old)
    return published


def bring_back(site: Path) -> None:
    """Put the last good site back where a build that was killed may have left none."""
    restore(site, _old(site))


def site_fault(root: Path, site: Path) -> str:
    """Why a folder cannot become the site, or an empty text: the whole folder would be replaced."""
    if site.is_symlink():
        return f"{site} is a symbolic link. Name the folder that it leads to by --site."
    if site.exists() and not site.is_dir():
        return f"{site} is not a folder. Move it away, or name another place by --site."
    if root.resolve().is_relative_to(site.resolve()):
        return f"{site} holds the sources. Name a folder for the site alone by --site."
    if site.is_dir() and any(site.iterdir()) and not (site / _OURS).is_file():
        return f"{site} holds something else than a site. Name a new or an empty folder by --site."
    return ""


def place_of(site: Path) -> Path:
    """The folder of a site by its whole path: beside it the next one is made."""
    return Path(os.path.abspath(site))  # noqa: PTH100 - a link is to stay one


def _old(site: Path) -> Path:
    return site.with_name(f".{site.name}.old")


def _pages(place: Place, fresh: Path) -> Published:
    """Put every page and what the theme adds into `fresh`; only changed pages are made."""
    theme = opened(place)
    kept = Kept(place.html, theme.look())
    texts = {uri: kept.name(place.docs / uri) for uri in theme.pages}
    usable = kept.usable(texts, theme.pages)
    missing = [uri for uri in theme.pages if uri not in usable]
    for uri in missing:
        theme.pages[uri].unlink(missing_ok=True)
    made = {one.uri: one for one in _dress(theme, missing)}
    pages = {
        uri: usable.get(uri) or Made.of(texts[uri], made[uri], theme.pages[uri])
        for uri in theme.pages
    }
    _check_anchors(pages)
    kept.write(pages, theme.pages.values())
    for html in theme.pages.values():
        target = fresh / html.relative_to(place.html)
        target.parent.mkdir(parents=True, exist_ok=True)
        link(html, target)
    theme.furnish(fresh)
    return Published(pages=len(pages), made=len(made))


def _dress(theme: Theme, uris: list[str]) -> list[Dressed]:
    """Make pages, the largest first so that none is waited for: a few here, some by copies of this
    process, and many by any processes, even if these must open the theme first."""
    uris = sorted(uris, key=lambda uri: -(theme.place.docs / uri).stat().st_size)
    if len(uris) < ALONE_BELOW:
        with Crew() as crew:
            return crew.shared(theme.dress, uris, worth=_SOME)()
    tasks = -(-len(uris) // _PAGES_A_TASK)
    try:
        with Crew() as crew:
            futures = [crew.submit(dress, theme.place, uris[n::tasks]) for n in range(tasks)]
            done = watched(futures, len(uris), " pages", of_each=_PAGES_A_TASK)
            return [dressed for future in done for dressed in future.result()]
    except BrokenProcessPool as error:
        raise BuildFailed(f"A process that made pages was stopped: {error}") from error


def _check_anchors(pages: Mapping[str, Made]) -> None:
    """Raise `BuildFailed` that names every link to a place that its page does not have."""
    anchors = {uri: frozenset(page.anchors) for uri, page in pages.items()}
    faults = [
        f"{uri} links to '{target}#{anchor}', but there is no such place on that page"
        for uri, page in pages.items()
        for target, anchor in page.links
        if target in anchors and anchor not in anchors[target]
    ]
    if faults:
        raise BuildFailed("\n".join(faults))
