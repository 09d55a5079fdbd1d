"""What a rule is: a pure generator of faults over the library and its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from generator.appraise import Evidence
from generator.library import Library
from generator.problem import Fix, Place, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A problem before it knows which rule found it."""

    place: Place
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    fix: Fix | None = None


Rule: TypeAlias = Callable[[Library, Evidence], Iterator[Fault]]


def rule_id(rule: Rule) -> str:
    """A rule's public name: its function's name with hyphens."""
    return rule.__name__.replace("_", "-")
