"""The built site in a real browser: nothing from elsewhere, no fault of accessibility, search."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from generator.cli import main

CHROMIUM = shutil.which("chromium")
TEMPLATES = (
    *("", "briefs/", "briefs/choirs/", "studies/", "studies/ahlgren2001/", "outcomes/"),
    *("outcomes/cheer/", "themes/", "themes/cold-halls/", "concepts/breath/", "map/"),
    *("works/ceder2010/", "references/", "corrections/", "methods/", "contribute/", "data/"),
    *("search/?q=cheer", "promises/", "404.html"),
)

if CHROMIUM is None and os.environ.get("CI"):
    raise RuntimeError("chromium is missing; the browser tests must run in CI")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Debian's packages chromium and chromium-driver"
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The fabricated site, built and served."""
    here = Path(__file__).resolve().parent
    root = tmp_path_factory.mktemp("browser") / "site"
    shutil.copytree(here / "data" / "good", root)
    settings = (root / "mkdocs.yml").read_text(encoding="utf-8")
    overrides = str(here.parent / "site_overrides")
    (root / "mkdocs.yml").write_text(
        settings.replace("../../../site_overrides", overrides), encoding="utf-8"
    )
    assert main(["build", "--root", str(root)]) == 0
    handler = functools.partial(Quiet, directory=str(root / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A page is the same in both schemes but for its colours.
COLOURS = ["cat.color"]


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Chromium, started after the site was built: the builder needs an event loop of its own."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield running
        running.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_each_template_is_accessible_and_private(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    outside: list[str] = []
    said: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(address) else outside.append(r.url))
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    rules = EVERY_RULE if scheme == "light" else COLOURS
    faults = [
        fault for path in TEMPLATES for fault in faults_of(page, address + path, width, rules)
    ]
    assert not outside
    assert not said
    assert not context.cookies()
    assert not faults, "\n".join(faults)
    context.close()


def faults_of(page: Page, url: str, width: int, rules: list[str]) -> Iterator[str]:
    """What axe finds, and sideways scrolling."""
    page.goto(url)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    if page.evaluate("document.documentElement.scrollWidth") > width:
        yield f"{url}: scrolls sideways"
    found = Axe().run(page, options={"runOnly": rules})
    for violation in found.response["violations"]:
        nodes = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
        yield f"{url}: {violation['id']}: {nodes}"


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
    page.wait_for_function("document.querySelectorAll('#search-results li').length === 1")
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
