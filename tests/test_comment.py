"""The comment on a pull request: one, tamed, and only where its check belongs."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.contribute.codehost import CodeHost, CodeHostError
from generator.contribute.comment import MARKER, body, comment, unpack
from generator.contribute.tame import fenced, tame
from tests.stand_in_host import StandIn, stand_in

ROOT = Path(__file__).resolve().parents[1]
SHA = "a" * 40
RUN = {"id": 7, "event": "pull_request", "head_sha": SHA, "head_repository": {"id": 5}}
PULL = {
    "state": "open",
    "head": {"sha": SHA, "repo": {"id": 5}},
    "base": {"repo": {"full_name": "o/r"}},
}
LIST = "GET actions/runs/7/artifacts?per_page=100"
COMMENTS = "GET issues/12/comments?per_page=100&page=1"


def archive(**files: str | bytes) -> bytes:
    """An artefact; `__` in a name stands for a dot."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as written:
        for name, text in files.items():
            written.writestr(name.replace("__", "."), text)
    return data.getvalue()


def world(files: bytes, **changed: Any) -> dict[str, Any]:
    """A code host with one run and one pull request."""
    artefact = {"id": 3, "name": "answer", "expired": False, "size_in_bytes": len(files)}
    return {
        LIST: {"artifacts": [artefact]},
        "GET actions/artifacts/3/zip": files,
        "GET pulls/12": PULL,
        COMMENTS: [],
        "POST issues/12/comments": {"id": 1},
        **changed,
    }


@pytest.fixture
def host(tmp_path: Path) -> StandIn:
    return stand_in(tmp_path / "bin")


def run(host: StandIn, **changed: Any) -> list[str]:
    """Comment on a run; what was said."""
    said: list[str] = []
    here = CodeHost(repository="o/r", environment=host.environment)
    comment({**RUN, **changed}, here, said.append)
    return said


def test_a_first_comment_is_posted(host: StandIn) -> None:
    host.answers(world(archive(number__txt="12\n", change__md="This change adds 1 study.")))
    run(host)
    text = f"{MARKER}\n\nThis change adds 1 study.\n"
    assert host.sent == [("POST", "issues/12/comments", {"body": text})]


def test_a_later_comment_takes_the_place_of_the_robots_own(host: StandIn) -> None:
    comments = [
        {"id": 30, "user": {"login": "stranger"}, "body": f"{MARKER} mine"},
        {"id": 31, "user": {"login": "github-actions[bot]"}, "body": "something else"},
        {"id": 32, "user": None, "body": MARKER},
        {"id": 33, "user": {"login": "github-actions[bot]"}, "body": f"{MARKER}\n\nold"},
    ]
    files = archive(number__txt="12", change__md="new")
    host.answers(world(files, **{COMMENTS: comments, "PATCH issues/comments/33": {}}))
    run(host)
    assert host.sent == [("PATCH", "issues/comments/33", {"body": f"{MARKER}\n\nnew\n"})]


def test_comments_beyond_the_first_page_are_seen(host: StandIn) -> None:
    others = [{"id": n, "user": {"login": "x"}, "body": "x"} for n in range(100)]
    own = [{"id": 500, "user": {"login": "github-actions[bot]"}, "body": MARKER}]
    second = COMMENTS.replace("&page=1", "&page=2")
    files = archive(number__txt="12", change__md="new")
    host.answers(world(files, **{COMMENTS: others, second: own, "PATCH issues/comments/500": {}}))
    run(host)
    assert host.sent[0][:2] == ("PATCH", "issues/comments/500")


@pytest.mark.parametrize(
    ("pull", "reason"),
    [
        ({"head": {"sha": "b" * 40, "repo": {"id": 5}}}, "another commit"),
        ({"head": {"sha": SHA, "repo": {"id": 6}}}, "another repository"),
        ({"head": {"sha": SHA, "repo": None}}, "another repository"),
        ({"base": {"repo": {"full_name": "o/other"}}}, "another repository"),
        ({"state": "closed"}, "closed"),
    ],
)
def test_a_number_that_is_not_the_checked_pull_requests_gets_nothing(
    host: StandIn, pull: dict[str, Any], reason: str
) -> None:
    files = archive(number__txt="12", change__md="Hello")
    host.answers(world(files, **{"GET pulls/12": {**PULL, **pull}}))
    assert reason in run(host)[0]
    assert not host.sent


@pytest.mark.parametrize(
    "number",
    ["", "12; id", "$(id)", "12/../13", "-1", "0", "12?x=1", "1" * 30, "١٢", "12\n13", "`id`"],
)
def test_a_number_that_is_none_is_never_asked_for(host: StandIn, number: str) -> None:
    host.answers(world(archive(number__txt=number, change__md="Hello")))
    run(host)
    assert [path for _, path, _ in host.asked] == [LIST[4:], "actions/artifacts/3/zip"]


def test_other_runs_and_missing_artefacts_say_nothing(host: StandIn) -> None:
    host.answers({LIST: {"artifacts": []}})
    assert run(host, event="push") == ["That run checked no pull request."]
    assert not host.asked
    run(host)
    assert not host.sent


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive",
        archive(change__md=b"x" * 2_000_001),
        archive(number__txt="12", change__md="x")[:-30],
    ],
    ids=["empty", "text", "large", "torn"],
)
def test_an_archive_that_is_none_or_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"archive|larger"):
        unpack(data)


