"""What stands at the end of a printed brief: what standings mean, the references, how to cite the
brief, and the code that leads back to its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import segno

from generator.appraise.standing import ORDER
from generator.render import words
from generator.render.pdf_teller import Teller
from generator.render.pdf_views import PrintedReference
from generator.render.typst import Plain, Typst, runs, shown
from generator.render.views import Badge


def standings(teller: Teller) -> tuple[Badge, ...]:
    """Every standing of an outcome, and the words of this brief's themes and ideas."""
    order = list(reversed(ORDER))
    badges = list(teller.all_badges(order))
    badges += sorted(map(teller.badge, teller.claims), key=lambda b: order.index(b.standing))
    return tuple({badge.label: badge for badge in badges}.values())


def references(teller: Teller) -> Iterator[PrintedReference]:
    """Every work that the brief named, in the order of the list; ask for it last."""
    for key, reference in teller.context.references.items():
        if key not in teller.used:
            continue
        entry = teller.library.checked(key)
        day = f", {entry.checked.day} {entry.checked:%B %Y}" if entry.checked else ""
        standing = _WARNINGS.get(entry.standing, "")
        yield PrintedReference(
            key=Plain(key),
            text=runs(reference),
            state=words.capitalised(words.LEDGER_STATES[entry.state]) + day + ".",
            warning=standing,
        )


def citation(teller: Teller, address: str) -> Typst:
    """How to cite the brief, in the style of its own references."""
    front = teller.brief.front
    site, updated = teller.context.site.name, front.updated
    day = f"{updated:%B} {updated.day}"
    return Typst(
        f"{shown(f'{site}. ({updated.year}, {day}). ')}#emph[{shown(front.title)}];"
        f"{shown(f' [Evidence brief]. {address}')}"
    )


def square_code(address: str) -> Plain:
    """A code that a camera reads as an address, as an SVG image: one path, which is set in a
    fraction of the time that some hundred dark bars would take."""
    matrix = segno.make(address, error="m", micro=False).matrix
    path = "".join(f"M{x} {y}h{n}v1h-{n}z" for y, x, n in _bars(matrix))
    return Plain(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(matrix)} {len(matrix)}">'
        f'<path d="{path}"/></svg>'
    )


_WARNINGS: Final[Mapping[str, str]] = {
    "retracted": "Retracted: counts for nothing.",
    "partially-retracted": "Partly retracted.",
    "concern": "The journal has published a concern about this work.",
    "corrected": "A correction to this work was published.",
    "reinstated": "Retracted once, and reinstated since.",
}


def _bars(matrix: Iterable[Iterable[int]]) -> Iterator[tuple[int, int, int]]:
    """The dark bars of a code: row, first column, length."""
    for y, row in enumerate(matrix):
        start = None
        for x, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield y, start, x - start
                start = None
