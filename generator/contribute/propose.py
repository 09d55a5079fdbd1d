"""Offers a written record as a pull request, or answers the issue that it was to come from.

``python -m generator.contribute.propose EVENT.json --answer FILE`` follows
`generator.contribute.issue` and takes the files that it wrote. The branch's name is made from the
record's id alone; files, texts and titles are sent as JSON; no command holds any of them, and the
working copy stays as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from generator.contribute.codehost import CodeHost, CodeHostError
from generator.contribute.issue import BROKEN, FINE, read_event
from generator.ledger import LEDGER_FOLDER
from generator.library import LIBRARY_PATH, STUDIES_FOLDER
from generator.load.names import slug_fault

_SHA: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LEDGER_FILE: Final = re.compile(rf"{LEDGER_FOLDER}/[A-Za-z0-9_-]{{1,100}}\.json")

Say = Callable[[str], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments and offer; the exit code: 0 offered or answered, 2 broken."""
    parser = argparse.ArgumentParser(prog="generator.contribute.propose")
    parser.add_argument("event", type=Path, help="the file of the event `issues`")
    parser.add_argument("--root", type=Path, default=Path(), help="the folder of the site")
    parser.add_argument("--answer", type=Path, required=True, help="the answer's file")
    parser.add_argument("--result", type=Path, help="the proposal's file (ANSWER with .json)")
    parser.add_argument("--label", default="", help="the label to take off where it is answered")
    options = parser.parse_args(arguments)
    result = options.result or options.answer.with_suffix(".json")
    try:
        host = CodeHost(repository=os.environ.get("GITHUB_REPOSITORY", ""))
        number = read_event(options.event).number
        if result.is_file():
            proposal = json.loads(result.read_text(encoding="utf-8"))
            told = offer(proposal, options.root, os.environ, host, _say)
        else:
            told = options.answer.read_text(encoding="utf-8")
            _take_off(options.label, number, host)
        host.send("POST", f"issues/{number}/comments", {"body": told})
    except (OSError, ValueError, KeyError, TypeError, CodeHostError) as error:
        _say(f"The issue could not be answered: {type(error).__name__}: {error}")
        return BROKEN
    return FINE


def offer(
    proposal: Mapping[str, Any],
    root: Path,
    environment: Mapping[str, str],
    host: CodeHost,
    say: Say,
) -> str:
    """Make a branch with one commit, and a pull request from it; what to tell the issue.

    Raises ValueError for a proposal of anything but a record and its entry, and `CodeHostError`
    where the branch cannot be made. An existing branch is left alone.
    """
    study, paths = str(proposal["id"]), [str(path) for path in proposal["paths"]]
    branch = _branch(study, paths)
    if any(
        r["ref"] == f"refs/heads/{branch}" for r in host.get(f"git/matching-refs/heads/{branch}")
    ):
        return f"There is a branch `{branch}` already, so nothing was changed. Please go on there."
    parent = environment.get("GITHUB_SHA", "")
    if not _SHA.fullmatch(parent):
        raise ValueError("GITHUB_SHA must name the commit to start from")
    commit = _commit(str(proposal["message"]), paths, root, parent, host)
    host.send("POST", "git/refs", {"ref": f"refs/heads/{branch}", "sha": commit})
    request = {
        "title": str(proposal["title"]),
        "head": branch,
        "base": environment["GITHUB_REF_NAME"],
        "body": str(proposal["body"]),
    }
    try:
        number = int(host.send("POST", "pulls", request)["number"])
    except CodeHostError as error:
        say(str(error))
        return f"Thank you. The record stands in the branch `{branch}`; a maintainer opens it."
    return f"Thank you. #{number} holds the record now; people compare it with the source there."


def _branch(study: str, paths: Sequence[str]) -> str:
    """The branch for a record; ValueError where id or paths are not those of a record."""
    if fault := slug_fault(study):
        raise ValueError(f"the record's id {fault}")
    fixed = {f"{STUDIES_FOLDER}/{study}.yaml", LIBRARY_PATH}
    if not paths or any(path not in fixed and not _LEDGER_FILE.fullmatch(path) for path in paths):
        raise ValueError("a proposal holds a record, and its work's entry, and nothing else")
    return f"study/{study}"


def _commit(message: str, paths: Sequence[str], root: Path, parent: str, host: CodeHost) -> str:
    """Make a commit with the files at the paths on top of `parent`; its name."""
    files = [
        {
            "path": path,
            "mode": "100644",
            "type": "blob",
            "content": (root / path).read_text(encoding="utf-8"),
        }
        for path in paths
    ]
    base = host.get(f"git/commits/{parent}")["tree"]["sha"]
    tree = host.send("POST", "git/trees", {"base_tree": base, "tree": files})["sha"]
    body = {"message": message, "tree": tree, "parents": [parent]}
    return str(host.send("POST", "git/commits", body)["sha"])


def _take_off(label: str, number: int, host: CodeHost) -> None:
    """Take the label off, so that setting it anew starts this again; it may be gone already."""
    if not label:
        return
    try:
        host.send("DELETE", f"issues/{number}/labels/{quote(label, safe='')}", None)
    except CodeHostError as error:
        _say(str(error))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
