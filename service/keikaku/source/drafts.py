"""Tables as they are gathered from pages, before it is known where one ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keikaku.source.grid import FAULTY, Cell, Grid
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from keikaku.source.grid import Sign

_ENDS = "。．.！!？?」』）)】：:"
_SENTENCE = 12
"""How many characters a text has at least that may run on into the next page."""


@dataclass(slots=True)
class Slot:
    """What stands in a cell: its text, what it spans, the page it is on.

    `full` tells whether its last line reaches the cell's right edge, None where that is not known,
    `hidden` whether its row is hidden. `fault`, `removed` and `sign` are those of the cell.
    """

    text: str
    rows: int = 1
    columns: int = 1
    page: int | None = None
    full: bool | None = None
    hidden: bool = False
    fault: tuple[str, str] | None = None
    removed: int = 0
    sign: Sign | None = None

    @property
    def runs_on(self) -> bool:
        """Whether the text may go on elsewhere: no sentence has ended, the last line is full."""
        if self.full is None:
            return len(self.text) >= _SENTENCE and self.text[-1] not in _ENDS
        return self.full and bool(self.text) and self.text[-1] not in _ENDS


@dataclass(slots=True)
class Draft:
    """A table: of each row the cells that begin in it, by their column from 1."""

    width: int
    rows: list[dict[int, Slot]] = field(default_factory=list)

    def filled(self, row: int) -> dict[int, Slot]:
        """Return the cells of a row, counted from 0, that are not empty."""
        return {column: slot for column, slot in self.rows[row].items() if slot.text or slot.fault}

    def grid(self, number: int, name: str, where: Callable[[Slot, int, int], str]) -> Grid:
        """Return the table as a grid; `where` tells a cell's address from its row and column."""
        return Grid(
            number,
            tuple(
                tuple(self._cell((row, column), number, name, where) for column in self._columns())
                for row in range(1, len(self.rows) + 1)
            ),
        )

    def _columns(self) -> range:
        return range(1, self.width + 1)

    def _cell(
        self,
        at: tuple[int, int],
        number: int,
        name: str,
        where: Callable[[Slot, int, int], str],
    ) -> Cell:
        row, column = at
        slot = self.rows[row - 1].get(column) or Slot("", page=self._page(row))
        return Cell(
            FAULTY if slot.fault else slot.text,
            name,
            number,
            row,
            column,
            None,
            where(slot, row, column),
            min(slot.rows, len(self.rows) - row + 1),
            min(slot.columns, self.width - column + 1),
            page=slot.page,
            fragment="" if slot.page is None else f"page={slot.page}",
            hidden=slot.hidden,
            fault=slot.fault,
            removed=slot.removed,
            sign=slot.sign,
        )

    def _page(self, row: int) -> int | None:
        return next((slot.page for slot in self.rows[row - 1].values()), None)


def repeated_rows(above: Draft, below: Draft) -> int:
    """Return how many rows at the top of a table repeat the top of the one above it."""
    if above.width != below.width:
        return 0
    count = 0
    for place in range(min(len(above.rows), len(below.rows))):
        if not below.filled(place) or _said(above, place) != _said(below, place):
            break
        count += 1
    return count


def _said(draft: Draft, row: int) -> list[tuple[int, int, str]]:
    return [(column, slot.columns, fold(slot.text)) for column, slot in draft.filled(row).items()]


def begins_in_the_middle(above: Draft, below: Draft, skipped: int = 0) -> bool:
    """Tell whether the first row of a table goes on with the last row of the one above it.

    All that stands in it then stands below a text that runs on, and its first cell is empty.
    """
    if above.width != below.width or not above.rows or skipped >= len(below.rows):
        return False
    last, first = above.filled(len(above.rows) - 1), below.filled(skipped)
    return (
        bool(first)
        and 1 not in first
        and all(
            column in last and last[column].columns == slot.columns and last[column].runs_on
            for column, slot in first.items()
        )
    )


def join(above: Draft, below: Draft, skipped: int) -> None:
    """Add to a table the rows of its continuation but those at the top that repeat its own."""
    rows = below.rows[skipped:]
    if begins_in_the_middle(above, below, skipped):
        last = above.rows[-1]
        for column, slot in below.filled(skipped).items():
            last[column].text += slot.text
            last[column].full = slot.full
            last[column].fault = last[column].fault or slot.fault
            last[column].removed += slot.removed
            last[column].sign = last[column].sign or slot.sign
        rows = rows[1:]
    above.rows.extend(rows)
