"""What the heads of pages tell programs, read back from pages as the site builder makes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import html5lib
import jsonschema
import pytest

from generator.examine import examine
from generator.model import Contributor, LedgerEntry, Name, Notice, Work, WorkType
from generator.render import linked_data
from generator.render.context import Context, prepare
from generator.render.machine import clean
from generator.render.metadata import brief_head, exchange_forms, work_head
from generator.render.offers import FILES
from generator.render.pages import Pages
from generator.render.views import Download
from generator.write import write_one

ROOT = Path(__file__).resolve().parents[1]
GOOD = ROOT / "tests/data/good"
TEMPLATES = (ROOT / "templates",)
BASE = "https://choir.example.org/"
PDF = Download(file="choirs.pdf", label="PDF, A4", name="c.pdf", size="9 KB", pages="2 pages")
HOSTILE = '</script><b onclick=x>]]>" =cmd() {{ 7*7 }} \u202e\x85\x1b&lt;'
PAGES = ("index", "briefs/choirs", "works/ahlgren2001", "works/ceder2010", "data", "search")
WORK = Work(
    key="w",
    type="article",
    title="A title",
    authors=(
        Name(family="Berg", given="Anna", particle="van der"),
        Name(family="King", given="Martin", suffix="Jr."),
        Name(family="Made Up Group", group=True),
    ),
    year=1995,
    month=10,
    container="A Journal",
    volume="46",
    issue="10",
    pages="1037–44; discussion 1050",
    doi="10.1000/(x)<y>",
    pmid="7600123",
    pmcid="PMC12",
    issn="0378-5955",
    url="https://example.org/x",
)


@pytest.fixture(scope="module")
def context() -> Context:
    """The fabricated site."""
    checked = examine(GOOD)
    assert checked.library is not None
    assert checked.evidence is not None
    assert checked.site is not None
    return prepare(checked.site, checked.library, checked.evidence)


class Head:
    """The head of a built page: its tags, its links, its linked data."""

    def __init__(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8")
        document = html5lib.parse(text, namespaceHTMLElements=False)
        self.document = document
        head = document.find("head")
        assert head is not None
        self.tags = [
            (tag.get("name") or tag.get("property") or "", tag.get("content") or "")
            for tag in head.iter("meta")
        ]
        self.links = [dict(link.attrib) for link in head.iter("link")]
        scripts = [s for s in document.iter("script") if s.get("type") == "application/ld+json"]
        self.things = [json.loads(script.text or "") for script in scripts]

    def all(self, name: str) -> list[str]:
        """The values of the tags of a name."""
        return [value for own, value in self.tags if own == name]

    def one(self, name: str) -> str:
        """The value of the only tag of a name."""
        (value,) = self.all(name)
        return value


def build(context: Context, root: Path) -> dict[str, Head]:
    """Some pages of a site as the site builder makes them."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    wanted = {f"{name}.md" for name in PAGES}
    pages = Pages(TEMPLATES, context, lambda: {"choirs": (PDF,)}).all()
    for page in pages:
        if str(page.path) in wanted:
            write_one(page, root / "docs")
    config: Any = load_config(
        str(GOOD / "mkdocs.yml"), docs_dir=str(root / "docs"), site_dir=str(root / "site")
    )
    build(config)
    assert not (root / "site/sitemap.xml").exists(), "the generator makes the map itself"
    site = root / "site"
    heads = {name: Head(site / name / "index.html") for name in PAGES if name != "index"}
    return {**heads, "index": Head(site / "index.html"), "404": Head(site / "404.html")}


@pytest.fixture(scope="module")
def heads(context: Context, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Head]:
    """The heads of some built pages."""
    return build(context, tmp_path_factory.mktemp("built"))


# --- Highwire ----------------------------------------------------------------------------------


def test_a_brief_is_a_report_with_its_pdf(heads: dict[str, Head]) -> None:
    head = heads["briefs/choirs"]
    assert head.one("citation_title") == "Three reasons to sing"
    assert head.one("citation_author") == "Choir Evidence"
    assert head.one("citation_publication_date") == "2026/01/02"
    assert head.one("citation_technical_report_institution") == "Choir Evidence"
    assert head.one("citation_pdf_url") == f"{BASE}briefs/choirs.pdf"
    assert head.one("citation_abstract_html_url") == f"{BASE}briefs/choirs/"
    assert head.one("citation_language") == "en"
    assert head.all("citation_keywords") == ["Cheer", "Boredom", "Night vision", "Cold halls"]
    related = {link["type"]: link["href"] for link in head.links if link["rel"] == "related"}
    assert related == {
        "application/x-bibtex": "../../data/briefs/choirs.bib",
        "application/x-research-info-systems": "../../data/briefs/choirs.ris",
    }


