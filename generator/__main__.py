"""Lets `python -m generator` do what `briefs` does."""

from generator.cli import main

raise SystemExit(main())
