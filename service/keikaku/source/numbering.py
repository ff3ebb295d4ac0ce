"""The numbers that Word prints before numbered paragraphs, which are no part of their text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.source.equation import Unshowable
from keikaku.source.runformat import is_on
from keikaku.source.symbolfont import glyph, is_symbol_font

if TYPE_CHECKING:
    from collections.abc import Callable
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
_WIDE = {ord("0") + digit: ord("０") + digit for digit in range(10)}


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a list: how its numbers are written, where they begin, in which font.

    `is_legal` tells that the numbers of the levels above it stand there in plain digits.
    """

    form: str = "decimal"
    pattern: str = ""
    start: int = 1
    font: str = ""
    is_legal: bool = False


class Numbering:
    """Counts the numbered paragraphs of one document, in its order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        """Take the parts of a document that say how it numbers."""
        self._levels: dict[tuple[str, int], _Level] = {}
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
                self._levels[name, depth] = _level(level)
        for number in numbering.iter(f"{_W}num"):
            identifier = number.get(f"{_W}numId", "")
            restarted = number.findall(f"{_W}lvlOverride/{_W}startOverride")
            self._lists[identifier] = _value(number, "abstractNumId", "")
            if restarted:
                self._counts.setdefault(identifier, {})

    def printed(self, paragraph: Element) -> str:
        """Return what Word prints before a paragraph, with a space, or nothing.

        Raises Unshowable for a form of numbers that is not known.
        """
        found = _numbered(paragraph.find(f"{_W}pPr")) or self._styles.get(_style(paragraph))
        if not found or found[0] not in self._lists:
            return ""
        identifier, depth = found
        abstract = self._lists[identifier]
        if (abstract, depth) not in self._levels:
            return ""
        level = self._levels[abstract, depth]
        counts = self._counts.setdefault(identifier if identifier in self._counts else abstract, {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [each for each in counts if each > depth]:
            del counts[deeper]
        if level.form == "bullet":
            return f"{_bullet(level)} " if level.pattern else ""
        if level.form == "none":
            return ""

        def number(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            above = self._levels.get((abstract, place), _Level())
            is_plain = level.is_legal and place < depth
            return _formed(counts.get(place, above.start), "decimal" if is_plain else above.form)

        text = re.sub(r"%([1-9])", number, level.pattern)
        return f"{text} " if text else ""


def _level(level: Element) -> _Level:
    fonts = level.find(f"{_W}rPr/{_W}rFonts")
    return _Level(
        _value(level, "numFmt", "decimal"),
        _value(level, "lvlText", ""),
        int(_value(level, "start", "1")),
        "" if fonts is None else fonts.get(f"{_W}ascii", fonts.get(f"{_W}hAnsi", "")),
        is_on(level.find(f"{_W}isLgl")),
    )


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


def _bullet(level: _Level) -> str:
    """Return the sign before a line; one that is not known is a dot, as no bullet has a meaning."""
    code = ord(level.pattern[0])
    if is_symbol_font(level.font) or 0xF000 <= code <= 0xF0FF:
        return glyph(level.font, code) or "・"
    return level.pattern


def _formed(number: int, form: str) -> str:
    """Return a number as a list writes it (ISO/IEC 29500-1, 17.18.59)."""
    if form in _PLAIN:
        return str(number)
    if form in _ENCLOSED:
        return chr(ord(_ENCLOSED[form]) + number - 1) if 1 <= number <= 20 else str(number)
    if form in _SEQUENCES:
        signs = _SEQUENCES[form]
        return signs[(number - 1) % len(signs)]
    if form in _FORMS and number >= 1:
        return _FORMS[form](number)
    if form in ("japaneseCounting", "chineseCounting") and 1 <= number <= 99:
        return _kanji(number)
    if form in ("ideographDigital", "japaneseDigitalTenThousand") and 1 <= number <= 9:
        return _KANJI[number]
    raise Unshowable(
        f"段落番号の形式({form})が読めません。別の番号の形式にするか、番号を文字で書いてください。",
        f"the form {form} of a numbered paragraph is not known; choose another one, or write the "
        "number as text",
    )


def _letter(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)


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


_PLAIN = ("decimal", "decimalHalfWidth")
_ENCLOSED = {
    "decimalEnclosedCircle": "①",
    "decimalEnclosedCircleChinese": "①",
    "decimalEnclosedParen": "⑴",
    "decimalEnclosedFullstop": "⒈",
}
_SEQUENCES = {
    "aiueo": _AIUEO,
    "aiueoFullWidth": _AIUEO,
    "iroha": _IROHA,
    "irohaFullWidth": _IROHA,
}
_FORMS: dict[str, Callable[[int], str]] = {
    "decimalFullWidth": lambda number: str(number).translate(_WIDE),
    "decimalFullWidth2": lambda number: str(number).translate(_WIDE),
    "decimalZero": lambda number: f"{number:02}",
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
}
