"""Tables as CSV that a spreadsheet can be trusted with, and how they are described."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Generic, Literal, TypeVar

from generator.render.context import Context

Row = TypeVar("Row")
# What makes a spreadsheet run a cell: these at its beginning (OWASP, "CSV Injection"). An
# apostrophe is guarded as well, so that a reader can always take one away.
_GUARDED: Final = re.compile(r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|'")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its name, what it holds, and how its value comes from a row."""

    name: str
    says: str
    value: Callable[[Row], object]
    _: KW_ONLY
    type: Literal["string", "integer", "number", "boolean", "date"] = "string"
    required: bool = False
    options: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        """The column as a field of a Frictionless table schema."""
        constraints: dict[str, Any] = {}
        if self.required:
            constraints["required"] = True
        if self.options:
            constraints["enum"] = list(self.options)
        if self.type == "integer":
            constraints["minimum"] = 0
        field: dict[str, Any] = {"name": self.name, "type": self.type, "description": self.says}
        return {**field, "constraints": constraints} if constraints else field


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Columns that name a row of another table by its key."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[Row]):
    """A table: its columns, which of them name a row, and which lead to other tables."""

    name: str
    columns: tuple[Column[Row], ...]
    key: tuple[str, ...]
    rows: Callable[[Context], Iterable[Row]]
    links: tuple[Link, ...] = ()

    def text(self, context: Context) -> str:
        """The table as CSV: a head line, then one line a row; texts stand in quotes."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow([column.name for column in self.columns])
        for row in self.rows(context):
            writer.writerow([cell(column.value(row)) for column in self.columns])
        return out.getvalue()

    def described(self) -> dict[str, Any]:
        """The table as a Frictionless table schema."""
        schema: dict[str, Any] = {
            "fields": [column.described() for column in self.columns],
            "primaryKey": list(self.key),
            "missingValues": [""],
        }
        if self.links:
            schema["foreignKeys"] = [
                {
                    "fields": list(link.columns),
                    "reference": {"resource": link.table, "fields": list(link.key)},
                }
                for link in self.links
            ]
        return schema


def cell(value: object) -> object:
    """A value as it is written: text that a spreadsheet would run gets a ``'`` before it.

    Numbers stay numbers, and what is not there stays empty. To read a text as it was, take away one
    ``'`` at its beginning.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and _GUARDED.match(value):
        return f"'{value}"
    return value
