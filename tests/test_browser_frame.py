"""The frame of a page in a real browser: the menu, the colours, and what comes first on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.cli import main
from tests.browsing import chromium, forget, needed, served
from tests.conftest import planted_tree

pytestmark = needed


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The fabricated site, built without its PDFs and served."""
    root = tmp_path_factory.mktemp("frame") / "site"
    planted_tree(root)
    assert main(["build", "--no-pdf", "--root", str(root)]) == 0
    with served(root / "site") as host:
        yield host


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Chromium, started after the site was built."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def kept(browser: Browser) -> Page:
    """One page on a phone, for all tests that ask for nothing else."""
    return browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="light")


@pytest.fixture
def phone(kept: Page) -> Iterator[Page]:
    """A page on a phone."""
    yield kept
    forget(kept)


def test_the_first_messages_stand_on_a_phones_first_screen(phone: Page, address: str) -> None:
    phone.goto(address)
    for shown in (phone.locator(".lead"), phone.locator(".reasons li").nth(1)):
        box = shown.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 844
    phone.goto(address + "briefs/choirs/")
    box = phone.locator(".messages li").first.bounding_box()
    assert box is not None
    assert box["y"] < 600


def test_the_help_lines_are_one_step_away_on_every_page(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.get_by_role("link", name="Lines to call are below").click()
    expect(phone.locator("#help-now")).to_be_in_viewport()
    phone.goto(address + "briefs/choirs/")
    phone.locator(".menu summary").click()
    phone.get_by_role("navigation", name="Menu").get_by_role("link", name="Help now").click()
    expect(phone.locator("#help-now")).to_be_in_viewport()


def test_drawings_and_tables_are_whole_on_a_phone(phone: Page, address: str) -> None:
    phone.goto(address + "outcomes/cheer/")
    hidden = "(e) => [...e.querySelectorAll('circle, text')].some((part) => {"
    hidden += " const box = part.getBoundingClientRect();"
    hidden += " return box.left < 0 || box.right > innerWidth; })"
    assert phone.locator(".forest circle").count() == 2
    assert not phone.locator(".forest").evaluate(hidden)
    for path, table in (("map/", ".map"), ("methods/", ".scroll.rows")):
        phone.goto(address + path)
        box = phone.locator(table).first
        assert box.evaluate("(e) => e.scrollWidth <= e.clientWidth"), path
    phone.goto(address + "map/")
    expect(phone.get_by_role("cell", name="Choirs: ▲ 3 better").first).to_be_visible()


def test_filled_marks_stay_filled_in_colours_of_the_reader(browser: Browser, address: str) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(address + "methods/")
    colour = "(mark) => getComputedStyle(mark).backgroundColor"
    filled = page.locator(".standing__meter .on").first.evaluate(colour)
    empty = page.locator(".standing__meter span:not(.on)").first.evaluate(colour)
    assert filled != empty
    context.close()


def test_the_menu_opens_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address + "studies/")
    link = page.get_by_role("navigation", name="Menu").get_by_role("link", name="Home")
    expect(link).to_be_hidden()
    page.locator(".menu summary").click()
    link.click()
    expect(page).to_have_url(address)
    context.close()


def test_escape_closes_the_menu_and_leads_back_to_it(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.locator(".menu summary").press("Enter")
    link = phone.get_by_role("navigation", name="Menu").get_by_role("link", name="Home")
    expect(link).to_have_attribute("aria-current", "page")
    link.focus()
    phone.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(phone.locator(".menu summary")).to_be_focused()


def test_colours_that_a_reader_chose_stay(phone: Page, address: str) -> None:
    phone.goto(address)
    turn = phone.get_by_role("button", name="Dark")
    turn.click()
    expect(phone.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    phone.goto(address + "methods/")
    expect(phone.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    phone.get_by_role("button", name="Light").click()
    expect(phone.locator("body")).to_have_attribute("data-md-color-scheme", "default")


def test_the_list_of_sections_marks_the_one_in_view(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 500})
    page.goto(address + "methods/")
    last = page.locator(".toc a").last
    last.click()
    page.mouse.wheel(0, 3000)
    expect(last).to_have_attribute("aria-current", "location")
    page.close()


def test_the_first_key_leads_past_the_frame(phone: Page, address: str) -> None:
    phone.goto(address + "methods/")
    phone.keyboard.press("Tab")
    skip = phone.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_in_viewport()
    skip.press("Enter")
    expect(phone.locator("main")).to_be_focused()
