"""Records: what the model asks for, in sentences with places; and a whole folder loaded."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from generator.library import Library
from generator.load import load, locate
from generator.load.names import file_fault, slug_fault, slugify
from generator.load.records import validate
from generator.load.sentences import KEY_ITSELF
from generator.load.shape import slug_paths
from generator.load.yaml import read_yaml
from generator.model import (
    ClaimBlock,
    Effect,
    FrontMatter,
    Participants,
    Source,
    Study,
    Vocabulary,
    Wording,
)
from generator.problem import Place, Problem, Severity, in_order

PATH = "data/studies/x.yaml"
KINDS: tuple[type[Any], ...] = (Study, Vocabulary, Wording, FrontMatter, ClaimBlock)

GOOD = """\
title: An invented study
reports: [doe2001]
design: cohort
category: choirs
country: no
findings:
  - id: mood
    outcome: good-mood
    population: recipients
    direction: benefit
    basis: comparison
    statement: Singers were in a better mood.
    source: {report: doe2001, where: abstract}
    effect: {measure: SMD, value: 1, ci: [0.5, 1.5], n: 12}
"""


def lines_of(problems: tuple[Problem, ...]) -> list[str]:
    """The problems as a contributor reads them."""
    return [
        f"{p.place.line}:{p.place.column} {p.rule}: {p.message} {p.hint}".rstrip()
        for p in in_order(problems)
    ]


def check(text: str, tmp_path: Path, kind: type[Any] = Study) -> tuple[object, list[str]]:
    """What a record's text holds, and its problems with their places found."""
    (tmp_path / "data/studies").mkdir(parents=True, exist_ok=True)
    (tmp_path / PATH).write_text(text, encoding="utf-8")
    data, problems = read_yaml(text, PATH)
    record, more = validate(data, kind, Place(path=PATH))
    return record, lines_of(locate((*problems, *more), tmp_path))


def test_a_good_record_becomes_a_study() -> None:
    data, problems = read_yaml(GOOD, PATH)
    study, more = validate(data, Study, Place(path=PATH))
    assert (problems, more) == ((), ())
    assert isinstance(study, Study)
    assert study.country == "no"
    assert study.reports == ("doe2001",)
    (finding,) = study.findings
    assert finding.effect is not None
    assert (finding.effect.value, finding.effect.ci) == (1.0, (0.5, 1.5))


