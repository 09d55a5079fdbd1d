"""Citations in Markdown: `[@key, p. 12; @other]` in brackets, `@key [p. 12]` in the sentence.

The syntax is pandoc's without prefixes and without `-@key`, which say nothing that a sentence
cannot; where they are written, it is told, so that no citation is lost. An e-mail address is no
citation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference, unescapeAll
from markdown_it.rules_inline import StateInline

from generator.load.source import short
from generator.problem import Fix

TOKEN = "citation"  # noqa: S105 - a Markdown token
FAULT_TOKEN = "citation_fault"  # noqa: S105

# Letters of other alphabets are read as well, so that a key that only looks right is told.
_KEY = r"(?=\w)[\w:.-]*[^\W_]"
_KEY_AT = re.compile(_KEY)
# Not behind a letter or digit (an e-mail address), nor in an address, an escape or code.
_MENTION = re.compile(r"(?<![^\W_])(?<![^\W_]_)(?<![.+%/\\@`])@(?=\w)")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_STARTS = re.compile(r"\[\s*@(?=\w)")
_PART = re.compile(r"(?:&#?\w+;|[^;])+")
_WORD = re.compile(r"[^\s,&]+")
_AT_KEY = re.compile(rf"@?({_KEY})")
_ONE = re.compile(rf"\s*@({_KEY})(?:(?:\s*,\s*|\s+)([^\s@][^@]*))?\s*")
_LOCATOR = re.compile(r"[ \n]?\[([^\[\]@]+)\](?![(\[])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """One cited key with its locator, and its offset in the paragraph's text."""

    key: str
    locator: str
    offset: int


def add_citations(parser: MarkdownIt) -> None:
    """Teach a Markdown parser to make tokens of citations, and of what only nearly is one."""
    parser.inline.ruler.before("link", "citation", _citation)


def _citation(state: StateInline, silent: bool) -> bool:
    match state.src[state.pos]:
        case "[":
            return _in_brackets(state, silent)
        case "@":
            return _in_sentence(state, silent)
        case _:
            return False


def _in_brackets(state: StateInline, silent: bool) -> bool:
    group = _BRACKETS.match(state.src, state.pos, state.posMax)
    if group is None:
        if not _STARTS.match(state.src, state.pos, state.posMax):
            return False
        message = "A citation in brackets must end with `]` and hold no other bracket."
        return _push_fault(state, silent, message, state.pos + 1)
    if state.src[group.end() : group.end() + 1] == "(" or not _MENTION.search(group[1]):
        return False
    cited = _cited(group[1], group.start(1))
    if cited is None:
        cited = _only_keys(group[1], group.start(1))
        meant = f"[{'; '.join(f'@{one.key}' for one in cited)}]" if cited else ""
        message = f"`[{short(group[1])}]` must have the form {meant or '[@key, p. 12; @other]'}."
        fix = Fix(old=group[0], new=meant) if meant else None
        _push_fault(state, silent, message, group.end() if not cited else state.pos, fix)
    if not cited:
        return True
    return _push(state, silent, cited, group.end(), narrative=False)


def _in_sentence(state: StateInline, silent: bool) -> bool:
    key = _KEY_AT.match(state.src, state.pos + 1, state.posMax)
    before = state.src[max(state.pos - 2, 0) : state.pos]
    if key is None or not _MENTION.match(state.src, state.pos):
        return False
    if before.endswith("-"):
        if not before[:-1] or before[0].isspace() or before[0] == "(":
            message = f"`-@{short(key[0])}` is not used here: write it without the hyphen."
            return _push_fault(state, silent, message, key.end())
        if before[0] != "-":
            return False
    end, locator = key.end(), ""
    found = _LOCATOR.match(state.src, end, state.posMax)
    if found and normalizeReference(found[1]) not in state.env.get("references", {}):
        end, locator = found.end(), _plain(found[1])
    cited = (Cited(key=key[0], locator=locator, offset=state.pos),)
    return _push(state, silent, cited, end, narrative=True)


def _cited(content: str, offset: int) -> tuple[Cited, ...] | None:
    """The citations between brackets, or None if anything else stands there."""
    cited = []
    for part in _PART.finditer(content):
        one = _ONE.fullmatch(part[0])
        if one is None:
            return None
        at = offset + part.start() + part[0].index("@")
        cited.append(Cited(key=one[1], locator=_plain(one[2] or ""), offset=at))
    return tuple(cited)


def _only_keys(content: str, offset: int) -> tuple[Cited, ...]:
    """The works that are meant where nothing but keys stands between brackets, with commas, spaces
    or an 'and' between them, or without their '@' between semicolons; none where more stands there.
    """
    cited = []
    for part in _PART.finditer(content):
        words = [word for word in _WORD.finditer(part[0]) if word[0] != "and"]
        for word in words:
            key = _AT_KEY.fullmatch(word[0])
            if key is None or (len(words) > 1 and not word[0].startswith("@")):
                return ()
            at = offset + part.start() + word.start()
            cited.append(Cited(key=key[1], locator="", offset=at))
    return tuple(cited)


def _plain(text: str) -> str:
    """The text of a locator: entities and escapes decoded, on one line."""
    return " ".join(unescapeAll(text).split())


def _push(
    state: StateInline, silent: bool, cited: tuple[Cited, ...], end: int, *, narrative: bool
) -> bool:
    if not silent:
        token = state.push(TOKEN, "", 0)
        token.content = state.src[state.pos : end]
        token.meta = {"offset": state.pos, "cited": cited, "narrative": narrative}
    state.pos = end
    return True


def _push_fault(
    state: StateInline, silent: bool, message: str, end: int, fix: Fix | None = None
) -> bool:
    if not silent:
        token = state.push(FAULT_TOKEN, "", 0)
        token.content = message
        token.meta = {"offset": state.pos, "fix": fix}
    state.pos = end
    return True
