"""The data that the site gives away: complete, described, harmless, and the same each time."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import yaml
from markdown_it import MarkdownIt

from generator.examine import examine
from generator.load.site import load_site
from generator.model import LedgerEntry, Notice, Work
from generator.render.context import Context, prepare
from generator.render.crawlers import llms_txt, robots_txt, site_map
from generator.render.exports.columns import TABLES
from generator.render.exports.evidence import EvidenceText
from generator.render.exports.package import archive, citation_cff, readme
from generator.render.exports.tables import cell
from generator.render.feed import feed
from generator.render.machine import as_json, clean, known
from generator.render.offers import FILES, slug
from generator.render.pages import Pages
from generator.site import Site
from tests.exported import exports

ROOT = Path(__file__).resolve().parents[1]
GOOD = ROOT / "tests/data/good"
TEMPLATES = (ROOT / "templates",)
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = '=cmd() </script><b>]]>"\x00\x1b\u202e\u2028&amp; \N{GRINNING FACE}'
Files = Mapping[str, bytes]


def context_of(root: Path) -> Context:
    """Everything about a site, as its pages draw on it."""
    checked = examine(root)
    assert checked.library is not None
    assert checked.evidence is not None
    assert checked.site is not None
    return prepare(checked.site, checked.library, checked.evidence)


@pytest.fixture(scope="module")
def context() -> Context:
    """The fabricated site."""
    return context_of(GOOD)


@pytest.fixture(scope="module")
def files(context: Context) -> Files:
    """Its files that are no pages, by their paths."""
    return made(context)


def made(context: Context) -> Files:
    """The files that are no pages, by their paths."""
    return {str(page.path): page.content for page in exports(context, frozenset({"choirs"}))}


def rows(files: Files, name: str) -> list[dict[str, str]]:
    """A table as a program reads it."""
    return list(csv.DictReader(io.StringIO(files[f"data/{name}.csv"].decode(), newline="")))


def hostile(context: Context, text: str = HOSTILE) -> Context:
    """The site with a text in its own name and in the title of each work, study and brief."""
    library = context.library
    return replace(
        context,
        site=replace(context.site, name=text, description=text),
        library=replace(
            library,
            works={key: replace(work, title=text) for key, work in library.works.items()},
            studies={i: replace(study, title=text) for i, study in library.studies.items()},
            briefs={
                s: replace(brief, front=replace(brief.front, title=text, summary=text))
                for s, brief in library.briefs.items()
            },
        ),
    )


# --- evidence.json -----------------------------------------------------------------------------


def test_evidence_fits_its_schema_and_holds_what_the_records_hold(files: Files) -> None:
    evidence = json.loads(files["data/evidence.json"])
    schema = json.loads(files["data/evidence.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(evidence, schema)
    study = next(one for one in evidence["studies"] if one["id"] == "ceder2010")
    (finding,) = [one for one in study["findings"] if one["id"] == "cheer"]
    assert finding["effect"]["measure"] == "SMD"
    assert finding["certainty"] == {
        "rating": "low",
        "by": "ceder2010",
        "where": "table 3",
        "system": "GRADE",
    }
    corrected = next(one for one in evidence["studies"] if one["id"] == "ahlgren2001")
    assert corrected["corrections"][0]["report"] == "ceder2010"
    brief = next(one for one in evidence["briefs"] if one["slug"] == "choirs")
    assert brief["updated"] == "2026-01-02"
    assert brief["pdf"] == "briefs/choirs.pdf"
    assert brief["claims"][0]["url"] == "briefs/choirs/#cheer"
    assert next(b for b in evidence["briefs"] if b["slug"] == "ideas")["pdf"] is None


def test_the_schema_refuses_what_is_wrong(files: Files) -> None:
    evidence = json.loads(files["data/evidence.json"])
    schema = json.loads(files["data/evidence.schema.json"])
    evidence["studies"][0]["design"] = "guess"
    with pytest.raises(jsonschema.ValidationError, match="guess"):
        jsonschema.validate(evidence, schema)


def test_the_parts_make_the_whole(files: Files) -> None:
    whole = json.loads(files["data/evidence.json"])
    index = json.loads(files["data/evidence/index.json"])
    assert index["about"] == whole["about"]
    for name in ("works", "studies", "briefs"):
        parts = [json.loads(files[f"data/evidence/{part['path']}"]) for part in index[name]]
        assert [one for part in parts for one in part[name]] == whole[name]
    for part in index["studies"]:
        assert part["bytes"] == len(files[f"data/evidence/{part['path']}"])


def test_parts_are_no_larger_than_asked_for() -> None:
    evidence = EvidenceText(about="{}", lists={"works": ["1", "2", "3"], "studies": []})
    parts = dict(evidence.parts(most=56))
    assert list(parts) == ["works-0001.json", "works-0002.json", "index.json"]
    assert json.loads(parts["works-0002.json"]) == {"works": [3]}
    assert max(len(text) for name, text in parts.items() if name != "index.json") <= 56
    long = EvidenceText(about="{}", lists={"works": ['"' + "é" * 40 + '"', "2"]})
    assert [len(json.loads(text)["works"]) for _, text in long.parts(most=90)] == [1, 1, 2]
    index = json.loads(parts["index.json"])
    assert index["studies"] == []
    assert [part["records"] for part in index["works"]] == [2, 1]
    assert json.loads(evidence.whole()) == {"about": {}, "works": [1, 2, 3], "studies": []}


# --- tables ------------------------------------------------------------------------------------


def test_tables_hold_their_records_and_lead_to_one_another(files: Files) -> None:
    evidence = json.loads(files["data/evidence.json"])
    assert [row["id"] for row in rows(files, "studies")] == [s["id"] for s in evidence["studies"]]
    findings = rows(files, "findings")
    assert len(findings) == sum(len(study["findings"]) for study in evidence["studies"])
    for table in TABLES:
        own = rows(files, table.name)
        keys = [tuple(row[name] for name in table.key) for row in own]
        assert len(keys) == len(set(keys)), table.name
        for link in table.links:
            known_rows = rows(files, link.table)
            targets = {tuple(row[name] for name in link.key) for row in known_rows}
            named = {tuple(row[name] for name in link.columns) for row in own}
            assert named <= targets, (table.name, link)
    sides = [(r["claim"], r["study"], r["side"]) for r in rows(files, "claim_findings")]
    assert ("boredom", "ahlgren2001", "against") in sides


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("  =x", "'  =x"),
        ("\uff1dx", "'\uff1dx"),
        ("'quoted", "''quoted"),
        ("a = b", "a = b"),
        (-0.24, -0.24),
        (None, ""),
        (True, "true"),
    ],
)
def test_no_cell_is_run_and_no_number_changed(value: object, written: object) -> None:
    assert cell(value) == written
    if isinstance(value, str):
        assert str(cell(value)).removeprefix("'") == value or cell(value) == value


def test_hostile_text_stays_one_harmless_cell(context: Context) -> None:
    text = made(hostile(context, '=1+1",\n"x;y'))["data/studies.csv"].decode()
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["title"] for row in table] == ['\'=1+1",\n"x;y'] * len(table)
    assert not re.search(r"(^|,)\"?[=+@]", text, re.MULTILINE)


# --- the description of the tables -------------------------------------------------------------

# The members that the profile of Frictionless asks for, as far as this package uses it.
PROFILE = {
    "type": "object",
    "required": ["name", "resources", "licenses"],
    "properties": {
        "name": {"type": "string", "pattern": "^[-a-z0-9._/]+$"},
        "homepage": {"type": "string", "pattern": "^https?://"},
        "licenses": {"type": "array", "minItems": 1, "items": {"required": ["name", "path"]}},
        "resources": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "path", "mediatype", "bytes", "hash"],
                "properties": {
                    "name": {"type": "string", "pattern": "^[-a-z0-9._/]+$"},
                    "path": {"type": "string", "pattern": r"^[^./~\\][^\\]*$"},
                    "type": {"const": "table"},
                    "bytes": {"type": "integer"},
                    "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
                    "schema": {
                        "type": "object",
                        "required": ["fields", "primaryKey"],
                        "properties": {
                            "fields": {
                                "type": "array",
                                "items": {
                                    "type": "object",
                                    "required": ["name", "type", "description"],
                                    "properties": {
                                        "type": {
                                            "enum": [
                                                *("string", "integer", "number"),
                                                *("boolean", "date"),
                                            ]
                                        },
                                        "constraints": {
                                            "type": "object",
                                            "minProperties": 1,
                                            "additionalProperties": False,
                                            "properties": {
                                                "required": {"type": "boolean"},
                                                "enum": {"type": "array", "minItems": 1},
                                                "minimum": {"type": "number"},
                                            },
                                        },
                                    },
                                },
                            },
                            "foreignKeys": {
                                "type": "array",
                                "items": {
                                    "required": ["fields", "reference"],
                                    "properties": {
                                        "reference": {"required": ["resource", "fields"]}
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def test_the_package_describes_its_files(files: Files) -> None:
    package = json.loads(files["data/datapackage.json"])
    jsonschema.validate(package, PROFILE)
    for resource in package["resources"]:
        content = files[f"data/{resource['path']}"]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    names = {resource["name"] for resource in package["resources"]}
    tables = [resource for resource in package["resources"] if "schema" in resource]
    assert [table["name"] for table in tables] == [table.name for table in TABLES]
    assert tables[1]["schema"]["foreignKeys"][0] == {
        "fields": ["study"],
        "reference": {"resource": "studies", "fields": ["id"]},
    }
    for table in tables:
        fields = {field["name"]: field for field in table["schema"]["fields"]}
        own = rows(files, table["name"])
        assert own
        assert list(own[0]) == list(fields)
        for row in own:
            assert all(fits(fields[name], value) for name, value in row.items()), row
        links = table["schema"].get("foreignKeys", ())
        assert {link["reference"]["resource"] for link in links} <= names


def fits(field: Mapping[str, Any], value: str) -> bool:
    """Whether a cell is what its column's description says."""
    rules = field.get("constraints", {})
    if value == "":
        return not rules.get("required", False)
    kinds: Mapping[str, Callable[[str], object]] = {
        "integer": int,
        "number": float,
        "boolean": {"true": True, "false": False}.__getitem__,
        "date": date.fromisoformat,
        "string": str,
    }
    read = kinds[field["type"]](value)
    return read in rules.get("enum", [read])


