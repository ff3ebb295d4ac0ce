"""Workbooks (XLSX) to blocks: tables between blank rows, each cell as Excel shows it.

A sheet's tables are separated by wholly blank rows. The rows with one filled cell above a table, a
block of such rows alone, and the text of shapes are lines. Hidden rows and columns are marked as
hidden; a hidden sheet is refused unless plan.toml names it or drop-down lists are taken from it.
Of a formula the value counts that the workbook holds. What is struck out is deleted. Comments and
charts are not read. No message quotes a cell: whether it may be told is known only when the profile
has been looked at.

The XML is read here, since openpyxl leaves out which runs are struck out, which cells show a
checkbox, the built-in formats of Japan, and decides by itself what is a date.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, to_excel

from keikaku.errors import HiddenSheetError, SourceError
from keikaku.source.exceldrawing import (
    Area,
    Drawings,
    Sizes,
    height_of,
    read_controls,
    read_drawing,
    width_of,
)
from keikaku.source.excelstyles import MAIN, Changes, Style, Styles, changes_of
from keikaku.source.exceltext import (
    Fault,
    Read,
    in_font,
    read_plain,
    read_runs,
    unescaped,
    unknown_glyph,
)
from keikaku.source.fills import unusual_fills
from keikaku.source.formatitems import UnknownFormatError
from keikaku.source.grid import FAULTY, Cell, Document, Grid, Line, Sign, UnreadSheet
from keikaku.source.numberformat import is_of_dates, shown, shows_nothing
from keikaku.source.options import SourceKeys
from keikaku.source.package import xml_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_CELLS = 300_000
"""How many cells with a value a workbook may have, and how many a table."""

_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = b"http://purl.oclc.org/ooxml/"
_LATER = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_RANGE = "{http://schemas.microsoft.com/office/excel/2006/main}sqref"
_PLAIN_NAME = re.compile(r"(?![A-Za-z]{1,3}[0-9]+$)[^\W\d]\w*")
_HAS_VALUES = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_LIST_SOURCE = re.compile(rb"<(?:\w+:)?(?:formula1|f)>([^<]*)</")
_NO_VALUE: Fault = (
    "数式の計算結果が保存されていません。Excel で開いて保存し直してください。",
    "a formula without a stored value; open the workbook in Excel and save it",
)
_ERROR: Fault = (
    "セルがエラー(#REF! など)を表示しています。数式か値を直してください。",
    "the cell shows an error such as #REF!; mend its formula or value",
)
_COVERED: Fault = (
    "結合されたセルに隠れた値があります。消すか、結合を解いてください。",
    "a merged cell hides a value; remove it, or unmerge",
)
_MAY_BE_STRUCK: Fault = (
    "条件付き書式で取り消し線が引かれることがあり、消された文字かどうか分かりません。"
    "書式を固定してください。",
    "a conditional format may strike it out, so it is not known whether it is deleted; make the "
    "format a fixed one",
)
_MAY_LOOK_OTHERWISE: Fault = (
    "条件付き書式で表示形式が変わることがあり、どう見えるか分かりません。書式を固定してください。",
    "a conditional format may change its number format, so it is not known what it shows; make the "
    "format a fixed one",
)


@dataclass(slots=True)
class _Part:
    """A worksheet's part of the package: its XML, and what is drawn over it."""

    name: str
    hidden: bool
    xml: bytes
    drawings: Drawings


