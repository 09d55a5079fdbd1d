"""Puts pages on disk: only what changed is written, and what no longer belongs is removed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from generator.disk import put
from generator.render.pages import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How many files were written, left as they were, and removed."""

    written: int = 0
    kept: int = 0
    removed: int = 0


def write(pages: Iterable[Page], folder: Path) -> Changes:
    """Make `folder` hold exactly these pages; untouched files keep their time stamps."""
    written = kept = 0
    wanted: set[Path] = set()
    for page in pages:
        wanted.add(folder / page.path)
        if write_one(page, folder):
            written += 1
        else:
            kept += 1
    return Changes(written=written, kept=kept, removed=remove_others(folder, wanted))


def write_one(page: Page, folder: Path) -> bool:
    """Put one page below `folder`; False where it is there already, as it should be."""
    target = folder / page.path
    if _same(target, page.content):
        return False
    put(target, page.content)
    return True


def _same(target: Path, content: bytes) -> bool:
    try:
        return target.read_bytes() == content
    except OSError:
        return False


def remove_others(folder: Path, wanted: Collection[Path]) -> int:
    """Remove every file below `folder` that is not wanted, and say how many these were."""
    others = [path for path in folder.rglob("*") if path.is_file() and path not in wanted]
    for path in others:
        path.unlink()
    return len(others)
