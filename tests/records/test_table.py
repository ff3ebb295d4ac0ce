"""The layout of our own template, and what tables of workbooks add: merged and blank cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keikaku.assets import shipped
from keikaku.errors import ReadError
from keikaku.names import SHARED_PARTIES
from keikaku.records.planfile import read_planfile
from keikaku.records.profile import RegisterProfile, read_profile
from keikaku.records.read import read_plan
from keikaku.source.grid import Cell, Document, Grid

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.records.plan import Plan

HEADER = (
    "全国地方公共団体コード", "ID", "地方公共団体名", "方針", "施策", "名称", "担当部", "担当課",
    *(f"実施主体_{party}" for party in SHARED_PARTIES),
    *(f"対象_{party}" for party in SHARED_PARTIES),
    "対象_その他の内容", "目的", "現状と課題", "内容", "完了の目安", "注記",
    "H20", "平成２１年度", "2010年度",
)  # fmt: skip
PLANFILE = """profile = "table"
document = "plan.csv"

[plan]
name = "t"
title = { ja = "架空の計画" }
first_year = "H20"
last_year = "H22"

[municipality]
code = "012025"
name = { ja = "函館市", en = "Hakodate City" }
"""


def table(rows: list[dict[str, str]], header: tuple[str, ...] = HEADER) -> list[list[str]]:
    return [list(header), *([said.get(name, "") for name in header] for said in rows)]


def read(
    rows: list[list[str]],
    tmp_path: Path,
    spans: dict[tuple[int, int], tuple[int, int]] | None = None,
) -> Plan:
    """Read a table; `spans` says how many rows and columns the cells at (row, column) span."""
    spans = spans or {}
    grid = Grid(
        1,
        tuple(
            tuple(
                Cell(text, "plan.csv", 1, r, c, r, "", *spans.get((r, c), (1, 1)))
                for c, text in enumerate(texts, start=1)
            )
            for r, texts in enumerate(rows, start=1)
        ),
    )
    (tmp_path / "plan.toml").write_text(PLANFILE, encoding="utf-8")
    profile = read_profile(shipped("profiles") / "table.toml")
    return read_plan(Document("plan.csv", (grid,)), profile, read_planfile(tmp_path))


def problems(rows: list[list[str]], tmp_path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        read(rows, tmp_path)
    return str(caught.value)


def column(name: str) -> int:
    return HEADER.index(name) + 1


FIRST = {"方針": "方針一", "施策": "施策一", "名称": "事業一", "H20": "検討・実施"}


def test_a_row_needs_but_a_title_and_a_year(tmp_path: Path) -> None:
    plan = read(
        table([{"名称": "事業", "平成２１年度": "→"}, {"名称": "次の事業", "H20": "○"}]), tmp_path
    )
    first, second = plan.items
    assert (first.path, first.number.value, first.printed_number) == ((1,), "1", None)
    assert first.schedule[0].arrow
    assert [phase.value for phase in second.schedule[0].phases] == ["実施"]
    assert plan.sections == ()
    assert plan.contact is None


def test_rows_without_sections_belong_to_those_above(tmp_path: Path) -> None:
    rows = [
        FIRST,
        {"名称": "事業二", "H20": "検討"},
        {"施策": "施策二", "名称": "事業三", "H20": "検討"},
        {"方針": "方針二", "名称": "事業四", "H20": "検討"},
    ]
    plan = read(table(rows), tmp_path)
    assert [item.path for item in plan.items] == [(1, 1, 1), (1, 1, 2), (1, 2, 1), (2, 1)]
    assert [s.identifier for s in plan.sections] == ["1", "1-1", "1-2", "2"]


def test_marks_name_the_parties_that_head_their_columns(tmp_path: Path) -> None:
    said = {**FIRST, "実施主体_行政": "●", "対象_市民": "○", "対象_事業者": "－",
            "対象_その他": "○", "対象_その他の内容": "小学生"}  # fmt: skip
    (item,) = read(table([said]), tmp_path).items
    assert [party.value for party in item.implemented_by] == ["行政"]
    assert [party.value for party in item.targets] == ["市民", "その他"]
    assert item.other_target is not None
    assert item.other_target.value == "小学生"


def test_a_code_may_have_lost_its_zero_but_is_that_of_the_city(tmp_path: Path) -> None:
    code = "全国地方公共団体コード"
    assert read(table([{**FIRST, code: "12025", "地方公共団体名": "函館市"}]), tmp_path).items
    assert "012025" in problems(table([{**FIRST, code: "012033"}]), tmp_path)


def test_a_number_is_as_the_city_writes_it(tmp_path: Path) -> None:
    (item,) = read(table([{**FIRST, "ID": "基－２ (1)①"}]), tmp_path).items
    assert item.number.value == "基-2(1)①"
    assert item.printed_number is not None
    assert item.printed_number.value == "基－２ (1)①"


def test_merged_cells_hold_for_all_that_they_span(tmp_path: Path) -> None:
    rows = table(
        [
            {**FIRST, "担当課": "協働課", "H20": "検討", "平成２１年度": "実施"},
            {"名称": "事業二", "H20": "検討"},
            {"名称": "事業三", "H20": "検討"},
        ]
    )
    spans = {(2, column("担当課")): (2, 1), (2, column("平成２１年度")): (1, 2)}
    first, second, third = read(rows, tmp_path, spans).items
    assert [unit.value for unit in second.departments] == ["協働課"]
    assert third.departments == ()
    assert [(e.year.value, e.text.value) for e in first.schedule] == [
        (2008, "検討"), (2009, "実施"), (2010, "実施"),
    ]  # fmt: skip


def test_an_item_that_stands_below_no_section_is_told(tmp_path: Path) -> None:
    said = problems(table([FIRST, {"方針": "－", "名称": "事業二", "H20": "検討"}]), tmp_path)
    assert "事業二" in said
    assert "上の階層の名がありません" in said


def test_a_header_that_is_lost_is_told(tmp_path: Path) -> None:
    without = tuple("" if name == "名称" else name for name in HEADER)
    assert "「名称」の列がある表がありません" in problems(table([FIRST], without), tmp_path)


def test_a_missing_title_is_told_at_its_own_column(tmp_path: Path) -> None:
    rows = table([FIRST, {"施策": "施策二", "平成２１年度": "実施"}])
    with pytest.raises(ReadError) as caught:
        read(rows, tmp_path)
    (found,) = caught.value.problems
    assert found.cell == (1, 3, 6)
    assert "名称がありません" in found.ja
    assert "continuation" not in str(found)


def test_a_row_of_texts_alone_may_be_meant_to_go_on_from_the_one_above(tmp_path: Path) -> None:
    said = problems(table([FIRST, {"内容": "続きの文"}]), tmp_path)
    assert "名称がありません" in said
    assert 'continuation = "\\n"' in said


@pytest.mark.parametrize("name", sorted(p.stem for p in shipped("profiles").glob("*.toml")))
def test_every_profile_that_is_shipped_can_be_read(name: str) -> None:
    assert read_profile(shipped("profiles") / f"{name}.toml").title.ja


def test_the_template_has_the_columns_that_its_profile_reads() -> None:
    profile = read_profile(shipped("profiles") / "table.toml")
    assert isinstance(profile, RegisterProfile)
    assert profile.columns.targets_prefix == "対象_"
    assert profile.columns.implemented_by_prefix == "実施主体_"
