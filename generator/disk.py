"""How a file is given new content: in one step, so that nobody ever reads it half written."""

from __future__ import annotations

import os
from pathlib import Path
from threading import get_ident


def put(target: Path, content: str | bytes, beside: Path | None = None) -> None:
    """Give `target` this content, which is text in UTF-8 or bytes.

    It is first written in the folder `beside` (by default that of the target), which must be on the
    same disk, and then moved over the target. Raises OSError; the target is then as it was.
    """
    folder = beside or target.parent
    # Others may write the same file at the same moment, each beside it and under a name of its own.
    half = folder / f".{target.name}.{os.getpid()}-{get_ident()}.new"
    data = content.encode() if isinstance(content, str) else content
    try:
        half.write_bytes(data)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        half.write_bytes(data)
    os.replace(half, target)  # noqa: PTH105 - atomic, also over an existing file
