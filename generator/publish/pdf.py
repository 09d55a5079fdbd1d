"""The printed briefs and social images of a site: only what changed is made, and in parallel."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from generator.publish.crew import Crew
from generator.publish.typeset import Form, TypesettingFailed, typeset_to, typesetter
from generator.render.context import Context
from generator.render.pdf_sources import Source, sources
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


def downloads(files: Iterable[PdfFile]) -> Mapping[str, tuple[Download, ...]]:
    """What each brief's page offers, by the brief: its PDF first, images left out."""
    offered: dict[str, list[Download]] = {}
    for file in files:
        for ending, label in _LABELS.items():
            if file.path.name.endswith(ending):
                slug = file.path.name.removesuffix(ending)
                offered.setdefault(slug, []).append(_download(file, label))
                break
    order = list(_LABELS.values())
    return {
        slug: tuple(sorted(own, key=lambda download: order.index(download.label), reverse=True))
        for slug, own in offered.items()
    }


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
    """Documents that are wanted, and those of them that a crew is making."""

    wanted: Mapping[Path, Source] = field(default_factory=dict)
    begun: Mapping[Path, Future[None]] = field(default_factory=dict)

    def files(self) -> tuple[PdfFile, ...]:
        """Every document, once all are made. Raises `PdfFailed`, which names the first fault."""
        for path, future in self.begun.items():
            try:
                future.result()
            except (TypesettingFailed, BrokenProcessPool) as error:
                raise PdfFailed(f"{self.wanted[path].path}: {error}") from error
        return tuple(_file(source, path) for path, source in self.wanted.items())


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
    for path, source in wanted.items():
        if not _is_whole(path):
            missing.setdefault(source.text, {})[source.form] = path
    # The longest first, so that no process is left with the book alone at the end.
    begun: dict[Path, Future[None]] = {}
    for text in sorted(missing, key=len, reverse=True):
        begun |= dict.fromkeys(missing[text].values(), crew.submit(typeset_to, text, missing[text]))
    return Typesetting(wanted=wanted, begun=begun)


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
