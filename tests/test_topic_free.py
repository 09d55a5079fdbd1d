"""The generator knows no topic: what the site in this repository is about stands in its data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from generator.library import Library
from generator.load import load
from generator.load.site import load_site
from generator.site import Site

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("generator", "templates", "site_overrides")
WORDS = re.compile(
    r"\b(?:peers?\b|peer.(?:support|work)\w*|mental\b|recover(?:y|ies)\b|psychi\w*|lived.experience"
    r"|service.users?|consumers?\b|mutual.help|self.help|distress|empower\w*|wellbeing|addict\w*"
    r"|depress\w*|schizo\w*|suicid\w*|hospital\w*|inpatients?|patients?|clinic\w*|therap\w*"
    r"|nurses?|carers?|case.manag\w*|crisis|kinds?.of.support)",
    re.IGNORECASE,
)


@cache
def sources() -> dict[str, str]:
    """Every text that the generator is made of, by its path."""
    files = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")))
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in files
        if path.is_file() and path.suffix != ".pyc"
    }


@cache
def flagship() -> tuple[Library, Site]:
    library, _ = load(ROOT)
    site, _ = load_site(ROOT, {})
    assert library is not None
    assert site is not None
    return library, site


def own_words() -> Iterator[str]:
    """What only this site says: its name, its works, and its terms of more than one word."""
    library, site = flagship()
    vocabulary = library.vocabulary
    yield from library.works
    yield from (site.name, vocabulary.own_group, vocabulary.category_label)
    yield from (line.contact for line in site.help_lines)
    for terms in (
        vocabulary.categories,
        vocabulary.groups,
        vocabulary.outcomes,
        vocabulary.themes,
        vocabulary.concepts,
    ):
        for name, term in terms.items():
            yield from (name, term.label) if "-" in name else ()


def test_there_is_something_to_look_through() -> None:
    found = sources()
    assert {path.split("/")[0] for path in found} == set(FOLDERS)
    assert {Path(path).suffix for path in found} >= {".py", ".j2", ".css", ".js", ".html"}
    assert len(set(own_words())) > 100


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_word_of_the_topic_stands_in_the_generator(folder: str) -> None:
    told = [
        f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]}"
        for path, text in sources().items()
        if path.startswith(f"{folder}/")
        for found in WORDS.finditer(text)
    ]
    assert not told


def test_no_term_of_the_vocabulary_stands_in_the_generator() -> None:
    own = sorted(set(own_words()), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, own))})(?![\w-])", re.IGNORECASE)
    told = [
        f"{path}: {found[0]}"
        for path, text in sources().items()
        for found in pattern.finditer(text)
    ]
    assert not told


@pytest.mark.parametrize(
    "text", ["peer support", "Peer-run", "in mental health", "recovery", "hospitalisation", "peers"]
)
def test_words_of_the_topic_would_be_seen(text: str) -> None:
    assert WORDS.search(text)


@pytest.mark.parametrize("text", ["quasi-experimental", "fundamental", "recovered", "TypeError"])
def test_words_that_only_hold_one_are_let_pass(text: str) -> None:
    assert not WORDS.search(text)
