"""One form for records and library: nothing is lost, and formatting twice changes nothing."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.bibtex import dump_bibtex
from generator.contribute.fmt import fmt
from generator.contribute.fmt_bib import format_bibtex
from generator.contribute.fmt_tree import comments_of
from generator.contribute.fmt_yaml import format_yaml
from generator.load import load
from generator.load.bibtex import parse_bibtex
from generator.load.records import validate
from generator.load.source import hidden_characters
from generator.load.yaml import read_yaml
from generator.model import Name, Study, Vocabulary, Work
from generator.problem import Place
from generator.yamltext import in_line

LIMITS = settings(
    max_examples=520, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
NASTY = (
    *(
        "no",
        "yes",
        "on",
        "null",
        "~",
        "true",
        "1e3",
        "0x1F",
        "1_000",
        "12:30",
        ".5",
        "-",
        "- a",
        "",
    ),
    *("2020-01-01", "a: b", "a:b", "key:", "# no comment", "a #b", "a#b", "'quoted'", '"', "it's"),
    *("[a, b]", "{a: b}", "&anchor", "*alias", "!tag", "| pipe", "> fold", "%TAG", "@at", "`tick`"),
    *(
        "two  spaces here",
        "a\tb",
        "line\nbreak",
        "para\n\ngraph",
        "end \nspace",
        "\\n",
        "---",
        "...",
    ),
    *("…", "é", "日本語", "😀 emoji", "e\u0301", "nb\u00a0space", "? x", ": x", "x ? y", "=", "<<"),
    *("word " * 40, "'" * 9 + " it's " * 30, "unbroken" * 30, " outer ", "a\n  indented\n# not me"),
)
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(alphabet="ab :#-'\"[]{},&*!|>%@?\\~.01e\n\té😀\u3000", max_size=14),
    st.text(max_size=20).filter(lambda text: not hidden_characters(text, "")),
).map(lambda text: text.strip())
numbers = st.one_of(st.integers(-9, 10**6), st.sampled_from([0.4, -0.25, 1e-9, 12.0]))
values = st.one_of(texts, numbers, st.booleans(), st.none())
effects = st.fixed_dictionaries(
    {"measure": st.just("SMD"), "value": numbers},
    optional={"ci": st.lists(numbers, max_size=2), "note": texts, "level": values},
)
findings = st.fixed_dictionaries(
    {"id": texts, "statement": texts},
    optional={
        "basis": st.just("comparison"),
        "population": st.just("recipients"),
        "outcome": st.just("cheer"),
        "source": st.fixed_dictionaries({"where": texts, "report": texts}),
        "effect": effects,
        "unknown": st.recursive(values, lambda inner: st.lists(inner, max_size=3), max_leaves=5),
    },
)
studies: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"notes": texts, "title": texts},
    optional={
        "design": st.just("cohort"),
        "category": st.just("choir"),
        "reports": st.lists(texts, max_size=4),
        "participants": st.fixed_dictionaries({}, optional={"note": texts, "n": values}),
        "findings": st.lists(findings, max_size=3),
        "unknown": st.dictionaries(texts.filter(lambda key: key != "<<"), values, max_size=3),
    },
)


class Hand:
    """Writes a record as a careless hand would: any style, any layout, comments anywhere."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.count = 0
        self.below_block_text = False

    def record(self, data: dict[str, Any]) -> str:
        lines = [*self.between(0), *self.group(data, self.chance.choice([0, 0, 1]))]
        end = self.chance.choice(["\n", "", "\n\n", "\n# the end", "\n... # end\n# over\n"])
        return "\n".join(lines) + end

    def comment(self, starts: Sequence[str] = ("# ", "#  ")) -> str:
        self.count += 1
        start, end = self.chance.choice(starts), self.chance.choice(["", " ", ": x"])
        return f"{start}comment {self.count}{end}"

    def beside(self, before: str = "") -> str:
        """Behind a text without quotes a comment's sign has a space behind it."""
        tight = ["#"] if before.endswith(('"', "'")) else []
        room = self.chance.choice([" ", "   "])
        return room + self.comment([*tight, "# ", "#  "]) if self.often(0.2) else ""

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def between(self, indent: int) -> Iterator[str]:
        """Comments and blank lines; below a text in a block they stand where they are no text."""
        while self.often(0.25):
            most = indent if self.below_block_text else indent + 5
            column = self.chance.randint(0, most)
            if self.often(0.3):
                yield self.chance.choice(["", "  "])
            else:
                self.below_block_text = False
                yield " " * column + self.comment(["#", "# ", "#  "])

    def group(self, data: Any, indent: int) -> Iterator[str]:
        items = data.items() if isinstance(data, dict) else (("", item) for item in data)
        step = self.chance.choice([1, 2, 4])
        for number, (key, value) in enumerate(items):
            if number:
                yield from self.between(indent)
            self.below_block_text = False
            start = " " * indent + (f"{self.key(key)}:" if isinstance(data, dict) else "-")
            if isinstance(value, dict | list) and value and self.often(0.7):
                dashes = isinstance(value, list) and isinstance(data, dict) and self.often(0.3)
                below = indent if dashes else indent + step
                if not isinstance(data, dict) and self.often(0.5):
                    first, *others = self.group(value, indent + 2)
                    yield f"{start} {first[indent + 2 :]}"
                    yield from others
                else:
                    yield start + self.beside()
                    yield from self.between(indent)
                    yield from self.group(value, below)
            elif isinstance(value, dict | list):
                yield f"{start} {self.flow(value, indent + step)}{self.beside()}"
            else:
                yield from self.value(start, value, indent + step)
        yield from self.between(indent)

    def key(self, key: str, *, flow: bool = False) -> str:
        return self.chance.choice([in_line(key, flow=flow), json.dumps(key, ensure_ascii=False)])

    def value(self, start: str, value: Any, indent: int) -> Iterator[str]:
        if isinstance(value, str) and re.fullmatch(r"[^\t\r]+", value) and self.often(0.3):
            block = self.chance.choice(["|", "|-", "|+", ">-"])
            text = value
            if block == ">-":
                folds = "\n " in value or "  " in value
                text = "" if folds else value.replace("\n", "\n\n")
            if text and not text.startswith("\n") and "\n\n\n" not in text and " \n" not in text:
                yield f"{start} {block}{self.beside()}"
                yield from (" " * indent + line if line else "" for line in text.split("\n"))
                self.below_block_text = True
                return
        if self.often(0.1) and value is not None:
            yield start + self.beside()
            yield from self.between(indent)
            start = " " * (indent - 1)
        written = self.scalar(value, indent)
        yield f"{start} {written}{self.beside(written)}"

    def scalar(self, value: Any, indent: int, *, flow: bool = False) -> str:
        if value is None:
            return self.chance.choice(["null", "~"])
        if isinstance(value, float):
            return self.chance.choice([repr(value), f"{value:.12f}"])
        if not isinstance(value, str):
            return json.dumps(value)
        written = self.chance.choice(
            [in_line(value, flow=flow), json.dumps(value, ensure_ascii=False)]
        )
        if written[0] == '"' and "\\" in written:
            return written
        words = written.split(" ")
        breaks = "\n" + " " * indent
        if "" in words or not self.often(0.4):
            return written
        return words[0] + "".join(self.chance.choice([" ", breaks]) + w for w in words[1:])

    def flow(self, value: Any, indent: int) -> str:
        if not isinstance(value, dict | list):
            return self.scalar(value, indent, flow=True)
        parts = []
        for key, item in value.items() if isinstance(value, dict) else (("", i) for i in value):
            start = f"{self.key(key, flow=True)}: " if isinstance(value, dict) else ""
            parts.append(self.room(indent) + start + self.flow(item, indent))
        last = self.room(indent)
        marks = "{}" if isinstance(value, dict) else "[]"
        return marks[0] + ",".join(parts) + last + marks[1]

    def room(self, indent: int) -> str:
        room = self.chance.choice(["", " "])
        while self.often(0.15):
            room += (
                f"{self.chance.choice(['', ' '])}{self.chance.choice([' ' + self.comment(), ''])}"
            )
            room += "\n" + " " * self.chance.randint(indent, indent + 3)
        return room


