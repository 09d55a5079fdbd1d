"""Every page of the site as Markdown, from one template each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path, PurePosixPath
from typing import Final

from jinja2 import Template
from markupsafe import Markup

from generator.library import Brief
from generator.model import Correction, Population, SubjectKind, Term, Theme
from generator.prose import Claim, SlotBlock
from generator.render import cards, findable, words
from generator.render.context import Context
from generator.render.credit import all_credits
from generator.render.finder import Part, parts
from generator.render.flow import lay_out
from generator.render.glossary import Explainer
from generator.render.listing import Listing, files
from generator.render.lists import LISTS
from generator.render.markdown import Writer, address, escape
from generator.render.metadata import brief_head, data_head, exchange_forms, home_head, work_head
from generator.render.offers import FILES, FOLDER, archive_name
from generator.render.page import Maker, Making, Page
from generator.render.promises import promise_views, run_view
from generator.render.share import RECORD, SENTENCE, STUDY, checks, page_citation, suggestion
from generator.render.slots import Counts, MapRow, evidence_maps, studies_asked_for
from generator.render.templating import environment_of, front_matter
from generator.render.views import ClaimView, Download, StudyLine, Views
from generator.routes import path_of

SUGGESTIONS: Final = PurePosixPath("search/terms.json")

# A first section with more claims than this is itself a list of messages.
_MOST_IN_A_SECTION = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """A theme or concept in a list, with how many studies speak of it."""

    label: str
    link: str
    definition: str
    group: str
    studies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedStudy:
    """A study with the places where a source reports it otherwise than its own record."""

    study: StudyLine
    corrections: tuple[tuple[Markup, Correction], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """An outcome in the evidence map, with a cell for each category; an empty cell is a gap."""

    outcome: str
    link: str
    cells: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """Outcomes by categories of studies, for one population."""

    population: str
    categories: tuple[str, ...]
    rows: tuple[RowView, ...]


class Pages:
    """Writes pages from the templates of `folders`; the first folder that has one wins."""

    def __init__(
        self,
        folders: Iterable[Path],
        context: Context,
        downloads: Callable[[], Mapping[str, tuple[Download, ...]]] = dict,
    ) -> None:
        self.context = context
        self._downloads = downloads
        self.library = context.library
        self.environment = environment_of(folders)

    @cached_property
    def downloads(self) -> Mapping[str, tuple[Download, ...]]:
        """What the pages of briefs offer; asking for it waits until the files are made."""
        return self._downloads()

    def all(self) -> Iterator[Page]:
        """Every page of the site."""
        return (make() for _, make in self.makers())

    def makers(self) -> Iterator[Maker]:
        """Where every page stands, and how it is made; what lists hold is worked out last."""
        yield from self.of_records()
        yield from self.singles()
        yield from self._lists()

    def of_records(self) -> Iterator[Maker]:
        """The pages of one study, work or term each, which draw on a few records of many."""
        for study_id in self.library.studies:
            yield path_of(f"study:{study_id}"), partial(self.study, study_id)
        for kind, terms in self.library.vocabulary.subjects.items():
            for term_id, term in terms.items():
                yield path_of(f"{kind}:{term_id}"), partial(self.term, kind, term_id, term)
        for key in self.library.works:
            yield path_of(f"work:{key}"), partial(self.work, key)

    def lists(self) -> Iterator[Making]:
        """The lists in which readers find things: all pages and files of each together."""
        for name, listing in LISTS.items():
            yield Making(name=f"list of {name}", make=partial(self._listed, listing))

    def briefs(self) -> Iterator[Maker]:
        """The briefs, which offer printed files."""
        for slug, brief in self.library.briefs.items():
            yield path_of(f"brief:{slug}"), partial(self.brief, brief)

    def singles(self) -> Iterator[Maker]:
        """The briefs, and the pages of which there is one each."""
        yield from self.briefs()
        for name, make in self._plain_pages().items():
            yield path_of(f"page:{name}"), make
        yield SUGGESTIONS, self._suggestions

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

        route = f"brief:{brief.slug}"
        explain = Explainer(self.context.glossary, views.link)
        writer = Writer(link=views.link, cite=views.cite_group, block=block, text=explain)
        body = writer.page(brief.blocks)
        cited = dict.fromkeys(citation.key for citation in brief.citations)
        return self._page(
            views,
            self._brief_template(brief),
            title=brief.front.title,
            description=brief.front.summary,
            kind="brief",
            found=findable.brief_tags(self.context, brief.slug),
            brief=brief.front,
            body=body,
            claims=tuple(claims),
            contrary=_best_contrary(claims),
            messages=_main_messages(claims),
            notices=views.notices(cited),
            downloads=self.downloads.get(brief.slug, ()),
            image=f"briefs/{brief.slug}.png" if brief.slug in self.downloads else "",
            metadata=brief_head(self.context, brief, self.downloads.get(brief.slug, ())),
            exchange=f"../../{FOLDER}/briefs/{brief.slug}",
            references=views.reference_list(cited),
            checks=checks(map(self.library.checked, cited)),
            citation=page_citation(
                self.context.site, route, brief.front.title, brief.front.updated
            ),
            suggest=views.suggest(SENTENCE, route),
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
            found=findable.study_tags(self.context, study_id),
            study=study,
            design=words.DESIGNS[study.design],
            category=vocabulary.categories[study.category],
            category_label=vocabulary.category_label,
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
            suggest=views.suggest(RECORD, f"study:{study_id}", page="record"),
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
            found=findable.term_tags(kind, term),
            term=term,
            populations=tuple(views.populations(kind, term_id)),
            notices=views.notices(
                entry.finding.source.report
                for _, entries in self.context.evidence.about(kind, term_id)
                for entry in entries
            ),
            claims=[views.claim_line(claim) for claim in claims],
            swim=self._swim(term_id) if kind == "outcome" else (),
            suggest=views.suggest(SENTENCE, f"{kind}:{term_id}"),
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
        retracted = "Retracted. " if entry.standing == "retracted" else ""
        links = self.context.links_of.get(key, ())
        return self._page(
            views,
            "work",
            title=work.title,
            description=f"{retracted}Reference and check state of: {work.title}",
            kind="work",
            found=findable.work_tags(self.context, key),
            work=work,
            entry=entry,
            reference=views.reference(key),
            notices=views.notices((key,)),
            studies=[views.study_line(i) for i in self.library.studies_of(key)],
            claims=[views.claim_line(c) for c in self.context.claims_by_work.get(key, ())],
            counts=self.context.counts_of.get(key, ()),
            cited_by=[(views.cite(x.citing), x) for x in links if x.cited == key],
            citing=[(views.cite(x.cited), x) for x in links if x.citing == key],
            corrections=self.context.corrections_of.get(key, ()),
            includes=[views.study_line(i) for i in self.context.included_by.get(key, ())],
            forms=exchange_forms(work),
            metadata=work_head(self.context, key),
        )

    # -- lists

    def _plain_pages(self) -> Mapping[str, Callable[[], Page]]:
        """The pages of which there is one each, by name."""
        return {
            "home": self._home,
            "briefs": self._briefs,
            "themes": self._themes,
            "methods": self._methods,
            "map": lambda: self._plain("map", maps=tuple(self._maps(self._views("page:map")))),
            "corrections": lambda: self._plain("corrections", corrections=self._corrections()),
            "contribute": self._contribute,
            "data": self._data,
            "glossary": lambda: self._plain("glossary", terms=self.context.glossary.entries()),
            "search": self._search,
            "promises": self._promises,
        }

    def _briefs(self) -> Page:
        briefs = cards.brief_cards(self._views("page:briefs"), self.context)
        return self._plain(
            "briefs",
            briefs=briefs,
            unknown=cards.unknown_claims(briefs),
            book=self.downloads.get("all-briefs", ()),
        )

    def _themes(self) -> Page:
        return self._plain(
            "themes",
            terms=self._term_lines("themes", "theme"),
            concepts=self._term_lines("themes", "concept"),
        )

    def _methods(self) -> Page:
        views = self._views("page:methods")
        standings = tuple(self.library.wording.standings)
        return self._plain(
            "methods",
            labels={standing: views.badge(standing).label for standing in standings},
            themes={standing: views.badge(standing, "theme") for standing in standings},
            concepts={standing: views.badge(standing, "concept") for standing in standings},
            wording=[
                (views.badge(standing), hedges)
                for standing, hedges in reversed(list(self.library.wording.standings.items()))
            ],
            vocabulary=self.library.vocabulary,
        )

    def _promises(self) -> Page:
        tested = self.library.tested
        promises = promise_views(tested, self.context.site)
        return self._plain("promises", promises=promises, run=run_view(tested))

    def _contribute(self) -> Page:
        site = self.context.site
        return self._plain(
            "contribute",
            credits=all_credits(self.library),
            mistake=suggestion(site, SENTENCE),
            study=suggestion(site, STUDY),
        )

    def _data(self) -> Page:
        return self._plain(
            "data",
            files=FILES,
            archive=archive_name(self.context.site),
            metadata=data_head(self.context),
        )

    def _search(self) -> Page:
        return self._plain(
            "search",
            kinds=tuple(findable.KINDS.values()),
            designs=findable.designs(self.context),
            outcomes=findable.outcomes(self.context),
        )

    def _suggestions(self) -> Page:
        """The words that search offers when it finds nothing."""
        return Page(path=SUGGESTIONS, text=findable.suggestions(self.context))

    def _lists(self) -> Iterator[Maker]:
        return (maker for listing in LISTS.values() for maker in self._list(listing))

    def _listed(self, list_of: Callable[[Context], Listing]) -> Iterator[Page]:
        return (make() for _, make in self._list(list_of))

    def _list(self, list_of: Callable[[Context], Listing]) -> Iterator[Maker]:
        """A list on as many pages as it needs, and its data."""
        listing = list_of(self.context)
        for part in parts(listing):
            yield part.path, partial(self._part, listing.name, part)
        for path, text in files(listing):
            yield path, partial(Page, path=path, text=text)

    def _part(self, name: str, part: Part) -> Page:
        later = {"title": part.title} if part.number > 1 else {}
        views = Views(part.path, self.context)
        return self._page(views, name, kind=name, listed=part, **later)

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
        views = self._views("page:home")
        book = self.downloads.get("all-briefs", ())
        return self._plain(
            "home",
            home=cards.home(cards.brief_cards(views, self.context), book),
            counts=self._counts(),
            metadata=home_head(self.context),
        )

    def _counts(self) -> Mapping[str, int]:
        return {
            "studies": len(self.library.studies),
            "works": len(self.library.works),
            "claims": sum(len(claims) for claims in self.context.evidence.claims.values()),
        }

    def _term_lines(self, page: str, kind: SubjectKind) -> tuple[TermLine, ...]:
        views = self._views(f"page:{page}")
        terms = self.library.vocabulary.subjects[kind]
        return tuple(self._term_line(views, kind, term_id, term) for term_id, term in terms.items())

    def _term_line(self, views: Views, kind: SubjectKind, term_id: str, term: Term) -> TermLine:
        entries = [e for _, found in self.context.evidence.about(kind, term_id) for e in found]
        return TermLine(
            label=term.label,
            link=views.link(f"{kind}:{term_id}"),
            definition=term.definition,
            group=term.kind if isinstance(term, Theme) else "",
            studies=len({entry.study_id for entry in entries}),
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
                chosen = studies_asked_for(self.library, options)
                return self._fragment("study-table", studies=tuple(map(views.study_line, chosen)))
            case "evidence-map":
                return self._fragment("evidence-map", maps=tuple(self._maps(views)))
            case "flow" if self.library.flow is not None:
                flow = self.library.flow
                return self._fragment("flow", flow=lay_out(flow), cited=views.cite(flow.review))
        return Markup()

    def _maps(self, views: Views) -> Iterator[MapView]:
        """For each population, which categories were studied for which outcomes."""
        vocabulary = self.library.vocabulary
        for made in evidence_maps(self.library, self.context.evidence):
            yield MapView(
                population=vocabulary.populations[made.population].label,
                categories=tuple(vocabulary.categories[c].label for c in made.categories),
                rows=tuple(self._map_row(views, made.population, row) for row in made.rows),
            )

    def _map_row(self, views: Views, population: Population, row: MapRow) -> RowView:
        link = views.link(f"outcome:{row.outcome}#{population}")
        return RowView(
            outcome=self.library.vocabulary.outcomes[row.outcome].label,
            link=link,
            cells=tuple(_map_cell(cell, link) for cell in row.cells),
        )

    # -- templates

    def _views(self, route: str) -> Views:
        return Views(path_of(route), self.context)

    def _brief_template(self, brief: Brief) -> str:
        names = (f"brief-{brief.front.kind}", "brief")
        known = set(self.environment.list_templates())
        return next(name for name in names if f"pages/{name}.md.j2" in known)

    def _plain(self, name: str, **values: object) -> Page:
        views = self._views(f"page:{name}")
        return self._page(views, name, kind=name, found=findable.page_tags(name), **values)

    def _page(self, views: Views, template: str, **values: object) -> Page:
        head = {"kind": values.get("kind")}
        for key in ("title", "description", "image", "found"):
            if values.get(key):
                head[key] = values[key]
        if isinstance(metadata := values.get("metadata"), Mapping):
            head.update(metadata)
        text = self._template(f"pages/{template}.md.j2").render(
            **values,
            explain=Explainer(self.context.glossary, views.link),
            site=self.context.site,
            link=lambda route: address(views.link(route)),
            front=front_matter(head),
        )
        return Page(path=views.path, text=text.strip() + "\n")

    def _fragment(self, name: str, **values: object) -> Markup:
        text = self._template(f"blocks/{name}.md.j2").render(**values)
        return Markup(text.strip("\n"))  # noqa: S704 - a template's own output

    @cache  # noqa: B019 - one Pages value lives as long as the build
    def _template(self, name: str) -> Template:
        return self.environment.get_template(name)


def _main_messages(claims: Sequence[ClaimView]) -> tuple[ClaimView, ...]:
    """What a page's list of main messages names: none where its first section is such a list."""
    first = sum(claim.heading == claims[0].heading for claim in claims)
    return () if first > _MOST_IN_A_SECTION else cards.first_of_each_heading(claims)


def _map_cell(counts: Counts, link: str) -> Markup:
    """How many studies point each way ("▲ 3 better, ○ 2 mixed"), linked to them; else "gap"."""
    if not counts:
        return Markup('<span class="gap">gap</span>')
    told = (
        Markup('<span class="way">{}&nbsp;{} {}</span>').format(
            words.DIRECTIONS[direction][0], number, words.DIRECTIONS[direction][1]
        )
        for direction, number in counts
    )
    return Markup("[{}]({})").format(Markup(", ").join(told), address(link))


def _best_contrary(claims: Iterable[ClaimView]) -> tuple[ClaimView, ...]:
    """The claims that meet findings against them, those with the strongest such finding first."""
    met = (claim for claim in claims if claim.panel.con)
    return tuple(sorted(met, key=lambda claim: claim.panel.strongest_con))
