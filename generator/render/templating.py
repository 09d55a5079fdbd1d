"""Templates: this module alone knows Jinja, and how what a template prints is made harmless.

Everything printed is escaped for Markdown and HTML alike by one function, so the second escaping
that Jinja would add is left out, and what a template asks of a value is looked up directly: both
cost a fifth of the time of a page, and pages are made by the ten thousand.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from json import JSONEncoder
from pathlib import Path
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup

from generator.disk import stamp
from generator.render import words
from generator.render.machine import clean
from generator.render.markdown import address, edges_kept, escape
from generator.render.views import MOST_SHOWN
from generator.routes import PAGES

_encode: Final = JSONEncoder(ensure_ascii=False).encode


def environment_of(folders: Iterable[Path]) -> Environment:
    """The templates of `folders`; the first folder that has one wins.

    As long as their files stay as they are they are compiled once, however often this is asked.
    """
    places = tuple(folders)
    return _environment(places, MOST_SHOWN, tuple(_stamps(places)))


def _stamps(folders: Iterable[Path]) -> Iterator[tuple[str, object]]:
    """Every template with its size and time."""
    for folder in folders:
        yield from ((str(path), stamp(path)) for path in sorted(folder.rglob("*.j2")))


@lru_cache(maxsize=1)
def _environment(folders: tuple[Path, ...], most: int, _stamps: tuple[object, ...]) -> Environment:
    environment = _Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["address"] = address
    environment.filters["edges_kept"] = edges_kept
    environment.filters["number"] = words.number
    environment.filters["counted"] = words.counted
    environment.filters["capitalize_first"] = words.capitalised
    environment.filters["lower_first"] = words.uncapitalised
    environment.globals["pages"] = tuple(PAGES)
    environment.globals["most"] = most
    return environment


def front_matter(head: Mapping[str, object]) -> Markup:
    """The head of a page. JSON is YAML, so no text can break out of it; the theme prints these
    values as HTML, so they are escaped here."""
    lines = [f"{key}: {_encode(_harmless(value))}" for key, value in head.items()]
    return Markup("---\n" + "\n".join(lines) + "\n---")  # noqa: S704


class _Code(CodeGenerator):
    """Templates as Python, without what `_finalize` and strict types make needless."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(f"({finalize.src}")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """An attribute of a typed value; one that is not there is an error."""
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")


class _Environment(Environment):
    code_generator_class = _Code


def _finalize(value: object) -> Markup:
    """Escape what a template prints, for Markdown and HTML alike, unless it is markup of ours."""
    if value.__class__ is Markup:
        return value
    if value is None:
        raise TypeError("a template prints a value that is not there")
    return escape(value)


def _harmless(value: object) -> str | list[Any]:
    """A value as HTML may show it, all the way down; markup of ours is so already."""
    if isinstance(value, list | tuple):
        return [_harmless(one) for one in value]
    return str(value) if isinstance(value, Markup) else html.escape(clean(str(value)))
