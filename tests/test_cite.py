"""APA 7 citations and references: exact texts, the official CSL style as the oracle, and laws."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.bibtex import dump_bibtex
from generator.cite import Bibliography, Piece, Reference, Run, plain, short_title
from generator.exchange import csl_json
from generator.load.bibtex import parse_bibtex
from generator.model import Name, Work
from generator.names import folded, initials
from generator.reference import edition_label, full_range, reference

FIXTURES = Path(__file__).parent / "fixtures" / "cite"


def work(key: str, *families: str, **fields: Any) -> Work:
    """An article of the given family names; other fields as given."""
    names = tuple(Name(family=family) for family in families)
    values = {"type": "article", "title": f"Title {key}", "container": "A Journal", "year": 2020}
    return Work(key=key, **{"authors": names, **values, **fields})


def marked(runs: Reference) -> str:
    """Runs as Markdown without links."""
    return "".join(f"*{run.text}*" if run.italic else run.text for run in runs)


def joined(pieces: tuple[Piece, ...]) -> str:
    return "".join(marked(piece.runs) for piece in pieces)


# --- against the official CSL style ---------------------------------------------------------------

TITLE_CASE = "titles keep the capitals of the library, in the list and in the text"
SHORT = "a title in the author's place is cut at its colon in the text"
PLURAL = "'et al.' is plural: it never stands for a single name (Manual 8.18)"
ONE_PERSON = "initials that begin alike, or are not known, may be one person's: no initials in text"
AUTHOR_IS_PUBLISHER = "a publisher or site that is the author is not named again (Manual 9.29)"
CHAPTER = "without an author a chapter's title takes the author's place, not the book's editors"

# What differs from the oracle, in parentheses and in the list, and why. Nothing else may differ.
IN_PARENTHESES = {
    "noauthor": ("(“Articles without authors,” 2024)", f"{SHORT}; {TITLE_CASE}"),
    "reportbynoone": ("(*A report by no one*, 2019)", f"in italics as in the list; {TITLE_CASE}"),
    "pagebynoone": ("(*Zero pages*, 2016)", f"{SHORT}; {TITLE_CASE}"),
    "kima": ("(Kim, Lee, Poe, & Ray, 2014)", PLURAL),
    "chinman": ("(Chinman, 2014)", ONE_PERSON),
    "chinmanmore": ("(Chinman, 2016)", ONE_PERSON),
    "galea": ("(Gale, 2017)", ONE_PERSON),
    "chapterbynoone": ("(“Chapters by no one,” 2018)", f"{CHAPTER}; {TITLE_CASE}"),
}
IN_LIST = {
    "runinitials": (
        "Lane, C. J., & Moss, J. Q. (2009). Initials without points. *Letters & Notes*.",
        "capitals without points are initials, as PubMed writes them",
    ),
    "reportplain": (
        "Xu, A. (2022). *A report without a kind* (Report No. 12-34). Made Up Centre.",
        "the number of a report without a kind is a report's; a hyphen makes it no plural",
    ),
    "reportown": (
        "Own Publisher. (2021). *A report by its publisher*. https://example.org/own",
        AUTHOR_IS_PUBLISHER,
    ),
    "pageown": (
        "Ministry of Things. (2024). *A page of its author*. https://example.org/ministry",
        AUTHOR_IS_PUBLISHER,
    ),
    "pagenodatenovisit": (
        "Zell, A. (n.d.). *A page without any date*. https://example.org/never",
        "'Retrieved' says when, so it does not stand where that is not known (Manual 9.16)",
    ),
    "chapterbynoone": (
        "Chapters by no one. (2018). In A. Young (Ed.), *A book of chapters* (pp. 3–4)."
        " Made Up Press.",
        CHAPTER,
    ),
}
MOVED = {
    "reportbynoone": "an article that begins a title is not looked at (Manual 9.49)",
    "chapterbynoone": CHAPTER,
    "familyonly": "nothing comes before something: a name without initials is filed first",
}
GROUPS = (
    "smitha, smithb",
    "smithlater, smitha, one",
    "three, one, two",
    "one p. 3, two",
    "smitha, smithpage, smithnodate, jonesb",
    "kima, kimb, kimc, kimd",
    "page, thesis, kimb pp. 3–9",
)
LIST_ORDER = "the works of a group stand in the order of the list (Manual 8.12)"
GROUPS_APART = {
    "smitha, smithb": ("(Smith, 2020a, 2020b)", LIST_ORDER),
    "kima, kimb, kimc, kimd": (
        "(Kim et al., 2015; Kim, Lee, Orr, et al., 2014; Kim, Lee, Poe, & Ray, 2014;"
        " Kim, Tan, et al., 2014)",
        f"{LIST_ORDER}; {PLURAL}",
    ),
}


@dataclass(frozen=True)
class Oracle:
    """What pandoc prints: each work in parentheses, in a sentence and in the list; groups."""

    parentheses: dict[str, str]
    narrative: dict[str, str]
    entries: dict[str, str]
    groups: dict[str, str]


def library() -> dict[str, Work]:
    works, problems = parse_bibtex((FIXTURES / "cases.bib").read_text(encoding="utf-8"), "x.bib")
    assert problems == ()
    return works


@cache
def oracle() -> Oracle:
    """One run of pandoc over all cases."""
    pypandoc = pytest.importorskip("pypandoc")
    works = library()
    lines = [f"[@{key}]" for key in works] + [f"@{key}" for key in works]
    lines += ["[" + "; ".join(f"@{one}" for one in group.split(", ")) + "]" for group in GROUPS]
    document = {
        "csl": str(FIXTURES / "apa.csl"),
        "references": [csl_json(each) for each in works.values()],
    }
    ran = subprocess.run(
        [pypandoc.get_pandoc_path(), "--citeproc", "-f", "markdown-smart", "-t", "json"],
        input=f"---\n{json.dumps(document)}\n---\n\n" + "\n\n".join(lines),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stderr == ""
    blocks = json.loads(ran.stdout)["blocks"]
    texts = [inline_text(block["c"]) for block in blocks if block["t"] == "Para"]
    found = iter(texts)
    return Oracle(
        parentheses={key: next(found) for key in works},
        narrative={key: next(found) for key in works},
        groups={group: next(found) for group in GROUPS},
        entries=dict(list_entries(blocks)),
    )


def list_entries(blocks: list[Any]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if block["t"] == "Div":
            for entry in block["c"][1]:
                (identifier, _, _), (paragraph,) = entry["c"]
                yield identifier.removeprefix("ref-"), inline_text(paragraph["c"])


def inline_text(inlines: list[Any]) -> str:
    """pandoc's inlines as Markdown without links, with straight apostrophes."""
    parts = []
    for inline in inlines:
        match inline["t"]:
            case "Str":
                parts.append(inline["c"])
            case "Space" | "SoftBreak":
                parts.append(" ")
            case "Emph":
                parts.append(f"*{inline_text(inline['c'])}*")
            case "Quoted":
                parts.append(f"“{inline_text(inline['c'][1])}”")
            case _:
                parts.append(inline_text(inline["c"][1]))
    return "".join(parts).replace("\u00a0", " ").replace("’", "'")


