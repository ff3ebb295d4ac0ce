"""Blocks: what every kind of document is turned into before anything is understood of it."""

from __future__ import annotations

from dataclasses import dataclass

from keikaku.errors import Problem


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of one table cell and its address.

    `file` is the document's name. `table`, `row` and `column` count from 1; row 1 is the header
    row. `line` is the line of the document, from 1; documents without lines (a workbook, a Word
    document, a PDF) have none. `where` is the address as their own programs show it (計画!B3, p.2).
    `rows` and `columns` are how many a merged cell spans; the places that it covers are empty
    cells. `text` is as in the source, trimmed.
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


@dataclass(frozen=True, slots=True)
class Line:
    """A non-blank line outside all tables: its text, trimmed, its file, and its number from 1.

    In a document without lines the number counts what stands outside its tables, and `where` is
    the address as its own program shows it.
    """

    text: str
    file: str
    line: int
    where: str = ""


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


def problem(ja: str, en: str, at: Address) -> Problem:
    """Return what is wrong at a place, with its address."""
    if at.where:
        return Problem(ja, en, at.file, place=at.where)
    return Problem(ja, en, at.file, at.line)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as blocks, in the order of the document."""

    name: str
    blocks: tuple[Grid | Line, ...]

    def filled(self) -> tuple[Address, ...]:
        """Return every cell that is not empty and every line, in reading order."""
        places: list[Address] = []
        for block in self.blocks:
            if isinstance(block, Grid):
                places.extend(block.filled())
            else:
                places.append(block)
        return tuple(places)
