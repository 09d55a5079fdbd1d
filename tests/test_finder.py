"""Lists with filters: rows, facets, pages and the index that the script reads."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.appraise import gather
from generator.cite import Reference
from generator.library import Library
from generator.load import load
from generator.load.site import load_site
from generator.model import Finding, Name, Participants, Source, Study, Work
from generator.render import finder, lists
from generator.render import listing as index_module
from generator.render.context import Context, prepare
from generator.render.finder import parts
from generator.render.listing import Facet, Listing, Value, files, group, ranks
from generator.render.pages import Pages

Edit = Callable[[str, str, str], None]
HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent / "templates"


def context_of(root: Path) -> Context:
    """What pages draw on, for a site without faults."""
    library, problems = load(root)
    site, more = load_site(root, {})
    assert library is not None
    assert site is not None
    assert not problems
    assert not more
    return prepare(site, library, gather(library))


@pytest.fixture(scope="module")
def good() -> Context:
    """The fabricated site as it stands."""
    return context_of(HERE / "data" / "good")


def told(cell: Reference) -> str:
    """The text of a cell, with plain blanks."""
    return "".join(run.text for run in cell).replace("\u00a0", " ")


def rows_of(listing: Listing) -> list[list[str]]:
    """The text of every row of every page."""
    return [[told(cell) for cell in row] for part in parts(listing) for row in part.rows]


def index_of(listing: Listing) -> dict[str, Any]:
    """The index, read as the script reads it."""
    index: dict[str, Any] = json.loads(next(files(listing))[1])
    return index


def decoded(group_read: dict[str, Any]) -> list[set[tuple[str, ...]]]:
    """The ids of each row's things, from a group of the index."""
    facets = group_read["facets"]
    rows = []
    for row in group_read["rows"]:
        things = set()
        for thing in row if isinstance(row, list) else [row]:
            ids, rest = [], thing
            for facet in reversed(facets):
                rest, code = divmod(rest, len(facet["ids"]))
                ids.append(facet["ids"][code])
            things.add(tuple(reversed(ids)))
        rows.append(things)
    return rows


# --- what stands in the lists ----------------------------------------------------------------


def test_studies_are_told_newest_first(good: Context) -> None:
    assert rows_of(lists.studies(good)) == [
        [
            "Song at sea (Ekman, 2015) About other people: sailors.",
            *("2015", "Randomised trial", "Solo singing", "500 people", "country not reported"),
            "▼ 1 worse",
        ],
        [
            "Interviews with choir leaders (Dahl, 2012)",
            *("2012", "Qualitative study", "Choirs", "9 people", "country not reported"),
            "2 described",
        ],
        [
            "Review of choirs (Ceder et al., 2010)",
            *("2010", "Meta-analysis", "Choirs", "7 studies", "country not reported"),
            "▲ 1 better",
        ],
        [
            "A choir in the north (Brandt, 2005)",
            *("2005", "Comparison without random allocation", "Choirs", "30 people"),
            *("country not reported", "▲ 2 better"),
        ],
        [
            "Choirs on four towers (Ahlgren & Berg, 2001)",
            *("2001", "Randomised trial", "Choirs", "80 people", "Norway"),
            "▲ 1 better, ○ 1 no clear difference",
        ],
    ]


def test_outcomes_leave_out_other_people_and_show_gaps(good: Context) -> None:
    assert rows_of(lists.outcomes(good)) == [
        ["Cheer. How cheerful people feel.", "Mood", "3 studies", "▲ 3 better"],
        [
            "Boredom. How bored people are.",
            "Mood",
            "2 studies",
            "▲ 1 better, ○ 1 no clear difference",
        ],
        ["Night vision. How well people see at night.", "Mood", "0 studies", "none recorded"],
    ]


def test_references_say_what_was_checked(good: Context) -> None:
    first = rows_of(lists.references(good))[0]
    assert first[0].startswith("Ahlgren, A., & Berg, B. (2001). Singing keepers.")
    assert first[1:] == ["2001", "About this work: not yet checked."]


def test_a_retraction_is_told_in_the_lists(tree: Path) -> None:
    entry = {"key": "brandt2005", "state": "verified", "standing": "retracted"}
    (tree / "data/ledger").mkdir()
    (tree / "data/ledger/brandt2005.json").write_text(json.dumps(entry), encoding="utf-8")
    library, _ = load(tree)
    site, _ = load_site(tree, {})
    assert library is not None
    assert site is not None
    context = prepare(site, library, gather(library))
    studies = [row[0] for row in rows_of(lists.studies(context))]
    assert "A choir in the north (Brandt, 2005) Retracted." in studies
    assert any(row[2].endswith("Retracted.") for row in rows_of(lists.references(context)))
    assert rows_of(lists.outcomes(context))[1][3] == "○ 1 no clear difference"


def test_a_study_in_several_countries_is_found_by_each(tree: Path, edit: Edit) -> None:
    edit("data/studies/ahlgren2001.yaml", "country: Norway", "country: Sweden, Norway,")
    listing = lists.studies(context_of(tree))
    assert rows_of(listing)[-1][5] == "Sweden, Norway"
    field = next(f for f in next(parts(listing)).fields if f.name == "country")
    assert [choice.label for s in field.sections for choice in s.choices] == ["Norway", "Sweden"]


