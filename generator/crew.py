"""Work shared out among processes.

Where it is safe (one thread, on Linux), each is a copy of this process as it stands when the first
work comes: it starts at once and has all that stands in memory without being sent it, so what is
large is shared for nothing. Elsewhere each is a fresh process, which must be sent what it needs; so
it is too for work that wants much memory of its own, which goes slower in one that is in use.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any, Final, ParamSpec, TypeVar

_P = ParamSpec("_P")
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_CHUNKS_EACH: Final = 8
_ALONE: Final = 24
_PR_SET_PDEATHSIG: Final = 1
# What the copies of this process are to do: they find it here, since they have all that it has.
_job: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


class Crew:
    """As many processes as there are processors, begun with their first work and ended together.

    A crew that was given nothing to do costs nothing. A `fresh` one has no copies.
    """

    def __init__(self, *, fresh: bool = False) -> None:
        self._fresh = fresh
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=error is not None)

    def submit(
        self, task: Callable[_P, _Result], *args: _P.args, **kwargs: _P.kwargs
    ) -> Future[_Result]:
        """Have a task done by the next free process; it and its arguments can be pickled.

        When a process is killed, results raise `concurrent.futures.process.BrokenProcessPool`.
        """
        if self._pool is None:
            self._pool = _pool(copies=not self._fresh and _can_copy())
        with _unheard(signal.SIGINT):
            return self._pool.submit(task, *args, **kwargs)

    def shared(
        self, task: Callable[[_Item], _Result], items: Sequence[_Item], *, worth: int
    ) -> Callable[[], list[_Result]]:
        """Have `task` done for each of the items, by copies that have all of it in memory.

        The first few items may take long; many others are handed out together. What is given waits
        for the results, in the order of the items; they can be pickled. All is done here instead,
        once it is waited for, where there are fewer items than `worth`, where there can be no
        copies or they were made before, and when a copy is killed.
        """

        def here() -> list[_Result]:
            return [task(item) for item in items]

        begun_or_fresh = self._pool is not None or self._fresh
        if len(items) < max(worth, 2) or _processors() < 2 or begun_or_fresh or not _can_copy():
            return here
        global _job  # noqa: PLW0603 - what is in memory is the only thing that copies share
        _job = (task, items)
        begun: list[Future[list[_Result]]] = []
        # A copy may be killed before all work is shared out: then no more of it can be.
        with suppress(BrokenProcessPool):
            begun.extend(self.submit(_part, *span) for span in pairwise(_bounds(len(items))))
        _job = None

        def results() -> list[_Result]:
            try:
                done = [result for future in begun for result in future.result()]
            except BrokenProcessPool:
                return here()
            return done if len(done) == len(items) else here()

        return results


def _bounds(items: int) -> list[int]:
    """Where each piece of so much work starts, and the end of the last."""
    alone = min(items, _ALONE)
    size = max(1, -(-(items - alone) // (_processors() * _CHUNKS_EACH)))
    return [*range(alone), *range(alone, items, size), items]


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _pool(*, copies: bool) -> ProcessPoolExecutor:
    if copies:
        own, start = os.getpid(), get_context("fork")
        return ProcessPoolExecutor(_processors(), start, initializer=_settle, initargs=(own,))
    return ProcessPoolExecutor(_processors(), get_context("spawn"))


def _can_copy() -> bool:
    """Whether a copy of this process is whole: it has one thread only, so that what another one
    held, be it Python's or not, would be held in it for ever."""
    return sys.platform == "linux" and len(list(Path("/proc/self/task").iterdir())) == 1


def _settle(parent: int) -> None:
    """A copy ends when the process does that it was copied from, however that ends; it would keep
    its locks. And it leaves alone what it was given, which it shares as long as neither writes."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    gc.freeze()


def _part(start: int, stop: int) -> list[Any]:
    if _job is None:
        raise RuntimeError("this process was not made to share work")
    task, items = _job
    return [task(item) for item in items[start:stop]]


@contextmanager
def _unheard(number: signal.Signals) -> Iterator[None]:
    """Start processes that a signal does not reach: Ctrl+C is for us, who then end them. What comes
    meanwhile is heard afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
