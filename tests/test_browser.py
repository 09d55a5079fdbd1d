"""The built site in a real browser: nothing from elsewhere, no fault of accessibility, search."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.cli import main
from tests.accessible import COLOURS, EVERY_RULE, violations
from tests.browsing import chromium, needed, served
from tests.conftest import planted_tree

TEMPLATES = (
    *("", "briefs/", "briefs/choirs/", "studies/", "studies/ahlgren2001/", "outcomes/"),
    *("outcomes/cheer/", "themes/", "themes/cold-halls/", "concepts/breath/", "map/"),
    *("works/ceder2010/", "references/", "corrections/", "methods/", "contribute/", "data/"),
    *("search/?q=cheer", "promises/", "404.html"),
)

pytestmark = needed


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The fabricated site, built and served."""
    root = tmp_path_factory.mktemp("browser") / "site"
    planted_tree(root)
    assert main(["build", "--root", str(root)]) == 0
    with served(root / "site") as host:
        yield host


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Chromium, started after the site was built."""
    with chromium() as running:
        yield running


def test_each_template_is_accessible_and_private(browser: Browser, address: str) -> None:
    """Each page is loaded once, and then looked at in two widths and in both schemes."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    outside: list[str] = []
    said: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(address) else outside.append(r.url))
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    faults = [fault for path in TEMPLATES for fault in faults_of(page, address + path)]
    assert not outside
    assert not said
    assert not context.cookies()
    assert not faults, "\n".join(faults)
    context.close()


def faults_of(page: Page, url: str) -> Iterator[str]:
    """What axe finds, and sideways scrolling."""
    page.goto(url)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        grounds = set()
        for scheme, rules in (("default", EVERY_RULE), ("slate", COLOURS)):
            grounds.add(page.evaluate(_TURN, scheme))
            if page.evaluate("document.documentElement.scrollWidth") > width:
                yield f"{url} ({width}, {scheme}): scrolls sideways"
            for fault in violations(page, rules):
                yield f"{url} ({width}, {scheme}): {fault}"
        assert len(grounds) == 2, "both schemes look the same"


# Gives a page the colours of a scheme, as `theme.js` does, and says what is behind its text.
_TURN = """(scheme) => {
  document.body.setAttribute('data-md-color-scheme', scheme);
  return getComputedStyle(document.body).backgroundColor;
}"""


def test_search_finds_a_page_and_loads_nothing_before(browser: Browser, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert not [url for url in asked if "pagefind" in url]
    page.fill("#header-search-words", "boredom")
    page.press("#header-search-words", "Enter")
    page.wait_for_selector("#search-results li")
    assert "boredom" in page.inner_text("#search-status")
    assert "Boredom" in page.inner_text("#search-results")
    page.click("#search-filters button:has-text('Outcomes')")
    expect(page.locator("#search-results li")).to_have_count(1)
    page.close()


def test_a_page_is_read_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "briefs/choirs/")
    page.click("#boredom summary")
    assert page.is_visible("text=Boredom did not differ significantly.")
    context.close()


def test_a_panel_opens_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "briefs/choirs/")
    page.focus("#cheer summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('#cheer details').open")
    page.close()