def test_one_finding_must_meet_outcome_population_and_direction(good: Context) -> None:
    index = index_of(lists.studies(good))
    found = next(g for g in index["groups"] if g["facets"][0]["name"] == "outcome")
    ahlgren = decoded(found)[-1]
    assert ahlgren == {
        ("cheer", "recipients", "benefit"),
        ("boredom", "recipients", "no-difference"),
    }
    assert decoded(found)[1] == {("", "providers", ""), ("", "recipients", "")}


def test_choices_count_studies_not_findings(good: Context) -> None:
    fields = {field.name: field for field in next(parts(lists.studies(good))).fields}
    counts = {c.id: c.rows for s in fields["direction"].sections for c in s.choices}
    assert counts == {"benefit": 3, "no-difference": 1, "harm": 1}
    assert [s.label for s in fields["outcome"].sections] == ["Mood"]
    assert fields["year"].is_range
    assert "country" not in fields, "a single country is no choice"


def test_rows_are_found_by_every_author(good: Context) -> None:
    words = lists.studies(good).words
    assert words[2] == "Ceder Ek Falk A review of choirs"
    assert "Berg" in words[4]
    assert lists.outcomes(good).words[0] == "joy gladness"


def test_sizes_in_studies_do_not_sort_among_people(good: Context) -> None:
    assert lists.studies(good).keys["size"] == (500, 9, None, 30, 80)


# --- the index -------------------------------------------------------------------------------


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from("pqrs")))
    )
)
def test_the_index_says_what_the_rows_say(rows: list[list[tuple[str, ...]]]) -> None:
    facets = [
        Facet(name=name, label=name, values=tuple(Value(id=i, label=i) for i in ids))
        for name, ids in (("one", "abc"), ("two", "xy"), ("three", "pqrs"))
    ]
    listing = Listing(
        name="studies",
        title="",
        one="",
        many="",
        sought="",
        order="",
        columns=(),
        groups=(group(rows, *facets),),
        cells={},
        words=("",) * len(rows),
    )
    assert decoded(index_of(listing)["groups"][0]) == [set(row) for row in rows]


def test_the_chunks_hold_every_row_once(good: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "ROWS_A_CHUNK", 2)
    listing = lists.studies(good)
    found = dict(files(listing))
    assert [path.as_posix() for path in found] == [
        "data/finder/studies.json",
        *(f"data/finder/studies-{number}.json" for number in (1, 2, 3)),
    ]
    chunks = [json.loads(text) for path, text in found.items() if "-" in path.name]
    assert [word for chunk in chunks for word in chunk["words"]] == list(listing.words)
    cells = [cell for chunk in chunks for cell in chunk["cells"]["study"]]
    assert cells[0] == [
        ["Song at sea", "studies/ekman2015/"],
        " (Ekman, 2015)",
        [" About other people: sailors."],
    ]


def test_what_is_not_known_stands_last_and_is_not_offered(tree: Path, edit: Edit) -> None:
    edit("data/library.bib", "  year = {2005},\n", "")
    listing = lists.studies(context_of(tree))
    assert rows_of(listing)[-1][:2] == ["A choir in the north (Brandt, n.d.)", "year not known"]
    years = index_of(listing)["groups"][-1]["facets"][0]
    assert years["ids"] == ["2001", "2010", "2012", "2015", ""]
    assert years["known"] == 4
    field = next(f for f in next(parts(listing)).fields if f.is_range)
    assert [c.id for s in field.sections for c in s.choices] == years["ids"][:4]


def test_the_same_records_make_the_same_files(good: Context, tree: Path, edit: Edit) -> None:
    first = next(parts(lists.studies(good))).index
    assert first == next(parts(lists.studies(context_of(tree)))).index
    edit("data/studies/dahl2012.yaml", "Interviews", "Talks")
    assert first != next(parts(lists.studies(context_of(tree)))).index


def test_ranks_are_shared_by_equals() -> None:
    assert ranks(["b", "a", "c", "a"]) == (1, 0, 2, 0)


# --- pages -----------------------------------------------------------------------------------


def test_a_long_list_is_cut_into_pages(good: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder, "ROWS_A_PAGE", 2)
    first, second, third = parts(lists.studies(good))
    assert [p.path.as_posix() for p in (first, second, third)] == [
        "studies/index.md",
        "studies/page/2.md",
        "studies/page/3.md",
    ]
    assert [p.title for p in (first, second)] == ["Studies", "Studies, page 2"]
    assert [p.told for p in (first, third)] == ["1 to 2 of 5 studies.", "5 of 5 studies."]
    assert first.rows[0][0][0].href == "../studies/ekman2015/"
    assert second.rows[0][0][0].href == "../../../studies/ceder2010/"
    assert second.index.startswith("../../../data/finder/studies.json?v=")
    assert [(t.label, t.link) for t in second.turns] == [
        ("Previous", "../../../studies/"),
        ("1", "../../../studies/"),
        ("2", "../../../studies/page/2/"),
        ("3", "../../../studies/page/3/"),
        ("Next", "../../../studies/page/3/"),
    ]
    assert [p.path.as_posix() for p in parts(lists.references(good))][1] == "references/page/2.md"


