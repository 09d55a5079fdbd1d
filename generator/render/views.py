"""What templates are given: one typed value a page, with every choice of words already made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from markupsafe import Markup

from generator.appraise import (
    Appraisal,
    AppraisedClaim,
    Entry,
    Subject,
    Vote,
    appraise,
)
from generator.appraise.direction import count_votes
from generator.appraise.evidence import entries_of
from generator.appraise.overlap import Overlap, overlap
from generator.cite import Reference, Run
from generator.model import Standing, Study, SubjectKind, Term
from generator.prose import Cite
from generator.render import words
from generator.render.context import Context, Told
from generator.render.forest import Forest, Labelled, can_be_drawn, draw
from generator.render.markdown import address, edges_kept, escape
from generator.render.share import SENTENCE, line, suggestion, web_address
from generator.routes import link_from

# Of a list without end a page shows this many. It keeps an outcome of 5,000 findings below 500 KB.
MOST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A standing: a word first, then a meter of four marks."""

    standing: Standing
    label: str
    meaning: str
    marks: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding on one line or in one paragraph."""

    id: str
    statement: str
    symbol: str
    direction: str
    study: str
    study_link: str
    cited: Markup
    design: str
    people: str
    size: str
    country: str
    basis: str
    where: str
    second_hand: bool
    effect: str
    comparator: str
    certainty: str
    subject: str
    subject_link: str
    population: str
    group: str
    quote: str
    retracted: bool
    weaker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The evidence on one subject, for and against.

    On an outcome, findings of weaker kinds are shown and counted apart.
    """

    badge: Badge
    reasons: tuple[str, ...]
    pro: tuple[FindingView, ...]
    con: tuple[FindingView, ...]
    aside: tuple[FindingView, ...]
    is_outcome: bool
    subject: str
    subject_link: str
    population: str
    strongest_con: tuple[int, int, str, str]
    all_link: str
    data_link: str

    @property
    def is_cut(self) -> bool:
        """Whether a page shows only the first of these findings."""
        return max(map(len, (self.pro, self.con, self.aside))) > MOST_SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A claim on its brief's page, or named on another page.

    On its own page `line` is its statement with the citations, for readers to take along, and
    `suggest` the address of a form to change it (empty where there is none).
    """

    id: str
    heading: str
    statement: Markup
    text: str
    link: str
    brief: str
    panel: Panel
    line: str = ""
    suggest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """A claim named on another page: where it stands, and how sure it is."""

    id: str
    heading: str
    text: str
    link: str
    brief: str
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file beside a brief's page: its name there, what it is, and how large.

    `name` is what it is called once it was saved; `size` and `pages` are in words.
    """

    file: str
    label: str
    name: str
    size: str
    pages: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a registry says of a work that a reader must know, such as that it was retracted."""

    cited: Markup
    standing: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceView:
    """A reference with what was checked about it; `standing` is what a reader must know of the
    work, such as that it was retracted, or empty."""

    key: str
    text: Markup
    link: str
    state: str
    checked: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One study on one subject, in an effect direction table."""

    study: str
    study_link: str
    cited: Markup
    design: str
    people: str
    size: str
    symbol: str
    direction: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteView:
    """A vote count by direction of effect, in words and in percent."""

    known: int
    favour: int
    unknown: int
    share: str
    p: str
    too_few: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectLine:
    """An effect as its source reports it."""

    cited: Markup
    link: str
    design: str
    reported: str
    side: str
    drawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationView:
    """What is known on one outcome, theme or concept for one population."""

    population: str
    definition: str
    panel: Panel
    comparisons: tuple[Row, ...]
    syntheses: tuple[Row, ...]
    others: tuple[Row, ...]
    votes: VoteView
    votes_randomised: VoteView
    forests: tuple[Forest, ...]
    effects: tuple[EffectLine, ...]
    overlap: Overlap | None
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """A study in a list."""

    id: str
    title: str
    link: str
    cited: Markup
    design: str
    category: str
    people: str
    country: str
    findings: int