def exact(data: object) -> str:
    return json.dumps(data, sort_keys=True)


@LIMITS
@given(data=studies, seed=st.integers(0, 2**32))
def test_formatting_loses_nothing_and_is_done_once(data: dict[str, Any], seed: int) -> None:
    text = Hand(seed).record(data)
    before, problems = read_yaml(text, "x")
    assert (exact(before), problems) == (exact(data), ()), text
    formatted, problems = format_yaml(text, "x", Study)
    assert not problems, text
    assert formatted is not None
    assert exact(read_yaml(formatted, "x")[0]) == exact(data)
    assert sorted(comments_of(formatted)) == sorted(comments_of(text))
    place = Place(path="x")
    assert (
        validate(before, Study, place)[0] == validate(read_yaml(formatted, "x")[0], Study, place)[0]
    )
    assert format_yaml(formatted, "x", Study) == (formatted, ()), text


def formatted(text: str, kind: type[Any] = Study) -> str:
    """A text in its form, which formatting again does not change."""
    once, problems = format_yaml(text, "x", kind)
    assert (once is not None, problems) == (True, ())
    assert format_yaml(once or "", "x", kind) == (once, ())
    return once or ""


PIECES = [*"{}[],:|>#'\"\\\n\r\t &*!%a1\ufeff", "", ": ", "- ", "? ", " # c", "---\n", "...\n"]
MESSY = """\
# about this file
# yaml-language-server: $schema=../schema/study.schema.json

# above reports
"reports":  [ # beside reports
    ahlgren2001,   # beside the first
    # above the second
    brandt2005 ]
title: >-   # beside title
    Choirs on
    four towers


# above design
design: randomised-trial # beside design
   # further in than design
findings: # beside findings
# above the first finding
- # beside its dash
  statement: |
    Two
    lines
  # - commented: out
  #   as: well
  id:    # beside id
    "cheer"
- {id: joy, basis: comparison, source: {where: abstract, report: ahlgren2001}} # beside joy
# - id: third
#   basis: change
participants: {n: 0.80, # beside n
  note: "yes"}
included_in: []   # beside nothing
# at the end
"""

