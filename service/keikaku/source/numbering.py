"""The numbers that Word prints before numbered paragraphs, which are no part of their text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_AIUEO = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_IROHA = (
    "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
)
_KANJI = "〇一二三四五六七八九"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
          (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_BULLETS = {
    0xB7: "・",
    0x6C: "●",
    0x6E: "■",
    0x75: "◆",
    0xA7: "■",
    0xD8: "➢",
    0xFC: "✓",
    0x9F: "・",
}
_WIDE = {ord("0") + digit: ord("０") + digit for digit in range(10)}


class Numbering:
    """Counts the numbered paragraphs of one document, in its order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        """Take the parts of a document that say how it numbers."""
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._lists: dict[str, str] = {}
        if numbering is not None:
            self._take(numbering)
        self._styles = {} if styles is None else dict(_numbered_styles(styles))

    def _take(self, numbering: Element) -> None:
        for abstract in numbering.iter(f"{_W}abstractNum"):
            name = abstract.get(f"{_W}abstractNumId", "")
            for level in abstract.iter(f"{_W}lvl"):
                depth = int(level.get(f"{_W}ilvl", "0"))
                self._levels[name, depth] = (
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    int(_value(level, "start", "1")),
                )
        for number in numbering.iter(f"{_W}num"):
            identifier = number.get(f"{_W}numId", "")
            restarted = number.findall(f"{_W}lvlOverride/{_W}startOverride")
            self._lists[identifier] = _value(number, "abstractNumId", "")
            if restarted:
                self._counts.setdefault(identifier, {})

    def printed(self, paragraph: Element) -> str:
        """Return what Word prints before a paragraph, with a space, or nothing."""
        found = _numbered(paragraph.find(f"{_W}pPr")) or self._styles.get(_style(paragraph))
        if not found or found[0] not in self._lists:
            return ""
        identifier, depth = found
        abstract = self._lists[identifier]
        if (abstract, depth) not in self._levels:
            return ""
        kind, pattern, start = self._levels[abstract, depth]
        counts = self._counts.setdefault(identifier if identifier in self._counts else abstract, {})
        counts[depth] = counts.get(depth, start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        if kind == "bullet":
            return f"{_bullet(pattern)} " if pattern else ""
        if kind == "none":
            return ""

        def number(level: re.Match[str]) -> str:
            above = int(level[1]) - 1
            form, _, first = self._levels.get((abstract, above), ("decimal", "", 1))
            return _formed(counts.get(above, first), form)

        text = re.sub(r"%([1-9])", number, pattern)
        return f"{text} " if text else ""


def _value(element: Element, name: str, default: str) -> str:
    found = element.find(f"{_W}{name}")
    return default if found is None else found.get(f"{_W}val", default)


def _style(paragraph: Element) -> str:
    properties = paragraph.find(f"{_W}pPr")
    return "" if properties is None else _value(properties, "pStyle", "")


def _numbered(properties: Element | None) -> tuple[str, int] | None:
    numbered = None if properties is None else properties.find(f"{_W}numPr")
    if numbered is None:
        return None
    return _value(numbered, "numId", "0"), int(_value(numbered, "ilvl", "0"))


def _numbered_styles(styles: Element) -> list[tuple[str, tuple[str, int]]]:
    found = []
    for style in styles.iter(f"{_W}style"):
        numbered = _numbered(style.find(f"{_W}pPr"))
        if numbered:
            found.append((style.get(f"{_W}styleId", ""), numbered))
    return found


def _bullet(pattern: str) -> str:
    code = ord(pattern[0])
    return _BULLETS.get(code & 0xFF, "・") if 0xF000 <= code <= 0xF0FF else pattern


def _formed(number: int, form: str) -> str:
    """Return a number as a list writes it."""
    match form:
        case "decimalFullWidth" | "decimalFullWidth2":
            return str(number).translate(_WIDE)
        case "decimalZero":
            return f"{number:02}"
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if 1 <= number <= 20:
            return chr(ord("①") + number - 1)
        case "aiueo" | "aiueoFullWidth":
            return _AIUEO[(number - 1) % len(_AIUEO)]
        case "iroha" | "irohaFullWidth":
            return _IROHA[(number - 1) % len(_IROHA)]
        case "upperRoman" | "lowerRoman":
            roman = _roman(number)
            return roman if form == "upperRoman" else roman.lower()
        case "upperLetter" | "lowerLetter":
            letter = chr(ord("A") + (number - 1) % 26)
            return letter if form == "upperLetter" else letter.lower()
        case (
            "japaneseCounting"
            | "ideographDigital"
            | "chineseCounting"
            | "japaneseDigitalTenThousand"
        ):
            return _kanji(number)
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _KANJI[ones]
    return ("" if tens == 1 else _KANJI[tens % 10]) + "十" + (_KANJI[ones] if ones else "")
