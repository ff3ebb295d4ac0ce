"""An answer as a spreadsheet: one sheet with its rows, one that says what was asked of what."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter
from pyoxigraph import Literal, NamedNode

from keikaku.errors import ResultSizeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from keikaku.answers.catalogue import Answer
    from keikaku.closed import Bilingual
    from keikaku.standing import Standing
    from keikaku.store.base import Term

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
"""How many rows a spreadsheet holds here; Excel itself takes 1,048,576."""

_CELL_LENGTH = 32_767
_CUT = "…(欄に入りきりません。全文は CSV にあります / cut; CSV has it whole)"
_EPOCH = datetime(2000, 1, 1)  # a fixed date, so that equal answers give equal bytes
_WIDEST = 300


def as_xlsx(answer: Answer, whose: Standing, language: str = "ja") -> bytes:
    """Return the answer as XLSX, headed in one language; equal answers give equal bytes.

    Every text is written as a text, so that none that begins with =, +, - or @ becomes a formula.
    Raises ResultSizeError for more than MOST_ROWS rows.
    """
    if len(answer.rows) > MOST_ROWS:
        raise ResultSizeError(
            f"{MOST_ROWS:,} 行を超える答えは XLSX にできません。CSV で取得してください。",
            f"an answer of more than {MOST_ROWS:,} rows cannot be XLSX; fetch it as CSV",
        )
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _EPOCH, "title": _in(answer.title, language)})
        head = book.add_format({"bold": True, "bg_color": "#E6E6E6"})
        _write_answer(book.add_worksheet("答え Answer"), answer, language, head)
        _write_about(book.add_worksheet("このデータについて About"), answer, whose, head)
    return buffer.getvalue()


def _write_answer(sheet: Worksheet, answer: Answer, language: str, head: Format) -> None:
    for column, said in enumerate(answer.columns.values()):
        sheet.write_string(0, column, said.en if language == "en" else said.ja, head)
    for number, row in enumerate(answer.rows, start=1):
        for column, term in enumerate(row):
            _write(sheet, number, column, term)
    sheet.freeze_panes(1, 0)
    if answer.rows:
        sheet.autofilter(0, 0, len(answer.rows), len(answer.columns) - 1)
    sheet.autofit(_WIDEST)


def _write(sheet: Worksheet, row: int, column: int, term: Term | None) -> None:
    text = term.value if isinstance(term, Literal | NamedNode) else ""
    if isinstance(term, Literal) and term.datatype.value.endswith("#integer"):
        sheet.write_number(row, column, int(text))
    elif text:
        sheet.write_string(row, column, _fitting(text))


def _write_about(sheet: Worksheet, answer: Answer, whose: Standing, head: Format) -> None:
    for number, (name, text) in enumerate(_about(answer, whose)):
        sheet.write_string(number, 0, name, head)
        sheet.write_string(number, 1, _fitting(text))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)


def _about(answer: Answer, whose: Standing) -> Iterator[tuple[str, str]]:
    yield "質問 Question", f"{answer.title.ja} / {answer.title.en}"
    yield "ID", answer.question
    for bound in answer.bound:
        label = f"{bound.label.ja} {bound.label.en}"
        value = bound.value_label
        yield label, value.ja if value.ja == value.en else f"{value.ja} / {value.en}"
    yield "行 Rows", str(len(answer.rows))
    yield "リリース Release", answer.release
    for note in answer.notes:
        yield "注 Note", f"{note.ja} / {note.en}"
    yield "SPARQL", answer.sparql
    for sentence in (whose.data.ja, whose.data.en):
        yield "", sentence


def _fitting(text: str) -> str:
    """Return a text that a cell of a spreadsheet can hold, saying so where it is cut."""
    return text if len(text) <= _CELL_LENGTH else text[: _CELL_LENGTH - len(_CUT)] + _CUT


def _in(text: Bilingual, language: str) -> str:
    return text.en if language == "en" else text.ja
