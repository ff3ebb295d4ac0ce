"""The numbers of an answer as a table of two sides: by label and by what is across."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.web.charts.figures import Cell, cell, count

if TYPE_CHECKING:
    from keikaku.answers.catalogue import Answer
    from keikaku.answers.question import Drawn

DEPTHS = 5
"""How many depths of colour a number can have; 0 is paper."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Both sides in the order of the rows; numbers by the IRIs of both, 0 where there is none."""

    rows: tuple[Cell, ...]
    columns: tuple[Cell, ...]
    numbers: dict[tuple[str, str], int]

    def number(self, row: Cell, column: Cell) -> int:
        """Return the number of a field."""
        return self.numbers.get((row.iri, column.iri), 0)

    @property
    def most(self) -> int:
        """The largest number, at least 1."""
        return max(1, *self.numbers.values())

    def depth(self, number: int) -> int:
        """Return how deep the colour of a number is: 0 for 0, up to DEPTHS - 1 for the largest."""
        return -(-number * (DEPTHS - 1) // self.most)


def grid_of(answer: Answer, drawn: Drawn) -> Grid:
    """Return the grid that an answer's annotation names, of all its rows."""
    return _grid(answer, drawn.label, drawn.across or "", drawn.value or "")


def _grid(answer: Answer, label: str, across: str, value: str) -> Grid:
    rows: dict[str, Cell] = {}
    columns: dict[str, Cell] = {}
    numbers: dict[tuple[str, str], int] = {}
    for found in answer.rows:
        row = cell(answer, found, label)
        column = cell(answer, found, across)
        rows.setdefault(row.iri, row)
        columns.setdefault(column.iri, column)
        numbers[row.iri, column.iri] = count(answer, found, value)
    return Grid(tuple(rows.values()), tuple(columns.values()), numbers)
