"""What a change does to the evidence: exactly what differs, harmless, and without a trace."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from jinja2.bccache import Bucket, BytecodeCache

from generator.cli import main
from generator.contribute.diff import as_markdown, changes_between, diff
from generator.contribute.diff.base import Base
from generator.contribute.diff.changes import Changes, StudyChange
from generator.contribute.diff.harmless import harmless
from generator.examine import examine
from generator.render.context import prepare
from generator.render.pages import Pages
from generator.render.pdf_sources import sources
from tests.conftest import sources_of_good

Edit = Callable[[str, str, str], None]
REPOSITORY = Path(__file__).resolve().parents[1]
GOOD = REPOSITORY / "tests" / "data" / "good"
_IDENTITY = {
    "GIT_AUTHOR_NAME": "A Singer",
    "GIT_AUTHOR_EMAIL": "singer@example.org",
    "GIT_COMMITTER_NAME": "A Singer",
    "GIT_COMMITTER_EMAIL": "singer@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def git(folder: Path, *arguments: str) -> str:
    """Run git as nobody in particular."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**os.environ, **_IDENTITY},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def commit(folder: Path) -> None:
    """Commit everything below a folder."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "As it is")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git keeps of the good tree, made once."""
    root = tmp_path_factory.mktemp("history") / "site"
    sources_of_good(root)
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root)
    return root / ".git"


@pytest.fixture
def site(tree: Path, history: Path) -> Path:
    """The good tree as a repository whose `main` is what was committed."""
    shutil.copytree(history, tree / ".git")
    shutil.copy(GOOD / "mkdocs.yml", tree)
    return tree


class Said:
    """What a run wrote."""

    def __init__(self, root: Path, base: str = "main", form: Any = "json") -> None:
        self.out: list[str] = []
        self.err: list[str] = []
        self.code = diff(root, base, form=form, out=self.out.append, say=self.err.append)

    @property
    def text(self) -> str:
        """The output."""
        return "\n".join(self.out)


def told(root: Path, base: str = "main") -> Any:
    """The changes as data; they keep to the schema."""
    said = Said(root, base)
    assert said.code == 0, said.err
    data = json.loads(said.text)
    VALID.validate(data)
    return data


def shown(root: Path, base: str = "main") -> str:
    """The changes as Markdown."""
    said = Said(root, base, "markdown")
    assert said.code == 0, said.err
    return said.text


# --- nothing, and one thing ------------------------------------------------------------------


def test_no_change_says_so(site: Path) -> None:
    assert shown(site) == "This change leaves the evidence as it is in <code>main</code>."
    data = told(site)
    assert data.pop("base") == "main"
    assert re.fullmatch("[0-9a-f]{40}", data.pop("commit"))
    assert data.pop("compared") is True
    assert data.pop("problems") == {"kept": 0, "mended": [], "new": []}
    assert not any(data.pop("pages").values())
    assert not any(data.values())


def test_lines_that_move_are_no_change(site: Path, edit: Edit) -> None:
    edit("briefs/choirs.md", "## Cheer\n", "\n\n\n## Cheer\n")
    edit("data/studies/dahl2012.yaml", "title:", "# A remark.\ntitle:")
    edit("data/library.bib", "@article{ahlgren2001,", "\n\n@article{ahlgren2001,")
    assert shown(site) == "This change leaves the evidence as it is in <code>main</code>."


def test_a_standing_that_flips_is_shown_before_and_after_and_no_other_claim(
    site: Path, edit: Edit
) -> None:
    edit("data/studies/ahlgren2001.yaml", "direction: no-difference", "direction: benefit")
    data = told(site)
    (claim,) = data["claims"]
    assert (claim["brief"], claim["id"], claim["heading"]) == ("choirs", "boredom", "Boredom")
    assert (claim["before"]["standing"], claim["after"]["standing"]) == ("mixed", "supported")
    assert claim["before"]["for"] == ["brandt2005#boredom"]
    assert claim["before"]["against"] == ["ahlgren2001#boredom"]
    assert claim["after"]["for"] == ["ahlgren2001#boredom", "brandt2005#boredom"]
    assert claim["after"]["against"] == []
    assert claim["before"]["wording"] == ["some studies", "mixed"]
    assert claim["after"]["wording"] == ["probably", "likely", "may", "suggest"]
    (study,) = data["studies"]
    assert (study["kind"], study["id"], study["fields"]) == ("changed", "ahlgren2001", [])
    (finding,) = study["findings"]
    assert finding["fields"] == [
        {"field": "direction", "before": "no-difference", "after": "benefit"}
    ]
    (subject,) = data["subjects"]
    assert (subject["id"], subject["changed"]) == ("boredom", ["ahlgren2001#boredom"])
    assert (subject["before"]["benefit"], subject["after"]["benefit"]) == (1, 2)
    assert [p["rule"] for p in data["problems"]["new"]] == ["overclaim"]
    for nothing in ("works", "ledger", "briefs", "terms", "files", "notices", "rechecked"):
        assert data[nothing] == []


