"""The CSV tables described: for programs by CSV on the Web, for people as データ項目定義書.

https://www.w3.org/TR/tabular-metadata/
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from keikaku.release.catalogue.offers import ARCHIVE, DICTIONARY, METADATA, TABLES
from keikaku.release.catalogue.publication import curie
from keikaku.release.columns import columns_of
from keikaku.release.tabular import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


def table_files(tables: Iterable[Table]) -> dict[str, bytes]:
    """Return the tables as CSV with their metadata, their dictionary and an archive of all."""
    tables = tuple(tables)
    files = {f"{TABLES}/{table.name}.csv": table.as_csv() for table in tables}
    files[METADATA] = metadata(tables)
    files[DICTIONARY] = dictionary(tables)
    return {**files, ARCHIVE: _archive(files)}


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
                    next((row[place] for row in table.rows if row[place]), ""),
                )
            )
    return text.getvalue().encode()


def _archive(files: Mapping[str, bytes]) -> bytes:
    """Return the files in one archive; CSV with a byte order mark, for Excel."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name.removeprefix(f"{TABLES}/"), _OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, BOM + content if name.endswith(".csv") else content)
    return body.getvalue()
