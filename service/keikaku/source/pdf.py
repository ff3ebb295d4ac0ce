"""PDFs with ruled tables to blocks, by the lines that are drawn and where the characters stand.

Lines that a text fills to the right edge go on in the next one; a line that ends before it ends as
in the document. A table goes on with the next page where that repeats its header, or where nothing
but the end of the page divides its columns. Page numbers, and the lines that recur at the head or
foot of pages, are left out. What a line strikes out is deleted, ruby is no part of a text, and an
upright text is read from the right.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect

from keikaku.errors import SourceError
from keikaku.source.drafts import Draft, Slot, begins_in_the_middle, join, repeated_rows
from keikaku.source.grid import Document, Grid, Line
from keikaku.source.pdfchars import page_text, upright_lines
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pdfplumber.page import Page
    from pdfplumber.table import Table
    from pypdfium2 import PdfPage

    from keikaku.source.pdfchars import Box, Char, PageText

MOST_PAGES = 500
"""How many pages a PDF may have."""

MOST_CHARACTERS = 100_000
"""How many characters one page may have."""

MOST_RULES = 20_000
"""How many lines and rectangles may be drawn on one page."""

_BAND = 0.1  # of a page's height, at its head and foot, where running lines stand
_NEAR = 3.0  # points by which edges that are one may differ
_PAGE_END = 24.0  # points that may be left at the end of a page though a row would have fitted
_SHORT = 2.5  # characters by which a line that ends of itself is shorter than its cell
_GAP = 0.6  # of a character, from which on a gap is a space
_PAGE_NUMBER = re.compile(r"[-–—―－\s]*[0-9０-９]{1,4}(\s*[/／]\s*[0-9０-９]{1,4})?[-–—―－\s]*")


@dataclass(slots=True)
class _Written:
    """A line of text: its characters put together, and where it stands on its page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float


@dataclass(slots=True)
class _Text:
    """A line of the document outside its tables: its page and its place there, from 1."""

    text: str
    page: int
    place: int = 0


@dataclass(slots=True)
class _Ruled:
    """A ruled table, perhaps of several pages: of each row the edges and content of its cells."""

    left: float
    right: float
    rows: list[list[tuple[float, float, Slot]]]
    page: int
    top: float
    bottom: float
    first_bottom: float

    def edges(self) -> list[float]:
        """Return where its columns begin."""
        return [left for row in self.rows for left, _, _ in row]

    def draft(self, columns: Sequence[float]) -> Draft:
        """Return the table with these columns."""
        draft = Draft(len(columns))
        for row in self.rows:
            slots: dict[int, Slot] = {}
            for left, right, slot in row:
                begins = [abs(edge - left) <= _NEAR for edge in columns].index(True)
                ends = sum(edge < right - _NEAR for edge in columns)
                slot.columns = max(1, ends - begins)
                slots[begins + 1] = slot
            draft.rows.append(slots)
        return draft


@dataclass(slots=True)
class _Sheet:
    """What stands on one page, from the top: lines and tables."""

    number: int
    height: float
    found: list[_Written | _Ruled] = field(default_factory=list)
    removed: int = 0


def read_pdf(content: bytes, name: str) -> Document:
    """Return the tables of a PDF and the lines around them.

    Raises SourceError for a damaged or protected file, for too many pages or signs, for a PDF
    without text (a scan) and for text whose characters the file does not tell.
    """
    try:
        with pdfplumber.open(BytesIO(content)) as pdf, pypdfium2.PdfDocument(content) as shown:
            if len(pdf.pages) > MOST_PAGES:
                raise _too_large(f"{MOST_PAGES} 頁", f"{MOST_PAGES} pages", name)
            sheets, unseen = [], 0
            for number, page in enumerate(pdf.pages):
                sheet, text = _sheet(page, shown[number], name)
                sheets.append(sheet)
                unseen += text.unseen
                page.close()
    except (SourceError, MemoryError):
        raise
    except Exception as error:
        if any(isinstance(inner, MemoryError) for inner in error.args):
            raise MemoryError from error
        raise _unreadable(error, name) from error
    _check_text(sheets, name, recognised=unseen > 0)
    gone = tuple(f"p.{sheet.number}" for sheet in sheets for _ in range(sheet.removed))
    _leave_out_running(sheets)
    return Document(name, _blocks(_joined(sheets), name), is_plain=False, gone=gone)