def test_the_pager_of_many_pages_leaves_gaps(
    good: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "ROWS_A_PAGE", 1)
    listing = crowd(good, 9)
    turns = list(parts(lists.studies(listing)))[4].turns
    assert " ".join(t.label for t in turns) == "Previous 1 … 3 4 5 6 7 … 9 Next"
    assert [t.label for t in turns if t.current] == ["5"]


class Text(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def pages_of(context: Context) -> Iterator[tuple[str, str]]:
    """Every generated page of the site, by its path."""
    for page in Pages([TEMPLATES], context).all():
        yield page.path.as_posix(), page.text


def test_hostile_text_stays_text(tree: Path, edit: Edit) -> None:
    title = '<script>alert(1)</script> **x** [a](javascript:b) {{ 1 }} \\"</option>'
    edit("data/studies/dahl2012.yaml", "Interviews with choir leaders", f"'{title}'")
    edit("data/studies/ahlgren2001.yaml", "country: Norway", f"country: '{title}'")
    pages = dict(pages_of(context_of(tree)))
    page = Text(pages["studies/index.md"])
    assert page.text.count(title) >= 2
    assert not [tag for tag, _ in page.tags if tag == "script"]
    assert "<script" not in pages["data/finder/studies-1.json"] + pages["data/finder/studies.json"]
    assert title in json.loads(pages["data/finder/studies-1.json"])["cells"]["study"][1][0][0]


def test_filters_need_no_inline_script_or_style_and_hide_without_script(good: Context) -> None:
    page = Text(dict(pages_of(good))["studies/index.md"])
    assert not [tag for tag, own in page.tags if tag in {"script", "style"} or "style" in own]
    assert not [name for _, own in page.tags for name in own if name.startswith("on")]
    assert [own for tag, own in page.tags if tag == "form" and "hidden" in own]
    names = {own["name"] for tag, own in page.tags if tag in {"select", "input"}}
    assert names == {"q", "category", "design", "outcome", "population", "direction", "from", "to"}


def test_the_heads_of_a_table_say_what_they_head(good: Context) -> None:
    page = Text(dict(pages_of(good))["references.md"])
    assert not [own for tag, own in page.tags if tag in {"table", "tr", "td"} and "role" in own]
    heads = [own for tag, own in page.tags if tag == "th"]
    assert {own["scope"] for own in heads} == {"col", "row"}
    assert [own["data-column"] for own in heads if "aria-sort" in own] == ["reference"]


# --- size ------------------------------------------------------------------------------------


def crowd(good: Context, count: int) -> Context:
    """A site with `count` fabricated studies of `good`'s vocabulary."""
    chance = random.Random(1)
    syllables = [first + last for first in "bcdfglmnprst" for last in "aeiou"]
    invented = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(5000)]
    vocabulary = good.library.vocabulary
    works, studies = {}, {}
    for number in range(count):
        key = f"study{number:05}"
        title = " ".join(chance.choices(invented, k=14))
        authors = tuple(Name(family=word) for word in chance.choices(invented, k=5))
        year = chance.randint(1970, 2025)
        works[key] = Work(key=key, type="article", title=title, authors=authors, year=year)
        studies[key] = Study(
            title=title,
            reports=(key,),
            design=chance.choice(["randomised-trial", "cohort", "qualitative", "meta-analysis"]),
            category=chance.choice(list(vocabulary.categories)),
            country=chance.choice(["Norway", "Sweden", "Norway, Sweden", None]),
            participants=Participants(n=chance.randint(5, 5000)),
            findings=tuple(
                Finding(
                    id=f"f{at}",
                    outcome=chance.choice(list(vocabulary.outcomes)),
                    population=chance.choice(list(vocabulary.populations)),
                    direction=chance.choice(["benefit", "no-difference", "mixed", "harm"]),
                    basis="comparison",
                    statement="Something was found.",
                    source=Source(report=key, where="abstract"),
                )
                for at in range(4)
            ),
        )
    library = Library(
        vocabulary=vocabulary, wording=good.library.wording, works=works, studies=studies
    )
    return prepare(good.site, library, gather(library))


def test_pages_and_index_stay_small_when_there_are_many_studies(good: Context) -> None:
    count = 600
    listing = lists.studies(crowd(good, count))
    pages = Pages([TEMPLATES], good)
    part = next(parts(listing))
    assert len(part.rows) == finder.ROWS_A_PAGE
    page = pages._page(pages._views("page:studies"), "studies", kind="studies", listed=part)
    assert len(page.text.encode()) < 300_000, "the theme adds up to 40 kB; a page has 500"
    index, *chunks = (gzip.compress(text.encode()) for _, text in files(listing))
    assert len(index) < 250_000 * count / 10_000
    assert max(map(len, chunks)) < 100_000
