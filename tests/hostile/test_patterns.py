"""No regular expression of the program runs away: its time grows with the text, not faster.

Patterns are collected from the program itself, so that a new one is tried without being named.
With BRIEFS_LONG=1 texts have 50,000 characters and there are many more of them (`make fuzz`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import pytest

from generator.check import numerals, phrases
from generator.load import source
from generator.render import glossary
from generator.verify import quotes
from tests.hostile.patterns import (
    Attack,
    Collection,
    Found,
    attacks,
    collect,
    is_runaway,
    trials,
)
from tests.promises import RecordFigure

LONG: Final = os.environ.get("BRIEFS_LONG") == "1"
# A quarter of the longest text, the time in seconds that any text may take, and how many there are.
LENGTH, LIMIT, VARIANTS, MOST = (12_500, 0.1, 8, 300) if LONG else (2_000, 0.02, 3, 30)

QUOTE = "singing together made the keepers less tired of the sea"
WORDS = ("some studies", "not", "n't", "a b c", "(mixed)", "over-all", "é")
# What is made into a pattern only as the program runs, with words from the site's own data.
MADE: Final[Mapping[str, Callable[[str], object]]] = {
    "generator.check.numerals:_bound": numerals._bound,
    "generator.check.phrases:_pattern": lambda text: [*phrases.hits(text, WORDS)],
    "generator.load.source:_closing": lambda text: source.yaml_block(["```x", *text.split(" ")], 2),
    "generator.render.glossary:_pattern": glossary._pattern(WORDS).findall,
    "generator.verify.quotes:_find": partial(quotes.stands_in, QUOTE),
}


@pytest.fixture(scope="module")
def collection() -> Collection:
    return collect()


def test_every_pattern_is_found(collection: Collection) -> None:
    where = {found.where for found in collection.found.values()}
    assert len(where) > 150
    assert {"generator.load.bibentries:_NEXT_FIELD", "generator.check.sentences:_END"} <= where
    assert collection.made_later == set(MADE)


def test_no_pattern_runs_away(collection: Collection, record_figure: RecordFigure) -> None:
    told, tried = [], 0
    for found in collection.found.values():
        for attack in attacks(found.pattern, found.flags, variants=VARIANTS, most=MOST):
            for way, work in trials(found).items():
                tried += 1
                if is_runaway(work, attack, LENGTH, LIMIT):
                    told.append((found.where, way, attack))
    assert told == []
    assert tried > 2_000
    record_figure("inputs-fuzzed", tried)


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_into_a_pattern_does_not_run_away(name: str) -> None:
    pieces = (
        *" \tn't(-0.",
        *WORDS,
        QUOTE,
        QUOTE[:20],
        "some ",
        "```",
        "~~~ ",
        "about ",
        "more than",
    )
    for piece in pieces:
        for head, tail in (("", ""), (QUOTE[:30], "!"), ("some", "\x00")):
            attack = Attack(head, piece, tail)
            assert not is_runaway(MADE[name], attack, LENGTH, LIMIT), attack


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"\s+and\s+",
        r"^(\w+\s?)*$",
        r"(\d+),",
        r"\(.*?\)",
        r"(x|xx)*y",
        r"[ab]*\s*[ab]*c",
    ],
)
def test_a_pattern_that_runs_away_is_caught(pattern: str) -> None:
    found = Found(pattern=pattern, flags=re.UNICODE, where="here")
    assert any(
        is_runaway(work, attack, 2_000, 0.02)
        for attack in attacks(pattern, re.UNICODE, variants=3, most=30)
        for work in trials(found).values()
    )