def test_each_page_leads_to_the_feed_and_has_the_theme_load_nothing_for_it(
    heads: dict[str, Head],
) -> None:
    for page, head in heads.items():
        rels = {tuple((link.get("rel") or "").split()): link for link in head.links}
        feed = rels["alternate", "feed"]
        assert feed["type"] == "application/atom+xml"
        assert feed["href"].endswith("feed.xml")
        # For each of these the theme's script would load the whole sitemap.
        assert ("alternate",) not in rels, page


def test_a_work_tells_its_reference(heads: dict[str, Head]) -> None:
    head = heads["works/ahlgren2001"]
    assert head.one("citation_title") == "Singing keepers"
    assert head.all("citation_author") == ["Ahlgren, Ann", "Berg, Bo"]
    assert head.one("citation_publication_date") == "2001"
    assert head.one("citation_journal_title") == "Journal of Towers"
    assert head.one("citation_volume") == "3"
    assert head.one("citation_firstpage") == "1"
    assert head.one("citation_lastpage") == "9"
    assert head.one("citation_doi") == "10.1234/towers.2001.3"
    assert head.one("citation_public_url") == "https://doi.org/10.1234/towers.2001.3"
    assert head.all("citation_issue") == []
    assert head.all("citation_language") == []
    assert all(value for name, value in head.tags if name.startswith("citation_"))
    assert heads["works/ceder2010"].one("citation_pmid") == "12345678"


def test_names_have_one_comma_and_pages_their_full_end(context: Context) -> None:
    tags = tags_of(context, WORK)
    authors = [value for name, value in tags if name == "citation_author"]
    assert authors == ["van der Berg, Anna", "King, Martin Jr.", "Made Up Group"]
    told = dict(tags)
    assert told["citation_publication_date"] == "1995/10"
    assert (told["citation_firstpage"], told["citation_lastpage"]) == ("1037", "1044")
    assert told["citation_issn"] == "0378-5955"
    assert told["citation_public_url"] == "https://doi.org/10.1000/(x)%3Cy%3E"


@pytest.mark.parametrize(
    ("kind", "tag", "kept_in"),
    [
        ("incollection", "citation_book_title", "citation_publisher"),
        ("inproceedings", "citation_conference_title", "citation_publisher"),
        ("report", "citation_series_title", "citation_technical_report_institution"),
        ("thesis", "citation_series_title", "citation_dissertation_institution"),
    ],
)
def test_each_kind_of_work_has_tags_of_its_own(
    context: Context, kind: WorkType, tag: str, kept_in: str
) -> None:
    told = dict(tags_of(context, replace(WORK, type=kind, publisher="A Press", number="7")))
    assert told[tag] == "A Journal"
    assert told[kept_in] == "A Press"
    assert ("citation_technical_report_number" in told) == (kind == "report")


def test_an_article_number_stands_for_pages(context: Context) -> None:
    told = dict(tags_of(context, replace(WORK, pages="", article_number="e12")))
    assert told["citation_firstpage"] == "e12"
    assert "citation_lastpage" not in told


def tags_of(context: Context, work: Work) -> list[tuple[str, str]]:
    """The tags of a work's page."""
    tags: Any = work_head(with_work(context, work), work.key)["citation"]
    return list(tags)


def with_work(context: Context, work: Work, entry: LedgerEntry | None = None) -> Context:
    """The site with one more work."""
    library = context.library
    ledger = {**library.ledger, **({work.key: entry} if entry else {})}
    works = {**library.works, work.key: work}
    return replace(context, library=replace(library, works=works, ledger=ledger))


# --- linked data --------------------------------------------------------------------------------

TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": "^https://"}
ORGANISATION = {
    "type": "object",
    "required": ["@type", "name"],
    "properties": {"@type": {"const": "Organization"}, "name": TEXT, "url": ADDRESS},
}
LICENCE = {"type": "string", "pattern": "^https://creativecommons.org/"}


def shape(kind: str, *required: str, **properties: object) -> Mapping[str, Any]:
    """A thing of schema.org with at least these members."""
    return {
        "type": "object",
        "required": ["@context", "@type", *required],
        "properties": {
            "@context": {"const": "https://schema.org"},
            "@type": {"const": kind},
            "url": ADDRESS,
            **properties,
        },
    }


