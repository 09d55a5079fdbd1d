"""Every rule has an example that breaks it, and the good tree breaks none."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from generator.check import RULES, rule_id
from generator.check.numerals import numbers_in
from generator.check.phrases import plain_hits
from generator.check.reading import grade, syllables
from generator.check.sentences import sentences_of
from generator.check.typed import mentions_in
from generator.examine import examine
from generator.load.brief import parse_brief
from generator.problem import Place
from generator.prose import Paragraph
from generator.report import as_text
from tests.conftest import sources_of_good

DATA = Path(__file__).parent / "data"
GOOD, BAD = DATA / "good", DATA / "bad"
LOADERS = (Path(__file__).parents[1] / "generator" / "load").glob("*.py")
GONE = ".gone"
# No file in a repository can break these; the tests of loading do.
WITHOUT_EXAMPLE = frozenset({"file-size", "outside-root", "unreadable-file", "wrong-value"})
_ID = re.compile(r"[a-z]+(?:-[a-z]+)+")


def tree_with(overlay: Path, root: Path) -> Path:
    """A copy of the good tree with an overlay's files; `x.gone` in it takes `x` away."""
    sources_of_good(root)
    for path in sorted(overlay.rglob("*")):
        target = root / path.relative_to(overlay)
        if path.name == "expected" and path.parent == overlay:
            continue
        if path.suffix == GONE:
            target.with_suffix("").unlink()
        elif path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return root


def edit(path: Path, old: str, new: str) -> None:
    """Write `new` for `old`, which stands in the file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(root: Path) -> str:
    """What `briefs check` prints of a tree's problems."""
    return "".join(f"{as_text(problem)}\n" for problem in examine(root).problems)


def loader_ids() -> set[str]:
    """The rule ids that stand in the loaders' code as they tell a problem."""
    found = set()
    for path in LOADERS:
        for call in (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)):
            rules = [keyword.value for keyword in call.keywords if keyword.arg == "rule"]
            texts = [c for r in rules for c in ast.walk(r)] + list(call.args)
            values = [c.value for c in texts if isinstance(c, ast.Constant)]
            found |= {v for v in values if isinstance(v, str) and _ID.fullmatch(v)}
    return found


def test_the_good_tree_is_clean() -> None:
    assert told(GOOD) == ""


@pytest.mark.parametrize("name", sorted(path.name for path in BAD.iterdir()))
def test_a_bad_example_is_told_at_its_line(name: str, tmp_path: Path) -> None:
    found = told(tree_with(BAD / name, tmp_path / "tree"))
    assert found == (BAD / name / "expected").read_text(encoding="utf-8")
    assert f"[{name}]" in found


def test_every_rule_has_an_example_and_says_what_it_asks() -> None:
    for rule in RULES:
        assert (BAD / rule_id(rule)).is_dir(), f"{rule_id(rule)} has no example"
        assert re.match(r"[A-Z].+\.", (rule.__doc__ or "").strip()), f"{rule_id(rule)} is unsaid"
    assert len({rule_id(rule) for rule in RULES}) == len(RULES)


def test_every_fault_of_loading_has_an_example() -> None:
    examples = {path.name for path in BAD.iterdir()}
    assert len(loader_ids()) > 40
    assert sorted(loader_ids() - examples - WITHOUT_EXAMPLE) == []


def test_every_rule_stands_in_the_list() -> None:
    folder = Path(__file__).parents[1] / "generator" / "check"
    written = {
        node.name
        for path in folder.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and node.returns is not None
        and ast.unparse(node.returns) == "Iterator[Fault]"
        and not node.name.startswith("_")
    }
    assert {rule.__name__ for rule in RULES} == written


def test_the_order_of_problems_is_that_of_files(tmp_path: Path) -> None:
    root = tree_with(BAD / "overclaim", tmp_path / "tree")
    spots = [(p.place.path, p.place.line) for p in examine(root).problems]
    assert spots == sorted(spots)
    assert len(spots) > 3


