"""Turns at a registry: how many questions at a time and a second, as the registry itself says."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from typing import Final

from generator.verify.record import Registry

# Questions a second and at a time that the public servers allow those who have not asked yet; what
# their headers say afterwards counts more. A mirror is asked as fast as it answers.
POLITE: Final[Mapping[Registry, tuple[float, int]]] = {
    "Crossref": (5.0, 1),
    "PubMed": (3.0, 3),
    "OpenAlex": (10.0, 4),
    "DataCite": (5.0, 2),
    "doi.org": (5.0, 2),
    "Europe PMC": (5.0, 2),
}
AT_A_MIRROR: Final = (1000.0, 8)
SLOWEST: Final = 1 / 60
# Failures in a row after which a registry is left alone for the rest of the run.
_ENOUGH: Final = {"refused": 4, "slow": 8, "broken": 24}


@dataclass(slots=True, kw_only=True)
class Queue:
    """The turns at one registry, shared by all threads."""

    rate: float
    most: int
    running: int = 0
    free_at: float = 0.0
    strain: float = 0.0
    answered: int = 0
    unanswered: int = 0
    changed: Condition = field(default_factory=Condition)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it."""
        with self.changed:
            self.changed.wait_for(lambda: self.running < self.most)
            self.running += 1
            start = max(self.free_at, time.monotonic())
            self.free_at = start + 1 / self.rate
        try:
            time.sleep(max(0.0, start - time.monotonic()))
            yield
        finally:
            with self.changed:
                self.running -= 1
                self.changed.notify()

    def heed(self, headers: Mapping[str, str]) -> None:
        """Take over the limits that a registry states in the headers of an answer."""
        limit = _number(headers.get("x-rate-limit-limit", ""))
        interval = _number(headers.get("x-rate-limit-interval", "1s"))
        most = _number(headers.get("x-concurrency-limit", ""))
        with self.changed:
            if limit and interval:
                self.rate = max(limit / interval, SLOWEST)
            if most >= 1:
                self.most = int(most)
                self.changed.notify_all()

    def pause(self, seconds: float) -> None:
        """Let nobody have a turn for some time."""
        with self.changed:
            self.free_at = max(self.free_at, time.monotonic() + seconds)

    def worked(self) -> None:
        """Note an answer."""
        self.answered += 1
        self.strain = 0.0

    def failed(self, how: str) -> None:
        """Note a question that stayed without an answer: refused, slow or broken."""
        self.skipped()
        self.strain += 1 / _ENOUGH[how]

    def skipped(self) -> None:
        """Note a question that was not asked any more."""
        self.unanswered += 1

    @property
    def closed(self) -> bool:
        """Whether the registry failed so often in a row that there is no point in asking on."""
        return self.strain >= 1


def _number(text: str) -> float:
    found = re.match(r"\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)", text)
    return float(found[1]) if found else 0.0
