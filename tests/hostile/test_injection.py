"""Whatever is written into a record is refused with a problem, or shown as the text it is.

One site holds a mixture of all kinds of payloads, and payloads one by one, in every field of free
text. With BRIEFS_LONG=1 every payload meets every field (`make fuzz`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import unquote

import pytest
import yaml

from generator.cli import main
from generator.examine import examine
from generator.library import Brief, Library
from generator.load.bibtex import parse_bibtex
from generator.load.brief import parse_brief
from generator.load.records import validate
from generator.load.site import load_site
from generator.load.yaml import read_yaml
from generator.model import ClaimBlock, Contributor, FrontMatter, Vocabulary
from generator.problem import Place
from generator.promise import Assurance
from generator.prose import Link, inlines_of, walk
from generator.render.machine import clean
from generator.render.markdown import Writer, address, escape, link_title
from generator.report import as_github, as_json, as_sarif, as_summary, as_text
from tests.conftest import REPOSITORY
from tests.hostile.judging import (
    commands_in,
    faults_of,
    file_faults,
    pages_of,
    parsed,
    seen,
    squeezed,
    unsafe_letters,
)
from tests.hostile.payloads import ADDRESSES, EVIL, HIDDEN, KINDS, MARK, NAMES, SEEN, TEXTS
from tests.hostile.planting import (
    RECORDS,
    SETTINGS_SHOWN,
    TURNS,
    Planter,
    Sown,
    free_fields,
    marked_lines,
    plant,
    sow,
)
from tests.hostile.planting import (
    as_json as written,
)
from tests.promises import RecordFigure

LONG = os.environ.get("BRIEFS_LONG") == "1"
SECRET = "swordfish-of-the-machine"
# Fields of free text that no page shows in full: words for checks, marks for machines, and terms
# that only lists of words and searches use.
NOT_SHOWN = {
    *(f"Wording.{kind}.needs" for kind in ("standings", "themes", "concepts")),
    *(field for field in free_fields() if field.startswith("Wording.directions.")),
    *(
        f"Wording.{name}"
        for name in (
            *("reporting", "refused", "certain", "negations", "limits", "sources", "causal"),
            *("modals", "comparing", "not_comparing", "significance", "no_effect"),
        )
    ),
    *(f"LedgerEntry.{name}" for name in ("fingerprint", "quotes.finding", "quotes.place")),
    *(f"LedgerEntry.{name}" for name in ("quotes.hash", "notices.date", "notices.identifier")),
    *("LedgerEntry.notices.witnesses", "Run.code"),
    "Vocabulary.populations.definition",
    "Vocabulary.populations.synonyms",
    "Vocabulary.categories.definition",
    "Vocabulary.categories.synonyms",
    "Vocabulary.groups.synonyms",
    "Vocabulary.domains.definition",
    "Vocabulary.domains.synonyms",
    "Flow.stages.note",
    "Study.findings.certainty.where",
    # Shown in another form: as initials, with a dash for a hyphen, or as a number.
    *("Work.authors.given", "Work.editors.given", "Work.pages", "Work.edition", "Work.issue"),
    *("Work.authors.suffix", "Work.editors.suffix"),
    # Only those that some claim or finding of the site comes to.
    *("Wording.standings.label", "Wording.themes.label", "Wording.themes.meaning"),
    *("Wording.concepts.label", "Wording.concepts.meaning", "Vocabulary.populations.label"),
}


# --- a site with everything in it ----------------------------------------------------------------


@pytest.fixture(scope="module", params=range(TURNS) if LONG else [0])
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sown:
    """A site whose every field is hostile, built with its printed files."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.txt").write_text(SECRET, encoding="utf-8")
    sown = sow(folder / "site", turn=request.param)
    before = listing(folder, sown.root)
    assert main(["build", "--root", str(sown.root)]) == 0
    assert listing(folder, sown.root) == before
    return sown


def listing(folder: Path, root: Path) -> dict[str, bytes]:
    """What stands beside a site."""
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_relative_to(root)
    }


@pytest.fixture(scope="module")
def read(hostile: Sown) -> dict[str, Any]:
    """The pages of the site, parsed as browsers parse them."""
    return {path: parsed(text) for path, text in pages_of(hostile.root / "site")}


def test_the_corpus_is_large_and_of_many_kinds() -> None:
    assert len({payload.text for payload in TEXTS}) == len(TEXTS) >= 150
    assert len({payload.name for payload in TEXTS}) == len(TEXTS)
    assert {payload.kind for payload in TEXTS} == set(KINDS)
    assert len(KINDS) >= 20


