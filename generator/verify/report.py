"""What a run found, in lines for people; and the kinds of fault, for whoever counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from generator.model import LedgerEntry
from generator.report import counted

_FAULTY = frozenset({"wrong-work", "not-found", "notice", "differs"})
_BAD = frozenset({"retracted", "partially-retracted", "concern"})
_SAYS = {
    "wrong-work": "another work",
    "not-found": "not found",
    "notice": "a notice, not the work",
    "differs": "differs",
}
SAME_WORK = "The same work as "


def is_faulty(entry: LedgerEntry) -> bool:
    """Whether a person must mend something; what could not be asked is no fault."""
    return entry.state in _FAULTY or entry.standing in _BAD or bool(twins(entry))


def twins(entry: LedgerEntry) -> tuple[str, ...]:
    """The notes that name other entries for the same work."""
    return tuple(note for note in entry.notes if note.startswith(SAME_WORK))


def lines(entries: Iterable[LedgerEntry]) -> Iterator[str]:
    """A line for each fault, by key, with what differs, ours and theirs."""
    for entry in sorted(entries, key=lambda each: each.key):
        if entry.state in _FAULTY:
            told = [f"{d.field}: ours '{d.ours}', theirs '{d.theirs}'" for d in entry.differs]
            yield f"{entry.key}: {_SAYS[entry.state]} ({entry.source}). " + "; ".join(told)
        if entry.standing in _BAD:
            yield f"{entry.key}: {entry.standing.replace('-', ' ')}. {_notices(entry)}"
        yield from (f"{entry.key}: {note}" for note in twins(entry))
        if entry.state == "unreachable":
            yield f"{entry.key}: not known today. {' '.join(entry.notes)}"


def summary(entries: Mapping[str, LedgerEntry]) -> str:
    """How many works are in which state and standing, in one line."""
    states = Counter(entry.state for entry in entries.values())
    standings = Counter(e.standing for e in entries.values() if e.standing not in {"unknown"})
    told = ", ".join(f"{n} {name}" for name, n in sorted(states.items()))
    stood = ", ".join(f"{n} {name}" for name, n in sorted(standings.items()))
    return f"{counted({'works': len(entries)})}: {told}" + (f"; standing: {stood}" if stood else "")


def _notices(entry: LedgerEntry) -> str:
    told = (
        f"{notice.kind} {notice.date} {notice.identifier} ({', '.join(notice.witnesses)})"
        for notice in entry.notices
    )
    return "; ".join(" ".join(each.split()) for each in told)
