"""Reads a PDF as assistive technology does: its text without artifacts, and its structure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf

_BFCHAR = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BLOCK = re.compile(r"beginbf(char|range)(.*?)endbf", re.S)
_RANGE = re.compile(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>")
# What a page does with text and with marks of content; most of what it does is to draw.
_SPOKEN = "BDC BMC EMC Tf Tj TJ"


def text_of(path: Path) -> str:
    """All text that is content, with every blank taken out, in the order in which it is drawn."""
    with pikepdf.open(path) as pdf:
        return squeezed("".join("".join(_page_text(page)) for page in pdf.pages))


def drawn_on_pages(path: Path) -> list[str]:
    """All text on each page, also what is there for the eye alone, with every blank taken out."""
    with pikepdf.open(path) as pdf:
        return [squeezed("".join(_page_text(page, artifacts=True))) for page in pdf.pages]


def squeezed(text: str) -> str:
    """A text with every blank taken out, to compare with `text_of`."""
    return re.sub(r"\s+", "", text)


def _page_text(page: Any, *, artifacts: bool = False) -> Iterator[str]:
    fonts = {
        str(name): _letters(bytes(font.ToUnicode.read_bytes()).decode("latin-1"))
        for name, font in page.resources.get("/Font", {}).items()
    }
    font: Mapping[int, str] = {}
    hidden: list[bool] = []
    for instruction in pikepdf.parse_content_stream(page, _SPOKEN):
        operands, operator = instruction.operands, str(instruction.operator)
        match operator:
            case "BDC" | "BMC":
                hidden.append(str(operands[0]) == "/Artifact" and not artifacts)
            case "EMC":
                hidden.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "Tj" | "TJ" if not any(hidden):
                parts = operands[0] if operator == "TJ" else [operands[0]]
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        yield _decoded(bytes(part), font)


def _decoded(raw: bytes, font: Mapping[int, str]) -> str:
    codes = (int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2))
    return "".join(font.get(code, "") for code in codes)


@lru_cache(maxsize=32)
def _letters(cmap: str) -> Mapping[int, str]:
    """What a typeface's codes stand for; a document has the same few on each of its pages."""
    letters: dict[int, str] = {}
    for kind, body in _BLOCK.findall(cmap):
        if kind == "char":
            for code, letter in _BFCHAR.findall(body):
                letters[int(code, 16)] = bytes.fromhex(letter).decode("utf-16-be")
        else:
            for first, last, letter in _RANGE.findall(body):
                start = int(letter, 16)
                for step in range(int(last, 16) - int(first, 16) + 1):
                    letters[int(first, 16) + step] = chr(start + step)
    return letters


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure tree, in reading order."""
    yield from _below(pdf.Root.StructTreeRoot)


def _below(node: Any) -> Iterator[Any]:
    kids = node.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            if "/S" in kid:
                yield kid
            yield from _below(kid)


def heading_levels(path: Path) -> list[int]:
    """The levels of the headings, in reading order."""
    with pikepdf.open(path) as pdf:
        names = [str(element.S) for element in elements(pdf)]
    return [int(name[2:]) for name in names if re.fullmatch(r"/H[1-6]", name)]


def outline_of(path: Path) -> list[str]:
    """The bookmarks, indented by their depth."""
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        return list(_titles(outline.root, 0))


def _titles(items: Any, depth: int) -> Iterator[str]:
    for item in items:
        yield "  " * depth + str(item.title)
        yield from _titles(item.children, depth + 1)
