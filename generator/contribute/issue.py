"""Turns a suggested study, an issue made with a form, into a record: by rule, judging nothing.

``python -m generator.contribute.issue EVENT.json --root . --answer FILE`` reads the issue from the
event's file, never from a command line. It writes the record, and as JSON what a pull request needs
to offer it; or it writes an answer, in Markdown, that says what must be mended in the issue.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from generator.contribute.diff.harmless import harmless
from generator.contribute.entry import Entry, Register, entry_for
from generator.contribute.fmt_yaml import format_yaml
from generator.contribute.form import Form, answers, read_form
from generator.contribute.suggestion import Fault, Suggestion, judge, record
from generator.contribute.tame import fenced
from generator.disk import put
from generator.examine import examine
from generator.library import STUDIES_FOLDER, Library
from generator.load import load
from generator.load.names import slug_fault, slugify
from generator.load.yaml import read_yaml
from generator.model import Study
from generator.problem import Severity
from generator.report import as_text
from generator.verify.add import add
from generator.verify.ledger import WORK_FOLDER
from generator.verify.run import Say

FINE, MENDING, BROKEN = 0, 1, 2
FORM_PATH: Final = ".github/ISSUE_TEMPLATE/suggest-study.yml"
SCHEMA_LINE: Final = "# yaml-language-server: $schema=../schema/study.schema.json\n"
_MOST_EVENT: Final = 5_000_000
_MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a pull request needs to offer a study: its id, the changed paths, and its texts."""

    id: str
    number: int
    paths: tuple[str, ...]
    title: str
    message: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as its event tells it."""

    number: int
    body: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments and run; the exit code: 0 recorded, 1 to be mended, 2 broken."""
    parser = argparse.ArgumentParser(prog="generator.contribute.issue")
    parser.add_argument("event", type=Path, help="the file of the event `issues`")
    parser.add_argument("--root", type=Path, default=Path(), help="the folder of the site")
    parser.add_argument("--answer", type=Path, required=True, help="where the answer goes")
    parser.add_argument("--result", type=Path, help="where the proposal goes (ANSWER with .json)")
    parser.add_argument("--form", type=Path, help=f"the form's file (ROOT/{FORM_PATH})")
    options = parser.parse_args(arguments)
    form_path = options.form or options.root / FORM_PATH
    try:
        issue = read_event(options.event)
        form = _form(form_path)
    except (OSError, ValueError) as error:
        _say(f"Nothing was done: {error}")
        return BROKEN
    library, problems = load(options.root)
    if library is None:
        _say(f"The records cannot be read: {problems[0].message if problems else 'no reason'}")
        return BROKEN
    outcome = suggest(issue, form, library, options.root, register=_registrar(os.environ))
    if isinstance(outcome, Proposal):
        result = options.result or options.answer.with_suffix(".json")
        result.write_text(json.dumps(asdict(outcome), indent=2) + "\n", encoding="utf-8")
        _say(f"{STUDIES_FOLDER}/{outcome.id}.yaml is written.")
        return FINE
    options.answer.write_text(outcome, encoding="utf-8")
    _say("The issue needs mending; the answer says what.")
    return MENDING


def read_event(path: Path) -> Issue:
    """The issue in the file of an event; ValueError where the file tells of none."""
    if path.stat().st_size > _MOST_EVENT:
        raise ValueError("the event's file is too large")
    try:
        issue = json.loads(path.read_text(encoding="utf-8"))["issue"]
        number, body = issue["number"], issue.get("body")
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("the event's file tells of no issue") from error
    if type(number) is not int or number < 1:
        raise ValueError("the issue has no number")
    return Issue(number=number, body=body if isinstance(body, str) else "")


