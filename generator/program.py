"""Which program this is: what it kept of an earlier run is of use only to the very same one."""

from __future__ import annotations

import platform
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

_MADE_WITH: Final = ("jinja2", "markdown-it-py", "pybtex", "pydantic", "pyyaml", "segno")


@cache
def program() -> str:
    """A name for all that decides what is made of the same files: our own code, mostly."""
    made = sha256(" ".join((platform.python_version(), *map(version, _MADE_WITH))).encode())
    for path in sorted(Path(__file__).resolve().parent.rglob("*.py")):
        made.update(path.read_bytes())
    return made.hexdigest()
