"""Works written as BibTeX, in the one form that the library is kept in.

Entries are sorted by key, a blank line apart; fields stand in a fixed order, one a line, indented
by two spaces. Text is UTF-8, with only LaTeX's own signs escaped. In titles a word keeps braces
where other tools would change its capitals: acronyms and the like always (``{RCT}``,
``{mHealth}``), and in a title in sentence case every capitalised word that does not begin the title
or follow a colon (``{Norway}``). The reader drops these braces, so writing and reading give the
same works.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from generator.model import Name, Work

_CONTAINER = {
    "article": "journal",
    "incollection": "booktitle",
    "inproceedings": "booktitle",
    "online": "organization",
}
_PUBLISHER = {"report": "institution", "thesis": "school"}
_MONTHS = (
    *("", "jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: f"\\{char}" for char in "&%#_$"},
    }
)
_JOINS = re.compile(r"-(?=-)|`(?=`)|'(?=')")
_WORD = re.compile(r"^(\W*)((?:.*\w)?)(\W*)$", re.DOTALL)


def dump_bibtex(works: Iterable[Work]) -> str:
    """The works in the library's form; `parse_bibtex` turns the text back into the same works."""
    ordered = sorted(works, key=lambda work: (work.key.casefold(), work.key))
    return "\n".join(_entry(work) for work in ordered)


# A work stands in the library, in the lists of briefs and on a page of its own.
@lru_cache(maxsize=1 << 14)
def _entry(work: Work) -> str:
    """One entry, with the line breaks that end its lines."""
    lines = [f"  {name} = {value}," for name, value in _fields(work) if value not in {"", "{}"}]
    return "\n".join([f"@{work.type}{{{work.key},", *lines, "}", ""])


def _fields(work: Work) -> Iterator[tuple[str, str]]:
    """The fields of an entry in their order; those that are not set are empty."""
    others = " and others" if work.more_authors else ""
    yield "author", _braced(_names(work.authors) + others)
    yield "editor", _braced(_names(work.editors))
    yield "title", _braced(_protected(work.title))
    container = _CONTAINER.get(work.type, "booktitle")
    is_title = container == "booktitle"
    yield container, _braced(_protected(work.container) if is_title else _escape(work.container))
    yield "year", _braced(str(work.year or ""))
    yield "month", _MONTHS[work.month or 0]
    yield "volume", _braced(_escape(work.volume))
    yield "number" if work.type == "article" else "issue", _braced(_escape(work.issue))
    yield "number", _braced(_escape(work.number))
    yield "pages", _braced(_escape(work.pages).replace("–", "--"))
    yield "eid", _braced(_escape(work.article_number))
    yield "edition", _braced(_escape(work.edition))
    yield _PUBLISHER.get(work.type, "publisher"), _braced(_escape(work.publisher))
    yield "type", _braced(_escape(work.genre))
    for name in ("doi", "pmid", "pmcid", "isbn", "issn", "url"):
        yield name, _braced(getattr(work, name))
    yield "urldate", _braced(work.accessed.isoformat() if work.accessed else "")
    yield "note", _braced(_escape(work.note))


def _braced(value: str) -> str:
    return f"{{{value}}}"


def _names(names: tuple[Name, ...]) -> str:
    """The value of an `author` or `editor` field."""
    return " and ".join(_write_name(name) for name in names)


def _write_name(name: Name) -> str:
    """One name; braces stand only where it would be read otherwise without them."""
    if name.group:
        family = _escape(name.family)
        # A brace before a backslash would be read as the beginning of an accent.
        start = "{}" if family.startswith("\\") else ""
        return f"{{{start}{family}}}"
    words = name.family.split(" ")
    family = _guarded(name.family, always=len(words) > 1 and _is_particle(words[0]))
    particle = f"{_escape(name.particle)} " if name.particle else ""
    if name.suffix:
        return f"{particle}{family}, {_guarded(name.suffix)}, {_guarded(name.given)}".rstrip()
    if name.given:
        return f"{particle}{family}, {_guarded(name.given)}"
    return f"{particle}{family}," if " " in f"{particle}{name.family}" else f"{family}"


def _guarded(text: str, *, always: bool = False) -> str:
    """A part of a name, in braces where a comma or an `and` in it would end it."""
    special = always or "," in text or ";" in text or re.search(r"\band\b", text, re.IGNORECASE)
    return f"{{{_escape(text)}}}" if special else _escape(text)


def _is_particle(word: str) -> bool:
    """Whether BibTeX takes a word of a family name for a particle: its first letter is small."""
    return next((char for char in word if char.isalpha()), "").islower()


def _protected(title: str) -> str:
    """A title as LaTeX, with braces round the words whose capitals must stay."""
    words = title.split(" ")
    sentence_case = _is_sentence_case(words)
    marked = (
        _marked(word, starts=not before or before[-1] in ":?!.—–", sentence_case=sentence_case)
        for before, word in zip(["", *words], words, strict=False)
    )
    return " ".join(marked)


def _is_sentence_case(words: list[str]) -> bool:
    """Whether fewer than half of a title's longer words begin with a capital."""
    long = [word for word in words[1:] if len(word) > 3 and word[0].isalpha()]
    return sum(word[0].isupper() for word in long) * 2 < len(long)


def _marked(word: str, *, starts: bool, sentence_case: bool) -> str:
    """A word as LaTeX, in braces where it holds a capital that a style must not take away."""
    if word.islower():
        return _escape(word)
    match = _WORD.match(word)
    before, core, after = match.groups() if match else ("", word, "")
    capital = sentence_case and not starts and core[:1].isupper()
    if capital or any(char.isupper() for char in core[1:]):
        return f"{_escape(before)}{{{_escape(core)}}}{_escape(after)}"
    return _escape(word)


def _escape(text: str) -> str:
    """A text as LaTeX: only the signs that LaTeX keeps for itself are escaped."""
    return text if text.isalnum() else _JOINS.sub(r"\g<0>{}", text.translate(_ESCAPES))
