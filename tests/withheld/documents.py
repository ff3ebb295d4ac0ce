"""Documents with markers, of each kind that is read: blocks of lines and tables, and their files.

Beside what the blocks hold, a file has places of its own that nobody publishes: comments, hidden
sheets, deleted text, properties. Each of them gets a marker too.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import docx
import xlsxwriter
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from reportlab.lib.pagesizes import A3, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from docx.text.paragraph import Paragraph as WordParagraph

    Mark = Callable[[str], str]
    """Returns the text of the marker of a place."""


@dataclass(frozen=True)
class Box:
    """A cell that is more than its text: merged, or made in a way of its own.

    `way` is one of `error`, `formula`, `date` (cells of a workbook that cannot be read), or
    `covered` (the text lies below the merged cell), or `edited` (a text with what its program
    hides in it).
    """

    text: str
    rows: int = 1
    columns: int = 1
    way: str = ""


Row = tuple["str | Box | None", ...]
"""A row of a table; None stands where a merged cell reaches."""


@dataclass(frozen=True)
class Table:
    """A table, and which of its rows and columns, from 0, a workbook hides or gives no room."""

    rows: tuple[Row, ...]
    hidden_rows: tuple[int, ...] = ()
    flat_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    flat_columns: tuple[int, ...] = ()
    headless: bool = False


Block = str | Table
SKIPPED = ("skipped sheet", "hidden sheet")
"""The worksheets that plan.toml skips, by their places."""


def _text(cell: str | Box | None) -> str:
    return cell.text if isinstance(cell, Box) else cell or ""


def as_md(blocks: Sequence[Block], mark: Mark) -> bytes:  # noqa: ARG001
    """Return Markdown; it has no places of its own."""
    parts = []
    for block in blocks:
        if isinstance(block, str):
            parts.append(block)
            continue
        lines = ["| " + " | ".join(map(_text, row)) + " |" for row in block.rows]
        width = len(block.rows[0])
        if block.headless:
            lines.insert(0, "|" + " |" * width)
        lines.insert(1, "|" + "---|" * width)
        parts.append("\n".join(lines))
    return ("\n\n".join(parts) + "\n").encode()


def as_csv(blocks: Sequence[Block], mark: Mark) -> bytes:  # noqa: ARG001
    """Return CSV as Excel in Japan writes it, in Shift_JIS."""
    return _delimited(blocks, ",").encode("cp932")


def as_tsv(blocks: Sequence[Block], mark: Mark) -> bytes:  # noqa: ARG001
    """Return TSV as Excel writes it, in UTF-16."""
    return _delimited(blocks, "\t").encode("utf-16")


def _delimited(blocks: Sequence[Block], delimiter: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    for block in blocks:
        rows = [(block,)] if isinstance(block, str) else block.rows
        writer.writerows([_text(cell) for cell in row] for row in rows)
    return text.getvalue()


def as_xlsx(blocks: Sequence[Block], mark: Mark) -> bytes:
    """Return a workbook with a sheet that is read and others that are not."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        _properties(book, mark)
        sheet = book.add_worksheet("計画")
        top = 0
        for block in blocks:
            if isinstance(block, str):
                sheet.write_string(top, 0, block)
                top += 2
                continue
            _worksheet_table(book, sheet, block, top)
            top += len(block.rows) + 1
        sheet.write_comment(0, 0, mark("cell comment"), {"author": mark("author of a comment")})
        _other_sheets(book, sheet, mark, top)
    return _patched(buffer.getvalue(), mark)


def _properties(book: Any, mark: Mark) -> None:
    said = ("title", "subject", "author", "manager", "company", "category", "keywords", "comments")
    book.set_properties(
        {name: mark(f"property {name}") for name in said}
        | {"created": datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)}
    )
    book.set_custom_property("memo", mark("property of one's own"))


def _worksheet_table(book: Any, sheet: Any, table: Table, top: int) -> None:
    plain = book.add_format({"text_wrap": True})
    for number, row in enumerate(table.rows, start=top):
        for column, cell in enumerate(row):
            if isinstance(cell, Box):
                _boxed(book, sheet, number, column, cell)
            elif cell:
                sheet.write_string(number, column, cell, plain)
    for number in table.hidden_rows:
        sheet.set_row(top + number, None, None, {"hidden": True})
    for number in table.flat_rows:
        sheet.set_row(top + number, 0)
    for number in table.hidden_columns:
        sheet.set_column(number, number, None, None, {"hidden": True})
    for number in table.flat_columns:
        sheet.set_column(number, number, 0)


