"""`briefs fmt`: which files have one form, and putting each of them into it without a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from generator.background import Citations, Flow, Synthesis
from generator.contribute.fmt_bib import format_bibtex
from generator.contribute.fmt_yaml import format_yaml
from generator.disk import put
from generator.library import (
    CITATIONS_PATH,
    FLOW_PATH,
    LIBRARY_PATH,
    STUDIES_FOLDER,
    SYNTHESIS_PATH,
    VOCABULARY_PATH,
    WORDING_PATH,
)
from generator.load import MAX_LIBRARY, locate
from generator.load.files import list_files, read_file
from generator.load.source import MAX_CHARACTERS
from generator.model import Study, Vocabulary, Wording
from generator.problem import Problem
from generator.report import as_text

FINE, PROBLEMS, BROKEN = 0, 1, 2
WORK_FOLDER: Final = "build/fmt"

Say = Callable[[str], None]
_Format = Callable[[str, str], tuple[str | None, tuple[Problem, ...]]]

_RECORDS: Final[Mapping[str, type[Any]]] = {
    VOCABULARY_PATH: Vocabulary,
    WORDING_PATH: Wording,
    FLOW_PATH: Flow,
    SYNTHESIS_PATH: Synthesis,
    CITATIONS_PATH: Citations,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A file that has a form: where it is, how long it may be, and what gives it its form."""

    path: str
    form: _Format
    limit: int = MAX_CHARACTERS


def fmt(root: Path, *, check: bool, say: Say) -> int:
    """Put the records and the library of a site into their one form; with `check` only name them.

    A file is written only where its new text reads as the same record with the same comments; one
    with faults stays as it is and is named. Returns the exit code: 0 all is in its form, 1 a file
    has faults or (with `check`) is not in its form, 2 there is nothing to format.
    """
    listing = list_files(root, STUDIES_FOLDER, ".yaml")
    sources = tuple(_sources(root, listing.paths))
    problems = [p for p in listing.problems if p.place.path in listing.unusable]
    if not sources and not problems:
        say(f"There is nothing to format: {root} has no {STUDIES_FOLDER} and no {LIBRARY_PATH}.")
        return BROKEN
    changed = alone = 0
    for source in sources:
        formatted, found = _formatted(root, source)
        problems += found
        if formatted is None:
            alone += 1
        elif (root / source.path).read_bytes() != formatted.encode():
            changed += 1
            if not check:
                target = (root / source.path).resolve()
                put(target, formatted, root / WORK_FOLDER)
            say(f"{source.path} {'is not formatted' if check else 'formatted'}")
    for problem in locate(problems, root):
        say(as_text(problem))
    say(_summary(len(sources), changed, alone, check=check))
    return PROBLEMS if problems or (check and changed) else FINE


def _sources(root: Path, records: tuple[str, ...]) -> Iterator[_Source]:
    """Every file that has a form, as far as the site has it."""
    study = partial(format_yaml, kind=Study)
    yield from (_Source(path=path, form=study) for path in records)
    for path, kind in _RECORDS.items():
        if (root / path).exists():
            yield _Source(path=path, form=partial(format_yaml, kind=kind))
    if (root / LIBRARY_PATH).exists():
        yield _Source(path=LIBRARY_PATH, form=format_bibtex, limit=MAX_LIBRARY)


def _formatted(root: Path, source: _Source) -> tuple[str | None, tuple[Problem, ...]]:
    text, problems = read_file(root, source.path, source.limit)
    return (None, problems) if text is None else source.form(text, source.path)


def _summary(files: int, changed: int, alone: int, *, check: bool) -> str:
    """How many files there are, and what became of them."""
    unchanged = files - changed - alone
    told = f"{unchanged} formatted, {changed} not" if check else f"{changed} formatted"
    if not check:
        told += f", {unchanged} unchanged"
    left = f", {alone} left alone because of the problems above" if alone else ""
    advice = ". `briefs fmt` formats them." if check and changed else ""
    return f"{files} files: {told}{left}{advice}"
