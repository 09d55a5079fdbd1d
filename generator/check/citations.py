"""Rules about citations and links in briefs: each must lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.appraise import Evidence
from generator.check.rule import Fault
from generator.library import BRIEFS_FOLDER, LIBRARY_PATH, Brief, Library, study_place
from generator.load.source import look_alike, short
from generator.problem import Place, mend, nearest
from generator.prose import Heading, Link, inlines_of, walk
from generator.routes import PAGES


def unknown_citation(library: Library, _: Evidence) -> Iterator[Fault]:
    """Every work that a brief cites stands in the library."""
    if LIBRARY_PATH in library.broken:
        return
    for brief in library.briefs.values():
        for citation in brief.citations:
            if citation.key not in library.works:
                hint = f"{nearest(citation.key, library.works)} {look_alike(citation.key)}"
                yield Fault(
                    place=citation.place,
                    message=f"'@{short(citation.key)}' is no entry of {LIBRARY_PATH}",
                    hint=hint.strip(),
                    fix=mend(citation.key, library.works, mark="@"),
                )


def broken_link(library: Library, _: Evidence) -> Iterator[Fault]:
    """Every link of a brief to another page of the site leads to a page that exists."""
    for brief in library.briefs.values():
        for link in _links(brief):
            yield from _link_faults(library, link, brief)


def anchors_of(brief: Brief) -> tuple[str, ...]:
    """The anchors of a brief's own page: its headings and its claims."""
    headings = [block.anchor for block in brief.blocks if isinstance(block, Heading)]
    return (*headings, *(claim.block.id for claim in brief.claims))


def _links(brief: Brief) -> Iterator[Link]:
    for block in brief.blocks:
        for run in inlines_of(block):
            yield from (node for node in walk(run) if isinstance(node, Link))


def _link_faults(library: Library, link: Link, brief: Brief) -> Iterator[Fault]:
    if link.target.startswith("#"):
        yield from _missing_anchor(library, link, brief, link.target[1:], "heading or claim")
        return
    kind, _, rest = link.target.partition(":")
    name, _, anchor = rest.partition("#")
    routes = _routes(library)
    if kind not in routes:
        return
    if not _is_unread(library, kind, name):
        yield from _missing(link.place, kind, name, routes[kind])
    if kind == "brief" and anchor and name in library.briefs:
        what = f"heading or claim of '{name}'"
        yield from _missing_anchor(library, link, library.briefs[name], anchor, what)


def _is_unread(library: Library, kind: str, name: str) -> bool:
    """Whether the file that a link leads to is there, and only could not be read."""
    places = {"brief": f"{BRIEFS_FOLDER}/{name}.md", "study": study_place(name).path}
    return places.get(kind) in library.broken


def _missing_anchor(
    library: Library, link: Link, brief: Brief, anchor: str, what: str
) -> Iterator[Fault]:
    """In a brief that was not read in full, an anchor may only seem to be missing."""
    if brief.path not in library.broken:
        yield from _missing(link.place, what, anchor, anchors_of(brief))


def _routes(library: Library) -> Mapping[str, tuple[str, ...] | Mapping[str, object]]:
    words = library.vocabulary
    return {
        "brief": library.briefs,
        "study": library.studies,
        "outcome": words.outcomes,
        "theme": words.themes,
        "concept": words.concepts,
        "work": library.works,
        "page": PAGES,
    }


def _missing(
    place: Place, kind: str, name: str, allowed: tuple[str, ...] | Mapping[str, object]
) -> Iterator[Fault]:
    if name not in allowed:
        yield Fault(
            place=place, message=f"there is no {kind} '{name}'", hint=nearest(name, allowed)
        )
