"""The texts in which quotes are looked up: abstracts from registries, and full texts on disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from generator.library import STUDIES_FOLDER
from generator.load.files import list_files, read_file
from generator.load.records import validate
from generator.load.yaml import read_yaml
from generator.model import Finding, LedgerEntry, Study, Work
from generator.problem import Place
from generator.verify import europepmc
from generator.verify.ask import by_pmid
from generator.verify.client import Client
from generator.verify.quotes import check_quote, unfounded
from generator.verify.record import Record, Unreachable

_FULL_TEXTS = (".txt", ".md")
_MOST_CHARACTERS = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A finding that has a quote, in its study."""

    ref: str
    finding: Finding
    study: Study


def quoted_findings(root: Path) -> dict[str, tuple[Quoted, ...]]:
    """The findings with a quote, by the work they were read in; records that cannot be read are
    left to `briefs check`."""
    found: dict[str, tuple[Quoted, ...]] = {}
    for path in list_files(root, STUDIES_FOLDER, ".yaml").paths:
        text, _ = read_file(root, path, listed=True)
        if text is None or "quote:" not in text:
            continue
        study, _ = validate(read_yaml(text, path)[0], Study, Place(path=path))
        for finding in study.findings if study else ():
            if study is not None and finding.quote is not None:
                ref = f"{Path(path).stem}#{finding.id}"
                key = finding.source.report
                quoted = Quoted(ref=ref, finding=finding, study=study)
                found[key] = (*found.get(key, ()), quoted)
    return found


def with_quotes(
    entry: LedgerEntry,
    work: Work,
    quoted: tuple[Quoted, ...],
    client: Client,
    *,
    folder: Path | None,
    prior: LedgerEntry | None,
) -> LedgerEntry:
    """The entry with the outcome of each quote; `folder` holds full texts as KEY.txt or KEY.md.

    Where a registry is silent, what `prior` says of the same quote stays.
    """
    if not quoted:
        return replace(entry, quotes=())
    texts = list(_texts(work, client, folder))
    known = {(old.finding, old.hash): old for old in (prior.quotes if prior else ())}
    new = (check_quote(each.ref, each.finding, work.title, texts) for each in quoted)
    checks = tuple(
        known.get((each.finding, each.hash), each) if each.outcome == "unreachable" else each
        for each in new
    )
    notes = [
        f"In the statement of {each.ref} stands {number:g}, which neither its quote nor its record"
        " holds."
        for each in quoted
        for number in unfounded(each.finding, each.study)
    ]
    kept = tuple(note for note in entry.notes if not note.startswith("In the statement of "))
    return replace(entry, quotes=checks, notes=(*kept, *notes))


def _texts(work: Work, client: Client, folder: Path | None) -> Iterator[tuple[str, str | None]]:
    """The texts of a work by place; None where a registry could not be asked."""
    for ending in _FULL_TEXTS if folder else ():
        file = (folder or Path()) / f"{work.key}{ending}"
        if file.is_file():
            with file.open(encoding="utf-8", errors="replace") as opened:
                yield "full text", opened.read(_MOST_CHARACTERS)
    if work.pmid:
        yield "PubMed abstract", _abstract(by_pmid(work.pmid, client))
    query = _query(work)
    if query:
        params = europepmc.question(query)
        answer = client.ask("Europe PMC", europepmc.SEARCH, europepmc.parse_first, params=params)
        yield "Europe PMC abstract", _abstract(answer)


def _query(work: Work) -> str:
    if work.pmid:
        return f"EXT_ID:{work.pmid} AND SRC:MED"
    if work.doi:
        return f'DOI:"{work.doi}"'
    return f"PMCID:{work.pmcid}" if work.pmcid else ""


def _abstract(answer: object) -> str | None:
    if isinstance(answer, Unreachable):
        return None
    return answer.abstract if isinstance(answer, Record) else ""
