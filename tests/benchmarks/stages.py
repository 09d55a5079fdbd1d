"""One run of the generator's stages on one site, in a process of its own; prints seconds as JSON.

Times are processor seconds, which move less than the clock when the machine does other work.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from generator.appraise import gather
from generator.check import check
from generator.load import load
from generator.load.site import load_site
from generator.render.site import render
from generator.render.views import prepare
from generator.write import write

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def main(root: Path) -> dict[str, float]:
    """Seconds by stage, the number of pages, and the peak of memory in MB."""
    seconds: dict[str, float] = {}

    @contextmanager
    def timed(stage: str) -> Iterator[None]:
        began = time.process_time()
        yield
        seconds[stage] = time.process_time() - began

    with timed("bare parse of the YAML"):
        for path in sorted((root / "data/studies").iterdir()):
            yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    with timed("load"):
        library, problems = load(root)
        site, _ = load_site(root, {})
    if library is None or site is None:
        raise SystemExit(f"the site does not load: {problems[:3]}")
    with timed("appraise"):
        evidence = gather(library)
    with timed("check"):
        found = check(library, evidence)
    if found:
        raise SystemExit(f"the site has problems: {found[:3]}")
    with timed("render"):
        pages = list(render(prepare(site, library, evidence), [TEMPLATES]))
    docs = root / "build/docs"
    shutil.rmtree(docs, ignore_errors=True)
    with timed("write"):
        write(pages, docs)
    with timed("write again, nothing changed"):
        write(pages, docs)
    seconds["pages"] = len(pages)
    seconds["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return seconds


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
