"""What a reader takes along or sends back: a line with its sources, a page's citation, a change.

This module alone knows how such texts are worded and how a code host's forms are filled by a link.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final
from urllib.parse import quote, urlencode

from markupsafe import Markup

from generator.cite import Bibliography
from generator.cite import plain as plain_reference
from generator.model import LedgerEntry
from generator.prose import Break, Cite, Code, Inline, Link, Marked, Text
from generator.render import words
from generator.render.markdown import address, escape
from generator.routes import url_of
from generator.site import Site

SENTENCE: Final = "correct-sentence.yml"
RECORD: Final = "correct-record.yml"
STUDY: Final = "suggest-study.yml"
_NOT_LOOKED_UP: Final = frozenset({"unchecked", "unreachable", "no-identifier"})
# Code hosts refuse addresses that are much longer than this.
_MOST_SIGNS: Final = 1_500


def line(children: Iterable[Inline], bibliography: Bibliography) -> str:
    """A statement as it stands on its page, word for word, with its citations, on one line."""
    return " ".join("".join(_spoken(child, bibliography) for child in children).split())


def _spoken(node: Inline, bibliography: Bibliography) -> str:
    match node:
        case Text(value=value) | Code(value=value):
            return value
        case Break():
            return " "
        case Marked(children=children) | Link(children=children):
            return "".join(_spoken(child, bibliography) for child in children)
        case Cite(citations=citations, narrative=narrative):
            pieces = bibliography.group(
                ((one.key, one.locator) for one in citations), narrative=narrative
            )
            return "".join(plain_reference(piece.runs) for piece in pieces)


def web_address(site: Site, route: str) -> str:
    """The whole address of a route; where the site has none yet, its place below the root."""
    page, _, anchor = route.partition("#")
    return site.url + url_of(page) + (f"#{anchor}" if anchor else "")


def page_citation(site: Site, route: str, title: str, updated: date) -> Markup:
    """How a page may be cited, after APA 7: who publishes it, when, its title and address."""
    day = f"{updated.year}, {updated:%B} {updated.day}"
    cited = Markup("{}. ({}). *{}* &#91;Evidence brief&#93;.").format(
        escape(site.name), day, escape(title)
    )
    if not site.url:
        return cited
    where = web_address(site, route)
    return cited + Markup(" [{}]({})").format(escape(where), address(where))


def suggestion(site: Site, form: str, **answers: str) -> str:
    """The address of a form at the site's repository with these answers filled in; empty where
    the site names no repository that a link may lead to."""
    if not site.repository.startswith("https://"):
        return ""
    kept = {name: _cut(answer) for name, answer in answers.items() if answer}
    query = urlencode({"template": form, **kept}, quote_via=quote)
    return f"{site.repository.rstrip('/')}/issues/new?{query}"


def _cut(answer: str) -> str:
    """An answer that an address has room for; a longer one ends at a word."""
    if len(answer) <= _MOST_SIGNS:
        return answer
    return answer[:_MOST_SIGNS].rsplit(" ", 1)[0] + " …"


def checks(entries: Iterable[LedgerEntry]) -> str:
    """How many of these works were compared with a registry's record, and when, in a sentence."""
    entries = tuple(entries)
    if not entries:
        return ""
    seen = [entry for entry in entries if entry.state not in _NOT_LOOKED_UP]
    days = [entry.checked for entry in seen if entry.checked]
    last = f", last on {max(days):%-d %B %Y}" if days else ""
    if not seen:
        return "None of its references has been compared with a registry's record yet."
    if len(seen) == len(entries):
        return f"All its references were compared with a registry's record{last}."
    return (
        f"{len(seen)} of its {words.counted(len(entries), 'reference', 'references')}"
        f" {'was' if len(seen) == 1 else 'were'} compared with a registry's record{last}."
    )