@dataclass(slots=True)
class _Sheet:
    """A worksheet: texts by row and column, from 1, and how far merged cells span.

    `hidden` are places that Excel does not show though their rows and columns are shown, `faults`
    says of places why their text cannot be told, `removed` how many passages are struck out there.
    `fills` are those of places, be they empty or not, `changes` what conditional formats may do.
    `columns_shown` are all that are shown, where a column is hidden unless something else is said
    of it.
    """

    name: str
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    columns_shown: list[range] | None = None
    hidden: set[tuple[int, int]] = field(default_factory=set)
    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    removed: dict[tuple[int, int], int] = field(default_factory=dict)
    numbers: set[tuple[int, int]] = field(default_factory=set)
    fills: dict[tuple[int, int], str] = field(default_factory=dict)
    changes: list[tuple[Area, Changes]] = field(default_factory=list)
    signs: dict[tuple[int, int], Sign] = field(default_factory=dict)
    sizes: Sizes = field(default_factory=Sizes)

    def is_hidden(self, row: int, column: int) -> bool:
        """Tell whether Excel does not show a cell."""
        return (
            row in self.hidden_rows
            or (row, column) in self.hidden
            or any(column in columns for columns in self.hidden_columns)
            or (
                self.columns_shown is not None
                and not any(column in columns for columns in self.columns_shown)
            )
        )

    def size(self, element: Element, tag: str) -> None:
        """Take how wide columns are, some or those of which nothing else is said."""
        if tag == "sheetFormatPr":
            self.columns_shown = [] if _is_zero(element.get("defaultColWidth")) else None
            self.sizes.column = width_of(element.get("defaultColWidth")) or self.sizes.column
            self.sizes.row = height_of(element.get("defaultRowHeight")) or self.sizes.row
            return
        columns = range(int(element.get("min", "0")), int(element.get("max", "0")) + 1)
        width = 0 if element.get("hidden") in ("1", "true") else width_of(element.get("width"))
        if width is not None:
            self.sizes.columns.append((columns, width))
        if _is_not_shown(element, "width"):
            self.hidden_columns.append(columns)
        elif self.columns_shown is not None:
            self.columns_shown.append(columns)

    def where(self, row: int, column: int) -> str:
        """Return the address of a cell as Excel writes it: 計画!B3."""
        name = self.name.replace("'", "''")
        sheet = name if _PLAIN_NAME.fullmatch(name) else f"'{name}'"
        return f"{sheet}!{get_column_letter(column)}{row}"


def read_excel(content: bytes, name: str, options: SourceKeys | None = None) -> Document:
    """Return the tables of a workbook's sheets, in their order, and the lines around them.

    Cells whose text cannot be told (a formula without a value, an error, a value that a merged cell
    hides) say so as their fault. Raises SourceError for a package that is damaged or would unpack
    too large, for too many cells, and for hidden sheets that nothing names.
    """
    parts = xml_parts(content, name)
    sheets = _parts(parts, name)
    chosen = _chosen(sheets, _names(parts), options or SourceKeys(), name)
    try:
        reading = _Reading(name, parts)
        for part in chosen:
            reading.sheet(part)
    except (ValueError, KeyError, IndexError, TypeError, ParseError) as error:
        raise _damaged(name) from error
    if not reading.blocks:
        raise SourceError("文書が空です。", "the document is empty", file=name)
    unread = tuple(
        UnreadSheet(position, part.hidden)
        for position, part in enumerate(sheets, start=1)
        if part not in chosen
    )
    return Document(name, tuple(reading.blocks), unread, is_plain=False, gone=tuple(reading.gone))


def _damaged(name: str) -> SourceError:
    """Return the error for a damaged workbook; what a parser says of it may quote its cells."""
    return SourceError(
        "ブックが壊れています。Excel で開いて保存し直してください。",
        "the workbook is damaged; open it in Excel and save it again",
        file=name,
    )


def _parts(parts: dict[str, bytes], name: str) -> list[_Part]:
    """Return the worksheets in the order of the workbook."""
    try:
        if _STRICT in parts["xl/workbook.xml"]:
            raise SourceError(
                "「Strict Open XML」形式です。"
                "Excel で「Excel ブック(.xlsx)」として保存し直してください。",
                "this is Strict Open XML; save it as an ordinary Excel workbook (.xlsx)",
                file=name,
            )
        book = fromstring(parts["xl/workbook.xml"])  # noqa: S314  (xml_parts allows no entities)
        links = _links(parts, "xl/workbook.xml")
        found = []
        for sheet in book.iter(f"{MAIN}sheet"):
            path = links.get(sheet.get(_LINK, ""), ("", ""))[0]
            if path not in parts or "chartsheet" in path:
                continue
            hidden = sheet.get("state", "visible") != "visible"
            found.append(_Part(sheet.get("name", ""), hidden, parts[path], _drawings(parts, path)))
    except (KeyError, ParseError) as error:
        raise _damaged(name) from error
    return found


def _links(parts: dict[str, bytes], path: str) -> dict[str, tuple[str, str]]:
    """Return the parts that a part refers to by the reference's name: their path and their kind."""
    folder, _, file = path.rpartition("/")
    rels = parts.get(f"{folder}/_rels/{file}.rels")
    found: dict[str, tuple[str, str]] = {}
    for link in fromstring(rels) if rels else ():  # noqa: S314  (xml_parts allows no entities)
        if link.get("TargetMode") == "External":
            continue
        target = link.get("Target", "")
        steps = (
            target.lstrip("/").split("/")
            if target.startswith("/")
            else (f"{folder}/{target}".split("/"))
        )
        resolved: list[str] = []
        for step in steps:
            if step == "..":
                del resolved[-1:]
            elif step not in ("", "."):
                resolved.append(step)
        kind = link.get("Type", "").rsplit("/", 1)[-1]
        found[link.get("Id", "")] = ("/".join(resolved), kind)
    return found


