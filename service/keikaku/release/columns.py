"""What the columns of the tables mean, in both languages and by the terms of the data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keikaku.errors import ReleaseError
from keikaku.names import PREFIXES
from keikaku.release.tabular import SEPARATOR
from keikaku.text import parse_fiscal_year

if TYPE_CHECKING:
    from keikaku.release.tabular import Table

_FILE = Path(__file__).resolve().parent / "tables" / "columns.toml"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, its name for programs, what it means, and how its values are written.

    `property` is the IRI of the term of the data that gives the value, if one does; with `linked`
    the column has labels of what the term leads to, not its values. `format` is that of the
    CSVW datatype.
    """

    header: str
    name: str
    en: str
    ja_text: str
    en_text: str
    datatype: str = "string"
    format: str | None = None
    property: str | None = None
    linked: bool = False
    joined: bool = False
    required: bool = False


def columns_of(table: Table) -> tuple[Column, ...]:
    """Return what the columns of a table mean; raises ReleaseError for one not described."""
    return tuple(_column(table.name, header) for header in table.columns)


def _column(table: str, header: str) -> Column:
    known = _known()
    said = known.get(f"{table}/{header}", known.get(header))
    if said is not None:
        return _described(header, said)
    try:
        year = parse_fiscal_year(header.split(SEPARATOR)[0])
    except ValueError as error:
        raise ReleaseError(
            f"表 {table} の列「{header}」の説明が columns.toml にありません。",
            f"columns.toml does not describe the column {header!r} of the table {table}",
        ) from error
    return Column(
        header,
        f"fy{year}",
        f"fiscal year {year}",
        f"{header}年度({year}年4月から)の年次計画の欄の文字。原文どおり。",
        f"The schedule of the fiscal year that begins in April {year}, as printed.",
    )


def _described(header: str, said: dict[str, Any]) -> Column:
    term = said.get("property")
    prefix, _, local = (term or "").partition(":")
    return Column(
        header,
        said["name"],
        said["en"],
        said["ja_text"],
        said["en_text"],
        datatype=said.get("datatype", "string"),
        format=said.get("pattern", said.get("format")),
        property=PREFIXES[prefix] + local if term else None,
        linked=said.get("object", False),
        joined=said.get("joined", False),
        required=said.get("required", False),
    )


@cache
def _known() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
