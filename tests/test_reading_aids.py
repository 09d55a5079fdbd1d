"""Explained words, lines to take along, suggested changes: what the generator writes for them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.examine import examine
from generator.model import LedgerEntry, Term
from generator.problem import Place
from generator.prose import Heading, Inline, Items, Link, Marked, Paragraph, Quote, Table, Text
from generator.render.context import Context, prepare
from generator.render.glossary import Explainer, Glossary
from generator.render.markdown import Writer, escape
from generator.render.pages import Pages
from generator.render.pdf_sources import sources
from generator.render.share import SENTENCE, checks, page_citation, suggestion
from generator.site import Site

REPOSITORY = Path(__file__).resolve().parents[1]
TEMPLATES = (REPOSITORY / "templates",)
PLACE = Place(path="briefs/x.md")
TERMS = {
    "trial": Term(label="trial", definition="A test.", synonyms=("trials",)),
    "randomised-trial": Term(label="randomised trial", definition="A test by chance."),
    "smd": Term(label="SMD", definition="A unit."),
    "hostile": Term(
        label="hull", definition='"><script>alert(1)</script> [x](javascript:x) `*_` ")'
    ),
}
GLOSSARY = Glossary.of(TERMS)

Edit = Callable[[str, str, str], None]


def found(text: str) -> list[tuple[str, str]]:
    """The forms found in a text, each with its term."""
    return [(piece.text, piece.term) for piece in GLOSSARY.pieces(text) if piece.term]


def explainer() -> Explainer:
    """What explains words on one page at the root of the site."""
    return Explainer(GLOSSARY, lambda target: target.replace("page:glossary", "glossary.md"))


def context_of(tree: Path) -> Context:
    """The fabricated site, read and appraised."""
    checked = examine(tree)
    assert checked.site is not None
    assert checked.library is not None
    assert checked.evidence is not None
    return prepare(checked.site, checked.library, checked.evidence)


def pages_of(context: Context) -> dict[str, str]:
    """The Markdown of every page."""
    return {page.path.as_posix(): page.text for page in Pages(TEMPLATES, context).all()}


# --- finding words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("A randomised trial, then trials.", ["randomised-trial", "trial"]),
        ("Trial by trial", ["trial", "trial"]),
        ("randomised\n  trial", ["randomised-trial"]),
        ("pre-trial, trial-like, trialled, industrial", []),
        ("SMD, smd, Smd", ["smd"]),
        ("TRIAL", []),
        ("“trial”, (trials); trial's", ["trial", "trial", "trial"]),
    ],
)
def test_a_form_is_a_whole_word_and_the_longest_wins(text: str, forms: list[str]) -> None:
    assert [term for _, term in found(text)] == forms


@given(st.text(st.sampled_from("trial sSMDrandomised-\n.,é"), max_size=60))
def test_the_pieces_make_the_text_again(text: str) -> None:
    assert "".join(piece.text for piece in GLOSSARY.pieces(text)) == text


@given(st.text(max_size=6), st.text(max_size=20))
def test_any_form_is_found_or_not_but_never_fails(form: str, text: str) -> None:
    glossary = Glossary.of({"x": Term(label=form, definition="X.", synonyms=(form.title(),))})
    for whole in (text, f"{text} {form} {form.upper()} {form.title()} {form.lower()}"):
        assert "".join(piece.text for piece in glossary.pieces(whole)) == whole


def test_two_terms_with_one_form_leave_it_to_the_first() -> None:
    terms = {"a": Term(label="oar", definition="A."), "b": Term(label="oar", definition="B.")}
    assert [p.term for p in Glossary.of(terms).pieces("oar")] == ["a"]


def test_no_glossary_finds_nothing() -> None:
    assert [p.term for p in Glossary.of({}).pieces("trial")] == [""]


def test_a_name_that_only_ends_otherwise_is_not_told_twice() -> None:
    terms = {
        "x": Term(label="study", definition="X.", synonyms=("studies", "inquiry", "inquiries")),
    }
    assert Glossary.of(terms).entries()[0].names == ("inquiry",)


# --- writing them ----------------------------------------------------------------------------


def test_only_the_first_mention_on_a_page_is_explained() -> None:
    explain = explainer()
    assert str(explain("One trial and ")) == 'One [trial](glossary.md#trial "Trial: A test.") and '
    assert str(explain("more trials.")) == "more trials."


def test_a_hostile_definition_stays_text() -> None:
    written = str(explainer()("The hull."))
    page = markdown.markdown(written, extensions=["md_in_html"])
    assert set(re.findall(r"<(/?\w+)", page)) == {"p", "/p", "a", "/a"}
    title = re.search(r'title="([^"]*)"', page)
    assert title is not None
    assert html.unescape(title.group(1)) == f"Hull: {TERMS['hostile'].definition}"


def run(text: str) -> tuple[Inline, ...]:
    """A run of plain words."""
    return (Text(value=text),)


def test_words_are_explained_in_running_prose_and_nowhere_else() -> None:
    explain = explainer()
    writer = Writer(
        link=lambda target: target,
        cite=lambda _: escape(""),
        block=lambda _: escape(""),
        text=explain,
    )
    quiet = (
        Heading(level=2, children=run("A trial"), anchor="x", place=PLACE),
        Quote(blocks=(Paragraph(children=run("A trial"), place=PLACE),), place=PLACE),
        Table(head=(run("A trial"),), rows=((run("A trial"),),), place=PLACE),
        Paragraph(children=(Link(target="#x", children=run("A trial"), place=PLACE),), place=PLACE),
    )
    assert "glossary" not in str(writer.blocks(quiet))
    marked = Marked(kind="strong", children=run("trial"))
    item = (Paragraph(children=(Text(value="A "), marked), place=PLACE),)
    written = str(writer.blocks((Items(ordered=False, items=(item,), place=PLACE),)))
    assert written == '-   A **[trial](glossary.md#trial "Trial: A test.")**'


def test_a_brief_explains_each_word_once_and_leads_to_its_entry(tree: Path) -> None:
    context = context_of(tree)
    pages = pages_of(context)
    brief, entries = pages["briefs/choirs.md"], pages["glossary.md"]
    assert brief.count("../glossary.md#choir ") == 1
    assert '[choir](../glossary.md#choir "Choir: A group that sings &quot;together&quot;' in brief
    assert "in a [trial](../glossary.md#trial " in brief
    for term in context.library.vocabulary.glossary:
        assert f'<dt id="{term}">' in entries
    assert "under &lt;one&gt; roof" in entries


def test_studies_and_outcomes_explain_words_too(tree: Path, edit: Edit) -> None:
    edit("data/studies/ahlgren2001.yaml", "Keepers in the choir", "Keepers in the trial")
    edit("data/vocabulary.yaml", "How cheerful people feel.", "How cheerful a choir is.")
    pages = pages_of(context_of(tree))
    study, outcome = pages["studies/ahlgren2001.md"], pages["outcomes/cheer.md"]
    assert "**Design:** [randomised trial](../glossary.md#randomised-trial " in study
    assert "Keepers in the [trial](../glossary.md#trial " in study
    assert '<p class="lead" markdown>How cheerful a [choir](../glossary.md#choir ' in outcome


def test_explained_words_change_no_claim_and_no_printed_page(tree: Path) -> None:
    def made() -> tuple[list[str], list[str]]:
        context = context_of(tree)
        claims = [claim.text for claim in context.evidence.all_claims]
        return claims, [source.text for source in sources(context, TEMPLATES)]

    before = made()
    path = tree / "data/vocabulary.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("glossary:")], encoding="utf-8")
    assert made() == before


# --- how evidence is told --------------------------------------------------------------------


def test_a_panel_counts_weaker_kinds_apart(tree: Path, edit: Edit) -> None:
    edit("data/studies/brandt2005.yaml", "basis: comparison", "basis: change")
    claim = pages_of(context_of(tree))["briefs/choirs.md"].partition('class="claim')[2]
    assert "Findings: 3 for (1 of a weaker kind), 0 not for" in claim
    told, apart = claim.split("Of weaker kinds, counted apart:", 1)
    assert "Cheer rose more in the choir." not in told
    assert "Cheer rose more in the choir." in apart


def test_reviews_that_share_no_known_study_are_not_said_to_overlap(tree: Path, edit: Edit) -> None:
    review = (tree / "data/studies/ceder2010.yaml").read_text(encoding="utf-8")
    again = review.replace("ceder2010", "falk2012")
    (tree / "data/studies/falk2012.yaml").write_text(again, encoding="utf-8")
    with (tree / "data/library.bib").open("a", encoding="utf-8") as library:
        library.write("\n@misc{falk2012,\n  title = {Choirs again},\n  year = {2012},\n}\n")
    edit("data/studies/brandt2005.yaml", "findings:", "included_in: [falk2012]\nfindings:")
    outcome = pages_of(context_of(tree))["outcomes/cheer.md"]
    assert "none of them is known to be in more than one" in outcome
    assert "slight overlap" not in outcome
    assert "not independent" not in outcome
    edit("data/studies/brandt2005.yaml", "[falk2012]", "[ceder2010, falk2012]")
    outcome = pages_of(context_of(tree))["outcomes/cheer.md"]
    assert "1 study is in more than one. The corrected covered area is 50%" in outcome


def test_the_methods_page_explains_each_label_that_a_claim_can_bear(tree: Path, edit: Edit) -> None:
    themes = "themes: {early: {label: Told once, meaning: One study.}}\n"
    edit("data/wording.yaml", "reporting:", themes + "reporting:")
    methods = pages_of(context_of(tree))["methods.md"]
    assert ">Told once<" in methods
    assert "**Not borne out:**" in methods
    assert "*contradicted*" not in methods


# --- what a reader takes along ---------------------------------------------------------------


def test_a_claims_line_is_its_statement_word_for_word_with_its_citations(tree: Path) -> None:
    brief = pages_of(context_of(tree))["briefs/choirs.md"]
    page = markdown.markdown(brief, extensions=["md_in_html", "tables"])
    lines = [html.unescape(x) for x in re.findall(r'data-line="([^"]*)"', page)]
    assert lines[0] == (
        "Choirs probably make keepers more cheerful"
        " (Ahlgren & Berg, 2001; Ceder et al., 2010, table 3)."
    )
    assert lines[2] == "We do not know whether choirs change night vision."


def test_a_hostile_statement_cannot_leave_its_line(tree: Path, edit: Edit) -> None:
    edit("briefs/choirs.md", "We do not know whether", r'We do not know "\>\<img src=x\> \`x\` if')
    brief = pages_of(context_of(tree))["briefs/choirs.md"]
    page = markdown.markdown(brief, extensions=["md_in_html", "tables"])
    assert "<img" not in page
    lines = [html.unescape(x) for x in re.findall(r'data-line="([^"]*)"', page)]
    assert lines[2] == 'We do not know "><img src=x> `x` if choirs change night vision.'


def test_a_brief_says_how_to_cite_it() -> None:
    site = Site(name="Choir *Evidence*", description="", url="https://choir.example.org/")
    written = page_citation(site, "brief:x", "Why <sing>?", date(2026, 1, 2))
    page = markdown.markdown(str(written))
    assert html.unescape(re.sub(r"<[^>]*>", "", page)) == (
        "Choir *Evidence*. (2026, January 2). Why <sing>? [Evidence brief]."
        " https://choir.example.org/briefs/x/"
    )
    assert "<em>Why &lt;sing&gt;?</em>" in page
    nowhere = page_citation(Site(name="C", description=""), "brief:x", "T", date(2026, 1, 2))
    assert str(nowhere).endswith("brief&#93;.")


# --- what a reader sends back ----------------------------------------------------------------


def site_at(repository: str) -> Site:
    """A site with this repository."""
    return Site(name="C", description="", url="https://c.example.org/", repository=repository)


def test_a_suggestion_fills_the_form() -> None:
    told = suggestion(
        site_at("https://code.example.org/x/y/"), SENTENCE, page="https://c/?a&b", sentence="Ä & b"
    )
    address = urlsplit(told)
    assert address.path == "/x/y/issues/new"
    assert parse_qs(address.query) == {
        "template": ["correct-sentence.yml"],
        "page": ["https://c/?a&b"],
        "sentence": ["Ä & b"],
    }


@pytest.mark.parametrize("repository", ["", "javascript:alert(1)//", "http://x.example.org"])
def test_without_a_repository_nothing_is_offered(repository: str) -> None:
    assert suggestion(site_at(repository), SENTENCE, page="x") == ""


def test_a_long_sentence_ends_at_a_word() -> None:
    told = suggestion(site_at("https://code.example.org/x/y"), SENTENCE, sentence="word " * 999)
    sentence = parse_qs(urlsplit(told).query)["sentence"][0]
    assert sentence.endswith("word …")
    assert len(told) < 3_000


def test_pages_offer_changes_only_where_there_is_a_repository(tree: Path, edit: Edit) -> None:
    assert not [path for path, page in pages_of(context_of(tree)).items() if "issues/new" in page]
    edit("mkdocs.yml", "generator: false", "generator: false\n  repository: https://code.example/x")
    pages = pages_of(context_of(tree))
    brief, study = pages["briefs/choirs.md"], pages["studies/ahlgren2001.md"]
    assert "sentence=Choirs%20probably%20make%20keepers" in brief
    assert "template=correct-record.yml&amp;record=https%3A%2F%2Fchoir" in study
    assert "template=correct-sentence.yml&amp;page=https" in pages["outcomes/cheer.md"]


# --- what was checked ------------------------------------------------------------------------


def test_checks_are_told_in_a_sentence() -> None:
    seen = LedgerEntry(key="a", state="verified", checked=date(2026, 3, 4))
    undated = LedgerEntry(key="b", state="differs")
    unseen = LedgerEntry(key="c", state="unchecked")
    assert checks([]) == ""
    assert checks([unseen]).startswith("None of its references")
    assert checks([seen, undated, unseen]) == (
        "2 of its 3 references were compared with a registry's record, last on 4 March 2026."
    )
    assert checks([undated]) == "All its references were compared with a registry's record."


def test_a_retraction_stands_with_the_reference(tree: Path) -> None:
    entry = {"key": "ceder2010", "state": "verified", "standing": "retracted", "source": "Crossref"}
    (tree / "data/ledger").mkdir()
    (tree / "data/ledger/ceder2010.json").write_text(json.dumps(entry), encoding="utf-8")
    work = pages_of(context_of(tree))["studies/ceder2010.md"]
    assert "This work was retracted. Its findings count for nothing on this site." in work
