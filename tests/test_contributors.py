"""People who wrote or mended a record or a brief: named on its page and once in the list."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown

from generator.contribute.fix import fix
from generator.examine import examine
from generator.load.identifiers import check_orcid
from generator.render.context import prepare
from generator.render.credit import all_credits
from generator.render.page import Page
from generator.render.pages import Pages

Edit = Callable[[str, str, str], None]
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
OURS = "0000-0002-1825-0097"
OTHER = "0000-0002-1694-233X"


def thank(tree: Path, edit: Edit, **people: str) -> None:
    """Name people, as YAML, in a study's record or in the brief's head."""
    for where, named in people.items():
        if where == "choirs":
            edit("briefs/choirs.md", "order: 1\n", f"order: 1\ncontributors: {named}\n")
        else:
            path = tree / f"data/studies/{where}.yaml"
            with path.open("a", encoding="utf-8") as file:
                file.write(f"contributors: {named}\n")


def pages(tree: Path) -> dict[str, Callable[[], Page]]:
    """What makes each page of a site, by the page's path."""
    checked = examine(tree)
    assert not checked.problems
    assert checked.site
    assert checked.library
    assert checked.evidence
    made = Pages((TEMPLATES,), prepare(checked.site, checked.library, checked.evidence))
    return {path.as_posix(): make for path, make in made.makers()}


def test_whoever_wrote_a_record_or_a_brief_is_named_there(tree: Path, edit: Edit) -> None:
    thank(
        tree,
        edit,
        dahl2012=f"[{{name: Ana Reader, orcid: {OURS}}}, {{name: Bo}}]",
        choirs="[{name: Ana Reader}]",
    )
    made = pages(tree)
    linked = f"Ana Reader ([ORCID {OURS}](https://orcid.org/{OURS}))"
    assert f"Record by {linked}, Bo." in made["studies/dahl2012.md"]().text
    assert "Text by Ana Reader." in made["briefs/choirs.md"]().text
    assert "Record by" not in made["studies/ceder2010.md"]().text
    assert "Text by" not in made["briefs/ideas.md"]().text
    assert f"-   {linked}: 1 study record and 1 brief\n-   Bo: 1 study record" in (
        made["contribute.md"]().text
    )


def test_without_contributors_the_list_is_not_there(tree: Path) -> None:
    assert "orcid" not in pages(tree)["contribute.md"]().text.lower()


def test_a_person_is_listed_once(tree: Path, edit: Edit) -> None:
    thank(
        tree,
        edit,
        ahlgren2001=f"[{{name: Ana Reader, orcid: {OURS}}}]",
        brandt2005=f"[{{name: A. Reader, orcid: {OURS}}}, {{name: Cy, orcid: {OTHER}}}]",
        ceder2010="[{name: ana  reader}]",
        dahl2012="[{name: Cy}]",
        choirs=f"[{{name: Cy, orcid: {OURS}}}]",
    )
    library = examine(tree).library
    assert library is not None
    found = [(credit.name, credit.orcid, credit.worked_on) for credit in all_credits(library)]
    # "Cy" alone may be either of two people, so that one stays alone.
    assert found == [
        ("Ana Reader", OURS, "3 study records and 1 brief"),
        ("Cy", "", "1 study record"),
        ("Cy", OTHER, "1 study record"),
    ]


def test_a_hostile_name_stays_text(tree: Path, edit: Edit) -> None:
    name = "<script>alert(1)</script> [x](javascript:alert(1)) {{ 7 * 7 }} `a` **b**"
    thank(tree, edit, dahl2012=f"[{{name: '{name}'}}]", choirs=f"[{{name: '{name}'}}]")
    made = pages(tree)
    for path in ("studies/dahl2012.md", "briefs/choirs.md", "contribute.md"):
        body = made[path]().text.split("\n---\n", 1)[1]
        shown = markdown(body, extensions=["md_in_html", "tables"])
        assert "<script" not in shown
        assert not [t for t in re.findall(r"<[^>]*>", shown) if "javascript:" in t], path
        assert "<strong>b" not in shown
        assert "{{ 7 * 7 }}" in html.unescape(shown)


@pytest.mark.parametrize(
    "written",
    [f"https://orcid.org/{OURS}", "orcid.org/" + OURS, OURS.replace("-", " "), f"ORCID: {OURS}"],
)
def test_an_orcid_written_otherwise_is_mended(tree: Path, edit: Edit, written: str) -> None:
    thank(tree, edit, dahl2012=f"[{{name: Bo, orcid: '{written}'}}]")
    (problem,) = examine(tree).problems
    assert problem.rule == "malformed-orcid"
    assert problem.hint == f"Write {OURS}."
    assert not fix(tree, say=lambda _: None).problems
    assert f"orcid: '{OURS}'" in (tree / "data/studies/dahl2012.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("orcid", [OURS, OTHER, "0000-0001-5109-3700"])
def test_a_sound_orcid_is_taken_as_it_is(orcid: str) -> None:
    checked = check_orcid(orcid)
    assert (checked.value, checked.message) == (orcid, "")


@given(st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(at: int, off: int) -> None:
    digits = OURS.replace("-", "")
    wrong = digits[:at] + str((int(digits[at]) + off) % 10) + digits[at + 1 :]
    groups = "-".join(wrong[i : i + 4] for i in range(0, 16, 4))
    assert "check digit" in check_orcid(groups).message


@given(st.text(max_size=80))
def test_any_text_has_an_answer_on_one_line(text: str) -> None:
    checked = check_orcid(text)
    assert "\n" not in checked.message
    assert checked.message or checked.value == text
    assert not checked.meant or not check_orcid(checked.meant).message


@pytest.mark.parametrize("orcid", ["٠٠٠٠-٠٠٠٢-١٨٢٥-٠٠٩٧", f"{OURS}/../x", f"{OURS}\n", "1" * 5000])
def test_nothing_else_passes_for_an_orcid(orcid: str) -> None:
    message = check_orcid(orcid).message
    assert message
    assert len(message) < 200
