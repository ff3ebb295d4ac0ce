"""Drawings over the cells of a Word table, and empty cells that a fill marks."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml

from keikaku.source.grid import Line
from word_cells import SPACES, cell_with, cells_of, paragraph, read, run, with_table

CELL = 1200 * 635
"""The width of a cell of word_cells in EMU: 1,200 twentieths of a point."""

ARROW = '<a:prstGeom prst="rightArrow"><a:avLst/></a:prstGeom><a:solidFill/>'
UNSEEN = '<a:prstGeom prst="rect"/><a:noFill/><a:ln><a:noFill/></a:ln>'


def wsp(look: str = ARROW, text: str = "") -> str:
    box = f"<wps:txbx><w:txbxContent>{paragraph(run(text))}</w:txbxContent></wps:txbx>"
    return f"<wps:wsp><wps:spPr>{look}</wps:spPr>{box if text else ''}<wps:bodyPr/></wps:wsp>"


def anchored(
    inner: str, left: int = 0, width: int = CELL, beside: str = "column", shown: str = ""
) -> str:
    """A drawing that floats `left` of its cell's left edge, so wide."""
    return (
        f'<w:r><w:drawing><wp:anchor><wp:positionH relativeFrom="{beside}">'
        f"<wp:posOffset>{left}</wp:posOffset></wp:positionH>"
        f'<wp:extent cx="{width}" cy="100000"/><wp:docPr id="1" name="x" {shown}/>'
        f"<a:graphic><a:graphicData>{inner}</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def inline(inner: str) -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{CELL}" cy="100000"/><a:graphic>'
        f"<a:graphicData>{inner}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def vml(shape: str) -> str:
    return f"<w:r><w:pict>{shape}</w:pict></w:r>"


def signs(drawn: str, at: int = 1) -> list[str | None]:
    """The signs of a row of four cells, where a drawing is anchored in one of them."""
    row = [paragraph(run("名称")), *[paragraph("")] * 3]
    row[at] = paragraph(drawn)
    return [cell.sign for cell in cells_of(with_table([row]))[0]]


D = "drawings"


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (anchored(wsp()), [None, D, None, None]),
        (anchored(wsp(), width=3 * CELL), [None, D, D, D]),
        (anchored(wsp(), left=CELL, width=CELL), [None, D, D, None]),
        (anchored(wsp(), left=-CELL, width=2 * CELL), [D, D, None, None]),
        (anchored(wsp(), width=CELL + CELL // 10), [None, D, None, None]),
        (anchored(wsp(), width=3 * CELL, beside="page"), [None, D, None, None]),
        (anchored(f"<wpg:wgp>{wsp()}{wsp()}</wpg:wgp>", width=2 * CELL), [None, D, D, None]),
        (inline(wsp()), [None, D, None, None]),
        (inline("<pic:pic/>"), [None, D, None, None]),
        (vml('<v:line style="position:absolute" from="0,0" to="120pt,0"/>'), [None, D, D, None]),
        (vml('<v:line style="position:absolute" from="120pt,0" to="0,0"/>'), [None, D, D, None]),
        (
            vml('<v:rect style="position:absolute;margin-left:60pt;width:60pt;height:9pt"/>'),
            [None, D, D, None],
        ),
        (vml('<v:shapetype id="t"/><v:shape type="#t" style="width:9pt"/>'), [None, D, None, None]),
        (vml('<v:oval style="width:9pt;height:9pt"/>'), [None, D, None, None]),
        ("<w:r><w:object><v:shape/><o:OLEObject/></w:object></w:r>", [None, D, None, None]),
        (anchored(wsp(UNSEEN)), [None] * 4),
        (anchored(wsp(), shown='hidden="1"'), [None] * 4),
        (vml('<v:rect filled="f" stroked="f"/>'), [None] * 4),
        (vml('<v:rect style="visibility:hidden"/>'), [None] * 4),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:pict><v:rect/></w:pict></w:r>", [None] * 4),
        ('<w:del w:id="1"><w:r><w:pict><v:rect/></w:pict></w:r></w:del>', [None] * 4),
    ],
)
def test_a_drawing_without_text_marks_the_cells_that_it_lies_over(
    drawn: str, expected: list[str | None]
) -> None:
    assert signs(drawn) == expected


def test_of_alternative_forms_of_a_drawing_one_counts() -> None:
    both = (
        f'<mc:AlternateContent><mc:Choice Requires="wps">{anchored(wsp(), width=2 * CELL)}'
        f"</mc:Choice><mc:Fallback>{vml('<v:rect/>')}</mc:Fallback></mc:AlternateContent>"
    )
    assert signs(both) == [None, D, D, None]


def test_a_drawing_in_a_merged_cell_marks_it() -> None:
    rows = [
        ['<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + paragraph(run("甲")), paragraph("")],
        ["<w:tcPr><w:vMerge/></w:tcPr>" + paragraph(inline(wsp())), paragraph(run("乙"))],
    ]
    assert cells_of(with_table(rows))[0][0].sign == D


@pytest.mark.parametrize(
    "drawn",
    [
        inline(wsp(text="実施")),
        anchored(wsp(text="実施")),
        vml(
            f"<v:shape><v:textbox><w:txbxContent>{paragraph(run('実施'))}</w:txbxContent>"
            "</v:textbox></v:shape>"
        ),
        vml('<v:shape><v:textpath string="実施"/></v:shape>'),
    ],
)
def test_the_text_of_a_shape_that_lies_in_a_cell_is_its_text(drawn: str) -> None:
    cell = cell_with(drawn)
    assert (cell.text, cell.sign, cell.fault) == ("実施", None, None)


@pytest.mark.parametrize(
    "drawn",
    [
        anchored(wsp(text="実施"), width=3 * CELL),
        anchored(wsp(text="実施"), left=CELL),
        anchored(wsp(text="実施"), beside="page"),
    ],
)
def test_the_text_of_a_shape_that_reaches_out_of_its_cell_is_a_fault(drawn: str) -> None:
    cell = cell_with(drawn)
    assert cell.fault
    assert "どの欄" in cell.fault[0]


def filled(text: str, fill: str, pattern: str = "clear") -> str:
    shading = f'<w:tcPr><w:shd w:val="{pattern}" w:color="auto" w:fill="{fill}"/></w:tcPr>'
    return (shading if fill else "") + paragraph(run(text) if text else "")


def fills(rows: list[list[str]]) -> list[str]:
    """The addresses of the cells that a fill marks."""
    found = cells_of(with_table(rows))
    return [f"{cell.row}-{cell.column}" for row in found for cell in row if cell.sign == "fills"]


HEADER = [filled(text, "D9E2F3") for text in ("名称", "R5", "R6", "R7")]
BLUE = "3366CC"


def test_an_empty_cell_with_a_fill_of_its_own_is_marked() -> None:
    plain = [filled("乙", ""), filled("実施", ""), filled("", ""), filled("", "")]
    bars = [filled("甲", ""), filled("検討", ""), filled("", BLUE), filled("", BLUE)]
    assert fills([HEADER, bars, plain]) == ["2-3", "2-4"]


@pytest.mark.parametrize("pattern", ["pct25", "diagStripe", "solid"])
def test_a_pattern_is_a_fill(pattern: str) -> None:
    row = [filled("甲", ""), filled("検討", ""), filled("", "auto", pattern), filled("", "")]
    assert fills([HEADER, row]) == ["2-3"]


def test_a_bar_that_begins_in_a_cell_with_text_is_marked_where_it_goes_on() -> None:
    bar = [filled("甲", ""), filled("実施", BLUE), filled("", BLUE), filled("", "")]
    assert fills([HEADER, bar]) == ["2-3"]


@pytest.mark.parametrize("white", ["auto", "FFFFFF", ""])
def test_white_is_no_fill(white: str) -> None:
    row = [filled("甲", ""), filled("検討", ""), filled("", white), filled("", "")]
    assert fills([HEADER, row]) == []


def test_the_usual_fill_of_a_row_or_column_marks_nothing() -> None:
    banded = [filled(text, "F2F2F2") for text in ("甲", "検討", "", "")]
    spacer = [filled("", "F2F2F2")] * 4
    assert fills([HEADER, banded, spacer]) == []
    column = [
        [filled("甲", ""), filled("実施", ""), filled("", ""), filled(text, "EEEEEE")]
        for text in ("備考", "")
    ]
    assert fills([HEADER, *column]) == []
    bars = [[filled("甲", ""), filled("実施", ""), filled("", ""), filled("", "EEEEEE")]] * 2
    assert fills([HEADER, *bars]) == ["2-4", "3-4"]
    corner = [filled("", "D9E2F3"), *HEADER[1:]]
    assert fills([corner, [filled("甲", ""), *[filled("実施", "")] * 3]]) == []


def test_an_embedded_table_of_another_program_is_a_fault_of_its_line() -> None:
    word = docx.Document()
    embedded = '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    beside = paragraph(run("次の表のとおり") + embedded).replace("<w:p>", f"<w:p {SPACES}>", 1)
    word.element.body.insert(0, parse_xml(beside))
    first, second = read(word).blocks
    assert isinstance(first, Line)
    assert isinstance(second, Line)
    assert (first.text, first.fault) == ("次の表のとおり", None)
    assert second.fault
    assert "埋め込まれて" in second.fault[0]


def test_a_drawing_beside_a_text_that_is_no_cell_is_left_out() -> None:
    word = docx.Document()
    drawn = paragraph(run("本文") + anchored(wsp())).replace("<w:p>", f"<w:p {SPACES}>", 1)
    word.element.body.insert(0, parse_xml(drawn))
    assert [block.text for block in read(word).blocks if isinstance(block, Line)] == ["本文"]
