"""Rules about how strongly a claim speaks: its words are bound to its standing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from generator.appraise import AppraisedClaim, Evidence
from generator.check.claims import settled
from generator.check.phrases import has_word, plain_hits
from generator.check.rule import Fault
from generator.check.sentences import Sentence, clauses_of, sentences_of
from generator.library import WORDING_PATH, Brief, Library
from generator.model import Hedges, Standing, Wording
from generator.problem import Place
from generator.prose import Block, Quote, inlines_of, plain

_FRONT_MATTER_LINE = 2
_MOST_SHOWN = 40
# 'More likely' compares; it is no hedge.
_COMPARED = ("more", "less", "as")
# What a claim may also say: it may always be more careful than it must be.
_MORE_CAREFUL: dict[Standing, tuple[Standing, ...]] = {
    "well-supported": ("supported", "early"),
    "supported": ("early",),
    "mixed": ("early",),
}


def overclaim(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim speaks no more strongly than its standing allows.

    At least one of its sentences has a word that the standing asks for. Every other sentence has
    one too, or says in which work it was found and cites it, or says that something is not known.
    None has a word of a higher standing, unless it denies it.
    """
    for claim in settled(library, evidence):
        strong = [*_too_strong(library.wording, claim)]
        yield from strong
        yield from _without_hedge(library.wording, claim, told=bool(strong))


def _without_hedge(wording: Wording, claim: AppraisedClaim, *, told: bool) -> Iterator[Fault]:
    """Sentences without a word that they need; a claim without any is not told twice where one of
    its words was `told` to be too strong."""
    needed = needed_words(wording, claim)
    if not needed:
        return
    sentences = [s for s in sentences_of(claim.claim.statement.children) if not s.asks]
    if not any(has_word(sentence.text, needed) for sentence in sentences):
        if not told:
            what = f"the claim '{claim.id}' says more than its evidence"
            yield _fault(wording, claim, what, needed)
        return
    allowed = (*needed, *_careful(wording, claim), *wording.limits)
    for sentence in sentences:
        if not has_word(sentence.text, allowed) and not _reports(wording, sentence):
            what = f"the claim '{claim.id}' says more than its evidence in '{_short(sentence)}'"
            yield _fault(wording, claim, what, needed)


def _reports(wording: Wording, sentence: Sentence) -> bool:
    """Whether a sentence says in which of its cited works something was found."""
    named = sentence.names_source or has_word(sentence.text, wording.sources)
    return bool(sentence.citations) and named


def _too_strong(wording: Wording, claim: AppraisedClaim) -> Iterator[Fault]:
    if claim.appraisal.standing == "well-supported":
        return
    needed = needed_words(wording, claim)
    for sentence in sentences_of(claim.claim.statement.children):
        strong = wording.certain
        if not has_word(sentence.text, needed):
            strong += _of_higher_standing(wording, claim)
        for clause in clauses_of(sentence.text):
            if has_word(clause, wording.limits):
                continue
            for hit in plain_hits(clause, strong, (*wording.negations, *_COMPARED)):
                what = f"the claim '{claim.id}' says '{hit.word}', which is too strong for it"
                yield _fault(wording, claim, what, needed)


def _of_higher_standing(wording: Wording, claim: AppraisedClaim) -> tuple[str, ...]:
    if claim.appraisal.standing == "supported":
        return ()
    own = {*needed_words(wording, claim), *_careful(wording, claim)}
    return tuple(word for word in hedges_of(wording, "supported").needs if word not in own)


def _fault(wording: Wording, claim: AppraisedClaim, what: str, needed: tuple[str, ...]) -> Fault:
    standing = hedges_of(wording, claim.appraisal.standing)
    return Fault(
        place=claim.claim.statement.place,
        message=f"{what}: its standing is '{standing.label}' ({standing.meaning})",
        hint="Use one of: " + ", ".join(needed[:_MOST_SHOWN]) + "." if needed else "",
    )


def _short(sentence: Sentence, most: int = 60) -> str:
    text = sentence.text
    return text if len(text) <= most else text[: most - 3].rsplit(" ", 1)[0] + " ..."


def hedges_of(wording: Wording, standing: Standing) -> Hedges:
    """What the wording says of a standing; nothing but its name where that is missing."""
    return wording.standings.get(standing) or Hedges(label=standing, meaning=standing)


def unworded_standing(library: Library, _: Evidence) -> Iterator[Fault]:
    """Every standing has its label and its words, because evidence may come to stand any way."""
    for standing in get_args(Standing):
        if standing not in library.wording.standings:
            yield Fault(
                place=Place(path=WORDING_PATH, keys=("standings",)),
                message=f"the wording says nothing of the standing '{standing}'",
                hint=f"Add `{standing}` with `label`, `meaning` and the words that it `needs`.",
            )


def needed_words(wording: Wording, claim: AppraisedClaim) -> tuple[str, ...]:
    """The words of which a claim needs one; empty when it may speak plainly.

    A supported claim may also use the words of early evidence. A theme may instead be attributed
    to the people who report it.
    """
    standing = claim.appraisal.standing
    needs = hedges_of(wording, standing).needs
    if needs and standing == "supported":
        needs += hedges_of(wording, "early").needs
    if needs and claim.appraisal.subject.kind == "theme" and standing != "open":
        needs += wording.reporting
    return needs


def _careful(wording: Wording, claim: AppraisedClaim) -> tuple[str, ...]:
    weaker = _MORE_CAREFUL.get(claim.appraisal.standing, ())
    return tuple(word for standing in weaker for word in hedges_of(wording, standing).needs)


def refused_word(library: Library, _: Evidence) -> Iterator[Fault]:
    """No brief uses a word that no evidence could carry, such as 'proves' or 'always'.

    To deny it is fine ('not always'), and so are the words of others in a quotation.
    """
    wording = library.wording
    for brief in library.briefs.values():
        for place, text in prose_of(brief):
            for hit in plain_hits(text, wording.refused, wording.negations):
                yield Fault(
                    place=place,
                    message=f"'{hit.word}' says what no evidence can carry",
                    hint="Say what was found, in whom, and how sure we are.",
                )


def prose_of(brief: Brief) -> Iterator[tuple[Place, str]]:
    """Every run of a brief's own prose with its place: its head, and all blocks but quotations."""
    head = Place(path=brief.path, line=_FRONT_MATTER_LINE)
    for name in ("title", "summary", "question"):
        yield head.at(name), getattr(brief.front, name) or ""
    for block in brief.blocks:
        if not isinstance(block, Quote):
            yield from ((place_of(block), plain(run)) for run in inlines_of(block))


def place_of(block: Block) -> Place:
    """Where the prose of a block stands: a claim's in its paragraph."""
    statement = getattr(block, "statement", None)
    place: Place = statement.place if statement is not None else block.place
    return place
