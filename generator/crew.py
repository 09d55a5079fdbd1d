"""Work done by other processes: shared out among a crew, or done aside by a single one.

Where it is safe (one thread, on Linux), each of a crew is a copy of this process as it stands when
the first work comes: it starts at once and has all that stands in memory without being sent it, so
what is large is shared for nothing. Elsewhere each is a fresh process, which must be sent what it
needs. A crew takes threads of this process to talk to it; what is done aside takes none, so copies
can be made meanwhile.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
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

    A crew that was given nothing to do costs nothing.
    """

    def __init__(self) -> None:
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
            self._pool = _pool(copies=_can_copy())
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

        if len(items) < max(worth, 2) or _processors() < 2 or self._pool or not _can_copy():
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


class Stopped(Exception):
    """A process was ended before it had done its work."""


class Aside:
    """One fresh process that does work in its order, with as many threads as there are processors.

    It is ended when this is left by an error, and waited for when it is left otherwise.
    """

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._told: Connection | None = None
        self._done: dict[int, Exception | None] = {}

    def __enter__(self) -> Aside:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is None:
            return
        if error is not None:
            self._process.terminate()
        self._process.join()
        self._process.close()

    def begin(
        self, task: Callable[[_Item], None], items: Sequence[_Item]
    ) -> Sequence[Callable[[], None]]:
        """Have `task` done for each of the items, once; all of it can be pickled.

        What is given for each item waits until it is done, and raises what its task raised, or
        `Stopped`.
        """
        if items:
            start = get_context("spawn")
            self._told, telling = start.Pipe(duplex=False)
            work = (os.getpid(), telling, task, items)
            self._process = start.Process(target=_work_aside, args=work, daemon=True)
            with _unheard(signal.SIGINT):
                self._process.start()
            telling.close()  # so that its end is told when the process ends
        return [partial(self._wait, at) for at in range(len(items))]

    def _wait(self, at: int) -> None:
        while self._told is not None and at not in self._done:
            try:
                place, fault = self._told.recv()
            except EOFError:
                raise Stopped("the process at work on it was ended") from None
            self._done[place] = fault
        if (fault := self._done[at]) is not None:
            raise fault


def _work_aside(
    parent: int, telling: Connection, task: Callable[[_Item], None], items: Sequence[_Item]
) -> None:
    _end_with(parent)
    with ThreadPoolExecutor(_processors()) as pool:
        begun = {pool.submit(task, item): at for at, item in enumerate(items)}
        for done in as_completed(begun):
            telling.send((begun[done], done.exception()))


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
    """A copy leaves alone what it was given, which it shares as long as neither writes."""
    _end_with(parent)
    gc.freeze()


def _end_with(parent: int) -> None:
    """End this process when the one does that started it, however that ends: a copy would keep its
    locks."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


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
