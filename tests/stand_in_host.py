"""A stand-in for the code host's program `gh`: a real program that answers from a file.

It answers ``gh api --method METHOD repos/OWNER/NAME/PATH [--input -]`` with what the world's file
holds for ``METHOD PATH``, and writes each question down. What it does not know is "Not Found".
"""

from __future__ import annotations

import base64
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = """#!{python}
import base64, json, os, pathlib, sys
arguments = sys.argv[1:]
folder = pathlib.Path({folder!r})
assert arguments[:2] == ["api", "--method"], arguments
method, path = arguments[2], arguments[3].split("/", 3)[3]
assert arguments[4:] in ([], ["--input", "-"]), arguments
sent = json.loads(sys.stdin.buffer.read()) if arguments[4:] else None
with (folder / "log").open("a") as log:
    log.write(json.dumps([method, path, sent]) + "\\n")
world = json.loads((folder / "world.json").read_text())
key = method + " " + path
if key not in world:
    sys.exit("gh: Not Found (HTTP 404)")
answer = world[key]
if isinstance(answer, dict) and "bytes" in answer:
    sys.stdout.buffer.write(base64.b64decode(answer["bytes"]))
else:
    print(json.dumps(answer))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A folder with the program in it."""

    folder: Path

    def answers(self, world: dict[str, Any]) -> None:
        """What it answers from now on; bytes are given as bytes."""
        told = {
            question: {"bytes": base64.b64encode(answer).decode()}
            if isinstance(answer, bytes)
            else answer
            for question, answer in world.items()
        }
        (self.folder / "world.json").write_text(json.dumps(told), encoding="utf-8")

    @property
    def asked(self) -> list[tuple[str, str, Any]]:
        """Every question so far: method, path, body."""
        log = self.folder / "log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [tuple(json.loads(line)) for line in lines]

    @property
    def sent(self) -> list[tuple[str, str, Any]]:
        """Every question that changes something."""
        return [question for question in self.asked if question[0] != "GET"]

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process find the program before any other of its name."""
        path = os.pathsep.join((str(self.folder), os.environ["PATH"]))
        return {**os.environ, "PATH": path, "GH_TOKEN": "none", "GITHUB_REPOSITORY": "o/r"}


def stand_in(folder: Path) -> StandIn:
    """Write the program into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "gh"
    program.write_text(PROGRAM.format(python=sys.executable, folder=str(folder)), encoding="utf-8")
    program.chmod(0o755)
    here = StandIn(folder=folder)
    here.answers({})
    return here
