"""The CSV tables described: for programs by CSV on the Web, for people as データ項目定義書.

https://www.w3.org/TR/tabular-metadata/
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any

from keikaku.release.catalogue.offers import ARCHIVE, DICTIONARY, METADATA, TABLES
from keikaku.release.catalogue.publication import curie
from keikaku.release.columns import columns_of
from keikaku.release.tabular import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from keikaku.release.columns import Column
    from keikaku.release.tabular import Table

BOM = "\N{BYTE ORDER MARK}".encode()
"""What lets Excel see that a CSV file is UTF-8."""

DICTIONARY_HEADER = (
    "表",
    "ファイル",
    "項目No",
    "項目名",
    "項目名(英語)",
    "区分",
    "説明",
    "説明(英語)",
    "形式",
    "区切り",
    "RDF の性質",
    "記入例",
)
_FORMS = {
    "string": "文字列",
    "integer": "整数",
    "gYear": "西暦(4桁)",
    "boolean": "○ または空",
}
_OLDEST = (1980, 1, 1, 0, 0, 0)  # a fixed date, so that equal tables give equal bytes


def write_tables(tables: Iterable[Table], folder: Path) -> None:
    """Write the tables as CSV with their metadata, their dictionary and an archive of all."""
    tables = tuple(tables)
    (folder / TABLES).mkdir(parents=True)
    for table in tables:
        with (folder / TABLES / f"{table.name}.csv").open(
            "w", encoding="utf-8", newline=""
        ) as file:
            table.write(file)
    (folder / METADATA).write_bytes(metadata(tables))
    (folder / DICTIONARY).write_bytes(dictionary(tables))
    _write_archive(folder)


def metadata(tables: Iterable[Table]) -> bytes:
    """Return the CSVW metadata of a group of tables, which lies beside them."""
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ja"}],
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n", "\n"], "header": True},
        "tables": [_table(table) for table in tables],
    }
    return json.dumps(group, ensure_ascii=False, indent=1).encode() + b"\n"


def _table(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(column) for column in columns_of(table)],
        "primaryKey": "id",
    }
    place = table.columns.index("IRI")
    if all(row[place].isascii() for row in table.rows):
        schema["aboutUrl"] = "{+iri}"  # a template would percent-encode anything else
    return {
        "url": f"{table.name}.csv",
        "lang": "ja",
        "dc:title": {"@value": table.title, "@language": "ja"},
        "tableSchema": schema,
    }


def _column(column: Column) -> dict[str, Any]:
    datatype: str | dict[str, str] = column.datatype
    if column.format:
        datatype = {"base": column.datatype, "format": column.format}
    said: dict[str, Any] = {
        "name": column.name,
        "titles": {"ja": column.header, "en": column.en},
        "dc:description": [
            {"@value": column.ja_text, "@language": "ja"},
            {"@value": column.en_text, "@language": "en"},
        ],
        "datatype": datatype,
    }
    if column.required:
        said["required"] = True
    if column.joined:
        said["separator"] = SEPARATOR
    if column.property and not column.linked:
        said["propertyUrl"] = column.property
    else:
        said["suppressOutput"] = True
    if column.property and column.linked:
        said["rdfs:seeAlso"] = {"@id": column.property}
    return said


def dictionary(tables: Iterable[Table]) -> bytes:
    """Return データ項目定義書: a row for each column of each table, with an example value."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(DICTIONARY_HEADER)
    for table in tables:
        examples = _examples(table)
        for place, column in enumerate(columns_of(table)):
            writer.writerow(
                (
                    table.title,
                    f"{table.name}.csv",
                    str(place + 1),
                    column.header,
                    column.en,
                    "必須" if column.required else "任意",
                    column.ja_text,
                    column.en_text,
                    _FORMS[column.datatype],
                    SEPARATOR if column.joined else "",
                    curie(column.property) if column.property else "",
                    examples[place],
                )
            )
    return text.getvalue().encode()


def _examples(table: Table) -> list[str]:
    """Return the first value of each column, empty where it has none."""
    examples = [""] * len(table.columns)
    missing = set(range(len(table.columns)))
    for row in table.rows:
        found = {place for place in missing if row[place]}
        for place in found:
            examples[place] = row[place]
        missing -= found
        if not missing:
            break
    return examples


def _write_archive(folder: Path) -> None:
    """Write the tables of a folder into one archive; CSV with a byte order mark, for Excel."""
    with zipfile.ZipFile(folder / ARCHIVE, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted((folder / TABLES).iterdir()):
            entry = zipfile.ZipInfo(path.name, _OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            mark = BOM if path.suffix == ".csv" else b""
            entry.file_size = len(mark) + path.stat().st_size
            with archive.open(entry, "w") as inside, path.open("rb") as file:
                inside.write(mark)
                copyfileobj(file, inside)
