"""Work that is shared out among copies of a process comes back whole and in order."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, Never

import pytest

from generator import shares
from generator.shares import shared

# A process of one thread: the tests' own may have more, and then makes no copies.
PROGRAM: Final = """
import os, sys
from generator.shares import shared
here, known = os.getpid(), {"a": 1}
def task(number):
    if sys.argv[1] == "killed" and os.getpid() != here:
        os.kill(os.getpid(), 9)
    if sys.argv[1] == "wrong":
        raise ValueError(number)
    return number * known["a"], os.getpid()
known["a"] = 2
with shared(task, range(1000), worth=10) as results:
    known["a"] = 3
    found = results()
numbers, places = zip(*found)
print(list(numbers) == [2 * n for n in range(1000)], here in places)
"""


def ran(way: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, way], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(shares._copies() < 2 and threading.active_count() == 1, reason="one processor")
def test_copies_have_what_stood_in_memory_and_their_results_come_in_order() -> None:
    assert ran("well").stdout.split() == ["True", "False"]


def test_when_a_copy_is_killed_the_work_is_done_here() -> None:
    assert ran("killed").stdout.split() == ["False", "True"]


def test_when_a_copy_is_killed_before_all_is_shared_out_the_work_is_done_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken(ProcessPoolExecutor):
        def submit(self, *_: object, **__: object) -> Never:
            raise BrokenProcessPool

    monkeypatch.setattr(shares, "ProcessPoolExecutor", Broken)
    monkeypatch.setattr(shares, "_copies", lambda: 2)
    with shared(abs, range(-9, 0), worth=2) as results:
        assert results() == list(range(9, 0, -1))


def test_what_is_raised_in_a_copy_is_raised_here() -> None:
    done = ran("wrong")
    assert done.returncode == 1
    assert "ValueError: 0" in done.stderr


@pytest.mark.parametrize("items", [[], [1], [1, 2, 3]])
def test_a_little_work_is_done_here(items: list[int]) -> None:
    with shared(lambda item: (item, threading.get_ident()), items, worth=4) as results:
        assert results() == [(item, threading.get_ident()) for item in items]


def test_a_process_of_several_threads_makes_no_copies() -> None:
    """A copy has one thread only, and what the others held would be held in it for ever."""
    waiting = threading.Event()
    other = threading.Thread(target=waiting.wait)
    other.start()
    try:
        assert shares._copies() == 1
    finally:
        waiting.set()
        other.join()
