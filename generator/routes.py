"""Where each page of the site stands, and how one page links to another."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePosixPath

PAGES = {
    "home": "index.md",
    "briefs": "briefs/index.md",
    "outcomes": "outcomes/index.md",
    "themes": "themes/index.md",
    "studies": "studies/index.md",
    "references": "references.md",
    "map": "map.md",
    "corrections": "corrections.md",
    "methods": "methods.md",
    "contribute": "contribute.md",
    "data": "data.md",
    "glossary": "glossary.md",
    "promises": "promises.md",
    "search": "search.md",
}
_FOLDERS = {
    "brief": "briefs",
    "study": "studies",
    "outcome": "outcomes",
    "theme": "themes",
    "concept": "concepts",
    "work": "works",
}


def path_of(route: str) -> PurePosixPath:
    """The Markdown file of a route such as ``study:ahlgren2001``, below the docs folder."""
    kind, _, name = route.partition(":")
    return PurePosixPath(_file(kind, name))


def _file(kind: str, name: str) -> str:
    return PAGES[name] if kind == "page" else f"{_FOLDERS[kind]}/{name}.md"


def link(source: PurePosixPath, target: str) -> str:
    """A link target as it is written on the page `source`: routes become relative paths."""
    return link_from(str(source.parent), target)


@lru_cache(maxsize=1 << 16)
def link_from(folder: str, target: str) -> str:
    """A link target as it is written on a page in `folder`, such as ``studies`` or ``.``."""
    kind, _, rest = target.partition(":")
    if kind != "page" and kind not in _FOLDERS:
        return target
    name, _, anchor = rest.partition("#")
    path = _file(kind, name)
    if folder != ".":
        inside = path.removeprefix(f"{folder}/")
        path = inside if inside != path else "../" * (folder.count("/") + 1) + path
    return f"{path}#{anchor}" if anchor else path


def url_of(route: str) -> str:
    """The address of a route on the built site, relative to its root, such as ``studies/x/``."""
    kind, _, name = route.partition(":")
    folder, slash, file = _file(kind, name).rpartition("/")
    return f"{folder}{slash}" if file == "index.md" else f"{folder}{slash}{file[:-3]}/"
