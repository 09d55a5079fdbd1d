"""Whatever bytes stand in a site's files, the answer is problems or success: never a traceback,
never without end, never a print from below.

With BRIEFS_LONG=1 there are many more inputs, and other ones each time (`make fuzz`).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile.documents import EVERY, site, written
from tests.hostile.law import examined, many
from tests.hostile.spoilt import spoilt
from tests.promises import RecordFigure

SITE = site()
TEXTS = {path: content.decode() for path, content in SITE.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def tried(root: Path, changed: Mapping[str, bytes]) -> None:
    """Examine the site with some files changed, and put them back."""
    if not root.exists():
        written(root, SITE)
    written(root, changed)
    examined(root)
    written(root, {path: SITE[path] for path in changed})


def test_the_site_that_is_spoilt_is_sound(folder: Path) -> None:
    checked = examined(written(folder / "sound", SITE))
    assert checked.errors == 0
    assert {path for path in EVERY if path not in SITE} == set()


@pytest.mark.parametrize("path", EVERY)
def test_a_spoilt_file_gives_problems_or_success(
    path: str, folder: Path, record_figure: RecordFigure
) -> None:
    count = 0
    others = [text for other, text in TEXTS.items() if other != path]

    @many(18, 3_000)
    @given(spoilt(TEXTS[path], others) | st.binary(max_size=200))
    def lawful(content: bytes) -> None:
        nonlocal count
        count += 1
        tried(folder / "one", {path: content})

    lawful()
    record_figure("inputs-fuzzed", count)


def test_several_spoilt_files_give_problems_or_success(
    folder: Path, record_figure: RecordFigure
) -> None:
    count = 0
    each = st.sampled_from(EVERY).flatmap(
        lambda path: st.tuples(st.just(path), spoilt(TEXTS[path]))
    )

    @many(25, 6_000)
    @given(st.lists(each, min_size=2, max_size=4).map(dict))
    def lawful(changed: dict[str, bytes]) -> None:
        nonlocal count
        count += 1
        tried(folder / "some", changed)

    lawful()
    record_figure("inputs-fuzzed", count)


def test_files_of_any_name_give_problems_or_success(
    folder: Path, record_figure: RecordFigure
) -> None:
    count = 0
    signs = st.characters(exclude_characters="/\0", exclude_categories=["Cs"])
    name = st.text(signs, min_size=1, max_size=40) | st.sampled_from(
        ("a\nb.yaml", "'.yaml", '".md', "é.yaml", "\u202e.json", "..yaml", "CON.yaml", ".hidden.md")
    )
    raw = st.binary(min_size=1, max_size=20).filter(lambda n: not set(n) & {0, 47})
    ending = st.sampled_from(("", ".yaml", ".md", ".json", ".YAML"))
    where = st.sampled_from(("briefs", "data/studies", "data/ledger"))

    @many(25, 3_000)
    @given(where, name.map(lambda n: n.encode()) | raw, ending, st.booleans())
    def lawful(below: str, stem: bytes, end: str, is_folder: bool) -> None:
        nonlocal count
        root = folder / "names"
        if not root.exists():
            written(root, SITE)
        target = bytes(root / below) + b"/" + stem[:200] + end.encode()
        path = Path(target.decode("utf-8", "surrogateescape"))
        if path.exists() or path.name in {".", ".."}:
            return
        count += 1
        path.mkdir() if is_folder else path.write_bytes(b"x")
        checked = examined(root)
        assert len(checked.problems) > 0 or path.name in {".DS_Store"}
        shutil.rmtree(path) if is_folder else path.unlink()

    lawful()
    record_figure("inputs-fuzzed", count)
