"""What the site is called and where it stands: the settings that pages need."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """A help line that exists: where it serves, and how to reach it."""

    place: str
    contact: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Settings of one site, from its mkdocs.yml.

    `url` ends with a slash or is empty; `repository` is empty where there is none.
    """

    name: str
    description: str
    tagline: str = ""
    url: str = ""
    repository: str = ""
    help_lines: tuple[HelpLine, ...] = ()
