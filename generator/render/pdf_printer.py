"""What a printed brief says, with every choice of words already made.

Where a page of the site can unfold, paper cannot; this module alone knows what a printed brief
says in full, what it names in a line, and what fits on its first page.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

import segno

from generator.appraise import AppraisedClaim, Entry, Vote, appraise
from generator.appraise.standing import ORDER
from generator.library import Brief
from generator.model import Study
from generator.prose import Cite, Claim, SlotBlock
from generator.render import words
from generator.render.pdf_plots import direction_table, forests
from generator.render.pdf_views import (
    Contrary,
    Group,
    Message,
    PrintedBrief,
    PrintedClaim,
    PrintedReference,
    Said,
    Sureness,
)
from generator.render.typst import Plain, Typst, Writer, cited, joined, literal, runs, shown
from generator.render.views import Badge, Context, Views, who_or_what
from generator.routes import path_of, url_of

MESSAGES_IN_FULL: Final = 7
CONTRARY_SHOWN: Final = 3
A_SUMMARY: Final = 5
LICENCE: Final = "Text: CC BY 4.0. Data: CC0."


def printed_brief(context: Context, brief: Brief) -> PrintedBrief:
    """A brief as it is printed, with the version of its content."""
    made = _Printer(context, brief).brief()
    return replace(made, version=fingerprint(literal(made)))


def fingerprint(text: str) -> str:
    """A short name for a text: the same text has the same name on every machine."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def download_name(context: Context, brief: Brief) -> str:
    """The name under which a reader keeps a brief: site, brief and date."""
    words_of_site = "".join(c if c.isalnum() else " " for c in context.site.name.lower()).split()
    site = "-".join(words_of_site)
    return f"{site}-{brief.slug}-{brief.front.updated.isoformat()}.pdf"


