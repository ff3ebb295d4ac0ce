"""Drawings over cells and empty cells that a fill marks: an error, or said to mean nothing."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from keikaku.errors import Problem
from keikaku.source.grid import Cell, Grid, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.records.profile import Furniture
    from keikaku.records.withheld import Withheld
    from keikaku.source.grid import Document, Sign

_SAID: dict[Sign, tuple[str, str]] = {
    "drawings": (
        "欄の上に図形か画像(矢印、線、棒、丸など)があり、何を表すか読めません",
        "a drawing or picture (an arrow, a line, a bar, an oval) lies over cells, and it cannot be "
        "read what it says",
    ),
    "fills": (
        "空欄が塗りつぶされていて、何を表すか読めません",
        "empty cells are filled with a colour, and it cannot be read what it says",
    ),
}


def unread_signs(document: Document, withheld: Withheld, furniture: Furniture) -> list[Problem]:
    """Return a problem for each run of cells with a sign of which nobody says that it is nothing.

    Withheld cells are not told of.
    """
    ignored = {kind for kind in _SAID if getattr(furniture, kind) == "ignore"}
    problems: list[Problem] = []
    for block in document.blocks:
        if isinstance(block, Grid):
            for row in block.rows:
                told = [cell for cell in row if cell.sign and cell.sign not in ignored]
                problems += _of_row([cell for cell in told if not withheld.covers(cell)])
    return problems


def _of_row(cells: list[Cell]) -> Iterator[Problem]:
    """Yield a problem for each run of neighbours with the same sign."""
    runs = groupby(enumerate(cells), key=lambda each: (each[1].sign, each[1].column - each[0]))
    for (sign, _), run in runs:
        found = [cell for _, cell in run]
        assert sign is not None  # noqa: S101  (only cells with a sign are given)
        yield _problem(sign, found[0], found[-1])


def _problem(sign: Sign, first: Cell, last: Cell) -> Problem:
    ja, en = _SAID[sign]
    where = shown(first) if first == last else f"{shown(first)} から {shown(last)} まで"
    range_ = shown(first) if first == last else f"{shown(first)} to {shown(last)}"
    return Problem(
        f"{ja}({where})。欄に文字で書くか、意味がなければ、読み方(プロファイル)の [furniture] に "
        f'{sign} = "ignore" と書きます。',
        f"{en} ({range_}); write text into the cells, or, if it has no meaning, write "
        f'{sign} = "ignore" under [furniture] in the profile',
        first.file,
        None if first.where else first.line,
        place=first.where or None,
        cell=(first.table, first.row, first.column),
    )