def test_the_citation_file_has_what_its_format_asks_for(files: Files) -> None:
    cited = yaml.safe_load(files["data/CITATION.cff"])
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "dataset"
    assert cited["license"] == "CC0-1.0"
    assert cited["authors"] == [{"name": "Choir Evidence", "website": "https://choir.example.org/"}]
    assert date.fromisoformat(cited["date-released"]) == date(2026, 1, 2)
    assert len(cited["keywords"]) == len(set(cited["keywords"])) > 0
    assert "repository" not in cited


def test_hostile_names_stay_values_of_the_citation_file(context: Context) -> None:
    text = 'x"\nauthors: []\n# \x00\x85\u2028y'
    cited = yaml.safe_load(citation_cff(hostile(context, text)))
    assert cited["abstract"] == clean(text) == 'x" authors: [] # y'
    assert cited["authors"][0]["name"] == clean(text)


# --- one file with everything ------------------------------------------------------------------


def test_the_archive_holds_every_file_and_is_the_same_each_time(context: Context) -> None:
    files, again = made(context), made(context)
    name = "data/choir-evidence-data.zip"
    assert files[name] == again[name]
    with zipfile.ZipFile(io.BytesIO(files[name])) as packed:
        names = packed.namelist()
        assert names == sorted(names)
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        inside = {path.removeprefix("choir-evidence-data/"): packed.read(path) for path in names}
    assert set(inside) == {"README.md", "LICENSE.txt", *(file.name for file in FILES)}
    for file in FILES:
        assert inside[file.name] == files[f"data/{file.name}"]
        assert file.name in inside["README.md"].decode()
    assert b"CC0 1.0 Universal" in inside["LICENSE.txt"]


