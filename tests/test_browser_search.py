"""Search in a real browser: keys, results, facets, what is told aloud, and what is never loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from generator.cli import main
from tests.accessible import violations
from tests.browsing import chromium, forget, needed, served
from tests.conftest import planted_tree

HERE = Path(__file__).resolve().parent
STATUS = "#search-status"
FOUND = ".found__title"
HOSTILE = "A <img src=x onerror=alert(1)> choir & 'more'"

pytestmark = needed


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The fabricated site, with other words for an outcome and many studies, below a folder."""
    top = tmp_path_factory.mktemp("search")
    root = top / "tree"
    planted_tree(root)
    replace(root / "data/vocabulary.yaml", "[joy, gladness]", "[joy, harmonisation of mood]")
    study = root / "data/studies/brandt2005.yaml"
    replace(study, "Cheer rose more in the choir.", f'"{HOSTILE} and café songs"')
    others = study.read_text(encoding="utf-8").replace("choir\n", "choir\ngroup: sailors\n", 1)
    for number in range(12):
        text = others.replace("A choir in the north", f"Choir {number}")
        text = text.replace("{n: 30}", f"{{n: {31 + number}}}")
        (root / f"data/studies/more{number}.yaml").write_text(text, encoding="utf-8")
    assert main(["build", "--no-pdf", "--root", str(root), "--site", str(top / "www/sub")]) == 0
    with served(top / "www") as host:
        yield f"{host}sub/"


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text in a file, where it must be."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Chromium, started after the site was built."""
    with chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has been nowhere yet."""
    fresh = patient(browser)
    yield fresh
    fresh.close()


def patient(browser: Browser) -> BrowserContext:
    """A browser that has been nowhere yet, and waits longer than one does by itself."""
    fresh = browser.new_context()
    fresh.set_default_timeout(10_000)
    return fresh


@pytest.fixture
def first(context: BrowserContext, address: str) -> Iterator[Page]:
    """A page like `page`, in a browser that has been nowhere: all is loaded that is asked for."""
    page = context.new_page()
    wrong = watched(page, address)
    yield page
    assert not wrong


@pytest.fixture(scope="module")
def kept(browser: Browser, address: str) -> tuple[Page, list[str]]:
    """One page for all tests that ask for nothing else, and what goes wrong on it."""
    page = patient(browser).new_page()
    return page, watched(page, address)


@pytest.fixture
def page(kept: tuple[Page, list[str]]) -> Iterator[Page]:
    """A page on which nothing may go wrong, and which may ask no other host."""
    page, wrong = kept
    wrong.clear()
    yield page
    forget(page)
    assert not wrong


def watched(page: Page, address: str) -> list[str]:
    """What goes wrong on a page from now on, with what it asks of another host."""
    wrong: list[str] = []
    page.on("console", lambda told: wrong.append(told.text) if told.type != "log" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(address) else wrong.append(r.url))
    return wrong


def searched(page: Page, address: str, query: str) -> Page:
    """The search page with the results of a query of its address."""
    page.goto(f"{address}search/?{query}")
    settled(page)
    return page


def settled(page: Page) -> None:
    """Wait until what is asked for was answered."""
    expect(page.locator(STATUS)).to_have_text(re.compile(r"results? |at least|could not"))
    expect(page.locator("#search-results[aria-busy]")).to_have_count(0)


def titles(page: Page) -> list[str]:
    """The titles of the results, in their order."""
    return page.locator(FOUND).all_inner_texts()


def focused(page: Page) -> Locator:
    """What has the focus."""
    return page.locator("*:focus")


# -- the way to the field


@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
def test_a_key_leads_to_the_field(page: Page, address: str, key: str) -> None:
    page.goto(address + "briefs/choirs/")
    page.keyboard.press(key)
    expect(focused(page)).to_have_id("header-search-words")
    page.keyboard.type("boredom")
    page.keyboard.press("Enter")
    settled(page)
    assert page.url == f"{address}search/?q=boredom"
    page.keyboard.press("/")
    expect(focused(page)).to_have_id("search-words")


def test_a_slash_is_only_a_letter_while_somebody_types(page: Page, address: str) -> None:
    page.goto(address + "search/")
    page.focus("#search-words")
    page.keyboard.type("either/or")
    expect(page.locator("#search-words")).to_have_value("either/or")


def test_the_single_key_can_be_turned_off_for_good(page: Page, address: str) -> None:
    page.goto(address + "search/")
    page.click("#search-help summary")
    page.uncheck("#search-slash")
    page.goto(address)
    header = page.locator("#header-search-words")
    expect(header).to_have_attribute("aria-keyshortcuts", "Control+K Meta+K")
    page.keyboard.press("/")
    expect(header).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(header).to_be_focused()


def test_the_key_leads_to_the_search_page_where_the_header_has_no_field(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(address)
    page.keyboard.press("/")
    page.wait_for_url(f"{address}search/?q=")
    expect(focused(page)).to_have_id("search-words")
    page.close()


# -- what is loaded


def test_nothing_is_loaded_before_somebody_searches(first: Page, address: str) -> None:
    asked: list[str] = []
    first.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    for path in ("", "search/", "briefs/choirs/"):
        first.goto(address + path)
        first.focus("#header-search-words")
    first.goto(address + "search/")
    first.focus("#search-words")
    first.wait_for_load_state("networkidle")
    assert not [url for url in asked if "pagefind" in url or "terms.json" in url]
    first.fill("#search-words", "joy")
    settled(first)
    assert "pagefind/pagefind.js" in asked
    assert not [url for url in asked if "lunr" in url or "search_index" in url]


def test_what_a_search_needs_is_loaded_while_somebody_types(first: Page, address: str) -> None:
    first.clock.install()
    first.goto(address + "search/")
    first.clock.pause_at(2_000_000_000_000)  # so that the pause after the last letter never ends
    first.press("#search-words", "c")
    with first.expect_request("**/collection/**/*.pf_meta"):
        first.press("#search-words", "h")
    assert first.locator(STATUS).inner_text() == ""


def test_filters_are_loaded_when_they_are_used(first: Page, address: str) -> None:
    asked: list[str] = []
    first.on("request", lambda r: asked.append(r.url) if "0/filter/" in r.url else None)
    searched(first, address, "q=choir")
    assert not asked
    first.click("#search-narrow summary")
    first.select_option("#search-design", "Randomised trial")
    expect(first.locator(STATUS)).to_contain_text("Randomised trial")
    assert len(asked) == 1


# -- results


def test_briefs_come_first_and_each_kind_has_its_heading(page: Page, address: str) -> None:
    searched(page, address, "q=cheer")
    headings = page.locator("#search-results h2").all_inner_texts()
    assert headings[:3] == ["Briefs (1)", "Outcomes, themes and ideas (1)", "Studies (16)"]
    assert titles(page)[:2] == ["Three reasons to sing", "Cheer"]
    parts = page.locator(".found").first.locator(".found__parts a")
    assert parts.first.get_attribute("href") == "/sub/briefs/choirs/#cheer_1"


def test_other_words_find_an_outcome_and_the_briefs_on_it(page: Page, address: str) -> None:
    for words in ("joy", "harmonisation of mood", "harmonization of mood", "JOYS"):
        searched(page, address, f"q={words}")
        assert titles(page)[:2] == ["Three reasons to sing", "Cheer"]
        assert page.locator("#search-hint a").first.inner_text() == "Cheer"


def test_an_author_finds_first_what_the_author_wrote(page: Page, address: str) -> None:
    searched(page, address, "q=ahlgren")
    assert titles(page) == ["Choirs on four towers", "Three reasons to sing"]
    facts = page.locator(".found__facts").first
    expect(facts).to_have_text("Ahlgren & Berg, 2001 · randomised trial · 80 people · Norway")


def test_what_was_found_is_marked_and_nothing_of_it_is_markup(page: Page, address: str) -> None:
    searched(page, address, "q=café")
    text = page.locator(".found__text").first
    expect(text).to_contain_text(HOSTILE)
    assert text.locator("mark").all_inner_texts() == ["café"]
    assert page.locator("#search-results img").count() == 0
    searched(page, address, "q=cafe")
    assert "café" in page.locator(".found__text mark").all_inner_texts()


def test_facets_narrow_the_results_and_stand_in_the_address(page: Page, address: str) -> None:
    searched(page, address, "q=cheer")
    page.click("#search-filters button:has-text('Studies')")
    expect(page.locator(FOUND)).to_have_count(10)
    expect(focused(page)).to_have_text("Studies (16)")
    page.click("#search-narrow summary")
    page.select_option("#search-design", "Randomised trial")
    expect(page.locator(FOUND)).to_have_count(2)
    page.select_option("#search-outcome", "Boredom")
    expect(page.locator(FOUND)).to_have_count(1)
    expect(page.locator(STATUS)).to_have_text(
        "1 result for “cheer” in: Studies, Randomised trial, Boredom."
    )
    wanted = "search/?q=cheer&kind=Studies&design=Randomised+trial&outcome=Boredom"
    assert page.url == address + wanted
    page.goto(address)
    page.goto(address + wanted)
    settled(page)
    assert titles(page) == ["Choirs on four towers"]
    expect(page.locator("#search-filters [aria-pressed=true]")).to_have_text("Studies (1)")


def test_a_choice_alone_lists_what_fits_it(page: Page, address: str) -> None:
    searched(page, address, "q=&design=Qualitative+study")
    assert titles(page) == ["Interviews with choir leaders"]
    searched(page, address, "q=choir&design=Nothing&kind=Nothing")
    expect(page.locator("#search-filters [aria-pressed=true]")).to_have_text(re.compile("^All"))


def test_an_outcome_alone_lists_what_is_about_it_and_loads_few_words(
    first: Page, address: str
) -> None:
    asked: list[str] = []
    first.on("request", lambda r: asked.append(r.url) if "/index/" in r.url else None)
    searched(first, address, "q=&outcome=Boredom")
    expect(first.locator(STATUS)).to_have_text("16 results in: Boredom.")
    assert {"Boredom", "Three reasons to sing"} < set(titles(first))
    assert 0 < len(asked) <= 2


def test_small_words_are_left_out_but_not_where_their_order_counts(
    page: Page, address: str
) -> None:
    searched(page, address, "q=the+cheer+of+choirs")
    several = titles(page)
    searched(page, address, "q=cheer+choirs")
    assert titles(page) == several
    searched(page, address, 'q="cheer of choirs"')
    assert titles(page) == []
    for words in ("of the", "WHO"):
        searched(page, address, f"q={words}")
        expect(page.locator(STATUS)).to_contain_text(f"for “{words}”")


def test_more_results_are_shown_when_asked_for(page: Page, address: str) -> None:
    searched(page, address, "q=cheer&kind=Studies")
    expect(page.locator(FOUND)).to_have_count(10)
    page.click("text=Show 6 more")
    expect(page.locator(FOUND)).to_have_count(16)
    expect(page.locator(".found").nth(10).locator(f"{FOUND} a")).to_be_focused()
    expect(page.locator(".found__more button")).to_have_count(0)


def test_words_in_quotation_marks_stand_together(page: Page, address: str) -> None:
    searched(page, address, 'q="keepers in choirs"')
    assert "Review of choirs" in titles(page)
    assert "A choir in the north" not in titles(page)


# -- what is told


def test_the_number_of_results_is_told_aloud(page: Page, address: str) -> None:
    page.goto(address + "search/")
    status = page.locator(STATUS)
    expect(status).to_have_attribute("role", "status")
    page.locator("#search-words").press_sequentially("gloom")
    expect(status).to_contain_text("No results for “gloom”.")
    page.fill("#search-words", "cold")
    expect(status).to_contain_text(re.compile("^[1-9] results for “cold”."))


def test_a_word_that_is_nowhere_finds_nothing_and_what_is_like_it(page: Page, address: str) -> None:
    searched(page, address, "q=bordeom")
    assert titles(page) == []
    hint = page.locator("#search-hint")
    expect(hint).to_have_text("Perhaps you look for: Boredom")
    expect(page.locator(STATUS)).to_contain_text("Perhaps you look for: Boredom")
    expect(page.locator("#search-results a")).to_have_count(5)
    hint.locator("a").click()
    page.wait_for_url(f"{address}outcomes/boredom/")


def test_choices_that_leave_nothing_can_be_taken_back(page: Page, address: str) -> None:
    searched(page, address, "q=cheer&kind=Themes&design=Qualitative+study")
    expect(page.locator(STATUS)).to_contain_text("No results")
    page.click("text=Search again without your choices")
    expect(page.locator(FOUND).first).to_have_text("Three reasons to sing")
    assert page.url == f"{address}search/?q=cheer"


def test_no_words_break_the_search(page: Page, address: str) -> None:
    page.goto(address + "search/")
    for words, told in (
        ("a", "Type at least two letters."),
        ("tofu", "No results for “tofu”."),
        ('"', "Type at least two letters."),
        ("😀😀", "No results for “😀😀”."),
        ('""', 'No results for “""”.'),
        ("", ""),
        ("<b>&amp;", "No results for “<b>&amp;”."),
        ("%", "Type at least two letters."),
        ("x" * 10_000, "No results for “" + "x" * 200 + "”."),
    ):
        page.evaluate("(to) => { document.getElementById('search-words').value = to; }", words)
        page.press("#search-words", "Enter")
        expect(page.locator(STATUS)).to_have_text(told)
        expect(page.locator("#search-results[aria-busy]")).to_have_count(0)


def test_an_index_that_cannot_be_loaded_is_told(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.route("**/pagefind/pagefind.js", lambda route: route.abort())
    searched(page, address, "q=cheer")
    expect(page.locator(STATUS)).to_contain_text("could not be loaded")
    page.unroute("**/pagefind/pagefind.js")


def test_without_scripts_the_page_says_so_and_leads_to_lists(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.fill("#header-search-words", "cheer")
    page.press("#header-search-words", "Enter")
    assert page.url == f"{address}search/?q=cheer"
    assert page.is_visible("noscript .note")
    page.click("noscript a[href='../outcomes/']")
    page.wait_for_url(f"{address}outcomes/")
    context.close()


# -- for everybody


def test_search_needs_no_mouse(page: Page, address: str) -> None:
    page.goto(address + "search/")
    page.keyboard.press("/")
    page.keyboard.type("cheer")
    page.keyboard.press("Enter")
    settled(page)
    reached: list[str] = []
    while len(reached) < 20 and "Three reasons to sing" not in reached:
        page.keyboard.press("Tab")
        reached.append(focused(page).inner_text().strip())
    wanted = ["Search", "Only some designs or outcomes", "joy", "harmonisation of mood"]
    assert reached[:4] == wanted
    assert reached[4].startswith("All (")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}briefs/choirs/")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_results_are_accessible(browser: Browser, address: str, width: int, scheme: str) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    for query in ("", "q=cheer", "q=cheer&kind=Studies", "q=bordeom&design=Qualitative+study"):
        page.goto(f"{address}search/?{query}")
        if query:
            settled(page)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, query
        assert violations(page) == [], query
    page.close()
