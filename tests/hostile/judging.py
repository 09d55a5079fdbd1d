"""What a built site must be, whatever was written into its records: judged by parsing its files."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import urlsplit
from xml.etree import ElementTree

import html5lib
import yaml
from markdown_it import MarkdownIt

from tests.hostile.payloads import EVIL, MARK

_ADDRESSES: Final = frozenset(
    (
        *("href", "src", "action", "formaction", "data", "poster", "srcset", "background"),
        *("ping", "cite", "longdesc", "profile", "manifest", "codebase", "classid"),
        *("archive", "xlink:href", "lowsrc", "dynsrc", "icon"),
    )
)
# Elements that nothing of ours makes.
_NEVER: Final = frozenset(
    (
        *("iframe", "frame", "frameset", "object", "embed", "applet", "base", "style"),
        *("template", "plaintext", "xmp", "listing", "img", "video", "audio", "source"),
        *("track", "canvas", "map", "area", "math", "animate", "animatetransform", "set"),
        *("foreignobject", "use", "image", "marquee", "blink", "dialog", "portal", "b", "i"),
        *("u", "font", "center", "textarea"),
    )
)
_SCHEMES: Final = frozenset({"", "https", "http", "mailto", "tel"})
# A cell that begins so is a formula to a spreadsheet.
_FORMULA: Final = re.compile("[=+\\-@\t\r\n＝＋－＠]")
_NUMBER: Final = re.compile(r"-?[0-9][0-9.,]*(?:[eE]-?[0-9]+)?")
_COMMAND: Final = re.compile(r"^\s*(?:::|##\[)", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class Seen:
    """What a page shows: its text without blanks, and what it holds beside text."""

    text: str
    shape: dict[str, int] = field(default_factory=dict)


def pages_of(site: Path) -> Iterator[tuple[str, str]]:
    """Every page of a site, by its path."""
    for path in sorted(site.rglob("*.html")):
        if "pagefind" not in path.parts:
            yield path.relative_to(site).as_posix(), path.read_text(encoding="utf-8")


def faults_of(path: str, root: Any, site: Path) -> Iterator[str]:
    """What a parsed page must not hold."""
    bodies = 0
    for element in root.iter():
        if not isinstance(element.tag, str):
            if MARK in (element.text or ""):
                yield f"{path}: a comment holds {element.text!r}"
            continue
        tag = element.tag.lower()
        if tag in _NEVER:
            yield f"{path}: has an element {tag}"
        if tag == "script":
            yield from _script(path, element, site)
        if tag == "meta" and "http-equiv" in element.attrib:
            policy = element.attrib["http-equiv"].lower()
            if policy not in {"content-security-policy", "x-ua-compatible"}:
                yield f"{path}: has a meta {policy}"
            elif EVIL in element.attrib["content"] or "script-src *" in element.attrib["content"]:
                yield f"{path}: has another policy"
        bodies += "data-pagefind-body" in element.attrib
        for name, value in element.attrib.items():
            yield from _attribute(path, tag, str(name).lower(), value)
    if bodies > 1:
        yield f"{path}: says {bodies} times what is to be found"


def _script(path: str, element: Any, site: Path) -> Iterator[str]:
    source = element.attrib.get("src")
    if source is None:
        kind = element.attrib.get("type", "")
        if kind == "application/ld+json":
            json.loads(element.text)
        elif kind != "application/json" or MARK in (element.text or ""):
            yield f"{path}: has a script of its own: {element.text!r:.80}"
    else:
        file = (site / path).parent / source if not source.startswith("/") else site / source[1:]
        if not file.resolve().is_relative_to(site.resolve()) or not file.is_file():
            yield f"{path}: runs {source}"


def _attribute(path: str, tag: str, name: str, value: str) -> Iterator[str]:
    if name.startswith("on") or name in {"style", "srcdoc", "autofocus", "markdown"}:
        yield f"{path}: {tag} has {name}={value!r:.80}"
    if not re.fullmatch(r"[a-z][a-z0-9:_-]*|viewbox|\{http[^}]*\}[a-z:]+", name):
        yield f"{path}: {tag} has an attribute {name!r:.80}"
    if name in _ADDRESSES or name.endswith("}href"):
        parts = urlsplit(value.strip())
        host = parts.netloc
        runs = parts.scheme.lower() not in _SCHEMES or re.match(r"[\x00-\x20]*[a-z]*script", value)
        loads = bool(host) and (EVIL in host or tag not in {"a", "link"})
        climbs = ".." in parts.path and re.search(r"etc/|passwd", parts.path)
        if runs or loads or climbs:
            yield f"{path}: {tag} leads to {value!r:.80}"


def seen(root: Any) -> str:
    """All that a page shows or tells in its attributes, without blanks."""
    parts: list[str] = []
    _gather(root, parts)
    return squeezed("".join(parts))


def _gather(element: Any, parts: list[str]) -> None:
    if not isinstance(element.tag, str) or element.tag in {"script", "style"}:
        return
    parts.append(element.text or "")
    for child in element:
        _gather(child, parts)
        parts.append(child.tail or "")
    parts.extend(
        f"\n{element.attrib[name]}\n"
        for name in ("title", "aria-label", "content")
        if name in element.attrib
    )


def squeezed(text: str) -> str:
    """A text without blanks, in small letters (pages turn the first letter of some texts), with
    accents as BibTeX's reader has them."""
    return re.sub(r"\s+", "", normalize("NFC", text)).casefold()


