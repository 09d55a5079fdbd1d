"""Cards, copy buttons, panels, explained words and print, as a reader meets them in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.cli import main
from tests.accessible import violations
from tests.browsing import chromium, forget, needed, served
from tests.conftest import planted_tree

# One page of each template.
TEMPLATES = (
    *("", "briefs/", "briefs/choirs/", "briefs/ideas/", "studies/", "studies/ahlgren2001/"),
    *("outcomes/", "outcomes/cheer/", "themes/", "themes/cold-halls/", "concepts/breath/", "map/"),
    *("works/ceder2010/", "references/", "corrections/", "methods/", "contribute/", "data/"),
    *("glossary/", "search/?q=cheer", "404.html"),
)
LISTEN = """
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    window.refused.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
  });
"""
CITATION = "#cheer a[href='#ref-ahlgren2001']"
TERM = "a[href*='glossary/#choir']"

pytestmark = needed


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The fabricated site with a repository, built and served."""
    root = tmp_path_factory.mktemp("reading") / "site"
    planted_tree(root)
    settings = (root / "mkdocs.yml").read_text(encoding="utf-8")
    for scheme, device in (("default", "light"), ("slate", "dark")):
        media = f"- media: '(prefers-color-scheme: {device})'"
        settings = settings.replace(f"- scheme: {scheme}", f"{media}\n      scheme: {scheme}")
    settings += "  repository: https://code.example.org/choirs\n"
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")
    assert main(["build", "--root", str(root), "--no-pdf"]) == 0
    with served(root / "site") as host:
        yield host


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Chromium, started after the site was built."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def kept(browser: Browser) -> Page:
    """One page on a wide screen, for all tests that ask for nothing else."""
    return browser.new_page(viewport={"width": 1280, "height": 800})


@pytest.fixture
def page(kept: Page, address: str) -> Iterator[Page]:
    """The brief about choirs, on a wide screen."""
    kept.goto(address + "briefs/choirs/")
    yield kept
    forget(kept)


# --- the page's policy -----------------------------------------------------------------------


def test_no_template_breaks_the_policy_and_search_works_under_it(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    page.add_init_script(LISTEN)
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    refused: list[str] = []
    for path in TEMPLATES:
        page.goto(address + path)
        policy = page.get_attribute("meta[http-equiv=Content-Security-Policy]", "content") or ""
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        refused += [f"{path}: {one}" for one in page.evaluate("window.refused")]
        if "search" in path:
            page.wait_for_selector("main a[href*='outcomes/cheer']")
            refused += page.evaluate("window.refused")
    assert not refused
    assert not said
    page.close()


def test_the_policy_refuses_what_stands_in_a_page(page: Page) -> None:
    page.evaluate(
        """() => {
          document.body.setAttribute("style", "margin: 7px");
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
        }"""
    )
    assert page.evaluate("window.ran") is None
    assert page.evaluate("getComputedStyle(document.body).marginTop") != "7px"


def test_the_colours_are_set_before_any_other_script_runs(browser: Browser, address: str) -> None:
    scheme = "document.body.dataset.mdColorScheme"
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    others = re.compile(r"/assets/(?!theme).*\.js")
    page.route(others, lambda route: route.abort())
    page.goto(address + "methods/")
    assert page.evaluate(scheme) == "slate"
    assert page.evaluate("localStorage.length") == 0
    page.evaluate("""() => __md_set("__palette", {color: {scheme: "default"}})""")
    page.reload()
    assert page.evaluate(scheme) == "default"
    context.close()


# --- cards -----------------------------------------------------------------------------------


def test_a_card_opens_by_keyboard_and_closes_by_escape(page: Page) -> None:
    card = page.locator(".hovercard")
    focus_by_keyboard(page, CITATION)
    expect(card).to_be_visible()
    expect(card).to_contain_text("Ahlgren")
    expect(card).to_contain_text("Not yet checked")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator(CITATION)).to_be_focused()
    page.keyboard.press("Tab")
    expect(card).to_contain_text("Ceder")
    page.keyboard.press("Enter")
    expect(card).to_be_hidden()
    assert page.url.endswith("#ref-ceder2010")