NEAT = """\
# yaml-language-server: $schema=../schema/study.schema.json
# about this file

title: Choirs on four towers # beside title
# above reports
reports: # beside reports
  - ahlgren2001 # beside the first
  # above the second
  - brandt2005

# above design
design: randomised-trial # beside design
  # further in than design
# - id: third
#   basis: change
participants:
  n: 0.80 # beside n
  note: 'yes'
included_in: [] # beside nothing
findings: # beside findings
  # above the first finding
  # beside its dash
  # - commented: out
  #   as: well
  - id: cheer # beside id
    statement: |-
      Two
      lines
  # beside joy
  - id: joy
    basis: comparison
    source:
      report: ahlgren2001
      where: abstract
# at the end
"""


def test_comments_stay_with_what_they_are_about() -> None:
    assert formatted(MESSY) == NEAT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reports:\n- a # 1\n- # 2\n  b\n", "reports:\n  - a # 1\n  # 2\n  - b\n"),
        ("title: # 1\n  T # 2\n", "# 1\ntitle: T # 2\n"),
        ("? title # 1\n# 2\n: T # 3\n", "# 2\n# 1\ntitle: T # 3\n"),
        ("--- # 1\ntitle: T\n... # 2\n", "# 1\ntitle: T\n# 2\n"),
        ("title: 'T' #1\nreports: [a] #2\n", "#1\ntitle: T\n#2\nreports: [a]\n"),
        ("{title: T, # 1\n# 2\n} # 3\n", "title: T # 1\n# 2\n# 3\n"),
        ("reports: [ # 1\n]\n", "reports: [] # 1\n"),
        ("reports: [\n# 1\n]\n", "# 1\nreports: []\n"),
        ("reports: [a,# 1\nb # 2\n, c]\n", "reports:\n  - a # 1\n  - b # 2\n  - c\n"),
        ("reports: [a] # 1\n", "reports: [a] # 1\n"),
        ("title: | # 1\n  a\n  # b\n # 2\n", "# 2\ntitle: |- # 1\n  a\n  # b\n"),
        ("title: T\n   # 1\n# 2\n", "title: T\n  # 1\n# 2\n"),
        ("# 1\n\n\n\n# 2\n\ntitle: T\n\n\n", "# 1\n\n# 2\n\ntitle: T\n"),
        ("findings:\n  # 1\n  #   2\nnotes: N\n", "findings:\n  # 1\n  #   2\nnotes: N\n"),
        ('title: "a # b"\nnotes: a#b\n', "title: 'a # b'\nnotes: a#b\n"),
    ],
)
def test_a_comment_stands_where_it_is_safe(text: str, expected: str) -> None:
    assert formatted(text) == expected


