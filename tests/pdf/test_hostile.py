"""Whatever a contributor writes is printed as text: never run, never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from generator.appraise import gather
from generator.background import Exclusion, Flow, Part, Stage
from generator.library import Brief, Library
from generator.model import Name, Slot, Vocabulary
from generator.problem import Place
from generator.prose import (
    Block,
    Claim,
    Code,
    Heading,
    Link,
    Marked,
    Paragraph,
    SlotBlock,
    Text,
)
from generator.publish.typeset import typeset
from generator.render.context import Context, prepare
from generator.render.glyphs import SHOWN, printable
from generator.render.pdf_sources import sources
from generator.render.typst import Typst, address, literal, shown, string
from tests.pdf.conftest import TEMPLATES
from tests.pdf.reading import squeezed, text_of
from tests.promises import RecordFigure

HOSTILE = (
    '#panic("run")',
    "#sys.version",
    "#let x = 1; #x",
    '#import "@preview/cetz:0.2.2"',
    '#include "/etc/passwd"',
    '#read("../../secret")',
    "#{ while true {} }",
    "#set page(width: 1pt)",
    "#show: it => none",
    '#eval("1+1")',
    '#"unclosed',
    '"); #panic("out',
    '"',
    "\\",
    '\\"',
    "\\\\\\",
    'a"b"c',
    "\\u{41}",
    "*bold* _soft_ `raw` ```block```",
    "$x^2$ and $",
    "@key and <label> and @",
    "= Heading",
    "- list",
    "+ enum",
    "/ term: text",
    "[open ] close [[ ]] (( )) {{ }} {% raw %}",
    "{{ brief.title }}",
    "{% include 'pdf/book.typ.j2' %}",
    "// comment",
    "/* comment */",
    "https://example.org/a#b?c=d",
    "~ -- --- ... -? 'quotes' \"double\"",
    "a;b;#c;",
    ".method().call(1)",
    "<b>html</b> &amp; &#35;",
    "[markdown](javascript:alert(1))",
    "control \x00\x01\x07\x1b\x7f\x85 characters",
    "line\nbreak\r\nand\ttab\u2028here\u2029there",
    "zero\u200bwidth\u200djoin\ufeffers\u00ad",
    "bidi \u202eoverride\u202c \u2066isolate\u2069",
    "עברית שלום",
    "مرحبا بالعالم",
    "中文 日本語 한국어",
    "emoji 😀 👩‍👩‍👧 🇳🇴 ✊🏽 ☃",
    "é ñ ß ğ Ž Ж Ω ə ŋ ﬁ ½ ™",
    "z̴̡͇a̷l̵g̶o̸",
    "e\u0301 a\u030a o\u0308",
    "private \ue000 and unassigned \U000e0fff and \uffff",
    "W" * 400,
    "https://example.org/" + "path/" * 80,
    "word " * 2000,
    "x" * 10_000,
    "9" * 40 + " " + "-" * 60,
    "▲▼◄►○●■□✓✗→←≥≤≠±×÷",
)
# Drawn in another order than they are written in, or with each letter's marks told twice.
REORDERED = ("עברית", "مرحبا", "bidi", "z\u0334")


def test_the_corpus_is_large(record_figure: RecordFigure) -> None:
    record_figure("payloads-printed", len(HOSTILE))
    assert len(set(HOSTILE)) == len(HOSTILE) >= 40


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:24])
def test_a_hostile_text_is_printed_as_text(context: Context, tmp_path: Path, text: str) -> None:
    documents = sources(_spoilt(context, text), TEMPLATES)
    # In the order in which they are made.
    for name in ("choirs.pdf", "choirs-summary.pdf"):
        if len(text) > 5000 and name == "choirs-summary.pdf":
            continue
        source = next(s for s in documents if s.path.name == name)
        target = tmp_path / name
        target.write_bytes(typeset(source.text, source.form, tmp_path))
        read = text_of(target)
        expected = squeezed(printable(text))
        if text.startswith(REORDERED):
            assert set(expected) <= set(read)
        else:
            assert expected in read


def test_a_hostile_text_on_an_image(context: Context, tmp_path: Path) -> None:
    spoilt = _spoilt(context, "".join(HOSTILE[:46]))
    source = next(s for s in sources(spoilt, TEMPLATES) if s.form == "png")
    assert typeset(source.text, source.form, tmp_path).startswith(b"\x89PNG")


def _spoilt(context: Context, text: str) -> Context:
    """The fabricated site with one text in every place where a contributor can write."""
    library = context.library
    briefs = {slug: _brief(brief, text) for slug, brief in library.briefs.items()}
    studies = {
        key: replace(
            study,
            title=text[:500],
            country=text[:500],
            findings=tuple(
                replace(finding, statement=text, source=replace(finding.source, where=text))
                for finding in study.findings
            ),
        )
        for key, study in library.studies.items()
    }
    works = {
        key: replace(work, title=text[:500], container=text[:500], authors=(_name(text),))
        for key, work in library.works.items()
    }
    wording = replace(
        library.wording,
        standings={
            key: replace(hedges, label=text[:200], meaning=text)
            for key, hedges in library.wording.standings.items()
        },
    )
    spoilt: Library = replace(
        library,
        briefs=briefs,
        studies=studies,
        works=works,
        wording=wording,
        vocabulary=_vocabulary(library.vocabulary, text[:100]),
        flow=_flow(text[:500]),
    )
    site = replace(context.site, name=text[:100], description=text)
    return prepare(site, spoilt, gather(spoilt))


def _vocabulary(vocabulary: Vocabulary, text: str) -> Vocabulary:
    return replace(
        vocabulary,
        outcomes={key: replace(term, label=text) for key, term in vocabulary.outcomes.items()},
        categories={key: replace(term, label=text) for key, term in vocabulary.categories.items()},
        populations={
            key: replace(term, label=text) for key, term in vocabulary.populations.items()
        },
    )


def _flow(text: str) -> Flow:
    return Flow(
        review="ceder2010",
        title=text,
        databases=(text, text),
        searched_to=text,
        language=text,
        search_terms=(text,),
        included=(text, f"{text}."),
        stages=(
            Stage(id="a", label=text, n=3, unit="records", note=text),
            Stage(id="b", label=text, unit="studies"),
        ),
        exclusions=(Exclusion(after="a", n=1, reasons=(text, text)),),
        parts=(Part(label=text, n=1),),
    )


def _name(text: str) -> Name:
    return Name(family=text[:200], given=text[:200])


def _brief(brief: Brief, text: str) -> Brief:
    front = replace(brief.front, title=text[:300], summary=text, question=text)
    blocks = tuple(_extra(text)) + tuple(_block(block, text) for block in brief.blocks)
    return replace(brief, front=front, blocks=blocks)


def _extra(text: str) -> Iterator[Block]:
    place = Place(path="briefs/x.md")
    words = Text(value=text)
    yield Paragraph(
        children=(
            words,
            Marked(kind="strong", children=(words, Text(value="("))),
            Code(value=text),
            Link(target=f"https://example.org/{text[:50]}", children=(words,), place=place),
            Text(value="(after)[here]"),
        ),
        place=place,
    )
    yield Heading(level=2, children=(words,), anchor="x", place=place)
    for kind in ("flow", "evidence-map", "study-table"):
        yield SlotBlock(slot=Slot(kind=kind), place=place)


def _block(block: Block, text: str) -> Any:
    if isinstance(block, Claim):
        statement = replace(block.statement, children=(Text(value=text), *block.statement.children))
        return replace(block, statement=statement, heading=text)
    return block


def test_literals_keep_their_shape() -> None:
    assert literal('a "quote" \\ slash') == '"a \\"quote\\" \\\\ slash"'
    assert literal((1, -2.5, True, None)) == "(1, (-2.5), true, none, )"
    assert literal({"a": ()}) == '("a": ())'
    assert literal({}) == "(:)"
    assert literal(Typst("#emph[x];")) == "[#emph[x];]"
    assert shown("a") == '#"a";'


def test_a_very_long_word_may_be_broken() -> None:
    assert shown("a" * 40) == f'#"{"a" * 16}";#h(0pt);#"{"a" * 16}";#h(0pt);#"{"a" * 8}";'
    assert string("a" * 40) == f'"{"a" * 40}"'


def test_markup_of_another_kind_of_page_is_refused() -> None:
    with pytest.raises(TypeError, match="another kind of page"):
        literal(Markup("*bold*"))
    with pytest.raises(TypeError, match="cannot print a set"):
        literal({1})


def test_an_address_cannot_end_its_link() -> None:
    assert address('https://a.org/"x" é\\') == '"https://a.org/%22x%22%20%C3%A9%5C"'


def test_what_cannot_be_drawn_is_said() -> None:
    assert printable("a 😀 b") == "a [grinning face] b"
    assert printable("中文!") == "[U+4E2D U+6587]!"
    assert printable("a\x00\nb\u200bc") == "a bc"


@pytest.mark.parametrize(
    "style", ["weight: 400", "weight: 600", 'style: "italic"', 'weight: 600, style: "italic"']
)
def test_everything_that_can_be_shown_is_drawn(tmp_path: Path, style: str) -> None:
    letters = "".join(str(shown(f" {c} ")) for c in sorted(SHOWN) if printable(c) == c)
    head = '#set document(title: "x")\n#set text(lang: "en", font: ("Libertinus Serif",'
    text = f'{head} "New Computer Modern", "DejaVu Sans Mono"), {style})\n= x\n{letters}'
    (tmp_path / "x.pdf").write_bytes(typeset(text, "pdf", tmp_path))
    assert "U+" not in text_of(tmp_path / "x.pdf")


def test_a_letter_that_no_typeface_draws_does_not_stop_a_document(tmp_path: Path) -> None:
    text = '#set document(title: "x")\n#set text(lang: "en")\n= x\n#"中 text";'
    (tmp_path / "x.pdf").write_bytes(typeset(text, "pdf", tmp_path))
    assert squeezed("[U+4E2D] text") in text_of(tmp_path / "x.pdf")
