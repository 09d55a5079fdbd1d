"""The schemas for editors: every field explained, with an example or its words, and no drift."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from generator.contribute.init import starter
from generator.load.yaml import read_yaml
from generator.schema import schemas

ROOT = Path(__file__).resolve().parents[1]
GOOD = ROOT / "tests/data/good/data"


@cache
def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schemas()[f"data/schema/{name}.schema.json"])
    Draft202012Validator.check_schema(found)
    return found


NAMES = [Path(path).name.removesuffix(".schema.json") for path in schemas()]


def properties(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a schema, by the record and its own name."""
    whole = schema(name)
    for kind, definition in {name: whole, **whole.get("$defs", {})}.items():
        for field, part in definition.get("properties", {}).items():
            yield f"{kind}.{field}", part


def faults(name: str, data: object) -> list[str]:
    errors = Draft202012Validator(schema(name)).iter_errors(data)
    return [f"{error.json_path}: {error.message}" for error in errors]


@pytest.mark.parametrize("name", NAMES)
def test_every_record_and_field_is_explained(name: str) -> None:
    whole = schema(name)
    kinds = {name: whole, **whole.get("$defs", {})}
    assert all(kind["description"].endswith(".") for kind in kinds.values())
    assert all(kind["additionalProperties"] is False for kind in kinds.values())
    assert not [field for field, part in properties(name) if not part.get("description")]


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_its_words_or_an_example_that_fits(name: str) -> None:
    definitions = schema(name).get("$defs", {})
    for field, part in properties(name):
        text = json.dumps(part)
        assert "examples" in part or '"enum"' in text or '"$ref"' in text, field
        validator = Draft202012Validator({**part, "$defs": definitions})
        for example in part.get("examples", ()):
            assert not list(validator.iter_errors(example)), (field, example)


@pytest.mark.parametrize("name", ["vocabulary", "wording"])
def test_good_files_fit(name: str) -> None:
    for text in (
        (GOOD / f"{name}.yaml").read_text(encoding="utf-8"),
        starter()[f"data/{name}.yaml"],
        (ROOT / f"data/{name}.yaml").read_text(encoding="utf-8"),
    ):
        assert not faults(name, read_yaml(text, name)[0])


@pytest.mark.parametrize("path", sorted((GOOD / "studies").iterdir()), ids=lambda path: path.stem)
def test_good_records_fit(path: Path) -> None:
    assert not faults("study", read_yaml(path.read_text(encoding="utf-8"), path.name)[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("category: choir", "category: A Choir"),
        ("design: qualitative", "design: chat"),
        ("id: cold\n", "id: Cold halls\n"),
        ("theme: cold-halls", "theme: cold_halls"),
        ("title: ", "titel: "),
        ("participants: {n: 9}", "contributors: [{name: Bo, orcid: 0000-0002-1825-009}]"),
        ("participants: {n: 9}", "contributors: [{orcid: 0000-0002-1825-0097}]"),
    ],
)
def test_an_editor_sees_a_slip(old: str, new: str) -> None:
    text = (GOOD / "studies/dahl2012.yaml").read_text(encoding="utf-8")
    assert old in text
    assert faults("study", read_yaml(text.replace(old, new), "dahl2012.yaml")[0])
