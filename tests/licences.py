"""The licences of what is installed: the list in docs/licences.md, and a bill of materials.

This module alone knows how packages tell their licence: by an SPDX expression, by the names that
older packages use for one, or only in a file, which was then read by a person.

    python -m tests.licences              writes docs/licences.md
    python -m tests.licences BOM.json     writes the licences into a CycloneDX file
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs/licences.md"
LOCKS: Final = ("requirements.lock", "requirements-dev.lock")

_PIN: Final = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?: ; (?P<marker>[^\\]+?))? \\$"
)
_HASH: Final = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")

# What older packages call a licence, and the name that SPDX has for it.
_SPDX: Final[Mapping[str, str]] = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Packages that tell no licence in their metadata; it was read in the file named here.
READ: Final[Mapping[str, tuple[str, str]]] = {
    "axe-playwright-python": ("MIT", "its LICENSE file"),
}
# What a package carries besides its own code, where the licence of that is another one.
CARRIED: Final[Mapping[str, str]] = {
    "axe-playwright-python": "carries axe-core, MPL-2.0",
    "pypandoc-binary": (
        "carries Pandoc, GPL-2.0-or-later; the tests start it as a program of its own, and nothing"
        " of it is part of the generator or of a site"
    ),
}
# Licences that ask no more than to be named, or to keep changed files of their own open.
FINE: Final = frozenset(
    {
        *("Apache-2.0", "BSD-2-Clause", "BSD-2-Clause-Views", "BSD-3-Clause", "ISC", "MIT"),
        *("MIT-CMU", "MPL-2.0", "PSF-2.0"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A package of a lock: its version, on which machines it is wanted, and its hashes."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def pins(lock: str) -> Iterator[Pin]:
    """The packages of a lock, in its order. Raises ValueError at a line that is none of a lock."""
    found: re.Match[str] | None = None
    hashes: list[str] = []
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if _HASH.match(line):
            hashes.append(line.strip(" \\").removeprefix("--hash=sha256:"))
        elif pin := _PIN.match(line):
            if found:
                yield _pin(found, hashes)
            found, hashes = pin, []
        elif not line.startswith("    #"):
            raise ValueError(f"{lock} has a line that a lock must not have: {line!r}")
    if found:
        yield _pin(found, hashes)


def _pin(found: re.Match[str], hashes: list[str]) -> Pin:
    return Pin(
        name=found["name"],
        version=found["version"],
        marker=(found["marker"] or "").strip(),
        hashes=tuple(hashes),
    )


def licence(name: str) -> str:
    """The SPDX expression of an installed package's licence; empty where none is told."""
    if name in READ:
        return READ[name][0]
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ""
    for expression in told.get_all("License-Expression", []):
        return str(expression)
    names = [
        entry.rpartition(" :: ")[2]
        for entry in told.get_all("Classifier", [])
        if entry.startswith("License :: ") and not entry.endswith(("OSI Approved", "DFSG approved"))
    ]
    # What stands under `License` is more exact than a classifier, where it is a name at all.
    field = " ".join(told.get_all("License", [])).strip()
    exact = _SPDX.get(field, field)
    if field and all(part in FINE for part in parts(exact)):
        return exact
    return " AND ".join(dict.fromkeys(_SPDX.get(one, one) for one in names)) or field


def parts(expression: str) -> list[str]:
    """The licences that an expression is made of."""
    return [part for part in re.split(r"\s+(?:AND|OR|WITH)\s+|[()]", expression) if part]


def page() -> str:
    """docs/licences.md as it must be."""
    site = {pin.name for pin in pins(LOCKS[0])}
    return "\n".join(
        (
            "# Licences of what we depend on",
            "",
            "Written by `make licences` from the locks and from what each installed package says",
            "of itself. A test fails when this list is out of date, or when a package comes under",
            "a licence that was not looked at before.",
            "",
            "## What builds a site",
            "",
            *_table(LOCKS[0], frozenset()),
            "",
            "## What else the tests use",
            "",
            *_table(LOCKS[1], frozenset(site)),
            "",
        )
    )


def _table(lock: str, without: frozenset[str]) -> Iterator[str]:
    yield "| package | version | licence | note |"
    yield "| --- | --- | --- | --- |"
    versions: dict[str, list[str]] = {}
    for pin in pins(lock):
        if pin.name not in without:
            versions.setdefault(pin.name, []).append(pin.version)
    for name, own in versions.items():
        read = f"licence read in {READ[name][1]}" if name in READ else ""
        note = "; ".join(filter(None, (read, CARRIED.get(name, ""))))
        yield f"| {name} | {' or '.join(own)} | {licence(name)} | {note} |"


def with_licences(bill: dict[str, Any]) -> dict[str, Any]:
    """A CycloneDX bill of materials with the licence of each of its packages."""
    components = [
        {**one, "licenses": [_entry(told)]} if (told := licence(one["name"])) else one
        for one in bill["components"]
    ]
    return {**bill, "components": components}


def _entry(told: str) -> dict[str, Any]:
    """A licence as CycloneDX has it: a known one by its id, several as an expression."""
    if len(parts(told)) == 1:
        return {"license": {"id": told, "acknowledgement": "declared"}}
    return {"expression": told, "acknowledgement": "declared"}


def main(arguments: list[str]) -> None:
    """Write the page, or the licences into the file that is named."""
    if not arguments:
        PAGE.write_text(page(), encoding="utf-8")
        return
    path = Path(arguments[0])
    bill = with_licences(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
