"""An answer as a spreadsheet."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from pyoxigraph import Literal

from keikaku.answers.catalogue import Answer
from keikaku.answers.question import Column
from keikaku.answers.spreadsheet import as_xlsx
from keikaku.closed import Bilingual
from keikaku.errors import ResultSizeError
from keikaku.standing import UNOFFICIAL

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def answer_of(*texts: str) -> Answer:
    """An answer of one column that holds texts."""
    return Answer(
        question="a-question",
        title=Bilingual(ja="題", en="title"),
        columns={"text": Column(ja="文", en="text")},
        rows=tuple((Literal(text),) for text in texts),
        sparql="SELECT",
        bound=(),
        release="a-release",
        notes=(),
        labels={},
    )


def first_sheet(body: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "http://example.org/", "{=1}"])
def test_a_text_is_never_a_formula(text: str) -> None:
    sheet = first_sheet(as_xlsx(answer_of(text), UNOFFICIAL))
    cell = sheet["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_a_text_that_no_cell_can_hold_says_that_it_is_cut() -> None:
    sheet = openpyxl.load_workbook(
        io.BytesIO(as_xlsx(answer_of("長" * 40_000), UNOFFICIAL))
    ).worksheets[0]
    value = str(sheet["A2"].value)
    assert len(value) == 32_767
    assert value.endswith("CSV has it whole)")


def test_it_is_headed_in_the_language_that_is_asked_for() -> None:
    heads = [
        openpyxl.load_workbook(
            io.BytesIO(as_xlsx(answer_of("x"), UNOFFICIAL, language))
        ).worksheets[0]["A1"]
        for language in ("ja", "en")
    ]
    assert [head.value for head in heads] == ["文", "text"]


def test_equal_answers_give_equal_bytes() -> None:
    assert as_xlsx(answer_of("一", "二"), UNOFFICIAL) == as_xlsx(answer_of("一", "二"), UNOFFICIAL)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keikaku.answers.spreadsheet.MOST_ROWS", 2)
    with pytest.raises(ResultSizeError, match="CSV"):
        as_xlsx(answer_of("一", "二", "三"), UNOFFICIAL)
