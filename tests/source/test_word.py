from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from keikaku.errors import SourceError
from keikaku.source.grid import FAULTY, Cell, Document, Grid, Line
from keikaku.source.word import read_word

if TYPE_CHECKING:
    from docx.document import Document as Word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read(word: Word) -> Document:
    buffer = BytesIO()
    word.save(buffer)
    return read_word(buffer.getvalue(), "plan.docx")


def refused(word: Word) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(word)
    assert caught.value.problems[0].file == "plan.docx"
    return caught.value


def table(word: Word, rows: list[list[str]]) -> object:
    made = word.add_table(len(rows), len(rows[0]))
    for row, texts in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return made


def grids(document: Document) -> list[list[list[str]]]:
    found = [block for block in document.blocks if isinstance(block, Grid)]
    return [[[cell.text for cell in row] for row in grid.rows] for grid in found]


def lines(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Line)]


def within(body: str) -> str:
    """A paragraph with runs of its own."""
    return f"<w:p {nsdecls('w')}>{body}</w:p>"


def test_paragraphs_and_tables_come_in_their_order_with_their_addresses() -> None:
    word = docx.Document()
    word.add_paragraph("")
    word.add_paragraph(" 計画 ")
    table(word, [["名称", "課"], ["甲", "乙"]])
    document = read(word)
    assert document.blocks[0] == Line("計画", "plan.docx", 1, "段落1")
    grid = document.blocks[1]
    assert isinstance(grid, Grid)
    assert grid.rows[1][0] == Cell("甲", "plan.docx", 1, 2, 1, None, "表1 2行1列")


def test_merged_cells_span_rows_and_columns() -> None:
    word = docx.Document()
    made = table(word, [["方針", "名称", "対象", ""], ["一", "甲", "", ""], ["", "乙", "", ""]])
    made.cell(0, 2).merge(made.cell(0, 3))
    made.cell(1, 0).merge(made.cell(2, 0))
    (grid,) = read(word).blocks
    assert isinstance(grid, Grid)
    assert (grid.rows[0][2].columns, grid.rows[1][0].rows) == (2, 2)
    assert [cell.text for cell in grid.rows[2]] == ["", "乙", "", ""]


def test_paragraphs_and_breaks_in_a_cell_are_line_breaks() -> None:
    word = docx.Document()
    made = table(word, [["名称", "内容"]])
    cell = made.cell(0, 1)
    cell.text = "一行目\n二行目"
    cell.add_paragraph("三行目")
    assert grids(read(word))[0][0][1] == "一行目\n二行目\n三行目"


def test_a_table_that_repeats_the_header_of_the_one_above_goes_on_with_it() -> None:
    word = docx.Document()
    header = [["名称", "年次計画", ""], ["", "H20", "H21"]]
    table(word, [*header, ["甲", "検討", "実施"]])
    word.add_page_break()
    table(word, [*header, ["乙", "実施", "→"]])
    assert grids(read(word)) == [[*header, ["甲", "検討", "実施"], ["乙", "実施", "→"]]]


def test_a_text_between_keeps_two_tables_apart() -> None:
    word = docx.Document()
    for name in "甲乙":
        word.add_paragraph(f"表{name}")
        table(word, [["名称", "年"], [name, "H20"]])
    assert len(grids(read(word))) == 2


def test_a_row_that_runs_on_in_the_next_table_is_one_row() -> None:
    word = docx.Document()
    table(word, [["整理番号", "1"], ["現状と課題", "協働によるまちづくりを推進するためには、地域"]])
    word.add_page_break()
    table(word, [["", "コミュニティの機能を高める必要があります。"], ["完了の目安", "継続"]])
    assert grids(read(word))[0][1:] == [
        [
            "現状と課題",
            "協働によるまちづくりを推進するためには、地域コミュニティの機能を高める必要があります。",
        ],
        ["完了の目安", "継続"],
    ]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["名称", "地域コミュニティの機能を高めます。"], ["", "コミュニティの機能を高めます。"]),
        (["年次計画", "H20"], ["", "検討"]),
        (["名称", ""], ["", "地域コミュニティの機能を高めること"]),
    ],
    ids=["a-finished-sentence", "short-words", "nothing-above"],
)
def test_a_row_with_an_empty_label_runs_on_only_from_an_unfinished_text(
    above: list[str], below: list[str]
) -> None:
    word = docx.Document()
    table(word, [above])
    word.add_page_break()
    table(word, [below])
    assert len(grids(read(word))) == 2


def test_a_table_inside_a_cell_is_a_fault_of_the_cell() -> None:
    word = docx.Document()
    made = table(word, [["名称", "内容"]])
    made.cell(0, 1).add_table(1, 1).cell(0, 0).text = "中"
    (cell,) = (place for place in read(word).places() if place.fault)
    assert cell.where == "表1 1行2列"
    assert cell.text == FAULTY


def test_content_controls_and_insertions_are_read_and_deletions_are_not() -> None:
    word = docx.Document()
    body = word.element.body
    run = "<w:r><w:t>{}</w:t></w:r>"
    body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{run.format('枠の中')}</w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    deleted = '<w:del w:id="2"><w:r><w:delText>消えた</w:delText></w:r></w:del>'
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隠れた</w:t></w:r>"
    inserted = f'<w:ins w:id="1">{run.format("加えた")}</w:ins>'
    body.insert(1, parse_xml(within(deleted + inserted + hidden)))
    assert lines(read(word)) == ["枠の中", "加えた"]


