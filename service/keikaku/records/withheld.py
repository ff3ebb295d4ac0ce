"""What of a document is withheld: which cells, lines and sheets, and why.

A withheld place is withheld whatever it holds: what is said of it is where it lies, and neither its
text nor whether it has any.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from keikaku.source.grid import Cell, Grid, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from keikaku.source.grid import Address, Document, UnreadSheet

P = TypeVar("P", Cell, Line)
Place = tuple[int, int, int]
"""A cell's table, row and column, from 1."""


_RECORD = re.compile(r"cell=([0-9]+),([0-9]+)")
"""A fragment identifier of RFC 7111: record and column."""


class Reason(StrEnum):
    """Why a place is withheld, by the local name of its concept."""

    IGNORED = "ignored"
    HIDDEN = "hidden"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """Cells of one table that are withheld for one reason; rows and columns are inclusive."""

    table: int
    first_row: int
    first_column: int
    last_row: int
    last_column: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Withheld:
    """The withheld places of a document: cells, lines by their number, and sheets."""

    cells: Mapping[Place, Reason] = field(default_factory=dict)
    lines: Mapping[int, Reason] = field(default_factory=dict)
    sheets: tuple[UnreadSheet, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is withheld."""
        return bool(self.cells or self.lines or self.sheets)

    def covers(self, place: Address) -> bool:
        """Tell whether a cell or line of the document is withheld."""
        if isinstance(place, Cell):
            return place_of(place) in self.cells
        return place.line in self.lines

    def regions(self) -> tuple[Region, ...]:
        """Return the withheld cells as rectangles that do not overlap, in reading order."""
        return tuple(sorted(_rectangles(self.cells)))

    def without(self, document: Document) -> Document:
        """Return the document with nothing in its withheld places; all else keeps its place."""
        return replace(document, blocks=tuple(self._block(block) for block in document.blocks))

    def published(self, document: Document) -> Document:
        """Return the document as it is published: with nothing in its withheld places.

        A line break in a withheld field of a CSV file moves all lines behind it. So where anything
        of one is withheld, its cells are called by their records and columns, not by their lines.
        """
        shown = self.without(document)
        if not (self.cells or self.lines):
            return shown
        return replace(shown, blocks=tuple(map(_by_record, shown.blocks)))

    def _block(self, block: Grid | Line) -> Grid | Line:
        if isinstance(block, Line):
            return emptied(block) if self.covers(block) else block
        rows = (
            tuple(emptied(cell) if self.covers(cell) else cell for cell in row)
            for row in block.rows
        )
        return Grid(block.number, tuple(rows))


def place_of(cell: Cell) -> Place:
    """Return where a cell stands."""
    return cell.table, cell.row, cell.column


def emptied(place: P) -> P:
    """Return a place with nothing in it."""
    if isinstance(place, Cell):
        return replace(place, text="", fault=None, removed=0, sign=None)
    return replace(place, text="", fault=None, removed=0)


def _by_record(block: Grid | Line) -> Grid | Line:
    if isinstance(block, Line):
        return block
    return Grid(block.number, tuple(tuple(map(_called_by_record, row)) for row in block.rows))


def _called_by_record(cell: Cell) -> Cell:
    found = _RECORD.fullmatch(cell.fragment)
    if found is None:
        return cell
    return replace(cell, line=None, where=f"{found[1]}行{found[2]}列")


def _rectangles(cells: Mapping[Place, Reason]) -> Iterator[Region]:
    """Yield the cells as runs in columns, those of equal length side by side as one."""
    columns: defaultdict[tuple[int, int, Reason], list[int]] = defaultdict(list)
    for (table, row, column), reason in cells.items():
        columns[table, column, reason].append(row)
    found: defaultdict[tuple[int, Reason, int, int], list[int]] = defaultdict(list)
    for (table, column, reason), rows in columns.items():
        for first, last in _runs(rows):
            found[table, reason, first, last].append(column)
    for (table, reason, first, last), wide in found.items():
        for left, right in _runs(wide):
            yield Region(table, first, left, last, right, reason)


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of numbers that follow each other."""
    first = last = 0
    for number in sorted(numbers):
        if first and number > last + 1:
            yield first, last
            first = 0
        first, last = first or number, number
    if first:
        yield first, last
