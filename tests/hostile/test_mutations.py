"""Whatever stands in a source, the answer is a list of problems or a library: never a traceback.

With BRIEFS_LONG=1 many more inputs are tried (`make fuzz`).
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from generator.examine import examine
from tests.conftest import sources_of_good
from tests.promises import RecordFigure

GOOD = Path(__file__).resolve().parents[1] / "data/good"
LONG = os.environ.get("BRIEFS_LONG") == "1"
ROUNDS = 2_000 if LONG else 40
FILES = tuple(
    sorted(
        path.relative_to(GOOD).as_posix()
        for path in GOOD.rglob("*")
        if path.suffix in {".yaml", ".yml", ".bib", ".md", ".json"}
    )
)
ODD = (
    *(b"\0", b"\xff", b"\xef\xbb\xbf", b"\r\n", b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"\t"),
    *("\u202e".encode(), "\u200b".encode(), b"\xed\xa0\x80", "\U0001f3b5".encode(), "а".encode()),
    *(b"&a ", b"*a ", b"!!python/object:os.system ", b"<<: ", b"---\n", b"...\n", b"? "),
    *(b"1e400", b".nan", b"0x", b"9" * 400, b"-", b"2020-02-30", b"190:20:30", b"~", b"yes"),
    *(b"{", b"}", b"[", b"]", b'"', b"'", b"`" * 3, b"\\", b"#", b"@", b"%", b"|", b">"),
    *(b"@string{a = a}", b"@preamble{", b"{" * 300, b"[" * 300, b"> " * 300, b"*" * 300),
    *(b"[@", b"](javascript:x)", b"<script>", b"{{", b"{%", b"\\input{x}", b"x" * 5_000),
)


def mutated(text: bytes, dice: random.Random) -> bytes:
    """The text after one to four slips of the hand, or of a machine."""
    for _ in range(dice.randint(1, 4)):
        at, lines = dice.randrange(len(text) + 1), text.splitlines(keepends=True)
        some = dice.randrange(len(lines)) if lines else 0
        match dice.randrange(7):
            case 0:
                text = text[:at] + dice.choice(ODD) + text[at:]
            case 1:
                text = text[:at]
            case 2:
                text = text[:at] + bytes([dice.randrange(256)]) + text[at + 1 :]
            case 3:
                text = b"".join(lines[:some] + lines[some + 1 :])
            case 4:
                text = b"".join(lines[: some + 1] + lines[some:])
            case 5:
                dice.shuffle(lines)
                text = b"".join(lines)
            case _:
                head, colon, _ = (lines[some] if lines else b"").partition(b": ")
                lines[some : some + 1] = [head + colon + dice.choice(ODD) + b"\n"]
                text = b"".join(lines)
    return text


@pytest.mark.parametrize("name", FILES)
def test_a_source_that_was_spoilt_gives_problems_or_a_library(
    name: str, tmp_path: Path, record_figure: RecordFigure
) -> None:
    root = tmp_path / "site"
    sources_of_good(root)
    good, dice = (root / name).read_bytes(), random.Random(name)
    for _ in range(ROUNDS):
        (root / name).write_bytes(mutated(good, dice))
        checked = examine(root)
        assert checked.library is not None or checked.problems
    record_figure("inputs-fuzzed", ROUNDS)


LAUGHS = b"a: &a [x, x]\n" + b"".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n".encode() for n in range(24)
)
MONSTERS = {
    "ten megabytes": b"notes: " + b"word " * 2_000_000,
    "a line of a megabyte": b"title: " + b"x" * 1_000_000,
    "ten thousand deep, flow": b"a: " + b"[" * 10_000,
    "ten thousand deep, block": b"".join(b" " * n + b"-\n" for n in range(2_000)),
    "a billion laughs": LAUGHS,
    "zeros": b"\0" * 10_000,
    "no UTF-8": bytes(range(256)) * 40,
    "UTF-16": "title: x\n".encode("utf-16"),
    "half a pair": b'title: "\\ud800"\n',
    "backwards": "title: abc\u202edef\n".encode(),
}


@pytest.mark.parametrize("monster", MONSTERS)
@pytest.mark.parametrize(
    "name",
    ["data/studies/dahl2012.yaml", "data/vocabulary.yaml", "data/library.bib", "briefs/choirs.md"],
)
def test_a_monster_is_told(name: str, monster: str, tmp_path: Path) -> None:
    root = tmp_path / "site"
    sources_of_good(root)
    (root / name).write_bytes(MONSTERS[monster])
    checked = examine(root)
    assert any(problem.place.path == name for problem in checked.problems)
    assert all("\u202e" not in p.message + p.hint for p in checked.problems)
    assert sum(len(p.message) + len(p.hint) for p in checked.problems) < 1_000_000


def test_a_folder_where_a_file_should_be_and_the_other_way_round(tmp_path: Path) -> None:
    for number, name in enumerate(
        ("data/library.bib", "data/vocabulary.yaml", "data/wording.yaml")
    ):
        root = tmp_path / f"file{number}"
        sources_of_good(root)
        (root / name).unlink()
        (root / name).mkdir()
        assert any(problem.place.path == name for problem in examine(root).problems)
    for number, name in enumerate(("data/studies", "briefs")):
        root = tmp_path / f"folder{number}"
        sources_of_good(root)
        shutil.rmtree(root / name)
        (root / name).write_text("a file")
        assert examine(root).problems
