"""Word documents made of a few parts, for tests: one table whose cells hold given XML."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from keikaku.source.grid import Grid
from keikaku.source.word import read_word

if TYPE_CHECKING:
    from docx.document import Document as Word

    from keikaku.source.grid import Cell, Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACES = " ".join(
    (
        nsdecls("w", "wp", "a", "pic", "r", "m"),
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"',
        'xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"',
        'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"',
        'xmlns:v="urn:schemas-microsoft-com:vml"',
        'xmlns:o="urn:schemas-microsoft-com:office:office"',
    )
)


def run(text: str, properties: str = "") -> str:
    """A run of text with its properties."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(inner: str, properties: str = "") -> str:
    """A paragraph with its properties."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def field(instruction: str, result: str | None = None) -> str:
    """A field across runs; without a result it has no sign that one begins."""
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    stored = "" if result is None else sign.format("separate") + result
    code = f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'
    return sign.format("begin") + code + stored + sign.format("end")


def style(word: Word, kind: str, name: str, inner: str) -> None:
    """Give a document a style of its own."""
    word.styles.element.append(
        parse_xml(
            f'<w:style {SPACES} w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>'
            f"{inner}</w:style>"
        )
    )


def with_table(rows: list[list[str]], *, table: str = "", word: Word | None = None) -> Word:
    """A document with a table; each cell is w:tcPr and paragraphs, `table` stands in w:tblPr."""
    word = word or docx.Document()
    columns = max(len(row) for row in rows)
    grid = '<w:gridCol w:w="1200"/>' * columns
    body = "".join(f"<w:tr>{''.join(map(_cell, row))}</w:tr>" for row in rows)
    word.element.body.insert(
        0,
        parse_xml(
            f"<w:tbl {SPACES}><w:tblPr>{table}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
        ),
    )
    return word


def _cell(inner: str) -> str:
    return inner if inner.startswith("<w:sdt") else f"<w:tc>{inner}</w:tc>"


def content_of(word: Word) -> bytes:
    """The file of a document."""
    buffer = BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def read(word: Word) -> Document:
    """A document as it is read."""
    return read_word(content_of(word), "plan.docx")


def cells_of(word: Word) -> list[list[Cell]]:
    """The cells of the only table of a document."""
    (grid,) = (block for block in read(word).blocks if isinstance(block, Grid))
    return [list(row) for row in grid.rows]


def cell_with(inner: str, word: Word | None = None, *, table: str = "") -> Cell:
    """The cell whose only paragraph holds some XML; a cell beside it has a text."""
    rows = [[paragraph(run("名称")), paragraph(inner)]]
    return cells_of(with_table(rows, table=table, word=word))[0][1]
