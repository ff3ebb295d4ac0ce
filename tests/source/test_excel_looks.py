"""What a worksheet shows otherwise than its values say: struck out, drawn over, filled, boxed."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle

from keikaku.source.excel import read_excel
from keikaku.source.grid import Cell, Document, Grid, Line
from keikaku.source.options import SourceKeys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openpyxl.worksheet.worksheet import Worksheet

BLUE = PatternFill("solid", fgColor="FF9DC3E6")
STRUCK = Font(strike=True)


def read(content: bytes) -> Document:
    return read_excel(content, "plan.xlsx", SourceKeys())


def made(rows: list[list[Any]], change: Callable[[Worksheet], None]) -> Document:
    """A workbook of one sheet, as openpyxl writes it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "計画"
    for row in rows:
        sheet.append(row)
    change(sheet)
    buffer = BytesIO()
    book.save(buffer)
    return read(buffer.getvalue())


def rewritten(content: bytes, changes: Mapping[str, Callable[[str], str]]) -> bytes:
    """The package with parts changed or added."""
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as before,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            body = before.read(name).decode() if name in changes else before.read(name)
            after.writestr(name, changes[name](body) if isinstance(body, str) else body)
        for name in changes.keys() - set(before.namelist()):
            after.writestr(name, changes[name](""))
    return buffer.getvalue()


def cells(document: Document) -> dict[str, Cell]:
    """The cells of the tables by their address in the sheet."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    return {c.where.partition("!")[2]: c for grid in grids for row in grid.rows for c in row}


def texts(document: Document) -> list[list[str]]:
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    return [[cell.text for cell in row] for grid in grids for row in grid.rows]


def signs(document: Document) -> dict[str, str]:
    return {where: cell.sign for where, cell in cells(document).items() if cell.sign}


ROWS = [["名称", "課", "R5", "R6"], ["甲", "総務課", "検討", None], ["乙", "市民課", "実施", "→"]]


def test_a_cell_that_is_struck_out_is_deleted() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B2"].font = STRUCK
        sheet["C3"].font = STRUCK

    found = made(ROWS, change)
    assert texts(found)[1:] == [["甲", "", "検討", ""], ["乙", "市民課", "", "→"]]
    assert {w: c.removed for w, c in cells(found).items() if c.removed} == {"B2": 1, "C3": 1}


def test_a_number_that_is_struck_out_is_deleted() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B2"].font = STRUCK

    found = made([["名称", "金額"], ["甲", 1200], ["乙", 300]], change)
    assert texts(found)[1:] == [["甲", ""], ["乙", "300"]]


def test_a_run_that_is_struck_out_is_no_part_of_the_text() -> None:
    """A run with properties has nothing of the cell's font; one without is as the cell."""
    struck, plain = InlineFont(strike=True), InlineFont(b=True)

    def change(sheet: Worksheet) -> None:
        sheet["A2"] = CellRichText(TextBlock(struck, "旧名称"), TextBlock(plain, "新名称"))
        sheet["B2"] = CellRichText("協", TextBlock(struck, "旧"), "働課")
        sheet["A3"] = CellRichText("消す", TextBlock(plain, "残す"))
        sheet["A3"].font = STRUCK

    found = cells(made(ROWS, change))
    assert (found["A2"].text, found["A2"].removed) == ("新名称", 1)
    assert (found["B2"].text, found["B2"].removed) == ("協働課", 1)
    assert (found["A3"].text, found["A3"].removed) == ("残す", 1)


def test_a_row_that_is_struck_out_does_not_part_its_table() -> None:
    def change(sheet: Worksheet) -> None:
        for cell in sheet[2]:
            cell.font = STRUCK

    found = made(ROWS, change)
    assert [row[0] for row in texts(found)] == ["名称", "", "乙"]
    assert sum(cell.removed for cell in cells(found).values()) == 3


def test_what_is_struck_out_beside_all_tables_is_counted() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A6"] = "古い注"
        sheet["A6"].font = STRUCK

    assert made(ROWS, change).gone == ("計画!A6",)


