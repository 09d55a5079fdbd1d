"""What a brief asks to be shown from the data is printed as it is on the site: whole and tagged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest

from generator.appraise import gather
from generator.background import Exclusion, Flow, Part, Stage
from generator.library import Library
from generator.model import LedgerEntry, Slot, Study, Term
from generator.problem import Place
from generator.prose import Block, Heading, SlotBlock, Text
from generator.publish.typeset import typeset
from generator.render.context import Context, prepare
from generator.render.pdf_sources import sources
from generator.render.slots import studies_asked_for
from tests.pdf.conftest import TEMPLATES
from tests.pdf.reading import (
    drawn_on_pages,
    elements,
    heading_levels,
    outline_of,
    squeezed,
    text_of,
)

FLOW = Flow(
    review="ceder2010",
    title="How the review chose",
    databases=("Harbour Index", "Sea Index"),
    searched_to="2009",
    included=("The work is about keepers.", "Keepers sing"),
    stages=(
        Stage(id="found", label="Found", unit="records", note="The sum is not given."),
        Stage(id="read", label="Read", n=1, unit="reports"),
        Stage(id="kept", label="Kept", n=7, unit="studies"),
    ),
    exclusions=(
        Exclusion(after="found"),
        Exclusion(after="read", n=1204, reasons=("not about singing", "no data")),
    ),
    parts=(Part(label="Trials", n=2),),
)
ALL_KINDS = ("flow", "evidence-map", "study-table", "forest", "effect-direction")

Print = Callable[..., Path]


@pytest.fixture
def print_blocks(context: Context, tmp_path: Path) -> Print:
    """Prints the brief "ideas" with blocks at its end, in a library that may be changed."""

    def made(*slots: Slot, name: str = "ideas.pdf", **changes: Any) -> Path:
        changed = _asking(context.library, slots, **changes)
        whole = prepare(context.site, changed, gather(changed))
        source = next(s for s in sources(whole, TEMPLATES) if s.path.name == name)
        target = tmp_path / name
        target.write_bytes(typeset(source.text, source.form, tmp_path))
        return target

    return made


def _asking(library: Library, slots: tuple[Slot, ...], **changes: Any) -> Library:
    brief = library.briefs["ideas"]
    place = Place(path=brief.path)
    heading = Heading(level=3, children=(Text(value="Asked for"),), anchor="asked", place=place)
    above = replace(heading, level=2, children=(Text(value="Data"),), anchor="data")
    asked = (SlotBlock(slot=slot, place=place) for slot in slots)
    blocks: tuple[Block, ...] = (above, heading, *asked)
    briefs = {**library.briefs, "ideas": replace(brief, blocks=brief.blocks + blocks)}
    return replace(library, **{"briefs": briefs, "flow": FLOW, **changes})


def _elements(path: Path) -> Counter[str]:
    with pikepdf.open(path) as pdf:
        return Counter(str(element.S) for element in elements(pdf))


def test_a_study_table_lists_the_studies_that_fit(print_blocks: Print) -> None:
    text = text_of(print_blocks(Slot(kind="study-table", options={"design": "randomised-trial"})))
    assert squeezed("Study Design Size Country") in text
    assert squeezed("Choirs on four towers (Ahlgren & Berg, 2001)randomised trial80 people") in text
    assert squeezed("Song at sea (Ekman, 2015)randomised trial500 peoplenot reported") in text
    assert squeezed("A choir in the north") not in text
    # Whatever is named stands in the reference list.
    assert squeezed("Ahlgren, A., & Berg, B. (2001).") in text


def test_a_study_table_may_be_empty(print_blocks: Print) -> None:
    asked = Slot(kind="study-table", options={"country": "Atlantis"})
    text = text_of(print_blocks(asked))
    assert squeezed("No study in this collection fits this table.") in text


def test_a_retracted_study_is_marked_in_a_study_table(print_blocks: Print) -> None:
    ledger = {"brandt2005": LedgerEntry(key="brandt2005", standing="retracted")}
    text = text_of(print_blocks(Slot(kind="study-table"), ledger=ledger))
    assert squeezed("A choir in the north (Brandt, 2005) Retracted: counts for nothing.") in text
    assert squeezed("Brandt, 2005 was retracted. It counts for nothing here.") in text


def test_a_long_study_table_is_split_below_a_repeated_head(
    context: Context, print_blocks: Print
) -> None:
    asked, head = Slot(kind="study-table"), squeezed("Study Design Size Country")
    path = print_blocks(asked, studies=_many_studies(context.library))
    assert [page.count(head) for page in drawn_on_pages(path)] == [0, 1, 1, 1, 0]
    # To assistive technology it is one table with one head.
    assert text_of(path).count(head) == 1


def test_an_evidence_map_counts_in_words_and_names_gaps(
    context: Context, print_blocks: Print
) -> None:
    study = replace(context.library.studies["ahlgren2001"], category="solo")
    studies = {**context.library.studies, "ahlgren2001": study}
    path = print_blocks(Slot(kind="evidence-map"), studies=studies)
    text = text_of(path)
    assert squeezed("For keepers who sing Outcome Choirs Solo singing") in text
    assert squeezed("Cheer 2 better 1 better Boredom 1 better 1 no clear difference") in text
    assert "      For keepers who sing" in outline_of(path)


def test_an_outcome_that_one_category_never_studied_is_a_gap(
    context: Context, print_blocks: Print
) -> None:
    studies = {
        key: study if key == "dahl2012" else replace(study, category="solo")
        for key, study in context.library.studies.items()
    }
    text = text_of(print_blocks(Slot(kind="evidence-map"), studies=studies))
    assert squeezed("Cheer gap 3 better Boredom gap") in text


def test_a_map_of_many_categories_is_told_line_by_line(
    context: Context, print_blocks: Print
) -> None:
    names = ("choir", "solo", *(f"band-{i}" for i in range(6)))
    vocabulary = context.library.vocabulary
    categories = {
        name: vocabulary.categories.get(name, Term(label=f"Bands {name[-1]}", definition="A band."))
        for name in names
    }
    one = context.library.studies["dahl2012"]
    studies = {**context.library.studies, **{n: replace(one, category=n) for n in names[2:]}}
    text = text_of(
        print_blocks(
            Slot(kind="evidence-map"),
            studies=studies,
            vocabulary=replace(vocabulary, categories=categories),
        )
    )
    assert squeezed("Cheer Choirs: 3 better Gaps: Bands 0, Bands 1, Bands 2") in text


def test_a_flow_is_a_numbered_list_that_is_read_in_order(print_blocks: Print) -> None:
    path = print_blocks(Slot(kind="flow"))
    text = text_of(path)
    said = (
        "1.Found: not reported The sum is not given. Taken out: not reported"
        "2.Read: 1 report Taken out: 1,204 Reasons: not about singing; no data"
        "3.Kept: 7 studies"
    )
    assert squeezed(said) in text
    assert squeezed("Databases: Harbour Index, Sea Index") in text
    assert squeezed("Dates: not reported to 2009") in text
    assert squeezed("Included: The work is about keepers. Keepers sing.") in text
    assert squeezed("In the last stage: Trials: 2; the rest is not reported") in text
    assert squeezed("Source: Ceder et al., 2010.") in text
    # Three stages and four facts; lines and arrows are decoration.
    assert _elements(path)["/LI"] == 7
    assert _elements(path)["/Figure"] == 1


def test_without_a_flow_nothing_is_printed(print_blocks: Print) -> None:
    assert "Taken" not in text_of(print_blocks(Slot(kind="flow"), flow=None))


@pytest.mark.parametrize("name", ["ideas.pdf", "ideas-letter.pdf", "all-briefs.pdf"])
def test_every_block_is_accessible_and_archival(print_blocks: Print, name: str) -> None:
    slots = (Slot(kind=kind, options=_options(kind)) for kind in ALL_KINDS)
    path = print_blocks(*slots, name=name)
    for profile in ("ua1", "pdfa2a"):
        report = page.validate_pdf(str(path), profile=profile)
        assert report.is_compliant, [failure.message for failure in report.failures]
    levels = heading_levels(path)
    assert all(after - before <= 1 for before, after in pairwise(levels))
    found = _elements(path)
    assert found["/Table"] == found["/THead"]


def test_an_option_that_no_study_has_fits_none(context: Context) -> None:
    library = context.library
    assert studies_asked_for(library, {}) == tuple(library.studies)
    assert studies_asked_for(library, {"design": "qualitative"}) == ("dahl2012",)
    assert studies_asked_for(library, {"colour": "red"}) == ()


def _options(kind: str) -> Mapping[str, str]:
    return {"outcome": "cheer"} if kind in {"forest", "effect-direction"} else {}


def _many_studies(library: Library) -> Mapping[str, Study]:
    one = replace(library.studies["dahl2012"], findings=())
    return {**library.studies, **{f"more{i:03}": one for i in range(120)}}