def test_every_fault_of_a_record_is_told_in_one_run_with_its_place(tmp_path: Path) -> None:
    text = """\
    title: ""
    reports: []
    design: cohrot
    desgin: cohort
    category: Self Help
    setting: 12
    participants: {n: -1, ages: 3}
    comparator:
    studies_included: "4"
    included_in: doe2001
    findings:
      - id: mood
        outcome: good-mood
        population:
        basis: comparison
        statement: A statement.
        source: {report: doe2001}
        effect: {measure: SMD, value: high, ci: [1], k: 2.5}
      - id: mood
        outcome: good-mood
        population: recipients
        basis: comparison
        statement: A statement.
        source: abstract
        effect: {measure: OR, value: 3, ci: [4, 5]}
      - id: both
        outcome: good-mood
        theme: joy
        population: recipients
        basis: comparison
        statement: A statement.
        source: {report: doe2001, where: abstract}
      - nothing
    corrections: {}
    notes: true
    """
    record, found = check(dedent(text), tmp_path)
    assert record is None
    assert found == [
        "1:8 empty-text: `title` must not be empty. It says: what the study is, in plain words.",
        "2:1 wrong-length: `reports` must have at least 1 item."
        " It lists: the works that report it, the main one first.",
        "3:9 unknown-value: `design` must be one of the known words, not 'cohrot'."
        " Did you mean 'cohort'?",
        "4:1 unknown-field: A study has no field `desgin`. Did you mean 'design'?",
        "5:11 invalid-id: `category` must be lower-case letters and digits, with single hyphens"
        " between them, not 'Self Help'. Write 'self-help'.",
        "6:10 wrong-type: `setting` must be a text, not 12."
        ' If it is meant as text, put it in quotes: "12".',
        "7:19 out-of-range: `n` must be at least 0, not -1.",
        "7:23 unknown-field: `participants` has no field `ages`. Use one of: description, n, note.",
        "9:19 wrong-type: `studies_included` must be a whole number, not '4'."
        " Write the digits alone, without quotes, commas or units.",
        "10:14 wrong-type: `included_in` must be a list, not 'doe2001'."
        " Start each item on a line of its own with `- `, or write [first, second].",
        "14:5 missing-value: `population` must have a value."
        " Use one of: recipients, providers, staff, system.",
        "17:5 missing-field: A source must have `where`."
        " `where`: the place in that work, such as 'abstract' or 'Table 2'.",
        "18:35 wrong-type: `value` must be a number, not 'high'."
        " Write the number alone, with a decimal point, without quotes or units.",
        "18:41 wrong-length: `ci` must have 2 items."
        " It lists: lower and upper limit of the interval, as reported.",
        "18:53 wrong-type: `k` must be a whole number, not 2.5."
        " Write the digits alone, without quotes, commas or units.",
        "19:9 duplicate-finding: The id 'mood' must belong to one finding of this record only."
        " Give this finding another id.",
        "24:13 wrong-type: `source` must be a group of keys with their values, not 'abstract'."
        " Its keys are: report, where.",
        "25:37 inconsistent: The interval `ci`, 4 to 5, must hold the estimate 3.",
        "27:14 inconsistent: A finding names exactly one of `outcome`, `theme` and `concept`.",
        "33:5 wrong-type: Item 4 of `findings` must be a group of keys with their values,"
        " not 'nothing'. Its keys are: id, outcome, theme, concept, population, direction, basis,"
        " statement, source, comparator, effect, certainty, quote.",
        "34:1 wrong-type: `corrections` must be a list, not a group of keys."
        " Start each item on a line of its own with `- `, or write [first, second].",
        "35:8 wrong-type: `notes` must be a text, not true."
        ' If it is meant as text, put it in quotes: "true".',
    ]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (
            Study,
            "",
            "1:1 missing-value: A study must stand here, but there is nothing.",
        ),
        (
            Study,
            "- a\n",
            "1:1 wrong-type: A study must be a group of keys with their values, not a list.",
        ),
        (
            Vocabulary,
            "populations:\n  patients: {label: A, definition: B}\n",
            "2:3 unknown-value: A key of `populations` must be one of the known words,"
            " not 'patients'. Did you mean 'recipients'?",
        ),
        (
            Vocabulary,
            "outcomes:\n  Good Mood: {label: A, definition: B, domain: c, good: mor}\n",
            "2:3 invalid-id: A key here must be lower-case letters and digits, with single hyphens"
            " between them, not 'Good Mood'. Write 'good-mood'.",
        ),
        (
            Vocabulary,
            "outcomes:\n  mood: {label: A, definition: B, domain: ../c, good: mor}\n",
            "2:55 unknown-value: `good` must be one of the known words, not 'mor'."
            " Did you mean 'more'?",
        ),
        (
            Vocabulary,
            "outcomes:\n  mood: {label: A, definition: B, domain: ../c, good: mor}\n",
            "2:43 invalid-id: `domain` must be lower-case letters and digits, with single hyphens"
            " between them, not '../c'. Write 'c'.",
        ),
        (
            Vocabulary,
            "domains: [a]\n",
            "1:1 wrong-type: `domains` must be a group of keys with their values, not a list."
            " Write `key: value` below it.",
        ),
        (
            Wording,
            "standings:\n  early: {label: A, meaning: B, needs: [may, '']}\n",
            "2:46 empty-text: Item 2 of `needs` must not be empty.",
        ),
        (
            FrontMatter,
            "updated: 2026-02-30\n",
            "1:10 wrong-type: `updated` must be a day that exists, written YYYY-MM-DD,"
            " not '2026-02-30'. Example: 2026-11-22.",
        ),
        (
            FrontMatter,
            "updated: 20261122\n",
            "1:10 wrong-type: `updated` must be a day that exists, written YYYY-MM-DD,"
            " not 20261122. Example: 2026-11-22.",
        ),
        (
            FrontMatter,
            "title: A\n",
            "1:1 missing-field: The front matter must have `kind`."
            " `kind`: picks the page template, such as 'reasons'.",
        ),
        (
            FrontMatter,
            "kind: ../../etc/passwd\n",
            "1:7 invalid-id: `kind` must be lower-case letters and digits, with single hyphens"
            " between them, not '../../etc/passwd'. Write 'etc-passwd'.",
        ),
        (
            ClaimBlock,
            "id: con\npopulation: staff\ntheme: x\n",
            "1:5 invalid-id: `id` must not be a name that some computers keep for themselves,"
            " not 'con'.",
        ),
        (
            ClaimBlock,
            "id: a\npopulation: staff\noutcome: x\n",
            "3:10 inconsistent: A claim about an `outcome`, and only such a claim,"
            " has a `direction`.",
        ),
    ],
)
def test_single_faults(kind: type[Any], text: str, expected: str, tmp_path: Path) -> None:
    record, found = check(text, tmp_path, kind)
    assert record is None
    assert any(line.startswith(expected) for line in found), found


