"""Stacked bars: one for each thing across, with a layer for each phase: its letter, its number."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from keikaku.web.charts.chart import Canvas
from keikaku.web.charts.grid import grid_of
from keikaku.web.charts.legend import legend
from keikaku.web.charts.phases import look, order
from keikaku.web.charts.svg import element, named, short_words, words
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.question import Drawn
    from keikaku.web.charts.figures import Cell
    from keikaku.web.charts.grid import Grid

MOST_BARS = 24
"""How many bars are drawn; the table beside the chart has all of them."""

_HEIGHT = 320
_TOP = 28
_LEFT = 44
_STEP = 108
_BAR = 66
_LETTERS = 17
"""How high a letter and a number are: a lower layer has them beside it."""


def stacked(answer: Answer, drawn: Drawn) -> Canvas:
    """Return the stacked bars of an answer, the layers in the order of phases, the first lowest."""
    grid = grid_of(answer, drawn)
    layers = sorted(grid.rows, key=lambda row: order(row.iri))
    bars = grid.columns[:MOST_BARS]
    sums = [sum(grid.number(layer, bar) for layer in layers) for bar in bars]
    step = _scale_step(max(sums))
    highest = step * max(1, -(-max(sums) // step))
    right = max(_LEFT + _STEP * len(bars), 360)
    parts = list(_scale(step, highest, right))
    for place, (bar, total) in enumerate(zip(bars, sums, strict=True)):
        middle = _LEFT + _STEP * (place + 0.4)
        parts.extend(_layers(grid, layers, bar, middle, highest))
        top = _TOP + _HEIGHT * (1 - total / highest)
        parts.append(words(f"{total:,}", middle, top - 7, text_anchor="middle", class_="head"))
        label = {"text_anchor": "middle", "class_": "head"}
        parts.append(short_words(bar.short, _STEP - 6, middle, _TOP + _HEIGHT + 22, **label))
    key, height = legend(layers[::-1], right, _TOP + _HEIGHT + 40)
    return Canvas(right + 8, height, (*parts, *key), _said(layers, bars, sums))


def _scale_step(number: int) -> int:
    """Return the step of a scale, 1, 2 or 5 with zeros, of which seven at most reach a number."""
    steps = (int(str(lead) + "0" * zeros) for zeros in count() for lead in (1, 2, 5))
    return next(step for step in steps if step * 7 >= number)


def _scale(step: int, highest: int, right: float) -> Iterator[Markup]:
    for mark in range(0, highest + 1, step):
        y = _TOP + _HEIGHT * (1 - mark / highest)
        style = "rule" if mark else "axis"
        yield element("line", x1=_LEFT, y1=y, x2=right, y2=y, class_=style)
        yield words(f"{mark:,}", _LEFT - 8, y + 5, text_anchor="end", class_="quiet")


def _layers(
    grid: Grid, layers: list[Cell], bar: Cell, middle: float, highest: int
) -> Iterator[Markup]:
    """Yield the layers of a bar from below; the letters of low ones stand on its right."""
    floor: float = _TOP + _HEIGHT
    beside: list[tuple[float, str]] = []
    for layer in layers:
        number = grid.number(layer, bar)
        high = _HEIGHT * number / highest
        if not number:
            continue
        floor -= high
        shown = look(layer.iri, layer.name)
        yield named(
            "rect",
            f"{bar.name} {layer.name}: {number:,}",
            x=middle - _BAR / 2,
            y=floor,
            width=_BAR,
            height=high,
            class_=f"layer {shown.style}",
        )
        text, line = f"{shown.letter} {number:,}", floor + high / 2 + 5
        if high >= _LETTERS:
            yield words(text, middle, line, text_anchor="middle", class_=f"on {shown.style}")
        else:
            beside.append((line, text))
    lowest: float = _TOP + _HEIGHT + _LETTERS
    for line, text in beside:
        lowest = min(line, lowest - _LETTERS)
        yield words(text, middle + _BAR / 2 + 6, lowest, class_="small")


def _said(layers: list[Cell], bars: tuple[Cell, ...], sums: list[int]) -> str:
    names = [layer.name for layer in layers]
    ja = "、".join(f"{bar.short} は {total:,}" for bar, total in zip(bars, sums, strict=True))
    en = ", ".join(f"{total:,} in {bar.short}" for bar, total in zip(bars, sums, strict=True))
    return reader().choose(
        f"積み上げた棒。下から{'、'.join(names)}。合わせて{ja}。",
        f"Stacked bars, from below: {', '.join(names)}. Together {en}.",
    )