def test_citations_in_parentheses_are_those_of_the_official_style() -> None:
    ours = {key: joined(cited(key)) for key in library()}
    apart = {key: text for key, text in ours.items() if oracle().parentheses[key] != text}
    assert apart == {key: text for key, (text, _) in IN_PARENTHESES.items()}


def test_citations_in_a_sentence_are_those_of_the_official_style_with_and() -> None:
    """CSL cannot write "and" where a citation is part of a sentence, as APA asks (Manual 8.17)."""
    ours = {key: joined(cited(key, narrative=True)) for key in library()}
    theirs = {key: text.replace(" & ", " and ") for key, text in oracle().narrative.items()}
    assert {key for key in ours if ours[key] != theirs[key]} == set(IN_PARENTHESES)
    assert ours["two"] == "Baker and O'Neill (2001)"
    assert ours["noauthor"] == "“Articles without authors” (2024)"
    assert ours["pagebynoone"] == "*Zero pages* (2016)"
    assert ours["kima"] == "Kim, Lee, Poe, and Ray (2014)"


def test_references_are_those_of_the_official_style() -> None:
    made = Bibliography(library().values())
    ours = {key: marked(made.reference(key)) for key in library()}
    apart = {key: text for key, text in ours.items() if oracle().entries[key] != text}
    assert apart == {key: text for key, (text, _) in IN_LIST.items()}


def test_the_list_is_ordered_as_in_the_official_style() -> None:
    ours = [key for key in Bibliography(library().values()).order if key not in MOVED]
    assert ours == [key for key in oracle().entries if key not in MOVED]


def test_groups_are_those_of_the_official_style() -> None:
    made = Bibliography(library().values())
    ours = {
        group: joined(made.group([split_locator(one) for one in group.split(", ")]))
        for group in GROUPS
    }
    apart = {group: text for group, text in ours.items() if oracle().groups[group] != text}
    assert apart == {group: text for group, (text, _) in GROUPS_APART.items()}


