"""The printed briefs and social images of a site: only what changed is made, and in parallel."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from generator.crew import Crew
from generator.publish.typeset import Form, TypesettingFailed, typeset_to, typesetter
from generator.render.context import Context
from generator.render.pdf_sources import BOOK, Source, sources
from generator.render.views import Download

# By the ending of the file's name, the longest first.
_LABELS: Final = {
    "-summary.pdf": "One-page summary",
    "-letter.pdf": "PDF, US Letter",
    ".pdf": "PDF, A4",
}
_WHOLE: Final = {".pdf": (b"%PDF-", b"%%EOF"), ".png": (b"\x89PNG", b"IEND\xaeB`\x82")}
_PAGE: Final = re.compile(rb"/Type\s*/Page\b(?!s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFile:
    """A made file: its place on the site, where it lies, how long it is, and what to call it.

    `path` is relative to the site, such as ``briefs/choirs.pdf``; an image has one page.
    """

    path: PurePosixPath
    source: Path
    pages: int
    bytes: int
    download_name: str


class PdfFailed(Exception):
    """A document could not be made; the text says which, and why."""


def _download(file: PdfFile, label: str) -> Download:
    return Download(
        file=file.path.name,
        label=label,
        name=file.download_name,
        size=f"{max(1, round(file.bytes / 1000))} KB",
        pages=f"{file.pages} {'page' if file.pages == 1 else 'pages'}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Typesetting:
    """Documents that are wanted, those of them that a crew is making, and those that were made and
    looked at."""

    wanted: Mapping[Path, Source] = field(default_factory=dict)
    begun: Mapping[Path, Future[None]] = field(default_factory=dict)
    made: dict[Path, PdfFile] = field(default_factory=dict)

    def files(self) -> tuple[PdfFile, ...]:
        """Every document, once all are made. Raises `PdfFailed`, which names the first fault."""
        return tuple(map(self.file, self.wanted))

    def file(self, path: Path) -> PdfFile:
        """One document, once it is made. Raises `PdfFailed`."""
        source = self.wanted[path]
        try:
            if path in self.begun:
                self.begun[path].result()
        except (TypesettingFailed, BrokenProcessPool) as error:
            raise PdfFailed(f"{source.path}: {error}") from error
        if path not in self.made:
            self.made[path] = _file(source, path)
        return self.made[path]

    @property
    def downloads(self) -> Mapping[str, tuple[Download, ...]]:
        """What each brief's page offers, by the brief: its PDF first, images left out.

        To look up a brief waits until its own documents are made, and raises `PdfFailed`.
        """
        return _Downloads(self)


class _Downloads(Mapping[str, tuple[Download, ...]]):
    def __init__(self, typesetting: Typesetting) -> None:
        self._typesetting = typesetting
        # By the brief: its documents, each with its label, in the order in which they are offered.
        self._offered: dict[str, dict[str, Path]] = {}
        for ending, label in reversed(_LABELS.items()):
            for path, source in typesetting.wanted.items():
                if _ending(source.path) == ending:
                    slug = source.path.name.removesuffix(ending)
                    self._offered.setdefault(slug, {})[label] = path

    def __getitem__(self, slug: str) -> tuple[Download, ...]:
        offered = self._offered[slug].items()
        return tuple(_download(self._typesetting.file(path), label) for label, path in offered)

    def __contains__(self, slug: object) -> bool:
        return slug in self._offered  # without waiting for it

    def __iter__(self) -> Iterator[str]:
        return iter(self._offered)

    def __len__(self) -> int:
        return len(self._offered)


def _ending(path: PurePosixPath) -> str | None:
    return next((ending for ending in _LABELS if path.name.endswith(ending)), None)


def begin_pdfs(context: Context, templates: Iterable[Path], build: Path, crew: Crew) -> Typesetting:
    """Begin every brief's documents and the book below `build`, and remove those of others.

    A document whose source is unchanged is not made again.
    """
    folder = build / "pdf"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {folder / _name(source): source for source in sources(context, templates)}
    for other in set(folder.iterdir()) - set(wanted):
        other.unlink()
    missing: dict[str, dict[Form, Path]] = {}
    for path in sorted(wanted, key=lambda path: _turn(wanted[path])):
        if not _is_whole(path):
            missing.setdefault(wanted[path].text, {})[wanted[path].form] = path
    begun: dict[Path, Future[None]] = {}
    for text, forms in missing.items():
        begun |= dict.fromkeys(forms.values(), crew.submit(typeset_to, text, forms))
    return Typesetting(wanted=wanted, begun=begun)


def _turn(source: Source) -> tuple[bool, PurePosixPath]:
    """The book, which takes longest, comes first; then all that the page of one brief waits for,
    before that of the next."""
    return source.path != BOOK, source.path


def _is_whole(path: Path) -> bool:
    """A kept file that was cut short is made again."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    starts, ends = _WHOLE[path.suffix]
    return content.startswith(starts) and content.rstrip().endswith(ends)


def _name(source: Source) -> str:
    """A file name that changes with the source and with the typesetter."""
    seed = f"{typesetter()}\n{source.text}"
    return f"{hashlib.sha256(seed.encode()).hexdigest()[:20]}-{source.path.name}"


def _file(source: Source, path: Path) -> PdfFile:
    content = path.read_bytes()
    return PdfFile(
        path=source.path,
        source=path,
        pages=1 if source.form == "png" else len(_PAGE.findall(content)),
        bytes=len(content),
        download_name=source.download_name,
    )
