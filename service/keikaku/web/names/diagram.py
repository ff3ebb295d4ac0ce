"""The class diagram of the ontology as SVG: boxes with their properties, joined by lines.

Colours come from the page's style sheet, so that it is legible in the dark too; every box and row
links to its term; no text crosses another, since lines keep to the space between the boxes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from markupsafe import Markup

from keikaku.names import KEI
from keikaku.web.names.layers import layers_of
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyoxigraph import NamedNode

    from keikaku.answers.vocabulary import Vocabulary, VocabularyTerm

_EM, _HEAD, _ROW, _PAD, _GAP = 13.0, 40, 20, 10, 14
_LANE, _STEP, _MARGIN = 8, 6, 12
_NAMED = 2
"""How many of a row's ends are named in it; the lines show them all."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A property in a class's box: its anchor, its text, and the classes that it leads to."""

    anchor: str
    text: str
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Box:
    """A class: its anchor, its label, its rows, the classes above it."""

    name: str
    label: str
    rows: tuple[_Row, ...]
    above: tuple[str, ...]

    @property
    def height(self) -> int:
        return _HEAD + _ROW * len(self.rows) + (6 if self.rows else 0)

    @property
    def width(self) -> float:
        texts = [_width(self.label), _width(f"kei:{self.name}") * 11 / _EM]
        return 2 * _PAD + max(*texts, *(_width(row.text) for row in self.rows), 80)


@dataclass(frozen=True, slots=True)
class _Line:
    """From a row (or, for a superclass, the head) of one box to the head of another."""

    start: str
    row: int | None
    end: str


def diagram(vocabulary: Vocabulary) -> Markup:
    """Return the diagram of an ontology's classes and of what joins them."""
    boxes = {box.name: box for box in _boxes(vocabulary)}
    lines = [*_lines(boxes)]
    layers = layers_of([*boxes], [(line.start, line.end) for line in lines])
    drawn = [line for line in lines if (line.start, line.end) in layers.lanes]
    return _Drawing(boxes, layers.columns, layers.lanes, drawn).svg()


def _boxes(vocabulary: Vocabulary) -> Iterator[_Box]:
    here = reader()
    labels = {term.iri: here.choose(term.label.ja, term.label.en) for term in vocabulary.terms}
    properties = vocabulary.of("property")
    for term in vocabulary.of("class"):
        own = [item for item in properties if term.iri in item.domain and item.links_things]
        above = tuple(iri.value.removeprefix(KEI.iri) for iri in term.supers if iri in KEI)
        rows = tuple(_row(item, labels) for item in own)
        if rows or above or any(term.iri in item.range for item in properties):
            yield _Box(term.name, labels[term.iri], rows, above)


def _row(term: VocabularyTerm, labels: Mapping[NamedNode, str]) -> _Row:
    ends = [iri for iri in term.range if iri in KEI]
    here = reader()
    named = here.choose("・", " / ").join(labels.get(iri, "") for iri in ends[:_NAMED])
    if len(ends) > _NAMED:
        named += here.choose(" ほか", " …")
    text = f"{labels[term.iri]} → {named}" if named else labels[term.iri]
    return _Row(term.name, text, tuple(iri.value.removeprefix(KEI.iri) for iri in ends))


def _lines(boxes: Mapping[str, _Box]) -> Iterator[_Line]:
    for box in boxes.values():
        for number, row in enumerate(box.rows):
            yield from (_Line(box.name, number, end) for end in row.ends if end in boxes)
        yield from (_Line(box.name, None, above) for above in box.above if above in boxes)


def _width(text: str) -> float:
    """Return about how wide a text is at 13 px: an em for what is wide in East Asian type."""
    wide = sum(unicodedata.east_asian_width(letter) in "WFA" for letter in text)
    return wide * _EM + (len(text) - wide) * _EM * 0.58


