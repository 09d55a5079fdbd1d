"""Puts what a check found into one comment on its pull request, which later checks write anew.

``python -m generator.contribute.comment EVENT.json`` runs with the right to comment, and reads an
artefact that the pull request's own code may have made. So the artefact is data of a known shape
and a small size, the pull request is asked of the code host and must be the one that was checked,
and the text is tamed. Needs nothing but Python and `gh`; runs none of the pull request's code.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from generator.contribute.codehost import CodeHost, CodeHostError
from generator.contribute.tame import tame

FINE, BROKEN = 0, 2
MARKER: Final = "<!-- evidence-briefs: what a check found -->"
ARTEFACT: Final = "answer"
AUTHOR: Final = "github-actions[bot]"
_MOST_BYTES: Final = 2_000_000
# A comment holds 65,536 characters; some are for the marker.
_MOST_CHARACTERS: Final = 65_000
_NUMBER_FILE, _TEXT = "number.txt", "change.md"
_NOTHING_TOLD: Final = "The check could not say what changes; its log says why."
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_SHA: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

Say = Callable[[str], None]


def main(arguments: list[str] | None = None) -> int:
    """Parse the arguments and comment; the exit code: 0 done or nothing to do, 2 broken."""
    parser = argparse.ArgumentParser(prog="generator.contribute.comment")
    parser.add_argument("event", type=Path, help="the file of the event `workflow_run`")
    options = parser.parse_args(arguments)
    try:
        event = json.loads(options.event.read_text(encoding="utf-8"))
        host = CodeHost(repository=os.environ.get("GITHUB_REPOSITORY", ""))
        comment(event["workflow_run"], host, _say)
    except (OSError, ValueError, KeyError, TypeError, CodeHostError) as error:
        _say(f"Nothing was said: {type(error).__name__}: {error}")
        return BROKEN
    return FINE


def comment(run: Mapping[str, Any], host: CodeHost, say: Say) -> None:
    """Write the comment of one finished check, or say why there is none to write."""
    if run["event"] != "pull_request":
        say("That run checked no pull request.")
        return
    files = _artefact(int(run["id"]), host)
    number = files.get(_NUMBER_FILE, "").strip()
    if not _NUMBER.fullmatch(number):
        say("The check left no number of a pull request.")
        return
    if fault := _fault(host.get(f"pulls/{number}"), run, host.repository):
        say(f"Pull request {number} gets no comment: {fault}.")
        return
    text = body(files.get(_TEXT, ""))
    own = _own_comment(host.pages(f"issues/{number}/comments"))
    if own is None:
        host.send("POST", f"issues/{number}/comments", {"body": text})
    else:
        host.send("PATCH", f"issues/comments/{own}", {"body": text})
    say(f"Pull request {number} has its comment.")


def body(change: str) -> str:
    """The comment's Markdown around the text that the check left, whatever it holds."""
    told = tame(change, _MOST_CHARACTERS)
    return f"{MARKER}\n\n{told or _NOTHING_TOLD}\n"


def unpack(data: bytes) -> dict[str, str]:
    """The known files of an artefact, in memory; ValueError where one is too large or is no text.

    Sizes are counted while reading: what an archive says of itself is not believed.
    """
    found = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in sorted({_NUMBER_FILE, _TEXT} & set(archive.namelist())):
                with archive.open(name) as file:
                    found[name] = file.read(_MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, struct.error) as error:
        raise ValueError(f"the artefact is no archive that can be read: {error}") from error
    for name, content in found.items():
        if len(content) > _MOST_BYTES:
            raise ValueError(f"{name} is larger than {_MOST_BYTES:,} bytes")
    return {name: content.decode("utf-8", errors="replace") for name, content in found.items()}


def _artefact(run: int, host: CodeHost) -> dict[str, str]:
    listed = host.get(f"actions/runs/{run}/artifacts?per_page=100")["artifacts"]
    ours = [a for a in listed if a["name"] == ARTEFACT and not a["expired"]]
    if not ours:
        return {}
    newest = max(ours, key=lambda artefact: int(artefact["id"]))
    if int(newest["size_in_bytes"]) > _MOST_BYTES:
        raise ValueError(f"the artefact is larger than {_MOST_BYTES:,} bytes")
    return unpack(host.fetch(f"actions/artifacts/{int(newest['id'])}/zip"))


def _fault(pull: Mapping[str, Any], run: Mapping[str, Any], repository: str) -> str:
    """Why a pull request is not the one that the run checked, or an empty text.

    The number was written by the pull request's own code; the commit and the repository that it
    came from were not.
    """
    if not _SHA.fullmatch(str(run["head_sha"])):
        return "the run names no commit"
    if pull["base"]["repo"]["full_name"].lower() != repository.lower():
        return "it is in another repository"
    home = pull["head"]["repo"]
    if home is None or home["id"] != run["head_repository"]["id"]:
        return "the check was of another repository"
    if pull["head"]["sha"] != run["head_sha"]:
        return "the check was of another commit, and a newer one will answer"
    return "" if pull["state"] == "open" else "it is closed"


def _own_comment(comments: Iterable[Mapping[str, Any]]) -> int | None:
    """The id of the comment that an earlier check left; anybody may copy the marker."""
    for one in comments:
        author = (one.get("user") or {}).get("login")
        if author == AUTHOR and str(one.get("body") or "").startswith(MARKER):
            return int(one["id"])
    return None


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
