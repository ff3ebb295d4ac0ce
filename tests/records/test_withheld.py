"""What of a document is withheld: told by place, read by nobody, quoted by no error."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from pyoxigraph import Literal, NamedNode

from keikaku.build import Source, asserted_of, read_source
from keikaku.errors import ReadError
from keikaku.names import KEI, RDF, SCHEMA, WITHHELD
from keikaku.records.withheld import Reason, Region
from keikaku.settings import Settings
from keikaku.source.grid import UnreadSheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

SECRET = "秘匿語"  # noqa: S105  (a word, no password)
"""Stands wherever something is withheld, and so nowhere else."""

PLAN = """
profile = "own"
document = "{document}"
{source}
[plan]
name = "test" # {secret}
title = {{ ja = "試験計画" }} # {secret}
first_year = "R5"
last_year = "R6"
[municipality]
code = "352039"
name = {{ ja = "山口市", en = "Yamaguchi City" }}
"""
REGISTER = """
layout = "register"
title = { ja = "試験", en = "test" }
[[levels]]
class = "Section"
heading = "第"
[columns]
number = "番号"
title = "事業名"
department = "担当課"
content = "内容"
ignored = ["担当者", "内線"]
continuation = "\\n"
[furniture]
rows = ["合計*"]
lines = ["内部*"]
[furniture.shown]
rows = ["小計"]
lines = ["令和*"]
[names]
separator = ["・"]
[schedule]
arrows = ["→"]
"""
HEADER = ["番号", "事業名", "担当者", "担当課", "内線", "R5", "R6"]
ROWS = [
    HEADER,
    ["第1章 緑", "", "", "", "", "", ""],
    ["1", "公園", SECRET, "都市課", f"{SECRET}1", "検討", "実施"],
    ["2", "道路", "", "土木課", f"{SECRET}2", "実施", "→"],
]


def folder_of(
    folder: Path,
    rows: Sequence[Sequence[str]] = ROWS,
    profile: str = REGISTER,
    source: str = "",
    change: Callable[[Worksheet], None] | None = None,
) -> Path:
    """Write a plan: as a workbook where `change` makes something of its sheet, else as CSV."""
    name = "d.xlsx" if change else "d.csv"
    if change:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "計画"
        for row in rows:
            sheet.append(list(row))
        change(sheet)
        buffer = BytesIO()
        book.save(buffer)
        (folder / name).write_bytes(buffer.getvalue())
    else:
        lines = [",".join(f'"{field}"' for field in row) for row in rows]
        (folder / name).write_text("\n".join(lines), "utf-8")
    text = PLAN.format(document=name, source=source, secret=SECRET)
    (folder / "plan.toml").write_text(text, "utf-8")
    (folder / "own.toml").write_text(profile, "utf-8")
    return folder


def read(folder: Path) -> Source:
    source = read_source(folder, Settings())
    assert isinstance(source, Source)
    return source


def refused(folder: Path) -> list[Any]:
    with pytest.raises(ReadError) as caught:
        read(folder)
    for problem in caught.value.problems:
        assert SECRET not in problem.ja + problem.en
    return list(caught.value.problems)


def texts(source: Source) -> set[str]:
    """Return all texts in the graphs that the plan's document states."""
    quads = asserted_of(source, Settings().base).quads
    return {quad.object.value for quad in quads if isinstance(quad.object, Literal)}


def test_ignored_columns_are_withheld_with_their_headers_filled_or_empty(tmp_path: Path) -> None:
    source = read(folder_of(tmp_path))
    assert source.plan.withheld.regions() == (
        Region(1, 1, 3, 4, 3, Reason.IGNORED),
        Region(1, 1, 5, 4, 5, Reason.IGNORED),
    )
    said = texts(source)
    assert {"公園", "第1章 緑", "番号"} <= said
    assert not any(SECRET in text for text in said)
    assert not said & {"担当者", "内線"}
    assert not any(SECRET in place.text for place in source.document.places())


