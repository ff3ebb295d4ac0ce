from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

from keikaku.errors import SourceError
from keikaku.source.excel import MOST_CELLS, read_excel
from keikaku.source.grid import FAULTY, Cell, Document, Grid, Line, UnreadSheet
from keikaku.source.options import SourceKeys

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook


def saved(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def workbook(rows: list[list[Any]], title: str = "計画") -> Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return book


def read(book: Workbook | bytes, **options: Any) -> Document:
    content = book if isinstance(book, bytes) else saved(book)
    return read_excel(content, "plan.xlsx", SourceKeys(**options))


def refused(book: Workbook | bytes, **options: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(book, **options)
    assert caught.value.problems[0].file == "plan.xlsx"
    return caught.value


def grids(document: Document) -> list[list[list[str]]]:
    found = [block for block in document.blocks if isinstance(block, Grid)]
    return [[[cell.text for cell in row] for row in grid.rows] for grid in found]


def test_a_cell_has_its_address_as_excel_shows_it() -> None:
    document = read(workbook([[], [None, "名称", "H20"], [None, "甲", "検討"]]))
    grid = document.blocks[0]
    assert isinstance(grid, Grid)
    assert grid.rows[1][1] == Cell("検討", "plan.xlsx", 1, 2, 2, None, "計画!C3", sheet="計画")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("計画 20", "'計画 20'!A1"),
        ("H20", "'H20'!A1"),
        ("市's", "'市''s'!A1"),
        ("年次計画_1", "年次計画_1!A1"),
    ],
)
def test_the_name_of_a_sheet_is_quoted_where_excel_quotes_it(title: str, shown: str) -> None:
    document = read(workbook([["名称", "課"]], title))
    grid = document.blocks[0]
    assert isinstance(grid, Grid)
    assert grid.rows[0][0].where == shown


def test_blank_rows_part_tables_and_single_cells_above_one_are_lines() -> None:
    rows = [["計画の一覧"], ["名称", "課"], ["甲", "乙"], [], ["※ 注"], [], ["丙", "丁"]]
    document = read(workbook(rows))
    assert grids(document) == [[["名称", "課"], ["甲", "乙"]], [["丙", "丁"]]]
    lines = [block for block in document.blocks if isinstance(block, Line)]
    assert [(line.text, line.line, line.where) for line in lines] == [
        ("計画の一覧", 1, "計画!A1"),
        ("※ 注", 2, "計画!A5"),
    ]


def test_merged_cells_span_and_leave_what_they_cover_empty() -> None:
    book = workbook(
        [["方針", "名称", "対象", None], ["一", "甲", "○", "○"], [None, "乙", "○", "○"]]
    )
    sheet = book.active
    assert sheet is not None
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("C1:D1")
    grid = read(book).blocks[0]
    assert isinstance(grid, Grid)
    assert (grid.rows[1][0].rows, grid.rows[1][0].columns) == (2, 1)
    assert (grid.rows[0][2].rows, grid.rows[0][2].columns) == (1, 2)
    assert grid.rows[2][0].text == grid.rows[0][3].text == ""


def test_a_merged_cell_keeps_a_table_together_over_rows_that_are_blank_else() -> None:
    book = workbook([["方針", "名称"], ["一", "甲"], [], ["二", "乙"]])
    sheet = book.active
    assert sheet is not None
    sheet.merge_cells("A2:A3")
    assert len(grids(read(book))) == 1


def test_cells_are_read_as_excel_shows_them() -> None:
    book = workbook([["名称", "H20"], [1.0, 0.5], [20, date(2008, 4, 1)], [True, "H20"]])
    sheet = book.active
    assert sheet is not None
    sheet["B2"].number_format = "0%"
    sheet["A3"].number_format = '"H"0'
    sheet["B3"].number_format = "[$-411]ge.m.d"
    assert grids(read(book)) == [
        [["名称", "H20"], ["1", "50%"], ["H20", "H20.4.1"], ["TRUE", "H20"]]
    ]


def test_line_breaks_in_a_cell_stay_line_breaks() -> None:
    book = workbook([["名称", "甲\r\n乙\n丙_x000D_\n丁"]])
    assert grids(read(book))[0][0][1] == "甲\n乙\n丙\n丁"


def test_furigana_is_no_text_of_its_cell() -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("計画").write_row(0, 0, ["名称", "課"])
    furigana = '<rPh sb="0" eb="2"><t>メイショウ</t></rPh><phoneticPr fontId="1"/>'
    content = rewritten(
        buffer.getvalue(),
        "xl/sharedStrings.xml",
        lambda xml: xml.replace("<t>名称</t>", f"<t>名称</t>{furigana}"),
    )
    assert grids(read(content)) == [[["名称", "課"]]]


