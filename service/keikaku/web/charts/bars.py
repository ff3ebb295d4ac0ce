"""Bars, one for each label, as long as its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.web.charts.chart import Canvas
from keikaku.web.charts.figures import cell, count
from keikaku.web.charts.svg import element, named, short_words, width, words
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from keikaku.answers.catalogue import Answer
    from keikaku.answers.question import Drawn

MOST = 60
"""How many bars are drawn; the table beside the chart has all rows."""

_STEP = 30
_BAR = 18
_LENGTH = 360
_ROOM = 210
"""How wide the labels may be, in pixels."""


def bars(answer: Answer, drawn: Drawn) -> Canvas:
    """Return the bars of an answer, in the order of its rows."""
    rows = answer.rows[:MOST]
    labels = [cell(answer, row, drawn.label).name for row in rows]
    counts = [count(answer, row, drawn.value or "") for row in rows]
    left = min(_ROOM, max(map(width, labels))) + 12
    longest = max(1, *counts)
    parts = [element("line", x1=left, y1=4, x2=left, y2=4 + _STEP * len(rows), class_="axis")]
    for place, (label, number) in enumerate(zip(labels, counts, strict=True)):
        middle = 4 + _STEP * place + _STEP / 2
        length = _LENGTH * number / longest
        parts.append(short_words(label, _ROOM, left - 10, middle + 5, text_anchor="end"))
        parts.append(
            named(
                "rect",
                f"{label}: {number:,}",
                x=left,
                y=middle - _BAR / 2,
                width=length,
                height=_BAR,
                class_="bar",
            )
        )
        parts.append(words(f"{number:,}", left + length + 8, middle + 5, class_="value"))
    return Canvas(
        left + _LENGTH + 64, 8 + _STEP * len(rows), tuple(parts), _said(answer, labels, counts)
    )


def _said(answer: Answer, labels: list[str], counts: list[int]) -> str:
    """Say the longest and the shortest bar, and whether bars were left out."""
    most, least = max(counts), min(counts)
    top, bottom = labels[counts.index(most)], labels[counts.index(least)]
    left_out = len(answer.rows) - len(labels)
    ja = f"{len(labels)} 本の棒。最も多いのは{top}の {most:,}、最も少ないのは{bottom}の {least:,}。"
    en = f"{len(labels)} bars; the most is {most:,} ({top}), the least {least:,} ({bottom})."
    if left_out:
        ja += f"ほかの {left_out:,} 行は表にあります。"
        en += f" The table has {left_out:,} more rows."
    return reader().choose(ja, en)
