"""Vote counting and overlap against published figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.appraise.direction import (
    corrected_covered_area,
    count_votes,
    leaves_out_no_effect,
    one_direction,
    side_of,
    sign_test,
    wilson,
)
from generator.model import Direction, Effect


def test_the_cochrane_handbook_example() -> None:
    votes = count_votes([*["benefit"] * 10, *["harm"] * 2, None, None, None])  # type: ignore[list-item]
    assert (votes.favour, votes.known, votes.unknown) == (10, 12, 3)
    assert votes.low == pytest.approx(0.55197, abs=5e-6)
    assert votes.high == pytest.approx(0.95303, abs=5e-6)
    assert votes.p == pytest.approx(0.03857, abs=5e-6)


@pytest.mark.parametrize(
    ("favour", "known", "p"), [(9, 9, 0.0039), (5, 6, 0.2188), (6, 6, 0.03125)]
)
def test_published_sign_tests(favour: int, known: int, p: float) -> None:
    assert sign_test(favour, known) == pytest.approx(p, abs=5e-5)


def test_five_studies_are_too_few_to_test() -> None:
    assert count_votes(["benefit"] * 5).too_few_to_test
    assert not count_votes(["benefit"] * 6).too_few_to_test
    assert sign_test(5, 5) > 0.05


def test_no_known_direction_gives_no_figures() -> None:
    votes = count_votes([None, None])
    assert (votes.known, votes.unknown, votes.low, votes.p) == (0, 2, None, None)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_holds_its_proportion(pair: tuple[int, int]) -> None:
    successes, total = pair
    low, high = wilson(successes, total)
    assert 0 <= low <= successes / total + 1e-12
    assert successes / total - 1e-12 <= high <= 1


@pytest.mark.parametrize(
    ("directions", "expected"),
    [
        (["benefit"], "benefit"),
        (["benefit"] * 7 + ["harm"] * 3, "benefit"),
        (["benefit"] * 2 + ["harm"], "mixed"),
        (["no-difference"] * 3, "no-difference"),
    ],
)
def test_one_direction_per_study(directions: list[Direction], expected: Direction) -> None:
    assert one_direction(directions) == expected


def test_effects_are_read_on_their_own_side() -> None:
    fewer = Effect(measure="SMD", value=-0.24, ci=(-0.39, -0.09), benefit_is="negative")
    assert side_of(fewer) == "benefit"
    assert leaves_out_no_effect(fewer)
    odds = Effect(measure="OR", value=1.3, ci=(0.9, 1.9), benefit_is="below-one")
    assert side_of(odds) == "harm"
    assert not leaves_out_no_effect(odds)
    assert side_of(Effect(measure="OR", value=1.3)) is None


def test_overlap_between_reviews() -> None:
    assert corrected_covered_area(3, 3, 1) is None
    assert corrected_covered_area(20, 10, 2) == pytest.approx(1.0)
    assert corrected_covered_area(12, 10, 3) == pytest.approx(0.1)
