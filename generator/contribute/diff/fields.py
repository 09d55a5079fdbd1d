"""Records as flat fields with their texts, and which records of two sides belong together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Final, TypeVar

from generator.contribute.diff.changes import FieldChange
from generator.model import Name
from generator.problem import Place

Value = TypeVar("Value")
Likeness = Callable[[Value], Hashable]
Pair = tuple[str | None, str | None]

_NO_PLACE: Final = ("place",)


def changed_fields(
    before: object, after: object, leave_out: Collection[str] = ()
) -> tuple[FieldChange, ...]:
    """The fields whose texts differ, in the order of the record; `leave_out` are not looked at."""
    if before == after:
        return ()
    old, new = flat(before, leave_out=leave_out), flat(after, leave_out=leave_out)
    return tuple(
        FieldChange(field=name, before=old.get(name), after=new.get(name))
        for name in dict.fromkeys((*new, *old))
        if old.get(name) != new.get(name)
    )


def flat(value: object, name: str = "", leave_out: Collection[str] = ()) -> dict[str, str]:
    """A record as texts by dotted names ("participants.n"); what is empty has no name."""
    if value is None or value in ("", ()):
        return {}
    if isinstance(value, tuple) and (written := _one_text(value)) is not None:
        return {name: written}
    if not is_dataclass(value) and not isinstance(value, Mapping | tuple):
        return {name: _text(value)}
    found: dict[str, str] = {}
    for part, inner in _parts(value):
        if part not in leave_out:
            found |= flat(inner, f"{name}.{part}" if name else part)
    return found


def placeless(value: object) -> object:
    """A value without the places of its parts, to compare what was written and not where."""
    if isinstance(value, Place):
        return _NO_PLACE
    if isinstance(value, tuple):
        return tuple(map(placeless, value))
    if is_dataclass(value) and not isinstance(value, type):
        parts = (placeless(getattr(value, field.name)) for field in fields(value))
        return (type(value).__name__, *parts)
    return tuple(value.items()) if isinstance(value, Mapping) else value


def paired(
    before: Mapping[str, Value], after: Mapping[str, Value], *likenesses: Likeness[Value]
) -> tuple[Pair, ...]:
    """The names of what belongs together on both sides: the same name, or else, likeness by
    likeness, the only two that are alike; in the order of `after`, what is gone last."""
    old = {name: value for name, value in before.items() if name not in after}
    new = {name: value for name, value in after.items() if name not in before}
    was: dict[str, str] = {}
    for likeness in likenesses:
        ours, theirs = _only_ones(old, likeness), _only_ones(new, likeness)
        for sign in ours.keys() & theirs.keys():
            was[theirs[sign]] = ours[sign]
            del old[ours[sign]], new[theirs[sign]]
    pairs: list[Pair] = [(name if name in before else was.get(name), name) for name in after]
    return (*pairs, *((name, None) for name in old))


def _only_ones(values: Mapping[str, Value], likeness: Likeness[Value]) -> dict[Hashable, str]:
    """The names of the values whose sign no other has; an empty sign is like nothing."""
    found: dict[Hashable, list[str]] = {}
    for name, value in values.items():
        found.setdefault(likeness(value), []).append(name)
    return {sign: names[0] for sign, names in found.items() if sign != "" and len(names) == 1}


def _parts(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, Mapping):
        return [(str(key), inner) for key, inner in value.items()]
    if isinstance(value, tuple):
        return [(str(number), inner) for number, inner in enumerate(value, start=1)]
    return [(field.name, getattr(value, field.name)) for field in fields(value)]  # type: ignore[arg-type]


def _one_text(values: tuple[object, ...]) -> str | None:
    """A list on one line, where its parts are short: words, numbers, names of people."""
    if all(isinstance(value, Name) for value in values):
        return "; ".join(_text(value) for value in values)
    if all(isinstance(value, str | int | float) for value in values):
        return ", ".join(_text(value) for value in values)
    return None


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case Name():
            return ", ".join(filter(None, (value.sort_name, value.given, value.suffix)))
    return str(value)
