"""Faults planted in the real briefs, kind by kind: each is named at its line, and nothing else.

Every kind is planted in every claim (or paragraph) that can hold it, so that the test goes on
working when briefs change; claims are judged one by one, so that many are planted at once.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import pytest

from generator.appraise import AppraisedClaim, Entry, Evidence, gather
from generator.check import check
from generator.check.wording import needed_words
from generator.library import Library
from generator.load import load
from generator.load.brief import parse_brief
from generator.model import LedgerEntry
from generator.problem import Problem
from generator.prose import Paragraph
from tests.promises import RecordFigure

ROOT = Path(__file__).parents[1]
FEWEST_FAULTS, FEWEST_KINDS = 100, 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A claim in its brief's text: its paragraph, and the lines of its block."""

    claim: AppraisedClaim
    text: str
    start: int
    stop: int
    library: Library
    evidence: Evidence

    @property
    def kind(self) -> str:
        return self.claim.appraisal.subject.kind

    @property
    def standing(self) -> str:
        return self.claim.appraisal.standing

    @property
    def pro(self) -> tuple[Entry, ...]:
        return self.claim.appraisal.pro_entries

    def add(self, sentence: str) -> str:
        """The claim with one more sentence at the end of its paragraph."""
        paragraph, gap, block = self.text.partition("\n\n")
        return f"{paragraph} {sentence}{gap}{block}"

    def in_block(self, field: str, value: str) -> str:
        """The claim with another value of a field of its block."""
        return re.sub(rf"(?m)^{field}: .*$", f"{field}: {value}", self.text)

    def in_prose(self, pattern: str, new: str) -> str:
        """The claim with a pattern replaced in its paragraph."""
        paragraph, gap, block = self.text.partition("\n\n")
        return re.sub(pattern, new, paragraph, flags=re.IGNORECASE) + gap + block


