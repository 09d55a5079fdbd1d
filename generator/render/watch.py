"""What a page is made from: each record that is looked up while it is made is noted.

So nobody has to declare, and to keep in mind, which pages a record stands on. A record is known by
its version, a name for all that it holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, ValuesView
from dataclasses import fields, replace
from hashlib import blake2b
from typing import Any, Final, TypeVar

from pydantic_core import to_json

from generator.appraise import Evidence, Subject
from generator.appraise.evidence import Appraisal, AppraisedClaim, Entry, Vote
from generator.library import Library
from generator.render.context import Context

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

# The tables of a site that hold a value for each record, by the value that has them.
_OF_LIBRARY: Final = ("works", "studies", "briefs", "ledger", "reported_in")
_OF_EVIDENCE: Final = ("subjects", "claims")
_OF_CONTEXT: Final = (
    *("references", "in_text", "claims_by_study", "claims_by_subject", "claims_by_work"),
    *("corrections_of", "included_by", "counts_of", "links_of"),
)
# What holds entries, beside tuples of them and of these.
_WITH_ENTRIES: Final = (AppraisedClaim, Appraisal, Vote)
_ENTRIES_IN: Final = (Entry, *_WITH_ENTRIES)
_ALL: Final = "*"


class Watch:
    """A site's context in which look-ups are noted, and the versions of what was looked up."""

    def __init__(self, context: Context) -> None:
        self._tables: dict[str, Mapping[Any, object]] = {}
        self._keys: dict[str, Mapping[str, object]] = {}
        self._seen: dict[str, None] = {}
        self._versions: dict[str, str] = {}
        self._named: dict[int, str] = {}
        self.context = self._watched(context)

    def drawn(self) -> tuple[str, ...]:
        """What was looked up since this was asked last; a whole table stands for its values."""
        wholes = tuple(name for name in self._seen if name.endswith(f":{_ALL}"))
        tables = {name.partition(":")[0] for name in wholes}
        single = (name for name in self._seen if name.partition(":")[0] not in tables)
        drawn = (*wholes, *single)
        self._seen.clear()
        return drawn

    def version(self, names: Iterable[str]) -> str:
        """A name for what all of these hold now."""
        known = self._versions
        told = [known[name] if name in known else self._version(name) for name in names]
        return _name_of("\n".join(told).encode())

    def table(self, name: str, values: Mapping[_Key, _Value]) -> Mapping[_Key, _Value]:
        """A mapping in which look-ups are noted under this name."""
        self._tables[name] = values
        self._keys[name] = {_spelt(key): key for key in values}
        return _Table(name, values, self._note)

    def _version(self, name: str) -> str:
        table, _, key = name.partition(":")
        keys = self._keys.get(table, {})
        if key == _ALL:
            version = self.version(f"{table}:{each}" for each in keys)
        else:
            found = self._tables[table][keys[key]] if key in keys else None
            version = found if isinstance(found, str) else self._told(found)
        self._versions[name] = f"{name}={version}"
        return self._versions[name]

    def _told(self, value: object) -> str:
        """A name for what a value holds. An entry, with its whole study, stands in many subjects
        and appraisals, and these in many claims: each is named once for all of them."""
        if isinstance(value, Entry | Appraisal):
            known = self._named.get(id(value))
            if known is None:
                named = self._entry(value) if isinstance(value, Entry) else self._parts(value)
                known = self._named[id(value)] = named
            return known
        return self._parts(value)

    def _parts(self, value: object) -> str:
        if isinstance(value, _WITH_ENTRIES):
            parts: tuple[object, ...] = tuple(getattr(value, each.name) for each in fields(value))
        elif isinstance(value, tuple) and isinstance(next(iter(value), None), _ENTRIES_IN):
            parts = value
        else:
            return "" if value is None else _name_of(to_json(value))
        return _name_of("\n".join(map(self._told, parts)).encode())

    def _entry(self, entry: Entry) -> str:
        """A name for an entry: its study's version, and what stands beside it."""
        name = f"studies:{entry.study_id}"
        study = self._versions.get(name) or self._version(name)
        rest = f"{entry.year} {entry.lane} {entry.retracted} {entry.second_hand}"
        return f"{study} {entry.finding.id} {rest}"

    def _watched(self, context: Context) -> Context:
        library: Library = replace(context.library)
        for name in _OF_LIBRARY:
            object.__setattr__(library, name, self.table(name, getattr(library, name)))
        evidence = replace(context.evidence, **self._tables_of(context.evidence, _OF_EVIDENCE))
        whole: Any = _Whole(context.bibliography, self._note_all_works)
        return replace(
            context,
            library=library,
            evidence=evidence,
            bibliography=whole,
            **self._tables_of(context, _OF_CONTEXT),
        )

    def _tables_of(self, value: Evidence | Context, names: Iterable[str]) -> dict[str, Any]:
        return {name: self.table(name, getattr(value, name)) for name in names}

    def _note_all_works(self) -> None:
        self._note(f"works:{_ALL}")

    def _note(self, name: str) -> None:
        self._seen[name] = None


class _Table(Mapping[_Key, _Value]):
    """A mapping that tells what is looked up in it, be it there or not."""

    __slots__ = ("_name", "_note", "_values")

    def __init__(
        self, name: str, values: Mapping[_Key, _Value], note: Callable[[str], None]
    ) -> None:
        self._name = name
        self._values = values
        self._note = note

    def __getitem__(self, key: _Key) -> _Value:
        self._note(f"{self._name}:{_spelt(key)}")
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        self._note(f"{self._name}:{_spelt(key)}")
        return key in self._values

    def __iter__(self) -> Iterator[_Key]:
        self._note(f"{self._name}:{_ALL}")
        return iter(self._values)

    def __len__(self) -> int:
        self._note(f"{self._name}:{_ALL}")
        return len(self._values)

    def items(self) -> ItemsView[_Key, _Value]:
        self._note(f"{self._name}:{_ALL}")
        return self._values.items()

    def values(self) -> ValuesView[_Value]:
        self._note(f"{self._name}:{_ALL}")
        return self._values.values()


class _Whole:
    """A value that was worked out from all works: whoever asks it anything draws on all of them."""

    def __init__(self, value: object, note: Callable[[], None]) -> None:
        self._value = value
        self._note = note

    def __getattr__(self, name: str) -> Any:
        self._note()
        return getattr(self._value, name)


def _spelt(key: object) -> str:
    """A key as it stands in a name."""
    if isinstance(key, str):
        return key
    parts = (key.kind, key.id, key.population) if isinstance(key, Subject) else key
    return json.dumps(parts)


def _name_of(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()
