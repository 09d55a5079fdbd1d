"""The command: all faults in one run, formats, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.cli import main

Edit = Callable[[str, str, str], None]


def check(tree: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[tuple[str, int, str]]]:
    """The exit code, and path, line and rule of each problem."""
    code = main(["check", "--root", str(tree), "--format", "json"])
    said = json.loads(capsys.readouterr().out)
    return code, [(p["path"], p["line"], p["rule"]) for p in said["problems"]]


def test_the_good_tree_is_clean(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--root", str(tree), "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "problems": [],
        "checked": {"studies": 5, "works": 5, "briefs": 2, "claims": 5},
    }


def test_ten_different_faults_give_ten_problems_at_their_lines(
    tree: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    edit("data/studies/ekman2015.yaml", "design: randomised-trial", "design: randomized-trial")
    edit("data/studies/ekman2015.yaml", "group: sailors", "group: sailors\ngrup: x")
    other = "data/studies/brandt2005.yaml"
    edit(other, "participants: {n: 30}", "participants: {n: 30}\nparticipants: {n: 31}")
    edit("data/studies/ceder2010.yaml", "category: choir", "category: chior")
    edit(
        "data/studies/dahl2012.yaml",
        "report: dahl2012, where: abstract",
        "report: dahl2013, where: abstract",
    )
    library = "data/library.bib"
    edit(library, "doi = {10.1234/towers.2001.3}", "doi = {11.1234}")
    edit(library, "  title = {Choirs in the north},\n", "")
    brief = "briefs/choirs.md"
    edit(brief, "Choirs probably make", "Choirs make")
    edit(brief, "asked leaders about it", "asked <b>leaders</b> about it")
    edit("briefs/ideas.md", "[@ekman2015]", "[@eckman2015]")
    code, problems = check(tree, capsys)
    assert code == 1
    assert problems == [
        (brief, 11, "raw-html"),
        (brief, 11, "raw-html"),
        (brief, 16, "overclaim"),
        ("briefs/ideas.md", 21, "unknown-citation"),
        (library, 8, "malformed-doi"),
        (library, 11, "missing-field"),
        (other, 6, "duplicate-key"),
        ("data/studies/ceder2010.yaml", 4, "unknown-term"),
        ("data/studies/dahl2012.yaml", 12, "study-without-report"),
        ("data/studies/ekman2015.yaml", 3, "unknown-value"),
        ("data/studies/ekman2015.yaml", 6, "unknown-field"),
    ]


def test_usage_and_unknown_work(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["nonsense"])
    assert stop.value.code == 2
    assert main(["trace", "--root", str(tree), "ahlgren2002"]) == 1
    assert "Did you mean 'ahlgren2001'?" in capsys.readouterr().err


def test_trace_lists_what_rests_on_a_work(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "--root", str(tree), "ahlgren2001"]) == 0
    said = capsys.readouterr().out
    assert "study ahlgren2001: Choirs on four towers" in said
    assert "finding ahlgren2001#boredom" in said
    assert "claim choirs#cheer (for, cited)" in said
    assert "claim choirs#boredom (against, cited)" in said


def test_github_lines_cannot_be_broken_out_of(
    tree: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    edit("data/studies/ceder2010.yaml", "category: choir", 'category: "a%b::set-output\\nx"')
    assert main(["check", "--root", str(tree), "--format", "github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith(("::error file=", "::warning file=")) for line in lines)


def test_schemas_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    root = Path(__file__).resolve().parents[1]
    assert main(["schema", "--check", "--root", str(root)]) == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [["check"], ["build"], ["fmt"], ["add", "10.5555/x"], ["new", "study", "x"], ["verify"]],
)
def test_a_folder_without_a_site_is_told_once_and_stays_as_it_is(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert main([*command, "--root", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "holds no site" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
