"""Rules about how strongly a claim speaks: its words are bound to its standing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from generator.appraise import AppraisedClaim, Evidence
from generator.check.rule import Fault
from generator.library import Library
from generator.model import Wording
from generator.prose import plain


def overclaim(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim uses a word that its standing allows."""
    for claim in evidence.all_claims:
        allowed = allowed_words(library.wording, claim)
        text = plain(claim.claim.statement.children)
        if allowed and not has_word(text, allowed):
            standing = library.wording.standings[claim.appraisal.standing]
            yield Fault(
                place=claim.claim.statement.place,
                message=f"the claim '{claim.id}' says more than its evidence: its standing is"
                f" '{standing.label}' ({standing.meaning})",
                hint="Use one of: " + ", ".join(allowed) + ".",
            )


def refused_word(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """No claim uses a word that no evidence could carry, such as 'proves' or 'always'."""
    for claim in evidence.all_claims:
        text = plain(claim.claim.statement.children)
        for word in library.wording.refused:
            if has_word(text, (word,)):
                yield Fault(
                    place=claim.claim.statement.place,
                    message=f"the claim '{claim.id}' says '{word}', which no evidence can carry",
                    hint="Say what was found, in whom, and how sure we are.",
                )


def allowed_words(wording: Wording, claim: AppraisedClaim) -> tuple[str, ...]:
    """The words of which a claim needs one; empty when it may speak plainly.

    A claim may always be more careful than it must be, so a supported one may also use the
    words of early evidence. A theme may instead be attributed to the people who report it.
    """
    standing = claim.appraisal.standing
    needs = wording.standings[standing].needs
    if needs and standing == "supported":
        needs += wording.standings["early"].needs
    if needs and claim.appraisal.subject.kind == "theme" and standing != "open":
        needs += wording.reporting
    return needs


def has_word(text: str, words: Iterable[str]) -> bool:
    """Whether a text holds one of the words or phrases, whole and in any case."""
    return _pattern(tuple(words)).search(" ".join(text.split())) is not None


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)", re.IGNORECASE)
