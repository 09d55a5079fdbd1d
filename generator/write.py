"""Puts pages on disk: only what changed is written, and what no longer belongs is removed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

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
        target = folder / page.path
        wanted.add(target)
        if _same(target, page.text):
            kept += 1
        else:
            _replace(target, page.text)
            written += 1
    return Changes(written=written, kept=kept, removed=_remove_others(folder, wanted))


def _same(target: Path, text: str) -> bool:
    try:
        return target.read_bytes() == text.encode()
    except OSError:
        return False


def _replace(target: Path, text: str) -> None:
    """Write beside the target and move into place, so that no half-written file is ever seen."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.new")
    beside.write_bytes(text.encode())
    os.replace(beside, target)  # noqa: PTH105 - atomic, also over an existing file


def _remove_others(folder: Path, wanted: set[Path]) -> int:
    others = [path for path in folder.rglob("*") if path.is_file() and path not in wanted]
    for path in others:
        path.unlink()
    return len(others)
