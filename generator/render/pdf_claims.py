"""What a printed claim says: its standing, who speaks for it, who does not, and who is only named.

A page of the site can unfold; paper cannot, so this module decides what is told in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.appraise import AppraisedClaim, Entry, Vote
from generator.model import Study
from generator.render import words
from generator.render.pdf_teller import Teller
from generator.render.pdf_views import Group, PrintedClaim, Said
from generator.render.typst import Typst


def printed_claim(teller: Teller, claim: AppraisedClaim, statement: Typst) -> PrintedClaim:
    """A claim with the evidence on both sides."""
    appraisal = claim.appraisal
    subject = appraisal.subject
    badge = teller.badge(claim)
    population = teller.library.vocabulary.populations[subject.population].label
    is_outcome = subject.kind == "outcome"
    return PrintedClaim(
        anchor=teller.anchor(claim),
        statement=statement,
        badge=badge,
        why=" ".join([badge.meaning, *words.reasons(appraisal)]),
        about=f"{teller.label(claim)}, in {words.uncapitalised(population)}",
        is_outcome=is_outcome,
        pro=_said(teller, appraisal.pro, weaker=not is_outcome),
        con=_said(teller, appraisal.con, weaker=not is_outcome),
        apart=tuple(_apart(teller, claim, is_outcome)),
    )


def _said(teller: Teller, votes: Iterable[Vote], *, weaker: bool) -> tuple[Said, ...]:
    """What each study says, the strongest first; weaker kinds only where all are."""
    kept = [vote for vote in votes if weaker or vote.lane != "other"]
    return tuple(_one_said(teller, vote) for vote in sorted(kept, key=_rank))


def _one_said(teller: Teller, vote: Vote) -> Said:
    entry = min(
        (entry for entry in vote.entries if entry.lane == vote.lane),
        key=lambda entry: (
            entry.finding.direction != vote.direction,
            entry.finding.direction == "benefit",
            entry.rank,
        ),
    )
    return teller.finding(entry, words.DIRECTIONS[vote.direction][1], vote.direction or "")


def _rank(vote: Vote) -> tuple[int, int, str, str]:
    return min(entry.rank for entry in vote.entries if entry.lane == vote.lane)


def _apart(teller: Teller, claim: AppraisedClaim, is_outcome: bool) -> Iterator[Group]:
    """Studies that are named only: weaker kinds, and findings that count for nothing."""
    appraisal = claim.appraisal
    sides = (
        ("Weaker kinds of study that point this way", appraisal.pro),
        ("Weaker kinds of study that do not", appraisal.con),
    )
    for label, votes in sides if is_outcome else ():
        yield from _group(teller, label, (v.study for v in votes if v.lane == "other"))
    groups: dict[str, list[Study]] = {}
    for entry in appraisal.aside:
        groups.setdefault(_why_aside(teller, entry), []).append(entry.study)
    for label, studies in groups.items():
        yield from _group(teller, f"Shown but not counted, {label}", studies)


def _group(teller: Teller, label: str, studies: Iterable[Study]) -> Iterator[Group]:
    keys = dict.fromkeys(study.reports[0] for study in studies)
    ordered = [key for key in teller.context.references if key in keys]
    teller.used.update(ordered)
    if ordered:
        yield Group(label=label, works=tuple(teller.named[key] for key in ordered))


def _why_aside(teller: Teller, entry: Entry) -> str:
    group = entry.study.group
    if entry.retracted:
        return "because the work was retracted"
    if group:
        return f"because the people were {teller.library.vocabulary.groups[group].label}"
    return "because it only describes"