class _Drawing:
    """Where everything stands, and its SVG."""

    def __init__(
        self,
        boxes: Mapping[str, _Box],
        columns: tuple[tuple[object, ...], ...],
        lanes: Mapping[tuple[str, str], tuple[object, ...]],
        lines: list[_Line],
    ) -> None:
        self._boxes, self._lanes, self._lines = boxes, lanes, lines
        self._column = {item: at for at, column in enumerate(columns) for item in column}
        self._y: dict[object, float] = {}
        heights = [self._stack(column) for column in columns]
        self._height = max(heights, default=0) + _MARGIN
        for column, height in zip(columns, heights, strict=True):
            self._lower(column, (max(heights) - height) / 6)
        self._x: list[float] = []
        self._widths = [
            max((boxes[item].width for item in column if isinstance(item, str)), default=40)
            for column in columns
        ]
        at = float(_MARGIN)
        for number, width in enumerate(self._widths):
            self._x.append(at)
            at += width + 2 * _GAP + _STEP * self._crossing(number)
        self._right = at - 2 * _GAP + _MARGIN

    def _stack(self, column: tuple[object, ...]) -> float:
        """Stand the items of a column below each other; return where they end."""
        at = float(_MARGIN)
        for item in column:
            self._y[item] = at
            at += (self._boxes[item].height + _GAP) if isinstance(item, str) else _LANE
        return at

    def _lower(self, column: tuple[object, ...], by: float) -> None:
        for item in column:
            self._y[item] += by

    def _crossing(self, gap: int) -> int:
        """Return how many lines turn in the space after a column."""
        return sum(self._column[line.start] <= gap < self._column[line.end] for line in self._lines)

    def svg(self) -> Markup:
        """Return the drawing."""
        here = reader()
        title = here.choose("クラスとその関係", "Classes and how they are related")
        told = here.choose(
            "同じことは、下の各クラスと各性質の説明に文章で書かれています。",
            "The descriptions of the classes and properties below say the same in words.",
        )
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="group" '
            f'aria-labelledby="dia-t dia-d" width="{self._right:.0f}" height="{self._height:.0f}" '
            f'viewBox="0 0 {self._right:.0f} {self._height:.0f}">',
            f'<title id="dia-t">{escape(title)}</title><desc id="dia-d">{escape(told)}</desc>',
            *self._drawn_lines(),
            *(self._drawn(box) for box in self._boxes.values()),
            "</svg>",
        ]
        return Markup("".join(parts))  # noqa: S704  (every text in it is escaped)

    def _drawn(self, box: _Box) -> str:
        x, y, width = self._left(box.name), self._y[box.name], self._box_width(box.name)
        name = quoteattr(f"#{box.name}")
        rows = "".join(
            f"<a href={quoteattr(f'#{row.anchor}')}>"
            f'<text x="{x + _PAD:.1f}" y="{y + _HEAD + 15 + number * _ROW:.1f}">'
            f"{escape(row.text)}</text></a>"
            for number, row in enumerate(box.rows)
        )
        return (
            f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
            f'height="{box.height}" rx="4"/>'
            f'<rect class="head" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_HEAD}" '
            f'rx="4"/><a href={name}><text class="name" x="{x + _PAD:.1f}" y="{y + 17:.1f}">'
            f'{escape(box.label)}</text><text class="kei" x="{x + _PAD:.1f}" y="{y + 33:.1f}">'
            f"kei:{escape(box.name)}</text></a>{rows}"
        )

    def _left(self, name: object) -> float:
        return self._x[self._column[name]]

    def _box_width(self, name: str) -> float:
        return self._widths[self._column[name]]

    def _drawn_lines(self) -> Iterator[str]:
        """Yield the lines; in each gap every line turns at a place of its own."""
        turned: dict[int, int] = {}
        arriving: dict[str, int] = {}
        for line in sorted(self._lines, key=self._order):
            yield self._path(line, turned, arriving)

    def _order(self, line: _Line) -> tuple[float, float]:
        row = line.row if line.row is not None else -1
        return (self._y[line.end] - self._y[line.start], self._y[line.start] + row * _ROW)

    def _path(self, line: _Line, turned: dict[int, int], arriving: dict[str, int]) -> str:
        column = self._column[line.start]
        x = self._x[column] + self._widths[column]
        y = self._y[line.start] + (
            _HEAD / 2 if line.row is None else _HEAD + 10.5 + line.row * _ROW
        )
        number = arriving[line.end] = arriving.get(line.end, 0) + 1
        last = self._y[line.end] + min(6 + 4 * number, _HEAD - 4)
        stops = [self._y[lane] + _LANE / 2 for lane in self._lanes[line.start, line.end]]
        steps = [f"M{x:.1f} {y:.1f}"]
        for gap, stop in enumerate([*stops, last], start=column):
            turn = turned[gap] = turned.get(gap, 0) + 1
            corner = self._x[gap] + self._widths[gap] + _GAP + (turn - 1) * _STEP
            steps.append(f"H{corner:.1f}V{stop:.1f}")
        end = self._left(line.end)
        kind = " sub" if line.row is None else ""
        tip = f"M{end:.1f} {last:.1f}l-8 -4v8z"
        return (
            f'<path class="line{kind}" d="{"".join(steps)}H{end - 8:.1f}"/>'
            f'<path class="tip{kind}" d="{tip}"/>'
        )
