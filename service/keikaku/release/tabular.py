"""A release as tables for spreadsheets.

Each table is made by an annotated query in `tables/` that gives, in order, `?code ?id ?city`, the
first three columns of 自治体標準オープンデータセット, and a `?column` and `?value` of the row that
these name. Values of one column are joined by ・ in the order they come, equal ones once unless the
column is named in `repeats`. Columns that are not named in `columns` are fiscal years.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from keikaku.annotated import read_folder
from keikaku.closed import Bilingual
from keikaku.errors import ReleaseError
from keikaku.names import PREFIXES
from keikaku.text import parse_fiscal_year

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import TextIO

    from pyoxigraph import Quad

    from keikaku.annotated import AnnotatedQuery
    from keikaku.standing import Standing

IDENTITY = ("全国地方公共団体コード", "ID", "地方公共団体名")
SEPARATOR = "・"
_ABOUT = "値は原文どおりです。文書の中の食い違いは「不整合」の表にあります。"
_CELL_LENGTH = 32_767
_CUT = "…(欄に入りきりません。全文は CSV にあります)"
_QUERIES = Path(__file__).resolve().parent / "tables"
_EPOCH = datetime(2000, 1, 1)  # a fixed date, so that equal tables give equal bytes


Row = tuple[tuple[str, str, str], dict[str, str]]
"""A row before its table is whole: code, ID and city, and its values by their columns."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, its Japanese title, its columns and its rows of text.

    The rows can be gone through any number of times.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Collection[tuple[str, ...]]

    def as_csv(self) -> bytes:
        """Return the table as CSV (RFC 4180, UTF-8 without a byte order mark)."""
        text = io.StringIO()
        self.write(text)
        return text.getvalue().encode()

    def write(self, file: TextIO) -> None:
        """Write the table as CSV."""
        writer = csv.writer(file)
        writer.writerow(self.columns)
        writer.writerows(self.rows)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that one portion of a release has in a table, and the years that head columns."""

    years: tuple[str, ...]
    rows: Collection[Row]


@dataclass(frozen=True, slots=True)
class _Spread:
    """The rows of several portions, one after the other, each value under its column."""

    portions: tuple[Rows, ...]
    columns: tuple[str, ...]

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        for portion in self.portions:
            for identity, values in portion.rows:
                yield (*identity, *(values.get(column, "") for column in self.columns))

    def __len__(self) -> int:
        return sum(len(portion.rows) for portion in self.portions)

    def __contains__(self, row: object) -> bool:
        return any(row == other for other in self)


def table_names() -> tuple[str, ...]:
    """Return the names of the tables."""
    return tuple(query.name for query in read_folder(_QUERIES))


def table_titles() -> dict[str, Bilingual]:
    """Return the titles of the tables by their names."""
    return {query.name: Bilingual(**query.annotations["title"]) for query in read_folder(_QUERIES)}


def tables(quads: Iterable[Quad]) -> tuple[Table, ...]:
    """Return the tables of a release's quads, with their rows in memory."""
    store = Store()
    store.extend(quads)
    rows = rows_in(store)
    return tuple(
        replace(table, rows=tuple(table.rows))
        for table in tables_of({name: [found] for name, found in rows.items()})
    )


def rows_in(store: Store) -> dict[str, Rows]:
    """Return the rows of each table that a store has: with a release in it, or one portion."""
    return {query.name: _rows(query, store) for query in read_folder(_QUERIES)}


def tables_of(portions: Mapping[str, Iterable[Rows]]) -> tuple[Table, ...]:
    """Return the tables from the rows of the portions, which come in the order of the release."""
    return tuple(_table(query, portions[query.name]) for query in read_folder(_QUERIES))


def _table(query: AnnotatedQuery, portions: Iterable[Rows]) -> Table:
    portions = tuple(portions)
    years = sorted({year for portion in portions for year in portion.years}, key=_year)
    columns = (*query.annotations["columns"], *years)
    return Table(
        query.name,
        query.annotations["title"]["ja"],
        (*IDENTITY, *columns),
        _Spread(portions, columns),
    )


def _rows(query: AnnotatedQuery, store: Store) -> Rows:
    result = store.query(query.query, prefixes=PREFIXES, use_default_graph_as_union=True)
    if not isinstance(result, QuerySolutions):
        raise ReleaseError(
            f"表 {query.name} の問合せが SELECT ではありません。",
            f"the query of table {query.name} is no SELECT",
        )
    known: list[str] = list(query.annotations["columns"])
    rows: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for solution in result:
        identity = (_text(solution["code"]), _text(solution["id"]), _text(solution["city"]))
        column, value = _text(solution["column"]), _text(solution["value"])
        if column not in known:
            known.append(column)
        values = rows.setdefault(identity, {}).setdefault(column, [])
        if value and (value not in values or column in query.annotations.get("repeats", ())):
            values.append(value)
    return Rows(
        tuple(known[len(query.annotations["columns"]) :]),
        tuple(
            (identity, {column: SEPARATOR.join(said) for column, said in values.items() if said})
            for identity, values in rows.items()
        ),
    )


def _year(column: str) -> int:
    """Return the fiscal year that heads a column: H20, or H31・R1."""
    return parse_fiscal_year(column.split(SEPARATOR)[0])


def _text(term: object) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""


def _fitting(text: str) -> str:
    """Return a text that a spreadsheet cell can hold, saying so where it is cut."""
    if len(text) <= _CELL_LENGTH:
        return text
    return text[: _CELL_LENGTH - len(_CUT)] + _CUT


def as_xlsx(made: Iterable[Table], whose: Standing) -> bytes:
    """Return the tables as one spreadsheet, a sheet each, and a sheet that says what they are.

    Equal tables give equal bytes.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _EPOCH})
        head = book.add_format({"bold": True, "bg_color": "#E6E6E6"})
        for table in made:
            sheet = book.add_worksheet(table.title)
            for column, title in enumerate(table.columns):
                sheet.write_string(0, column, title, head)
            for number, row in enumerate(table.rows, start=1):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, _fitting(value))
            sheet.freeze_panes(1, 0)
            sheet.autofit(300)
        about = book.add_worksheet("このデータについて")
        for number, line in enumerate((whose.data.ja, whose.data.en, _ABOUT)):
            about.write_string(number, 0, line)
    return buffer.getvalue()
