"""Blocks: what every kind of document is turned into before anything is understood of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from keikaku.errors import Problem

Sign = Literal["drawings", "fills"]
"""What may say something in place of a text, and cannot be read: a drawing over a cell, a fill."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of one table cell and its address.

    `file` is the document's name. `table`, `row` and `column` count from 1; row 1 is the header
    row. `line` is the line of the document, from 1; documents without lines (a workbook, a Word
    document, a PDF) have none. `where` is the address as their own programs show it (計画!B3, p.2),
    `sheet` the worksheet and `page` the page that it is on, `fragment` what addresses it in its
    file behind a # (cell=4,3 by RFC 7111, page=2 by RFC 8118); a format that has none of these
    leaves them empty. `rows` and `columns` are how many a merged cell spans; the places that it
    covers are empty cells. `missing` tells that the source's row ends before the cell, which a
    format fills up (Markdown). `text` is as in the source, trimmed. `hidden` tells that the program
    of the document does not show it: its row or column is hidden, or its format shows nothing.
    `fault` says in Japanese and English why the text cannot be told; it is then FAULTY. `removed`
    is how many passages in it are struck out or deleted, which are no part of the text.
    `sign` is what may say something of an empty cell, or over any cell, without text.
    """

    text: str
    file: str
    table: int
    row: int
    column: int
    line: int | None
    where: str = ""
    rows: int = 1
    columns: int = 1
    sheet: str = ""
    page: int | None = None
    fragment: str = ""
    missing: bool = False
    hidden: bool = False
    fault: tuple[str, str] | None = None
    removed: int = 0
    sign: Sign | None = None


_CELL_OF_EXCEL = re.compile(r"!([A-Z]+)[0-9]+$")

FAULTY = "\ufffd"
"""The text of a cell whose own text cannot be told."""


@dataclass(frozen=True, slots=True)
class Line:
    """A non-blank line outside all tables: its text, trimmed, its file, and its number from 1.

    In a document without lines the number counts what stands outside its tables, and `where`,
    `sheet`, `page`, `fragment`, `hidden`, `fault` and `removed` are as those of a cell.
    `cell` is the table, row and column of the cell that it is a note of.
    """

    text: str
    file: str
    line: int
    where: str = ""
    sheet: str = ""
    page: int | None = None
    fragment: str = ""
    hidden: bool = False
    fault: tuple[str, str] | None = None
    removed: int = 0
    cell: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: its rows, each of as many cells as the table has columns."""

    number: int
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def start(self) -> Cell:
        """The first cell, which tells where the table begins."""
        return self.rows[0][0]

    def filled(self) -> tuple[Cell, ...]:
        """Return the cells that are not empty, in reading order."""
        return tuple(cell for row in self.rows for cell in row if cell.text)


Address = Cell | Line
"""Either kind of place that can say something."""


def shown(at: Address) -> str:
    """Return the address of a place as people read it: 計画!B3, or 12 行目."""
    return at.where or f"{at.line} 行目"


def sheet_column(at: Address) -> str:
    """Return the column of its worksheet that a place is in: F; nothing in other documents."""
    found = _CELL_OF_EXCEL.search(at.where)
    return found[1] if found else ""


def problem(ja: str, en: str, at: Address) -> Problem:
    """Return what is wrong at a place, with its address."""
    if isinstance(at, Cell) and at.missing:
        ja = f"{ja}この行は欄が足りず、{at.column} 列目がありません。"
        en = f"{en}; the row is short of cells and has no column {at.column}"
    cell = (at.table, at.row, at.column) if isinstance(at, Cell) else None
    if at.where:
        return Problem(ja, en, at.file, place=at.where, cell=cell)
    column = at.column if isinstance(at, Cell) and at.fragment else None
    return Problem(ja, en, at.file, at.line, column, cell=cell)


@dataclass(frozen=True, slots=True)
class UnreadSheet:
    """A worksheet that is not read: its place in the workbook from 1, and whether it is hidden."""

    position: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A document as blocks, in the order of the document, and its sheets that are no blocks.

    `is_plain` tells that it holds nothing besides (comments, properties, deleted text). `gone` has
    for each passage that is struck out or deleted with all of its line where that was.
    """

    name: str
    blocks: tuple[Grid | Line, ...]
    unread: tuple[UnreadSheet, ...] = ()
    is_plain: bool = True
    gone: tuple[str, ...] = ()

    def places(self) -> tuple[Address, ...]:
        """Return every cell, the empty ones too, and every line, in reading order."""
        places: list[Address] = []
        for block in self.blocks:
            if isinstance(block, Grid):
                places.extend(cell for row in block.rows for cell in row)
            else:
                places.append(block)
        return tuple(places)

    def filled(self) -> tuple[Address, ...]:
        """Return every cell that is not empty and every line, in reading order."""
        return tuple(place for place in self.places() if place.text)
