"""Reads what people filled into an issue form: this module alone knows how a code host writes it.

An issue made with a form is Markdown: a heading `### Label` for each question, and the answer below
it. Which questions there are stands in the form's own file, so that a site can word them its way;
only the ids of the questions are fixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from generator.load.yaml import read_yaml
from generator.problem import Problem
from generator.verify.shape import items, mapping, objects

MOST_CHARACTERS: Final = 70_000
_NO_ANSWER: Final = "_No response_"
_NONE_CHOSEN: Final = "None"
_TICKED: Final = re.compile(r"[-*] \[[xX]\] (.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a form; `ticks` are the boxes that must be ticked."""

    id: str
    label: str
    kind: str
    required: bool = False
    options: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The questions of a form, in their order."""

    questions: tuple[Question, ...]

    def label(self, question: str) -> str:
        """What the form calls a question."""
        return next((q.label for q in self.questions if q.id == question), question)


def read_form(text: str, path: str) -> tuple[Form | None, tuple[Problem, ...]]:
    """The form that a file describes, or why it describes none that can be read."""
    data, problems = read_yaml(text, path)
    if problems or not isinstance(data, Mapping) or not isinstance(data.get("body"), list):
        return None, problems
    return Form(questions=tuple(_questions(data["body"]))), ()


def answers(body: str, form: Form) -> dict[str, str]:
    """The answer to each question that was answered, by the question's id, as it was written.

    Headings count in the form's order, each once; any other heading is part of an answer. The
    result is empty where the text was not made with this form.
    """
    lines = body[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: dict[str, list[str]] = {}
    waiting = list(form.questions)
    current: list[str] = []
    for line in lines:
        index = next((i for i, q in enumerate(waiting) if line.rstrip() == f"### {q.label}"), None)
        if index is None:
            current.append(line)
            continue
        current = found.setdefault(waiting[index].id, [])
        del waiting[: index + 1]
    dropdowns = {question.id for question in form.questions if question.kind == "dropdown"}
    texts = {question: "\n".join(answer).strip() for question, answer in found.items()}
    return {
        question: text
        for question, text in texts.items()
        if text not in {"", _NO_ANSWER} and not (question in dropdowns and text == _NONE_CHOSEN)
    }


def chosen(answer: str, question: Question) -> tuple[str, bool]:
    """The word before the colon of the option that was chosen, and whether it is an option.

    Nothing chosen is an empty word, and fine.
    """
    if not answer:
        return "", True
    return answer.partition(":")[0].strip(), answer in question.options


def unticked(answer: str, question: Question) -> tuple[str, ...]:
    """The boxes that must be ticked and are not."""
    ticked = {match[1].strip() for line in answer.split("\n") if (match := _TICKED.match(line))}
    return tuple(label for label in question.ticks if label not in ticked)


def _questions(body: list[Any]) -> Iterator[Question]:
    for part in body:
        if not isinstance(part, Mapping) or "id" not in part:
            continue
        attributes = mapping(part, "attributes")
        options = items(attributes.get("options"))
        boxes = (box for box in objects(options) if box.get("required") and "label" in box)
        yield Question(
            id=str(part["id"]),
            label=str(attributes.get("label", "")),
            kind=str(part.get("type", "")),
            required=bool(mapping(part, "validations").get("required")),
            options=tuple(option for option in options if isinstance(option, str)),
            ticks=tuple(str(box["label"]) for box in boxes),
        )
