"""Work shared out among copies of this process.

A copy has all that stands in memory without being sent it, so what is large is shared for nothing;
only results come back. Copies are made only where they are safe (one thread, on Linux) and worth
their start; everywhere else the same work is done here.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from typing import Any, Final, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_CHUNKS_EACH: Final = 8
# What the copies of this process are to do: they find it here, since they have all that it has.
_job: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


@contextmanager
def shared(
    task: Callable[[_Item], _Result], items: Sequence[_Item], *, worth: int
) -> Iterator[Callable[[], list[_Result]]]:
    """Have `task` done for each of the items, while the body of the `with` does something else.

    What is given waits for the results, in the order of the items; they must be such as can be
    pickled. Fewer items than `worth` are done here, as they are when a copy is killed.
    """
    copies = _copies() if len(items) >= max(worth, 2) else 1
    if copies < 2:
        yield lambda: [task(item) for item in items]
        return
    global _job  # noqa: PLW0603 - what is in memory is the only thing that copies share
    _job = (task, items)
    pool = ProcessPoolExecutor(copies, mp_context=get_context("fork"), initializer=_settle)
    try:
        size = -(-len(items) // (copies * _CHUNKS_EACH))
        starts = range(0, len(items), size)
        begun: list[Future[list[_Result]]] = []
        # A copy may be killed before all work is shared out: then no more of it can be.
        with suppress(BrokenProcessPool):
            begun.extend(pool.submit(_part, start, start + size) for start in starts)
        _job = None

        def results() -> list[_Result]:
            try:
                done = [result for future in begun for result in future.result()]
            except BrokenProcessPool:
                done = []
            return done if len(done) == len(items) else [task(item) for item in items]

        yield results
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _copies() -> int:
    """How many copies may be made: one stands for none."""
    safe = sys.platform == "linux" and threading.active_count() == 1
    return len(os.sched_getaffinity(0)) if safe else 1


def _settle() -> None:
    """A copy is ended by the process that it was copied from, not by a key that is pressed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _part(start: int, stop: int) -> list[Any]:
    if _job is None:
        raise RuntimeError("this process was not made to share work")
    task, items = _job
    return [task(item) for item in items[start:stop]]