Plant: TypeAlias = Callable[[Spot], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of fault: how it is planted, and the rules of which one must name it."""

    name: str
    plant: Plant
    rules: frozenset[str]


def _any(words: tuple[str, ...]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return r"(?<!\w)(?:" + "|".join(re.escape(word) for word in longest) + r")(?!\w)"


def hedge_removed(spot: Spot) -> str | None:
    words = needed_words(spot.library.wording, spot.claim)
    return spot.in_prose(_any(words), "") if words else None


def hedge_too_strong(spot: Spot) -> str | None:
    words = needed_words(spot.library.wording, spot.claim)
    return None if spot.standing.endswith("supported") else spot.in_prose(_any(words), "probably")


def certain_word(spot: Spot) -> str | None:
    return None if spot.standing == "well-supported" else spot.add("This clearly holds.")


def unhedged_sentence(spot: Spot) -> str | None:
    if spot.standing == "well-supported":
        return None
    return spot.add("It works for people like this.")


def universal_word(spot: Spot) -> str | None:
    return spot.add("It always does so.")


def direction_flipped(spot: Spot) -> str | None:
    if spot.kind != "outcome" or spot.standing == "open":
        return None
    flipped = "harm" if spot.claim.appraisal.direction == "benefit" else "benefit"
    return spot.in_block("direction", flipped)


def result_reversed(spot: Spot) -> str | None:
    key = _key_where(spot, lambda entries: {e.finding.direction for e in entries} == {"benefit"})
    if key is None or spot.kind != "outcome":
        return None
    return spot.add(f"In one trial it was worse [@{key}].")


def nothing_made_better(spot: Spot) -> str | None:
    nothing = {"no-difference"}
    key = _key_where(spot, lambda entries: {e.finding.direction for e in entries} == nothing)
    if key is None or spot.kind != "outcome":
        return None
    return spot.add(f"In one trial people may have improved [@{key}].")


def wrong_population(spot: Spot) -> str | None:
    if spot.standing == "open":
        return None
    now = spot.claim.appraisal.subject.population
    return spot.in_block("population", "staff" if now != "staff" else "system")


def kinder_outcome(spot: Spot) -> str | None:
    now = spot.claim.appraisal.subject.id
    return spot.in_block("outcome", "self-efficacy" if now != "self-efficacy" else "pay")


def number_changed(spot: Spot) -> str | None:
    paragraph = spot.text.partition("\n\n")[0]
    outside = re.sub(r"\[[^\]]*\]", lambda m: " " * len(m[0]), paragraph)
    found = re.search(r"(?<![\w.,-])\d[\d,]*(?=\s)", outside)
    if found is None:
        return None
    changed = int(found[0].replace(",", "")) * 3 + 1001
    return f"{spot.text[: found.start()]}{changed}{spot.text[found.end() :]}"


def number_made_up(spot: Spot) -> str | None:
    keys = "; ".join(f"@{key}" for key in spot.claim.cites)
    return spot.add(f"One study names four in seven people [{keys}].") if keys else None


def share_made_up(spot: Spot) -> str | None:
    keys = "; ".join(f"@{key}" for key in spot.claim.cites)
    return spot.add(f"One study may name 87.3% [{keys}].") if keys else None


def other_work_cited(spot: Spot) -> str | None:
    if spot.standing == "open" or not spot.claim.cites:
        return None
    subject = spot.claim.appraisal.subject
    about = {e.finding.source.report for e in spot.evidence.subjects.get(subject, ())}
    about |= {k for e in spot.evidence.subjects.get(subject, ()) for k in e.study.reports}
    other = next(key for key in sorted(spot.library.works) if key not in about)
    return spot.in_prose(rf"@{re.escape(spot.claim.cites[0])}\b", f"@{other}")


def key_misspelt(spot: Spot) -> str | None:
    if not spot.claim.cites:
        return None
    return spot.in_prose(rf"@{re.escape(spot.claim.cites[0])}\b", f"@{spot.claim.cites[0]}x")


def citations_removed(spot: Spot) -> str | None:
    if spot.standing == "open" or not spot.claim.cites or "]:" in spot.text:
        return None
    return spot.in_prose(r"\s*\[@[^\]]*\]", "")


def uncontrolled_as_comparison(spot: Spot) -> str | None:
    key = _key_where(spot, lambda e: not {x.finding.basis for x in e} & {"comparison", "synthesis"})
    return spot.add(f"People may do better than with usual help [@{key}].") if key else None


def uncontrolled_as_cause(spot: Spot) -> str | None:
    if any(e.finding.basis in {"comparison", "synthesis"} for e in spot.pro):
        return None
    return spot.add("Peer work leads to this.")


def absence_as_proof(spot: Spot) -> str | None:
    return spot.add("One trial saw no effect.")


def significance_added(spot: Spot) -> str | None:
    key = _key_where(spot, lambda e: not any("significan" in x.finding.statement for x in e))
    return spot.add(f"One study may have found it to be significant [@{key}].") if key else None


def second_hand_as_first(spot: Spot) -> str | None:
    subject = spot.claim.appraisal.subject
    entries = spot.evidence.subjects.get(subject, ())
    for entry in entries:
        own = [e for e in entries if e.study_id == entry.study_id]
        key = entry.study.reports[0]
        if all(e.finding.source.report not in e.study.reports for e in own):
            return spot.add(f"One study may say this too [@{key}].")
    return None


def author_misspelt(spot: Spot) -> str | None:
    for key in spot.claim.cites:
        work = spot.library.works[key]
        family = work.authors[0].family if work.authors else ""
        if work.year and len(family) > 5 and family.isascii() and family.isalpha():
            return spot.add(f"One study may agree ({family[:2]}{family[1:]} et al., {work.year}).")
    return None


def wrong_year(spot: Spot) -> str | None:
    family = _plain_family(spot)
    return spot.add(f"So may {family} et al. (1951), a study.") if family else None


def author_unknown(spot: Spot) -> str | None:
    return spot.add("One study may agree (Quxby & Zwandt, 1987).")


def typed_by_hand(spot: Spot) -> str | None:
    for key in spot.claim.cites:
        work = spot.library.works[key]
        if work.year and work.authors and work.authors[0].family == _plain_family(spot):
            return spot.add(f"So may {work.authors[0].family} et al. ({work.year}), a study.")
    return None


def broken_link(spot: Spot) -> str | None:
    return spot.add("Some people may [read on](outcome:nosuch).")


def unknown_term(spot: Spot) -> str | None:
    subject = spot.claim.appraisal.subject
    return spot.in_block(subject.kind, f"{subject.id}-x")


def hidden_field(spot: Spot) -> str | None:
    return re.sub(r"(?m)^population: .*$", r"\g<0>\nhide: against", spot.text)


def population_unknown(spot: Spot) -> str | None:
    return spot.in_block("population", "recipient")


def _key_where(spot: Spot, fits: Callable[[list[Entry]], bool]) -> str | None:
    """A cited work that has findings on the claim's subject, all of which fit."""
    entries = spot.evidence.subjects.get(spot.claim.appraisal.subject, ())
    for key in spot.claim.cites:
        own = [e for e in entries if key in (e.finding.source.report, *e.study.reports)]
        if own and fits(own):
            return key
    return None


def _plain_family(spot: Spot) -> str | None:
    """The family name of a first author that is spelt in plain letters."""
    for key in spot.claim.cites:
        work = spot.library.works[key]
        author = work.authors[0] if work.authors else None
        if (
            work.year
            and author
            and not author.group
            and not author.particle
            and author.family.isalpha()
        ):
            return author.family
    return None


def _kind(name: str, plant: Plant, *rules: str) -> Kind:
    return Kind(name=name, plant=plant, rules=frozenset(rules))


KINDS = (
    _kind("hedge removed", hedge_removed, "overclaim"),
    _kind("hedge of a higher standing", hedge_too_strong, "overclaim"),
    _kind("certain word", certain_word, "overclaim"),
    _kind("sentence without a hedge", unhedged_sentence, "overclaim"),
    _kind("universal word", universal_word, "refused-word"),
    _kind(
        "direction of the block turned",
        direction_flipped,
        "overclaim",
        "cites-otherwise",
        "wrong-direction",
    ),
    _kind("result told the other way", result_reversed, "wrong-direction"),
    _kind("no difference told as a gain", nothing_made_better, "wrong-direction"),
    _kind("wrong population", wrong_population, "overclaim", "cites-otherwise"),
    _kind(
        "kinder outcome in the block",
        kinder_outcome,
        "overclaim",
        "cites-otherwise",
        "other-outcome",
        "claim-without-evidence",
    ),
    _kind("number changed", number_changed, "unfounded-number"),
    _kind("number made up", number_made_up, "unfounded-number"),
    _kind("percentage made up", share_made_up, "unfounded-number"),
    _kind("another work cited", other_work_cited, "cites-otherwise"),
    _kind("key misspelt", key_misspelt, "unknown-citation"),
    _kind("no finding cited", citations_removed, "claim-without-evidence"),
    _kind(
        "comparison without a comparator",
        uncontrolled_as_comparison,
        "unfounded-comparison",
    ),
    _kind("cause without a comparison", uncontrolled_as_cause, "unfounded-cause"),
    _kind("absence told as proof", absence_as_proof, "no-effect"),
    _kind("significance made up", significance_added, "unfounded-significance"),
    _kind("second-hand told as first-hand", second_hand_as_first, "second-hand"),
    _kind("author misspelt", author_misspelt, "misspelt-author"),
    _kind("wrong year", wrong_year, "wrong-year", "misspelt-author"),
    _kind("author not in the library", author_unknown, "unknown-author"),
    _kind("work named by hand", typed_by_hand, "typed-citation"),
    _kind("link to nowhere", broken_link, "broken-link"),
    _kind("term not in the vocabulary", unknown_term, "unknown-term"),
    _kind("contrary evidence switched off", hidden_field, "unknown-field"),
    _kind("population not known", population_unknown, "unknown-value"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Where a fault was planted: the lines of the claim or paragraph that holds it."""

    path: str
    lines: range
    where: str

    def holds(self, problem: Problem) -> bool:
        return problem.place.path == self.path and problem.place.line in self.lines


def spots_of(library: Library, evidence: Evidence, slug: str, text: str) -> Iterator[Spot]:
    """The claims of a brief where they stand in its text, in order."""
    lines = text.split("\n")
    for claim in evidence.claims[slug]:
        start = claim.claim.statement.place.line - 1
        stop = lines.index("```", claim.claim.place.line - 1)
        yield Spot(
            claim=claim,
            text="\n".join(lines[start:stop]),
            start=start,
            stop=stop,
            library=library,
            evidence=evidence,
        )


def plant(text: str, path: str, kind: Kind, spots: list[Spot]) -> tuple[str, list[Planted]]:
    """A brief with a kind of fault in every claim that can hold it, and where these are."""
    lines, out, planted, done = text.split("\n"), list[str](), list[Planted](), 0
    for spot in spots:
        out += lines[done : spot.start]
        changed = kind.plant(spot)
        own = (spot.text if changed is None else changed).split("\n")
        if changed is not None and changed != spot.text:
            span = range(len(out) + 1, len(out) + len(own) + 2)
            planted.append(Planted(path=path, lines=span, where=spot.claim.id))
        out += own
        done = spot.stop
    return "\n".join([*out, *lines[done:]]), planted


def plant_prose(
    library: Library, slug: str, text: str, added: str, path: str
) -> tuple[str, list[Planted]]:
    """A brief with a sentence added to every paragraph that is no claim's."""
    lines, planted = text.split("\n"), list[Planted]()
    for block in library.briefs[slug].blocks:
        if isinstance(block, Paragraph):
            start = block.place.line - 1
            stop = next(i for i in range(start, len(lines) + 1) if i == len(lines) or not lines[i])
            lines[stop - 1] += f" {added}"
            planted.append(Planted(path=path, lines=range(start + 1, stop + 1), where="prose"))
    return "\n".join(lines), planted


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The real site, loaded once, and what is wrong with it as it stands."""

    library: Library
    evidence: Evidence
    texts: dict[str, str]
    before: frozenset[tuple[str, str, str]]

    def spots(self, slug: str) -> list[Spot]:
        return list(spots_of(self.library, self.evidence, slug, self.texts[slug]))

    def judge(self, texts: dict[str, str], **changes: object) -> list[Problem]:
        """The problems that briefs' texts have and the real ones have not."""
        briefs, found, broken = {}, list[Problem](), set[str]()
        for slug, text in texts.items():
            brief, problems = parse_brief(text, f"briefs/{slug}.md")
            assert brief is not None
            briefs[slug] = brief
            found += problems
            broken |= {problem.place.path for problem in problems}
        changes |= {"briefs": MappingProxyType(briefs), "broken": frozenset(broken)}
        library = replace(self.library, **changes)  # type: ignore[arg-type]
        found += check(library, gather(library))
        return [p for p in found if _identity(p) not in self.before]


def _identity(problem: Problem) -> tuple[str, str, str]:
    return problem.place.path, problem.rule, problem.message


@pytest.fixture(scope="module")
def bench() -> Bench:
    library, problems = load(ROOT)
    assert library is not None
    evidence = gather(library)
    texts = {
        slug: (ROOT / brief.path).read_text(encoding="utf-8")
        for slug, brief in library.briefs.items()
    }
    found = (*problems, *check(library, evidence))
    before = frozenset(map(_identity, found))
    return Bench(library=library, evidence=evidence, texts=texts, before=before)


@pytest.fixture(scope="module")
def counts() -> Iterator[dict[str, int]]:
    """How many faults of each kind were planted and named; printed at the end."""
    table: dict[str, int] = {}
    yield table
    rows = [*table.items(), ("all", sum(table.values()))]
    told = "".join(f"{name:40} {number:6}\n" for name, number in rows)
    sys.stdout.write(f"\n{'kind of fault':40}  named\n{told}")


def assert_named(
    planted: list[Planted], problems: list[Problem], rules: frozenset[str], *, alone: bool = True
) -> None:
    """Every fault is named at its lines, and nothing is said of other lines."""
    missed = [
        spot
        for spot in planted
        if not any(spot.holds(problem) and problem.rule in rules for problem in problems)
    ]
    assert missed == []
    elsewhere = [
        p
        for p in problems
        if p.place.path.startswith("briefs/") and not any(spot.holds(p) for spot in planted)
    ]
    assert not alone or elsewhere == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_fault_in_a_claim_is_named(kind: Kind, bench: Bench, counts: dict[str, int]) -> None:
    texts, planted = {}, list[Planted]()
    for slug, text in bench.texts.items():
        texts[slug], own = plant(text, f"briefs/{slug}.md", kind, bench.spots(slug))
        planted += own
    assert planted, "no claim can hold this fault"
    assert_named(planted, bench.judge(texts), kind.rules)
    counts[kind.name] = len(planted)


PROSE = (
    ("universal word in prose", "This proves it.", "refused-word"),
    ("unknown key in prose", "So it is said [@nobody1900].", "unknown-citation"),
    ("unknown author in prose", "So say Quxby and Zwandt (1987).", "unknown-author"),
    ("link to nowhere in prose", "Read [more](study:nosuch).", "broken-link"),
    ("HTML in prose", "It is <b>so</b>.", "raw-html"),
)


@pytest.mark.parametrize(("name", "added", "rule"), PROSE, ids=str)
def test_a_fault_in_prose_is_named(
    name: str, added: str, rule: str, bench: Bench, counts: dict[str, int]
) -> None:
    texts, planted = {}, list[Planted]()
    for slug, text in bench.texts.items():
        path = f"briefs/{slug}.md"
        texts[slug], own = plant_prose(bench.library, slug, text, added, path)
        planted += own
    problems = [p for p in bench.judge(texts) if p.rule != "reading-grade"]
    assert_named(planted, problems, frozenset({rule}))
    counts[name] = len(planted)


def test_retracted_support_is_named(bench: Bench, counts: dict[str, int]) -> None:
    number = 0
    for slug in bench.texts:
        spots = [s for s in bench.spots(slug) if s.pro and s.claim.cites]
        key = next(iter(k for s in spots for k in s.claim.cites if _supports(s, k)), None)
        if key is None:
            continue
        ledger = {
            **bench.library.ledger,
            key: LedgerEntry(key=key, state="verified", standing="retracted"),
        }
        problems = bench.judge(bench.texts, ledger=MappingProxyType(ledger))
        planted = [
            Planted(
                path=f"briefs/{slug}.md", lines=range(s.start + 1, s.stop + 2), where=s.claim.id
            )
            for s in spots
            if _supports(s, key)
        ]
        assert_named(planted, problems, frozenset({"retracted-support"}), alone=False)
        number += len(planted)
    assert number
    counts["retracted support"] = number


def _supports(spot: Spot, key: str) -> bool:
    """Whether a claim cites a work and a finding for it was read there."""
    read_in = {entry.finding.source.report for entry in spot.pro}
    return key in spot.claim.cites and key in read_in


def test_the_same_id_twice_is_named(bench: Bench, counts: dict[str, int]) -> None:
    texts, planted = {}, list[Planted]()
    for slug, text in bench.texts.items():
        first = bench.spots(slug)[0]
        twice = _kind("", lambda spot, id_=first.claim.id: spot.in_block("id", id_))  # type: ignore[misc]
        texts[slug], own = plant(text, f"briefs/{slug}.md", twice, bench.spots(slug))
        planted += own
    problems = [p for p in bench.judge(texts) if p.rule == "duplicate-claim"]
    assert_named(planted, problems, frozenset({"duplicate-claim"}))
    counts["claim id given twice"] = len(planted)


def test_there_are_enough_faults_of_enough_kinds(
    counts: dict[str, int], record_figure: RecordFigure
) -> None:
    record_figure("faults-planted", sum(counts.values()))
    assert sum(counts.values()) >= FEWEST_FAULTS
    assert len(counts) >= FEWEST_KINDS


def test_the_real_briefs_are_clean(bench: Bench) -> None:
    assert [told for told in sorted(bench.before) if told[0].startswith("briefs/")] == []


def test_taking_a_contrary_citation_out_changes_nothing_that_is_shown(bench: Bench) -> None:
    """What speaks against a claim is read from the records, whatever the text cites."""
    tried = 0
    for slug, text in bench.texts.items():
        for spot in bench.spots(slug):
            shown = {entry.study_id for entry in spot.claim.appraisal.con_entries}
            cons = {k for e in spot.claim.appraisal.con_entries for k in e.study.reports}
            for key in cons & set(spot.claim.cites):
                one = _kind("", lambda s, k=key, i=spot.claim.id: _without(s, k, i))  # type: ignore[misc]
                changed, _ = plant(text, f"briefs/{slug}.md", one, bench.spots(slug))
                brief, problems = parse_brief(changed, f"briefs/{slug}.md")
                assert brief is not None
                assert not problems
                briefs = MappingProxyType({slug: brief})
                claims = gather(replace(bench.library, briefs=briefs)).claims[slug]
                after = next(c for c in claims if c.id == spot.claim.id)
                assert key not in after.cites
                assert {entry.study_id for entry in after.appraisal.con_entries} == shown
                assert after.appraisal == spot.claim.appraisal
                tried += 1
                break
    assert tried


def _without(spot: Spot, key: str, claim_id: str) -> str | None:
    if spot.claim.id != claim_id:
        return None
    name = re.escape(key)
    alone = spot.in_prose(rf"\s*\[@{name}(?:,[^\];]*)?\]", "")
    return re.sub(rf"@{name}(?:,[^\];]*)?;\s*|;\s*@{name}(?:,[^\];]*)?(?=[;\]])", "", alone)
