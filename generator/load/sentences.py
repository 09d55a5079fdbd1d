"""What the validator's complaints mean, in sentences for contributors.

One table from the validator's type of error to a rule and a sentence; the words and explanations
that belong in it come from the model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.load.shape import doc_of, fields_of, hint_at, key_of, size_of, title_of, words_of
from generator.load.source import look_alike, short
from generator.problem import Fix, Key, mend, nearest

KEY_ITSELF = "[key]"
_WHOLE = re.compile(r"-?\d+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# Minus signs and dashes of print, and whole numbers with commas between groups of three digits.
_DASH = re.compile("^[\u2010-\u2015\u2212]")
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A complaint in words."""

    rule: str
    message: str
    hint: str = ""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One error of the validator: its type, the path it is about, what stands there, and why."""

    type: str
    kind: Any
    keys: tuple[Key, ...]
    value: object
    context: Mapping[str, Any]
    message: str

    @property
    def hint(self) -> Any:
        """The model's annotation of the spot."""
        if self.keys[-1:] == (KEY_ITSELF,):
            return key_of(hint_at(self.kind, self.keys[:-2]))
        return hint_at(self.kind, self.keys)

    @property
    def name(self) -> str:
        """The spot as a contributor finds it in the file: its key, or which item of which list."""
        names = [short(key) for key in self.keys if isinstance(key, str) and key != KEY_ITSELF]
        if not names:
            return title_of(self.kind).capitalize()
        if self.keys[-1] == KEY_ITSELF:
            return f"A key of `{names[-2]}`" if len(names) > 1 else "A key here"
        if isinstance(self.keys[-1], int):
            return f"Item {self.keys[-1] + 1} of `{names[-1]}`"
        return f"`{names[-1]}`"

    @property
    def parent(self) -> Any:
        """The annotation of what the spot is part of."""
        return hint_at(self.kind, self.keys[:-1])


def sentence(complaint: Complaint) -> Sentence:
    """The complaint as a contributor should read it; every type of error has one."""
    if complaint.value is None and complaint.type in _NEEDS_VALUE:
        return _no_value(complaint)
    return _TABLE.get(complaint.type, _other)(complaint)


def quoted(value: object) -> str:
    """A value as a message shows it: short, and a text in quotation marks."""
    if isinstance(value, str):
        return f"'{short(value)}'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a group of keys"
    if isinstance(value, Sequence):
        return "a list"
    return "nothing" if value is None else str(value)


def _missing(complaint: Complaint) -> Sentence:
    key = complaint.keys[-1]
    if isinstance(key, int):
        return _length(complaint)
    doc = doc_of(complaint.hint)
    return Sentence(
        rule="missing-field",
        message=f"{title_of(complaint.parent).capitalize()} must have `{key}`.",
        hint=f"`{key}`: {doc}." if doc else "",
    )


def _unknown(complaint: Complaint) -> Sentence:
    allowed = fields_of(complaint.parent)
    key = str(complaint.keys[-1])
    message = f"{title_of(complaint.parent).capitalize()} has no field `{short(key)}`."
    hint = nearest(key, allowed) or f"Its fields are: {', '.join(allowed)}."
    hint = f"{hint} {look_alike(key)}".strip()
    return Sentence(rule="unknown-field", message=message, hint=hint, fix=mend(key, allowed))


def _no_value(complaint: Complaint) -> Sentence:
    if not complaint.keys:
        hint = f"Its keys are: {', '.join(fields_of(complaint.kind))}."
        message = f"{complaint.name} must stand here, but there is nothing."
        return Sentence(rule="missing-value", message=message, hint=hint)
    words = words_of(complaint.hint)
    doc = doc_of(complaint.hint)
    hint = f"It says: {doc}." if doc else "Write a value behind the colon."
    if 0 < len(words) <= 12:
        hint = f"Use one of: {', '.join(words)}."
    return Sentence(rule="missing-value", message=f"{complaint.name} must have a value.", hint=hint)


def _not_in_set(complaint: Complaint) -> Sentence:
    words = words_of(complaint.hint)
    message = f"{complaint.name} must be one of the known words, not {quoted(complaint.value)}."
    value = complaint.value if isinstance(complaint.value, str) else ""
    hint = nearest(value, words) or f"Use one of: {', '.join(words)}."
    hint = f"{hint} {look_alike(value)}".strip()
    return Sentence(rule="unknown-value", message=message, hint=hint, fix=mend(value, words))


def _not_text(complaint: Complaint) -> Sentence:
    hint = ""
    if isinstance(complaint.value, bool | int | float):
        hint = f'If it is meant as text, put it in quotes: "{quoted(complaint.value)}".'
    return _wrong_type(complaint, "a text", hint)


