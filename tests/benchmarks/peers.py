"""The briefs of a site, with their citations formatted, by this program and by others.

Each reads the same library and the same Markdown, without the blocks that only we know; ours makes
the evidence panels as well. The peers stand in an environment of their own (`make bench` makes it).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PEERS: Final = REPOSITORY / ".venv/peers/bin"
_PLUGIN: Final = "plugins:\n  - bibtex:\n      bib_file: library.bib\n"
_PANDOC: Final = """
import pathlib, pypandoc
for page in sorted(pathlib.Path("docs").iterdir()):
    pypandoc.convert_text(page.read_text("utf-8"), "html", format="markdown",
        extra_args=["--citeproc", "--bibliography=library.bib"])
"""


def compared(root: Path, studies: int) -> Iterator[str]:
    """A table in Markdown: seconds by the clock for all briefs of the site in `root`."""
    folder = root / "peers"
    pages = _written(root, folder)
    ours = _clock([sys.executable, "-m", "tests.benchmarks.stages", "cited", str(root)], REPOSITORY)
    yield f"| {pages} briefs, a library of {studies:,} works | s | ratio to ours |"
    yield "| --- | ---: | ---: |"
    yield f"| ours, with the evidence panels | {ours:.1f} | 1.00 |"
    if not PEERS.is_dir():
        yield "| the peers are not installed: `make bench` does it | | |"
        return
    bare = _mkdocs(folder, "plugins: []\n")
    for name, seconds in (
        ("`mkdocs build` without citations", bare),
        ("`mkdocs build` with mkdocs-bibtex", _mkdocs(folder, _PLUGIN)),
        ("`pandoc --citeproc`, one call a page", _clock([_peer("python"), "-c", _PANDOC], folder)),
    ):
        yield f"| {name} | {seconds:.1f} | {seconds / ours:.2f} |"


def _written(root: Path, folder: Path) -> int:
    """Write the briefs as others read them, and say how many there are."""
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    (folder / "library.bib").write_bytes((root / "data/library.bib").read_bytes())
    briefs = sorted((root / "briefs").iterdir())
    for brief in briefs:
        text = re.sub(r"```claim.*?```", "", brief.read_text(encoding="utf-8"), flags=re.DOTALL)
        (folder / "docs" / brief.name).write_text(f"{text}\n\\bibliography\n", encoding="utf-8")
    return len(briefs)


def _mkdocs(folder: Path, plugins: str) -> float:
    (folder / "mkdocs.yml").write_text(f"site_name: Choirs\n{plugins}", encoding="utf-8")
    return _clock([_peer("python"), "-m", "mkdocs", "build"], folder)


def _peer(name: str) -> str:
    return str(PEERS / name)


def _clock(command: list[str], folder: Path) -> float:
    began = time.perf_counter()
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    return time.perf_counter() - began
