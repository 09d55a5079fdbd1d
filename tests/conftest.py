"""What every test may use: the fabricated tree, copied; and no network but this machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
import pytest
from hypothesis import settings

# Writes down what a run of the tests found, where it is asked to.
pytest_plugins = ("tests.promises",)

# A machine that is busy is no fault of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent

# What was compiled is kept, whatever this machine is set to: in a fresh clone hundreds of processes
# read the same modules.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """A folder of source documents, for the comparison of word runs."""
    parser.addoption(
        "--sources", default=None, help="compare our prose with the texts in this folder"
    )


# Tests in a browser keep two processors busy, and those of slow registries none: begun together and
# first, neither is left to itself at the end of a run by several workers.
FIRST = ("tests/test_browser_search.py", "tests/verify/test_planted.py", "tests/verify/test_run.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long are handed out first; the order of all others stays."""
    files = [item.nodeid.partition("::")[0] for item in items]
    places = {file: FIRST.index(file) if file in FIRST else len(FIRST) for file in files}
    items.sort(key=lambda item: places[item.nodeid.partition("::")[0]])


def pytest_xdist_auto_num_workers() -> int:
    """Workers of `-n auto`: one more than there are processors, because many tests wait for a
    server, a browser or a process that is to end."""
    return (os.cpu_count() or 1) + 1


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests reach nothing but this machine."""
    import pytest_socket

    pytest_socket.socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True, scope="session")
def _templates_are_compiled_once() -> Iterator[None]:
    """Hundreds of sites are made of the same templates, and most of the time of a small one is
    their compilation: what was compiled from a text is kept for the same text and settings."""
    whole, kept = jinja2.Environment.compile, dict[object, CodeType]()

    def compiled(self: jinja2.Environment, source: Any, *given: Any, **named: Any) -> Any:
        if not isinstance(source, str) or given[2:] or named:
            return whole(self, source, *given, **named)
        key = (type(self), _settings_of(self), source, *given)
        if key not in kept:
            kept[key] = whole(self, source, *given)
        return kept[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jinja2.Environment, "compile", compiled)
        yield


def _settings_of(environment: jinja2.Environment) -> object:
    """All of an environment that a compiled template depends on."""
    signs = ("block_start_string", "variable_start_string", "comment_start_string", "trim_blocks")
    lines = ("lstrip_blocks", "keep_trailing_newline", "line_statement_prefix", "newline_sequence")
    how = ("autoescape", "finalize", "undefined", "optimized", "is_async", "sandboxed")
    return (
        *(getattr(environment, name) for name in (*signs, *lines, *how)),
        *sorted(environment.extensions),
        *sorted(environment.filters.items(), key=lambda item: item[0]),
        *sorted(environment.tests),
        *sorted(environment.policies),
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the small fabricated site, to be changed at will."""
    return planted_tree(tmp_path / "site")


def sources_of_good(root: Path) -> Path:
    """The small fabricated site as it stands, in a folder that is not there yet, without what
    somebody may have built in it."""
    made = shutil.ignore_patterns("build", "site")
    return Path(shutil.copytree(HERE / "data" / "good", root, ignore=made))


def planted_tree(root: Path) -> Path:
    """A copy of the small fabricated site that can be built where it is."""
    sources_of_good(root)
    settings = (root / "mkdocs.yml").read_text(encoding="utf-8")
    overrides = str(REPOSITORY / "site_overrides")
    (root / "mkdocs.yml").write_text(
        settings.replace("../../../site_overrides", overrides), encoding="utf-8"
    )
    return root


@pytest.fixture
def edit(tree: Path) -> Callable[[str, str, str], None]:
    """Replace a text in one file of the tree; it must be there."""

    def replace(path: str, old: str, new: str) -> None:
        text = (tree / path).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path}"
        (tree / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace
