"""A matrix: a number in each field, the deeper its colour the larger it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.web.charts.chart import Canvas
from keikaku.web.charts.grid import grid_of
from keikaku.web.charts.svg import named, short_words, width, words
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from markupsafe import Markup

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.question import Drawn
    from keikaku.web.charts.figures import Cell
    from keikaku.web.charts.grid import Grid

MOST_ROWS = 60
MOST_COLUMNS = 24
"""How much is drawn; the table beside the chart has all of it."""

_FIELD = 64
_STEP = 34
_HEAD = 34
_ROOM = 224


def matrix(answer: Answer, drawn: Drawn) -> Canvas:
    """Return the matrix of an answer, in the order of its rows."""
    grid = grid_of(answer, drawn)
    rows, columns = grid.rows[:MOST_ROWS], grid.columns[:MOST_COLUMNS]
    left = min(_ROOM, max(width(row.name) for row in rows)) + 14
    parts: list[Markup] = []
    for place, column in enumerate(columns):
        middle = left + _FIELD * (place + 0.5)
        head = {"text_anchor": "middle", "class_": "head"}
        parts.append(short_words(column.short, _FIELD - 4, middle, _HEAD - 12, **head))
    for line, row in enumerate(rows):
        top = _HEAD + _STEP * line
        parts.append(short_words(row.name, _ROOM, left - 12, top + 22, text_anchor="end"))
        for place, column in enumerate(columns):
            parts.extend(_field(grid, row, column, left + _FIELD * place, top))
    return Canvas(
        left + _FIELD * len(columns) + 4,
        _HEAD + _STEP * len(rows) + 4,
        tuple(parts),
        _said(grid, len(rows), len(columns)),
    )


def _field(grid: Grid, row: Cell, column: Cell, left: float, top: float) -> tuple[Markup, Markup]:
    number = grid.number(row, column)
    depth = f"depth-{grid.depth(number)}"
    field = named(
        "rect",
        f"{row.name}, {column.name}: {number:,}",
        x=left + 1,
        y=top + 1,
        width=_FIELD - 2,
        height=_STEP - 2,
        class_=f"field {depth}",
    )
    middle = left + _FIELD / 2
    return field, words(f"{number:,}", middle, top + 22, text_anchor="middle", class_=f"on-{depth}")


def _said(grid: Grid, rows: int, columns: int) -> str:
    (row, column), most = max(grid.numbers.items(), key=lambda pair: pair[1])
    names = {side.iri: side.name for side in (*grid.rows, *grid.columns)}
    ja = f"{rows} 行 {columns} 列の数。最も多いのは{names[row]}・{names[column]}の {most:,}。"
    en = f"{rows} by {columns} numbers; the largest is {most:,} ({names[row]}, {names[column]})."
    if (rows, columns) != (len(grid.rows), len(grid.columns)):
        ja += f"全 {len(grid.rows):,} 行 {len(grid.columns):,} 列は表にあります。"
        en += f" The table has all {len(grid.rows):,} by {len(grid.columns):,}."
    return reader().choose(ja, en)
