"""What is left of the last build is what a fresh one makes, whatever changed in between."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final

import pytest

from generator.appraise import Evidence
from generator.crew import Crew
from generator.disk import put
from generator.examine import examine
from generator.library import Library
from generator.load import kept
from generator.publish import texts
from generator.publish.texts import Texts
from generator.render import watch
from generator.render.context import Context, prepare
from generator.render.page import Page
from generator.render.pages import Pages
from generator.render.views import Download
from generator.write import write_one
from tests.hostile.documents import (
    BRIEF,
    CITATIONS,
    FLOW,
    LEDGER,
    LIBRARY,
    SETTINGS,
    STUDY,
    SYNTHESIS,
    VOCABULARY,
    WORDING,
    site,
    written,
)
from tests.hostile.law import LONG

TEMPLATES: Final = Path(__file__).resolve().parents[1] / "templates"
SITE: Final = {**site(), BRIEF: site()[BRIEF] + b"\n## Search\n\n```flow\n```\n"}
PDF: Final = Download(file="choirs.pdf", label="PDF, A4", name="c.pdf", size="9 KB", pages="1 page")
Offered = Callable[[], Mapping[str, tuple[Download, ...]]]


def made(root: Path, offered: Offered | None = None) -> Mapping[str, bytes]:
    """The files of the site in `root`, of which what still stands is left, by a new process."""
    kept._in_memory.clear()
    checked = examine(root, keep=True)
    assert checked.library
    assert checked.evidence
    assert checked.site
    context = prepare(checked.site, checked.library, checked.evidence)
    docs = root / "build/docs"
    with Crew() as crew:
        Texts.of(context, [TEMPLATES], docs, offered).begun(crew)()
    return {p.relative_to(docs).as_posix(): p.read_bytes() for p in docs.rglob("*") if p.is_file()}


def fresh(files: Mapping[str, bytes], root: Path) -> Mapping[str, bytes]:
    return made(written(root, files))


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates of the pages that are made."""
    templates: list[str] = []
    whole = Pages._template

    def noted(self: Pages, name: str) -> object:
        templates.append(name)
        return whole(self, name)

    monkeypatch.setattr(Pages, "_template", noted)
    return templates


def test_what_did_not_change_is_not_made_again(tmp_path: Path, rendered: list[str]) -> None:
    files = fresh(SITE, tmp_path)
    assert rendered
    rendered.clear()
    assert made(tmp_path) == files
    assert rendered == []


# Each edit is made after those before it: the file, what stands there, and what comes in its place.
EDITS: Final[tuple[tuple[str, str, str], ...]] = (
    (STUDY, "title: Choirs on four towers", "title: Choirs on five towers"),
    (STUDY, "participants: {n: 80", "participants: {n: 81"),
    (STUDY, "direction: benefit", "direction: harm"),
    (STUDY, "included_in: [ceder2010, handbook1999, chapter1999]", "included_in: [ceder2010]"),
    (STUDY, "says: 92 keepers., shows: 80", "says: 93 keepers., shows: 80"),
    (STUDY, "  - {name: Ann Example", "  - {name: Bo Example"),
    (STUDY, "population: providers", "population: staff"),
    (STUDY, "Breath is shared.", "Breath is taken together."),
    (LIBRARY, "Ahlgren, Ann", "Ahlberg, Ann"),
    (LIBRARY, "year = 2001", "year = 2002"),
    (LIBRARY, "title = {A handbook}", "title = {A new handbook}"),
    (LEDGER, '"standing": "corrected"', '"standing": "retracted"'),
    (LEDGER, '"state": "differs"', '"state": "verified"'),
    (VOCABULARY, "label: Cheer", "label: Gladness"),
    (VOCABULARY, "A study that compares groups.", "A study that compares people."),
    (VOCABULARY, "synonyms: [joy, gladness]", "synonyms: [joy]"),
    (WORDING, "label: Supported", "label: Likely"),
    (BRIEF, "title: ", "title: More on "),
    (BRIEF, "id: cheer", "id: gladness"),
    (SYNTHESIS, "grouping: By outcome.", "grouping: By tower."),
    (FLOW, "n: 30", "n: 31"),
    (CITATIONS, "cited_by: 4", "cited_by: 5"),
    (CITATIONS, "section: Results", "section: Methods"),
    (SETTINGS, "site_name: ", "site_name: The "),
)


def test_after_each_of_many_edits_the_site_is_as_if_made_fresh(tmp_path: Path) -> None:
    """In the short form it is compared after every third: what went stale would stay so."""
    files = dict(SITE)
    root = written(tmp_path / "kept", files)
    before = made(root)
    for number, (path, old, new) in enumerate(EDITS):
        text = files[path].decode()
        assert old in text, path
        files[path] = text.replace(old, new, 1).encode()
        (root / path).write_bytes(files[path])
        after = made(root)
        if LONG or number % 3 == 0 or number == len(EDITS) - 1:
            assert after == fresh(files, tmp_path / str(number)), (path, new)
        assert after != before, (path, new)
        before = after


