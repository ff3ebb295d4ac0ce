from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from keikaku.errors import SourceError
from keikaku.source.apart import Limits, read_apart
from keikaku.source.grid import Cell, Document, Grid, Line
from keikaku.source.pdf import read_pdf

if TYPE_CHECKING:
    from collections.abc import Sequence

FONT = "HeiseiMin-W3"
SIZE = 10
ROW = 20
LEFT = 72
WIDTH = 120


class Page:
    """Draws the pages of a PDF from the top, in points."""

    def __init__(self, **options: object) -> None:
        """Begin the first page."""
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self._buffer = BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=A4, invariant=1, **options)
        self.turn(first=True)

    def turn(self, *, first: bool = False) -> None:
        """Begin the next page."""
        if not first:
            self._canvas.showPage()
        self._canvas.setFont(FONT, SIZE)
        self.top = A4[1] - 100

    def write(self, text: str, x: float = LEFT, down: float = ROW) -> None:
        """Write a line."""
        self._canvas.drawString(x, self.top - 14, text)
        self.top -= down

    def table(self, rows: Sequence[Sequence[str | None]], *, open_below: bool = False) -> None:
        """Draw a table; None lets the cell on the left reach over."""
        first = self.top
        for row in rows:
            for place, text in enumerate(row):
                x = LEFT + place * WIDTH
                if text is not None:
                    self._canvas.line(x, self.top, x, self.top - ROW)
                    self._canvas.drawString(x + 4, self.top - 14, text)
            right = LEFT + len(row) * WIDTH
            self._canvas.line(right, self.top, right, self.top - ROW)
            self._canvas.line(LEFT, self.top, right, self.top)
            self.top -= ROW
        if not open_below:
            self._canvas.line(LEFT, self.top, LEFT + len(rows[0]) * WIDTH, self.top)
        assert first > self.top

    def read(self) -> Document:
        """Read what was drawn."""
        return read_pdf(self.saved(), "plan.pdf")

    def saved(self) -> bytes:
        """Return the PDF."""
        self._canvas.save()
        return self._buffer.getvalue()

    @property
    def canvas(self) -> Canvas:
        """What is drawn on."""
        return self._canvas


def grids(document: Document) -> list[list[list[str]]]:
    found = [block for block in document.blocks if isinstance(block, Grid)]
    return [[[cell.text for cell in row] for row in grid.rows] for grid in found]


def lines(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Line)]


def refused(content: bytes) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read_pdf(content, "plan.pdf")
    assert caught.value.problems[0].file == "plan.pdf"
    return caught.value


def test_lines_and_tables_come_in_their_order_with_page_and_fragment() -> None:
    page = Page()
    page.write("計画の題名")
    page.turn()
    page.table([["名称", "課"], ["甲", "乙"]])
    document = page.read()
    assert document.blocks[0] == Line(
        "計画の題名", "plan.pdf", 1, "p.1 1行目", page=1, fragment="page=1"
    )
    grid = document.blocks[1]
    assert isinstance(grid, Grid)
    assert grid.rows[1][0] == Cell(
        "甲", "plan.pdf", 1, 2, 1, None, "p.2 表1 2行1列", page=2, fragment="page=2"
    )


def test_a_merged_cell_spans_its_columns() -> None:
    page = Page()
    page.table([["目的", "市民の活動", None], ["年次計画", "H20", "H21"]])
    (grid,) = page.read().blocks
    assert isinstance(grid, Grid)
    assert (grid.rows[0][1].columns, grid.rows[0][2].text) == (2, "")


def test_a_table_that_repeats_its_header_on_the_next_page_is_one_table() -> None:
    page = Page()
    page.table([["名称", "H20"], ["甲", "検討"]])
    page.turn()
    page.table([["名称", "H20"], ["乙", "実施"]])
    assert grids(page.read()) == [[["名称", "H20"], ["甲", "検討"], ["乙", "実施"]]]


def test_a_table_without_header_goes_on_where_the_page_was_full() -> None:
    page = Page()
    page.top = 100
    page.table([["名称", "H20"], ["甲", "検討"]])
    page.turn()
    page.table([["乙", "実施"]])
    assert grids(page.read()) == [[["名称", "H20"], ["甲", "検討"], ["乙", "実施"]]]


def test_a_table_on_the_next_page_is_another_where_there_was_place_for_its_first_row() -> None:
    page = Page()
    page.table([["名称", "H20"], ["甲", "検討"]])
    page.write("終わり", down=0)
    page.top = 150
    page.turn()
    page.table([["乙", "実施"]])
    assert len(grids(page.read())) == 2


