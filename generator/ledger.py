"""Where the ledger keeps what registries said of works, and which form of an entry they saw."""

from __future__ import annotations

import json
from hashlib import sha256

from generator.model import Work
from generator.problem import Place

LEDGER_FOLDER = "data/ledger"

# What registries are asked about; a change of anything else leaves the verdict standing.
_COMPARED = (
    *("type", "title", "year", "container", "volume", "pages", "article_number"),
    *("doi", "pmid", "pmcid"),
)


def fingerprint(work: Work) -> str:
    """A hash of the fields that registries are asked about: 32 hexadecimal digits."""
    names = [(n.family, n.given, n.particle, n.suffix, n.group) for n in work.authors]
    compared = [[getattr(work, field) for field in _COMPARED], names]
    return sha256(json.dumps(compared).encode()).hexdigest()[:32]


def ledger_path(key: str) -> str:
    """The path of a work's ledger file, below the root."""
    return f"{LEDGER_FOLDER}/{key}.json"


def ledger_place(key: str) -> Place:
    """Where a work's ledger file stands."""
    return Place(path=ledger_path(key))
