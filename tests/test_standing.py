"""The laws of the standing of a claim, and its documented steps."""

from __future__ import annotations

import random
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.appraise import Subject, appraise, gather
from generator.appraise.evidence import Entry, entries_of
from generator.appraise.standing import ORDER, Count, Tally, standing_of_outcome
from generator.library import Library
from generator.model import (
    Basis,
    Design,
    Direction,
    Effect,
    Finding,
    LedgerEntry,
    Source,
    Standing,
    Study,
    Vocabulary,
    Wording,
)

SUBJECT = Subject(kind="outcome", id="cheer", population="recipients")
KINDS: tuple[tuple[Design, Basis], ...] = (
    ("randomised-trial", "comparison"),
    ("quasi-experimental", "comparison"),
    ("pre-post", "change"),
    ("cross-sectional", "association"),
    ("qualitative", "experience"),
    ("narrative-review", "synthesis"),
    ("systematic-review", "synthesis"),
    ("meta-analysis", "synthesis"),
)
NOT_FOR: tuple[Direction, ...] = ("no-difference", "mixed", "harm")


def study(
    name: str, design: Design, basis: Basis, *directions: Direction, clear: bool = False
) -> tuple[str, Study]:
    """A study with one finding on the subject for each direction."""
    effect = Effect(measure="SMD", value=0.4, ci=(0.1, 0.7)) if clear else None
    findings = tuple(
        Finding(
            id=f"f{i}",
            outcome="cheer",
            population="recipients",
            direction=direction,
            basis=basis,
            statement="What it found.",
            source=Source(report=name, where="abstract"),
            effect=effect,
        )
        for i, direction in enumerate(directions)
    )
    return name, Study(
        title=name, reports=(name,), design=design, category="choir", findings=findings
    )


def library(*studies: tuple[str, Study], retracted: tuple[str, ...] = ()) -> Library:
    """A library of these studies and nothing else."""
    ledger = {key: LedgerEntry(key=key, standing="retracted") for key in retracted}
    return Library(
        vocabulary=Vocabulary(
            own_group="keepers", populations={}, categories={}, domains={}, outcomes={}
        ),
        wording=Wording(standings={}),
        studies=MappingProxyType(dict(studies)),
        ledger=ledger,
    )


def standing(*studies: tuple[str, Study], retracted: tuple[str, ...] = ()) -> Standing:
    """How a claim of benefit stands on these studies."""
    entries = gather(library(*studies, retracted=retracted)).subjects.get(SUBJECT, ())
    return appraise(SUBJECT, "benefit", entries).standing


def entries(*studies: tuple[str, Study]) -> list[Entry]:
    """The findings of these studies in their order."""
    whole = library(*studies)
    return [entry for name, one in studies for entry in entries_of(whole, name, one)]


some_studies = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.lists(st.sampled_from(("benefit", *NOT_FOR)), min_size=1, max_size=3),
        st.booleans(),
    ),
    max_size=8,
).map(
    lambda rows: [
        study(f"s{i}", design, basis, *directions, clear=clear)
        for i, ((design, basis), directions, clear) in enumerate(rows)
    ]
)
new_study = st.tuples(st.sampled_from(KINDS), st.booleans())


@given(some_studies, st.randoms())
def test_the_order_of_records_does_not_matter(
    studies: list[tuple[str, Study]], rng: random.Random
) -> None:
    shuffled = studies.copy()
    rng.shuffle(shuffled)
    assert standing(*studies) == standing(*shuffled)
    found = entries(*studies)
    rng.shuffle(found)
    assert appraise(SUBJECT, "benefit", found).standing == standing(*studies)


@given(some_studies, new_study)
def test_a_study_for_a_claim_never_lowers_it(
    studies: list[tuple[str, Study]], new: tuple[tuple[Design, Basis], bool]
) -> None:
    (design, basis), clear = new
    more = standing(*studies, study("new", design, basis, "benefit", clear=clear))
    assert ORDER.index(more) >= ORDER.index(standing(*studies))


