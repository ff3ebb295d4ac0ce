"""Struck-out and deleted text of Word documents is not read, and is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import parse_xml

from keikaku.source.grid import Line
from word_cells import SPACES, W, cell_with, cells_of, paragraph, read, run, style, with_table

if TYPE_CHECKING:
    from docx.document import Document as Word

STRUCK = "<w:strike/>"


@pytest.mark.parametrize("how", [STRUCK, "<w:dstrike/>", '<w:strike w:val="true"/>'])
def test_struck_out_text_is_not_read_and_is_counted(how: str) -> None:
    cell = cell_with(run("旧名称", how) + run("新名称"))
    assert (cell.text, cell.removed) == ("新名称", 1)


@pytest.mark.parametrize("how", ['<w:strike w:val="0"/>', '<w:dstrike w:val="false"/>'])
def test_text_that_is_said_not_to_be_struck_out_is_read(how: str) -> None:
    cell = cell_with(run("協働課", how))
    assert (cell.text, cell.removed) == ("協働課", 0)


def test_runs_that_follow_each_other_are_one_passage() -> None:
    cell = cell_with(run("旧", STRUCK) + run("名", STRUCK) + run("新") + run("称", STRUCK))
    assert (cell.text, cell.removed) == ("新", 2)


def test_a_cell_of_which_all_is_struck_out_is_empty() -> None:
    cell = cell_with(run("廃止課", STRUCK))
    assert (cell.text, cell.removed) == ("", 1)


def styled(kinds: list[str], direct: str = "") -> str:
    """What is read of a run that styles of these kinds strike out."""
    word = docx.Document()
    named = {"character": "", "paragraph": "", "table": ""}
    for kind in kinds:
        style(word, kind, f"S{kind}", f"<w:rPr>{STRUCK}</w:rPr>")
        tag = {"character": "rStyle", "paragraph": "pStyle", "table": "tblStyle"}[kind]
        named[kind] = f'<w:{tag} w:val="S{kind}"/>'
    inner = run("文", named["character"] + direct)
    rows = [[paragraph(run("名称", '<w:strike w:val="0"/>')), paragraph(inner, named["paragraph"])]]
    return cells_of(with_table(rows, table=named["table"], word=word))[0][1].text


# ISO/IEC 29500-1, 17.7.3: of the styles an odd number sets a toggle; what a run says itself holds.
@pytest.mark.parametrize(
    ("kinds", "direct", "expected"),
    [
        (["character"], "", ""),
        (["paragraph"], "", ""),
        (["table"], "", ""),
        (["character", "paragraph"], "", "文"),
        (["character", "table"], "", "文"),
        (["character", "paragraph", "table"], "", ""),
        (["character"], '<w:strike w:val="0"/>', "文"),
        (["character", "paragraph"], STRUCK, ""),
    ],
)
def test_styles_strike_out_as_toggles_do(kinds: list[str], direct: str, expected: str) -> None:
    assert styled(kinds, direct) == expected


def test_a_style_says_no_for_the_style_that_it_rests_on() -> None:
    word = docx.Document()
    style(word, "character", "Old", f"<w:rPr>{STRUCK}</w:rPr>")
    style(word, "character", "Older", '<w:basedOn w:val="Old"/>')
    style(
        word,
        "character",
        "New",
        '<w:basedOn w:val="Old"/><w:rPr><w:strike w:val="0"/></w:rPr>',
    )
    inner = run("旧", '<w:rStyle w:val="Older"/>') + run("新", '<w:rStyle w:val="New"/>')
    assert cell_with(inner, word).text == "新"


def test_the_usual_paragraph_style_strikes_out_where_none_is_named() -> None:
    word = docx.Document()
    usual = next(
        each
        for each in word.styles.element.iter(f"{W}style")
        if each.get(f"{W}styleId") == "Normal"
    )
    usual.append(parse_xml(f"<w:rPr {SPACES}>{STRUCK}</w:rPr>"))
    assert cell_with(run("旧") + run("新", '<w:strike w:val="0"/>'), word).text == "新"


def test_text_may_be_struck_out_by_default_whatever_the_styles_say() -> None:
    word = docx.Document()
    defaults = word.styles.element.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    defaults.append(parse_xml(f"<w:strike {SPACES}/>"))
    style(word, "character", "S", f"<w:rPr>{STRUCK}</w:rPr>")
    inner = run("旧", '<w:rStyle w:val="S"/>') + run("新", '<w:strike w:val="0"/>')
    assert cell_with(inner, word).text == "新"


def test_a_table_style_that_strikes_out_some_rows_is_a_fault() -> None:
    word = docx.Document()
    part = f'<w:tblStylePr w:type="lastRow"><w:rPr>{STRUCK}</w:rPr></w:tblStylePr>'
    style(word, "table", "T", part)
    cell = cell_with(run("文"), word, table='<w:tblStyle w:val="T"/>')
    assert cell.fault
    assert "表のスタイル" in cell.fault[0]


def test_deleted_and_moved_text_is_counted_and_inserted_text_is_read() -> None:
    inner = (
        '<w:del w:id="1"><w:r><w:delText>旧</w:delText></w:r></w:del>'
        f'<w:ins w:id="2">{run("新")}</w:ins>'
        f'<w:moveFrom w:id="3">{run("去る")}</w:moveFrom>'
        f'<w:moveTo w:id="4">{run("来る")}</w:moveTo>'
    )
    cell = cell_with(inner)
    assert (cell.text, cell.removed) == ("新来る", 2)


@pytest.mark.parametrize("mark", ["del", "moveFrom"])
def test_paragraphs_join_where_the_mark_between_them_is_deleted(mark: str) -> None:
    deleted = f'<w:rPr><w:{mark} w:id="9"/></w:rPr>'
    rows = [[paragraph(run("名称")), paragraph(run("実"), deleted) + paragraph(run("施"))]]
    assert cells_of(with_table(rows))[0][1].text == "実施"


def test_lines_join_where_the_mark_between_them_is_hidden() -> None:
    word = docx.Document()
    hidden = paragraph(run("見出し"), "<w:rPr><w:vanish/><w:specVanish/></w:rPr>")
    for place, each in enumerate((hidden, paragraph(run("と本文")))):
        word.element.body.insert(place, parse_xml(each.replace("<w:p>", f"<w:p {SPACES}>", 1)))
    assert [block.text for block in read(word).blocks] == ["見出しと本文"]


def test_a_deleted_numbered_paragraph_does_not_count() -> None:
    word = docx.Document()
    for text in ("地域", "消える", "情報"):
        word.add_paragraph(text, style="List Number")
    gone = word.paragraphs[1]._p
    gone.get_or_add_pPr().append(parse_xml(f'<w:rPr {SPACES}><w:del w:id="1"/></w:rPr>'))
    gone.remove(gone.r_lst[0])
    deleted = "<w:r><w:delText>消える</w:delText></w:r>"
    gone.append(parse_xml(f'<w:del {SPACES} w:id="2">{deleted}</w:del>'))
    assert [block.text for block in read(word).blocks] == ["1. 地域", "2. 情報"]


def test_the_number_of_a_struck_out_paragraph_goes_with_it() -> None:
    word = docx.Document()
    for text in ("地域", "消える", "情報"):
        word.add_paragraph(text, style="List Number")
    word.paragraphs[1].runs[0].font.strike = True
    document = read(word)
    assert [block.text for block in document.blocks] == ["1. 地域", "3. 情報"]
    assert document.gone == ("段落1 の後",)


def test_a_passage_in_a_line_is_counted_at_the_line() -> None:
    word = docx.Document()
    added = word.add_paragraph("新しい")
    added.add_run("古い").font.double_strike = True
    (line,) = read(word).blocks
    assert isinstance(line, Line)
    assert (line.text, line.removed) == ("新しい", 1)


DELETED = '<w:tcPr><w:cellDel w:id="5"/></w:tcPr>'


def test_a_column_that_is_deleted_is_empty() -> None:
    rows = [
        [paragraph(run("名称")), DELETED + paragraph(run("R5")), paragraph(run("R6"))],
        [paragraph(run("道路")), DELETED + paragraph(run("検討")), paragraph(run("実施"))],
    ]
    assert [[cell.text for cell in row] for row in cells_of(with_table(rows))] == [
        ["名称", "", "R6"],
        ["道路", "", "実施"],
    ]


def test_what_stands_right_of_a_cell_that_is_deleted_alone_has_no_known_place() -> None:
    rows = [
        [paragraph(run("名称")), paragraph(run("R5")), paragraph(run("R6"))],
        [paragraph(run("道路")), DELETED + paragraph(run("検討")), paragraph(run("実施"))],
    ]
    found = cells_of(with_table(rows))[1]
    assert (found[0].text, found[1].text, found[1].fault) == ("道路", "", None)
    assert found[2].fault
    assert found[2].where == "表1 2行3列"


def test_cells_merged_in_tracked_changes_are_merged() -> None:
    merged = '<w:tcPr><w:cellMerge w:id="7" w:vMerge="{}"/></w:tcPr>'
    rows = [
        [merged.format("rest") + paragraph(run("福祉")), paragraph(run("甲"))],
        [merged.format("cont") + paragraph(""), paragraph(run("乙"))],
    ]
    assert cells_of(with_table(rows))[0][0].rows == 2


def test_a_text_that_a_merged_cell_covers_is_a_fault() -> None:
    rows = [
        ['<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + paragraph(run("福祉")), paragraph("")],
        ["<w:tcPr><w:vMerge/></w:tcPr>" + paragraph(run("隠れた")), paragraph(run("乙"))],
    ]
    fault = cells_of(with_table(rows))[1][0].fault
    assert fault
    assert "隠れた値" in fault[0]


def test_cells_merged_in_the_old_way_span_columns() -> None:
    rows = [
        [
            '<w:tcPr><w:hMerge w:val="restart"/></w:tcPr>' + paragraph(run("対象")),
            "<w:tcPr><w:hMerge/></w:tcPr>" + paragraph(""),
            paragraph(run("備考")),
        ]
    ]
    found = cells_of(with_table(rows))[0]
    assert [(cell.text, cell.columns) for cell in found] == [("対象", 2), ("", 1), ("備考", 1)]


def test_text_is_hidden_as_toggles_are() -> None:
    word = docx.Document()
    style(word, "character", "H", "<w:rPr><w:vanish/></w:rPr>")
    style(word, "paragraph", "P", "<w:rPr><w:vanish/></w:rPr>")
    both = run("二度隠した", '<w:rStyle w:val="H"/>')
    shown = paragraph(both + run("隠した"), '<w:pStyle w:val="P"/>')
    assert (
        cells_of(with_table([[paragraph(run("名称")), shown]], word=word))[0][1].text
        == "二度隠した"
    )


def with_deleted_rows(rows: list[str], deleted: set[int]) -> Word:
    """A document with a table of one column, some of whose rows tracked changes delete."""
    made = with_table([[paragraph(run(text))] for text in rows])
    for number in deleted:
        row = made.tables[0].rows[number]._tr
        row.insert(0, parse_xml(f'<w:trPr {SPACES}><w:del w:id="{number}"/></w:trPr>'))
    return made


def test_deleted_rows_are_not_read_and_are_listed() -> None:
    document = read(with_deleted_rows(["消える", "名称", "甲", "消えた", "乙"], {0, 3}))
    assert [place.text for place in document.places()] == ["名称", "甲", "乙"]
    assert document.gone == ("表1 の初め", "表1 2行の後")


def test_a_table_of_which_all_is_deleted_is_listed() -> None:
    made = with_deleted_rows(["消えた", "消えた"], {0, 1})
    made.add_paragraph("本文")
    document = read(made)
    assert [place.text for place in document.places()] == ["本文"]
    assert document.gone == ("文書の初め", "文書の初め")


def test_a_table_of_which_all_is_struck_out_is_listed() -> None:
    made = with_table([[paragraph(run("消えた", STRUCK)), paragraph("")]])
    made.add_paragraph("本文")
    assert read(made).gone == ("文書の初め",)
