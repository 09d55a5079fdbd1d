"""From the answers of the registries to one ledger entry. Pure: the date is an argument.

What is unreachable proves nothing: it makes no work wrong, no work clean, and takes back no
retraction that was known before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from generator.ledger import fingerprint
from generator.model import Difference, LedgerEntry, LedgerState, Notice, Work, WorkStanding
from generator.verify.fold import same_journal
from generator.verify.match import Comparison, compare
from generator.verify.record import Answer, Missing, Record, Registry, Unreachable, Update
from generator.verify.standing import merged, standing_of

# Which registries hear of retractions from publishers or from their own readers.
_TELL_NOTICES: frozenset[Registry] = frozenset({"Crossref", "PubMed"})
_NOTICE_TITLE = re.compile(
    r"\W*(?:(?:notice of |statement of )?retraction(?: notice| note)?(?: to| of| for)?\s*:"
    r"|retraction (?:notice|note|of:|to:)|notice of retraction"
    r"|(?:editorial )?expression of concern)",
    re.IGNORECASE,
)
_PREPRINTS = re.compile(r"rxiv|preprint|research square|ssrn|\bosf\b|f1000", re.IGNORECASE)
_BAD: frozenset[WorkStanding] = frozenset(
    {"retracted", "partially-retracted", "concern", "corrected", "reinstated"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The answers about one work, by the field of ours that was asked for (doi, pmid, pmcid);
    OpenAlex as the `third` witness; and what the Retraction Watch file says, if there is one."""

    answers: tuple[tuple[str, Answer], ...] = ()
    third: Answer | None = None
    database: tuple[Update, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A ledger entry, and the identifiers by which the registries know the work."""

    entry: LedgerEntry
    identifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """The answers about a work, sorted by what they are worth."""

    work: Work
    heard: Heard
    same: tuple[tuple[str, Record, Comparison], ...]
    wrong: tuple[tuple[str, Record, Comparison], ...]
    notices: tuple[Record, ...]
    missing: tuple[tuple[str, Registry], ...]
    silent: tuple[Unreachable, ...]


def judge(work: Work, heard: Heard, today: date, prior: LedgerEntry | None) -> Verdict:
    """What the ledger shall say of a work, given the answers and what it said before."""
    weighed = _weigh(work, heard)
    state, differs = _state(weighed)
    standing, notices, doubt = _standing(weighed, state)
    entry = LedgerEntry(
        key=work.key,
        state=state,
        standing=standing,
        checked=None if state == "no-identifier" else today,
        source=_source(weighed, state),
        differs=differs,
        fingerprint=fingerprint(work),
        notices=notices,
        notes=(*_notes(weighed, state), *doubt),
    )
    return Verdict(entry=_beside(prior, entry, weighed), identifiers=_identifiers(weighed))


def _weigh(work: Work, heard: Heard) -> _Weighed:
    same: list[tuple[str, Record, Comparison]] = []
    wrong: list[tuple[str, Record, Comparison]] = []
    notices: list[Record] = []
    missing: list[tuple[str, Registry]] = []
    silent: list[Unreachable] = []
    for name, answer in heard.answers:
        if isinstance(answer, Missing):
            missing.append((name, answer.registry))
        elif isinstance(answer, Unreachable):
            silent.append(answer)
        else:
            compared = compare(work, answer)
            if _is_notice(work, answer, compared):
                notices.append(answer)
            else:
                (same if compared.same else wrong).append((name, answer, compared))
    if silent and not (same or wrong or notices or missing) and isinstance(heard.third, Record):
        compared = compare(work, heard.third)
        if compared.same:
            same.append(("doi", heard.third, compared))
    return _Weighed(
        work=work,
        heard=heard,
        same=tuple(same),
        wrong=tuple(wrong),
        notices=tuple(notices),
        missing=tuple(missing),
        silent=tuple(silent),
    )


def _is_notice(work: Work, record: Record, compared: Comparison) -> bool:
    """A notice of retraction or concern often bears the paper's own title; what corrects another
    work under the title that we cite is a new edition of it."""
    if _NOTICE_TITLE.match(record.title) and not _NOTICE_TITLE.match(work.title):
        return True
    if record.notice_of == "correction":
        return compared.title not in {"same", "alike"}
    return record.notice_of is not None


def _state(weighed: _Weighed) -> tuple[LedgerState, tuple[Difference, ...]]:
    if not weighed.heard.answers:
        return "no-identifier", ()
    if weighed.notices:
        return "notice", tuple(_elsewhere(weighed))
    if weighed.wrong:
        return "wrong-work", tuple(_elsewhere(weighed))
    if weighed.missing:
        return "not-found", tuple(_elsewhere(weighed))
    if not weighed.same:
        return "unreachable", ()
    differs = tuple(_differences(weighed))
    return ("differs" if differs else "verified"), differs


def _elsewhere(weighed: _Weighed) -> Iterator[Difference]:
    """Which identifiers lead elsewhere, and where to; with what differs if none leads here."""
    for record in weighed.notices:
        yield Difference(field="title", ours=weighed.work.title, theirs=record.title)
    for name, record, compared in weighed.wrong:
        if weighed.same:
            ours = getattr(weighed.work, name)
            yield Difference(field=name, ours=ours, theirs=f"belongs to: {record.title}")
        else:
            yield from compared.differs
    for name, _ in weighed.missing:
        theirs = next((getattr(r, name) for _, r, _ in weighed.same if getattr(r, name)), "")
        yield Difference(field=name, ours=getattr(weighed.work, name), theirs=theirs)


def _differences(weighed: _Weighed) -> Iterator[Difference]:
    """The fields that no registry confirms, each as the first registry tells it."""
    preprint = next((r for _, r, c in weighed.same if _is_preprint_of(weighed.work, r)), None)
    if preprint is not None:
        theirs = preprint.published_as or "a preprint, not the published paper"
        yield Difference(field="doi", ours=weighed.work.doi, theirs=theirs)
    confirmed = {field for _, _, compared in weighed.same for field in compared.agrees}
    if preprint is not None:
        confirmed |= {"container", "volume", "pages", "year"}
    told: set[str] = set()
    for _, _, compared in weighed.same:
        for difference in compared.differs:
            if difference.field not in confirmed | told:
                told.add(difference.field)
                yield difference
    yield from _other_doi(weighed)


def _is_preprint_of(work: Work, record: Record) -> bool:
    """Whether a record is a preprint of what we cite as published elsewhere."""
    if not record.preprint or not work.container or _PREPRINTS.search(work.container):
        return False
    return not any(same_journal(work.container, host) for host in record.containers)


def _other_doi(weighed: _Weighed) -> Iterator[Difference]:
    """PubMed knows the work by another DOI, and no registry of DOIs confirms ours."""
    if not weighed.work.doi or any(name == "doi" for name, _, _ in weighed.same):
        return
    for _, record, _ in weighed.same:
        if record.doi and record.doi != weighed.work.doi.lower():
            yield Difference(field="doi", ours=weighed.work.doi, theirs=record.doi)
            return


def _standing(
    weighed: _Weighed, state: LedgerState
) -> tuple[WorkStanding, tuple[Notice, ...], tuple[str, ...]]:
    """How the work stands, the notices, and what is doubtful about it."""
    if state in {"wrong-work", "notice", "not-found", "no-identifier"}:
        return "unknown", (), ()
    records = [record for _, record, _ in weighed.same]
    third = weighed.heard.third
    if isinstance(third, Record) and third not in records and compare(weighed.work, third).same:
        records.append(third)
    updates = [*(weighed.heard.database or ())]
    updates += [update for record in records for update in record.updates]
    doubt: tuple[str, ...] = ()
    tellers = {record.registry for record in records} & _TELL_NOTICES
    if any(record.flagged for record in records) and not _retracts(updates):
        if tellers:
            doubt = (f"OpenAlex marks it as retracted; {_listed(sorted(tellers))} do not.",)
        else:
            updates.append(Update(kind="retraction", witness="Retraction Watch"))
    notices = merged(updates)
    standing = standing_of(notices)
    if standing == "clean" and (doubt or weighed.silent or not _can_clear(weighed, records)):
        standing = "unknown"
    return standing, notices, doubt


def _retracts(updates: list[Update]) -> bool:
    return any(update.kind in {"retraction", "partial-retraction"} for update in updates)


def _can_clear(weighed: _Weighed, records: list[Record]) -> bool:
    """Whether one was asked who would know of a retraction."""
    knowing = _TELL_NOTICES | {"OpenAlex"}
    return weighed.heard.database is not None or any(r.registry in knowing for r in records)


def _source(weighed: _Weighed, state: LedgerState) -> str:
    """The registries on which the state rests."""
    match state:
        case "wrong-work":
            names = [record.registry for _, record, _ in weighed.wrong]
        case "notice":
            names = [record.registry for record in weighed.notices]
        case "not-found":
            names = [registry for _, registry in weighed.missing]
        case "unreachable":
            names = [silent.registry for silent in weighed.silent]
        case _:
            names = [record.registry for _, record, _ in weighed.same]
    return _listed(list(dict.fromkeys(names)))


def _notes(weighed: _Weighed, state: LedgerState) -> Iterator[str]:
    for silent in weighed.silent:
        yield f"{silent.registry} could not be asked: {silent.reason}."
    for record in weighed.notices:
        what = record.notice_of or "retraction"
        yield f"The identifier is that of a notice ({what}): cite the work itself."
    for name, record, _ in weighed.wrong:
        yield f"The {name.upper()} belongs to another work: {record.title}"
    for name, registry in weighed.missing:
        yield f"{registry} does not know the {name.upper()} {getattr(weighed.work, name)}."
    if state == "differs":
        fields = {difference.field for difference in _differences(weighed)}
        for _, _, compared in weighed.same:
            if {difference.field for difference in compared.differs} & fields:
                yield from compared.notes
                break
    for _, record, _ in weighed.same:
        if record.preprint and record.published_as:
            yield f"The DOI is that of a preprint; the published paper is {record.published_as}."


def _identifiers(weighed: _Weighed) -> frozenset[str]:
    """The DOIs and PMIDs of the work, ours and those the registries add; ours only where none of
    them leads elsewhere."""
    work, third = weighed.work, weighed.heard.third
    records = [record for _, record, _ in weighed.same]
    if records and isinstance(third, Record) and compare(work, third).same:
        records.append(third)
    found = {name for record in records for name in (record.doi, record.pmid)}
    if not (weighed.wrong or weighed.missing or weighed.notices):
        found |= {work.doi.lower(), work.pmid}
    return frozenset(found - {""})


def _beside(prior: LedgerEntry | None, entry: LedgerEntry, weighed: _Weighed) -> LedgerEntry:
    """The new entry, unless there is nothing to ask, or the silence of a registry would hide what
    was known before."""
    if prior is None or prior.fingerprint != entry.fingerprint:
        return entry
    if entry.state == "no-identifier" == prior.state:
        return prior
    if not weighed.silent:
        return entry
    if entry.state == "unreachable" and prior.state not in {"unchecked", "unreachable"}:
        return prior
    if prior.standing in _BAD and entry.standing in {"clean", "unknown"}:
        return replace(entry, standing=prior.standing, notices=prior.notices)
    return entry


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
