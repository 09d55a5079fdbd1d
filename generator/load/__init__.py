"""Loading: from files to one library of typed records, with a problem for all that is wrong.

This package alone knows YAML, BibTeX and Markdown, and where in a file something stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Generic, TypeAlias, TypeVar

from generator.background import Citations, Flow, Synthesis
from generator.crew import Crew
from generator.library import (
    BRIEFS_FOLDER,
    CITATIONS_PATH,
    FLOW_PATH,
    LIBRARY_PATH,
    STUDIES_FOLDER,
    SYNTHESIS_PATH,
    VOCABULARY_PATH,
    WORDING_PATH,
    Library,
)
from generator.load.bibtex import parse_bibtex
from generator.load.brief import parse_brief
from generator.load.files import is_plain, is_there, list_files, read_file
from generator.load.kept import Kept, Read, Reading
from generator.load.ledger import entry_paths, misnamed, parse_entry
from generator.load.positions import locate
from generator.load.promises import read_tested
from generator.load.records import validate
from generator.load.source import MAX_CHARACTERS, MAX_LIBRARY
from generator.load.yaml import read_yaml
from generator.model import LedgerEntry, Study, Vocabulary, Wording, Work
from generator.problem import Place, Problem, Severity

__all__ = ["MAX_LIBRARY", "load", "locate"]

Value = TypeVar("Value")
_Parse = Callable[[str, str], Read[Value]]

# From so many files on it is worth it to share them out among processes.
_MANY: Final = 500
# A file in which only these are wrong has been read in full.
_LOSES_NOTHING = frozenset({"invisible-character", "stacked-marks"})
# Where one of these is wrong, the library lacks a work that somebody wrote an entry for.
_LOSES_A_WORK = frozenset({"duplicate-key", "missing-key", "stray-text"})


def load(root: Path, *, keep: bool = False) -> tuple[Library | None, tuple[Problem, ...]]:
    """Everything a site's folder holds, and every problem of form in it.

    With `keep`, what each file was found to hold is kept below ``build`` for the next time.

    The library is None without a vocabulary and a wording that can be used; it holds what could be
    read of everything else, and the paths of what could not in `broken`. Places in problems may
    still have keys: `locate` turns them into lines and columns. Never raises for what is in files.
    """
    shelf = _Shelf(root=root, kept=Kept.below(root) if keep else Kept())
    entry_files, stray = entry_paths(root)
    shelf.problems.extend(stray)
    jobs: list[_Job] = [
        *((path, _BRIEF, True) for path in shelf.list(BRIEFS_FOLDER, ".md")),
        *((path, _STUDY, True) for path in shelf.list(STUDIES_FOLDER, ".yaml")),
        *((path, _ENTRY, is_plain(root, path)) for path in entry_files),
    ]
    with Crew() as crew:
        readings = crew.shared(shelf.reading, jobs, worth=_MANY)
        vocabulary = shelf.one(VOCABULARY_PATH, _record(Vocabulary))
        wording = shelf.one(WORDING_PATH, _record(Wording))
        works = shelf.one(LIBRARY_PATH, _WORKS)
        found = shelf.taken(jobs, readings())
    studies: Mapping[str, Study] = found[_STUDY]
    shelf.refuse_empty(works, studies)
    flow = shelf.optional(FLOW_PATH, _record(Flow))
    synthesis = shelf.optional(SYNTHESIS_PATH, _record(Synthesis))
    citations = shelf.optional(CITATIONS_PATH, _record(Citations))
    tested, untold = read_tested(root)
    shelf.problems.extend(untold)
    shelf.kept.save()
    if vocabulary is None or wording is None:
        return None, tuple(shelf.problems)
    library = Library(
        vocabulary=vocabulary,
        wording=wording,
        works=MappingProxyType(works or {}),
        studies=studies,
        briefs=found[_BRIEF],
        ledger=found[_ENTRY],
        flow=flow,
        synthesis=synthesis or Synthesis(),
        citations=citations or Citations(),
        tested=tested,
        broken=frozenset(shelf.broken),
        drafts=MappingProxyType(shelf.drafts),
    )
    return library, tuple(shelf.problems)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Form(Generic[Value]):
    """How the text of a file is read; with a `kind`, what it holds may be kept as JSON."""

    parse: _Parse[Value]
    kind: Any = None
    limit: int = MAX_CHARACTERS


# A file that is to be read, how, and whether it is known to be a file inside the root.
_Job: TypeAlias = tuple[str, _Form[Any], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """Reads files, and remembers what is wrong and what is broken."""

    root: Path
    kept: Kept
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    drafts: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def list(self, folder: str, suffix: str) -> tuple[str, ...]:
        """The files of a folder that are to be read."""
        listing = list_files(self.root, folder, suffix)
        self.problems.extend(listing.problems)
        self.broken.update(listing.unusable)
        return listing.paths

    def one(self, path: str, form: _Form[Value]) -> Value | None:
        """What one file holds, as far as it can be read."""
        return self._take(path, form, self.reading((path, form, False)))

    def optional(self, path: str, form: _Form[Value]) -> Value | None:
        """What a file holds that a site may do without."""
        return self.one(path, form) if is_there(self.root, path) else None

    def reading(self, job: _Job) -> Reading:
        """Read a file, here or in a copy of this process: nothing is remembered."""
        path, form, listed = job
        text, problems = read_file(self.root, path, form.limit, listed=listed)
        if text is None:
            return Reading(problems=problems)
        return self.kept.reading(form.kind, text, partial(form.parse, text, path))

    def taken(
        self, jobs: Iterable[_Job], readings: Iterable[Reading]
    ) -> Mapping[_Form[Any], Mapping[str, Any]]:
        """What these files hold, by their form and their names without the ending."""
        found: dict[_Form[Any], dict[str, Any]] = {_BRIEF: {}, _STUDY: {}, _ENTRY: {}}
        for (path, form, _), reading in zip(jobs, readings, strict=True):
            value = self._take(path, form, reading)
            if value is not None:
                found[form][_name(path)] = value
        return {form: MappingProxyType(values) for form, values in found.items()}

    def _take(self, path: str, form: _Form[Value], reading: Reading) -> Value | None:
        value: Any = self.kept.value(form.kind, reading)
        if isinstance(value, _Draft):
            self.drafts[_name(path)] = value.data
            value = None
        problems = reading.problems
        if isinstance(value, LedgerEntry) and (wrong := misnamed(path, value)):
            value, problems = None, (*problems, *wrong)
        self.problems.extend(problems)
        # A faulty entry of the library still gives its key, so that citing it is no second fault.
        in_library = path == LIBRARY_PATH
        loses = any(map(_loses_a_work if in_library else _loses_something, problems))
        # Neither does what registries said belong to what people write.
        if (value is None or loses) and form is not _ENTRY:
            self.broken.add(path)
        taken: Value | None = value
        return taken

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
        # Whatever names a work or a study would be told as well.
        self.broken.add(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A record that cannot be used yet, as it is written."""

    data: Mapping[str, object]


def _name(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _record(kind: type[Value], *, keep: bool = False) -> _Form[Any]:
    """What reads a YAML text as one record of the model; with `keep`, as one that may be kept, or
    as a draft where it has faults."""

    def parse(text: str, path: str) -> Read[Any]:
        data, problems = read_yaml(text, path)
        if data is None and problems:
            return None, problems
        record, more = validate(data, kind, Place(path=path))
        endless = any(problem.rule == "too-long" for problem in more)
        if record is None and keep and isinstance(data, Mapping) and not endless:
            return _Draft(data=data), (*problems, *more)
        return record, (*problems, *more)

    return _Form(parse=parse, kind=kind if keep else None)


_WORKS: Final = _Form(parse=parse_bibtex, kind=dict[str, Work], limit=MAX_LIBRARY)
_BRIEF: Final = _Form(parse=parse_brief)
_STUDY: Final = _record(Study, keep=True)
_ENTRY: Final = _Form(parse=parse_entry, kind=LedgerEntry)


def _loses_a_work(problem: Problem) -> bool:
    return problem.rule in _LOSES_A_WORK


def _loses_something(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR and problem.rule not in _LOSES_NOTHING
