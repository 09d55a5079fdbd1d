"""Lets `python -m generator.verify ROOT [KEY...]` do what `briefs verify` does."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from generator.verify.add import add
from generator.verify.run import verify


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments and run; the exit code."""
    parser = argparse.ArgumentParser(prog="generator.verify")
    parser.add_argument("root", type=Path)
    parser.add_argument("keys", nargs="*")
    parser.add_argument("--suggest", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--add", metavar="DOI-or-PMID")
    options = parser.parse_args(arguments)
    today = datetime.now(UTC).date()
    if options.add:
        return add(options.root, options.add, environment=os.environ, say=_say, today=today)
    return verify(
        options.root,
        options.keys,
        environment=os.environ,
        say=_say,
        today=today,
        suggest=options.suggest,
        fresh=options.fresh,
        texts=options.texts,
    )


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
