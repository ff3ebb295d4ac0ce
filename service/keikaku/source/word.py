"""Word documents (DOCX) to blocks: tables with their merged cells, and paragraphs as lines.

What is printed counts: the numbers of numbered paragraphs, the text of text boxes, of footnotes
and of insertions; what is deleted, struck out or hidden does not, nor do comments, headers and
footers. The line breaks and paragraphs of a cell stay as line breaks. A table whose header is
repeated by a table right after it, or whose last row goes on in it, is one table with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from keikaku.errors import SourceError
from keikaku.source.drafts import Draft, Slot, begins_in_the_middle, join, repeated_rows
from keikaku.source.fills import unusual_fills
from keikaku.source.grid import FAULTY, Document, Grid, Line
from keikaku.source.numbering import Numbering
from keikaku.source.package import xml_parts
from keikaku.source.runformat import RunFormats
from keikaku.source.wordcell import mark, mark_drawings, place, read_cell
from keikaku.source.worddrawing import drawing_of
from keikaku.source.wordtable import TRANSPARENT, deleted_rows, word_rows
from keikaku.source.wordtext import ELSEWHERE, Flow, Manner
from keikaku.source.wordtree import word_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

    from keikaku.source.wordcell import CellText
    from keikaku.source.wordtable import WordCell, WordRow
    from keikaku.source.wordtext import Fault

MOST_CELLS = 300_000
"""How many cells the tables of one document may have."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_EMBEDDED = (
    "別のプログラムの表や文書が埋め込まれています。Word の表か文にしてください。",
    "a table or document of another program is embedded; make it a table or text of Word",
)
_BY_PART = (
    "表のスタイルが、行や列の文字を隠すか取り消しています。文字の書式で指定してください。",
    "the style of the table hides or strikes out text in some rows or columns; format the text "
    "itself",
)


def read_word(content: bytes, name: str) -> Document:
    """Return the tables of a Word document and the paragraphs around them.

    Cells and lines whose text cannot be told (a table inside a cell, a field without a result, a
    symbol that is not known) say so as their fault. Raises SourceError for a package that is
    damaged or would unpack too large, for too many cells, and for content from another file.
    """
    parts = xml_parts(content, name)
    reading = _Reading(name, parts)
    try:
        body = reading.tree("word/document.xml").find(f"{_W}body")
        if body is not None:
            reading.body(body)
    except (ParseError, KeyError, ValueError) as error:
        if _STRICT in parts.get("word/document.xml", b""):
            raise _strict(name) from error
        raise SourceError(
            "文書が壊れています。Word で開いて保存し直してください。",
            "the document is damaged; open it in Word and save it again",
            file=name,
        ) from error
    document = reading.document()
    if not document.blocks:
        if _STRICT in parts["word/document.xml"]:
            raise _strict(name)
        raise SourceError("文書が空です。", "the document is empty", file=name)
    return document


def _strict(name: str) -> SourceError:
    return SourceError(
        "「Strict Open XML」形式です。Word で「Word 文書(.docx)」として保存し直してください。",
        "this is Strict Open XML; save it as an ordinary Word document (.docx)",
        file=name,
    )


@dataclass(slots=True)
class _Paragraph:
    """A printed line outside the tables, and what it is called: 段落3, 脚注1.

    `slot` is the cell that it is a note of.
    """

    text: str
    where: str
    fault: Fault | None = None
    removed: int = 0
    slot: Slot | None = None


