"""What the committed records must hold, whatever else changes: no counts of the collection."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from generator.appraise import gather
from generator.check import check
from generator.library import Library
from generator.load import load
from generator.model import Finding
from generator.problem import Severity
from generator.render import words
from generator.render.context import prepare
from generator.render.markdown import escape
from generator.render.pages import Pages
from generator.render.words import capitalised
from generator.site import Site

ROOT = Path(__file__).resolve().parents[1]
RUN = 8

# Participants in Tables 1 to 3 of the 2012 review, as the tables give them. Where a study's own
# report gives another number, the record keeps that one and tells the table's.
TABLES = {
    "solomon1995a": 94,
    "felton1995": 104,
    "rivera2007": 203,
    "lawn2008": 49,
    "sells2006": 137,
    "griswold2010": 175,
    "chinman2001": 158,
    "yanos2001": 60,
    "corrigan2006": 1824,
    "nelson2007": 102,
    "galanter1988": 356,
    "wilson1999": 165,
    "segal2002": 255,
    "bracke2008": 628,
    "castelein2008": 106,
    "armstrong1995": 23,
    "mowbray1996": 11,
    "mowbray1998": 11,
    "yuen2003": 3,
    "doherty2004": 12,
    "gates2007": 108,
    "chinman2008": 93,
    "moll2009": 12,
    "hodges2007": None,
    "adame2008": None,
    "lucksted2009": None,
}


@cache
def library() -> Library:
    """The committed records, read once."""
    loaded, problems = load(ROOT)
    assert loaded is not None
    assert not [p for p in problems if p.severity is Severity.ERROR]
    return loaded


def test_the_committed_records_and_briefs_are_clean() -> None:
    problems = check(library(), gather(library()))
    assert not [f"{p.place.path}: {p.message}" for p in problems]


@pytest.mark.parametrize("key", TABLES)
def test_each_row_of_the_tables_is_a_study_with_its_number(key: str) -> None:
    found = library().studies_of(key)
    assert found, f"no study reports {key}"
    wanted = TABLES[key]
    if wanted is None:
        return
    study = library().studies[found[0]]
    told = f"{study.n} {study.participants.note if study.participants else ''}"
    told += " ".join(f"{c.says} {c.shows}" for c in study.corrections)
    assert re.search(rf"\b{wanted}\b|\b{wanted:,}\b", told), told


def test_every_study_can_be_reached_from_its_work_and_every_finding_names_its_place() -> None:
    for study_id, study in library().studies.items():
        assert all(study_id in library().studies_of(key) for key in study.reports)
        assert all(finding.source.where for finding in study.findings)


def test_ten_reasons_and_six_challenges() -> None:
    reasons = library().briefs["ten-reasons"].claims
    assert len({claim.heading for claim in reasons}) >= 10
    challenges = library().briefs["challenges"].claims
    themes = {claim.block.theme for claim in challenges}
    assert themes >= {
        *("role-conflict", "boundaries", "disclosure"),
        *("role-ambiguity", "low-pay", "limited-hours"),
    }


def runs_of(text: str) -> set[tuple[str, ...]]:
    """Every run of eight words in a text."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def own_prose() -> dict[str, str]:
    """What we wrote: briefs, templates, and the texts of records; titles of works are not ours."""
    files = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder, pattern in (("briefs", "*.md"), ("templates", "**/*.j2"))
        for path in (ROOT / folder).glob(pattern)
    }
    for study_id, study in library().studies.items():
        texts = [study.notes or "", study.setting or "", study.comparator or ""]
        texts += [finding.statement for finding in study.findings]
        texts += [text for c in study.corrections for text in (c.says, c.shows)]
        if study.participants is not None:
            texts += [study.participants.description or "", study.participants.note or ""]
        files[study_id] = "\n.\n".join(texts)
    for name in ("vocabulary", "wording", "flow", "synthesis", "citations"):
        path = ROOT / "data" / f"{name}.yaml"
        files[path.name] = path.read_text(encoding="utf-8")
    return files


def test_no_sentence_of_a_source_document_stands_here(request: pytest.FixtureRequest) -> None:
    folder = request.config.getoption("--sources")
    if folder is None:
        pytest.skip("give the folder of source documents with --sources")
    sources = {
        run: path.name
        for path in sorted(Path(folder).glob("*.txt"))
        for run in runs_of(path.read_text(encoding="utf-8", errors="replace"))
    }
    copied = {
        f"{name}: {' '.join(run)} ({sources[run]})"
        for name, text in own_prose().items()
        for run in runs_of(text)
        if run in sources
    }
    assert not copied


def pooled() -> list[tuple[str, str, Finding]]:
    """Every pooled effect of a review on people like those the site is about."""
    return [
        (study_id, finding.outcome, finding)
        for study_id, study in library().studies.items()
        for finding in study.findings
        if study.design == "meta-analysis"
        and study.group is None
        and finding.outcome
        and finding.effect
        and finding.population == "recipients"
    ]


def test_pooled_effects_stand_on_their_outcome_and_in_the_policy_brief() -> None:
    context = prepare(Site(name="x", description="x"), library(), gather(library()))
    pages = {str(page.path): page.text for page in Pages([ROOT / "templates"], context).all()}
    brief = pages["briefs/does-it-work.md"]
    found = pooled()
    assert found
    missing = []
    for study_id, outcome, finding in found:
        assert finding.effect is not None
        told = str(escape(capitalised(words.effect(finding.effect))))
        for name, page in ((outcome, pages[f"outcomes/{outcome}.md"]), ("does-it-work", brief)):
            if told not in page:
                missing.append(f"{study_id}#{finding.id} on {name}: {told}")
    assert not missing
