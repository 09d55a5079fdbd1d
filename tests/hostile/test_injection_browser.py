"""A site with hostile texts in every field, in a real browser: it shows them, and nothing runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from generator.cli import main
from tests.browsing import chromium, needed, served
from tests.hostile.judging import pages_of
from tests.hostile.payloads import MARK
from tests.hostile.planting import Sown, sow

HIT = MARK.partition("=")[0]

pytestmark = needed


@pytest.fixture(scope="module")
def sown(tmp_path_factory: pytest.TempPathFactory) -> Sown:
    """A hostile site, built; another mixture than the one that is parsed."""
    sown = sow(tmp_path_factory.mktemp("hostile") / "site", turn=3, records=5)
    assert main(["build", "--no-pdf", "--root", str(sown.root)]) == 0
    return sown


@pytest.fixture(scope="module")
def address(sown: Sown) -> Iterator[str]:
    """Where the site is served."""
    with served(sown.root / "site") as host:
        yield host


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Chromium, started after the site was built."""
    with chromium() as running:
        yield running


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    """A page, and a list of all that happens on it and must not."""
    context = browser.new_context()
    page, events = context.new_page(), list[str]()
    context.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('policy', e.blockedURI))"
    )
    page.on("dialog", lambda dialog: _dismiss(events, dialog))
    page.on("pageerror", lambda error: events.append(f"error: {error}"))
    page.on("popup", lambda _: events.append("a window"))
    page.on("download", lambda _: events.append("a download"))
    page.on("console", lambda said: _hear(events, said.type, said.text))
    page.on("request", lambda asked: _ask(events, address, asked.url))
    page.on("framenavigated", lambda frame: _ask(events, address, frame.url))
    yield page, events
    context.close()


def _dismiss(events: list[str], dialog: Dialog) -> None:
    events.append(f"a dialog: {dialog.message}")
    dialog.dismiss()


def _hear(events: list[str], kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        events.append(f"{kind}: {text}")


def _ask(events: list[str], address: str, url: str) -> None:
    if not url.startswith((address, "data:image/svg+xml", "about:blank", "blob:")):
        events.append(f"asks {url}")


def test_nothing_runs_on_any_page(
    sown: Sown, address: str, watched: tuple[Page, list[str]]
) -> None:
    page, events = watched
    paths = [path.removesuffix("index.html") for path, _ in pages_of(sown.root / "site")]
    assert len(paths) > 30
    for path in paths:
        page.goto(address + path)
        assert page.evaluate(_PROBE) == [], path
        assert page.evaluate(HIT) is None, path
        assert not events, (path, events)


# Opens and touches what a reader could, and names each element that can run something.
_PROBE = """() => {
  document.querySelectorAll('details').forEach((d) => { d.open = true });
  for (const kind of ['mouseover', 'focus', 'pointerenter', 'toggle']) {
    document.querySelectorAll('main *').forEach((e) => e.dispatchEvent(new Event(kind)));
  }
  return [...document.querySelectorAll('*')].flatMap((e) => {
    const names = e.getAttributeNames().filter((name) => /^on|^style$|^srcdoc$/.test(name));
    const places = ['href', 'src', 'action', 'xlink:href', 'formaction', 'data']
      .filter((name) => /^[\\s\\x00-\\x20]*(java|vb)script:|^data:/i.test(e.getAttribute(name)));
    return [...names, ...places].map((name) => `${e.tagName} ${name}`);
  }).filter((one) => !/ style$/.test(one));
}"""


def test_search_and_lists_show_hostile_texts_as_text(
    sown: Sown, address: str, watched: tuple[Page, list[str]]
) -> None:
    page, events = watched
    for words in ("script", f"<img src=x onerror={MARK}>", "%3Cscript%3E"):
        page.goto(f"{address}search/?q={words}")
        expect(page.locator("#search-status")).not_to_be_empty()
        page.wait_for_timeout(150)
        assert page.evaluate(HIT) is None
        assert page.evaluate(_PROBE) == []
        assert not page.query_selector_all("#search-results script, #search-results img")
    for path in ("studies/", "outcomes/", "references/", "themes/"):
        page.goto(address + path)
        for field in page.query_selector_all("form:not([role]) input[type=search]"):
            if field.is_visible():
                field.fill(f"<img src=x onerror={MARK}>")
                page.wait_for_timeout(150)
        assert page.evaluate(HIT) is None
        assert page.evaluate(_PROBE) == []
    assert not events, events