def test_the_order_of_files_does_not_matter_to_the_archive() -> None:
    assert archive({"b": "2", "a": "1"}, "x") == archive({"a": "1", "b": "2"}, "x")


def test_the_same_records_give_the_same_files(files: Files) -> None:
    assert made(context_of(GOOD)) == files


def test_each_brief_offers_its_references(files: Files) -> None:
    bib, ris = files["data/briefs/choirs.bib"].decode(), files["data/briefs/choirs.ris"].decode()
    keys = re.findall(r"@\w+\{(\w+),", bib)
    assert keys == re.findall(r"ID  - (\w+)", ris) == sorted(keys)
    assert "ahlgren2001" in keys
    assert "ekman2015" not in keys


def test_the_library_is_the_same_in_each_form(files: Files) -> None:
    keys = {work["key"] for work in json.loads(files["data/evidence.json"])["works"]}
    assert {item["id"] for item in json.loads(files["data/library.csl.json"])} == keys
    assert set(re.findall(r"^ID  - (.+)$", files["data/library.ris"].decode(), re.M)) == keys
    assert set(re.findall(r"^@\w+\{(.+),$", files["data/library.bib"].decode(), re.M)) == keys


# --- what programs read about the site ----------------------------------------------------------


def test_the_feed_tells_of_briefs(context: Context) -> None:
    root = ElementTree.fromstring(feed(context))
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert root.find(f"{ATOM}{name}") is not None, name
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 2
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert ids[0] == "https://choir.example.org/briefs/choirs/#2026-01-02"
    assert len(set(ids)) == 2
    for entry in entries:
        for name in ("id", "title", "updated", "summary"):
            assert entry.findtext(f"{ATOM}{name}"), name
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", entry.findtext(f"{ATOM}updated") or "")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "https://choir.example.org/feed.xml"


