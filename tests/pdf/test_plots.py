"""Where drawings put an effect: benefit on the right, whatever the scale; and the square code."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import segno

from generator.appraise import Entry
from generator.model import Effect
from generator.publish.pdf import PdfFile
from generator.render.context import Context
from generator.render.pdf_end import square_code
from generator.render.pdf_plots import direction_table, forests, turned


@pytest.mark.parametrize(
    ("effect", "value", "interval"),
    [
        (Effect(measure="SMD", value=0.3, ci=(0.1, 0.5), benefit_is="positive"), 0.3, (0.1, 0.5)),
        (
            Effect(measure="SMD", value=-0.3, ci=(-0.5, 0.1), benefit_is="negative"),
            0.3,
            (-0.1, 0.5),
        ),
        (Effect(measure="RR", value=0.5, ci=(0.25, 1.0), benefit_is="below-one"), 2.0, (1.0, 4.0)),
        (Effect(measure="OR", value=2.0, ci=(1.0, 4.0), benefit_is="above-one"), 2.0, (1.0, 4.0)),
        (Effect(measure="RR", value=0.5, ci=(0.0, 1.0), benefit_is="below-one"), 2.0, None),
        (Effect(measure="SMD", value=0.0, benefit_is="negative"), 0.0, None),
    ],
)
def test_benefit_is_turned_to_the_right(
    effect: Effect, value: float, interval: tuple[float, float] | None
) -> None:
    found, limits = turned(effect)
    assert found == pytest.approx(value)
    assert limits == interval


def test_a_forest_keeps_the_reported_value(context: Context) -> None:
    named = {key: key for key in context.references}
    entries = [e for claim in context.evidence.all_claims for e in claim.appraisal.pro_entries]
    (forest,) = forests(entries, context.library, named)
    assert forest.name == "Standardised mean differences"
    assert "95%" in forest.explained
    assert [(row.cited, row.reported, row.turned) for row in forest.rows] == [
        ("ceder2010", "SMD 0.25 (0.05 to 0.45)", "0.25 (0.05 to 0.45)"),
        ("ahlgren2001", "SMD 0.40 (0.10 to 0.70)", "0.40 (0.10 to 0.70)"),
    ]
    for row in forest.rows:
        assert row.low is not None
        assert row.high is not None
        assert forest.null < row.low < row.point < row.high < 1


def test_an_effect_read_elsewhere_bears_its_own_studys_name(context: Context) -> None:
    named = {key: key for key in context.references}
    (entry,) = (e for e in entries_of_cheer(context) if e.study_id == "ahlgren2001")
    finding = replace(entry.finding, source=replace(entry.finding.source, report="ceder2010"))
    (forest,) = forests([replace(entry, finding=finding)], context.library, named)
    (row,) = forest.rows
    assert (row.cited, row.about) == ("ahlgren2001", "Cheer, 12 weeks, read in ceder2010")
    assert (row.key, row.source) == ("ahlgren2001", "ceder2010")


def entries_of_cheer(context: Context) -> tuple[Entry, ...]:
    """The findings for the claim about cheer."""
    (claim,) = (claim for claim in context.evidence.all_claims if claim.id == "cheer")
    return claim.appraisal.pro_entries


def test_a_direction_table_has_one_mark_a_study_and_domain(
    context: Context, made: dict[str, PdfFile]
) -> None:
    votes = [
        ("mood", vote)
        for claim in context.evidence.claims["choirs"]
        for vote in (*claim.appraisal.pro, *claim.appraisal.con)
        if claim.appraisal.subject.kind == "outcome"
    ]
    named = {key: key for key in context.references}
    table = direction_table(votes, context.library.vocabulary, named)
    assert table.columns == ("Mood",)
    found = [
        (row.cited, [mark and (mark.word, mark.size) for mark in row.marks]) for row in table.rows
    ]
    assert found == [
        ("ceder2010", [("better", 2)]),
        ("ahlgren2001", [("mixed", 2)]),
        ("brandt2005", [("better", 1)]),
    ]


def test_the_code_is_drawn_as_it_was_encoded() -> None:
    address = "https://choirs.example.org/briefs/choirs/"
    image = square_code(address)
    dark = {
        (int(y), column)
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", image)
        for column in range(int(x), int(x) + int(length))
    }
    matrix = segno.make(address, error="m", micro=False).matrix
    assert dark == {(y, x) for y, row in enumerate(matrix) for x, one in enumerate(row) if one}
    assert f'viewBox="0 0 {len(matrix)} {len(matrix)}"' in image
