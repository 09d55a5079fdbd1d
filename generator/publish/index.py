"""Makes the search index of a built site: this module alone knows Pagefind.

There is a small index of briefs, outcomes and the like, which answers first. The collection,
studies and works, may be a hundred times as large. It has several indexes with few pages each,
because Pagefind's time for a word grows with the square of the pages that hold it: for a few words
of most of 10,000 pages it took 20 seconds in one index, and one second in eight.
`site_overrides/assets/search-page.js` reads them all.

Pagefind runs as a command of its own, which ends when every file is written. Its Python interface
waits a tenth of a second for each page that is given to it, and stops the program while the last
files may still be half written.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zlib import crc32

from generator.disk import link
from generator.program import program
from generator.publish.parts import Parts
from generator.publish.progress import watched
from generator.publish.steady import steady
from generator.publish.theme import BuildFailed

FOLDER: Final = "pagefind"
COLLECTION: Final = "collection"
PARTS: Final = "parts.json"
_COLLECTED: Final = ("studies", "works")
_MOST_PAGES: Final = 1250
# Pagefind does some of its work with one processor only, and so do we with what it leaves.
_AT_ONCE: Final = 2
_FOUND: Final = b"data-pagefind-body"
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
# How much of an index a word brings along; the usual is 20,000.
_SETTINGS: Final = {"PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE": "1000"}
# Pagefind's own pages.
_UNUSED: Final = ("*-ui.js", "*-ui.css", "pagefind-highlight.js", "wasm.unknown.pagefind")
_SHARED: Final = ("pagefind.js", "pagefind-worker.js", "wasm.*.pagefind")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A page of a site: where it stands, a name for its content, and whether it can be found."""

    path: Path
    content: str
    found: bool


def index_site(site: Path, kept: Path | None = None) -> int:
    """Index the built `site` into its folder ``pagefind``; return how many pages can be found.

    The same pages give the same bytes. A part of the index whose pages are as they were is taken
    from the folder `kept`, if there is one. Raises `BuildFailed` where the index cannot be made.
    """
    first, collection, shelf = site / FOLDER, site / f".{COLLECTION}", Parts(kept, _look())
    shutil.rmtree(first, ignore_errors=True)
    folders = sorted(path.name for path in site.iterdir() if path.is_dir())
    folders = [name for name in folders if name not in _COLLECTED]
    made_of, parts = _name_of(_read(site, folders)), _parts(_read(site, _COLLECTED))
    work = [
        partial(shelf.place, FOLDER, made_of, first, partial(_index_first, site, first, folders))
    ]
    for name, pages in parts.items():
        target = collection / name
        make = partial(_index_part, site, target, [page.path for page in pages])
        work.append(partial(shelf.place, name, _name_of(pages), target, make))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        begun = [pool.submit(one) for one in work]
        try:
            for one in watched(begun, len(begun), " parts of the search index"):
                one.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if parts:
        collection.rename(first / COLLECTION)
    shelf.save()
    told = [f"{COLLECTION}/{name}/" for name in parts]
    (first / PARTS).write_text(json.dumps(told) + "\n", encoding="utf-8")
    return sum(map(_count, (first, *(first / COLLECTION / name for name in parts))))


def _read(site: Path, folders: Iterable[str]) -> Iterator[_Page]:
    """The pages in some folders of a site."""
    for path in (path for name in folders for path in sorted(site.glob(f"{name}/**/*.html"))):
        content = path.read_bytes()
        yield _Page(
            path=path.relative_to(site),
            content=blake2b(content, digest_size=16).hexdigest(),
            found=_FOUND in content,
        )


def _look() -> str:
    """A name for how an index is made."""
    return f"{program()} {version('pagefind')}"


def _name_of(pages: Iterable[_Page]) -> str:
    """A name for the pages that an index is made of."""
    made = blake2b(digest_size=16)
    for page in pages:
        made.update(f"\n{page.path.as_posix()} {page.content}".encode())
    return made.hexdigest()


def _parts(collected: Iterable[_Page]) -> Mapping[str, list[_Page]]:
    """The pages of the collection that can be found, by the part of the index in which they are.

    A page stays in its part as long as there are as many parts, whatever others come and go.
    """
    found = [page for page in collected if page.found]
    many = 1
    while len(found) > many * _MOST_PAGES:
        many *= 2
    parts: dict[str, list[_Page]] = {}
    for page in found:
        parts.setdefault(str(crc32(page.path.as_posix().encode()) % many), []).append(page)
    return dict(sorted(parts.items()))


def _index_first(site: Path, target: Path, folders: Iterable[str]) -> None:
    """Index the pages outside the collection, with the programs that all parts share."""
    _run(site, _options(target, f"{{{','.join(folders)}}}/**/*.html"))
    steady(target)
    _remove(target, _UNUSED)


def _index_part(site: Path, target: Path, pages: Iterable[Path]) -> None:
    """Index some pages of the site, which are put in a folder of their own for it."""
    with TemporaryDirectory(dir=site, prefix=".index-") as name:
        folder = Path(name)
        for page in pages:
            (folder / page).parent.mkdir(parents=True)
            link(site / page, folder / page)
        _run(folder, _options(folder / FOLDER, "**/*.html"))
        steady(folder / FOLDER)
        _remove(folder / FOLDER, (*_UNUSED, *_SHARED))
        target.parent.mkdir(exist_ok=True)
        (folder / FOLDER).rename(target)


def _count(index: Path) -> int:
    """How many pages an index holds."""
    entry = json.loads((index / "pagefind-entry.json").read_bytes())
    return sum(language["page_count"] for language in entry["languages"].values())


def _options(target: Path, glob: str) -> Iterator[str]:
    yield from ("--silent", "--site", ".", "--output-path", str(target.resolve()), "--glob", glob)
    for selector in _UNREAD:
        yield from ("--exclude-selectors", selector)


def _run(site: Path, options: Iterable[str]) -> None:
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