def test_formulas_are_read_by_the_value_that_excel_has_stored() -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("計画")
        sheet.write_row(0, 0, ["名称", "年"])
        sheet.write_formula(1, 0, '="市報"&"の充実"', None, "市報の充実")
        sheet.write_formula(1, 1, "=1+19", None, 20)
    assert grids(read(buffer.getvalue()))[0][1] == ["市報の充実", "20"]


def faults(document: Document) -> dict[str, str]:
    """Return what the document says of its cells whose text cannot be told, by their address."""
    return {place.where: place.fault[0] for place in document.places() if place.fault}


def test_a_formula_without_a_stored_value_and_an_error_are_faults_of_their_cells() -> None:
    book = workbook([["名称", "年"], ["甲", "=1+1"], ["乙", "#REF!"]])
    sheet = book.active
    assert sheet is not None
    sheet["B3"].data_type = "e"
    document = read(book)
    found = faults(document)
    assert list(found) == ["計画!B2", "計画!B3"]
    assert "計算結果" in found["計画!B2"]
    assert "エラー" in found["計画!B3"]
    assert grids(document) == [[["名称", "年"], ["甲", FAULTY], ["乙", FAULTY]]]


def test_a_value_that_a_merged_cell_hides_is_a_fault_that_does_not_tell_it() -> None:
    book = workbook([["名称", "年"], ["甲", "乙"]])
    content = rewritten(
        saved(book),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            "</sheetData>",
            '</sheetData><mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>',
        ),
    )
    found = faults(read(content))
    assert list(found) == ["計画!B2"]
    assert "乙" not in found["計画!B2"]


def several() -> Workbook:
    book = workbook([["名称", "課"], ["甲", "乙"]])
    book.create_sheet("記入例").append(["例", "例"])
    return book


def test_all_sheets_are_read_in_their_order_and_tables_counted_through() -> None:
    document = read(several())
    assert [block.number for block in document.blocks if isinstance(block, Grid)] == [1, 2]
    assert grids(document)[1] == [["例", "例"]]


@pytest.mark.parametrize("options", [{"sheets": ("計画",)}, {"skip_sheets": ("記入例",)}])
def test_plan_toml_chooses_the_sheets(options: dict[str, Any]) -> None:
    assert grids(read(several(), **options)) == [[["名称", "課"], ["甲", "乙"]]]


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    assert "計画、記入例" in refused(several(), sheets=("けいかく",)).ja


def test_a_hidden_sheet_is_refused_unless_plan_toml_names_it() -> None:
    book = several()
    book["記入例"].sheet_state = "hidden"
    assert refused(book).problems[0].place == "記入例"
    assert len(grids(read(book, skip_sheets=("記入例",)))) == 1
    assert len(grids(read(book, sheets=("計画", "記入例")))) == 2


@pytest.mark.parametrize("by_name", [False, True])
def test_a_hidden_sheet_of_choices_is_left_out(by_name: bool) -> None:
    book = several()
    book["記入例"].sheet_state = "hidden"
    source = "'記入例'!$A$1:$B$1"
    if by_name:
        book.defined_names["段階"] = openpyxl.workbook.defined_name.DefinedName(
            "段階", attr_text=source
        )
    choices = openpyxl.worksheet.datavalidation.DataValidation(
        type="list", formula1="段階" if by_name else source
    )
    choices.add("A2")
    book["計画"].add_data_validation(choices)
    assert len(grids(read(book))) == 1


def hidden(document: Document) -> list[str]:
    """Return the addresses of the filled places that Excel does not show."""
    return [place.where for place in document.filled() if place.hidden]


def test_hidden_rows_and_columns_are_marked_as_hidden() -> None:
    book = workbook([["名称", "課", "年"], ["甲", "乙", "丙"], ["丁", "戊", "己"]])
    sheet = book.active
    assert sheet is not None
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    assert hidden(read(book)) == ["計画!B1", "計画!A2", "計画!B2", "計画!C2", "計画!B3"]


def test_a_row_without_height_and_a_column_without_width_are_hidden() -> None:
    book = workbook([["名称", "課"], ["甲", "乙"], ["丙", "丁"]])
    sheet = book.active
    assert sheet is not None
    sheet.row_dimensions[3].height = 30
    sheet.column_dimensions["B"].width = 20
    content = rewritten(
        saved(book),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('width="20"', 'width="0"').replace('ht="30"', 'ht="0"'),
    )
    assert hidden(read(content)) == ["計画!B1", "計画!B2", "計画!A3", "計画!B3"]


def test_a_number_whose_format_shows_nothing_is_hidden_and_a_text_beside_it_is_not() -> None:
    book = workbook([["名称", "金額"], ["甲", 1234], ["乙", "丙"]])
    sheet = book.active
    assert sheet is not None
    sheet["B2"].number_format = ";;"
    sheet["B3"].number_format = ";;"
    assert hidden(read(book)) == ["計画!B2"]
    sheet["B3"].number_format = ";;;"
    assert hidden(read(book)) == ["計画!B2", "計画!B3"]


