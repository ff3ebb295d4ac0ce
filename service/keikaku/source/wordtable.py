"""The cells of a table of a Word document: their places, what they span, how they are filled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from keikaku.source.runformat import is_on
from keikaku.source.worddrawing import EMU_OF_TWIP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from keikaku.source.worddrawing import Drawing

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TRANSPARENT = ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")
"""What stands around paragraphs, rows and cells without a meaning of its own."""

_NO_FILL = ("", "auto", "FFFFFF")
_MOST_COLUMNS = 300_000


@dataclass(frozen=True, slots=True)
class WordCell:
    """A cell: its column from 1, the columns that it spans, its width in EMU, its fill or nothing.

    `begins` tells that the cells below may be merged with it, `goes_on` that it is merged with the
    one above, `deleted` that tracked changes delete it, and `moves` that one on its left is deleted
    that is none of a whole deleted column: its place in the table is then not known.
    """

    element: Element
    column: int
    span: int = 1
    width: int = 0
    fill: str = ""
    begins: bool = False
    goes_on: bool = False
    deleted: bool = False
    moves: bool = False


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row: its cells, whether it is hidden, how many columns it reaches over, their widths."""

    cells: tuple[WordCell, ...]
    hidden: bool
    width: int
    grid: tuple[int, ...] = ()

    def under(self, cell: WordCell, drawing: Drawing) -> range:
        """Return the columns that a drawing lies over which is anchored in a cell, as is known.

        A column counts if a quarter of it or more is covered.
        """
        own = range(cell.column, cell.column + cell.span)
        if not drawing.floats or drawing.left is None or cell.column > len(self.grid):
            return own
        edges = [EMU_OF_TWIP * sum(self.grid[:column]) for column in range(len(self.grid) + 1)]
        start = edges[cell.column - 1] + drawing.left
        end = start + drawing.width
        covered = [
            column
            for column, (left, right) in enumerate(pairwise(edges), start=1)
            if 4 * (min(end, right) - max(start, left)) >= right - left > 0
        ]
        return range(min(covered), max(covered) + 1) if covered else own


def word_rows(table: Element) -> list[WordRow]:
    """Return the rows of a table that are not deleted."""
    grid = [_measure(column, "w") for column in table.iterfind(f"{_W}tblGrid/{_W}gridCol")]
    rows = [_row(row, grid) for row in _rows(table) if not _is_deleted(row)]
    deleted = [{cell.column for cell in row.cells if cell.deleted} for row in rows]
    whole = set.intersection(*deleted) if deleted else set()
    return [_moved(row, gone - whole) for row, gone in zip(rows, deleted, strict=True)]


def deleted_rows(table: Element) -> list[int]:
    """Return for each row that tracked changes delete how many of the others stand above it."""
    kept, found = 0, []
    for row in _rows(table):
        if _is_deleted(row):
            found.append(kept)
        else:
            kept += 1
    return found


def _is_deleted(row: Element) -> bool:
    return row.find(f"{_W}trPr/{_W}del") is not None


def _moved(row: WordRow, gone: set[int]) -> WordRow:
    if not gone:
        return row
    first = min(gone)
    return replace(row, cells=tuple(replace(cell, moves=cell.column > first) for cell in row.cells))


def _row(row: Element, grid: list[int]) -> WordRow:
    column = 1 + _number(row, "trPr", "gridBefore")
    found: list[WordCell] = []
    for element in _cells(row):
        span = max(1, _number(element, "tcPr", "gridSpan"))
        if _value(element, "hMerge") == "continue" and found:
            found[-1] = replace(found[-1], span=found[-1].span + span)
        else:
            found.append(_cell(element, column, span, grid))
        column += span
    return WordRow(tuple(found), is_on(row.find(f"{_W}trPr/{_W}hidden")), column - 1, tuple(grid))


def _cell(element: Element, column: int, span: int, grid: list[int]) -> WordCell:
    properties = element.find(f"{_W}tcPr")
    merged = _value(element, "vMerge")
    tracked = element.find(f"{_W}tcPr/{_W}cellMerge")
    if tracked is not None:
        now = tracked.get(f"{_W}vMerge")
        merged = {"cont": "continue", "rest": "restart"}.get(now or "", "")
    width = sum(grid[column - 1 : column - 1 + span]) or _measure(element, "w", "tcPr", "tcW")
    return WordCell(
        element,
        column,
        span,
        width * EMU_OF_TWIP,
        _fill(element.find(f"{_W}tcPr/{_W}shd")),
        begins=merged == "restart",
        goes_on=merged == "continue",
        deleted=properties is not None and properties.find(f"{_W}cellDel") is not None,
    )


def _value(cell: Element, name: str) -> str:
    """Return how a cell is merged: `restart`, `continue` or not at all."""
    found = cell.find(f"{_W}tcPr/{_W}{name}")
    return "" if found is None else found.get(f"{_W}val", "continue")


def _fill(shading: Element | None) -> str:
    """Return the colour or the pattern that fills a cell, nothing where it is white."""
    if shading is None:
        return ""
    pattern, fill = shading.get(f"{_W}val", "clear"), shading.get(f"{_W}fill", "auto")
    if pattern in ("clear", "nil"):
        return "" if fill in _NO_FILL else fill
    return f"{pattern} {shading.get(f'{_W}color', 'auto')} {fill}"


def _rows(table: Element) -> Iterator[Element]:
    for element in table:
        tag = element.tag.removeprefix(_W)
        if tag == "tr":
            yield element
        elif tag in TRANSPARENT:
            yield from _rows(element)


def _cells(row: Element) -> Iterator[Element]:
    for element in row:
        tag = element.tag.removeprefix(_W)
        if tag == "tc":
            yield element
        elif tag in TRANSPARENT:
            yield from _cells(element)


def _number(element: Element, *path: str) -> int:
    found = element.find("/".join(f"{_W}{step}" for step in path))
    return 0 if found is None else min(int(found.get(f"{_W}val", "0")), _MOST_COLUMNS)


def _measure(element: Element, name: str, *path: str) -> int:
    """Return a width in twentieths of a point, 0 where it is not said in them."""
    found = element.find("/".join(f"{_W}{step}" for step in path)) if path else element
    said = "" if found is None else found.get(f"{_W}{name}", "")
    return int(said) if said.isdecimal() and len(said) < 9 else 0
