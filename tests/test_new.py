"""`briefs new` and the record that `briefs add` leaves: templates that can be filled in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from generator.contribute.fmt_yaml import format_yaml
from generator.contribute.new import new
from generator.examine import examine
from generator.load.records import validate
from generator.load.yaml import read_yaml
from generator.model import Basis, ClaimBlock, Design, FrontMatter, Study
from generator.problem import Place, Severity
from generator.stub import brief_stub, read_vocabulary, study_stub

TODAY = date(2026, 1, 2)
# What a newcomer writes behind the keys that stand without a value.
STUDY = {
    "title": "A choir in a tower",
    "reports": "[dahl2012]",
    "design": "qualitative",
    "category": "choir",
    "id": "cold",
    "outcome": "cheer",
    "population": "recipients",
    "direction": "benefit",
    "basis": "experience",
    "statement": "Singers told that they were cheerful.",
    "report": "dahl2012",
    "where": "abstract",
}
BRIEF = {
    "title": "Why sing",
    "kind": "reasons",
    "audience": "public",
    "summary": "Singing may cheer keepers up.",
    "id": "cheer",
    "outcome": "cheer",
    "population": "recipients",
    "direction": "benefit",
}
MORE = {
    "group": "sailors",
    "country": "Norway",
    "setting": "a tower",
    "n": "9",
    "description": "keepers",
    "note": "as told",
    "studies_included": "3",
    "comparator": "silence",
    "measure": "SMD",
    "value": "0.4",
    "ci": "[0.1, 0.7]",
    "level": "90",
    "k": "2",
    "benefit_is": "positive",
    "timepoint": "12 weeks",
    "rating": "low",
    "by": "ceder2010",
    "system": "GRADE",
    "quote": "we sang",
    "says": "Nine sang.",
    "shows": "Ten sang.",
    "notes": "Only the abstract was read.",
    "name": "Ada Ek",
    "orcid": "0000-0002-1825-0097",
}


def begin(root: Path, kind: str, id: str) -> tuple[int, list[str]]:
    said: list[str] = []
    return new(root, kind, id, say=said.append, today=TODAY), said


def filled(text: str, values: dict[str, str]) -> str:
    """The text with a value behind each key that stands in it without one."""

    def value(match: re.Match[str]) -> str:
        return f"{match[0]} {values[match[1]]}" if match[1] in values else match[0]

    return re.sub(
        r"^ *(?:- )?([a-z_]+):$", value, text.replace("reports: []", "reports:"), flags=re.M
    )


def used(text: str, *left: str) -> str:
    """The text with the `#` taken away before every key but those that exclude others."""
    keys = "|".join(keys_of(Study) - {*left})
    return re.sub(rf"^( *)# ((?:  (?:- |  )?)?(?:{keys}):)", r"\1\2", text, flags=re.M)


def told(root: Path, path: str) -> list[tuple[str, int]]:
    """What `briefs check` says of one file: rules and lines."""
    found = (p for p in examine(root).problems if p.place.path == path)
    return [(p.rule, p.place.line) for p in found if p.severity is Severity.ERROR]


def keys_of(kind: Any) -> set[str]:
    """Every key of a record and of all that stands in it."""
    names: set[str] = set()
    for name, hint in get_type_hints(kind).items():
        names.add(name)
        inner = [hint, *get_args(hint)]
        names |= {key for part in inner if is_dataclass(part) for key in keys_of(part)}
    return names


def test_a_new_study_asks_for_what_it_needs_and_for_nothing_else(tree: Path) -> None:
    code, said = begin(tree, "study", "tower")
    assert code == 0
    assert said[0].startswith("data/studies/tower.yaml is written.")
    assert "data/library.bib has no work 'tower'." in said[1]
    text = (tree / "data/studies/tower.yaml").read_text(encoding="utf-8")
    lines = text.split("\n")
    asked = told(tree, "data/studies/tower.yaml")
    assert {rule for rule, _ in asked} == {"missing-value", "wrong-length"}
    needed = {*STUDY} - {"outcome", "direction"}
    assert {lines[line - 1].strip("- ").partition(":")[0] for _, line in asked} == needed
    assert all("Needed." in text.partition(f"\n{lines[line - 1]}")[0] for _, line in asked)


def test_a_filled_study_is_sound(tree: Path) -> None:
    begin(tree, "study", "tower")
    path = tree / "data/studies/tower.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(filled(text, {**STUDY, "outcome": ""}), encoding="utf-8")
    assert [rule for rule, _ in told(tree, "data/studies/tower.yaml")] == ["inconsistent"]
    path.write_text(filled(text, STUDY), encoding="utf-8")
    assert told(tree, "data/studies/tower.yaml") == []
    assert examine(tree).errors == 0


def test_every_line_behind_a_sign_can_be_used(tree: Path) -> None:
    text = study_stub((), read_vocabulary(tree))
    text = filled(used(text, "theme", "concept", "page"), STUDY | MORE)
    data, problems = read_yaml(text, "x")
    assert problems == ()
    record, problems = validate(data, Study, Place(path="x"))
    assert problems == ()
    assert record is not None
    assert record.findings[0].effect is not None
    assert record.findings[0].effect.level == 90
    assert record.corrections[0].shows == "Ten sang."
    given = {each.name for each in fields(Study) if getattr(record, each.name)}
    assert given == {each.name for each in fields(Study)} - {"included_in"}


def test_every_field_and_every_word_is_explained() -> None:
    text = study_stub((), None)
    for key in keys_of(Study):
        assert re.search(rf"^ *(?:# +)?(?:- )?{key}:", text, flags=re.M), key
    for word in (*get_args(Design), *get_args(Basis)):
        assert re.search(rf"\b{word}\b", text), word
    page = brief_stub(None, today=TODAY)
    for key in keys_of(FrontMatter) | keys_of(ClaimBlock):
        assert re.search(rf"^(?:# +)?(?:- )?{key}:", page, flags=re.M), key
    assert "$" not in page + text.replace("$schema=", "")


def test_the_words_of_the_site_are_named(tree: Path, edit: Callable[[str, str, str], None]) -> None:
    text = study_stub((), read_vocabulary(tree))
    assert "a category of data/vocabulary.yaml: choir, solo." in text
    assert "an outcome of data/vocabulary.yaml: cheer, boredom, night-vision." in text
    assert max(map(len, text.split("\n"))) <= 100
    many = "".join(
        f"  o{n}: {{label: O, definition: D, domain: mood, good: more}}\n" for n in range(9)
    )
    edit("data/vocabulary.yaml", "outcomes:\n", f"outcomes:\n{many}")
    text = study_stub((), read_vocabulary(tree))
    assert "data/vocabulary.yaml, such as o0, o1, o2, o3, o4, o5,\n    # o6, o7.\n" in text


@pytest.mark.parametrize(
    "title", ["A title", "It's: a 'long' title of " + "many words " * 20 + "!"]
)
def test_a_new_study_is_formatted(tree: Path, title: str) -> None:
    for vocabulary in (None, read_vocabulary(tree)):
        text = study_stub(("dahl2012",), vocabulary, title=title, design="other # as told")
        assert format_yaml(text, "x", Study) == (text, ())
        data, _ = read_yaml(text, "x")
        assert isinstance(data, dict)
        assert (data["title"], data["design"]) == (title, "other")


def test_a_study_named_after_a_work_gets_its_key_and_title(
    tree: Path, edit: Callable[[str, str, str], None]
) -> None:
    (tree / "data/studies/dahl2012.yaml").unlink()
    edit("data/library.bib", "@article{dahl2012", "@article{Dahl_2012")
    code, said = begin(tree, "study", "dahl-2012")
    assert (code, len(said)) == (0, 1)
    data, _ = read_yaml((tree / "data/studies/dahl-2012.yaml").read_text(encoding="utf-8"), "x")
    assert isinstance(data, dict)
    assert (data["title"], data["reports"]) == ("What choir leaders say", ["Dahl_2012"])
    assert data["findings"][0]["source"]["report"] == "Dahl_2012"


def test_a_new_brief_asks_for_what_it_needs(tree: Path) -> None:
    code, said = begin(tree, "brief", "why-sing")
    assert (code, said) == (
        0,
        ["briefs/why-sing.md is written. Fill it in; `briefs check` names what is still missing."],
    )
    path = tree / "briefs/why-sing.md"
    text = path.read_text(encoding="utf-8")
    asked = told(tree, "briefs/why-sing.md")
    assert [rule for rule, _ in asked] == ["missing-value"] * 6
    path.write_text(filled(text, BRIEF), encoding="utf-8")
    rules = [rule for rule, _ in told(tree, "briefs/why-sing.md")]
    assert "unknown-citation" in rules
    sentence = "Choirs probably make keepers more cheerful [@ahlgren2001; @ceder2010]."
    written = re.sub(r"^Write here .*?\]\.", sentence, filled(text, BRIEF), flags=re.M | re.S)
    path.write_text(written, encoding="utf-8")
    assert told(tree, "briefs/why-sing.md") == []
    assert examine(tree).errors == 0


@pytest.mark.parametrize("kind", ["study", "brief"])
def test_nothing_is_written_over(tree: Path, tmp_path: Path, kind: str) -> None:
    path = {"study": "data/studies/dahl2012.yaml", "brief": "briefs/choirs.md"}[kind]
    before = (tree / path).read_bytes()
    code, said = begin(tree, kind, Path(path).stem)
    assert (code, said) == (
        1,
        [f"{path} is there already and stays as it is. Edit it, or choose another name."],
    )
    assert (tree / path).read_bytes() == before
    (tree / path).unlink()
    (tree / path).symlink_to(tmp_path / "elsewhere")
    assert begin(tree, kind, Path(path).stem)[0] == 1
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("id", "better"),
    [
        ("Smith2020", "smith2020"),
        ("Ünal 2020!", "unal-2020"),
        ("../../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\notes", "notes"),
        ("data/studies/Foo.yaml", "foo"),
        ("smith--2020_", "smith-2020"),
        ("O'Neil__2020", "oneil_2020"),
        ("con", "con-study"),
        ("x" * 200, "x" * 90),
        ("a\nb\x1b[31m", "a-b-31m"),
        ("日本", ""),
        ("", ""),
        ("..", ""),
        ("/", ""),
    ],
)
def test_an_unfit_name_is_refused_with_the_nearest_fit_one(
    tree: Path, id: str, better: str
) -> None:
    before = sorted(tree.parent.rglob("*"))
    code, (said,) = begin(tree, "study", id)
    assert code == 2
    assert said.startswith("The name of a study must")
    assert said.isprintable()
    assert said.endswith(f"Try `briefs new study {better}`." if better else "'.")
    assert sorted(tree.parent.rglob("*")) == before
    if better:
        assert begin(tree, "study", better)[0] == 0


def test_a_folder_that_is_no_site_is_refused(tree: Path, tmp_path: Path) -> None:
    assert begin(tmp_path / "nothing", "study", "a")[0] == 2
    assert not (tmp_path / "nothing").exists()
    outside = tmp_path / "outside"
    outside.mkdir()
    (tree / "briefs").rename(tree / "others")
    (tree / "briefs").symlink_to(outside)
    code, (said,) = begin(tree, "brief", "a")
    assert (code, "must not be a link" in said, list(outside.iterdir())) == (2, True, [])


def test_a_broken_library_or_vocabulary_stops_nobody(tree: Path) -> None:
    (tree / "data/library.bib").write_text("@misc{", encoding="utf-8")
    (tree / "data/vocabulary.yaml").write_text("a: [", encoding="utf-8")
    assert begin(tree, "study", "tower")[0] == 0
    (tree / "data/library.bib").unlink()
    (tree / "data/vocabulary.yaml").unlink()
    assert begin(tree, "study", "tower2")[0] == 0
    assert begin(tree, "brief", "tower")[0] == 0
