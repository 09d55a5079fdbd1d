"""Text is shown as it is, whichever parser reads the page."""

from __future__ import annotations

import html
import re

import markdown
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.problem import Place
from generator.prose import Break, Cite, Code, Items, Link, Marked, Paragraph, Quote, Table, Text
from generator.render.markdown import Writer, address, escape

PLACE = Place(path="briefs/x.md")
EXTENSIONS = ["tables", "md_in_html", "toc"]
TRICKY = st.text(
    st.sampled_from("ab1 .,:;!?#*_`~|\\<>[](){}&\"'+-=@$^/\n\téß–"), min_size=1, max_size=40
)
WRITER = Writer(
    link=lambda target: target, cite=lambda _: escape("cited"), block=lambda _: escape("")
)


def shown(page: str) -> str:
    """The text that a reader of HTML sees."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


@given(TRICKY)
def test_what_is_escaped_is_read_back_by_both_parsers(text: str) -> None:
    wanted = " ".join(text.split())
    written = str(escape(text))
    assert shown(MarkdownIt("commonmark").enable("table").render(written)) == wanted
    assert shown(markdown.markdown(written, extensions=EXTENSIONS)) == wanted
    assert shown(f"<p>{written}</p>") == wanted


@given(TRICKY)
def test_escaped_text_makes_no_tag(text: str) -> None:
    page = markdown.markdown(str(escape(text)), extensions=EXTENSIONS)
    assert set(re.findall(r"<(/?\w+)", page)) <= {"p", "/p"}


@given(st.text(min_size=1, max_size=60))
def test_an_address_cannot_end_its_link(text: str) -> None:
    written = str(address("https://example.org/" + text))
    assert not re.search(r"[\s()<>\"\\`\[\]{}|^]", written)


def test_prose_is_written_as_plain_markdown() -> None:
    blocks = (
        Paragraph(
            children=(
                Text(value="Very "),
                Marked(kind="strong", children=(Text(value="good"),)),
                Text(value=" and "),
                Marked(kind="emphasis", children=(Text(value="new"),)),
                Break(),
                Code(value="a<b"),
                Cite(citations=()),
            ),
            place=PLACE,
        ),
        Items(
            ordered=True,
            items=(
                (Paragraph(children=(Text(value="# one"),), place=PLACE),),
                (
                    Paragraph(
                        children=(
                            Link(
                                target="https://example.org/a b",
                                children=(Text(value="two"),),
                                place=PLACE,
                            ),
                        ),
                        place=PLACE,
                    ),
                ),
            ),
            place=PLACE,
        ),
        Quote(blocks=(Paragraph(children=(Text(value="said"),), place=PLACE),), place=PLACE),
        Table(
            head=((Text(value="a|b"),), (Text(value="c"),)),
            rows=(((Text(value="1"),), (Text(value="2"),)),),
            place=PLACE,
        ),
    )
    assert str(WRITER.blocks(blocks)) == (
        "Very **good** and *new*<br><code>a&lt;b</code>cited\n\n"
        "1.  &#35; one\n\n2.  [two](https://example.org/a%20b)\n\n"
        "> said\n\n"
        "| a&#124;b | c |\n| --- | --- |\n| 1 | 2 |"
    )
    page = markdown.markdown(str(WRITER.page(blocks)), extensions=EXTENSIONS)
    assert '<div aria-label="Table" class="scroll" role="group" tabindex="0">\n<table>' in page
    assert page.count('class="scroll"') == 1
