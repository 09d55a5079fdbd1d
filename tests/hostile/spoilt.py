"""How sources are spoilt: strategies for slips of the hand, of machines, and of ill will.

Each starts from a document that is right, so that most of what it makes gets past the first check.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hypothesis import strategies as st

MOST_BYTES: Final = 60_000

# What a value may be instead of what it should be.
SCALARS: Final = (
    *("", " ", "~", "null", "true", "no", "Off", "y", "on", ".nan", ".inf", "-.INF", "1e400"),
    *("-1e400", "9" * 30, "9" * 5_000, "-" + "9" * 19, "0x" + "f" * 40, "0o777", "0b11", "1_000"),
    *("1.5", "-0", "+1", "1.", ".5", "1e-400", "190:20:30", "12:30", "2026-11-22", "2001-02-30"),
    *("0000-00-00", "9999-12-31", "2026-11-22T10:00:00Z", "١٢٣", "²", "Ⅷ", "½", "１２３", "٢٠٢٠"),
    *("[]", "{}", "[[[[1]]]]", "{a: {b: {c: 1}}}", "[1, two, 3.0, null]", "- a", "? a", ": b"),
    *("&a x", "*a", "!!int x", "!!binary ---", "!x y", "!!timestamp z", "<<: *a", "%YAML 1.1"),
    *(
        "|",
        ">",
        "|2-",
        ">+",
        "|\n  a\n  b",
        "'",
        '"',
        "'it''s",
        '"\\ud800"',
        '"\\x00"',
        '"\\u202e"',
    ),
    *("a: b", "a # b", "#", "@", "`", "%", "---", "...", "a\tb", "\t", "a  b", "x" * 6_000),
    *("\0", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe", "\ud800"),
    *("\udfff\ud800", "\u202e", "\u2066x", "\u200b", "\u200d", "\u00ad", "\u2800", "\U000e0041"),
    *(
        "e" + "\u0301" * 40,
        "а",
        "ｃhoir",
        "ſ",
        "İ",
        "ß",
        "ﬁ",
        "\u1e9e",
        "\U0001f3b5",
        "é",
        "e\u0301",
    ),
    *("ahlgren2001", "ahlgren2001#cheer", "AHLGREN2001", "con", "nul", "index", "../../x", "a/b"),
    *("cheer", "recipients", "benefit", "harm", "cohort", "other", "meta-analysis", "retracted"),
    *("http://", "https://[", "https://a.b:99999", "javascript:1", "data:x", "//x", "mailto:a@b.c"),
    *("10.1234/", "10.1234/" + "." * 50, "PMC", "0", "00000000", "978-0-306-40615-8", "1234-567X"),
    *(
        "&#x202e;",
        "&#" + "9" * 40 + ";",
        "&amp;lt;",
        "&#0;",
        "<b>",
        "<!--",
        "]]>",
        "{{ x }}",
        "{% x",
    ),
    *(
        "\\",
        "\\input{x}",
        "\\'",
        "\\'{}",
        "\\'\\'\\'e",
        "{",
        "}",
        "{" * 200,
        "$",
        "$x^2$",
        "$^{",
        "~",
    ),
    *(
        "and",
        " and ",
        "and others",
        "et al.",
        "{{}}",
        "{,}",
        ",,",
        "a,b,c,d",
        "von der",
        "Jr.",
        '"',
    ),
    *("[@a]", "[@ahlgren2001", "@ahlgren2001 [p. 1]", "[@a; @b, p. 3]", "-@a", "[a](b)", "![a](b)"),
    *("[a][b]", "[a]: b", "[^1]", "|a|b|", "|-|", "# a", "####### a", "> " * 30 + "a", "* " * 30),
    *(
        "*" * 50 + "a",
        "[" * 50,
        "```",
        "```claim",
        "~~~flow",
        "    a",
        "a\\\nb",
        "a  \nb",
        "***",
        "===",
    ),
    *(
        "Ahlgren et al. (2001)",
        "(Berg & Ek, 2001; Dahl 2010, p. 4)",
        "(; May, 2010)",
        "in May 2001",
    ),
    *(
        "one hundred million hundred",
        "9" * 400,
        "1 of 0",
        "0 of 5",
        "five in every ten",
        "1,000,00",
    ),
    *(
        "75 %",
        "1 in 1 million",
        "half",
        "three thirds",
        "no significant difference",
        "always proves",
    ),
    *("!" * 300, ". " * 300, "al. " * 200, "(" * 300, "a-" * 200, "0," * 200, "&" * 300, " " * 300),
)
_MARKS: Final = ("&a ", "*a ", "!!str ", "!x ", "? ", "- ", "<<: ", "'", '"', "[", "{", "| ", "> ")
_LINE_ENDS: Final = ("\r\n", "\r", "\x85", "\u2028", "\n\n", "", "\\\n", "\t\n", " \n")
_OPENING: Final = (
    "[",
    "{",
    "(",
    "<",
    "> ",
    "- ",
    "* ",
    "{a: ",
    "[a](",
    "![",
    "*",
    "`",
    "\\'{",
    '{"a":',
)


def scalars() -> st.SearchStrategy[str]:
    """A text that may stand where another should, surrogates and all."""
    anything = st.text(st.characters(), max_size=20)
    plain = st.text("ab01 .,:;-#@&*!?|>'\"%`~^$_=+/\\()[]{}<>\n\t", max_size=30)
    return st.sampled_from(SCALARS) | anything | plain


@st.composite
def spoilt(draw: st.DrawFn, text: str, others: Sequence[str] = ()) -> bytes:
    """A text after one to four slips, as bytes that need not be UTF-8."""
    for _ in range(draw(st.integers(1, 4))):
        slip = draw(st.sampled_from(_SLIPS))
        text = draw(slip(text, draw, others))
    content = text.encode("utf-8", "surrogatepass")[:MOST_BYTES]
    return draw(_bytes_of(content))


def _bytes_of(content: bytes) -> st.SearchStrategy[bytes]:
    """The bytes as they are most of the time; else flipped, cut, or of another encoding."""
    text = content.decode("utf-8", "replace")
    ways = (
        *[st.just(content)] * 6,
        st.integers(0, len(content)).map(lambda end: content[:end]),
        st.tuples(st.integers(0, max(len(content) - 1, 0)), st.integers(0, 255)).map(
            lambda flip: content[: flip[0]] + bytes([flip[1]]) + content[flip[0] + 1 :]
        ),
        st.sampled_from(("utf-16", "utf-32-be", "utf-7", "latin-1", "utf-8-sig")).map(
            lambda encoding: text.encode(encoding, "replace")
        ),
    )
    return st.one_of(*ways)


def _lines(text: str, draw: st.DrawFn, _: Sequence[str]) -> st.SearchStrategy[str]:
    """Lines left out, doubled, swapped, or moved in and out."""
    lines = text.split("\n")
    at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    match draw(st.sampled_from(("out", "twice", "swap", "in", "left"))):
        case "out":
            del lines[at]
        case "twice":
            lines.insert(other, lines[at])
        case "swap":
            lines[at], lines[other] = lines[other], lines[at]
        case "in":
            lines[at] = draw(st.sampled_from((" ", "\t", "    "))) + lines[at]
        case _:
            lines[at] = lines[at].lstrip()
    return st.just("\n".join(lines))


def _value(text: str, draw: st.DrawFn, _: Sequence[str]) -> st.SearchStrategy[str]:
    """Another value behind a colon or an equals sign, or another key before it."""
    spots = [i for i, sign in enumerate(text) if sign in ":="]
    if not spots:
        return scalars()
    at = draw(st.sampled_from(spots))
    end = next((i for i in range(at, len(text)) if text[i] in ",\n}]"), len(text))
    start = max(text.rfind(sign, 0, at) for sign in "\n{,") + 1
    new = draw(scalars())
    if draw(st.integers(0, 4)):
        return st.just(f"{text[: at + 1]} {new}{text[end:]}")
    return st.just(f"{text[:start]}{new}{text[at:]}")


def _inserted(text: str, draw: st.DrawFn, _: Sequence[str]) -> st.SearchStrategy[str]:
    at = draw(st.integers(0, len(text)))
    return (scalars() | st.sampled_from(_MARKS)).map(lambda new: text[:at] + new + text[at:])


def _deep(text: str, draw: st.DrawFn, _: Sequence[str]) -> st.SearchStrategy[str]:
    """Something opened again and again, and perhaps closed."""
    at = draw(st.integers(0, len(text)))
    opening, times = draw(st.sampled_from(_OPENING)), draw(st.sampled_from((3, 25, 120, 900)))
    closing = draw(st.sampled_from(("", "]", "}", ")", "*", "`")))
    return st.just(text[:at] + opening * times + closing * times + text[at:])


def _repeated(text: str, draw: st.DrawFn, _: Sequence[str]) -> st.SearchStrategy[str]:
    """A piece of the text many times."""
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 60)))
    times = draw(st.sampled_from((2, 30, 300)))
    return st.just(text[:start] + text[start:end] * times + text[end:])


def _other_ends(text: str, draw: st.DrawFn, _: Sequence[str]) -> st.SearchStrategy[str]:
    end = draw(st.sampled_from(_LINE_ENDS))
    return st.sampled_from((text.replace("\n", end), text.replace("\n", end, 3), f"\ufeff{text}"))


def _spliced(text: str, draw: st.DrawFn, others: Sequence[str]) -> st.SearchStrategy[str]:
    """A piece of a document of another kind, or a swapped letter that looks the same."""
    if not others or draw(st.booleans()):
        pair = draw(st.sampled_from(("aа", "eе", "oо", "cс", "pр", "iі", "xх", "-‐", ":：")))
        return st.just(text.replace(pair[0], pair[1], draw(st.integers(1, 3))))
    other = draw(st.sampled_from(others))
    start, at = draw(st.integers(0, len(other))), draw(st.integers(0, len(text)))
    return st.just(text[:at] + other[start : start + 200] + text[at:])


_SLIPS: Final = (_lines, _value, _value, _inserted, _deep, _repeated, _other_ends, _spliced)


# --- answers in JSON -------------------------------------------------------------------------


def values() -> st.SearchStrategy[Any]:
    """Anything that a JSON parser may give."""
    leaves = (
        st.none()
        | st.booleans()
        | st.integers(-(10**20), 10**20)
        | st.floats()
        | st.sampled_from(SCALARS)
        | st.text(st.characters(), max_size=8)
    )
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=6,
    )


@st.composite
def other_json(draw: st.DrawFn, value: Any) -> str:
    """The JSON text of a value in which up to three parts were replaced, left out or repeated."""
    for _ in range(draw(st.integers(1, 3))):
        value = _replaced(value, draw)
    text = json.dumps(value)
    if not draw(st.integers(0, 9)):
        return text[: draw(st.integers(0, len(text)))]
    return text


def _replaced(value: Any, draw: st.DrawFn) -> Any:
    """The value with something else at a random place of it."""
    if isinstance(value, Mapping) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(value)))
        if not draw(st.integers(0, 5)):
            return {name: one for name, one in value.items() if name != key}
        return {**value, key: _replaced(value[key], draw)}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(value) - 1))
        new = [_replaced(value[at], draw)] * draw(st.sampled_from((0, 1, 1, 1, 40)))
        return [*value[:at], *new, *value[at + 1 :]]
    return draw(values())


def shuffled_bytes(seed: int, length: int) -> bytes:
    """Bytes without any order, the same on every machine."""
    return random.Random(seed).randbytes(length)
