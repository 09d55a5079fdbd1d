"""Showing a site while it is written: an edit is seen at once, and a fault takes nothing away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from generator.cli import main
from generator.publish.build import templates_of
from generator.publish.preview import Preview
from generator.publish.server import handler_of

Edit = Callable[[str, str, str], None]
STUDY = "data/studies/dahl2012.yaml"


@pytest.fixture
def preview(tree: Path) -> Preview:
    assert main(["build", "--root", str(tree), "--no-pdf"]) == 0
    shown = Preview(tree, templates_of(tree))
    shown.refresh()
    return shown


def text(preview: Preview, path: str) -> str:
    made = preview.get(path)
    assert made is not None
    return made.decode()


def test_a_page_is_as_it_would_be_built(preview: Preview, tree: Path) -> None:
    for path in ("", "studies/dahl2012/", "briefs/choirs/", "studies/", "glossary/", "briefs/"):
        assert text(preview, path) == (tree / "site" / path / "index.html").read_text("utf-8")
    assert preview.get("assets/site.css") is None
    assert preview.get("studies/nobody/") is None


def test_an_edit_shows_on_every_page_that_tells_of_it(preview: Preview, edit: Edit) -> None:
    assert "halls that were icy" not in text(preview, "studies/dahl2012/")
    edit(STUDY, "halls that were cold", "halls that were icy")
    preview.refresh()
    assert "halls that were icy" in text(preview, "studies/dahl2012/")
    assert "halls that were icy" in text(preview, "themes/cold-halls/")


def test_an_edit_of_the_library_shows_wherever_a_work_is_cited(
    preview: Preview, edit: Edit
) -> None:
    before = [text(preview, path) for path in ("studies/", "references/")]
    edit(STUDY, "halls that were cold", "halls that were icy")
    preview.refresh()
    assert [text(preview, path) for path in ("studies/", "references/")] == before
    edit("data/library.bib", "{Dahl, ", "{Dahlgren, ")
    preview.refresh()
    assert "Dahlgren, " in text(preview, "works/dahl2012/")
    assert "(Dahlgren, 2012)" in text(preview, "studies/")
    assert "Dahl, " not in text(preview, "works/dahl2012/")


def test_a_new_record_has_a_page_and_others_lead_to_it(preview: Preview, tree: Path) -> None:
    record = (tree / STUDY).read_text("utf-8").replace("title: ", "title: More on ")
    record = record.replace("participants: {n: ", "participants: {n: 1")
    (tree / "data/studies/dahl2012b.yaml").write_text(record, encoding="utf-8")
    preview.refresh()
    assert "More on" in text(preview, "studies/dahl2012b/")
    assert 'href="../../studies/dahl2012b/"' in text(preview, "works/dahl2012/")


def test_a_fault_leaves_the_pages_and_says_what_to_mend(preview: Preview, edit: Edit) -> None:
    before = text(preview, "studies/ahlgren2001/")
    edit("data/studies/ahlgren2001.yaml", "direction: benefit", "direction: benefits")
    preview.refresh()
    assert text(preview, "studies/ahlgren2001/") == before
    assert any("ahlgren2001.yaml" in problem for problem in preview.problems)
    edit("data/studies/ahlgren2001.yaml", "direction: benefits", "direction: benefit")
    preview.refresh()
    assert preview.problems == ()


def test_a_change_of_the_theme_is_seen(preview: Preview, tree: Path, edit: Edit) -> None:
    edit("mkdocs.yml", "site_name: Choir Evidence", "site_name: Evidence on choirs")
    preview.refresh(look=True)
    assert "Evidence on choirs" in text(preview, "studies/dahl2012/")


@pytest.fixture
def server(tree: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "generator", "serve", "--no-pdf", "--port", "0"]
    with subprocess.Popen(
        [*command, "--root", str(tree)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as running:
        assert running.stderr is not None
        lines = iter(running.stderr.readline, "")
        yield next(line.split()[0] for line in lines if line.startswith("http://"))
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0


def fetched(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        content: bytes = answer.read()
    return content.decode()


def test_the_server_shows_an_edit_and_tells_open_pages(server: str, edit: Edit) -> None:
    page = fetched(f"{server}studies/dahl2012/")
    assert '<script src="/-/live.js" defer></script></body>' in page
    assert "fetch('/-/state.json'" in fetched(f"{server}-/live.js")
    assert fetched(f"{server}assets/site.css")
    before = json.loads(fetched(f"{server}-/state.json"))["version"]
    edit(STUDY, "halls that were cold", "halls that were icy")
    for _ in range(100):
        if json.loads(fetched(f"{server}-/state.json"))["version"] > before:
            break
        time.sleep(0.1)
    assert "halls that were icy" in fetched(f"{server}studies/dahl2012/")


HERE = ("localhost", "LOCALHOST", "127.0.0.1", "[::1]")
ELSEWHERE = (
    *("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:80", ""),
    *("127.0.0.2", "0.0.0.0", "localhost@evil.example", "localhost, evil.example", "[::1].x"),
)


@pytest.fixture
def port(preview: Preview, tree: Path) -> Iterator[int]:
    """Where a server of this process shows the site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler_of(preview, tree)) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield running.server_port
        running.shutdown()


def asked(port: int, path: str, *, method: str = "GET", host: str = "localhost") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    with closing(connection):
        connection.putrequest(method, path, skip_host=True)
        if host:
            connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_no_site_elsewhere_can_read_what_is_shown(port: int) -> None:
    """A name of theirs that leads to this machine is refused, whatever is asked for."""
    for path in ("/", "/-/state.json", "/-/live.js", "/data/evidence.json", "/assets/site.css"):
        for host in HERE:
            for name in (host, f"{host}:{port}"):
                assert asked(port, path, host=name)[0] == 200
        for host in ELSEWHERE:
            for method in ("GET", "HEAD"):
                status, told = asked(port, path, method=method, host=host)
                assert status == 421
                assert "choir" not in told.lower()


@pytest.mark.parametrize(
    "path",
    [
        *("/../mkdocs.yml", "/%2e%2e/mkdocs.yml", "/..%2fmkdocs.yml", "/assets/..%2f../mkdocs.yml"),
        *("//etc/passwd", "/%2fetc/passwd", "/studies/../../mkdocs.yml", "/..%5cmkdocs.yml"),
        *("/%00", "/-/../../mkdocs.yml", "/studies/%2e%2e/%2e%2e/mkdocs.yml/", "/mkdocs.yml"),
        *("/build/docs/index.md", "/data/library.bib/../../../mkdocs.yml", "/%ff%fe", "/~root/"),
    ],
)
def test_no_path_leads_out_of_the_site(port: int, path: str) -> None:
    for method in ("GET", "HEAD"):
        status, told = asked(port, path, method=method)
        assert status == 404
        assert "site_name" not in told
        assert "root:" not in told
