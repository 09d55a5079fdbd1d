"""Reads the site's settings from mkdocs.yml; alone knows which of them pages need."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from generator.problem import Place, Problem
from generator.site import HelpLine, Site

_PATH = "mkdocs.yml"


class _Loader(yaml.CSafeLoader):
    """Reads the builder's settings; tags that only the builder understands become None."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def load_site(
    root: Path, environment: Mapping[str, str]
) -> tuple[Site | None, tuple[Problem, ...]]:
    """Read ROOT/mkdocs.yml; `SITE_URL` and `SITE_REPOSITORY` in `environment` win over it."""
    try:
        text = (root / _PATH).read_text(encoding="utf-8")
        settings = yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except FileNotFoundError:
        return None, (_fault("there is no mkdocs.yml", "It holds the site's name and address."),)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return None, (_fault(f"mkdocs.yml cannot be read: {' '.join(str(error).split())}"),)
    if not isinstance(settings, dict) or not settings.get("site_name"):
        return None, (_fault("mkdocs.yml must name the site in `site_name`"),)
    return _site(settings, environment), ()


def _site(settings: Mapping[str, Any], environment: Mapping[str, str]) -> Site:
    extra = settings.get("extra") or {}
    address = environment.get("SITE_URL") or settings.get("site_url") or ""
    description = str(settings.get("site_description") or settings["site_name"])
    return Site(
        name=str(settings["site_name"]),
        description=description,
        tagline=str(extra.get("tagline") or description).strip(),
        url=address if not address or address.endswith("/") else f"{address}/",
        repository=environment.get("SITE_REPOSITORY") or extra.get("repository") or "",
        help_lines=tuple(
            HelpLine(place=line["place"], contact=line["contact"], url=line.get("url", ""))
            for line in extra.get("help") or ()
        ),
    )


def _fault(message: str, hint: str = "") -> Problem:
    return Problem(place=Place(path=_PATH), rule="site-settings", message=message, hint=hint)
