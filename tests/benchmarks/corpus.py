"""A site of any size that is shaped like a real one and passes every check: all of it made up."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from generator.appraise import Appraisal, Subject, appraise, gather
from generator.library import Library
from generator.load import load

HERE: Final = Path(__file__).resolve().parent
GOOD: Final = HERE.parent / "data" / "good"
SKIN: Final = HERE.parents[1] / "site_overrides"

STUDIES_AN_OUTCOME: Final = 20
CLAIMS_A_BRIEF: Final = 10
_DESIGNS: Final = (
    ("randomised-trial", "comparison"),
    ("randomised-trial", "comparison"),
    ("quasi-experimental", "comparison"),
    ("pre-post", "change"),
    ("cohort", "association"),
)
_TOWNS: Final = ("Bergen", "Bodo", "Hamar", "Larvik", "Molde", "Narvik", "Skien", "Vadso")
_COUNTRIES: Final = ("Norway", "Sweden", "Denmark", "Finland", "Iceland", "Estonia")
_NAMES: Final = (
    "Aasen Berge Dahl Eide Foss Gran Haug Iversen Juul Krog Lie Moen Nygard Olsen Pedersen Quist"
    " Rud Sande Tveit Ulven Vik Wold Ystad Zahl"
)
_WORDS: Final = (
    "keepers singing together towers winter evening practice voices harbour storms lamps letters"
    " weekly guided open small mixed early late northern southern long quiet steady shared"
)
# The words that each standing asks for, around the name of what was measured.
_SAID: Final = {
    "well-supported": "Keepers in choirs gained in {what} {cites}.",
    "supported": "Keepers in choirs probably gained in {what} {cites}.",
    "early": "Choirs may help with {what} {cites}.",
    "mixed": "In some studies keepers gained in {what}, and in others it did not differ {cites}.",
    "open": "We do not know whether choirs change {what}.",
}


def write_corpus(root: Path, studies: int, seed: int = 1) -> None:
    """Write a site with this many studies, as many works and ledger entries, a brief for every
    hundred studies and ten claims a brief, below `root`, which must not exist."""
    dice = random.Random(seed)
    (root / "data/studies").mkdir(parents=True)
    (root / "data/ledger").mkdir()
    (root / "briefs").mkdir()
    outcomes = max(20, studies // STUDIES_AN_OUTCOME)
    _settings(root, outcomes)
    keys = [f"{dice.choice(_NAMES.split()).lower()}{1980 + n % 45}n{n}" for n in range(studies)]
    (root / "data/library.bib").write_text("\n".join(map(_work, sorted(keys))), encoding="utf-8")
    for key in keys:
        (root / f"data/ledger/{key}.json").write_text(_ledger(key), encoding="utf-8")
        (root / f"data/studies/{key}.yaml").write_text(
            _study(key, outcomes, dice), encoding="utf-8"
        )
    _briefs(root, max(1, studies // 100))


def _settings(root: Path, outcomes: int) -> None:
    text = (GOOD / "mkdocs.yml").read_text(encoding="utf-8")
    (root / "mkdocs.yml").write_text(
        text.replace("../../../site_overrides", str(SKIN)), encoding="utf-8"
    )
    shutil.copyfile(GOOD / "data/wording.yaml", root / "data/wording.yaml")
    vocabulary = yaml.safe_load((GOOD / "data/vocabulary.yaml").read_text(encoding="utf-8"))
    vocabulary["outcomes"] = {
        f"outcome-{n}": {
            "label": f"Skill {_letters(n)}",
            "definition": f"How well keepers do what is known as skill {_letters(n)}.",
            "domain": "mood",
            "good": "more",
        }
        for n in range(outcomes)
    }
    text = yaml.safe_dump(vocabulary, sort_keys=False, allow_unicode=True)
    (root / "data/vocabulary.yaml").write_text(text, encoding="utf-8")


def _letters(number: int) -> str:
    return chr(97 + number // 676) + chr(97 + number // 26 % 26) + chr(97 + number % 26)


def _work(key: str) -> str:
    number = int(key.rpartition("n")[2])
    dice = random.Random(number)
    names = " and ".join(
        f"{dice.choice(_NAMES.split())}, {dice.choice(_TOWNS)}" for _ in range(1 + number % 5)
    )
    return (
        f"@article{{{key},\n  author = {{{names}}},\n  title = {{{_title(number)}}},\n"
        f"  journal = {{Journal of {dice.choice(_TOWNS)}}},\n  year = {{{1980 + number % 45}}},\n"
        f"  volume = {{{number % 60 + 1}}},\n  number = {{{number % 4 + 1}}},\n"
        f"  pages = {{{number % 300 + 1}--{number % 300 + 12}}},\n"
        f"  doi = {{10.5555/choir.{number}}},\n}}\n"
    )


def _title(number: int) -> str:
    dice = random.Random(f"title {number}")
    return " ".join(dice.sample(_WORDS.split(), 9)).capitalize() + f", part {number}"


def _ledger(key: str) -> str:
    return json.dumps(
        {
            "key": key,
            "state": "unchecked",
            "standing": "unknown",
            "checked": None,
            "source": "",
            "differs": [],
            "fingerprint": "",
        },
        indent=2,
    )


def _study(key: str, outcomes: int, dice: random.Random) -> str:
    number = int(key.rpartition("n")[2])
    design, basis = _DESIGNS[number % len(_DESIGNS)]
    people = dice.randint(20, 900)
    lines = [
        f"title: {_title(number)}",
        f"reports: [{key}]",
        f"design: {design}",
        f"category: {'choir' if number % 3 else 'solo'}",
        f"country: {dice.choice(_COUNTRIES)}",
        f"setting: towers near {dice.choice(_TOWNS)} and {dice.choice(_TOWNS)}",
        "participants:",
        f"  n: {people}",
        "  description: keepers who were asked in the harbour and agreed to take part",
        f"  note: {people} of {people + dice.randint(1, 90)} who were asked stayed to the end",
        *(["comparator: reading aloud"] if basis == "comparison" else []),
        "findings:",
        *(line for finding in _findings(key, basis, outcomes, dice) for line in finding),
        f"notes: The abstract and table {number % 9 + 1} were read; the towers were not chosen by"
        " lot.",
    ]
    return "\n".join(lines) + "\n"


def _findings(key: str, basis: str, outcomes: int, dice: random.Random) -> Iterator[list[str]]:
    number = int(key.rpartition("n")[2])
    for outcome in sorted(dice.sample(range(outcomes), 3)):
        # Outcomes differ in how often they improve, so that every standing occurs.
        improved = dice.random() < 0.35 + 0.6 * (outcome % 7) / 6
        statement = f"Skill {_letters(outcome)} " + (
            f"rose in the choir by {dice.randint(2, 60)} points of a hundred on the scale used."
            if improved
            else "did not differ between those who sang and those who did not sing."
        )
        finding = [
            f"  - id: outcome-{outcome}",
            f"    outcome: outcome-{outcome}",
            "    population: recipients",
            f"    direction: {'benefit' if improved else 'no-difference'}",
            f"    basis: {basis}",
            f"    statement: {statement}",
            f"    source: {{report: {key}, where: table {number % 9 + 1}}}",
        ]
        if improved and basis == "comparison":
            low = round(dice.uniform(0.01, 0.2), 2)
            finding.append(
                f"    effect: {{measure: SMD, value: {low + 0.2:.2f}, ci: [{low}, {low + 0.4:.2f}],"
                " benefit_is: positive}"
            )
        yield finding


def _briefs(root: Path, briefs: int) -> None:
    """Write briefs whose wording fits what the records came to."""
    (root / "briefs/draft.md").write_text(_front("Draft"), encoding="utf-8")
    library, problems = load(root)
    if library is None:
        raise ValueError(f"the records do not load: {problems[:3]}")
    (root / "briefs/draft.md").unlink()
    judged = _judged(library)
    told = [outcome for outcome, found in judged.items() if found.standing in _SAID]
    for number in range(briefs):
        first = number * CLAIMS_A_BRIEF
        chosen = [told[(first + step) % len(told)] for step in range(CLAIMS_A_BRIEF)]
        body = "\n".join(_claim(outcome, judged[outcome], number) for outcome in chosen)
        text = _front(f"Choirs and towers, part {number + 1}") + body
        (root / f"briefs/part-{number + 1}.md").write_text(text, encoding="utf-8")


def _judged(library: Library) -> dict[str, Appraisal]:
    evidence = gather(library)
    judged = {}
    for outcome in library.vocabulary.outcomes:
        subject = Subject(kind="outcome", id=outcome, population="recipients")
        judged[outcome] = appraise(subject, "benefit", evidence.subjects.get(subject, ()))
    return judged


def _front(title: str) -> str:
    return (
        f"---\ntitle: {title}\nkind: reasons\naudience: public\nsummary: What choirs may do.\n"
        "updated: 2026-01-02\nquestion: Do choirs help keepers?\norder: 1\n---\n\n"
    )


def _claim(outcome: str, judged: Appraisal, turn: int) -> str:
    for_, against = (
        [entry.study_id for entry in entries[turn % max(1, len(entries) - 1) :][:2]]
        for entries in (judged.pro_entries, judged.con_entries)
    )
    cites = for_ + (against if judged.standing == "mixed" else [])
    what = f"skill {_letters(int(outcome.rpartition('-')[2]))}"
    said = _SAID[judged.standing].format(
        what=what, cites="[" + "; ".join(f"@{key}" for key in cites) + "]"
    )
    return (
        f"## {what.capitalize()}\n\n{said}\n\n```claim\nid: {outcome}\noutcome: {outcome}\n"
        "population: recipients\ndirection: benefit\n```\n"
    )
