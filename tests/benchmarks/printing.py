"""What printing costs: a site built without PDFs, with those of each brief, and with the book of
all briefs as well, everything new each time.

Run by ``python -m tests.benchmarks.printing [--root SITE] [--runs N]``; without a site, one is made
up. Seconds are those of all processors, for the build and the processes that it starts. The builds
take turns and each figure is the median: other work on the machine weighs on all of them alike.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from generator.render.pdf_sources import BOOK
from tests.benchmarks.corpus import write_corpus

REPOSITORY: Final = Path(__file__).resolve().parents[2]
STUDIES: Final = 300
_SOURCES: Final = ("briefs", "data", "templates", "site_overrides", "docs", "mkdocs.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds of one build: of all processors, and by the clock."""

    processors: float
    clock: float


def main() -> None:
    """Measure, and print the table as Markdown."""
    parser = argparse.ArgumentParser(description="Measure what the printed files cost.")
    parser.add_argument("--root", type=Path, help="a site to measure; it is copied first")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    for line in measured(options.root, options.runs):
        sys.stdout.write(f"{line}\n")


def measured(site: Path | None, runs: int = 3) -> Iterator[str]:
    """The table for a copy of a site, or for one that is made up."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary) / "site"
        if site:
            _copy(site, root)
        else:
            write_corpus(root, STUDIES)
        yield from rows(root, runs)


def rows(root: Path, runs: int = 3) -> Iterator[str]:
    """A table of both builds of the site below `root`, whose outputs are thrown away."""
    costs: dict[str, list[Cost]] = {}
    for _ in range(runs):
        costs.setdefault("build without them", []).append(_build(root, "--no-pdf"))
        costs.setdefault("build with all of them new", []).append(_build(root))
        files = list((root / "build/pdf").iterdir())
        (book,) = (file for file in files if file.name.endswith(BOOK.name))
        costs.setdefault("build with those of each brief new", []).append(_build(root, kept=book))
    yield f"| {len(files)} printed files | processor s | ratio | by the clock, s | ratio |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    plain = _medians(costs["build without them"])
    for name, each in costs.items():
        work, clock = _medians(each)
        share, longer = work / plain[0], clock / plain[1]
        yield f"| {name} | {work:.1f} | {share:.2f} | {clock:.1f} | {longer:.2f} |"


def _medians(costs: list[Cost]) -> tuple[float, float]:
    return median(cost.processors for cost in costs), median(cost.clock for cost in costs)


def _build(root: Path, *options: str, kept: Path | None = None) -> Cost:
    """Build a site of which nothing is there, or nothing but a printed file that is kept."""
    content = kept.read_bytes() if kept else b""
    for folder in ("build", "site"):
        shutil.rmtree(root / folder, ignore_errors=True)
    if kept:
        kept.parent.mkdir(parents=True)
        kept.write_bytes(content)
    began, before = time.perf_counter(), _spent()
    subprocess.run(
        [sys.executable, "-m", "generator", "build", "--root", str(root), *options],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    return Cost(processors=_spent() - before, clock=time.perf_counter() - began)


def _spent() -> float:
    """Processor seconds of every process that was started here and has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _copy(site: Path, to: Path) -> None:
    """Copy what a site is made of, and nothing that was built."""
    to.mkdir()
    for name in _SOURCES:
        if (site / name).is_dir():
            shutil.copytree(site / name, to / name)
        elif (site / name).exists():
            shutil.copyfile(site / name, to / name)


if __name__ == "__main__":
    main()
