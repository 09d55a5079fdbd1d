"""Identifiers that a work may have: searches, with a score; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from generator.model import Work
from generator.verify import crossref, pubmed
from generator.verify.ask import by_pmid, mailto, tool
from generator.verify.client import Client
from generator.verify.fold import likeness
from generator.verify.match import compare
from generator.verify.record import Missing, Record, Unreachable

MOST: Final = 3
LEAST_SCORE: Final = 0.6
_SEARCHED: Final = frozenset({"article", "book", "incollection", "inproceedings", "report", "misc"})
_WEIGHTS: Final = {"first_author": 0.15, "year": 0.1, "container": 0.1, "authors": 0.05}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that may be the work's, and how likely, from 0 to 1."""

    record: Record
    score: float

    @property
    def line(self) -> str:
        """The candidate as one line for people."""
        names = (("doi", self.record.doi), ("pmid", self.record.pmid))
        identifiers = ", ".join(f"{name} {value}" for name, value in names if value)
        year = self.record.years[0] if self.record.years else "no year"
        container = self.record.containers[0] if self.record.containers else "no container"
        return f"{self.score:.2f}  {identifiers}: {self.record.title} ({container}, {year})"


def candidates(work: Work, client: Client) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """The likely records of a work, the best first, and the registries that could not be asked."""
    found: dict[str, Candidate] = {}
    silent: list[str] = []
    for answer in _answers(work, client):
        if isinstance(answer, Unreachable):
            silent.append(answer.registry)
            continue
        name = answer.doi or answer.pmid
        candidate = Candidate(record=answer, score=score(work, answer))
        if candidate.score >= LEAST_SCORE and name not in found:
            found[name] = candidate
    ordered = sorted(found.values(), key=lambda each: (-each.score, each.record.doi))
    return tuple(ordered[:MOST]), tuple(dict.fromkeys(silent))


def score(work: Work, record: Record) -> float:
    """How well a record fits a work: 0.6 for the title's likeness, the rest for what agrees."""
    title = max((likeness(work.title, each) for each in record.titles), default=0.0)
    agrees = compare(work, record).agrees
    return round(0.6 * title + sum(_WEIGHTS[name] for name in agrees & _WEIGHTS.keys()), 2)


def _answers(work: Work, client: Client) -> Iterator[Record | Unreachable]:
    if work.type not in _SEARCHED:
        return
    yield from _crossref(work, client)
    if work.type == "article":
        yield from _pubmed(work, client)


def _crossref(work: Work, client: Client) -> Iterator[Record | Unreachable]:
    first = work.authors[0].sort_name if work.authors else ""
    words = (work.title, first, work.container, str(work.year or ""))
    params = {"query.bibliographic": " ".join(filter(None, words)), "rows": str(MOST)}
    answer = client.ask(
        "Crossref", "/works", crossref.parse_list, params={**params, **mailto(client)}
    )
    if isinstance(answer, Unreachable):
        yield answer
    elif not isinstance(answer, Missing):
        yield from answer


def _pubmed(work: Work, client: Client) -> Iterator[Record | Unreachable]:
    title = " ".join(word for word in work.title.split() if word.isalnum())
    params = {"db": "pubmed", "term": f"{title}[title]", "retmode": "json", "retmax": str(MOST)}
    answer = client.ask(
        "PubMed", pubmed.SEARCH, pubmed.parse_search, params={**params, **tool(client)}
    )
    if isinstance(answer, Unreachable):
        yield answer
    elif not isinstance(answer, Missing):
        for pmid in answer:
            record = by_pmid(pmid, client)
            if not isinstance(record, Missing):
                yield record
