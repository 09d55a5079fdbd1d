"""The command `briefs`, and `python -m generator`, which does the same.

A process that is started to make pages or PDFs imports this module again before its first task,
so it imports nothing until the command runs.
"""

from __future__ import annotations


def main() -> int:
    """Run one command and return its exit code."""
    from generator.cli import main as run

    return run()


if __name__ == "__main__":
    raise SystemExit(main())