def _too_large(ja: str, en: str, name: str, page: int | None = None) -> SourceError:
    return SourceError(
        f"PDF が大きすぎます(上限 {ja})。計画の頁だけの PDF にしてください。",
        f"the PDF has more than {en}; make one of the plan's pages only",
        file=name,
        place=None if page is None else f"p.{page}",
    )


def _unreadable(error: Exception, name: str) -> SourceError:
    inner = error.args[0] if error.args else None
    if isinstance(error, PDFPasswordIncorrect) or isinstance(inner, PDFPasswordIncorrect):
        return SourceError(
            "PDF にパスワードが付いています。パスワードのない PDF にするか、"
            "もとの文書を使ってください。",
            "the PDF has a password; make one without, or use the document it was made from",
            file=name,
        )
    return SourceError(
        "PDF が壊れています。もとの文書から作り直してください。",
        f"the PDF is damaged: {error!r}; make it again from its document",
        file=name,
    )


def _sheet(page: Page, shown: PdfPage, name: str) -> tuple[_Sheet, PageText]:
    """Return the lines and tables of a page, and its characters."""
    if len(page.chars) > MOST_CHARACTERS:
        raise _too_large(
            f"一頁 {MOST_CHARACTERS:,} 文字",
            f"{MOST_CHARACTERS:,} characters on a page",
            name,
            page.page_number,
        )
    if len(page.edges) > MOST_RULES:
        raise _too_large(
            f"一頁 {MOST_RULES:,} 本の線",
            f"{MOST_RULES:,} drawn lines on a page",
            name,
            page.page_number,
        )
    text = page_text(page, shown)
    chars = text.chars
    if any(char["text"].startswith("(cid:") for char in chars):
        raise SourceError(
            "PDF の字が何の字か、ファイルに書かれていません。フォントを埋め込んで作り直すか、"
            "もとの文書(.docx、.xlsx)を使ってください。",
            "the PDF does not tell which characters its glyphs are; make it again with embedded "
            "fonts, or use the document it was made from",
            file=name,
            place=f"p.{page.page_number}",
        )
    sheet = _Sheet(page.page_number, float(page.height), removed=len(text.strikes))
    left = [char for char in chars if char["text"]]
    if text.lines:
        strikes = set(map(id, text.lines))
        page = page.filter(lambda drawn: id(drawn) not in strikes)
    for table in page.find_tables({"explicit_horizontal_lines": _open_ends(page)}):
        ruled, left = _ruled(table, left, text.strikes, page.page_number)
        if sum(bool(slot.text) for row in ruled.rows for _, _, slot in row) > 1:
            sheet.found.append(ruled)
            sheet.removed -= sum(slot.removed for row in ruled.rows for _, _, slot in row)
        else:  # a frame around a text
            left = [*left, *(char for char in chars if _within(char, table.bbox))]
    sheet.found.extend(_written(left))
    sheet.found.sort(key=lambda found: (found.top, found.left))
    return sheet, text


def _open_ends(page: Page) -> list[float]:
    """Return where the upright lines of a table end that the end of the page leaves open."""
    upright = [edge for edge in page.edges if edge["orientation"] == "v"]
    level = [edge["top"] for edge in page.edges if edge["orientation"] == "h"]
    ends = Counter(round(edge[side]) for edge in upright for side in ("top", "bottom"))
    outer = (min(ends), max(ends)) if ends else ()
    return [
        float(end)
        for end in outer
        if ends[end] > 1 and not any(abs(end - other) <= _NEAR for other in level)
    ]


def _ruled(
    table: Table, chars: list[Char], strikes: Sequence[Box], page: int
) -> tuple[_Ruled, list[Char]]:
    """Return a table, and the characters that stand in none of its cells."""
    cells: dict[tuple[float, ...], list[Char]] = {tuple(cell): [] for cell in table.cells}
    tops = sorted({cell[1] for cell in cells})
    left: list[Char] = []
    for char in chars:
        home = next((cell for cell in cells if _within(char, cell)), None)
        (left if home is None else cells[home]).append(char)
    rows: list[list[tuple[float, float, Slot]]] = [[] for _ in tops]
    for (x0, top, x1, bottom), inside in sorted(cells.items()):
        span = sum(top - _NEAR / 3 <= other < bottom - _NEAR / 3 for other in tops)
        upright = upright_lines(inside)
        text, full = _upright_text(upright, bottom) if upright else _cell_text(_written(inside), x1)
        removed = sum(
            x0 <= (strike[0] + strike[2]) / 2 < x1 and top <= strike[1] < bottom
            for strike in strikes
        )
        slot = Slot(text, max(1, span), page=page, full=full, removed=removed)
        rows[tops.index(top)].append((x0, x1, slot))
    x0, top, x1, bottom = table.bbox
    return _Ruled(x0, x1, rows, page, top, bottom, [*tops, bottom][1]), left


