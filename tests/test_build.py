"""The whole way from records to a site, on the fabricated tree."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import jsonschema
import pytest

from generator.cli import main
from generator.ledger import fingerprint
from generator.load import load
from tests.conftest import planted_tree

Edit = Callable[[str, str, str], None]
BASE = "https://choir.example.org/"


class Page(HTMLParser):
    """What a page links to, loads, and can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.events: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of one tag."""
        own = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.ids.update(own[name] for name in ("id", "name") if own.get(name))
        self.events += [name for name in own if name.startswith("on")]
        if tag == "a" and "href" in own:
            self.links.append(own["href"])
        if tag in {"script", "img", "iframe", "source", "audio", "video"} and own.get("src"):
            self.loads.append(own["src"])
        if tag == "link" and own.get("rel") in {"stylesheet", "icon", "preload", "preconnect"}:
            self.loads.append(own["href"])


def pages_of(site: Path) -> Iterator[tuple[str, Page]]:
    """Every page of a built site by its path, parsed."""
    for path in sorted(site.rglob("*.html")):
        if "pagefind" not in path.parts:
            yield path.relative_to(site).as_posix(), Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fabricated site, built once; it is only looked at."""
    tree = planted_tree(tmp_path_factory.mktemp("build") / "site")
    assert main(["build", "--root", str(tree)]) == 0
    return tree / "site"


def test_each_record_has_its_page_and_every_link_leads_somewhere(site: Path) -> None:
    for page in (
        *("index", "briefs/choirs/index", "studies/ahlgren2001/index", "outcomes/cheer/index"),
        *("themes/cold-halls/index", "concepts/breath/index", "works/ceder2010/index", "404"),
        *("studies/index", "outcomes/index", "references/index", "methods/index", "search/index"),
    ):
        assert (site / f"{page}.html").is_file(), page
    pages = dict(pages_of(site))
    broken = [
        f"{path} -> {href}"
        for path, page in pages.items()
        for href in page.links
        if not leads_somewhere(site, pages, path, href)
    ]
    assert not broken


def leads_somewhere(site: Path, pages: dict[str, Page], path: str, href: str) -> bool:
    """Whether a link of a page leads to a file of the site and to an anchor in it."""
    if path == "404.html":
        return True
    whole = urlsplit(urljoin(BASE + path.removesuffix("index.html"), href))
    if whole.netloc != urlsplit(BASE).netloc:
        return whole.scheme in {"https", "mailto"}
    target = unquote(whole.path).lstrip("/")
    file = f"{target}index.html" if not target or target.endswith("/") else target
    if not (site / file).is_file():
        return False
    return not whole.fragment or file not in pages or unquote(whole.fragment) in pages[file].ids


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for path, page in pages_of(site):
        assert not page.events, path
        outside = [src for src in page.loads if urlsplit(src).netloc]
        assert not outside, path