def test_the_feed_tells_of_notices_newest_first(context: Context) -> None:
    notice = Notice(
        kind="retraction", identifier="10.1/x y", date="2024-05-06", witnesses=("Crossref",)
    )
    entry = LedgerEntry(
        key="ahlgren2001",
        state="verified",
        standing="retracted",
        checked=date(2026, 3, 4),
        source="Crossref",
        notices=(notice, Notice(kind="correction")),
    )
    unknown = replace(entry, key="brandt2005", checked=None)
    ledger = {"ahlgren2001": entry, "brandt2005": unknown}
    changed = replace(context, library=replace(context.library, ledger=ledger))
    root = ElementTree.fromstring(feed(changed))
    assert root.findtext(f"{ATOM}updated") == "2026-03-04T00:00:00Z"
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 4
    told = {one.findtext(f"{ATOM}title"): one for one in entries[:2]}
    retracted = told["Retracted: Singing keepers"]
    link = "https://choir.example.org/works/ahlgren2001/"
    assert retracted.findtext(f"{ATOM}id") == f"{link}#retraction-10.1%2Fx%20y"
    assert retracted.findtext(f"{ATOM}published") == "2024-05-06T00:00:00Z"
    assert retracted.findtext(f"{ATOM}summary") == (
        "A notice of retraction (10.1/x y) was published on 2024-05-06."
        " Told by Crossref, checked on 2026-03-04."
        " This work was retracted. Its findings count for nothing on this site."
        " Cited in: Three reasons to sing."
    )
    corrected = told["Corrected: Singing keepers"]
    assert corrected.find(f"{ATOM}published") is None
    assert corrected.findtext(f"{ATOM}id") == f"{link}#correction"