def test_a_blank_row_that_is_hidden_does_not_part_a_table() -> None:
    book = workbook([["名称", "課"], ["甲", "乙"], [], ["丙", "丁"]])
    assert len(grids(read(book))) == 2
    sheet = book.active
    assert sheet is not None
    sheet.row_dimensions[3].hidden = True
    assert grids(read(book)) == [[["名称", "課"], ["甲", "乙"], ["", ""], ["丙", "丁"]]]


def test_a_sheet_that_is_not_read_is_known_by_its_place_alone() -> None:
    book = several()
    assert read(book).unread == ()
    assert read(book, skip_sheets=["記入例"]).unread == (UnreadSheet(2, hidden=False),)
    book["記入例"].sheet_state = "hidden"
    assert read(book, sheets=["計画"]).unread == (UnreadSheet(2, hidden=True),)


def test_of_a_hidden_sheet_that_plan_toml_names_hidden_rows_and_columns_stay_hidden() -> None:
    """To name a sheet says nothing of what was hidden in it besides."""
    book = several()
    book["記入例"].sheet_state = "hidden"
    assert hidden(read(book, sheets=["計画", "記入例"])) == []
    book["記入例"].row_dimensions[1].hidden = True
    assert hidden(read(book, sheets=["計画", "記入例"])) == ["記入例!A1", "記入例!B1"]


def test_the_text_of_a_shape_is_a_line() -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("計画")
        sheet.write_row(0, 0, ["名称", "課"])
        sheet.insert_textbox(5, 0, "図形の文")
    line = read(buffer.getvalue()).blocks[-1]
    assert isinstance(line, Line)
    assert (line.text, line.where) == ("図形の文", "計画 図形1")


def rewritten(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The package with one of its parts changed."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == part:
                body = changed(body, change)
            new.writestr(name, body)
    return buffer.getvalue()


def changed(body: bytes, change: Callable[[str], str]) -> bytes:
    """A part changed, and not left as it was."""
    text = body.decode()
    assert change(text) != text
    return change(text).encode()


def test_a_package_whose_parts_are_too_large_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("keikaku.source.package.MOST_UNPACKED", 100_000)
    content = saved(workbook([["名称", "課"]]))
    read(content)
    buffer = BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/blank.xml", b" " * 100_000)
    assert len(buffer.getvalue()) < 100_000
    assert "大きすぎます" in refused(buffer.getvalue()).ja


def test_a_part_that_is_larger_than_it_says_is_refused() -> None:
    content = saved(workbook([["名称", "課"]]))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = content.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != content
    assert "壊れています" in refused(lying).ja


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_or_an_entity_is_refused(encoding: str) -> None:
    part = '<?xml version="1.0" encoding="{}"?><!DOCTYPE x [<!ENTITY a "ha">]><sst>&a;</sst>'
    buffer = BytesIO(saved(workbook([["名称", "課"]])))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/entity.xml", part.format(encoding).encode(encoding))
    assert "DOCTYPE" in refused(buffer.getvalue()).ja


def test_deep_nesting_is_refused() -> None:
    content = rewritten(
        saved(workbook([["名称", "課"]])),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("<sheetData>", "<x>" * 200 + "</x>" * 200 + "<sheetData>"),
    )
    assert "入れ子" in refused(content).ja


def test_a_sheet_of_more_cells_than_a_workbook_may_have_is_refused() -> None:
    row = '<row r="{0}"><c r="A{0}"><v>1</v></c><c r="B{0}"><v>2</v></c></row>'
    content = rewritten(
        saved(workbook([["名称", "課"]])),
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(
            "<sheetData>.*</sheetData>",
            "<sheetData>"
            + "".join(row.format(n) for n in range(1, MOST_CELLS // 2 + 2))
            + "</sheetData>",
            xml,
            flags=re.DOTALL,
        ),
    )
    assert f"{MOST_CELLS:,}" in refused(content).ja


def test_two_cells_at_the_ends_of_a_sheet_make_no_table_of_billions() -> None:
    book = workbook([["名称", "課"], ["甲", "乙"]])
    sheet = book.active
    assert sheet is not None
    sheet["XFD2"] = "端"
    sheet.merge_cells("A2:A1048576")
    assert "多すぎます" in refused(book).ja


def test_what_is_no_workbook_is_refused_as_damaged() -> None:
    content = rewritten(
        saved(workbook([["名称", "課"]])), "xl/workbook.xml", lambda xml: xml[: len(xml) // 2]
    )
    assert "壊れています" in refused(content).ja


def test_an_empty_workbook_is_refused() -> None:
    assert "空です" in refused(workbook([])).ja
