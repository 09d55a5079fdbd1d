"""Runs of `verify` as real processes: stopped ones, silent registries, suggestions, additions."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.bibtex import dump_bibtex
from generator.load.bibtex import parse_bibtex
from generator.load.ledger import read_ledger
from generator.model import Name, Work
from tests.verify.conftest import StandIn, ledger

Serve = Callable[..., StandIn]

TRUTH: dict[str, Any] = {
    "doi": "10.5000/towers.1",
    "pmid": "31000001",
    "title": "Singing and night vision among keepers",
    "subtitle": "a randomised trial",
    "authors": [["Ahlgren", "Ann Mari"], ["Berg", "Bo"]],
    "year": 2011,
    "container": "Journal of Towers",
    "short": "J Towers",
    "volume": "7",
    "issue": "2",
    "pages": "101-109",
    "abstract": "We asked 80 keepers. Night vision - after a year of singing - rose by 12 %.",
}
OURS = Work(
    key="ahlgren2011",
    type="article",
    title="Singing and night vision among keepers: a randomised trial",
    authors=(Name(family="Ahlgren", given="Ann Mari"), Name(family="Berg", given="Bo")),
    year=2011,
    container="Journal of Towers",
    volume="7",
    issue="2",
    pages="101–109",
    doi="10.5000/towers.1",
    pmid="31000001",
)


def site(folder: Path, *works: Work) -> Path:
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "library.bib").write_text(dump_bibtex(works), encoding="utf-8")
    return folder


def many(count: int) -> tuple[list[Work], list[dict[str, Any]]]:
    works, truths = [], []
    for number in range(count):
        truth = {**TRUTH, "doi": f"10.5000/many.{number}", "pmid": str(32000000 + number)}
        truth["title"] = f"Singing in district {number}"
        truths.append(truth)
        title = f"{truth['title']}: a randomised trial"
        entry = {name: getattr(OURS, name) for name in ("authors", "year", "container", "volume")}
        works.append(
            Work(
                key=f"many{number:02d}",
                type="article",
                title=title,
                doi=truth["doi"],
                pmid=truth["pmid"],
                **entry,
            )
        )
    return works, truths


def test_a_sound_work_and_the_contract_of_its_file(tmp_path: Path, serve: Serve) -> None:
    root = site(tmp_path / "site", OURS)
    done = serve([TRUTH]).verify_apart(root)
    assert (done.returncode, "1 work: 1 verified" in done.stderr) == (0, True)
    text = (root / "data/ledger/ahlgren2011.json").read_text(encoding="utf-8")
    data = json.loads(text)
    assert text == json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert data.keys() == {
        *("key", "state", "standing", "checked", "source", "differs", "fingerprint")
    }
    assert (data["state"], data["standing"], data["source"], data["differs"]) == (
        "verified",
        "clean",
        "Crossref and PubMed",
        [],
    )
    entries, problems = read_ledger(root)
    assert entries["ahlgren2011"].checked is not None
    assert problems == ()
    assert not (root / "build/verify/answers").exists()


@pytest.mark.parametrize("after", [5, 26])
def test_a_killed_run_leaves_whole_files_and_is_taken_up(
    tmp_path: Path, serve: Serve, after: int
) -> None:
    works, truths = many(12)
    root = site(tmp_path / "site", *works)
    stand_in = serve(truths, slow=0.05)
    process = subprocess.Popen(
        [sys.executable, "-m", "generator.verify", str(root)],
        env=stand_in.environment,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 20
    while len(stand_in.questions) < after and time.monotonic() < end:
        time.sleep(0.005)
    process.kill()
    process.wait()
    time.sleep(0.3)  # until the server has noted what was under way
    before = stand_in.questions
    assert len(before) < 36
    kept = ledger(root)  # every file is JSON, whole
    assert read_ledger(root)[1] == ()
    answered = len(list((root / "build/verify/answers").glob("[0-9a-f]*.json")))

    done = stand_in.verify_apart(root)

    assert done.returncode == 0, done.stderr
    assert {entry["state"] for entry in ledger(root).values()} == {"verified"}
    assert len(ledger(root)) == 12 >= len(kept)
    asked_again = Counter(stand_in.questions[len(before) :])
    assert sum(asked_again.values()) == 36 - answered
    finished = {f"Crossref:10.5000/many.{int(key[4:])}" for key in kept}
    assert finished.isdisjoint(asked_again)


def test_a_registry_that_was_silent_is_asked_again_and_only_it(
    tmp_path: Path, serve: Serve
) -> None:
    root = site(tmp_path / "site", OURS)
    stand_in = serve([TRUTH], faults={f"Crossref:{OURS.doi}": ["500", "500", "500"]})
    assert stand_in.verify(root).returncode == 0
    entry = ledger(root)["ahlgren2011"]
    assert (entry["state"], entry["source"], entry["standing"]) == ("verified", "PubMed", "unknown")
    assert entry["notes"] == ["Crossref could not be asked: it answered with status 500."]
    before = len(stand_in.questions)
    assert stand_in.verify(root).returncode == 0
    assert stand_in.questions[before:] == [f"Crossref:{OURS.doi}"]
    assert ledger(root)["ahlgren2011"]["standing"] == "clean"


def test_without_a_network_nothing_is_called_wrong(tmp_path: Path, serve: Serve) -> None:
    works, truths = many(8)
    root = site(tmp_path / "site", *works)
    stand_in = serve(truths)
    assert stand_in.verify(root).returncode == 0
    known = ledger(root)
    nowhere = {name: "http://127.0.0.1:9" for name in stand_in.environment if "_URL" in name}
    done = stand_in.verify(root, **nowhere)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "No registry could be reached." in done.stderr
    assert ledger(root) == known  # what was known stays, with its date
    other = site(tmp_path / "other", *works)
    assert stand_in.verify(other, **nowhere).returncode == 2
    assert {entry["state"] for entry in ledger(other).values()} == {"unreachable"}
    assert {entry["standing"] for entry in ledger(other).values()} == {"unknown"}


def test_pages_for_browsers_are_no_answers(tmp_path: Path, serve: Serve) -> None:
    root = site(tmp_path / "site", OURS)
    stand_in = serve([{**TRUTH, "openalex": {}}])
    names = ("BRIEFS_CROSSREF_URL", "BRIEFS_PUBMED_URL", "BRIEFS_DOI_URL")
    stand_in.verify(root, **dict.fromkeys(names, f"{stand_in.address}/portal"))
    assert ledger(root)["ahlgren2011"]["state"] == "unreachable"
    notes = " ".join(ledger(root)["ahlgren2011"]["notes"])
    assert "a page for browsers answered in its place" in notes


def test_silence_takes_no_retraction_back(tmp_path: Path, serve: Serve) -> None:
    notice = {
        "DOI": "10.5000/notice",
        "type": "retraction",
        "source": "retraction-watch",
        "updated": {"date-parts": [[2015, 4]]},
    }
    root = site(tmp_path / "site", OURS)
    serve([{**TRUTH, "updated-by": [notice]}]).verify(root)
    first = ledger(root)["ahlgren2011"]
    told = {"kind": "retraction", "identifier": "10.5000/notice", "date": "2015-04"}
    assert first["notices"] == [{**told, "witnesses": ["Retraction Watch"]}]
    silent = serve([TRUTH], faults={f"Crossref:{OURS.doi}": ["503!"]})
    done = silent.verify(root)
    assert (done.returncode, ledger(root)["ahlgren2011"]["standing"]) == (1, "retracted")


def test_the_retraction_watch_file_is_read(tmp_path: Path, serve: Serve) -> None:
    file = tmp_path / "watch.csv"
    file.write_text(
        "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDOI,"
        "OriginalPaperPubMedID,RetractionNature,Reason\n"
        "1,Other,1/2/2020 0:00,unavailable,0,10.5000/other,0,Retraction,x\n"
        "2,Ours,2/28/2020 0:00,10.5000/N,0,unavailable,31000001,Retraction,x\n",
        encoding="utf-8",
    )
    root = site(tmp_path / "site", OURS)
    done = serve([TRUTH]).verify(root, BRIEFS_RETRACTION_WATCH=str(file))
    entry = ledger(root)["ahlgren2011"]
    assert (done.returncode, entry["standing"]) == (1, "retracted")
    assert entry["notices"][0]["date"] == "2020-02-28"
    missing = serve([TRUTH]).verify(root, BRIEFS_RETRACTION_WATCH=str(tmp_path / "none.csv"))
    assert (missing.returncode, "Traceback" in missing.stderr) == (2, False)


def test_keys_settings_and_empty_libraries(tmp_path: Path, serve: Serve) -> None:
    works, truths = many(2)
    root = site(tmp_path / "site", *works)
    stand_in = serve(truths)
    assert stand_in.verify(root, "many01").returncode == 0
    assert set(ledger(root)) == {"many01"}
    unknown = stand_in.verify(root, "many1")
    assert unknown.returncode == 2
    assert "There is no work 'many1'. Did you mean 'many01'?" in unknown.stderr
    assert "not 'soon'" in stand_in.verify(root, BRIEFS_TIMEOUT="soon").stderr
    assert stand_in.verify(tmp_path / "nothing").returncode == 2


def test_identifiers_are_offered_and_not_written(tmp_path: Path, serve: Serve) -> None:
    bare = Work(
        key="bare",
        type="article",
        title=OURS.title,
        authors=OURS.authors,
        year=2011,
        container=OURS.container,
    )
    odd = Work(key="odd", type="article", title="Nobody wrote this", container="X", year=2000)
    root = site(tmp_path / "site", bare, odd)
    truth = {**TRUTH, "title": OURS.title, "subtitle": ""}
    before = (root / "data/library.bib").read_text(encoding="utf-8")
    done = serve([truth]).verify(root, "--suggest")
    assert done.returncode == 0
    line = f"1.00  doi 10.5000/towers.1: {OURS.title} (Journal of Towers, 2011)"
    assert f"bare: {OURS.title}\n  {line}\n" in done.stderr
    assert "odd: Nobody wrote this\n  nothing like it was found" in done.stderr
    assert (root / "data/library.bib").read_text(encoding="utf-8") == before


STUDY = """\
title: Singing
reports: [ahlgren2011]
design: randomised-trial
category: choirs
participants: {n: 80}
findings:
  - id: seen
    outcome: night-vision
    population: recipients
    basis: comparison
    statement: Night vision rose by 12 percent in 80 keepers, over 3 years.
    source: {report: ahlgren2011, where: abstract}
    quote: "Night vision – after a year of singing – … by 12 %"
  - id: invented
    outcome: night-vision
    population: recipients
    basis: comparison
    statement: It fell.
    source: {report: ahlgren2011, where: abstract}
    quote: "night vision fell in every one of the towers that we saw"
  - id: short
    outcome: night-vision
    population: recipients
    basis: comparison
    statement: It rose.
    source: {report: ahlgren2011, where: abstract}
    quote: "Night vision rose"
