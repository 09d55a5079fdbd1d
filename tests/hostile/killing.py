"""Ends a command at each moment at which it puts something in its place, as `kill -9` does.

``python -m tests.hostile.killing ROOT MOST STEPS COMMAND...`` copies the site ROOT to ROOT-1,
ROOT-2 and so on, runs the command on each copy, and ends it just before its first, second, ...
such step, up to MOST moments that are spread over all of them. STEPS is ``files``, or ``folders``
(whole ones; with ``folders-apart`` two cannot change places). ROOT-n-then is what was left; in
ROOT-n the same command was run again. ROOT-whole is a copy in which it was never disturbed. What is
printed is a JSON object: the exit codes of the second runs by their moment, and that of the
undisturbed one.

The program is read once, and each run is a process that begins where that ended.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import mkdocs.commands.build  # noqa: F401 - what a build reads late is read once, too

import generator.publish.build
import generator.render.pages
import generator.verify.add
import generator.verify.run  # noqa: F401
from generator import disk
from generator.cli import main as command

STEPS: Mapping[str, tuple[tuple[Any, str], ...]] = {
    "files": ((os, "replace"), (os, "link")),
    "folders": ((Path, "rename"),),
    "folders-apart": ((Path, "rename"),),
}


def main() -> None:
    """Run the command on copies, and print how each second run ended."""
    root, most, arguments = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if arguments[0] == "folders-apart":
        disk._exchanged = lambda *_: False
    whole, counter = _copy(root, "whole"), root.with_name(f"{root.name}-steps")
    code = _ran(whole, arguments, _counting(counter))
    steps = len(counter.read_bytes())
    told = {}
    for moment in _moments(steps, most):
        copy = _copy(root, str(moment))
        assert _ran(copy, arguments, _ending(moment)) == -signal.SIGKILL
        shutil.copytree(copy, f"{copy}-then", symlinks=True)
        told[moment] = _ran(copy, arguments, lambda _: None)
    sys.stdout.write(json.dumps({"whole": code, "again": told}))


def _moments(steps: int, most: int) -> list[int]:
    last = list(range(max(steps - most // 2, 0) + 1, steps + 1))
    others = range(1, steps - len(last) + 1)
    return sorted([*last, *random.Random(5).sample(others, min(most - len(last), len(others)))])


def _copy(root: Path, name: str) -> Path:
    copy = root.with_name(f"{root.name}-{name}")
    shutil.copytree(root, copy, symlinks=True)
    return copy


def _ran(root: Path, arguments: list[str], before: Callable[[int], None]) -> int:
    """How a run ended in which `before` was called before each step, with the step's number."""
    child = os.fork()
    if not child:
        try:
            _watch(STEPS[arguments[0]], before)
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os._exit(command([*arguments[1:], "--root", str(root)]))
        finally:
            os._exit(70)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _watch(places: tuple[tuple[Any, str], ...], before: Callable[[int], None]) -> None:
    steps = 0

    def watched(step: Callable[..., object]) -> Callable[..., object]:
        def stepped(*given: object, **named: object) -> object:
            nonlocal steps
            steps += 1
            before(steps)
            return step(*given, **named)

        return stepped

    for place, name in places:
        setattr(place, name, watched(getattr(place, name)))


def _counting(file: Path) -> Callable[[int], None]:
    def count(_: int) -> None:
        with file.open("ab") as steps:
            steps.write(b".")

    return count


def _ending(moment: int) -> Callable[[int], None]:
    def end(step: int) -> None:
        if step == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    return end


if __name__ == "__main__":
    main()