def _boxed(book: Any, sheet: Any, row: int, column: int, cell: Box) -> None:
    plain = book.add_format({"text_wrap": True})
    if cell.rows > 1 or cell.columns > 1:
        end = (row + cell.rows - 1, column + cell.columns - 1)
        above = "" if cell.way == "covered" else cell.text
        sheet.merge_range(row, column, *end, above, plain)
        if cell.way == "covered":
            sheet.write_string(*end, cell.text, plain)
    elif cell.way == "error":
        sheet.write_formula(row, column, f'={cell.text}&"{cell.text}"', plain, "#NAME?")
    elif cell.way == "formula":
        sheet.write_formula(row, column, f'=A1&"{cell.text}"', plain, "")
    elif cell.way == "date":
        sheet.write_number(
            row, column, 10**9, book.add_format({"num_format": f'yyyy"{cell.text}"'})
        )
    else:
        sheet.write_string(row, column, cell.text, plain)


def _other_sheets(book: Any, sheet: Any, mark: Mark, below: int) -> None:
    """Add sheets that are not read: skipped, hidden, very hidden, that of a drop-down list."""
    for place in SKIPPED:
        other = book.add_worksheet(mark(f"name of a {place}"))
        other.write_string(0, 0, mark(f"cell of a {place}"))
        other.write_string(0, 1, mark(f"cell of a {place}, beside"))
        other.insert_textbox(3, 1, mark(f"shape on a {place}"))
        if place.startswith("hidden"):
            other.hide()
    lists = book.add_worksheet("一覧")
    lists.write_column(0, 0, [mark("entry of a drop-down list"), "協働課"])
    lists.very_hidden()
    sheet.data_validation(
        below,
        3,
        below,
        3,
        {
            "validate": "list",
            "source": "=一覧!$A$1:$A$2",
            "input_message": mark("message of a drop-down list"),
            "error_message": mark("error of a drop-down list"),
        },
    )
    book.define_name(f"名_{mark('defined name')}", "=計画!$A$1")
    book.define_name("定数", f'="{mark("value of a defined name")}"')
    sheet.set_header(f"&C{mark('header of a printed page')}")