def test_a_repeated_id_leaves_the_study_usable_and_a_bad_id_does_not(tmp_path: Path) -> None:
    finding = GOOD.partition("findings:\n")[2]
    record, found = check(GOOD + finding, tmp_path)
    assert isinstance(record, Study)
    assert [line.split(":")[:2] for line in found] == [["15", "9 duplicate-finding"]]
    record, found = check(GOOD.replace("id: mood", "id: aux"), tmp_path)
    assert record is None
    assert len(found) == 1


def test_a_record_with_thousands_of_faults_tells_the_first_hundred() -> None:
    data = {f"key{number}": 1 for number in range(5000)}
    problems = validate(data, Study, Place(path=PATH))[1]
    assert len(problems) == 101
    assert problems[-1].rule == "too-many-problems"


def test_ids_are_found_by_the_model_itself() -> None:
    assert ("findings", "[each]", "id") in slug_paths(Study)
    assert ("outcomes", "[each key]") in slug_paths(Vocabulary)
    assert ("outcomes", "[each]", "domain") in slug_paths(Vocabulary)
    assert ("kind",) in slug_paths(FrontMatter)


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("a", True),
        ("life-problems-2", True),
        ("1", True),
        ("", False),
        ("-a", False),
        ("a--b", False),
        ("a_b", False),
        ("A", False),
        ("é", False),
        ("a/b", False),
        ("..", False),
        ("a\n", False),
        ("con", False),
        ("lpt1", False),
        ("index", False),
        ("a" * 101, False),
    ],
)
def test_ids(value: str, good: bool) -> None:
    assert (slug_fault(value) == "") is good
    assert (file_fault(value) == "") is (good or value == "a_b")


@given(st.text())
def test_a_suggested_id_is_an_id_or_nothing(text: str) -> None:
    suggested = slugify(text)
    assert suggested == "" or "letters" not in slug_fault(suggested)


def json_like() -> st.SearchStrategy[object]:
    """Data as YAML gives it, with the model's own field names in it now and then."""
    names = [name for kind in KINDS for name in _field_names(TypeAdapter(kind).json_schema())]
    keys = st.sampled_from(sorted(set(names))) | st.text(max_size=4)
    words = st.sampled_from(["cohort", "recipients", "benefit", "comparison", "2026-11-22", "a b"])
    leaves = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | words | st.text()
    numbers = st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        leaves | numbers,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=6),
        max_leaves=20,
    )


def _field_names(schema: dict[str, Any]) -> list[str]:
    parts = [schema, *schema.get("$defs", {}).values()]
    return [name for part in parts for name in part.get("properties", {})]


@given(st.sampled_from(KINDS), json_like())
def test_no_data_makes_validation_fail(kind: type[Any], data: object) -> None:
    record, problems = validate(data, kind, Place(path=PATH))
    assert (record is None) == bool(problems)
    for problem in problems:
        assert problem.message.endswith(".")
        assert problem.place.path == PATH


# --- places ----------------------------------------------------------------------------------

PLACED = """\
# a comment
title: 'Ünïcode'   # another
reports:
  - doe2001
  - [nested, {deep: "x"}]
empty:
block: |
  text
? complex
: value
"""


@pytest.mark.parametrize(
    ("keys", "line", "column"),
    [
        (("title",), 2, 8),
        (("title", KEY_ITSELF), 2, 1),
        (("reports",), 3, 1),
        (("reports", 0), 4, 5),
        (("reports", 1), 5, 5),
        (("reports", 1, 0), 5, 6),
        (("reports", 1, 1, "deep"), 5, 21),
        (("reports", 1, 1, "missing"), 5, 14),
        (("reports", 7), 3, 1),
        (("reports", "inserted tag", 0), 4, 5),
        (("empty",), 6, 1),
        (("block",), 7, 8),
        (("complex",), 10, 3),
        (("unknown", "keys"), 2, 1),
    ],
)
def test_keys_are_found(
    keys: tuple[str | int, ...], line: int, column: int, tmp_path: Path
) -> None:
    (tmp_path / "x.yaml").write_text(PLACED, encoding="utf-8")
    problem = Problem(place=Place(path="x.yaml", keys=keys), rule="r", message="M.")
    (found,) = locate((problem,), tmp_path)
    assert found.place == Place(path="x.yaml", line=line, column=column)