def focus_by_keyboard(page: Page, selector: str) -> None:
    """Come to an element as the Tab key does."""
    page.focus(selector)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")


def test_a_card_says_to_all_what_it_shows(page: Page) -> None:
    for selector in (CITATION, TERM):
        link = page.locator(selector).first
        described = link.get_attribute("aria-describedby")
        assert described
        words = page.locator(f"[id='{described}']").text_content() or ""
        focus_by_keyboard(page, selector)
        shown = page.locator(".hovercard p").text_content() or ""
        assert " ".join(shown.split()) == " ".join(words.split())
        assert link.get_attribute("title") is None


def test_the_pointer_may_move_onto_a_card_that_stays_until_it_leaves(page: Page) -> None:
    card = page.locator(".hovercard")
    page.hover(CITATION)
    expect(card).to_be_visible()
    card.hover()
    page.wait_for_timeout(600)
    expect(card).to_be_visible()
    page.mouse.move(2, 2)
    expect(card).to_be_hidden()
    page.hover(CITATION)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_a_word_leads_to_its_meaning_and_shows_it(page: Page) -> None:
    assert page.locator(TERM).count() == 1
    page.hover(TERM)
    expect(page.locator(".hovercard")).to_contain_text(
        'Choir: A group that sings "together", under <one> roof.'
    )
    page.click(TERM)
    expect(page.locator("dt#choir")).to_be_in_viewport()
    assert not page.locator("h1 a[href*=glossary], h2 a[href*=glossary]").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_small_screen_a_tap_opens_a_card_that_fits(
    browser: Browser, address: str, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": 320, "height": 640},
        has_touch=True,
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(address + "briefs/choirs/")
    card = page.locator(".hovercard")
    for selector in (CITATION, "#boredom a[href='#ref-brandt2005']", TERM):
        page.tap(selector)
        expect(card).to_be_visible()
        box = card.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert "#ref-" not in page.url
        page.locator("h1").tap()
        expect(card).to_be_hidden()
    page.tap(CITATION)
    assert not violations(page)
    page.tap(".hovercard a")
    assert page.url.endswith("#ref-ahlgren2001")
    context.close()


# --- lines to take along ---------------------------------------------------------------------


def test_copy_buttons_copy_and_say_so_without_changing_size(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.clock.install()
    page.goto(address + "briefs/choirs/")
    button = page.locator("#cheer .copy")
    expect(button).to_have_accessible_name("Copy this line")
    size = "(button) => [button.offsetWidth, button.offsetHeight]"
    before = button.evaluate(size)
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_accessible_name("Copied")
    expect(page.get_by_role("status")).to_have_text(
        "Copied: the line, its sources, how sure we are, and a link to it."
    )
    assert button.evaluate(size) == before
    assert page.evaluate("navigator.clipboard.readText()") == (
        "Choirs probably make keepers more cheerful"
        " (Ahlgren & Berg, 2001; Ceder et al., 2010, table 3). (How sure: Supported.)"
        " https://choir.example.org/briefs/choirs/#cheer"
    )
    page.click("text=Copy citation")
    expect(page.get_by_role("status")).to_have_text("Copied: how to cite this brief.")
    assert page.evaluate("navigator.clipboard.readText()") == (
        "Choir Evidence. (2026, January 2). Three reasons to sing [Evidence brief]."
        " https://choir.example.org/briefs/choirs/"
    )
    page.clock.fast_forward(5_000)
    expect(button).to_have_accessible_name("Copy this line")
    context.close()


def test_a_refused_copy_is_told(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto(address + "briefs/choirs/")
    page.click("#cheer .copy")
    expect(page.locator("#cheer .copy")).to_have_accessible_name("Not copied")
    expect(page.get_by_role("status")).to_contain_text("Not copied")
    page.close()


def test_no_copy_buttons_where_nothing_can_be_copied(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(address + "briefs/choirs/")
    assert not page.locator(".copy").count()
    page.close()


def test_a_change_to_a_sentence_is_offered_with_the_sentence(page: Page) -> None:
    href = page.locator("#night-vision .claim__foot a", has_text="Suggest").get_attribute("href")
    assert href is not None
    assert href.startswith("https://code.example.org/choirs/issues/new?template=correct-sentence")
    assert "sentence=We%20do%20not%20know%20whether%20choirs%20change%20night%20vision." in href


# --- panels and print ------------------------------------------------------------------------


def test_a_link_into_a_closed_panel_opens_it(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "briefs/choirs/#cheer-evidence")
    expect(page.locator("#cheer details")).to_have_attribute("open", "")
    inside = "document.querySelector('#boredom details li').id = 'inside'"
    page.evaluate(inside)
    page.evaluate("location.hash = '#inside'")
    expect(page.locator("#inside")).to_be_in_viewport()
    page.click("#boredom summary")
    expect(page.locator("#inside")).to_be_hidden()
    page.evaluate(
        """() => {
          const link = document.createElement("a");
          link.href = "#inside";
          link.textContent = "again";
          document.querySelector("h1").append(link);
        }"""
    )
    page.click("text=again")
    expect(page.locator("#inside")).to_be_in_viewport()
    page.goto(address + "briefs/choirs/#%E0%A4%A")
    assert page.title().startswith("Three reasons")
    page.close()


def test_a_panel_opens_and_closes_by_keyboard(page: Page) -> None:
    page.focus("#boredom summary")
    page.keyboard.press("Space")
    expect(page.locator("#boredom .sides")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#boredom .sides")).to_be_hidden()


def test_print_shows_every_panel_and_no_buttons(page: Page) -> None:
    page.emulate_media(media="print")
    panels = page.locator("details.evidence:not([open])")
    assert panels.count()
    tall = "(panel) => panel.getBoundingClientRect().height > panel.children[0].offsetHeight * 1.5"
    assert all(panel.evaluate(tall) for panel in panels.all())
    assert not page.locator(".copy, .claim__foot").filter(visible=True).count()


def test_print_is_dark_on_white_whatever_the_screen_is(page: Page) -> None:
    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    ink = "getComputedStyle(document.querySelector('main p')).color"
    light = page.evaluate(ink)
    page.emulate_media(media="print")
    dark = page.evaluate(ink)
    assert sum(numbers_of(light)) > 500
    assert sum(numbers_of(dark)) < 250


def numbers_of(colour: str) -> list[int]:
    """Red, green and blue of a computed colour."""
    return [int(number) for number in re.findall(r"\d+", colour)[:3]]


def test_printing_opens_panels_and_closes_them_again(page: Page) -> None:
    opened = "document.querySelectorAll('main details[open]').length"
    page.evaluate(f"addEventListener('beforeprint', () => {{ window.seen = {opened} }})")
    page.pdf()
    assert page.evaluate("window.seen") == page.locator("main details").count()
    assert page.evaluate(opened) == 0


# --- for everybody ---------------------------------------------------------------------------


def test_without_script_all_is_text_and_links(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "briefs/choirs/")
    assert not page.locator(".copy, .hovercard").count()
    assert page.get_attribute(TERM, "title") == (
        'Choir: A group that sings "together", under <one> roof.'
    )
    page.click(CITATION)
    assert page.url.endswith("#ref-ahlgren2001")
    page.click(TERM)
    expect(page.locator("dt#choir")).to_be_visible()
    context.close()


@pytest.mark.parametrize("path", ["", "briefs/choirs/", "glossary/", "404.html"])
def test_help_now_stands_at_the_foot_of_each_page(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    expect(page.locator("footer .help")).to_contain_text("Everywhere: call a friend")
    expect(page.get_by_role("navigation", name="About this site")).to_contain_text("Words")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_aids_are_accessible(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    wanted = "slate" if scheme == "dark" else "default"
    page = context.new_page()
    for path in ("briefs/choirs/", "glossary/"):
        page.goto(address + path)
        assert page.evaluate("document.body.dataset.mdColorScheme") == wanted
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        if path == "briefs/choirs/":
            page.hover(CITATION)
            expect(page.locator(".hovercard")).to_be_visible()
        assert not violations(page)
    context.close()