def test_columns_side_by_side_are_one_region(tmp_path: Path) -> None:
    rows = [[row[0], row[1], row[3], *row[5:], row[2], row[4]] for row in ROWS]
    regions = read(folder_of(tmp_path, rows)).plan.withheld.regions()
    assert regions == (Region(1, 1, 6, 4, 7, Reason.IGNORED),)


def test_regions_are_published_with_document_extent_and_reason(tmp_path: Path) -> None:
    source = read(folder_of(tmp_path))
    quads = asserted_of(source, "https://data.example.jp/").quads
    document = NamedNode("https://data.example.jp/id/352039/test/source/1")
    node = NamedNode(f"{document.value}/withheld/1-1-3")
    said = {quad.predicate: quad.object for quad in quads if quad.subject == node}
    assert said.pop(RDF["type"]) == KEI["WithheldRegion"]
    assert said.pop(KEI["document"]) == document
    assert said.pop(KEI["withheldBecause"]) == WITHHELD["ignored"]
    assert {term.value.rsplit("#", 1)[-1]: value.value for term, value in said.items()} == {
        "table": "1", "firstRow": "1", "lastRow": "4", "firstColumn": "3", "lastColumn": "3",
    }  # fmt: skip
    cells = {quad.subject.value for quad in quads if quad.object == KEI["SourceCell"]}
    assert f"{document.value}/cell/1-3-2" in cells
    assert not any(cell.endswith(("-3", "-5")) and "/cell/1-" in cell for cell in cells)


def test_a_change_of_what_is_withheld_changes_no_statement(tmp_path: Path) -> None:
    before = asserted_of(read(folder_of(tmp_path)), Settings().base).quads
    rows = [[*row] for row in ROWS]
    rows[2][2], rows[2][4], rows[3][4] = "", "二行の\n文", "0835"
    after = asserted_of(read(folder_of(tmp_path, rows)), Settings().base).quads
    assert after == before


def test_a_header_that_stands_again_is_withheld_in_the_same_columns(tmp_path: Path) -> None:
    source = read(
        folder_of(tmp_path, [*ROWS, HEADER, ["3", "川", SECRET, "土木課", "", "実施", ""]])
    )
    assert [item.title.value for item in source.plan.items] == ["公園", "道路", "川"]
    assert not texts(source) & {"担当者", "内線"}


def test_headers_that_are_all_ignored_may_be_the_same(tmp_path: Path) -> None:
    rows = [[*row, row[2], row[2]] for row in ROWS]
    assert len(read(folder_of(tmp_path, rows)).plan.items) == 2


def test_a_cell_that_heads_ignored_columns_and_others_is_shown(tmp_path: Path) -> None:
    rows = [
        ["番号", "事業名", "担当", "", "R5", "R6"],
        ["", "", "係", "課", "", ""],
        ["1", "公園", SECRET, "都市課", "検討", "実施"],
        ["番号", "事業名", "担当", "", "R5", "R6"],
        ["", "", "係", "課", "", ""],
        ["2", "道路", SECRET, "土木課", "実施", "→"],
    ]
    profile = REGISTER.replace('ignored = ["担当者", "内線"]', 'ignored = ["担当/係"]')
    profile = profile.replace('"担当課"', '"担当/課"\nheader_rows = 2')
    profile = profile.replace('[[levels]]\nclass = "Section"\nheading = "第"\n', "")
    source = read(folder_of(tmp_path, rows, profile))
    assert [item.departments[0].value for item in source.plan.items] == ["都市課", "土木課"]
    assert "担当" in texts(source)
    assert "係" not in texts(source)
    assert source.plan.withheld.regions() == (
        Region(1, 2, 3, 3, 3, Reason.IGNORED),
        Region(1, 5, 3, 6, 3, Reason.IGNORED),
    )