def test_keys_are_found_in_front_matter_fences_and_bibtex(tmp_path: Path) -> None:
    brief = (
        "---\ntitle: A\nkind: b\n---\n\nText.\n\n~~~ claim\nid: a\n  # no\ntheme: b\n~~~\nid: z\n"
    )
    (tmp_path / "x.md").write_text(brief, encoding="utf-8")
    (tmp_path / "x.bib").write_text("@book{a,\n}\n@book{b,\n  title = {T},\n}\n", encoding="utf-8")
    places = [
        Place(path="x.md", line=2, keys=("kind",)),
        Place(path="x.md", line=9, keys=("theme",)),
        Place(path="x.md", line=9, keys=("id",)),
        Place(path="x.md", line=6, keys=("id",)),
        Place(path="x.bib", keys=("b", "title")),
        Place(path="none.yaml", keys=("a",)),
        Place(path="x.md", line=4, column=7),
    ]
    found = locate([Problem(place=place, rule="r", message="M.") for place in places], tmp_path)
    assert [(p.place.line, p.place.column, p.place.keys) for p in found] == [
        (3, 7, ()),
        (11, 8, ()),
        (9, 5, ()),
        (6, 1, ()),
        (4, 3, ()),
        (1, 1, ()),
        (4, 7, ()),
    ]


PIECES = st.sampled_from(
    (
        *("a", "b", ": ", "- ", "\n", "\n  ", "[", "]", "{", "}", ",", "'", "---\n", "```x\n"),
        *("```\n", "@book{a,", "title = {b},", "&x ", "*x", "\t", "\u2028", "\r", "\x00", "é"),
    )
)
KEYS = st.lists(st.sampled_from(["a", "b", "title", KEY_ITSELF, 0, 1, -1]), max_size=4).map(tuple)


@given(
    st.lists(PIECES).map("".join),
    st.sampled_from(["x.yaml", "x.md", "x.bib", "x.json", "x.txt"]),
    st.lists(st.tuples(st.integers(-1, 9), KEYS), min_size=1, max_size=4),
)
def test_a_located_place_is_always_inside_its_file(
    tmp_path_factory: pytest.TempPathFactory,
    text: str,
    name: str,
    spots: list[tuple[int, tuple[str | int, ...]]],
) -> None:
    root = tmp_path_factory.mktemp("site")
    (root / name).write_bytes(text.encode("utf-8"))
    problems = [
        Problem(place=Place(path=name, line=line, keys=keys), rule="r", message="M.")
        for line, keys in spots
    ]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for before, after in zip(problems, locate(problems, root), strict=True):
        if before.place.keys:
            assert after.place.keys == ()
            assert 1 <= after.place.line <= len(lines)
            assert 1 <= after.place.column <= len(lines[after.place.line - 1]) + 1
        else:
            assert after == before


# --- a whole folder --------------------------------------------------------------------------

