"""The plan of Yamaguchi City, laid out as other programs have it: a workbook, Word, a PDF."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import docx
import xlsxwriter
from docx.enum.text import WD_BREAK
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import (
    LongTable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from keikaku.assets import shipped
from keikaku.build import graphs_of, read_source
from keikaku.names import SHARED
from keikaku.settings import Settings
from keikaku.source.document import read_document
from keikaku.source.grid import Document, Grid, Line
from keikaku.source.markdown import read_markdown
from keikaku.text import unrepresentable

if TYPE_CHECKING:
    from pathlib import Path

    from docx.table import Table as WordTable

    from keikaku.build import PlanGraphs

ON = re.compile(r'<input (?:type="checkbox" checked=""|checked="" type="checkbox")/>\s*')
OFF = re.compile(r'<input type="checkbox"/>\s*')


def yamaguchi() -> Document:
    """The document as it is in data/plans."""
    path = shipped("plans") / "352039-kyodo" / "source.md"
    return read_markdown(path.read_text(encoding="utf-8"), path.name)


@dataclass(frozen=True)
class Laid:
    """A cell where it is to be printed, from 0: its text, and how many columns it takes."""

    row: int
    column: int
    columns: int
    text: str


@dataclass(frozen=True)
class Printed:
    """A table without its blank rows: the cells that have a text, those on their right joined."""

    rows: int
    columns: int
    cells: tuple[Laid, ...]
    overview: bool


def printed(grid: Grid) -> Printed:
    """Return a table as a city would print it: a text takes the empty cells on its right."""
    rows = [row for row in grid.rows if any(cell.text for cell in row)]
    overview = rows[0][0].text == "推進方針"
    laid = []
    for number, row in enumerate(rows):
        filled = [place for place, cell in enumerate(row) if cell.text]
        for place, after in zip(filled, [*filled[1:], len(row)], strict=True):
            whole = after - place if _joins(rows, number, place) else 1
            laid.append(Laid(number, place, whole, as_printed(row[place].text)))
    return Printed(len(rows), len(rows[0]), tuple(laid), overview)


def _joins(rows: list[tuple[object, ...]], number: int, place: int) -> bool:
    """The year columns stand each for itself, an overview's party too."""
    label = rows[number][0].text
    under = number > 0 and rows[number - 1][0].text == "年次計画"
    return label != "年次計画" and not under and not (label == "" and place > 0)


def as_printed(text: str) -> str:
    """Return a text with printed boxes instead of those of a web page."""
    return OFF.sub("□", ON.sub("■", text))


def as_xlsx(document: Document) -> bytes:
    """The overview on one worksheet, the sheets of the items on another, cells merged."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        body = book.add_format({"text_wrap": True, "border": 1, "valign": "top"})
        sheets = {name: book.add_worksheet(name) for name in ("一覧表", "個別 の表")}
        rows = dict.fromkeys(sheets, 0)
        name = "一覧表"
        for block in document.blocks:
            if isinstance(block, Line):
                name = "個別 の表" if block.text == "年度別実行計画" else name
                sheets[name].merge_range(rows[name], 0, rows[name], 5, block.text)
                rows[name] += 1
                continue
            table = printed(block)
            for cell in table.cells:
                row = rows[name] + cell.row
                if cell.columns > 1:
                    end = cell.column + cell.columns - 1
                    sheets[name].merge_range(row, cell.column, row, end, cell.text, body)
                else:
                    sheets[name].write_string(row, cell.column, cell.text, body)
            rows[name] += table.rows + 1
    return buffer.getvalue()


def as_docx(document: Document) -> bytes:
    """Tables with merged cells; one is continued on the next page, one row runs on there."""
    word = docx.Document()
    tables = 0
    for block in document.blocks:
        if isinstance(block, Line):
            word.add_paragraph(block.text)
            continue
        tables += 1
        table = printed(block)
        if tables == 1:
            _continued(word, table, 20, repeated=2)
        elif tables == 4:
            _in_two(word, table, "現状と課題")
        else:
            _word_table(word, table, range(table.rows))
        word.add_paragraph("")
    buffer = BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _word_table(word: object, table: Printed, rows: range | list[int]) -> WordTable:
    drawn = word.add_table(len(rows), table.columns, style="Table Grid")
    for cell in table.cells:
        if cell.row in rows:
            row = list(rows).index(cell.row)
            first = drawn.cell(row, cell.column)
            if cell.columns > 1:
                first = first.merge(drawn.cell(row, cell.column + cell.columns - 1))
            first.text = cell.text
    return drawn


def _continued(word: object, table: Printed, cut: int, repeated: int) -> None:
    """Lay out a table in two, with its header above both."""
    _word_table(word, table, range(cut))
    word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _word_table(word, table, [*range(repeated), *range(cut, table.rows)])


def _in_two(word: object, table: Printed, label: str) -> None:
    """Lay out a table in two, the text beside a label half in the one, half in the other."""
    row = next(cell.row for cell in table.cells if cell.text == label)
    above = _word_table(word, table, range(row + 1))
    word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    below = _word_table(word, table, range(row, table.rows))
    text = above.cell(row, 1).text
    above.cell(row, 1).text = text[:40]
    below.cell(0, 0).text = ""
    below.cell(0, 1).text = text[40:]


def as_pdf(document: Document) -> bytes:
    """Ruled tables over several pages, with a running head and page numbers."""
    for font in ("HeiseiMin-W3", "STSong-Light"):
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    style = ParagraphStyle("body", fontName="HeiseiMin-W3", fontSize=9, leading=12, wordWrap="CJK")
    story: list[object] = []
    for block in document.blocks:
        if isinstance(block, Line):
            story += [_paragraph(block.text, style), Spacer(1, 6)]
            continue
        table = printed(block)
        parts = _halves(table, "現状と課題") if block.number == 4 else (table,)
        for part in parts:
            story += [_ruled(part, style), Spacer(1, 12) if part is parts[-1] else PageBreak()]
    buffer = BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4, title="山口市協働推進プラン", invariant=1).build(
        story, onFirstPage=_running, onLaterPages=_running
    )
    return buffer.getvalue()


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """A paragraph; a Chinese character, which no Japanese font has, in a Chinese font."""
    chinese = "".join(unrepresentable(text))
    marked = escape(text)
    if chinese:
        marked = re.sub(f"([{chinese}]+)", r'<font name="STSong-Light">\1</font>', marked)
    return Paragraph(marked, style)


FULL_LINE = 44
"""How many characters fill a line of the PDF's sheets."""


