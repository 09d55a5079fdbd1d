"""The generator's work on one site, in a process of its own; prints seconds as JSON.

`stages` times each stage alone, in processor seconds, which move less than the clock when the
machine does other work. `whole` times all of it as `briefs build` does it, by the clock and in
processor seconds: what was kept of the last time is used, and work is shared among processes.
"""

from __future__ import annotations

import gc
import json
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import yaml

from generator.appraise import gather
from generator.check import check
from generator.crew import Crew
from generator.examine import SELDOM
from generator.load import load
from generator.load.site import load_site
from generator.publish.texts import Texts
from generator.render.context import prepare
from generator.render.pages import Pages
from generator.write import write_one
from tests.exported import exports

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates"


def stages(root: Path) -> dict[str, float]:
    """Seconds by stage, the number of pages, and the peak of memory in MB."""
    seconds: dict[str, float] = {}

    @contextmanager
    def timed(stage: str) -> Iterator[None]:
        began = _spent()
        yield
        seconds[stage] = _spent() - began

    with timed("bare parse of the YAML"):
        _parse_bare(root)
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
        context = prepare(site, library, evidence)
        pages = [*exports(context), *Pages([TEMPLATES], context).all()]
    docs = root / "build/docs"
    shutil.rmtree(root / "build", ignore_errors=True)
    with timed("write"):
        written = [write_one(page, docs) for page in pages]
    with timed("write again, nothing changed"):
        again = [write_one(page, docs) for page in pages]
    if not all(written) or any(again):
        raise SystemExit("what was written is not what stands there")
    seconds["pages"] = len(pages)
    seconds["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return seconds


def whole(root: Path) -> dict[str, float]:
    """Load, check, appraise, render and write: by the clock, and in seconds of all processors."""
    began, spent = time.perf_counter(), _spent()
    library, problems = load(root, keep=True)
    site, _ = load_site(root, {})
    if library is None or site is None:
        raise SystemExit(f"the site does not load: {problems[:3]}")
    evidence = gather(library)
    check(library, evidence)
    context = prepare(site, library, evidence)
    with Crew() as crew:
        Texts.of(context, [TEMPLATES], root / "build/docs", None).begun(crew)()
    return {"clock": time.perf_counter() - began, "processor": _spent() - spent}


def cited(root: Path) -> dict[str, float]:
    """The briefs alone, with all that they cite and rest on."""
    library, _ = load(root)
    site, _ = load_site(root, {})
    if library is None or site is None:
        raise SystemExit("the site does not load")
    pages = Pages([TEMPLATES], prepare(site, library, gather(library)))
    return {"pages": len([pages.brief(brief) for brief in library.briefs.values()])}


def bare(root: Path) -> dict[str, float]:
    """The limit: nothing but the C parser on the same YAML."""
    began, spent = time.perf_counter(), _spent()
    _parse_bare(root)
    return {"clock": time.perf_counter() - began, "processor": _spent() - spent}


def _parse_bare(root: Path) -> None:
    for path in sorted((root / "data/studies").iterdir()):
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def _spent() -> float:
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


MEASURES: Final[Mapping[str, Callable[[Path], dict[str, float]]]] = {
    "stages": stages,
    "whole": whole,
    "bare": bare,
    "cited": cited,
}

if __name__ == "__main__":
    gc.set_threshold(*SELDOM)
    sys.stdout.write(json.dumps(MEASURES[sys.argv[1]](Path(sys.argv[2]))))
