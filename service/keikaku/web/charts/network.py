"""A network as arcs beside a list: whatever shares items is joined, the wider the more.

The arcs between names that lie n steps apart reach equally far out, so the number of each pair has
a place of its own: where a column of a triangle meets the middle between the two names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.web.charts.chart import Canvas
from keikaku.web.charts.figures import Cell, cell, count
from keikaku.web.charts.svg import element, named, short_words, width, words
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from markupsafe import Markup

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.question import Drawn

MOST = 24
"""How many names are drawn, those that share most; the table beside the chart has all pairs."""

_STEP = 44
_REACH = 34
_ROOM = 210
_WIDEST = 11


@dataclass(frozen=True, slots=True)
class _Network:
    """The names in the order in which they are drawn, and the number of each pair of them."""

    names: tuple[Cell, ...]
    pairs: dict[tuple[int, int], int]
    left_out: int

    @property
    def span(self) -> int:
        """How many steps the two names of the longest arc lie apart."""
        return max(last - first for first, last in self.pairs)


def network(answer: Answer, drawn: Drawn) -> Canvas:
    """Return the network of an answer; the names that share most stand above."""
    net = _network(answer, drawn)
    left = min(_ROOM, max(width(name.name) for name in net.names)) + 22
    most = max(net.pairs.values())
    arcs = sorted(net.pairs.items(), key=lambda pair: (pair[1], pair[0]))
    parts = [_arc(net, pair, number, most, left) for pair, number in arcs]
    for place, name in enumerate(net.names):
        y = _middle(place)
        parts.append(short_words(name.name, _ROOM, left - 16, y + 5, text_anchor="end"))
        parts.append(element("circle", cx=left, cy=y, r=6, class_="node"))
    for (first, last), number in arcs:
        parts.extend(_number(left + _REACH * (last - first), (first + last) / 2, number))
    return Canvas(
        left + _REACH * net.span + 30,
        _STEP * len(net.names),
        tuple(parts),
        _said(net),
    )


def _network(answer: Answer, drawn: Drawn) -> _Network:
    cells: dict[str, Cell] = {}
    shared: dict[str, int] = {}
    counted: dict[tuple[str, str], int] = {}
    for row in answer.rows:
        ends = [cell(answer, row, column) for column in (drawn.label, drawn.across or "")]
        number = count(answer, row, drawn.value or "")
        counted[ends[0].iri, ends[1].iri] = number
        for end in ends:
            cells.setdefault(end.iri, end)
            shared[end.iri] = shared.get(end.iri, 0) + number
    ordered = sorted(cells, key=lambda iri: (-shared[iri], iri))
    place = {iri: number for number, iri in enumerate(ordered[:MOST])}
    pairs: dict[tuple[int, int], int] = {}
    for (one, other), number in counted.items():
        if one in place and other in place and number:
            pairs[min(place[one], place[other]), max(place[one], place[other])] = number
    names = tuple(cells[iri] for iri in ordered[:MOST])
    return _Network(names, pairs, len(ordered) - len(names))


def _middle(place: float) -> float:
    return _STEP * (place + 0.5)


def _arc(net: _Network, pair: tuple[int, int], number: int, most: int, left: float) -> Markup:
    """Return the arc of a pair; how wide it is grows with its number."""
    first, last = pair
    top, bottom = _middle(first), _middle(last)
    reach, half = _REACH * (last - first), (bottom - top) / 2
    one, other = net.names[first].name, net.names[last].name
    return named(
        "path",
        f"{one} – {other}: {number:,}",
        d=f"M{left:.1f} {top:.1f}A{reach:.1f} {half:.1f} 0 0 1 {left:.1f} {bottom:.1f}",
        stroke_width=1.5 + (_WIDEST - 1.5) * number / most,
        class_="arc",
    )


def _number(x: float, place: float, number: int) -> tuple[Markup, Markup]:
    text = f"{number:,}"
    wide = max(22, width(text, 13) + 10)
    y = _middle(place)
    plate = element("rect", x=x - wide / 2, y=y - 10, width=wide, height=20, rx=10, class_="plate")
    return plate, words(text, x, y + 5, text_anchor="middle", class_="small")


def _said(net: _Network) -> str:
    (first, last), most = max(net.pairs.items(), key=lambda pair: (pair[1], pair[0]))
    one, other = net.names[first].name, net.names[last].name
    ja = f"{len(net.names)} の間の {len(net.pairs)} 組。"
    ja += f"最も多く共有するのは{one}と{other}の {most:,} 項目。"
    en = f"{len(net.pairs)} pairs of {len(net.names)}; "
    en += f"{one} and {other} share most, {most:,} items."
    if net.left_out:
        ja += f"ほかの {net.left_out:,} は表にあります。"
        en += f" The table has {net.left_out:,} more."
    return reader().choose(ja, en)
