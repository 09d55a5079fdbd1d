"""`briefs add`: from a DOI or a PMID to an entry, its ledger file and the beginning of a record."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from generator.bibtex import dump_bibtex
from generator.disk import put
from generator.library import LIBRARY_PATH, STUDIES_FOLDER
from generator.load.identifiers import Checked, check_doi, check_pmid
from generator.load.names import slugify
from generator.model import LedgerEntry, Work, WorkType
from generator.stub import read_vocabulary, study_stub
from generator.verify import openalex
from generator.verify.ask import by_doi, by_pmid, hear, mailto
from generator.verify.client import Client
from generator.verify.journal import Journal
from generator.verify.judge import judge
from generator.verify.ledger import WORK_FOLDER, write_entry
from generator.verify.record import Answer, Missing, Record, Unreachable
from generator.verify.run import BROKEN, FINE, PROBLEMS, Say, read_works
from generator.verify.settings import settings_from

_TYPES: Final[Mapping[str, WorkType]] = {
    "journal-article": "article",
    "proceedings-article": "inproceedings",
    "book-chapter": "incollection",
    "book-part": "incollection",
    "book-section": "incollection",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "report": "report",
    "report-component": "report",
    "dissertation": "thesis",
    "posted-content": "online",
    "Preprint": "online",
    "JournalArticle": "article",
    "Report": "report",
    "Book": "book",
}
_DESIGNS: Final = (
    ("Meta-Analysis", "meta-analysis"),
    ("Systematic Review", "systematic-review"),
    ("Randomized Controlled Trial", "randomised-trial"),
)
_PMID_LABEL = re.compile(
    r"^(?:pmid:?\s*|https?://pubmed\.ncbi\.nlm\.nih\.gov/)(\d+)/?$", re.IGNORECASE
)


def add(
    root: Path, identifier: str, *, environment: Mapping[str, str], say: Say, today: date
) -> int:
    """Write the BibTeX entry, the ledger file and a study record to complete, for one work.

    Returns the exit code: 0 added, 1 not added because of the work (unknown, a notice, or there
    already), 2 nothing could be done (no identifier, a registry out of reach, a broken library).
    """
    checked = _identifier(identifier)
    if checked.message:
        say(f"{checked.message} {checked.hint}".strip())
        return BROKEN
    works = _library(root, say)
    if works is None:
        return BROKEN
    try:
        settings = settings_from(environment)
    except ValueError as error:
        say(f"{error}.")
        return BROKEN
    journal = replace(Journal.of(root), folder=root / WORK_FOLDER / "add")
    client = Client(settings=settings, journal=journal)
    try:
        return _add(root, checked.value, works, client, say=say, today=today)
    finally:
        client.close()
        journal.clear()


def _add(
    root: Path,
    identifier: str,
    works: dict[str, Work],
    client: Client,
    *,
    say: Say,
    today: date,
) -> int:
    answer = _ask(identifier, client)
    if isinstance(answer, Unreachable):
        say(f"{answer.registry} could not be asked: {answer.reason}. Try again later.")
        return BROKEN
    if isinstance(answer, Missing):
        say(f"{answer.registry} knows no work '{identifier}'.")
        return PROBLEMS
    records = (answer, *_more(answer, client))
    work = _work(records, frozenset(key.lower() for key in works))
    if fault := _fault(work, records, works):
        say(fault)
        return PROBLEMS
    entry = judge(work, hear(work, client, None), today, None).entry
    # The library comes last: a run that is ended before that can be done again from the start.
    stub = _write_stub(root, work, records)
    write_entry(root, entry)
    _write_library(root, {**works, work.key: work}, work)
    _tell(entry, work, stub, say)
    return FINE


def _identifier(text: str) -> Checked:
    """A DOI or a PMID in its normal form, however it was pasted."""
    bare = text.strip()
    labelled = _PMID_LABEL.match(bare)
    if labelled or bare.isdigit():
        return check_pmid(labelled[1] if labelled else bare)
    found = check_doi(bare)
    again = check_doi(found.value)
    return again if not again.message else found


def _library(root: Path, say: Say) -> dict[str, Work] | None:
    """The works so far, or None after saying why the library cannot be added to."""
    if not (root / LIBRARY_PATH).exists():
        return {}
    found = read_works(root)
    if found is None or found[1]:
        say(f"{LIBRARY_PATH} has problems; mend what 'briefs check' names before you add to it.")
        return None
    return found[0]


def _ask(identifier: str, client: Client) -> Answer:
    return by_doi(identifier, client) if "/" in identifier else by_pmid(identifier, client)


def _more(record: Record, client: Client) -> Iterator[Record]:
    """The same work at other registries, under the identifiers that the first one gives."""
    doi, pmid = record.doi, record.pmid
    if doi and not pmid:
        path = openalex.work_path(doi)
        third = client.ask("OpenAlex", path, openalex.parse_work, params=mailto(client))
        pmid = third.pmid if isinstance(third, Record) else ""
    others = [by_pmid(pmid, client)] if pmid and not record.pmid else []
    others += [by_doi(doi, client)] if doi and record.registry == "PubMed" else []
    yield from (other for other in others if isinstance(other, Record))


def _work(records: tuple[Record, ...], taken: frozenset[str]) -> Work:
    """The entry: each field from the first registry that gives it, Crossref's before PubMed's."""
    ordered = sorted(records, key=lambda record: record.registry == "PubMed")

    def first(name: str) -> str:
        return next((value for r in ordered if (value := getattr(r, name))), "")

    kinds = [record.kind for record in ordered]
    kind: WorkType = next((_TYPES[k] for k in kinds if k in _TYPES), "misc")
    if kind == "misc" and any(record.registry == "PubMed" for record in records):
        kind = "article"
    authors = max((record.authors for record in ordered), key=len)
    year = next((max(r.years) if r.preprint else r.years[0] for r in ordered if r.years), None)
    work = Work(
        key="",
        type=kind,
        title=next(r.title for r in ordered),
        authors=authors,
        year=year,
        container=next((r.containers[0] for r in ordered if r.containers), ""),
        volume=first("volume"),
        issue=first("issue"),
        pages=first("pages").replace("-", "–"),
        article_number="" if first("pages") else _article_number(ordered),
        publisher="" if kind in {"article", "online"} else first("publisher"),
        doi=first("doi"),
        pmid=first("pmid"),
        pmcid=first("pmcid"),
    )
    return replace(work, key=_key(work, taken))


def _article_number(records: list[Record]) -> str:
    """Crossref's; what PubMed has in its place is the publisher's own number."""
    found = (r.article_number for r in records if r.registry == "Crossref")
    return next(filter(None, found), "")


def _key(work: Work, taken: frozenset[str]) -> str:
    """The first author's family name and the year, with a letter where that is taken."""
    family = work.authors[0].family if work.authors else work.title.split(" ")[0]
    stem = slugify(family).replace("-", "") or "work"
    base = f"{stem}{work.year or '_nd'}"
    endings = ("", *string.ascii_lowercase[1:])
    return next((base + end for end in endings if base + end not in taken), f"{base}_{len(taken)}")