def test_every_field_of_free_text_is_planted(hostile: Sown, record_figure: RecordFigure) -> None:
    record_figure("payloads-planted", sum(map(_is_live, hostile.plants.values())))
    fields = {one.field for one in hostile.plants.values()}
    missing = (free_fields() | {*SETTINGS_SHOWN}) - fields
    assert not missing, f"plant these fields in tests/hostile/planting.py: {sorted(missing)}"
    never = free_fields() - {one.field for one in hostile.plants.values() if _is_live(one)}
    assert never <= {"Work.authors.particle", "Work.editors.particle"}


def test_every_kind_of_record_is_planted() -> None:
    """A record of a new kind must be planted, too: a library holds nothing that is not walked."""
    held = kinds_below(Library) - {Library, Assurance}  # which gathers what is in two files
    walked = {kind for record in RECORDS for kind in kinds_below(record)}
    # A brief is planted as Markdown: its front matter, its texts, and its claims in their blocks.
    prose = kinds_below(Brief) - kinds_below(FrontMatter)
    assert {one.__name__ for one in held - walked - prose} == set()


def kinds_in(hint: Any) -> Iterator[type]:
    """The kinds of record that an annotation is made of."""
    if is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for inner in get_args(hint):
        yield from kinds_in(inner)


def kinds_below(kind: type) -> set[type]:
    """A kind of record, and all kinds that it holds."""
    found, waiting = set[type](), [kind]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            hints = get_type_hints(one, include_extras=True).values()
            waiting += [inner for hint in hints for inner in kinds_in(hint)]
    return found


def test_each_setting_that_a_page_shows_is_planted() -> None:
    """What our templates take from mkdocs.yml is planted, or is no text."""
    used = set()
    for path in (REPOSITORY / "site_overrides").rglob("*.html"):
        used |= set(re.findall(r"\bconfig\.([a-z_.]+)", path.read_text(encoding="utf-8")))
    planted = {"site_name", "site_description", "copyright", "site_url", "extra", "extra.help"}
    # Compared with words of ours, or tried by the test below.
    others = {f"theme.{name}" for name in ("features", *LOOKS)} | {"extra_css", "extra_javascript"}
    assert used - planted - others == set()


LOOKS = ("favicon", "language", "palette")


@pytest.mark.parametrize("language", [True, False])
def test_settings_of_the_look_are_shown_as_text(tree: Path, language: bool) -> None:
    """None of them can end its attribute; a language that is none stops the builder in words."""
    path, text = tree / "mkdocs.yml", f"x'\"><script>{MARK}</script><svg/onload={MARK}>"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    theme = settings["theme"]
    theme.update({"favicon": f"{text}f", "logo": f"{text}l"})
    if language:
        theme["language"] = text
    for option in theme["palette"]:
        option.update({"scheme": text, "primary": text, "accent": text, "media": text})
        option["toggle"]["name"] = text
    settings["extra_css"].append(f"{text}.css")
    settings["extra_javascript"].append({"path": "assets/search.js", "type": text})
    path.write_text(json.dumps(settings), encoding="utf-8")
    assert main(["build", "--no-pdf", "--root", str(tree)]) == int(language)
    if language:
        return
    page = parsed((tree / "site/methods/index.html").read_text(encoding="utf-8"))
    assert not list(faults_of("methods/index.html", page, tree / "site"))
    assert squeezed(text) in squeezed(" ".join(v for e in page.iter() for v in e.attrib.values()))


def _is_live(planted: Any) -> bool:
    return bool(planted.payload.kind != "tame")


def test_no_page_holds_more_than_text(hostile: Sown, read: dict[str, Any]) -> None:
    assert len(read) > 30
    faults = [
        fault
        for path, root in read.items()
        for fault in faults_of(path, root, hostile.root / "site")
    ]
    assert not faults


def test_pages_show_each_text_as_it_was_written(hostile: Sown, read: dict[str, Any]) -> None:
    shown = "\n".join(map(seen, read.values()))
    lost = [
        f"{one.field}: {one.text!r:.100}"
        for one in hostile.plants.values()
        if one.field not in NOT_SHOWN and squeezed(one.text) not in shown
    ]
    assert not lost


def test_the_files_are_read_by_their_own_programs(hostile: Sown) -> None:
    assert not list(file_faults(hostile.root / "site"))


