"""The forms of a problem: exact on a small tree, and harmless whatever the problem quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from markdown_it import MarkdownIt

from generator.check import RULES, rule_id
from generator.cli import main
from generator.problem import Fix, Place, Problem, Severity
from generator.report import as_github, as_json, as_sarif, as_summary, as_text

Edit = Callable[[str, str, str], None]

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-schema-2.1.0.json").read_text())
STUDY = "data/studies/dahl2012.yaml"
NASTY = (
    "two\nlines\r\n::set-output name=a::b",
    "::error::",
    "100%, %0A%0D::add-mask::x",
    "##[add-path]/tmp",
    "a | b \\| c `code` ``` @everyone #1 https://example.org www.example.org",
    "<script>alert(1)</script><!-- --> ![x](y) [x](https://example.org) *b*",
    "\x1b[31m\u202e\u2028\x85\x00\ud800",
    "`",
    "\\",
    "x" * 65_000,
)


@pytest.fixture
def faulty(tree: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with an error that a machine can mend, one that it cannot, and a warning."""
    edit(STUDY, "design: qualitative", "design: qualitativ")
    edit("briefs/choirs.md", "[the north](study:brandt2005)", "[the north](study:gran)")
    edit("data/library.bib", "year = {2005}", "abstract = {...},\n  year = {2005}")
    monkeypatch.chdir(tree.parent)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tree