def test_the_comment_begins_with_the_sentence_and_the_table_of_claims(
    site: Path, edit: Edit
) -> None:
    edit("data/studies/ahlgren2001.yaml", "direction: no-difference", "direction: benefit")
    assert shown(site).startswith(
        "This change changes 1 study; 1 claim changes its standing; 1 new problem.\n\n"
        "### Claims that change (1)\n\n"
        "| Brief | Claim | How it stands | For | Against | Wording now required |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| Three reasons to sing | Boredom <code>boredom</code> | Mixed evidence → **Supported**"
        " | 1 → **2** | 1 → **0** | “some studies” or “mixed” →"
        " **“probably” or “likely” or “may” or “suggest”** |\n"
    )
    assert (
        "- Changed: ▲ **better** · Boredom, keepers who sing: Boredom did not differ"
        not in shown(site)
    )


def test_a_changed_sentence_is_the_only_change(site: Path, edit: Edit) -> None:
    edit("briefs/choirs.md", "Choirs probably make keepers", "Choirs likely make most keepers")
    data = told(site)
    (brief,) = data["briefs"]
    assert brief["sentences"] == [
        {
            "heading": "Cheer",
            "claim": "cheer",
            "before": "Choirs probably make keepers more cheerful"
            " [@ahlgren2001; @ceder2010, table 3].",
            "after": "Choirs likely make most keepers more cheerful"
            " [@ahlgren2001; @ceder2010, table 3].",
        }
    ]
    assert (brief["fields"], brief["moved"], brief["form"]) == ([], 0, False)
    assert not any((data["claims"], data["studies"], data["subjects"]))
    assert "@&#8203;ahlgren2001" in shown(site)


def test_citations_links_and_heads_of_briefs_are_sentences_too(site: Path, edit: Edit) -> None:
    brief = "briefs/choirs.md"
    edit(brief, "@dahl2012 asked", "@ceder2010 asked")
    edit(brief, "[cheer](outcome:cheer)", "[cheer](outcome:boredom)")
    edit(brief, "## Night vision", "## Sight at night")
    edit(brief, "title: Three reasons", "title: Four reasons")
    edit(brief, "Choir leaders describe cold halls", "Choir leaders describe *cold* halls")
    (change,) = told(site)["briefs"]
    assert [(s["before"], s["after"]) for s in change["sentences"]] == [
        (
            "@dahl2012 asked leaders about it; see cheer and the north.",
            "@ceder2010 asked leaders about it; see cheer and the north.",
        ),
        ("[cheer](outcome:cheer)", "[cheer](outcome:boredom)"),
        ("Night vision", "Sight at night"),
    ]
    assert change["fields"] == [
        {"field": "title", "before": "Three reasons to sing", "after": "Four reasons to sing"}
    ]


def test_sentences_that_move_are_counted_and_not_listed(site: Path, edit: Edit) -> None:
    edit("briefs/ideas.md", "Back to the [reasons](brief:choirs#cheer).\n\n", "")
    edit("briefs/ideas.md", "| Who |", "Back to the [reasons](brief:choirs#cheer).\n\n| Who |")
    (brief,) = told(site)["briefs"]
    assert (brief["sentences"], brief["moved"]) == ([], 1)


# --- studies, works, words -------------------------------------------------------------------


NEW_STUDY = """\
title: A choir in the south
reports: [falk2020]
design: randomised-trial
category: choir
country: Chile
participants: {n: 60}
findings:
  - id: sight
    outcome: night-vision
    population: recipients
    direction: benefit
    basis: comparison
    statement: Keepers saw better at night.
    source: {report: ceder2010, where: table 9}
"""
NEW_WORK = """
@article{falk2020,
  author = {Falk, Finn},
  title = {Southern choirs},
  journal = {Journal of Towers},
  year = {2020},
}
"""


def test_a_new_study_is_told_with_all_that_it_does(site: Path) -> None:
    (site / "data/studies/falk2020.yaml").write_text(NEW_STUDY, encoding="utf-8")
    with (site / "data/library.bib").open("a", encoding="utf-8") as library:
        library.write(NEW_WORK)
    data = told(site)
    (study,) = data["studies"]
    assert (study["kind"], study["id"], study["design"]) == (
        "added",
        "falk2020",
        "randomised-trial",
    )
    assert study["works"] == [{"key": "falk2020", "state": "unchecked", "standing": "unknown"}]
    (finding,) = study["findings"]
    assert finding["finding"]["second_hand"] is True
    (work,) = data["works"]
    assert (work["kind"], work["key"], work["cited"]) == ("added", "falk2020", "Falk, 2020")
    (claim,) = data["claims"]
    assert (claim["id"], claim["before"]["standing"], claim["after"]["standing"]) == (
        *("night-vision", "open"),
        "early",
    )
    assert {"studies/falk2020/", "works/falk2020/"} == set(data["pages"]["added"])
    assert "briefs/choirs/" in data["pages"]["changed"]
    assert "briefs/choirs.pdf" in data["pages"]["pdfs"]
    assert "briefs/ideas.pdf" not in data["pages"]["pdfs"]
    text = shown(site)
    assert text.startswith("This change adds 1 study and 1 work; 1 claim changes its standing;")
    assert (
        "**New: A choir in the south** <code>falk2020</code>\n"
        "- randomised trial, 60 people, Chile\n"
        "- ▲ **better** · Night vision, keepers who sing: Keepers saw better at night."
        " (compared between groups; read in <code>ceder2010</code>, table 9, second-hand)"
        " <code>sight</code>\n"
        "- Reported in <code>falk2020</code>: not yet checked." in text
    )