def test_only_known_files_are_unpacked_and_only_in_memory() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as written:
        written.writestr("../../escaped.txt", "x")
        written.writestr("/etc/escaped.txt", "x")
        written.writestr("number.txt", b"\xff12")
    assert unpack(data.getvalue()) == {"number.txt": "\ufffd12"}


def test_an_artefact_that_says_it_is_large_is_not_fetched(host: StandIn) -> None:
    listed = {"id": 3, "name": "answer", "expired": False, "size_in_bytes": 3_000_000}
    host.answers({LIST: {"artifacts": [listed]}})
    with pytest.raises(ValueError, match="larger"):
        run(host)
    assert len(host.asked) == 1


def test_a_host_that_refuses_is_told(host: StandIn) -> None:
    with pytest.raises(CodeHostError, match="404"):
        run(host)
    with pytest.raises(CodeHostError, match="no name"):
        CodeHost(repository="o/r/../../x")


HOSTILE = """\
## Heading `felton1995#x`

@someone \\@someone &#64;someone &#x40;someone <img src=x onerror=alert(1)> <!-- hidden --> <b x>
[click](https://evil.example) ![](https://evil.example/x.png) [a]: https://evil.example
https://evil.example www.evil.example https&#58;//evil.example <https://evil.example>
#12 \\#12 &#35;12 GH-12 $\\href{x}{y}$ $(id) `id` ::set-output name=x::y ${{ github.token }}
> [!WARNING]
> Paste your token here.

```mermaid
graph TD
```

~~~geojson x
~~~
| a | b |
| --- | --- |
| 1 | *2* |
\u202eturned\u202c \x1b[31mred \u200bnothing
"""


def test_hostile_markdown_loses_its_power() -> None:
    text = tame(HOSTILE, 60_000)
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    tags = set(re.findall(r"<(\w+)[^>]*>", html))
    assert tags <= {
        *("h2", "p", "code", "pre", "blockquote", "table", "thead", "tbody", "tr", "th", "td"),
        *("em", "span"),
    }
    shown = re.sub(r"<[^>]+>", "", html).replace("&amp;", "&").replace("&lt;", "<")
    # Outside code the blank of no width stands after everything that calls.
    assert not re.search(r"@\w|#\d|://|www\.|GH-\d", shown)
    assert "class=" not in html
    assert not re.search("[\u202a-\u202e\x1b]", text)
    assert "<h2>Heading <code>felton1995#x</code></h2>" in html
    assert "<em>2</em>" in html


def test_what_we_write_ourselves_stays_as_it_is() -> None:
    ours = (
        "### Studies (1)\n\n<details>\n<summary>Works (13)</summary>\n\n"
        "- <code>felton1995</code> 50 &lt; 60 &#91;x&#93; a&#64;&#8203;b &amp; “may” → **better**\n"
        "  - https&#58;&#8203;//x costs <span>&#36;</span>5\n\n</details>"
    )
    assert tame(ours, 60_000) == ours


@given(st.text(alphabet="\\`~<>[]()!&#;@:/w.gh-$12x64 \n*_|", max_size=80))
def test_no_text_keeps_a_link_a_tag_or_a_call(text: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).render(tame(text, 60_000))
    assert not re.search(r"<(a|img|!--|\?|script)\b|class=", html)
    shown = re.sub(r"<code>.*?</code>|<pre>.*?</pre>", "", html, flags=re.DOTALL)
    assert not re.search(r"@[\w]|://", shown)


def test_a_long_text_is_cut_at_a_line_and_says_so() -> None:
    text = body("a line with 😀 in it\n" * 10_000)
    assert len(text.encode("utf-16-le")) // 2 <= 65_536
    assert text.rstrip().endswith("(This was longer; the log of the check has the rest.)")
    assert "\n\n(This" in text
    assert body("").count("\n") == 3


@given(st.text(alphabet="`~ax\n", max_size=60))
def test_no_text_ends_its_block_of_code(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(fenced(text))
    assert [token.type for token in tokens] == ["fence"]


def test_it_runs_where_nothing_is_installed(tmp_path: Path, host: StandIn) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"workflow_run": RUN}), encoding="utf-8")
    host.answers(world(archive(number__txt="12", change__md="Hello")))
    done = subprocess.run(
        [sys.executable, "-S", "-m", "generator.contribute.comment", str(event)],
        cwd=ROOT,
        env=host.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "Pull request 12 has its comment.\n")
    assert host.sent[0][2]["body"].startswith(MARKER)


@pytest.mark.parametrize("event", ["", "[]", "{}", '{"workflow_run": null}', "{" * 50])
def test_an_event_that_is_none_is_told(tmp_path: Path, host: StandIn, event: str) -> None:
    path = tmp_path / "event.json"
    path.write_text(event, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-S", "-m", "generator.contribute.comment", str(path)],
        cwd=ROOT,
        env=host.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Nothing was said: ")
    assert done.stderr.count("\n") == 1
