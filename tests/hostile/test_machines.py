"""Machines that refuse: the message says what, the last good site stays, and a rerun mends all."""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator import cli
from generator.cli import main
from generator.crew import Crew
from generator.examine import examine
from generator.publish import build as building
from generator.publish import index as indexing
from generator.publish.theme import BuildFailed, Theme
from generator.publish.typeset import TypesettingFailed
from tests.conftest import REPOSITORY, planted_tree
from tests.hostile.law import LONG
from tests.hostile.test_faults import contents, sources, started
from tests.verify.conftest import StandIn, serve
from tests.verify.test_run import many, site

__all__ = ["serve"]  # a fixture
Edit = Callable[[str, str, str], None]
Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
SECRET = "swordfish-of-the-machine"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fabricated site with what a build made of it; to be copied, not changed."""
    root = planted_tree(tmp_path_factory.mktemp("good") / "site")
    assert main(["build", "--no-pdf", "--root", str(root)]) == 0
    return root


@pytest.fixture
def built(good: Path, tmp_path: Path) -> Path:
    """A site that was built, to be changed at will."""
    return shutil.copytree(good, tmp_path / "site")


def rebuilt(root: Path) -> dict[str, bytes]:
    """The site that a sound machine makes."""
    assert main(["build", "--no-pdf", "--root", str(root)]) == 0
    assert not list(root.glob(".site*"))
    return contents(root / "site")


# --- disks ---------------------------------------------------------------------------------------


def refuse_to_write(below: Path, number: int, patch: Patch) -> None:
    """Whatever is to be written below a folder is refused, as by a disk that may only be read; of
    a disk that is full, the first half of a file is there before that."""
    error = OSError(number, os.strerror(number), str(below))

    def concerns(*paths: object) -> bool:
        given = (os.fsdecode(one) for one in paths if isinstance(one, str | bytes | os.PathLike))
        return any(Path(one).is_relative_to(below) for one in given)

    def refusing(real: Callable[..., Any], writes: Callable[..., bool]) -> Callable[..., Any]:
        def tried(*given: Any, **named: Any) -> Any:
            if concerns(*given[:2]) and writes(*given, **named):
                raise error
            return real(*given, **named)

        return tried

    def in_mode(_: object, mode: str = "r", *__: object, **___: object) -> bool:
        return bool(set(mode) & set("wax+"))

    def with_flags(_: object, flags: int = 0, *__: object, **___: object) -> bool:
        return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

    def always(*_: object, **__: object) -> bool:
        return True

    if number == errno.ENOSPC:

        def half(self: Path, content: bytes) -> int:
            really(self, content[: len(content) // 2])
            raise error

        really = Path.write_bytes
        patch.setattr(Path, "write_bytes", half)
        return
    for place in (io, builtins):
        patch.setattr(place, "open", refusing(place.open, in_mode))
    patch.setattr(os, "open", refusing(os.open, with_flags))
    for name in ("mkdir", "replace", "rename", "link", "unlink", "rmdir"):
        patch.setattr(os, name, refusing(getattr(os, name), always))


def ask_nobody(patch: Patch) -> None:
    """No registry answers."""
    for name in ("CROSSREF", "PUBMED", "OPENALEX", "DATACITE", "DOI", "EUROPEPMC"):
        patch.setenv(f"BRIEFS_{name}_URL", "http://127.0.0.1:9")
    patch.setenv("BRIEFS_ATTEMPTS", "1")


COMMANDS = (
    *(["build", "--no-pdf"], ["fmt"], ["new", "study", "fresh"], ["new", "brief", "fresh"]),
    *(["schema"], ["check", "--fix"], ["verify"], ["add", "10.1234/x"]),
)


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_disk_that_takes_nothing_is_told(
    command: list[str], number: int, built: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    ask_nobody(monkeypatch)
    study = built / "data/studies/ahlgren2001.yaml"
    slip = "direction: benefits" if command == ["check", "--fix"] else "direction:    benefit"
    study.write_text(
        study.read_text("utf-8").replace("direction: benefit", slip, 1), encoding="utf-8"
    )
    before, page = sources(built), contents(built / "site")
    with monkeypatch.context() as patched:
        refuse_to_write(built, number, patched)
        code = main([*command, "--root", str(built)])
    said = capsys.readouterr().err
    assert code == {"check": 1}.get(command[0], 2), said
    told = os.strerror(number) in said or "could not be asked" in said
    assert told, said
    assert sources(built) == before
    assert contents(built / "site") == page
    assert not [path for path in built.rglob("*.new") if path.name.startswith(".")]


def test_what_only_reads_needs_no_room(built: Path, monkeypatch: Patch, capsys: Captured) -> None:
    assert main(["schema", "--root", str(built)]) == 0
    before = contents(built)
    refuse_to_write(built, errno.EROFS, monkeypatch)
    for command in (["check"], ["schema", "--check"], ["trace", "ahlgren2001"]):
        assert main([*command, "--root", str(built)]) == 0, capsys.readouterr().err
    assert contents(built) == before


# --- where a site goes ---------------------------------------------------------------------------


def kept_folder(root: Path) -> Path:
    """Somebody's own folder, in which nothing may change."""
    folder = root.parent / "mine"
    (folder / "deeper").mkdir(parents=True)
    for path in ("letter.txt", "deeper/index.html", "index.html"):
        (folder / path).write_text(SECRET)
    return folder


