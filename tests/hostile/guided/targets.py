"""What guided fuzzing aims at: every reader of foreign bytes, each with the law that it must keep.

A target takes bytes and returns; whatever it raises is a fault. Nothing here knows the fuzzer, so
that the suite can try every target on what it starts from and on what was once found.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from generator.background import Citations, Flow, Synthesis
from generator.bibtex import dump_bibtex
from generator.contribute.fmt_bib import format_bibtex
from generator.contribute.fmt_yaml import format_yaml
from generator.contribute.form import answers, read_form
from generator.contribute.issue import FORM_PATH, read_event
from generator.load.bibtex import parse_bibtex
from generator.load.brief import parse_brief
from generator.load.ledger import read_ledger
from generator.load.records import validate
from generator.load.site import load_site
from generator.load.source import MAX_CHARACTERS, decode
from generator.load.yaml import read_yaml
from generator.model import LedgerEntry, Study, Vocabulary, Wording
from generator.problem import Place, Problem
from generator.promise import Promises, Run
from generator.report import as_github, as_text
from generator.verify.judge import Heard, judge
from generator.verify.ledger import dump_entry
from generator.verify.match import compare
from generator.verify.record import MalformedError, Record
from generator.verify.retractionwatch import parse_csv
from tests.hostile.answers import ARTICLE, DATABASE, JSON, WORK, read_article
from tests.hostile.documents import (
    BRIEF,
    CITATIONS,
    FLOW,
    LEDGER,
    LIBRARY,
    PROMISES,
    RUN,
    SETTINGS,
    STUDY,
    SYNTHESIS,
    VOCABULARY,
    WORDING,
    site,
)

ROOT: Final = Path(__file__).resolve().parents[3]
FOUND: Final = Path(__file__).resolve().with_name("found")
TODAY: Final = date(2026, 1, 2)
KINDS: Final[Mapping[str, Any]] = {
    STUDY: Study,
    VOCABULARY: Vocabulary,
    WORDING: Wording,
    FLOW: Flow,
    SYNTHESIS: Synthesis,
    CITATIONS: Citations,
    PROMISES: Promises,
    RUN: Run,
}
_SITE: Final = site()
_FORM: Final = (ROOT / FORM_PATH).read_bytes()
_EVENT: Final = json.dumps({"issue": {"number": 7, "body": "### A\n\nb", "title": "x"}}).encode()
_ANSWERS: Final = tuple(JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A reader, and what fuzzing it starts from."""

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def found(name: str) -> Iterator[Path]:
    """The inputs that once broke the law of a target: each is tried for ever after."""
    return (path for path in sorted((FOUND / name).glob("*")) if path.is_file())


@cache
def _folder() -> Path:
    """A folder for the readers that read a file by its name."""
    return Path(tempfile.mkdtemp(prefix="guided-"))


def _text(data: bytes, path: str) -> str:
    """The text of the bytes, or an empty one where they are none."""
    text, problems = decode(data, path)
    _told(problems)
    return (text or "")[:MAX_CHARACTERS]


def _told(problems: Iterable[Problem]) -> None:
    """Every problem says something, and can be printed."""
    for problem in problems:
        assert problem.message.strip()
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert len(problem.message) + len(problem.hint) < 16_000
        assert all(sign.isprintable() or sign == "\n" for sign in as_text(problem, offer=True))
    for line in as_github(problems):
        assert line.isprintable()


def _yaml(data: bytes) -> None:
    """Any text is a value or problems; any value is a record or problems."""
    value, problems = read_yaml(_text(data, STUDY), STUDY)
    _told(problems)
    if value is not None:
        path = _likeliest(value)
        record, more = validate(value, KINDS[path], Place(path=path))
        _told(more)
        assert record is not None or more


def _likeliest(value: object) -> str:
    """Whose record a value may be meant to be: the kind with most of its fields."""
    own = {str(key) for key in value} if isinstance(value, dict) else set()
    return max(KINDS, key=lambda path: len(own & {one.name for one in fields(KINDS[path])}))


def _bibtex(data: bytes) -> None:
    """Any text is works or problems, and works without a problem can be written and read again."""
    works, problems = parse_bibtex(_text(data, LIBRARY), LIBRARY)
    _told(problems)
    if works and not problems:
        again, more = parse_bibtex(dump_bibtex(works.values()), LIBRARY)
        assert more == ()
        assert again == works


