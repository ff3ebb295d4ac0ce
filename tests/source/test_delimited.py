from __future__ import annotations

import csv
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keikaku.errors import SourceError
from keikaku.source.document import read_document
from keikaku.source.grid import Cell, Document, Grid, Line
from keikaku.source.options import SourceKeys

TABLE = '名称,担当課,H20\n地域交流センターの設置,協働推進課,検討\n市報の充実,"広報広聴課",実施\n'


def read(text: str | bytes, name: str = "plan.csv", **options: object) -> Document:
    content = text if isinstance(text, bytes) else text.encode()
    return read_document(content, name, max_bytes=10**7, options=SourceKeys(**options))


def texts(document: Document) -> list[list[str]]:
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    return [[cell.text for cell in row] for row in grid.rows]


def refused(text: str | bytes, name: str = "plan.csv", **options: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(text, name, **options)
    assert caught.value.problems[0].file == name
    return caught.value


def test_a_cell_knows_its_row_line_and_rfc_7111_fragment() -> None:
    document = read("計画の一覧\n\n" + TABLE)
    assert document.blocks[0] == Line("計画の一覧", "plan.csv", 1, fragment="row=1")
    grid = document.blocks[1]
    assert isinstance(grid, Grid)
    assert grid.rows[1][2] == Cell("検討", "plan.csv", 1, 2, 3, 4, fragment="cell=4,3")


def test_a_quoted_line_break_stays_and_later_rows_keep_their_physical_line() -> None:
    document = read('名称,内容\n甲,"一行目\n二行目, ""三"""\n乙,丙\n')
    assert texts(document)[1] == ["甲", '一行目\n二行目, "三"']
    grid = document.blocks[0]
    assert isinstance(grid, Grid)
    assert [row[0].line for row in grid.rows] == [1, 2, 4]
    assert grid.rows[2][0].fragment == "cell=3,1"  # RFC 7111 counts rows, not lines


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp932", b""), ("utf-16-le", b"\xff\xfe")],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_an_encoding_that_is_clear_is_read(encoding: str, mark: bytes, ends: str) -> None:
    content = mark + TEXT_OF_JAPAN.replace("\n", ends).encode(encoding)
    assert texts(read(content)) == texts(read(TEXT_OF_JAPAN))


TEXT_OF_JAPAN = TABLE.replace("市報", "髙﨑①")  # NEC and IBM extensions that only cp932 has


def test_a_file_that_could_be_two_encodings_is_refused_until_plan_toml_says_which() -> None:
    content = TABLE.encode("euc_jp")
    assert "EUC-JP" in refused(content).ja
    assert texts(read(content, encoding="euc-jp")) == texts(read(TABLE))


def test_a_file_that_is_not_in_the_encoding_that_plan_toml_names_is_refused_with_its_line() -> None:
    content = "名称,年\nA,1\n".encode() + "地域,2\n".encode("cp932")
    assert refused(content, encoding="utf-8").problems[0].line == 3


def test_bytes_of_no_encoding_are_refused() -> None:
    assert "文字コード" in refused(b"a,b\n\x81\x01\xff\xa1,c\n").ja


@pytest.mark.parametrize(
    ("delimiter", "name"),
    [(",", "plan.csv"), ("\t", "plan.csv"), ("\t", "plan.tsv"), (";", "plan.csv")],
)
def test_the_delimiter_is_found_by_the_header(delimiter: str, name: str) -> None:
    rows = [["名称", "内容", "注記"], ["甲,乙;丙", "あ、い", "x;y;z"], ["丁", "1,000", ""]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    assert texts(read(text.getvalue(), name)) == rows


def test_plan_toml_may_name_the_delimiter() -> None:
    assert texts(read("a;b,c\n1;2,3\n", delimiter="semicolon"))[0] == ["a", "b,c"]


def test_rows_with_a_filled_cell_beyond_the_header_are_refused_each_with_its_line() -> None:
    error = refused("題名\n名称,課,年\n甲,乙,1,3\n丙,丁,1\n戊,己,2,,4\n")
    assert [problem.line for problem in error.problems] == [3, 5]
    assert "4 欄目まで" in error.problems[0].ja
    assert "3 欄" in error.problems[0].ja
    assert "5 欄目まで" in error.problems[1].ja


@pytest.mark.parametrize("delimiter", ["", "comma"])
def test_rows_may_be_short_or_long_by_blank_cells(delimiter: str) -> None:
    """As Excel and Google Sheets write rows whose last cells are blank."""
    options = {"delimiter": delimiter} if delimiter else {}
    document = read("名称,課,R5,R6\n甲,乙,実施\n丙,丁,検討,実施,,,\n戊\n", **options)
    assert texts(document) == [
        ["名称", "課", "R5", "R6"],
        ["甲", "乙", "実施", ""],
        ["丙", "丁", "検討", "実施"],
        ["戊", "", "", ""],
    ]
    grid = document.blocks[0]
    assert isinstance(grid, Grid)
    assert [cell.missing for cell in grid.rows[1]] == [False, False, False, True]


def test_a_quotation_mark_that_does_not_close_is_refused_with_the_line_it_begins_on() -> None:
    error = refused('名称,課\n甲,乙\n"丙,丁\n戊,己\n')
    assert error.problems[0].line == 3


def test_blank_rows_are_no_rows_but_count_as_lines() -> None:
    document = read("名称,課\n\n甲,乙\n,\n丙,丁\n")
    grid = document.blocks[0]
    assert isinstance(grid, Grid)
    assert [row[0].line for row in grid.rows] == [1, 3, 5]


def test_a_table_of_more_cells_than_one_may_have_is_refused() -> None:
    assert "多すぎます" in refused("a,b\n" + "1,2\n" * 500_001).ja


@given(
    st.lists(
        st.lists(st.text('あ漢①,;\t"\n |a1', max_size=8), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    ).filter(lambda rows: all(any(cell.strip() for cell in row) for row in rows))
)
def test_what_a_program_writes_is_read_back(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["甲", "乙", "丙"], *rows])
    document = read(text.getvalue(), delimiter="comma")
    assert texts(document)[1:] == [[cell.strip() for cell in row] for row in rows]
    grid = document.blocks[0]
    assert isinstance(grid, Grid)
    lines = [row[0].line or 0 for row in grid.rows]
    assert all(line < after for line, after in pairwise(lines))
