"""What fits on the first page of a printed brief: its messages, what speaks against them, who took
part, and how recent all this is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from generator.appraise import AppraisedClaim
from generator.model import Study
from generator.render import words
from generator.render.pdf_teller import Teller
from generator.render.pdf_views import Contrary, Message, Sureness

MESSAGES_IN_FULL: Final = 7
CONTRARY_SHOWN: Final = 3
A_SUMMARY: Final = 5


def warnings(teller: Teller) -> Iterator[str]:
    """A sentence for each retracted work that the brief names."""
    for key in teller.context.references:
        if key in teller.used and teller.library.is_retracted(key):
            yield f"{teller.named[key]} was retracted. It counts for nothing here."


def messages(teller: Teller) -> Iterator[Message]:
    """Every claim where they are few, else one message a section.

    A brief that begins with a section of many claims has made its own choice: these it is.
    """
    chosen = _main_claims(teller.claims)
    in_full = len(teller.claims) <= MESSAGES_IN_FULL or len(chosen) < len(teller.claims)
    sections: dict[str, list[AppraisedClaim]] = {}
    for claim in chosen:
        sections.setdefault(claim.text if in_full else _heading(claim), []).append(claim)
    for text, claims in sections.items():
        yield Message(
            anchor=teller.anchor(claims[0]),
            text=text,
            sureness=tuple(_sureness(teller, claim, len(claims)) for claim in claims),
        )


def more(teller: Teller) -> str:
    """How many claims page one does not name; empty where it names them all."""
    n = len(teller.claims) - len(_main_claims(teller.claims))
    if n == 0:
        return ""
    return f"{words.counted(n, 'more claim follows', 'more claims follow')} in the brief."


def contrary(teller: Teller) -> tuple[Contrary, ...]:
    """The strongest findings against the brief's claims; each study and subject once."""
    return tuple(islice(_contrary(teller), CONTRARY_SHOWN))


def tested(teller: Teller) -> Iterator[str]:
    """Who took part in the studies that count for or against the claims, in sentences."""
    appraisals = [claim.appraisal for claim in teller.claims]
    votes = [vote for made in appraisals for vote in (*made.pro, *made.con)]
    studies = {vote.study_id: vote.study for vote in votes}
    primary = [study for study in studies.values() if not study.is_review]
    yield f"The claims are about {teller.library.vocabulary.own_group}."
    reviews = len(studies) - len(primary)
    sizes = [study.n for study in primary if study.n is not None]
    counted = words.counted(len(primary), "study", "studies")
    yield (
        f"They rest on {counted} and {words.counted(reviews, 'review', 'reviews')};"
        f" in the {len(sizes)} that give a number, {words.people(sum(sizes))} took part."
    )
    designs = Counter(words.DESIGNS[study.design] for study in primary)
    if designs:
        most = [f"{name} ({n})" for name, n in _largest(designs)]
        yield f"Most frequent kinds of study: {', '.join(most)}."
    countries = Counter(_countries(primary))
    if countries:
        most = [f"{name} ({n})" for name, n in _largest(countries)]
        yield f"Most frequent countries: {', '.join(most)}."


def checked(teller: Teller) -> str:
    """How many of the works that the brief names were looked up, and when."""
    entries = [teller.library.checked(key) for key in sorted(teller.used)]
    looked_up = [entry for entry in entries if entry.state not in _NOT_LOOKED_UP]
    dates = [entry.checked for entry in looked_up if entry.checked]
    retracted = sum(entry.standing == "retracted" for entry in entries)
    works = words.counted(len(entries), "work", "works")
    if not looked_up:
        return f"None of the {works} has been checked against a registry yet."
    last = f", last on {max(dates).day} {max(dates):%B %Y}" if dates else ""
    return (
        f"{len(looked_up)} of {works} were looked up in registries{last};"
        f" {retracted or 'none'} {'is' if retracted == 1 else 'are'} marked as retracted."
    )


_NOT_LOOKED_UP: Final = frozenset({"unchecked", "unreachable", "no-identifier"})


def _heading(claim: AppraisedClaim) -> str:
    return claim.claim.heading or claim.text


def _main_claims(claims: tuple[AppraisedClaim, ...]) -> tuple[AppraisedClaim, ...]:
    first = [c for c in claims if _heading(c) == _heading(claims[0])]
    return tuple(first) if len(first) >= A_SUMMARY else claims


def _sureness(teller: Teller, claim: AppraisedClaim, together: int) -> Sureness:
    return Sureness(
        about=teller.label(claim) if together > 1 else "",
        badge=teller.badge(claim),
    )


def _contrary(teller: Teller) -> Iterator[Contrary]:
    against = [
        (entry, claim)
        for claim in teller.claims
        if claim.appraisal.standing != "contradicted"
        for entry in claim.appraisal.con_entries
    ]
    told: set[str] = set()
    shown_subjects: set[str] = set()
    for entry, claim in sorted(against, key=lambda pair: pair[0].rank):
        about, direction = teller.label(claim), entry.finding.direction
        if entry.study_id in told or about in shown_subjects:
            continue
        told.add(entry.study_id)
        shown_subjects.add(about)
        said = teller.finding(entry, words.DIRECTIONS[direction][1], direction or "")
        yield Contrary(about=about, said=said)


def _largest(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:3]


def _countries(studies: Iterable[Study]) -> Iterator[str]:
    for study in studies:
        yield from (part.strip() for part in (study.country or "").split(",") if part.strip())