def test_a_table_that_begins_as_the_one_before_is_another_though_the_page_was_full() -> None:
    page = Page()
    page.top = 100
    page.table([["整理番号", "1"], ["名称", "甲"]])
    page.turn()
    page.table([["整理番号", "2"], ["名称", "乙"]])
    assert len(grids(page.read())) == 2


def test_a_row_that_the_page_ends_within_is_one_row() -> None:
    page = Page()
    page.top = 100
    page.table([["名称", "甲"], ["目的", "あいうえおかきくけこさ"]], open_below=True)
    page.turn()
    page.table([["", "しすせそ"], ["注記", "なし"]])
    assert grids(page.read()) == [
        [["名称", "甲"], ["目的", "あいうえおかきくけこさしすせそ"], ["注記", "なし"]]
    ]


def test_lines_that_fill_their_cell_go_on_and_shorter_ones_end() -> None:
    page = Page()
    canvas = page.canvas
    canvas.rect(LEFT, 500, WIDTH, 100)
    canvas.rect(LEFT + WIDTH, 500, WIDTH, 100)
    for place, text in enumerate(["あいうえおかきくけこさ", "しすせそ。", "たちつ"]):
        canvas.drawString(LEFT + 4, 580 - 14 * place, text)
    canvas.drawString(LEFT + WIDTH + 4, 580, "隣")
    assert grids(page.read())[0][0][0] == "あいうえおかきくけこさしすせそ。\nたちつ"


def test_page_numbers_and_running_lines_are_left_out() -> None:
    page = Page()
    for number in range(1, 4):
        page.canvas.drawString(72, A4[1] - 30, f"実行計画 第{number}編")
        page.canvas.drawCentredString(300, 30, f"- {number} -")
        page.write(f"本文{number}")
        if number < 3:
            page.turn()
    assert lines(page.read()) == ["本文1", "本文2", "本文3"]


def test_a_frame_around_a_text_is_no_table() -> None:
    page = Page()
    page.table([["お問い合わせ先"]])
    document = page.read()
    assert (lines(document), grids(document)) == (["お問い合わせ先"], [])


def test_a_scan_is_refused_as_one() -> None:
    page = Page()
    page.canvas.drawImage(ImageReader(Image.new("RGB", (50, 50))), 100, 100)
    assert "読み取った画像" in refused(page.saved()).ja


def test_a_password_is_named() -> None:
    page = Page(encrypt=StandardEncryption("secret"))
    page.write("計画")
    assert "パスワード" in refused(page.saved()).ja


def test_a_damaged_pdf_is_refused() -> None:
    assert "壊れています" in refused(b"%PDF-1.4\n1 0 obj\n<<").ja


def test_more_pages_than_a_plan_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keikaku.source.pdf.MOST_PAGES", 2)
    page = Page()
    for _ in range(2):
        page.write("本文")
        page.turn()
    page.write("本文")
    assert "2 頁" in refused(page.saved()).ja


def test_a_page_of_more_lines_than_a_table_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keikaku.source.pdf.MOST_RULES", 100)
    page = Page()
    for place in range(101):
        page.canvas.line(72, 100 + place, 200, 100 + place)
    error = refused(page.saved())
    assert "100 本の線" in error.ja
    assert error.problems[0].place == "p.1"


def stream(dictionary: bytes, content: bytes) -> bytes:
    return b"<<" + dictionary + b"/Length %d>>stream\n" % len(content) + content + b"\nendstream"


def drawn_by(content: bytes, dictionary: bytes = b"") -> bytes:
    """A PDF of one page whose content is a stream of our own."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        stream(dictionary, content),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    )


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        (b" " * 100_000_000, Limits(seconds=60, memory=200_000_000)),
        (b"q Q " * 100_000, Limits(seconds=1)),  # two CPU seconds
    ],
    ids=["memory", "time"],
)
def test_a_pdf_that_takes_more_than_it_may_ends_with_an_error(
    content: bytes, limits: Limits
) -> None:
    """A page without a text is read by as much, and has an error of its own."""
    for drawn, says in ((b"", "文字の情報"), (content, "時間かメモリの上限")):
        packed = drawn_by(zlib.compress(drawn), b"/Filter/FlateDecode")
        with pytest.raises(SourceError, match=says):
            read_apart(packed, "plan.pdf", ".pdf", None, limits)
