"""What the home page and the list of briefs show, and that the home page stays small."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.appraise import gather
from generator.load import load
from generator.load.site import load_site
from generator.render.cards import BriefCard, Unknown, brief_cards, home, unknown_claims
from generator.render.context import Context, prepare
from generator.render.pages import Pages
from generator.render.views import Views
from generator.routes import path_of

HERE = Path(__file__).resolve().parent
ORDER = ["well-supported", "supported", "early", "mixed", "contradicted", "open"]


@pytest.fixture(scope="module")
def context() -> Context:
    """What pages draw on, for the fabricated site."""
    root = HERE / "data" / "good"
    library, _ = load(root)
    site, _ = load_site(root, {})
    assert library is not None
    assert site is not None
    return prepare(site, library, gather(library))


@pytest.fixture(scope="module")
def cards(context: Context) -> tuple[BriefCard, ...]:
    """The fabricated briefs, as the home page lists them."""
    return brief_cards(Views(path_of("page:home"), context), context)


@pytest.fixture(scope="module")
def pages(context: Context) -> dict[str, str]:
    """The Markdown of every page, by its path."""
    return {str(page.path): page.text for page in Pages([HERE.parent / "templates"], context).all()}


def test_a_card_counts_all_claims_of_its_brief_the_surest_first(
    context: Context, cards: tuple[BriefCard, ...]
) -> None:
    for card in cards:
        assert card.total == len(context.evidence.claims[Path(card.link).stem])
        found = [ORDER.index(count.badge.standing) for count in card.standings]
        assert found == sorted(found)


def test_each_reason_stands_on_the_home_page_with_its_standing(pages: dict[str, str]) -> None:
    text = pages["index.md"]
    assert "## [Three reasons to sing](briefs/choirs.md)" in text
    assert "1.  [Cheer](briefs/choirs.md#cheer) <span" in text
    assert text.count('class="standing ') == 4
    assert "### [Why it might work](briefs/ideas.md)" in text
    assert "### [Three reasons to sing]" not in text
    assert "-   [We do not know whether choirs change night vision.](" in text


def test_the_list_of_briefs_has_them_all(
    pages: dict[str, str], cards: tuple[BriefCard, ...]
) -> None:
    for card in cards:
        assert f"\n## [{card.title}](" in pages["briefs/index.md"]
    assert "## What we do not know" in pages["briefs/index.md"]


def test_a_hundred_briefs_leave_the_home_page_small(cards: tuple[BriefCard, ...]) -> None:
    unknown = tuple(Unknown(text=f"Not known: {n}.", link="", brief="") for n in range(9))
    many = [
        replace(cards[0], title=f"Brief {n}", kind=kind, unknown=unknown)
        for n in range(50)
        for kind in ("explainer", "reasons")
    ]
    shown = home(many, ())
    assert [card.title for card in shown.whole] == ["Brief 0", "Brief 1"]
    assert len(shown.briefs) == 8
    assert not set(shown.whole) & set(shown.briefs)
    assert shown.total == 100
    assert (len(shown.unknown), shown.more_unknown) == (6, 3)


def test_what_is_not_known_is_told_in_one_sentence(
    context: Context, cards: tuple[BriefCard, ...]
) -> None:
    claim = next(c for card in cards for c in card.claims if c.badge.standing == "open")
    assert unknown_claims(cards)[0].text == claim.text
    long = "We do not know whether it helps (see A. Bell et al. 2001). One trial is under way."
    assert (
        Unknown.of(replace(claim, text=long)).text
        == "We do not know whether it helps (see A. Bell et al. 2001)."
    )