RUN = "<w:r>{properties}<w:t>{text}</w:t></w:r>"
HIDES = "<w:rPr><w:vanish/></w:rPr>"


def styled(word: Word, kind: str, name: str, inner: str) -> None:
    """Give a document a style of its own."""
    style = f'<w:style {nsdecls("w")} w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>'
    word.styles.element.append(parse_xml(f"{style}{inner}</w:style>"))


def test_text_is_hidden_by_its_style_or_the_style_that_this_rests_on() -> None:
    word = docx.Document()
    styled(word, "character", "Secret", HIDES)
    styled(word, "character", "Secret2", '<w:basedOn w:val="Secret"/>')
    styled(word, "paragraph", "SecretLine", HIDES)
    runs = [
        RUN.format(properties='<w:rPr><w:rStyle w:val="Secret"/></w:rPr>', text="隠一"),
        RUN.format(properties='<w:rPr><w:rStyle w:val="Secret2"/></w:rPr>', text="隠二"),
        RUN.format(properties="", text="見える"),
    ]
    shown = '<w:rPr><w:vanish w:val="0"/></w:rPr>'
    of_line = '<w:pPr><w:pStyle w:val="SecretLine"/></w:pPr>'
    body = word.element.body
    body.insert(0, parse_xml(within("".join(runs))))
    below = RUN.format(properties="", text="隠三") + RUN.format(properties=shown, text="出した")
    body.insert(1, parse_xml(within(of_line + below)))
    assert lines(read(word)) == ["見える", "出した"]


def test_text_may_be_hidden_by_default() -> None:
    word = docx.Document()
    defaults = word.styles.element.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    defaults.append(parse_xml(f"<w:vanish {nsdecls('w')}/>"))
    shown = '<w:rPr><w:vanish w:val="false"/></w:rPr>'
    runs = RUN.format(properties="", text="隠れた") + RUN.format(properties=shown, text="見える")
    word.element.body.insert(0, parse_xml(within(runs)))
    assert lines(read(word)) == ["見える"]


def test_a_hidden_row_of_a_table_is_marked_as_hidden() -> None:
    word = docx.Document()
    made = word.add_table(3, 1)
    for row, text in zip(made.rows, ("名称", "甲", "乙"), strict=True):
        row.cells[0].text = text
    for row, value in ((1, ""), (2, ' w:val="0"')):
        properties = parse_xml(f"<w:trPr {nsdecls('w')}><w:hidden{value}/></w:trPr>")
        made.rows[row]._tr.insert(0, properties)
    found = read(word).places()
    assert [(place.text, place.hidden) for place in found] == [
        ("名称", False),
        ("甲", True),
        ("乙", False),
    ]


def test_ruby_leaves_its_base_text() -> None:
    word = docx.Document()
    ruby = (
        "<w:r><w:ruby><w:rt><w:r><w:t>きょうどう</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>協働</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    word.element.body.insert(0, parse_xml(within(ruby)))
    assert lines(read(word)) == ["協働"]


def test_a_text_box_is_a_line_behind_its_paragraph_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>箱の文</w:t></w:r></w:p></w:txbxContent>"
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent>"
    )
    word = docx.Document()
    word.element.body.insert(0, parse_xml(within(f"<w:r><w:t>本文</w:t>{both}</w:r>")))
    assert lines(read(word)) == ["本文", "箱の文"]


@pytest.mark.parametrize(("code", "shown"), [("F06E", "■"), ("F0A8", "□")])
def test_a_box_of_a_symbol_font_is_an_ordinary_one(code: str, shown: str) -> None:
    word = docx.Document()
    symbol = f'<w:r><w:sym w:font="Wingdings" w:char="{code}"/><w:t>市民</w:t></w:r>'
    word.element.body.insert(0, parse_xml(within(symbol)))
    assert lines(read(word)) == [f"{shown}市民"]


def test_a_symbol_that_is_not_known_is_a_fault() -> None:
    word = docx.Document()
    symbol = '<w:r><w:sym w:font="Webdings" w:char="F021"/></w:r>'
    word.element.body.insert(0, parse_xml(within(symbol)))
    (line,) = read(word).places()
    assert line.text == FAULTY
    assert line.fault
    assert "Webdings" in line.fault[0]


def test_the_numbers_that_word_prints_stand_before_their_paragraphs() -> None:
    word = docx.Document()
    for text in ("地域", "情報"):
        word.add_paragraph(text, style="List Number")
    word.add_paragraph("点", style="List Bullet")
    assert lines(read(word)) == ["1. 地域", "2. 情報", "・ 点"]


def test_an_entity_is_refused() -> None:
    word = docx.Document()
    word.add_paragraph("名称")
    buffer = BytesIO()
    word.save(buffer)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/entity.xml", '<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>')
    with pytest.raises(SourceError, match="DOCTYPE"):
        read_word(buffer.getvalue(), "plan.docx")


def test_an_empty_document_is_refused() -> None:
    assert "空です" in refused(docx.Document()).ja