REPORT = shape(
    "Report",
    *("headline", "description", "dateModified", "author", "publisher", "license"),
    *("citation", "encoding", "isBasedOn"),
    headline=TEXT,
    dateModified={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
    author=ORGANISATION,
    publisher=ORGANISATION,
    license=LICENCE,
    encoding={
        "type": "array",
        "items": {
            "required": ["@type", "encodingFormat", "contentUrl"],
            "properties": {"encodingFormat": {"const": "application/pdf"}, "contentUrl": ADDRESS},
        },
    },
    citation={
        "type": "array",
        "minItems": 1,
        "items": {"type": "object", "required": ["@type", "name"]},
    },
    isBasedOn={"type": "object", "required": ["@type", "@id", "name"]},
)
DATASET = shape(
    "Dataset",
    *("name", "description", "license", "creator", "distribution", "version", "dateModified"),
    description={"type": "string", "minLength": 50, "maxLength": 5000},
    license=LICENCE,
    creator=ORGANISATION,
    distribution={
        "type": "array",
        "items": {
            "type": "object",
            "required": ["@type", "encodingFormat", "contentUrl"],
            "properties": {"@type": {"const": "DataDownload"}, "contentUrl": ADDRESS},
        },
    },
)
ARTICLE = shape(
    "ScholarlyArticle",
    *("name", "headline", "author", "datePublished", "isPartOf", "mainEntityOfPage"),
    author={"type": "array", "minItems": 1, "items": {"required": ["@type", "name"]}},
    datePublished={"type": "string", "pattern": r"^\d{4}(-\d\d)?$"},
    sameAs={"type": "array", "items": ADDRESS},
)


def test_a_brief_is_described_as_a_report(heads: dict[str, Head]) -> None:
    (thing,) = heads["briefs/choirs"].things
    jsonschema.validate(thing, REPORT)
    assert [one["contentUrl"] for one in thing["encoding"]] == [f"{BASE}briefs/choirs.pdf"]
    cited = {one["name"]: one for one in thing["citation"]}
    assert cited["Singing keepers"]["sameAs"] == "https://doi.org/10.1234/towers.2001.3"
    assert thing["isBasedOn"]["@id"] == heads["data"].things[0]["@id"]


def test_those_who_worked_on_a_brief_are_named(context: Context) -> None:
    brief = context.library.briefs["choirs"]
    people = (Contributor(name="Ada", orcid="0000-0002-1825-0097"), Contributor(name="Bo"))
    named = replace(brief, front=replace(brief.front, contributors=people))
    assert linked_data.report(context, named, ())["contributor"] == [
        {"@type": "Person", "@id": "https://orcid.org/0000-0002-1825-0097", "name": "Ada"},
        {"@type": "Person", "name": "Bo"},
    ]


def test_the_data_are_described_as_a_dataset(heads: dict[str, Head]) -> None:
    (thing,) = heads["data"].things
    jsonschema.validate(thing, DATASET)
    addresses = [one["contentUrl"] for one in thing["distribution"]]
    assert addresses[:-1] == [f"{BASE}data/{file.name}" for file in FILES]
    assert addresses[-1] == f"{BASE}data/choir-evidence-data.zip"


def test_a_work_is_described_as_what_it_is(heads: dict[str, Head]) -> None:
    (thing,) = heads["works/ahlgren2001"].things
    jsonschema.validate(thing, ARTICLE)
    assert thing["sameAs"] == ["https://doi.org/10.1234/towers.2001.3"]
    assert thing["mainEntityOfPage"] == f"{BASE}works/ahlgren2001/"
    assert thing["isPartOf"] == {
        "@type": "PublicationVolume",
        "volumeNumber": "3",
        "isPartOf": {"@type": "Periodical", "name": "Journal of Towers"},
    }
    assert "creativeWorkStatus" not in thing


def test_an_article_stands_in_its_issue_and_has_all_its_names(context: Context) -> None:
    thing = linked_data.described_work(context, WORK, LedgerEntry(key="w"))
    jsonschema.validate(thing, ARTICLE)
    assert thing["isPartOf"]["issueNumber"] == "10"
    assert thing["isPartOf"]["isPartOf"]["volumeNumber"] == "46"
    assert thing["isPartOf"]["isPartOf"]["isPartOf"]["issn"] == "0378-5955"
    assert thing["author"][0] == {
        "@type": "Person",
        "name": "Anna van der Berg",
        "familyName": "van der Berg",
        "givenName": "Anna",
    }
    assert thing["author"][1]["honorificSuffix"] == "Jr."
    assert thing["author"][2] == {"@type": "Organization", "name": "Made Up Group"}
    assert thing["sameAs"] == [
        "https://doi.org/10.1000/(x)%3Cy%3E",
        "https://pubmed.ncbi.nlm.nih.gov/7600123/",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC12/",
    ]
    identifiers = {one["propertyID"]: one["value"] for one in thing["identifier"]}
    assert identifiers == {"DOI": "10.1000/(x)<y>", "PMID": "7600123", "PMCID": "PMC12"}


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("book", "Book"),
        ("incollection", "Chapter"),
        ("inproceedings", "ScholarlyArticle"),
        ("report", "Report"),
        ("thesis", "Thesis"),
        ("online", "WebPage"),
        ("misc", "CreativeWork"),
    ],
)
def test_other_works_have_their_own_types(context: Context, kind: WorkType, type_: str) -> None:
    work = Work(key="w", type=kind, title="T", publisher="P", isbn="0-306-40615-2")
    thing = linked_data.described_work(context, work, LedgerEntry(key="w"))
    jsonschema.validate(thing, shape(type_, "name", "publisher", "isbn"))
    assert not {"author", "datePublished", "isPartOf", "sameAs", "@id"} & set(thing)