def rule(**looks: Any) -> FormulaRule:
    made_rule = FormulaRule(formula=["$C2=1"])
    made_rule.dxf = DifferentialStyle(**looks)
    return made_rule


def test_a_conditional_format_that_may_strike_out_is_a_fault_of_what_it_may_strike() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.conditional_formatting.add("A2:B2", rule(font=STRUCK))

    found = {where: cell.fault for where, cell in cells(made(ROWS, change)).items() if cell.fault}
    assert found.keys() == {"A2", "B2"}
    assert "取り消し線" in found["A2"][0]


def test_a_conditional_fill_of_empty_cells_may_mean_something() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.conditional_formatting.add("C2:D3", rule(fill=BLUE))

    assert signs(made(ROWS, change)) == {"D2": "fills"}


def test_bars_of_filled_cells_are_told() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["D2"].fill = BLUE

    assert signs(made(ROWS, change)) == {"D2": "fills"}


def test_bars_that_fill_a_whole_column_are_told() -> None:
    rows = [["名称", "R5", "R6"], ["甲", "検討", None], ["乙", "実施", None]]

    def change(sheet: Worksheet) -> None:
        sheet["C2"].fill = sheet["C3"].fill = BLUE

    assert signs(made(rows, change)) == {"C2": "fills", "C3": "fills"}


def test_a_table_may_be_shaded_as_tables_are() -> None:
    """Its head, every other row, a column, and white."""

    def change(sheet: Worksheet) -> None:
        for cell in (*sheet[1], *sheet[3], sheet["E1"], sheet["E3"]):
            cell.fill = BLUE
        sheet["D2"].fill = PatternFill("solid", fgColor="FFFFFFFF")

    assert signs(made(ROWS, change)) == {}