def test_the_data_hold_each_text(hostile: Sown) -> None:
    data = json.loads((hostile.root / "site/data/evidence.json").read_text(encoding="utf-8"))
    texts = {squeezed(text) for text in strings(data)}
    fields = ("Study.title", "Study.findings.statement", "Work.title", "FrontMatter.title")
    for one in hostile.plants.values():
        if one.field in fields:
            assert squeezed(one.text) in texts, one


def strings(value: object) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def test_what_machines_read_of_a_page_is_data(hostile: Sown, read: dict[str, Any]) -> None:
    linked = [
        json.loads(element.text)
        for root in read.values()
        for element in root.iter("script")
        if element.attrib.get("type") == "application/ld+json"
    ]
    texts = {squeezed(text) for thing in linked for text in strings(thing)}
    feed = "".join((hostile.root / "site/feed.xml").read_text(encoding="utf-8").split())
    for one in hostile.plants.values():
        if one.field == "FrontMatter.title":
            assert squeezed(one.text) in texts
            assert one.token in feed


def test_the_printed_briefs_hold_the_texts(hostile: Sown) -> None:
    from generator.render.glyphs import printable
    from tests.pdf.reading import text_of

    printed = {
        path.stem: text_of(path).casefold()
        for path in sorted((hostile.root / "site/briefs").glob("b?.pdf"))
    }
    assert len(printed) == 2
    text, found = "".join(printed.values()), 0
    fields = {"FrontMatter.title", "FrontMatter.summary", "Brief.paragraph"}
    for one in hostile.plants.values():
        # Letters of some writings, and marks on letters, are drawn in another order.
        turned = re.search("[\u0300-\u036f\u0590-\u06ff]", one.text)
        if one.field in fields and not turned:
            assert squeezed(printable(one.text)) in text, one
            found += 1
    assert found > 15


def test_nothing_from_outside_is_in_any_output(hostile: Sown) -> None:
    account = Path("/etc/passwd").read_text(encoding="utf-8").splitlines()[0]
    for path in (hostile.root / "site").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert SECRET.encode() not in content, path
            assert account.encode() not in content, path