@pytest.mark.parametrize("value", NASTY)
def test_any_text_survives(value: str) -> None:
    """As a value, in a list, in a list in brackets, as a key, and in a text of many words."""
    data = {
        "title": value,
        "notes": f"{value} {'many words ' * 20}{value}",
        "reports": [value, "b"],
        "findings": [{"statement": value, "source": {"where": value}}],
    }
    before = json.dumps(data, ensure_ascii=False)
    kept = read_yaml(before, "x")[0]
    assert read_yaml(formatted(before), "x")[0] == kept
    keyed = json.dumps({"unknown": {value: value}}, ensure_ascii=False)
    if value not in {"<<", ""}:
        assert read_yaml(formatted(keyed), "x") == read_yaml(keyed, "x")


def test_the_form_of_a_record() -> None:
    text = (
        "{findings: [{source: {where: abstract, report: a}, statement: "
        + "long words " * 14
        + ", outcome: cheer, id: x, effect: {ci: [0.10, 1e0], value: .5, measure: MD}}],"
        + f" title: 'It''s: 1', reports: [{', '.join(['a' * 30] * 4)}, b, c], desing: x}}\n"
    )
    assert formatted(text).split("\n") == [
        "title: 'It''s: 1'",
        f"reports: [{', '.join(['a' * 30] * 3)},",
        f"  {'a' * 30}, b, c]",
        "desing: x",
        "findings:",
        "  - id: x",
        "    outcome: cheer",
        f"    statement: {'long words ' * 7}long words",
        f"      {'long words ' * 5}long words",
        "    source:",
        "      report: a",
        "      where: abstract",
        "    effect:",
        "      measure: MD",
        "      value: .5",
        "      ci: [0.10, 1e0]",
        "",
    ]


@settings(LIMITS, max_examples=200)
@given(data=st.data())
def test_no_text_makes_the_formatter_fail(data: st.DataObject) -> None:
    """Sound text with pieces taken out and put in: it is formatted or named, and never changed."""
    text = MESSY
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 8, len(text))))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]
    done, problems = format_yaml(text, "x", Study)
    assert (done is None) == bool(problems)
    assert "cannot-format" not in {problem.rule for problem in problems}, text
    if done is not None:
        assert exact(read_yaml(done, "x")[0]) == exact(read_yaml(text, "x")[0])
        assert format_yaml(done, "x", Study) == (done, ()), text


def test_words_keep_their_order_and_a_term_its_other_names_last() -> None:
    text = "outcomes:\n  z: {synonyms: [y], good: more, label: Z}\n  a: {domain: d, label: A}\n"
    assert formatted(text, Vocabulary) == (
        "outcomes:\n  z:\n    label: Z\n    good: more\n    synonyms: [y]\n"
        "  a:\n    label: A\n    domain: d\n"
    )


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("title: [a\n", "yaml-syntax", (1, 8)),
        ("title: a\nnotes: b\ntitle: c\n", "duplicate-key", (3, 1)),
        ("title: &a b\n", "yaml-anchor", (1, 8)),
        ("title: !!str b\n", "yaml-tag", (1, 8)),
        ("title: a\u200bb\n", "invisible-character", (1, 9)),
        ("- a\n", "wrong-type", (1, 1)),
        ("", "missing-value", (1, 1)),
        ("# nothing\n", "missing-value", (1, 1)),
    ],
)
def test_a_faulty_text_is_named_and_not_formatted(
    text: str, rule: str, place: tuple[int, int]
) -> None:
    done, (problem, *_) = format_yaml(text, "x", Study)
    assert done is None
    assert (problem.rule, problem.place.line, problem.place.column) == (rule, *place)


def test_what_would_read_otherwise_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.contribute.fmt_yaml.in_line", lambda text, flow=False: text)
    done, (problem,) = format_yaml("title: '104'\n", "x", Study)
    assert (done, problem.rule) == (None, "cannot-format")
    monkeypatch.setattr("generator.contribute.fmt_yaml._lines", lambda remarks, indent: ())
    done, (problem,) = format_yaml("# lost\ntitle:   T\n", "x", Study)
    assert (done, problem.rule) == (None, "cannot-format")


def test_time_grows_with_the_text_alone() -> None:
    one = "  - id: x\n    # about it\n    statement: " + "some words " * 30 + "# beside\n"
    times = []
    for count in (100, 800):
        start = time.perf_counter()
        formatted("findings:\n" + one * count)
        times.append(time.perf_counter() - start)
    assert times[1] < 8 * times[0] * 4


# --- the library -----------------------------------------------------------------------------