class _Reading:
    """Reads one document into lines and tables."""

    def __init__(self, file: str, parts: dict[str, bytes]) -> None:
        self._file = file
        self._parts = parts
        self._found: list[_Paragraph | Draft] = []
        self._gone: list[str] = []
        self._paragraphs = 0
        self._cells = 0
        styles = self._optional("styles")
        numbering = Numbering(self._optional("numbering"), styles)
        fonts = frozenset(_symbol_fonts(self._optional("fontTable")))
        self._manner = Manner(RunFormats(styles), numbering, fonts)
        self._flow = Flow(self._manner)

    def tree(self, part: str) -> Element:
        """Return a part as a tree."""
        return word_tree(self._parts[part])

    def _optional(self, part: str) -> Element | None:
        path = f"word/{part}.xml"
        return self.tree(path) if path in self._parts else None

    def body(self, body: Element) -> None:
        """Take the body of the document."""
        self._body(body)
        self._flow.end()
        self._written(self._flow.rest(), self._flow)

    def _body(self, within: Element) -> None:
        """Take the paragraphs and tables of the body, or of what is transparent in it."""
        for element in within:
            tag = element.tag.removeprefix(_W)
            if tag == "p":
                text = self._flow.paragraph(element)
                if text is not None:
                    self._written(text, self._flow)
            elif tag == "tbl":
                self._written(self._flow.rest(), self._flow)
                self._table(element)
            elif tag == "altChunk":
                raise self._stop(*ELSEWHERE)
            elif tag in TRANSPARENT:
                self._body(element)

    def _written(self, text: str, flow: Flow) -> None:
        """Take a paragraph of the body, then what stands beside it."""
        if text.strip() or flow.fault:
            self._paragraphs += 1
        self._say(text, f"段落{self._paragraphs}", flow)
        drawn, flow.drawn = flow.drawn, []
        notes, flow.notes = flow.notes, []
        number = 0
        for drawing in filter(None, map(drawing_of, drawn)):
            for box in drawing.parts:
                number += 1
                self._box(box, f"段落{self._paragraphs} テキストボックス{number}", notes)
        for each in drawn:
            if _is_embedded(each):
                self._found.append(_Paragraph("", f"段落{self._paragraphs}", _EMBEDDED))
        self._notes(notes)

    def _say(self, text: str, where: str, flow: Flow, slot: Slot | None = None) -> None:
        """Take a text as lines, or its fault as one, and what is removed in it."""
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        removed, flow.removed = flow.removed, 0
        fault, flow.fault = flow.fault, None
        if fault:
            self._found.append(_Paragraph("", where, fault, removed, slot))
        elif lines:
            self._found.append(_Paragraph(lines[0], where, None, removed, slot))
            self._found.extend(_Paragraph(line, where, slot=slot) for line in lines[1:])
        elif removed and slot is None:
            self._gone.extend([self._behind(where)] * removed)

    def _box(self, box: Element | str, where: str, notes: list[tuple[str, str]]) -> None:
        """Take the lines of a text box, and of those in it."""
        flow = Flow(self._manner)
        if isinstance(box, str):
            self._say(box, where, flow)
            return
        for paragraph in _paragraphs(box):
            text = flow.paragraph(paragraph)
            if text is not None:
                self._say(text, where, flow)
        flow.end()
        self._say(flow.rest(), where, flow)
        notes.extend(flow.notes)
        for drawing in filter(None, map(drawing_of, flow.drawn)):
            for inner in drawing.parts:
                self._box(inner, where, notes)

    def _notes(self, notes: Iterable[tuple[str, str]], slot: Slot | None = None) -> None:
        """Take footnotes and endnotes as lines behind what they stand at."""
        for kind, identifier in notes:
            part = self._optional(f"{kind}s")
            for note in part.iter(f"{_W}{kind}") if part is not None else ():
                if note.get(f"{_W}id") != identifier:
                    continue
                called = f"{'脚注' if kind == 'footnote' else '文末脚注'}{identifier}"
                flow = Flow(self._manner)
                for paragraph in _paragraphs(note):
                    text = flow.paragraph(paragraph)
                    if text is not None:
                        self._say(text, called, flow, slot)
                flow.end()
                self._say(flow.rest(), called, flow, slot)

    def _table(self, table: Element) -> None:
        draft, found = self._drafted(table)
        deleted = deleted_rows(table)
        if any(draft.filled(row) for row in range(len(draft.rows))):
            self._append(draft)
            self._gone.extend(self._rows_gone(deleted, draft))
        else:
            removed = len(deleted) + sum(slot.removed for slot, _ in found)
            self._gone.extend([self._behind(f"段落{self._paragraphs}")] * removed)
        for slot, read in found:
            self._notes(read.flow.notes, slot)

    def _drafted(self, table: Element) -> tuple[Draft, list[tuple[Slot, CellText]]]:
        """Return a table and its cells, with what was read of each."""
        style = self._manner.formats.table_style(table)
        by_part = self._manner.formats.takes_away_by_part(style)
        draft = Draft(0)
        open_: dict[int, Slot] = {}
        found: list[tuple[Slot, CellText]] = []
        filled: list[list[tuple[WordCell, str]]] = []
        for row in word_rows(table):
            slots: dict[int, Slot] = {}
            draft.rows.append(slots)
            draft.width = max(draft.width, row.width)
            self._check_size(row, draft)
            in_row: list[tuple[WordCell, Slot, CellText]] = []
            for cell in row.cells:
                slot, read = read_cell(cell, self._manner, style)
                slot.hidden = row.hidden
                if by_part and slot.text:
                    slot.fault = _BY_PART
                in_row.append((cell, place(slot, cell, slots, open_), read))
            mark_drawings(row, slots, in_row)
            filled.append([(cell, slot.text) for cell, slot, _ in in_row])
            found += [(slot, read) for _, slot, read in in_row]
        for number, column in unusual_fills(filled):
            mark(draft.rows[number - 1], range(column, column + 1), "fills")
        return draft, found

    def _rows_gone(self, deleted: list[int], draft: Draft) -> Iterator[str]:
        """Yield where rows of a table are deleted, which may be one with that above it."""
        whole = self._found[-1]
        assert isinstance(whole, Draft)  # noqa: S101  (the table has just been added)
        number = sum(isinstance(found, Draft) for found in self._found)
        for row in deleted:
            above = len(whole.rows) - len(draft.rows) + row
            yield f"表{number} {above}行の後" if above > 0 else f"表{number} の初め"

    def _behind(self, where: str) -> str:
        return f"{where} の後" if self._paragraphs else "文書の初め"

    def _check_size(self, row: WordRow, draft: Draft) -> None:
        self._cells += len(row.cells)
        if self._cells > MOST_CELLS or len(draft.rows) * draft.width > MOST_CELLS:
            raise self._stop(
                f"表の欄が多すぎます(上限 {MOST_CELLS:,})。",
                f"the tables have more than {MOST_CELLS:,} cells",
            )

    def _append(self, draft: Draft) -> None:
        above = self._found[-1] if self._found else None
        if isinstance(above, Draft):
            repeated = repeated_rows(above, draft)
            if repeated or begins_in_the_middle(above, draft):
                join(above, draft, repeated)
                return
        self._found.append(draft)

    def _stop(self, ja: str, en: str) -> SourceError:
        place = f"段落{self._paragraphs + 1}" if self._found else None
        return SourceError(ja, en, file=self._file, place=place)

    def document(self) -> Document:
        """Return what was found as blocks."""
        blocks: list[Grid | Line] = []
        tables = lines = 0
        placed: dict[int, tuple[int, int, int]] = {}
        for found in self._found:
            if isinstance(found, Draft):
                tables += 1
                blocks.append(found.grid(tables, self._file, _where(tables)))
                for row, slots in enumerate(found.rows, start=1):
                    placed |= {id(slot): (tables, row, column) for column, slot in slots.items()}
            else:
                lines += 1
                blocks.append(
                    Line(
                        FAULTY if found.fault else found.text,
                        self._file,
                        lines,
                        found.where,
                        fault=found.fault,
                        removed=found.removed,
                        cell=placed.get(id(found.slot)),
                    )
                )
        return Document(self._file, tuple(blocks), is_plain=False, gone=tuple(self._gone))


