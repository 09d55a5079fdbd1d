"""Makes the PDFs and the social images: only what changed, in parallel, the same bytes each time.

This module alone knows the typesetter. It is given source text, never a path of the site, sees no
folder but its own, and knows no package.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Final

from generator.render.pdf_sources import Source, sources
from generator.render.views import Context

STANDARDS: Final = ("a-2a", "ua-1")
_MISSING: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_PAGE: Final = re.compile(rb"/Type\s*/Page\b(?!s)")
_MOST_GLYPHS_MISSING: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFile:
    """A made file: its place on the site, where it lies, how long it is, and what to call it.

    `pages` is 1 for an image.
    """

    path: PurePosixPath
    source: Path
    pages: int
    bytes: int
    download_name: str


class PdfFailed(Exception):
    """The typesetter refused a document; the text says which, and why."""


def make_pdfs(context: Context, templates: Iterable[Path], build: Path) -> tuple[PdfFile, ...]:
    """Make every brief's documents and the book below `build`, and remove those of others.

    A document whose source is unchanged is not made again. Raises `PdfFailed`.
    """
    folder = build / "pdf"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {folder / _name(source): source for source in sources(context, templates)}
    missing = [path for path in wanted if not path.is_file()]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        # The longest first, so that no thread is left with the book alone at the end.
        missing.sort(key=lambda path: -len(wanted[path].text))
        for _ in pool.map(lambda path: _make(wanted[path], path), missing):
            pass
    for other in set(folder.iterdir()) - set(wanted):
        other.unlink()
    return tuple(_file(source, path) for path, source in wanted.items())


def _name(source: Source) -> str:
    """A file name that changes with the source and with the typesetter."""
    seed = f"{version('typst')} {' '.join(STANDARDS)}\n{source.text}"
    return f"{hashlib.sha256(seed.encode()).hexdigest()[:20]}-{source.path.name}"


def _make(source: Source, path: Path) -> None:
    """Make one document beside its place, then move it there, so that it is whole or absent."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(compile_source(source, path.parent))
    beside.replace(path)


def compile_source(source: Source, root: Path) -> bytes:
    """The bytes of a document; a character that no typeface can draw is given by its number."""
    text = source.text
    for _ in range(_MOST_GLYPHS_MISSING):
        try:
            return _compile(text, source, root)
        except RuntimeError as error:
            unknown = _MISSING.search(str(error))
            if unknown is None or unknown[1] not in text:
                raise PdfFailed(f"{source.path}: {error}") from error
            numbers = " ".join(f"U+{ord(character):04X}" for character in unknown[1])
            text = text.replace(unknown[1], f"[{numbers}]")
    raise PdfFailed(f"{source.path}: too many characters that cannot be printed")


def _compile(text: str, source: Source, root: Path) -> bytes:
    import typst

    if source.form == "png":
        made = typst.compile(
            text.encode(), root=root, ignore_system_fonts=True, format="png", ppi=72
        )
    else:
        made = typst.compile(
            text.encode(), root=root, ignore_system_fonts=True, pdf_standards=list(STANDARDS)
        )
    if not isinstance(made, bytes):
        raise PdfFailed(f"{source.path}: a social image must be one page")
    return made


def _file(source: Source, path: Path) -> PdfFile:
    content = path.read_bytes()
    return PdfFile(
        path=source.path,
        source=path,
        pages=_pages(content) if source.form == "pdf" else 1,
        bytes=len(content),
        download_name=source.download_name,
    )


def _pages(content: bytes) -> int:
    return len(_PAGE.findall(content))
