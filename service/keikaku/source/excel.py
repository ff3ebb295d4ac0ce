"""Workbooks (XLSX) to blocks: tables between blank rows, each cell as Excel shows it.

A sheet's tables are separated by wholly blank rows. The rows with one filled cell above a table, a
block of such rows alone, and the text of shapes are lines. Hidden rows and columns are marked as
hidden; a hidden sheet is refused unless plan.toml names it or drop-down lists are taken from it.
Of a formula the value counts that the workbook holds. Comments and charts are not read. No message
quotes a cell: whether it may be told is known only when the profile has been looked at.
"""

from __future__ import annotations

import html
import re
import warnings
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_excel

from keikaku.errors import HiddenSheetError, SourceError
from keikaku.source.grid import FAULTY, Cell, Document, Grid, Line, UnreadSheet
from keikaku.source.numberformat import shown_date, shown_number, shows_nothing
from keikaku.source.options import SourceKeys
from keikaku.source.package import xml_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
    from openpyxl.workbook import Workbook

MOST_CELLS = 300_000
"""How many cells a workbook may have, formatted empty ones among them."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = b"http://purl.oclc.org/ooxml/"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHAPES = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_PLAIN_NAME = re.compile(r"(?![A-Za-z]{1,3}[0-9]+$)[^\W\d]\w*")
_HAS_VALUES = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_LIST_SOURCE = re.compile(rb"<(?:\w+:)?(?:formula1|f)>([^<]*)</")
_ERA_FORMAT = re.compile(r"g+\W*e|e+\W*年")
_Area = tuple[int, int, int, int]  # left, top, right, bottom, as openpyxl gives a range


@dataclass(slots=True)
class _Shape:
    """A paragraph of a shape: its text, whether the shape is hidden, the cell it begins over."""

    text: str
    hidden: bool
    at: tuple[int, int]


@dataclass(slots=True)
class _Part:
    """A worksheet's part of the package: its XML, and the text of the shapes drawn over it."""

    name: str
    hidden: bool
    xml: bytes
    shapes: tuple[_Shape, ...]


@dataclass(slots=True)
class _Sheet:
    """A worksheet: texts by row and column, from 1, and how far merged cells span.

    `hidden` are places that Excel does not show though their rows and columns are shown, `faults`
    says of places why their text cannot be told. `columns_shown` are all that are shown, where a
    column is hidden unless something else is said of it.
    """

    name: str
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    columns_shown: list[range] | None = None
    hidden: set[tuple[int, int]] = field(default_factory=set)
    faults: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

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
            return
        columns = range(int(element.get("min", "0")), int(element.get("max", "0")) + 1)
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
    reading = _Reading(name)
    with _opened(content, name) as book:
        for part in chosen:
            reading.sheet(part, book)
    if not reading.blocks:
        raise SourceError("文書が空です。", "the document is empty", file=name)
    unread = tuple(
        UnreadSheet(position, part.hidden)
        for position, part in enumerate(sheets, start=1)
        if part not in chosen
    )
    return Document(name, tuple(reading.blocks), unread, is_plain=False)


class _opened:  # noqa: N801  (a context manager, read as a verb)
    """Opens a workbook for values, and turns what openpyxl says of a damaged one into an error."""

    def __init__(self, content: bytes, name: str) -> None:
        self._content = content
        self._name = name
        self._book: Workbook | None = None

    def __enter__(self) -> Workbook:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what it leaves out (charts, rules) is not read
                self._book = load_workbook(
                    BytesIO(self._content), read_only=True, data_only=True, keep_links=False
                )
        except Exception as error:
            raise _damaged(self._name) from error
        return self._book

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if self._book is not None:
            self._book.close()
        if isinstance(error, (ValueError, KeyError, TypeError, ParseError, BadZipFile)):
            raise _damaged(self._name) from error


def _damaged(name: str) -> SourceError:
    """Return the error for a damaged workbook; what openpyxl says of it may quote its cells."""
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
        for sheet in book.iter(f"{_MAIN}sheet"):
            path = links.get(sheet.get(_LINK, ""), ("", ""))[0]
            if path not in parts or "chartsheet" in path:
                continue
            hidden = sheet.get("state", "visible") != "visible"
            shapes = tuple(_shapes(parts, path))
            found.append(_Part(sheet.get("name", ""), hidden, parts[path], shapes))
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