def _halves(table: Printed, label: str) -> tuple[Printed, Printed]:
    """Return a table in two, the first line of the text beside a label in the one."""
    row = next(cell.row for cell in table.cells if cell.text == label)
    above = [cell for cell in table.cells if cell.row <= row]
    below = [replace(cell, row=cell.row - row) for cell in table.cells if cell.row >= row]
    long = next(place for place, cell in enumerate(below) if cell.row == 0 and cell.column)
    below[long] = replace(below[long], text=below[long].text[FULL_LINE:])
    above[-1] = replace(above[-1], text=above[-1].text[:FULL_LINE])
    return (
        Printed(row + 1, table.columns, tuple(above), overview=False),
        Printed(table.rows - row, table.columns, tuple(below[1:]), overview=False),
    )


def _ruled(table: Printed, style: ParagraphStyle) -> LongTable:
    cells = [[""] * table.columns for _ in range(table.rows)]
    spans = []
    for cell in table.cells:
        cells[cell.row][cell.column] = _paragraph(cell.text, style)
        end = cell.column + cell.columns - 1
        spans.append(("SPAN", (cell.column, cell.row), (end, cell.row)))
    widths = [85, 85, 45] if table.overview else [70]
    rest = table.columns - len(widths)
    drawn = LongTable(
        cells,
        colWidths=[*widths, *[(480 - sum(widths)) / rest] * rest],
        repeatRows=2 if table.overview else 0,
    )
    grid = ("GRID", (0, 0), (-1, -1), 0.5, "black")
    drawn.setStyle(TableStyle([grid, ("VALIGN", (0, 0), (-1, -1), "TOP"), *spans]))
    return drawn


def _running(canvas: object, template: object) -> None:
    canvas.setFont("HeiseiMin-W3", 8)
    canvas.drawString(72, A4[1] - 40, "山口市協働推進プラン 実行計画")
    canvas.drawCentredString(A4[0] / 2, 30, f"- {template.page} -")


LAYOUTS = {"plan.xlsx": as_xlsx, "plan.docx": as_docx, "plan.pdf": as_pdf}


def plan_folder(folder: Path, name: str, content: bytes, places: list[str]) -> Path:
    """A copy of the plan whose document is `content`; its remarks point to `places`."""
    text = (shipped("plans") / "352039-kyodo" / "plan.toml").read_text(encoding="utf-8")
    text = text.replace('"source.md"', f'"{name}"')
    pointed = iter(places)
    text = re.sub(r"^line = [0-9]+$", lambda _: f'place = "{next(pointed)}"', text, flags=re.M)
    shutil.copytree(shipped("plans") / "352039-kyodo", folder)
    (folder / "source.md").unlink()
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    (folder / name).write_bytes(content)
    return folder


def places_of_damage(document: Document) -> list[str]:
    """Where the damage that plan.toml notes stands in a layout: as the how-manieth of its words."""
    text = (shipped("plans") / "352039-kyodo" / "plan.toml").read_text(encoding="utf-8")
    found = []
    for remark in tomllib.loads(text)["remark"]:
        stands = [p.line for p in yamaguchi().filled() if remark["quote"] in p.text]
        there = [p.where for p in document.filled() if remark["quote"] in p.text]
        found.append(there[stands.index(remark["line"])])
    return found


def graphs_laid_out(folder: Path, name: str) -> PlanGraphs:
    """The graphs of the plan, laid out as a document of this name, whose folder is made."""
    content = LAYOUTS[name](yamaguchi())
    document = read_document(content, name, max_bytes=10**7)
    plan_folder(folder, name, content, places_of_damage(document))
    return graphs_of(read_source(folder, Settings()), SHARED)
