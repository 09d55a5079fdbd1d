"""Rules about words that only some findings carry: cause, comparison, significance, no effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.appraise import AppraisedClaim, Entry, Evidence
from generator.check.claims import entries_cited, settled
from generator.check.phrases import Hit, follows, has_word, hits, plain_hits
from generator.check.rule import Fault
from generator.check.sentences import Sentence, sentences_of
from generator.check.wording import hedges_of
from generator.library import Library
from generator.model import Wording

_COMPARATIVE = frozenset({"comparison", "synthesis"})


def unfounded_cause(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim says that something brings about an effect only where a comparison supports it.

    'May lead to' is no such statement, and neither is what people are said to report.
    """
    wording = library.wording
    for claim in settled(library, evidence):
        if any(is_comparative(entry) for entry in claim.appraisal.pro_entries):
            continue
        for sentence in _own_sentences(wording, claim):
            for hit in _plain_causes(wording, sentence.text):
                yield Fault(
                    place=claim.claim.statement.place,
                    message=f"the claim '{claim.id}' says '{hit.word}', but no comparison between"
                    " groups supports it, so nothing tells what brought the effect about",
                    hint=f"Say what was seen, or write 'may' before '{hit.word}'.",
                )


def _plain_causes(wording: Wording, text: str) -> Iterator[Hit]:
    return (hit for hit in hits(text, wording.causal) if not follows(text, hit, wording.modals))


def _own_sentences(wording: Wording, claim: AppraisedClaim) -> Iterator[Sentence]:
    """The sentences that a claim says itself: no questions, nothing left open or attributed."""
    is_theme = claim.appraisal.subject.kind == "theme"
    for sentence in sentences_of(claim.claim.statement.children):
        attributed = is_theme and has_word(sentence.text, wording.reporting)
        if not (sentence.asks or attributed or has_word(sentence.text, wording.limits)):
            yield sentence


def unfounded_comparison(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim sets groups beside each other only where a finding that it cites compares them.

    Where a sentence cites support for the claim, the support must compare.
    """
    wording = library.wording
    for claim in settled(library, evidence):
        for sentence in _own_sentences(wording, claim):
            hit = next(_comparisons(wording, sentence.text), None)
            if hit is not None and not _is_compared(claim, sentence):
                yield Fault(
                    place=claim.claim.statement.place,
                    message=f"the claim '{claim.id}' says '{hit.word}', but no finding that it"
                    " cites for this compares groups",
                    hint="Say what changed, without naming who did better than whom.",
                )


def _comparisons(wording: Wording, text: str) -> Iterator[Hit]:
    apart = tuple(hits(text, wording.not_comparing))
    for hit in hits(text, wording.comparing):
        counts = text[hit.end :].lstrip()[:1].isdigit()
        if not counts and not any(h.start <= hit.end and hit.start <= h.end for h in apart):
            yield hit


def _is_compared(claim: AppraisedClaim, sentence: Sentence) -> bool:
    cited = entries_cited(claim, sentence.keys or claim.cites)
    supporting = [entry for entry in cited if entry in claim.appraisal.pro_entries]
    return any(is_comparative(entry) for entry in supporting or cited)


def is_comparative(entry: Entry) -> bool:
    """Whether a finding comes from setting groups beside each other."""
    return entry.finding.basis in _COMPARATIVE


def unfounded_significance(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim calls a result significant only where a finding that it cites says so."""
    wording = library.wording
    for claim in settled(library, evidence):
        for sentence in sentences_of(claim.claim.statement.children):
            hit = next(hits(sentence.text, wording.significance), None)
            if hit is None:
                continue
            cited = entries_cited(claim, sentence.keys or claim.cites)
            denied = follows(sentence.text, hit, wording.negations)
            if not _says_so(wording, (entry.finding.statement for entry in cited), denied):
                yield Fault(
                    place=claim.claim.statement.place,
                    message=f"the claim '{claim.id}' says '{hit.word}', but no finding that it"
                    " cites for this says so",
                    hint="In statistics the word has a meaning of its own; leave it out.",
                )


def _says_so(wording: Wording, statements: Iterable[str], denied: bool) -> bool:
    """Whether a statement has such a word; one that only denies it carries only a denial."""
    words = wording.significance
    if denied:
        return any(has_word(text, words) for text in statements)
    return any(any(plain_hits(text, words, wording.negations)) for text in statements)


def no_effect(library: Library, evidence: Evidence) -> Iterator[Fault]:
    """A claim does not turn a difference that was not found into proof that there is none."""
    wording = library.wording
    for claim in settled(library, evidence):
        for sentence in sentences_of(claim.claim.statement.children):
            for hit in hits(sentence.text, wording.no_effect):
                if not has_word(sentence.text, hedges_of(wording, "open").needs):
                    yield Fault(
                        place=claim.claim.statement.place,
                        message=f"the claim '{claim.id}' says '{hit.word}', but that no difference"
                        " was found does not show that there is none",
                        hint="Write 'no clear difference was found', or 'little or no effect'"
                        " where a review says so.",
                    )
