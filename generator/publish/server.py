"""A server on this machine that shows a site while it is written.

When a source changes, open pages load themselves again, or say what is to be mended.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import unquote, urlsplit

from generator.publish.preview import Preview
from generator.publish.theme import BuildFailed

_WATCHED: Final = ("briefs", "data", "templates", "site_overrides", "mkdocs.yml")
_LOOK: Final = ("templates", "site_overrides", "mkdocs.yml")
_PAUSE: Final = 0.1
_REST: Final = 5  # how much longer than a look at the files the pause after it is, at least
_STATE: Final = "-/state.json"
_SCRIPT: Final = "-/live.js"
_HERE: Final = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?", re.IGNORECASE)
_LIVE: Final = b"""'use strict';
(() => {
  let seen = null;
  const box = document.createElement('pre');
  box.setAttribute('role', 'status');
  const ask = async () => {
    try {
      const state = await (await fetch('/-/state.json', { cache: 'no-store' })).json();
      box.textContent = state.problems.join('\\n');
      box.remove();
      if (state.problems.length) document.querySelector('main').prepend(box);
      else if (seen !== null && seen !== state.version) location.reload();
      seen = state.version;
    } catch { /* the server was stopped */ }
    setTimeout(ask, document.hidden ? 1000 : 50);
  };
  ask();
})();
"""


class _Handler(SimpleHTTPRequestHandler):
    """Serves generated pages as they are now, and all else from the last build."""

    def __init__(self, preview: Preview, *args: object, **kwargs: object) -> None:
        self._preview = preview
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def parse_request(self) -> bool:
        """Refuse what asks for another host: a site elsewhere can give its name the address of this
        machine, and its pages could then read all that is shown here."""
        if not super().parse_request():
            return False
        here = _HERE.fullmatch(self.headers.get("Host", ""))
        if not here:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "This is a server for localhost alone")
        return here is not None

    def do_GET(self) -> None:
        """Answer with a page, or with a file of the last build."""
        path = unquote(urlsplit(self.path).path).removeprefix("/")
        if path == _SCRIPT:
            self._answer(_LIVE, "text/javascript")
        elif path == _STATE:
            state = {"version": self._preview.version, "problems": self._preview.problems}
            self._answer(json.dumps(state).encode(), "application/json")
        else:
            self._page(path)

    def _page(self, path: str) -> None:
        try:
            made = self._preview.get(path)
        except BuildFailed as error:
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR, explain=str(error))
            return
        if made is None:
            super().do_GET()
        elif path.endswith("/") or not path:
            live = f'<script src="/{_SCRIPT}" defer></script></body>'.encode()
            self._answer(made.replace(b"</body>", live), "text/html; charset=utf-8")
        else:
            self._answer(made, self.guess_type(path))

    def send_head(self) -> BytesIO | BinaryIO | None:
        """A path that no file can have leads to none."""
        try:
            return super().send_head()
        except ValueError:
            self.send_error(HTTPStatus.NOT_FOUND)
            return None

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def handle_one_request(self) -> None:
        """A page that was left does not wait for its answer."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""


def handler_of(preview: Preview, root: Path) -> Callable[..., SimpleHTTPRequestHandler]:
    """What answers the requests for one site."""
    return partial(_Handler, preview, directory=str(root / "site"))


def serve(
    root: Path,
    preview: Preview,
    port: int,
    changed: Callable[[bool], None],
    say: Callable[[str], None],
) -> None:
    """Serve on 127.0.0.1 until interrupted; port 0 takes one that is free.

    When a source changes, `changed` is called; it is told whether the look of pages may be other.
    """
    with ThreadingHTTPServer(("127.0.0.1", port), handler_of(preview, root)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            say(f"http://127.0.0.1:{server.server_port}/ (stop with Ctrl+C)")
            _watch(root, changed)
        except KeyboardInterrupt:
            server.shutdown()


def _watch(root: Path, changed: Callable[[bool], None]) -> None:
    seen, pause = _state(root), _PAUSE
    while True:
        threading.Event().wait(pause)
        began = time.perf_counter()
        now = _state(root)
        pause = max(_PAUSE, _REST * (time.perf_counter() - began))
        if now != seen:
            places = {
                Path(path).relative_to(root).parts[0] for path, _ in seen.items() ^ now.items()
            }
            seen = now
            changed(bool(places & set(_LOOK)))


def _state(root: Path) -> dict[str, int]:
    """When each source file last changed."""
    found: dict[str, int] = {}
    for name in _WATCHED:
        place = root / name
        if place.is_dir():
            found.update(_below(str(place)))
        elif place.exists():
            found[str(place)] = place.stat().st_mtime_ns
    return found


def _below(folder: str) -> Iterator[tuple[str, int]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    yield from _below(entry.path)
                else:
                    yield entry.path, entry.stat().st_mtime_ns
    except OSError:
        return  # it was removed while we looked