def test_what_is_said_on_the_way_is_harmless(
    hostile: Sown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    for form in ("text", "json", "github", "sarif"):
        assert main(["check", "--root", str(hostile.root), "--format", form]) == 0
        judge(capsys.readouterr().out, form)


def judge(out: str, form: str) -> None:
    """What was printed in one form neither steers a terminal nor a workflow."""
    assert not unsafe_letters(out)
    if form in {"json", "sarif"}:
        json.loads(out)
    elif form == "github":
        for line in filter(None, out.splitlines()):
            assert line.startswith(("::error ", "::warning ")), line
            assert "##[" not in line
    else:
        assert not [line for line in commands_in(out) if line.strip()]


# --- what nobody can see --------------------------------------------------------------------------


@pytest.mark.parametrize("escaped", [False, True])
def test_what_nobody_can_see_is_refused_in_every_field(tmp_path: Path, escaped: bool) -> None:
    readable = [one for one in HIDDEN if one.name not in {"hidden-13", "hidden-10"}]
    root = tmp_path / "site"
    plants = plant(root, Planter(corpus=readable, mixed=False), records=5)
    if escaped:
        for path in [*root.rglob("*.yaml"), *root.rglob("*.json"), root / "mkdocs.yml"]:
            data = json.loads(path.read_text(encoding="utf-8"), strict=False)
            path.write_text(json.dumps(data, indent=1), encoding="utf-8")
    lines = marked_lines(root)
    problems = examine(root).problems
    told = Counter(one.place.path for one in problems)
    found = {(one.place.path, one.place.line) for one in problems}
    files = {path for path, _ in lines}
    assert {path for path, _ in found} >= files
    if not escaped:
        whole = {path for path in files if told[path] < 100}  # of more, the first are told
        assert len(whole) > 10
        lost = [
            (place, [plants[mark].payload.name for mark in marks])
            for place, marks in lines.items()
            if place[0] in whole and place not in found and place[0] != "mkdocs.yml"
        ]
        assert not lost


def test_problems_are_harmless_in_every_form(tmp_path: Path) -> None:
    root = tmp_path / "site"
    plant(root, Planter(corpus=HIDDEN[:8], mixed=False), records=5)
    vocabulary = root / "data/vocabulary.yaml"
    texts = [f'"{number} {one.text}": 1' for number, one in enumerate(SEEN) if '"' not in one.text]
    vocabulary.write_text("\n".join(texts).replace("\\", "/"), encoding="utf-8")
    for number, one in enumerate(SEEN):
        (root / f"data/studies/x{number}.yaml").write_text(
            written({"title": [one.text], one.text or "x": 1, "design": one.text}),
            encoding="utf-8",
        )
        (root / f"briefs/x{number}.md").write_text(one.text, encoding="utf-8")
    problems = examine(root).problems
    assert len(problems) > 500
    judge("\n".join(as_text(problem, offer=True) for problem in problems), "text")
    judge(as_json(problems, None), "json")
    judge(as_sarif(problems), "sarif")
    judge("\n".join(as_github(problems)), "github")
    import html5lib
    from markdown_it import MarkdownIt

    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(as_summary(problems))
    tags = {element.tag for element in html5lib.parse(page, namespaceHTMLElements=False).iter()}
    table = {"table", "thead", "tbody", "tr", "th", "td"}
    assert tags <= {"html", "head", "body", "h3", "p", "code", *table}


# --- links ----------------------------------------------------------------------------------------

HEAD = "---\ntitle: a\nkind: reasons\naudience: public\nsummary: s\nupdated: 2026-01-01\n---\n\n"


@pytest.mark.parametrize("target", ADDRESSES)
@pytest.mark.parametrize("form", ["[a]({})", "[a](<{}>)", "[a][b]\n\n[b]: {}", "<{}>"])
def test_a_link_leads_to_the_web_or_is_refused(target: str, form: str) -> None:
    brief, _ = parse_brief(HEAD + form.format(target) + "\n", "briefs/b.md")
    assert brief is not None
    for block in brief.blocks:
        for run in inlines_of(block):
            for node in walk(run):
                if isinstance(node, Link):
                    assert node.target.startswith(("https://", "http://", "mailto:", "#")), node
                    assert MARK not in node.target or node.target.startswith("https://")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("field", ["doi", "url", "pmid", "pmcid", "isbn", "issn", "urldate"])
def test_an_identifier_is_one_or_is_refused(field: str, address: str) -> None:
    text = f"@book{{x, title = {{T}}, author = {{A, B}}, year = {{2001}}, {field} = {{{address}}}}}"
    works, problems = parse_bibtex(text, "data/library.bib")
    if not any(problem.severity == "error" for problem in problems):
        assert field == "url"
        assert works is not None
        assert works["x"].url.startswith(f"https://{EVIL}/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_orcid_is_one_or_is_refused(address: str) -> None:
    for orcid in (address, f"https://orcid.org/{address}", f"0000-0002-1825-0097{address}"):
        person, problems = validate({"name": "x", "orcid": orcid}, Contributor, Place(path="x"))
        assert person is None
        judge("\n".join(map(as_text, problems)), "text")


@pytest.mark.parametrize("end", ["'x'", "a'b'", "(x)", "x)[y](javascript:1)", "&quot;", "a_b_*c*"])
def test_a_link_keeps_its_whole_target_and_title(end: str) -> None:
    import markdown

    told = f'what\'s "{end}" (and'
    link = f'[x]({address(f"https://good.example.org/{end}")} "{link_title(told)}") *y*'
    (found,) = parsed(markdown.markdown(link, extensions=["tables", "md_in_html"])).iter("a")
    assert unquote(found.attrib["href"]) == f"https://good.example.org/{end}"
    assert found.attrib["title"] == told


@pytest.mark.parametrize("address", ADDRESSES)
def test_settings_lead_to_the_web_or_are_refused(tree: Path, address: str) -> None:
    path = tree / "mkdocs.yml"
    good = yaml.safe_load(path.read_text(encoding="utf-8"))
    for change in (
        {"site_url": address},
        {"extra": {"repository": address}},
        {"extra": {"help": [{"place": "x", "contact": "y", "url": address}]}},
        {"nav": [{"Home": "index.md"}, {"x": address}]},
    ):
        path.write_text(json.dumps({**good, **change}), encoding="utf-8")
        site, problems = load_site(tree, {})
        if site is not None:
            assert not problems
            assert address.startswith("https://") or "nav" in change, address
            assert EVIL not in address or address.startswith("https://") or address[0] == "&"
            assert "@" not in address


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('"hooks": ["x.py"]', "hooks"),
        ('"INHERIT": "../x.yml"', "INHERIT"),
        ('"x": !!python/object/apply:os.system ["id"]', "would run a program"),
        ('"x": !!python/object/new:os.system ["id"]', "would run a program"),
        ('"site_description": [1]', "must be a text"),
        ('"site_url": 5', "must be a text"),
        ('"extra": [1]', "key: value"),
        ('"extra": {"help": [1]}', "a list of lines"),
        ('"extra": {"help": "x"}', "a list of lines"),
        ('"extra": {"help": [{}]}', "must have a `place`"),
        ('"extra": {"repository": {"a": 1}}', "must be a text"),
        ('"copyright": "a\\u202eb"', "U+202E"),
        ('"copyright": !ENV HOME', "must not be used"),
        ('"x": !!python/name:os.system ""', "would run a program"),
        ('"markdown_extensions": ["pymdownx.snippets"]', "must not name 'pymdownx.snippets'"),
        ('"markdown_extensions": [{"pymdownx.snippets": {"auto_append": ["/etc/passwd"]}}]', "not"),
        ('"markdown_extensions": {"antigravity": {}}', "must not name 'antigravity'"),
        ('"markdown_extensions": ["attr_list"]', "must not name 'attr_list'"),
        ('"markdown_extensions": "toc.evil"', "must not name 'toc.evil'"),
        ('"markdown_extensions": [5, {"toc": {"slugify": "os.system"}}]', "may be permalink"),
        ('"mdx_configs": {"toc": {}}', "mdx_configs"),
        ('"extra_css": ["https://evil.example/x.css"]', "must be a file of the site"),
        ('"extra_css": "//evil.example/x.css"', "must be a file of the site"),
        ('"extra_javascript": [{"path": "data:text/javascript,1"}]', "must be a file of the site"),
        ('"theme": {"favicon": "javascript:1"}', "must be a file of the site"),
    ],
)
def test_settings_that_could_run_or_break_something_are_refused(
    tmp_path: Path, change: str, said: str
) -> None:
    (tmp_path / "mkdocs.yml").write_text(f'{{"site_name": "x", {change}}}', encoding="utf-8")
    site, problems = load_site(tmp_path, {})
    assert site is None
    assert any(said in problem.message for problem in problems), problems


