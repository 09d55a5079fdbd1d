"""The answers of a run that is not finished, so that a run that was stopped asks nothing twice."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic_core import from_json

from generator.disk import put
from generator.verify.ledger import WORK_FOLDER

MOST_SECONDS: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a registry answered: the status of HTTP and the text."""

    status: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The answers so far, one file each, by the question's address; at most a day old."""

    folder: Path
    now: float

    @classmethod
    def of(cls, root: Path) -> Journal:
        """The journal of the site in this folder."""
        return cls(folder=root / WORK_FOLDER / "answers", now=time.time())

    def find(self, address: str) -> Answered | None:
        """The answer to a question, if it was asked before and the run is not finished."""
        file = self._file(address)
        try:
            if self.now - file.stat().st_mtime > MOST_SECONDS:
                return None
            data = from_json(file.read_bytes())
            return Answered(status=data["status"], text=data["text"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, address: str, answered: Answered) -> None:
        """Note an answer; the file is whole or not there."""
        data = {"address": address, "status": answered.status, "text": answered.text}
        file = self._file(address)
        self.folder.mkdir(parents=True, exist_ok=True)
        put(file, json.dumps(data), self.folder)

    def clear(self) -> None:
        """Forget everything, because the run is finished."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, address: str) -> Path:
        return self.folder / f"{sha256(address.encode()).hexdigest()[:32]}.json"