words = st.sampled_from(
    ["", "Choirs", "the {RCT}", "100 % & more", "A: b", "Ærø", "日本", "$5", "a_b", "--", "'t", "#"]
)
names = st.one_of(
    st.builds(Name, family=st.sampled_from(["Berg", "de Gaulle", "Ek"]), given=words),
    st.builds(
        Name, family=st.sampled_from(["The {Choir} Group", "A, B and C"]), group=st.just(True)
    ),
)
works_as_read = st.builds(
    Work,
    key=st.sampled_from(["a", "B", "b2", "berg_2001", "Zeta-1", "z"]),
    type=st.sampled_from(["misc", "online", "report"]),
    title=words.filter(bool),
    authors=st.lists(names, max_size=2).map(tuple),
    year=st.none() | st.integers(1800, 2100),
    month=st.none() | st.integers(1, 12),
    publisher=words,
    note=words,
    url=st.sampled_from(["", "https://example.org/a_b~c--d?e=%20&f=#g"]),
)
libraries = st.lists(works_as_read, min_size=1, max_size=4, unique_by=lambda w: w.key.lower())


def careless(works: list[Work], chance: random.Random) -> tuple[str, list[str]]:
    """The works as a careless hand would write them, and the comments between them."""
    comments: list[str] = []

    def comment() -> str:
        told = f"comment {len(comments)}"
        text = chance.choice(
            [f"% {told}", f"%% {told} \n\n  %more", told, f"@comment{{{told}\n {{a}} }}"]
        )
        comments.append(told)
        return text + chance.choice(["\n", "\n\n", " \n \n\n"])

    def some() -> str:
        return "".join(comment() for _ in range(chance.choice([0, 0, 1, 2])))

    pieces = [chance.choice(["", "\n"]) + some()]
    for work in chance.sample(works, len(works)):
        first, *fields, last = dump_bibtex([work]).rstrip("\n").split("\n")
        chance.shuffle(fields)
        head = first.upper().partition("{")[0] if chance.random() < 0.5 else first.partition("{")[0]
        lines = [f"{head}{{{work.key},", *(f"{chance.choice(['', chr(9)])}{f}" for f in fields)]
        behind = ""
        if chance.random() < 0.3:
            comments.append(f"comment {len(comments)}")
            behind = f" % {comments[-1]}"
        space = chance.choice(["\n", "\n\n", "\n \n\n"])
        pieces.append("\n".join([*lines, last]) + behind + space + some())
    return "".join(pieces), comments


@LIMITS
@given(works=libraries, seed=st.integers(0, 2**32))
def test_formatting_a_library_loses_nothing_and_is_done_once(works: list[Work], seed: int) -> None:
    text, comments = careless(works, random.Random(seed))
    before, _ = parse_bibtex(text, "x")
    assert before == {work.key: work for work in works}
    done, problems = format_bibtex(text, "x")
    assert (done is not None, problems) == (True, ()), text
    assert parse_bibtex(done or "", "x")[0] == before
    for comment in comments:
        assert len(re.findall(rf"{comment}\b", done or "")) == 1
    assert format_bibtex(done or "", "x") == (done, ()), text
    assert dump_bibtex(works) == done or comments


def test_comments_of_a_library_stay_with_their_entries() -> None:
    text = (
        "% The library.\n\n% Sorted.\n\n% about zeta\n@misc{zeta, title = {Z}} % behind zeta\n"
        "% about alpha, a\n  % second line\n\n@comment{kept {as} it\n is}\n"
        "@misc{alpha,\ntitle={A}\n}\n\n\n% the end   \n"
    )
    done, problems = format_bibtex(text, "x")
    assert problems == ()
    assert done == (
        "% The library.\n\n% Sorted.\n\n"
        "% about alpha, a\n  % second line\n\n@comment{kept {as} it\n is}\n"
        "@misc{alpha,\n  title = {A},\n}\n\n"
        "% about zeta\n@misc{zeta,\n  title = {Z},\n} % behind zeta\n\n% the end\n"
    )
    assert format_bibtex("% only words\n\n\n", "x") == ("% only words\n\n\n", ())


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("@misc{a, title = {A}}\n@misc{a, title = {B}}\n", "duplicate-key", (2, 1)),
        ("@misc{a, title = {A}\n", "unclosed-brace", (1, 1)),
        ("@misc{a,\n title = {A},\n keywords = {k},\n}\n", "field-not-kept", (3, 2)),
        ("@misc{a,\n titel = {A},\n}\n", "unknown-field", (2, 2)),
        ("@string{x = {y}}\n@misc{a, title = {A}}\n", "unsupported-bibtex", (1, 1)),
        ("% a @misc{a, title = {A}}\n", "cannot-format", (1, 5)),
        ("@misc{a, title = {A}},\n note = {n}\n}\n", "cannot-format", (1, 1)),
        ("% write to me@example.org\n@misc{a, title = {A}}\n", "bibtex-syntax", (1, 14)),
    ],
)
def test_a_faulty_library_is_named_and_not_formatted(
    text: str, rule: str, place: tuple[int, int]
) -> None:
    done, problems = format_bibtex(text, "x")
    assert done is None
    found = [(p.rule, (p.place.line, p.place.column)) for p in problems]
    assert (rule, place) in found