PLACES: dict[str, tuple[str, str]] = {
    # where the site is to go, and why not
    "somebody's folder": ("../mine", "something else than a site"),
    "a file": ("../mine/letter.txt", "not a folder"),
    "a link": ("linked", "a symbolic link"),
    "a link to nowhere": ("lost", "a symbolic link"),
    "the sources": (".", "holds the sources"),
    "above the sources": ("..", "holds the sources"),
    "the briefs": ("briefs", "something else than a site"),
    "the records": ("data", "something else than a site"),
    "what was made": ("build", "something else than a site"),
    "everything": ("/", "holds the sources"),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_site_takes_nobodys_place(name: str, built: Path, capsys: Captured) -> None:
    mine = kept_folder(built)
    (built / "linked").symlink_to(mine)
    (built / "lost").symlink_to(built / "nowhere")
    place, why = PLACES[name]
    before = contents(built.parent)
    assert main(["build", "--no-pdf", "--root", str(built), "--site", str(built / place)]) == 2
    assert why in capsys.readouterr().err
    assert contents(built.parent) == before


def test_a_site_may_go_to_a_new_an_empty_or_its_own_folder(built: Path, monkeypatch: Patch) -> None:
    monkeypatch.chdir(built)
    (built / "empty").mkdir()
    (built / "deep").mkdir()
    for place in ("empty", "deep/../deep/er", "empty"):
        assert main(["build", "--no-pdf", "--site", place]) == 0
        assert (built / place / "index.html").is_file()


LINKED = (
    "build",
    "build/docs",
    "build/docs/studies",
    "build/html",
    "build/lock",
    "build/html.json",
    "build/index",
    "build/index/pagefind",
    "build/index.json",
)


@pytest.mark.parametrize("path", [*LINKED, "site", ".site.new", ".site.old", "data/ledger"])
def test_no_link_makes_us_write_or_remove_elsewhere(
    path: str, built: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    """A change may bring links: whoever builds it keeps what is theirs."""
    ask_nobody(monkeypatch)
    mine = kept_folder(built)
    before, link = contents(mine), built / path
    shutil.rmtree(link) if link.is_dir() else link.unlink(missing_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(mine / "letter.txt" if path.endswith(("lock", ".json")) else mine)
    harmless = path.startswith(".site")
    commands = (["build", "--no-pdf"], ["fmt"], ["new", "study", "fresh"], ["verify"])
    for command in commands[:1] if harmless else commands:
        code = main([*command, "--root", str(built)])
        said = capsys.readouterr().err
        assert contents(mine) == before, command
        refused = "is a symbolic link" in said and code == 2
        assert refused or harmless or (path == "site" and command[0] != "build"), (command, said)
    assert examine(built).library is not None


# --- what a build needs --------------------------------------------------------------------------


def fail(error: Exception) -> Callable[..., Any]:
    def failing(*_: object, **__: object) -> Any:
        raise error

    return failing


def without_template(tree: Path, text: str | None, patch: Patch, path: str) -> None:
    """Our own templates, of which one is not there, or holds a text."""
    copy = tree.parent / "templates"
    shutil.copytree(REPOSITORY / "templates", copy)
    (copy / path).unlink() if text is None else (copy / path).write_text(text)
    patch.setattr(building, "templates_of", lambda _: (copy,))


def halfway(error: Exception, patch: Patch) -> None:
    """Some pages are made, and the next one fails."""
    left, really = iter(range(5)), Theme.dress

    def dress(theme: Theme, uri: str) -> Any:
        if next(left, None) is None:
            raise error
        return really(theme, uri)

    patch.setattr(Theme, "dress", dress)


def without_theme(tree: Path, _: Patch) -> None:
    settings = tree / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("site_overrides", "nowhere"), encoding="utf-8")


BROKEN: dict[str, tuple[Callable[[Path, Patch], None], int, str]] = {
    # what is done, the exit code, and what is said
    "a page's template is gone": (
        lambda tree, patch: without_template(tree, None, patch, "pages/study.md.j2"),
        1,
        "The template pages/study.md.j2 is not there",
    ),
    "a template is broken": (
        lambda tree, patch: without_template(tree, "{% if %}", patch, "pages/study.md.j2"),
        1,
        "The template pages/study.md.j2, line 1: Expected",
    ),
    "a template asks for what is not there": (
        lambda tree, patch: without_template(tree, "\n{{ no.such }}", patch, "pages/study.md.j2"),
        1,
        "pages/study.md.j2, line 2: 'no' is undefined",
    ),
    "a drawing's template is gone": (
        lambda tree, patch: without_template(tree, None, patch, "blocks/forest-macro.md.j2"),
        1,
        "The template blocks/forest-macro.md.j2 is not there",
    ),
    "the builder fails halfway": (
        lambda _, patch: halfway(BuildFailed("page 6 is odd"), patch),
        1,
        "page 6 is odd",
    ),
    "the disk fails halfway": (
        lambda _, patch: halfway(OSError(errno.EIO, "Input/output error"), patch),
        2,
        "Input/output error",
    ),
    "the search's program is gone": (
        lambda _, patch: patch.setattr("pagefind.service.get_executable", lambda: None),
        1,
        "pagefind-bin",
    ),
    "the search's program cannot be run": (
        lambda tree, patch: patch.setattr("pagefind.service.get_executable", lambda: tree),
        2,
        "this machine refused something",
    ),
    "the index fails": (
        lambda _, patch: patch.setattr(indexing, "_run", fail(BuildFailed("no index"))),
        1,
        "no index",
    ),
    "the theme is gone": (without_theme, 1, "nowhere"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_build_lacks_is_told_and_the_site_stays(
    name: str, built: Path, edit_of: Edit, capsys: Captured, monkeypatch: Patch
) -> None:
    old, settings = contents(built / "site"), (built / "mkdocs.yml").read_bytes()
    edit_of("data/studies/dahl2012.yaml", "halls that were cold", "halls that were icy")
    breaking, code, said = BROKEN[name]
    with monkeypatch.context() as patched:
        breaking(built, patched)
        assert main(["build", "--no-pdf", "--root", str(built)]) == code
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert contents(built / "site") == old
    assert not list(built.glob(".site*"))
    (built / "mkdocs.yml").write_bytes(settings)
    if LONG or "halfway" in name:
        assert b"halls that were icy" in rebuilt(built)["studies/dahl2012/index.html"]


@pytest.fixture
def edit_of(built: Path) -> Edit:
    def replace(path: str, old: str, new: str) -> None:
        text = (built / path).read_text(encoding="utf-8")
        assert old in text
        (built / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def test_a_document_that_cannot_be_printed_is_named(
    built: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    old = contents(built / "site")

    class Done:
        def result(self) -> None:
            raise TypesettingFailed("no typeface has this letter")

    monkeypatch.setattr(Crew, "submit", lambda *_: Done())
    assert main(["build", "--root", str(built)]) == 1
    said = capsys.readouterr().err
    assert re.search(r"A PDF could not be made; .*\n\S+\.(pdf|png): no typeface", said), said
    assert contents(built / "site") == old


@pytest.mark.parametrize("how", ["gone", "spoilt"])
def test_sources_that_change_after_they_were_read_change_nothing_in_this_build(
    how: str, built: Path, monkeypatch: Patch
) -> None:
    """What was read is what is built; only the builder reads its own settings again."""
    old = contents(built / "site")

    def then(root: Path, *, keep: bool) -> Any:
        checked = examine(root, keep=keep)
        for path in sources(built):
            if path.startswith(("data/", "briefs/")):
                (built / path).unlink() if how == "gone" else (built / path).write_bytes(b"- [")
        return checked

    monkeypatch.setattr(cli, "examine", then)
    assert main(["build", "--no-pdf", "--root", str(built)]) == 0
    assert contents(built / "site") == old


CHANGED = (None, b"site_name: x\nhooks: [x.py]", b"site_name: [", b"\xff\xfe")


@pytest.mark.parametrize("text", CHANGED if LONG else CHANGED[:2])
def test_settings_that_change_after_they_were_read_are_told(
    text: bytes | None, built: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    old, settings = contents(built / "site"), built / "mkdocs.yml"
    right = settings.read_bytes()
    (built / "x.py").write_text("raise SystemExit('it runs')")

    def then(root: Path, *, keep: bool) -> Any:
        checked = examine(root, keep=keep)
        settings.unlink() if text is None else settings.write_bytes(text)
        return checked

    with monkeypatch.context() as patched:
        patched.setattr(cli, "examine", then)
        assert main(["build", "--no-pdf", "--root", str(built)]) in (1, 2)
    assert capsys.readouterr().err.count("\n") >= 2
    assert contents(built / "site") == old
    settings.write_bytes(right)
    assert text or rebuilt(built) == old


# --- Ctrl+C --------------------------------------------------------------------------------------


def stopped(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Press Ctrl+C, which reaches each process of a command, and say how it ended."""
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


@pytest.mark.parametrize("after", [0.1, 0.5, 1, 1.5, 2, 3, 4] if LONG else [0.4, 1.7])
def test_a_build_that_is_stopped_says_so_and_leaves_the_site(after: float, built: Path) -> None:
    old, before = contents(built / "site"), sources(built)
    shutil.rmtree(built / "build")
    process = started(built, "build")
    time.sleep(after)
    code, said = stopped(process)
    if code:
        # While Python itself begins, nobody is there yet who could say something; when all is done
        # and it ends, nobody is there any more.
        assert code in (2, -signal.SIGINT)
        assert said.endswith("stopped\n") or "published in" in said or after < 0.2
        assert contents(built / "site") == old
    assert "Traceback" not in said
    assert sources(built) == before
    assert not list(built.glob(".site*"))


@pytest.mark.parametrize("command", ["verify", "add"])
def test_a_question_that_is_stopped_leaves_whole_files(
    command: str, tmp_path: Path, serve: Callable[..., StandIn]
) -> None:
    works, truths = many(9)
    root = site(tmp_path / "site", *works[1:])
    stand_in = serve(truths, slow=0.3)
    before = contents(root)
    given = [command, *([works[0].doi] if command == "add" else [])]
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", *given, "--root", str(root)],
        env=stand_in.environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until(lambda: bool(stand_in.questions))
    code, said = stopped(process)
    assert (code, said.splitlines()[-1]) == (2, "stopped")
    assert "Traceback" not in said
    now = contents(root / "data")
    assert now["library.bib"] == before["data/library.bib"]
    assert examine(root).problems  # it can be read
    again = subprocess.run(process.args, env=stand_in.environment, check=False)
    assert again.returncode == 0


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_preview_that_is_stopped_ends_well(built: Path) -> None:
    process = started(built, "serve", "--no-pdf", "--port", "0")
    assert process.stderr is not None
    for line in process.stderr:
        if "Ctrl+C" in line:
            break
    code, said = stopped(process)
    assert (code, said) == (0, "")
    assert not list(built.glob(".site*"))


# --- what is printed -----------------------------------------------------------------------------


@pytest.fixture
def printed() -> Iterator[io.TextIOWrapper]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    yield stream
    stream.close()


def test_a_terminal_that_lacks_letters_is_shown_their_numbers(
    built: Path, edit_of: Edit, printed: io.TextIOWrapper, monkeypatch: Patch
) -> None:
    edit_of("data/studies/dahl2012.yaml", "design: ", "design: é")
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", printed)
        assert main(["check", "--root", str(built)]) == 1
    printed.flush()
    assert isinstance(printed.buffer, io.BytesIO)
    assert b"\\xe9" in printed.buffer.getvalue()


def test_an_output_that_takes_nothing_is_told(tree: Path, edit: Edit) -> None:
    edit("data/studies/dahl2012.yaml", "design: ", "design: x")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "generator", "check", "--root", str(tree)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert os.strerror(errno.ENOSPC) in done.stderr
