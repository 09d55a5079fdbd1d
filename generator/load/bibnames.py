"""Names as BibTeX writes them: lists joined by `and`, parts set off by commas, groups in braces."""

from __future__ import annotations

import re

from pybtex.bibtex.utils import split_name_list, split_tex_string
from pybtex.database import Person

from generator.load.bibentries import Fault, unknown_latex
from generator.load.latex import decode
from generator.load.source import short
from generator.model import Name
from generator.problem import Severity

MAX_NAME = 300

# The form of most names, in which nothing is left to find out: one family name and given names.
_PLAIN = re.compile(r"([^\s,;{}\\~$]+), ([^,;{}\\~$]+)")
_AND = re.compile(r"(?<!\s)\s+and\s+", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:[Jj]r|[Ss]r|JR|SR)\.?|I{2,3}")
_ET_AL = re.compile(r"\bet\.?\s+al\b|^others$", re.IGNORECASE)
_OTHERS = re.compile(r"(?<!\s)\s+and\s+others\s*$")
_GROUP_WORD = re.compile(
    r"\b(?:administration|agency|alliance|association|authority|cent(?:er|re)|coalition"
    r"|collaboration|college|commission|committee|consortium|council|department|federation"
    r"|foundation|group|institute|ministry|network|office|organi[sz]ation|panel|services?"
    r"|society|taskforce|team|trust|university)\b",
    re.IGNORECASE,
)


def read_names(text: str, offset: int = 0) -> tuple[tuple[Name, ...], tuple[Fault, ...]]:
    """The names of the `author` or `editor` field at `offset`, and what is wrong with them."""
    faults: list[Fault] = []
    names: list[Name] = []
    for part in _parts(" ".join(text.split())):
        name, found = _read_name(part, offset)
        faults += found
        if name is not None:
            names.append(name)
    return tuple(names), tuple(faults)


def without_others(text: str) -> tuple[str, bool]:
    """A list of names without BibTeX's closing `and others`, and whether it had one."""
    short = _OTHERS.sub("", text)
    return short, short != text


def _parts(text: str) -> list[str]:
    """The names of a list, still as written."""
    if "{" in text:
        parts: list[str] = split_name_list(f" {text} ")  # type: ignore[no-untyped-call]
        return parts
    return [part.strip() for part in _AND.split(f" {text} ")]


def _read_name(part: str, offset: int) -> tuple[Name | None, list[Fault]]:
    """One name, or None where the words stand for no name."""
    if not part:
        message = "A name is missing before or after an `and`."
        return None, [Fault(offset=offset, rule="bad-name", message=message)]
    if len(part) > MAX_NAME:
        message = f"A name has at most {MAX_NAME} characters: '{short(part)}' has {len(part):,}."
        return None, [Fault(offset=offset, rule="too-long", message=message)]
    if _ET_AL.search(part):
        message = f"All names must be given, and '{short(part)}' stands for some that are not."
        hint = "Write the full list; where it was not seen, end it with `and others`."
        return None, [Fault(offset=offset, rule="truncated-names", message=message, hint=hint)]
    if _is_group(part):
        family, unknown = decode(part[1:-1])
        return Name(family=family, group=True), _unknown(unknown, offset)
    return _read_person(part, offset)


def _read_person(part: str, offset: int) -> tuple[Name | None, list[Fault]]:
    """The name of a person."""
    plain = _PLAIN.fullmatch(part)
    if plain:
        name = Name(family=decode(plain[1])[0], given=decode(plain[2])[0])
        return name, _doubts(name, part, offset, whole=False)
    pieces: list[str] = split_tex_string(part, ",")  # type: ignore[no-untyped-call]
    if len(pieces) > 3 or ";" in re.sub(r"\\.", "", part):
        what = f"'{short(part)}' is not"
        message = f"Names must be joined by ' and ', and each be 'Family, Given': {what}."
        hint = "Write Smith, Jane and Jones, Ann."
        return None, [Fault(offset=offset, rule="bad-name", message=message, hint=hint)]
    person = Person(part)  # type: ignore[no-untyped-call]
    last = [*person.prelast_names, *person.last_names]
    leading = next((i for i, word in enumerate(last) if not _is_particle(word)), len(last))
    leading = min(leading, len(last) - 1)
    parts = (
        last[:leading],
        last[max(leading, 0) :],
        [*person.first_names, *person.middle_names],
        person.lineage_names,
    )
    (particle, family, given, suffix), unknown = _decoded(parts)
    if not family:
        message = f"'{short(part)}' has no family name."
        return None, [
            Fault(offset=offset, rule="bad-name", message=message, hint="Write Smith, Jane.")
        ]
    name = Name(family=family, given=given, particle=particle, suffix=suffix)
    return name, [*_unknown(unknown, offset), *_doubts(name, part, offset, whole=len(pieces) == 1)]


def _decoded(parts: tuple[list[str], ...]) -> tuple[list[str], tuple[str, ...]]:
    """The text of each part, and the commands not known."""
    decoded = [decode(" ".join(words)) for words in parts]
    return [text for text, _ in decoded], tuple(sign for _, signs in decoded for sign in signs)


def _doubts(name: Name, part: str, offset: int, *, whole: bool) -> list[Fault]:
    """What looks like a mistake: a suffix in the wrong place, a group written as a person."""
    words = name.family.split()
    if _SUFFIX.fullmatch(name.given) or (len(words) > 1 and _SUFFIX.fullmatch(words[-1])):
        message = "A suffix stands between the family name and the given name, not as in"
        message = f"{message} '{short(part)}'."
        return [
            Fault(
                offset=offset,
                rule="bad-name",
                message=message,
                hint="Write King, Jr., Martin Luther.",
            )
        ]
    if whole and " " in part and _GROUP_WORD.search(part):
        message = f"'{short(part)}' looks like the name of a group, and is read as a person's."
        hint = f"Write {{{{{part}}}}}, in double braces."
        return [
            Fault(
                offset=offset,
                rule="group-name",
                message=message,
                hint=hint,
                severity=Severity.WARNING,
            )
        ]
    return []


def _unknown(signs: tuple[str, ...], offset: int) -> list[Fault]:
    """A fault for each LaTeX command that is not known."""
    return [unknown_latex(offset, sign) for sign in signs]


def _is_group(part: str) -> bool:
    """Whether one pair of braces holds the whole name, and is no accent."""
    if not (part.startswith("{") and part.endswith("}")) or part.startswith("{\\"):
        return False
    depth = 0
    for position, char in enumerate(part):
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return position == len(part) - 1
    return False


def _is_particle(word: str) -> bool:
    """Whether a word of a family name is a particle: it begins with a lower-case letter."""
    if word[0].isalpha() or (word.startswith("{") and not word.startswith("{\\")):
        return word[0].islower()
    first = next((char for char in decode(word)[0] if char.isalpha()), "")
    return first.islower()