def test_an_ignored_cell_beside_a_heading_or_alone_in_its_row_is_withheld(tmp_path: Path) -> None:
    rows = [[*row] for row in ROWS]
    rows[1][2] = SECRET
    rows += [["", "", SECRET, "", "", "", ""], ["", "", "", "", SECRET, "", ""]]
    source = read(folder_of(tmp_path, rows))
    assert [section.title.value for section in source.plan.sections] == ["1章 緑"]
    assert not any(SECRET in text for text in texts(source))


def test_what_looks_like_a_heading_in_an_ignored_column_is_refused(tmp_path: Path) -> None:
    rows = [*ROWS, ["", "", f"第{SECRET}", "", "", "", ""]]
    (problem,) = refused(folder_of(tmp_path, rows))
    assert problem.cell == (1, 5, 3)
    assert "ignored" in problem.ja


@pytest.mark.parametrize(("area", "place"), [("C3:D3", "計画!C3"), ("B3:C3", "計画!B3")])
def test_a_cell_merged_over_ignored_columns_and_others_is_refused(
    tmp_path: Path, area: str, place: str
) -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells(area)

    problems = refused(folder_of(tmp_path, change=merge))
    assert place in [problem.place for problem in problems if "ignored" in problem.ja]


def test_a_heading_merged_over_all_columns_is_read(tmp_path: Path) -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:G2")

    source = read(folder_of(tmp_path, change=merge))
    assert [section.title.value for section in source.plan.sections] == ["1章 緑"]


def test_furniture_is_withheld_unless_it_is_named_as_shown(tmp_path: Path) -> None:
    rows = [
        [f"内部資料 {SECRET}"], ["令和5年4月"], *ROWS,
        ["小計", "", SECRET, "", "", "2", ""], [f"合計{SECRET}", "3", "", "", "", "", ""],
    ]  # fmt: skip
    source = read(folder_of(tmp_path, rows))
    assert dict(source.plan.withheld.lines) == {1: Reason.FURNITURE}
    assert source.plan.withheld.regions() == (
        Region(1, 1, 3, 6, 3, Reason.IGNORED),
        Region(1, 1, 5, 6, 5, Reason.IGNORED),
        Region(1, 6, 1, 6, 2, Reason.FURNITURE),
        Region(1, 6, 4, 6, 4, Reason.FURNITURE),
        Region(1, 6, 6, 6, 7, Reason.FURNITURE),
    )
    said = texts(source)
    assert {"令和5年4月", "小計"} <= said
    assert not any(SECRET in text for text in said)


def hide_row_and_column(sheet: Worksheet) -> None:
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["D"].hidden = True


def test_hidden_places_with_text_are_an_error_that_names_each_row_and_column(
    tmp_path: Path,
) -> None:
    problems = refused(folder_of(tmp_path, change=hide_row_and_column))
    assert [(problem.place, problem.ja[:4]) for problem in problems] == [
        ("計画!D1", "隠れた列"),
        ("計画!A4", "隠れた行"),
    ]
    for problem in problems:
        assert 'hidden = "withhold"' in problem.ja
        assert "都市課" not in problem.ja + problem.en


