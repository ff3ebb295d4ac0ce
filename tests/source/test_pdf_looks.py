"""What a page of a PDF shows otherwise than its characters say."""

from __future__ import annotations

import zlib

import pytest
from reportlab.lib.pagesizes import A4

from keikaku.errors import SourceError
from keikaku.source.grid import Cell, Document, Grid
from keikaku.source.pdf import read_pdf

from .test_pdf import FONT, LEFT, ROW, SIZE, WIDTH, Page, grids, lines


def cells(document: Document) -> list[Cell]:
    found = [block for block in document.blocks if isinstance(block, Grid)]
    return [cell for grid in found for row in grid.rows for cell in row]


def strike(page: Page, row: int, first: int, last: int, *, high: float = 0.4) -> None:
    """Draw a line through characters of the first column, so high in them."""
    y = A4[1] - 100 - row * ROW - 14 + SIZE * high
    page.canvas.line(LEFT + 4 + first * SIZE, y, LEFT + 4 + last * SIZE, y)


TABLE = [["名称", "課"], ["旧新名称", "総務課"], ["廃止する", "市民課"]]


def test_a_line_through_characters_deletes_them() -> None:
    page = Page()
    page.table(TABLE)
    strike(page, 1, 0, 1)
    strike(page, 2, 0, 4)
    document = page.read()
    assert grids(document) == [[["名称", "課"], ["新名称", "総務課"], ["", "市民課"]]]
    assert [cell.removed for cell in cells(document)] == [0, 0, 1, 0, 1, 0]
    assert document.gone == ()


def test_two_lines_through_the_same_characters_are_one_deletion() -> None:
    page = Page()
    page.table(TABLE)
    strike(page, 1, 0, 1, high=0.35)
    strike(page, 1, 0, 1, high=0.45)
    assert [cell.removed for cell in cells(page.read())] == [0, 0, 1, 0, 0, 0]


def test_a_line_below_characters_and_one_that_is_longer_delete_nothing() -> None:
    page = Page()
    page.table(TABLE)
    strike(page, 1, 0, 4, high=-0.15)
    strike(page, 2, 0, 9)
    document = page.read()
    assert grids(document)[0][1] == ["旧新名称", "総務課"]
    assert "廃止する" in "".join(cell.text for cell in cells(document))
    assert not any(cell.removed for cell in cells(document))


def test_a_line_that_is_struck_out_beside_tables_is_counted() -> None:
    page = Page()
    page.write("古い注")
    page.write("注")
    y = A4[1] - 100 - 14 + SIZE * 0.4
    page.canvas.line(LEFT, y, LEFT + 3 * SIZE, y)
    document = page.read()
    assert lines(document) == ["注"]
    assert document.gone == ("p.1",)


def test_ruby_is_no_part_of_a_text() -> None:
    page = Page()
    page.table([["名称", "課"], ["協働の推進", "総務課"]])
    page.canvas.setFont(FONT, SIZE / 2)
    page.canvas.drawString(LEFT + 4, A4[1] - 100 - ROW - 14 + SIZE * 0.9, "きょうどう")
    assert grids(page.read())[0][1] == ["協働の推進", "総務課"]


def test_small_text_that_is_no_ruby_stays() -> None:
    page = Page()
    page.table([["名称", "課"], ["協働の推進", "総務課"]])
    page.canvas.setFont(FONT, SIZE / 2)
    page.canvas.drawString(LEFT + 4 + 5 * SIZE, A4[1] - 100 - ROW - 14, "※注")
    assert grids(page.read())[0][1] == ["協働の推進※注", "総務課"]


def upright(page: Page, texts: list[str], high: int = 120) -> None:
    """Write upright lines from the right into the second row's first cell, which is high."""
    canvas = page.canvas
    canvas.rect(LEFT, page.top - high, WIDTH, high)
    canvas.rect(LEFT + WIDTH, page.top - high, WIDTH, high)
    for place, text in enumerate(texts):
        for down, char in enumerate(text):
            x = LEFT + WIDTH - 20 - place * 18
            canvas.drawString(x, page.top - 14 - down * (SIZE + 1), char)
    canvas.drawString(LEFT + WIDTH + 4, page.top - 14, "総務課")


def test_upright_lines_are_read_from_the_right() -> None:
    page = Page()
    page.table([["名称", "課"]])
    upright(page, ["長寿の祭り", "二〇二三"])
    assert grids(page.read())[0][1] == ["長寿の祭り\n二〇二三", "総務課"]


def test_lines_from_left_to_right_are_not_taken_for_upright() -> None:
    page = Page()
    page.table([["名称", "課"]])
    page.canvas.rect(LEFT, page.top - 50, WIDTH, 50)
    page.canvas.rect(LEFT + WIDTH, page.top - 50, WIDTH, 50)
    for place, text in enumerate(("長寿の祭り", "二〇二三", "まで")):
        page.canvas.drawString(LEFT + 4, page.top - 14 - place * 13, text)
    page.canvas.drawString(LEFT + WIDTH + 4, page.top - 14, "総務課")
    assert grids(page.read())[0][1] == ["長寿の祭り\n二〇二三\nまで", "総務課"]


def test_an_upright_line_that_is_full_goes_on_in_the_next() -> None:
    page = Page()
    page.table([["名称", "課"]])
    upright(page, ["長寿の祭りを", "行う"], high=80)
    assert grids(page.read())[0][1] == ["長寿の祭りを行う", "総務課"]


def invisible(page: Page, text: str) -> None:
    """Write a line that is not drawn, as character recognition puts it behind a scan."""
    written = page.canvas.beginText(LEFT, page.top - 14)
    written.setTextRenderMode(3)
    written.textOut(text)
    page.canvas.drawText(written)


def test_text_that_is_not_drawn_is_not_read() -> None:
    page = Page()
    page.table(TABLE)
    invisible(page, "内々の覚え")
    assert lines(page.read()) == []


def test_a_scan_with_recognised_characters_is_refused() -> None:
    page = Page()
    invisible(page, "計画の題名")
    with pytest.raises(SourceError, match="文字認識"):
        page.read()


def meant(named: str, text: str) -> bytes:
    """A PDF whose font names one character for a glyph of which /ActualText says another."""
    utf16 = "FEFF" + text.encode("utf-16-be").hex().upper()
    drawn = f"BT /F1 10 Tf 72 700 Td /Span<</ActualText<{utf16}>>>BDC <41> Tj EMC ET".encode()
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"1 beginbfchar <41> <{named.encode('utf-16-be').hex()}> endbfchar\n"
        "endcmap end end"
    ).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(zlib.compress(drawn))
        + zlib.compress(drawn)
        + b"\nendstream",
        b"<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar 65/LastChar 65/Widths[667]"
        b"/FontDescriptor 7 0 R/ToUnicode 6 0 R>>",
        b"<</Length %d>>stream\n" % len(cmap) + cmap + b"\nendstream",
        b"<</Type/FontDescriptor/FontName/X/Flags 32/FontBBox[0 -120 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 700/StemV 80>>",
    ]
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        len(body),
    )
    return body + head + table + tail


@pytest.mark.parametrize(
    ("named", "text"), [("⺠", "民"), ("⾏", "行"), ("⻑", "長"), ("市", "市")]
)
def test_a_radical_is_the_character_that_is_meant(named: str, text: str) -> None:
    assert lines(read_pdf(meant(named, text), "plan.pdf")) == [text]
