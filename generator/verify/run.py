"""`briefs verify`: asks about the works of a site, writes the ledger, and says what it found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

import httpx
from tqdm import tqdm

from generator.library import LIBRARY_PATH
from generator.load.bibtex import parse_bibtex
from generator.load.files import read_file
from generator.load.ledger import read_ledger
from generator.model import LedgerEntry, Work
from generator.problem import nearest
from generator.verify.ask import Database, hear
from generator.verify.client import Client
from generator.verify.journal import Journal
from generator.verify.judge import Verdict, judge
from generator.verify.ledger import write_entry
from generator.verify.record import MalformedError
from generator.verify.report import SAME_WORK, is_faulty, lines, summary
from generator.verify.retractionwatch import parse_csv
from generator.verify.settings import settings_from
from generator.verify.sources import Quoted, quoted_findings, with_quotes
from generator.verify.suggest import candidates

Say = Callable[[str], None]

FINE, PROBLEMS, BROKEN = 0, 1, 2
THREADS: Final = 6
LINE_EVERY: Final = 25
MOST_LIBRARY: Final = 20_000_000


def verify(
    root: Path,
    keys: Sequence[str],
    *,
    environment: Mapping[str, str],
    say: Say,
    today: date,
    suggest: bool = False,
    fresh: bool = False,
    texts: Path | None = None,
) -> int:
    """Check the works with these keys (all without any) and write their ledger files.

    A run that was stopped, or in which a registry was silent, is taken up where it stood, unless
    `fresh`. Returns the exit code: 0 nothing to mend, 1 faults were found, 2 nothing could be done
    (no library, an unknown key, no registry could be reached).
    """
    works = _works(root, keys, say)
    if works is None:
        return BROKEN
    try:
        settings = settings_from(environment)
    except ValueError as error:
        say(f"{error}.")
        return BROKEN
    if not settings.contact:
        say("BRIEFS_CONTACT is not set: with an e-mail address in it registries answer faster.")
    journal = Journal.of(root)
    if fresh:
        journal.clear()
    with _client(Client(settings=settings, journal=journal)) as client:
        try:
            database = _database(settings.database, works.values(), client)
        except (OSError, httpx.HTTPError, httpx.InvalidURL, UnicodeError, MalformedError) as error:
            say(f"The Retraction Watch file could not be read: {error}.")
            return BROKEN
        run = _Run(root=root, client=client, database=database, today=today, texts=texts)
        run.all(works, say)
        run.name_twins()
        if suggest:
            _suggest(works, run.entries, client, say)
    return _conclude(run, journal, say)


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run: what is needed to check a work, and the entries so far."""

    root: Path
    client: Client
    database: Database | None
    today: date
    texts: Path | None
    entries: dict[str, LedgerEntry] = field(default_factory=dict)
    owners: dict[str, list[str]] = field(default_factory=dict)
    prior: Mapping[str, LedgerEntry] = field(init=False)
    quoted: Mapping[str, tuple[Quoted, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Read what was known before, and which findings have quotes."""
        self.prior, _ = read_ledger(self.root)
        self.quoted = quoted_findings(self.root)

    def all(self, works: Mapping[str, Work], say: Say) -> None:
        """Check works side by side; each one's file is written as soon as it is done."""
        pool = ThreadPoolExecutor(max_workers=THREADS)
        try:
            futures = {pool.submit(self._one, work): work.key for work in works.values()}
            done = as_completed(futures)
            for future in _progress(done, len(futures), say):
                verdict = future.result()
                self.entries[verdict.entry.key] = verdict.entry
                for identifier in verdict.identifiers:
                    self.owners.setdefault(identifier, []).append(verdict.entry.key)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _one(self, work: Work) -> Verdict:
        prior = self.prior.get(work.key)
        verdict = judge(work, hear(work, self.client, self.database), self.today, prior)
        entry = with_quotes(
            verdict.entry,
            work,
            self.quoted.get(work.key, ()),
            self.client,
            folder=self.texts,
            prior=prior,
        )
        write_entry(self.root, entry)
        return replace(verdict, entry=entry)

    def name_twins(self) -> None:
        """Note in entries which other entries are the same work; two keys, one work."""
        others: dict[str, set[str]] = {}
        for keys in self.owners.values():
            for key in keys if len(keys) > 1 else ():
                others.setdefault(key, set()).update(set(keys) - {key})
        for key, entry in self.entries.items():
            kept = tuple(note for note in entry.notes if not note.startswith(SAME_WORK))
            named = tuple(f"{SAME_WORK}'{other}'." for other in sorted(others.get(key, ())))
            if (*kept, *named) != entry.notes:
                self.entries[key] = replace(entry, notes=(*kept, *named))
                write_entry(self.root, self.entries[key])


def read_works(root: Path) -> tuple[dict[str, Work], int] | None:
    """The works of the library and the number of problems in it, or None without a library."""
    text, _ = read_file(root, LIBRARY_PATH, MOST_LIBRARY)
    if text is None:
        return None
    works, problems = parse_bibtex(text, LIBRARY_PATH)
    return works, len(problems)


def _works(root: Path, keys: Sequence[str], say: Say) -> dict[str, Work] | None:
    """The works to check, or None after saying why there are none."""
    found = read_works(root)
    if found is None or not found[0]:
        say(f"There is no work to check: {root / LIBRARY_PATH} must hold at least one.")
        return None
    works, problems = found
    if problems:
        say(f"{LIBRARY_PATH} has {problems} problems; 'briefs check' names them.")
    unknown = [key for key in keys if key not in works]
    for key in unknown:
        say(f"There is no work '{key}'. {nearest(key, works)}")
    if unknown:
        return None
    return {key: works[key] for key in keys} if keys else works


@contextmanager
def _client(client: Client) -> Iterator[Client]:
    try:
        yield client
    finally:
        client.close()


def _database(place: str, works: Iterable[Work], client: Client) -> Database | None:
    """What the Retraction Watch file says of the works; None without such a file."""
    if not place:
        return None
    wanted = frozenset({name for work in works for name in (work.doi.lower(), work.pmid) if name})
    if place.startswith(("http://", "https://")):
        return dict(parse_csv(client.lines(place), wanted))
    with Path(place).open(encoding="utf-8", errors="replace", newline="") as file:
        return dict(parse_csv(file, wanted))


def _progress(done: Iterator[Future[Verdict]], total: int, say: Say) -> Iterator[Future[Verdict]]:
    """A bar in a terminal, a line now and then elsewhere."""
    if sys.stderr.isatty():
        yield from tqdm(done, total=total, unit="work", desc="asking", leave=False)
        return
    for count, future in enumerate(done, 1):
        yield future
        if count % LINE_EVERY == 0 and count < total:
            say(f"{count} of {total} works asked about")


def _suggest(
    works: Mapping[str, Work], entries: Mapping[str, LedgerEntry], client: Client, say: Say
) -> None:
    """Say which identifiers works may have whose own lead nowhere or elsewhere."""
    for key, work in works.items():
        if entries[key].state not in {"no-identifier", "not-found", "wrong-work"}:
            continue
        found, silent = candidates(work, client)
        say(f"{key}: {work.title}")
        for candidate in found:
            say(f"  {candidate.line}")
        if silent:
            say(f"  {' and '.join(silent)} could not be asked.")
        elif not found:
            say("  nothing like it was found")


def _conclude(run: _Run, journal: Journal, say: Say) -> int:
    """Say what was found; forget the answers once there is nothing left to ask."""
    for line in lines(run.entries.values()):
        say(line)
    say(summary(run.entries))
    silent = [queue for queue in run.client.queues.values() if queue.unanswered]
    if not silent:
        journal.clear()
    else:
        say("Some registries were silent; run the same command again to ask only what is missing.")
    if any(is_faulty(entry) for entry in run.entries.values()):
        return PROBLEMS
    asked = [entry for entry in run.entries.values() if entry.state != "no-identifier"]
    if asked and silent and not any(queue.answered for queue in run.client.queues.values()):
        say("No registry could be reached.")
        return BROKEN
    return FINE