def _not_whole(complaint: Complaint) -> Sentence:
    hint = "Write the digits alone, without quotes, commas or units."
    return _wrong_number(complaint, "a whole number", hint, _WHOLE)


def _not_number(complaint: Complaint) -> Sentence:
    hint = "Write the number alone, with a decimal point, without quotes or units."
    return _wrong_number(complaint, "a number", hint, _NUMBER)


def _wrong_number(complaint: Complaint, wanted: str, hint: str, form: re.Pattern[str]) -> Sentence:
    """A number in the signs of print, as it was copied from a paper, is offered in plain ones."""
    told = _wrong_type(complaint, wanted, hint)
    written = str(complaint.value)
    plain = _DASH.sub("-", written)
    if form is _WHOLE and _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if plain == written or not form.fullmatch(plain):
        return told
    return replace(told, hint=f"Write {plain}.", fix=Fix(old=written, new=plain))


def _not_list(complaint: Complaint) -> Sentence:
    hint = "Start each item on a line of its own with `- `, or write [first, second]."
    return _wrong_type(complaint, "a list", hint)


def _not_group(complaint: Complaint) -> Sentence:
    allowed = fields_of(complaint.hint)
    hint = f"Its keys are: {', '.join(allowed)}." if allowed else "Write `key: value` below it."
    return _wrong_type(complaint, "a group of keys with their values", hint)


def _not_date(complaint: Complaint) -> Sentence:
    return _wrong_type(complaint, "a day that exists, written YYYY-MM-DD", "Example: 2026-11-22.")


def _wrong_type(complaint: Complaint, wanted: str, hint: str) -> Sentence:
    message = f"{complaint.name} must be {wanted}, not {quoted(complaint.value)}."
    return Sentence(rule="wrong-type", message=message, hint=hint)


def _empty(complaint: Complaint) -> Sentence:
    doc = doc_of(complaint.hint)
    hint = f"It says: {doc}." if doc else ""
    return Sentence(rule="empty-text", message=f"{complaint.name} must not be empty.", hint=hint)


def _length(complaint: Complaint) -> Sentence:
    """A list is too short or too long, as a whole or by the item that it lacks."""
    keys = complaint.keys[:-1] if complaint.type == "missing" else complaint.keys
    hint = hint_at(complaint.kind, keys)
    name = next((key for key in reversed(keys) if isinstance(key, str)), "this list")
    size = size_of(hint)
    amount = f"{size} items" if size else f"at least {complaint.context.get('min_length', 1)} item"
    doc = doc_of(hint)
    return Sentence(
        rule="wrong-length",
        message=f"`{name}` must have {amount}.",
        hint=f"It lists: {doc}." if doc else "",
    )


def _bound(words: str, name: str) -> Callable[[Complaint], Sentence]:
    def sentence_of(complaint: Complaint) -> Sentence:
        bound = complaint.context.get(name, "")
        message = f"{complaint.name} must be {words} {bound}, not {quoted(complaint.value)}."
        return Sentence(rule="out-of-range", message=message)

    return sentence_of


def _by_model(complaint: Complaint) -> Sentence:
    """What a record says about itself as a whole."""
    text = str(complaint.context.get("error", complaint.message))
    return Sentence(rule="inconsistent", message=f"{text[:1].upper()}{text[1:].rstrip('.')}.")


def _other(complaint: Complaint) -> Sentence:
    message = f"{complaint.name}: {complaint.message.rstrip('.')}."
    return Sentence(rule="wrong-value", message=message)


_TABLE: Mapping[str, Callable[[Complaint], Sentence]] = {
    "missing": _missing,
    "unexpected_keyword_argument": _unknown,
    "literal_error": _not_in_set,
    "string_type": _not_text,
    "string_too_short": _empty,
    "int_type": _not_whole,
    "int_from_float": _not_whole,
    "int_parsing_size": _not_whole,
    "float_type": _not_number,
    "finite_number": _not_number,
    "tuple_type": _not_list,
    "list_type": _not_list,
    "too_short": _length,
    "too_long": _length,
    "dict_type": _not_group,
    "mapping_type": _not_group,
    "dataclass_type": _not_group,
    "date_type": _not_date,
    "date_parsing": _not_date,
    "date_from_datetime_parsing": _not_date,
    "date_from_datetime_inexact": _not_date,
    "greater_than_equal": _bound("at least", "ge"),
    "greater_than": _bound("above", "gt"),
    "less_than_equal": _bound("at most", "le"),
    "less_than": _bound("below", "lt"),
    "value_error": _by_model,
}
_NEEDS_VALUE = frozenset(_TABLE) - {"missing", "unexpected_keyword_argument", "value_error"}
