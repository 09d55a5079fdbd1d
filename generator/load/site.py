"""Reads the site's settings from mkdocs.yml; alone knows which of them pages need.

The site builder reads the same file and believes what it says, so that what could run a program,
or lead a reader to something other than a page, is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from generator.load.files import is_there, read_file
from generator.load.identifiers import check_url
from generator.load.source import hidden_characters, hidden_in, readable, short
from generator.load.yaml import MAX_DEPTH, parse_events
from generator.problem import Place, Problem
from generator.site import HelpLine, Site

MAX_SETTINGS: Final = 100_000

_PATH: Final = "mkdocs.yml"
_TEXTS: Final = ("site_name", "site_description", "site_url", "copyright")
_EXTRAS: Final = ("tagline", "repository")
# Settings by which the site builder would run programs, or read files from elsewhere.
_REFUSED: Final = ("hooks", "INHERIT", "edit_uri_template", "mdx_configs")
# What pages need of the builder's Markdown; others read files, or call what they are told to.
_EXTENSIONS: Final = frozenset({"tables", "md_in_html", "toc"})
_TOC: Final = frozenset({"permalink", "permalink_title", "permalink_class", "title", "toc_depth"})
# Settings that name files of the site.
_FILES: Final = ("extra_css", "extra_javascript")
_CALLS: Final = re.compile(r"tag:yaml\.org,2002:python/")
_CONTACT: Final = re.compile(r"(?:tel|sms):\+?[0-9-]+|mailto:[^\s\"'<>]+@[\w.-]+", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^[^/?#]*:|^//|\\|[\x00-\x20]")


class _Loader(yaml.CSafeLoader):
    """Reads the builder's settings, without the tags that only the builder understands."""


class _Refused(yaml.YAMLError):
    """A tag that would run a program, or a form that no reader can be trusted with."""


def _of_tag(loader: _Loader, suffix: str, node: yaml.Node) -> None:
    if _CALLS.match(suffix):
        raise _Refused(f"the tag '{short(suffix)}' would run a program")
    raise _Refused(f"the tag '{short(suffix)}' must not be used; write the value itself")


_Loader.add_multi_constructor("", _of_tag)