# --- the command -----------------------------------------------------------------------------


def run(root: Path, *, check: bool = False) -> tuple[int, list[str]]:
    said: list[str] = []
    return fmt(root, check=check, say=said.append), said


def contents(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_the_command_formats_a_site_once_and_means_the_same(tree: Path) -> None:
    before = load(tree)[0]
    code, said = run(tree)
    assert code == 0
    assert said[-1] == "8 files: 7 formatted, 1 unchanged"
    assert "data/studies/ahlgren2001.yaml formatted" in said
    assert repr(load(tree)[0]) == repr(before)
    after = contents(tree)
    assert run(tree) == (0, ["8 files: 0 formatted, 8 unchanged"])
    assert contents(tree) == after


def test_check_names_what_differs_and_writes_nothing(tree: Path) -> None:
    run(tree)
    (tree / "data/studies/dahl2012.yaml").write_text("design: other\ntitle: T\n", encoding="utf-8")
    library = tree / "data/library.bib"
    library.write_text("\n" + library.read_text(encoding="utf-8"), encoding="utf-8")
    before = contents(tree)
    assert run(tree, check=True) == (
        1,
        [
            "data/studies/dahl2012.yaml is not formatted",
            "data/library.bib is not formatted",
            "8 files: 6 formatted, 2 not. `briefs fmt` formats them.",
        ],
    )
    assert contents(tree) == before


def test_faulty_files_are_left_alone_and_the_others_formatted(tree: Path) -> None:
    faulty = {
        "data/studies/dahl2012.yaml": b"title: T\ntitle: U\n",
        "data/studies/brandt2005.yaml": b"title: \xff\n",
        "data/library.bib": b"@misc{a,\n",
        "data/studies/Capital.yaml": b"title:   T\n",
    }
    for path, content in faulty.items():
        (tree / path).write_bytes(content)
    code, said = run(tree)
    assert code == 1
    assert "data/studies/ahlgren2001.yaml formatted" in said
    told = "\n".join(said)
    assert "data/studies/dahl2012.yaml:2:1: error: The key `title` must stand only once" in told
    assert "data/studies/brandt2005.yaml:1:8: error: The file must be UTF-8" in told
    assert "data/library.bib:1:1: error:" in told
    assert "data/studies/Capital.yaml:1:1: error: The file's name" in told
    assert said[-1].endswith("3 left alone because of the problems above")
    assert {path: (tree / path).read_bytes() for path in faulty} == faulty


def test_line_ends_and_marks_of_other_systems_go(tree: Path) -> None:
    run(tree)
    path = tree / "data/studies/dahl2012.yaml"
    neat = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + neat.replace(b"\n", b"\r\n"))
    assert run(tree)[1][0] == "data/studies/dahl2012.yaml formatted"
    assert path.read_bytes() == neat


def test_a_stopped_write_leaves_the_file_whole(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(tree / "data")

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space left"):
        run(tree)
    assert contents(tree / "data") == before


def test_links_are_followed_inside_the_site_only(tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("title:   T\n", encoding="utf-8")
    (tree / "data/studies/escape.yaml").symlink_to(outside)
    inside = tree / "data/record.txt"
    inside.write_text("title:   T\n", encoding="utf-8")
    (tree / "data/studies/inside.yaml").symlink_to(inside)
    code, said = run(tree)
    assert code == 1
    assert "must not lead out of the site" in "\n".join(said)
    assert outside.read_text(encoding="utf-8") == "title:   T\n"
    assert inside.read_text(encoding="utf-8") == "title: T\n"
    assert (tree / "data/studies/inside.yaml").is_symlink()


def test_a_folder_without_a_site_is_said(tmp_path: Path) -> None:
    code, said = run(tmp_path)
    assert (code, len(said)) == (2, 1)
    assert "nothing to format" in said[0]
