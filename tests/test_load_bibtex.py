"""The BibTeX reader and writer: faults with their places, text and names, and the round trip."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.load import identifiers
from generator.load.bibnames import read_names
from generator.load.bibtex import dump_bibtex, locate_bibtex, parse_bibtex
from generator.load.latex import decode, decode_verbatim
from generator.load.source import hidden_characters
from generator.model import Name, Work, WorkType
from generator.problem import Severity

Told = tuple[int, int, str]


def told(text: str) -> list[Told]:
    """Line, column and rule of every problem."""
    return [(p.place.line, p.place.column, p.rule) for p in parse_bibtex(text, "x.bib")[1]]


def only(text: str) -> Work:
    """The one work of a text without problems."""
    works, problems = parse_bibtex(text, "x.bib")
    assert problems == ()
    (work,) = works.values()
    return work


def article(**fields: str) -> str:
    """An article that is sound but for `fields`, one a line from line 2 on."""
    base = {"title": "{T}", "journal": "{J}"}
    lines = [f"  {name} = {value}," for name, value in {**base, **fields}.items() if value]
    return "\n".join(["@article{a,", *lines, "}"])


# --- faults ---------------------------------------------------------------------------------------

BROKEN = """\
@article{open-value,
  title = {Foo,
  journal = {Bar},
  year = {20x0},
}
@article{open-entry,
  title = {Foo},
  journal = {Bar}

@article{closed-early,
  title = {Foo}},
  year = {2020},
}
@article{no-comma,
  title = {Foo}
  journal = {Bar}
  year 2020,
  volume = {3},
}
@article{open-quote,
  title = "Foo,
  journal = {Bar},
}
@article{bare,
  title = {Foo},
  journal = jmr,
  note = 10.1/x,
}
@article{title = {Foo}}
@article(round, title = {Foo})
@string{jmr = "Journal"}
@preamble{"x"}
@comment{x}
% a remark, a@example.org
@artcle{last,
  titel = {Foo},
}
"""


def test_every_fault_is_told_in_one_run_with_its_place() -> None:
    assert told(BROKEN) == [
        (2, 3, "unclosed-brace"),
        (4, 3, "bad-year"),
        (6, 1, "unclosed-brace"),
        (11, 17, "stray-text"),
        (16, 3, "bibtex-syntax"),
        (17, 3, "bibtex-syntax"),
        (17, 8, "bibtex-syntax"),
        (21, 3, "bibtex-syntax"),
        (26, 13, "bibtex-syntax"),
        (27, 10, "bibtex-syntax"),
        (29, 10, "missing-key"),
        (30, 1, "bibtex-syntax"),
        (31, 1, "unsupported-bibtex"),
        (32, 1, "unsupported-bibtex"),
        (33, 1, "unsupported-bibtex"),
        (34, 1, "stray-text"),
        (34, 14, "bibtex-syntax"),
        (35, 1, "missing-field"),
        (35, 1, "unknown-entry-type"),
        (36, 3, "unknown-field"),
    ]


def test_a_broken_entry_hides_no_other_and_keeps_what_could_be_read() -> None:
    works, _ = parse_bibtex(BROKEN, "x.bib")
    assert list(works) == [
        *("open-value", "open-entry", "closed-early", "no-comma", "open-quote", "bare", "last")
    ]
    assert (works["open-value"].title, works["open-value"].container) == ("Foo", "Bar")
    assert works["no-comma"].volume == "3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@article{a, journal = {J}}", (1, 1, "missing-field")),
        ("@article{a, title = {T}}", (1, 1, "missing-field")),
        ("@article{a, title = {}, journal = {J}}", (1, 1, "missing-field")),
        ("@book{a, title = {T}}", (1, 1, "missing-field")),
        ("@incollection{a, title = {T}, author = {A}}", (1, 1, "missing-field")),
        ("@thesis{a, title = {T}}", (1, 1, "missing-field")),
        ("@online{a, title = {T}}\n\n@online{a, title = {U}}", (3, 1, "duplicate-key")),
        ("@online{a, title = {T}}\n@online{A, title = {U}}", (2, 1, "duplicate-key")),
        ("@online{../a, title = {T}}", (1, 1, "malformed-key")),
        ("@online{con, title = {T}}", (1, 1, "malformed-key")),
        ("@online{Index, title = {T}}", (1, 1, "malformed-key")),
        ("@online{LPT1, title = {T}}", (1, 1, "malformed-key")),
        (article(TITLE="{U}"), (4, 3, "duplicate-field")),
        (article(booktitle="{J}"), (4, 3, "duplicate-field")),
        (article(nubmer="{3}"), (4, 3, "unknown-field")),
        (article(month="{Janember}"), (4, 3, "bad-month")),
        (article(month="13"), (4, 3, "bad-month")),
        (article(year="{n.d.}"), (4, 3, "bad-year")),
        (article(year="1700"), (4, 3, "bad-year")),
        (article(year="{२०२०}"), (4, 3, "bad-year")),
        (article(doi="{11.1000/x}"), (4, 3, "malformed-doi")),
        (article(doi="{https://doi.org/10.1000/X}"), (4, 3, "malformed-doi")),
        (article(pmid="{PMID: 7600123}"), (4, 3, "malformed-pmid")),
        (article(pmcid="{123456}"), (4, 3, "malformed-pmcid")),
        (article(isbn="{978-0-306-40615-8}"), (4, 3, "malformed-isbn")),
        (article(issn="{0378-5954}"), (4, 3, "malformed-issn")),
        (article(url="{ftp://example.org/}"), (4, 3, "malformed-url")),
        (article(url="{https://example.org/a b}"), (4, 3, "malformed-url")),
        (article(urldate="{22 Nov 2026}"), (4, 3, "bad-date")),
        (article(urldate="{2026-02-30}"), (4, 3, "bad-date")),
        (article(pages="{pp. 3-9}"), (4, 3, "bad-pages")),
        (article(pages="{e15572}"), (4, 3, "article-number")),
        (article(author="{Smith, A. and others and Jones, B.}"), (4, 3, "truncated-names")),
        (article(author="{Smith, A., et al.}"), (4, 3, "truncated-names")),
        (article(author="{Smith, A., Jones, B., Poe, C.}"), (4, 3, "bad-name")),
        (article(author="{Smith, A.; Jones, B.}"), (4, 3, "bad-name")),
        (article(author="{Smith, A. and }"), (4, 3, "bad-name")),
        (article(author="{, A.}"), (4, 3, "bad-name")),
        (article(author="{King Jr., Martin}"), (4, 3, "bad-name")),
        (article(author="{Department of Health}"), (4, 3, "group-name")),
        (article(author="{\\foo{A}, B}"), (4, 3, "unknown-latex")),
        (article(note="{A \\foo{b}}"), (4, 3, "unknown-latex")),
        (article(note="{It costs $5}"), (4, 3, "unknown-latex")),
        (article(note="{a\u202eb}"), (4, 12, "invisible-character")),
        (article(abstract="{Long}"), (4, 3, "field-not-kept")),
    ],
)
def test_a_fault_has_its_rule_and_place(text: str, expected: Told) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@artcle{a, title = {T}}", "Did you mean 'article'?"),
        (article(volum="{3}"), "Did you mean 'volume'?"),
        (article(date="{2020}"), "Write the year in `year` and the month in `month`."),
        (article(month="{Janury}"), "Did you mean 'january'?"),
        (article(year="{May 2020}"), "Write 2020."),
        (article(doi="{https://doi.org/10.1000/X.Y}"), "Write 10.1000/x.y."),
        (article(doi="{doi:10.1000/x}"), "Write 10.1000/x."),
        (article(doi="{10.1000/x.}"), "Write 10.1000/x."),
        (article(pmid="{PMID: 7600123}"), "Write 7600123."),
        (article(pmcid="{7600123}"), "Write PMC7600123."),
        (article(isbn="{0306406153}"), "With these digits the last one would be 2."),
        (article(url="{www.example.org/a}"), "Write https://www.example.org/a."),
        (article(pages="{pp. 3-9}"), "Write 3--9."),
        (
            article(author="{World Health Organization}"),
            "Write {{World Health Organization}}, in double braces.",
        ),
        ("@online{a b/c, title = {T}}", ""),
    ],
)
def test_a_hint_names_the_nearest_valid_value(text: str, expected: str) -> None:
    assert parse_bibtex(text, "x.bib")[1][0].hint == expected


def test_a_duplicate_key_names_the_line_of_the_first() -> None:
    _, (problem,) = parse_bibtex("\n@online{a, title={T}}\n@online{a, title={U}}", "data/x.bib")
    assert problem.message == "The key 'a' stands twice, first on line 2."
    assert problem.place.path == "data/x.bib"


def test_doubts_are_warnings_and_faults_are_errors() -> None:
    text = article(author="{Department of Health}", abstract="{x}", pages="{113249}", year="{x}")
    severities = {p.rule: p.severity for p in parse_bibtex(text, "x.bib")[1]}
    assert severities == {
        "group-name": Severity.WARNING,
        "field-not-kept": Severity.WARNING,
        "article-number": Severity.WARNING,
        "bad-year": Severity.ERROR,
    }


@pytest.mark.parametrize("entry", ["online", "report", "misc", "article"])
def test_works_that_show_no_author_are_sound(entry: str) -> None:
    assert told(f"@{entry}{{a, title = {{T}}, journal = {{J}}}}") == []


def test_an_empty_text_has_no_works_and_no_problems() -> None:
    assert parse_bibtex("\n\n", "x.bib") == ({}, ())


# --- what is read ---------------------------------------------------------------------------------


def test_an_article() -> None:
    text = r"""
@Article{felton1995,
  author = "Felton, Chip J. and van der Berg, Anna and King, Jr., Martin and {{WHO} Group}",
  title = {Peer {RCT}s \& other things: {\'e}tudes},
  journal = {J} # { of Things},
  year = 1995, month = oct,
  volume = {31}, number = {6}, pages = {1037-1044}, eid = {e12},
  doi = {10.1000/ABC\_D}, pmid = {7600123}, pmcid = {PMC123}, issn = {0378-5955},
  url = {https://example.org/a_b?c=%20&d=~e}, urldate = {2026-11-22},
  note = {A  note}
}"""
    assert only(text) == Work(
        key="felton1995",
        type="article",
        title="Peer RCTs & other things: études",
        authors=(
            Name(family="Felton", given="Chip J."),
            Name(family="Berg", given="Anna", particle="van der"),
            Name(family="King", given="Martin", suffix="Jr."),
            Name(family="WHO Group", group=True),
        ),
        container="J of Things",
        year=1995,
        month=10,
        volume="31",
        issue="6",
        pages="1037–1044",
        article_number="e12",
        doi="10.1000/abc_d",
        pmid="7600123",
        pmcid="PMC123",
        issn="0378-5955",
        url="https://example.org/a_b?c=%20&d=~e",
        accessed=date(2026, 11, 22),
        note="A note",
    )


@pytest.mark.parametrize(
    ("entry", "kind", "genre"),
    [
        ("article", "article", ""),
        ("book", "book", ""),
        ("incollection", "incollection", ""),
        ("inbook", "incollection", ""),
        ("inproceedings", "inproceedings", ""),
        ("techreport", "report", ""),
        ("report", "report", ""),
        ("thesis", "thesis", ""),
        ("phdthesis", "thesis", "Doctoral dissertation"),
        ("mastersthesis", "thesis", "Master's thesis"),
        ("online", "online", ""),
        ("www", "online", ""),
        ("electronic", "online", ""),
        ("misc", "misc", ""),
    ],
)
def test_entry_types(entry: str, kind: WorkType, genre: str) -> None:
    work = only(f"@{entry}{{a, author={{B}}, title={{T}}, booktitle={{C}}}}")
    assert (work.type, work.genre) == (kind, genre)


def test_a_number_is_an_issue_only_of_an_article() -> None:
    report = only("@report{a, title={T}, number={12}, institution={I}, type={Brief}}")
    assert (report.number, report.issue, report.publisher, report.genre) == ("12", "", "I", "Brief")
    assert only(article(number="{12}")).issue == "12"


def test_an_organization_is_a_site_of_a_page_and_else_a_publisher() -> None:
    assert only("@online{a, title={T}, organization={O}}").container == "O"
    assert only("@misc{a, title={T}, organization={O}}").publisher == "O"


@pytest.mark.parametrize(
    "month", ["jan", "JAN", "{jan}", "{1}", "{01}", "1", "{January}", '"Jan."']
)
def test_months(month: str) -> None:
    assert only(article(year="2020", month=month)).month == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"{\'a}{\`e}{\^\i}{\~n}{\"o}", "áèîñö"),
        (r"\'{a} \v{s} \c{c} \H{o} \k{a} \r{a} \.z \=u \u{g} \d{t}", "á š ç ő ą å ż ū ğ ṭ"),
        (r"\o\O \l \L \ae{} \ss \aa \i", "øØłŁæ ßåı"),
        (r"{\O}stergaard and \O stergaard", "Østergaard and Østergaard"),
        (r"A \& B \% \# \_ \$ \{x\}", "A & B % # _ $ {x}"),
        (r"1--2 --- ``quoted'' a~b", "1–2 — “quoted” a b"),
        (r"\emph{so} \textbf{{so}} {\em so} \textsc{So}", "so so so So"),
        (r"$p < .05$, $x^2$, $\alpha_{12}$, CO\textsubscript{2}", "p < .05, x², α₁₂, CO₂"),
        (r"\textendash \textquoteright s \ldots", "–’s …"),
        (r"{T}he {RCT} {of {{N}}orway}", "The RCT of Norway"),
        ("line one\n   line two", "line one line two"),
        ("e\u0301", "é"),
        (r"\textasciitilde{}x \^{} \textbackslash{}y", "~x ^ \\y"),
    ],
)
def test_latex_is_read_as_unicode(text: str, expected: str) -> None:
    assert decode(text) == (expected, ())


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        (r"\frac{1}{2}", ("\\frac",)),
        (r"\foo \foo \bar", ("\\foo", "\\bar")),
        ("$5 or $10", ("$",)),
        ("\\", ("\\",)),
        ("\\'" * 2000, ("commands nested too deeply",)),
    ],
)
def test_commands_that_are_not_known_are_told(text: str, unknown: tuple[str, ...]) -> None:
    assert decode(text)[1] == unknown


def test_addresses_are_read_as_they_are() -> None:
    assert decode_verbatim(r"https://example.org/a\_b~c--d%20") == "https://example.org/a_b~c--d%20"
    assert decode_verbatim(r"\url{https://example.org/\%20}") == "https://example.org/%20"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ludwig van Beethoven", Name(given="Ludwig", particle="van", family="Beethoven")),
        ("de la Cruz, Ana", Name(given="Ana", particle="de la", family="Cruz")),
        ("'t Hooft, G.", Name(given="G.", particle="'t", family="Hooft")),
        ("Van der Berg, A.", Name(given="A.", family="Van der Berg")),
        ("Garcia y Vega, Ana", Name(given="Ana", family="Garcia y Vega")),
        ("{de Gaulle}, Charles", Name(given="Charles", family="de Gaulle")),
        ("King, Jr., Martin Luther", Name(family="King", given="Martin Luther", suffix="Jr.")),
        ("Plato", Name(family="Plato")),
        ("De Silva,", Name(family="De Silva")),
        (r"{\O}rn, S{\o}ren", Name(family="Ørn", given="Søren")),
        (r"\O stergaard, X.", Name(family="Østergaard", given="X.")),
        (r"{\'{E}}cole, X.", Name(family="École", given="X.")),
        ("{Smith and Sons}", Name(family="Smith and Sons", group=True)),
        ("boyd, danah", Name(family="boyd", given="danah")),
        ("Xi, Ann", Name(family="Xi", given="Ann")),
    ],
)
def test_names(text: str, expected: Name) -> None:
    assert read_names(text) == ((expected,), ())


def test_names_are_split_at_and_outside_braces_over_lines() -> None:
    names, _ = read_names("Armand, A.\n  AND {Smith and Sons} and Band, B.")
    assert [name.family for name in names] == ["Armand", "Smith and Sons", "Band"]


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (identifiers.check_isbn, "0-306-40615-2", "0-306-40615-3"),
        (identifiers.check_isbn, "0-8044-2957-X", "0-8044-2957-1"),
        (identifiers.check_isbn, "9780306406157", "978030640615"),
        (identifiers.check_issn, "2434-561X", "2434-5611"),
        (identifiers.check_pmid, "1", "0123"),
        (identifiers.check_pmcid, "PMC3", "pmc3"),
        (identifiers.check_doi, "10.1002/(sici)1-5(1999)55:1<1::aid-x>3.0.co;2-#", "10.12/x"),
        (identifiers.check_url, "http://example.org", "https:///x"),
        (identifiers.check_url, "https://example.org/ä", "https://[x/"),
    ],
)
def test_identifiers(check: Callable[[str], identifiers.Checked], good: str, bad: str) -> None:
    assert check(good).message == ""
    assert bad in check(bad).message


# --- where things stand ---------------------------------------------------------------------------

PLACED = (
    "@online{b,\n  title = {T}\n}\n\n  @article{a,\n  title = {A},\n    JOURNAL = {J}, number = 3}"
)


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("b", None, (1, 1)),
        ("b", "title", (2, 3)),
        ("a", None, (5, 3)),
        ("a", "journal", (7, 5)),
        ("a", "container", (7, 5)),
        ("a", "issue", (7, 20)),
        ("a", "doi", (5, 3)),
        ("missing", "doi", (1, 1)),
    ],
)
def test_an_entry_or_its_field_is_found(key: str, name: str, expected: tuple[int, int]) -> None:
    assert locate_bibtex(PLACED, key, name) == expected


def test_a_key_is_found_also_where_the_text_is_broken() -> None:
    assert locate_bibtex(BROKEN, "open-value", "year") == (4, 3)
    assert locate_bibtex(BROKEN, "last", "titel") == (36, 3)


# --- the library's form ---------------------------------------------------------------------------


def test_the_form_of_the_library() -> None:
    works = [
        Work(
            key="b", type="online", title="Page", container="Site", url="https://example.org/a_b%20"
        ),
        Work(
            key="a",
            type="article",
            title="A trial (RCT) of mHealth in Norway: Results & 50% more",
            authors=(
                Name(family="Berg", given="Anna", particle="van der"),
                Name(family="de Gaulle", given="C."),
                Name(family="Smith and Sons", group=True),
            ),
            container="Journal of Østfold",
            year=1995,
            month=10,
            volume="31",
            issue="6",
            pages="3–9",
            doi="10.1000/a_b",
            accessed=date(2026, 1, 2),
        ),
    ]
    assert dump_bibtex(works) == (
        "@article{a,\n"
        "  author = {van der Berg, Anna and {de Gaulle}, C. and {Smith and Sons}},\n"
        "  title = {A trial ({RCT}) of {mHealth} in {Norway}: Results \\& 50\\% more},\n"
        "  journal = {Journal of Østfold},\n"
        "  year = {1995},\n"
        "  month = oct,\n"
        "  volume = {31},\n"
        "  number = {6},\n"
        "  pages = {3--9},\n"
        "  doi = {10.1000/a_b},\n"
        "  urldate = {2026-01-02},\n"
        "}\n"
        "\n"
        "@online{b,\n"
        "  title = {Page},\n"
        "  organization = {Site},\n"
        "  url = {https://example.org/a_b%20},\n"
        "}\n"
    )


def test_a_title_in_title_case_keeps_braces_for_acronyms_only() -> None:
    text = dump_bibtex([Work(key="a", type="misc", title="The Long Effect of Peer Work on PTSD")])
    assert "title = {The Long Effect of Peer Work on {PTSD}}" in text


TEXT = (
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=30)
    .map(lambda text: normalize("NFC", " ".join(text.split())))
    .filter(lambda text: not hidden_characters(text, "x.bib"))
)
WORDS = TEXT.filter(bool)
PLAIN = st.from_regex(r"[A-DS]?[0-9]{1,5}", fullmatch=True)
CAPITAL = st.from_regex(r"[A-ZÅØ][a-zé'-]{2,8}( [A-Z][a-z]{2,5})?", fullmatch=True)
PERSON = st.builds(
    Name,
    family=st.one_of(CAPITAL, st.just("de Gaulle"), st.just("Garcia y Vega")),
    given=st.one_of(st.just(""), CAPITAL, st.just("A. B."), st.just("Sand and, Sons")),
    particle=st.sampled_from(["", "van der", "'t"]),
    suffix=st.sampled_from(["", "Jr.", "III"]),
).filter(lambda name: not (name.particle and name.family.startswith("de ")))
GROUP = st.builds(Name, family=WORDS, group=st.just(True))
PEOPLE = st.lists(st.one_of(PERSON, GROUP), max_size=4).map(tuple)
TYPES: list[WorkType] = [
    *("article", "book", "incollection", "inproceedings", "report", "thesis", "online", "misc")
]


@st.composite
def works_as_read(draw: st.DrawFn) -> Work:
    """A work such as the reader makes: required fields are there, values in their normal form."""
    kind = draw(st.sampled_from(TYPES))
    authors = draw(PEOPLE if kind in {"article", "online", "misc"} else PEOPLE.filter(bool))
    is_article = kind == "article"
    return Work(
        key=draw(st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)),
        type=kind,
        title=draw(WORDS),
        authors=authors,
        more_authors=bool(authors) and draw(st.booleans()),
        editors=draw(PEOPLE),
        year=draw(st.none() | st.integers(1800, 2100)),
        month=draw(st.none() | st.integers(1, 12)),
        container=draw(WORDS if kind in {"article", "incollection", "inproceedings"} else TEXT),
        volume=draw(TEXT),
        issue=draw(TEXT),
        number="" if is_article else draw(TEXT),
        pages=draw(st.one_of(st.just(""), PLAIN, st.tuples(PLAIN, PLAIN).map("–".join))),
        article_number=draw(TEXT),
        edition=draw(TEXT),
        publisher=draw(TEXT),
        genre=draw(TEXT),
        doi=draw(st.sampled_from(["", "10.1000/a_b", "10.1002/(sici)1<1::aid-x>3.0.co;2-#"])),
        pmid=draw(st.sampled_from(["", "12"])),
        isbn=draw(st.sampled_from(["", "0-306-40615-2"])),
        url=draw(st.sampled_from(["", "https://example.org/a_b~c--d?e=%20&f=#g"])),
        accessed=draw(st.none() | st.dates()),
        note=draw(TEXT),
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(works_as_read(), max_size=3, unique_by=lambda work: work.key))
def test_reading_what_was_written_gives_the_same_works(works: list[Work]) -> None:
    again, problems = parse_bibtex(dump_bibtex(works), "x.bib")
    assert problems == ()
    assert sorted(again.values(), key=lambda w: w.key) == sorted(works, key=lambda w: w.key)
    assert dump_bibtex(again.values()) == dump_bibtex(works)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_text_makes_the_reader_fail(data: st.DataObject) -> None:
    """Sound entries with pieces taken out and put in: there are problems, never exceptions."""
    text = BROKEN
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 20, len(text))))
        piece = data.draw(
            st.sampled_from(["", "{", "}", '"', "@a{", "\\", ",", "=", "#", "\n", "$"])
        )
        text = text[:start] + piece + text[end:]
    works, problems = parse_bibtex(text, "x.bib")
    lines = text.split("\n")
    assert all(1 <= p.place.column <= len(lines[p.place.line - 1]) + 1 for p in problems)
    assert set(parse_bibtex(dump_bibtex(works.values()), "x.bib")[0]) == set(works)
    assert all(locate_bibtex(text, key)[0] <= len(lines) for key in works)


def test_reading_time_grows_with_the_text_alone() -> None:
    """Twice the entries take about twice the time, whole or broken."""
    whole = "@article{k%d,\n title = {T {\\'e}},\n journal = {J},\n author = {A, B and C, D},\n}\n"
    broken = "@article{k%d,\n title = {T,\n journal = {J},\n author = {A, B and C, D},\n}\n"
    for pattern in (whole, broken):
        times = []
        for count in (200, 1600):
            text = "".join(pattern % number for number in range(count))
            start = time.process_time()
            parse_bibtex(text, "x.bib")
            times.append(time.process_time() - start)
        assert times[1] < 8 * times[0] * 4
