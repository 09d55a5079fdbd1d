"""Rules that hold a claim's words against its block: which way, about what, and about whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from generator.appraise import AppraisedClaim, Entry, Evidence
from generator.check.claims import entries_cited, settled
from generator.check.phrases import Hit, follows, has_word, hits
from generator.check.rule import Fault
from generator.check.sentences import Passage, sentences_of
from generator.check.wording import hedges_of, needed_words
from generator.library import Library
from generator.model import Outcome, Term, Wording

Side: TypeAlias = Literal["benefit", "harm", "no-difference"]

_COUNT = re.compile(r"\s+than\s+(?:half|one|two|three|four|five|six|seven|eight|nine|ten|\d)")
_BETWEEN = re.compile(r"\s+(?:(?:a|little|bit|slightly|somewhat)\s+)*")
_OPPOSITE: dict[Side, Side] = {
    "benefit": "harm",
    "harm": "benefit",
    "no-difference": "no-difference",
}
_SAID: dict[Side, str] = {
    "benefit": "better",
    "harm": "worse",
    "no-difference": "no different",
}


def wrong_direction(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim's words point where its block points, and where what it cites for them points.

    The sentence that has the hedge of the claim's standing is the one that states the claim.

    Only words that are plain in themselves are read: 'better', 'worse', 'no clear difference', and
    'more' or 'fewer', which are good or bad by the outcome's good side.
    """
    for claim in settled(library, evidence):
        outcome = library.vocabulary.outcomes.get(claim.appraisal.subject.id)
        if claim.appraisal.subject.kind != "outcome" or outcome is None:
            continue
        if claim.appraisal.standing != "open":
            yield from _against_block(library.wording, outcome, claim)
        yield from _against_cited(library.wording, outcome, claim)


def _against_block(wording: Wording, outcome: Outcome, claim: AppraisedClaim) -> Iterator[Fault]:
    direction = claim.appraisal.direction
    said = sides_in(claim.text, wording, outcome)
    if claim.appraisal.standing != "contradicted":
        said = _leading_sides(wording, outcome, claim) or said
    if said and direction not in said and not _denies(wording, claim, said):
        words = " and ".join(f"'{_SAID[side]}'" for side in sorted(said))
        yield Fault(
            place=claim.claim.statement.place,
            message=f"the claim '{claim.id}' has the direction '{direction}', but its words only"
            f" say {words}",
            hint="Let the sentence and the block's `direction` say the same.",
        )


def _leading_sides(wording: Wording, outcome: Outcome, claim: AppraisedClaim) -> frozenset[Side]:
    """Which ways the sentences point that have the hedge of the claim's standing."""
    needed = needed_words(wording, claim)
    sentences = sentences_of(claim.claim.statement.children)
    leading = (s.text for s in sentences if has_word(s.text, needed))
    return sides_in(" ".join(leading), wording, outcome)


def _denies(wording: Wording, claim: AppraisedClaim, said: Collection[Side]) -> bool:
    """Whether a claim that is not borne out says so: no difference, or its standing's name."""
    if claim.appraisal.standing != "contradicted":
        return False
    return set(said) == {"no-difference"} or has_word(
        claim.text, (hedges_of(wording, "contradicted").label,)
    )


def _against_cited(wording: Wording, outcome: Outcome, claim: AppraisedClaim) -> Iterator[Fault]:
    for sentence in sentences_of(claim.claim.statement.children):
        for passage in sentence.passages:
            said = sides_in(passage.text, wording, outcome)
            if len(said) != 1:
                continue
            for key, entries in _by_key(claim, passage):
                if not said & {entry.finding.direction for entry in entries} and not any(
                    entry.finding.direction in ("mixed", None) for entry in entries
                ):
                    yield _misquoted(claim, passage, key, entries, said)


def _by_key(claim: AppraisedClaim, passage: Passage) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    for key in dict.fromkeys(citation.key for citation in passage.citations):
        if entries := entries_cited(claim, (key,)):
            yield key, entries


def _misquoted(
    claim: AppraisedClaim,
    passage: Passage,
    key: str,
    entries: tuple[Entry, ...],
    said: Collection[Side],
) -> Fault:
    place = next(citation.place for citation in passage.citations if citation.key == key)
    found = sorted({str(entry.finding.direction) for entry in entries})
    return Fault(
        place=place,
        message=f"the claim '{claim.id}' cites '{key}' for '{_SAID[min(said)]}', but its finding on"
        f" '{claim.appraisal.subject.id}' is '{' and '.join(found)}'",
        hint="Say what it found, or cite a work that found this.",
    )


