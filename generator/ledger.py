"""Where the ledger keeps what registries said of works, and which form of an entry they saw."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from generator.bibtex import dump_bibtex
from generator.model import Work
from generator.problem import Place

LEDGER_FOLDER = "data/ledger"

# What no registry is asked about, so that a change of it leaves the verdict standing.
_NOT_COMPARED = {
    "key": "work",
    "month": None,
    "editors": (),
    "issue": "",
    "edition": "",
    "number": "",
    "publisher": "",
    "genre": "",
    "isbn": "",
    "issn": "",
    "url": "",
    "accessed": None,
    "note": "",
}


def fingerprint(work: Work) -> str:
    """A hash of the fields that registries are asked about: 32 hexadecimal digits."""
    compared = replace(work, **_NOT_COMPARED)  # type: ignore[arg-type]
    return sha256(dump_bibtex([compared]).encode()).hexdigest()[:32]


def ledger_path(key: str) -> str:
    """The path of a work's ledger file, below the root."""
    return f"{LEDGER_FOLDER}/{key}.json"


def ledger_place(key: str) -> Place:
    """Where a work's ledger file stands."""
    return Place(path=ledger_path(key))
