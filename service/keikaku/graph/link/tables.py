"""Tables of other people as records: CSV in any usual encoding, by the names of its columns.

The columns of 自治体標準オープンデータセット are known, in their new and in their old form.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from keikaku.errors import LinkError, SourceError
from keikaku.graph.link.record import LONGEST_NAME, MOST_RECORDS, Record, plain_number, tidy
from keikaku.graph.link.sheet import is_web_iri
from keikaku.source.delimited import read_delimited
from keikaku.source.grid import Grid
from keikaku.source.plaintext import decode_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keikaku.source.grid import Cell
    from keikaku.source.options import Encoding

_HEADERS = {
    "name": ("名称", "事業名", "事務事業名", "施策名", "サービス名", "制度名", "name", "label"),
    "code": ("ID", "NO", "No", "番号", "事業番号", "事業コード", "法人番号", "id", "code"),
    "municipality": (
        "全国地方公共団体コード",
        "都道府県コード又は市区町村コード",
        "市区町村コード",
        "団体コード",
        "lgcode",
    ),
    "iri": ("IRI", "URI", "iri", "uri"),
    "group": ("対象者", "対象", "利用対象", "利用対象者"),
}
"""The headers that each role is known by; those of the standard data sets come first."""

_MISSING = (
    "名の列が分かりません。--column name=列名 で指定してください。列: {}",
    "no column holds the names; say which by --column name=HEADER; there are: {}",
)


def read_table(
    content: bytes,
    name: str,
    columns: Mapping[str, str],
    address: str,
    *,
    max_bytes: int,
    encoding: Encoding | None = None,
) -> list[Record]:
    """Return the records of a CSV file. `columns` names the header of a role where it is another.

    A record without an IRI of its own is named by its row (RFC 7111) under `address`, where the
    file is published. Raises LinkError with file and line.
    """
    try:
        text = decode_table(content, name, max_bytes=max_bytes, encoding=encoding)
        document = read_delimited(text, name)
    except SourceError as error:
        raise LinkError.of(error.problems) from error
    grid = next((block for block in document.blocks if isinstance(block, Grid)), None)
    if grid is None or len(grid.rows) < 2:
        raise LinkError(
            "表がありません。見出しの行と、その下に一行以上が必要です。",
            "there is no table; a header and at least one row below it are needed",
            file=name,
        )
    if len(grid.rows) > MOST_RECORDS:
        raise LinkError(
            f"行が多すぎます(上限 {MOST_RECORDS:,})。必要な行だけを残してください。",
            f"there are more than {MOST_RECORDS:,} rows; keep those that are needed",
            file=name,
        )
    places = _places([cell.text for cell in grid.rows[0]], columns, grid.rows[0][0])
    rows = (_record(row, places, address) for row in grid.rows[1:])
    return _with_keys([record for record in rows if record.name])


def _places(header: Sequence[str], columns: Mapping[str, str], at: Cell) -> dict[str, int]:
    """Return the place of each role in a row."""
    places: dict[str, int] = {}
    for role, known in _HEADERS.items():
        if given := columns.get(role):
            if given not in header:
                near = difflib.get_close_matches(given, header, 3, cutoff=0.4) or list(header)
                raise LinkError(
                    f"「{given}」という列はありません。近いもの: {'、'.join(near)}",
                    f"there is no column {given!r}; the nearest: {', '.join(near)}",
                    file=at.file,
                    line=at.line,
                )
            places[role] = header.index(given)
        else:
            place = next((header.index(one) for one in known if one in header), None)
            places |= {} if place is None else {role: place}
    if "name" not in places:
        shown = "、".join(filter(None, header))
        raise LinkError(
            _MISSING[0].format(shown), _MISSING[1].format(shown), file=at.file, line=at.line
        )
    return places


def _record(row: Sequence[Cell], places: Mapping[str, int], address: str) -> Record:
    def cell(role: str) -> str:
        at = places.get(role)
        return row[at].text if at is not None and at < len(row) else ""

    name = tidy(cell("name"), LONGEST_NAME)
    number = re.sub(r"^cell=([0-9]+),.*$", r"\1", row[0].fragment)
    iri = cell("iri") if is_web_iri(cell("iri")) else ""
    return Record(
        iri=iri or f"{address}#row={number}",
        name=name,
        key=iri,
        code=tidy(cell("code")),
        municipality=tidy(cell("municipality")),
        group=cell("group"),
        place=f"{row[0].file}:{row[0].line}",
    )


def _with_keys(records: Sequence[Record]) -> list[Record]:
    """Return the records with keys that stay when rows move: code and name, else name.

    Codes are compared as a spreadsheet leaves them, without leading zeros. Of records with one key
    the first has it; the others are told apart by their place in order.
    """
    seen: dict[str, int] = {}
    keyed: list[Record] = []
    for record in records:
        key = record.key or "/".join(filter(None, (plain_number(record.code), record.name)))
        seen[key] = seen.get(key, 0) + 1
        keyed.append(replace(record, key=key if seen[key] == 1 else f"{key}/{seen[key]}"))
    return keyed