def said(form: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """What `briefs check` prints, and what it says beside it."""
    assert main(["check", "--root", "site", "--format", form]) == 1
    captured = capsys.readouterr()
    return captured.out, captured.err


def problem(message: str = "It is wrong.", **changes: Any) -> Problem:
    fields = {"place": Place(path="a.yaml", line=2, column=3), "rule": "r", **changes}
    return Problem(message=message, **fields)


@pytest.mark.usefixtures("faulty")
def test_text_names_place_rule_hint_and_offer(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said("text", capsys)
    assert out == (
        "briefs/choirs.md:12:28: error: there is no study 'gran' [broken-link]\n"
        "    Use one of: ahlgren2001, brandt2005, ceder2010, ekman2015.\n"
        "data/library.bib:15:3: warning: The field `abstract` is not kept in this library."
        " [field-not-kept]\n"
        "    Take it out.\n"
        "data/studies/dahl2012.yaml:3:9: error: `design` must be one of the known words, not"
        " 'qualitativ'. [unknown-value]\n"
        "    Did you mean 'qualitative'? `briefs check --fix` can mend this.\n"
    )
    assert err == "checked 4 studies, 5 works, 2 briefs, 5 claims: 2 errors, 1 warning\n"


@pytest.mark.usefixtures("faulty")
def test_json_keeps_its_form_and_adds_the_fix(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said("json", capsys)[0])
    assert document["checked"] == {"studies": 4, "works": 5, "briefs": 2, "claims": 5}
    assert document["problems"][1:] == [
        {
            "rule": "field-not-kept",
            "severity": "warning",
            "path": "data/library.bib",
            "line": 15,
            "column": 3,
            "message": "The field `abstract` is not kept in this library.",
            "hint": "Take it out.",
        },
        {
            "rule": "unknown-value",
            "severity": "error",
            "path": STUDY,
            "line": 3,
            "column": 9,
            "message": "`design` must be one of the known words, not 'qualitativ'.",
            "hint": "Did you mean 'qualitative'?",
            "fix": {"old": "qualitativ", "new": "qualitative"},
        },
    ]


@pytest.mark.usefixtures("faulty")
def test_github_annotates_the_worst_first(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said("github", capsys)
    assert out == (
        "::error file=site/briefs/choirs.md,line=12,col=28,title=broken-link::there is no study"
        " 'gran' Use one of: ahlgren2001, brandt2005, ceder2010, ekman2015.\n"
        f"::error file=site/{STUDY},line=3,col=9,title=unknown-value::`design` must be one of the"
        " known words, not 'qualitativ'. Did you mean 'qualitative'? `briefs check --fix` can mend"
        " this.\n"
        "::warning file=site/data/library.bib,line=15,col=3,title=field-not-kept::The field"
        " `abstract` is not kept in this library. Take it out.\n"
    )
    assert err.count("\n") == 1


@pytest.mark.usefixtures("faulty")
def test_github_gets_a_summary_of_all_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "summary.md"
    target.write_text("From the step before.\n\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(target))
    said("github", capsys)
    assert target.read_text() == (
        "From the step before.\n\n"
        "### 2 errors, 1 warning in briefs and records\n\n"
        "| | where | what must be true | rule |\n"
        "| --- | --- | --- | --- |\n"
        "| error | `site/briefs/choirs.md:12:28` | `there is no study 'gran' Use one of:"
        " ahlgren2001, brandt2005, ceder2010, ekman2015.` | `broken-link` |\n"
        f"| error | `site/{STUDY}:3:9` | ``` `design` must be one of the known words, not"
        " 'qualitativ'. Did you mean 'qualitative'? `briefs check --fix` can mend this. ``` |"
        " `unknown-value` |\n".replace("```", "``")
        + "| warning | `site/data/library.bib:15:3` | ``The field `abstract` is not kept in this"
        " library. Take it out.`` | `field-not-kept` |\n\n"
    )


@pytest.mark.usefixtures("faulty")
def test_a_summary_that_cannot_be_written_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    out, err = said("github", capsys)
    assert out.count("::error") == 2
    assert "the summary of the step could not be written" in err


@pytest.mark.usefixtures("faulty")
def test_sarif_is_valid_and_says_it_all(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said("sarif", capsys)[0])
    Draft4Validator(SCHEMA).validate(document)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {rule_id(rule) for rule in RULES} < {rule["id"] for rule in rules}
    (cited,) = (rule for rule in rules if rule["id"] == "unknown-citation")
    assert (
        cited["shortDescription"]["text"] == "Every work that a brief cites stands in the library."
    )
    result = run["results"][2]
    place = {"uri": f"site/{STUDY}", "uriBaseId": "ROOT"}
    region = {"startLine": 3, "startColumn": 9, "endColumn": 19}
    assert rules[result["ruleIndex"]]["id"] == "unknown-value"
    assert result == {
        "ruleId": "unknown-value",
        "ruleIndex": result["ruleIndex"],
        "level": "error",
        "message": {
            "text": "`design` must be one of the known words, not 'qualitativ'."
            " Did you mean 'qualitative'?"
        },
        "locations": [{"physicalLocation": {"artifactLocation": place, "region": region}}],
        "fixes": [
            {
                "description": {"text": "Write qualitative."},
                "artifactChanges": [
                    {
                        "artifactLocation": place,
                        "replacements": [
                            {"deletedRegion": region, "insertedContent": {"text": "qualitative"}}
                        ],
                    }
                ],
            }
        ],
    }
    assert "fixes" not in run["results"][0]
    assert set(run["originalUriBaseIds"]) == {"ROOT"}


def test_a_clean_tree_has_a_form_too(
    tree: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert main(["check", "--root", str(tree), "--format", "sarif"]) == 0
    document = json.loads(capsys.readouterr().out)
    Draft4Validator(SCHEMA).validate(document)
    assert document["runs"][0]["results"] == []
    assert main(["check", "--root", str(tree), "--format", "github"]) == 0
    assert capsys.readouterr().out == ""
    assert summary.read_text() == "### 0 errors, 0 warnings in briefs and records\n\n"


def test_the_schema_refuses_what_is_wrong() -> None:
    document = json.loads(as_sarif([problem()]))
    del document["runs"][0]["tool"]
    assert not Draft4Validator(SCHEMA).is_valid(document)


def test_what_a_person_must_mend_comes_before_what_a_machine_can() -> None:
    fix = Fix(old="a", new="b")
    told = [
        problem("warning", severity=Severity.WARNING),
        problem("mendable", fix=fix),
        problem("hard"),
        problem("second hard"),
    ]
    lines = as_github(told)
    assert [line.split("::")[2].split(" `briefs")[0] for line in lines] == [
        "hard",
        "second hard",
        "mendable",
        "warning",
    ]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nothing_breaks_out_of_a_form(text: str) -> None:
    told = problem(text, hint=text, rule=text, place=Place(path=text, line=1, column=1))
    _check_forms(told)


@given(st.text(min_size=1, max_size=60))
def test_no_text_breaks_out_of_a_form(text: str) -> None:
    _check_forms(problem(text, hint=text, rule=text, place=Place(path=text, line=1, column=1)))


def _check_forms(told: Problem) -> None:
    (line,) = as_github([told], "")
    assert re.fullmatch(r"::error file=[^:,\r\n]*,line=1,col=1,title=[^:,\r\n]*::[^\r\n]*", line)
    assert "%" not in re.sub(r"%(?:25|0D|0A|3A|2C)", "", line)
    assert line.removesuffix("\r").isprintable()
    shown = as_text(told, offer=True)
    assert shown.count("\n") == 1
    assert shown.replace("\n", "").isprintable()
    assert "##[" not in shown
    _check_table(as_summary([told, told]))
    Draft4Validator(SCHEMA).validate(json.loads(as_sarif([told])))
    assert json.loads(as_json([told], None))["problems"][0]["message"] == told.message


def _check_table(summary: str) -> None:
    """The summary is a heading and one table of two rows, in which people's words are code."""
    tokens = MarkdownIt("commonmark").enable("table").parse(summary)
    kinds = [token.type for token in tokens]
    assert kinds[:4] == ["heading_open", "inline", "heading_close", "table_open"]
    assert (kinds[-1], kinds.count("td_open"), kinds.count("tr_open")) == ("table_close", 8, 3)
    body = tokens[kinds.index("tbody_open") :]
    cells = [token.children or [] for token in body if token.type == "inline"]
    for number, cell in enumerate(cells):
        assert [child.type for child in cell] == ["code_inline" if number % 4 else "text"]


def test_a_long_message_is_cut() -> None:
    (line,) = as_github([problem("%" * 65_000)])
    text = line.split("::", 2)[2]
    assert text == "%25" * 3_999 + "…"
    assert len(as_summary([problem("y" * 65_000)])) < 1_500


def test_a_summary_keeps_within_its_room() -> None:
    summary = as_summary([problem("x" * 900)] * 2_000)
    assert len(summary.encode()) < 600_000
    rows = summary.count("| error |")
    assert summary.endswith(f"And {2_000 - rows} more: run `briefs check` to see them.\n\n")


def test_sarif_escapes_addresses_braces_and_links() -> None:
    place = Place(path="data/für #1:%.bib", line=1, column=1)
    told = problem("Write {0} [x](https://example.org).", place=place)
    (result,) = json.loads(as_sarif([told], "a b/"))["runs"][0]["results"]
    assert result["message"]["text"] == "Write {{0}} [x] (https://example.org)."
    (location,) = result["locations"]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/data/f%C3%BCr%20%231%3A%25.bib"
