"""Loading: from files to one library of typed records, with a problem for all that is wrong.

This package alone knows YAML, BibTeX and Markdown, and where in a file something stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TypeVar

from generator.background import Citations, Flow, Synthesis
from generator.library import (
    BRIEFS_FOLDER,
    CITATIONS_PATH,
    FLOW_PATH,
    LIBRARY_PATH,
    STUDIES_FOLDER,
    SYNTHESIS_PATH,
    VOCABULARY_PATH,
    WORDING_PATH,
    Brief,
    Library,
)
from generator.load.bibtex import parse_bibtex
from generator.load.brief import parse_brief
from generator.load.files import is_there, list_files, read_file
from generator.load.ledger import read_ledger
from generator.load.positions import locate
from generator.load.promises import read_tested
from generator.load.records import validate
from generator.load.source import MAX_CHARACTERS, MAX_LIBRARY
from generator.load.yaml import read_yaml
from generator.model import Study, Vocabulary, Wording, Work
from generator.problem import Place, Problem, Severity

__all__ = ["MAX_LIBRARY", "load", "locate"]

Value = TypeVar("Value")
_Parse = Callable[[str, str], tuple[Value | None, tuple[Problem, ...]]]

# A file in which only these are wrong has been read in full.
_LOSES_NOTHING = frozenset({"invisible-character", "stacked-marks"})


def load(root: Path) -> tuple[Library | None, tuple[Problem, ...]]:
    """Everything a site's folder holds, and every problem of form in it.

    The library is None without a vocabulary and a wording that can be used; it holds what could be
    read of everything else, and the paths of what could not in `broken`. Places in problems may
    still have keys: `locate` turns them into lines and columns. Never raises for what is in files.
    """
    shelf = _Shelf(root=root)
    vocabulary = shelf.one(VOCABULARY_PATH, _record(Vocabulary))
    wording = shelf.one(WORDING_PATH, _record(Wording))
    works = shelf.one(LIBRARY_PATH, parse_bibtex, limit=MAX_LIBRARY)
    studies = shelf.all(STUDIES_FOLDER, ".yaml", _record(Study))
    briefs: Mapping[str, Brief] = shelf.all(BRIEFS_FOLDER, ".md", parse_brief)
    shelf.refuse_empty(works, studies)
    flow = shelf.optional(FLOW_PATH, _record(Flow))
    synthesis = shelf.optional(SYNTHESIS_PATH, _record(Synthesis))
    citations = shelf.optional(CITATIONS_PATH, _record(Citations))
    ledger, found = read_ledger(root)
    shelf.problems.extend(found)
    tested, found = read_tested(root)
    shelf.problems.extend(found)
    if vocabulary is None or wording is None:
        return None, tuple(shelf.problems)
    library = Library(
        vocabulary=vocabulary,
        wording=wording,
        works=MappingProxyType(works or {}),
        studies=studies,
        briefs=briefs,
        ledger=MappingProxyType(ledger),
        flow=flow,
        synthesis=synthesis or Synthesis(),
        citations=citations or Citations(),
        tested=tested,
        broken=frozenset(shelf.broken),
    )
    return library, tuple(shelf.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """Reads files one after the other, and remembers what is wrong and what is broken."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def one(
        self,
        path: str,
        parse: _Parse[Value],
        *,
        limit: int = MAX_CHARACTERS,
        listed: bool = False,
    ) -> Value | None:
        """What one file holds, as far as it can be read."""
        text, problems = read_file(self.root, path, limit, listed=listed)
        value = None
        if text is not None:
            value, problems = parse(text, path)
        self.problems.extend(problems)
        # A faulty entry of the library still gives its key, so that citing it is no second fault.
        loses = path != LIBRARY_PATH and any(_loses_something(problem) for problem in problems)
        if value is None or loses:
            self.broken.add(path)
        return value

    def optional(self, path: str, parse: _Parse[Value]) -> Value | None:
        """What a file holds that a site may do without."""
        return self.one(path, parse) if is_there(self.root, path) else None

    def all(self, folder: str, suffix: str, parse: _Parse[Value]) -> Mapping[str, Value]:
        """What the files of a folder hold, by their names without the ending."""
        listing = list_files(self.root, folder, suffix)
        self.problems.extend(listing.problems)
        self.broken.update(listing.unusable)
        values = ((path, self.one(path, parse, listed=True)) for path in listing.paths)
        return MappingProxyType(
            {PurePosixPath(path).stem: value for path, value in values if value is not None}
        )

    def refuse_empty(self, works: Mapping[str, Work] | None, studies: Mapping[str, Study]) -> None:
        """A site without works or without studies is a mistake, such as a wrong folder."""
        if not works and LIBRARY_PATH not in self.broken:
            self._tell_empty(LIBRARY_PATH, "work", "Add one with `briefs add DOI-or-PMID`.")
        if not studies and not any(path.startswith(STUDIES_FOLDER) for path in self.broken):
            self._tell_empty(STUDIES_FOLDER, "study", "Start one with `briefs new study ID`.")

    def _tell_empty(self, path: str, what: str, hint: str) -> None:
        message = f"A site must have at least one {what}."
        place = Place(path=path)
        self.problems.append(Problem(place=place, rule="empty-library", message=message, hint=hint))


def _record(kind: type[Value]) -> _Parse[Value]:
    """What reads a YAML text as one record of the model."""

    def parse(text: str, path: str) -> tuple[Value | None, tuple[Problem, ...]]:
        data, problems = read_yaml(text, path)
        if data is None and problems:
            return None, problems
        record, more = validate(data, kind, Place(path=path))
        return record, (*problems, *more)

    return parse


def _loses_something(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR and problem.rule not in _LOSES_NOTHING
