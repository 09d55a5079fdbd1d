"""From Typst source to bytes: this module alone knows the typesetter.

It sees no folder but the one it is given, no typeface but those it carries, and no package. It
imports nothing else of ours, so that a process that only sets type starts quickly.
"""

from __future__ import annotations

import re
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, TypeAlias

from generator.disk import put

# "letter" is the "pdf" of the same text on another sheet of paper.
Form: TypeAlias = Literal["pdf", "letter", "png"]

_MISSING: Final = re.compile(r'the text `"(.{1,200}?)"` could not be displayed')
_MOST_GLYPHS_MISSING: Final = 50
_AMBIGUOUS_END: Final = re.compile(rb"\r\nendstream")
# Both sheets in points, Letter in the middle of A4; the same length, so that no offset moves.
_A4: Final = b"/MediaBox[0 0 595.2756 841.8898]"
_LETTER: Final = b"/MediaBox[-8.4 24.9 603.6 816.9]"
_INSTANCE: Final = re.compile(rb"<xmpMM:InstanceID>([^<]{24})<")
_OFFSET: Final = re.compile(rb"\b\d{10}(?= \d{5} n)|(?<=startxref\n)\d+")


class TypesettingFailed(Exception):
    """The typesetter refused a document; the text says why."""


def typesetter() -> str:
    """What makes the bytes, with its version and the standards it keeps."""
    return f"typst {version('typst')}, PDF/A-2a, PDF/UA-1"


def typeset(text: str, form: Form, root: Path) -> bytes:
    """The bytes of a document: the same for the same text. Raises `TypesettingFailed`."""
    return next(_typeset(text, (form,), root))


def _typeset(text: str, forms: Iterable[Form], root: Path) -> Iterator[bytes]:
    """A document in some forms; A4 and Letter are laid out once, for both."""
    a4 = b""
    for form in forms:
        if form == "png":
            yield _with_every_glyph(text, form, root)
            continue
        a4 = a4 or unambiguous(_with_every_glyph(text, "pdf", root))
        yield on_letter(a4) if form == "letter" else a4


def on_letter(pdf: bytes) -> bytes:
    """An A4 document on US Letter sheets, page by page the same: only the edge of the paper moves.

    Its text must leave margins that hold on both. As a file of its own it has a name of its own.
    Raises `TypesettingFailed` for a document of another size.
    """
    instance = _INSTANCE.search(pdf)
    if _A4 not in pdf or instance is None:
        raise TypesettingFailed("only an A4 document can be put on another sheet")
    other = b64encode(sha256(instance[1] + _LETTER).digest()[:16])
    return pdf.replace(_A4, _LETTER).replace(instance[1], other)


def unambiguous(pdf: bytes) -> bytes:
    """The same PDF, in which a strict reader can tell where each stream ends.

    A compressed stream may by chance end with a carriage return. With the line feed that follows
    it, it looks like one end of line, so that the stream seems a byte too short (PDF/A-2, 6.1.7.1).
    A carriage return of its own is put before that line feed, and the table of offsets is moved.
    """
    cuts = [found.start() + 1 for found in _AMBIGUOUS_END.finditer(pdf)]
    if not cuts:
        return pdf
    table = pdf.rindex(b"\nxref\n") + 1

    def moved(found: re.Match[bytes]) -> bytes:
        offset = int(found[0])
        return b"%0*d" % (len(found[0]), offset + bisect_right(cuts, offset))

    body = b"\r".join(pdf[start:end] for start, end in pairwise([0, *cuts, table]))
    return body + _OFFSET.sub(moved, pdf[table:])


def _with_every_glyph(text: str, form: Form, root: Path) -> bytes:
    """The bytes; a character that no typeface can draw is given by its number."""
    for _ in range(_MOST_GLYPHS_MISSING):
        try:
            return _compiled(text, form, root)
        except RuntimeError as error:
            unknown = _MISSING.search(str(error))
            if unknown is None or unknown[1] not in text:
                raise TypesettingFailed(str(error)) from error
            numbers = " ".join(f"U+{ord(character):04X}" for character in unknown[1])
            text = text.replace(unknown[1], f"[{numbers}]")
    raise TypesettingFailed("too many characters cannot be printed")


def _compiled(text: str, form: Form, root: Path) -> bytes:
    import typst

    # The typesetter takes a text and a folder of different types; its annotations do not say so.
    source, folder = text.encode(), str(root)
    made: object
    if form == "png":
        made = typst.compile(source, root=folder, ignore_system_fonts=True, format="png", ppi=72)  # type: ignore[call-overload]
    else:
        made = typst.compile(  # type: ignore[type-var]
            source, root=folder, ignore_system_fonts=True, pdf_standards=["a-2a", "ua-1"]
        )
    if not isinstance(made, bytes):
        raise TypesettingFailed("an image must be one page")
    return made


def typeset_to(text: str, targets: Mapping[Form, Path]) -> None:
    """Make a document in some forms, all in one folder; A4 and Letter are laid out once, for both.

    Each is made beside its place and then moved there, so that it is whole or absent.
    """
    root = next(iter(targets.values())).parent
    for target, made in zip(targets.values(), _typeset(text, targets, root), strict=True):
        put(target, made)
