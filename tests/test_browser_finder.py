"""Lists with filters in a real browser: filters and their address, sorting, paging, no script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.cli import main
from generator.render import finder, listing
from tests.accessible import violations
from tests.browsing import Quiet, chromium, forget, needed, served
from tests.conftest import planted_tree

HERE = Path(__file__).resolve().parent
LISTS = ("studies/", "studies/page/2/", "outcomes/", "references/")
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'"
)
ALL = ["Song at sea", "Interviews with choir leaders", "Review of choirs", "A choir in the north"]

pytestmark = needed


class Policed(Quiet):
    """Serves files; below /strict/ with a policy that allows no inline code."""

    def translate_path(self, path: str) -> str:
        """The same files stand below both addresses."""
        return super().translate_path(path.replace("/strict/", "/", 1))

    def end_headers(self) -> None:
        """Add the policy."""
        if self.path.startswith("/strict/"):
            self.send_header("Content-Security-Policy", STRICT)
        super().end_headers()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The fabricated site with lists of four rows a page, built and served."""
    root = tmp_path_factory.mktemp("finder") / "site"
    planted_tree(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finder, "ROWS_A_PAGE", 4)
        patch.setattr(listing, "ROWS_A_CHUNK", 2)
        patch.setattr(finder, "ROWS_AT_ONCE", 3)
        assert main(["build", "--no-pdf", "--root", str(root)]) == 0
    with served(root / "site", Policed) as host:
        yield host


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Chromium, started after the site was built."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def kept(browser: Browser) -> tuple[Page, list[str]]:
    """One page for all tests that ask for nothing else, and what goes wrong in it."""
    opened = browser.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    return opened, faults


@pytest.fixture
def page(kept: tuple[Page, list[str]]) -> Iterator[Page]:
    """A page in which nothing may go wrong unheard."""
    opened, faults = kept
    faults.clear()
    yield opened
    forget(opened)
    assert not faults


def titles(page: Page) -> list[str]:
    """The titles of the rows that are shown."""
    return page.locator(".finder tbody th a:first-child").all_inner_texts()


def told(page: Page, text: str) -> None:
    """Wait until the page says how many rows were found."""
    expect(page.locator(".finder__status")).to_have_text(text)


def test_filters_are_in_the_address_and_come_back(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + "studies/")
    assert titles(page) == ALL
    assert not [url for url in asked if "data/finder" in url]
    page.select_option("[name=design]", "randomised-trial")
    told(page, "2 of 5 studies.")
    assert titles(page) == ["Song at sea", "Choirs on four towers"]
    page.select_option("[name=direction]", "benefit")
    told(page, "1 of 5 studies.")
    assert page.url == address + "studies/?design=randomised-trial&direction=benefit"
    assert page.get_attribute(".finder tbody a", "href") == address + "studies/ahlgren2001/"
    page.click("text=Choirs on four towers")
    page.wait_for_url("**/ahlgren2001/")
    page.go_back()
    told(page, "1 of 5 studies.")
    assert page.input_value("[name=direction]") == "benefit"
    page.click("text=Clear filters")
    told(page, "1 to 4 of 5 studies.")
    assert page.url == address + "studies/"
    assert titles(page) == ALL


def test_outcome_and_direction_must_meet_in_one_finding(page: Page, address: str) -> None:
    page.goto(address + "studies/?outcome=boredom&direction=benefit")
    told(page, "1 of 5 studies.")
    assert titles(page) == ["A choir in the north"]
    counted = page.locator("[name=direction] option").all_inner_texts()
    assert counted == ["Any", "▲ better (1)", "○ no clear difference (1)", "▼ worse (0)"]
    assert page.is_disabled("[name=direction] option[value=harm]")


def test_what_the_address_says_amiss_is_left_out(page: Page, address: str) -> None:
    page.goto(address + "studies/?design=seance&from=1066&sort=nonsense&x=<b>&to=2010")
    told(page, "3 of 5 studies.")
    assert page.input_value("[name=design]") == ""
    assert page.locator("th[aria-sort]").inner_text() == "Year"
    page.select_option("[name=from]", "2005")
    told(page, "2 of 5 studies.")
    assert page.url == address + "studies/?from=2005&to=2010"
    page.select_option("[name=from]", "2015")
    told(page, "3 of 5 studies.")
    assert titles(page) == ALL[:3], "years the wrong way round are read the right way round"


def test_words_find_titles_and_every_author(page: Page, address: str) -> None:
    page.goto(address + "studies/")
    page.fill("#finder-q", "FÁLK  review")
    told(page, "1 of 5 studies.")
    assert titles(page) == ["Review of choirs"]
    assert "q=F%C3%81LK++review" in page.url
    page.fill("#finder-q", "zeppelin")
    told(page, "No study fits all of this. Change a filter, or clear them.")
    page.fill("#finder-q", "")
    told(page, "1 to 4 of 5 studies.")


def test_columns_sort_the_whole_list(page: Page, address: str) -> None:
    page.goto(address + "studies/page/2/")
    assert titles(page) == ["Choirs on four towers"]
    size = page.locator("th[data-column=size]")
    size.locator("button").click()
    told(page, "5 studies; the first 3 are shown.")
    assert titles(page) == ["Song at sea", "Choirs on four towers", "A choir in the north"]
    assert size.get_attribute("aria-sort") == "descending"
    assert page.locator("th[aria-sort]").count() == 1
    assert page.url.endswith("?sort=-size")
    page.click("text=Show more")
    told(page, "5 studies.")
    assert titles(page)[3:] == ["Interviews with choir leaders", "Review of choirs"]
    assert page.evaluate("document.activeElement.textContent") == "Interviews with choir leaders"
    size.locator("button").click()
    told(page, "5 studies; the first 3 are shown.")
    assert titles(page)[0] == "Interviews with choir leaders"
    assert size.get_attribute("aria-sort") == "ascending"
    assert page.is_hidden(".finder__pager")


