from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keikaku.errors import SourceError
from keikaku.source.grid import Cell, Document, Grid, Line, problem
from keikaku.source.markdown import read_markdown

TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n"


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def test_a_cell_knows_its_table_row_column_and_line() -> None:
    document = read_markdown("前書き\n\n" + TABLE + "\n" + TABLE, "plan.md")
    assert grids(document)[1].rows[1][0] == Cell("1", "plan.md", 2, 2, 1, 9)


def test_lines_outside_tables_are_kept_with_their_numbers() -> None:
    document = read_markdown("# 見出し\n\n" + TABLE + "\n  終わり  ", "plan.md")
    assert document.blocks[0] == Line("# 見出し", "plan.md", 1)
    assert document.blocks[-1] == Line("終わり", "plan.md", 7)


def test_an_escaped_pipe_is_text() -> None:
    document = read_markdown("| a | b |\n|---|---|\n| x\\|y | 2 |\n", "plan.md")
    assert grids(document)[0].rows[1][0].text == "x|y"


def test_html_in_a_cell_stays_as_in_the_source() -> None:
    box = '<input type="checkbox" checked=""/> 市民'
    document = read_markdown(f"| a |\n|---|\n| {box} |\n", "plan.md")
    assert grids(document)[0].rows[1][0].text == box


def test_a_comment_is_not_read_and_moves_no_line() -> None:
    text = f"<!-- 内部\nメモ -->\n\n{TABLE.replace('1', '1<!-- 秘 -->')}"
    document = read_markdown(text, "plan.md")
    assert [place.text for place in document.filled()] == ["a", "b", "1", "2"]
    assert grids(document)[0].rows[1][0].line == 6
    assert not document.is_plain
    assert read_markdown(TABLE, "plan.md").is_plain


def test_missing_cells_at_the_end_of_a_row_are_empty() -> None:
    document = read_markdown("| a | b |\n|---|---|\n| 1 |\n", "plan.md")
    assert [cell.text for cell in grids(document)[0].rows[1]] == ["1", ""]


def test_an_error_at_a_missing_cell_says_that_the_row_is_short() -> None:
    document = read_markdown("| a | b | c |\n|---|---|---|\n| 1 | x\\|y |\n| 1 | | |\n", "plan.md")
    short, whole = grids(document)[0].rows[1:]
    assert [cell.missing for cell in short] == [False, False, True]
    assert [cell.missing for cell in whole] == [False, False, False]
    assert "3 列目がありません" in problem("空です。", "it is empty", short[2]).ja


def test_a_row_with_more_cells_than_columns_is_refused_with_its_line() -> None:
    with pytest.raises(SourceError) as caught:
        read_markdown("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", "plan.md")
    assert caught.value.problems[0].line == 3
    assert caught.value.problems[0].file == "plan.md"


def test_a_table_row_outside_any_table_is_refused_with_its_line() -> None:
    with pytest.raises(SourceError) as caught:
        read_markdown("\n| a | b |\n| 1 | 2 |\n", "plan.md")
    assert caught.value.problems[0].line == 2


@given(
    st.lists(
        st.lists(st.text("あいう漢字■□→()|\\ab 1", max_size=8), min_size=2, max_size=2),
        min_size=1,
        max_size=6,
    )
)
def test_no_character_of_any_cell_is_lost(rows: list[list[str]]) -> None:
    def escaped(text: str) -> str:
        return text.replace("\\", "").replace("|", "\\|")

    lines = ["| 甲 | 乙 |", "|---|---|"]
    lines += [f"| {escaped(row[0])} | {escaped(row[1])} |" for row in rows]
    document = read_markdown("\n".join(lines), "plan.md")
    assert [[cell.text for cell in row] for row in grids(document)[0].rows[1:]] == [
        [cell.replace("\\", "").strip() for cell in row] for row in rows
    ]
