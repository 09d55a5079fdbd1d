"""What a change does to the evidence, as JSON.

One object with the names of `Changes`, and in it those of the values that it holds, with two words
of the site's own data: findings `for` and `against` a claim. Every list is sorted by what it lists
and every object by its names, so that the same change gives the same text. What is not there is
null. Findings are named ``study#finding``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from generator.contribute.diff.changes import Changes

_NAMES: Final = {"pro": "for", "con": "against"}


def as_json(changes: Changes) -> str:
    """The changes as one JSON document, in ASCII, without a line break at its end."""
    return json.dumps(asdict(changes, dict_factory=_named), indent=2, sort_keys=True)


def _named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {_NAMES.get(name, name): value for name, value in pairs}