class _Printer:
    """Builds one brief's value; remembers which works it names, for the reference list."""

    def __init__(self, context: Context, brief: Brief) -> None:
        self.context, self.library, self.front = context, context.library, brief.front
        self.written = brief
        self.views = Views(path_of(f"brief:{brief.slug}"), context)
        self.named = {key: context.bibliography.in_text(key) for key in context.references}
        self.claims = context.evidence.claims[brief.slug]
        self.used: set[str] = set()
        self.told: set[str] = set()

    def brief(self) -> PrintedBrief:
        """Everything; the reference list comes last, because it needs all the rest."""
        body = self._body()
        contrary = tuple(islice(self._contrary(), CONTRARY_SHOWN))
        directions = direction_table(self._by_domain(), self.library.vocabulary, self.named)
        drawn = tuple(forests(self._not_yet_drawn(), self.library, self.named))
        self.used.update(row.key for row in directions.rows)
        self.used.update(row.key for forest in drawn for row in forest.rows)
        slug, site, updated = self.written.slug, self.context.site, self.front.updated
        address = self._web(f"brief:{slug}") or url_of(f"brief:{slug}")
        code = segno.make(address, error="m", micro=False)
        return PrintedBrief(
            slug=Plain(slug),
            site=site.name,
            title=self.front.title,
            kind=_KINDS.get(self.front.audience, "Evidence brief"),
            question=self.front.question or "",
            summary=self.front.summary,
            updated=f"{updated.day} {updated:%B %Y}",
            date=(updated.year, updated.month, updated.day),
            warnings=tuple(self._warnings()),
            messages=tuple(self._messages()),
            more=self._more(),
            contrary=contrary,
            tested=tuple(self._tested()),
            checked=self._checked(),
            body=body,
            directions=directions,
            forests=drawn,
            standings=self._standings(),
            references=tuple(self._references()),
            citation=self._citation(address),
            licence=LICENCE,
            address=Plain(address if urlsplit(address).scheme else ""),
            short_address=address.removeprefix("https://").rstrip("/"),
            code=tuple(_bars(code.matrix)),
            code_width=len(code.matrix),
            own_group=self.library.vocabulary.own_group,
        )

    # -- text

    def _body(self) -> Typst:
        appraised = {claim.id: claim for claim in self.claims}

        def block(node: Claim | SlotBlock) -> Typst:
            if isinstance(node, SlotBlock):
                return self._slot(node)
            return self._call("claim", self._claim(appraised[node.block.id], node))

        self.writer = Writer(link=self._link, cite=self._cite, block=block)
        return self.writer.blocks(self.written.blocks)

    def _call(self, name: str, value: object) -> Typst:
        return Typst(f"#{name}({literal(value)});")

    def _link(self, target: str) -> str:
        """A link target as an address that works on paper; empty where there is none."""
        if target.startswith(("https://", "http://", "mailto:")):
            return target
        if target.startswith("#"):
            own = self._web(f"brief:{self.written.slug}")
            return own and own + target
        return self._web(target)

    def _web(self, route: str) -> str:
        page, _, anchor = route.partition("#")
        if not self.context.site.url:
            return ""
        return self.context.site.url + url_of(page) + (f"#{anchor}" if anchor else "")

    def _cite(self, cite: Cite) -> Typst:
        pieces = self.context.bibliography.group(
            ((citation.key, citation.locator) for citation in cite.citations),
            narrative=cite.narrative,
        )
        self.used.update(piece.key for piece in pieces if piece.key)
        return Typst(
            "".join(
                cited(piece.key, runs(piece.runs)) if piece.key else runs(piece.runs)
                for piece in pieces
            )
        )

    # -- claims

    def _claim(self, claim: AppraisedClaim, node: Claim) -> PrintedClaim:
        appraisal = claim.appraisal
        subject = appraisal.subject
        badge = self._badge(claim)
        population = self.library.vocabulary.populations[subject.population].label
        is_outcome = subject.kind == "outcome"
        return PrintedClaim(
            anchor=self._anchor(claim),
            statement=self.writer.inline(node.statement.children),
            badge=badge,
            why=" ".join([badge.meaning, *words.reasons(appraisal)]),
            about=f"{self._label(claim)}, in {words.uncapitalised(population)}",
            is_outcome=is_outcome,
            pro=self._said(appraisal.pro, weaker=not is_outcome),
            con=self._said(appraisal.con, weaker=not is_outcome),
            apart=tuple(self._apart(claim, is_outcome)),
        )

    def _badge(self, claim: AppraisedClaim) -> Badge:
        appraisal = claim.appraisal
        return self.views.badge(appraisal.standing, appraisal.subject.kind)

    def _anchor(self, claim: AppraisedClaim) -> Plain:
        return Plain(f"{self.written.slug}/{claim.id}")

    def _label(self, claim: AppraisedClaim) -> str:
        subject = claim.appraisal.subject
        vocabulary = self.library.vocabulary
        tables = {
            "outcome": vocabulary.outcomes,
            "theme": vocabulary.themes,
            "concept": vocabulary.concepts,
        }
        return tables[subject.kind][subject.id].label

    def _said(self, votes: Iterable[Vote], *, weaker: bool) -> tuple[Said, ...]:
        """What each study says, the strongest first; weaker kinds only where all are."""
        kept = [vote for vote in votes if weaker or vote.lane != "other"]
        return tuple(map(self._one_said, sorted(kept, key=_rank)))

    def _one_said(self, vote: Vote) -> Said:
        entry = min(
            (entry for entry in vote.entries if entry.lane == vote.lane),
            key=lambda entry: (
                entry.finding.direction != vote.direction,
                entry.finding.direction == "benefit",
                entry.rank,
            ),
        )
        return self._finding(entry, words.DIRECTIONS[vote.direction][1], vote.direction or "")

    def _finding(self, entry: Entry, word: str, direction: str) -> Said:
        key = entry.study.reports[0]
        source = entry.finding.source.report
        self.used.update((key, source))
        notes = []
        if source != key:
            notes.append(f"read in {self.named[source]}")
        if entry.second_hand:
            notes.append("second-hand")
        return Said(
            address=Plain(self._web(f"study:{entry.study_id}#{entry.finding.id}")),
            cited=self.named[key],
            direction=Plain(direction),
            word=word,
            kind=f"{words.DESIGNS[entry.study.design]}, {who_or_what(entry.study)}",
            statement=entry.finding.statement,
            note="; ".join(notes),
        )

    def _apart(self, claim: AppraisedClaim, is_outcome: bool) -> Iterator[Group]:
        """Studies that are named only: weaker kinds, and findings that count for nothing."""
        appraisal = claim.appraisal
        sides = (
            ("Weaker kinds of study that point this way", appraisal.pro),
            ("Weaker kinds of study that do not", appraisal.con),
        )
        for label, votes in sides if is_outcome else ():
            yield from self._group(label, (v.study for v in votes if v.lane == "other"))
        groups: dict[str, list[Study]] = {}
        for entry in appraisal.aside:
            groups.setdefault(self._why_aside(entry), []).append(entry.study)
        for label, studies in groups.items():
            yield from self._group(f"Shown but not counted, {label}", studies)

    def _group(self, label: str, studies: Iterable[Study]) -> Iterator[Group]:
        keys = dict.fromkeys(study.reports[0] for study in studies)
        ordered = [key for key in self.context.references if key in keys]
        self.used.update(ordered)
        if ordered:
            yield Group(label=label, works=tuple(self.named[key] for key in ordered))

    def _why_aside(self, entry: Entry) -> str:
        group = entry.study.group
        if entry.retracted:
            return "because the work was retracted"
        if group:
            return f"because the people were {self.library.vocabulary.groups[group].label}"
        return "because it only describes"

    def _slot(self, block: SlotBlock) -> Typst:
        """A drawing of one outcome; any other is named, with the page that has it.

        Directions are not told twice: a claim on the same subject lists every study with its own.
        """
        options = block.slot.options
        found = self.context.evidence.about("outcome", options.get("outcome", ""))
        subjects = {s.population: (s, entries) for s, entries in found}
        population = options.get("population", "recipients")
        if block.slot.kind not in {"forest", "effect-direction"}:
            return Typst("#on-site();")
        if population not in subjects:
            return Typst()
        judged = appraise(subjects[population][0], "benefit", subjects[population][1])
        if block.slot.kind == "forest":
            return self._drawn((*judged.pro_entries, *judged.con_entries))
        if any(claim.appraisal.subject == judged.subject for claim in self.claims):
            return Typst()
        domain = self.library.vocabulary.outcomes[judged.subject.id].domain
        votes = ((domain, vote) for vote in (*judged.pro, *judged.con))
        table = direction_table(votes, self.library.vocabulary, self.named)
        self.used.update(row.key for row in table.rows)
        return self._call("direction-table", table)

    def _drawn(self, entries: tuple[Entry, ...]) -> Typst:
        """Effects where the brief asks for them; they are then not drawn again at its end."""
        drawn = tuple(forests(entries, self.library, self.named))
        self.used.update(row.key for forest in drawn for row in forest.rows)
        self.told.update(entry.ref for entry in entries)
        return joined(self._call("forest", forest) for forest in drawn)

    # -- page one

    def _warnings(self) -> Iterator[str]:
        for key in self.context.references:
            if key in self.used and self.library.is_retracted(key):
                yield f"{self.named[key]} was retracted. It counts for nothing here."

    def _messages(self) -> Iterator[Message]:
        """Every claim where they are few, else one message a section.

        A brief that begins with a section of many claims has made its own choice: these it is.
        """
        chosen = self._main_claims()
        in_full = len(self.claims) <= MESSAGES_IN_FULL or len(chosen) < len(self.claims)
        sections: dict[str, list[AppraisedClaim]] = {}
        for claim in chosen:
            sections.setdefault(claim.text if in_full else _heading(claim), []).append(claim)
        for text, claims in sections.items():
            yield Message(
                anchor=self._anchor(claims[0]),
                text=text,
                sureness=tuple(self._sureness(claim, len(claims)) for claim in claims),
            )

    def _main_claims(self) -> tuple[AppraisedClaim, ...]:
        first = [c for c in self.claims if _heading(c) == _heading(self.claims[0])]
        return tuple(first) if len(first) >= A_SUMMARY else self.claims

    def _more(self) -> str:
        """How many claims page one does not name."""
        n = len(self.claims) - len(self._main_claims())
        if n == 0:
            return ""
        return f"{words.counted(n, 'more claim follows', 'more claims follow')} in the brief."

    def _sureness(self, claim: AppraisedClaim, together: int) -> Sureness:
        return Sureness(
            about=self._label(claim) if together > 1 else "",
            badge=self._badge(claim),
        )

    def _contrary(self) -> Iterator[Contrary]:
        """The strongest findings against the brief's claims; each study and subject once."""
        against = [
            (entry, claim)
            for claim in self.claims
            if claim.appraisal.standing != "contradicted"
            for entry in claim.appraisal.con_entries
        ]
        told: set[str] = set()
        shown_subjects: set[str] = set()
        for entry, claim in sorted(against, key=lambda pair: pair[0].rank):
            about, direction = self._label(claim), entry.finding.direction
            if entry.study_id in told or about in shown_subjects:
                continue
            told.add(entry.study_id)
            shown_subjects.add(about)
            said = self._finding(entry, words.DIRECTIONS[direction][1], direction or "")
            yield Contrary(about=about, said=said)

    def _tested(self) -> Iterator[str]:
        """Who took part in the studies that count for or against the claims."""
        studies = {vote.study_id: vote.study for vote in self._votes()}
        primary = [study for study in studies.values() if not study.is_review]
        yield f"The claims are about {self.library.vocabulary.own_group}."
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

    def _checked(self) -> str:
        entries = [self.library.checked(key) for key in sorted(self.used)]
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

    # -- evidence of all claims

    def _votes(self) -> Iterator[Vote]:
        for claim in self.claims:
            yield from (*claim.appraisal.pro, *claim.appraisal.con)

    def _by_domain(self) -> Iterator[tuple[str, Vote]]:
        """Comparisons and reviews on the claims' outcomes, with the domain of each."""
        for claim in self.claims:
            subject = claim.appraisal.subject
            if subject.kind != "outcome":
                continue
            domain = self.library.vocabulary.outcomes[subject.id].domain
            for vote in (*claim.appraisal.pro, *claim.appraisal.con):
                if vote.lane != "other":
                    yield domain, vote

    def _not_yet_drawn(self) -> Iterator[Entry]:
        for claim in self.claims:
            for entry in (*claim.appraisal.pro_entries, *claim.appraisal.con_entries):
                if entry.ref not in self.told:
                    yield entry

    # -- the end

    def _standings(self) -> tuple[Badge, ...]:
        """Every standing of an outcome, and the words of this brief's themes and ideas."""
        order = list(reversed(ORDER))
        badges = [self.views.badge(standing) for standing in order]
        badges += sorted(
            (self._badge(claim) for claim in self.claims), key=lambda b: order.index(b.standing)
        )
        return tuple({badge.label: badge for badge in badges}.values())

    def _references(self) -> Iterator[PrintedReference]:
        for key, reference in self.context.references.items():
            if key not in self.used:
                continue
            entry = self.library.checked(key)
            day = f", {entry.checked.day} {entry.checked:%B %Y}" if entry.checked else ""
            standing = _WARNINGS.get(entry.standing, "")
            yield PrintedReference(
                key=Plain(key),
                text=runs(reference),
                state=words.capitalised(words.LEDGER_STATES[entry.state]) + day + ".",
                warning=standing,
            )

    def _citation(self, address: str) -> Typst:
        site, updated = self.context.site.name, self.front.updated
        day = f"{updated:%B} {updated.day}"
        return Typst(
            f"{shown(f'{site}. ({updated.year}, {day}). ')}#emph[{shown(self.front.title)}];"
            f"{shown(f' [Evidence brief]. {address}')}"
        )