def test_a_removed_study_takes_its_findings_with_it(site: Path) -> None:
    (site / "data/studies/brandt2005.yaml").unlink()
    data = told(site)
    (study,) = data["studies"]
    assert (study["kind"], study["id"]) == ("removed", "brandt2005")
    assert [finding["kind"] for finding in study["findings"]] == ["removed", "removed"]
    states = {c["id"]: (c["before"]["standing"], c["after"]["standing"]) for c in data["claims"]}
    assert states == {"cheer": ("supported", "supported"), "boredom": ("mixed", "contradicted")}
    assert data["pages"]["removed"] == ["studies/brandt2005/"]
    assert {p["rule"] for p in data["problems"]["new"]} >= {"cites-otherwise"}


def test_a_renamed_study_changes_no_claim(site: Path, edit: Edit) -> None:
    folder = site / "data/studies"
    (folder / "brandt2005.yaml").rename(folder / "northern-choir.yaml")
    edit("briefs/choirs.md", "study:brandt2005", "study:northern-choir")
    data = told(site)
    (study,) = data["studies"]
    assert (study["kind"], study["id"], study["was"]) == (
        *("renamed", "northern-choir"),
        "brandt2005",
    )
    assert study["fields"] == []
    assert not data["claims"]
    assert not data["subjects"]
    assert shown(site).startswith("This change changes 1 brief and renames 1 study; no claim")


def test_a_renamed_finding_is_no_new_evidence(site: Path, edit: Edit) -> None:
    edit("data/studies/brandt2005.yaml", "id: boredom", "id: less-bored")
    edit("data/studies/brandt2005.yaml", "participants: {n: 30}", "participants: {n: 31}")
    data = told(site)
    (study,) = data["studies"]
    assert study["fields"] == [{"field": "participants.n", "before": "30", "after": "31"}]
    (finding,) = study["findings"]
    assert (finding["kind"], finding["id"], finding["was"]) == ("renamed", "less-bored", "boredom")
    assert not data["claims"]
    assert [s["changed"] for s in data["subjects"]] == [
        ["brandt2005#less-bored"],
        ["brandt2005#cheer"],
    ]


def test_works_and_words_that_change(site: Path, edit: Edit) -> None:
    edit("data/library.bib", "author = {Dahl, Gro}", "author = {Dahl, Gro and Ek, Eva}")
    edit("data/vocabulary.yaml", "definition: How bored people are.", "definition: Tedium.")
    data = told(site)
    (work,) = data["works"]
    assert work["fields"] == [
        {"field": "authors", "before": "Dahl, Gro", "after": "Dahl, Gro; Ek, Eva"}
    ]
    (term,) = data["terms"]
    assert (term["group"], term["id"]) == ("outcomes", "boredom")
    assert shown(site).startswith("This change changes 1 work and 1 word of the vocabulary;")


def test_other_wording_is_asked_of_claims(site: Path, edit: Edit) -> None:
    edit("data/wording.yaml", "needs: [probably, likely]", "needs: [it is likely]")
    data = told(site)
    assert data["files"] == ["data/wording.yaml"]
    (claim,) = data["claims"]
    assert (claim["id"], claim["after"]["wording"]) == ("cheer", ["it is likely", "may", "suggest"])
    text = shown(site)
    assert "no claim changes its standing; 1 claim changes its findings or wording" in text
    assert "| Supported | 3 | 0 | “probably” or “likely” or “may” or “suggest” →" in text


def test_a_claim_that_is_made_about_something_else(site: Path, edit: Edit) -> None:
    edit("briefs/choirs.md", "outcome: night-vision", "outcome: boredom")
    data = told(site)
    (claim,) = data["claims"]
    assert (claim["before"]["about"], claim["after"]["about"]) == ("Night vision", "Boredom")
    assert data["briefs"][0]["form"] is True
    assert "It was about better: Night vision, keepers who sing and is now about" in shown(site)


def test_a_claim_and_a_brief_that_are_gone(site: Path) -> None:
    (site / "briefs/ideas.md").unlink()
    data = told(site)
    assert [(b["kind"], b["slug"]) for b in data["briefs"]] == [("removed", "ideas")]
    (claim,) = data["claims"]
    assert (claim["id"], claim["after"]) == ("breath", None)
    assert "| removed, was Early evidence | 1 | 0 | none |" in shown(site)


# --- ledger and problems ---------------------------------------------------------------------


def ledger(site: Path, key: str, **values: object) -> None:
    """Write what registries said of a work."""
    (site / "data/ledger").mkdir(exist_ok=True)
    text = json.dumps({"key": key, **values})
    (site / f"data/ledger/{key}.json").write_text(text, encoding="utf-8")


