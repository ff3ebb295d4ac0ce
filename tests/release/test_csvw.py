"""The CSV tables described: W3C's reader reads them back, people find every column explained."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import csvw
import pytest

from keikaku.errors import ReleaseError
from keikaku.release.columns import columns_of
from keikaku.release.csvw import DICTIONARY_HEADER, write_tables
from keikaku.release.tabular import IDENTITY, SEPARATOR, Table, tables

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import Quad


@pytest.fixture(scope="module")
def made(plan_quads: frozenset[Quad]) -> tuple[Table, ...]:
    return tables(plan_quads)


@pytest.fixture(scope="module")
def files(made: tuple[Table, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return written(made, tmp_path_factory.mktemp("files"))


def written(made: tuple[Table, ...], folder: Path) -> dict[str, bytes]:
    write_tables(made, folder)
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def folder(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tables")
    for name, body in files.items():
        if name.startswith("tables/"):
            (place / name.removeprefix("tables/")).write_bytes(body)
    return place


def as_printed(value: object) -> str:
    """A value as W3C's reader gives it, written as the table has it."""
    if isinstance(value, list):
        return SEPARATOR.join(map(as_printed, value))
    if value is None:
        return ""
    return "○" if value is True else str(value)


def test_csvw_reads_the_tables_back_as_they_are(folder: Path, made: tuple[Table, ...]) -> None:
    group = csvw.TableGroup.from_file(folder / "csv-metadata.json")
    assert [table.url.string for table in group.tables] == [f"{t.name}.csv" for t in made]
    for described, table in zip(group.tables, made, strict=True):
        # strict, it wants names for headers; else it warns of any fault, which is an error here
        rows = list(described.iterdicts(strict=False))
        names = [column.name for column in columns_of(table)]
        read = [tuple(as_printed(row[name]) for name in names) for row in rows]
        assert read == list(table.rows), table.name
        assert described.tableSchema.primaryKey == ["id"]


def test_every_column_is_titled_in_both_languages_and_the_header_is_the_japanese(
    files: dict[str, bytes], made: tuple[Table, ...]
) -> None:
    group = json.loads(files["tables/csv-metadata.json"])
    assert group["@context"][0] == "http://www.w3.org/ns/csvw"
    for described, table in zip(group["tables"], made, strict=True):
        columns = described["tableSchema"]["columns"]
        assert described["lang"] == "ja"
        assert [column["titles"]["ja"] for column in columns] == list(table.columns)
        assert all(re.search("[A-Za-z]", column["titles"]["en"]) for column in columns)
        names = [column["name"] for column in columns]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch("[a-z0-9_]+", name) for name in names)


def test_only_values_of_a_property_become_rdf(files: dict[str, bytes]) -> None:
    group = json.loads(files["tables/csv-metadata.json"])
    [items] = [table for table in group["tables"] if table["url"] == "items.csv"]
    columns = {column["name"]: column for column in items["tableSchema"]["columns"]}
    assert columns["purpose"]["propertyUrl"] == "https://w3id.org/keikaku/ns#purpose"
    assert "propertyUrl" not in columns["department"]  # it leads to a thing, the cell has its label
    assert columns["department"]["suppressOutput"] is True
    assert columns["department"]["separator"] == "・"
    assert items["tableSchema"]["aboutUrl"] == "{+iri}"


def test_the_dictionary_explains_every_column_of_every_table(
    files: dict[str, bytes], made: tuple[Table, ...]
) -> None:
    header, *rows = csv.reader(io.StringIO(files["tables/dictionary.csv"].decode()))
    assert tuple(header) == DICTIONARY_HEADER
    named = [(row[0], row[3]) for row in rows]
    assert named == [(table.title, column) for table in made for column in table.columns]
    for row in rows:
        assert row[6].endswith("。"), row
    for title in {row[0] for row in rows}:
        assert [row[3] for row in rows if row[0] == title][:3] == list(IDENTITY)
    [code] = [row for row in rows if row[0] == "推進項目" and row[3] == "全国地方公共団体コード"]
    assert code[5] == "必須"
    assert code[-1] == "352039"


def test_the_archive_opens_in_excel_and_holds_the_same_tables(files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(files["keikaku-csv.zip"])) as archive:
        assert archive.testzip() is None
        inside = {name: archive.read(name) for name in archive.namelist()}
    own = {name.removeprefix("tables/"): b for name, b in files.items() if "/" in name}
    assert set(inside) == set(own)
    for name, body in inside.items():
        mark = b"\xef\xbb\xbf" if name.endswith(".csv") else b""
        assert body == mark + own[name]


def test_equal_tables_give_equal_bytes(
    files: dict[str, bytes], made: tuple[Table, ...], tmp_path: Path
) -> None:
    assert written(made, tmp_path) == files


def test_a_column_that_nobody_explained_is_named() -> None:
    table = Table("items", "推進項目", (*IDENTITY, "謎", "IRI"), ())
    with pytest.raises(ReleaseError, match="謎"):
        columns_of(table)