def test_the_data_say_what_the_pages_say(site: Path) -> None:
    evidence = json.loads((site / "data/evidence.json").read_text(encoding="utf-8"))
    schema = json.loads((site / "data/evidence.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(evidence, schema)
    claims = {claim["id"]: claim for claim in evidence["briefs"][0]["claims"]}
    assert claims["cheer"]["standing"] == "supported"
    assert claims["cheer"]["cites"] == ["ahlgren2001", "ceder2010"]
    assert claims["cheer"]["for"] == ["ceder2010#cheer", "ahlgren2001#cheer", "brandt2005#cheer"]
    assert claims["boredom"]["against"] == ["ahlgren2001#boredom"]
    assert claims["night-vision"]["standing"] == "open"
    study = next(study for study in evidence["studies"] if study["id"] == "ahlgren2001")
    assert study["n"] == 80
    assert study["url"] == "studies/ahlgren2001/"
    ledger = evidence["works"][0]["ledger"]
    assert ledger == {"state": "unchecked", "standing": "unknown", "checked": None, "source": None}
    with (site / "data/studies.csv").open(encoding="utf-8", newline="") as table:
        assert [row["id"] for row in csv.DictReader(table)] == sorted(
            study["id"] for study in evidence["studies"]
        )


def test_a_panel_shows_what_speaks_against_a_claim(site: Path) -> None:
    page = (site / "briefs/choirs/index.html").read_text(encoding="utf-8")
    boredom = page[page.index('id="boredom"', page.index('class="claim')) :]
    against = boredom[boredom.index("do not support it") :]
    assert "Boredom did not differ significantly." in against
    assert "Mixed evidence" in boredom


def test_a_study_page_says_what_was_read_second_hand(site: Path) -> None:
    page = (site / "studies/brandt2005/index.html").read_text(encoding="utf-8")
    assert page.count("second-hand") == 1
    other = (site / "studies/ekman2015/index.html").read_text(encoding="utf-8")
    assert "counts for no claim" in other


def test_search_finds_pages_by_kind(site: Path) -> None:
    assert (site / "pagefind" / "pagefind.js").is_file()
    entry = json.loads((site / "pagefind" / "pagefind-entry.json").read_text(encoding="utf-8"))
    assert entry["languages"]["en"]["page_count"] > 10
    filters = list((site / "pagefind" / "filter").iterdir())
    assert filters


def test_the_last_good_site_stays_when_something_is_wrong(tree: Path, edit: Edit) -> None:
    assert main(["build", "--no-pdf", "--root", str(tree)]) == 0
    before = (tree / "site/index.html").read_bytes()
    edit("data/studies/ahlgren2001.yaml", "direction: benefit", "direction: benefits")
    assert main(["build", "--no-pdf", "--root", str(tree)]) == 1
    assert (tree / "site/index.html").read_bytes() == before


def test_the_last_good_site_stays_when_the_builder_refuses(tree: Path, edit: Edit) -> None:
    assert main(["build", "--no-pdf", "--root", str(tree)]) == 0
    before = (tree / "site/index.html").read_bytes()
    edit("mkdocs.yml", "  - Home: index.md", "  - Home: index.md\n  - Gone: gone.md")
    assert main(["build", "--no-pdf", "--root", str(tree)]) == 1
    assert (tree / "site/index.html").read_bytes() == before
    assert not [path for path in tree.iterdir() if path.name.startswith(".site")]


def test_a_second_build_writes_nothing_and_an_edit_only_what_it_touches(
    tree: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["build", "--root", str(tree)])
    capsys.readouterr()
    main(["build", "--root", str(tree)])
    assert "0 files written" in capsys.readouterr().err
    edit("data/studies/dahl2012.yaml", "halls that were cold", "halls that were icy")
    main(["build", "--root", str(tree)])
    written = re.search(r"(\d+) files written", capsys.readouterr().err)
    assert written is not None
    assert 0 < int(written[1]) < 12


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1)) {{ 7*7 }}"
    " {% raw %} \\<b onmouseover=x> `<i>` **b** | --- | &lt;u&gt; ![p](https://evil.example/x.png)"
    " <https://evil.example> {: onclick=alert(1) } https://evil.example/ $x$ #h"
)


def test_hostile_text_is_shown_as_text(tree: Path, edit: Edit) -> None:
    quoted = HOSTILE.replace("'", "''")
    edit(
        "data/studies/ahlgren2001.yaml",
        "statement: Boredom did not differ significantly.",
        f"statement: '{quoted}'",
    )
    edit("data/studies/ahlgren2001.yaml", "title: Choirs on four towers", f"title: '{quoted}'")
    edit("data/vocabulary.yaml", "definition: How cheerful people feel.", f"definition: '{quoted}'")
    assert main(["build", "--no-pdf", "--root", str(tree)]) == 0
    for path, page in pages_of(tree / "site"):
        assert not page.events, path
        assert not {"img", "b", "i", "u"} & set(page.tags), path
        links = [href for href in page.links if not href.startswith("#")]
        assert not [href for href in links if "evil" in href or "javascript" in href], path
    text = (tree / "site/studies/ahlgren2001/index.html").read_text(encoding="utf-8")
    assert "{{ 7*7 }}" in html.unescape(text)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert(1)" not in (tree / "site/data/evidence.json").read_text(encoding="utf-8")


def test_a_retraction_is_told_wherever_the_work_is_used(tree: Path, edit: Edit) -> None:
    library = load(tree)[0]
    assert library is not None
    entry = {
        "key": "brandt2005",
        "state": "verified",
        "standing": "retracted",
        "checked": "2026-01-02",
        "source": "Crossref",
        "differs": [],
        "fingerprint": fingerprint(library.works["brandt2005"]),
    }
    (tree / "data/ledger").mkdir()
    (tree / "data/ledger/brandt2005.json").write_text(json.dumps(entry), encoding="utf-8")
    edit(
        "briefs/choirs.md",
        "In some studies keepers in choirs were less bored, and in a trial",
        "In a trial",
    )
    edit("briefs/choirs.md", "[@ahlgren2001; @brandt2005]", "[@ahlgren2001]")
    edit("briefs/choirs.md", "@dahl2012 asked", "@brandt2005 and @dahl2012 asked")
    assert main(["build", "--no-pdf", "--root", str(tree)]) == 0
    for page in ("studies/brandt2005", "works/brandt2005", "outcomes/boredom", "briefs/choirs"):
        text = (tree / "site" / page / "index.html").read_text(encoding="utf-8")
        assert "was retracted. Its findings count for nothing" in text, page
    evidence = json.loads((tree / "site/data/evidence.json").read_text(encoding="utf-8"))
    claims = {claim["id"]: claim for claim in evidence["briefs"][0]["claims"]}
    assert claims["boredom"]["standing"] == "contradicted"
    assert "brandt2005#cheer" not in claims["cheer"]["for"]