"""


def test_quotes_are_looked_up(tmp_path: Path, serve: Serve) -> None:
    root = site(tmp_path / "site", OURS)
    (root / "data/studies").mkdir()
    (root / "data/studies/ahlgren2011.yaml").write_text(STUDY, encoding="utf-8")
    serve([TRUTH]).verify(root)
    entry = ledger(root)["ahlgren2011"]
    found = {quote["finding"]: (quote["outcome"], quote["place"]) for quote in entry["quotes"]}
    assert found == {
        "ahlgren2011#seen": ("found", "PubMed abstract"),
        "ahlgren2011#invented": ("not-found", "PubMed abstract, Europe PMC abstract"),
        "ahlgren2011#short": ("unfit", "it has 3 words, and a quote needs 8"),
    }
    assert "singing" not in json.dumps(entry)
    assert [note for note in entry["notes"] if "stands 3," in note]


def test_add_writes_entry_ledger_and_record(tmp_path: Path, serve: Serve) -> None:
    works, truths = many(1)
    root = site(tmp_path / "site", *works)
    truth = {**TRUTH, "pubmed": {"types": ["Randomized Controlled Trial"]}}
    notice = {**TRUTH, "doi": "10.5000/n", "pmid": "", "title": "Gone"}
    notice["update-to"] = [{"DOI": "10.5000/x", "type": "retraction"}]
    stand_in = serve([*truths, truth, notice])
    done = stand_in.verify(root, "--add", "https://doi.org/10.5000/TOWERS.1")
    assert done.returncode == 0, done.stderr
    text = (root / "data/library.bib").read_text(encoding="utf-8")
    found, problems = parse_bibtex(text, "data/library.bib")
    assert (found["ahlgren2011"], problems) == (OURS, ())
    assert text == dump_bibtex(found.values())
    assert ledger(root)["ahlgren2011"]["state"] == "verified"
    stub = (root / "data/studies/ahlgren2011.yaml").read_text(encoding="utf-8")
    assert "reports: [ahlgren2011]" in stub
    assert "design: randomised-trial # as PubMed has it" in stub
    again = stand_in.verify(root, "--add", "PMID: 31000001")
    assert (again.returncode, "has this work already: 'ahlgren2011'" in again.stderr) == (1, True)
    assert stand_in.verify(root, "--add", "10.5000/nothing").returncode == 1
    assert "add the work itself" in stand_in.verify(root, "--add", "10.5000/n").stderr
    assert stand_in.verify(root, "--add", "felton").returncode == 2
    assert (root / "data/library.bib").read_text(encoding="utf-8") == text


def test_add_by_pmid_gets_the_doi_too(tmp_path: Path, serve: Serve) -> None:
    root = tmp_path / "site"
    done = serve([TRUTH]).verify(root, "--add", "31000001")
    assert done.returncode == 0, done.stderr
    found, _ = parse_bibtex((root / "data/library.bib").read_text(encoding="utf-8"), "x")
    assert found["ahlgren2011"] == OURS
