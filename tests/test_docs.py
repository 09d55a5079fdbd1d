"""The documents for contributors: what they show is what happens, and nothing in them is lost."""

from __future__ import annotations

import http.server
import io
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from generator.cli import main
from generator.contribute.init import init, starter

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "README.md")
EXAMPLE = ROOT / "docs/worked-example.md"
_BLOCK = re.compile(r"(?:<!-- (write|edit) (\S+) -->\n)?^```(\w*)\n(.*?)^```$", re.M | re.S)
_COMMAND = re.compile(r"\bbriefs ([a-z]+)((?: +(?:--?[a-z-]+(?:\|[a-z]+)*|[A-Z0-9-]+))*)")
_ANSWER = {
    "status": "ok",
    "message": {
        "DOI": "10.5555/tea.2024",
        "type": "journal-article",
        "title": ["Invented example: Tea breaks and sleep"],
        "author": [{"name": "Invented"}],
        "issued": {"date-parts": [[2024]]},
        "container-title": ["Journal of Things That Never Happened"],
        "volume": "6",
        "page": "1-12",
    },
}


def documents() -> list[Path]:
    return [*(ROOT / name for name in DOCUMENTS), *sorted((ROOT / "docs").glob("*.md"))]


class _Registry(http.server.BaseHTTPRequestHandler):
    """Knows the one work of the worked example."""

    def do_GET(self) -> None:
        known = "/works/10.5555" in self.path
        body = json.dumps(_ANSWER if known else {}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Registry) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        for name in ("CROSSREF", "PUBMED", "OPENALEX", "DATACITE", "DOI", "EUROPEPMC"):
            address = f"http://127.0.0.1:{server.server_port}/{name.lower()}"
            monkeypatch.setenv(f"BRIEFS_{name}_URL", address)
        monkeypatch.setenv("BRIEFS_CONTACT", "reader@example.org")
        yield
        server.shutdown()
        thread.join()


def git(*arguments: str) -> None:
    who = {
        f"GIT_{role}_{what}": "x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    subprocess.run(["git", *arguments], check=True, capture_output=True, env={**os.environ, **who})


def change(path: Path, text: str) -> None:
    """Put the lines with a plus in place of those with a minus."""
    lines = text.splitlines()
    old = "".join(f"{line[1:]}\n" for line in lines if line.startswith("-"))
    new = "".join(f"{line[1:]}\n" for line in lines if line.startswith("+"))
    before = path.read_text(encoding="utf-8")
    assert before.count(old) == 1, old
    path.write_text(before.replace(old, new), encoding="utf-8")


def like(shown: str) -> re.Pattern[str]:
    """What a document shows, as a pattern: a line of three dots stands for any lines."""
    parts = re.split(r"^\.\.\.\n", shown, flags=re.M)
    return re.compile("(?:.*\n)*".join(map(re.escape, parts)))


def test_the_worked_example_is_what_happens(
    tmp_path: Path,
    registry: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert init(tmp_path / "tea", say=lambda _: None) == 0
    monkeypatch.chdir(tmp_path / "tea")
    for command in ("init --quiet --initial-branch main", "add .", "commit --quiet --message x"):
        git(*command.split())
    ran = []
    for what, path, kind, text in _BLOCK.findall(EXAMPLE.read_text(encoding="utf-8")):
        if what == "write":
            Path(path).write_text(text, encoding="utf-8")
        elif what == "edit":
            change(Path(path), text)
        elif kind == "bibtex":
            assert text in Path("data/library.bib").read_text(encoding="utf-8")
        elif kind == "console":
            for command, shown in re.findall(r"^\$ briefs (.*)\n((?:(?!\$ ).*\n)*)", text, re.M):
                said = io.StringIO()
                with redirect_stdout(said), redirect_stderr(said):
                    main(command.split())
                assert like(shown).fullmatch(said.getvalue()), said.getvalue()
                ran.append(command.split()[0])
    assert ran == ["add", "check", "check", "check", "check", "fmt", "check", "diff", "trace"]


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.S)):
        if target.startswith(("https://", "http://")):
            continue
        name, _, anchor = target.partition("#")
        there = path.parent / name if name else path
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.M)
            assert anchor in {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_command_is_one(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, options in set(_COMMAND.findall(path.read_text(encoding="utf-8"))):
        with pytest.raises(SystemExit) as stop:
            main([name, "--help"])
        assert stop.value.code == 0, name
        usage = capsys.readouterr().out
        for option in re.findall(r"--[a-z]+", options):
            assert option in usage, f"briefs {name} {option}"


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_file_that_is_named_is_there(path: Path) -> None:
    ours = re.compile(r"`((?:generator|data|docs|templates|tests|\.github|\.ci)/[\w./-]*)`")
    for name in ours.findall(path.read_text(encoding="utf-8")):
        assert "NAME" in name or (ROOT / name).exists(), name


def test_the_documents_of_a_new_site_name_what_it_has() -> None:
    files = starter()
    for name in ("README.md", "CONTRIBUTING.md"):
        for path in re.findall(r"`((?:data|briefs)/[\w./-]+\w)`", files[name]):
            assert any(known == path or known.startswith(f"{path}/") for known in files), path


def test_the_code_of_conduct_invents_no_address() -> None:
    text = (ROOT / "CODE_OF_CONDUCT.md").read_text(encoding="utf-8")
    assert "@" not in text
    assert "http" not in text
    assert "*Report a vulnerability*" in text