@pytest.mark.parametrize(
    ("text", "values", "shares"),
    [
        ("1,824 people in 12-week courses", {1824, 12}, set()),
        ("twenty-three papers, two hundred and six people", {23, 206}, set()),
        ("75 % or 75% or seventy-five per cent", set(), {0.75}),
        ("three in four, 3 out of 4, three quarters", set(), {0.75}),
        ("half of them, a third of it, one in ten, two fifths", set(), {0.5, 1 / 3, 0.1, 0.4}),
        ("SMD −0.24 (−0.39 to –0.09), p < .05", {0.24, 0.39, 0.09, 0.05}, set()),
        ("10–12 people, 1.2 million, twice", {10, 12, 1_200_000, 2}, set()),
        ("one study, one another, one-to-one, COVID-19", set(), set()),
        ("In 2016, 42 in Michigan and 597 in 2016", {2016, 42, 597}, set()),
        ("115 of 301 people (38%)", {115, 301}, {0.38}),
    ],
)
def test_numbers_are_read_as_people_write_them(
    text: str, values: set[float], shares: set[float]
) -> None:
    found = tuple(numbers_in(text))
    assert {n.value for n in found if not n.share} == values
    assert {n.value for n in found if n.share} == shares


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ahlgren et al. (2001) and van der Berg and Dahl (2002)", ["Ahlgren", "van der Berg"]),
        ("(Ahlgren & Berg, 2001; Ceder 2010, p. 4)", ["Ahlgren", "Ceder"]),
        ("as Ahlgren and colleagues, 2001, and Berg & Ek, 2002 say", ["Ahlgren", "Berg"]),
        ("(Dahl GR, Ek E, 2012)", ["Dahl"]),
        ("In May 2001, (June, 2001), (in 2001), since 2004; 80 of 92 (2001)", []),
        ("the 2012 review and COVID-19 (2020)", []),
        ("what remains (; January, 2010)", [""]),
    ],
)
def test_works_named_by_hand_are_seen(text: str, named: list[str]) -> None:
    found = mentions_in(text, Place(path="x.md"))
    assert [(mention.names or ("",))[0] for mention in found] == named


def test_a_sentence_keeps_its_citations() -> None:
    head = (GOOD / "briefs" / "ideas.md").read_text(encoding="utf-8").split("\n\n")[0]
    text = "Dahl et al. said so. It rose. [@a, p. 3] @b found 0.5 in (e.g.) one [@c], or none. Why?"
    brief, _ = parse_brief(f"{head}\n\n{text}\n", "briefs/x.md")
    assert brief is not None
    (paragraph,) = brief.blocks
    assert isinstance(paragraph, Paragraph)
    sentences = sentences_of(paragraph.children)
    assert [s.text for s in sentences] == [
        "Dahl et al. said so.",
        "It rose.",
        "found 0.5 in (e.g.) one , or none.",
        "Why?",
    ]
    assert [sorted(s.keys) for s in sentences] == [[], ["a"], ["b", "c"], []]
    assert [s.names_source for s in sentences] == [False, False, True, False]
    assert sentences[-1].asks


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("It clearly helps", "clearly", True),
        ("It did not clearly help", "clearly", False),
        ("It didn't clearly help", "clearly", False),
        ("Not then; it clearly helps", "clearly", True),
        ("Unclearly put", "clearly", False),
    ],
)
def test_a_denied_word_is_no_hit(text: str, word: str, found: bool) -> None:
    assert any(plain_hits(text, (word,), ("not", "n't"))) is found


def test_a_reading_grade_grows_with_words_and_sentences() -> None:
    easy = "We sing. The sea is near. We like it here. It is good to be with you."
    hard = (
        "Notwithstanding methodological heterogeneity, investigations characterise interventions."
    )
    assert grade(easy) < 3
    assert grade(hard) > 15
    assert grade("") == 0
    assert [syllables(w) for w in ("peer", "people", "helped", "places", "recovery", "idea")] == [
        1,
        2,
        1,
        2,
        4,
        2,
    ]


def test_a_record_that_cannot_be_read_faults_no_claim_that_cites_it(tmp_path: Path) -> None:
    root = tree_with(BAD / "unknown-value", tmp_path / "tree")
    assert {problem.rule for problem in examine(root).problems} == {"unknown-value"}


_RECORD = "data/studies/ahlgren2001.yaml"