def _shapes(parts: dict[str, bytes], sheet: str) -> Iterator[_Shape]:
    """Yield the paragraphs of the shapes and text boxes that are drawn over a sheet."""
    for path, kind in _links(parts, sheet).values():
        if kind != "drawing" or path not in parts:
            continue
        drawing = fromstring(parts[path])  # noqa: S314  (xml_parts allows no entities)
        for anchor in drawing:
            row, column = (anchor.findtext(f"{_SHAPES}from/{_SHAPES}{at}") for at in ("row", "col"))
            at = int(row or -1) + 1, int(column or -1) + 1  # from 0; 0 where it has no cell
            hidden = any(
                named.get("hidden") in ("1", "true") for named in anchor.iter(f"{_SHAPES}cNvPr")
            )
            for paragraph in _paragraphs(anchor):
                text = "".join(run.text or "" for run in paragraph.iter(f"{_DRAWN}t")).strip()
                if text:
                    yield _Shape(text, hidden, at)


def _paragraphs(anchor: Element) -> Iterator[Element]:
    for body in anchor.iter(f"{_SHAPES}txBody"):
        yield from body.iter(f"{_DRAWN}p")


def _names(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the names that a workbook defines, with what they stand for."""
    book = fromstring(parts["xl/workbook.xml"])  # noqa: S314  (xml_parts allows no entities)
    return {each.get("name", ""): each.text or "" for each in book.iter(f"{_MAIN}definedName")}


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


class _Reading:
    """Reads the sheets of one workbook into blocks, and gathers what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.blocks: list[Grid | Line] = []
        self._file = file
        self._cells = 0
        self._tables = 0
        self._lines = 0

    def sheet(self, part: _Part, book: Workbook) -> None:
        """Add the blocks of one sheet."""
        sheet = _Sheet(part.name)
        merged = self._structure(part, sheet)
        self._texts(book, sheet, merged)
        for first, last in _runs(sheet):
            self._block(sheet, first, last)
        for number, shape in enumerate(part.shapes, start=1):
            hidden = shape.hidden or sheet.is_hidden(*shape.at)
            where = f"{part.name} 図形{number}"
            self._line(Line(shape.text, self._file, 0, where, part.name, hidden=hidden))

    def _structure(self, part: _Part, sheet: _Sheet) -> list[_Area]:
        """Take what is hidden, what is merged and what is at fault; return the merged cells.

        They come from the lowest to the topmost.
        """
        merged: list[_Area] = []
        row = column = 0  # of what was met last: a cell or a row that names no place is the next
        for _, element in iterparse(BytesIO(part.xml)):  # noqa: S314  (xml_parts, no entities)
            tag = element.tag.removeprefix(_MAIN)
            if tag == "c":
                at = element.get("r")
                left, top, _, _ = _area(at) if at else (column + 1, row + 1, 0, 0)
                column = left
                self._check_value(element, sheet, (top, left))
                element.clear()
            elif tag == "row":
                row, column = int(element.get("r", row + 1)), 0
                if _is_not_shown(element, "ht"):
                    sheet.hidden_rows.add(row)
                element.clear()
            elif tag in ("sheetFormatPr", "col"):
                sheet.size(element, tag)
            elif tag == "mergeCell":
                left, top, right, bottom = _area(element.get("ref", ""))
                sheet.spans[top, left] = (bottom - top + 1, right - left + 1)
                merged.append((left, top, right, bottom))
        if part.hidden:  # plan.toml names the sheet, or it would not be read
            sheet.hidden_rows, sheet.hidden_columns, sheet.columns_shown = set(), [], None
        return sorted(merged, key=lambda area: area[1], reverse=True)

    def _check_value(self, element: Element, sheet: _Sheet, at: tuple[int, int]) -> None:
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise _too_many(self._file)
        kind, value = element.get("t", "n"), element.find(f"{_MAIN}v")
        text = None if value is None else value.text
        if element.find(f"{_MAIN}f") is not None and not text and (kind != "str" or value is None):
            fault = (
                "数式の計算結果が保存されていません。Excel で開いて保存し直してください。",
                "a formula without a stored value; open the workbook in Excel and save it",
            )
        elif kind == "e":
            fault = (
                "セルがエラー(#REF! など)を表示しています。数式か値を直してください。",
                "the cell shows an error such as #REF!; mend its formula or value",
            )
        else:
            return
        sheet.faults[at] = fault

    def _texts(self, book: Workbook, sheet: _Sheet, merged: list[_Area]) -> None:
        """Take the texts of the cells; a text that a merged cell hides is a fault.

        `merged` has the lowest first, and is used up.
        """
        worksheet: Any = book[sheet.name]
        worksheet.reset_dimensions()
        open_: list[_Area] = []
        for cells in worksheet.iter_rows():
            filled = [(cell, text) for cell in cells if (text := _text(cell, book))]
            if not filled:
                continue
            row = filled[0][0].row
            while merged and merged[-1][1] <= row:
                open_.append(merged.pop())
            open_ = [area for area in open_ if area[3] >= row]
            for cell, text in filled:
                if _hidden(row, cell.column, open_):
                    sheet.faults[row, cell.column] = (
                        "結合されたセルに隠れた値があります。消すか、結合を解いてください。",
                        "a merged cell hides a value; remove it, or unmerge",
                    )
                else:
                    sheet.texts.setdefault(row, {})[cell.column] = text
                    if shows_nothing(cell.number_format or "", cell.value):
                        sheet.hidden.add((row, cell.column))
        for row, column in sheet.faults:
            sheet.texts.setdefault(row, {})[column] = FAULTY

    def _block(self, sheet: _Sheet, first: int, last: int) -> None:
        """Add the rows from first to last: the lines above the table, and the table."""
        rows = [row for row in range(first, last + 1) if row in sheet.texts]
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
        )


