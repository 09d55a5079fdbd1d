"""Clothes generated Markdown in the theme: this module alone knows MkDocs.

It does what `mkdocs build` does, a page at a time, so that pages can be shared out among processes
and a page that did not change need not be made again. A test holds the two to the same bytes.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any, Final

from markupsafe import escape

if TYPE_CHECKING:
    from mkdocs.structure.files import File
    from mkdocs.structure.pages import Page

_MADE_BY: Final = ("mkdocs", "mkdocs-material", "markdown", "jinja2")
_SKINNED: Final = "material"
_FRAME: Final = "base.html"
_PROGRAMS: Final = ("assets/javascripts/", "assets/stylesheets/")
SKIN: Final = Path(__file__).resolve().parents[2] / "site_overrides"


class BuildFailed(Exception):
    """The site builder refused the generated pages; the text says what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a site's settings and Markdown are, and where its HTML goes."""

    root: Path
    docs: Path
    html: Path

    @classmethod
    def below(cls, root: Path, html: str = "html") -> Place:
        """The places of the site in `root`; its HTML goes to ``build/HTML``."""
        build = root.resolve() / "build"
        return cls(root=root.resolve(), docs=build / "docs", html=build / html)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dressed:
    """A page that was made: the anchors it has, and those it links to, each with its page."""

    uri: str
    anchors: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


class Theme:
    """A site's settings, navigation and templates, ready to make pages.

    Raises `BuildFailed` when the settings cannot be used.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        with _strict():
            self._open()

    def _open(self) -> None:
        from mkdocs.config import load_config
        from mkdocs.structure.files import get_files, set_exclusions
        from mkdocs.structure.nav import get_navigation
        from mkdocs.structure.pages import Page

        self.config = load_config(str(self.place.root / "mkdocs.yml"), **_settings(self.place))
        self._tame()
        self.skin = self._skin()
        if self.config.plugins:
            named = ", ".join(self.config.plugins)
            raise BuildFailed(f"mkdocs.yml must say 'plugins: []'; these cannot be used: {named}")
        self.files = get_files(self.config)
        self.environment = self.config.theme.get_env()
        # It asks for nothing but names.
        names = _Shown(tuple(map(Path, self.config.theme.dirs)))
        self.files.add_files_from_theme(names, self.config)  # type: ignore[arg-type]
        set_exclusions(self.files, self.config)
        self.nav = get_navigation(self.files, self.config)
        self.documents = list(self.files.documentation_pages())
        self._pages = {
            file.src_uri: file.page or Page(None, file, self.config) for file in self.documents
        }
        self._populate(page for page in self.nav.pages if "title" not in vars(page))

    def _tame(self) -> None:
        """Make the settings that pages show harmless: the theme prints them as HTML."""
        for name in ("site_name", "site_description", "copyright", "extra", "nav", "extra_css"):
            self.config[name] = _shown(self.config[name])
        for name in ("favicon", "language", "logo", "palette"):
            if name in self.config.theme:
                self.config.theme[name] = _shown(self.config.theme[name])

    def _skin(self) -> Path | None:
        """The folder of the theme's overrides: the one that mkdocs.yml names, or else ours.

        Ours is found here, so that a site in any folder looks right without naming a path.
        """
        theme = self.config.theme
        if theme.custom_dir:
            return Path(theme.custom_dir)
        if theme.name != _SKINNED:
            return None
        theme.dirs.insert(0, str(SKIN))
        return SKIN

    def _populate(self, pages: Iterable[Page]) -> None:
        """Read pages that the navigation names only by their own titles."""
        from mkdocs.commands.build import _populate_page

        for page in pages:
            _populate_page(page, self.config, self.files)

    @cached_property
    def pages(self) -> Mapping[str, Path]:
        """Every page, by the Markdown file it comes from, and where its HTML stands."""
        return {file.src_uri: self.place.html / file.dest_uri for file in self.documents}

    def look(self) -> str:
        """A name for all that a page's HTML depends on beside its own text."""
        made = hashlib.sha256()
        for part in (platform.python_version(), *map(version, _MADE_BY), *self._titles()):
            made.update(f"{part}\n".encode())
        for path in (Path(__file__), self.place.root / "mkdocs.yml", *self._overrides()):
            made.update(path.read_bytes())
            made.update(b"\n")
        made.update(repr(sorted(_settings(self.place).items())).encode())
        return made.hexdigest()

    def _titles(self) -> Iterator[str]:
        return (f"{page.title} {page.url}" for page in self.nav.pages)

    def _overrides(self) -> Iterator[Path]:
        if self.skin:
            yield from sorted(path for path in self.skin.rglob("*") if path.is_file())

    def dress(self, uri: str) -> Dressed:
        """Make the HTML of one page. Raises `BuildFailed` on a warning, too."""
        from mkdocs.commands.build import _build_page, _populate_page

        page = self._pages[uri]
        with _strict():
            _populate_page(page, self.config, self.files)
            _build_page(page, self.config, self.documents, self.nav, self.environment)
        dressed = Dressed(
            uri=uri,
            anchors=tuple(sorted(page.present_anchor_ids or ())),
            links=tuple(
                (target.src_uri, anchor)
                for target, links in (page.links_to_anchors or {}).items()
                for anchor in links
            ),
        )
        # What a page needed to be made would otherwise stay in memory until the last one.
        page.markdown, page.content = None, None
        return dressed

    def furnish(self, site: Path) -> None:
        """Put all that is not a page into `site`: static files, the sitemap, the page of errors."""
        from mkdocs.commands.build import _build_theme_template

        self.config.site_dir = str(site)
        with _strict():
            for file in filter(self._may_be_asked_for, self.files):
                if not file.is_documentation_page() and file.inclusion.is_included():  # type: ignore[no-untyped-call]
                    file.dest_dir = str(site)
                    file.copy_file()
            for template in sorted(self.config.theme.static_templates):
                _build_theme_template(template, self.environment, self.files, self.config, self.nav)

    def _may_be_asked_for(self, file: File) -> bool:
        """Of the theme's own programs and styles, pages ask only for those that their frame names;
        they know other hosts, and search with an index that we do not make."""
        if not file.src_uri.startswith(_PROGRAMS) or file.src_dir == str(self.skin):
            return True
        return file.src_uri.removesuffix(".map") in self._frame

    @cached_property
    def _frame(self) -> str:
        """The template around every page."""
        loader = self.environment.loader
        return loader.get_source(self.environment, _FRAME)[0] if loader else ""


