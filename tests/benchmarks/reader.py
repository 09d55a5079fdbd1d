"""What a reader with a phone loads and waits for, on a made-up site of 10,000 studies.

Run `python -m tests.benchmarks.reader`. Options: ``--studies N`` (default 10000), ``--folder DIR``
for the made-up sites (default: a temporary one; sites that are there are used), ``--as-built`` to
measure a site as it was built last, ``--serve N`` (default 1000) for `briefs serve`, 0 for none.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from playwright.sync_api import Browser, Page

from tests.benchmarks.browser import Host, Visit, phone, serving, timed
from tests.benchmarks.corpus import write_corpus
from tests.browsing import chromium

REPOSITORY: Final = Path(__file__).resolve().parents[2]
VISITS: Final = 5
SETTLED: Final = """() => /results? /.test(document.getElementById("search-status").textContent)
  && !document.querySelector("#search-results[aria-busy]")"""
FILL: Final = """(asked) => Object.entries(asked).forEach(([name, value]) => {
  document.querySelector(`.search-page [name=${name}]`).value = value; })"""
SEARCHES: Final = {
    "one word, in 60 studies": {"q": "adh"},
    "one word, in a third of the studies": {"q": "storms"},
    "two words": {"q": "storms lamps"},
    "a word on every page": {"q": "keepers"},
    "three words on every page": {"q": "keepers who were asked in the harbour"},
    "six words on every page": {"q": "keepers asked harbour towers agreed end"},
    "a word and a design": {"q": "storms", "design": "Randomised trial"},
    "a word and an outcome": {"q": "storms", "outcome": "Skill aaa"},
    "two words, a design and an outcome": {
        "q": "keepers asked",
        "design": "Randomised trial",
        "outcome": "Skill aaa",
    },
    "an outcome alone": {"outcome": "Skill aaa"},
}
KINDS: Final = ("", "studies", "outcomes", "references", "briefs", "works", "map", "corrections")
PLAIN: Final = ("glossary", "themes", "data", "methods", "search")


def main() -> None:
    """Measure, and print the tables as Markdown."""
    parser = argparse.ArgumentParser(description="Measure what a reader loads and waits for.")
    parser.add_argument("--studies", type=int, default=10_000)
    parser.add_argument("--serve", type=int, default=1000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--as-built", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        root = _built(folder, options.studies, again=not options.as_built)
        for line in _lines(root, options.studies):
            _print(line)
        if options.serve:
            for line in _serving(_built(folder, options.serve, again=False), options.serve):
                _print(line)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _built(folder: Path, studies: int, *, again: bool) -> Path:
    """A made-up site, built where it has to be."""
    root = folder / f"site-{studies}"
    if not root.exists():
        write_corpus(root, studies)
    if again or not (root / "site").exists():
        build = [sys.executable, "-m", "generator", "build", "--no-pdf", "--root", str(root)]
        subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    return root


def _lines(root: Path, studies: int) -> Iterator[str]:
    site = root / "site"
    with serving(site) as host, chromium() as browser:
        yield f"| {studies:,} studies, phone, gzip | loaded | s by the clock | s of processors |"
        yield "| --- | ---: | ---: | ---: |"
        yield _row("the search page, before a search", _best(browser, host, opened("search/")))
        for name, asked in SEARCHES.items():
            yield _row(f"search: {name}", _best(browser, host, searched(asked)))
        for name, visit in _finder(browser, host).items():
            yield _row(f"finder: {name}", visit)
    yield from ("", *_pages(site), "", *_index(site))


def _row(name: str, visit: Visit) -> str:
    return f"| {name} | {visit.kilobytes()} | {visit.seconds:.2f} | {visit.work:.2f} |"


Reader = Callable[[Page, Host, Browser], Visit]


def _best(browser: Browser, host: Host, reader: Reader) -> Visit:
    """The quickest of several visits, each in a browser that has been nowhere."""
    visits = []
    for _ in range(VISITS):
        with phone(browser) as page:
            visits.append(reader(page, host, browser))
    return _least(visits)


def _least(visits: list[Visit]) -> Visit:
    return Visit(
        sent=max((visit.sent for visit in visits), key=lambda sent: sum(n for _, n in sent)),
        seconds=min(visit.seconds for visit in visits),
        work=min(visit.work for visit in visits),
    )


def opened(path: str) -> Reader:
    """Open a page and wait until nothing more is loaded: what its index costs, before any use."""

    def act(page: Page, host: Host, browser: Browser) -> Visit:
        def go() -> None:
            page.goto(host.address + path)
            page.wait_for_load_state("networkidle")

        visit = timed(browser, host, go)
        index = tuple(one for one in visit.sent if re.search(r"pagefind|terms|finder/", one[0]))
        return Visit(sent=index, seconds=visit.seconds, work=visit.work)

    return act


def searched(asked: dict[str, str]) -> Reader:
    """Open the search page, type, and wait for all that is first shown."""

    def act(page: Page, host: Host, browser: Browser) -> Visit:
        page.goto(f"{host.address}search/")
        page.wait_for_load_state("networkidle")
        page.evaluate(FILL, asked)

        def go() -> None:
            page.evaluate("document.querySelector('.search-page').requestSubmit()")
            page.wait_for_function(SETTLED)

        return timed(browser, host, go)

    return act


def _finder(browser: Browser, host: Host) -> dict[str, Visit]:
    """Filters of the list of studies: when they are first used, and later."""
    runs: dict[str, list[Visit]] = {}
    for _ in range(VISITS):
        with phone(browser) as page:
            page.goto(f"{host.address}studies/")
            page.wait_for_load_state("networkidle")
            for name, act in CHOICES.items():
                before = page.locator(".finder__status").inner_text()

                def go(act: str = act, before: str = before) -> None:
                    page.evaluate(act)
                    page.wait_for_function(CHANGED, arg=before)

                runs.setdefault(name, []).append(timed(browser, host, go))
    return {name: _least(visits) for name, visits in runs.items()}


def _choose(name: str, value: str, event: str = "change") -> str:
    field = f"document.querySelector('.finder [name={name}]')"
    told = f"new Event('{event}', {{bubbles: true}})"
    return f"{field}.value = '{value}'; {field}.dispatchEvent({told})"


INDEXING: Final = """
import resource, sys
from pathlib import Path
from generator.publish.index import index_site
index_site(Path(sys.argv[1]))
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(round(sum(one.ru_utime for one in used)), max(one.ru_maxrss for one in used) // 1024)
"""
CHANGED: Final = """(before) => {
  const now = document.querySelector(".finder__status").textContent.trim();
  return now !== before.trim() && /[0-9]/.test(now); }"""
CHOICES: Final = {
    "the first choice, a design": _choose("design", "randomised-trial"),
    "an outcome, too": _choose("outcome", "outcome-0"),
    "another design": _choose("design", "cohort"),
    "words": _choose("q", "storms", "input"),
}


def _pages(site: Path) -> Iterator[str]:
    """The largest page of each kind."""
    yield "| pages | how many | largest, KB of HTML |"
    yield "| --- | ---: | ---: |"
    for kind in KINDS:
        pages = [site / "index.html"] if not kind else list((site / kind).rglob("*.html"))
        largest = max(page.stat().st_size for page in pages)
        yield f"| {kind or 'home'} | {len(pages):,} | {largest / 1000:.0f} |"
    others = [site / name / "index.html" for name in PLAIN]
    largest = max(page.stat().st_size for page in others)
    yield f"| {', '.join(PLAIN)} | {len(others)} | {largest / 1000:.0f} |"
    parts = [path.stat().st_size for path in (site / "data/evidence").iterdir()]
    yield f"| parts of evidence.json | {len(parts)} | {max(parts) / 1000:.0f} |"


def _index(site: Path) -> Iterator[str]:
    """What it takes to make the search index."""
    began = time.perf_counter()
    made = subprocess.run(
        [sys.executable, "-c", INDEXING, str(site)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, memory = made.stdout.split()
    yield (
        f"Search index made in {time.perf_counter() - began:.0f} s by the clock, {seconds} s of"
        f" processors; the largest process took {memory} MB."
    )


# -- briefs serve


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of a source file, and the page on which it is to be seen."""

    file: Path
    path: str
    old: str


def _serving(root: Path, studies: int) -> Iterator[str]:
    """From the moment a file was written until the open page shows it."""
    record = sorted((root / "data/studies").iterdir())[5]
    edits = {
        "a record": Edit(file=record, path=f"studies/{record.stem}/", old="asked stayed"),
        "a brief": Edit(
            file=root / "briefs/part-1.md", path="briefs/part-1/", old="What choirs may do"
        ),
    }
    yield ""
    yield f"| `briefs serve`, {studies:,} studies: edit to screen | s by the clock |"
    yield "| --- | ---: |"
    with _served(root) as address, chromium() as browser:
        page = browser.new_page()
        for name, edit in edits.items():
            page.goto(address + edit.path)
            yield f"| {name} | {_to_screen(page, edit):.2f} |"


@contextmanager
def _served(root: Path) -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "generator", "serve", "--no-pdf", "--port", "0"]
    with (
        tempfile.TemporaryFile("w+") as told,
        subprocess.Popen(
            [*command, "--root", str(root)], cwd=REPOSITORY, stderr=told, stdout=told
        ) as running,
    ):
        try:
            while not (found := re.search(r"http://\S+", _read(told))):
                time.sleep(0.2)
            yield found[0]
        finally:
            running.terminate()


def _read(file: TextIO) -> str:
    file.seek(0)
    return file.read()


def _to_screen(page: Page, edit: Edit) -> float:
    """The quickest of several edits; the file is as it was afterwards."""
    text = edit.file.read_text(encoding="utf-8")
    took = []
    try:
        for number in range(VISITS):
            time.sleep(2)  # until what the edit before led to is over
            words = f"{edit.old} {number}"
            began = time.perf_counter()
            edit.file.write_text(text.replace(edit.old, words), encoding="utf-8")
            shown = "(words) => document.documentElement.innerHTML.includes(words)"
            page.wait_for_function(shown, arg=words, polling=10)
            took.append(time.perf_counter() - began)
    finally:
        edit.file.write_text(text, encoding="utf-8")
    return min(took)


if __name__ == "__main__":
    main()