def test_a_retraction_in_the_ledger_is_told_with_what_it_does(site: Path) -> None:
    ledger(site, "ceder2010", state="verified", standing="clean", source="Crossref")
    ledger(site, "dahl2012", state="verified", standing="clean", checked="2026-01-01")
    commit(site)
    ledger(site, "ceder2010", state="verified", standing="retracted", source="Crossref")
    ledger(site, "dahl2012", state="verified", standing="clean", checked="2026-02-01")
    data = told(site)
    (entry,) = data["ledger"]
    assert (entry["key"], entry["title"]) == ("ceder2010", "A review of choirs")
    assert (entry["before"]["standing"], entry["after"]["standing"]) == ("clean", "retracted")
    assert data["rechecked"] == ["dahl2012"]
    (claim,) = data["claims"]
    assert (claim["id"], claim["before"]["for"], claim["after"]["for"]) == (
        "cheer",
        ["ceder2010#cheer", "ahlgren2001#cheer", "brandt2005#cheer"],
        ["ahlgren2001#cheer"],
    )
    assert "retracted-support" in {p["rule"] for p in data["problems"]["new"]}
    text = shown(site)
    assert "checked: its details match → **checked: its details match; retracted**" in text
    assert "1 work checked again, with the same result" in text


def test_new_and_mended_problems(site: Path, edit: Edit) -> None:
    edit("data/studies/dahl2012.yaml", "concept: breath", "concept: breathing")
    commit(site)
    edit("data/studies/dahl2012.yaml", "concept: breathing", "concept: breath")
    edit("data/studies/dahl2012.yaml", "title:", "\n\n\ntitle:")
    edit("data/studies/ceder2010.yaml", "category: choir", "category: chior")
    edit("data/library.bib", "doi = {10.1234/towers.2001.3}", "doi = {11.1234}")
    problems = told(site)["problems"]
    assert [(p["path"], p["rule"]) for p in problems["new"]] == [
        ("data/library.bib", "malformed-doi"),
        ("data/studies/ceder2010.yaml", "unknown-term"),
    ]
    assert ("data/studies/dahl2012.yaml", "unknown-term") in {
        (p["path"], p["rule"]) for p in problems["mended"]
    }
    text = shown(site)
    assert "2 new problems, " in text.split("\n", 1)[0]
    assert "Did you mean" in text


def test_a_problem_that_stays_is_neither_new_nor_mended(site: Path, edit: Edit) -> None:
    edit("data/library.bib", "doi = {10.1234/towers.2001.3}", "doi = {11.1234}")
    commit(site)
    edit("data/library.bib", "@article{ahlgren2001,", "\n\n@article{ahlgren2001,")
    assert told(site)["problems"] == {"new": [], "mended": [], "kept": 1}


# --- sides that do not load ------------------------------------------------------------------


def test_a_record_that_one_side_cannot_read_is_no_new_study(site: Path, edit: Edit) -> None:
    edit("data/studies/brandt2005.yaml", "design: quasi-experimental", "design: [")
    commit(site)
    edit("data/studies/brandt2005.yaml", "design: [", "design: quasi-experimental")
    data = told(site)
    assert data["studies"] == []
    assert "data/studies/brandt2005.yaml cannot be read in full in main" in data["notices"][0]
    edit("data/studies/brandt2005.yaml", "design: quasi-experimental", "design: {")
    assert told(site)["studies"] == []


def test_a_library_that_one_side_cannot_read_brings_no_new_works(site: Path, edit: Edit) -> None:
    (site / "data/library.bib").write_bytes(b"\xff\xfe\xff")
    data = told(site)
    assert data["works"] == []
    assert any("data/library.bib cannot be read" in notice for notice in data["notices"])


def test_a_base_without_usable_words_is_still_compared(site: Path, edit: Edit) -> None:
    edit("data/vocabulary.yaml", "populations:", "populations: [")
    commit(site)
    edit("data/vocabulary.yaml", "populations: [", "populations:")
    edit("data/studies/ahlgren2001.yaml", "direction: no-difference", "direction: benefit")
    data = told(site)
    assert data["compared"] is True
    assert "that of this change stands in for it" in data["notices"][0]
    assert [claim["id"] for claim in data["claims"]] == ["boredom"]
    assert data["problems"]["mended"]


def test_a_head_without_usable_words_still_tells_its_problems(site: Path, edit: Edit) -> None:
    edit("data/wording.yaml", "standings:", "standings: [")
    data = told(site)
    assert data["compared"] is False
    assert data["problems"]["new"]
    assert shown(site).startswith("This change cannot be compared with <code>main</code> in full;")


def test_a_site_that_is_wholly_new(tree: Path) -> None:
    git(tree, "init", "--quiet", "--initial-branch", "main")
    git(tree, "commit", "--quiet", "--allow-empty", "--message", "Nothing")
    data = told(tree)
    assert len(data["studies"]) == len(data["works"]) == 5
    assert {study["kind"] for study in data["studies"]} == {"added"}
    assert data["problems"] == {"new": [], "mended": [], "kept": 0}
    assert data["notices"] == ["main holds no site in this folder, so that everything is new."]


# --- git -------------------------------------------------------------------------------------


