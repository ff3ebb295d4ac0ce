"""The columns of a register that the profile ignores: withheld before anything else is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.records.withheld import Reason, emptied
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from keikaku.records.reading import AnyReading
    from keikaku.source.grid import Cell

    Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A column's header: its path, the cell that says most of it, the cells that it is made of."""

    path: str
    cell: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Which columns are ignored, by number from 1.

    `header` are the folded texts of the header's rows, since a header may stand again further down;
    `kept` are the columns of each of them that hold what heads a column that is not ignored too.
    """

    columns: frozenset[int] = frozenset()
    header: tuple[tuple[str, ...], ...] = ()
    kept: tuple[frozenset[int], ...] = ()

    @classmethod
    def by_header(
        cls, rows: Sequence[Row], heads: Sequence[Head], names: Collection[str]
    ) -> Ignored:
        """Return the columns whose header path, or the beginning of it, is one of the names."""
        known = tuple(map(fold, names))
        columns = {number for number, head in enumerate(heads, 1) if _is_named(head.path, known)}
        others = {
            (cell.row, cell.column)
            for number, head in enumerate(heads, 1)
            if number not in columns
            for cell in head.cells
        }
        return cls(
            frozenset(columns),
            tuple(tuple(fold(cell.text) for cell in row) for row in rows),
            tuple(
                frozenset(cell.column for cell in row if (cell.row, cell.column) in others)
                for row in rows
            ),
        )

    def withhold(self, rows: Sequence[Row], reading: AnyReading) -> tuple[Row, ...]:
        """Return rows with nothing in the ignored columns, and count these as withheld."""
        return tuple(self._without(row, reading) for row in rows)

    def _without(self, row: Row, reading: AnyReading) -> Row:
        mine = self.columns - self._kept_in(row)
        found = list(row)
        for column in mine:
            cell = row[column - 1]
            reading.withhold(Reason.IGNORED, cell)
            if cell.text and self.reaches_out(cell):
                note_both(cell, reading)
            found[column - 1] = emptied(cell)
        return tuple(found)

    def _kept_in(self, row: Row) -> frozenset[int]:
        """Return the ignored columns of which a row of the header holds what others need."""
        for texts, kept in zip(self.header, self.kept, strict=True):
            if len(row) == len(texts) and all(
                fold(cell.text) == text for cell, text in zip(row, texts, strict=True)
            ):
                return kept
        return frozenset()

    def reaches_out(self, cell: Cell) -> bool:
        """Tell whether a merged cell spans ignored columns and others."""
        spanned = set(range(cell.column, cell.column + cell.columns))
        return bool(spanned & self.columns) and bool(spanned - self.columns)


def note_both(cell: Cell, reading: AnyReading) -> None:
    """Note a merged cell that is to be withheld and to be published; its text is not told."""
    reading.note(
        "結合されたセルが、公開しない列(ignored)と公開する列にまたがっています。"
        "結合を解くか、読み方(プロファイル)の ignored を見直してください。",
        "a merged cell spans columns that are ignored and others; unmerge it, or change `ignored` "
        "in the profile",
        cell,
    )


def _is_named(path: str, names: Sequence[str]) -> bool:
    return any(path == name or path.startswith(f"{name}/") for name in names)
