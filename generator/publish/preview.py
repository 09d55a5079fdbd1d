"""A site that is shown while it is written: a page is made when somebody asks for it.

What was built stands behind it: theme, search, data and printed files are those of the last build.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path, PurePosixPath
from threading import Lock

from generator.examine import Checked, examine
from generator.library import Library
from generator.problem import Severity
from generator.publish.theme import BuildFailed, Place, Theme, sound_templates
from generator.render.context import Context, prepare
from generator.render.page import Maker, Page
from generator.render.pages import Pages
from generator.render.views import Download
from generator.report import as_text
from generator.write import write_one


class Preview:
    """The pages of one site, as its sources are now; several threads may ask at once.

    `printed` is what the last build printed, by brief; None before any build went well.
    """

    def __init__(self, root: Path, templates: Iterable[Path]) -> None:
        self._place = Place.below(root, "preview")
        self._templates = tuple(templates)
        self._lock = Lock()
        self._theme: Theme | None = None
        self._context: Context | None = None
        self._made: dict[str, bytes] = {}
        self._pages: dict[PurePosixPath, Callable[[], Page]] = {}
        self._more: Iterator[Maker] = iter(())
        self._names: tuple[Collection[str], ...] = ()
        self.printed: Mapping[str, tuple[Download, ...]] | None = None
        self.version = 0
        self.problems: tuple[str, ...] = ()

    def refresh(self, *, look: bool = False) -> Checked:
        """Read the sources again; `look` says that templates or theme changed, too.

        With errors the pages stay as they were, and `problems` says why.
        """
        checked = examine(self._place.root, keep=True)
        faults = [p for p in checked.problems if p.severity is Severity.ERROR]
        with self._lock:
            self.version += 1
            self.problems = tuple(map(as_text, faults))
            if not faults and checked.library and checked.evidence and checked.site:
                context = prepare(checked.site, checked.library, checked.evidence, self._context)
                self._context = context
                pages = Pages(self._templates, context, lambda: self.printed or {})
                self._pages, self._more = {}, pages.makers()
                self._made.clear()
                names = _names(checked.library)
                if look or names != self._names:
                    self._try_new_pages()
                self._names = names
            if look:
                self._theme = None
                self._made.clear()
        return checked

    def _try_new_pages(self) -> None:
        try:
            with sound_templates():
                self._write_new_pages()
        except BuildFailed as error:
            self.problems = (str(error),)

    def _write_new_pages(self) -> None:
        """Others may lead to a page that was not there before: the theme has to know of it."""
        self._pages.update(self._more)
        for path, make in self._pages.items():
            if path.suffix == ".md" and not (self._place.docs / path).is_file():
                write_one(make(), self._place.docs)
                self._theme = None

    def _maker(self, paths: Iterable[PurePosixPath]) -> Maker | None:
        """The first of these pages that there is, and how it is made. What lists hold is worked
        out only when a list, or what comes after it, is asked for."""
        for more in chain((None,), self._more):
            self._pages.update([more] if more else [])
            for path in paths:
                if path in self._pages:
                    return path, self._pages[path]
        return None

    def get(self, path: str) -> bytes | None:
        """What stands at a path of the site, such as ``studies/dahl2012/``; None where it is not
        one of the generated pages. Raises `BuildFailed` when the theme refuses the page."""
        with self._lock:
            if path not in self._made:
                with sound_templates():
                    made = self._make(path)
                if made is None:
                    return None
                self._made[path] = made
            return self._made[path]

    def _make(self, path: str) -> bytes | None:
        found = self._maker(_sources(path))
        if found is None:
            return None
        source, make = found
        page = make()
        return page.content if source.suffix != ".md" else self._dressed(page)

    def _dressed(self, page: Page) -> bytes:
        write_one(page, self._place.docs)
        uri = str(page.path)
        self._theme = self._theme or Theme(self._place)
        self._theme.dress(uri)
        return self._theme.pages[uri].read_bytes()


def _names(library: Library) -> tuple[Collection[str], ...]:
    """The names of all that has a page of its own: where these stay, so do all pages."""
    words = library.vocabulary
    named = (words.outcomes, words.themes, words.concepts, library.studies, library.works)
    return tuple(frozenset(one) for one in (*named, library.briefs))


def _sources(path: str) -> tuple[PurePosixPath, ...]:
    """The files from which a path of the site may be made."""
    if path.endswith("/") or not path:
        folder = PurePosixPath(path)
        return (folder / "index.md", folder.with_suffix(".md") if path else folder)
    return (PurePosixPath(path),)