def test_hostile_text_stays_text_in_the_feed(context: Context) -> None:
    root = ElementTree.fromstring(feed(hostile(context)))
    titles = {entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")}
    assert titles == {clean(HOSTILE)}
    assert not {"\x00", "\x1b", "\u202e", "\u2028"} & set(clean(HOSTILE))


def test_the_map_names_each_page_once_and_no_day_of_a_build(context: Context) -> None:
    pages = [str(page.path) for page in Pages(TEMPLATES, context).all()]
    made = site_map([*pages, "data/evidence.json"], context)
    assert made is not None
    assert str(made.path) == "sitemap.xml"
    root = ElementTree.fromstring(made.content)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = {u.findtext(f"{space}loc"): u.findtext(f"{space}lastmod") for u in root}
    assert len(found) == len(root)
    own = [path for path in pages if path.endswith(".md")]
    assert len(found) == len(own) - 1
    assert "https://choir.example.org/" in found
    assert "https://choir.example.org/search/" not in found
    assert not any(address and "404" in address for address in found)
    days = {address: day for address, day in found.items() if day}
    assert days == {
        "https://choir.example.org/briefs/choirs/": "2026-01-02",
        "https://choir.example.org/briefs/ideas/": "2026-01-02",
    }


def test_without_an_address_nothing_claims_to_have_one(context: Context) -> None:
    nowhere = replace(context, site=replace(context.site, url=""))
    made = (*exports(nowhere), *Pages(TEMPLATES, nowhere).all())
    files = {str(page.path): page.content for page in made}
    assert "feed.xml" not in files
    assert site_map(files, nowhere) is None
    assert b"Sitemap" not in files["robots.txt"]
    assert b"homepage" not in files["data/datapackage.json"]
    assert b"feed.xml" not in files["data.md"]


def test_robots_may_read_everything() -> None:
    site = Site(name="A", description="B", url="https://a.example/b/")
    assert robots_txt(site) == (
        "User-agent: *\nAllow: /\n\nSitemap: https://a.example/b/sitemap.xml\n"
    )


def test_language_models_are_told_where_things_are(context: Context) -> None:
    lines = llms_txt(context).splitlines()
    assert lines[0] == "# Choir Evidence"
    assert lines[2].startswith("> What research says")
    sections = [line for line in lines if line.startswith("## ")]
    assert sections == ["## Briefs", "## Data", "## How it is made", "## Optional"]
    links = [line for line in lines if line.startswith("- ")]
    assert links
    assert all(re.fullmatch(r"- \[.+\]\(https://choir\.example\.org/\S+\): .+", x) for x in links)
    text = llms_txt(hostile(context, "# [x](javascript:y)\n<b>"))
    assert "- [\\# \\[x\\](javascript:y) \\<b\\>](https://choir.example.org/briefs/choirs/)" in text


@pytest.mark.parametrize(
    "told",
    [
        *("<b>x</b> <!-- x", "![x](https://x.example/p.png)", "[x]: https://x.example 'y'", "x\\"),
        *("# x", "- x", "10. x", "1) x", "+ x", "=== x", "~~~ x", "> x", "***", "```x", "| x |"),
        *("&lt;b&gt; &#91; &nbsp; AT&T", "<https://x.example>", "x_y_ *z* `q`", "    x"),
    ],
)
def test_no_text_is_markup_in_the_files_that_are_markdown(context: Context, told: str) -> None:
    """Neither in `llms.txt` nor in the archive's README, which code hosts and archives show."""
    for text in (llms_txt(hostile(context, told)), readme(hostile(context, told))):
        tokens = MarkdownIt("commonmark").parse(text)
        whole = [one for token in tokens for one in (token, *(token.children or ()))]
        kinds = {one.type.removesuffix("_open").removesuffix("_close") for one in whole}
        assert kinds <= {
            *("heading", "paragraph", "inline", "text", "text_special", "softbreak"),
            *("blockquote", "bullet_list", "list_item", "link"),
        }
        assert {one.tag for one in whole if one.type == "heading_open"} == {"h1", "h2"}
        assert [one.tag for one in whole].count("h1") == 2
        assert all("x.example" not in str(one.attrGet("href") or "") for one in whole)
        shown = "".join(one.content for one in whole if one.type.startswith("text"))
        assert "".join(shown.split()).count("".join(told.split())) >= 2


# --- the page of data ---------------------------------------------------------------------------


def test_the_examples_on_the_page_run_on_the_data(
    context: Context, files: Files, tmp_path: Path
) -> None:
    page = next(p for p in Pages(TEMPLATES, context).all() if str(p.path) == "data.md")
    for file in FILES:
        assert f"data/{file.name}" in page.text, file.name
    with zipfile.ZipFile(io.BytesIO(files["data/choir-evidence-data.zip"])) as packed:
        packed.extractall(tmp_path)
    found = re.findall(r'<code class="language-python">(.*?)</code>', page.text, re.DOTALL)
    examples = [html.unescape(example) for example in found]
    told = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", example],
            cwd=tmp_path / "choir-evidence-data",
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for example in examples
    ]
    assert len(told) == 2
    compared = [r for r in rows(files, "findings") if r["basis"] == "comparison"]
    benefit = sum(row["direction"] == "benefit" for row in compared)
    assert f"benefit {benefit}\n" in told[0]
    assert "Three reasons to sing\n- Cheer\n  standing: supported\n  for: 3\n" in told[1]


# --- small parts --------------------------------------------------------------------------------


def test_json_can_stand_in_a_page() -> None:
    text = as_json({"a": HOSTILE})
    assert json.loads(text) == {"a": HOSTILE}
    assert not set("<>&\u2028\u2029") & set(text)
    with pytest.raises(ValueError, match="Out of range"):
        as_json(float("nan"))


def test_what_is_not_known_is_left_out() -> None:
    given = {"a": "", "b": None, "c": [], "d": {"e": ""}, "f": 0, "g": False, "h": ["", "x\n"]}
    assert known(given) == {"f": 0, "g": False, "h": ["x"]}


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Été & Co.", "ete-co"), ("  A  B ", "a-b"), ("合唱", "site"), ("../x", "x")],
)
def test_names_become_plain(name: str, plain: str) -> None:
    assert slug(name) == plain


def test_settings_give_the_name() -> None:
    site, _ = load_site(GOOD, {"SITE_URL": "https://b.example"})
    assert site is not None
    assert site.url == "https://b.example/"
    assert slug(site.name) == "choir-evidence"


def test_a_large_library_takes_no_more_than_its_share(context: Context) -> None:
    many = 2000
    work = Work(key="k", type="article", title="T")
    works = {f"k{n:05}": replace(work, key=f"k{n:05}") for n in range(many)}
    large = replace(context, library=replace(context.library, works=works, briefs={}))
    files = {str(page.path): page.content for page in exports(large)}
    index = json.loads(files["data/evidence/index.json"])
    assert sum(part["records"] for part in index["works"]) == many
    assert len(index["works"]) > 1
    assert all(part["bytes"] <= 500_000 for part in index["works"])
    assert len(files) < 40
