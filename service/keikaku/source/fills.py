"""Empty cells that a fill marks, as bars of a schedule are drawn, and not as tables are shaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Filled(Protocol):
    """A cell with a column from 1 and a fill; one that `goes_on` is covered by a merged cell."""

    @property
    def column(self) -> int:
        """Its column, from 1."""

    @property
    def fill(self) -> str:
        """Its fill, nothing where it is white or has none."""

    @property
    def goes_on(self) -> bool:
        """Whether it is covered by a merged cell that begins elsewhere."""


def unusual_fills(rows: Sequence[Sequence[tuple[Filled, str]]]) -> set[tuple[int, int]]:
    """Return which empty cells a fill marks, by row and column from 1; `rows` have their texts.

    White is no fill. The usual fill of a row is that of its first cell with a text, or of all of
    its cells; that of a column is the one that all cells below the first row have, if any of them
    has a text: bars may fill a column as well.
    """
    columns: dict[int, set[str]] = {}
    with_text: set[int] = set()
    for row in rows[1:]:
        for cell, text in row:
            columns.setdefault(cell.column, set()).add(cell.fill)
            if text:
                with_text.add(cell.column)
    same = {column for column in with_text if len(columns[column]) == 1}
    found = set()
    for number, row in enumerate(rows, start=1):
        named = next((cell.fill for cell, text in row if text), None)
        is_one = len({cell.fill for cell, _ in row}) == 1
        for cell, text in row:
            is_usual = is_one or cell.fill == named or cell.column in same
            if cell.fill and not text and not cell.goes_on and not is_usual:
                found.add((number, cell.column))
    return found
