"""The two sides of a comparison, what cannot be read on either, and what only has another name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from generator.appraise import Entry, Evidence
from generator.contribute.diff.fields import Pair, paired, placeless
from generator.examine import Checked
from generator.library import BRIEFS_FOLDER, LIBRARY_PATH, STUDIES_FOLDER, Brief, Library
from generator.model import Finding, Study
from generator.problem import Problem
from generator.site import Site

HERE: Final = "this change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side: its records, its evidence, and its findings by ``study#finding``.

    `name` is what a reader calls it; `unreadable` are the paths of what is there and cannot be
    read in full.
    """

    name: str
    library: Library
    evidence: Evidence
    site: Site | None
    entries: Mapping[str, Entry]
    unreadable: frozenset[str]


def side_of(name: str, checked: Checked) -> Side | None:
    """A side of what was examined; None where its vocabulary or wording cannot be used."""
    if checked.library is None or checked.evidence is None:
        return None
    found = (entry for entries in checked.evidence.subjects.values() for entry in entries)
    return Side(
        name=name,
        library=checked.library,
        evidence=checked.evidence,
        site=checked.site,
        entries=MappingProxyType({entry.ref: entry for entry in found}),
        unreadable=checked.library.broken - {p.place.path for p in checked.problems if _lacks(p)},
    )


def _lacks(problem: Problem) -> bool:
    """Whether a file is not there at all, so that there is nothing in it that could be read."""
    return problem.rule in {"missing-file", "empty-library"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Which records of the two sides belong together, as pairs of names (None where there is no
    other), and which findings (``study#finding``) only have another name now."""

    studies: tuple[Pair, ...]
    works: tuple[Pair, ...]
    briefs: tuple[Pair, ...]
    findings: Mapping[str, str]
    notices: tuple[str, ...]


def match(before: Side, after: Side) -> Matches:
    """Match the records of both sides; what one side cannot read is left out with a notice."""
    old, new = before.library, after.library
    lost = LIBRARY_PATH in before.unreadable | after.unreadable
    studies = paired(_studies(before, after), _studies(after, before), *_STUDIES)
    return Matches(
        studies=studies,
        works=() if lost else paired(old.works, new.works, *_WORKS),
        briefs=paired(_briefs(before, after), _briefs(after, before), *_BRIEFS),
        findings=MappingProxyType(dict(_renamed(old, new, studies))),
        notices=(*_unreadable(before), *_unreadable(after)),
    )


def paired_findings(old: Study | None, new: Study | None) -> tuple[Pair, ...]:
    """Which findings of two records belong together."""
    ours = {finding.id: finding for finding in old.findings} if old else {}
    theirs = {finding.id: finding for finding in new.findings} if new else {}
    return paired(ours, theirs, nameless, lambda finding: finding.statement)


def nameless(finding: Finding) -> Finding:
    """A finding without its name, to compare what it says."""
    return replace(finding, id="-")


_STUDIES: Final = (
    lambda study: study,
    lambda study: study.reports[0],
    lambda study: study.title,
)
_WORKS: Final = (
    lambda work: work.doi,
    lambda work: work.pmid,
    lambda work: (work.title, work.year),
)
_BRIEFS: Final = (
    lambda brief: placeless(brief.blocks),
    lambda brief: brief.front.title,
)


def _renamed(old: Library, new: Library, studies: tuple[Pair, ...]) -> Iterator[tuple[str, str]]:
    for was, now in studies:
        if was is None or now is None or old.studies[was] is new.studies[now]:
            continue
        for ours, theirs in paired_findings(old.studies[was], new.studies[now]):
            if ours and theirs and (was, ours) != (now, theirs):
                yield f"{was}#{ours}", f"{now}#{theirs}"


def _studies(side: Side, other: Side) -> Mapping[str, Study]:
    """The studies of a side, but for those that the other side has and cannot read."""
    gone = _lost(other, STUDIES_FOLDER, ".yaml", other.library.studies)
    return {name: value for name, value in side.library.studies.items() if not gone(name)}


def _briefs(side: Side, other: Side) -> Mapping[str, Brief]:
    gone = _lost(other, BRIEFS_FOLDER, ".md", other.library.briefs)
    return {name: value for name, value in side.library.briefs.items() if not gone(name)}


def _lost(
    side: Side, folder: str, suffix: str, have: Mapping[str, object]
) -> Callable[[str], bool]:
    """Tells of a name whether the side has a file for it of which nothing can be read."""
    if folder in side.unreadable:
        return lambda name: True
    return lambda name: name not in have and f"{folder}/{name}{suffix}" in side.unreadable


def _unreadable(side: Side) -> Iterator[str]:
    """What is there on a side and cannot be read in full."""
    for path in sorted(side.unreadable):
        yield (
            f"{path} cannot be read in full in {side.name}: what cannot be read is not compared,"
            " and claims that rest on it may show as changed."
        )
