"""The Markdown and the data of a site: made by several processes, or left as they were.

What was made together is left where nothing that it was made from changed (`generator.render.watch`
notes what that was), and its files are as they were put there. What cannot be read of the last time
is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final, TypeAlias

from pydantic_core import to_json

from generator.crew import Crew
from generator.disk import Stamp, stamp
from generator.program import program
from generator.publish import register
from generator.render.context import Context
from generator.render.crawlers import site_map
from generator.render.exports import makings
from generator.render.page import Making
from generator.render.pages import Pages
from generator.render.views import Download
from generator.render.watch import Watch
from generator.write import Changes, remove_others, write_one

Downloads: TypeAlias = Callable[[], Mapping[str, tuple[Download, ...]]]

# From so many pages on it is worth it to share them out among processes; and in a site of so many,
# whose lists take long, from two on.
_MANY: Final = 400
_LARGE: Final = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """What a making drew on, the version of all that, and the files that it left below the docs
    folder, each with its stamp."""

    drawn: tuple[str, ...]
    version: str
    files: Mapping[str, Stamp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The generated files of one site below `docs`, and those of them that still stand.

    With `printed`, pages of briefs wait for printed files. `again` names what was made in this run,
    and `written` the files that came out otherwise.
    """

    watch: Watch
    pages: Pages
    data: tuple[Making, ...]
    docs: Path
    printed: bool
    look: str
    before: Mapping[str, Stood]
    now: dict[str, Stood] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)

    @classmethod
    def of(
        cls, context: Context, templates: Iterable[Path], docs: Path, downloads: Downloads | None
    ) -> Texts:
        """The files of a site; `downloads` waits for the printed files that briefs offer."""
        folders, watch = tuple(templates), Watch(context)
        printed = watch.table("printed", context.library.briefs if downloads else {})
        look = _look(context, folders)

        def offered() -> Mapping[str, tuple[Download, ...]]:
            return watch.table("downloads", downloads() if downloads else {})

        def text(path: PurePosixPath) -> str:
            return (docs / path).read_text(encoding="utf-8")

        return cls(
            watch=watch,
            pages=Pages(folders, watch.context, offered),
            data=tuple(makings(watch.context, printed, text)),
            docs=docs,
            printed=bool(downloads),
            look=look,
            before=register.read(_register(docs), look, Stood),
        )

    def begun(self, crew: Crew) -> Callable[[], Changes]:
        """Have what waits for nothing made by a crew, which goes on while something else is done.

        What is given makes everything else and waits; `docs` then holds exactly the site's files.
        """
        several = list(self._at_once())
        missing = [making for making in several if not self._stands(making)]
        made = crew.shared(self._made, missing, worth=2 if len(several) >= _LARGE else _MANY)

        def finish() -> Changes:
            for making, (stood, written) in zip(missing, made(), strict=True):
                self._remember(making, stood, written)
            return self._finished()

        return finish

    def _at_once(self) -> Iterator[Making]:
        """What needs no printed file and no other file, with that first which takes long."""
        yield from self.pages.lists()
        yield from (making for making in self.data if not making.late)
        makers = self.pages.of_records()
        yield from map(Making.of, makers if self.printed else (*self.pages.briefs(), *makers))

    def _finished(self) -> Changes:
        """Make what waits for printed files or for other files; then take stock."""
        _ = self.pages.downloads
        self._settle(map(Making.of, self.pages.singles()))
        late = [making for making in self.data if making.late]
        # Not only where a file came out otherwise: the last run may have been ended in between.
        parts = any(making.name in self.again for making in self.data)
        if parts or not all(map(self._stands, late)):
            for making in late:
                self._remember(making, *self._made(making))
        files = {path for stood in self.now.values() for path in stood.files}
        if (page := site_map(files, self.pages.context)) is not None:
            files.add(str(page.path))
            if write_one(page, self.docs):
                self.written.add(str(page.path))
        return self._saved(files)

    def _saved(self, files: set[str]) -> Changes:
        register.write(_register(self.docs), self.look, Stood, self.now)
        removed = remove_others(self.docs, files)
        written = len(self.written)
        return Changes(written=written, kept=len(files) - written, removed=removed)

    def _settle(self, makings: Iterable[Making]) -> None:
        for making in makings:
            if making.name not in self.now and not self._stands(making):
                self._remember(making, *self._made(making))

    def _stands(self, making: Making) -> bool:
        """Whether what was made before holds, because nothing changed that it was made from."""
        stood = self.before.get(making.name)
        if stood is None or stood.version != self.watch.version(stood.drawn):
            return False
        if any(stamp(self.docs / path) != known for path, known in stood.files.items()):
            return False
        self.now[making.name] = stood
        return True

    def _made(self, making: Making) -> tuple[Stood, tuple[str, ...]]:
        """Make files and put them where they belong; and those that were otherwise before."""
        self.watch.drawn()
        pages = list(making.make())
        drawn = self.watch.drawn()
        written = tuple(str(page.path) for page in pages if write_one(page, self.docs))
        files = {str(page.path): stamp(self.docs / page.path) for page in pages}
        return Stood(drawn=drawn, version=self.watch.version(drawn), files=files), written

    def _remember(self, making: Making, stood: Stood, written: Iterable[str]) -> None:
        self.now[making.name] = stood
        self.again.add(making.name)
        self.written.update(written)


def _register(docs: Path) -> Path:
    return docs.with_name("texts.json")


def _look(context: Context, templates: Iterable[Path]) -> str:
    """A name for all that files are made from beside the records that are looked up."""
    library = context.library
    common = (
        *(context.site, library.vocabulary, library.wording, library.synthesis),
        *(library.flow, library.citations, library.tested),
    )
    made = sha256(program().encode() + to_json(common))
    for path in sorted(file for folder in templates for file in folder.rglob("*.j2")):
        made.update(path.read_bytes() + b"\n")
    return made.hexdigest()
