"""Puts an index of Pagefind into one order, so that the same pages give the same bytes, and few.

Pagefind 1.5.2 writes two lists in an order of chance: its filters, and the values of each. Both are
sorted here, and the files are named anew after what they hold. The Pagefind after 1.5.2 sorts both
itself. It names the file of each page after a hash of its own, and whoever searches loads all these
names: they are more than half of what is known of a page, and chance does not compress. Here the
names of an index share one hash, and the pages are counted.

This module alone knows the form of the files: gzip of a signature and of CBOR (RFC 8949), of which
only arrays, texts and whole numbers are used.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from generator.publish.theme import BuildFailed

Span = tuple[int, int]

_SIGNATURE: Final = b"pagefind_dcd"
_NUMBERS, _TEXT, _ARRAY = (0, 1), 3, 4
# Where a short number stands in a head itself, and how many bytes hold a longer one.
_SHORT: Final = 24
_LONGER: Final = {24: 1, 25: 2, 26: 4, 27: 8}
# An index's own array: its version, pages, chunks, filters, orders, and fields.
_PAGES: Final = 1
_FILTERS: Final = 3
_HASH: Final = 7


def steady(folder: Path) -> None:
    """Sort the filters of the index in `folder` and the values of each, and number its pages.

    Raises `BuildFailed` where the index has another form than the one known here.
    """
    names = dict(_sort_values(path) for path in sorted(folder.glob("filter/*.pf_filter")))
    entry_file = folder / "pagefind-entry.json"
    entry = json.loads(entry_file.read_bytes())
    for language in entry["languages"].values():
        path = folder / f"pagefind.{language['hash']}.pf_meta"
        data = _sorted_filters(_read(path), names)
        language["hash"] = _replace(path, _numbered_pages(data, folder / "fragment"))
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    entry_file.write_text(text, encoding="utf-8")


def _sort_values(path: Path) -> tuple[bytes, bytes]:
    """Sort a filter, an array of its name and its values; the old and the new hash of it."""
    data = _read(path)
    _, values = _items(data, 0)
    return path.stem.encode(), _replace(path, _sorted(data, values)).encode()


def _sorted_filters(data: bytes, names: Mapping[bytes, bytes]) -> bytes:
    """An index with its filters in order, each an array of its name and its file's new hash."""
    filters = _items(data, 0)[_FILTERS]
    hashes = [_items(data, start)[1] for start, _ in _items(data, filters[0])]
    for start, end in hashes:
        old = data[start:end]
        # A text's head is one byte here, and the new hash is as long as the old one.
        data = data[:start] + old[:1] + names[old[1:]] + data[end:]
    return _sorted(data, filters)


def _numbered_pages(data: bytes, folder: Path) -> bytes:
    """An index whose pages, arrays of a name and a length, are numbered; so are their files."""
    pages = _items(data, 0)[_PAGES]
    spans = [_items(data, start)[0] for start, _ in _items(data, pages[0])]
    old = [data[start + 1 : end].decode() for start, end in spans]
    shared = hashlib.sha256("".join(old).encode()).hexdigest()[:_HASH]
    parts, done = [], 0
    for number, ((start, end), name) in enumerate(zip(spans, old, strict=True)):
        new = f"{name.partition('_')[0]}_{shared}{number}"
        (folder / f"{name}.pf_fragment").rename(folder / f"{new}.pf_fragment")
        parts += [data[done:start], bytes([_TEXT * 32 + len(new)]), new.encode()]
        done = end
    return b"".join((*parts, data[done:]))


def _sorted(data: bytes, array: Span) -> bytes:
    """The data with the items of one array in the order of their bytes."""
    spans = _items(data, array[0])
    if not spans:
        return data
    items = sorted(data[start:end] for start, end in spans)
    return b"".join((data[: spans[0][0]], *items, data[array[1] :]))


def _read(path: Path) -> bytes:
    data = gzip.decompress(path.read_bytes())
    if not data.startswith(_SIGNATURE):
        raise BuildFailed(f"Pagefind wrote '{path.name}' in a form that is not known.")
    return data.removeprefix(_SIGNATURE)


def _replace(path: Path, data: bytes) -> str:
    """Write the data in place of the file, under a name after what it holds; return its hash."""
    first, _, old = path.stem.rpartition("_")
    stem = f"{first}_{hashlib.sha256(data).hexdigest()[: len(old)]}"
    path.unlink()
    path.with_name(stem + path.suffix).write_bytes(gzip.compress(_SIGNATURE + data, 9, mtime=0))
    return stem.rpartition(".")[2]


# -- CBOR


def _items(data: bytes, at: int) -> list[Span]:
    """Where each item of the array at this place starts and ends."""
    kind, length, start = _head(data, at)
    if kind != _ARRAY:
        raise BuildFailed("Pagefind wrote an index in a form that is not known.")
    return list(_spans(data, start, length))


def _spans(data: bytes, start: int, count: int) -> Iterator[Span]:
    for _ in range(count):
        end = _end(data, start)
        yield start, end
        start = end


def _end(data: bytes, at: int) -> int:
    """Where the item at this place ends."""
    kind, value, start = _head(data, at)
    if kind in _NUMBERS:
        return start
    if kind == _TEXT:
        return start + value
    if kind == _ARRAY:
        for _ in range(value):
            start = _end(data, start)
        return start
    raise BuildFailed("Pagefind wrote an index in a form that is not known.")


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """The kind of the item at this place, its number, and where its content starts."""
    kind, short = divmod(data[at], 32)
    if short < _SHORT:
        return kind, short, at + 1
    size = _LONGER.get(short)
    if size is None:
        raise BuildFailed("Pagefind wrote an index in a form that is not known.")
    return kind, int.from_bytes(data[at + 1 : at + 1 + size], "big"), at + 1 + size
