"""Work shared out among processes comes back whole and in order, and no process is left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import pairwise
from pathlib import Path
from typing import Final, Never

import pytest

from generator import crew
from generator.crew import Crew

# A process of one thread: the tests' own may have more, and then makes no copies.
PROGRAM: Final = """
import os, sys, time
from generator.crew import Crew
here, known = os.getpid(), {"a": 1}
def task(number):
    if sys.argv[1] == "killed" and os.getpid() != here:
        os.kill(os.getpid(), 9)
    if sys.argv[1] == "wrong":
        raise ValueError(number)
    if sys.argv[1] == "long":
        os.write(1, b"%d\\n" % os.getpid())
        time.sleep(600)
    return number * known["a"], os.getpid()
known["a"] = 2
with Crew() as crew:
    results = crew.shared(task, range(1000), worth=10)
    known["a"] = 3
    late = crew.shared(task, range(20), worth=10)
    found = results()
    numbers, places = zip(*found)
    print(list(numbers) == [2 * n for n in range(1000)], here in places)
    print([number for number, _ in late()] == [3 * n for n in range(20)])
    print(crew.submit(abs, -1).result() if sys.argv[1] == "well" else "")
"""
COPIES: Final = pytest.mark.skipif(
    sys.platform != "linux" or crew._processors() < 2, reason="no copies are made here"
)


def begun(way: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, way],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@COPIES
def test_copies_have_what_stood_in_memory_and_their_results_come_in_order() -> None:
    """What is to be shared after they were made is done here, with what stands in memory now."""
    assert begun("well").communicate()[0].split() == ["True", "False", "True", "1"]


@COPIES
def test_when_a_copy_is_killed_the_work_is_done_here() -> None:
    assert begun("killed").communicate()[0].split()[1:] == ["True", "True"]


def test_when_a_copy_is_killed_before_all_is_shared_out_the_work_is_done_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken(ProcessPoolExecutor):
        def submit(self, *_: object, **__: object) -> Never:
            raise BrokenProcessPool

    monkeypatch.setattr(crew, "ProcessPoolExecutor", Broken)
    monkeypatch.setattr(crew, "_can_copy", lambda: True)
    monkeypatch.setattr(crew, "_processors", lambda: 2)
    with Crew() as several:
        assert several.shared(abs, range(-9, 0), worth=2)() == list(range(9, 0, -1))


def test_what_is_raised_in_a_copy_is_raised_here() -> None:
    process = begun("wrong")
    assert "ValueError: 0" in process.communicate()[1]
    assert process.returncode == 1


@COPIES
def test_copies_end_with_the_process_that_they_were_copied_from() -> None:
    """One that stayed would hold the locks of a build that was killed."""
    process = begun("long")
    assert process.stdout is not None
    copies = {int(process.stdout.readline()) for _ in range(crew._processors())}
    process.kill()
    process.wait()
    until = time.monotonic() + 10
    while any(map(alive, copies)):
        assert time.monotonic() < until
        time.sleep(0.01)
    process.communicate()


def alive(process: int) -> bool:
    """Whether it runs: one that nobody has asked about since it ended does not."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("items", [[], [1], [1, 2, 3]])
def test_a_little_work_is_done_here(items: list[int]) -> None:
    with Crew() as several:
        results = several.shared(lambda item: (item, os.getpid()), items, worth=4)
        assert results() == [(item, os.getpid()) for item in items]


@pytest.mark.skipif(sys.platform != "linux", reason="no copies are made here")
def test_a_process_of_several_threads_makes_no_copies() -> None:
    """A copy has one thread only, and what the others held would be held in it for ever."""
    waiting = threading.Event()
    other = threading.Thread(target=waiting.wait)
    other.start()
    try:
        assert not crew._can_copy()
    finally:
        waiting.set()
        other.join()


@COPIES
def test_a_fresh_crew_has_no_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_can_copy", lambda: True)
    monkeypatch.setattr(crew, "_job", "what a copy would have")
    with Crew(fresh=True) as fresh, Crew() as copies:
        assert fresh.submit(job).result() is None
        assert fresh.shared(abs, range(-9, 0), worth=2)() == list(range(9, 0, -1))
        assert copies.submit(job).result() == "what a copy would have"


def job() -> object:
    return crew._job


@pytest.mark.parametrize("fresh", [True, pytest.param(False, marks=COPIES)])
def test_what_works_for_us_does_not_hear_that_we_are_stopped(
    fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "_can_copy", lambda: True)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with Crew(fresh=fresh) as several:
        blocked = several.submit(signal.pthread_sigmask, signal.SIG_BLOCK, [])
        assert signal.SIGINT in blocked.result()
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before


@pytest.mark.parametrize("items", [0, 1, 24, 25, 1000, 20731])
def test_all_work_is_handed_out_once_and_the_first_of_it_alone(items: int) -> None:
    bounds = crew._bounds(items)
    spans = list(pairwise(bounds))
    assert [n for start, end in spans for n in range(start, end)] == list(range(items))
    assert bounds[: min(items, 24)] == list(range(min(items, 24)))
    assert len(spans) <= 24 + 8 * crew._processors()
