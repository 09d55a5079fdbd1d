"""What a change does to the records themselves: studies, works, ledger, briefs and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from generator.appraise import Entry, subject_of
from generator.cite import Bibliography
from generator.contribute.diff.changes import (
    BriefChange,
    FindingChange,
    FindingLine,
    Kind,
    LedgerChange,
    StudyChange,
    TermChange,
    WorkChange,
    WorkState,
)
from generator.contribute.diff.claims import people_label, subject_label
from generator.contribute.diff.fields import changed_fields, paired, placeless
from generator.contribute.diff.sentences import changed_sentences, spoken
from generator.contribute.diff.sides import Matches, Side, paired_findings
from generator.library import (
    CITATIONS_PATH,
    FLOW_PATH,
    SYNTHESIS_PATH,
    VOCABULARY_PATH,
    WORDING_PATH,
    Library,
)
from generator.model import Study, Term
from generator.render import words
from generator.render.views import who_or_what

# A ledger file in which only these differ says the same as before.
_ASKED_AGAIN: Final = frozenset({"checked", "source", "fingerprint", "notes"})
_TERMS: Final = (
    *("outcomes", "themes", "concepts", "populations"),
    *("categories", "groups", "domains", "glossary"),
)


# --- studies ---------------------------------------------------------------------------------


def study_changes(before: Side, after: Side, matches: Matches) -> Iterator[StudyChange]:
    """Each study that differs, in the order of their names; what is gone last."""
    for was, now in matches.studies:
        old = before.library.studies[was] if was else None
        new = after.library.studies[now] if now else None
        if was != now or old != new:
            yield _study_change(before, after, was, now)


def _study_change(before: Side, after: Side, was: str | None, now: str | None) -> StudyChange:
    old = before.library.studies[was] if was else None
    new = after.library.studies[now] if now else None
    side, name = (after, now) if now else (before, was)
    study, study_id = side.library.studies[name or ""], name or ""
    both = old is not None and new is not None
    return StudyChange(
        kind=_kind(was, now),
        id=study_id,
        was=was if was and now and was != now else "",
        title=study.title,
        design=study.design,
        people=who_or_what(study),
        country=study.country or "",
        fields=changed_fields(old, new, {"findings"}) if both else (),
        findings=tuple(_finding_changes(before, after, (was, old), (now, new))),
        works=tuple(work_state(side.library, key) for key in study.reports),
    )


def _finding_changes(
    before: Side,
    after: Side,
    old: tuple[str | None, Study | None],
    new: tuple[str | None, Study | None],
) -> Iterator[FindingChange]:
    ours = {finding.id: finding for finding in old[1].findings} if old[1] else {}
    theirs = {finding.id: finding for finding in new[1].findings} if new[1] else {}
    for was, now in paired_findings(old[1], new[1]):
        first, second = ours.get(was or ""), theirs.get(now or "")
        if first == second:
            continue
        newest = after.entries[f"{new[0]}#{now}"] if now else before.entries[f"{old[0]}#{was}"]
        yield FindingChange(
            kind=_kind(was, now),
            id=newest.finding.id,
            was=was if was and now and was != now else "",
            finding=_finding_line((after if now else before).library, newest),
            fields=changed_fields(first, second, {"id"}) if first and second else (),
        )


def _finding_line(library: Library, entry: Entry) -> FindingLine:
    finding, subject = entry.finding, subject_of(entry.finding)
    return FindingLine(
        about=subject_label(library, subject.kind, subject.id),
        people=people_label(library, finding.population),
        direction=finding.direction,
        basis=finding.basis,
        statement=finding.statement,
        report=finding.source.report,
        where=finding.source.where,
        second_hand=entry.second_hand,
        effect=words.effect(finding.effect) if finding.effect else "",
    )


# --- works and ledger ------------------------------------------------------------------------


def work_changes(before: Side, after: Side, matches: Matches) -> Iterator[WorkChange]:
    """Each work whose entry differs, in the order of the library; what is gone last."""
    ours, theirs = before.library.works, after.library.works
    labels: dict[str, Bibliography] = {}
    for was, now in matches.works:
        old, new = ours.get(was or ""), theirs.get(now or "")
        work, side = (new, after) if new else (old, before)
        if work is None or old == new:
            continue
        if side.name not in labels:
            labels[side.name] = Bibliography(side.library.works.values())
        yield WorkChange(
            kind=_kind(was, now),
            key=work.key,
            was=was if was and now and was != now else "",
            title=work.title,
            cited=labels[side.name].in_text(work.key),
            fields=changed_fields(old, new, {"key"}) if old and new else (),
            state=work_state(side.library, work.key),
        )


def ledger_changes(
    before: Side, after: Side, matches: Matches
) -> tuple[tuple[LedgerChange, ...], tuple[str, ...]]:
    """Works of which the registries say something else, and those that were only asked again.

    New and removed works are left out: their state is told with them.
    """
    if not matches.works:
        return (), ()
    told: list[LedgerChange] = []
    again: list[str] = []
    for was, now in _ledger_pairs(before.library, after.library, matches):
        old, new = before.library.ledger.get(was), after.library.ledger.get(now)
        fields = changed_fields(old, new, {"key"})
        if not fields:
            continue
        if old and new and {change.field.partition(".")[0] for change in fields} <= _ASKED_AGAIN:
            again.append(now)
            continue
        work = after.library.works.get(now)
        told.append(
            LedgerChange(
                key=now,
                title=work.title if work else "",
                before=work_state(before.library, was) if old else None,
                after=work_state(after.library, now) if new else None,
                fields=fields if old and new else (),
            )
        )
    return tuple(told), tuple(again)


def _ledger_pairs(old: Library, new: Library, matches: Matches) -> Iterator[tuple[str, str]]:
    for was, now in matches.works:
        if was is not None and now is not None:
            yield was, now
    works = {*old.works, *new.works}
    yield from ((key, key) for key in sorted({*old.ledger, *new.ledger} - works))


def work_state(library: Library, key: str) -> WorkState:
    """What the ledger of a side knows of a work."""
    entry = library.checked(key)
    return WorkState(key=key, state=entry.state, standing=entry.standing)


# --- briefs, words and other files -----------------------------------------------------------


def brief_changes(before: Side, after: Side, matches: Matches) -> Iterator[BriefChange]:
    """Each brief whose text differs; lines that only moved down the file are no difference."""
    for was, now in matches.briefs:
        old = before.library.briefs.get(was or "")
        new = after.library.briefs.get(now or "")
        brief = new or old
        both = old is not None and new is not None
        if brief is None or (was == now and both and _same(old, new)):
            continue
        sentences, moved = (
            changed_sentences(list(spoken(old)), list(spoken(new))) if old and new else ((), 0)
        )
        fields = changed_fields(old.front, new.front) if old and new else ()
        yield BriefChange(
            kind=_kind(was, now),
            slug=brief.slug,
            was=was if was and now and was != now else "",
            title=brief.front.title,
            fields=fields,
            sentences=sentences,
            moved=moved,
            form=both and was == now and not (sentences or moved or fields),
        )


def _same(old: object, new: object) -> bool:
    return old == new or placeless(old) == placeless(new)


def term_changes(before: Side, after: Side) -> Iterator[TermChange]:
    """Each word of the vocabulary that differs, list by list."""
    for group in _TERMS:
        ours, theirs = _terms(before, group), _terms(after, group)
        for was, now in paired(ours, theirs):
            old, new = ours.get(was or ""), theirs.get(now or "")
            term = new or old
            if term is not None and old != new:
                yield TermChange(
                    kind=_kind(was, now),
                    group=group,
                    id=now or was or "",
                    label=term.label,
                    fields=changed_fields(old, new) if old and new else (),
                )


def _terms(side: Side, group: str) -> Mapping[str, Term]:
    terms: Mapping[str, Term] = getattr(side.library.vocabulary, group)
    return terms


def other_files(before: Side, after: Side) -> Iterator[str]:
    """The files of which more differs than studies, works, briefs and single words tell."""
    old, new = before.library, after.library
    read = {
        CITATIONS_PATH: (old.citations, new.citations),
        FLOW_PATH: (old.flow, new.flow),
        SYNTHESIS_PATH: (old.synthesis, new.synthesis),
        VOCABULARY_PATH: (old.vocabulary.own_group, new.vocabulary.own_group),
        WORDING_PATH: (old.wording, new.wording),
    }
    for path, (was, now) in read.items():
        if was != now and path not in before.unreadable | after.unreadable:
            yield path


def _kind(was: str | None, now: str | None) -> Kind:
    if was is None or now is None:
        return "added" if was is None else "removed"
    return "changed" if was == now else "renamed"
