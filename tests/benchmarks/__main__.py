"""`make bench`: every stage at two sizes, as ratios to a limit measured in the same run.

Options: ``--sizes SMALL LARGE`` (default 1000 10000) for the generator, ``--site N`` (default 300)
for the whole site, ``--folder DIR`` for the made-up sites (default: a temporary one).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.benchmarks.corpus import write_corpus
from tests.benchmarks.peers import compared
from tests.benchmarks.printing import measured

REPOSITORY: Final = Path(__file__).resolve().parents[2]
STAGES: Final = ("load", "appraise", "check", "render", "write", "write again, nothing changed")
BARE: Final = "bare parse of the YAML"


def main() -> None:
    """Measure, and print the tables as Markdown."""
    parser = argparse.ArgumentParser(description="Measure the generator on made-up sites.")
    parser.add_argument("--sizes", nargs=2, type=int, default=(1000, 10_000))
    parser.add_argument("--site", type=int, default=300)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        for line in (
            *_generator(folder, *options.sizes),
            "",
            *_again(_corpus(folder, options.sizes[1]), options.sizes[1]),
            "",
            *_site(_corpus(folder, options.site), options.site),
            "",
            *compared(_corpus(folder, options.sizes[0]), options.sizes[0]),
            "",
            *measured(REPOSITORY),
        ):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


def _corpus(folder: Path, studies: int) -> Path:
    root = folder / f"site-{studies}"
    if not root.exists():
        write_corpus(root, studies)
    return root


def _generator(folder: Path, small: int, large: int) -> Iterator[str]:
    """Each stage at both sizes, as a ratio to the bare parse, and how it grows."""
    runs = [_measured("stages", _corpus(folder, studies)) for studies in (small, large)]
    yield (
        f"| stage | {small:,} studies, s | {large:,} studies, s | ratio to the bare parse |"
        " grows as n to the |"
    )
    yield "| --- | ---: | ---: | ---: | ---: |"
    for run in runs:
        run["all"] = sum(run[stage] for stage in ("load", "appraise", "check", "render"))
    for stage in (BARE, *STAGES, "all"):
        low, high = (run[stage] for run in runs)
        power = math.log(high / low) / math.log(large / small) if low else 0.0
        name = "load, appraise, check and render" if stage == "all" else stage
        yield f"| {name} | {low:.2f} | {high:.2f} | {high / runs[1][BARE]:.2f} | {power:.2f} |"
    peaks = " and ".join(f"{run['peak MB']:.0f}" for run in runs)
    yield ""
    yield f"Peak memory: {peaks} MB. Pages and files: {runs[0]['pages']:.0f} and" + (
        f" {runs[1]['pages']:.0f}."
    )


def _again(root: Path, studies: int) -> Iterator[str]:
    """All of the generator's work, the first time and after an edit, as it is done in a build."""
    bare = _measured("bare", root)
    shutil.rmtree(root / "build", ignore_errors=True)
    first = _measured("whole", root)
    with _edited(root):
        edit = _measured("whole", root)
    _measured("whole", root)
    same = _measured("whole", root)
    yield (
        f"| load, check, appraise, render, write {studies:,} studies | by the clock, s |"
        " of all processors, s | ratio to the bare parse, clock | ratio to the first time, clock |"
    )
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, run in (
        (BARE, bare),
        ("the first time", first),
        ("after an edit of one record", edit),
        ("nothing changed", same),
    ):
        clock = run["clock"]
        ratios = f"{clock / bare['clock']:.2f} | {clock / first['clock']:.2f}"
        yield f"| {name} | {clock:.1f} | {run['processor']:.1f} | {ratios} |"


@contextmanager
def _edited(root: Path) -> Iterator[None]:
    """A site with a word changed in one of its records."""
    record = next(iter(sorted((root / "data/studies").iterdir())))
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("asked stayed", "asked remained"), encoding="utf-8")
    yield
    record.write_text(text, encoding="utf-8")


def _measured(what: str, root: Path) -> dict[str, float]:
    made = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.stages", what, str(root)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    measured: dict[str, float] = json.loads(made.stdout)
    return measured


def _site(root: Path, studies: int) -> Iterator[str]:
    """The whole build beside a bare build of the same pages, by the clock."""
    briefs = [sys.executable, "-m", "generator", "build", "--root", str(root), "--no-pdf"]
    cold = _clock(briefs)
    with _edited(root):
        edit = _clock(briefs)
    bare = _clock([sys.executable, "-m", "mkdocs", "build", "-d", str(root / "bare")], cwd=root)
    pages = len(list((root / "build/docs").rglob("*.md")))
    yield f"| {studies:,} studies, {pages:,} pages | s | ratio to the bare `mkdocs build` |"
    yield "| --- | ---: | ---: |"
    for name, seconds in (
        ("`mkdocs build` of the same Markdown", bare),
        ("`briefs build`, everything new", cold),
        ("`briefs build` after an edit of one record", edit),
    ):
        yield f"| {name} | {seconds:.1f} | {seconds / bare:.2f} |"


def _clock(command: list[str], cwd: Path = REPOSITORY) -> float:
    began = time.perf_counter()
    subprocess.run(
        command,
        cwd=cwd,
        check=True,
        capture_output=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
