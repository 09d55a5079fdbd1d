"""A whole small site as its files, with one of each kind of source: what fuzzing starts from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

GOOD: Final = Path(__file__).resolve().parents[1] / "data/good"
STUDY: Final = "data/studies/ahlgren2001.yaml"
BRIEF: Final = "briefs/choirs.md"
LIBRARY: Final = "data/library.bib"
VOCABULARY: Final = "data/vocabulary.yaml"
WORDING: Final = "data/wording.yaml"
FLOW: Final = "data/flow.yaml"
SYNTHESIS: Final = "data/synthesis.yaml"
CITATIONS: Final = "data/citations.yaml"
PROMISES: Final = "data/promises.yaml"
RUN: Final = "data/test-run.json"
LEDGER: Final = "data/ledger/ahlgren2001.json"
SETTINGS: Final = "mkdocs.yml"
# YAML that people write; and every kind of file that is read.
RECORDS: Final = (STUDY, VOCABULARY, WORDING, FLOW, SYNTHESIS, CITATIONS)
EVERY: Final = (*RECORDS, SETTINGS, PROMISES, RUN, LIBRARY, BRIEF, LEDGER)

_FULL_STUDY = """\
title: Choirs on four towers
reports: [ahlgren2001]
design: randomised-trial
category: choir
country: Norway
setting: four towers
participants: {n: 80, description: keepers, note: 80 of 92 asked}
comparator: reading aloud
included_in: [ceder2010, handbook1999, chapter1999]
findings:
  - id: cheer
    outcome: cheer
    population: recipients
    direction: benefit
    basis: comparison
    statement: Keepers in the choir were more cheerful after 12 weeks (SMD 0.40).
    source: {report: ahlgren2001, where: abstract}
    comparator: reading aloud
    effect: {measure: SMD, value: 0.4, ci: [0.1, 0.7], level: 95, k: 1, n: 80,
      benefit_is: positive, timepoint: 12 weeks, note: as reported}
    certainty: {rating: low, by: ceder2010, where: table 3, system: GRADE}
    quote: keepers who sang were a little more cheerful after twelve weeks
  - id: boredom
    outcome: boredom
    population: recipients
    direction: no-difference
    basis: comparison
    statement: Boredom did not differ.
    source: {report: ahlgren2001, where: table 2}
  - id: cold
    theme: cold-halls
    population: providers
    basis: experience
    statement: Halls were cold.
    source: {report: ahlgren2001, where: table 2}
  - id: breath
    concept: breath
    population: system
    basis: statement
    statement: Breath is shared.
    source: {report: ahlgren2001, where: page 3}
corrections:
  - {report: ceder2010, where: table 1, says: 92 keepers., shows: 80 keepers.}
  - {page: A page, where: its head, says: 92 keepers., shows: 80 keepers.}
notes: What a reader must know.
contributors:
  - {name: Ann Example, orcid: 0000-0002-1825-0097}
"""
_FLOW = """\
review: ceder2010
title: A review of choirs
databases: [Towers Index]
searched_from: "1990"
searched_to: "2009"
language: English
search_terms: [choir, keeper]
included: [studies of choirs]
excluded: [studies of bands]
stages:
  - {id: found, label: Found, n: 30, unit: records}
  - {id: read, label: Read, n: 20, unit: reports, note: in full}
exclusions:
  - {after: found, n: 10, reasons: [no choir]}
parts:
  - {label: Trials, n: 7}
"""
_SYNTHESIS = """\
default:
  grouping: By outcome.
  metric: The direction of each estimate.
  method: Votes are counted.
  prioritising: Trials first.
  heterogeneity: Looked at by design.
  certainty: Not rated.
  presentation: In tables.
  results: In words.
  limitations: Few studies.
outcomes:
  cheer: {grouping: By tower.}
"""
_CITATIONS = """\
counts:
  - {work: ahlgren2001, source: An index, seen: 2026-01-02, cited_by: 4, supporting: 1,
    mentioning: 2, contrasting: 1, unclassified: 0, note: As shown.}
links:
  - {citing: ceder2010, cited: ahlgren2001, how: supporting, section: Results, source: The paper}
"""
_PROMISES = """\
promises:
  - id: sings
    says: Every choir sings
    how: We listen.
    tests: [tests/test_a.py::test_b]
    figures: {songs: songs heard}
"""
_RUN: Mapping[str, object] = {
    "day": "2026-01-02",
    "code": "0" * 64,
    "tests": {"passed": 1},
    "held": {"tests/test_a.py::test_b": {"passed": 1}},
    "figures": {"songs": 3},
    "versions": {"Typst": "0.15"},
}
_LIBRARY = r"""@article{ahlgren2001,
  author = {Ahlgren, Ann and van der Berg, Bo and {Choir Group} and others},
  title = {Singing {K}eepers \& towers: {\'e}t{\"u}de $p < 0.05$},
  journal = {Journal of Towers},
  year = 2001,
  month = mar,
  volume = "3",
  number = {1},
  pages = {1--9},
  doi = {10.1234/towers.2001.3},
  issn = {1234-5679},
  url = {https://towers.example.org/3?a=b#c},
  urldate = {2026-01-02},
  note = {Reprinted} # {. Once},
}

@book{handbook1999,
  editor = {King, Jr., Martin},
  title = {A handbook},
  publisher = {Press},
  edition = {2nd ed.},
  isbn = {978-0-306-40615-7},
}

@incollection{chapter1999,
  author = {Ek, Eva},
  title = {A chapter},
  booktitle = {A handbook},
  pages = {712-31},
  pmid = {23456789},
  pmcid = {PMC1234567},
}
"""
_LEDGER_ENTRY = {
    "key": "ahlgren2001",
    "state": "differs",
    "standing": "corrected",
    "checked": "2026-01-02",
    "source": "Crossref and PubMed",
    "differs": [{"field": "title", "ours": "Singing keepers", "theirs": "Singing"}],
    "fingerprint": "",
    "notices": [
        {
            "kind": "correction",
            "identifier": "10.1234/x",
            "date": "2010-02",
            "witnesses": ["PubMed", "Crossref"],
        }
    ],
    "notes": ["The title is cut short."],
    "quotes": [
        {"finding": "ahlgren2001#cheer", "outcome": "found", "place": "abstract", "hash": "a" * 32}
    ],
}


def site() -> Mapping[str, bytes]:
    """The files of the site by their paths: the good tree, with every field filled somewhere."""
    found = {
        path.relative_to(GOOD).as_posix(): path.read_bytes()
        for path in sorted(GOOD.rglob("*"))
        if path.is_file()
    }
    library = found[LIBRARY].decode()
    others = library[library.index("@article{brandt2005") :]
    more = {
        STUDY: _FULL_STUDY,
        FLOW: _FLOW,
        SYNTHESIS: _SYNTHESIS,
        CITATIONS: _CITATIONS,
        PROMISES: _PROMISES,
        RUN: json.dumps(_RUN, indent=2),
        LIBRARY: f"{_LIBRARY}\n{others}",
        LEDGER: json.dumps(_LEDGER_ENTRY, indent=2),
    }
    return {**found, **{path: text.encode() for path, text in more.items()}}


def written(root: Path, files: Mapping[str, bytes]) -> Path:
    """The folder with the files in it."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return root
