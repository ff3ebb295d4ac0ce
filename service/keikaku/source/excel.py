"""Workbooks (XLSX) to blocks: tables between blank rows, each cell as Excel shows it.

A sheet's tables are separated by wholly blank rows. The rows with one filled cell above a table, a
block of such rows alone, and the text of shapes are lines. Hidden rows and columns are read as the
others are; a hidden sheet is refused unless plan.toml names it or drop-down lists are taken from
it. Of a formula the value counts that the workbook holds. Comments and charts are not read.
"""

from __future__ import annotations

import html
import re
import warnings
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_excel

from keikaku.errors import Problem, SourceError
from keikaku.source.grid import Cell, Document, Grid, Line
from keikaku.source.numberformat import shown_date, shown_number
from keikaku.source.options import SourceKeys
from keikaku.source.package import xml_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
    from openpyxl.workbook import Workbook

MOST_CELLS = 300_000
"""How many cells a workbook may have, formatted empty ones among them."""

_MOST_PROBLEMS = 50
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
class _Part:
    """A worksheet's part of the package: its XML, and the text of the shapes drawn over it."""

    name: str
    hidden: bool
    xml: bytes
    shapes: tuple[str, ...]


@dataclass(slots=True)
class _Sheet:
    """A worksheet: texts by row and column, from 1, and how far merged cells span."""

    name: str
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def where(self, row: int, column: int) -> str:
        """Return the address of a cell as Excel writes it: 計画!B3."""
        name = self.name.replace("'", "''")
        sheet = name if _PLAIN_NAME.fullmatch(name) else f"'{name}'"
        return f"{sheet}!{get_column_letter(column)}{row}"


def read_excel(content: bytes, name: str, options: SourceKeys | None = None) -> Document:
    """Return the tables of a workbook's sheets, in their order, and the lines around them.

    Raises SourceError for a package that is damaged or would unpack too large, for too many cells,
    formulas without a value, cells that show an error, and hidden sheets that nothing names.
    """
    parts = xml_parts(content, name)
    sheets = _chosen(_parts(parts, name), _names(parts), options or SourceKeys(), name)
    reading = _Reading(name)
    with _opened(content, name) as book:
        for part in sheets:
            reading.sheet(part, book)
    if reading.problems:
        raise SourceError.of(reading.problems[:_MOST_PROBLEMS])
    if not reading.blocks:
        raise SourceError("文書が空です。", "the document is empty", file=name)
    return Document(name, tuple(reading.blocks))


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
            raise _damaged(self._name, error) from error
        return self._book

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if self._book is not None:
            self._book.close()
        if isinstance(error, (ValueError, KeyError, TypeError, ParseError, BadZipFile)):
            raise _damaged(self._name, error) from error


