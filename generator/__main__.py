"""Lets `python -m generator` do what `briefs` does."""

from generator.cli import main

# The guard matters: processes that are started to make PDFs import this module again.
if __name__ == "__main__":
    raise SystemExit(main())
