"""Talks to the code host through its own program `gh`: this module alone starts it.

What is sent goes through a pipe as JSON, so no text of an issue or a record is ever part of a
command. The program takes the token from `GH_TOKEN`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from shutil import which
from typing import Any, Final, Literal

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9-]{1,100}/[A-Za-z0-9._-]{1,100}")
_PAGES: Final = 30
_PER_PAGE: Final = 100
_SECONDS: Final = 120


class CodeHostError(RuntimeError):
    """The code host refused something or could not be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeHost:
    """One repository at the code host; every path is below its address in the REST API."""

    repository: str
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def __post_init__(self) -> None:
        """A repository is named OWNER/NAME."""
        if not _REPOSITORY.fullmatch(self.repository):
            raise CodeHostError(f"'{self.repository}' is no name of a repository")

    def get(self, path: str) -> Any:
        """What the address holds, as JSON; `CodeHostError` where it holds nothing."""
        return json.loads(self.fetch(path))

    def fetch(self, path: str) -> bytes:
        """The bytes that the address holds."""
        return self._ask("GET", path, None)

    def pages(self, path: str) -> Iterator[Any]:
        """Every item of a list that comes in pages, 3,000 at most."""
        for page in range(1, _PAGES + 1):
            items = self.get(f"{path}?per_page={_PER_PAGE}&page={page}")
            yield from items
            if len(items) < _PER_PAGE:
                return

    def send(self, method: Literal["POST", "PATCH", "DELETE"], path: str, body: object) -> Any:
        """Send a body as JSON (None: no body); the answer, or None where there is none."""
        answer = self._ask(method, path, None if body is None else json.dumps(body).encode())
        return json.loads(answer) if answer.strip() else None

    def _ask(self, method: str, path: str, body: bytes | None) -> bytes:
        program = which("gh", path=self.environment.get("PATH"))
        if program is None:
            raise CodeHostError("the program 'gh' is not installed")
        command = [program, "api", "--method", method, f"repos/{self.repository}/{path}"]
        done = subprocess.run(  # noqa: S603 - a list of our own words, no shell
            [*command, "--input", "-"] if body is not None else command,
            input=body,
            env=dict(self.environment),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            told = done.stderr.decode(errors="replace").strip()
            raise CodeHostError(f"{method} {path}: {told or f'gh ended with {done.returncode}'}")
        return done.stdout
