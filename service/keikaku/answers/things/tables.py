"""The tables of a document put together again from their cells, as the document has them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.answers.lexicon import rows_of
from keikaku.answers.things.rows import number_of, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keikaku.store.base import Store

MOST_ROWS = 60
"""How many rows of a table a page shows; of a longer one, those around the cell."""

MOST_COLUMNS = 60
"""How many columns of a table a page shows."""

_CELLS = """SELECT ?cell ?row ?column ?line ?text ?address ?rows ?columns WHERE {{
  ?cell kei:document {document} ; kei:table {table} ; kei:row ?row ; kei:column ?column ;
    rdf:value ?text .
  OPTIONAL {{ ?cell kei:line ?line }}
  OPTIONAL {{ ?cell kei:address ?address }}
  OPTIONAL {{ ?cell kei:rowSpan ?rows }}
  OPTIONAL {{ ?cell kei:columnSpan ?columns }}
  FILTER (?row <= {head} || (?row >= {first} && ?row <= {last}))
}}"""
_EXTENT = """SELECT (MAX(?row) AS ?rows) (MAX(?column) AS ?columns) WHERE {{
  ?cell kei:document {document} ; kei:table {table} ; kei:row ?row ; kei:column ?column .
}}"""


_WORKSHEET_CELL = re.compile(r"![A-Z]+([0-9]+)$")


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell that is not empty: its IRI, its text, how many rows and columns shown it spans."""

    iri: NamedNode
    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its number in the table, its line in the document if a cell says it, its cells.

    In a workbook the line is that of its worksheet. Cells that a merged one covers are left out.
    """

    number: int
    line: int | None
    cells: tuple[TableCell | None, ...]


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table, or the rows of a long one around a cell: `rows` begins with the header row.

    `columns` and `count` are of the whole table.
    """

    document: NamedNode
    number: int
    rows: tuple[TableRow, ...]
    columns: int
    count: int

    @property
    def cut(self) -> bool:
        """Whether rows were left out."""
        return len(self.rows) < self.count

    def text(self, cell: NamedNode) -> str:
        """Return the text of one of its cells."""
        found = (each.text for row in self.rows for each in row.cells if each and each.iri == cell)
        return next(found, "")


def table_of(
    store: Store, document: NamedNode, number: int, around: int = 1, most: int = MOST_ROWS
) -> SourceTable:
    """Return a table of a document, in two queries; of a long one `most` rows around a row."""
    extent = rows_of(store, _EXTENT.format(document=document, table=number))
    count, columns = (number_of(term) or 0 for term in extent[0]) if extent else (0, 0)
    columns = min(columns, MOST_COLUMNS)
    first = max(2, min(around - most // 2, count - most + 2))
    last = min(count, first + most - 2)
    head = _head_rows(first)
    query = _CELLS.format(document=document, table=number, head=head, first=first, last=last)
    cells: dict[tuple[int, int], TableCell] = {}
    lines: dict[int, int] = {}
    for cell, row, column, line, text, address, *spans in rows_of(store, query):
        place = (number_of(row), number_of(column))
        if isinstance(cell, NamedNode) and place[0] and place[1] and place[1] <= columns:
            down, across = (number_of(span) or 1 for span in spans)
            cells[place[0], place[1]] = TableCell(cell, text_of(text), down, across)
            lines[place[0]] = number_of(line) or _worksheet_row(text_of(address))
    shown = [*range(1, min(head, count) + 1), *range(max(first, head + 1), last + 1)]
    return SourceTable(document, number, _rows(shown, columns, cells, lines), columns, count)


def _head_rows(first: int) -> int:
    """Return how many rows at the top are shown with rows that begin at `first`: a header's two."""
    return 2 if first > 2 else 1


def _rows(
    shown: Sequence[int],
    columns: int,
    cells: dict[tuple[int, int], TableCell],
    lines: dict[int, int],
) -> tuple[TableRow, ...]:
    covered: set[tuple[int, int]] = set()
    rows = []
    for row in shown:
        here: list[TableCell | None] = []
        for column in range(1, columns + 1):
            if (row, column) in covered:
                continue
            cell = cells.get((row, column))
            here.append(cell and _clipped(cell, row, column, shown, columns))
            covered |= _covered(here[-1], row, column)
        rows.append(TableRow(row, lines.get(row), tuple(here)))
    return tuple(rows)


def _clipped(
    cell: TableCell, row: int, column: int, shown: Sequence[int], columns: int
) -> TableCell:
    """Return a cell that spans no row that is left out and no column beyond the last."""
    down = next((n for n in range(1, cell.rows) if row + n not in shown), cell.rows)
    return replace(cell, rows=down, columns=min(cell.columns, columns - column + 1))


def _covered(cell: TableCell | None, row: int, column: int) -> set[tuple[int, int]]:
    if cell is None:
        return set()
    return {(row + n, column + m) for n in range(cell.rows) for m in range(cell.columns)}


def _worksheet_row(address: str) -> int:
    """Return the row that an address in a workbook names, 0 for another address."""
    found = _WORKSHEET_CELL.search(address)
    return int(found[1]) if found else 0