def _fault(work: Work, records: tuple[Record, ...], works: Mapping[str, Work]) -> str:
    """Why a work is not to be added, or an empty text."""
    notice = next((record.notice_of for record in records if record.notice_of), None)
    if notice is not None and notice != "correction":
        return f"This is the notice of a {notice}, not the work: add the work itself."
    for key, other in works.items():
        for name in ("doi", "pmid"):
            value = getattr(work, name)
            if value and value.lower() == getattr(other, name).lower():
                return f"The library has this work already: '{key}' has the same {name.upper()}."
    return ""


def _write_library(root: Path, works: Mapping[str, Work], work: Work) -> None:
    """Put the entry in its place; a library that is not in its usual form gets it at the end."""
    target = root / LIBRARY_PATH
    target.parent.mkdir(parents=True, exist_ok=True)
    text = target.read_text(encoding="utf-8") if target.exists() else ""
    others = [other for key, other in works.items() if key != work.key]
    if text == dump_bibtex(others):
        text = dump_bibtex(works.values())
    else:
        text = f"{text.rstrip()}\n\n{dump_bibtex([work])}"
    put(target, text, root / WORK_FOLDER)


def _write_stub(root: Path, work: Work, records: tuple[Record, ...]) -> str:
    """Write a record to complete, unless there is one; its path."""
    path = f"{STUDIES_FOLDER}/{slugify(work.key)}.yaml"
    target = root / path
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        put(target, _stub(root, work, _design(records)), root / WORK_FOLDER)
    return path


def _design(records: tuple[Record, ...]) -> str:
    kinds = " ; ".join(record.kind for record in records if record.registry == "PubMed")
    return next((design for kind, design in _DESIGNS if kind in kinds), "")


def _stub(root: Path, work: Work, design: str) -> str:
    told = f"{design} # as PubMed has it: look it up in the paper" if design else ""
    return study_stub((work.key,), read_vocabulary(root), title=work.title, design=told)


def _tell(entry: LedgerEntry, work: Work, stub: str, say: Callable[[str], None]) -> None:
    say(f"Added '{work.key}': {work.title}")
    say(f"  {LIBRARY_PATH} has its entry, and the ledger says: {entry.state} ({entry.source})")
    if entry.standing not in {"clean", "unknown"}:
        say(f"  Beware: it is {entry.standing.replace('-', ' ')}.")
    say(f"  {stub} is yours to complete: design, category, and the findings with their places.")
