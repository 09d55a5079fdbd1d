"""The built pages as HTML: parsed strictly, with the faults that a parser lets pass."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest

from generator.cli import main
from tests.conftest import planted_tree

HERE = Path(__file__).resolve().parent
# One page of each template.
PAGES = (
    *("index.html", "404.html", "briefs/index.html", "briefs/choirs/index.html"),
    *("studies/index.html", "studies/ahlgren2001/index.html", "outcomes/index.html"),
    *("outcomes/cheer/index.html", "themes/index.html", "themes/cold-halls/index.html"),
    *("concepts/breath/index.html", "works/ceder2010/index.html", "references/index.html"),
    *("map/index.html", "corrections/index.html", "methods/index.html", "data/index.html"),
    *("contribute/index.html", "glossary/index.html", "search/index.html", "promises/index.html"),
)
TITLE = re.compile(r"h[1-6]")
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
# Inputs whose values a browser can fill in.
FILLED = {"text", "search", "email", "url", "tel", "number", "password", "date", "hidden"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fabricated site, built without its PDFs."""
    root = tmp_path_factory.mktemp("html") / "site"
    planted_tree(root)
    assert main(["build", "--no-pdf", "--root", str(root)]) == 0
    return root / "site"


def page(text: str) -> Element:
    """A page as a tree; a fault that a browser would mend in silence fails here."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(text)
    return tree


def faults(tree: Element) -> list[str]:
    """Every fault that a rule below finds in a page."""
    return [f"{rule.__name__}: {fault}" for rule in RULES for fault in rule(tree)]


def twice(tree: Element) -> Iterator[str]:
    """No two elements have one id, and what an attribute names is there."""
    ids = Counter(e.get("id") for e in tree.iter() if e.get("id") is not None)
    yield from (f"#{name} stands {n} times" for name, n in ids.items() if n > 1)
    for element in tree.iter():
        for name in ("for", "aria-labelledby", "aria-controls", "aria-describedby"):
            for target in (element.get(name) or "").split():
                if target not in ids:
                    yield f"{name} names #{target}, which is not there"


def headings(tree: Element) -> Iterator[str]:
    """A page has one title, which comes first, and no heading skips a level or is empty."""
    found = [e for e in tree.iter() if TITLE.fullmatch(str(e.tag))]
    levels = [int(e.tag[1]) for e in found]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"the levels are {levels}"
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"level {after} follows level {before}"
    yield from (f"an empty {e.tag}" for e in found if not "".join(e.itertext()).strip())


def labels(tree: Element) -> Iterator[str]:
    """Each control, picture and landmark has a name, and no two landmarks of a kind share one."""
    labelled = {e.get("for") for e in tree.iter("label")}
    around = {id(e) for label in tree.iter("label") for e in label.iter()}
    for element in (*tree.iter("input"), *tree.iter("select"), *tree.iter("textarea")):
        named = element.get("id") in labelled or element.get("aria-label") or id(element) in around
        if not named and element.get("type") != "hidden":
            yield f"{element.tag} {element.get('name')} has no label"
    for element in (*tree.iter("button"), *tree.iter("a"), *tree.iter("summary")):
        if not "".join(element.itertext()).strip() and not element.get("aria-label"):
            yield f"{element.tag} {element.get('href') or element.get('class')} has no words"
    yield from (f"img {e.get('src')} has no alt" for e in tree.iter("img") if e.get("alt") is None)
    navs = Counter(e.get("aria-label") or e.get("aria-labelledby") for e in tree.iter("nav"))
    yield from (f"{n} navs are called {name}" for name, n in navs.items() if n > 1 or not name)
    if len(list(tree.iter("main"))) != 1:
        yield "the page has not just one main part"


def attributes(tree: Element) -> Iterator[str]:
    """No style or script stands inside a page, and no attribute where it means nothing."""
    for element in tree.iter():
        where = f"{element.tag} {element.get('id') or element.get('class') or ''}"
        if element.get("style") is not None or any(n.startswith("on") for n in element.attrib):
            yield f"{where} has a style or a script of its own"
        if element.tag == "style":
            yield "a style sheet stands inside the page"
        inside = element.tag == "script" and not element.get("src")
        if inside and element.get("type") != "application/ld+json":
            yield "a script stands inside the page"
        filled = element.tag != "input" or element.get("type", "text") in FILLED
        if element.get("autocomplete") is not None and not filled:
            yield f"{where} cannot be filled in"
        if element.tag in TABLE and element.get("role") is not None:
            yield f"{where} says twice what it is"
        if element.get("action") == "" or element.get("href") == "":
            yield f"{where} leads nowhere"


RULES: tuple[Callable[[Element], Iterator[str]], ...] = (twice, headings, labels, attributes)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_valid(site: Path, name: str) -> None:
    assert faults(page((site / name).read_text(encoding="utf-8"))) == []


def test_each_template_has_a_page_here() -> None:
    """A new template is not forgotten: the fabricated site shows each of them."""
    templates = {path.name.split(".")[0] for path in HERE.parent.glob("templates/pages/*.md.j2")}
    folders = {
        "brief": "briefs/",
        "study": "studies/",
        "outcome": "outcomes/",
        "theme": "themes/",
        "concept": "concepts/",
        "work": "works/",
    }
    shown = {name.removesuffix("index.html").rstrip("/") or "home" for name in PAGES}
    singles = {kind for kind, at in folders.items() if any(p.startswith(at) for p in PAGES)}
    assert {name for name in templates if not name.startswith("brief-")} <= shown | singles


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_loads_and_links_is_there(site: Path, name: str) -> None:
    missing = []
    for element in page((site / name).read_text(encoding="utf-8")).iter():
        for link in (element.get("href"), element.get("src"), element.get("action")):
            parts = urlsplit(link or "#")
            if parts.scheme or parts.netloc or not parts.path:
                continue
            start = site if parts.path.startswith("/") else (site / name).parent
            target = start / unquote(parts.path).lstrip("/")
            if not (target / "index.html" if target.is_dir() else target).is_file():
                missing.append(link)
    assert missing == []


@pytest.mark.parametrize("name", ["index.html", "briefs/choirs/index.html"])
def test_a_page_stays_light(site: Path, name: str) -> None:
    """What a page loads beside itself is small before it is packed."""
    tree = page((site / name).read_text(encoding="utf-8"))
    loaded = [e.get("src") for e in tree.iter("script") if e.get("src")]
    loaded += [e.get("href") for e in tree.iter("link") if e.get("rel") == "stylesheet"]
    here = (site / name).parent
    assert sum((here / path).resolve().stat().st_size for path in loaded if path) < 100_000


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<h1>A</h1><p id=a><p id=a>", "twice: #a stands 2 times"),
        ("<h1>A</h1><label for=b>B</label>", "twice: for names #b, which is not there"),
        ("<h1>A</h1><h3>B</h3>", "headings: level 3 follows level 1"),
        ("<h2>A</h2>", "headings: the levels are [2]"),
        ("<h1>A</h1><h2></h2>", "headings: an empty h2"),
        ("<h1>A</h1><input name=q>", "labels: input q has no label"),
        ("<h1>A</h1><button class=x></button>", "labels: button x has no words"),
        ("<h1>A</h1><img src=i.png>", "labels: img i.png has no alt"),
        ("<h1>A</h1><nav></nav>", "labels: 1 navs are called None"),
        ("<h1>A</h1><p style='color: red'>", "attributes: p  has a style or a script of its own"),
        ("<h1>A</h1><script>a()</script>", "attributes: a script stands inside the page"),
        (
            "<h1>A</h1><input type=checkbox id=c aria-label=C autocomplete=off>",
            "attributes: input c cannot be filled in",
        ),
        ("<h1>A</h1><table role=table></table>", "attributes: table  says twice what it is"),
        ("<h1>A</h1><form action=''></form>", "attributes: form  leads nowhere"),
    ],
)
def test_each_fault_is_found(body: str, fault: str) -> None:
    assert faults(page(f"<!doctype html><title>T</title><main>{body}</main>")) == [fault]


def test_a_fault_that_browsers_mend_is_found() -> None:
    with pytest.raises(html5lib.html5parser.ParseError):
        page("<!doctype html><title>T</title><p><b>text</p>")