# --- files and ids --------------------------------------------------------------------------------


def test_no_name_leads_out_of_its_folder(tree: Path) -> None:
    for name in NAMES:
        data = tree / "data/studies" / f"{name}.yaml"
        if "\x00" in name or "/" in name:
            continue
        data.write_bytes((tree / "data/studies/dahl2012.yaml").read_bytes())
    problems = examine(tree).problems
    named = {one.place.path for one in problems if one.rule in {"file-name", "stray-file"}}
    made = [path for path in (tree / "data/studies").iterdir() if "20" not in path.stem]
    assert len(named) >= len(made) > 25
    judge("\n".join(map(as_text, problems)), "text")


@pytest.mark.parametrize("name", NAMES)
def test_no_id_is_a_way(name: str) -> None:
    term = {"label": "x", "definition": "x"}
    words = {
        "own_group": "x",
        "populations": {},
        "categories": {name: term},
        "domains": {},
        "outcomes": {},
        "glossary": {name: term},
    }
    place = Place(path="x")
    assert validate(words, Vocabulary, place)[0] is None
    claim = {"id": name, "theme": "x", "population": "recipients"}
    assert validate(claim, ClaimBlock, place)[0] is None


LINKS = (
    *("data/studies/x.yaml", "data/studies", "data/library.bib", "data/vocabulary.yaml"),
    *("data/wording.yaml", "data/flow.yaml", "data/synthesis.yaml", "data/citations.yaml"),
    *("data/ledger", "data/ledger/dahl2012.json", "briefs", "briefs/x.md", "mkdocs.yml", "data"),
)


