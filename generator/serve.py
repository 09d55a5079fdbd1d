"""A local server that shows the built site and builds it again when a source changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_WATCHED = ("briefs", "data", "templates", "site_overrides", "mkdocs.yml")
_PAUSE = 0.4


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def serve(root: Path, port: int, build: Callable[[], int], say: Callable[[str], None]) -> int:
    """Build, then serve ROOT/site on 127.0.0.1 until interrupted; return the exit code."""
    code = build()
    handler = partial(_Quiet, directory=str(root / "site"))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say(f"http://127.0.0.1:{server.server_port}/ (stop with Ctrl+C)")
        seen = _state(root)
        try:
            while True:
                threading.Event().wait(_PAUSE)
                now = _state(root)
                if now != seen:
                    seen, code = now, build()
        except KeyboardInterrupt:
            server.shutdown()
    return code


def _state(root: Path) -> dict[Path, int]:
    """When each source file last changed."""
    return {path: path.stat().st_mtime_ns for path in _sources(root)}


def _sources(root: Path) -> Iterator[Path]:
    for name in _WATCHED:
        place = root / name
        if place.is_file():
            yield place
        yield from (path for path in place.rglob("*") if path.is_file())
