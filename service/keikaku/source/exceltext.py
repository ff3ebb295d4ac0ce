"""Texts of a workbook's cells: runs that are struck out, symbol fonts, escaped characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.source.excelstyles import MAIN, Style, font_name, is_struck
from keikaku.source.symbolfont import glyph, is_symbol_font

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

Fault = tuple[str, str]
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # ST_Xstring, ECMA-376 Part 1, 22.9.2.19
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_UNSHOWN: Fault = (
    "表示できない文字(制御文字)が入っています。入力し直してください。",
    "it holds a control character, which cannot be shown; type the text again",
)


@dataclass(frozen=True, slots=True)
class Read:
    """What a cell says: its text, why that cannot be told, how many passages are struck out."""

    text: str
    fault: Fault | None = None
    removed: int = 0


def read_runs(element: Element, style: Style) -> Read:
    """Return the text of a string (si or is) without what is struck out, and without furigana.

    A run with properties of its own has nothing of the cell's font.
    """
    kept: list[str] = []
    removed, was_struck = 0, False
    fault: Fault | None = None
    for text, font, struck in _runs(element, style):
        if struck:
            removed += not was_struck and bool(text.strip())
        else:
            shown = in_font(text, font)
            fault = fault or (unknown_glyph(font) if shown is None else None)
            kept.append(shown or "")
        was_struck = struck
    text = plain("".join(kept))
    if _CONTROL.search(text):
        fault = fault or _UNSHOWN
    return Read(text, fault, removed)


def read_plain(text: str, style: Style) -> Read:
    """Return a text without runs as its cell's style shows it."""
    if style.struck:
        return Read("", removed=1 if text.strip() else 0)
    shown = in_font(text, style.font)
    if shown is None:
        return Read("", unknown_glyph(style.font))
    return Read(plain(shown), _UNSHOWN if _CONTROL.search(shown) else None)


def _runs(element: Element, style: Style) -> Iterator[tuple[str, str, bool]]:
    """Yield each run of a string: its text, its font, whether it is struck out."""
    for part in element:
        if part.tag == f"{MAIN}t":
            yield unescaped(part.text or ""), style.font, style.struck
        elif part.tag == f"{MAIN}r":
            properties = part.find(f"{MAIN}rPr")
            text = unescaped("".join(each.text or "" for each in part.iterfind(f"{MAIN}t")))
            if properties is None:
                yield text, style.font, style.struck
            else:
                yield text, font_name(properties), is_struck(properties)


def unescaped(text: str) -> str:
    """Return a text with _xHHHH_ as the characters that they stand for."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def plain(text: str) -> str:
    """Return a text trimmed, its line breaks as LF, however Excel has written them."""
    return re.sub("\r\n?", "\n", text).strip()


def in_font(text: str, font: str) -> str | None:
    """Return what a font shows of a text; None where it draws a symbol that is not known."""
    if not is_symbol_font(font):
        return text
    shown = [
        glyph(font, ord(each)) if ord(each) < 0x100 or 0xF000 <= ord(each) <= 0xF0FF else each
        for each in text
    ]
    return None if None in shown else "".join(each for each in shown if each)


def unknown_glyph(font: str) -> Fault:
    """Return the fault of a symbol that is not known."""
    return (
        f"記号用のフォント({font})の文字があり、何の記号か分かりません。"
        "ふつうのフォントの文字で書いてください。",
        f"it is set in the symbol font {font}, and it is not known what that shows; write it in an "
        "ordinary font",
    )
