"""Several processes that share work: started when the first task comes, ended together."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from types import TracebackType
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Crew:
    """As many processes as there are processors, for tasks whose arguments can be pickled.

    A crew that was given nothing to do costs nothing. A process that dies makes the task's result
    raise `concurrent.futures.process.BrokenProcessPool`.
    """

    def __init__(self) -> None:
        self.size = os.cpu_count() or 1
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

    def submit(self, task: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Have a task done by the next free process."""
        if self._pool is None:
            # A fresh process each: one that is copied from a running one may inherit held locks.
            self._pool = ProcessPoolExecutor(self.size, mp_context=get_context("spawn"))
        with _unheard(signal.SIGINT):
            return self._pool.submit(task, *args, **kwargs)


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
