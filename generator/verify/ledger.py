"""How ledger files are written: one work a file, sorted, whole at any moment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from generator.disk import put
from generator.ledger import ledger_path
from generator.model import LedgerEntry

WORK_FOLDER = "build/verify"

_ENTRY = TypeAdapter(LedgerEntry)
_ALWAYS = ("checked", "differs", "fingerprint", "key", "source", "standing", "state")


def dump_entry(entry: LedgerEntry) -> str:
    """The entry as JSON with sorted keys; lists that are empty are left out, `differs` is not."""
    data: dict[str, Any] = _ENTRY.dump_python(entry, mode="json")
    kept = {name: value for name, value in data.items() if value or name in _ALWAYS}
    return json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_entry(root: Path, entry: LedgerEntry) -> None:
    """Write a work's ledger file; whoever reads meanwhile sees the old one or the new one."""
    target = root / ledger_path(entry.key)
    target.parent.mkdir(parents=True, exist_ok=True)
    put(target, dump_entry(entry), root / WORK_FOLDER)
