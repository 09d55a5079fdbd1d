"""The YAML reader: what it reads, what it refuses and where, and that nothing makes it fail."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.load.source import decode, hidden_characters, short
from generator.load.yaml import MAX_DEPTH, read_yaml
from generator.problem import Problem

Told = tuple[int, int, str, str]


def told(problems: tuple[Problem, ...]) -> list[Told]:
    """Line, column, rule and message of every problem."""
    return [(p.place.line, p.place.column, p.rule, p.message) for p in problems]


def read(text: str) -> object | None:
    """The value of a text without problems."""
    value, problems = read_yaml(text, "x.yaml")
    assert problems == ()
    return value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("Off", "Off"),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("~", None),
        ("Null", None),
        ("", None),
        ("nULL", "nULL"),
        ("10", 10),
        ("-3", -3),
        ("+3", 3),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-0.24", -0.24),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("12:30:45", "12:30:45"),
        ("2026-11-22", "2026-11-22"),
        ("-", None),
        ("'no'", "no"),
        ("'10'", "10"),
        ('" padded "', "padded"),
        ("|\n  two\n  lines\n", "two\nlines"),
        (">-\n  two\n  lines\n", "two lines"),
        ("{a: [1, b], c: {}}", {"a": [1, "b"], "c": {}}),
    ],
)
def test_scalars_are_read_by_the_core_schema(written: str, meant: object) -> None:
    expected = [None] if written == "-" else meant
    assert read(f"key: {written}" if written != "-" else "key:\n-") == {"key": expected}


def test_line_ends_and_a_byte_order_mark_make_no_difference() -> None:
    text, problems = decode("\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n".encode(), "x.yaml")
    assert problems == ()
    assert text is not None
    assert read(text) == {"a": 1, "b": "x\ny"} == read("a: 1\r\nb: |\r\n  x\r  y\r\n")


REFUSED: list[tuple[str, Told]] = [
    (
        "a: 1\nb: 2\na: 3\n",
        (3, 1, "duplicate-key", "The key `a` must stand only once here; this is another one."),
    ),
    (
        "a: &here 1\n",
        (1, 4, "yaml-anchor", "Anchors such as `&here` are not used in these files."),
    ),
    (
        "a: &here {b: 1}\n",
        (1, 4, "yaml-anchor", "Anchors such as `&here` are not used in these files."),
    ),
    ("- *there\n", (1, 3, "yaml-anchor", "`*there` must not stand for another part of the file.")),
    ("a: {<<: b}\n", (1, 5, "yaml-anchor", "Merge keys (`<<`) are not used in these files.")),
    (
        "a: !!python/name:os.system x\n",
        (
            1,
            4,
            "yaml-tag",
            "Tags such as `tag:yaml.org,2002:python/name:os.system` are not used in these files.",
        ),
    ),
    ("a: ! 12\n", (1, 4, "yaml-tag", "Tags such as `!` are not used in these files.")),
    ("a: !x [1]\n", (1, 4, "yaml-tag", "Tags such as `!x` are not used in these files.")),
    (
        "a: !x!y 1\n",
        (
            1,
            4,
            "yaml-tag",
            "Tags (words that start with `!`) are not used in these files.",
        ),
    ),
    ("2020: x\n", (1, 1, "yaml-key", "A key must be text; `2020` is not.")),
    ("true: x\n", (1, 1, "yaml-key", "A key must be text; `true` is not.")),
    ("? [a]\n: b\n", (1, 3, "yaml-key", "A key must be text, not a list or a group of keys.")),
    (
        "a: 1\n---\nb: 2\n",
        (2, 1, "yaml-document", "A file holds one document; a second one starts here."),
    ),
    (
        "%YAML 1.1\n---\na: 1\n",
        (1, 1, "yaml-directive", "Lines that start with `%` are not used in these files."),
    ),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_what_two_readers_may_read_differently_is_refused(text: str, expected: Told) -> None:
    assert told(read_yaml(text, "x.yaml")[1]) == [expected]


NOT_YAML: list[tuple[str, Told]] = [
    (
        "a: said: no\n",
        (1, 8, "yaml-syntax", "A colon with a space behind it must not stand here."),
    ),
    (
        "a: 1\nb: 'open\nc: 2\n",
        (2, 4, "yaml-syntax", "The quotation mark that opens here is never closed."),
    ),
    (
        "a: [1, 2\n",
        (
            1,
            4,
            "yaml-syntax",
            "The list that opens here with `[` must end with `]`, with commas in between.",
        ),
    ),
    (
        "a: {b: 1\n",
        (
            1,
            4,
            "yaml-syntax",
            "The group that opens here with `{` must end with `}`, with commas in between.",
        ),
    ),
    (
        "a: 'it's'\n",
        (1, 8, "yaml-syntax", "A key and a colon, such as `title:`, must stand here."),
    ),
    ("a: @x\n", (1, 4, "yaml-syntax", "Text must not start with `@` unless it is in quotes.")),
    ("a:\n\tb: 1\n", (2, 1, "yaml-syntax", "A line must start with spaces, not with a tab.")),
    (
        "a: *\n",
        (1, 5, "yaml-syntax", "Text must not start with `*` or `&` unless it is in quotes."),
    ),
    ("a: - b\n", (1, 4, "yaml-syntax", "A list item (`- `) must start on a line of its own.")),
    ("- a\nb: c\n", (2, 1, "yaml-syntax", "An item of the list must start here with `- `.")),
    (
        'a: "\\q"\n',
        (
            1,
            5,
            "yaml-syntax",
            "In double quotes a backslash must start a known escape, such as `\\n`.",
        ),
    ),
    (
        'a: "\\ud800"\n',
        (1, 7, "yaml-syntax", "This escape must name a character that exists."),
    ),
    ("a: ]\n", (1, 4, "yaml-syntax", "A value must stand here.")),
    (
        "{a: 1}}\n",
        (1, 7, "yaml-syntax", "Nothing must stand here: the record has ended above."),
    ),
]


@pytest.mark.parametrize(("text", "expected"), NOT_YAML)
def test_syntax_errors_are_told_in_plain_words(text: str, expected: Told) -> None:
    value, problems = read_yaml(text, "x.yaml")
    assert value is None
    assert told(problems) == [expected]
    assert problems[0].hint


def test_all_faults_are_found_in_one_run_and_the_rest_is_kept() -> None:
    text = "a: 1\na: 2\nb: [*x, 3]\n1: c\nd: !y 4\ne: {f: *z, g: 5}\nh: said: no\n"
    value, problems = read_yaml(text.rpartition("h:")[0], "x.yaml")
    assert value == {"a": 1, "b": [3], "d": "4", "e": {"g": 5}}
    places = [(2, "duplicate-key"), (3, "yaml-anchor"), (4, "yaml-key"), (5, "yaml-tag")]
    places.append((6, "yaml-anchor"))
    assert sorted((p.place.line, p.rule) for p in problems) == places
    value, problems = read_yaml(text, "x.yaml")
    assert value is None
    assert sorted((p.place.line, p.rule) for p in problems) == [*places, (7, "yaml-syntax")]


def test_a_list_item_without_its_hyphen_is_one_fault() -> None:
    text = (
        "findings:\n  - id: a\n    theme: x\n    basis: y\n    id: b\n    theme: x\n    basis: z\n"
    )
    value, (problem,) = read_yaml(text, "x.yaml")
    assert value == {"findings": [{"id": "a", "theme": "x", "basis": "y"}]}
    assert (problem.place.line, problem.place.column, problem.rule) == (5, 5, "duplicate-key")
    assert "`id`" in problem.message
    assert "2 more keys" in problem.message
    assert "`- `" in problem.hint


@pytest.mark.parametrize(
    ("text", "spots"),
    [
        ("statement: Item #3 of the scale.\n", [(1, 17)]),
        ("a:\n  - one #two\n  - x\nb: goes\n  on #3\n", [(2, 9), (5, 6)]),
        ("{a: b #c\n}\n", [(1, 7)]),
        ("a: 3 #people\nb: text # a remark\nc: '#1' \nd: x#1\n# e\ne: >-\n  f #1\n#g: h\n", []),
        ("a: item #3\nb: said: no\n", [(1, 9)]),
    ],
)
def test_text_that_is_read_as_a_remark_is_refused(text: str, spots: list[tuple[int, int]]) -> None:
    found = [p for p in read_yaml(text, "x.yaml")[1] if p.rule == "yaml-comment"]
    assert [(p.place.line, p.place.column) for p in found] == spots


def test_places_count_from_the_line_on_which_the_text_starts() -> None:
    problems = read_yaml("a: 1\na: \u200b2\n", "x.md", line=40)[1]
    assert [(p.place.path, p.place.line, p.place.column) for p in problems] == [
        ("x.md", 41, 4),
        ("x.md", 41, 1),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a: 1\nb: x\u202ey\n",
            (
                2,
                5,
                "invisible-character",
                "The invisible character U+202E (RIGHT-TO-LEFT OVERRIDE) must not stand here.",
            ),
        ),
        (
            "\u200ba: 1\n",
            (
                1,
                1,
                "invisible-character",
                "The invisible character U+200B (ZERO WIDTH SPACE) must not stand here.",
            ),
        ),
        (
            "a: b\ufeffc\n",
            (
                1,
                5,
                "invisible-character",
                "The invisible character U+FEFF (ZERO WIDTH NO-BREAK SPACE) must not stand here.",
            ),
        ),
        (
            "# soft\u00adhyphen in a comment\na: 1\n",
            (
                1,
                7,
                "invisible-character",
                "The invisible character U+00AD (SOFT HYPHEN) must not stand here.",
            ),
        ),
        (
            'a: 1\nb: "x\\u2066y"\n',
            (
                2,
                4,
                "invisible-character",
                "The invisible character U+2066 (LEFT-TO-RIGHT ISOLATE) must not stand here.",
            ),
        ),
        (
            "a: b\x00c\n",
            (
                1,
                5,
                "control-character",
                "The control character U+0000 must not stand in the text.",
            ),
        ),
        (
            "a: b\x85c\n",
            (
                1,
                5,
                "control-character",
                "The control character U+0085 must not stand in the text.",
            ),
        ),
        (
            'a: "b\\ac"\n',
            (
                1,
                4,
                "control-character",
                "The control character U+0007 must not stand in the text.",
            ),
        ),
        (
            "a: b\ud800c\n",
            (
                1,
                5,
                "control-character",
                "The control character U+D800 must not stand in the text.",
            ),
        ),
    ],
)
def test_characters_that_nobody_sees_are_refused(text: str, expected: Told) -> None:
    assert told(read_yaml(text, "x.yaml")[1]) == [expected]


def test_a_control_character_does_not_hide_the_faults_behind_it() -> None:
    assert [p.place.line for p in read_yaml("a: \x07\nb: 1\nb: 2\n", "x.yaml")[1]] == [1, 3]


def test_visible_text_of_any_script_is_not_refused() -> None:
    text = "Ælfred’s naïve café – 東京 العربية हिन्दी “quoted” … ½ € 👍"
    assert hidden_characters(text, "x.yaml") == ()
    assert read(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"a: 1\nb: caf\xe9\n", 2, 7),
        (b"\xef\xbb\xbf\xc3\xa9\xff", 1, 2),
        ("a: 1\n".encode("utf-16"), 1, 1),
        (b"a: \xed\xa0\x80", 1, 4),
    ],
)
def test_bytes_that_are_no_text_are_named_by_their_line(
    data: bytes, line: int, column: int
) -> None:
    text, (problem,) = decode(data, "x.yaml")
    assert text is None
    assert (problem.place.line, problem.place.column, problem.rule) == (line, column, "encoding")
    assert f"line {line}" in problem.message


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: 1\n" * 200_001, "file-size"),
        ("[" * 900_000, "yaml-depth"),
        ("{a: " * 200_000, "yaml-depth"),
        ("- " * 400_000, "yaml-depth"),
        ("? " * 400_000, "yaml-depth"),
        ("a: &a [*a, *a]\n" * 60_000, "yaml-anchor"),
    ],
)
def test_what_would_explode_is_stopped_at_once(text: str, rule: str) -> None:
    started = time.process_time()
    problems = read_yaml(text, "x.yaml")[1]
    assert rule in {problem.rule for problem in problems}
    assert len(problems) <= 101
    assert time.process_time() - started < 5


def test_the_deepest_allowed_level_is_read() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    assert read_yaml("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "x.yaml")[0] is None


def test_a_quoted_piece_of_a_file_is_short_and_on_one_line() -> None:
    assert short("a\n\tb\x07" + "c" * 1000) == "a b\ufffd" + "c" * 53 + "..."


JSON_KEYS = st.text().map(str.strip).filter(lambda text: text != "<<")
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text().map(str.strip),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(JSON_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_json_is_read_as_json(value: object) -> None:
    text = json.dumps(value)
    found, problems = read_yaml(text, "x.yaml")
    if {problem.rule for problem in problems} <= {"invisible-character", "control-character"}:
        assert found == value or "\\ud" in text  # YAML has no pairs of surrogates
    else:
        assert "\\ud" in text


PIECES = (
    *(
        "a",
        "b: ",
        "- ",
        "? ",
        ": ",
        "\n",
        "  ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&x",
        "*x",
        "!t",
        "'",
        '"',
    ),
    *("|\n", ">\n", "<<: ", "---\n", "...\n", "%Y", "#", "1", "\t", "\\u200b", "\u202e", "\x00"),
    *("\ufeff", "\x85", "\u2028", "\ud800", "\r", "é", "😀"),
)
YAML_TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join)


@given(YAML_TEXTS)
def test_no_text_makes_the_reader_fail_or_point_outside(text: str) -> None:
    problems = read_yaml(text, "x.yaml")[1]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1
        assert problem.message.endswith(".")


@given(st.binary())
def test_any_bytes_are_text_or_one_problem(data: bytes) -> None:
    text, problems = decode(data, "x.yaml")
    assert (text is None) == bool(problems)
    if text is not None:
        read_yaml(text, "x.yaml")


def test_a_line_that_starts_with_a_space_of_print_is_named() -> None:
    (problem,) = read_yaml("a:\n  - b: c\n\u00a0\u00a0d: e\n    f: g\n", "x.yaml")[1]
    assert (problem.place.line, problem.place.column) == (3, 1)
    assert "U+00A0" in problem.message
