"""Works as other programs take them."""

from __future__ import annotations

from datetime import date

import pytest

from generator.exchange import bibtex, csl_json, ris
from generator.model import Name, Work, WorkType

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
