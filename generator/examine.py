"""Loads and checks a whole site: the order of the stages that every command starts with."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generator.appraise import Evidence, gather
from generator.check import check
from generator.library import Library
from generator.load import load, locate
from generator.load.site import load_site
from generator.problem import Problem, Severity, in_order
from generator.site import Site

# Nearly all that a command makes stays until its end: to look for waste in it time and again costs
# a tenth of the whole.
SELDOM: Final = (100_000, 50, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was loaded and what was found wrong with it."""

    library: Library | None
    evidence: Evidence | None
    site: Site | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many problems stop a build."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


def examine(root: Path, *, keep: bool = False) -> Checked:
    """Load and check everything below `root`, with every problem at its line; with `keep`, as
    commands do, what files were found to hold is kept for the next time."""
    if keep:
        gc.set_threshold(*SELDOM)
    library, problems = load(root, keep=keep)
    site, more = load_site(root, os.environ)
    problems += more
    evidence = None
    if library is not None:
        evidence = gather(library)
        problems += check(library, evidence)
    return Checked(
        library=library,
        evidence=evidence,
        site=site,
        problems=in_order(locate(in_order(problems), root)),
    )
