"""Word documents (DOCX) to blocks: tables with their merged cells, and paragraphs as lines.

What is printed counts: the numbers of numbered paragraphs, the text of text boxes, of footnotes
and of insertions; deletions, hidden text, comments, headers and footers do not. The line breaks
and paragraphs of a cell stay as line breaks. A table whose header is repeated by a table right
after it, or whose last row goes on in it, is one table with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, fromstring

from keikaku.errors import SourceError
from keikaku.source.drafts import Draft, Slot, begins_in_the_middle, join, repeated_rows
from keikaku.source.grid import Document, Grid, Line
from keikaku.source.numbering import Numbering
from keikaku.source.package import xml_parts
from keikaku.source.vanish import Vanishing, is_on

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CELLS = 300_000
"""How many cells the tables of one document may have."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_TRANSPARENT = ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")
_NOT_PRINTED = (
    *("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText", "delText", "rt", "comment"),
    *("fldData", "tblPr", "tblGrid"),
)
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOLS = {
    ("Wingdings", 0x6C): "●",
    ("Wingdings", 0x6D): "○",
    ("Wingdings", 0x6E): "■",
    ("Wingdings", 0x6F): "□",
    ("Wingdings", 0x71): "□",
    ("Wingdings", 0xA1): "○",
    ("Wingdings", 0xA8): "□",
    ("Wingdings", 0xE0): "→",
    ("Wingdings", 0xF0): "→",
    ("Wingdings", 0xFC): "✓",
    ("Wingdings", 0xFE): "☑",
    ("Wingdings 2", 0x52): "☑",
    ("Wingdings 2", 0x54): "☒",
    ("Wingdings 2", 0xA3): "□",
    ("Wingdings 2", 0xA2): "■",
    ("Symbol", 0xB7): "・",
    ("Symbol", 0xAE): "→",
}


