"""The promise of `verify`, kept on a library with faults planted among sound references."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generator.bibtex import dump_bibtex
from tests.promises import RecordFigure
from tests.verify.conftest import StandIn, ledger
from tests.verify.planted import SOUND, plant

# What the ledger must say of each kind of fault: every state that names it.
NAMED = {
    "invented-work": {"not-found"},
    "doi-of-another-paper": {"wrong-work"},
    "wrong-year": {"year"},
    "swapped-first-author": {"first_author"},
    "added-author": {"added author"},
    "missing-author": {"missing author"},
    "wrong-journal": {"container"},
    "truncated-title": {"cut title"},
    "notice-for-paper": {"notice"},
    "retracted": {"retracted"},
    "concern": {"concern"},
    "preprint-for-paper": {"preprint"},
    "doi-typo": {"not-found"},
    "doi-and-pmid-disagree": {"wrong-work: doi", "wrong-work: pmid"},
    "same-work-twice": {"same work twice"},
}


def named(entry: dict[str, Any]) -> str:
    """The kind of fault that a ledger file names, or its state."""
    fields = {difference["field"]: difference for difference in entry["differs"]}
    notes = " ".join(entry.get("notes", ()))
    state: str = entry["state"]
    if state == "wrong-work" and len(fields) == 1 and fields.keys() <= {"doi", "pmid"}:
        return f"wrong-work: {next(iter(fields))}"
    if state == "differs":
        if set(fields) == {"doi"} and "preprint" in fields["doi"]["theirs"] + notes:
            return "preprint"
        if set(fields) == {"authors"}:
            return "added author" if fields["authors"]["ours"] else "missing author"
        return (
            "cut title" if set(fields) == {"title"} and "cut short" in notes else "+".join(fields)
        )
    if state == "verified" and entry["standing"] in {"retracted", "concern"}:
        return str(entry["standing"])
    return "same work twice" if "The same work as" in notes else state


def test_every_fault_is_named_and_nothing_sound_accused(
    tmp_path: Path, serve: Callable[..., StandIn], record_figure: RecordFigure
) -> None:
    planted = plant()
    record_figure("references-planted", len(planted.kinds))
    record_figure("references-sound", SOUND)
    assert len(planted.kinds) >= 60
    assert len(set(planted.kinds.values())) >= 12
    assert len(planted.works) - len(planted.kinds) == SOUND
    root = tmp_path / "site"
    (root / "data").mkdir(parents=True)
    library = dump_bibtex(planted.works.values())
    (root / "data" / "library.bib").write_text(library, encoding="utf-8")
    stand_in = serve(planted.world, faults=planted.faults)

    done = stand_in.verify(root)

    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    found = ledger(root)
    assert found.keys() == planted.works.keys()
    table = Counter((planted.kinds.get(key, "sound"), named(entry)) for key, entry in found.items())
    _print(table)
    for key, kind in planted.kinds.items():
        assert named(found[key]) in NAMED[kind], (key, found[key])
        assert any(line.startswith(f"{key}: ") for line in done.stderr.splitlines()), key
    for key in planted.works.keys() - planted.kinds.keys():
        work = planted.works[key]
        expected = "verified" if work.doi or work.pmid or work.pmcid else "no-identifier"
        expected = "unreachable" if key in planted.unreachable else expected
        assert named(found[key]) == expected, (key, work, found[key])
    for key, standing in planted.standings.items():
        assert found[key]["standing"] == standing, (key, found[key])


def _print(table: Counter[tuple[str, str]]) -> None:
    rows = [f"{kind:<24}{name:<22}{n:>5}" for (kind, name), n in sorted(table.items())]
    sys.stdout.write(
        "\n".join(["", "planted                 named                 works", *rows, ""])
    )