def opened(place: Place) -> Theme:
    """The theme of a site as it is now; copies of this process then find it open."""
    _open.cache_clear()
    return _open(place)


def dress(place: Place, uris: Iterable[str]) -> list[Dressed]:
    """Make several pages in a process of a crew, which has the theme open or opens it once."""
    theme = _open(place)
    return [theme.dress(uri) for uri in uris]


@lru_cache(maxsize=1)
def _open(place: Place) -> Theme:
    return Theme(place)


def _shown(value: Any) -> Any:
    """A setting whose texts mean themselves in HTML, all the way down, with the keys of lists of
    pages, which are their titles; `| e` leaves them as they are."""
    if isinstance(value, Mapping):
        return {escape(key): _shown(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shown(one) for one in value]
    return escape(value) if isinstance(value, str) else value


def _settings(place: Place) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "docs_dir": str(place.docs),
        "site_dir": str(place.html),
        "strict": False,
        # The file was checked before, but it may have changed since.
        "hooks": [],
    }
    if address := os.environ.get("SITE_URL"):
        settings["site_url"] = address
    return settings


@dataclass(frozen=True, slots=True)
class _Shown:
    """The files of a theme but for hidden ones: Material hides thousands of drawings, which no site
    is given, and to look through them takes longer than to make a small site."""

    folders: tuple[Path, ...]

    def list_templates(self, filter_func: Callable[[str], bool]) -> list[str]:
        """The names that the filter takes, in their order, as an environment of Jinja has them."""
        return sorted(filter(filter_func, set(self._names())))

    def _names(self) -> Iterator[str]:
        for top in self.folders:
            for folder, inner, files in os.walk(top):
                inner[:] = [name for name in inner if not name.startswith(".")]
                yield from ((Path(folder) / name).relative_to(top).as_posix() for name in files)


@contextmanager
def _strict() -> Iterator[None]:
    """Turn whatever the builder warns of into `BuildFailed`, with every warning named."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.exceptions import MkDocsException

    heard = _Listener()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(heard)
    try:
        with sound_templates():
            yield
    except MkDocsException as error:
        raise BuildFailed("\n".join([*heard.lines, str(error)])) from error
    finally:
        logger.removeHandler(heard)
    if heard.lines:
        raise BuildFailed("\n".join(heard.lines))


@contextmanager
def sound_templates() -> Iterator[None]:
    """Turn what is wrong with a template, the site's own or one of ours, into `BuildFailed`."""
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

    try:
        yield
    except TemplateNotFound as error:
        raise BuildFailed(f"The template {error.name} is not there.") from error
    except TemplateSyntaxError as error:
        told = f"The template {error.name}, line {error.lineno}: {error.message}"
        raise BuildFailed(told) from error
    except TemplateError as error:
        raise BuildFailed(f"The template {_spot(error)}: {error.message}") from error


def _spot(error: BaseException) -> str:
    """The template in which an error came up, and the line of it."""
    steps = extract_tb(error.__traceback__)
    inside = [step for step in steps if not step.filename.endswith(".py")]
    return f"{inside[-1].filename}, line {inside[-1].lineno}" if inside else "that is unknown"


class _Listener(logging.Handler):
    """Keeps what the builder warns of: our own strict mode, which names every warning."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.lines.append(record.getMessage())