class _where:  # noqa: N801  (called like a function)
    """Tells the address of a cell of a table: 表3 4行2列."""

    def __init__(self, table: int) -> None:
        self._table = table

    def __call__(self, slot: Slot, row: int, column: int) -> str:  # noqa: ARG002
        return f"表{self._table} {row}行{column}列"


def _paragraphs(within: Element) -> Iterator[Element]:
    """Yield the paragraphs in a text box or a note, those of its tables too."""
    for element in within:
        if element.tag == f"{_W}p":
            yield element
        else:
            yield from _paragraphs(element)


def _is_embedded(drawn: Element) -> bool:
    """Tell whether an object is a table or a document of another program."""
    kinds = [
        each.get("ProgID", "")
        for each in drawn.iter("{urn:schemas-microsoft-com:office:office}OLEObject")
    ]
    return any(kind.startswith(("Excel", "Word")) for kind in kinds)


def _symbol_fonts(fonts: Element | None) -> Iterator[str]:
    """Yield the fonts that draw symbols for the codes of characters (SYMBOL_CHARSET)."""
    for font in fonts if fonts is not None else ():
        charset = font.find(f"{_W}charset")
        if charset is not None and charset.get(f"{_W}val", "").upper() in ("2", "02"):
            yield font.get(f"{_W}name", "")
