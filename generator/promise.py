"""What a site promises about itself, and what the last recorded run of the tests found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from annotated_types import Ge, MinLen
from typing_extensions import Doc

from generator.model import Slug, Text

PROMISES_PATH = "data/promises.yaml"
RUN_PATH = "data/test-run.json"

_CLOSED = {"extra": "forbid"}
_Count = Annotated[int, Ge(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One thing that readers may rely on, and the tests that hold it."""

    __pydantic_config__ = _CLOSED

    id: Annotated[Slug, Doc("unique in this file")]
    says: Annotated[Text, Doc("what is promised, as a heading")]
    how: Annotated[Text, Doc("how the tests try to break it, in plain sentences")]
    tests: Annotated[tuple[Text, ...], MinLen(1), Doc("the tests, such as tests/test_x.py::test_y")]
    figures: Annotated[
        Mapping[Slug, Text],
        Doc("what a run of the tests counts, in the words that follow the number"),
    ] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """All promises of a site, in the order in which they are read."""

    __pydantic_config__ = _CLOSED

    promises: Annotated[tuple[Promise, ...], Doc("what the site promises")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the cases of one test, or of all tests, came out."""

    __pydantic_config__ = _CLOSED

    passed: Annotated[_Count, Doc("how many passed")] = 0
    failed: Annotated[_Count, Doc("how many failed")] = 0
    skipped: Annotated[_Count, Doc("how many could not be tried")] = 0

    @property
    def all(self) -> int:
        """How many there were."""
        return self.passed + self.failed + self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run of all tests found; written by the tests themselves."""

    __pydantic_config__ = _CLOSED

    day: Annotated[date, Doc("when it was, YYYY-MM-DD")]
    code: Annotated[Text, Doc("the fingerprint of the program and the tests that ran")]
    tests: Annotated[Tally, Doc("all tests together")]
    held: Annotated[Mapping[str, Tally], Doc("the tests that promises name")]
    figures: Annotated[Mapping[Slug, _Count], Doc("what tests counted")] = field(
        default_factory=dict
    )
    versions: Annotated[Mapping[str, str], Doc("with what it ran")] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assurance:
    """A site's promises and its recorded run; `fresh` where the program did not change since."""

    promises: tuple[Promise, ...] = ()
    run: Run | None = None
    fresh: bool = False
