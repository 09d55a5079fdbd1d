"""The beginnings of a record and of a brief, in which every field says what belongs there.

What must be filled in stands there without a value, so that `briefs check` asks for each by its
name, and nothing invented can be published by mistake; what may be left out stands behind a `#`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from string import Template
from textwrap import wrap
from typing import Any, Final

from generator.library import VOCABULARY_PATH
from generator.load.files import read_file
from generator.load.records import validate
from generator.load.shape import hint_at, words_of
from generator.load.yaml import read_yaml
from generator.model import ClaimBlock, FrontMatter, Study, Vocabulary
from generator.problem import Place
from generator.yamltext import WIDTH, broken, in_line

_MOST: Final = 8
# A comment that is neither a key to be used nor the line for editors.
_EXPLANATION = re.compile(r"( *# )(?! |[a-z_]+:|yaml-)")
_SETS: Final[Mapping[str, tuple[Any, tuple[str | int, ...]]]] = {
    "designs": (Study, ("design",)),
    "populations": (Study, ("findings", 0, "population")),
    "measures": (Study, ("findings", 0, "effect", "measure")),
    "sides": (Study, ("findings", 0, "effect", "benefit_is")),
    "ratings": (Study, ("findings", 0, "certainty", "rating")),
    "audiences": (FrontMatter, ("audience",)),
}


def read_vocabulary(root: Path) -> Vocabulary | None:
    """The words of a site, or None where there are none that can be read."""
    text, _ = read_file(root, VOCABULARY_PATH)
    data, problems = read_yaml(text or "", VOCABULARY_PATH)
    return None if problems else validate(data, Vocabulary, Place(path=VOCABULARY_PATH))[0]


def study_stub(
    reports: Sequence[str], vocabulary: Vocabulary | None, *, title: str = "", design: str = ""
) -> str:
    """A record to fill in, of a study that these works report; a design may have a comment."""
    told = "\n".join(broken(in_line(title), len("title: "), 2)) if title else ""
    return _filled(
        "study.yaml",
        vocabulary,
        directions=_listed(words_of(hint_at(Study, ("findings", 0, "direction")))),
        title=_behind(told),
        reports=", ".join(reports),
        report=_behind(reports[0] if len(reports) == 1 else ""),
        design=_behind(design),
    )


def brief_stub(vocabulary: Vocabulary | None, *, today: date) -> str:
    """A brief to fill in, with a paragraph and what it claims."""
    return _filled(
        "brief.md",
        vocabulary,
        directions=_listed(words_of(hint_at(ClaimBlock, ("direction",)))),
        today=today.isoformat(),
    )


def _filled(name: str, vocabulary: Vocabulary | None, **values: str) -> str:
    text = (files("generator") / "stubs" / name).read_text(encoding="utf-8")
    sets = {name: _listed(words_of(hint_at(*spot))) for name, spot in _SETS.items()}
    filled = Template(text).substitute(sets | _terms(vocabulary) | values)
    return "\n".join(_wrapped(filled.split("\n")))


def _wrapped(lines: Iterable[str]) -> Iterator[str]:
    """The lines, with each paragraph of a comment wrapped anew after words were put into it."""
    for sign, group in groupby(lines, key=_sign):
        if sign:
            text = " ".join(line.removeprefix(sign) for line in group)
            yield from wrap(
                text,
                WIDTH,
                initial_indent=sign,
                subsequent_indent=sign,
                break_long_words=False,
                break_on_hyphens=False,
            )
        else:
            yield from group


def _sign(line: str) -> str:
    """What a line of explanation starts with; empty for every other line."""
    match = _EXPLANATION.match(line)
    return match[1] if match else ""


def _terms(vocabulary: Vocabulary | None) -> dict[str, str]:
    """The site's own words as they stand behind the name of their file: all, or the first few."""
    terms: dict[str, str] = {}
    for name in ("categories", "groups", "outcomes", "themes", "concepts"):
        known = list(getattr(vocabulary, name, ()))
        start = ", such as" if len(known) > _MOST else ":"
        terms[name] = f"{start} {_listed(known[:_MOST])}" if known else ""
    return terms


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _behind(value: str) -> str:
    """A value as it stands behind the colon of its key."""
    return f" {value}" if value else ""