def split_locator(citation: str) -> tuple[str, str]:
    key, _, locator = citation.partition(" ")
    return key, locator


def cited(key: str, *, narrative: bool = False) -> tuple[Piece, ...]:
    return Bibliography(library().values()).group([(key, "")], narrative=narrative)


# --- exact texts ----------------------------------------------------------------------------------


def test_a_doi_is_a_link_without_a_full_stop_after_it() -> None:
    entry = reference(work("a", "Abel", volume="3", issue="2", pages="1–9", doi="10.1000/x"))
    assert entry == (
        Run(text="Abel. (2020). Title a. "),
        Run(text="A Journal", italic=True),
        Run(text=", "),
        Run(text="3", italic=True),
        Run(text="(2), 1–9. "),
        Run(text="https://doi.org/10.1000/x", href="https://doi.org/10.1000/x"),
    )


def test_the_day_of_reading_stands_only_where_a_page_has_no_date() -> None:
    page = {"type": "online", "container": "", "url": "https://example.org/", "title": "A page"}
    read = date(2026, 11, 2)
    dated = reference(work("a", "Abel", **page, accessed=read))
    undated = reference(work("a", "Abel", **page, accessed=read, year=None))
    assert plain(dated) == "Abel. (2020). A page. https://example.org/"
    assert plain(undated) == (
        "Abel. (n.d.). A page. Retrieved November 2, 2026, from https://example.org/"
    )


def test_a_doi_is_preferred_to_a_web_address() -> None:
    entry = reference(work("a", "Abel", doi="10.1000/x", url="https://example.org/"))
    assert [run.href for run in entry if run.href] == ["https://doi.org/10.1000/x"]


@pytest.mark.parametrize("title", ["Why?", "Stop!", "Done.", "Said “so.”"])
def test_no_full_stop_follows_a_sign_that_ends_a_sentence(title: str) -> None:
    assert plain(reference(work("a", "Abel", title=title))) == f"Abel. (2020). {title} A Journal."


@pytest.mark.parametrize(
    ("given_names", "expected"),
    [
        ("Jean-Paul", "J.-P."),
        ("J.-P.", "J.-P."),
        ("J.Q.", "J. Q."),
        ("J. Q.", "J. Q."),
        ("JQ", "J. Q."),
        ("Ann Marie", "A. M."),
        ("Yu-na", "Y."),
        ("Ludwig van", "L. van"),
        ("danah", "d."),
        ("Robert (Bob) K", "R. K."),
        ("Ch.", "Ch."),
        ("'Ali", "A."),
        ("Éva", "É."),
        ("", ""),
        ("-", ""),
        ("3", ""),
    ],
)
def test_initials(given_names: str, expected: str) -> None:
    assert initials(given_names) == expected


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("1", "1st ed."),
        ("2nd", "2nd ed."),
        ("Third edition", "3rd ed."),
        ("11", "11th ed."),
        ("22nd ed.", "22nd ed."),
        ("Rev. ed.", "Rev. ed."),
        ("", ""),
    ],
)
def test_editions(edition: str, expected: str) -> None:
    assert edition_label(edition) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ("712–31", "712–731"),
        ("1–9", "1–9"),
        ("S1–S9", "S1–S9"),
        ("1037–44, 50–9", "1037–1044, 50–59"),
    ],
)
def test_page_ranges_are_in_full(pages: str, expected: str) -> None:
    assert full_range(pages) == expected


def test_a_title_in_the_authors_place_is_short_in_the_text() -> None:
    assert short_title(work("a", title="Peer work: What it is")) == "Peer work"
    assert short_title(work("a", title="ENRICH: A trial")) == "ENRICH: A trial"
    assert short_title(work("a", title="No colon")) == "No colon"
    supplied = "[Title not seen: study of peers]"
    assert short_title(work("a", title=supplied)) == "[Title not seen]"
    assert short_title(work("a", title="[Old]: what it is")) == "[Old]: what it is"


def test_a_long_title_in_the_authors_place_is_told_by_its_first_words() -> None:
    long = "The keeper as a member of a tower's night team. I. Songs"
    assert short_title(work("a", title=long)) == "The keeper as a member …"
    assert short_title(work("a", title=f"[{long}]")) == "[The keeper as a member …]"
    assert short_title(work("a", title=f"{long}: A trial")) == "The keeper as a member …"
    eight = "One two three four five six seven eight"
    assert short_title(work("a", title=eight)) == eight
    assert short_title(work("a", title="to " * 9 + "sea")) == "to …"


