"""Another topic in one command: a small complete site, in any folder, or nothing at all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.cli import main
from generator.contribute.init import init, starter
from generator.examine import examine
from generator.ledger import fingerprint
from generator.publish.theme import SKIN, Place, Theme
from generator.render.context import prepare

ROOT = Path(__file__).resolve().parents[1]
OWN = frozenset({"site_name", "site_url", "site_description", "not_in_nav", "extra"})


def silent(_: str) -> None:
    """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site that was just begun."""
    assert init(tmp_path / "new/site", say=silent) == 0
    return tmp_path / "new/site"


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_new_site_is_whole_and_without_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "a site" / "with spaces"
    assert main(["init", str(site)]) == 0
    assert "serve --root '" in capsys.readouterr().err
    assert main(["check", "--root", str(site)]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "0 errors, 0 warnings" in err
    assert {"mkdocs.yml", "README.md", ".gitignore", "data/schema/study.schema.json"} <= names(site)


def test_a_new_site_has_the_one_form_and_schemas_of_today(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fmt", "--check", "--root", str(site)]) == 0
    assert main(["schema", "--check", "--root", str(site)]) == 0
    for path in (site / "data/studies").iterdir():
        first = path.read_text(encoding="utf-8").splitlines()[0]
        schema = first.removeprefix("# yaml-language-server: $schema=")
        assert (path.parent / schema).resolve() == site / "data/schema/study.schema.json"


def test_a_new_site_builds_from_anywhere(site: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "generator", "build", "--no-pdf", "--root", str(site)]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {key: value for key, value in os.environ.items() if key not in {"SITE_URL", "PYTHONPATH"}}
    done = subprocess.run(
        command, cwd=elsewhere, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not list(elsewhere.iterdir())
    page = (site / "site/briefs/tea-breaks/index.html").read_text(encoding="utf-8")
    assert "assets/site.css" in page
    assert "Kind of break" in (site / "site/studies/index.html").read_text(encoding="utf-8")
    # Parts of our own looks, which mkdocs.yml does not name.
    assert (site / "site/assets/site.css").is_file()
    assert "Content-Security-Policy" in page
    assert str(ROOT) not in "".join(
        path.read_text(encoding="utf-8") for path in (site / "site").rglob("*.html")
    )


def test_nobody_can_take_the_example_for_evidence(site: Path) -> None:
    checked = examine(site)
    assert checked.site
    assert checked.library
    assert checked.evidence
    assert "invented" in f"{checked.site.name} {checked.site.tagline}"
    assert all(s.title.startswith("Invented example") for s in checked.library.studies.values())
    for work in checked.library.works.values():
        assert work.title.startswith("Invented example")
        assert [name.family for name in work.authors] == ["Invented Example Group"]
        assert not any((work.doi, work.pmid, work.pmcid, work.isbn, work.url))
    context = prepare(checked.site, checked.library, checked.evidence)
    standings = {c.appraisal.standing for c in context.evidence.claims["tea-breaks"]}
    assert standings == {"supported", "mixed", "early", "open"}


def test_the_ledger_knows_every_work_as_it_stands(site: Path) -> None:
    library = examine(site).library
    assert library
    assert set(library.ledger) == set(library.works)
    for key, entry in library.ledger.items():
        assert entry.state == "no-identifier"
        assert entry.fingerprint == fingerprint(library.works[key])


def test_nothing_in_it_names_a_machine_or_a_person(site: Path) -> None:
    for path in names(site):
        text = (site / path).read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert "orcid" not in text or path.startswith("data/schema/")
    hosts = set(re.findall(r"https?://([^/\s\"]+)", (site / "mkdocs.yml").read_text("utf-8")))
    assert hosts == {"tea.example.org"}


def test_its_settings_are_those_of_this_site_but_for_its_own() -> None:
    """What the pages need is the same everywhere; only the folder of overrides is found."""
    ours = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    theirs = yaml.safe_load(starter()["mkdocs.yml"])
    assert ours["theme"].pop("custom_dir") == "site_overrides"
    assert {key: value for key, value in ours.items() if key not in OWN} == {
        key: value for key, value in theirs.items() if key not in OWN
    }
    assert set(theirs["extra"]) <= set(ours["extra"])


@pytest.mark.parametrize("held", ["notes.txt", ".hidden", "briefs/x.md"])
def test_a_folder_that_holds_something_is_refused(tmp_path: Path, held: str) -> None:
    (tmp_path / held).parent.mkdir(exist_ok=True)
    (tmp_path / held).write_text("mine", encoding="utf-8")
    said: list[str] = []
    assert init(tmp_path, say=said.append) == 2
    assert names(tmp_path) == {held}
    assert (tmp_path / held).read_text(encoding="utf-8") == "mine"
    assert "is not empty; it holds " + held.split("/", maxsplit=1)[0] in said[0]


def test_a_file_and_a_dead_link_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    said: list[str] = []
    assert init(tmp_path / "file", say=said.append) == 2
    assert init(tmp_path / "link", say=said.append) == 2
    assert ["is a file" in said[0], "leads nowhere" in said[1]] == [True, True]
    assert names(tmp_path) == {"file"}


def test_a_new_repository_may_be_there(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert init(tmp_path, say=silent) == 0
    assert (tmp_path / "mkdocs.yml").is_file()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("there", [True, False])
def test_nothing_half_written_stays(
    tmp_path: Path, error: BaseException, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "deep/er/site"
    if there:
        (target / ".git").mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    opened: Callable[..., Any] = Path.open

    def failing(path: Path, *options: Any, **more: Any) -> Any:
        if path.name == "vocabulary.yaml" and path.is_relative_to(tmp_path):
            raise error
        return opened(path, *options, **more)

    monkeypatch.setattr(Path, "open", failing)
    with pytest.raises(type(error)):
        init(target, say=silent)
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("found", [True, False])
def test_the_next_steps_are_commands_that_work(
    tmp_path: Path, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if found else None)
    said: list[str] = []
    init(tmp_path / "site", say=said.append)
    command = said[1].split()[0]
    assert command == "briefs" if found else Path(command).is_file()


@pytest.mark.parametrize(
    ("theme", "skin"),
    [
        ("{name: material}", SKIN),
        ("{name: material, custom_dir: mine}", Path("mine")),
        ("{name: mkdocs}", None),
    ],
)
def test_our_looks_are_found_unless_a_site_has_its_own(
    tmp_path: Path, theme: str, skin: Path | None
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "build/docs").mkdir(parents=True)
    (tmp_path / "build/docs/index.md").write_text("# Hello\n", encoding="utf-8")
    settings = "site_name: x\ndocs_dir: build/docs\nplugins: []\ntheme: "
    (tmp_path / "mkdocs.yml").write_text(f"{settings}{theme}\n", encoding="utf-8")
    found = Theme(Place.below(tmp_path)).skin
    assert found == (tmp_path.resolve() / skin if skin else None)


def test_an_overclaim_in_a_new_site_does_not_build(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brief = site / "briefs/tea-breaks.md"
    text = brief.read_text(encoding="utf-8")
    brief.write_text(
        text.replace("Tea breaks probably make tightrope", "Tea breaks make tightrope")
    )
    assert main(["build", "--no-pdf", "--root", str(site)]) == 1
    assert "[overclaim]" in capsys.readouterr().err
    assert not (site / "site").exists()