def _is_not_shown(element: Element, size: str) -> bool:
    """Tell whether a row or column is hidden, be it that its height or width is nothing."""
    return element.get("hidden") in ("1", "true") or _is_zero(element.get(size))


def _is_zero(size: str | None) -> bool:
    try:
        return size is not None and float(size) == 0
    except ValueError:
        return False


def _area(reference: str) -> _Area:
    """Return the cells that a reference such as B3 or A1:F1 is of."""
    left, top, right, bottom = range_boundaries(reference)
    if left is None or top is None or right is None or bottom is None:
        raise ValueError(f"{reference} is no range of cells")
    return left, top, right, bottom


def _too_many(name: str) -> SourceError:
    return SourceError(
        f"セルが多すぎます(上限 {MOST_CELLS:,}。書式だけのセルも数えます)。"
        "使わない行と列を削除して保存し直してください。",
        f"there are more than {MOST_CELLS:,} cells, formatted empty ones among them; "
        "delete the rows and columns that are not needed",
        file=name,
    )


def _hidden(row: int, column: int, areas: Sequence[_Area]) -> bool:
    """Tell whether a merged cell covers a place that is not its first."""
    return any(
        left <= column <= right and top <= row <= bottom and (row, column) != (top, left)
        for left, top, right, bottom in areas
    )


def _runs(sheet: _Sheet) -> Iterator[tuple[int, int]]:
    """Yield the first and last row of each run of rows that are not wholly blank.

    Hidden rows do not part what Excel shows without a gap.
    """
    first = last = 0
    for row in sorted(sheet.texts):
        reach = max(
            row + sheet.spans.get((row, column), (1, 1))[0] - 1 for column in sheet.texts[row]
        )
        if first and not sheet.hidden_rows.issuperset(range(last + 1, row)):
            yield first, last
            first = 0
        first, last = first or row, max(last, reach)
    if first:
        yield first, last


def _text(cell: ReadOnlyCell | EmptyCell, book: Workbook) -> str:
    """Return what a cell shows, trimmed."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        code = cell.number_format or ""
        if _ERA_FORMAT.search(code):  # a date that openpyxl takes for a number
            return shown_date(from_excel(value, book.epoch), code)
        return shown_number(value, code)
    if isinstance(value, datetime | date | time | timedelta):
        return shown_date(value, cell.number_format or "")
    return _lines(str(value)).strip()


def _lines(text: str) -> str:
    """Return a text with its line breaks as LF, however Excel has written them."""
    return re.sub(r"_x000[dD]_\n?|\r\n?", "\n", text)