@given(some_studies, new_study, st.sampled_from(NOT_FOR))
def test_a_study_against_a_claim_never_raises_it(
    studies: list[tuple[str, Study]],
    new: tuple[tuple[Design, Basis], bool],
    direction: Direction,
) -> None:
    (design, basis), clear = new
    more = standing(*studies, study("new", design, basis, direction, clear=clear))
    before = standing(*studies)
    assert ORDER.index(more) <= ORDER.index(before)


@given(some_studies, new_study, st.sampled_from(("benefit", *NOT_FOR)))
def test_a_retracted_work_changes_nothing(
    studies: list[tuple[str, Study]],
    new: tuple[tuple[Design, Basis], bool],
    direction: Direction,
) -> None:
    (design, basis), clear = new
    gone = study("gone", design, basis, direction, clear=clear)
    assert standing(*studies, gone, retracted=("gone",)) == standing(*studies)


@given(some_studies, st.integers(min_value=0, max_value=7))
def test_the_same_finding_told_twice_counts_once(
    studies: list[tuple[str, Study]], which: int
) -> None:
    if not studies:
        return
    name, one = studies[which % len(studies)]
    again = tuple(
        replace(f, id=f"{f.id}-again", source=Source(report="other-report", where="table 1"))
        for f in one.findings
    )
    doubled = replace(one, reports=(*one.reports, "other-report"), findings=one.findings + again)
    others = [s for s in studies if s[0] != name]
    assert standing(*others, (name, doubled)) == standing(*studies)


RCT: tuple[Design, Basis] = ("randomised-trial", "comparison")
REVIEW: tuple[Design, Basis] = ("systematic-review", "synthesis")
POOLED: tuple[Design, Basis] = ("meta-analysis", "synthesis")


@pytest.mark.parametrize(
    ("studies", "expected"),
    [
        ((), "open"),
        ((study("a", "theory", "statement", "benefit"),), "open"),
        ((study("a", "pre-post", "change", "benefit"),), "early"),
        ((study("a", "pre-post", "change", "no-difference"),), "open"),
        ((study("a", *RCT, "benefit"),), "early"),
        ((study("a", *RCT, "no-difference"),), "contradicted"),
        ((study("a", *RCT, "benefit"), study("b", *RCT, "benefit")), "supported"),
        ((study("a", *RCT, "benefit"), study("b", *RCT, "harm")), "mixed"),
        ((study("a", *REVIEW, "benefit"),), "supported"),
        ((study("a", *REVIEW, "benefit"), study("b", *REVIEW, "no-difference")), "mixed"),
        ((study("a", "narrative-review", "synthesis", "benefit"),), "early"),
        (
            (
                *(study(f"t{i}", *RCT, "benefit") for i in range(3)),
                study("m", *POOLED, "benefit", clear=True),
            ),
            "well-supported",
        ),
        (
            (
                *(study(f"t{i}", *RCT, "benefit") for i in range(3)),
                study("m", *POOLED, "benefit", clear=False),
            ),
            "supported",
        ),
        (
            (
                *(study(f"t{i}", *RCT, "benefit") for i in range(7)),
                *(study(f"n{i}", *RCT, "no-difference") for i in range(3)),
            ),
            "supported",
        ),
        (
            (
                *(study(f"t{i}", *RCT, "benefit") for i in range(6)),
                *(study(f"n{i}", *RCT, "no-difference") for i in range(3)),
            ),
            "mixed",
        ),
        ((study("a", *RCT, "benefit", "benefit", "benefit", "harm"),), "early"),
        ((study("a", *RCT, "benefit", "harm"),), "contradicted"),
    ],
)
def test_each_step_of_the_rule(studies: tuple[tuple[str, Study], ...], expected: Standing) -> None:
    assert standing(*studies) == expected


def test_harm_in_a_review_keeps_a_claim_from_being_supported() -> None:
    tally = Tally(comparisons=Count(pro=9), syntheses=Count(pro=3, con=1), harms=1)
    assert standing_of_outcome(tally) == "mixed"
    assert standing_of_outcome(replace(tally, harms=0)) == "supported"


def test_another_group_of_people_counts_for_nothing() -> None:
    name, other = study("a", *RCT, "benefit")
    assert standing((name, replace(other, group="sailors"))) == "open"
