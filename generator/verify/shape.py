"""Reading foreign JSON without trust: each function gives a value of the type asked, or empty."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from generator.load.source import without_hidden
from generator.verify.record import MOST_CHARACTERS, MalformedError

_DOI_ADDRESS = re.compile(r"^(?:https?://)?(?:dx\.)?(?:doi\.org/|doi:\s*)", re.IGNORECASE)


def json_of(text: str) -> Any:
    """The JSON value of a text; anything else, such as a page in HTML, is malformed."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedError("the answer is not JSON") from error


def mapping(value: object, *keys: str) -> dict[str, Any]:
    """The object at a path of keys, or an empty one."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [item for item in items(value) if isinstance(item, dict)]


def text(value: object) -> str:
    """A text or number as text without space around it, else an empty text.

    What nobody can see is left out, or our own files would hold it.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return without_hidden(str(value)[:MOST_CHARACTERS]).strip()


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list, or a single text; empty ones are left out."""
    found = value if isinstance(value, list) else [value]
    return tuple(filter(None, map(text, found)))


def number(value: object) -> int | None:
    """A whole number, also where it is written as text."""
    found = re.fullmatch(r"\s*(\d{1,9})\s*", text(value))
    return int(found[1]) if found else None


def doi(value: object) -> str:
    """A DOI in lower case, without an address or a label before it."""
    return _DOI_ADDRESS.sub("", text(value)).lower()


def joined_date(parts: Iterable[object]) -> str:
    """Year, month and day as far as they are known: ``2010-02-06``, ``2010-02`` or ``2010``."""
    numbers = []
    for part in parts:
        found = number(part)
        if not found:
            break
        numbers.append(found)
    return "-".join(f"{n:02d}" if i else str(n) for i, n in enumerate(numbers[:3]))