def drawn(draw: Callable[[Any], object]) -> Document:
    """A workbook with shapes over it, as XlsxWriter writes them."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("計画")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        draw(sheet)
    return read(buffer.getvalue())


def test_a_drawing_without_text_is_told_of_the_cells_that_it_lies_over() -> None:
    """A column has 64 pixels and a row 20 where nothing else is said."""
    found = drawn(lambda sheet: sheet.insert_textbox(1, 2, "", {"width": 120, "height": 15}))
    assert signs(found) == {"C2": "drawings", "D2": "drawings"}
    assert [block for block in found.blocks if isinstance(block, Line)] == []


def test_a_drawing_with_text_is_a_line_and_one_beside_the_tables_says_nothing() -> None:
    found = drawn(lambda sheet: sheet.insert_textbox(1, 2, "協議", {"width": 60, "height": 15}))
    assert signs(found) == {}
    assert [block.text for block in found.blocks if isinstance(block, Line)] == ["協議"]
    assert signs(drawn(lambda sheet: sheet.insert_textbox(20, 2, ""))) == {}


def test_a_drawing_that_moves_with_one_cell_reaches_as_far_as_it_is_large() -> None:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("計画")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        sheet.set_column(0, 3, 10)
        sheet.insert_textbox(1, 1, "", {"width": 60, "height": 15})

    def one_cell(xml: str) -> str:
        changed = re.sub(
            "<xdr:to>.*</xdr:to>", '<xdr:ext cx="1400000" cy="100000"/>', xml, flags=re.DOTALL
        )
        return changed.replace("twoCellAnchor", "oneCellAnchor").replace(' editAs="absolute"', "")

    found = read(rewritten(content.getvalue(), {"xl/drawings/drawing1.xml": one_cell}))
    assert signs(found) == {"B2": "drawings", "C2": "drawings"}


def test_a_button_over_cells_is_told_and_a_note_is_not() -> None:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("計画")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        sheet.write_comment("A2", "注")
        sheet.insert_button("D2", {"width": 60, "height": 18})
    assert signs(read(content.getvalue())) == {"D2": "drawings"}


def test_a_cell_that_shows_a_checkbox_shows_a_mark_and_a_bare_boolean_does_not() -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("計画")
        sheet.write_row(0, 0, ["名称", "市民", "行政", "値"])
        sheet.write(1, 0, "甲")
        sheet.insert_checkbox(1, 1, True)
        sheet.insert_checkbox(1, 2, False)
        sheet.write_boolean(1, 3, True)
    assert texts(read(buffer.getvalue()))[1] == ["甲", "☑", "☐", "TRUE"]


def test_a_symbol_font_shows_what_it_draws() -> None:
    def change(sheet: Worksheet) -> None:
        for at, text in (("C2", "\uf0fe"), ("D2", "o"), ("C3", "þ")):
            sheet[at] = text
            sheet[at].font = Font(name="Wingdings")
        sheet["D3"] = CellRichText(TextBlock(InlineFont(rFont="Wingdings"), "ü"), "実施")
        sheet["B3"] = "!"
        sheet["B3"].font = Font(name="Wingdings")

    found = cells(made(ROWS, change))
    assert [found[at].text for at in ("C2", "D2", "C3", "D3")] == ["☑", "□", "☑", "✓実施"]
    fault = found["B3"].fault
    assert fault is not None
    assert "Wingdings" in fault[0]


def test_characters_are_unescaped_once() -> None:
    rows = [["名称", "課"], ["_x0041_甲", "_x005F_x0041_"], ["一_x000D_\n二", "丁"]]
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("計画")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    def as_they_are(xml: str) -> str:
        return xml.replace("_x005F_x", "_x").replace("_x005F__x0041_", "_x005F_x0041_")

    found = read(rewritten(content.getvalue(), {"xl/sharedStrings.xml": as_they_are}))
    assert [row[0] for row in texts(found)] == ["名称", "A甲", "一\n二"]


def test_a_control_character_is_a_fault() -> None:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("計画")
        sheet.write_row(0, 0, ["名称", "課"])
        sheet.write_row(1, 0, ["甲X", "乙"])

    found = read(
        rewritten(
            content.getvalue(), {"xl/sharedStrings.xml": lambda xml: xml.replace("X", "_x0007_")}
        )
    )
    fault = cells(found)["A2"].fault
    assert fault is not None
    assert "制御文字" in fault[0]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0, '[=1]"実施";[=0]""', ""),
        (1, '[=1]"実施";[=0]""', "実施"),
        (43617, "[$-411]ggge", "令和1"),
    ],
)
def test_a_cell_is_shown_by_its_format(value: float, code: str, text: str) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C2"] = value
        sheet["C2"].number_format = code

    assert cells(made(ROWS, change))["C2"].text == text


def test_a_format_that_is_not_understood_is_a_fault_that_names_it() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C2"] = 2
        sheet["C2"].number_format = '[=1]"○";[=0]""'

    fault = cells(made(ROWS, change))["C2"].fault
    assert fault is not None
    assert '[=1]"○"' in fault[0]


def test_a_built_in_format_of_japan_needs_no_definition() -> None:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("計画")
        sheet.write_row(0, 0, ["名称", "完了"])
        sheet.write(1, 0, "甲")
        sheet.write(1, 1, 45017, book.add_format({"num_format": 58}))
    assert texts(read(content.getvalue()))[1] == ["甲", "令和5年4月1日"]


def test_a_negative_number_in_the_format_of_the_button_is_as_in_japan() -> None:
    """Number 38, of the button with the comma: -1,234 in red, not in parentheses."""
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("計画")
        sheet.write_row(0, 0, ["名称", "額"])
        sheet.write(1, 0, "甲")
        sheet.write(1, 1, -1234, book.add_format({"num_format": 38}))
    assert texts(read(content.getvalue()))[1] == ["甲", "-1,234"]


def test_formatted_empty_cells_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keikaku.source.excel.MOST_CELLS", 12)

    def change(sheet: Worksheet) -> None:
        for row in range(10, 60):
            sheet.cell(row, 1).fill = BLUE

    assert len(texts(made(ROWS, change))) == 3
