"""A stand-in for the registries, which is a real process, and `verify` run against it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.verify.__main__ import main

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PATHS = {
    "BRIEFS_CROSSREF_URL": "crossref",
    "BRIEFS_PUBMED_URL": "pubmed",
    "BRIEFS_OPENALEX_URL": "openalex",
    "BRIEFS_DATACITE_URL": "datacite",
    "BRIEFS_DOI_URL": "doi",
    "BRIEFS_EUROPEPMC_URL": "europepmc",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A running server: its address, and the questions it was asked so far."""

    address: str
    log: Path

    @property
    def questions(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process ask this server, and not wait long."""
        return {
            **os.environ,
            **{name: f"{self.address}/{path}" for name, path in PATHS.items()},
            "BRIEFS_CONTACT": "someone@example.org",
            "BRIEFS_TIMEOUT": "2",
            "BRIEFS_ATTEMPTS": "3",
            "BRIEFS_FIRST_WAIT": "0.05",
            "BRIEFS_PATIENCE": "5",
            "PYTHONPATH": str(ROOT),
        }

    def verify(self, root: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run verify to its end, in this process: to start one takes longer than most runs."""
        given, said = [str(root), *arguments], io.StringIO()
        with pytest.MonkeyPatch.context() as patched, redirect_stderr(said):
            for name, value in {**self.environment, **more}.items():
                patched.setenv(name, value)
            code = main(given)
        return subprocess.CompletedProcess(given, code, stdout="", stderr=said.getvalue())

    def verify_apart(self, root: Path) -> subprocess.CompletedProcess[str]:
        """Run verify to its end as people do, in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "generator.verify", str(root)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., StandIn]]:
    """Starts a server for a world of works and faults; ends it after the test."""
    running: list[subprocess.Popen[str]] = []

    def start(works: list[dict[str, Any]], **world: Any) -> StandIn:
        place = tmp_path / f"world{len(running)}"
        place.mkdir()
        (place / "world.json").write_text(json.dumps({"works": works, **world}), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, str(HERE / "registries.py"), str(place / "world.json"), place / "log"],
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stdout is not None
        port = int(process.stdout.readline())
        return StandIn(address=f"http://127.0.0.1:{port}", log=place / "log")

    yield start
    for process in running:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def ledger(root: Path) -> dict[str, dict[str, Any]]:
    """Every ledger file of a site, read as JSON."""
    folder = root / "data" / "ledger"
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")
    }
