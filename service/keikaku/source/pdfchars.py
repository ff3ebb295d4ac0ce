"""The characters that a page of a PDF shows: read as they are meant, not struck out, without ruby.

A font may name another character than the one that is meant (Chromium names radicals for common
kanji) and say the right one in /ActualText, which pdfminer passes over; PDFium heeds it, so what
looks like that is asked of it, by the place on the page. Invisible text, as character recognition
puts behind a scan, is left out by it too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pypdfium2 import raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pdfplumber.page import Page
    from pypdfium2 import PdfPage

Char = dict[str, Any]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom in points, from the top of the page."""

_DOUBTFUL = re.compile("[\u2e80-\u2fdf\ue000-\uf8ff]")
"""Radicals and private characters, which no text means."""

_KANA = re.compile("[\u3041-\u30ff]")
_SMALL = 0.6  # of the size of the characters below, up to which kana above them are ruby
_THIN = 0.2  # of the size of a character, up to which a bar is a line
_THROUGH = (0.25, 0.75)  # of the height of a character, where a line strikes it out
_CLOSE = 0.3  # of the size of a character: how near the next one of a line is
_INVISIBLE = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)


@dataclass(slots=True)
class PageText:
    """The characters that a page shows, and the lines that strike others out.

    `unseen` is how many are invisible; `strikes` are boxes, `lines` the objects that draw them.
    """

    chars: list[Char]
    unseen: int = 0
    strikes: list[Box] = field(default_factory=list)
    lines: list[Char] = field(default_factory=list)


def page_text(page: Page, shown: PdfPage) -> PageText:
    """Return what a page shows of its characters; `shown` is the same page in PDFium."""
    chars = seen = page.dedupe_chars().chars
    if _is_upright(shown):
        invisible = _invisible(shown, float(page.height))
        seen = [char for char in chars if not any(_in(char, box) for box in invisible)]
        _mend(seen, shown, float(page.height))
    found = PageText(seen, len(chars) - len(seen))
    _strike(found, [*page.lines, *page.rects])
    found.chars = _without_ruby(found.chars)
    return found


def _is_upright(page: PdfPage) -> bool:
    """Tell whether places of PDFium and pdfplumber are the same: not on turned or cut pages."""
    left, bottom, *_ = page.get_mediabox()
    return (
        (left, bottom) == (0, 0)
        and not page.get_rotation()
        and (page.get_cropbox() == page.get_mediabox())
    )


def _in(char: Char, box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _invisible(page: PdfPage, height: float) -> list[Box]:
    """Return where text is that is not drawn."""
    boxes = []
    for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        if raw.FPDFTextObj_GetTextRenderMode(each.raw) in _INVISIBLE:
            left, bottom, right, top = each.get_bounds()
            boxes.append((left, height - top, right, height - bottom))
    return boxes


def _mend(chars: Iterable[Char], page: PdfPage, height: float) -> None:
    """Give characters that no text means those that PDFium reads at their place."""
    doubtful = [char for char in chars if _DOUBTFUL.match(char["text"])]
    if not doubtful:
        return
    text = page.get_textpage()
    found = []
    for place in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(place, loose=True)
        found.append(((left, height - top, right, height - bottom), place))
    for char in doubtful:
        at = next((place for box, place in found if _in(char, box)), None)
        read = text.get_text_range(at, 1) if at is not None else ""
        if read and not _DOUBTFUL.match(read):
            char["text"] = read


def _strike(found: PageText, drawn: Sequence[Char]) -> None:
    """Take out the characters through which a line is drawn that is no longer than they are."""
    ordered = sorted(found.chars, key=lambda char: float(char["top"]))
    tops = [float(char["top"]) for char in ordered]
    tallest = max((float(char["bottom"] - char["top"]) for char in ordered), default=0.0)
    struck: set[int] = set()
    for line in drawn:
        middle = (line["top"] + line["bottom"]) / 2
        near = ordered[bisect_left(tops, middle - tallest) : bisect_left(tops, middle)]
        through = [char for char in near if _is_through(line, char)]
        if not through or not _is_as_long(line, through):
            continue
        found.lines.append(line)
        if not struck.issuperset(map(id, through)):
            found.strikes.append((line["x0"], line["top"], line["x1"], line["bottom"]))
            struck |= set(map(id, through))
    found.chars = [char for char in found.chars if id(char) not in struck]


def _is_through(line: Char, char: Char) -> bool:
    height = char["bottom"] - char["top"]
    above = ((line["top"] + line["bottom"]) / 2 - char["top"]) / height if height else 0.0
    covered = min(line["x1"], char["x1"]) - max(line["x0"], char["x0"])
    return bool(
        line["bottom"] - line["top"] <= _THIN * height
        and _THROUGH[0] <= above <= _THROUGH[1]
        and covered > (char["x1"] - char["x0"]) / 2
    )


def _is_as_long(line: Char, through: Sequence[Char]) -> bool:
    size = max(char["size"] for char in through)
    return bool(
        min(char["x0"] for char in through) - line["x0"] <= size
        and line["x1"] - max(char["x1"] for char in through) <= size
    )


def _without_ruby(chars: list[Char]) -> list[Char]:
    """Leave out small kana that stand right above larger characters."""
    small = [char for char in chars if _KANA.match(char["text"])]
    sizes = {round(char["size"], 1) for char in chars}
    if len(sizes) < 2 or not small:
        return chars
    ruby = {
        id(char)
        for char in small
        if any(_is_above(char, base) for base in chars if char["size"] <= _SMALL * base["size"])
    }
    return [char for char in chars if id(char) not in ruby]


def _is_above(char: Char, base: Char) -> bool:
    size = base["size"]
    return bool(
        base["top"] - _SMALL * size <= char["bottom"] <= base["top"] + 0.4 * size
        and base["x0"] - size < (char["x0"] + char["x1"]) / 2 < base["x1"] + size
    )


def upright_lines(chars: Sequence[Char]) -> list[list[Char]]:
    """Return the lines of an upright text from the right, nothing where it is none.

    In an upright text a character stands closer to the one below it than to the one beside it.
    """
    seen = [char for char in chars if not char["text"].isspace()]
    columns: list[list[Char]] = []
    for char in sorted(seen, key=lambda char: -(char["x0"] + char["x1"])):
        middle = (char["x0"] + char["x1"]) / 2
        if columns and columns[-1][0]["x0"] <= middle <= columns[-1][0]["x1"]:
            columns[-1].append(char)
        else:
            columns.append([char])
    for column in columns:
        column.sort(key=lambda char: float(char["top"]))
    below = [b["top"] - a["bottom"] for column in columns for a, b in pairwise(column)]
    beside = [a[0]["x0"] - b[0]["x1"] for a, b in pairwise(columns)]
    size = max((char["size"] for char in seen), default=0.0)
    if len(columns) < 2 or not below or min(map(len, columns[:-1])) < 2:
        return []
    is_upright = max(below) < _CLOSE * size and min(beside) > max(below) + size / 10
    return columns if is_upright else []
