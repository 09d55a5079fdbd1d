"""Work shared out among processes comes back whole and in order, and no process is left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import pairwise
from pathlib import Path
from typing import Final, Never

import pytest

from generator import crew
from generator.crew import Aside, Crew, Stopped

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
    until(lambda: not any(map(alive, copies)))
    process.communicate()


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true, though not for ever."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


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


@pytest.mark.parametrize("copies", [False, pytest.param(True, marks=COPIES)])
def test_what_works_for_us_does_not_hear_that_we_are_stopped(
    copies: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "_can_copy", lambda: copies)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with Crew() as several:
        blocked = several.submit(signal.pthread_sigmask, signal.SIG_BLOCK, [])
        assert signal.SIGINT in blocked.result()
    with Aside() as aside:
        aside.begin(hears_nothing, [None])[0]()
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before


def hears_nothing(_: None) -> None:
    assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.parametrize("items", [0, 1, 24, 25, 1000, 20731])
def test_all_work_is_handed_out_once_and_the_first_of_it_alone(items: int) -> None:
    bounds = crew._bounds(items)
    spans = list(pairwise(bounds))
    assert [n for start, end in spans for n in range(start, end)] == list(range(items))
    assert bounds[: min(items, 24)] == list(range(min(items, 24)))
    assert len(spans) <= 24 + 8 * crew._processors()


# -- aside


def noted(task: tuple[Path, str]) -> None:
    """Do what a test asks of work that is done aside: write its process down, or fail."""
    path, how = task
    with path.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if how == "wrong":
        raise ValueError(path.name)
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "long":
        time.sleep(600)


def test_work_is_done_aside_once_by_one_other_process(tmp_path: Path) -> None:
    items = [(tmp_path / str(number), "well") for number in range(9)]
    with Aside() as aside:
        for wait in reversed(aside.begin(noted, items)):
            wait()
            wait()
    told = {path.read_text() for path, _ in items}
    assert len(told) == 1
    assert told != {f"{os.getpid()}\n"}


@pytest.mark.skipif(sys.platform != "linux", reason="no copies are made here")
def test_copies_can_be_made_while_work_is_done_aside(tmp_path: Path) -> None:
    """It takes no thread of this process."""
    threads = len(list(Path("/proc/self/task").iterdir()))
    with Aside() as aside:
        (wait,) = aside.begin(noted, [(tmp_path / "one", "well")])
        assert len(list(Path("/proc/self/task").iterdir())) == threads
        wait()
        assert len(list(Path("/proc/self/task").iterdir())) == threads


def test_a_fault_aside_is_raised_for_who_waits_for_that_work(tmp_path: Path) -> None:
    with Aside() as aside:
        first, wrong, last = aside.begin(
            noted, [(tmp_path / name, name) for name in ("well", "wrong", "last")]
        )
        last()
        with pytest.raises(ValueError, match="wrong"):
            wrong()
        first()


def test_work_aside_that_is_killed_is_not_waited_for(tmp_path: Path) -> None:
    with Aside() as aside:
        for wait in aside.begin(noted, [(tmp_path / "one", "killed"), (tmp_path / "two", "long")]):
            with pytest.raises(Stopped):
                wait()


def test_an_error_ends_what_is_done_aside(tmp_path: Path) -> None:
    def failing() -> Never:
        with Aside() as aside:
            aside.begin(noted, [(tmp_path / "one", "long")])
            until((tmp_path / "one").exists)
            raise LookupError

    with pytest.raises(LookupError):
        failing()
    assert not alive(int((tmp_path / "one").read_text()))


def test_nothing_to_do_aside_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "get_context", None)
    with Aside() as aside:
        assert not aside.begin(noted, [])


@pytest.mark.skipif(sys.platform != "linux", reason="it would work on until it is done")
def test_work_aside_ends_with_the_process_that_it_is_done_for(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from generator.crew import Aside
from tests.test_crew import noted
if __name__ == "__main__":
    with Aside() as aside:
        aside.begin(noted, [(Path(sys.argv[1]), "long")])[0]()
"""
    (tmp_path / "program.py").write_text(program)
    command = [sys.executable, str(tmp_path / "program.py"), str(tmp_path / "one")]
    place = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    process = subprocess.Popen(command, env=place)
    until(lambda: (tmp_path / "one").exists() and (tmp_path / "one").read_text().endswith("\n"))
    process.kill()
    process.wait()
    until(lambda: not alive(int((tmp_path / "one").read_text())))
