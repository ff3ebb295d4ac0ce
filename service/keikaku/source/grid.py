"""Blocks: what every kind of document is turned into before anything is understood of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of one table cell and its address.

    `file` is the document's name. `table`, `row` and `column` count from 1; row 1 is the header
    row. `line` is the line of the document, from 1. `text` is as in the source, trimmed.
    """

    text: str
    file: str
    table: int
    row: int
    column: int
    line: int


@dataclass(frozen=True, slots=True)
class Line:
    """A non-blank line outside all tables: its text, trimmed, its file, and its number from 1."""

    text: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: its rows, each of as many cells as the table has columns."""

    number: int
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def line(self) -> int:
        """The line on which the table begins."""
        return self.rows[0][0].line

    def filled(self) -> tuple[Cell, ...]:
        """Return the cells that are not empty, in reading order."""
        return tuple(cell for row in self.rows for cell in row if cell.text)


Address = Cell | Line
"""Either kind of place that can say something."""


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