def _damaged(name: str, error: BaseException) -> SourceError:
    return SourceError(
        "ブックが壊れています。Excel で開いて保存し直してください。",
        f"the workbook is damaged: {error}; open it in Excel and save it again",
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
        raise _damaged(name, error) from error
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


def _shapes(parts: dict[str, bytes], sheet: str) -> Iterator[str]:
    """Yield the paragraphs of the shapes and text boxes that are drawn over a sheet."""
    for path, kind in _links(parts, sheet).values():
        if kind != "drawing" or path not in parts:
            continue
        drawing = fromstring(parts[path])  # noqa: S314  (xml_parts allows no entities)
        for body in drawing.iter(f"{_SHAPES}txBody"):
            for paragraph in body.iter(f"{_DRAWN}p"):
                text = "".join(run.text or "" for run in paragraph.iter(f"{_DRAWN}t")).strip()
                if text:
                    yield text


def _names(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the names that a workbook defines, with what they stand for."""
    book = fromstring(parts["xl/workbook.xml"])  # noqa: S314  (xml_parts allows no entities)
    return {each.get("name", ""): each.text or "" for each in book.iter(f"{_MAIN}definedName")}


def _chosen(
    parts: list[_Part], names: dict[str, str], options: SourceKeys, name: str
) -> list[_Part]:
    """Return the sheets that are read, by plan.toml or all that are shown."""
    known = [part.name for part in parts]
    for wanted in (*(options.sheets or ()), *options.skip_sheets):
        if wanted not in known:
            raise SourceError(
                f"plan.toml の [source] が挙げるシート「{wanted}」がありません。"
                f"あるもの: {'、'.join(known)}",
                f"there is no sheet {wanted!r}, which plan.toml names; "
                f"there are: {', '.join(known)}",
                file=name,
            )
    if options.sheets is not None:
        return [part for part in parts if part.name in options.sheets]
    listed = _lists(parts, names)
    for part in parts:
        said = part.name in options.skip_sheets or part.name in listed
        if part.hidden and not said and _HAS_VALUES.search(part.xml):
            raise SourceError(
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
        self.problems: list[Problem] = []
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
        for number, text in enumerate(part.shapes, start=1):
            self._line(text, f"{part.name} 図形{number}", part.name)

    def _structure(self, part: _Part, sheet: _Sheet) -> list[_Area]:
        """Take the merged cells and return them from the top; note formulas without a value."""
        merged: list[_Area] = []
        for _, element in iterparse(BytesIO(part.xml)):  # noqa: S314  (xml_parts, no entities)
            tag = element.tag.removeprefix(_MAIN)
            if tag == "c":
                self._check_value(element, sheet)
                element.clear()
            elif tag == "row":
                element.clear()
            elif tag == "mergeCell":
                left, top, right, bottom = _area(element.get("ref", ""))
                sheet.spans[top, left] = (bottom - top + 1, right - left + 1)
                merged.append((left, top, right, bottom))
        return sorted(merged, key=lambda area: area[1], reverse=True)

    def _check_value(self, element: Element, sheet: _Sheet) -> None:
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise _too_many(self._file)
        kind, value = element.get("t", "n"), element.find(f"{_MAIN}v")
        text = None if value is None else value.text
        at = element.get("r", "")
        if element.find(f"{_MAIN}f") is not None and not text and (kind != "str" or value is None):
            self._note(
                "数式の計算結果が保存されていません。Excel で開いて保存し直してください。",
                "a formula without a stored value; open the workbook in Excel and save it",
                sheet,
                at,
            )
        elif kind == "e":
            self._note(
                f"セルがエラー {text} を表示しています。数式か値を直してください。",
                f"the cell shows the error {text}; mend its formula or value",
                sheet,
                at,
            )

    def _note(self, ja: str, en: str, sheet: _Sheet, at: str) -> None:
        if found := re.fullmatch(r"[A-Z]+[0-9]+", at):
            left, top, _, _ = _area(found[0])
            at = sheet.where(top, left)
        self.problems.append(Problem(ja, en, self._file, place=at or sheet.name))

    def _texts(self, book: Workbook, sheet: _Sheet, merged: list[_Area]) -> None:
        """Take the texts of the cells; a text that a merged cell hides is a problem.

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
                    self._note(
                        f"結合されたセルに隠れた値「{text[:40]}」があります。消すか、結合を解いてください。",
                        f"a merged cell hides the value {text[:40]!r}; remove it, or unmerge",
                        sheet,
                        cell.coordinate,
                    )
                else:
                    sheet.texts.setdefault(row, {})[cell.column] = text

    def _block(self, sheet: _Sheet, first: int, last: int) -> None:
        """Add the rows from first to last: the lines above the table, and the table."""
        rows = [row for row in range(first, last + 1) if row in sheet.texts]
        start = next((row for row in rows if len(sheet.texts[row]) > 1), None)
        for row in rows:
            if start is not None and row >= start:
                break
            (column, text), *_ = sheet.texts[row].items()
            self._line(text, sheet.where(row, column), sheet.name)
        if start is not None:
            self._grid(sheet, start, last)

    def _line(self, text: str, where: str, sheet: str) -> None:
        self._lines += 1
        self.blocks.append(Line(text, self._file, self._lines, where, sheet))

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
        )


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
    """Yield the first and last row of each run of rows that are not wholly blank."""
    first = last = 0
    for row in sorted(sheet.texts):
        reach = max(
            row + sheet.spans.get((row, column), (1, 1))[0] - 1 for column in sheet.texts[row]
        )
        if first and row > last + 1:
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