def test_records_that_come_and_go_leave_no_trace(tmp_path: Path) -> None:
    root = written(tmp_path / "kept", SITE)
    before = made(root)
    for path in (STUDY, LEDGER, CITATIONS, FLOW):
        files = {name: content for name, content in SITE.items() if name != path}
        (root / path).unlink()
        assert made(root) == fresh(files, tmp_path / path.replace("/", "-"))
        (root / path).write_bytes(SITE[path])
        assert made(root) == before


def test_a_brief_whose_printed_files_changed_is_made_again(tmp_path: Path) -> None:
    before = made(written(tmp_path, SITE), lambda: {"choirs": (PDF,)})
    assert b"9 KB" in before["briefs/choirs.md"]
    larger = Download(file=PDF.file, label=PDF.label, name=PDF.name, size="10 KB", pages=PDF.pages)
    after = made(tmp_path, lambda: {"choirs": (larger,)})
    assert b"10 KB" in after["briefs/choirs.md"]
    assert made(tmp_path) == fresh(SITE, tmp_path / "fresh")


def test_files_that_somebody_touched_are_made_again(tmp_path: Path) -> None:
    before = made(written(tmp_path, SITE))
    docs = tmp_path / "build/docs"
    (docs / "studies/ahlgren2001.md").write_text("spoilt")
    (docs / "data/evidence.json").unlink()
    (docs / "data/findings.csv").write_text("spoilt")
    (docs / "more.md").write_text("not of the site")
    (docs / "sitemap.xml").unlink()
    assert made(tmp_path) == before


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"[1, {}]", b'["look", []]', b"\xff", b'{"look": {}}']
)
def test_a_register_that_cannot_be_read_is_as_if_it_were_not_there(
    content: bytes, tmp_path: Path
) -> None:
    before = made(written(tmp_path, SITE))
    (tmp_path / "build/texts.json").write_bytes(content)
    assert made(tmp_path) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "0" * 32},
        {"drawn": ["studies:nobody", "nothing:x", "subjects:[1", "*", ""]},
        {"files": {"../../mkdocs.yml": [1, 1]}},
        {"files": {"../../mkdocs.yml": 5}},
        {"files": [["../../mkdocs.yml", 1, 1]]},
        {"drawn": None},
    ],
)
def test_a_register_with_wrong_things_in_it_does_no_harm(
    wrong: dict[str, object], tmp_path: Path
) -> None:
    before = made(written(tmp_path, SITE))
    register = tmp_path / "build/texts.json"
    said = json.loads(register.read_text())
    said[1] = {name: {**stood, **wrong} for name, stood in said[1].items()}
    register.write_text(json.dumps(said))
    assert made(tmp_path) == before


@pytest.mark.parametrize(
    "lost",
    [
        "studies/ahlgren2001.md",
        "data/evidence.json",
        "data/findings.csv",
        "studies/index.md",
        "briefs/choirs.md",
        "data/datapackage.json",
        "sitemap.xml",
    ],
)
def test_what_a_run_left_that_was_ended_in_between_is_made_whole(
    lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(written(tmp_path / "kept", SITE))
    record = SITE[STUDY].replace(b"on four towers", b"on nine towers")
    (tmp_path / "kept" / STUDY).write_bytes(record)

    def ended(page: Page, folder: Path) -> bool:
        if str(page.path) == lost:
            put(folder / page.path, page.content[:20])
            raise OSError(28, "No space left on device")
        return write_one(page, folder)

    with monkeypatch.context() as patched:
        patched.setattr(texts, "write_one", ended)
        with pytest.raises(OSError, match="No space left"):
            made(tmp_path / "kept")
    assert made(tmp_path / "kept") == fresh({**SITE, STUDY: record}, tmp_path / "fresh")


def test_every_value_that_pages_may_draw_on_is_watched_or_common_to_all() -> None:
    common = {"site", "library", "evidence", "bibliography", "glossary"}
    assert {f.name for f in fields(Context)} == common | {*watch._OF_CONTEXT}
    assert {f.name for f in fields(Evidence)} == {*watch._OF_EVIDENCE}
    told = {"vocabulary", "wording", "flow", "synthesis", "citations", "tested"}
    assert {f.name for f in fields(Library)} == told | {*watch._OF_LIBRARY, "broken", "drafts"}


# A process of one thread shares the work out among copies of itself.
PROGRAM: Final = """
import sys
from pathlib import Path
import generator.load
from generator import crew
from generator.publish import texts
from tests.test_texts import made
generator.load._MANY = texts._MANY = 4
pools, pool = [], crew._pool
crew._pool = lambda copies: pools.append(copies) or pool(copies=copies)
made(Path(sys.argv[1]))
print(sum(pools))
"""


def test_several_processes_make_what_one_makes(tmp_path: Path) -> None:
    root = written(tmp_path / "several", SITE)
    run = [sys.executable, "-c", PROGRAM, str(root)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=TEMPLATES.parent)
    assert not done.stderr
    assert int(done.stdout) == 2, "records are not shared out, or pages are not"
    docs = root / "build/docs"
    several = {p.relative_to(docs).as_posix(): p.read_bytes() for p in docs.rglob("*.*")}
    assert several == fresh(SITE, tmp_path / "one")