def _within(char: Char, box: Sequence[float]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


def _written(chars: Iterable[Char]) -> list[_Written]:
    """Return characters as lines, from the top."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: ((char["top"] + char["bottom"]) / 2, char["x0"])):
        middle = (char["top"] + char["bottom"]) / 2
        if rows and rows[-1][0]["top"] <= middle < rows[-1][0]["bottom"]:
            rows[-1].append(char)
        else:
            rows.append([char])
    lines = [_line(sorted(row, key=lambda char: float(char["x0"]))) for row in rows]
    return [line for line in lines if line.text]


def _line(chars: list[Char]) -> _Written:
    text = chars[0]["text"]
    for before, char in pairwise(chars):
        gap = char["x0"] - before["x1"]
        spaced = gap > _GAP * max(char["size"], before["size"])
        if spaced and not before["text"].isspace() and not char["text"].isspace():
            text += " "
        text += char["text"]
    seen = [char for char in chars if not char["text"].isspace()] or chars
    return _Written(
        text.strip(),
        min(char["x0"] for char in seen),
        max(char["x1"] for char in seen),
        min(char["top"] for char in seen),
        max(char["bottom"] for char in seen),
        max(char["size"] for char in seen),
    )


def _upright_text(lines: Sequence[Sequence[Char]], edge: float) -> tuple[str, bool]:
    """Return the text of a cell that is written upright, and whether its last line is full."""
    texts = ["".join(char["text"] for char in line) for line in lines]
    full = [edge - line[-1]["bottom"] <= _SHORT * line[-1]["size"] for line in lines]
    joints = ["" if each else "\n" for each in full[:-1]]
    return "".join(map("".join, zip(texts, [*joints, ""], strict=True))), full[-1]


def _cell_text(lines: Sequence[_Written], edge: float) -> tuple[str, bool]:
    """Return the text of a cell, and whether its last line is full."""
    if not lines:
        return "", False
    text = lines[0].text
    for line, after in pairwise(lines):
        text += (_joint(line.text, after.text) if _is_full(line, edge) else "\n") + after.text
    return text, _is_full(lines[-1], edge)


def _is_full(line: _Written, edge: float) -> bool:
    return edge - line.right <= _SHORT * line.size


def _joint(before: str, after: str) -> str:
    """Return what stands between two lines that are one: a space between Latin words."""
    return " " if before[-1].isascii() and after[0].isascii() and before[-1] != "-" else ""


def _check_text(sheets: list[_Sheet], name: str, *, recognised: bool) -> None:
    if any(sheet.found for sheet in sheets):
        return
    if recognised:
        raise SourceError(
            "PDF の文字は画像の後ろの見えない文字(文字認識の結果)だけです。誤りがあるかもしれない"
            "ので読みません。もとの文書(.docx、.xlsx)を使うか、校正した文書を使ってください。",
            "the PDF has nothing but invisible text from character recognition, which may be "
            "wrong and is not read; use the document it was made from, or a corrected text",
            file=name,
        )
    if not any(sheet.removed for sheet in sheets):
        raise SourceError(
            "PDF に文字の情報がありません(紙を読み取った画像です)。"
            "もとの文書(.docx、.xlsx)を使うか、文字認識(OCR)をかけて校正した文書を使ってください。",
            "the PDF has no text: it is a scan; use the document it was made from, "
            "or a corrected text from character recognition",
            file=name,
        )


def _leave_out_running(sheets: list[_Sheet]) -> None:
    """Leave out page numbers, and the lines at the head or foot that most pages have."""
    counts = Counter(
        key
        for sheet in sheets
        for key in {_running(line, sheet) for line in sheet.found if isinstance(line, _Written)}
        if key
    )
    for sheet in sheets:
        kept: list[_Written | _Ruled] = []
        for found in sheet.found:
            key = _running(found, sheet) if isinstance(found, _Written) else ""
            recurs = len(sheets) > 1 and counts[key] > len(sheets) / 2
            if not key or not (recurs or _PAGE_NUMBER.fullmatch(found.text)):  # type: ignore[union-attr]
                kept.append(found)
        sheet.found = kept


def _running(line: _Written, sheet: _Sheet) -> str:
    """Return what a line in the head or foot of a page says but for its figures, else nothing."""
    if line.bottom < _BAND * sheet.height:
        return "head " + re.sub("[0-9０-９]+", "#", line.text)
    if line.top > (1 - _BAND) * sheet.height:
        return "foot " + re.sub("[0-9０-９]+", "#", line.text)
    return ""


def _joined(sheets: list[_Sheet]) -> list[_Text | _Ruled]:
    """Return lines and tables of all pages in order, those of several pages put together."""
    ends = max((found.bottom for sheet in sheets for found in sheet.found), default=0.0)
    whole: list[_Text | _Ruled] = []
    for sheet in sheets:
        edge = max((found.right for found in sheet.found), default=0.0)
        before: _Written | None = None
        for place, found in enumerate(sheet.found, start=1):
            if isinstance(found, _Ruled):
                before = None
                above = whole[-1] if whole and place == 1 else None
                if not isinstance(above, _Ruled) or not _goes_on(above, found, ends):
                    whole.append(found)
                continue
            last = whole[-1] if whole else None
            if before and isinstance(last, _Text) and _one_line(before, found, edge):
                last.text += _joint(before.text, found.text) + found.text
            else:
                whole.append(_Text(found.text, sheet.number))
            before = found
    return whole


def _one_line(before: _Written, line: _Written, edge: float) -> bool:
    """Tell whether a line goes on with the one above it, which has reached the right edge."""
    close = line.top - before.bottom < before.size
    return close and abs(line.size - before.size) < 1 and _is_full(before, edge)


def _goes_on(above: _Ruled, below: _Ruled, ends: float) -> bool:
    """Tell whether a table at the head of a page goes on with the one above it; if so, join them.

    It does where it repeats its header, or where its first row had no place on the page before and
    another table does not begin: that one would begin with the same label.
    """
    if abs(above.left - below.left) > _NEAR or abs(above.right - below.right) > _NEAR:
        return False
    columns = _columns([*above.edges(), *below.edges()])
    first, second = above.draft(columns), below.draft(columns)
    repeated = repeated_rows(first, second)
    middle = begins_in_the_middle(first, second, repeated)
    no_place = ends - above.bottom < below.first_bottom - below.top + _PAGE_END
    if not (repeated or middle or (no_place and not _anew(first, second))):
        return False
    if middle:
        join(first, second, repeated)
    above.rows.extend(below.rows[repeated + middle :])
    above.bottom = below.bottom
    return True


def _anew(above: Draft, below: Draft) -> bool:
    """Tell whether a table begins with the label that the one above it begins with."""
    tops = [draft.rows[0].get(1) for draft in (above, below)]
    return all(tops) and fold(tops[0].text) == fold(tops[1].text)  # type: ignore[union-attr]


def _columns(edges: Iterable[float]) -> list[float]:
    """Return the left edges of columns, those that are one counted once."""
    columns: list[float] = []
    for edge in sorted(edges):
        if not columns or edge - columns[-1] > _NEAR:
            columns.append(edge)
    return columns


def _blocks(found: list[_Text | _Ruled], name: str) -> tuple[Grid | Line, ...]:
    blocks: list[Grid | Line] = []
    tables = lines = 0
    on_page: Counter[int] = Counter()
    for each in found:
        if isinstance(each, _Text):
            lines += 1
            on_page[each.page] += 1
            where = f"p.{each.page} {on_page[each.page]}行目"
            fragment = f"page={each.page}"
            blocks.append(Line(each.text, name, lines, where, page=each.page, fragment=fragment))
        else:
            tables += 1
            draft = each.draft(_columns(each.edges()))
            blocks.append(draft.grid(tables, name, _Where(tables)))
    return tuple(blocks)


@dataclass(frozen=True, slots=True)
class _Where:
    """Tells the address of a cell of a table: p.2 表3 4行2列."""

    table: int

    def __call__(self, slot: Slot, row: int, column: int) -> str:
        return f"p.{slot.page} 表{self.table} {row}行{column}列"
