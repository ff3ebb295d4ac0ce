"""The table as a file that Excel opens: XLSX with lists to choose from, or CSV."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from keikaku.starting.columns import TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.workbook import Workbook

    from keikaku.starting.columns import Column, Row

SHEET, HELP, LISTS = "計画", "記入のしかた", "選択肢"
LEAST_ROWS = 500
"""How many rows below the header have lists to choose from, and more where more are filled."""

_EPOCH = datetime(2000, 1, 1)  # a fixed date, so that equal tables give equal bytes
_FONT = {"font_name": "Yu Gothic", "font_size": 10}
_CELL = {**_FONT, "text_wrap": True, "valign": "top", "num_format": "@"}
_HEAD = {**_FONT, "bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DCE6F1"}
_NEEDED = "#FCE4D6"
_LONGEST_HELP, _LONGEST_TITLE = 255, 32  # what Excel shows beside a cell
_STEPS = (
    "シート「計画」に、一つの項目を一行で書きます。見出しの行は変えないでください。",
    "必ず書くのは「名称」と、どれか一つの年度だけです。ほかは空欄でもかまいません。",
    "「方針」と「施策」の空欄は、上の行と同じものとして読みます。",
    "市だけの主体は、plan.toml の [names] parties に名を書き、「実施主体_名」の列を加えます。",
    "使わない主体の列は、消しても残しても同じです。",
    "書いたら保存し、keikaku check で確かめます。直す所は「計画!B3」のように欄の番地で示されます。",
    "このシートと「選択肢」は読みません。メモに使えます。",
)


def as_xlsx(columns: Sequence[Column], rows: Iterable[Row] = ()) -> bytes:
    """Return the table as XLSX, with a sheet that says how to fill it in.

    Every text is written as a text, so that none becomes a formula. Equal tables give equal bytes.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _EPOCH})
        _table(book, columns, tuple(rows))
        _help(book, columns)
        _lists(book, columns)
    return buffer.getvalue()


def as_csv(columns: Sequence[Column], rows: Iterable[Row] = ()) -> bytes:
    """Return the table as CSV in UTF-8, with the mark by which Excel knows it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [column.header for column in columns], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _table(book: Workbook, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    sheet = book.add_worksheet(SHEET)
    cell, head = book.add_format(_CELL), book.add_format(_HEAD)
    needed = book.add_format(_HEAD | {"bg_color": _NEEDED})
    last = max(LEAST_ROWS, len(rows))
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, cell)
        sheet.write_string(0, place, column.header, needed if column.header == TITLE else head)
        sheet.data_validation(1, place, last, place, _choice(column))
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            if text := row.get(column.header, ""):
                sheet.write_string(number, place, text, cell)
    titled = next(place for place, column in enumerate(columns) if column.header == TITLE)
    sheet.freeze_panes(1, titled + 1)
    sheet.set_row(0, 45)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _choice(column: Column) -> dict[str, object]:
    """Return what Excel offers in a column, and what it says beside a cell."""
    said = {
        "input_title": column.header[:_LONGEST_TITLE],
        "input_message": column.help[:_LONGEST_HELP],
        "ignore_blank": True,
    }
    if not column.choices:
        return {"validate": "any", **said}
    return {
        "validate": "list",
        "source": list(column.choices),
        "error_title": "選択肢にない値です",
        "error_message": f"選べるもの: {'、'.join(column.choices)}",
        "error_type": "stop" if column.strict else "information",
        **said,
    }


def _help(book: Workbook, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet(HELP)
    cell, head = book.add_format(_CELL), book.add_format(_HEAD)
    sheet.set_column(0, 0, 26, cell)
    sheet.set_column(1, 2, 60, cell)
    for number, step in enumerate(_STEPS):
        sheet.write_string(number, 0, f"{number + 1}", cell)
        sheet.merge_range(number, 1, number, 2, step, cell)
    start = len(_STEPS) + 1
    for place, text in enumerate(("列", "書くこと", "選択肢")):
        sheet.write_string(start, place, text, head)
    for number, column in enumerate(columns, start=start + 1):
        texts = (column.header, column.help, "、".join(column.choices))
        for place, text in enumerate(texts):
            sheet.write_string(number, place, text, cell)


def _lists(book: Workbook, columns: Sequence[Column]) -> None:
    """Write the lists to choose from, each under the headers that have it."""
    sheet = book.add_worksheet(LISTS)
    cell, head = book.add_format(_CELL), book.add_format(_HEAD)
    lists = dict.fromkeys(column.choices for column in columns if column.choices)
    for place, choices in enumerate(lists):
        headers = [column.header for column in columns if column.choices == choices]
        sheet.set_column(f"{xl_col_to_name(place)}:{xl_col_to_name(place)}", 30, cell)
        sheet.write_string(0, place, "、".join(headers), head)
        for number, choice in enumerate(choices, start=1):
            sheet.write_string(number, place, choice, cell)