@pytest.mark.parametrize(
    ("pages", "order"),
    [
        (("studies/", "studies/page/2/"), "study"),
        (("outcomes/",), "outcome"),
        (("references/", "references/page/2/"), "-reference"),
    ],
)
def test_the_script_writes_rows_as_the_page_does(
    page: Page, address: str, pages: tuple[str, ...], order: str
) -> None:
    written: list[str] = []
    for path in pages:
        page.goto(address + path)
        written += rows(page)
    page.goto(f"{address}{pages[0]}?sort={order}")
    expect(page.locator(".finder tbody tr")).to_have_count(3)
    if len(written) > 3:
        page.click("text=Show more")
        expect(page.locator(".finder tbody tr")).to_have_count(len(written))
    # A list of one page has its rows before the script has put them in order.
    for _ in range(100):
        if rows(page) != written:
            break
        page.wait_for_timeout(50)
    assert rows(page) != written
    assert sorted(rows(page)) == sorted(written)


def rows(page: Page) -> list[str]:
    """The rows as they are built: roles, links and text."""
    built: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".finder tbody tr")].map((row) =>
          JSON.stringify([row.getAttribute("role"), ...[...row.cells].map((cell) => [
            cell.tagName, cell.scope, cell.getAttribute("role"), cell.textContent,
            [...cell.querySelectorAll("a")].map((a) => a.href),
            [...cell.querySelectorAll("em")].map((em) => em.textContent.trim()),
          ])]))"""
    )
    return built


def test_outcomes_and_references_have_filters_of_their_own(page: Page, address: str) -> None:
    page.goto(address + "outcomes/?q=gladness")
    told(page, "1 of 3 outcomes.")
    assert titles(page) == ["Cheer"]
    page.goto(address + "references/?q=Journal+of+Seas")
    told(page, "1 of 5 references.")
    assert page.locator("tbody em").first.inner_text() == "Journal of Seas"


def test_without_its_data_the_page_says_so_and_keeps_its_rows(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    page.route("**/data/finder/*", lambda route: route.abort())
    page.goto(address + "studies/?design=qualitative")
    expect(page.locator(".finder__status")).to_contain_text("could not be loaded")
    assert titles(page) == ALL
    page.unroute("**/data/finder/*")
    page.select_option("[name=design]", "randomised-trial")
    told(page, "2 of 5 studies.")
    page.close()


def test_the_list_is_read_and_turned_without_scripts(browser: Browser, address: str) -> None:
    for width in (320, 1280):
        context = browser.new_context(
            java_script_enabled=False, viewport={"width": width, "height": 800}
        )
        page = context.new_page()
        page.goto(address + "studies/")
        assert titles(page) == ALL
        assert page.is_hidden(".finder__form")
        assert page.locator(".finder button:visible").count() == 0
        page.click(".finder__pager >> text=Next")
        assert titles(page) == ["Choirs on four towers"]
        context.close()


def test_filters_work_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(address + "studies/")
    page.focus("#finder-q")
    assert page.is_hidden("[name=design]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_attribute(".finder__toggle button", "aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "category"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    told(page, "2 of 5 studies.")
    assert page.input_value("[name=design]") == "randomised-trial"
    expect(page.locator(".finder__toggle button")).to_have_text("Filters (1)")
    page.focus("thead button >> nth=0")
    page.keyboard.press("Space")
    page.wait_for_url("**/?design=randomised-trial&sort=study")
    assert page.evaluate("document.activeElement.textContent") == "Study"
    page.close()


def test_a_strict_policy_hinders_no_filter(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(
        """window.refused = [];
        document.addEventListener("securitypolicyviolation",
          (event) => window.refused.push(event.sourceFile));"""
    )
    page.goto(address + "strict/studies/")
    page.select_option("[name=population]", "providers")
    told(page, "1 of 5 studies.")
    page.fill("#finder-q", "dahl")
    page.locator("thead button").first.click()
    page.wait_for_url("**sort=study")
    told(page, "1 of 5 studies.")
    assert not [file for file in page.evaluate("refused") if "finder.js" in file]
    context.close()


def test_nothing_moves_while_the_page_loads(browser: Browser, address: str) -> None:
    for width in (390, 1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.add_init_script(
            """window.moved = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) window.moved += entry.value;
            }).observe({ type: "layout-shift", buffered: true });"""
        )
        page.goto(address + "studies/")
        page.wait_for_timeout(300)
        assert page.is_visible("#finder-q")
        assert page.evaluate("moved") < 0.01
        page.close()


def test_filters_vanish_in_print(page: Page, address: str) -> None:
    page.goto(address + "studies/")
    page.emulate_media(media="print")
    assert page.is_hidden(".finder__form")
    assert page.is_hidden(".finder__pager")
    assert page.is_visible("text=Song at sea")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_filtered_lists_are_accessible(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    faults: list[str] = []
    for path in LISTS:
        page.goto(address + path + "?q=e&sort=-findings&from=2001")
        expect(page.locator(".finder__status")).not_to_contain_text(" to ")
        if width == 320:
            page.click(".finder__toggle button")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{path} scrolls sideways")
        faults += [f"{path} {fault}" for fault in violations(page)]
    context.close()
    assert not faults, "\n".join(faults)


def test_a_card_is_still_a_table_row(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(address + "studies/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Song at sea"))
    assert row.get_by_role("cell").count() == 6
    assert page.get_by_role("columnheader").count() == 7
    page.close()
