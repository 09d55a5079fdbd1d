"""Tames Markdown that others wrote, for a code host that shows it under the project's own name.

Headings, lists, tables and emphasis stay; links, images, HTML, drawings, formulas and calls to
people lose their power. A code host looks through the finished text again, for `@names`, `#12` and
addresses, so a character reference stops none of these; a blank of no width does.

Needs nothing but Python itself, because it runs where nothing is installed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_BREAK: Final = "&#8203;"
_SHOWN: Final = frozenset("\n\t")
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2028\u2029\u2800\u3164\uffa0")
# Tags without attributes, which only set text; everything else that begins like a tag is text.
_TAG: Final = r"<span>&#36;</span>|</?(?:code|span|details|summary)>"
_TOKEN: Final = re.compile(
    rf"(?:(?P<tag>{_TAG})"
    r"|(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<reference>&#(?P<code>[0-9]{1,7});|&(?:amp|lt|gt|quot);)"
    r"|(?P<call>@|:(?=//)|#(?=\d)|www(?=\.)|gh(?=-\d))"
    r"|(?P<sign>[<\[&$]))(?P<broken>&#8203;)?",
    re.IGNORECASE,
)
_WRITTEN: Final = {"<": "&lt;", "[": "&#91;", "&": "&amp;", "$": "<span>&#36;</span>"}
# After these the code host may find a name, a number or an address.
_CALLING: Final = frozenset("@#:")
_FENCE: Final = re.compile(r"(?m)^([ \t>*+\-\d.)]*)(`{3,}(?=[^`\n]*$)|~{3,}).*$")


def visible(text: str) -> str:
    """The text with plain line ends, and a mark for every character that nobody can see."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(map(_seen, lines))


def fenced(text: str) -> str:
    """The text as a block of code, which no line of it can end."""
    shown = visible(text).strip("\n")
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shown}\n{fence}"


def tame(markdown: str, limit: int) -> str:
    """The Markdown without its power, in at most `limit` characters as a code host counts them.

    What is too long is cut at a line's end, and the last line says so.
    """
    # The word behind a fence chooses a drawing, such as a map.
    safe = _TOKEN.sub(_tamed, _FENCE.sub(r"\1\2", visible(markdown))).strip("\n")
    if _length(safe) <= limit:
        return safe
    note = "\n\n(This was longer; the log of the check has the rest.)"
    kept = safe.encode("utf-16-le")[: 2 * (limit - len(note))].decode("utf-16-le", "ignore")
    return kept[: max(0, kept.rfind("\n"))] + note


def _tamed(match: re.Match[str]) -> str:
    broken = match["broken"] or ""
    safe = _without_power(match, match[0].removesuffix(broken))
    return safe if safe.endswith(_BREAK) else safe + broken


def _without_power(match: re.Match[str], text: str) -> str:
    if match["tag"]:
        return text.lower()
    if match["escape"]:
        return text + _BREAK if text[1] in _CALLING else text
    if match["reference"]:
        return _reference(text, match["code"])
    return _WRITTEN[text] if match["sign"] else text + _BREAK


def _reference(text: str, code: str | None) -> str:
    """A reference to a sign; one to a letter would hide a word from this module."""
    if code is None or text == _BREAK:
        return text
    sign = chr(int(code)) if int(code) < 128 else ""
    if not sign or sign.isalnum() or not sign.isprintable():
        return f"&amp;{text[1:]}".replace("#", f"#{_BREAK}")
    if sign == "$":
        return _WRITTEN["$"]
    return text + _BREAK if sign in _CALLING else text


def _length(text: str) -> int:
    """A character outside the basic plane counts twice."""
    return len(text.encode("utf-16-le")) // 2


def _seen(letter: str) -> str:
    if letter in _SHOWN:
        return letter
    hidden = unicodedata.category(letter)[0] == "C" or letter in _BLANK
    return "\ufffd" if hidden else letter
