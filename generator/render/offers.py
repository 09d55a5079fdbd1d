"""What the site gives away beside its pages: each file's name, what it is, and on which terms."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from generator.library import Library
from generator.site import Site

FOLDER: Final = PurePosixPath("data")
FEED: Final = PurePosixPath("feed.xml")
# A file system holds names of 255 bytes; the name of an archive ends in `-data.zip`.
_MOST_LETTERS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """Terms on which something may be used, by their SPDX name."""

    id: str
    title: str
    url: str


TEXTS: Final = Licence(
    id="CC-BY-4.0",
    title="Creative Commons Attribution 4.0 International",
    url="https://creativecommons.org/licenses/by/4.0/",
)
DATA: Final = Licence(
    id="CC0-1.0",
    title="CC0 1.0 Universal, dedicated to the public domain",
    url="https://creativecommons.org/publicdomain/zero/1.0/",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file below data/: its name, media type, and what it holds, in plain words.

    `quotes_briefs` says that sentences of briefs stand in it, which are texts and not data.
    """

    name: str
    media: str
    says: str
    quotes_briefs: bool = False

    @property
    def licences(self) -> tuple[Licence, ...]:
        """The terms of what it holds."""
        return (DATA, TEXTS) if self.quotes_briefs else (DATA,)


FILES: Final = (
    DataFile(
        name="evidence.json",
        media="application/json",
        says="everything in one file: each study with its findings, each work with what the check"
        " of it said, and each claim with the findings for it and against it",
        quotes_briefs=True,
    ),
    DataFile(
        name="evidence.schema.json",
        media="application/schema+json",
        says="a description of that file, field by field, which programs can check it with",
    ),
    DataFile(
        name="studies.csv",
        media="text/csv",
        says="one row for each study: what it is, where it took place, how many people took part",
    ),
    DataFile(
        name="findings.csv",
        media="text/csv",
        says="one row for each finding: what was found, for whom, which way it points, how large"
        " the effect is, and where it was read",
    ),
    DataFile(
        name="works.csv",
        media="text/csv",
        says="one row for each article, book or report, with its identifiers and what the check of"
        " it said",
    ),
    DataFile(
        name="claims.csv",
        media="text/csv",
        says="one row for each claim of a brief: what it says and how the evidence stands to it",
        quotes_briefs=True,
    ),
    DataFile(
        name="claim_findings.csv",
        media="text/csv",
        says="one row for each finding that speaks for a claim or against it",
    ),
    DataFile(
        name="library.bib",
        media="application/x-bibtex",
        says="all references as BibTeX, for LaTeX, JabRef and Zotero",
    ),
    DataFile(
        name="library.ris",
        media="application/x-research-info-systems",
        says="all references as RIS, for EndNote, Mendeley and Zotero",
    ),
    DataFile(
        name="library.csl.json",
        media="application/vnd.citationstyles.csl+json",
        says="all references as CSL-JSON, for pandoc and programs that format citations",
    ),
    DataFile(
        name="datapackage.json",
        media="application/json",
        says="a description of the tables, column by column, and of how they belong together"
        " (a Frictionless data package)",
    ),
    DataFile(
        name="CITATION.cff",
        media="application/yaml",
        says="how to cite these data, in a form that programs read",
    ),
)


def archive_name(site: Site) -> str:
    """The name of the one file that holds all the others, such as ``choir-evidence-data.zip``."""
    return f"{slug(site.name)}-data.zip"


def slug(name: str) -> str:
    """A name in at most 60 small letters, digits and hyphens; ``site`` if none is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_MOST_LETTERS].strip("-") or "site"


def latest_day(library: Library) -> date | None:
    """The last day on which a brief was changed or a work was checked, as the records say."""
    days = [brief.front.updated for brief in library.briefs.values()]
    days += [entry.checked for entry in library.ledger.values() if entry.checked]
    return max(days, default=None)
