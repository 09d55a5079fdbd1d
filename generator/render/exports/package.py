"""The data as one thing: its description, how to cite it, and one file that holds all of it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from generator.render.context import Context
from generator.render.exports.columns import TABLES
from generator.render.machine import as_json, clean, in_markdown, known
from generator.render.offers import DATA, FILES, TEXTS, DataFile, Licence, latest_day, slug
from generator.routes import url_of

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP file can name
_UNIX: Final = 3
_PRESSED: Final = 6  # 9 takes twice as long, for files that are smaller by 1 or 2 %
_READABLE_BY_ALL: Final = 0o100644 << 16
_OTHERS: Final = frozenset({"datapackage.json", "CITATION.cff", "evidence.schema.json"})


def datapackage(context: Context, files: Mapping[str, str]) -> str:
    """A Frictionless Data Package (version 2, readable as version 1) of `files`, name to text."""
    day = latest_day(context.library)
    described = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": slug(context.site.name),
        "title": context.site.name,
        "description": context.site.description,
        "homepage": context.site.url,
        "version": day.isoformat() if day else "",
        "licenses": [_licence(DATA)],
        "contributors": [{"title": context.site.name, "path": context.site.url}],
        "resources": [
            _resource(file, files[file.name]) for file in FILES if file.name not in _OTHERS
        ],
    }
    return as_json(known(described), indent=2) + "\n"


def _resource(file: DataFile, text: str) -> dict[str, Any]:
    """A file with its length and hash; a table with its columns as well."""
    content = text.encode()
    described: dict[str, Any] = {
        "name": slug(file.name.removesuffix(".csv")).replace("-", "_")
        if file.media == "text/csv"
        else slug(file.name),
        "path": file.name,
        "description": file.says,
        "mediatype": file.media,
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if file.quotes_briefs:
        described["licenses"] = [_licence(licence) for licence in file.licences]
    for table in TABLES:
        if file.name == f"{table.name}.csv":
            described |= {"type": "table", "format": "csv", "schema": table.described()}
    return described


def _licence(licence: Licence) -> dict[str, str]:
    return {"name": licence.id, "path": licence.url, "title": licence.title}


def citation_cff(context: Context) -> str:
    """How to cite the data: a Citation File Format 1.2.0 file, in which each value is JSON."""
    site, day = context.site, latest_day(context.library)
    outcomes = context.library.vocabulary.outcomes.values()
    fields = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": f"{site.name}: studies, findings and claims",
        "abstract": site.description,
        "authors": [known({"name": site.name, "website": site.url})],
        "version": day.isoformat() if day else "",
        "date-released": day.isoformat() if day else "",
        "license": DATA.id,
        "url": f"{site.url}{url_of('page:data')}" if site.url else "",
        "repository": site.repository,
        "keywords": list(dict.fromkeys(clean(o.label) for o in outcomes)),
    }
    return "".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in known(fields).items()
    )


def readme(context: Context) -> str:
    """What is in the file that holds all, in plain words."""
    site, day = context.site, latest_day(context.library)
    return "\n".join(
        [
            f"# {in_markdown(site.name)}: the data",
            "",
            *(line for line in (in_markdown(site.description), site.url) if line),
            *((f"Last change: {day.isoformat()}",) if day else ()),
            "",
            "## Files",
            "",
            *(f"- {file.name}: {file.says}" for file in FILES),
            "",
            "## Reading the tables",
            "",
            "The tables are UTF-8 text with commas between the columns. A text that a spreadsheet",
            "could run as a formula has an apostrophe (') before it; take one away to read the",
            "text as it was. Numbers are never changed. datapackage.json describes each column.",
            "",
            "## Terms",
            "",
            *_terms(),
            "",
        ]
    )


def _terms() -> Iterator[str]:
    quoting = ", ".join(file.name for file in FILES if file.quotes_briefs)
    yield f"The data: {DATA.title} ({DATA.url}); see LICENSE.txt."
    yield f"Sentences of briefs ({quoting}): {TEXTS.title} ({TEXTS.url})."
    yield "Short quotations from works are quoted from their authors."


@cache
def licence_text() -> str:
    """The full terms on which the data are given away."""
    return Path(__file__).with_name(f"{DATA.id}.txt").read_text(encoding="utf-8")


def archive(files: Mapping[str, str], folder: str) -> bytes:
    """A ZIP of `files`, name to text, all in `folder`: the same files give the same bytes.

    Names are sorted, and nothing in it tells when or where it was made.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_PRESSED) as made:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{folder}/{name}", date_time=_EPOCH)
            info.create_system, info.external_attr = _UNIX, _READABLE_BY_ALL
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, files[name].encode())
    return out.getvalue()
