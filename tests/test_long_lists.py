"""Lists without end are cut: each side of the evidence alike, and what is left out is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.examine import examine
from generator.render import templating, views
from generator.render.context import prepare
from generator.render.pages import Pages

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent / "templates"
LINE = re.compile(r"^-   <span class=\"direction\" aria-hidden=\"true\">.</span> \*\*", re.M)


def rendered(root: Path) -> dict[str, str]:
    """The Markdown of every page, by its path."""
    checked = examine(root)
    assert checked.site
    assert checked.library
    assert checked.evidence
    context = prepare(checked.site, checked.library, checked.evidence)
    return {
        str(page.path): page.text
        for page in Pages([TEMPLATES], context).all()
        if page.path.suffix == ".md"
    }


@pytest.fixture
def many(tree: Path) -> Path:
    """The fabricated site with three more studies for and three against a claim."""
    record = (tree / "data/studies/ahlgren2001.yaml").read_text(encoding="utf-8")
    for number in range(6):
        turned = record.replace("Choirs on four", f"Choirs on {number + 5}")
        if number % 2:
            turned = turned.replace("direction: benefit", "direction: harm")
        turned = re.sub(r"    effect: .*\n", "", turned)
        (tree / f"data/studies/more{number}.yaml").write_text(turned, encoding="utf-8")
    return tree


def test_both_sides_are_cut_alike_and_the_rest_is_told(
    many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rendered(many)["outcomes/cheer.md"]
    assert "The first" not in whole
    assert "Every finding, with where it was read" in whole
    for module in (templating, views):
        monkeypatch.setattr(module, "MOST_SHOWN", 2)
    cut = rendered(many)["outcomes/cheer.md"]
    first = cut.partition("## Claims about it")[0]
    listed = first.rpartition("Findings, with where it was read")[2]
    assert len(LINE.findall(whole)) > 6
    for_, against, *_ = listed.split("The first 2 of these")
    assert (for_.count("**Better.**"), for_.count("**Worse.**")) == (2, 0)
    assert (against.count("**Better.**"), against.count("**Worse.**")) == (0, 2)
    assert "studies/index.md?outcome=cheer&population=recipients" in listed.replace("&amp;", "&")
    assert "data.md" in listed


def test_a_claim_still_says_how_many_are_against_it(
    many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern = re.compile(r'evidence__count">([^<]+)<')
    told = pattern.findall(rendered(many)["briefs/choirs.md"])
    for module in (templating, views):
        monkeypatch.setattr(module, "MOST_SHOWN", 1)
    brief = rendered(many)["briefs/choirs.md"]
    assert pattern.findall(brief) == told
    panel = brief.partition("Findings that do not support it")[2].partition("</details>")[0]
    assert len(LINE.findall(panel.partition("Shown but")[0])) == 1
    assert "The first 1 of these" in panel