@pytest.mark.parametrize(
    ("path", "old", "new", "rule"),
    [
        (_RECORD, "outcome: boredom", "outcome: boredoms", "unknown-term"),
        (_RECORD, "outcome: boredom", "outcome: breath", "unknown-term"),
        (_RECORD, "ahlgren2001", "ahlgren2011", "study-without-report"),
        ("data/library.bib", "@article{ahlgren2001,", "@article{brandt2005,", "duplicate-key"),
        ("data/library.bib", "@article{ahlgren2001,", "@article{", "missing-key"),
        ("data/library.bib", "@article{ahlgren2001,", "article{ahlgren2001,", "stray-text"),
        ("briefs/choirs.md", "title: Three", "tilte: Three", "unknown-field"),
        ("data/studies/brandt2005.yaml", "design:", "desing:", "unknown-field"),
    ],
)
def test_one_fault_is_not_told_as_many(
    path: str, old: str, new: str, rule: str, tmp_path: Path
) -> None:
    """What only follows from a fault is not told beside it."""
    root = Path(shutil.copytree(GOOD, tmp_path / "tree"))
    edit(root / "briefs/ideas.md", "---\n\n", "---\n\nSee [choirs](brief:choirs#cheer).\n\n")
    edit(root / path, old, new)
    found = {p.rule for p in examine(root).problems} - {"missing-field", "ledger-stale"}
    assert found == {rule}


@pytest.mark.parametrize(
    "name", ["ahlgren2001.yml", "ahlgren2001.yaml.txt", "new/ahlgren2001.yaml"]
)
def test_a_record_in_the_wrong_place_is_told_with_the_right_one(name: str, tmp_path: Path) -> None:
    root = Path(shutil.copytree(GOOD, tmp_path / "tree"))
    target = root / "data/studies" / name
    target.parent.mkdir(exist_ok=True)
    (root / _RECORD).rename(target)
    (problem,) = examine(root).problems
    assert problem.rule == "stray-file"
    place = "Rename it to ahlgren2001.yaml." if target.suffix != ".yaml" else "data/studies itself."
    assert problem.hint.endswith(place)


def test_an_empty_library_is_one_fault(tmp_path: Path) -> None:
    root = Path(shutil.copytree(GOOD, tmp_path / "tree"))
    (root / "data/library.bib").write_text("", encoding="utf-8")
    assert [p.rule for p in examine(root).problems] == ["empty-library"]


def test_a_claim_that_says_too_much_is_told_once(tmp_path: Path) -> None:
    root = Path(shutil.copytree(GOOD, tmp_path / "tree"))
    said = "In some studies keepers in choirs were less bored, and in a trial of 80 keepers boredom"
    edit(
        root / "briefs/choirs.md", f"{said} did not\ndiffer", "Choirs probably make them less bored"
    )
    (problem,) = (p for p in examine(root).problems if p.rule == "overclaim")
    assert "says 'probably', which is too strong" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "hint", "fix"),
    [
        (
            "outcome: boredom",
            "theme: boredom",
            "It is of another kind: write `outcome: boredom`.",
            "",
        ),
        ("outcome: cheer", "outcome: gladness", "Write 'cheer'.", "cheer"),
        ("category: choir", "category: choirs", "Write 'choir'.", "choir"),
        ("category: choir", "category: solo-singing", "Write 'solo'.", "solo"),
        ("outcome: cheer", "outcome: happiness", "Use one of: boredom, cheer, night-vision.", ""),
    ],
)
def test_a_term_by_its_label_or_of_another_kind_is_known(
    old: str, new: str, hint: str, fix: str, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(GOOD, tmp_path / "tree"))
    edit(root / "data/studies/brandt2005.yaml", old, new)
    (problem,) = (p for p in examine(root).problems if p.rule == "unknown-term")
    assert problem.hint == hint
    assert (problem.fix.new if problem.fix else "") == fix


def test_every_word_and_work_of_a_record_is_looked_at_whatever_else_is_wrong(
    tmp_path: Path,
) -> None:
    """One fault of form hides none of those that need other files; a term with no sound form and an
    empty one are told as such alone."""
    root = Path(shutil.copytree(GOOD, tmp_path / "tree"))
    record = root / "data/studies/ceder2010.yaml"
    edit(record, "design: meta-analysis", "design: meta")
    edit(record, "category: choir", "category: quartet\ngroup: Sea Folk")
    edit(record, "outcome: cheer", "outcome: mirth")
    edit(record, "{report: ceder2010,", "{report: cedar2010,")
    edit(record, "by: ceder2010", "by: ''")
    found = {(p.place.line, p.rule) for p in examine(root).problems}
    assert found == {
        (3, "unknown-value"),
        (4, "unknown-term"),
        (5, "invalid-id"),
        (9, "unknown-term"),
        (14, "study-without-report"),
        (16, "empty-text"),
    }
