"""JSON Schemas for editors, generated from the model so that they cannot drift from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, get_type_hints

from pydantic import TypeAdapter
from typing_extensions import Doc

from generator import background, model

FOLDER: Final = "data/schema"
_RECORDS: Final[Mapping[str, type]] = {
    "study": model.Study,
    "vocabulary": model.Vocabulary,
    "wording": model.Wording,
    "flow": background.Flow,
    "synthesis": background.Synthesis,
    "citations": background.Citations,
}


def schemas() -> dict[str, str]:
    """The schema files by their path: one for each kind of YAML file that people write."""
    return {f"{FOLDER}/{name}.schema.json": _schema(kind) for name, kind in _RECORDS.items()}


def _schema(kind: type) -> str:
    schema = TypeAdapter(kind).json_schema()
    for name, definition in {kind.__name__: schema, **schema.get("$defs", {})}.items():
        described = getattr(model, name, None) or getattr(background, name, None)
        if is_dataclass(described) and isinstance(described, type):
            _describe(described, definition)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _describe(kind: type, definition: dict[str, Any]) -> None:
    """Give each field the `Doc` of the model, which an editor shows."""
    hints = get_type_hints(kind, include_extras=True)
    definition["description"] = (kind.__doc__ or "").strip()
    for field in fields(kind):
        docs = [m for m in getattr(hints[field.name], "__metadata__", ()) if isinstance(m, Doc)]
        if docs and field.name in definition.get("properties", {}):
            definition["properties"][field.name]["description"] = docs[-1].documentation
