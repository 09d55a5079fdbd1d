"""A server on this machine that shows a site while it is written.

When a source changes, open pages load themselves again, or say what is to be mended.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from generator.publish.preview import Preview
from generator.publish.theme import BuildFailed

_WATCHED: Final = ("briefs", "data", "templates", "site_overrides", "mkdocs.yml")
_LOOK: Final = ("templates", "site_overrides", "mkdocs.yml")
_PAUSE: Final = 0.2
_STATE: Final = "-/state.json"
_SCRIPT: Final = "-/live.js"
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
    setTimeout(ask, 300);
  };
  ask();
})();
"""


class _Handler(SimpleHTTPRequestHandler):
    """Serves generated pages as they are now, and all else from the last build."""

    def __init__(self, preview: Preview, *args: object, **kwargs: object) -> None:
        self._preview = preview
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

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

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""


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
    handler = partial(_Handler, preview, directory=str(root / "site"))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            say(f"http://127.0.0.1:{server.server_port}/ (stop with Ctrl+C)")
            _watch(root, changed)
        except KeyboardInterrupt:
            server.shutdown()


def _watch(root: Path, changed: Callable[[bool], None]) -> None:
    seen = _state(root)
    while True:
        threading.Event().wait(_PAUSE)
        now = _state(root)
        if now != seen:
            places = {path.relative_to(root).parts[0] for path, _ in seen.items() ^ now.items()}
            seen = now
            changed(bool(places & set(_LOOK)))


def _state(root: Path) -> dict[Path, int]:
    """When each source file last changed."""
    found = {}
    for path in _sources(root):
        try:
            found[path] = path.stat().st_mtime_ns
        except OSError:
            continue  # it was removed while we looked
    return found


def _sources(root: Path) -> Iterator[Path]:
    for name in _WATCHED:
        place = root / name
        if place.is_file():
            yield place
        yield from (path for path in place.rglob("*") if path.is_file())
