"""Whether what YAML holds is a record of the model, with every fault of it told in one run.

The data is passed to the validator as JSON: in its strict JSON mode a list is a tuple and an ISO
text a date, but the text "2020" is no number. (In strict Python mode a mapping is no record; lax
Python mode would turn texts and true into numbers.) Writing the JSON costs 4 microseconds a record,
validating it 16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, to_json

from generator.load.identifiers import check_orcid
from generator.load.names import slug_fault, slugify
from generator.load.sentences import KEY_ITSELF, Complaint, quoted, sentence
from generator.load.shape import EACH, EACH_KEY, orcid_paths, slug_paths
from generator.load.source import MAX_ITEMS, MAX_SHOWN, MAX_TEXT, first_of, look_alike
from generator.problem import Fix, Key, Place, Problem

Record = TypeVar("Record")

_SPOTS_OF_KEYS = frozenset({"unexpected_keyword_argument"})
# The field that a record complains about where it speaks of itself as a whole.
_NAMED = re.compile(r"`(\w+)`")


def validate(
    data: object, kind: type[Record], place: Place
) -> tuple[Record | None, tuple[Problem, ...]]:
    """A record of the model from data as `read_yaml` gives it, and all that is wrong with it.

    The record is None unless it can be built and its ids are fit to be ids. Each problem stands at
    `place` with the keys that lead to the fault.
    """
    problems = list(islice(_slug_problems(data, kind, place), MAX_SHOWN + 1))
    problems.extend(islice(_orcid_problems(data, kind, place), MAX_SHOWN + 1))
    written = to_json(data)
    if len(written) > MAX_TEXT and (long := [*islice(_too_long(data, place), MAX_SHOWN + 1)]):
        return None, first_of(long)
    try:
        record = _adapter(cast("Any", kind)).validate_json(written, strict=True)
    except ValidationError as error:
        record = None
        details = error.errors(include_url=False)[: MAX_SHOWN + 1]
        problems.extend(_told_once([_problem(detail, kind, place) for detail in details]))
    usable = cast("Record", record) if record is not None and not problems else None
    problems.extend(islice(_repeated_ids(data, place), MAX_SHOWN + 1))
    return usable, first_of(problems)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _problem(detail: ErrorDetails, kind: Any, place: Place) -> Problem:
    complaint = Complaint(
        type=detail["type"],
        kind=kind,
        keys=detail["loc"],
        value=detail["input"],
        context=detail.get("ctx", {}),
        message=detail["msg"],
    )
    told = sentence(complaint)
    keys = complaint.keys
    if complaint.type in _SPOTS_OF_KEYS:
        keys = (*keys, KEY_ITSELF)
    elif complaint.type == "value_error" and (named := _NAMED.search(told.message)):
        keys = (*keys, named[1])
    return Problem(
        place=place.at(*keys),
        rule=told.rule,
        message=told.message,
        hint=told.hint,
        fix=told.fix,
    )


def _told_once(problems: list[Problem]) -> Iterator[Problem]:
    """The problems without the fields that are missing only because their names have a slip."""
    meant = {
        (*problem.place.keys[:-2], problem.fix.new)
        for problem in problems
        if problem.rule == "unknown-field" and problem.fix
    }
    for problem in problems:
        if problem.rule != "missing-field" or problem.place.keys not in meant:
            yield problem


def _slug_problems(data: object, kind: Any, place: Place) -> Iterator[Problem]:
    for path in slug_paths(kind):
        for keys, value in values_at(data, path):
            if isinstance(value, str) and value and (fault := slug_fault(value)):
                name = next(key for key in reversed(path) if key != EACH)
                what = "A key here" if name == EACH_KEY else f"`{name}`"
                better = slugify(value)
                odd = "" if slugify(value, whole=True) else look_alike(value)
                fit = better != "" and not slug_fault(better) and not odd
                yield Problem(
                    place=place.at(*keys),
                    rule="invalid-id",
                    message=f"{what} {fault}, not {quoted(value)}.",
                    hint=f"Write '{better}'." if fit else odd,
                    fix=Fix(old=value, new=better) if fit else None,
                )


def _too_long(data: object, place: Place) -> Iterator[Problem]:
    """The texts and lists that no reader would read to their end, and no rule in good time."""
    if isinstance(data, str):
        if len(data) > MAX_TEXT:
            message = f"A text has at most {MAX_TEXT:,} characters; this one has {len(data):,}."
            yield Problem(place=place, rule="too-long", message=message)
        return
    if isinstance(data, Mapping | list) and len(data) > MAX_ITEMS:
        message = f"A list or group has at most {MAX_ITEMS:,} items; this one has {len(data):,}."
        yield Problem(place=place, rule="too-long", message=message)
    for key, item in _items(data):
        if isinstance(key, str):
            yield from _too_long(key, place.at(key, KEY_ITSELF))
        yield from _too_long(item, place.at(key))


def _orcid_problems(data: object, kind: Any, place: Place) -> Iterator[Problem]:
    for path in orcid_paths(kind):
        for keys, value in values_at(data, path):
            if not isinstance(value, str) or not value:
                continue
            checked = check_orcid(value)
            if checked.message:
                yield Problem(
                    place=place.at(*keys),
                    rule="malformed-orcid",
                    message=checked.message,
                    hint=checked.hint,
                    fix=Fix(old=value, new=checked.meant) if checked.meant else None,
                )


def values_at(
    data: object, path: tuple[Key, ...], keys: tuple[Key, ...] = ()
) -> Iterator[tuple[tuple[Key, ...], object]]:
    """Every value at a path below data, with the keys that lead to it; EACH is every item."""
    if not path:
        yield keys, data
        return
    step, rest = path[0], path[1:]
    if step == EACH:
        for key, item in _items(data):
            yield from values_at(item, rest, (*keys, key))
    elif isinstance(data, Mapping):
        if step == EACH_KEY:
            yield from (((*keys, key, KEY_ITSELF), key) for key in data)
        elif step in data:
            yield from values_at(data[step], rest, (*keys, step))


def _items(data: object) -> Iterator[tuple[Key, object]]:
    if isinstance(data, Mapping):
        yield from data.items()
    elif isinstance(data, list | tuple):
        yield from enumerate(data)


def _repeated_ids(data: object, place: Place) -> Iterator[Problem]:
    """A finding's id is unique in its record, so that `study#finding` leads to one finding."""
    seen: set[str] = set()
    for keys, value in values_at(data, ("findings", EACH, "id")):
        if isinstance(value, str) and value in seen:
            yield Problem(
                place=place.at(*keys),
                rule="duplicate-finding",
                message=f"The id {quoted(value)} must belong to one finding of this record only.",
                hint="Give this finding another id.",
            )
        elif isinstance(value, str):
            seen.add(value)
