"""Which work a suggested record names: known to the library, added now, or still to be added."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from generator.contribute.suggestion import Fault, Suggestion
from generator.ledger import ledger_path
from generator.library import LIBRARY_PATH, STUDIES_FOLDER, Library
from generator.load.files import read_file
from generator.load.names import slug_fault, slugify
from generator.load.yaml import read_yaml
from generator.model import Design, Work
from generator.verify.run import BROKEN, PROBLEMS, Say, read_works

_LONGEST: Final = 60
_YEAR: Final = re.compile(r"(?:19|20)\d\d")

Register = Callable[[Path, str, Say], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The work that a record names: its key, and what is known of it.

    `paths` are the files that changed because it was added, `note` says what is still to be done.
    """

    key: str
    title: str = ""
    design: str = ""
    paths: tuple[str, ...] = ()
    note: str = ""


def entry_for(
    suggestion: Suggestion, number: int, library: Library, root: Path, register: Register
) -> Entry | Fault:
    """The work that reports the suggested study; `number` is the issue's.

    `register` adds a work to the library as `briefs add` does. A registry out of reach is no fault
    of the suggestion: the entry is then left to be added.
    """
    identifier = suggestion.doi or suggestion.pmid
    if not identifier:
        note = f"The library needs an entry for this reference: {suggestion.reference}"
        return Entry(key=_of_reference(suggestion.reference) or f"study-{number}", note=note)
    if known := _known(suggestion, library.works):
        return _of_known(known, library)
    heard: list[str] = []
    code = register(root, identifier, heard.append)
    if code == PROBLEMS:
        return Fault(question="identifier", message=" ".join(heard) or "It was not found.")
    works = read_works(root)
    added = [w for key, w in (works[0] if works else {}).items() if key not in library.works]
    if code != BROKEN and len(added) == 1:
        return _added(added[0], root)
    note = f"The registries could not be asked, so `briefs add {identifier}` is still to be done."
    key = slugify(f"{'doi' if suggestion.doi else 'pmid'}-{identifier}")[:_LONGEST].strip("-")
    return Entry(key=key, note=" ".join([note, *heard]))


def _known(suggestion: Suggestion, works: Mapping[str, Work]) -> Work | None:
    for work in works.values():
        same_doi = suggestion.doi and work.doi.lower() == suggestion.doi
        if same_doi or (suggestion.pmid and work.pmid == suggestion.pmid):
            return work
    return None


def _of_known(work: Work, library: Library) -> Entry | Fault:
    studies = library.studies_of(work.key)
    if studies:
        message = f"This site has a record of this study already: {', '.join(studies)}."
        hint = "If it is wrong or lacks something, please use the form that corrects a record."
        return Fault(question="identifier", message=message, hint=hint)
    return Entry(key=work.key, title=work.title)


def _added(work: Work, root: Path) -> Entry:
    """A work that was added just now, with the design that its stub got from the registry."""
    stub, _ = read_file(root, f"{STUDIES_FOLDER}/{slugify(work.key)}.yaml")
    data, _ = read_yaml(stub or "", "")
    design = data.get("design") if isinstance(data, Mapping) else None
    return Entry(
        key=work.key,
        title=work.title,
        design=str(design) if design in get_args(Design) else "",
        paths=(LIBRARY_PATH, ledger_path(work.key)),
    )


def _of_reference(reference: str) -> str:
    """First author and year, as far as a reference tells them and they make a name."""
    author = slugify(re.split(r"[,.(]", reference)[0]).replace("-", "")[:_LONGEST]
    year = _YEAR.search(reference)
    name = f"{author}{year[0]}" if author and year else ""
    return "" if slug_fault(name) else name
