"""Every page of the site as Markdown, from one template each."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from generator.appraise import Entry, Subject
from generator.appraise.direction import one_direction
from generator.appraise.evidence import SubjectKind
from generator.library import Brief
from generator.model import Correction, Direction, Outcome, Population, Term, Theme
from generator.prose import Claim, SlotBlock
from generator.render import words
from generator.render.flow import lay_out
from generator.render.markdown import Writer, address, escape
from generator.render.views import ClaimView, Context, Download, StudyLine, Views
from generator.routes import PAGES, path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A generated file: its path below the docs folder and its text."""

    path: PurePosixPath
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefCard:
    """A brief in a list."""

    title: str
    link: str
    summary: str
    kind: str
    claims: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """An outcome, theme or concept in a list, with how many studies speak of it."""

    label: str
    link: str
    definition: str
    group: str
    studies: int
    benefit: int
    no_difference: int
    mixed: int
    harm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedStudy:
    """A study with the places where a source reports it otherwise than its own record."""

    study: StudyLine
    corrections: tuple[tuple[Markup, Correction], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """An outcome in the evidence map; an empty cell is a gap."""

    outcome: str
    link: str
    cells: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMap:
    """Outcomes by kinds of support, for one population."""

    population: str
    categories: tuple[str, ...]
    rows: tuple[MapRow, ...]


class Pages:
    """Writes pages from the templates of `folders`; the first folder that has one wins."""

    def __init__(
        self,
        folders: Iterable[Path],
        context: Context,
        downloads: Mapping[str, tuple[Download, ...]] | None = None,
    ) -> None:
        self.context = context
        self.downloads = downloads or {}
        self.library = context.library
        self.environment = _environment(folders)

    def all(self) -> Iterator[Page]:
        """Every page of the site."""
        yield from (self.brief(brief) for brief in self.library.briefs.values())
        yield from (self.study(study_id) for study_id in self.library.studies)
        vocabulary = self.library.vocabulary
        tables: tuple[tuple[SubjectKind, Mapping[str, Term]], ...] = (
            ("outcome", vocabulary.outcomes),
            ("theme", vocabulary.themes),
            ("concept", vocabulary.concepts),
        )
        for kind, terms in tables:
            yield from (self.term(kind, term_id, term) for term_id, term in terms.items())
        yield from (self.work(key) for key in self.library.works)
        yield from (self._indexes())

    # -- one page each

    def brief(self, brief: Brief) -> Page:
        """A brief with its evidence panels and references."""
        views = self._views(f"brief:{brief.slug}")
        appraised = {claim.id: claim for claim in self.context.evidence.claims[brief.slug]}
        claims: list[ClaimView] = []

        def block(node: Claim | SlotBlock) -> Markup:
            if isinstance(node, SlotBlock):
                return self._slot(views, node)
            statement = writer.inline(node.statement.children)
            view = views.claim(appraised[node.block.id], statement)
            claims.append(view)
            return self._fragment("claim", claim=view)

        writer = Writer(link=views.link, cite=views.cite_group, block=block)
        body = writer.blocks(brief.blocks)
        return self._page(
            views,
            self._brief_template(brief),
            title=brief.front.title,
            description=brief.front.summary,
            kind="brief",
            brief=brief.front,
            body=body,
            claims=tuple(claims),
            contrary=_best_contrary(claims),
            messages=_first_of_each_heading(claims),
            notices=views.notices(c.key for c in brief.citations),
            downloads=self.downloads.get(brief.slug, ()),
            image=f"briefs/{brief.slug}.png" if brief.slug in self.downloads else "",
            references=views.reference_list(c.key for c in brief.citations),
            updated=f"{brief.front.updated:%-d %B %Y}",
        )

    def study(self, study_id: str) -> Page:
        """A study: who took part, what it found, where each finding was read."""
        views = self._views(f"study:{study_id}")
        study = self.library.studies[study_id]
        vocabulary = self.library.vocabulary
        return self._page(
            views,
            "study",
            title=study.title,
            description=f"{words.DESIGNS[study.design].capitalize()}: {study.title}",
            kind="study",
            study=study,
            design=words.DESIGNS[study.design],
            category=vocabulary.categories[study.category],
            group=vocabulary.groups[study.group] if study.group else None,
            people=words.people(study.n),
            findings=views.findings_of(study_id),
            notices=views.notices((*study.reports, *(f.source.report for f in study.findings))),
            reports=[views.reference(key) for key in study.reports],
            included_in=[views.reference(key) for key in study.included_in],
            corrections=[
                (views.cite(c.report) if c.report else escape(c.page or ""), c)
                for c in study.corrections
            ],
            claims=views.claims_on(study_id),
        )

    def term(self, kind: SubjectKind, term_id: str, term: Term) -> Page:
        """An outcome, theme or concept: what is known on it, population by population."""
        views = self._views(f"{kind}:{term_id}")
        claims = self.context.claims_by_subject.get((kind, term_id), ())
        return self._page(
            views,
            kind,
            title=term.label,
            description=term.definition,
            kind=kind,
            term=term,
            populations=tuple(views.populations(kind, term_id)),
            notices=views.notices(
                entry.finding.source.report
                for _, entries in self.context.evidence.about(kind, term_id)
                for entry in entries
            ),
            claims=[views.claim(claim) for claim in claims],
            swim=self._swim(term_id) if kind == "outcome" else (),
        )

    def _swim(self, outcome: str) -> tuple[tuple[str, str], ...]:
        """The nine SWiM items of an outcome's synthesis, as far as they are written."""
        own = self.library.synthesis.outcomes.get(outcome)
        default = self.library.synthesis.default
        items = ((own and getattr(own, name)) or getattr(default, name) for name in words.SWIM)
        return tuple(
            (label, text) for label, text in zip(words.SWIM.values(), items, strict=True) if text
        )

    def work(self, key: str) -> Page:
        """A work: its reference, its identifiers, what was checked, and what rests on it."""
        views = self._views(f"work:{key}")
        work, entry = self.library.works[key], self.library.checked(key)
        citations, links = self.library.citations, self.context.links_of.get(key, ())
        return self._page(
            views,
            "work",
            title=work.title,
            description=f"Reference and check state of: {work.title}",
            kind="work",
            work=work,
            entry=entry,
            reference=views.reference(key),
            notices=views.notices((key,)),
            studies=[views.study_line(i) for i in self.library.studies_of(key)],
            claims=[views.claim(c) for c in self.context.claims_by_work.get(key, ())],
            counts=[count for count in citations.counts if count.work == key],
            cited_by=[(views.cite(x.citing), x) for x in links if x.cited == key],
            citing=[(views.cite(x.cited), x) for x in links if x.citing == key],
            corrections=self.context.corrections_of.get(key, ()),
            includes=[views.study_line(i) for i in self.context.included_by.get(key, ())],
        )

    # -- lists

    def _indexes(self) -> Iterator[Page]:
        yield self._home()
        yield self._plain(
            "briefs",
            briefs=self._brief_cards("briefs"),
            book=self.downloads.get("all-briefs", ()),
        )
        yield self._plain("studies", studies=self._study_lines("studies"))
        yield self._plain("outcomes", terms=self._term_lines("outcomes", "outcome"))
        yield self._plain(
            "themes",
            terms=self._term_lines("themes", "theme"),
            concepts=self._term_lines("themes", "concept"),
        )
        yield self._references()
        views = self._views("page:methods")
        yield self._plain(
            "methods",
            wording=[
                (views.badge(standing), hedges)
                for standing, hedges in reversed(list(self.library.wording.standings.items()))
            ],
            vocabulary=self.library.vocabulary,
        )
        yield self._plain("map", maps=tuple(self._maps(self._views("page:map"))))
        yield self._plain("corrections", corrections=self._corrections())
        yield self._plain("contribute")
        yield self._plain("data")
        yield self._plain("search")

    def _references(self) -> Page:
        """Every reference, by what the check of it said."""
        views = self._views("page:references")
        by_state = {
            state: [key for key in self.library.works if self.library.checked(key).state == state]
            for state in words.LEDGER_STATES
        }
        return self._plain(
            "references",
            total=len(self.library.works),
            groups=[
                (state, words.LEDGER_STATES[state], views.reference_list(keys))
                for state, keys in by_state.items()
                if keys
            ],
        )

    def _corrections(self) -> tuple[CorrectedStudy, ...]:
        views = self._views("page:corrections")
        return tuple(
            CorrectedStudy(
                study=views.study_line(study_id),
                corrections=tuple(
                    (views.cite(c.report) if c.report else escape(c.page or ""), c)
                    for c in study.corrections
                ),
            )
            for study_id, study in self.library.studies.items()
            if study.corrections
        )

    def _home(self) -> Page:
        cards = self._brief_cards("home")
        unknown = [
            claim for card in cards for claim in card.claims if claim.panel.badge.standing == "open"
        ]
        return self._plain("home", briefs=cards, unknown=unknown, counts=self._counts())

    def _counts(self) -> Mapping[str, int]:
        return {
            "studies": len(self.library.studies),
            "works": len(self.library.works),
            "claims": sum(len(claims) for claims in self.context.evidence.claims.values()),
        }

    def _brief_cards(self, page: str) -> tuple[BriefCard, ...]:
        views = self._views(f"page:{page}")
        briefs = sorted(self.library.briefs.values(), key=lambda b: (b.front.order, b.slug))
        return tuple(
            BriefCard(
                title=brief.front.title,
                link=views.link(f"brief:{brief.slug}"),
                summary=brief.front.summary,
                kind=brief.front.kind,
                claims=_first_of_each_heading(
                    map(views.claim, self.context.evidence.claims[brief.slug])
                ),
            )
            for brief in briefs
        )

    def _study_lines(self, page: str) -> tuple[StudyLine, ...]:
        views = self._views(f"page:{page}")
        return tuple(views.study_line(study_id) for study_id in self.library.studies)

    def _term_lines(self, page: str, kind: SubjectKind) -> tuple[TermLine, ...]:
        views = self._views(f"page:{page}")
        vocabulary = self.library.vocabulary
        tables: Mapping[str, Mapping[str, Term]] = {
            "outcome": vocabulary.outcomes,
            "theme": vocabulary.themes,
            "concept": vocabulary.concepts,
        }
        return tuple(
            self._term_line(views, kind, term_id, term) for term_id, term in tables[kind].items()
        )

    def _term_line(self, views: Views, kind: SubjectKind, term_id: str, term: Term) -> TermLine:
        entries = [e for _, found in self.context.evidence.about(kind, term_id) for e in found]
        directions = Counter(entry.finding.direction for entry in entries)
        group = ""
        if isinstance(term, Outcome):
            group = self.library.vocabulary.domains[term.domain].label
        elif isinstance(term, Theme):
            group = term.kind
        return TermLine(
            label=term.label,
            link=views.link(f"{kind}:{term_id}"),
            definition=term.definition,
            group=group,
            studies=len({entry.study_id for entry in entries}),
            benefit=directions["benefit"],
            no_difference=directions["no-difference"],
            mixed=directions["mixed"],
            harm=directions["harm"],
        )

    # -- slots in briefs

    def _slot(self, views: Views, block: SlotBlock) -> Markup:
        """What a block of a brief asks to be drawn from the data."""
        options = block.slot.options
        population = options.get("population", "recipients")
        outcome = options.get("outcome", "")
        known = [v for v in views.populations("outcome", outcome) if v.anchor == population]
        match block.slot.kind:
            case "forest" | "effect-direction":
                return self._fragment(block.slot.kind, populations=known)
            case "study-table":
                return self._fragment("study-table", studies=self._chosen(views, options))
            case "evidence-map":
                return self._fragment("evidence-map", maps=tuple(self._maps(views)))
            case "flow" if self.library.flow is not None:
                flow = self.library.flow
                return self._fragment("flow", flow=lay_out(flow), cited=views.cite(flow.review))
        return Markup()

    def _chosen(self, views: Views, options: Mapping[str, str]) -> tuple[StudyLine, ...]:
        """The studies that a study table asks for, by design, category or country."""
        chosen = (
            study_id
            for study_id, study in self.library.studies.items()
            if all(getattr(study, name) == value for name, value in options.items())
        )
        return tuple(map(views.study_line, chosen))

    def _maps(self, views: Views) -> Iterator[EvidenceMap]:
        """For each population, which kinds of support were studied for which outcomes."""
        for population, term in self.library.vocabulary.populations.items():
            rows = tuple(self._map_rows(views, population))
            if rows:
                yield EvidenceMap(
                    population=term.label,
                    categories=tuple(c.label for c in self._studied().values()),
                    rows=rows,
                )

    def _studied(self) -> Mapping[str, Term]:
        """The categories in which some study counts for the site's own group."""
        used = {study.category for study in self.library.studies.values() if not study.group}
        vocabulary = self.library.vocabulary.categories
        return {name: term for name, term in vocabulary.items() if name in used}

    def _map_rows(self, views: Views, population: Population) -> Iterator[MapRow]:
        for outcome_id, outcome in self.library.vocabulary.outcomes.items():
            subject = Subject(kind="outcome", id=outcome_id, population=population)
            entries = [e for e in self.context.evidence.subjects.get(subject, ()) if e.counts]
            if not entries:
                continue
            link = views.link(f"outcome:{outcome_id}#{population}")
            cells = (
                map_cell([e for e in entries if e.study.category == category], link)
                for category in self._studied()
            )
            yield MapRow(outcome=outcome.label, link=link, cells=tuple(cells))

    # -- templates

    def _views(self, route: str) -> Views:
        return Views(path_of(route), self.context)

    def _brief_template(self, brief: Brief) -> str:
        names = (f"brief-{brief.front.kind}", "brief")
        known = set(self.environment.list_templates())
        return next(name for name in names if f"pages/{name}.md.j2" in known)

    def _plain(self, name: str, **values: object) -> Page:
        return self._page(self._views(f"page:{name}"), name, kind=name, **values)

    def _page(self, views: Views, template: str, **values: object) -> Page:
        head = {"kind": values.get("kind")}
        for key in ("title", "description", "image"):
            if values.get(key):
                head[key] = values[key]
        text = self._template(f"pages/{template}.md.j2").render(
            **values,
            site=self.context.site,
            link=lambda route: address(views.link(route)),
            front=_front_matter(head),
        )
        return Page(path=views.path, text=text.strip() + "\n")

    def _fragment(self, name: str, **values: object) -> Markup:
        text = self._template(f"blocks/{name}.md.j2").render(**values)
        return Markup(text.strip("\n"))  # noqa: S704 - a template's own output

    @cache  # noqa: B019 - one Pages value lives as long as the build
    def _template(self, name: str) -> Template:
        return self.environment.get_template(name)


def _environment(folders: Iterable[Path]) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["address"] = address
    environment.filters["number"] = words.number
    environment.filters["counted"] = words.counted
    environment.filters["capitalize_first"] = words.capitalised
    environment.filters["lower_first"] = words.uncapitalised
    environment.globals["pages"] = tuple(PAGES)
    return environment


def _finalize(value: object) -> Markup:
    """Escape what a template prints, for Markdown and HTML alike, unless it is markup of ours."""
    if value is None:
        raise TypeError("a template prints a value that is not there")
    return escape(value)


def _front_matter(head: Mapping[str, object]) -> Markup:
    """The head of a page. JSON is YAML, so no text can break out of it; the theme prints these
    values as HTML, so they are escaped here."""
    lines = [
        f"{key}: {json.dumps(html.escape(str(value)), ensure_ascii=False)}"
        for key, value in head.items()
    ]
    return Markup("---\n" + "\n".join(lines) + "\n---")  # noqa: S704


def _first_of_each_heading(claims: Iterable[ClaimView]) -> tuple[ClaimView, ...]:
    """The first claim below each heading: with its heading, a main message."""
    first: dict[str, ClaimView] = {}
    for claim in claims:
        first.setdefault(claim.heading, claim)
    return tuple(first.values())


def map_cell(entries: Iterable[Entry], link: str) -> Markup:
    """How many studies point each way, such as "▲ 3, ○ 2", linked to them; "gap" where none do."""
    studies: dict[str, list[Direction]] = {}
    for entry in entries:
        if entry.finding.direction is not None:
            studies.setdefault(entry.study_id, []).append(entry.finding.direction)
    if not studies:
        return Markup('<span class="gap">gap</span>')
    votes = Counter(one_direction(found) for found in studies.values())
    each: tuple[Direction, ...] = ("benefit", "no-difference", "mixed", "harm")
    parts = (
        f"{words.DIRECTIONS[direction][0]} {votes[direction]} {words.DIRECTIONS[direction][1]}"
        for direction in each
        if votes[direction]
    )
    return Markup("[{}]({})").format(escape(", ".join(parts)), address(link))


def _best_contrary(claims: Iterable[ClaimView]) -> tuple[ClaimView, ...]:
    """The claims that meet findings against them, those with the strongest such finding first."""
    met = (claim for claim in claims if claim.panel.con)
    return tuple(sorted(met, key=lambda claim: claim.panel.strongest_con))
