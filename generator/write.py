"""Puts pages on disk: only what changed is written, and what no longer belongs is removed."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from generator.disk import renew
from generator.render.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How many files were written, left as they were, and removed."""

    written: int = 0
    kept: int = 0
    removed: int = 0


def write_one(page: Page, folder: Path) -> bool:
    """Put one page below `folder`; False where it is there already, as it should be."""
    return renew(folder / page.path, page.content)


def remove_others(folder: Path, wanted: Collection[str]) -> int:
    """Remove every file below `folder` but those with these paths, and say how many these were."""
    removed = 0
    for here, _, names in os.walk(folder):
        inside = Path(here).relative_to(folder)
        for name in names:
            if (inside / name).as_posix() not in wanted:
                Path(here, name).unlink()
                removed += 1
    return removed