def test_a_site_in_a_folder_of_the_repository(tmp_path: Path, tree: Path) -> None:
    outer = tmp_path / "outer"
    shutil.copytree(tree, outer / "sites" / "a choir")
    (outer / "data").mkdir()
    (outer / "data" / "library.bib").write_text("of another site", encoding="utf-8")
    git(outer, "init", "--quiet", "--initial-branch", "main")
    commit(outer)
    root = outer / "sites" / "a choir"
    assert shown(root) == "This change leaves the evidence as it is in <code>main</code>."
    (root / "data/studies/brandt2005.yaml").unlink()
    assert [study["kind"] for study in told(root)["studies"]] == ["removed"]


def test_what_is_not_committed_is_seen_and_nothing_is_touched(site: Path, edit: Edit) -> None:
    edit("data/studies/ahlgren2001.yaml", "title: Choirs on four", "title: Choirs on five")
    git(site, "add", "data/studies/ahlgren2001.yaml")
    edit("data/studies/ahlgren2001.yaml", "title: Choirs on five", "title: Choirs on six")
    (site / "data/studies/falk2020.yaml").write_text(NEW_STUDY, encoding="utf-8")
    before = state(site)
    studies = {study["id"]: study for study in told(site)["studies"]}
    assert shown(site)
    assert state(site) == before
    assert studies["ahlgren2001"]["title"] == "Choirs on six towers"
    assert studies["falk2020"]["kind"] == "added"


