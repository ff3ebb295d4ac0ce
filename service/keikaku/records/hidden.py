"""Hidden rows and columns: read, withheld, or an error that names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.errors import Problem
from keikaku.records.withheld import Reason
from keikaku.source.grid import Cell, Grid, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keikaku.records.reading import AnyReading
    from keikaku.records.withheld import Withheld
    from keikaku.source.grid import Address, Document

_REMEDY = (
    '読むなら hidden = "read"、読まず公開もしないなら hidden = "withhold" を、plan.toml の '
    "[source] か読み方(プロファイル)に書きます。見出しを ignored に挙げても、公開されません。",
    'write hidden = "read" to read it, or hidden = "withhold" neither to read nor to publish it, '
    "in [source] of plan.toml or in the profile; a column may be named in `ignored` as well",
)


def hidden_rule(reading: AnyReading) -> str | None:
    """Return what is to be done with hidden places: `read`, `withhold`, or None if nobody says."""
    return reading.keys.source.hidden or reading.profile.hidden


def withhold_hidden(document: Document, reading: AnyReading) -> Document:
    """Return the document as its parts are read: without what is hidden, if that is withheld.

    A merged cell that begins hidden and reaches what is shown is both: it is withheld, and noted.
    """
    if hidden_rule(reading) != "withhold":
        return document
    for place in document.places():
        if place.hidden:
            reading.withhold(Reason.HIDDEN, place)
    for grid in _grids(document):
        for cell in grid.filled():
            if cell.hidden and any(not covered.hidden for covered in _covered(cell, grid)):
                reading.note(
                    "結合されたセルが、隠れた行や列と、見える行や列にまたがっています。"
                    "結合を解くか、再表示してください。",
                    "a merged cell reaches from a hidden row or column to one that is shown; "
                    "unmerge it, or unhide",
                    cell,
                )
    return reading.withheld.without(document)


def undecided(document: Document, withheld: Withheld, reading: AnyReading) -> list[Problem]:
    """Return a problem for each hidden row, column or line with text of which nobody says more.

    None of them quotes what is hidden.
    """
    if hidden_rule(reading) is not None:
        return []
    problems = [
        _problem("隠れた行", "a hidden row", place)
        for place in document.filled()
        if not isinstance(place, Cell) and place.hidden and not withheld.covers(place)
    ]
    for grid in _grids(document):
        left = [cell for cell in grid.filled() if cell.hidden and not withheld.covers(cell)]
        problems += _of_table(grid, left)
    return problems


def _of_table(grid: Grid, left: Iterable[Cell]) -> Iterator[Problem]:
    """Yield a problem for each hidden column that cells stand in, then for each row, each cell."""
    columns = {
        number for number, cells in enumerate(zip(*grid.rows, strict=True), 1) if _all(cells)
    }
    rows = {number for number, cells in enumerate(grid.rows, 1) if _all(cells)}
    told: set[tuple[str, int]] = set()
    for cell in left:
        if cell.row in rows:
            kind, key = ("隠れた行", "a hidden row"), ("row", cell.row)
        elif cell.column in columns:
            kind, key = ("隠れた列", "a hidden column"), ("column", cell.column)
        else:
            kind, key = ("表示されない欄", "a cell that is not shown"), (shown(cell), 0)
        if key not in told:
            told.add(key)
            yield _problem(*kind, cell)


def _problem(ja: str, en: str, at: Address) -> Problem:
    cell = (at.table, at.row, at.column) if isinstance(at, Cell) else None
    return Problem(
        f"{ja}に文字があります。{_REMEDY[0]}",
        f"{en} holds text; {_REMEDY[1]}",
        at.file,
        None if at.where else at.line,
        place=at.where or None,
        cell=cell,
    )


def _all(cells: Iterable[Cell]) -> bool:
    return all(cell.hidden for cell in cells)


def _grids(document: Document) -> Iterator[Grid]:
    return (block for block in document.blocks if isinstance(block, Grid))


def _covered(cell: Cell, grid: Grid) -> Iterator[Cell]:
    """Yield the places that a merged cell takes."""
    for row in grid.rows[cell.row - 1 : cell.row - 1 + cell.rows]:
        yield from row[cell.column - 1 : cell.column - 1 + cell.columns]
