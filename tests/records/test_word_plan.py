"""Plans in Word whose pages show other than their files say: what is read, counted and told."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from docx.oxml import parse_xml

from keikaku.assets import shipped
from keikaku.build import Source, check_plan, graphs_of, read_source
from keikaku.checks.publish import as_text
from keikaku.errors import ReadError
from keikaku.records.profile import read_profile
from keikaku.settings import Settings
from keikaku.source.grid import Line
from word_cells import SPACES, content_of, field, paragraph, run, with_table

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document as Word

PLANFILE = """profile = "our"
document = "plan.docx"

[plan]
name = "t"
title = { ja = "架空の計画" }
first_year = "R5"
last_year = "R7"

[municipality]
code = "012025"
name = { ja = "函館市", en = "Hakodate City" }
"""
PROFILE = """layout = "register"
title = { ja = "一覧", en = "list" }
[columns]
title = "名称"
department = "担当課"
implemented_by_prefix = "主体_"
ignored = ["メモ"]
[marks]
on = ["☑", "○済"]
off = ["☐"]
[names]
separator = ["・"]
[schedule]
arrows = ["→"]
marks = { "○" = "実施", "○新" = "検討" }
"""
HEADER = ["名称", "担当課", "主体_行政", "メモ", "R5", "R6", "R7"]
BOX = """<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr>
<w:sdtContent><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:sdtContent></w:sdt>"""


def word(*rows: list[str]) -> Word:
    """A document with a table of the header and of rows of the XML of paragraphs."""
    header = [paragraph(run(text)) for text in HEADER]
    return with_table([header, *([paragraph(cell) for cell in row] for row in rows)])


def row(**cells: str) -> list[str]:
    """A row of what is usual, but for some of its cells."""
    usual = {"名称": run("公園の整備"), "担当課": run("総務課"), "R5": run("検討")}
    return [{**usual, **cells}.get(name, "") for name in HEADER]


def source(document: Word | bytes, folder: Path, profile: str = PROFILE) -> Source:
    plan = folder / "012025-t"
    plan.mkdir()
    (plan / "plan.toml").write_text(PLANFILE, encoding="utf-8")
    (plan / "our.toml").write_text(profile, encoding="utf-8")
    content = document if isinstance(document, bytes) else content_of(document)
    (plan / "plan.docx").write_bytes(content)
    found = read_source(plan, Settings())
    assert isinstance(found, Source)
    return found


def test_what_the_page_shows_is_what_is_read(tmp_path: Path) -> None:
    circled = field(r"eq \o\ac(○,新)")
    found = source(
        word(
            row(名称=circled + run("公園の整備"), 主体_行政=BOX, R6=circled),
            row(
                名称=field(r"EQ \o\ad(\s\up 9(きょうどう),協働)") + run("の推進"),
                主体_行政=field(r"eq \o\ac(○,済)"),
                担当課=run("廃止課", "<w:strike/>") + run("市民課"),
                R6=run("実施", "<w:dstrike/>"),
            ),
        ),
        tmp_path,
    )
    first, second = found.plan.items
    assert (first.title.value, second.title.value) == ("○新公園の整備", "協働の推進")
    assert [party.value for party in (*first.implemented_by, *second.implemented_by)] == [
        "行政",
        "行政",
    ]
    (unit,) = second.departments
    assert unit.value == "市民課"
    assert len(second.schedule) == 1


def test_what_is_struck_out_is_counted_in_the_report_but_not_told(tmp_path: Path) -> None:
    gone = run("廃止課", "<w:strike/>")
    made = word(row(担当課=gone + run("市民課"), メモ=gone))
    struck = paragraph(run("前の案", "<w:strike/>")).replace("<w:p>", f"<w:p {SPACES}>", 1)
    made.element.body.insert(0, parse_xml(struck))
    found = source(made, tmp_path)
    checked = check_plan(graphs_of(found, Settings().base), swiftly=True)
    text = as_text(checked.report)
    assert "消された文字(取り消し線、変更履歴の削除)は読みません: 2 か所" in text
    assert "  表1 2行2列\n" in text
    assert "  文書の初め" in text
    assert "2行4列" not in text, "a withheld cell tells nothing"
    assert "廃止課" not in text
    assert "前の案" not in text


def test_a_fault_is_told_at_its_cell_but_not_in_what_is_ignored(tmp_path: Path) -> None:
    unknown = field("IF 1 = 1 &quot;秘密&quot; &quot;乙&quot;")
    made = word(row(名称=unknown, メモ=unknown))
    with pytest.raises(ReadError) as caught:
        source(made, tmp_path)
    assert [problem.place for problem in caught.value.problems] == ["表1 2行1列"]
    assert "秘密" not in str(caught.value)


def test_a_box_in_an_ignored_cell_is_not_told(tmp_path: Path) -> None:
    inner = f"<w:txbxContent>{paragraph(run('秘密'))}</w:txbxContent>"
    box = f"<w:r><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></w:r>"
    found = source(word(row(メモ=run("控え") + box)), tmp_path)
    assert len(found.plan.items) == 1
    assert "秘密" not in str(found.document)


def with_footnote(document: Word, text: str) -> bytes:
    """The file of a document with a footnote of the number 2."""
    note = f'<w:footnote w:id="2">{paragraph(run(text))}</w:footnote>'
    changed = BytesIO(content_of(document))
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr("word/footnotes.xml", f"<w:footnotes {SPACES}>{note}</w:footnotes>")
    return changed.getvalue()


def test_the_footnote_of_an_ignored_cell_is_withheld_with_it(tmp_path: Path) -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    found = source(with_footnote(word(row(メモ=reference)), "秘密"), tmp_path)
    (line,) = (block for block in found.document.blocks if isinstance(block, Line))
    assert (line.where, line.text) == ("脚注2", "")
    assert found.plan.withheld.covers(line)


def test_the_footnote_of_a_cell_that_is_read_is_told(tmp_path: Path) -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    named = run("公園の整備") + reference
    with pytest.raises(ReadError) as caught:
        source(with_footnote(word(row(名称=named)), "ただし書き"), tmp_path)
    assert "ただし書き" in str(caught.value)


ARROW = '<w:r><w:pict><v:line style="position:absolute" from="0,0" to="120pt,0"/></w:pict></w:r>'
IGNORE = '\n[furniture]\ndrawings = "ignore"\n'


def test_an_arrow_over_cells_is_an_error_that_names_them(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        source(word(row(R6=ARROW)), tmp_path)
    (told,) = caught.value.problems
    assert told.place == "表1 2行6列"
    assert "表1 2行6列 から 表1 2行7列 まで" in told.ja
    assert 'drawings = "ignore"' in told.en


def test_an_arrow_is_nothing_where_the_profile_says_so(tmp_path: Path) -> None:
    found = source(word(row(R6=ARROW)), tmp_path, PROFILE + IGNORE)
    assert len(found.plan.items) == 1


def test_an_arrow_over_an_ignored_cell_is_not_told(tmp_path: Path) -> None:
    short = ARROW.replace("120pt", "50pt")
    assert source(word(row(メモ=short)), tmp_path).plan.items


def test_a_filled_cell_is_an_error_unless_the_profile_says_that_it_is_nothing(
    tmp_path: Path,
) -> None:
    def document() -> Word:
        made = word(row())
        cell = made.tables[0].cell(1, 5)._tc
        cell.get_or_add_tcPr().append(
            parse_xml(f'<w:shd {SPACES} w:val="clear" w:color="auto" w:fill="3366CC"/>')
        )
        return made

    with pytest.raises(ReadError) as caught:
        source(document(), tmp_path)
    (told,) = caught.value.problems
    assert (told.place, "塗りつぶされて" in told.ja) == ("表1 2行6列", True)
    (tmp_path / "012025-t").rename(tmp_path / "before")
    profile = PROFILE + IGNORE.replace("drawings", "fills")
    assert source(document(), tmp_path, profile).plan.items


def check_box(checked: int, sign: str) -> str:
    """A content control to check, as Word writes it."""
    state = f'<w14:checkbox><w14:checked w14:val="{checked}"/></w14:checkbox>'
    return f"<w:sdt><w:sdtPr>{state}</w:sdtPr><w:sdtContent>{run(sign)}</w:sdtContent></w:sdt>"


def test_boxes_to_check_are_marks_of_our_own_table(tmp_path: Path) -> None:
    header = ["名称", "実施主体_市民", "実施主体_行政", "R5", "R6", "R7"]
    yes, no = check_box(1, "☒"), check_box(0, "☐")
    cells = [run("公園の整備"), no, yes, yes, no, run("☑")]
    made = with_table(
        [[paragraph(run(text)) for text in header], [paragraph(cell) for cell in cells]]
    )
    plan = tmp_path / "012025-t"
    plan.mkdir()
    (plan / "plan.toml").write_text(PLANFILE.replace('"our"', '"table"'), encoding="utf-8")
    (plan / "plan.docx").write_bytes(content_of(made))
    found = read_source(plan, Settings())
    assert isinstance(found, Source)
    (item,) = found.plan.items
    assert [party.value for party in item.implemented_by] == ["行政"]
    assert [[phase.value for phase in entry.phases] for entry in item.schedule] == [
        ["実施"],
        ["実施"],
    ]


@pytest.mark.parametrize(
    "name", ["table", "register-hierarchy", "evaluation-sheets", "overview-and-sheets"]
)
def test_boxes_to_check_are_marks_of_every_profile_that_is_shipped(name: str) -> None:
    marks = read_profile(shipped("profiles") / f"{name}.toml").marks
    assert {"☑", "☒"} <= set(marks.on)
    assert "☐" in marks.off
