"""Word as it prints: fields, symbol fonts, content controls, boxes to check, and the rest."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml

from keikaku.source.equation import Unshowable
from keikaku.source.grid import FAULTY
from keikaku.source.numbering import Numbering
from keikaku.source.word import read_word
from word_cells import (
    SPACES,
    cell_with,
    cells_of,
    content_of,
    field,
    paragraph,
    run,
    style,
    with_table,
)


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        (field(r"eq \o\ac(○,新)") + run("公園の整備"), "○新公園の整備"),
        (
            field(r"EQ \* jc2 \* hps10 \o\ad(\s\up 9(きょうどう),協働)") + run("の推進"),
            "協働の推進",
        ),
        (run("表") + field(r"eq \o\ac(○,21)") + run("を見る"), "表㉑を見る"),
        (run("3") + field(r"EQ \f(1,2)") + run("倍"), "3 1/2倍"),
        (field(r"EQ \o\ac(○,新)", ""), "○新"),
        (field('QUOTE "協働"'), "協働"),
        (field(r'SYMBOL 254 \f "Wingdings" \s 10'), "☑"),
        (field("MACROBUTTON NoMacro 氏名を入力"), "氏名を入力"),
        (field('XE "索引"') + run("本文"), "本文"),
        (field("DOCPROPERTY 課", run("総務課")), "総務課"),
        (field("DOCPROPERTY 課", run("")), ""),
        (field('IF 1 = 1 "甲"', run("甲")), "甲"),
        (field("PAGE", run("3")), "3"),
        (f'<w:fldSimple w:instr="DATE">{run("4月1日")}</w:fldSimple>', "4月1日"),
        (r'<w:fldSimple w:instr="EQ \x(重点)"/>', "重点"),
        # nested: the inner result is part of the outer instruction
        (field("QUOTE &quot;</w:instrText></w:r>" + field("QUOTE 甲") +
               '<w:r><w:instrText>乙&quot;'), "甲乙"),
        # nested: what is inside an instruction is not shown where the outer has a result
        (field("IF </w:instrText></w:r>" + field("DOCPROPERTY x") +
               '<w:r><w:instrText> = 1 "甲"', run("乙")), "乙"),
    ],
)  # fmt: skip
def test_a_field_shows_its_result_or_what_word_draws(inner: str, shown: str) -> None:
    cell = cell_with(inner)
    assert (cell.text, cell.fault) == (shown, None)


def test_an_instruction_may_stand_in_several_runs() -> None:
    code = "<w:r><w:instrText>{}</w:instrText></w:r>"
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    parts = "".join(map(code.format, (r" eq \o\ac(", "○", ",新)")))
    assert cell_with(sign.format("begin") + parts + sign.format("end")).text == "○新"


@pytest.mark.parametrize(
    "instruction",
    [
        'IF 1 = 1 "甲" "乙"',
        "= 1 + 2",
        "DOCPROPERTY 課",
        "REF 印",
        "QUOTE 65",
        r"EQ \s(上,下)",
        "LISTNUM",
        "☑",
    ],
)
def test_a_field_that_cannot_be_told_is_a_fault_of_its_cell(instruction: str) -> None:
    cell = cell_with(run("前") + field(instruction.replace('"', "&quot;")))
    assert cell.text == FAULTY
    assert cell.fault
    assert cell.where == "表1 1行2列"


def test_a_field_that_does_not_end_is_a_fault() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>EQ</w:instrText></w:r>'
    assert cell_with(begun).fault


def test_a_field_goes_over_paragraphs() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = "<w:r><w:instrText>TOC</w:instrText></w:r>"
    first = paragraph(begun.format("begin") + code + begun.format("separate") + run("一"))
    last = paragraph(run("二") + begun.format("end"))
    assert cells_of(with_table([[paragraph(run("名称")), first + last]]))[0][1].text == "一\n二"


STRUCK = "<w:strike/>"


def test_a_struck_out_or_deleted_field_shows_nothing() -> None:
    sign = "<w:r><w:rPr><w:strike/></w:rPr>{}</w:r>"
    struck = "".join(
        sign.format(inner)
        for inner in (
            '<w:fldChar w:fldCharType="begin"/>',
            r"<w:instrText>eq \o\ac(○,新)</w:instrText>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    deleted = (
        '<w:del w:id="1"><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        r"<w:r><w:delInstrText>eq \o\ac(○,新)</w:delInstrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:del>'
    )
    for gone in (struck, deleted):
        cell = cell_with(gone + run("公園"))
        assert (cell.text, cell.fault) == ("公園", None)


WINGDINGS = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'


@pytest.mark.parametrize(
    ("text", "properties", "shown"),
    [
        ("\uf0fe", WINGDINGS, "☑"),
        ("\uf06e市民", WINGDINGS, "■市民"),
        ("n", WINGDINGS, "■"),
        ("ü", WINGDINGS, "✓"),
        ("ab", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>', "αβ"),
        ("市民", '<w:rFonts w:eastAsia="Wingdings"/>', "市民"),
        ("n", '<w:rFonts w:ascii="Wingdings" w:asciiTheme="minorHAnsi"/>', "n"),
        ("n", '<w:rFonts w:ascii="Arial"/>', "n"),
    ],
)
def test_text_in_a_symbol_font_is_what_the_page_shows(
    text: str, properties: str, shown: str
) -> None:
    assert cell_with(run(text, properties)).text == shown


def test_a_symbol_font_may_be_that_of_a_style() -> None:
    word = docx.Document()
    style(word, "character", "Mark", f"<w:rPr>{WINGDINGS}</w:rPr>")
    assert cell_with(run("n", '<w:rStyle w:val="Mark"/>'), word).text == "■"


def test_a_sign_of_a_symbol_font_that_is_not_known_is_a_fault() -> None:
    webdings = '<w:rFonts w:ascii="Webdings" w:hAnsi="Webdings"/>'
    cell = cell_with(run("!", webdings))
    assert cell.fault
    assert "Webdings" in cell.fault[0]


def test_a_font_that_the_document_calls_symbolic_is_not_read_as_letters() -> None:
    cell = cell_with(run("A", '<w:rFonts w:ascii="Odd"/>'))
    assert cell.text == "A"
    word = with_table([[paragraph(run("名称")), paragraph(run("A", '<w:rFonts w:ascii="Odd"/>'))]])
    content = content_of(word)
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "word/fontTable.xml":
                odd = b'<w:font w:name="Odd"><w:charset w:val="02"/></w:font></w:fonts>'
                part = part.replace(b"</w:fonts>", odd)
            new.writestr(entry.filename, part)
    places = read_word(changed.getvalue(), "plan.docx").places()
    assert [place.text for place in places] == ["名称", FAULTY]


def test_a_sign_of_an_ordinary_font_is_its_character() -> None:
    assert cell_with('<w:r><w:sym w:font="MS Mincho" w:char="2460"/></w:r>').text == "①"


def control(properties: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def checkbox(checked: str, on: str = "2612", off: str = "2610", font: str = "MS Gothic") -> str:
    return (
        f'<w14:checkbox><w14:checked w14:val="{checked}"/>'
        f'<w14:checkedState w14:val="{on}" w14:font="{font}"/>'
        f'<w14:uncheckedState w14:val="{off}" w14:font="{font}"/></w14:checkbox>'
    )


@pytest.mark.parametrize(
    ("properties", "content", "shown"),
    [
        ("<w:dropDownList/>", run("実施"), "実施"),
        ("<w:date/>", run("令和5年4月1日"), "令和5年4月1日"),
        ("<w:showingPlcHdr/><w:dropDownList/>", run("アイテムを選択してください。"), ""),
        ('<w:showingPlcHdr w:val="0"/>', run("実施"), "実施"),
        (checkbox("1"), run("☒"), "☒"),
        (checkbox("0"), run("☐"), "☐"),
        (checkbox("1", "00FE", "00A8", "Wingdings"),
         '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        # signs of its own: ○ is a yes in most tables, here it says no
        (checkbox("0", "25CF", "25CB"), run("○"), "☐"),
        (checkbox("1", "25CF", "25CB"), run("●"), "☑"),
        (checkbox("1", "0021", "0022", "Webdings"),
         '<w:r><w:sym w:font="Webdings" w:char="F021"/></w:r>', "☑"),
    ],
)  # fmt: skip
def test_content_controls_show_what_is_chosen(properties: str, content: str, shown: str) -> None:
    cell = cell_with(control(properties, content) + run("。"))
    assert (cell.text, cell.fault) == (f"{shown}。", None)


def test_a_control_around_paragraphs_or_a_cell_shows_no_prompt() -> None:
    prompt = "<w:showingPlcHdr/>"
    inside = control(prompt, paragraph(run("ここに入力")))
    around = control(prompt, f"<w:tc>{paragraph(run('ここに入力'))}</w:tc>")
    rows = [[paragraph(run("名称")), paragraph("") + inside, around, paragraph(run("実施"))]]
    assert [cell.text for cell in cells_of(with_table(rows))[0]] == ["名称", "", "", "実施"]


def form(inner: str, kind: str) -> str:
    """A field of a form in the old way."""
    sign = '<w:r><w:fldChar w:fldCharType="{}">{}</w:fldChar></w:r>'
    data = f"<w:ffData>{inner}</w:ffData>"
    code = f"<w:r><w:instrText> {kind} </w:instrText></w:r>"
    return sign.format("begin", data) + code + sign.format("separate", "") + sign.format("end", "")


@pytest.mark.parametrize(
    ("inner", "kind", "shown"),
    [
        ("<w:checkBox><w:checked/></w:checkBox>", "FORMCHECKBOX", "☑"),
        ('<w:checkBox><w:default w:val="1"/></w:checkBox>', "FORMCHECKBOX", "☑"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>',
         "FORMCHECKBOX", "☐"),
        ('<w:ddList><w:result w:val="1"/><w:listEntry w:val="検討"/><w:listEntry w:val="実施"/>'
         "</w:ddList>", "FORMDROPDOWN", "実施"),
        ('<w:ddList><w:listEntry w:val="検討"/></w:ddList>', "FORMDROPDOWN", "検討"),
        ("<w:textInput/>", "FORMTEXT", ""),
    ],
)  # fmt: skip
def test_forms_of_the_old_way_show_what_is_chosen(inner: str, kind: str, shown: str) -> None:
    cell = cell_with(form(inner, kind) + run("市民"))
    assert cell.text == f"{shown}市民"


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        (run("pdca", "<w:caps/>"), "PDCA"),
        (run("it化", "<w:smallCaps/>"), "IT化"),
        (run("10") + run("2", '<w:vertAlign w:val="superscript"/>'), "10²"),
        (run("CO") + run("2", '<w:vertAlign w:val="subscript"/>'), "CO₂"),
        (run("※1", '<w:vertAlign w:val="superscript"/>'), "※1"),
        (run("甲乙", '<w:eastAsianLayout w:id="1" w:combine="1"/>'), "甲乙"),
        (
            run("甲", '<w:eastAsianLayout w:id="1" w:combine="1" w:combineBrackets="round"/>')
            + run("乙", '<w:eastAsianLayout w:id="1" w:combine="1" w:combineBrackets="round"/>')
            + run("丙"),
            "(甲乙)丙",
        ),
        (run("12", '<w:eastAsianLayout w:id="1" w:vert="1"/>'), "12"),
        (run("詰める", '<w:fitText w:val="420"/>'), "詰める"),
        (run("上げる", '<w:position w:val="6"/>'), "上げる"),
        (run("網", "<w:webHidden/>"), "網"),
        ("<w:r><w:t>03</w:t><w:noBreakHyphen/><w:t>1234</w:t></w:r>", "03-1234"),
        ("<w:r><w:t>協</w:t><w:softHyphen/><w:t>働</w:t></w:r>", "協働"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", "甲\t乙"),
        ("<w:r><w:t>甲</w:t><w:ptab/><w:t>乙</w:t></w:r>", "甲\t乙"),
        ("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:cr/><w:t>丙</w:t></w:r>", "甲\n乙\n丙"),
        ("<w:r><w:t>市民\n活動</w:t></w:r>", "市民 活動"),
        (f'<w:dir w:val="rtl">{run("甲")}</w:dir>', "甲"),
        (f'<w:bdo w:val="ltr">{run("甲")}</w:bdo>', "甲"),
        (f"<w:smartTag>{run('山口市')}</w:smartTag>", "山口市"),
        ("<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>", "x"),
        (
            "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r>"
            "</m:den></m:f></m:oMath>",
            "1/2",
        ),
        (
            "<m:oMath><m:sSup><m:e><m:r><m:t>m</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r>"
            "</m:sup></m:sSup></m:oMath>",
            "m²",
        ),
    ],
)
def test_text_is_told_as_the_page_shows_it(inner: str, shown: str) -> None:
    cell = cell_with(inner)
    assert (cell.text, cell.fault) == (shown, None)


@pytest.mark.parametrize(
    "inner",
    [
        f'<w:bdo w:val="rtl">{run("12")}</w:bdo>',
        '<w:subDoc r:id="rId9"/>',
        "<w:r><w:yearLong/></w:r>",
        '<w:r><w:sym w:font="MS Mincho" w:char="D800"/></w:r>',
        field(r"SYMBOL 55296 \u"),
        field("SYMBOL 2000000000 \\u"),
        "<m:oMath><m:nary><m:e><m:r><m:t>x</m:t></m:r></m:e></m:nary></m:oMath>",
    ],
)
def test_what_has_no_text_of_its_own_is_a_fault(inner: str) -> None:
    assert cell_with(inner).fault


def test_content_of_another_file_in_a_cell_is_a_fault() -> None:
    rows = [[paragraph(run("名称")), '<w:altChunk r:id="rId9"/>' + paragraph("")]]
    assert cells_of(with_table(rows))[0][1].fault


def test_of_alternatives_one_is_read_wherever_they_stand() -> None:
    both = (
        '<mc:AlternateContent><mc:Choice Requires="w14">{0}</mc:Choice>'
        "<mc:Fallback>{1}</mc:Fallback></mc:AlternateContent>"
    )
    in_paragraph = paragraph(both.format(run("甲"), run("乙")))
    around = both.format(paragraph(run("丙")), paragraph(run("丁")))
    rows = [[paragraph(run("名称")), in_paragraph + around]]
    assert cells_of(with_table(rows))[0][1].text == "甲\n丙"


def test_numbers_of_cells_are_those_that_word_prints() -> None:
    word = docx.Document()
    made = word.add_table(1, 2)
    made.cell(0, 0).text = "名称"
    made.cell(0, 1).paragraphs[0].text = "地域"
    made.cell(0, 1).add_paragraph("情報")
    for each in made.cell(0, 1).paragraphs:
        each.style = word.styles["List Number"]
    assert cells_of(word)[0][1].text == "1. 地域\n2. 情報"


@pytest.mark.parametrize(
    ("form_", "number", "shown"),
    [
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("lowerLetter", 27, "aa"),
        ("japaneseCounting", 12, "十二"),
        ("aiueoFullWidth", 2, "イ"),
        ("cardinalText", 1, None),
        ("ideographDigital", 12, None),
    ],
)
def test_a_form_of_numbers_that_is_not_known_is_a_fault(
    form_: str, number: int, shown: str | None
) -> None:
    level = (
        f'<w:lvl w:ilvl="0"><w:start w:val="{number}"/><w:numFmt w:val="{form_}"/>'
        '<w:lvlText w:val="%1."/></w:lvl>'
    )
    numbering = Numbering(
        parse_xml(
            f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
        ),
        None,
    )
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    element = parse_xml(f"<w:body {SPACES}>{paragraph(run('文'), numbered)}</w:body>")[0]
    if shown is None:
        with pytest.raises(Unshowable):
            numbering.printed(element)
    else:
        assert numbering.printed(element) == f"{shown}. "