def test_a_hidden_column_that_is_ignored_is_no_error(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.column_dimensions["C"].hidden = True

    regions = read(folder_of(tmp_path, change=hide)).plan.withheld.regions()
    assert regions[0] == Region(1, 1, 3, 4, 3, Reason.IGNORED)


def test_hidden_places_are_withheld_where_plan_toml_says_so(tmp_path: Path) -> None:
    source_keys = '[source]\nhidden = "withhold"'
    source = read(folder_of(tmp_path, source=source_keys, change=hide_row_and_column))
    assert [item.title.value for item in source.plan.items] == ["公園"]
    assert source.plan.items[0].departments == ()
    assert not texts(source) & {"道路", "都市課", "担当課", "土木課"}
    assert source.plan.withheld.regions() == (
        Region(1, 1, 3, 3, 3, Reason.IGNORED),
        Region(1, 1, 4, 4, 4, Reason.HIDDEN),
        Region(1, 1, 5, 3, 5, Reason.IGNORED),
        Region(1, 4, 1, 4, 3, Reason.HIDDEN),
        Region(1, 4, 5, 4, 7, Reason.HIDDEN),
    )


def test_hidden_places_are_read_where_the_profile_says_so(tmp_path: Path) -> None:
    profile = f'hidden = "read"\n{REGISTER}'
    source = read(folder_of(tmp_path, profile=profile, change=hide_row_and_column))
    assert [item.title.value for item in source.plan.items] == ["公園", "道路"]
    assert source.plan.items[0].departments[0].value == "都市課"


def test_a_merged_cell_that_begins_hidden_and_reaches_what_is_shown_is_refused(
    tmp_path: Path,
) -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.merge_cells("B3:B4")

    folder = folder_of(tmp_path, source='[source]\nhidden = "withhold"', change=merge)
    assert "計画!B3" in [problem.place for problem in refused(folder)]


def break_cells(sheet: Worksheet) -> None:
    for place in ("C3", "F3"):
        sheet[place] = "#REF!"
        sheet[place].data_type = "e"


def test_a_fault_of_the_document_is_told_unless_it_is_withheld(tmp_path: Path) -> None:
    (problem,) = refused(folder_of(tmp_path, change=break_cells))
    assert problem.place == "計画!F3"


def test_a_sheet_that_is_not_read_is_withheld_without_its_name(tmp_path: Path) -> None:
    def add(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet(SECRET).append([SECRET, SECRET])

    source = read(folder_of(tmp_path, source=f'[source]\nskip_sheets = ["{SECRET}"]', change=add))
    assert source.plan.withheld.sheets == (UnreadSheet(2, hidden=False),)
    assert not any(SECRET in text for text in texts(source))


def test_a_hidden_column_of_a_hidden_sheet_that_is_read_is_to_be_decided_on(
    tmp_path: Path,
) -> None:
    def hide(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("表")
        sheet.sheet_state = "hidden"
        sheet.column_dimensions["H"].hidden = True
        sheet["H1"], sheet["H3"] = "内容", SECRET

    keys = '[source]\nsheets = ["計画"]'
    (problem,) = refused(folder_of(tmp_path, source=keys, change=hide))
    assert problem.place == "計画!H1"
    source = read(folder_of(tmp_path, source=f'{keys}\nhidden = "withhold"', change=hide))
    assert not any(SECRET in text for text in texts(source))


@pytest.mark.parametrize(("place", "quoted"), [("C7", False), ("B7", True)])
def test_a_cell_alone_in_its_row_is_not_quoted_in_a_column_that_is_ignored(
    tmp_path: Path, place: str, quoted: bool
) -> None:
    """It is a line outside the table."""

    def add(sheet: Worksheet) -> None:
        sheet[place] = "独りの文字"

    (problem,) = refused(folder_of(tmp_path, change=add))
    assert problem.place == f"計画!{place}"
    assert ("独りの文字" in problem.ja) is ("独りの文字" in problem.en) is quoted


def test_rows_below_a_gap_are_read_by_the_columns_of_their_sheet(tmp_path: Path) -> None:
    """They are as many cells wide as the table, and begin one column further right."""

    def add(sheet: Worksheet) -> None:
        for column, text in enumerate(["", "3", SECRET, "公園課", "", "緑", "検討", "実施"], 1):
            sheet.cell(6, column).value = text or None

    (problem,) = refused(folder_of(tmp_path, change=add))
    assert problem.place == "計画!B6"


def test_rows_below_a_gap_go_on_in_the_same_columns(tmp_path: Path) -> None:
    def add(sheet: Worksheet) -> None:
        for column, text in enumerate(["3", "川", SECRET, "土木課", "", "実施", "実施"], 1):
            sheet.cell(6, column).value = text or None

    source = read(folder_of(tmp_path, change=add))
    assert [item.title.value for item in source.plan.items] == ["公園", "道路", "川"]
    assert not any(SECRET in text for text in texts(source))


def test_a_line_break_in_furniture_above_a_table_moves_no_cell(tmp_path: Path) -> None:
    """Though nothing else is withheld: the cells are called by their records."""
    profile = REGISTER.replace('ignored = ["担当者", "内線"]', "")
    rows = [[*row[:2], row[3], *row[5:]] for row in ROWS]
    found = [
        asserted_of(read(folder_of(tmp_path, [[text], *rows], profile)), Settings().base).quads
        for text in ("内部資料", "内部資料\n二行目")
    ]
    assert found[0] == found[1]


def test_nothing_of_a_table_that_is_not_understood_is_quoted(tmp_path: Path) -> None:
    rows = [["番号", "名前", *ROWS[0][2:]], *ROWS[1:]]
    problems = refused(folder_of(tmp_path, rows))
    assert len(problems) == 2
    assert not any("公園" in problem.ja for problem in problems)


def hashes(source: Source) -> dict[str, set[str]]:
    """Return which kinds of hash the documents have, by their names."""
    quads = asserted_of(source, Settings().base).quads
    names = {q.subject: q.object.value for q in quads if q.predicate == SCHEMA["name"]}
    found: dict[str, set[str]] = {name: set() for name in names.values()}
    for quad in quads:
        if quad.subject in names and "ha256" in quad.predicate.value:
            found[names[quad.subject]].add(quad.predicate.value.rsplit("/", 1)[-1].split("#")[-1])
    return found


def test_the_hash_of_a_file_is_published_only_where_nothing_of_it_is_withheld(
    tmp_path: Path,
) -> None:
    assert hashes(read(folder_of(tmp_path))) == {
        "d.csv": {"readingSha256"},
        "plan.toml": {"readingSha256"},
    }
    rows = [[*row[:2], row[3], *row[5:]] for row in ROWS]
    assert hashes(read(folder_of(tmp_path, rows)))["d.csv"] == {"sha256"}
    offered = folder_of(tmp_path, source="[source]\npublish_document = true")
    assert hashes(read(offered))["d.csv"] == {"sha256"}
    assert hashes(read(folder_of(tmp_path, rows, change=lambda _: None)))["d.xlsx"] == {
        "readingSha256"  # a workbook holds more than is read: properties, comments
    }


def test_lines_of_plan_toml_are_published_without_their_comments(tmp_path: Path) -> None:
    said = texts(read(folder_of(tmp_path)))
    assert 'name = "test"' in said
    assert 'title = { ja = "試験計画" }' in said
    assert not any(SECRET in text for text in said)


EVALUATION = """
layout = "evaluation"
title = { ja = "試験", en = "test" }
[sheet]
title = "事業名"
purpose = "目的"
ignored = ["評価", "担当者"]
schedule = "年度"
continuation = "\\n"
[furniture]
rows = ["内部欄"]
[furniture.shown]
rows = ["計画"]
[names]
separator = ["・"]
[schedule]
arrows = ["→"]
"""
FORM = [
    ["計画", "", "", "内部欄"],
    ["事業名", "公園", "担当者", SECRET],
    ["目的", "憩いの場", "", ""],
    ["評価", SECRET, "", SECRET],
    ["", SECRET, "", ""],
    ["年度", "R5", "R6", ""],
    ["", "検討", "実施", ""],
]


def test_an_ignored_block_of_a_form_is_withheld_with_its_label_up_to_the_next(
    tmp_path: Path,
) -> None:
    source = read(folder_of(tmp_path, FORM, EVALUATION))
    assert source.plan.withheld.regions() == (
        Region(1, 1, 4, 1, 4, Reason.FURNITURE),
        Region(1, 2, 3, 2, 4, Reason.IGNORED),
        Region(1, 4, 1, 5, 4, Reason.IGNORED),
    )
    said = texts(source)
    assert {"計画", "憩いの場"} <= said
    assert not any(SECRET in text for text in said)
    assert not said & {"評価", "担当者", "内部欄"}
