"""Whom a site thanks: the people named in its records and briefs, each of them once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.library import Library
from generator.model import Contributor
from generator.render import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A person, their ORCID (or empty), and what they worked on, in words."""

    name: str
    orcid: str
    worked_on: str


def all_credits(library: Library) -> tuple[Credit, ...]:
    """Everyone whom a record or a brief names, by name; one ORCID is one person.

    Somebody without an ORCID is the person of the same name, if there is only one such person.
    """
    named = list(_named(library))
    owners = _owners(person for person, _ in named)
    worked: dict[Contributor, Counter[str]] = {}
    for person, what in named:
        worked.setdefault(owners[person], Counter())[what] += 1
    found = (
        Credit(name=person.name, orcid=person.orcid or "", worked_on=_told(counts))
        for person, counts in worked.items()
    )
    return tuple(sorted(found, key=lambda credit: (credit.name.casefold(), credit.orcid)))


def _named(library: Library) -> Iterator[tuple[Contributor, str]]:
    """Each person of each record and brief, and which of the two it is; nobody twice in one."""
    for study in library.studies.values():
        yield from ((person, "record") for person in dict.fromkeys(study.contributors))
    for brief in library.briefs.values():
        yield from ((person, "brief") for person in dict.fromkeys(brief.front.contributors))


def _owners(people: Iterable[Contributor]) -> dict[Contributor, Contributor]:
    """For each way in which somebody is named, the one under which they are listed."""
    named = dict.fromkeys(people)
    listed: dict[str, Contributor] = {}
    by_name: dict[str, set[str]] = {}
    for person in named:
        if person.orcid:
            listed.setdefault(person.orcid, person)
            by_name.setdefault(_folded(person), set()).add(person.orcid)
    owners = {}
    for person in named:
        known = by_name.get(_folded(person), set())
        orcid = person.orcid or (next(iter(known)) if len(known) == 1 else "")
        owners[person] = listed.setdefault(orcid or _folded(person), person)
    return owners


def _folded(person: Contributor) -> str:
    return " ".join(person.name.casefold().split())


def _told(counts: Counter[str]) -> str:
    """How many records and briefs, such as "3 study records and 1 brief"."""
    told = (("record", "study record", "study records"), ("brief", "brief", "briefs"))
    return " and ".join(
        words.counted(counts[what], one, many) for what, one, many in told if counts[what]
    )
