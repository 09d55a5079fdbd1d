"""A printed brief as one value, from its first page to its last.

This module alone knows in what order the parts of a printed brief are made: the reference list
comes last, because every other part may name a work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from generator.appraise import Entry, Vote
from generator.library import Brief
from generator.prose import Claim, Heading, SlotBlock
from generator.render import pdf_end, pdf_front
from generator.render.context import Context
from generator.render.pdf_blocks import printed_block
from generator.render.pdf_claims import printed_claim
from generator.render.pdf_teller import Teller, call
from generator.render.pdf_views import PrintedBrief
from generator.render.typst import Plain, Typst, Writer, literal
from generator.routes import url_of

LICENCE: Final = "Text: CC BY 4.0. Data: CC0."
_KINDS: Final[Mapping[str, str]] = {
    "public": "Evidence brief",
    "policy": "Evidence brief for policy",
    "contributors": "Note for contributors",
}


def printed_brief(context: Context, brief: Brief) -> PrintedBrief:
    """A brief as it is printed, with the version of its content."""
    teller = Teller(context, brief)
    made = _printed(teller)
    code = pdf_end.square_code(_address(teller))
    return replace(made, version=fingerprint(literal(made)), code=code)


def fingerprint(text: str) -> str:
    """A short name for a text: the same text has the same name on every machine."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def download_name(context: Context, brief: Brief) -> str:
    """The name under which a reader keeps a brief: site, brief and date."""
    words_of_site = "".join(c if c.isalnum() else " " for c in context.site.name.lower()).split()
    site = "-".join(words_of_site)
    return f"{site}-{brief.slug}-{brief.front.updated.isoformat()}.pdf"


def _printed(teller: Teller) -> PrintedBrief:
    """Everything but the version; the parts are made in the order in which they name works."""
    body = _body(teller)
    contrary = pdf_front.contrary(teller)
    directions = teller.directions(_by_domain(teller))
    drawn = teller.effects(_not_yet_drawn(teller))
    slug, site, front = teller.brief.slug, teller.context.site, teller.brief.front
    address = _address(teller)
    return PrintedBrief(
        slug=Plain(slug),
        site=site.name,
        title=front.title,
        kind=_KINDS.get(front.audience, "Evidence brief"),
        question=front.question or "",
        summary=front.summary,
        updated=f"{front.updated.day} {front.updated:%B %Y}",
        date=(front.updated.year, front.updated.month, front.updated.day),
        warnings=tuple(pdf_front.warnings(teller)),
        messages=tuple(pdf_front.messages(teller)),
        more=pdf_front.more(teller),
        contrary=contrary,
        tested=tuple(pdf_front.tested(teller)),
        checked=pdf_front.checked(teller),
        body=body,
        directions=directions,
        forests=drawn,
        standings=pdf_end.standings(teller),
        references=tuple(pdf_end.references(teller)),
        citation=pdf_end.citation(teller, address),
        licence=LICENCE,
        address=Plain(address if urlsplit(address).scheme else ""),
        short_address=address.removeprefix("https://").rstrip("/"),
        own_group=teller.library.vocabulary.own_group,
    )


def _address(teller: Teller) -> str:
    """Where the newest version is: on the web, or, where that is not known, within the site."""
    route = f"brief:{teller.brief.slug}"
    return teller.web(route) or url_of(route)


def _body(teller: Teller) -> Typst:
    appraised = {claim.id: claim for claim in teller.claims}
    level = 1

    def block(node: Claim | SlotBlock) -> Typst:
        if isinstance(node, SlotBlock):
            return printed_block(teller, node, min(level + 1, 4))
        statement = writer.inline(node.statement.children)
        return call("claim", printed_claim(teller, appraised[node.block.id], statement))

    writer = Writer(link=teller.link, cite=teller.cite, block=block)
    written = []
    for one in teller.brief.blocks:
        level = one.level if isinstance(one, Heading) else level
        written.append(writer.one(one))
    return Typst("\n\n".join(written))


def _by_domain(teller: Teller) -> Iterator[tuple[str, Vote]]:
    """Comparisons and reviews on the claims' outcomes, with the domain of each."""
    for claim in teller.claims:
        subject = claim.appraisal.subject
        if subject.kind != "outcome":
            continue
        domain = teller.library.vocabulary.outcomes[subject.id].domain
        for vote in (*claim.appraisal.pro, *claim.appraisal.con):
            if vote.lane != "other":
                yield domain, vote


def _not_yet_drawn(teller: Teller) -> Iterator[Entry]:
    for claim in teller.claims:
        for entry in (*claim.appraisal.pro_entries, *claim.appraisal.con_entries):
            if entry.ref not in teller.told:
                yield entry
