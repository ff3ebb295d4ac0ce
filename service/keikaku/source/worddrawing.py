"""Drawings of a Word document: what kind they are, the text in them, how far they reach."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
EMU_OF_TWIP = 635
"""How many English Metric Units a twentieth of a point has (ISO/IEC 29500-1, 20.1.2.1)."""

_EMU = {"pt": 12_700, "in": 914_400, "cm": 360_000, "mm": 36_000, "px": 9_525, "": 9_525}
_LENGTH = re.compile(r"(-?[0-9.]+)(pt|in|cm|mm|px|)")
_VML_SHAPES = ("shape", "rect", "roundrect", "oval", "line", "polyline", "arc", "curve", "group")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: the text boxes in it, and where it lies.

    `words` are those that it is drawn of itself (WordArt). One that `floats` lies `left` of the
    left edge of the cell that it is anchored in (EMU), or somewhere, where that is None.
    """

    boxes: tuple[Element, ...] = ()
    words: tuple[str, ...] = ()
    floats: bool = False
    left: int | None = None
    width: int = 0

    @property
    def parts(self) -> tuple[Element | str, ...]:
        """The words and the text boxes in it."""
        return (*self.words, *self.boxes)

    def lies_within(self, width: int) -> bool:
        """Tell whether it does not reach out of a cell so wide (EMU), but for a small rest."""
        if not self.floats:
            return True
        if self.left is None:
            return False
        rest = width // 10
        return self.left >= -rest and self.left + self.width <= width + rest


def drawing_of(drawn: Element) -> Drawing | None:
    """Return what a w:drawing, w:pict, w:object or text box shows, None if it shows nothing."""
    boxes = tuple(_boxes(drawn))
    if drawn.tag == f"{_W}txbxContent":
        return Drawing((drawn,))
    if drawn.tag == f"{_W}drawing":
        return _drawing_ml(drawn, boxes)
    if drawn.tag == f"{_W}pict":
        return _vml(drawn, boxes)
    return Drawing(boxes)


def _boxes(within: Element) -> Iterator[Element]:
    """Yield the text boxes in a drawing, but for those in a text box."""
    for element in within:
        if element.tag == f"{_W}txbxContent":
            yield element
        else:
            yield from _boxes(element)


def _drawing_ml(drawn: Element, boxes: tuple[Element, ...]) -> Drawing | None:
    frame = next(iter(drawn), None)
    properties = None if frame is None else frame.find(f"{_WP}docPr")
    if frame is None or (properties is not None and properties.get("hidden") in ("1", "true")):
        return None
    shapes = list(frame.iter(f"{_WPS}wsp"))
    if shapes and not boxes and all(map(_is_invisible, shapes)):
        return None
    extent, position = frame.find(f"{_WP}extent"), frame.find(f"{_WP}positionH")
    if frame.tag != f"{_WP}anchor":
        return Drawing(boxes)
    width = int(extent.get("cx", "0")) if extent is not None else 0
    if position is None or position.get("relativeFrom") not in ("column", "character"):
        return Drawing(boxes, floats=True, width=width)
    offset = position.find(f"{_WP}posOffset")
    left = int(offset.text or "0") if offset is not None else 0
    return Drawing(boxes, floats=True, left=left, width=width)


def _is_invisible(shape: Element) -> bool:
    """Tell whether a shape has neither a fill nor a line."""
    look = shape.find(f"{_WPS}spPr")
    if look is None:
        return False
    line = look.find(f"{_A}ln")
    return (
        look.find(f"{_A}noFill") is not None
        and line is not None
        and line.find(f"{_A}noFill") is not None
    )


def _vml(drawn: Element, boxes: tuple[Element, ...]) -> Drawing | None:
    shapes = [each for each in drawn if each.tag.removeprefix(_V) in _VML_SHAPES]
    words = tuple(each.get("string", "") for each in drawn.iter(f"{_V}textpath"))
    if not boxes and not any(words) and all(map(_is_hidden_vml, shapes)):
        return None
    style = dict(_style(shapes[0])) if shapes else {}
    if style.get("position") != "absolute":
        return Drawing(boxes, words)
    if style.get("mso-position-horizontal-relative", "text") not in ("text", "char"):
        return Drawing(boxes, words, floats=True)
    ends = [each.partition(",")[0] for each in (shapes[0].get("from"), shapes[0].get("to")) if each]
    if len(ends) == 2:
        start, end = sorted(map(_length, ends))
        return Drawing(boxes, words, True, start, end - start)
    left, width = style.get("margin-left", "0"), style.get("width", "0")
    return Drawing(boxes, words, True, _length(left), _length(width))


def _is_hidden_vml(shape: Element) -> bool:
    plain = shape.get("filled") in ("f", "false") and shape.get("stroked") in ("f", "false")
    return plain or dict(_style(shape)).get("visibility") == "hidden"


def _style(shape: Element) -> Iterator[tuple[str, str]]:
    for said in shape.get("style", "").split(";"):
        name, _, value = said.partition(":")
        yield name.strip(), value.strip()


def _length(text: str) -> int:
    """Return a length of VML in EMU, 0 where it is none."""
    found = _LENGTH.fullmatch(text.strip())
    return round(float(found[1]) * _EMU[found[2]]) if found else 0
