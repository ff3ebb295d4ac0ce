"""A schedule: what is planned for each year, in the document's words; arrows carry phases on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.web.charts.chart import Canvas
from keikaku.web.charts.legend import legend
from keikaku.web.charts.phases import look, order
from keikaku.web.charts.svg import element, named, short_words, width, words
from keikaku.web.charts.timetable import timetable_of
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.question import Drawn
    from keikaku.web.charts.timetable import Planned, Timetable

MOST = 200
"""How many rows are drawn; the table beside the chart has all of them."""

_YEAR = 124
_STEP = 30
_HEAD = 34
_ROOM = 400


def schedule(answer: Answer, drawn: Drawn) -> Canvas:
    """Return the schedule of an answer, a row for each label."""
    table = timetable_of(answer, drawn)
    rows = table.rows[:MOST]
    left = min(_ROOM, max(width(row.name) for row in rows)) + 14
    right = left + _YEAR * len(table.years)
    parts = list(_frame(table, len(rows), left))
    for place, row in enumerate(rows):
        top = _HEAD + _STEP * place
        parts.append(short_words(row.name, _ROOM, left - 12, top + 20, text_anchor="end"))
        for column, year in enumerate(table.years):
            planned = table.planned(row, year)
            if planned:
                name = f"{row.name}, {year.name}"
                parts.extend(_planned(planned, name, left + _YEAR * column, top))
    phases = sorted(table.phases, key=lambda phase: order(phase.iri))
    note = reader().choose("→ 前の年度から続く", "→ carried on from the year before")
    key, height = legend(phases, right, _HEAD + _STEP * len(rows) + 14, note)
    return Canvas(right + 4, height, (*parts, *key), _said(table, len(rows)))


def _frame(table: Timetable, rows: int, left: float) -> Iterator[Markup]:
    bottom = _HEAD + _STEP * rows
    right = left + _YEAR * len(table.years)
    for place, year in enumerate(table.years):
        x = left + _YEAR * place
        head = {"text_anchor": "middle", "class_": "head"}
        yield short_words(year.short, _YEAR - 6, x + _YEAR / 2, _HEAD - 12, **head)
        yield element("line", x1=x, y1=_HEAD, x2=x, y2=bottom, class_="rule")
    for line in range(rows + 1):
        y = _HEAD + _STEP * line
        yield element("line", x1=0, y1=y, x2=right, y2=y, class_="rule" if line else "axis")


def _planned(planned: Planned, name: str, left: float, top: float) -> Iterator[Markup]:
    """Yield what stands in a field: a block for each phase; low ones where an arrow carries on."""
    phases = planned.phases or (None,)
    edge = 0 if planned.carried else 3
    wide = (_YEAR - 2 * edge) / len(phases)
    said = planned.text or "→"
    for place, phase in enumerate(phases):
        shown = look(phase.iri, phase.name) if phase else look("", said)
        high, x = (10 if planned.carried else 22), left + edge + wide * place
        yield named(
            "rect",
            f"{name}: {said}" + (f" ({phase.name})" if phase else ""),
            x=x,
            y=top + (_STEP - high) / 2,
            width=wide,
            height=high,
            rx=0 if planned.carried else 3,
            class_=f"layer {shown.style}" + (" carried" if planned.carried else ""),
        )
        if planned.carried:
            middle = x + wide / 2
            yield element("rect", x=middle - 17, y=top + 5, width=34, height=20, class_="plate")
            text = f"{said} {shown.letter}"
            yield words(text, middle, top + 20, text_anchor="middle", class_="small")
    if not planned.carried:
        yield from _written(planned, left, top, wide)


def _written(planned: Planned, left: float, top: float, wide: float) -> Iterator[Markup]:
    """Yield the words of a field, one over each block where there are as many."""
    parts = planned.text.split("・")
    one_each = len(parts) == len(planned.phases)
    for place, part in enumerate(parts if one_each else [planned.text]):
        room = wide if one_each else _YEAR - 6
        phase = planned.phases[place if one_each else 0] if planned.phases else None
        style = f"on small {look(phase.iri, phase.name).style}" if phase else "small"
        x = left + 3 + room * (place + 0.5)
        yield short_words(part, room + 6, x, top + 20, text_anchor="middle", class_=style)


def _said(table: Timetable, rows: int) -> str:
    first, last = table.years[0].name, table.years[-1].name
    ja = f"{rows} 行の{first}から{last}までの年次計画。"
    en = f"The schedule of {rows} rows from {first} to {last}."
    if rows < len(table.rows):
        ja += f"全 {len(table.rows):,} 行は表にあります。"
        en += f" The table has all {len(table.rows):,}."
    return reader().choose(ja, en)
