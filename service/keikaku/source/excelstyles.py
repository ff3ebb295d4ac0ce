"""How a workbook's cells look, as far as it changes what they say: xl/styles.xml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, fromstring

from openpyxl.styles.numbers import BUILTIN_FORMATS

from keikaku.source.numberformat import built_in

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_COMPLEMENT = (
    "{http://schemas.microsoft.com/office/spreadsheetml/2022/featurepropertybag}xfComplement"
)
_BAGS = "xl/featurePropertyBag/featurePropertyBag.xml"
_WHITE = {
    ("rgb", "FFFFFFFF"),
    ("rgb", "00FFFFFF"),
    ("theme", "0"),
    ("indexed", "1"),
    ("indexed", "9"),
    ("indexed", "65"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell's style says: its number format, font and fill; whether it shows a checkbox.

    `struck` is a line through all of it. A `fill` that is white is none.
    """

    code: str = "General"
    font: str = ""
    struck: bool = False
    fill: str = ""
    checkbox: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What a conditional format may change of cells."""

    struck: bool = False
    code: bool = False
    fill: bool = False


class Styles:
    """The styles of a workbook's cells by their number."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        """Read them. Raises ParseError or ValueError for what is damaged."""
        content = parts.get("xl/styles.xml")

        root = fromstring(content) if content else Element("styleSheet")  # noqa: S314
        codes = {
            int(each.get("numFmtId", "0")): each.get("formatCode", "")
            for each in root.iter(f"{MAIN}numFmt")
        }
        fonts = [*root.iterfind(f"{MAIN}fonts/{MAIN}font")]
        fills = [*root.iterfind(f"{MAIN}fills/{MAIN}fill")]
        has_boxes = b"Checkbox" in parts.get(_BAGS, b"")
        self._styles = []
        for each in root.iterfind(f"{MAIN}cellXfs/{MAIN}xf"):
            font = _nth(fonts, each.get("fontId"))
            is_box = has_boxes and next(each.iter(_COMPLEMENT), None) is not None
            code = _code(int(each.get("numFmtId", "0")), codes)
            fill = _fill(_nth(fills, each.get("fillId")))
            self._styles.append(Style(code, font_name(font), is_struck(font), fill, is_box))
        self.changes = [changes_of(each) for each in root.iterfind(f"{MAIN}dxfs/{MAIN}dxf")]

    def of(self, number: str | None) -> Style:
        """Return the style of a number, as cells name it."""
        place = int(number or "0")
        return self._styles[place] if place < len(self._styles) else Style()


def changes_of(dxf: Element) -> Changes:
    """Return what a conditional format changes."""
    tags = {each.tag.rpartition("}")[2]: each for each in dxf.iter()}
    fill = tags.get("fill")
    return Changes(
        "strike" in tags and is_on(tags["strike"]),
        "numFmt" in tags,
        fill is not None
        and next((e for e in fill.iter() if e.tag.endswith("Color")), None) is not None,
    )


def is_struck(font: Element | None) -> bool:
    """Tell whether a font, or the properties of a run, draw a line through the text."""
    strike = font.find(f"{MAIN}strike") if font is not None else None
    return strike is not None and is_on(strike)


def font_name(font: Element | None) -> str:
    """Return the name of a font, or of that of a run."""
    for tag in ("rFont", "name"):
        named = font.find(f"{MAIN}{tag}") if font is not None else None
        if named is not None:
            return named.get("val", "")
    return ""


def is_on(element: Element) -> bool:
    """Tell whether a property that needs no value is not taken back."""
    return element.get("val", "1") not in ("0", "false")


def _nth(elements: list[Element], number: str | None) -> Element | None:
    place = int(number or "0")
    return elements[place] if place < len(elements) else None


def _code(number: int, defined: Mapping[int, str]) -> str:
    return (
        defined.get(number)
        or built_in(number)
        or BUILTIN_FORMATS.get(number, "General" if number == 0 else f"[{number}]")
    )


def _fill(fill: Element | None) -> str:
    """Return a fill as a text that tells it from others, nothing where it shows none."""
    if fill is None:
        return ""
    pattern = fill.find(f"{MAIN}patternFill")
    if pattern is None:
        return "gradient" if len(fill) else ""
    kind = pattern.get("patternType", "none")
    colour = pattern.find(f"{MAIN}fgColor")
    said = sorted(colour.items()) if colour is not None else []
    if kind == "none" or (kind == "solid" and (not said or _is_white(said))):
        return ""
    return f"{kind} {said}"


def _is_white(said: list[tuple[str, str]]) -> bool:
    return len(said) == 1 and said[0] in _WHITE