def suggest(
    issue: Issue, form: Form, library: Library, root: Path, *, register: Register
) -> Proposal | str:
    """Write the record that an issue suggests; how to offer it, or what must be mended first.

    `register` adds a work to the library as `briefs add` does. Writes nothing where something must
    be mended.
    """
    given = answers(issue.body, form)
    if not given:
        return _reply((Fault(question="", message="It was not made with the form."),), form)
    suggestion, faults = judge(given, form, library.vocabulary)
    if suggestion is None:
        return _reply(faults, form)
    entry = entry_for(suggestion, issue.number, library, root, register)
    if isinstance(entry, Fault):
        return _reply((entry,), form)
    study = _free_id(entry, issue.number, root)
    if not study:
        message = "A record of this name exists already."
        return _reply((Fault(question="identifier", message=message),), form)
    path = f"{STUDIES_FOLDER}/{study}.yaml"
    data = record(suggestion, key=entry.key, title=entry.title, design=entry.design)
    put(root / path, dump_record(data), root / WORK_FOLDER)
    return Proposal(
        id=study,
        number=issue.number,
        paths=(path, *entry.paths),
        title=f"Add the study {study}",
        message=f"Add the study {study}\n\nSuggested in #{issue.number}.\n",
        body=_body(issue, suggestion, entry, _remarks(root)),
    )


def dump_record(data: Mapping[str, Any]) -> str:
    """A record in its one form, read back as the same data whatever texts it holds."""
    text = yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=100)
    if read_yaml(text, "")[0] != data:
        # That library writes for YAML 1.1. JSON is YAML in which every text is in quotes.
        text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    text = SCHEMA_LINE + text
    return format_yaml(text, STUDIES_FOLDER, Study)[0] or text


def _form(path: Path) -> Form:
    form, problems = read_form(path.read_text(encoding="utf-8"), path.as_posix())
    if form is None:
        raise ValueError(f"{path} holds no form: {problems[0].message if problems else 'no body'}")
    return form


def _registrar(environment: Mapping[str, str]) -> Register:
    today: date = datetime.now(UTC).date()

    def register(root: Path, identifier: str, say: Say) -> int:
        return add(root, identifier, environment=environment, say=say, today=today)

    return register


def _free_id(entry: Entry, number: int, root: Path) -> str:
    """The record's id: the work's key, or with the issue's number where that is taken; or none.

    The stub that came with a new entry is the one file that may be written over.
    """
    base = slugify(entry.key)
    if entry.paths:
        return "" if slug_fault(base) else base
    names = (base, f"{base}-{number}") if not entry.note else (base,)
    good = (name for name in names if not slug_fault(name))
    return next((n for n in good if not (root / STUDIES_FOLDER / f"{n}.yaml").exists()), "")


def _remarks(root: Path) -> tuple[str, ...]:
    """What a check of the whole site says now, errors only."""
    return tuple(as_text(p) for p in examine(root).problems if p.severity is Severity.ERROR)


def _reply(faults: Sequence[Fault], form: Form) -> str:
    """The answer to an issue that must be mended."""
    return "\n".join(_reply_lines(faults, form)) + "\n"


def _reply_lines(faults: Sequence[Fault], form: Form) -> Iterator[str]:
    yield "Thank you for the suggestion. Before it can become a record, this is to be mended:"
    yield ""
    for fault in faults[:_MOST_SHOWN]:
        label = f"**{harmless(form.label(fault.question))}:** " if fault.question else ""
        yield f"- {label}{harmless(f'{fault.message} {fault.hint}'.strip())}"
    if len(faults) > _MOST_SHOWN:
        yield f"- ... and {len(faults) - _MOST_SHOWN} more of the kind."
    yield ""
    yield "Please edit the issue, or send the form again. Then a maintainer sets the label anew."


def _body(issue: Issue, suggestion: Suggestion, entry: Entry, remarks: Sequence[str]) -> str:
    """The pull request's text; what others wrote stands in blocks of code."""
    parts = [
        f"Closes #{issue.number}. A program made this from the issue, by rule: it judged nothing.",
        "Before it lands, please compare with the source:\n\n"
        "- [ ] the statement says no more than the source, in our own words\n"
        "- [ ] design, outcome, population, direction and basis are right\n"
        "- [ ] the place in the source is right, and the quotation is word for word\n\n"
        "If no check runs here, close this pull request and open it again: that starts it.",
    ]
    if entry.note:
        parts.append(f"**Still to be done:**\n\n{fenced(entry.note)}")
    if remarks:
        listed = "\n".join(remarks[:_MOST_SHOWN])
        more = len(remarks) - _MOST_SHOWN
        parts.append(f"`briefs check` says ({len(remarks)}):\n\n{fenced(listed)}")
        parts.extend([f"... and {more} more."] if more > 0 else [])
    parts.append(f"Why it matters, as the issue says:\n\n{fenced(suggestion.why)}")
    return "\n\n".join(parts) + "\n"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