FILES = {
    "data/vocabulary.yaml": """\
own_group: adults who sing
populations: {recipients: {label: Singers, definition: People who sing.}}
categories: {choirs: {label: Choirs, definition: Groups that sing.}}
domains: {mind: {label: Mind, definition: How people feel.}}
outcomes: {good-mood: {label: Mood, definition: Feeling well., domain: mind, good: more}}
""",
    "data/wording.yaml": "standings: {early: {label: Early, meaning: Few., needs: [may]}}\n",
    "data/library.bib": "@book{doe2001,\n  author = {Doe, Jane},\n  title = {T},\n"
    "  year = {2001},\n  publisher = {P},\n}\n",
    "data/studies/doe2001.yaml": GOOD,
    "briefs/songs.md": "---\ntitle: A\nkind: reasons\naudience: public\nsummary: S.\n"
    "updated: 2026-11-22\n---\n\nSinging may lift the mood [@doe2001].\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site without problems."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def told(root: Path) -> tuple[Library | None, list[str]]:
    """The library, and each problem as 'path:line:column rule'."""
    library, problems = load(root)
    found = in_order(locate(problems, root))
    return library, [f"{p.place.path}:{p.place.line}:{p.place.column} {p.rule}" for p in found]


def loaded(root: Path) -> tuple[Library, list[str]]:
    """The same where there is a library."""
    library, found = told(root)
    assert library is not None
    return library, found


def test_a_site_is_loaded(site: Path) -> None:
    (site / "briefs/README.md").write_text("# How to write briefs\n", encoding="utf-8")
    (site / "data/studies/.gitkeep").touch()
    library, found = loaded(site)
    assert found == []
    assert list(library.works) == ["doe2001"]
    assert list(library.studies) == ["doe2001"]
    assert [brief.slug for brief in library.briefs.values()] == ["songs"]
    assert library.broken == frozenset()


def test_one_bad_file_never_hides_another(site: Path) -> None:
    (site / "data/studies/abc2002.yaml").write_text("title: [\n", encoding="utf-8")
    (site / "data/studies/abd2002.yaml").write_bytes(b"title: \xff\n")
    (site / "data/studies/abe2002.yaml").write_text(GOOD + "desing: x\n", encoding="utf-8")
    (site / "briefs/bad.md").write_text("no front matter\n", encoding="utf-8")
    library, found = loaded(site)
    assert found == [
        "briefs/bad.md:1:1 front-matter",
        "data/studies/abc2002.yaml:1:9 yaml-syntax",
        "data/studies/abd2002.yaml:1:8 encoding",
        "data/studies/abe2002.yaml:15:1 unknown-field",
    ]
    assert list(library.studies) == ["doe2001"]
    assert library.broken == {line.partition(":")[0] for line in found}


def test_an_invisible_character_is_told_but_breaks_nothing(site: Path) -> None:
    text = FILES["data/studies/doe2001.yaml"].replace("better", "bet\u200bter")
    (site / "data/studies/doe2001.yaml").write_text(text, encoding="utf-8")
    library, found = loaded(site)
    assert found == ["data/studies/doe2001.yaml:12:37 invisible-character"]
    assert "doe2001" in library.studies
    assert library.broken == frozenset()


def test_files_that_do_not_belong_are_told(site: Path) -> None:
    for name in ("notes.txt", "study.yml", "Doe 2003.yaml", "con.yaml", ".hidden.yaml"):
        (site / "data/studies" / name).write_text(GOOD, encoding="utf-8")
    (site / "briefs/folder.md").mkdir()
    library, found = loaded(site)
    assert found == [
        "briefs/folder.md:1:1 stray-file",
        "data/studies/.hidden.yaml:1:1 stray-file",
        "data/studies/Doe 2003.yaml:1:1 file-name",
        "data/studies/con.yaml:1:1 file-name",
        "data/studies/notes.txt:1:1 stray-file",
        "data/studies/study.yml:1:1 stray-file",
    ]
    assert list(library.studies) == ["doe2001"]
    weights = {p.place.path: p.severity for p in load(site)[1]}
    assert weights.pop("data/studies/.hidden.yaml") is Severity.WARNING
    assert set(weights.values()) == {Severity.ERROR}


def test_links_that_leave_the_root_are_not_followed(
    site: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.yaml").write_text(GOOD, encoding="utf-8")
    (site / "data/studies/secret.yaml").symlink_to(outside / "secret.yaml")
    (site / "data/studies/dangling.yaml").symlink_to(site / "nowhere.yaml")
    (site / "data/studies/loop.yaml").symlink_to(site / "data/studies/loop.yaml")
    (site / "data/studies/inside.yaml").symlink_to(site / "data/studies/doe2001.yaml")
    (site / "data/wording.yaml").unlink()
    (site / "data/wording.yaml").symlink_to(outside / "secret.yaml")
    library, found = told(site)
    assert library is None
    assert found == [
        "data/studies/dangling.yaml:1:1 stray-file",
        "data/studies/loop.yaml:1:1 outside-root",
        "data/studies/secret.yaml:1:1 outside-root",
        "data/wording.yaml:1:1 outside-root",
    ]


def test_a_folder_that_leaves_the_root_is_not_followed(
    site: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (site / "briefs").rename(outside / "briefs")
    (site / "briefs").symlink_to(outside / "briefs")
    library, found = loaded(site)
    assert found == ["briefs:1:1 outside-root"]
    assert dict(library.briefs) == {}


@pytest.mark.parametrize("name", ["data/vocabulary.yaml", "data/wording.yaml"])
def test_without_words_there_is_no_library_but_all_problems(site: Path, name: str) -> None:
    (site / name).unlink()
    (site / "briefs/bad.md").write_text("no front matter\n", encoding="utf-8")
    library, found = told(site)
    assert library is None
    assert found == ["briefs/bad.md:1:1 front-matter", f"{name}:1:1 missing-file"]


def test_an_empty_library_is_a_problem(site: Path) -> None:
    (site / "data/library.bib").write_text("", encoding="utf-8")
    (site / "data/studies/doe2001.yaml").unlink()
    found = loaded(site)[1]
    assert found == ["data/library.bib:1:1 empty-library", "data/studies:1:1 empty-library"]


def test_a_folder_without_anything_is_told(tmp_path: Path) -> None:
    assert told(tmp_path) == (
        None,
        [
            "data/library.bib:1:1 missing-file",
            "data/studies:1:1 empty-library",
            "data/vocabulary.yaml:1:1 missing-file",
            "data/wording.yaml:1:1 missing-file",
        ],
    )


def test_what_is_no_file_is_told(site: Path) -> None:
    os.mkfifo(site / "data/studies/pipe.yaml")
    (site / "data/studies/big.yaml").write_bytes(b"#" * 5_000_000)
    (site / "data/library.bib").unlink()
    (site / "data/library.bib").mkdir()
    found = loaded(site)[1]
    assert found == [
        "data/library.bib:1:1 missing-file",
        "data/studies/big.yaml:1:1 file-size",
        "data/studies/pipe.yaml:1:1 stray-file",
    ]


def test_names_that_no_text_can_hold_do_not_break_the_report(site: Path) -> None:
    name = os.fsdecode(b"data/studies/a\nb\xff.yaml")
    (site / name).write_text(GOOD, encoding="utf-8")
    found = loaded(site)[1]
    assert found == ["data/studies/a\ufffdb\ufffd.yaml:1:1 file-name"]


@given(data=st.binary(max_size=200))
def test_any_bytes_in_a_record_give_problems_and_no_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    root = tmp_path_factory.mktemp("site")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "data/studies/doe2001.yaml").write_bytes(data)
    (root / "briefs/songs.md").write_bytes(data)
    found = told(root)[1]
    assert any(line.startswith("data/studies/doe2001.yaml") for line in found)
    assert any(line.startswith("briefs/songs.md") for line in found)


@pytest.mark.parametrize(
    ("written", "better"),
    [("−2.1", "-2.1"), ("–3", "-3"), ("-2,1", ""), ("1,060", ""), ("high", "")],
)
def test_a_number_in_the_signs_of_print_is_offered_in_plain_ones(written: str, better: str) -> None:
    effect = {"measure": "MD", "value": written}
    (problem,) = validate(effect, Effect, Place(path=PATH))[1]
    assert (problem.fix.new if problem.fix else "") == better
    assert problem.hint.startswith("Write the number" if not better else f"Write {better}.")


@pytest.mark.parametrize(
    ("written", "better"),
    [("1,060", "1060"), ("12,345,678", "12345678"), ("1,06", ""), ("60 of 64", "")],
)
def test_a_whole_number_in_groups_is_offered_without_commas(written: str, better: str) -> None:
    (problem,) = validate({"n": written}, Participants, Place(path=PATH))[1]
    assert (problem.fix.new if problem.fix else "") == better


def test_a_field_with_a_slip_in_its_name_is_told_once() -> None:
    source = {"reprot": "doe2001", "where": "abstract"}
    assert [p.rule for p in validate(source, Source, Place(path=PATH))[1]] == ["unknown-field"]
    source = {"rprt": "doe2001", "where": "abstract"}
    rules = sorted(p.rule for p in validate(source, Source, Place(path=PATH))[1])
    assert rules == ["missing-field", "unknown-field"]


def test_an_interval_the_wrong_way_round_is_told_as_that() -> None:
    effect = {"measure": "MD", "value": 0.5, "ci": [0.7, 0.1]}
    (problem,) = validate(effect, Effect, Place(path=PATH))[1]
    assert problem.message == "`ci` begins with its lower limit: [0.1, 0.7]."
