"""Rules about the ledger: what registries said of a work, and what must follow from it."""

from __future__ import annotations

from collections.abc import Iterator

from generator.appraise import AppraisedClaim, Evidence
from generator.check.rule import Fault
from generator.ledger import fingerprint, ledger_path, ledger_place
from generator.library import LIBRARY_PATH, Library, work_place
from generator.model import Difference, LedgerEntry
from generator.problem import Place, Severity
from generator.prose import citations_in

_NOT_THIS_WORK = {
    "wrong-work": "its identifier belongs to another work",
    "not-found": "no registry knows its identifier",
    "notice": "its identifier belongs to a notice about the work, not to the work",
}
_IDENTITY = frozenset({"doi", "pmid", "pmcid"})


def ledger_orphan(library: Library, _: Evidence) -> Iterator[Fault]:
    """Every ledger file is about a work of the library."""
    if LIBRARY_PATH in library.broken:
        return
    for key in library.ledger:
        if key not in library.works:
            yield Fault(
                place=ledger_place(key),
                message=f"the ledger has a file for '{key}', which is no entry of {LIBRARY_PATH}",
                hint="Delete the file, or rename it and its key if the work has another key now.",
                severity=Severity.WARNING,
            )


def ledger_missing(library: Library, _: Evidence) -> Iterator[Fault]:
    """Once registries were asked about any work, they are asked about each that they may know."""
    if not library.ledger:
        return
    for key, work in library.works.items():
        asked = key in library.ledger or ledger_path(key) in library.broken
        if (work.doi or work.pmid) and not asked:
            yield Fault(
                place=work_place(key),
                message=f"no registry was asked about '{key}' yet",
                hint=f"Run `briefs verify {key}`; until then pages say that it is not checked.",
                severity=Severity.WARNING,
            )


def ledger_stale(library: Library, _: Evidence) -> Iterator[Fault]:
    """An entry that was edited after the registries were asked is checked again."""
    for key, entry in _known(library):
        if _is_stale(library, entry):
            yield Fault(
                place=work_place(key),
                message=f"'{key}' was edited after it was checked{_on(entry)}",
                hint=f"Run `briefs verify {key}`.",
                severity=Severity.WARNING,
            )


def ledger_mismatch(library: Library, _: Evidence) -> Iterator[Fault]:
    """A work is what its identifiers lead to, and its entry says what registries say of it."""
    for key, entry in _known(library):
        if entry.state not in {*_NOT_THIS_WORK, "differs"} or _is_stale(library, entry):
            continue
        if entry.state in _NOT_THIS_WORK:
            yield Fault(
                place=_spot(key, entry.differs),
                message=f"'{key}' is not what it says: {_NOT_THIS_WORK[entry.state]}"
                f" ({entry.source}{_on(entry)}){_told(entry.differs)}",
                hint=" ".join(entry.notes)
                or f"Look the work up with `briefs verify --suggest {key}`.",
            )
        else:
            yield from _differences(key, entry)


def _is_stale(library: Library, entry: LedgerEntry) -> bool:
    """Whether the work's entry was edited since."""
    return bool(entry.fingerprint) and entry.fingerprint != fingerprint(library.works[entry.key])


def _differences(key: str, entry: LedgerEntry) -> Iterator[Fault]:
    for difference in entry.differs:
        yield Fault(
            place=_spot(key, (difference,)),
            message=f"'{key}' differs from {entry.source or 'the registry'}{_told((difference,))}",
            hint=f"Correct the entry and run `briefs verify {key}`.",
            severity=_weight(difference),
        )


def _weight(difference: Difference) -> Severity:
    """Another identifier and an author whom the registry does not know are errors; in everything
    else registries err as well, so that a person must look."""
    if difference.field in _IDENTITY:
        return Severity.ERROR
    added = difference.field == "authors" and difference.ours
    return Severity.ERROR if added else Severity.WARNING


def retracted_support(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """No claim rests on a work that was retracted, or on another report of the same study."""
    if not any(entry.standing == "retracted" for entry in library.ledger.values()):
        return
    for claim in evidence.all_claims:
        retracted = _retracted_works(library, claim)
        for citation in citations_in(claim.claim.statement.children):
            if citation.key in retracted:
                yield Fault(
                    place=citation.place,
                    message=f"the claim '{claim.id}' rests on"
                    f" {_gone(library, citation.key, retracted[citation.key])}",
                    hint="Take the citation out and see whether the claim still stands;"
                    f" `briefs trace {citation.key}` lists all that rests on it.",
                )


def _retracted_works(library: Library, claim: AppraisedClaim) -> dict[str, str]:
    """The works that a claim must not cite, each with the retracted work that is the reason."""
    found = {key: key for key in claim.cites if library.is_retracted(key)}
    for entry in claim.appraisal.aside:
        main, *others = entry.study.reports
        if entry.retracted and library.is_retracted(main):
            found.update((key, main) for key in others if key not in found)
    return found


def _gone(library: Library, key: str, reason: str) -> str:
    when = _when(library.checked(reason))
    if key == reason:
        return f"'{key}', which was retracted{when}"
    return f"'{key}', a report of a study whose main report '{reason}' was retracted{when}"


def _known(library: Library) -> Iterator[tuple[str, LedgerEntry]]:
    for key, entry in library.ledger.items():
        if key in library.works:
            yield key, entry


def _spot(key: str, differs: tuple[Difference, ...]) -> Place:
    """The entry, or the field of it that the first difference is about."""
    names = {"first_author": "authors", "first_page": "pages"}
    field = names.get(differs[0].field, differs[0].field) if differs else ""
    return work_place(key).at(field) if field else work_place(key)


def _told(differs: tuple[Difference, ...]) -> str:
    """What differs, after a colon; of authors only those whom one side has and the other not."""
    told = "; ".join(
        f"{d.field.replace('_', ' ')} {_quoted(d.ours)} here, {_quoted(d.theirs)} there"
        for d in differs
    )
    return f": {told}" if told else ""


def _quoted(value: str) -> str:
    return f"'{value}'" if value else "nothing"


def _on(entry: LedgerEntry) -> str:
    return f" on {entry.checked.isoformat()}" if entry.checked else ""


def _when(entry: LedgerEntry) -> str:
    notice = next((n for n in entry.notices if n.kind == "retraction"), None)
    if notice is None:
        return f" ({ledger_path(entry.key)})"
    told = ", ".join(filter(None, (notice.date, notice.identifier)))
    return f" ({told})" if told else ""
