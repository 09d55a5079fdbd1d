"""What a suggested study says, judged answer by answer: this module alone knows the form's limits.

Every answer may be hostile. What passes is plain text of a bounded length without hidden
characters, an identifier of a known shape, or a word of the model or of the site's vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from generator.contribute.form import Form, Question, chosen, unticked
from generator.load.identifiers import Checked, check_doi, check_pmid
from generator.load.source import hidden_in, short
from generator.model import (
    REVIEW_DESIGNS,
    Design,
    Direction,
    Population,
    SubjectKind,
    Term,
    Vocabulary,
)
from generator.problem import Place, mend, nearest

_LIMITS: Final[Mapping[str, int]] = {
    "identifier": 200,
    "reference": 1_000,
    "why": 3_000,
    "outcome": 500,
    "statement": 600,
    "category": 100,
    "participants": 20,
    "where": 200,
    "quote": 400,
}
_MOST_TERMS: Final = 8
_MOST_WORDS: Final = 40
_MOST_PEOPLE: Final = 100_000_000
_UNSURE: Final = frozenset({"unsure", "described"})
_PMID: Final = re.compile(
    r"(?:pmid:?\s*|https?://pubmed\.ncbi\.nlm\.nih\.gov/)?([0-9]{1,12})/?", re.IGNORECASE
)
_COUNT: Final = re.compile(r"[0-9]{1,3}(?:[, ][0-9]{3})*|[0-9]+")
_BASES: Final[Mapping[str, str]] = {
    **dict.fromkeys(REVIEW_DESIGNS, "synthesis"),
    "randomised-trial": "comparison",
    "quasi-experimental": "comparison",
    "pre-post": "change",
    "cross-sectional": "association",
    "qualitative": "experience",
    "theory": "statement",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An answer that must be mended: the question's id, what must be true, and a hint."""

    question: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A suggested study whose answers are all sound; what was left open is empty."""

    doi: str = ""
    pmid: str = ""
    reference: str = ""
    why: str
    subjects: tuple[tuple[SubjectKind, str], ...]
    statement: str
    direction: str = ""
    population: str
    design: str = ""
    category: str = ""
    participants: int | None = None
    where: str
    quote: str = ""


def judge(
    answers: Mapping[str, str], form: Form, vocabulary: Vocabulary
) -> tuple[Suggestion | None, tuple[Fault, ...]]:
    """The suggestion that the answers make, or every answer that must be mended first."""
    sheet = _Sheet(answers=answers, form=form)
    doi, pmid = _identifier(sheet)
    suggestion = Suggestion(
        doi=doi,
        pmid=pmid,
        reference=sheet.text("reference"),
        why=sheet.prose("why"),
        subjects=_subjects(sheet, vocabulary),
        statement=sheet.text("statement"),
        direction=sheet.choice("direction", get_args(Direction)),
        population=sheet.choice("population", get_args(Population)),
        design=sheet.choice("design", get_args(Design)),
        category=_category(sheet, vocabulary),
        participants=_participants(sheet),
        where=sheet.text("where"),
        quote=_quote(sheet),
    )
    sheet.close()
    faults = tuple(dict.fromkeys(sheet.faults))
    return (None if faults else suggestion), faults


def record(suggestion: Suggestion, *, key: str, title: str, design: str) -> dict[str, Any]:
    """The study record as YAML will hold it; what nobody knows yet is left out.

    `key` is the work that reports the study; `title` and `design` are what is known of them
    besides.
    """
    kind = suggestion.design or design
    people = {"n": suggestion.participants} if suggestion.participants is not None else None
    data = {
        "title": title,
        "reports": [key],
        "design": kind,
        "category": suggestion.category,
        "participants": people,
        "findings": [
            _finding(suggestion, subject, term, key=key, basis=_basis(kind, subject))
            for subject, term in suggestion.subjects
        ],
    }
    return {name: value for name, value in data.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """The answers, and what was found wrong with them so far."""

    answers: Mapping[str, str]
    form: Form
    faults: list[Fault] = field(default_factory=list)

    def fault(self, question: str, message: str, hint: str = "") -> None:
        self.faults.append(Fault(question=question, message=message, hint=hint))

    def prose(self, question: str) -> str:
        """An answer of several lines, without anything hidden, no longer than it may be."""
        answer = self.answers.get(question, "").strip()
        limit = _LIMITS[question]
        if len(answer) > limit:
            message = f"The answer has {len(answer):,} characters; at most {limit:,} fit."
            self.fault(question, message, "Please shorten it.")
            return ""
        hidden = hidden_in(answer, Place(path=question))
        for problem in hidden:
            self.fault(question, problem.message, problem.hint)
        return "" if hidden else answer

    def text(self, question: str) -> str:
        """An answer as one line of text."""
        return " ".join(self.prose(question).split())

    def choice(self, question: str, words: Iterable[str]) -> str:
        """The chosen word; an option for those who do not know is empty."""
        asked = self.question(question)
        if asked is None:
            return ""
        answer = self.answers.get(question, "")
        word, offered = chosen(answer, asked)
        if not offered or (word and word not in {*words, *_UNSURE}):
            self.fault(question, f"'{short(answer)}' is none of the form's choices.")
            return ""
        return "" if word in _UNSURE else word

    def question(self, question: str) -> Question | None:
        return next((q for q in self.form.questions if q.id == question), None)

    def close(self) -> None:
        """Tell what the form asks for and the answers lack."""
        told = {fault.question for fault in self.faults}
        for question in self.form.questions:
            answer = self.answers.get(question.id, "")
            if question.required and not answer and question.id not in told:
                self.fault(question.id, "This needs an answer.")
            for label in unticked(answer, question):
                self.fault(question.id, f"Please tick the box: {short(label)}")


def _identifier(sheet: _Sheet) -> tuple[str, str]:
    """The DOI or the PMID, however it was pasted; one of them is empty, or both are."""
    answer = sheet.text("identifier")
    if not answer:
        if not sheet.answers.get("reference") and not sheet.answers.get("identifier"):
            sheet.fault("identifier", "A study needs a DOI or a PMID, or else its full reference.")
        return "", ""
    if number := _PMID.fullmatch(answer):
        return "", _sound(sheet, check_pmid(number[1]))
    found = check_doi(answer)
    # A DOI pasted as an address, or with the end of its sentence, is understood; what it means is
    # looked at once more.
    return _sound(sheet, check_doi(found.meant or found.value) if found.message else found), ""


def _sound(sheet: _Sheet, checked: Checked) -> str:
    if checked.message:
        sheet.fault("identifier", checked.message, checked.hint)
        return ""
    return checked.value


def _subjects(sheet: _Sheet, vocabulary: Vocabulary) -> tuple[tuple[SubjectKind, str], ...]:
    names = dict(_names(vocabulary))
    found: dict[tuple[SubjectKind, str], None] = {}
    for name in _lines(sheet.prose("outcome"), names):
        subject = names.get(_meant(name, names))
        if subject is None:
            hint = nearest(_folded(name), names) or "The site's page of outcomes lists its words."
            message = f"'{short(name)}' is no outcome, theme or concept of this site."
            sheet.fault("outcome", message, hint)
        else:
            found[subject] = None
    if len(found) > _MOST_TERMS:
        message = f"One form holds at most {_MOST_TERMS} outcomes; this one has {len(found)}."
        sheet.fault("outcome", message, "Please tell of the others under 'Why it matters'.")
    return tuple(found)


def _lines(answer: str, names: Mapping[str, object]) -> Iterator[str]:
    """The names in an answer: a line each, or several on a line with commas between them."""
    for line in answer.split("\n"):
        bare = re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", line).strip().rstrip(".;,")
        parts = [bare] if _folded(bare) in names else re.split(r"[,;]", bare)
        yield from (part.strip() for part in parts if part.strip())


def _names(vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[SubjectKind, str]]]:
    """What each subject may be called; an outcome wins over a theme, its id over its synonyms."""
    for kind, terms in reversed([*vocabulary.subjects.items()]):
        yield from ((name, (kind, term)) for name, term in _called(terms))


def _called(terms: Mapping[str, Term]) -> Iterator[tuple[str, str]]:
    for term_id, term in terms.items():
        yield from ((_folded(name), term_id) for name in term.synonyms)
    for term_id, term in terms.items():
        yield from ((_folded(name), term_id) for name in (term.label, term_id))


def _category(sheet: _Sheet, vocabulary: Vocabulary) -> str:
    answer = sheet.text("category")
    names = dict(_called(vocabulary.categories))
    if answer and _meant(answer, names) not in names:
        what = vocabulary.category_label.lower()
        message = f"'{short(answer)}' is no {what} that this site knows."
        hint = nearest(_folded(answer), names) or "Leave it empty if you are not sure."
        sheet.fault("category", message, hint)
    return names.get(_meant(answer, names), "")


def _meant(name: str, names: Mapping[str, object]) -> str:
    """A name as the site writes it, also where a slip of the pen can only be meant one way."""
    folded = _folded(name)
    slip = None if folded in names else mend(folded, names)
    return slip.new if slip else folded


def _participants(sheet: _Sheet) -> int | None:
    answer = sheet.text("participants")
    if not answer:
        return None
    if not _COUNT.fullmatch(answer):
        sheet.fault("participants", f"'{short(answer)}' must be a whole number.", "Such as 120.")
        return None
    count = int(re.sub(r"\D", "", answer))
    if not 0 < count < _MOST_PEOPLE:
        sheet.fault("participants", f"'{short(answer)}' cannot be the number of people.")
        return None
    return count


def _quote(sheet: _Sheet) -> str:
    answer = sheet.text("quote").strip("\"'“”„‘’«» ")
    words = len(answer.split())
    if words >= _MOST_WORDS:
        message = f"A quotation must have fewer than {_MOST_WORDS} words; this one has {words}."
        sheet.fault("quote", message, "Please keep the part that matters most.")
        return ""
    return answer


def _folded(name: str) -> str:
    return " ".join(re.sub(r"[-_\s]+", " ", name).split()).casefold()


def _basis(design: str, subject: SubjectKind) -> str:
    """What kind of finding the design gives, where there is only one answer."""
    if subject != "outcome" and design not in REVIEW_DESIGNS:
        return "statement" if subject == "concept" else "experience"
    return _BASES.get(design, "")


def _finding(
    suggestion: Suggestion, subject: SubjectKind, term: str, *, key: str, basis: str
) -> dict[str, Any]:
    data = {
        "id": term,
        subject: term,
        "population": suggestion.population,
        "direction": suggestion.direction,
        "basis": basis,
        "statement": suggestion.statement,
        "source": {"report": key, "where": suggestion.where},
        "quote": suggestion.quote,
    }
    return {name: value for name, value in data.items() if value}