def state(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file below a folder, git's own included: its content and when it changed."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_older_revisions_tags_and_commits(site: Path, edit: Edit) -> None:
    git(site, "tag", "--annotate", "first", "--message", "The first")
    edit("data/studies/ahlgren2001.yaml", "title: Choirs on four", "title: Choirs on five")
    commit(site)
    assert not told(site, "HEAD")["studies"]
    first = git(site, "rev-parse", "HEAD~1").strip()
    for base in ("HEAD~1", "HEAD^", "first", first, first[:12], "main@{1}"):
        data = told(site, base)
        assert [study["id"] for study in data["studies"]] == ["ahlgren2001"]
        assert (data["base"], data["commit"]) == (base, first)


@pytest.mark.parametrize(
    ("base", "why"),
    [
        ("--output=x", "must be a git revision, not an option"),
        ("-x", "must be a git revision, not an option"),
        ("", "must be a git revision"),
        (" main", "must be a git revision"),
        ("main\n--all", "must be a git revision"),
        ("ma\0in", "must be a git revision"),
        ("HEAD..main", "not a range"),
        ("main...HEAD", "not a range"),
        ("^main", "There is no revision '^main'"),
        ("nowhere", "There is no revision 'nowhere' in this repository"),
        ("HEAD:data", "There is no revision"),
        ("main --all", "There is no revision"),
        ("0" * 40, "There is no revision"),
    ],
)
def test_what_is_no_revision_is_refused(site: Path, base: str, why: str) -> None:
    before = state(site)
    said = Said(site, base)
    assert (said.code, said.out) == (2, [])
    assert why in said.err[0]
    assert said.err[0].isprintable()
    assert state(site) == before


def test_without_a_repository_there_is_nothing_to_compare(tree: Path) -> None:
    said = Said(tree)
    assert (said.code, said.out) == (2, [])
    assert "must lie in a git repository" in said.err[0]
    assert Said(tree / "nowhere").code == 2


def test_without_git_a_message_says_so(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(site))
    said = Said(site)
    assert (said.code, said.err) == (2, ["`briefs diff` needs git, which is not on this machine."])


def test_a_hook_of_another_repository_leads_nowhere_else(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert Said(site).code == 0


def test_links_are_left_out_and_attributes_hide_nothing(site: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text(NEW_STUDY, encoding="utf-8")
    (site / "data/studies/linked.yaml").symlink_to(secret)
    (site / ".gitattributes").write_text("data/studies/* export-ignore\n", encoding="utf-8")
    commit(site)
    (site / "data/studies/linked.yaml").unlink()
    data = told(site)
    assert data["studies"] == []
    assert data["notices"] == [
        "main: data/studies/linked.yaml is no regular file and was left out."
    ]


def test_a_base_that_has_moved_on_is_told(site: Path, edit: Edit) -> None:
    git(site, "switch", "--quiet", "--create", "mine")
    git(site, "switch", "--quiet", "main")
    edit("data/studies/ahlgren2001.yaml", "title: Choirs on four", "title: Choirs on five")
    commit(site)
    git(site, "switch", "--quiet", "mine")
    (notice,) = told(site)["notices"]
    assert "git merge-base main HEAD" in notice


def test_the_command_and_its_exit_codes(
    site: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    edit("data/library.bib", "doi = {10.1234/towers.2001.3}", "doi = {11.1234}")
    assert main(["diff", "main", "--root", str(site)]) == 0
    assert capsys.readouterr().out.startswith("This change changes 1 work;")
    assert main(["diff", "main", "--root", str(site), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["base"] == "main"
    assert main(["diff", "--root", str(site), "--", "--output=x"]) == 2
    assert "not an option" in capsys.readouterr().err


def test_the_same_change_gives_the_same_bytes(site: Path, edit: Edit) -> None:
    edit("data/studies/ahlgren2001.yaml", "direction: no-difference", "direction: harm")
    (site / "data/studies/brandt2005.yaml").unlink()
    first = Said(site).text
    assert Said(site).text == first
    assert first.isascii()
    assert shown(site) == shown(site)


# --- hostile texts ---------------------------------------------------------------------------


HOSTILE = (
    "@everyone @org/team see #12, GH-7, o/r#3, o/r@abcdef1 and https://evil.example/x"
    " www.evil.example me@evil.example <img src=x onerror=alert(1)> </details> <!-- "
    " [link](javascript:alert(1)) ![](https://evil.example/p.png) `code` ``` ~~~"
    " :tada: $x$ $$y$$ | pipe * _ ~ \\ [^1] 1234567890abcdef1234567890abcdef12345678"
)


@pytest.fixture
def hostile(site: Path, edit: Edit) -> str:
    """The comment on a change in which every text is hostile."""
    quoted = json.dumps(HOSTILE)
    edit("data/studies/ahlgren2001.yaml", "title: Choirs on four towers", f"title: {quoted}")
    edit(
        "data/studies/ahlgren2001.yaml",
        "statement: Boredom did not differ significantly.",
        f"statement: {json.dumps('# ' + HOSTILE + chr(0x202E) + chr(0x200B) + ' end')}",
    )
    edit("data/studies/ahlgren2001.yaml", "country: Norway", 'country: "\\n```\\n- [ ] a\\n"')
    edit("data/studies/ahlgren2001.yaml", "direction: no-difference", "direction: benefit")
    edit("data/vocabulary.yaml", "label: Boredom", f"label: {quoted}")
    edit("briefs/choirs.md", "title: Three reasons to sing", f"title: {quoted}")
    edit("briefs/choirs.md", "## Boredom", "## Boredom @all #9 \\`\\`\\` \\<b> &#64;x")
    edit("briefs/choirs.md", "Choirs probably make", "Choirs probably @everyone #1 www.x.org make")
    edit("data/library.bib", "title = {Singing keepers}", "title = {Singing @all \\#8 <b> keepers}")
    return shown(site)


def test_nothing_hostile_reaches_the_comment(hostile: str) -> None:
    ours = re.sub(r"</?(?:code|details|summary|span)>", "", hostile)
    assert "<" not in ours
    assert not re.search(r"[@#](?=\w)(?!\d+;)", ours.replace("### ", ""))
    assert not re.search(r"(?<!&)#\d", ours)
    assert "://" not in ours
    assert not re.search(r"www\.|GH-\d|gh-\d|:tada:|javascript:|```|~~~|!\[|\]\(", ours, re.I)
    assert "`" not in ours
    assert "$" not in ours.replace("&#36;", "")
    assert not re.search(r"\b[0-9a-f]{7,40}\b", ours)
    assert not re.search("[\u202e\u200b]", hostile)
    assert "&#91;U+202E&#93;" in hostile
    assert "&#91;U+200B&#93;" in hostile
    assert hostile.count("<details>") == hostile.count("</details>")


def test_hostile_texts_open_no_block(hostile: str) -> None:
    """Read as Markdown, the comment has the headings, tables and lists that are ours."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(hostile)
    headings = [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open"]
    assert all(re.search(r" \(\d+\)$", heading) for heading in headings)
    kinds = {token.type for token in tokens}
    assert kinds.isdisjoint({"fence", "code_block", "hr", "lheading_open"})
    inline = {child.type for token in tokens for child in token.children or ()}
    assert inline.isdisjoint({"link_open", "image", "code_inline", "em_open", "s_open"})
    raw = {child.content for t in tokens for child in t.children or () if "html" in child.type}
    assert raw <= {"<code>", "</code>", "<span>", "</span>"}


def test_characters_that_nobody_sees_are_shown() -> None:
    assert harmless("a\u202eb\x07c\U000e0041d") == (
        "a&#91;U+202E&#93;b&#91;U+0007&#93;c&#91;U+E0041&#93;d"
    )
    assert harmless("two\n lines\tand\r\nmore ") == "two lines and more"
    assert harmless("é 日本 ✓") == "é 日本 ✓"
    assert harmless("x" * 500, 10) == "xxxxxxxxxx… (490 more characters)"


# --- length ----------------------------------------------------------------------------------


def many(n: int) -> Changes:
    """A change of many studies."""
    study = StudyChange(
        kind="added",
        id="x",
        was="",
        title="A long title " * 20,
        design="cohort",
        people="3 people",
        country="",
        fields=(),
        findings=(),
        works=(),
    )
    return Changes(base="main", commit="0" * 40, studies=(study,) * n)


def test_a_long_comment_keeps_its_claims(site: Path, edit: Edit) -> None:
    edit("data/studies/ahlgren2001.yaml", "direction: no-difference", "direction: benefit")
    text = as_markdown(replace(changes_of(site), studies=many(3000).studies))
    assert len(text) <= 65_536
    assert "| Boredom <code>boredom</code> |" in text
    assert "New problems (1)" in text
    assert (
        "left out here for length. All of it: <code>briefs diff main --format json</code>." in text
    )


def test_thousands_of_changes_fit_in_a_comment() -> None:
    text = as_markdown(many(3000))
    assert len(text.encode("utf-16-le")) // 2 <= 65_536
    assert "This change adds 3,000 studies; no claim changes its standing; 0 new problems." in text
    kept = text.count("**New:")
    assert f"{3000 - kept:,} studies left out here for length." in text
    assert kept > 50


def test_long_lists_are_folded() -> None:
    assert "<details>\n<summary>Studies (13)</summary>\n\n" in as_markdown(many(13))
    assert "<details>" not in as_markdown(many(12))


# --- pages -----------------------------------------------------------------------------------


def changes_of(site: Path) -> Changes:
    """What differs from main, as a value."""
    base = site.parent / "base"
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir()
    for name in ("data", "briefs", "mkdocs.yml"):
        git(site, "archive", "--output", str(site.parent / "base.tar"), "main", name)
        shutil.unpack_archive(site.parent / "base.tar", base)
    return changes_between(site, base, "main", Base(commit="0" * 40, notices=()))


class Compiled(BytecodeCache):
    """Templates that were compiled once."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()
TEMPLATES = (REPOSITORY / "templates",)


def made(root: Path) -> dict[str, str]:
    """Every page of a site and every source of its PDFs, by address."""
    checked = examine(root)
    assert checked.site is not None
    assert checked.library is not None
    assert checked.evidence is not None
    context = prepare(checked.site, checked.library, checked.evidence)
    pages = Pages(TEMPLATES, context)
    pages.environment.bytecode_cache = COMPILED
    written = (page for page in pages.all() if page.path.suffix == ".md")
    routes = ((str(page.path.with_suffix("")), page.text) for page in written)
    found = {
        "" if path == "index" else f"{path.removesuffix('/index')}/": text for path, text in routes
    }
    printed = sources(context, TEMPLATES)
    return found | {str(one.path): one.text for one in printed if one.form != "png"}


def named(site: Path) -> set[str]:
    """The pages and PDFs that a change is said to change."""
    data = told(site)["pages"]
    return {*data["changed"], *data["pdfs"]}


EDITS: dict[str, tuple[str, str, str]] = {
    "title of a study": ("data/studies/ahlgren2001.yaml", "on four towers", "on five towers"),
    "direction": ("data/studies/ahlgren2001.yaml", "direction: no-difference", "direction: harm"),
    "size": ("data/studies/brandt2005.yaml", "{n: 30}", "{n: 300}"),
    "setting": ("data/studies/ahlgren2001.yaml", "setting: four towers", "setting: five towers"),
    "review": ("data/studies/ahlgren2001.yaml", "included_in: [ceder2010]\n", ""),
    "correction": ("data/studies/ahlgren2001.yaml", "says: 92 keepers", "says: 93 keepers"),
    "group": ("data/studies/ekman2015.yaml", "group: sailors\n", ""),
    "year": ("data/library.bib", "year = {2001}", "year = {2003}"),
    "same label": ("data/library.bib", "{Brandt, Clara}", "{Ahlgren, Ann and Berg, Bo}"),
    "title of a work": ("data/library.bib", "{A review of choirs}", "{Choirs reviewed}"),
    "outcome": ("data/vocabulary.yaml", "label: Cheer\n", "label: Joy\n"),
    "outcome's words": ("data/vocabulary.yaml", "How cheerful people feel", "How glad they feel"),
    "theme": ("data/vocabulary.yaml", "label: Cold halls", "label: Chilly halls"),
    "category": ("data/vocabulary.yaml", "definition: Singing in a group", "definition: A choir"),
    "population": ("data/vocabulary.yaml", "label: keepers who sing", "label: singers"),
    "meaning of a standing": ("data/wording.yaml", "meaning: Nothing tested", "meaning: None saw"),
    "sentence": ("briefs/choirs.md", "Choirs probably make", "Choirs likely make"),
    "prose": ("briefs/choirs.md", "A choir is people", "A choir means people"),
    "title of a brief": ("briefs/choirs.md", "title: Three", "title: Four"),
    "day": ("briefs/ideas.md", "updated: 2026-01-02", "updated: 2026-01-03"),
    "emphasis": ("briefs/choirs.md", "*together*", "together"),
    "citation": ("briefs/ideas.md", "[@ekman2015]", "[@dahl2012]"),
    "name of the site": ("mkdocs.yml", "site_name: Choir", "site_name: Song"),
}


@pytest.fixture(scope="module")
def as_it_was() -> dict[str, str]:
    """The pages and PDFs before any edit."""
    return made(GOOD)


@pytest.mark.parametrize("name", EDITS)
def test_every_page_that_changes_is_named(
    site: Path, edit: Edit, as_it_was: dict[str, str], name: str
) -> None:
    edit(*EDITS[name])
    now = made(site)
    assert {page for page in as_it_was if as_it_was[page] != now.get(page)} <= named(site)


def test_a_retraction_reaches_every_page_that_tells_it(
    site: Path, as_it_was: dict[str, str]
) -> None:
    ledger(site, "ceder2010", state="verified", standing="retracted", source="Crossref")
    now, pages = made(site), named(site)
    assert {page for page in as_it_was if as_it_was[page] != now[page]} <= pages
    assert pages.isdisjoint({"works/ekman2015/", "briefs/ideas/", "themes/cold-halls/"})


def test_a_sentence_reaches_its_own_pages_only(site: Path, edit: Edit) -> None:
    edit("briefs/choirs.md", "A choir is people", "A choir means people")
    assert named(site) == {
        *("briefs/choirs/", "data/", "briefs/all-briefs.pdf"),
        *("briefs/choirs.pdf", "briefs/choirs-letter.pdf", "briefs/choirs-summary.pdf"),
    }


# --- the shape of the data -------------------------------------------------------------------


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE: dict[str, Any] = {"type": ["string", "null"]}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_BOOL: dict[str, Any] = {"type": "boolean"}
_KIND: dict[str, Any] = {"enum": ["added", "changed", "removed", "renamed"]}
_STANDING: dict[str, Any] = {
    "enum": ["contradicted", "open", "mixed", "early", "supported", "well-supported"]
}
_SUBJECT: dict[str, Any] = {"enum": ["outcome", "theme", "concept"]}
_FIELDS = _list(_object(field=_TEXT, before=_MAYBE, after=_MAYBE))
_WORK_STATE = _object(key=_TEXT, state=_TEXT, standing=_TEXT)
_CLAIM_STATE = _object(
    kind=_SUBJECT,
    subject=_TEXT,
    about=_TEXT,
    population=_TEXT,
    people=_TEXT,
    direction=_MAYBE,
    standing=_STANDING,
    label=_TEXT,
    wording=_list(_TEXT),
    reasons=_list(_TEXT),
    **{"for": _list(_TEXT), "against": _list(_TEXT)},
)
_WEIGHT = _object(
    findings=_COUNT,
    benefit=_COUNT,
    no_difference=_COUNT,
    mixed=_COUNT,
    harm=_COUNT,
    described=_COUNT,
    retracted=_COUNT,
    standing=_STANDING,
    label=_TEXT,
)
_FINDING = _object(
    about=_TEXT,
    people=_TEXT,
    direction=_MAYBE,
    basis=_TEXT,
    statement=_TEXT,
    report=_TEXT,
    where=_TEXT,
    second_hand=_BOOL,
    effect=_TEXT,
)
_PROBLEM = _object(
    path=_TEXT,
    line=_COUNT,
    rule=_TEXT,
    severity={"enum": ["error", "warning"]},
    message=_TEXT,
    hint=_TEXT,
)


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


SCHEMA = _object(
    base=_TEXT,
    commit=_TEXT,
    compared=_BOOL,
    notices=_list(_TEXT),
    claims=_list(
        _object(
            brief=_TEXT,
            brief_title=_TEXT,
            id=_TEXT,
            was=_TEXT,
            heading=_TEXT,
            before=_or_null(_CLAIM_STATE),
            after=_or_null(_CLAIM_STATE),
            renamed=_list(_list(_TEXT)),
        )
    ),
    studies=_list(
        _object(
            kind=_KIND,
            id=_TEXT,
            was=_TEXT,
            title=_TEXT,
            design=_TEXT,
            people=_TEXT,
            country=_TEXT,
            fields=_FIELDS,
            findings=_list(
                _object(kind=_KIND, id=_TEXT, was=_TEXT, finding=_FINDING, fields=_FIELDS)
            ),
            works=_list(_WORK_STATE),
        )
    ),
    works=_list(
        _object(
            kind=_KIND,
            key=_TEXT,
            was=_TEXT,
            title=_TEXT,
            cited=_TEXT,
            fields=_FIELDS,
            state=_WORK_STATE,
        )
    ),
    ledger=_list(
        _object(
            key=_TEXT,
            title=_TEXT,
            before=_or_null(_WORK_STATE),
            after=_or_null(_WORK_STATE),
            fields=_FIELDS,
        )
    ),
    rechecked=_list(_TEXT),
    subjects=_list(
        _object(
            kind=_SUBJECT,
            id=_TEXT,
            label=_TEXT,
            population=_TEXT,
            people=_TEXT,
            before=_WEIGHT,
            after=_WEIGHT,
            joined=_list(_TEXT),
            left=_list(_TEXT),
            changed=_list(_TEXT),
        )
    ),
    briefs=_list(
        _object(
            kind=_KIND,
            slug=_TEXT,
            was=_TEXT,
            title=_TEXT,
            fields=_FIELDS,
            sentences=_list(_object(heading=_TEXT, claim=_TEXT, before=_MAYBE, after=_MAYBE)),
            moved=_COUNT,
            form=_BOOL,
        )
    ),
    terms=_list(_object(kind=_KIND, group=_TEXT, id=_TEXT, label=_TEXT, fields=_FIELDS)),
    files=_list(_TEXT),
    problems=_object(new=_list(_PROBLEM), mended=_list(_PROBLEM), kept=_COUNT),
    pages=_object(
        added=_list(_TEXT), changed=_list(_TEXT), removed=_list(_TEXT), pdfs=_list(_TEXT)
    ),
)
VALID = jsonschema.Draft202012Validator(SCHEMA)