@pytest.mark.parametrize("path", LINKS)
@pytest.mark.parametrize("target", ["file", "folder", "/etc/passwd", "nowhere"])
def test_no_symbolic_link_leads_out(
    tree: Path, path: str, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tree.parent / "outside"
    outside.mkdir()
    (outside / f"{SECRET}.yaml").write_text(f"title: {SECRET}\n{SECRET}\n", encoding="utf-8")
    (outside / f"{SECRET}.json").write_text(f'{{"{SECRET}": 1', encoding="utf-8")
    places = {"file": outside / f"{SECRET}.yaml", "folder": outside}
    link = tree / path
    if link.is_dir():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(places.get(target, Path(target if target[0] == "/" else outside / target)))
    for form in ("text", "json", "github", "sarif"):
        code = main(["check", "--root", str(tree), "--format", form])
        said = capsys.readouterr()
        assert code == 1 or target == "nowhere", said
        assert SECRET not in said.out + said.err
        assert "root:x:" not in said.out + said.err


# --- raw texts ------------------------------------------------------------------------------------


FORMS = (
    *("{}{after}", "## {}{after}", "-   {}{after}", "> {}{after}", "[{}](brief:b){after}"),
    *("| a |\n| --- |\n| {}{after} |", "*{}*{after}", "**x {}** y {after}", "x\n{}{after}"),
)


@pytest.mark.parametrize("form", FORMS)
def test_raw_markdown_is_refused_or_becomes_text(form: str, tmp_path: Path) -> None:
    import markdown
    from markupsafe import Markup

    writer = Writer(
        link=lambda target: f"https://good.example.org/?{target}",
        cite=lambda _: Markup("[(c)](https://good.example.org/)"),
        block=lambda _: Markup(),
    )
    pages = []
    after = "\\![after](https://good.example.org/)"
    corpus = SEEN if LONG else SEEN[FORMS.index(form) % 3 :: 3]
    for one in corpus:
        for text in (one.text, f"{one.text}!", str(escape(one.text))):
            body = form.replace("{after}", after).replace("{}", text)
            brief, problems = parse_brief(HEAD + body, "briefs/b.md")
            judge("\n".join(map(as_text, problems)), "text")
            if brief is not None and not problems:
                written = str(writer.blocks(brief.blocks))
                pages.append(markdown.markdown(written, extensions=["tables", "md_in_html", "toc"]))
    assert len(pages) >= len(corpus)
    root = parsed("\n".join(pages))
    assert not list(faults_of("x", root, tmp_path))


def test_text_before_a_link_makes_no_picture_of_it(tree: Path) -> None:
    path = tree / "briefs/ideas.md"
    text = path.read_text(encoding="utf-8")
    added = f"Look\\![here](https://{EVIL}/p.png), *so\\!*&#33;[there](https://{EVIL}/q.png)."
    path.write_text(text.replace("Back to", f"{added}\n\nBack to"), encoding="utf-8")
    assert main(["build", "--no-pdf", "--root", str(tree)]) == 0
    page = parsed((tree / "site/briefs/ideas/index.html").read_text(encoding="utf-8"))
    assert not list(page.iter("img"))
    links = [one.attrib["href"] for one in page.iter("a") if EVIL in one.attrib.get("href", "")]
    assert links == [f"https://{EVIL}/p.png", f"https://{EVIL}/q.png"]


@pytest.mark.parametrize("kind", KINDS)
def test_raw_yaml_and_bibtex_never_run(kind: str) -> None:
    for one in TEXTS:
        if one.kind != kind:
            continue
        text = one.text.encode("utf-8", "replace").decode("utf-8")
        for raw in (f"title: {text}\n", f"{text}: x\n", text, f'title: "{text}"\n'):
            data, problems = read_yaml(raw, "data/studies/x.yaml")
            judge("\n".join(map(as_text, problems)), "text")
            assert data is None or isinstance(data, str | int | float | bool | dict | list)
        for raw in (f"@book{{x, title = {{{text}}}}}", text, f"@book{{{text}, title = {{x}}}}"):
            works, problems = parse_bibtex(raw, "data/library.bib")
            judge("\n".join(map(as_text, problems)), "text")
            if any(problem.severity == "error" for problem in problems):
                continue
            for work in (works or {}).values():
                assert "root:x:" not in work.title
                assert clean(work.key) == work.key


# --- what a reviewer reads ------------------------------------------------------------------------


def test_what_a_change_does_is_told_harmlessly(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from markdown_it import MarkdownIt

    from tests.test_diff import commit, git

    git(tree, "init", "--quiet")
    commit(tree)
    for folder in ("briefs", "data"):
        shutil.rmtree(tree / folder)
    sow(tree, turn=5)
    for form in ("markdown", "json"):
        assert main(["diff", "HEAD", "--root", str(tree), "--format", form]) == 0
        out = capsys.readouterr().out
        assert not unsafe_letters(out.replace("\t", ""))
        assert not [line for line in commands_in(out) if line.strip()]
        if form == "json":
            json.loads(out)
            continue
        page = parsed(MarkdownIt("commonmark", {"html": True}).enable("table").render(out))
        assert not list(faults_of("diff", page, tree))
        assert not [one for one in page.iter("a") if EVIL in one.attrib.get("href", "")]
        for code in [*page.iter("code"), *page.iter("pre")]:
            code.text = ""
        assert not re.search(r"@(octocat|everyone)|octocat/hello#1", "".join(page.itertext()))