def test_long_titles_that_begin_alike_stay_apart() -> None:
    titles = ("A choir on a very long and cold coast", "A choir on a very long and warm coast")
    made = Bibliography(work(key, title=title) for key, title in zip("ab", titles, strict=True))
    assert made.in_text("a") == "“A choir on a very long …,” 2020a"
    assert made.in_text("b") == "“A choir on a very long …,” 2020b"


# --- telling works apart --------------------------------------------------------------------------


def in_text(*works: Work) -> dict[str, str]:
    made = Bibliography(works)
    return {each.key: made.in_text(each.key) for each in works}


def test_letters_follow_the_titles_without_their_articles() -> None:
    works = [work("z", "Abel", title="The apple"), work("a", "Abel", title="Bread")]
    assert in_text(*works) == {"z": "Abel, 2020a", "a": "Abel, 2020b"}
    assert plain(Bibliography(works).reference("z")).startswith("Abel. (2020a). The apple.")


def test_letters_go_on_after_z() -> None:
    works = [work(f"k{number}", "Abel", title=f"{number:03}") for number in range(28)]
    made = in_text(*works)
    assert (made["k25"], made["k26"], made["k27"]) == (
        "Abel, 2020z",
        "Abel, 2020aa",
        "Abel, 2020ab",
    )


def test_works_without_a_date_get_their_letters_after_a_hyphen() -> None:
    works = [work("a", "Abel", year=None), work("b", "Abel", year=None)]
    assert in_text(*works) == {"a": "Abel, n.d.-a", "b": "Abel, n.d.-b"}
    assert plain(Bibliography(works).reference("b")).startswith("Abel. (n.d.-b).")


def test_names_are_added_until_works_of_one_year_are_told_apart() -> None:
    works = [
        work("a", "Kim", "Lee", "Poe", "Ray", "Sun"),
        work("b", "Kim", "Lee", "Orr", "Ray", "Sun"),
        work("c", "Kim", "Tan", "Orr", "Ray"),
        work("d", "Kim", "Lee", "Poe", "Ray", "Sun", year=2021),
    ]
    assert in_text(*works) == {
        "a": "Kim, Lee, Poe, et al., 2020",
        "b": "Kim, Lee, Orr, et al., 2020",
        "c": "Kim, Tan, et al., 2020",
        "d": "Kim et al., 2021",
    }


def test_the_same_names_get_letters_and_no_more_names() -> None:
    spelled = (Name(family="Kim", given="A."), Name(family="Lee"), Name(family="Poe", given="C"))
    works = [
        work("a", authors=spelled, title="One"),
        work("b", "Kim", "Lee", "Poe", title="Two"),
    ]
    assert in_text(*works) == {"a": "Kim et al., 2020b", "b": "Kim et al., 2020a"}


def test_initials_stand_in_the_text_where_first_authors_are_different_people() -> None:
    works = [
        work("a", authors=(Name(family="Smith", given="Ann"), Name(family="Lee"))),
        work("b", authors=(Name(family="Smith", given="Bo"),), year=1999),
        work("c", authors=(Name(family="Lee"), Name(family="Smith", given="Cy"))),
    ]
    assert in_text(*works) == {
        "a": "A. Smith & Lee, 2020",
        "b": "B. Smith, 1999",
        "c": "Lee & Smith, 2020",
    }


def test_initials_that_may_be_one_persons_do_not_stand_in_the_text() -> None:
    works = [
        work("a", authors=(Name(family="Smith", given="Ann"),), year=2001),
        work("b", authors=(Name(family="Smith", given="A. B."),), year=2002),
        work("c", "Smith", year=2003),
    ]
    assert set(in_text(*works).values()) == {"Smith, 2001", "Smith, 2002", "Smith, 2003"}


def test_people_who_cannot_be_told_apart_get_letters() -> None:
    works = [
        work("a", authors=(Name(family="Smith", given="Sam"),)),
        work("b", authors=(Name(family="Smith", given="Sue"),)),
    ]
    assert in_text(*works) == {"a": "Smith, 2020a", "b": "Smith, 2020b"}


def test_the_list_is_filed_letter_by_letter() -> None:
    names = ["Zu", "Åkers", "van Dam", "O'Casey", "Ocean", "Ørn", "Mac Neil", "MacArthur", "Ackers"]
    made = Bibliography(work(str(number), name) for number, name in enumerate(names))
    filed = [made.works[key].authors[0].family for key in made.order]
    assert filed == [
        *("Ackers", "Åkers", "MacArthur", "Mac Neil", "O'Casey", "Ocean", "Ørn", "van Dam", "Zu")
    ]


