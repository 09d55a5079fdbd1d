"""Publishing: the builder's own bytes, only what changed, and whatever is broken is made again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.structure.files import get_files

from generator.cli import main
from generator.publish import site as publishing
from generator.publish.theme import BuildFailed, Place, Theme

Edit = Callable[[str, str, str], None]


def build(tree: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, int]:
    """Build without PDFs; how many pages there are, and how many were made."""
    assert main(["build", "--root", str(tree), "--no-pdf"]) == 0
    said = capsys.readouterr().err.splitlines()[-1].split()
    return int(said[0]), int(said[2])


def pages(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.html")}


@pytest.mark.parametrize("alone_below", [1, 1000])
def test_a_page_is_what_the_site_builder_itself_would_make(
    tree: Path,
    alone_below: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publishing, "ALONE_BELOW", alone_below)
    build(tree, capsys)
    plain = tree / "plain"
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(plain)],
        cwd=tree,
        check=True,
        capture_output=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    ours = {path: text for path, text in pages(tree / "site").items() if "pagefind" not in path}
    assert ours == pages(plain)


def test_only_pages_that_changed_are_made_again(
    tree: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    total, made = build(tree, capsys)
    assert made == total
    assert build(tree, capsys) == (total, 0)
    edit("data/studies/dahl2012.yaml", "halls that were cold", "halls that were icy")
    _, made = build(tree, capsys)
    assert 0 < made < 8
    assert "halls that were icy" in (tree / "site/studies/dahl2012/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    "change", ["the name of the site", "a file of the theme", "a page that went away"]
)
def test_what_every_page_depends_on_makes_every_page_again(
    tree: Path, edit: Edit, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    build(tree, capsys)
    if change == "the name of the site":
        edit("mkdocs.yml", "site_name: Choir Evidence", "site_name: Evidence on choirs")
    elif change == "a file of the theme":
        skin = Path(__file__).parents[1] / "site_overrides"
        shutil.copytree(skin, tree / "skin")
        edit("mkdocs.yml", str(skin), "skin")
        build(tree, capsys)
        with (tree / "skin/main.html").open("a", encoding="utf-8") as main_html:
            main_html.write("{# a comment #}\n")
    else:
        register = tree / "build/html.json"
        record = json.loads(register.read_text("utf-8"))
        record[1]["studies/gone.md"] = next(iter(record[1].values()))
        register.write_text(json.dumps(record), encoding="utf-8")
    total, made = build(tree, capsys)
    assert made == total


DAMAGE = ("", "[]", "[1, {}]", '["look", {"index.md": 3}]', "\0", "[" * 10**5)


@pytest.mark.parametrize("damage", DAMAGE, ids=range(len(DAMAGE)))
def test_a_broken_register_is_as_if_it_were_not_there(
    tree: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    total, _ = build(tree, capsys)
    before = pages(tree / "site")
    (tree / "build/html.json").write_text(damage, encoding="utf-8")
    assert build(tree, capsys) == (total, total)
    assert pages(tree / "site") == before


def test_a_kept_page_that_was_touched_is_made_again(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    total, _ = build(tree, capsys)
    before = pages(tree / "site")
    (tree / "build/html/index.html").write_text("spoilt", encoding="utf-8")
    (tree / "build/html/references/index.html").unlink()
    (tree / "build/html/left-over.html").write_text("of another build", encoding="utf-8")
    assert build(tree, capsys) == (total, 2)
    assert pages(tree / "site") == before


def test_a_link_to_a_place_that_is_not_there_is_refused_also_on_kept_pages(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(tree, capsys)
    register = tree / "build/html.json"
    record = json.loads(register.read_text("utf-8"))
    pages = record[1]
    target = next(t for page in pages.values() for t, _ in page["links"] if t != "index.md")
    pages[target]["anchors"] = []
    register.write_text(json.dumps(record), encoding="utf-8")
    assert main(["build", "--root", str(tree), "--no-pdf"]) == 1
    assert f"links to '{target}#" in capsys.readouterr().err


def test_no_file_of_the_theme_is_left_out(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(tree, capsys)
    theme = Theme(Place.below(tree))
    whole = get_files(theme.config)
    whole.add_files_from_theme(theme.environment, theme.config)
    assert [file.src_uri for file in theme.files] == [file.src_uri for file in whole]


def test_programs_of_the_theme_are_published_only_where_the_frame_of_pages_names_them(
    tree: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    build(tree, capsys)
    programs = tree / "site/assets/javascripts"
    assert not programs.exists()
    assert not (tree / "site/assets/stylesheets").exists()
    skin = Path(__file__).parents[1] / "site_overrides"
    shutil.copytree(skin, tree / "skin")
    (tree / "skin/assets/javascripts").mkdir()
    (tree / "skin/assets/javascripts/own.js").touch()
    named = next(
        f.name for f in Theme(Place.below(tree)).files if "javascripts/bundle" in f.src_uri
    )
    frame = tree / "skin/base.html"
    text = frame.read_text(encoding="utf-8")
    frame.write_text(f"{text}{{# assets/javascripts/{named}.js #}}", encoding="utf-8")
    edit("mkdocs.yml", str(skin), "skin")
    build(tree, capsys)
    found = {path.name for path in programs.iterdir()}
    assert found == {"own.js", f"{named}.js", f"{named}.js.map"}


def test_plugins_are_refused_in_words(tree: Path, edit: Edit) -> None:
    edit("mkdocs.yml", "plugins: []", "plugins: [search]")
    with pytest.raises(BuildFailed, match=r"plugins: \[\].*search"):
        Theme(Place(root=tree, docs=tree / "briefs", html=tree / "html"))
