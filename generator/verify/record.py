"""What a registry says of a work, whatever the registry: the value that the pure stages compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from generator.model import Name, NoticeKind

Registry: TypeAlias = Literal[
    "Crossref", "DataCite", "PubMed", "OpenAlex", "Europe PMC", "doi.org", "Retraction Watch"
]

MOST_CHARACTERS: Final = 200_000
MOST_OF_A_TITLE: Final = 2_000
MOST_FORMS: Final = 20
MOST_AUTHORS: Final = 2_000
MOST_UPDATES: Final = 200

# Words of Crossref and of the Retraction Watch database for what was published about a work later.
# New versions and editions are not in it: they are the work itself.
NOTICE_KINDS: Final[dict[str, NoticeKind]] = {
    "retraction": "retraction",
    "withdrawal": "retraction",
    "removal": "retraction",
    "partial_retraction": "partial-retraction",
    "expression_of_concern": "concern",
    "concern": "concern",
    "correction": "correction",
    "corrigendum": "correction",
    "erratum": "correction",
    "addendum": "correction",
    "clarification": "correction",
    "reinstatement": "reinstatement",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Something that was published about a work later, as one registry tells it.

    `witness` is whose word it is, not who passed it on: Crossref and OpenAlex pass on what
    Retraction Watch says.
    """

    kind: NoticeKind
    identifier: str = ""
    date: str = ""
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One registry's record of a work. `titles` and `containers` hold every form it gives; `years`
    every year in which it appeared; `complete` is false where the list of authors is cut."""

    registry: Registry
    titles: tuple[str, ...]
    authors: tuple[Name, ...] = ()
    complete: bool = True
    years: tuple[int, ...] = ()
    containers: tuple[str, ...] = ()
    volume: str = ""
    issue: str = ""
    pages: str = ""
    article_number: str = ""
    publisher: str = ""
    kind: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    preprint: bool = False
    published_as: str = ""
    updates: tuple[Update, ...] = ()
    notice_of: NoticeKind | None = None
    flagged: bool = False
    abstract: str = ""

    def __post_init__(self) -> None:
        """Cut what no registry gives in earnest: all of it is compared with all of ours."""
        for name in ("titles", "containers"):
            cut = tuple(text[:MOST_OF_A_TITLE] for text in getattr(self, name)[:MOST_FORMS])
            object.__setattr__(self, name, cut)
        object.__setattr__(self, "years", self.years[:MOST_FORMS])
        object.__setattr__(self, "updates", self.updates[:MOST_UPDATES])
        if len(self.authors) > MOST_AUTHORS:
            object.__setattr__(self, "authors", self.authors[:MOST_AUTHORS])
            object.__setattr__(self, "complete", False)

    @property
    def title(self) -> str:
        """The title in full, as the registry gives it."""
        return self.titles[0] if self.titles else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A registry answered, and has no such work. `page` tells that it said so with a page for
    browsers, as a portal or a wrong address would."""

    registry: Registry
    page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """A registry gave no answer that can be read: nothing is known from it."""

    registry: Registry
    reason: str


Answer: TypeAlias = Record | Missing | Unreachable


class MalformedError(ValueError):
    """A registry's answer is not in the shape that the registry promises."""
