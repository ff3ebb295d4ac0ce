"""From an answer to its chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.web.charts.bars import bars
from keikaku.web.charts.chart import Chart, framed
from keikaku.web.charts.matrix import matrix
from keikaku.web.charts.network import network
from keikaku.web.charts.schedule import schedule
from keikaku.web.charts.stacked import stacked
from keikaku.web.reader import reader
from keikaku.web.rendering import STATIC

if TYPE_CHECKING:
    from collections.abc import Callable

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.question import Drawn
    from keikaku.web.charts.chart import Canvas

STYLES = STATIC / "css" / "charts.css"

_DRAW: dict[str, Callable[[Answer, Drawn], Canvas]] = {
    "bar": bars,
    "matrix": matrix,
    "network": network,
    "schedule": schedule,
    "stacked": stacked,
}


def chart_of(answer: Answer, title: str | None = None) -> Chart | None:
    """Return the chart of an answer: None if its question has none, or there is nothing to draw."""
    if answer.chart is None or answer.chart.type not in _DRAW or not answer.rows:
        return None
    canvas = _DRAW[answer.chart.type](answer, answer.chart)
    named = title or reader().choose(answer.title.ja, answer.title.en)
    return framed(canvas, named, answer.question + answer.sparql)


def standalone(chart: Chart) -> bytes:
    """Return the SVG of a chart as a file of its own, its styles in it."""
    opening, rest = chart.svg.split(">", 1)
    styles = STYLES.read_text(encoding="utf-8")
    document = f"{opening}><style>{styles}</style>{rest}\n"
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + document.encode()
