"""What `briefs` and `python -m generator` run: the command, which may be stopped at any moment.

A process that is started to make pages or PDFs imports this module again before its first task, so
it imports nothing until the command runs.
"""

import sys


def main() -> int:
    """Run the command; the exit code. Stopped while the program is still read, it says so, too."""
    try:
        from generator.cli import main as run

        return run()
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
