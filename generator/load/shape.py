"""What the model says about a spot in a record: which fields, words and explanations belong there.

Derived from the dataclasses' own annotations, so that messages cannot drift from the model.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from typing_extensions import Doc

from generator.model import Orcid, Slug
from generator.problem import Key

EACH: Final = "[each]"
EACH_KEY: Final = "[each key]"
_TITLES: Final[Mapping[str, str]] = {
    "FrontMatter": "the front matter",
    "Hedges": "a standing",
    "Participants": "`participants`",
    "Vocabulary": "the vocabulary",
    "Wording": "the wording",
}
_SLUG_MARK: Final = next(mark for mark in get_args(Slug) if isinstance(mark, Doc))
_ORCID_MARK: Final = next(mark for mark in get_args(Orcid) if isinstance(mark, Doc))


def hint_at(kind: Any, keys: Iterable[Key]) -> Any:
    """The annotation that stands at a path below a type; None where the type has no such spot."""
    hint = kind
    for key in keys:
        if hint is None:
            return None
        hint = _below(_bare(hint), key)
    return hint


def doc_of(hint: Any) -> str:
    """The explanation that an annotation carries for contributors."""
    docs = [mark.documentation for mark in _marks(hint) if isinstance(mark, Doc)]
    return docs[-1] if docs else ""


def words_of(hint: Any) -> tuple[str, ...]:
    """The words of a closed set, in the order of the model."""
    bare = _bare(hint)
    return get_args(bare) if get_origin(bare) is Literal else ()


def fields_of(hint: Any) -> tuple[str, ...]:
    """The names of a record's fields."""
    bare = _bare(hint)
    return tuple(_hints(bare)) if _is_record(bare) else ()


def title_of(hint: Any) -> str:
    """What a contributor calls a record: 'a finding', 'an effect', 'the front matter'."""
    name = getattr(_bare(hint), "__name__", "record")
    if name in _TITLES:
        return _TITLES[name]
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def key_of(hint: Any) -> Any:
    """The annotation of a mapping's keys."""
    bare = _bare(hint)
    return get_args(bare)[0] if _is(bare, Mapping) else None


def size_of(hint: Any) -> int | None:
    """How many items a list has where the model fixes their number."""
    items = get_args(_bare(hint)) if _is(_bare(hint), tuple) else ()
    return len(items) if items and items[-1] is not Ellipsis else None


@cache
def slug_paths(kind: Any) -> tuple[tuple[Key, ...], ...]:
    """The paths below a type at which ids stand; EACH and EACH_KEY stand for every item or key."""
    return tuple(_paths(kind, _SLUG_MARK))


@cache
def orcid_paths(kind: Any) -> tuple[tuple[Key, ...], ...]:
    """The paths below a type at which ORCIDs stand; EACH stands for every item."""
    return tuple(_paths(kind, _ORCID_MARK))


def _paths(hint: Any, mark: Doc) -> Iterator[tuple[Key, ...]]:
    if mark in _marks(hint):
        yield ()
        return
    bare = _bare(hint)
    if _is_record(bare):
        steps = [(name, below) for name, below in _hints(bare).items()]
    elif _is(bare, tuple):
        steps = [(EACH, get_args(bare)[0])]
    elif _is(bare, Mapping):
        key, value = get_args(bare)
        steps = [(EACH_KEY, key), (EACH, value)]
    else:
        return
    for name, below in steps:
        yield from ((name, *path) for path in _paths(below, mark))


def _below(bare: Any, key: Key) -> Any:
    if _is_record(bare) and isinstance(key, str):
        return _hints(bare).get(key)
    if _is(bare, tuple) and isinstance(key, int):
        items = get_args(bare)
        return items[0] if items[-1] is Ellipsis else dict(enumerate(items)).get(key)
    return get_args(bare)[1] if _is(bare, Mapping) else None


def _bare(hint: Any) -> Any:
    """An annotation without its marks and without `None`."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    if get_origin(hint) in {Union, types.UnionType}:
        return _bare(next(item for item in get_args(hint) if item is not type(None)))
    return hint


def _marks(hint: Any) -> Sequence[Any]:
    """The marks of an annotation, with those inside an optional one first."""
    if get_origin(hint) is Annotated:
        first, *marks = get_args(hint)
        return (*_marks(first), *marks)
    if get_origin(hint) in {Union, types.UnionType}:
        return [mark for item in get_args(hint) for mark in _marks(item)]
    return ()


def _is_record(bare: Any) -> bool:
    return is_dataclass(bare)


def _is(bare: Any, kind: type) -> bool:
    origin = get_origin(bare)
    return isinstance(origin, type) and issubclass(origin, kind)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)
