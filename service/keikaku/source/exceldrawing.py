"""What is drawn over a worksheet: shapes with their text, and the cells that others lie over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, fromstring

if TYPE_CHECKING:
    from collections.abc import Iterator

Area = tuple[int, int, int, int]
"""Left, top, right and bottom, from 1, as openpyxl gives a range."""

_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_KINDS = ("sp", "cxnSp", "pic", "grpSp")
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_CONTROL = re.compile(
    rb"<(?:\w+:)?ClientData[^>]*ObjectType=[\"'](\w+)[\"'](.*?)</(?:\w+:)?ClientData>", re.DOTALL
)
_PLACES = re.compile(rb"<(?:\w+:)?Anchor>([-0-9,\s]+)</")
_PIXEL, _POINT = 9_525, 12_700  # EMU (ECMA-376 Part 1, 20.1.2.1)
_DIGIT = 8  # pixels of a digit of the standard font of Excel in Japan


@dataclass(frozen=True, slots=True)
class Shape:
    """A paragraph of a shape: its text, whether the shape is hidden, the cell it begins over."""

    text: str
    hidden: bool
    at: tuple[int, int]


@dataclass(slots=True)
class Sizes:
    """How wide columns and how high rows are, in EMU: some of their own, and the others."""

    columns: list[tuple[range, int]] = field(default_factory=list)
    rows: dict[int, int] = field(default_factory=dict)
    column: int = 9 * _DIGIT * _PIXEL
    row: int = 18 * _PIXEL

    def width(self, column: int) -> int:
        """Return the width of a column."""
        return next((size for columns, size in self.columns if column in columns), self.column)

    def height(self, row: int) -> int:
        """Return the height of a row."""
        return self.rows.get(row, self.row)


def width_of(characters: str | None) -> int | None:
    """Return in EMU a width that is told in characters."""
    return None if characters is None else int(float(characters) * _DIGIT) * _PIXEL


def height_of(points: str | None) -> int | None:
    """Return in EMU a height that is told in points."""
    return None if points is None else int(float(points) * _POINT)


@dataclass(slots=True)
class Drawings:
    """The drawings over a worksheet: paragraphs of text, and anchors of those without text."""

    shapes: list[Shape] = field(default_factory=list)
    anchors: list[Element] = field(default_factory=list)
    controls: list[Area] = field(default_factory=list)

    def areas(self, sizes: Sizes) -> Iterator[Area]:
        """Yield the cells that each drawing without text lies over."""
        for anchor in self.anchors:
            yield _area(anchor, sizes)
        yield from self.controls


def read_drawing(content: bytes, found: Drawings) -> None:
    """Take the shapes, connectors, groups and pictures of a drawing. Charts are not read."""
    root = fromstring(content)  # noqa: S314  (xml_parts allows no entities)
    for anchor in root.iter():
        if anchor.tag.removeprefix(_SHEET) not in _ANCHORS:
            continue
        hidden = any(each.get("hidden") in ("1", "true") for each in anchor.iter(f"{_SHEET}cNvPr"))
        row, column = (anchor.findtext(f"{_SHEET}from/{_SHEET}{at}") for at in ("row", "col"))
        at = int(row or -1) + 1, int(column or -1) + 1  # from 0; 0 where it has no cell
        texts = [text for text in map(_text, _paragraphs(anchor)) if text]
        found.shapes += [Shape(text, hidden, at) for text in texts]
        is_drawn = any(anchor.find(f"{_SHEET}{kind}") is not None for kind in _KINDS)
        if is_drawn and not texts and not hidden:
            found.anchors.append(anchor)


def read_controls(content: bytes, found: Drawings) -> None:
    """Take the form controls of an old drawing (VML), such as check boxes; notes are none."""
    for kind, said in _CONTROL.findall(content):
        places = _PLACES.search(said)
        if kind in (b"Note", b"Pict") or places is None:
            continue
        left, _, top, _, right, _, bottom, _ = (int(each) for each in places[1].split(b","))
        found.controls.append((left + 1, top + 1, right + 1, bottom + 1))


def _paragraphs(anchor: Element) -> Iterator[Element]:
    for body in anchor.iter(f"{_SHEET}txBody"):
        yield from body.iter(f"{_DRAWN}p")


def _text(paragraph: Element) -> str:
    return "".join(run.text or "" for run in paragraph.iter(f"{_DRAWN}t")).strip()


def _area(anchor: Element, sizes: Sizes) -> Area:
    left, left_rest, top, top_rest = _corner(anchor, "from", sizes)
    if anchor.find(f"{_SHEET}to") is not None:
        right, right_rest, bottom, bottom_rest = _corner(anchor, "to", sizes)
        return left, top, max(left, right - (not right_rest)), max(top, bottom - (not bottom_rest))
    extent = anchor.find(f"{_SHEET}ext")
    width, height = (
        int(extent.get(each, "0")) if extent is not None else 0 for each in ["cx", "cy"]
    )
    right, bottom = left, top
    width += left_rest - sizes.width(left)
    while width > 0:
        right += 1
        width -= sizes.width(right)
    height += top_rest - sizes.height(top)
    while height > 0:
        bottom += 1
        height -= sizes.height(bottom)
    return left, top, right, bottom


def _corner(anchor: Element, name: str, sizes: Sizes) -> tuple[int, int, int, int]:
    """Return the column and row of a corner from 1, and how far in each it lies."""
    at = anchor.find(f"{_SHEET}{name}")
    if at is not None:
        column, column_rest, row, row_rest = (
            int(at.findtext(f"{_SHEET}{each}") or "0")
            for each in ("col", "colOff", "row", "rowOff")
        )
        return column + 1, column_rest, row + 1, row_rest
    place = anchor.find(f"{_SHEET}pos")
    x, y = (int(place.get(each, "0")) if place is not None else 0 for each in "xy")
    column = row = 1
    while x >= sizes.width(column) > 0:
        x -= sizes.width(column)
        column += 1
    while y >= sizes.height(row) > 0:
        y -= sizes.height(row)
        row += 1
    return column, x, row, y
