"""Texts of contributors made harmless for a comment on a code host that reads Markdown.

What stands for itself in Markdown and HTML is written as character references. That is not enough
where the host looks through the finished text again, for @names, #numbers, addresses, :signs: and
commits: there a zero-width space divides what would be found.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from generator.render.markdown import escape

MOST: Final = 400
_GAP: Final = "\u200b"
_DIVIDED: Final = re.compile(
    r"(?<=[@#])(?=\S)"  # @name, #12
    r"|(?<=:)(?=//|[\w+-]+:)"  # https://, :tada:
    r"|(?<=\bwww)(?=\.)"
    r"|(?<=\bgh-)(?=\d)",
    re.IGNORECASE,
)
# What may name a commit: seven hexadecimal digits or more.
_COMMIT: Final = re.compile(r"\b[0-9a-f]{7,}\b", re.IGNORECASE)
_FEWER: Final = re.compile(r".{6}(?=.)")
_SPACE: Final = re.compile(r"[ \t\r\n\f\v\x85\u2028\u2029]+")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters and signs that are drawn as nothing.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# The host sets what stands between two of these as a formula; alone in an element it does not.
_DOLLAR: Final = ("&#36;", "<span>&#36;</span>")


def harmless(text: str, most: int = MOST) -> str:
    """The text as Markdown that shows it and does nothing, on one line, cut after `most`
    characters; characters that nobody can see are shown as code points."""
    line = _SPACE.sub(" ", text).strip()
    left = len(line) - most
    shown = "".join(map(_seen, line[:most])) + (f"… ({left:,} more characters)" if left > 0 else "")
    divided = _COMMIT.sub(_in_pieces, _DIVIDED.sub(_GAP, shown))
    written = str(escape(divided))
    return written.replace(*_DOLLAR).replace(_GAP, "&#8203;")


def code(text: str, most: int = MOST) -> str:
    """The same, set as code: names of files, records and revisions."""
    return f"<code>{harmless(text, most)}</code>"


def _seen(character: str) -> str:
    if unicodedata.category(character) in _UNSEEN or character in _BLANK:
        return f"[U+{ord(character):04X}]"
    return character


def _in_pieces(found: re.Match[str]) -> str:
    return _FEWER.sub(rf"\g<0>{_GAP}", found[0])
