"""How a printed brief names things, and which works it has named so far.

The parts of a printed brief share one `Teller`. It alone knows what paper can lead to: an address
of the web for a page, and an entry of the reference list for a work. Whatever names a work says so
here, so that the list at the end holds every work that was named and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.appraise import AppraisedClaim, Entry, Vote
from generator.library import Brief
from generator.model import Standing
from generator.prose import Cite
from generator.render import words
from generator.render.context import Context
from generator.render.pdf_plots import DirectionTable, Forest, direction_table, forests
from generator.render.pdf_views import Said
from generator.render.typst import Plain, Typst, cited, literal, runs, shown
from generator.render.views import Badge, Views, who_or_what
from generator.routes import path_of, url_of


class Teller:
    """Names works, studies and pages in one brief; `used` holds the keys of the works it named,
    `told` the findings whose effects were drawn already."""

    def __init__(self, context: Context, brief: Brief) -> None:
        self.context, self.library, self.brief = context, context.library, brief
        self.claims = context.evidence.claims[brief.slug]
        self.named = {key: context.bibliography.in_text(key) for key in context.references}
        self.used: set[str] = set()
        self.told: set[str] = set()
        self._views = Views(path_of(f"brief:{brief.slug}"), context)

    # -- pages

    def web(self, route: str) -> str:
        """The web address of a route; empty where the site has none."""
        page, _, anchor = route.partition("#")
        if not self.context.site.url:
            return ""
        return self.context.site.url + url_of(page) + (f"#{anchor}" if anchor else "")

    def link(self, target: str) -> str:
        """A link target as an address that works on paper; empty where there is none."""
        if target.startswith(("https://", "http://", "mailto:")):
            return target
        if target.startswith("#"):
            own = self.web(f"brief:{self.brief.slug}")
            return own and own + target
        return self.web(target)

    # -- works

    def cite(self, cite: Cite) -> Typst:
        """A group of citations, each leading to its reference."""
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

    def work(self, key: str) -> Typst:
        """One work as it is cited, leading to its reference."""
        self.used.add(key)
        return cited(key, shown(self.named[key]))

    def finding(self, entry: Entry, word: str, direction: str) -> Said:
        """What a finding says, where it was read, and a word for its direction."""
        key = entry.study.reports[0]
        source = entry.finding.source.report
        self.used.update((key, source))
        notes = []
        if source != key:
            notes.append(f"read in {self.named[source]}")
        if entry.second_hand:
            notes.append("second-hand")
        return Said(
            address=Plain(self.web(f"study:{entry.study_id}#{entry.finding.id}")),
            cited=self.named[key],
            direction=Plain(direction),
            word=word,
            kind=f"{words.DESIGNS[entry.study.design]}, {who_or_what(entry.study)}",
            statement=entry.finding.statement,
            note="; ".join(notes),
        )

    # -- drawings

    def directions(self, votes: Iterable[tuple[str, Vote]]) -> DirectionTable:
        """The effect direction table of these votes, each with its domain."""
        table = direction_table(votes, self.library.vocabulary, self.named)
        self.used.update(row.key for row in table.rows)
        return table

    def effects(self, entries: Iterable[Entry]) -> tuple[Forest, ...]:
        """The effects of these findings that can share a scale."""
        drawn = tuple(forests(entries, self.library, self.named))
        rows = [row for forest in drawn for row in forest.rows]
        self.used.update(key for row in rows for key in (row.key, row.source))
        return drawn

    # -- claims

    def badge(self, claim: AppraisedClaim) -> Badge:
        """The standing of a claim."""
        appraisal = claim.appraisal
        return self._views.badge(appraisal.standing, appraisal.subject.kind)

    def all_badges(self, standings: Iterable[Standing]) -> Iterator[Badge]:
        """The standings of an outcome, in the order given."""
        return (self._views.badge(standing) for standing in standings)

    def anchor(self, claim: AppraisedClaim) -> Plain:
        """Where a claim stands, in one brief or in the book of all."""
        return Plain(f"{self.brief.slug}/{claim.id}")

    def label(self, claim: AppraisedClaim) -> str:
        """What a claim is about."""
        subject = claim.appraisal.subject
        return self.library.vocabulary.subjects[subject.kind][subject.id].label


def call(name: str, value: object) -> Typst:
    """Markup that has a drawing of the templates made from a value."""
    return Typst(f"#{name}({literal(value)});")
