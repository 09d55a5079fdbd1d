"""Works as other programs take them, and as those programs read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from pybtex.database import BibliographyData, Person, parse_string
from pybtex.richtext import Text

from generator.exchange import MORE_AUTHORS, bibtex, csl_json, ris
from generator.load import load
from generator.model import Name, Work, WorkType
from generator.reference import full_range

ROOT = Path(__file__).resolve().parents[1]
read_bibtex: Any = parse_string
read_latex: Any = Text.from_latex
read_csl: Any = CiteProcJSON

ARTICLE = Work(
    key="felton1995",
    type="article",
    title="Peers & others",
    authors=(
        Name(family="Berg", given="Anna", particle="van der"),
        Name(family="King", given="Martin", suffix="Jr."),
        Name(family="Made Up Group", group=True),
    ),
    year=1995,
    month=10,
    container="A Journal",
    volume="46",
    issue="10",
    pages="1037–1044",
    doi="10.1000/x",
    pmid="7600123",
    pmcid="PMC12",
    issn="0378-5955",
    url="https://example.org/x",
    accessed=date(2026, 1, 2),
    note="A note",
)
CHAPTER = Work(
    key="one",
    type="incollection",
    title="A chapter",
    authors=(Name(family="Abel"),),
    editors=(Name(family="Baker", given="Bo"),),
    container="A book",
    edition="Second",
    publisher="A Press",
    isbn="0-306-40615-2",
    pages="7",
)


def test_an_article_as_csl_json() -> None:
    assert csl_json(ARTICLE) == {
        "id": "felton1995",
        "type": "article-journal",
        "title": "Peers & others",
        "author": [
            {"family": "Berg", "given": "Anna", "non-dropping-particle": "van der"},
            {"family": "King", "given": "Martin", "suffix": "Jr."},
            {"literal": "Made Up Group"},
        ],
        "issued": {"date-parts": [[1995, 10]]},
        "accessed": {"date-parts": [[2026, 1, 2]]},
        "container-title": "A Journal",
        "volume": "46",
        "issue": "10",
        "page": "1037-1044",
        "DOI": "10.1000/x",
        "PMID": "7600123",
        "PMCID": "PMC12",
        "ISSN": "0378-5955",
        "URL": "https://example.org/x",
        "note": "A note",
    }


def test_a_chapter_as_csl_json() -> None:
    assert csl_json(CHAPTER) == {
        "id": "one",
        "type": "chapter",
        "title": "A chapter",
        "author": [{"family": "Abel"}],
        "editor": [{"family": "Baker", "given": "Bo"}],
        "container-title": "A book",
        "edition": 2,
        "publisher": "A Press",
        "ISBN": "0-306-40615-2",
        "page": "7",
    }


@pytest.mark.parametrize(
    ("kind", "csl", "tag"),
    [
        ("article", "article-journal", "JOUR"),
        ("book", "book", "BOOK"),
        ("incollection", "chapter", "CHAP"),
        ("inproceedings", "paper-conference", "CPAPER"),
        ("report", "report", "RPRT"),
        ("thesis", "thesis", "THES"),
        ("online", "webpage", "ELEC"),
        ("misc", "document", "GEN"),
    ],
)
def test_every_type_has_its_name(kind: WorkType, csl: str, tag: str) -> None:
    work = Work(key="a", type=kind, title="T")
    assert csl_json(work) == {"id": "a", "type": csl, "title": "T"}
    assert ris(work) == f"TY  - {tag}\nID  - a\nTI  - T\nER  - \n\n"


def test_an_article_as_ris() -> None:
    assert ris(ARTICLE) == (
        "TY  - JOUR\n"
        "ID  - felton1995\n"
        "AU  - van der Berg, Anna\n"
        "AU  - King, Martin, Jr.\n"
        "AU  - Made Up Group\n"
        "TI  - Peers & others\n"
        "JO  - A Journal\n"
        "T2  - A Journal\n"
        "PY  - 1995\n"
        "DA  - 1995/10//\n"
        "VL  - 46\n"
        "IS  - 10\n"
        "SP  - 1037\n"
        "EP  - 1044\n"
        "SN  - 0378-5955\n"
        "DO  - 10.1000/x\n"
        "AN  - 7600123\n"
        "C2  - PMC12\n"
        "UR  - https://example.org/x\n"
        "Y2  - 2026/01/02/\n"
        "N1  - A note\n"
        "ER  - \n"
        "\n"
    )


def test_a_chapter_as_ris() -> None:
    assert ris(CHAPTER).splitlines() == [
        "TY  - CHAP",
        "ID  - one",
        "AU  - Abel",
        "A2  - Baker, Bo",
        "TI  - A chapter",
        "T2  - A book",
        "SP  - 7",
        "ET  - Second",
        "PB  - A Press",
        "SN  - 0-306-40615-2",
        "ER  - ",
        "",
    ]


def test_short_page_ranges_end_with_the_full_number_in_ris() -> None:
    assert "EP  - 731\n" in ris(Work(key="a", type="article", title="T", pages="712–31"))


def test_bibtex_is_the_form_of_the_library() -> None:
    work = Work(key="a", type="misc", title="T")
    assert bibtex([work]) == "@misc{a,\n  title = {T},\n}\n"


def test_what_no_field_can_say_is_said_in_a_note() -> None:
    work = replace(CHAPTER, more_authors=True, note="Own note.")
    assert csl_json(work)["note"] == f"{MORE_AUTHORS} Own note."
    assert f"N1  - {MORE_AUTHORS}\nN1  - Own note.\n" in ris(work)
    assert "author = {Abel and others}" in bibtex([work])


def test_the_pages_of_a_whole_book_are_their_number() -> None:
    item = csl_json(Work(key="a", type="book", title="T", pages="240"))
    assert item["number-of-pages"] == "240"
    assert "page" not in item


HOSTILE = (
    "A\nER  - \r\nTY  - BOOK\u2028TI  - B\x0b\x1c\x85 <script> ]]> =cmd() {x} \\input{y} % $ \u202e"
)


def test_no_text_can_write_fields_of_its_own() -> None:
    work = Work(key="a", type="article", title=HOSTILE, container=HOSTILE, note=HOSTILE)
    (record,) = rispy.loads(ris(work))
    assert record["type_of_reference"] == "JOUR"
    assert record["title"] == " ".join(HOSTILE.split())
    assert [line[:5] for line in ris(work).splitlines() if line].count("ER  -") == 1
    assert json.loads(json.dumps(csl_json(work)))["title"] == HOSTILE
    entry = read_bibtex(bibtex([replace(work, key="b")]), "bibtex").entries["b"]
    assert set(entry.fields) == {"title", "journal", "note"}


# --- the whole library, as reference managers read it ------------------------------------------


@pytest.fixture(scope="module")
def works() -> Mapping[str, Work]:
    """Every work of the library in this repository."""
    library, _ = load(ROOT)
    assert library is not None
    return library.works


def test_bibtex_loses_nothing(works: Mapping[str, Work]) -> None:
    read: BibliographyData = read_bibtex(bibtex(works.values()), "bibtex")
    assert set(read.entries) == set(works)
    for key, work in works.items():
        entry = read.entries[key]
        told = {name: str(read_latex(value)) for name, value in entry.fields.items()}
        assert told["title"] == work.title, key
        people = [_person(person) for person in entry.persons.get("author", [])]
        wanted = [_parts(name) for name in work.authors]
        assert people == [*wanted, *([("", "", "others", "")] if work.more_authors else [])], key
        assert told.get("year", "") == str(work.year or ""), key
        container = ("journal", "booktitle", "organization")
        assert _first(told, *container) == work.container, key
        assert told.get("volume", "") == work.volume, key
        assert _first(told, "number", "issue") == work.issue or work.number, key
        assert told.get("pages", "").replace("--", "–") == work.pages, key
        assert entry.fields.get("doi", "") == work.doi, key
        assert entry.fields.get("pmid", "") == work.pmid, key


def _person(person: Person) -> tuple[str, str, str, str]:
    parts = (
        (*person.first_names, *person.middle_names),
        person.prelast_names,
        person.last_names,
        person.lineage_names,
    )
    first, prelast, last, lineage = (str(read_latex(" ".join(part))) for part in parts)
    return first, prelast, last, lineage


def _parts(name: Name) -> tuple[str, str, str, str]:
    return name.given, name.particle, name.family, name.suffix


def _first(told: Mapping[str, str], *names: str) -> str:
    return next((told[name] for name in names if name in told), "")


def test_ris_loses_nothing(works: Mapping[str, Work]) -> None:
    read = rispy.loads("".join(map(ris, works.values())))
    assert [record["id"] for record in read] == list(works)
    for record, work in zip(read, works.values(), strict=True):
        assert record["title"] == work.title
        names = [name.family if name.group else _inverted(name) for name in work.authors]
        assert record.get("authors", []) == names, work.key
        assert record.get("year", "") == str(work.year or ""), work.key
        assert record.get("secondary_title", "") == work.container, work.key
        assert record.get("volume", "") == work.volume, work.key
        assert record.get("number", "") == work.issue, work.key
        pages = [record[name] for name in ("start_page", "end_page") if name in record]
        assert "–".join(pages) == full_range(work.pages), work.key
        assert record.get("doi", "") == work.doi, work.key
        assert record.get("accession_number", "") == work.pmid, work.key
        assert (MORE_AUTHORS in record.get("notes", [])) == work.more_authors, work.key


def _inverted(name: Name) -> str:
    return ", ".join(filter(None, (name.sort_name, name.given, name.suffix)))


def test_csl_json_loses_nothing(works: Mapping[str, Work]) -> None:
    read = read_csl(json.loads(json.dumps([csl_json(work) for work in works.values()])))
    assert set(read) == set(works)
    for key, work in works.items():
        item = read[key]
        assert _text(item, "title") == work.title, key
        names = [_name(dict(name)) for name in item.get("author", [])]
        assert names == [_parts(name) for name in work.authors], key
        assert (item["issued"]["year"] if "issued" in item else None) == work.year, key
        assert _text(item, "container_title") == work.container, key
        assert _text(item, "volume") == work.volume, key
        assert _text(item, "issue") == work.issue, key
        if work.type != "book":
            assert _text(item, "page").replace("-", "–") == work.pages, key
        assert _text(item, "DOI") == work.doi, key
        assert _text(item, "PMID") == work.pmid, key


def _text(item: Mapping[str, Any], name: str) -> str:
    """A field as citeproc-py keeps it: a text that may hold rich pieces."""
    value = item.get(name, "")
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _name(name: Mapping[str, str]) -> tuple[str, str, str, str]:
    if "literal" in name:
        return "", "", name["literal"], ""
    particle = name.get("non-dropping-particle") or name.get("non_dropping_particle", "")
    return name.get("given", ""), particle, name["family"], name.get("suffix", "")