def _brief(data: bytes) -> None:
    brief, problems = parse_brief(_text(data, BRIEF), BRIEF)
    _told(problems)
    assert brief is not None or problems


def _form_of(data: bytes, path: str, form: Callable[[str], tuple[str | None, Any]]) -> None:
    """What was formatted is in its form."""
    once, problems = form(_text(data, path))
    _told(problems)
    if once is not None:
        assert form(once) == (once, ())


def _format_yaml(data: bytes) -> None:
    _form_of(data, STUDY, lambda text: format_yaml(text, STUDY, Study))


def _format_bibtex(data: bytes) -> None:
    _form_of(data, LIBRARY, lambda text: format_bibtex(text, LIBRARY))


def _ledger(data: bytes) -> None:
    path = _folder() / LEDGER
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    entries, problems = read_ledger(_folder())
    _told(problems)
    assert entries or problems
    for entry in entries.values():
        path.write_text(dump_entry(entry), encoding="utf-8")
        assert read_ledger(_folder())[0] == entries


def _settings(data: bytes) -> None:
    (_folder() / SETTINGS).write_bytes(data)
    found, problems = load_site(_folder(), {})
    _told(problems)
    assert (found is None) == bool(problems)


def _records(read: Callable[[str], object], body: str) -> None:
    """What is read of an answer can be compared, judged and written."""
    try:
        given = read(body)
    except MalformedError:
        return
    for record in given if isinstance(given, tuple) else (given,):
        if isinstance(record, Record):
            compare(WORK, record)
            heard = Heard(answers=(("doi", record),), third=record, database=record.updates)
            dump_entry(judge(WORK, heard, TODAY, LedgerEntry(key=WORK.key)).entry).encode()


def _answer(data: bytes) -> None:
    """The first byte says which registry the rest is from."""
    if data:
        name = _ANSWERS[data[0] % len(_ANSWERS)]
        _records(JSON[name].read, data[1:].decode("utf-8", errors="replace"))


def _article(data: bytes) -> None:
    _records(read_article, data.decode("utf-8", errors="replace"))


def _retractions(data: bytes) -> None:
    lines = data.decode("utf-8", errors="replace").splitlines(keepends=True)
    try:
        updates = parse_csv(lines)
    except MalformedError:
        return
    assert all(key and told for key, told in updates.items())


def _suggestion(data: bytes) -> None:
    """A form, and an event of the code host."""
    given, _ = read_form(data.decode("utf-8", errors="replace"), FORM_PATH)
    form, _ = read_form(_FORM.decode(), FORM_PATH)
    assert form is not None
    if given is not None:
        answers(_EVENT.decode(), given)
    event = _folder() / "event.json"
    event.write_bytes(data)
    try:
        issue = read_event(event)
    except ValueError:
        return
    answers(issue.body, form)


def _bodies() -> Iterator[bytes]:
    for number, name in enumerate(_ANSWERS):
        yield bytes([number]) + json.dumps(JSON[name].body).encode()


TARGETS: Final[Mapping[str, Target]] = {
    "yaml": Target(run=_yaml, seeds=tuple(_SITE[path] for path in KINDS)),
    "bibtex": Target(run=_bibtex, seeds=(_SITE[LIBRARY],)),
    "brief": Target(run=_brief, seeds=tuple(_SITE[p] for p in _SITE if p.startswith("briefs/"))),
    "format-yaml": Target(run=_format_yaml, seeds=(_SITE[STUDY],)),
    "format-bibtex": Target(run=_format_bibtex, seeds=(_SITE[LIBRARY],)),
    "ledger": Target(run=_ledger, seeds=(_SITE[LEDGER],)),
    "settings": Target(run=_settings, seeds=(_SITE[SETTINGS],)),
    "answers": Target(run=_answer, seeds=tuple(_bodies())),
    "article": Target(run=_article, seeds=(ARTICLE.encode(),)),
    "retractions": Target(run=_retractions, seeds=(DATABASE.encode(),)),
    "suggestion": Target(run=_suggestion, seeds=(_FORM, _EVENT)),
}
