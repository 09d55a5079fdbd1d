"""The made files: complete, tagged, archival, and told so by a validator that can say no."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import page
import pikepdf
import pytest

from generator.publish.pdf import PdfFile
from generator.render.context import Context
from tests.pdf.reading import (
    drawn_on_pages,
    elements,
    heading_levels,
    outline_of,
    squeezed,
    text_of,
)

BRIEFS = ("choirs", "ideas")
PDFS = ("choirs.pdf", "choirs-letter.pdf", "choirs-summary.pdf", "ideas.pdf", "all-briefs.pdf")
MILLIMETRES = 72 / 25.4


def test_each_brief_has_two_papers_a_summary_and_an_image(made: dict[str, PdfFile]) -> None:
    expected = {f"{b}{end}" for b in BRIEFS for end in (".pdf", "-letter.pdf", "-summary.pdf")}
    assert set(made) == expected | {"choirs.png", "ideas.png", "all-briefs.pdf"}
    assert all(file.path.parent.as_posix() == "briefs" for file in made.values())


def test_a_kept_file_is_named_after_site_brief_and_date(made: dict[str, PdfFile]) -> None:
    assert made["choirs.pdf"].download_name == "choir-evidence-choirs-2026-01-02.pdf"
    assert made["choirs-letter.pdf"].download_name == "choir-evidence-choirs-2026-01-02-letter.pdf"
    assert made["all-briefs.pdf"].download_name == "choir-evidence-all-briefs-2026-01-02.pdf"


@pytest.mark.parametrize("name", PDFS)
def test_a_validator_finds_it_accessible_and_archival(made: dict[str, PdfFile], name: str) -> None:
    for profile in ("ua1", "pdfa2a"):
        report = page.validate_pdf(str(made[name].source), profile=profile)
        assert report.is_compliant, [failure.message for failure in report.failures]


@pytest.mark.parametrize(
    ("name", "title", "width", "height"),
    [
        ("choirs.pdf", "Three reasons to sing", 210 * MILLIMETRES, 297 * MILLIMETRES),
        ("choirs-letter.pdf", "Three reasons to sing", 612, 792),
        (
            "choirs-summary.pdf",
            "Three reasons to sing: one-page summary",
            210 * MILLIMETRES,
            297 * MILLIMETRES,
        ),
        ("all-briefs.pdf", "Choir Evidence: all briefs", 210 * MILLIMETRES, 297 * MILLIMETRES),
    ],
)
def test_it_says_what_it_is(
    made: dict[str, PdfFile], name: str, title: str, width: float, height: float
) -> None:
    with pikepdf.open(made[name].source) as pdf, pdf.open_metadata() as xmp:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert xmp["dc:title"] == title
        assert xmp["dc:creator"] == ["Choir Evidence"]
        assert xmp["pdfuaid:part"] == "1"
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "A")
        assert str(xmp["xmp:CreateDate"]).startswith("2026-01-02")
        for sheet in pdf.pages:
            left, bottom, right, top = (float(edge) for edge in sheet.mediabox)
            assert (right - left, top - bottom) == pytest.approx((width, height), abs=0.1)
        assert len(pdf.pages) == made[name].pages
    assert made[name].bytes == made[name].source.stat().st_size


@pytest.mark.parametrize("slug", BRIEFS)
def test_a_page_of_a_brief_is_the_same_page_on_both_papers(
    made: dict[str, PdfFile], slug: str
) -> None:
    a4, letter = (made[f"{slug}{end}.pdf"].source for end in ("", "-letter"))
    assert drawn_on_pages(a4) == drawn_on_pages(letter)
    with pikepdf.open(a4) as one, pikepdf.open(letter) as other:
        assert one.trailer.ID[0] == other.trailer.ID[0]
        assert one.trailer.ID[1] != other.trailer.ID[1]
        assert not other.check_pdf_syntax()


@pytest.mark.parametrize("name", ["choirs-letter.pdf", "ideas-letter.pdf"])
def test_nothing_comes_near_the_edge_of_the_paper(made: dict[str, PdfFile], name: str) -> None:
    printable = 7 * MILLIMETRES
    with pikepdf.open(made[name].source) as pdf:
        for sheet in pdf.pages:
            left, bottom, right, top = (float(edge) for edge in sheet.mediabox)
            for x, y in _places_of_text(sheet):
                assert left + printable < x < right - printable
                assert bottom + printable < y < top - printable


def _places_of_text(sheet: pikepdf.Page) -> Iterator[tuple[float, float]]:
    """Where each run of text begins, in the coordinates of the paper."""
    matrix, kept = pikepdf.Matrix(), []
    for instruction in pikepdf.parse_content_stream(sheet):
        operands, operator = instruction.operands, str(instruction.operator)
        match operator:
            case "q":
                kept.append(matrix)
            case "Q":
                matrix = kept.pop()
            case "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            case "Tm":
                yield (pikepdf.Matrix(*map(float, operands)) @ matrix).transform((0, 0))


@pytest.mark.parametrize("name", PDFS)
def test_fonts_are_embedded(made: dict[str, PdfFile], name: str) -> None:
    with pikepdf.open(made[name].source) as pdf:
        fonts = [
            font.DescendantFonts[0].FontDescriptor
            for sheet in pdf.pages
            for font in sheet.resources.Font.values()
        ]
        embedded = ["/FontFile2" in font or "/FontFile3" in font for font in fonts]
    assert embedded
    assert all(embedded)


@pytest.mark.parametrize("slug", BRIEFS)
@pytest.mark.parametrize("document", ["{}.pdf", "{}-letter.pdf", "all-briefs.pdf"])
def test_the_text_holds_every_claim_standing_and_reference(
    context: Context, made: dict[str, PdfFile], slug: str, document: str
) -> None:
    text = text_of(made[document.format(slug)].source)
    brief = context.library.briefs[slug]
    for claim in context.evidence.claims[slug]:
        standing = context.library.wording.standings[claim.appraisal.standing].label
        assert squeezed(claim.text.split(" [")[0].rstrip(" .")) in text
        assert squeezed(standing) in text
        for vote in (*claim.appraisal.pro, *claim.appraisal.con):
            assert squeezed(context.bibliography.in_text(vote.study.reports[0])) in text
    for citation in brief.citations:
        reference = "".join(run.text for run in context.references[citation.key])
        assert squeezed(reference) in text
    assert squeezed("Not yet checked.") in text


def test_page_one_answers_in_a_minute(context: Context, made: dict[str, PdfFile]) -> None:
    text = text_of(made["choirs-summary.pdf"].source)
    front = context.library.briefs["choirs"].front
    assert made["choirs-summary.pdf"].pages == 1
    for said in (
        front.title,
        front.question or "",
        front.summary,
        "Boredom did not differ significantly.",
        "The claims are about adult lighthouse keepers.",
        "They rest on 3 studies and 1 review",
        "Text and evidence last changed on 2 January 2026.",
        "choir.example.org/briefs/choirs",
    ):
        assert squeezed(said) in text


def test_every_effect_is_turned_and_its_report_kept(made: dict[str, PdfFile]) -> None:
    text = text_of(made["choirs.pdf"].source)
    assert squeezed("SMD 0.40 (0.10 to 0.70)") in text
    assert squeezed("Every effect is turned") in text


@pytest.mark.parametrize("name", PDFS)
def test_headings_nest(made: dict[str, PdfFile], name: str) -> None:
    levels = heading_levels(made[name].source)
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", PDFS)
def test_every_figure_has_an_alternative(made: dict[str, PdfFile], name: str) -> None:
    with pikepdf.open(made[name].source) as pdf:
        figures = [element for element in elements(pdf) if str(element.S) == "/Figure"]
        alternatives = [str(figure.get("/Alt", "")) for figure in figures]
    assert all(alternatives)
    if name in {"choirs.pdf", "choirs-summary.pdf"}:
        assert alternatives == [
            "A code for your telephone's camera that leads to"
            " https://choir.example.org/briefs/choirs/"
        ]


def test_table_heads_are_heads(made: dict[str, PdfFile]) -> None:
    with pikepdf.open(made["choirs.pdf"].source) as pdf:
        names = [str(element.S) for element in elements(pdf)]
    assert names.count("/Table") == names.count("/THead") == 7
    assert names.count("/TH") >= 14


def test_golden_outline_and_length(made: dict[str, PdfFile]) -> None:
    assert {name: file.pages for name, file in made.items()} == {
        "choirs.pdf": 4,
        "choirs-letter.pdf": 4,
        "choirs-summary.pdf": 1,
        "choirs.png": 1,
        "ideas.pdf": 2,
        "ideas-letter.pdf": 2,
        "ideas-summary.pdf": 1,
        "ideas.png": 1,
        "all-briefs.pdf": 8,
    }
    assert outline_of(made["choirs.pdf"].source) == [
        "Three reasons to sing",
        "  What speaks against it",
        "  Who it was tested on",
        "  How recent it is",
        "  Cheer",
        "  Boredom",
        "  Night vision",
        "  Cold halls",
        "  Directions of effect",
        "  Effects on one scale",
        "    Standardised mean differences",
        "  How this brief was made",
        "  References",
        "  About this document",
    ]


def test_the_image_fits_social_cards(made: dict[str, PdfFile]) -> None:
    head = made["choirs.png"].source.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")) == (1200, 630)


def _no_alternative(pdf: pikepdf.Pdf) -> None:
    for element in elements(pdf):
        if str(element.S) == "/Figure":
            del element["/Alt"]


def _no_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/Lang"]


def _no_title(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as xmp:
        del xmp["dc:title"]


@pytest.mark.parametrize("plant", [_no_alternative, _no_language, _no_title])
def test_the_validator_sees_a_planted_fault(
    made: dict[str, PdfFile], tmp_path: Path, plant: Callable[[pikepdf.Pdf], None]
) -> None:
    spoilt = tmp_path / "spoilt.pdf"
    with pikepdf.open(made["choirs.pdf"].source) as pdf:
        plant(pdf)
        pdf.save(spoilt)
    assert not page.validate_pdf(str(spoilt), profile="ua1").is_compliant
