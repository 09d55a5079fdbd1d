"""Whatever a registry answers, reading it gives a record or says that it is none; whatever a
suggestion holds, it becomes a record or an answer. What we then write, we can read.

With BRIEFS_LONG=1 there are many more inputs, and other ones each time (`make fuzz`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.bibtex import dump_bibtex
from generator.contribute.form import Form, answers, read_form
from generator.contribute.issue import FORM_PATH, Issue, Proposal, read_event, suggest
from generator.library import LIBRARY_PATH
from generator.load import load
from generator.load.bibtex import parse_bibtex
from generator.load.ledger import read_ledger
from generator.model import LedgerEntry
from generator.verify.add import _work
from generator.verify.client import _retry_after
from generator.verify.judge import Heard, judge
from generator.verify.ledger import write_entry
from generator.verify.match import compare
from generator.verify.queue import POLITE, Queue
from generator.verify.record import MalformedError, Missing, Record
from generator.verify.report import lines
from generator.verify.retractionwatch import parse_csv
from generator.verify.run import BROKEN, Say
from tests.hostile.answers import ARTICLE, DATABASE, JSON, WORK, read_article
from tests.hostile.documents import site, written
from tests.hostile.law import MOST_SECONDS, examined, many
from tests.hostile.spoilt import other_json, scalars, spoilt
from tests.promises import RecordFigure

TODAY = date(2026, 1, 2)
ROOT = Path(__file__).resolve().parents[2]


def records_in(read: Callable[[str], object], body: str) -> list[Record]:
    """The records in a body; none where it is said to be malformed."""
    try:
        found = read(body)
    except MalformedError:
        return []
    assert isinstance(found, Record | Missing | str | tuple)
    each = found if isinstance(found, tuple) else (found,)
    return [one for one in each if isinstance(one, Record)]


def assert_we_can_write(record: Record, root: Path) -> None:
    """What comes of a record is judged in good time, written down, and read again unharmed."""
    start = time.process_time()
    compare(WORK, record)
    heard = Heard(answers=(("doi", record),), third=record, database=record.updates)
    entry = judge(WORK, heard, TODAY, LedgerEntry(key=WORK.key, standing="retracted")).entry
    write_entry(root, entry)
    kept, problems = read_ledger(root)
    assert problems == ()
    assert kept == {WORK.key: entry}
    assert all(line.isprintable() for line in lines([entry]))
    if record.title:
        work = _work((record,), frozenset({WORK.key}))
        works, told = parse_bibtex(dump_bibtex([work]), LIBRARY_PATH)
        assert not [p for p in told if p.rule in {"bibtex-syntax", "control-character", "encoding"}]
        assert len(works) <= 1
    assert time.process_time() - start < MOST_SECONDS


@pytest.mark.parametrize("name", JSON)
def test_an_odd_answer_is_a_record_or_malformed(
    name: str, tmp_path: Path, record_figure: RecordFigure
) -> None:
    count, answer = 0, JSON[name]
    assert records_in(answer.read, json.dumps(answer.body)) or name in {"agency", "pubmed search"}

    @many(60, 10_000)
    @given(other_json(answer.body) | st.text(max_size=30))
    def lawful(body: str) -> None:
        nonlocal count
        count += 1
        for record in records_in(answer.read, body):
            assert_we_can_write(record, tmp_path)

    lawful()
    record_figure("inputs-fuzzed", count)


def test_an_odd_article_is_a_record_or_malformed(
    tmp_path: Path, record_figure: RecordFigure
) -> None:
    count = 0
    assert records_in(read_article, ARTICLE)

    @many(80, 10_000)
    @given(spoilt(ARTICLE))
    def lawful(content: bytes) -> None:
        nonlocal count
        count += 1
        for record in records_in(read_article, content.decode("utf-8", errors="replace")):
            assert_we_can_write(record, tmp_path)

    lawful()
    record_figure("inputs-fuzzed", count)


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><PubmedArticleSet a="&c;"/>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><PubmedArticleSet>&a;</PubmedArticleSet>',
        "<PubmedArticleSet>" + "<a>" * 100_000,
        "<a>" * 100_000 + "</a>" * 100_000,
        '<?xml version="1.0" encoding="utf-16"?><PubmedArticleSet/>',
        '<?xml version="1.0" encoding="nonsense"?><PubmedArticleSet/>',
        "<PubmedArticleSet a='" + "x" * 1_000_000 + "'/>",
    ],
    ids=["entities", "a file", "deep and open", "deep", "utf-16", "no encoding", "long"],
)
def test_a_monster_in_xml_is_no_record(body: str) -> None:
    assert records_in(read_article, body) == []


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"message":' * 50_000,
        "9" * 10_000,
        '"\\ud800"',
        "NaN",
        "",
        "\ufeff{}",
        "<p>",
    ],
)
def test_a_monster_in_json_is_no_record(name: str, body: str) -> None:
    assert records_in(JSON[name].read, body) == []


def test_texts_without_end_are_cut() -> None:
    work = {
        "DOI": WORK.doi,
        "title": ["x: " * 100_000] * 20,
        "author": [{"name": "a"}] * 100_000,
    }
    start = time.process_time()
    (record,) = records_in(JSON["crossref work"].read, json.dumps({"message": work}))
    compare(WORK, record)
    assert time.process_time() - start < MOST_SECONDS
    assert not record.complete


def test_what_nobody_can_see_is_left_out_of_answers(tmp_path: Path) -> None:
    hidden = "Sing\u00ading \u202ekeep\u200bers\ud800\x07: a &#" + "9" * 5_000 + "; trial"
    body = json.dumps({"message": {"DOI": WORK.doi, "title": [hidden]}})
    (record,) = records_in(JSON["crossref work"].read, body)
    assert record.title.startswith("Singing keepers: a ")
    assert_we_can_write(record, tmp_path)


def test_odd_lines_of_the_database_of_retractions(record_figure: RecordFigure) -> None:
    count = 0
    assert set(parse_csv(DATABASE.splitlines(keepends=True))) == {WORK.doi, WORK.pmid}

    @many(120, 20_000)
    @given(spoilt(DATABASE) | st.binary(max_size=60))
    def lawful(content: bytes) -> None:
        nonlocal count
        count += 1
        text = content.decode("utf-8", errors="replace")
        try:
            found = parse_csv(text.splitlines(keepends=True))
        except MalformedError:
            return
        assert all(key and updates for key, updates in found.items())

    lawful()
    record_figure("inputs-fuzzed", count)


def test_the_database_may_tell_of_one_work_many_times() -> None:
    head, line, *_ = DATABASE.splitlines(keepends=True)
    start = time.process_time()
    found = parse_csv([head, *(line.replace("notice", f"n{n}") for n in range(20_000))])
    assert time.process_time() - start < MOST_SECONDS
    assert len(found[WORK.doi]) == 20_000


def test_a_field_of_the_database_that_is_too_long_is_told() -> None:
    with pytest.raises(MalformedError, match="line"):
        parse_csv([*DATABASE.splitlines(keepends=True), "x" * 500_000])


@many(150, 20_000)
@given(scalars() | st.text(st.characters(max_codepoint=255), max_size=12))
def test_an_odd_header_is_a_wait_or_none(value: str) -> None:
    wait = _retry_after({"retry-after": value})
    assert wait is None or wait >= 0
    queue = Queue(rate=POLITE["Crossref"][0], most=1)
    names = ("x-rate-limit-limit", "x-rate-limit-interval", "x-concurrency-limit")
    queue.heed(dict.fromkeys(names, value))
    queue.heed({names[0]: "1", names[1]: value})
    assert 1 / queue.rate <= 60
    assert queue.most >= 1


# --- suggestions -----------------------------------------------------------------------------

FORM_TEXT = (ROOT / FORM_PATH).read_text(encoding="utf-8")
FILLED = {
    "identifier": "10.5555/new.1",
    "why": "It is the first one.",
    "outcome": "cheer",
    "statement": "Keepers who sang were more cheerful.",
    "direction": "benefit: people were better off",
    "population": "recipients: people who receive the support",
    "design": "randomised-trial: people were put into groups by chance",
    "participants": "1,066",
    "where": "abstract",
    "quote": "They were more cheerful.",
}


def form() -> Form:
    found, _ = read_form(FORM_TEXT, FORM_PATH)
    assert found is not None
    return found


def body_of(filled: dict[str, str]) -> str:
    """An issue made with the form."""
    parts = []
    for question in form().questions:
        answer = filled.get(question.id, "_No response_")
        if question.ticks:
            answer = "\n".join(f"- [x] {label}" for label in question.ticks)
        parts.append(f"### {question.label}\n\n{answer}")
    return "\n\n".join(parts)


def unreachable(_: Path, __: str, say: Say) -> int:
    say("no connection")
    return BROKEN


def test_an_odd_suggestion_is_a_record_or_an_answer(
    tmp_path: Path, record_figure: RecordFigure
) -> None:
    count, root = 0, written(tmp_path / "site", site())
    library, _ = load(root)
    assert library is not None
    filled = st.dictionaries(st.sampled_from(sorted(FILLED)), scalars(), max_size=3)
    bodies = filled.map(lambda new: body_of({**FILLED, **new})) | spoilt(body_of(FILLED)).map(
        lambda content: content.decode("utf-8", "replace")
    )

    @many(40, 6_000)
    @given(bodies, st.integers(1, 10**9))
    def lawful(body: str, number: int) -> None:
        nonlocal count
        count += 1
        before = {path for path in root.rglob("*") if path.is_file()}
        told = suggest(Issue(number=number, body=body), form(), library, root, register=unreachable)
        new = {path for path in root.rglob("*") if path.is_file()} - before
        if isinstance(told, Proposal):
            assert [path.relative_to(root).as_posix() for path in new] == [*told.paths]
            json.dumps(told.body).encode()
        else:
            assert not new
            told.encode()
        examined(root)
        for path in new:
            path.unlink()

    lawful()
    record_figure("inputs-fuzzed", count)


def test_an_odd_event_is_an_issue_or_an_error(tmp_path: Path, record_figure: RecordFigure) -> None:
    count, file = 0, tmp_path / "event.json"
    event = {"action": "labeled", "issue": {"number": 7, "body": body_of(FILLED), "title": "x"}}

    @many(60, 10_000)
    @given(other_json(event).map(str.encode) | spoilt(json.dumps(event)) | st.binary(max_size=60))
    def lawful(content: bytes) -> None:
        nonlocal count
        count += 1
        file.write_bytes(content)
        try:
            issue = read_event(file)
        except (OSError, ValueError):
            return
        assert issue.number > 0
        answers(issue.body, form())

    lawful()
    record_figure("inputs-fuzzed", count)


def test_an_odd_form_is_a_form_or_none(record_figure: RecordFigure) -> None:
    count = 0

    @many(80, 10_000)
    @given(spoilt(FORM_TEXT))
    def lawful(content: bytes) -> None:
        nonlocal count
        count += 1
        found, _ = read_form(content.decode("utf-8", "replace"), FORM_PATH)
        if found is not None:
            answers(body_of(FILLED), found)

    lawful()
    record_figure("inputs-fuzzed", count)
