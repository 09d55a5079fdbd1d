"""What a reader loads hardly grows with the site; `tests/benchmarks/reader.py` measures more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from generator.cli import main
from tests.benchmarks import reader
from tests.benchmarks.browser import Host, Visit, phone, serving
from tests.benchmarks.corpus import write_corpus
from tests.browsing import chromium, needed

FEW, MANY = 100, 300
# Bytes that may be loaded for each record. With as many 10,000 studies stay below 250 KB, and a
# record itself has about 700.
A_RECORD = 13

pytestmark = needed


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[int, Host]]:
    """A small and a larger made-up site, served as gzip."""
    top = tmp_path_factory.mktemp("scale")
    with ExitStack() as stack:
        served = {}
        for studies in (FEW, MANY):
            write_corpus(top / str(studies), studies)
            assert main(["build", "--no-pdf", "--root", str(top / str(studies))]) == 0
            served[studies] = stack.enter_context(serving(top / str(studies) / "site"))
        yield served


@pytest.fixture(scope="module")
def browser(hosts: object) -> Iterator[Browser]:
    """Chromium, started after the sites were built."""
    with chromium() as running:
        yield running


def visited(browser: Browser, host: Host, act: reader.Reader) -> Visit:
    """What a reader's act took, in a browser that has been nowhere."""
    with phone(browser) as page:
        return act(page, host, browser)


@pytest.mark.parametrize("path", ["search/", "studies/", ""])
def test_nothing_is_loaded_before_a_search(
    browser: Browser, hosts: Mapping[int, Host], path: str
) -> None:
    assert visited(browser, hosts[MANY], reader.opened(path)).bytes == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "storms"},
        {"q": "keepers asked in the harbour"},
        {"q": "keepers", "design": "Randomised trial", "outcome": "Skill aaa"},
        {"design": "Cohort study"},
    ],
    ids=["a word", "words on every page", "a word with choices", "a choice alone"],
)
def test_a_search_loads_little_more_of_a_larger_site(
    browser: Browser, hosts: Mapping[int, Host], asked: dict[str, str]
) -> None:
    few, many = (visited(browser, hosts[n], reader.searched(asked)) for n in (FEW, MANY))
    assert any(".pf_fragment" in path for path, _ in many.sent), "results are shown"
    assert many.bytes < few.bytes + (MANY - FEW) * A_RECORD
