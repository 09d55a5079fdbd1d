"""How far long work has come, for whoever sits at a terminal; elsewhere nothing is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from tqdm import tqdm

_T = TypeVar("_T")
_LONG: Final = 1  # second, below which nothing is shown
# No thread of its own that looks after a bar: a process with several cannot be copied.
tqdm.monitor_interval = 0


def watched(work: Iterable[_T], total: int, unit: str, *, of_each: int = 1) -> Iterator[_T]:
    """The work itself, piece by piece, and a bar that counts what each piece holds of a `total`."""
    with tqdm(total=total, unit=unit, delay=_LONG, leave=False, disable=None) as bar:
        for piece in work:
            yield piece
            bar.update(min(of_each, total - bar.n))