def _drawings(parts: dict[str, bytes], sheet: str) -> Drawings:
    """Return what is drawn over a sheet."""
    found = Drawings()
    for path, kind in _links(parts, sheet).values():
        if kind == "drawing" and path in parts:
            read_drawing(parts[path], found)
        elif kind == "vmlDrawing" and path in parts:
            read_controls(parts[path], found)
    return found


def _names(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the names that a workbook defines, with what they stand for."""
    book = fromstring(parts["xl/workbook.xml"])  # noqa: S314  (xml_parts allows no entities)
    return {each.get("name", ""): each.text or "" for each in book.iter(f"{MAIN}definedName")}


def _chosen(
    parts: list[_Part], names: dict[str, str], options: SourceKeys, name: str
) -> list[_Part]:
    """Return the sheets that are read, by plan.toml or all that are shown."""
    known = [part.name for part in parts]
    left_out = options.skip_sheets
    shown = [part.name for part in parts if not part.hidden and part.name not in left_out]
    for wanted in (*(options.sheets or ()), *options.skip_sheets):
        if wanted not in known:
            raise SourceError(
                f"plan.toml の [source] が挙げるシート「{wanted}」がありません。"
                f"見えるもの: {'、'.join(shown)}",
                f"there is no sheet {wanted!r}, which plan.toml names; "
                f"those that are shown are {', '.join(shown)}",
                file=name,
            )
    if options.sheets is not None:
        return [part for part in parts if part.name in options.sheets]
    listed = _lists(parts, names)
    for part in parts:
        said = part.name in options.skip_sheets or part.name in listed
        if part.hidden and not said and _HAS_VALUES.search(part.xml):
            raise HiddenSheetError(
                f"隠れたシート「{part.name}」があります。"
                "読むなら再表示するか plan.toml の [source] の sheets に、読まないなら "
                "skip_sheets に書いてください。",
                f"the sheet {part.name!r} is hidden; name it in `sheets` or `skip_sheets` "
                "under [source] in plan.toml",
                file=name,
                place=part.name,
            )
    return [part for part in parts if not part.hidden and part.name not in options.skip_sheets]


def _lists(parts: list[_Part], names: dict[str, str]) -> set[str]:
    """Return the hidden sheets from which drop-down lists are taken, straight or by a name."""
    sources = {
        html.unescape(source.decode("utf-8", "replace"))
        for part in parts
        if b"dataValidation" in part.xml
        for source in _LIST_SOURCE.findall(part.xml)
    }
    sources |= {names[source] for source in sources if source in names}
    return {
        part.name
        for part in parts
        if part.hidden
        and any(source.startswith((f"{part.name}!", f"'{part.name}'!")) for source in sources)
    }


def _strings(parts: dict[str, bytes]) -> list[Element]:
    """Return the strings that cells share."""
    path = next((path for path in parts if path.lower() == "xl/sharedstrings.xml"), None)
    if path is None:
        return []
    return [*fromstring(parts[path]).iterfind(f"{MAIN}si")]  # noqa: S314  (no entities)


def _epoch(parts: dict[str, bytes]) -> datetime:
    """Return the day from which a workbook counts its dates."""
    book = fromstring(parts["xl/workbook.xml"])  # noqa: S314  (xml_parts allows no entities)
    properties = book.find(f"{MAIN}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    return MAC_EPOCH if is_1904 else WINDOWS_EPOCH


class _Reading:
    """Reads the sheets of one workbook into blocks, and gathers what is struck out beside them."""

    def __init__(self, file: str, parts: dict[str, bytes]) -> None:
        self.blocks: list[Grid | Line] = []
        self.gone: list[str] = []
        self._file = file
        self._styles = Styles(parts)
        self._strings = _strings(parts)
        self._epoch = _epoch(parts)
        self._cells = 0
        self._tables = 0
        self._lines = 0

    def sheet(self, part: _Part) -> None:
        """Add the blocks of one sheet."""
        sheet = _Sheet(part.name)
        merged = self._structure(part, sheet)
        _cover(sheet, merged)
        _doubt(sheet)
        for area in part.drawings.areas(sheet.sizes):
            for place in _places(area, sheet):
                sheet.signs[place] = "drawings"
        for first, last in _runs(sheet):
            self._block(sheet, first, last)
        self.gone += [sheet.where(*at) for at, count in sheet.removed.items() for _ in range(count)]
        for number, shape in enumerate(part.drawings.shapes, start=1):
            hidden = shape.hidden or sheet.is_hidden(*shape.at)
            where = f"{part.name} 図形{number}"
            self._line(Line(shape.text, self._file, 0, where, part.name, hidden=hidden))

    def _structure(self, part: _Part, sheet: _Sheet) -> list[Area]:
        """Take the cells, what is hidden and what formats may change; return the merged cells.

        They come from the lowest to the topmost.
        """
        merged: list[Area] = []
        row = column = 0  # of what was met last: a cell or a row that names no place is the next
        for _, element in iterparse(BytesIO(part.xml)):  # noqa: S314  (xml_parts, no entities)
            tag = element.tag.removeprefix(MAIN)
            if tag == "c":
                at = element.get("r")
                left, top, _, _ = _area(at) if at else (column + 1, row + 1, 0, 0)
                column = left
                self._take(element, sheet, (top, left))
                element.clear()
            elif tag == "row":
                row, column = int(element.get("r", row + 1)), 0
                sheet.sizes.rows[row] = height_of(element.get("ht")) or sheet.sizes.row
                if _is_not_shown(element, "ht"):
                    sheet.hidden_rows.add(row)
                    sheet.sizes.rows[row] = 0
                element.clear()
            elif tag in ("sheetFormatPr", "col"):
                sheet.size(element, tag)
            elif tag == "mergeCell":
                left, top, right, bottom = _area(element.get("ref", ""))
                sheet.spans[top, left] = (bottom - top + 1, right - left + 1)
                merged.append((left, top, right, bottom))
            elif tag.endswith("conditionalFormatting"):
                sheet.changes += self._changes(element)
        return sorted(merged, key=lambda area: area[1], reverse=True)

    def _changes(self, element: Element) -> Iterator[tuple[Area, Changes]]:
        """Yield what conditional formats may change, of which cells."""
        ranges = element.get("sqref") or element.findtext(_RANGE) or ""
        found = [changes_of(each) for each in element.iter(f"{_LATER}dxf")]
        for rule in element.iter(f"{MAIN}cfRule"):
            number = int(rule.get("dxfId", "-1"))
            found += self._styles.changes[number : number + 1] if number >= 0 else []
        for area in ranges.split():
            yield from ((_area(area), changes) for changes in found)

    def _take(self, element: Element, sheet: _Sheet, at: tuple[int, int]) -> None:
        """Take what a cell says, and its fill."""
        style = self._styles.of(element.get("s"))
        if style.fill:
            sheet.fills[at] = style.fill
        found = self._value(element, style)
        if found is None:
            return
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise _too_many(self._file)
        read, value = found
        if read.removed:
            sheet.removed[at] = read.removed
        if read.fault:
            sheet.faults[at] = read.fault
        if read.text or read.fault:
            sheet.texts.setdefault(at[0], {})[at[1]] = FAULTY if read.fault else read.text
            if shows_nothing(style.code, value):
                sheet.hidden.add(at)
            if not isinstance(value, str):
                sheet.numbers.add(at)

    def _value(self, element: Element, style: Style) -> tuple[Read, float | str] | None:
        """Return what a cell says and its value, None where it has none."""
        kind, value = element.get("t", "n"), element.find(f"{MAIN}v")
        text = None if value is None else value.text
        inline = element.find(f"{MAIN}is")
        if kind == "e":
            return Read("", _ERROR), ""
        if kind == "inlineStr" and inline is not None:
            return self._in_text_format(read_runs(inline, style), style)
        if not text:
            is_empty = element.find(f"{MAIN}f") is None or (kind == "str" and value is not None)
            return None if is_empty else (Read("", _NO_VALUE), "")
        if kind == "s":
            return self._in_text_format(read_runs(self._strings[int(text)], style), style)
        if kind == "str":
            return self._in_text_format(read_plain(unescaped(text), style), style)
        if kind == "b":
            is_true = text.strip() in ("1", "true")
            marks = ("☐", "☑") if style.checkbox else ("FALSE", "TRUE")
            return read_plain(marks[is_true], style), ""
        if kind == "d":
            return self._number(_serial(text, self._epoch), style, text.partition("T")[0])
        return self._number(float(text), style)

    def _in_text_format(self, read: Read, style: Style) -> tuple[Read, str] | None:
        """Return a text as its number format shows it."""
        if not read.text and not read.fault and not read.removed:
            return None
        if style.code in ("General", "@") or not read.text or read.fault:
            return read, read.text
        try:
            return replace(read, text=shown(read.text, style.code, self._epoch)), read.text
        except UnknownFormatError:
            return replace(read, fault=_unknown_format(style.code)), read.text

    def _number(self, value: float, style: Style, iso: str = "") -> tuple[Read, float]:
        """Return a number as its format shows it; `iso` is a date that has no format of dates."""
        try:
            is_date = is_of_dates(style.code)
            text = iso if iso and not is_date else shown(value, style.code, self._epoch)
        except UnknownFormatError:
            return Read("", _unknown_format(style.code)), value
        if style.struck:
            return Read("", removed=1 if text else 0), value
        drawn = in_font(text, style.font)
        if drawn is None:
            return Read("", unknown_glyph(style.font)), value
        return Read(drawn), value

    def _block(self, sheet: _Sheet, first: int, last: int) -> None:
        """Add the rows from first to last: the lines above the table, and the table."""
        rows = [row for row in range(first, last + 1) if sheet.texts.get(row)]
        start = next((row for row in rows if len(sheet.texts[row]) > 1), None)
        for row in rows:
            if start is not None and row >= start:
                break
            ((column, text),) = sheet.texts[row].items()
            at = Line(
                text,
                self._file,
                0,
                sheet.where(row, column),
                sheet.name,
                hidden=sheet.is_hidden(row, column),
                fault=sheet.faults.get((row, column)),
                removed=sheet.removed.pop((row, column), 0),
            )
            self._line(at)
        if start is not None:
            self._grid(sheet, start, last)

    def _line(self, line: Line) -> None:
        """Add a line, which takes the next number."""
        self._lines += 1
        self.blocks.append(replace(line, line=self._lines))

    def _grid(self, sheet: _Sheet, first: int, last: int) -> None:
        columns = [c for row in range(first, last + 1) for c in sheet.texts.get(row, ())]
        left, right = min(columns), max(columns)
        if (last - first + 1) * (right - left + 1) > MOST_CELLS:
            raise _too_many(self._file)
        self._tables += 1
        _mark_fills(sheet, range(first, last + 1), range(left, right + 1))
        rows = tuple(
            tuple(
                self._cell(sheet, (row, column), (row - first + 1, column - left + 1), last, right)
                for column in range(left, right + 1)
            )
            for row in range(first, last + 1)
        )
        self.blocks.append(Grid(self._tables, rows))

    def _cell(
        self, sheet: _Sheet, at: tuple[int, int], place: tuple[int, int], last: int, right: int
    ) -> Cell:
        """Return a cell; what it spans ends with its table."""
        rows, columns = sheet.spans.get(at, (1, 1))
        return Cell(
            sheet.texts.get(at[0], {}).get(at[1], ""),
            self._file,
            self._tables,
            *place,
            None,
            sheet.where(*at),
            min(rows, last - at[0] + 1),
            min(columns, right - at[1] + 1),
            sheet.name,
            hidden=sheet.is_hidden(*at),
            fault=sheet.faults.get(at),
            removed=sheet.removed.pop(at, 0),
            sign=sheet.signs.get(at),
        )


def _is_not_shown(element: Element, size: str) -> bool:
    """Tell whether a row or column is hidden, be it that its height or width is nothing."""
    return element.get("hidden") in ("1", "true") or _is_zero(element.get(size))


def _is_zero(size: str | None) -> bool:
    try:
        return size is not None and float(size) == 0
    except ValueError:
        return False


def _area(reference: str) -> Area:
    """Return the cells that a reference such as B3 or A1:F1 is of."""
    left, top, right, bottom = range_boundaries(reference)
    if left is None or top is None or right is None or bottom is None:
        raise ValueError(f"{reference} is no range of cells")
    return left, top, right, bottom


def _too_many(name: str) -> SourceError:
    return SourceError(
        f"セルが多すぎます(値のあるセル、または一つの表の上限 {MOST_CELLS:,})。"
        "使わない行と列を削除して保存し直してください。",
        f"there are more than {MOST_CELLS:,} cells with a value, or in one table; delete the rows "
        "and columns that are not needed",
        file=name,
    )


def _hidden(row: int, column: int, areas: Sequence[Area]) -> bool:
    """Tell whether a merged cell covers a place that is not its first."""
    return any(
        left <= column <= right and top <= row <= bottom and (row, column) != (top, left)
        for left, top, right, bottom in areas
    )


def _runs(sheet: _Sheet) -> Iterator[tuple[int, int]]:
    """Yield the first and last row of each run of rows that are not wholly blank.

    Hidden rows do not part what Excel shows without a gap, nor do those that are struck out.
    """
    first = last = 0
    through = sheet.hidden_rows | {row for row, _ in sheet.removed}
    for row in sorted(row for row, texts in sheet.texts.items() if texts):
        reach = max(
            row + sheet.spans.get((row, column), (1, 1))[0] - 1 for column in sheet.texts[row]
        )
        if first and not through.issuperset(range(last + 1, row)):
            yield first, last
            first = 0
        first, last = first or row, max(last, reach)
    if first:
        yield first, last


def _cover(sheet: _Sheet, merged: list[Area]) -> None:
    """Make a text that a merged cell hides a fault of its place.

    `merged` has the lowest first, and is used up.
    """
    open_: list[Area] = []
    for row in sorted(sheet.texts):
        while merged and merged[-1][1] <= row:
            open_.append(merged.pop())
        open_ = [area for area in open_ if area[3] >= row]
        for column in sheet.texts[row]:
            if _hidden(row, column, open_):
                sheet.faults[row, column] = _COVERED
                sheet.texts[row][column] = FAULTY


def _doubt(sheet: _Sheet) -> None:
    """Note what a conditional format may change of cells that say something, and fill of others."""
    for area, changes in sheet.changes:
        for at in _places(area, sheet):
            has_text = at[1] in sheet.texts.get(at[0], {})
            if changes.struck and has_text:
                sheet.faults.setdefault(at, _MAY_BE_STRUCK)
            elif changes.code and at in sheet.numbers:
                sheet.faults.setdefault(at, _MAY_LOOK_OTHERWISE)
            elif changes.fill and not has_text:
                sheet.signs.setdefault(at, "fills")
    for row, column in sheet.faults:
        sheet.texts.setdefault(row, {})[column] = FAULTY


def _places(area: Area, sheet: _Sheet) -> Iterator[tuple[int, int]]:
    """Yield the places of an area that lie among the cells of a sheet with a text."""
    if not sheet.texts:
        return
    left, top, right, bottom = area
    widest = max(max(texts, default=0) for texts in sheet.texts.values())
    for row in range(max(top, min(sheet.texts)), min(bottom, max(sheet.texts)) + 1):
        for column in range(left, min(right, widest) + 1):
            yield row, column


@dataclass(frozen=True, slots=True)
class _Filled:
    """A place with its fill, as fills are compared."""

    column: int
    fill: str
    goes_on: bool


def _mark_fills(sheet: _Sheet, rows: range, columns: range) -> None:
    """Note which empty cells of a table a fill marks."""
    covered = {
        (row + below, column + beside)
        for (row, column), (height, width) in sheet.spans.items()
        if row in rows
        for below in range(min(height, len(rows)))
        for beside in range(min(width, len(columns)))
        if below or beside
    }
    filled = [
        [
            (
                _Filled(column, sheet.fills.get((row, column), ""), (row, column) in covered),
                sheet.texts.get(row, {}).get(column, ""),
            )
            for column in columns
        ]
        for row in rows
    ]
    for number, column in unusual_fills(filled):
        sheet.signs.setdefault((rows[number - 1], column), "fills")


def _serial(text: str, epoch: datetime) -> float:
    """Return the serial number of a date that is written by ISO 8601."""
    moment = datetime.fromisoformat(text.strip().removesuffix("Z"))
    found = to_excel(moment, epoch)  # type: ignore[no-untyped-call]
    if found is None:
        raise ValueError(text)
    return float(found)


def _unknown_format(code: str) -> Fault:
    return (
        f"この値が表示形式「{code}」でどう見えるか分かりません。表示形式を「標準」「数値」「日付」に"
        "するか、見えるとおりの文字で入力してください。",
        f"it is not known how the number format {code!r} shows this value; choose a usual format, "
        "or type the text as it is seen",
    )