def test_a_retracted_work_is_called_so_in_words(context: Context, tmp_path: Path) -> None:
    entry = LedgerEntry(
        key="ahlgren2001",
        state="verified",
        standing="retracted",
        checked=date(2026, 3, 4),
        notices=(Notice(kind="retraction", identifier="10.1/r"),),
    )
    ledger = {"ahlgren2001": entry}
    changed = replace(context, library=replace(context.library, ledger=ledger))
    heads = build(changed, tmp_path)
    (thing,) = heads["works/ahlgren2001"].things
    assert thing["creativeWorkStatus"] == "Retracted"
    assert thing["disambiguatingDescription"].startswith("This work was retracted.")
    assert heads["works/ahlgren2001"].one("description").startswith("Retracted. ")
    assert not heads["works/ceder2010"].one("description").startswith("Retracted")


def test_a_corrected_work_names_its_correction(context: Context) -> None:
    notices = (
        Notice(kind="correction", identifier="10.1/c"),
        Notice(kind="correction", identifier="99"),
    )
    entry = LedgerEntry(key="w", standing="corrected", notices=notices)
    thing = linked_data.described_work(context, WORK, entry)
    assert thing["correction"] == ["https://doi.org/10.1/c"]
    assert thing["creativeWorkStatus"] == "Corrected"


def test_the_home_page_describes_the_site(heads: dict[str, Head]) -> None:
    (thing,) = heads["index"].things
    jsonschema.validate(thing, shape("WebSite", "name", "description", "url", "license"))
    assert heads["index"].one("og:type") == "website"


def test_search_and_errors_are_not_to_be_found(heads: dict[str, Head]) -> None:
    assert heads["search"].all("robots") == heads["404"].all("robots") == ["noindex"]
    assert heads["index"].all("robots") == []


def test_without_an_address_no_address_is_told(context: Context) -> None:
    nowhere = replace(context, site=replace(context.site, url=""))
    brief = nowhere.library.briefs["choirs"]
    thing = linked_data.report(nowhere, brief, (PDF,))
    assert not {"@id", "url"} & set(thing)
    assert "contentUrl" not in thing["encoding"][0]
    tags: Any = brief_head(nowhere, brief, (PDF,))["citation"]
    assert not [name for name, _ in tags if name.endswith("_url")]


# --- hostile text --------------------------------------------------------------------------------


def test_hostile_text_is_told_as_text(context: Context, tmp_path: Path) -> None:
    library = context.library
    name = Name(family=HOSTILE, given=HOSTILE)
    works = {
        key: replace(work, title=HOSTILE, authors=(name,), container=HOSTILE, url="")
        for key, work in library.works.items()
    }
    briefs = {
        slug: replace(brief, front=replace(brief.front, title=HOSTILE, summary=HOSTILE))
        for slug, brief in library.briefs.items()
    }
    hostile = replace(context, library=replace(library, works=works, briefs=briefs))
    heads = build(hostile, tmp_path)
    plain = clean(HOSTILE)
    for page, kind in (("briefs/choirs", "Report"), ("works/ahlgren2001", "ScholarlyArticle")):
        head = heads[page]
        (thing,) = head.things
        assert thing["@type"] == kind
        assert thing["headline"] == plain
        assert head.one("citation_title") == plain
        assert head.one("og:title") == plain
        assert not [e for e in head.document.iter() if e.get("onclick")]
        assert not list(head.document.iter("b"))
    assert heads["works/ahlgren2001"].one("citation_author") == f"{plain}, {plain}"
    shown = [
        "".join(code.itertext())
        for code in heads["works/ahlgren2001"].document.iter("code")
        if "TY  - JOUR" in "".join(code.itertext())
    ]
    assert len(shown) == 1
    assert '\nTI  - </script><b onclick=x>]]>" =cmd() {{ 7*7 }}' in shown[0]


def test_the_forms_of_a_work_keep_their_lines() -> None:
    forms = dict(exchange_forms(WORK))
    assert forms["BibTeX"].startswith("@article&#123;w,\n  author = ")
    assert forms["RIS"].splitlines()[:2] == ["TY  - JOUR", "ID  - w"]
