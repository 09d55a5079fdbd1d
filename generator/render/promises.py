"""The page that says what a site promises, which tests hold it, and what the last run found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from generator.promise import Assurance, Promise, Run, Tally
from generator.render import words
from generator.site import Site

_PREFIX: Final = "test_"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """A test by what it says, the file in which it stands, and where that can be read.

    `link` is empty where the site names no repository.
    """

    says: str
    path: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseView:
    """A promise, how it is tried, what a run counted, and how its tests came out."""

    says: str
    how: str
    figures: tuple[tuple[str, str], ...]
    outcome: str
    tests: tuple[CheckLine, ...]
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """The last recorded run in words."""

    day: str
    outcome: str
    fresh: bool
    versions: str


def promise_views(tested: Assurance, site: Site) -> tuple[PromiseView, ...]:
    """Every promise, in its order."""
    return tuple(_promise(promise, tested.run, site) for promise in tested.promises)


def run_view(tested: Assurance) -> RunView | None:
    """The last recorded run; None where there is none."""
    run = tested.run
    if run is None:
        return None
    return RunView(
        day=f"{run.day:%-d %B %Y}",
        outcome=f"{_counted(run.tests.all)}; {_outcome(run.tests)}",
        fresh=tested.fresh,
        versions=", ".join(f"{name} {version}" for name, version in run.versions.items()),
    )


def _promise(promise: Promise, run: Run | None, site: Site) -> PromiseView:
    count = len(promise.tests)
    return PromiseView(
        says=promise.says,
        how=promise.how,
        figures=tuple(_figures(promise, run)),
        outcome=_held(promise, run),
        tests=tuple(_test(name, site) for name in promise.tests),
        heading=f"The {'test' if count == 1 else f'{count} tests'} behind this promise",
    )


def _figures(promise: Promise, run: Run | None) -> Iterator[tuple[str, str]]:
    for name, label in promise.figures.items():
        if run and name in run.figures:
            yield f"{run.figures[name]:,}", label


def _held(promise: Promise, run: Run | None) -> str:
    """How the tests of a promise came out, in a sentence; nothing where no run is recorded."""
    if run is None:
        return ""
    ran = [run.held[name] for name in promise.tests if name in run.held]
    new = len(promise.tests) - len(ran)
    parts = []
    if ran:
        tally = _sum(ran)
        parts.append(f"In the last run: {_counted(tally.all, 'check')}; {_outcome(tally)}.")
    if new:
        are = "test here is" if new == 1 else "tests here are"
        parts.append(f"{new} {are} newer than the last run.")
    return " ".join(parts)


def _sum(tallies: Iterable[Tally]) -> Tally:
    tallies = tuple(tallies)
    return Tally(
        passed=sum(tally.passed for tally in tallies),
        failed=sum(tally.failed for tally in tallies),
        skipped=sum(tally.skipped for tally in tallies),
    )


def _outcome(tally: Tally) -> str:
    """How tests came out: what did not pass is always said."""
    if tally.all == 0:
        return "none was tried"
    if tally.passed == tally.all:
        return "it passed" if tally.all == 1 else "all passed"
    parts = [f"{tally.passed:,} passed"]
    if tally.failed:
        parts.append(f"{tally.failed:,} failed")
    if tally.skipped:
        parts.append(f"{tally.skipped:,} could not be tried")
    return ", ".join(parts)


def _counted(count: int, what: str = "test") -> str:
    return f"{count:,} {what if count == 1 else f'{what}s'}"


def _test(name: str, site: Site) -> CheckLine:
    path, _, function = name.partition("::")
    says = function.rpartition("::")[2].removeprefix(_PREFIX).replace("_", " ")
    secure = site.repository.startswith("https://")
    link = f"{site.repository.rstrip('/')}/blob/HEAD/{path}" if secure else ""
    return CheckLine(says=words.capitalised(says), path=path, link=link)