def parsed(text: str) -> Any:
    """A page as browsers read it."""
    return html5lib.parse(text, namespaceHTMLElements=False)


# --- files ----------------------------------------------------------------------------------------


def file_faults(site: Path) -> Iterator[str]:
    """What is wrong with the files beside the pages: each is read as its own programs read it."""
    for path in sorted(one for one in site.rglob("*") if one.is_file()):
        name = path.relative_to(site).as_posix()
        if "pagefind/" in name or name.startswith("assets/"):
            continue
        match path.suffix:
            case ".csv":
                yield from _table_faults(name, path)
            case ".json":
                json.loads(path.read_text(encoding="utf-8"))
            case ".xml":
                root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
                yield from _tree_faults(name, root)
            case ".cff":
                yaml.safe_load(path.read_text(encoding="utf-8"))
            case ".txt" if name == "llms.txt":
                yield from _markdown_faults(name, path.read_text(encoding="utf-8"), site)
            case ".zip":
                with zipfile.ZipFile(path) as packed:
                    for inside in packed.namelist():
                        if inside.endswith(".md"):
                            text = packed.read(inside).decode()
                            yield from _markdown_faults(f"{name}/{inside}", text, site)
            case ".ris":
                yield from _ris_faults(name, path.read_text(encoding="utf-8"))


def _markdown_faults(name: str, text: str, site: Path) -> Iterator[str]:
    """What Markdown must not hold, read as the web's code hosts read it."""
    page = parsed(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
    yield from faults_of(name, page, site)
    plain = {"html", "head", "body", "h1", "h2", "p", "ul", "li", "a", "blockquote"}
    for element in page.iter():
        if element.tag not in plain:
            yield f"{name}: has {element.tag}"
        if EVIL in element.attrib.get("href", ""):
            yield f"{name}: leads to {element.attrib['href']!r:.80}"


def _table_faults(name: str, path: Path) -> Iterator[str]:
    text = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            yield f"{name}:{number}: has {len(row)} cells, not {len(rows[0])}"
        for cell in row:
            if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
                yield f"{name}:{number}: a spreadsheet would run {cell!r:.60}"


def _tree_faults(name: str, root: ElementTree.Element) -> Iterator[str]:
    known = {"feed", "urlset"}
    if root.tag.rpartition("}")[2] not in known:
        yield f"{name}: is no {known}"
    for element in root.iter():
        if element.tag.startswith(("{http://www.w3.org/1999", "{http://www.w3.org/2001/XI")):
            yield f"{name}: has {element.tag}"
        target = element.attrib.get("href", "")
        if urlsplit(target).scheme not in {"", "https", "http"} or EVIL in urlsplit(target).netloc:
            yield f"{name}: leads to {target}"
        if element.attrib.get("type") in {"html", "xhtml"}:
            yield f"{name}: holds HTML"


def _ris_faults(name: str, text: str) -> Iterator[str]:
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if not line:
            continue
        if not re.match(r"[A-Z][A-Z0-9]  - ", line):
            yield f"{name}:{number}: is no field: {line!r:.60}"
        starts, ends = line.startswith("TY  - "), line.startswith("ER  - ")
        if starts == inside:
            yield f"{name}:{number}: {line!r:.60} stands in the wrong place"
        inside = not ends and (inside or starts)


def commands_in(text: str) -> list[str]:
    """The lines that a workflow would take for commands."""
    return _COMMAND.findall(text)


def unsafe_letters(text: str) -> set[str]:
    """The characters of a printed text that steer a terminal or cannot be seen."""
    return {letter for letter in text if not (letter.isprintable() or letter == "\n")}