def test_one_author_is_filed_before_several_and_no_date_before_a_year() -> None:
    works = [
        work("c", "Abel", "Baker", year=1990),
        work("b", "Abel", year=2001),
        work("a", "Abel", year=None),
    ]
    assert Bibliography(works).order == ("a", "b", "c")


# --- groups ---------------------------------------------------------------------------------------


def test_a_group_names_the_work_of_each_piece() -> None:
    made = Bibliography([work("w", "White", year=2020), work("f", "Felton", "B", "C", year=1995)])
    pieces = made.group([("w", "p. 3"), ("f", "")])
    assert [(piece.key, plain(piece.runs)) for piece in pieces] == [
        (None, "("),
        ("f", "Felton et al., 1995"),
        (None, "; "),
        ("w", "White, 2020, p. 3"),
        (None, ")"),
    ]


def test_a_group_in_a_sentence_keeps_its_order() -> None:
    made = Bibliography([work("w", "White"), work("f", "Felton", "Bo"), work("z", "Zed")])
    assert joined(made.group([("w", "p. 3"), ("f", "")], narrative=True)) == (
        "White (2020, p. 3) and Felton and Bo (2020)"
    )
    assert joined(made.group([("w", ""), ("f", ""), ("z", "")], narrative=True)) == (
        "White (2020), Felton and Bo (2020), and Zed (2020)"
    )


def test_authors_are_named_again_after_a_place_in_their_work() -> None:
    made = Bibliography([work("a", "Abel", year=2001), work("b", "Abel", year=2002)])
    assert joined(made.group([("b", ""), ("a", "")])) == "(Abel, 2001, 2002)"
    assert joined(made.group([("b", ""), ("a", "p. 3")])) == "(Abel, 2001, p. 3; Abel, 2002)"


def test_what_a_citation_is_in_the_text_does_not_depend_on_how_works_came() -> None:
    works = list(library().values())
    one, other = Bibliography(works), Bibliography(reversed(works))
    assert one.order == other.order
    assert [one.in_text(key) for key in one.order] == [other.in_text(key) for key in one.order]


# --- laws -----------------------------------------------------------------------------------------

FAMILIES = st.sampled_from(["Kim", "Lee", "van Dam", "Øst", "O'Neill"])
GIVENS = st.sampled_from(["", "Ann", "A. B.", "Bo", "JQ", "Jean-Paul"])
NAMES = st.lists(
    st.builds(Name, family=FAMILIES, given=GIVENS), min_size=0, max_size=5, unique=True
).map(tuple)
WORKS = st.lists(
    st.tuples(NAMES, st.sampled_from([None, 2000, 2001]), st.sampled_from(["A", "B", "C d: E"])),
    max_size=8,
).map(
    lambda rows: [
        work(f"k{number}", authors=names, year=year, title=title)
        for number, (names, year, title) in enumerate(rows)
    ]
)


@settings(max_examples=150, deadline=None)
@given(WORKS)
def test_no_two_works_are_cited_alike(works: list[Work]) -> None:
    made = Bibliography(works)
    texts = [made.in_text(each.key) for each in works]
    assert len(set(texts)) == len(texts)


@settings(max_examples=150, deadline=None)
@given(WORKS)
def test_references_have_no_empty_runs_and_no_doubled_signs(works: list[Work]) -> None:
    made = Bibliography(works)
    for key in made.order:
        text = plain(made.reference(key))
        assert all(run.text for run in made.reference(key))
        assert not any(sign in text for sign in ("  ", "..", " .", ",,", "( ", " )", "&&"))
        assert text == text.strip()


@given(st.text())
def test_any_text_has_initials_and_a_filing_key(text: str) -> None:
    assert initials(text) == initials(f" {text} ")
    assert folded(text).isalnum() or not folded(text)


def test_authors_who_were_not_seen_are_told_by_et_al() -> None:
    known = Work(
        key="felt",
        type="article",
        title="A study",
        authors=(Name(family="Felt", given="C."),),
        more_authors=True,
        container="Journal",
        year=1995,
    )
    bibliography = Bibliography([known])
    assert bibliography.in_text("felt") == "Felt et al., 1995"
    assert plain(bibliography.reference("felt")).startswith("Felt, C., et al. (1995). A study.")
    works, problems = parse_bibtex(dump_bibtex([known]), "library.bib")
    assert works == {"felt": known}
    assert not problems
