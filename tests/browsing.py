"""A built site, served on this machine and read in Chromium: what all tests in a browser share."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM: Final = shutil.which("chromium")
# For each window, Chromium makes pages that drop from its address bar, with a process that takes
# three times as long as a page of ours. The last list of features counts: what Playwright turns off
# is turned off here again, as far as a test may notice it.
_ADDRESS_BAR: Final = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")
_TURNED_OFF: Final = ("PaintHolding", "HttpsUpgrades", "OptimizationHints", "MediaRouter")
# All pages are ours: without a process apart for each site none is begun in advance either.
_QUIET: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    "--disable-site-isolation-trials",
    f"--disable-features={','.join((*_ADDRESS_BAR, *_TURNED_OFF))}",
)

if CHROMIUM is None and os.environ.get("CI"):
    raise RuntimeError("chromium is missing; the browser tests must run in CI")
needed = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Debian's packages chromium and chromium-driver"
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def handle_one_request(self) -> None:
        """A page that was left does not wait for its answer."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True


@contextmanager
def served(
    folder: Path, handler: type[http.server.SimpleHTTPRequestHandler] = Quiet
) -> Iterator[str]:
    """Where the files of a folder are served; the address ends with a slash."""
    answer = functools.partial(handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, to be started when the site is built: a builder needs an event loop of its own."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        yield running
        running.close()


def forget(page: Page) -> None:
    """Make a page as good as a new one for the next test, and hear all that it still has to say.

    A new page, in a browser that has been nowhere, takes a second of the processors; to look at one
    more page takes a tenth of it. What is kept is the cache of files alone.
    """
    page.evaluate("localStorage.clear(); sessionStorage.clear();")
    page.context.clear_cookies()
    page.emulate_media(media="null")
    page.goto("about:blank")
    page.mouse.move(0, 0)