def _patched(content: bytes, mark: Mark) -> bytes:
    """Return a workbook with what xlsxwriter does not write.

    That is a threaded comment with its author, who changed the workbook last, and formulas whose
    value is not stored.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(buffer, "w") as after:
        for entry in before.infolist():
            body = before.read(entry)
            if entry.filename == "docProps/core.xml":
                body = re.sub(
                    rb"<cp:lastModifiedBy>[^<]*",
                    b"<cp:lastModifiedBy>" + mark("last modified by").encode(),
                    body,
                )
            elif entry.filename.startswith("xl/worksheets/sheet"):
                body = re.sub(rb"(<f>[^<]*</f>)<v></v>", rb"\1", body)
            elif entry.filename == "xl/worksheets/_rels/sheet1.xml.rels":
                link = _relation("threadedComment", "../threadedComments/threadedComment1.xml")
                body = body.replace(b"</Relationships>", link + b"</Relationships>")
            elif entry.filename == "xl/_rels/workbook.xml.rels":
                link = _relation("person", "persons/person.xml")
                body = body.replace(b"</Relationships>", link + b"</Relationships>")
            after.writestr(entry, body, zipfile.ZIP_DEFLATED)
        for name, part in _threaded(mark).items():
            after.writestr(zipfile.ZipInfo(name), part.encode())
    return buffer.getvalue()


_THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_PERSON, _COMMENT = (f"{{00000000-0000-0000-0000-{number:012d}}}" for number in (1, 2))


def _relation(kind: str, target: str) -> bytes:
    type_ = f"http://schemas.microsoft.com/office/2017/10/relationships/{kind}"
    return f'<Relationship Id="rId{kind}" Type="{type_}" Target="{target}"/>'.encode()


def _threaded(mark: Mark) -> dict[str, str]:
    return {
        "xl/threadedComments/threadedComment1.xml": f'<ThreadedComments xmlns="{_THREADED}">'
        f'<threadedComment ref="A1" dT="2020-01-01T00:00:00.00" personId="{_PERSON}" '
        f'id="{_COMMENT}"><text>{mark("threaded comment")}</text></threadedComment>'
        "</ThreadedComments>",
        "xl/persons/person.xml": f'<personList xmlns="{_THREADED}"><person '
        f'displayName="{mark("author of a threaded comment")}" id="{_PERSON}" userId="1" '
        'providerId="None"/></personList>',
    }


def as_docx(blocks: Sequence[Block], mark: Mark) -> bytes:
    """Return a Word document; the cell that is `edited` holds what Word does not print."""
    word = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            word.add_paragraph(block)
            continue
        drawn = word.add_table(len(block.rows), len(block.rows[0]), style="Table Grid")
        for number, row in enumerate(block.rows):
            for column, cell in enumerate(row):
                _word_cell(word, drawn, number, column, cell, mark)
        word.add_paragraph("")
    core = word.core_properties
    for name in ("author", "category", "comments", "keywords", "last_modified_by", "subject"):
        setattr(core, name, mark(f"property {name}"))
    core.title = mark("property title")
    section = word.sections[0]
    section.header.paragraphs[0].text = mark("header of the pages")
    section.footer.paragraphs[0].text = mark("footer of the pages")
    buffer = BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _word_cell(
    word: Any, drawn: Any, row: int, column: int, cell: str | Box | None, mark: Mark
) -> None:
    if not cell:
        return
    place = drawn.cell(row, column)
    if isinstance(cell, Box) and (cell.rows > 1 or cell.columns > 1):
        place = place.merge(drawn.cell(row + cell.rows - 1, column + cell.columns - 1))
    place.text = _text(cell)
    if isinstance(cell, Box) and cell.way == "edited":
        _edit(word, place.paragraphs[0], mark)


def _edit(word: Any, paragraph: WordParagraph, mark: Mark) -> None:
    """Put into a paragraph what Word knows of it and does not print."""
    word.add_comment(
        paragraph.runs[0], text=mark("comment"), author=mark("author of a comment"), initials="A"
    )
    hidden = paragraph.add_run(mark("hidden text"))
    hidden.font.hidden = True
    style = word.styles.add_style("秘", WD_STYLE_TYPE.CHARACTER)
    style.font.hidden = True
    paragraph.add_run(mark("text hidden by its style"), style=style)
    for kind in ("strike", "double_strike"):
        struck = paragraph.add_run(mark(f"text struck out by {kind}"))
        setattr(struck.font, kind, True)
    for kind, text in (("begin", ""), ("", mark("instruction of a field")), ("end", "")):
        tag, attribute = ("w:fldChar", "w:fldCharType") if kind else ("w:instrText", "")
        sign = OxmlElement(tag)
        sign.text = f'XE "{text}"' if text else None
        if attribute:
            sign.set(qn(attribute), kind)
        paragraph.add_run()._r.append(sign)
    prompt = OxmlElement("w:sdt")
    for name in ("w:sdtPr", "w:sdtContent"):
        prompt.append(OxmlElement(name))
    prompt[0].append(OxmlElement("w:showingPlcHdr"))
    shown, words = OxmlElement("w:r"), OxmlElement("w:t")
    words.text = mark("prompt of a content control")
    shown.append(words)
    prompt[1].append(shown)
    paragraph._p.append(prompt)
    deletion, run, text = (OxmlElement(name) for name in ("w:del", "w:r", "w:delText"))
    deletion.set(qn("w:id"), "900")
    deletion.set(qn("w:author"), mark("author of a deletion"))
    text.text = mark("deleted text")
    run.append(text)
    deletion.append(run)
    paragraph._p.append(deletion)


def as_pdf(blocks: Sequence[Block], mark: Mark) -> bytes:
    """Return a PDF of ruled tables, with properties and a note on its page."""
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    style = ParagraphStyle("body", fontName="HeiseiMin-W3", fontSize=8, leading=10, wordWrap="CJK")
    story: list[Any] = []
    for block in blocks:
        drawn = Paragraph(escape(block), style) if isinstance(block, str) else _ruled(block, style)
        story += [drawn, Spacer(1, 14)]
    note = mark("note on a page")

    def noted(canvas: Any, _: object) -> None:
        canvas.textAnnotation(note, Rect=[20, 20, 60, 60])

    buffer = BytesIO()
    said = {
        name: mark(f"property {name}")
        for name in ("title", "author", "subject", "creator", "keywords")
    }
    template = SimpleDocTemplate(buffer, pagesize=landscape(A3), invariant=1, **said)
    template.build(story, onFirstPage=noted)
    return buffer.getvalue()


def _ruled(table: Table, style: ParagraphStyle) -> LongTable:
    width = len(table.rows[0])
    spans, cells = [], []
    for number, row in enumerate(table.rows):
        cells.append([Paragraph(escape(_text(cell)), style) if cell else "" for cell in row])
        for column, cell in enumerate(row):
            if isinstance(cell, Box) and (cell.rows > 1 or cell.columns > 1):
                end = (column + cell.columns - 1, number + cell.rows - 1)
                spans.append(("SPAN", (column, number), end))
    drawn = LongTable(cells, colWidths=[1050 / width] * width)
    grid = ("GRID", (0, 0), (-1, -1), 0.5, "black")
    drawn.setStyle(TableStyle([grid, ("VALIGN", (0, 0), (-1, -1), "TOP"), *spans]))
    return drawn


KINDS = {
    "md": as_md,
    "csv": as_csv,
    "tsv": as_tsv,
    "xlsx": as_xlsx,
    "docx": as_docx,
    "pdf": as_pdf,
}
"""How a document of each kind is made, by its suffix."""


def merges(kind: str) -> bool:
    """Tell whether cells of such a document can be merged."""
    return kind in ("xlsx", "docx", "pdf")


def tables_of(blocks: Sequence[Block]) -> Iterator[Table]:
    """Yield the tables."""
    yield from (block for block in blocks if isinstance(block, Table))
