"""A built site served as a web host serves it, and read by Chromium at the size of a phone.

Bytes are counted where they leave the server, with their headers; texts go out as gzip. Times are
the least of several visits, each by a browser that has been nowhere, and so is the work of the
page's processes, in processor seconds.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from tests.browsing import Quiet

_TEXTS: Final = frozenset({".html", ".js", ".css", ".json", ".svg", ".xml", ".txt", ".csv"})
_PHONE: Final = {"width": 390, "height": 844}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What it took until a page showed something: bytes by address, seconds by the clock, and
    seconds of processors in the page's own processes."""

    sent: tuple[tuple[str, int], ...]
    seconds: float
    work: float

    @property
    def bytes(self) -> int:
        """All bytes that were sent."""
        return sum(size for _, size in self.sent)

    def kilobytes(self) -> str:
        """Bytes as readers of tables like them."""
        return f"{self.bytes / 1000:.0f} KB"


class Host:
    """What a server sent, while it runs; `address` ends with a slash."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.sent: list[tuple[str, int]] = []

    def taken(self) -> tuple[tuple[str, int], ...]:
        """What was sent since this was asked last."""
        taken, self.sent[:] = tuple(self.sent), []
        return taken


@functools.cache
def _answer(kind: str, path: Path, stamp: int) -> bytes:
    """A file as it goes out; `stamp` is its time, so that none is sent that was changed since."""
    body = path.read_bytes()
    packed = path.suffix in _TEXTS
    body = gzip.compress(body, 6, mtime=0) if packed else body
    head = (
        "HTTP/1.1 200 OK",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Cache-Control: max-age=600",
        *(["Content-Encoding: gzip"] if packed else []),
    )
    return "\r\n".join((*head, "", "")).encode() + body


class _Handler(Quiet):
    protocol_version = "HTTP/1.1"

    def __init__(self, host: Host, *args: object, **kwargs: object) -> None:
        self._host = host
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send a file whole, and remember how much that was."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        answer = _answer(self.guess_type(path), path, path.stat().st_mtime_ns)
        self._host.sent.append((self.path, len(answer)))
        self.wfile.write(answer)


@contextmanager
def serving(site: Path) -> Iterator[Host]:
    """Serve a built site on this machine."""
    host = Host("")
    handler = functools.partial(_Handler, host, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        host.address = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield host
        server.shutdown()


@contextmanager
def phone(browser: Browser) -> Iterator[Page]:
    """A page of the size of a phone, in a browser that has been nowhere."""
    context = browser.new_context(viewport=_PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def timed(browser: Browser, host: Host, act: Callable[[], None]) -> Visit:
    """What an act of a reader took."""
    host.taken()
    worked, began = _work(browser), time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    return Visit(sent=host.taken(), seconds=seconds, work=_work(browser) - worked)


def _work(browser: Browser) -> float:
    """Processor seconds so far of the processes that show pages."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return sum(float(one["cpuTime"]) for one in processes if one["type"] == "renderer")