class Views:
    """Builds the views of one page: links are relative to `path`."""

    def __init__(self, path: PurePosixPath, context: Context) -> None:
        self.path = path
        self.folder = str(path.parent)
        self.context = context
        self.library = context.library
        self.bibliography = context.bibliography
        self.references = context.references

    def link(self, route: str) -> str:
        """A route as a link from this page."""
        return link_from(self.folder, route)

    # -- citations

    def cite(self, key: str) -> Markup:
        """A citation in the running text, such as "Felton et al., 1995", linked to the work."""
        text = escape(self.context.in_text[key])
        return Markup(f"[{text}]({address(self.link(f'work:{key}'))})")  # noqa: S704 - both escaped

    def cite_group(self, cite: Cite) -> Markup:
        """A group of citations, each linked to the reference at the foot of the page."""
        pieces = self.bibliography.group(
            ((citation.key, citation.locator) for citation in cite.citations),
            narrative=cite.narrative,
        )
        return Markup("").join(
            Markup('[{}]({} "{}")').format(
                runs_text(piece.runs), address(f"#ref-{piece.key}"), self.state(piece.key)
            )
            if piece.key
            else runs_text(piece.runs)
            for piece in pieces
        )

    def state(self, key: str) -> str:
        """What is known of a work's check and standing, in one line."""
        entry = self.library.checked(key)
        standing = words.WORK_STANDINGS.get(entry.standing)
        state = words.capitalised(words.LEDGER_STATES[entry.state])
        return f"{state}. This work {standing}" if standing else f"{state}."

    def reference(self, key: str) -> ReferenceView:
        """A reference in full."""
        entry = self.library.checked(key)
        day = f"{entry.checked:%-d %B %Y}" if entry.checked else ""
        checked = ", ".join(filter(None, (entry.source, day)))
        return ReferenceView(
            key=key,
            text=runs_text(self.references[key]),
            link=self.link(f"work:{key}"),
            state=words.LEDGER_STATES[entry.state],
            checked=checked,
            standing=words.WORK_STANDINGS.get(entry.standing, ""),
        )

    def notices(self, keys: Iterable[str]) -> tuple[Notice, ...]:
        """The works among these that were retracted, corrected or doubted, gravest first."""
        standings = {key: self.library.checked(key).standing for key in dict.fromkeys(keys)}
        order = list(words.WORK_STANDINGS)
        told = [key for key, standing in standings.items() if standing in words.WORK_STANDINGS]
        told.sort(key=lambda key: (order.index(standings[key]), key))
        return tuple(
            Notice(
                cited=self.cite(key),
                standing=standings[key],
                text=words.WORK_STANDINGS[standings[key]],
            )
            for key in told
        )

    def reference_list(self, keys: Iterable[str]) -> tuple[ReferenceView, ...]:
        """References in the order of the list, each once."""
        wanted = frozenset(keys)
        return tuple(self.reference(key) for key in self.references if key in wanted)

    # -- findings

    def finding(self, entry: Entry) -> FindingView:
        """A finding with all that a reader needs to weigh it."""
        study, finding = entry.study, entry.finding
        symbol, direction = words.DIRECTIONS[finding.direction]
        kind: SubjectKind = (
            "outcome" if finding.outcome else "theme" if finding.theme else "concept"
        )
        groups = self.library.vocabulary.groups
        return FindingView(
            id=finding.id,
            statement=finding.statement,
            symbol=symbol,
            direction=direction,
            study=study.title,
            study_link=self.link(f"study:{entry.study_id}#{finding.id}"),
            cited=self.cite(finding.source.report),
            design=words.DESIGNS[study.design],
            people=who_or_what(study),
            size=words.size(study.n),
            country=study.country or "",
            basis=words.BASES[finding.basis],
            where=finding.source.where,
            second_hand=entry.second_hand,
            effect=words.effect(finding.effect) if finding.effect else "",
            comparator=finding.comparator or "",
            certainty=self._certainty(entry),
            subject=self._term(kind, finding.subject).label,
            subject_link=self.link(f"{kind}:{finding.subject}"),
            population=self.library.vocabulary.populations[finding.population].label,
            group=groups[study.group].label if study.group and study.group in groups else "",
            quote=finding.quote or "",
            retracted=entry.retracted,
            weaker=kind == "outcome" and entry.lane == "other",
        )

    def _certainty(self, entry: Entry) -> str:
        rated = entry.finding.certainty
        if rated is None:
            return ""
        rating = rated.rating.replace("-", " ")
        return f"{rating} certainty ({rated.system}), as rated by its authors"

    def _term(self, kind: SubjectKind, term: str) -> Term:
        return self.library.vocabulary.subjects[kind][term]

    # -- panels and claims

    def badge(self, standing: Standing, kind: SubjectKind = "outcome") -> Badge:
        """A standing as readers see it; themes and concepts have words of their own."""
        wording = self.library.wording
        own = {"outcome": wording.standings, "theme": wording.themes, "concept": wording.concepts}
        hedges = own[kind].get(standing) or wording.standings[standing]
        filled = words.METER[standing]
        return Badge(
            standing=standing,
            label=hedges.label,
            meaning=hedges.meaning,
            marks=tuple(i < filled for i in range(4)),
        )

    def panel(self, appraisal: Appraisal) -> Panel:
        """The evidence on a subject, for and against."""
        subject = appraisal.subject
        return Panel(
            badge=self.badge(appraisal.standing, subject.kind),
            reasons=words.reasons(appraisal),
            pro=tuple(map(self.finding, appraisal.pro_entries)),
            con=tuple(map(self.finding, appraisal.con_entries)),
            aside=tuple(map(self.finding, appraisal.aside)),
            is_outcome=subject.kind == "outcome",
            subject=self._term(subject.kind, subject.id).label,
            subject_link=self.link(f"{subject.kind}:{subject.id}"),
            population=self.library.vocabulary.populations[subject.population].label,
            strongest_con=next((entry.rank for entry in appraisal.con_entries), (99, 0, "", "")),
            all_link=f"{self.link('page:studies')}?outcome={subject.id}"
            f"&population={subject.population}",
            data_link=self.link("page:data"),
        )

    def claim(self, claim: AppraisedClaim, statement: Markup | None = None) -> ClaimView:
        """A claim; `statement` is its written text on its own page."""
        route = f"brief:{claim.slug}#{claim.id}"
        written = line(claim.claim.statement.children, self.bibliography) if statement else ""
        return ClaimView(
            id=claim.id,
            heading=claim.claim.heading,
            statement=statement or Markup(),
            text=claim.text,
            link=self.link(route),
            brief=self.library.briefs[claim.slug].front.title,
            panel=self.panel(claim.appraisal),
            line=written,
            suggest=self.suggest(SENTENCE, route, sentence=written) if statement else "",
        )

    def claim_line(self, told: Told) -> ClaimLine:
        """A claim on a page other than its own."""
        return ClaimLine(
            id=told.id,
            heading=told.heading,
            text=told.text,
            link=self.link(f"brief:{told.slug}#{told.id}"),
            brief=told.brief,
            badge=self.badge(told.standing, told.kind),
        )

    def suggest(self, form: str, route: str, page: str = "page", **answers: str) -> str:
        """The address of a form about a page, filled in, or empty; `page` is the form's question
        for the page's address."""
        site = self.context.site
        return suggestion(site, form, **{page: web_address(site, route)}, **answers)

    # -- outcomes, themes, concepts

    def populations(self, kind: SubjectKind, subject_id: str) -> Iterator[PopulationView]:
        """What is known on a subject, population by population."""
        for subject, entries in self.context.evidence.about(kind, subject_id):
            appraisal = appraise(subject, "benefit" if kind == "outcome" else None, entries)
            yield self._population(subject, appraisal)

    def _population(self, subject: Subject, appraisal: Appraisal) -> PopulationView:
        term = self.library.vocabulary.populations[subject.population]
        votes = (*appraisal.pro, *appraisal.con)
        comparisons = [vote for vote in votes if vote.lane == "comparison"]
        randomised = [v for v in comparisons if v.study.design == "randomised-trial"]
        return PopulationView(
            population=term.label,
            definition=term.definition,
            panel=self.panel(appraisal),
            comparisons=self._rows(comparisons),
            syntheses=self._rows([vote for vote in votes if vote.lane == "synthesis"]),
            others=self._rows([vote for vote in votes if vote.lane == "other"]),
            votes=_count(comparisons),
            votes_randomised=_count(randomised),
            forests=self.forests(appraisal),
            effects=tuple(self._effects(appraisal)),
            overlap=overlap(self._included(v.study) for v in votes if v.lane == "synthesis"),
            anchor=subject.population,
        )

    def _included(self, review: Study) -> frozenset[str]:
        """The primary studies that a review is known to include, by their main reports."""
        ids = (i for key in review.reports for i in self.context.included_by.get(key, ()))
        included = (self.library.studies[study_id] for study_id in ids)
        return frozenset(study.reports[0] for study in included if not study.is_review)

    def forests(self, appraisal: Appraisal) -> tuple[Forest, ...]:
        """The effects on a subject that can be drawn, reviews first."""
        entries = (*appraisal.pro_entries, *appraisal.con_entries)
        drawn = [entry for entry in entries if can_be_drawn(entry)]
        drawn.sort(key=lambda entry: (not entry.study.is_review, *entry.rank))
        subject = self._term(appraisal.subject.kind, appraisal.subject.id).label
        return tuple(draw(subject, map(self._labelled, drawn[:MOST_SHOWN])))

    def _effects(self, appraisal: Appraisal) -> Iterator[EffectLine]:
        """Every effect on a subject as reported, drawn or not, reviews first."""
        entries = (*appraisal.pro_entries, *appraisal.con_entries, *appraisal.aside)
        for entry in sorted(entries, key=lambda e: (not e.study.is_review, *e.rank)):
            effect = entry.finding.effect
            if effect is not None and entry.study.group is None:
                yield EffectLine(
                    cited=self.cite(entry.study.reports[0]),
                    link=self.link(f"study:{entry.study_id}#{entry.finding.id}"),
                    design=words.DESIGNS[entry.study.design],
                    reported=words.effect(effect),
                    side=words.side(effect),
                    drawn=can_be_drawn(entry) and entry.counts,
                )

    def _labelled(self, entry: Entry) -> Labelled:
        effect = entry.finding.effect
        parts = [words.DESIGNS[entry.study.design]]
        if effect is not None and effect.k is not None:
            parts.append(words.counted(effect.k, "study", "studies"))
        if effect is not None and effect.timepoint:
            parts.append(effect.timepoint)
        return Labelled(
            entry=entry,
            label=self.context.in_text[entry.study.reports[0]],
            detail=", ".join(parts),
            link=self.link(f"study:{entry.study_id}#{entry.finding.id}"),
        )

    def _rows(self, votes: Iterable[Vote]) -> tuple[Row, ...]:
        ordered = sorted(votes, key=lambda vote: vote.entries[0].rank)
        return tuple(self._row(vote) for vote in ordered)

    def _row(self, vote: Vote) -> Row:
        study = vote.study
        symbol, direction = words.DIRECTIONS[vote.direction]
        notes = []
        if any(entry.second_hand for entry in vote.entries):
            notes.append("read second-hand")
        if len(vote.entries) > 1:
            notes.append(words.counted(len(vote.entries), "finding", "findings"))
        return Row(
            study=study.title,
            study_link=self.link(f"study:{vote.study_id}"),
            cited=self.cite(study.reports[0]),
            design=words.DESIGNS[study.design],
            people=who_or_what(study),
            size=words.size(study.n),
            symbol=symbol,
            direction=direction,
            note="; ".join(notes),
        )

    # -- studies

    def study_line(self, study_id: str) -> StudyLine:
        """A study in a list."""
        study = self.library.studies[study_id]
        return StudyLine(
            id=study_id,
            title=study.title,
            link=self.link(f"study:{study_id}"),
            cited=self.cite(study.reports[0]),
            design=words.DESIGNS[study.design],
            category=self.library.vocabulary.categories[study.category].label,
            people=who_or_what(study),
            country=study.country or "",
            findings=len(study.findings),
        )

    def findings_of(self, study_id: str) -> tuple[FindingView, ...]:
        """A study's findings in the order of its record."""
        entries = entries_of(self.library, study_id, self.library.studies[study_id])
        return tuple(map(self.finding, entries))

    def claims_on(self, study_id: str) -> tuple[ClaimLine, ...]:
        """The claims for which a study counts, for or against."""
        return tuple(map(self.claim_line, self.context.claims_by_study.get(study_id, ())))


def who_or_what(study: Study) -> str:
    """How many people took part; for a review, how many studies it includes."""
    if study.is_review and study.studies_included is not None:
        return words.counted(study.studies_included, "study", "studies")
    if study.is_review and study.n is None:
        return "number of studies not reported"
    return words.people(study.n)


def runs_text(runs: Reference) -> Markup:
    """Runs of a reference or a citation in Markdown."""
    return Markup("".join(map(_run_text, runs)))  # noqa: S704 - each run is escaped


def _run_text(run: Run) -> str:
    text: str = edges_kept(run.text)
    if run.italic:
        text = f"*{text}*"
    return f"[{text}]({address(run.href)})" if run.href else text


def _count(votes: Iterable[Vote]) -> VoteView:
    count = count_votes(vote.estimate for vote in votes)
    share = ""
    if count.low is not None and count.high is not None:
        percent = [round(100 * x) for x in (count.favour / count.known, count.low, count.high)]
        share = f"{percent[0]}%, 95% interval {percent[1]}% to {percent[2]}%"
    return VoteView(
        known=count.known,
        favour=count.favour,
        unknown=count.unknown,
        share=share,
        p="" if count.p is None else f"{count.p:.2g}",
        too_few=count.too_few_to_test,
    )
