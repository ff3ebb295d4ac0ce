from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from keikaku.graph.dataset import vocabulary
from keikaku.release.tabular import IDENTITY, Table, as_xlsx, table_names, tables
from keikaku.standing import UNOFFICIAL

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from keikaku.build import PlanGraphs

EXPECTED = Path(__file__).parents[1] / "expected"


@pytest.fixture(scope="module")
def made(plan_quads: frozenset[Quad]) -> dict[str, Table]:
    return {table.name: table for table in tables(plan_quads)}


def column(table: Table, name: str) -> list[str]:
    place = table.columns.index(name)
    return [row[place] for row in table.rows]


def test_each_table_begins_with_the_columns_of_the_standard(made: dict[str, Table]) -> None:
    assert set(made) == set(table_names())
    assert len(made) >= 5
    for table in made.values():
        assert table.columns[:3] == IDENTITY
        assert {row[0] for row in table.rows} == {"352039"}
        ids = [row[1] for row in table.rows]
        assert len(set(ids)) == len(ids)


def test_the_table_of_items_says_what_the_sheets_say(made: dict[str, Table]) -> None:
    items = tomllib.loads((EXPECTED / "items.toml").read_text(encoding="utf-8"))["item"]
    table = made["items"]
    assert column(table, "番号") == [item["number"] for item in items]
    assert column(table, "推進項目") == [item["title"] for item in items]
    assert column(table, "担当課") == ["・".join(item["departments"]) for item in items]
    assert column(table, "実施主体") == ["・".join(item["actors"]) for item in items]
    assert column(table, "対象") == ["・".join(item["targets"]) for item in items]
    for year in ("H20", "H21", "H22", "H23", "H24"):
        assert column(table, year) == [item["schedule"].get(year, "") for item in items]


def test_the_table_of_the_overview_says_what_the_overview_says(made: dict[str, Table]) -> None:
    rows = tomllib.loads((EXPECTED / "overview.toml").read_text(encoding="utf-8"))["row"]
    table = made["overview"]
    assert column(table, "対象") == ["・".join(row["targets"]) for row in rows]
    assert column(table, "原文の行番号") == [str(row["line"]) for row in rows]


def test_the_table_of_discrepancies_has_all_forty_six(made: dict[str, Table]) -> None:
    assert len(made["discrepancies"].rows) == 46
    assert set(column(made["discrepancies"], "市の回答")) == {""}


def test_the_table_of_discrepancies_says_what_the_city_decided(decided_graphs: PlanGraphs) -> None:
    quads = decided_graphs.quads | vocabulary()
    table = next(table for table in tables(quads) if table.name == "discrepancies")
    decided = {
        name: (outcome, corrected)
        for name, outcome, corrected in zip(
            column(table, "ID"),
            column(table, "市の回答"),
            column(table, "市による正しい値"),
            strict=True,
        )
        if outcome
    }
    assert len(table.rows) == 46
    assert len(decided) == 3
    assert decided["kyodo/discrepancy/target/3-2-1/その他"] == ("訂正する", "■")


def test_the_spreadsheet_opens_with_the_text_intact(made: dict[str, Table]) -> None:
    body = as_xlsx(made.values(), UNOFFICIAL)
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert len(book.sheetnames) == len(made) + 1
    assert "公式サイトや公式データではありません" in book["このデータについて"]["A1"].value
    sheet = book["推進項目"]
    assert sheet["A2"].value == "352039"
    assert sheet.max_row == 53
    assert body == as_xlsx(made.values(), UNOFFICIAL)


def test_csv_has_no_byte_order_mark(made: dict[str, Table]) -> None:
    assert made["items"].as_csv().startswith("全国地方公共団体コード,".encode())