_KINDS: Final[Mapping[str, str]] = {
    "public": "Evidence brief",
    "policy": "Evidence brief for policy",
    "contributors": "Note for contributors",
}
_NOT_LOOKED_UP: Final = frozenset({"unchecked", "unreachable", "no-identifier"})
_WARNINGS: Final[Mapping[str, str]] = {
    "retracted": "Retracted: counts for nothing.",
    "partially-retracted": "Partly retracted.",
    "concern": "The journal has published a concern about this work.",
    "corrected": "A correction to this work was published.",
    "reinstated": "Retracted once, and reinstated since.",
}


def _heading(claim: AppraisedClaim) -> str:
    return claim.claim.heading or claim.text


def _rank(vote: Vote) -> tuple[int, int, str, str]:
    return min(entry.rank for entry in vote.entries if entry.lane == vote.lane)


def _largest(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:3]


def _countries(studies: Iterable[Study]) -> Iterator[str]:
    for study in studies:
        yield from (part.strip() for part in (study.country or "").split(",") if part.strip())


def _bars(matrix: Iterable[Iterable[int]]) -> Iterator[tuple[int, int, int]]:
    """The dark modules of a code as bars: row, first column, length."""
    for y, row in enumerate(matrix):
        start = None
        for x, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield y, start, x - start
                start = None
