"""The fabricated site's documents, made once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.appraise import gather
from generator.crew import Crew
from generator.load import load
from generator.load.site import load_site
from generator.publish.pdf import PdfFile, begin_pdfs
from generator.render.context import Context, prepare

HOME = Path(__file__).resolve().parents[2]
GOOD = HOME / "tests" / "data" / "good"
TEMPLATES = (HOME / "templates",)


def make_pdfs(context: Context, build: Path) -> tuple[PdfFile, ...]:
    """Make every document below `build` and wait for them."""
    with Crew() as crew:
        return begin_pdfs(context, TEMPLATES, build, crew).files()


@pytest.fixture(scope="session")
def context() -> Context:
    library, problems = load(GOOD)
    site, _ = load_site(GOOD, {})
    assert library is not None, problems
    assert site is not None
    return prepare(site, library, gather(library))


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("build")


@pytest.fixture(scope="session")
def made(context: Context, build: Path) -> dict[str, PdfFile]:
    return {file.path.name: file for file in make_pdfs(context, build)}
