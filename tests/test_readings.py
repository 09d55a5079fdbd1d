"""What is kept of the files of a site: the same library, only what changed is read again, and
nothing is believed that this program did not write here itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from generator import load as loading
from generator.library import Library
from generator.load import kept, load
from generator.load.kept import KEPT
from generator.problem import Problem
from tests.hostile.documents import site, written

ROOT: Final = Path(__file__).resolve().parents[1]
STUDY: Final = "data/studies/ahlgren2001.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "site", site())


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are parsed, of those whose readings may be kept."""
    paths: list[str] = []
    for form in (loading._STUDY, loading._ENTRY, loading._WORKS):
        monkeypatch.setattr(loading, _name_of(form), _noting(form, paths))
    return paths


def _name_of(form: object) -> str:
    return next(name for name, value in vars(loading).items() if value is form)


def _noting(form: loading._Form[Any], paths: list[str]) -> loading._Form[Any]:
    def parse(text: str, path: str) -> kept.Read[Any]:
        paths.append(path)
        return form.parse(text, path)

    return loading._Form(parse=parse, kind=form.kind, limit=form.limit)


def loaded(root: Path, *, keep: bool = True) -> tuple[Library, tuple[Problem, ...]]:
    """The library as a new process reads it, which has nothing in its memory."""
    kept._in_memory.clear()
    library, problems = load(root, keep=keep)
    assert library is not None
    return library, problems


def test_what_was_kept_gives_the_same_library(root: Path, parsed: list[str]) -> None:
    fresh = loaded(root, keep=False)
    assert not (root / KEPT).exists()
    assert loaded(root) == fresh
    parsed.clear()
    assert loaded(root) == fresh
    assert parsed == []


def test_what_was_kept_of_the_real_records_gives_the_same_library(tmp_path: Path) -> None:
    for folder in ("data", "briefs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert loaded(tmp_path) == loaded(tmp_path) == loaded(tmp_path, keep=False)


def test_only_a_file_that_changed_is_read_again(root: Path, parsed: list[str]) -> None:
    loaded(root)
    parsed.clear()
    record = root / STUDY
    record.write_text(record.read_text().replace("n: 80, desc", "n: 81, desc"))
    library, _ = loaded(root)
    assert parsed == [STUDY]
    assert library.studies["ahlgren2001"].n == 81
    record.unlink()
    assert "ahlgren2001" not in loaded(root)[0].studies


def test_a_process_that_reads_again_has_the_very_same_values(root: Path, parsed: list[str]) -> None:
    first, _ = loaded(root)
    record = root / STUDY
    record.write_text(record.read_text().replace("n: 80, desc", "n: 81, desc"))
    parsed.clear()
    second, _ = load(root, keep=True)
    assert second
    assert parsed == [STUDY]
    assert second.studies["ahlgren2001"].n == 81
    same = {name for name, study in second.studies.items() if study is first.studies[name]}
    assert same == first.studies.keys() - {"ahlgren2001"}
    assert all(work is first.works[key] for key, work in second.works.items())
    assert second == loaded(root)[0]


def test_a_process_keeps_in_memory_only_what_it_read_last(root: Path, tmp_path: Path) -> None:
    loaded(root)
    (root / STUDY).unlink()
    load(root, keep=True)
    held = {id(value) for value in kept._in_memory.values()}
    library, _ = load(root, keep=True)
    assert library
    assert held == {id(value) for value in kept._in_memory.values()}
    assert "Choirs on four towers" not in str(kept._in_memory)


def test_what_is_wrong_is_told_each_time(root: Path) -> None:
    (root / STUDY).write_text((root / STUDY).read_text().replace("randomised", "random"))
    told = [loaded(root)[1] for _ in range(3)]
    assert told[0] == told[1] == told[2]
    assert "unknown-value" in {problem.rule for problem in told[0]}


def test_an_entry_of_the_ledger_under_another_name_is_told_though_its_text_is_known(
    root: Path,
) -> None:
    loaded(root)
    shutil.copyfile(root / "data/ledger/ahlgren2001.json", root / "data/ledger/other.json")
    library, problems = loaded(root)
    assert [problem.rule for problem in problems] == ["ledger-key"]
    assert "other" not in library.ledger


def test_a_faulty_ledger_silences_no_rule_on_records(root: Path) -> None:
    (root / "data/ledger/ahlgren2001.json").write_text("{")
    library, problems = loaded(root)
    assert [problem.rule for problem in problems] == ["ledger-json"]
    assert library.broken == frozenset()


SPOILT: Final[dict[str, Callable[[bytes], bytes]]] = {
    "cut short": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "another figure": lambda content: content.replace(b'"n":80', b'"n":88'),
    "no head": lambda content: content.partition(b"\n")[2],
    "a deep head": lambda content: b"[" * 10**5 + content,
    "no text": lambda content: bytes(255 - byte for byte in content),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_was_spoilt_is_not_believed(name: str, root: Path, parsed: list[str]) -> None:
    fresh = loaded(root)
    file = root / KEPT
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    spoilt = SPOILT[name](file.read_bytes())
    assert spoilt != file.read_bytes()
    file.write_bytes(spoilt)
    os.utime(file, ns=times)
    parsed.clear()
    assert loaded(root) == fresh
    assert STUDY in parsed
    parsed.clear()
    assert loaded(root) == fresh
    assert parsed == []


def test_what_came_from_elsewhere_is_not_believed(root: Path, parsed: list[str]) -> None:
    """A file that somebody brings, such as with a pull request, has the time of its coming."""
    loaded(root)
    content = (root / KEPT).read_bytes()
    (root / KEPT).unlink()
    (root / KEPT).write_bytes(content)
    parsed.clear()
    loaded(root)
    assert STUDY in parsed


def test_what_another_version_wrote_is_not_believed(
    root: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(root)
    parsed.clear()
    monkeypatch.setattr(kept, "program", lambda: "another version")
    loaded(root)
    assert STUDY in parsed


def test_nothing_is_kept_where_a_link_leads(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / "build").symlink_to(elsewhere)
    assert loaded(root) == loaded(root, keep=False)
    assert list(elsewhere.iterdir()) == []


def test_a_folder_in_which_nothing_can_be_kept_is_read_all_the_same(root: Path) -> None:
    (root / "build").write_text("a file where a folder should be")
    assert loaded(root) == loaded(root, keep=False)
