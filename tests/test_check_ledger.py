"""The rules about the ledger, and the reader of its files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generator.appraise import gather
from generator.check.ledger import (
    ledger_mismatch,
    ledger_orphan,
    ledger_stale,
    retracted_support,
)
from generator.check.rule import Rule
from generator.ledger import fingerprint
from generator.library import Library
from generator.load import load
from generator.load.ledger import read_ledger
from generator.model import Difference, Finding, LedgerEntry, Notice, Source, Work
from generator.problem import Severity

GOOD = Path(__file__).parent / "data" / "good"
FINDING = Finding(
    id="cheer",
    outcome="cheer",
    population="recipients",
    direction="benefit",
    basis="comparison",
    statement="It rose.",
    source=Source(report="ahlgren2001", where="abstract"),
)


@pytest.fixture(scope="module")
def library() -> Library:
    found, _ = load(GOOD)
    assert found is not None
    return found


def entry(work: Work, **changes: Any) -> LedgerEntry:
    plain = LedgerEntry(
        key=work.key,
        state="verified",
        standing="clean",
        checked=date(2026, 1, 2),
        source="Crossref",
        fingerprint=fingerprint(work),
    )
    return replace(plain, **changes)


def run(rule: Rule, library: Library, *entries: LedgerEntry) -> list[tuple[str, Severity]]:
    known = replace(library, ledger={each.key: each for each in entries})
    return [(fault.message, fault.severity) for fault in rule(known, gather(known))]


RULES: tuple[Rule, ...] = (ledger_mismatch, ledger_orphan, ledger_stale, retracted_support)


def test_verified_and_unchecked_works_are_no_problem(library: Library) -> None:
    work = library.works["ahlgren2001"]
    for found in ((), (entry(work),), (LedgerEntry(key=work.key),)):
        for rule in RULES:
            assert run(rule, library, *found) == []


@pytest.mark.parametrize("state", ["unreachable", "no-identifier", "unchecked"])
def test_what_is_not_known_is_no_problem(library: Library, state: Any) -> None:
    found = entry(library.works["ahlgren2001"], state=state, standing="unknown")
    assert [fault for rule in RULES for fault in run(rule, library, found)] == []


def test_stale(library: Library) -> None:
    work = library.works["ahlgren2001"]
    old = entry(replace(work, volume="4"))
    assert run(ledger_stale, library, old) == [
        ("'ahlgren2001' was edited after it was checked on 2026-01-02", Severity.WARNING)
    ]
    assert run(ledger_mismatch, library, replace(old, state="wrong-work")) == []
    assert fingerprint(replace(work, note="new", key="other")) == fingerprint(work)
    assert fingerprint(replace(work, authors=work.authors[:1])) != fingerprint(work)


def test_mismatches(library: Library) -> None:
    work = library.works["ahlgren2001"]
    title = Difference(field="title", ours="Singing keepers", theirs="Wells")
    assert run(ledger_mismatch, library, entry(work, state="wrong-work", differs=(title,))) == [
        (
            "'ahlgren2001' is not what it says: its identifier belongs to another work"
            " (Crossref on 2026-01-02): title 'Singing keepers' here, 'Wells' there",
            Severity.ERROR,
        )
    ]
    for state in ("not-found", "notice"):
        [(_, severity)] = run(ledger_mismatch, library, entry(work, state=state))
        assert severity is Severity.ERROR


@pytest.mark.parametrize(
    ("field", "ours", "theirs", "severity"),
    [
        ("authors", "Phantom, F.", "", Severity.ERROR),
        ("authors", "", "Leftout, L.", Severity.WARNING),
        ("doi", "10.1/a", "10.1/b", Severity.ERROR),
        ("year", "2001", "2003", Severity.WARNING),
    ],
)
def test_differences(
    library: Library, field: str, ours: str, theirs: str, severity: Severity
) -> None:
    found = Difference(field=field, ours=ours, theirs=theirs)
    wrong = entry(library.works["ahlgren2001"], state="differs", differs=(found,))
    [(message, weight)] = run(ledger_mismatch, library, wrong)
    assert weight is severity
    assert f"{field} " in message


def test_orphan(library: Library) -> None:
    [(message, severity)] = run(ledger_orphan, library, LedgerEntry(key="ahlgren2002"))
    assert (severity, "'ahlgren2002'" in message) == (Severity.WARNING, True)


def test_claims_that_rest_on_a_retracted_work_are_named(library: Library) -> None:
    notice = Notice(kind="retraction", identifier="10.5000/n", date="2010-02-06")
    gone = entry(library.works["ahlgren2001"], standing="retracted", notices=(notice,))
    found = run(retracted_support, library, gone)
    assert (
        "the claim 'cheer' rests on 'ahlgren2001', which was retracted (2010-02-06, 10.5000/n)",
        Severity.ERROR,
    ) in found
    concern = entry(library.works["ahlgren2001"], standing="concern")
    assert run(retracted_support, library, concern) == []


def write(root: Path, name: str, text: str) -> None:
    (root / "data/ledger").mkdir(parents=True, exist_ok=True)
    (root / "data/ledger" / name).write_text(text, encoding="utf-8")


def test_the_reader(tmp_path: Path) -> None:
    assert read_ledger(tmp_path) == ({}, ())
    write(tmp_path, "Aa_1.json", '{"key": "Aa_1", "state": "verified", "checked": "2026-01-02"}')
    entries, problems = read_ledger(tmp_path)
    assert entries == {"Aa_1": LedgerEntry(key="Aa_1", state="verified", checked=date(2026, 1, 2))}
    assert problems == ()


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("a.json", "{", "ledger-json"),
        ("a.json", '{"key": "a", "key": "a"}', "ledger-json"),
        ("a.json", '{"key": "b"}', "ledger-key"),
        ("a.json", '{"key": "a", "state": "fine"}', "unknown-value"),
        ("a.json", '{"key": "a", "colour": "red"}', "unknown-field"),
        ("a.txt", "", "stray-file"),
    ],
)
def test_the_reader_is_strict(tmp_path: Path, name: str, text: str, rule: str) -> None:
    write(tmp_path, name, text)
    entries, problems = read_ledger(tmp_path)
    assert entries == {}
    assert [problem.rule for problem in problems] == [rule]