def load_site(
    root: Path, environment: Mapping[str, str]
) -> tuple[Site | None, tuple[Problem, ...]]:
    """Read ROOT/mkdocs.yml; `SITE_URL` and `SITE_REPOSITORY` in `environment` win over it."""
    if not is_there(root, _PATH):
        return None, (_fault("there is no mkdocs.yml", "It holds the site's name and address."),)
    text, problems = read_file(root, _PATH, MAX_SETTINGS)
    if text is None:
        return None, problems
    hidden = hidden_characters(text, _PATH)
    try:
        _refuse_unbounded(readable(text))
        settings = yaml.load(readable(text), _Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        fault = _fault(f"mkdocs.yml cannot be read: {' '.join(str(error).split())}")
        return None, (*hidden, fault)
    except (ValueError, LookupError, TypeError, AttributeError):
        # Of a value that is not what its tag says, that reader raises whatever comes.
        what = "a number, a date or a tag in it makes no sense"
        return None, (*hidden, _fault(f"mkdocs.yml cannot be read: {what}", "Put it in quotes."))
    if not isinstance(settings, dict) or not settings.get("site_name"):
        return None, (*hidden, _fault("mkdocs.yml must name the site in `site_name`"))
    faults = (*hidden, *_faults(settings, environment))
    return None if faults else _site(settings, environment), faults


def _refuse_unbounded(text: str) -> None:
    """Raise for what would overrun the reader's stack, or grow without end when it is read."""
    depth = 0
    for event in parse_events(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _Refused(f"nothing must stand more than {MAX_DEPTH} levels deep")
        if isinstance(event, AliasEvent):
            raise _Refused(f"the alias '*{short(str(event.anchor))}' must be written out")


def _site(settings: Mapping[str, Any], environment: Mapping[str, str]) -> Site:
    extra = settings.get("extra") or {}
    address = _address(settings, environment)
    description = settings.get("site_description") or settings["site_name"]
    return Site(
        name=settings["site_name"],
        description=description,
        tagline=(extra.get("tagline") or description).strip(),
        url=address if not address or address.endswith("/") else f"{address}/",
        repository=_repository(settings, environment),
        help_lines=tuple(
            HelpLine(place=line["place"], contact=line["contact"], url=line.get("url") or "")
            for line in extra.get("help") or ()
        ),
    )


def _address(settings: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    return environment.get("SITE_URL") or settings.get("site_url") or ""


def _repository(settings: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    extra = settings.get("extra") or {}
    return environment.get("SITE_REPOSITORY") or extra.get("repository") or ""


def _faults(settings: Mapping[str, Any], environment: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with the settings that pages need, or that the builder would run."""
    for name in _REFUSED:
        if name in settings:
            yield _fault(f"mkdocs.yml must not use `{name}`: pages need none of it", "Remove it.")
    shapes = [*_wrong_shapes(settings)]
    yield from shapes
    if shapes:
        return
    for name, url in (
        ("site_url", _address(settings, environment)),
        ("extra.repository", _repository(settings, environment)),
    ):
        if url and (checked := check_url(url)).message:
            yield _fault(f"`{name}`: {checked.message}", checked.hint)
    for line in (settings.get("extra") or {}).get("help") or ():
        url = line.get("url") or ""
        if url and not _CONTACT.fullmatch(url) and check_url(url).message:
            message = f"the `url` of a help line must not be '{short(url)}'"
            yield _fault(message, "Use https://, tel:, sms: or mailto:.")
    yield from _wrong_targets(settings.get("nav"))
    yield from _wrong_extensions(settings.get("markdown_extensions"))
    yield from _wrong_files(settings)


def _wrong_shapes(settings: Mapping[str, Any]) -> Iterator[Problem]:
    """The settings that are no text where one is needed, and texts that hold what nobody sees."""
    extra = settings.get("extra") or {}
    if not isinstance(extra, dict):
        yield _fault("`extra` must hold `key: value` lines")
        return
    texts = {name: settings.get(name) for name in _TEXTS}
    texts |= {f"extra.{name}": extra.get(name) for name in _EXTRAS}
    lines = extra.get("help") or []
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        yield _fault("`extra.help` must be a list of lines with `place`, `contact` and `url`")
        lines = []
    for number, line in enumerate(lines, start=1):
        for name in ("place", "contact", "url"):
            text = line.get(name)
            texts[f"{name} of help line {number}"] = text
            if name != "url" and not text:
                yield _fault(f"help line {number} must have a `{name}`")
    for name, text in texts.items():
        if text and not isinstance(text, str):
            yield _fault(f"`{name}` must be a text, not {short(repr(text))}", "Put it in quotes.")
        elif text:
            yield from hidden_in(text, Place(path=_PATH))


def _wrong_targets(nav: object) -> Iterator[Problem]:
    """The entries of the navigation that lead to neither a page of the site nor a web address."""
    if isinstance(nav, list):
        for one in nav:
            yield from _wrong_targets(one)
    elif isinstance(nav, dict):
        yield from _wrong_targets(list(nav.values()))
    elif isinstance(nav, str) and _SCHEME.search(nav) and check_url(nav).message:
        message = f"`nav` must not lead to '{short(nav)}'"
        yield _fault(message, "Name a page of the site, such as briefs/index.md.")


def _wrong_extensions(given: object) -> Iterator[Problem]:
    """The extensions of Markdown that pages do not need, and settings of those that they do."""
    ways = given.items() if isinstance(given, dict) else _pairs(given)
    for name, options in ways:
        if (
            not isinstance(name, str)
            or name.removeprefix("markdown.extensions.") not in _EXTENSIONS
        ):
            message = f"`markdown_extensions` must not name '{short(str(name))}'"
            yield _fault(message, f"Pages need {', '.join(sorted(_EXTENSIONS))} alone.")
        elif options is not None and not _is_plain(options):
            yield _fault(f"the settings of '{name}' may be {', '.join(sorted(_TOC))}, and texts")


def _pairs(given: object) -> Iterator[tuple[object, object]]:
    """The items of a list that are names alone, or a name with its settings."""
    for one in given if isinstance(given, list) else () if given is None else (given,):
        yield from one.items() if isinstance(one, dict) else ((one, None),)


def _is_plain(options: object) -> bool:
    return isinstance(options, dict) and all(
        name in _TOC and isinstance(value, str | int) for name, value in options.items()
    )


def _wrong_files(settings: Mapping[str, Any]) -> Iterator[Problem]:
    """What a page would load from elsewhere."""
    theme = settings.get("theme")
    looks = theme if isinstance(theme, dict) else {}
    named = [(f"theme.{name}", looks.get(name)) for name in ("favicon", "logo")]
    for name in _FILES:
        given = settings.get(name)
        named += [(name, one) for one in (given if isinstance(given, list) else [given])]
    for name, one in named:
        path = one.get("path") if isinstance(one, dict) else one
        if path is not None and (not isinstance(path, str) or _SCHEME.search(path)):
            hint = "Put it into the folder of the theme."
            yield _fault(f"`{name}` must be a file of the site, not '{short(str(path))}'", hint)


def _fault(message: str, hint: str = "") -> Problem:
    return Problem(place=Place(path=_PATH), rule="site-settings", message=message, hint=hint)