def sides_in(text: str, wording: Wording, outcome: Outcome) -> frozenset[Side]:
    """Which ways a text points, by its words; a denied 'better' or 'more' means no difference."""
    words = wording.directions
    rises: Side = "benefit" if outcome.good == "more" else "harm"
    falls: Side = "harm" if outcome.good == "more" else "benefit"
    same = tuple(hits(text, words.same))
    found: set[Side] = {"no-difference"} if same else set()
    listed: tuple[tuple[tuple[str, ...], Side], ...] = (
        (words.better, "benefit"),
        (words.worse, "harm"),
        (words.more, rises),
        (words.less, falls),
    )
    for group, side in listed:
        found.update(_sides(text, wording, group, side, same))
    return frozenset(found)


def _sides(
    text: str, wording: Wording, group: tuple[str, ...], side: Side, same: tuple[Hit, ...]
) -> Iterator[Side]:
    for hit in hits(text, group):
        if any(other.start <= hit.start < other.end for other in same):
            continue
        if not _says_nothing(text, hit, wording):
            denied = follows(text, hit, wording.negations)
            turned = _OPPOSITE[side] if _is_lessened(text, hit, wording) else side
            yield "no-difference" if denied else turned


def _is_lessened(text: str, hit: Hit, wording: Wording) -> bool:
    """Whether a change is said to be the smaller one: 'rose a little less'."""
    behind = next(hits(text[hit.end :], wording.directions.less), None)
    if behind is None:
        return False
    return _BETWEEN.fullmatch(text[hit.end :][: behind.start]) is not None


def _says_nothing(text: str, hit: Hit, wording: Wording) -> bool:
    """Whether a word tells no direction: 'more than 50', 'eased more', 'usual care did better'."""
    words = wording.directions
    degree = words.more + words.less
    is_degree = has_word(hit.word, degree)
    if is_degree and _COUNT.match(text, hit.end):
        return True
    changes = words.better + words.worse + words.more + words.less
    return (is_degree and follows(text, hit, changes)) or follows(text, hit, words.others, 6)


def other_outcome(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim that names an outcome names the one that its block is about."""
    outcomes = library.vocabulary.outcomes
    bearers = _bearers(outcomes)
    for claim in settled(library, evidence):
        own = outcomes.get(claim.appraisal.subject.id)
        if claim.appraisal.subject.kind != "outcome" or own is None:
            continue
        if has_word(claim.text, _names_of(own)):
            continue
        others = set(_named_instead(claim.text, own, bearers)) - {claim.appraisal.subject.id}
        other_id = next((outcome_id for outcome_id in outcomes if outcome_id in others), None)
        if other_id is not None:
            yield Fault(
                place=claim.claim.place.at("outcome"),
                message=f"the claim '{claim.id}' is about '{claim.appraisal.subject.id}', but"
                f" its words name '{outcomes[other_id].label}' ({other_id}) and not '{own.label}'",
                hint="Let the sentence and the block's `outcome` be about the same thing.",
            )


def _bearers(outcomes: Mapping[str, Outcome]) -> Mapping[str, list[str]]:
    """The ids of the outcomes that bear a name, by each name that is clear."""
    found: dict[str, list[str]] = {}
    for outcome_id, outcome in outcomes.items():
        for name in _clear_names_of(outcome):
            found.setdefault(_folded(name), []).append(outcome_id)
    return found


def _named_instead(text: str, own: Outcome, bearers: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The outcomes that a text names, but for names that are a part of the own outcome's name."""
    for name in {_folded(hit.word) for hit in hits(text, bearers)}:
        if not has_word(own.label, (name,)):
            yield from bearers.get(name, ())


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def other_population(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim that names people by a synonym of the vocabulary names those of its block."""
    populations = library.vocabulary.populations
    for claim in settled(library, evidence):
        own = populations.get(claim.appraisal.subject.population)
        if own is None or has_word(claim.text, own.synonyms):
            continue
        for other_id, other in populations.items():
            if other is not own and has_word(claim.text, other.synonyms):
                yield Fault(
                    place=claim.claim.place.at("population"),
                    message=f"the claim '{claim.id}' is about '{own.label}'"
                    f" ({claim.appraisal.subject.population}), but its words name"
                    f" '{other.label}' ({other_id})",
                    hint="Let the sentence and the block's `population` be about the same people.",
                )
                break


def _names_of(term: Term) -> tuple[str, ...]:
    return (term.label, *term.synonyms)


def _clear_names_of(term: Term) -> Iterator[str]:
    """A term's label and its longer synonyms; a short one such as 'job' may mean anything."""
    yield term.label
    yield from (name for name in term.synonyms if re.search(r"[\s-]", name))