def read_word(content: bytes, name: str) -> Document:
    """Return the tables of a Word document and the paragraphs around them.

    Raises SourceError for a package that is damaged or would unpack too large, for a table inside
    a cell, content from another file, and a symbol that is not known.
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
    blocks = reading.blocks()
    if not blocks:
        if _STRICT in parts["word/document.xml"]:
            raise _strict(name)
        raise SourceError("文書が空です。", "the document is empty", file=name)
    return Document(name, blocks, is_plain=False)


def _strict(name: str) -> SourceError:
    return SourceError(
        "「Strict Open XML」形式です。Word で「Word 文書(.docx)」として保存し直してください。",
        "this is Strict Open XML; save it as an ordinary Word document (.docx)",
        file=name,
    )


@dataclass(slots=True)
class _Paragraph:
    """A printed line outside the tables, and what it is called: 段落3, 脚注1."""

    text: str
    where: str


@dataclass(slots=True)
class _Aside:
    """What stands beside the text being read: text boxes and footnotes."""

    boxes: list[Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


class _Reading:
    """Reads one document into lines and tables."""

    def __init__(self, file: str, parts: dict[str, bytes]) -> None:
        self._file = file
        self._parts = parts
        self._found: list[_Paragraph | Draft] = []
        self._paragraphs = 0
        self._cells = 0
        self._place = ""
        styles = self._optional("styles")
        self._numbering = Numbering(self._optional("numbering"), styles)
        self._vanishing = Vanishing(styles)

    def tree(self, part: str) -> Element:
        """Return a part as a tree."""
        return fromstring(self._parts[part])  # noqa: S314  (xml_parts allows no entities)

    def _optional(self, part: str) -> Element | None:
        path = f"word/{part}.xml"
        return self.tree(path) if path in self._parts else None

    def body(self, body: Element) -> None:
        """Take the paragraphs and tables of the body, or of what is transparent in it."""
        for element in body:
            tag = element.tag.removeprefix(_W)
            if tag == "p":
                self._paragraph(element)
            elif tag == "tbl":
                self._table(element)
            elif tag == "altChunk":
                raise self._stop(
                    "別のファイルの内容が埋め込まれています。Word で開いて保存し直してください。",
                    "it holds content of another file; open it in Word and save it again",
                )
            elif tag in _TRANSPARENT:
                self.body(element)

    def _paragraph(self, paragraph: Element) -> None:
        aside = _Aside()
        text = self._written(paragraph, aside)
        if text.strip():
            self._paragraphs += 1
        self._say(text, f"段落{self._paragraphs}")
        self._aside(aside)

    def _say(self, text: str, where: str) -> None:
        for line in text.split("\n"):
            if line.strip():
                self._found.append(_Paragraph(line.strip(), where))

    def _aside(self, aside: _Aside) -> None:
        """Take text boxes and notes as lines behind what they stand at."""
        for number, box in enumerate(aside.boxes, start=1):
            inner = _Aside()
            for paragraph in box.iter(f"{_W}p"):
                self._say(
                    self._written(paragraph, inner),
                    f"段落{self._paragraphs} テキストボックス{number}",
                )
            self._aside(_Aside(notes=inner.notes))
        for kind, identifier in aside.notes:
            notes = self._optional(f"{kind}s")
            for note in notes.iter(f"{_W}{kind}") if notes is not None else ():
                if note.get(f"{_W}id") == identifier:
                    called = "脚注" if kind == "footnote" else "文末脚注"
                    for paragraph in note.iter(f"{_W}p"):
                        self._say(self._written(paragraph, _Aside()), f"{called}{identifier}")

    def _table(self, table: Element) -> None:
        tables = sum(isinstance(found, Draft) for found in self._found)
        aside = _Aside()
        draft = Draft(0)
        open_: dict[int, Slot] = {}
        for number, row in enumerate(_rows(table), start=1):
            draft.rows.append({})
            column = 1 + _number(row, "trPr", "gridBefore")
            hidden = is_on(row.find(f"{_W}trPr/{_W}hidden"))
            for cell in _cells(row):
                self._place = f"表{tables + 1} {number}行{column}列"
                self._cells += 1
                column += self._cell(cell, column, draft.rows[-1], open_, aside, hidden=hidden)
            draft.width = max(draft.width, column - 1)
            if self._cells > MOST_CELLS or len(draft.rows) * draft.width > MOST_CELLS:
                raise self._stop(
                    f"表の欄が多すぎます(上限 {MOST_CELLS:,})。",
                    f"the tables have more than {MOST_CELLS:,} cells",
                )
        self._place = ""
        if any(draft.filled(row) for row in range(len(draft.rows))):
            self._append(draft)
        self._aside(aside)

    def _append(self, draft: Draft) -> None:
        above = self._found[-1] if self._found else None
        if isinstance(above, Draft):
            repeated = repeated_rows(above, draft)
            if repeated or begins_in_the_middle(above, draft):
                join(above, draft, repeated)
                return
        self._found.append(draft)

    def _cell(
        self,
        cell: Element,
        column: int,
        row: dict[int, Slot],
        open_: dict[int, Slot],
        aside: _Aside,
        *,
        hidden: bool,
    ) -> int:
        """Take a cell, or let the one above it reach down; return how many columns it spans."""
        span = max(1, _number(cell, "tcPr", "gridSpan"))
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        goes_on = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
        text = self._cell_text(cell, aside)
        if goes_on and column in open_ and not text:
            open_[column].rows += 1
            return span
        slot = row[column] = Slot(text, columns=span, hidden=hidden)
        if merged is None:
            open_.pop(column, None)
        else:
            open_[column] = slot
        return span

    def _cell_text(self, cell: Element, aside: _Aside) -> str:
        lines: list[str] = []
        self._cell_lines(cell, lines, aside)
        return "\n".join(lines).strip()

    def _cell_lines(self, within: Element, lines: list[str], aside: _Aside) -> None:
        for element in within:
            tag = element.tag.removeprefix(_W)
            if tag == "p":
                lines.append(self._written(element, aside))
            elif tag == "tbl":
                raise self._stop(
                    "欄の中に表があります。中の表を外に出すか、文にしてください。",
                    "a table inside a cell; move it out of the cell, or write it as text",
                )
            elif tag in _TRANSPARENT:
                self._cell_lines(element, lines, aside)

    def _written(self, paragraph: Element, aside: _Aside) -> str:
        """Return what is printed of a paragraph, its number before it."""
        runs = self._runs(paragraph, aside, paragraph)
        return self._numbering.printed(paragraph) + "".join(runs)

    def _runs(self, within: Element, aside: _Aside, paragraph: Element) -> Iterator[str]:
        """Yield what is printed, piece by piece; what stands beside the text goes to `aside`."""
        for element in within:
            tag = element.tag.removeprefix(_W)
            if tag in _SIGNS:
                yield _SIGNS[tag]
            elif tag == "t" or element.tag == _FORMULA:
                yield element.text or ""
            elif tag == "sym":
                yield self._symbol(element)
            elif tag == "checkBox":
                yield "☑" if _checked(element) else "☐"
            elif tag == "br":
                yield "\n" if element.get(f"{_W}type", "textWrapping") == "textWrapping" else ""
            elif tag == "r" and self._vanishing.hides(element, paragraph):
                continue
            elif not _stands_beside(element, tag, aside) and tag not in _NOT_PRINTED:
                yield from self._runs(_chosen(element), aside, paragraph)

    def _symbol(self, symbol: Element) -> str:
        """Return the character of a symbol font as one that every font has."""
        font, code = symbol.get(f"{_W}font", ""), int(symbol.get(f"{_W}char", "0"), 16) & 0xFF
        if (font, code) not in _SYMBOLS:
            raise self._stop(
                f"記号フォント {font} の記号(文字コード {code:02X})が読めません。"
                "■ や □ などの普通の文字に置き換えてください。",
                f"the symbol {code:02X} of the font {font} is not known; "
                "write an ordinary character such as ■ or □",
            )
        return _SYMBOLS[font, code]

    def _stop(self, ja: str, en: str) -> SourceError:
        place = self._place or (f"段落{self._paragraphs + 1}" if self._found else None)
        return SourceError(ja, en, file=self._file, place=place)

    def blocks(self) -> tuple[Grid | Line, ...]:
        """Return what was found as blocks."""
        blocks: list[Grid | Line] = []
        tables = lines = 0
        for found in self._found:
            if isinstance(found, Draft):
                tables += 1
                blocks.append(found.grid(tables, self._file, _where(tables)))
            else:
                lines += 1
                blocks.append(Line(found.text, self._file, lines, found.where))
        return tuple(blocks)


class _where:  # noqa: N801  (called like a function)
    """Tells the address of a cell of a table: 表3 4行2列."""

    def __init__(self, table: int) -> None:
        self._table = table

    def __call__(self, slot: Slot, row: int, column: int) -> str:  # noqa: ARG002
        return f"表{self._table} {row}行{column}列"


def _rows(table: Element) -> Iterator[Element]:
    for element in table:
        tag = element.tag.removeprefix(_W)
        if tag == "tr" and element.find(f"{_W}trPr/{_W}del") is None:
            yield element
        elif tag in _TRANSPARENT:
            yield from _rows(element)


def _cells(row: Element) -> Iterator[Element]:
    for element in row:
        tag = element.tag.removeprefix(_W)
        if tag == "tc":
            yield element
        elif tag in _TRANSPARENT:
            yield from _cells(element)


def _number(element: Element, *path: str) -> int:
    found = element.find("/".join(f"{_W}{step}" for step in path))
    return 0 if found is None else min(int(found.get(f"{_W}val", "0")), MOST_CELLS)


def _stands_beside(element: Element, tag: str, aside: _Aside) -> bool:
    """Keep a text box or a note for after the paragraph; tell whether it was one."""
    if tag == "txbxContent":
        aside.boxes.append(element)
    elif tag in ("footnoteReference", "endnoteReference"):
        aside.notes.append((tag.removesuffix("Reference"), element.get(f"{_W}id", "")))
    else:
        return False
    return True


def _chosen(alternatives: Element) -> Element:
    """Return an element, or what Word shows of content that is there in several forms."""
    if alternatives.tag != f"{_CHOICE}AlternateContent":
        return alternatives
    chosen = alternatives.find(f"{_CHOICE}Choice")
    if chosen is None:
        chosen = alternatives.find(f"{_CHOICE}Fallback")
    return alternatives if chosen is None else chosen


def _checked(box: Element) -> bool:
    """Tell whether a form's box is checked: by hand, else as it was at first."""
    for name in ("checked", "default"):
        said = box.find(f"{_W}{name}")
        if said is not None:
            return said.get(f"{_W}val", "1") not in ("0", "false", "off")
    return False
