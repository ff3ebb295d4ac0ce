"""What stands in a cell of a table of a Word document, and what lies over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keikaku.source.drafts import Slot
from keikaku.source.worddrawing import drawing_of
from keikaku.source.wordtable import TRANSPARENT
from keikaku.source.wordtext import ELSEWHERE, Flow

if TYPE_CHECKING:
    from collections.abc import Collection
    from xml.etree.ElementTree import Element

    from keikaku.source.grid import Sign
    from keikaku.source.worddrawing import Drawing
    from keikaku.source.wordtable import WordCell, WordRow
    from keikaku.source.wordtext import Fault, Manner

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NESTED: Fault = (
    "欄の中に表があります。中の表を外に出すか、文にしてください。",
    "a table inside a cell; move it out of the cell, or write it as text",
)
_COVERED: Fault = (
    "結合されたセルに隠れた値があります。消すか、結合を解いてください。",
    "a merged cell hides a value; remove it, or unmerge",
)
_MOVED: Fault = (
    "左のセルが変更履歴で削除されていて、この欄の位置が決まりません。"
    "変更履歴を承諾するか元に戻してください。",
    "a cell on its left is deleted in tracked changes, so its column is not known; accept or "
    "reject the changes",
)
_REACHES: Fault = (
    "図形の文字が欄の外に出ていて、どの欄のものか分かりません。欄に文字で書いてください。",
    "a shape with text reaches out of its cell, so it is not known which cells it is for; write "
    "the text in the cells",
)


@dataclass(slots=True)
class CellText:
    """What is read of a cell: its lines, and the drawings without text that are anchored in it."""

    flow: Flow
    width: int
    lines: list[str] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)


def read_cell(cell: WordCell, manner: Manner, style: str) -> tuple[Slot, CellText]:
    """Return a cell of a table of a style, and what stands beside its text."""
    read = CellText(Flow(manner, style), cell.width)
    if cell.deleted:
        return Slot("", columns=cell.span, removed=1), read
    _lines(cell.element, read)
    read.flow.end()
    read.lines.append(read.flow.rest())
    text, fault = "\n".join(read.lines).strip(), read.flow.fault
    if cell.moves and text:
        fault = _MOVED
    return Slot(text, columns=cell.span, fault=fault, removed=read.flow.removed), read


def _lines(within: Element, read: CellText) -> None:
    flow = read.flow
    for element in within:
        tag = element.tag.removeprefix(_W)
        if tag == "p":
            text = flow.paragraph(element)
            if text is not None:
                read.lines.append(text)
            _drawn(read)
        elif tag == "tbl":
            flow.fault = flow.fault or _NESTED
        elif tag == "altChunk":
            flow.fault = flow.fault or ELSEWHERE
        elif tag in TRANSPARENT:
            _lines(element, read)


def _drawn(read: CellText) -> None:
    """Take the text of boxes that lie in a cell as lines of it, and other drawings as such."""
    drawn, read.flow.drawn = read.flow.drawn, []
    for drawing in filter(None, map(drawing_of, drawn)):
        first = len(read.lines)
        read.lines.extend(drawing.words)
        for box in drawing.boxes:
            _lines(box, read)
        if not any(line.strip() for line in read.lines[first:]):
            read.drawings.append(drawing)
        elif not drawing.lies_within(read.width):
            read.flow.fault = read.flow.fault or _REACHES


def place(slot: Slot, cell: WordCell, row: dict[int, Slot], open_: dict[int, Slot]) -> Slot:
    """Put a cell in its row, or let the one above it reach down; return the one that it is."""
    above = open_.get(cell.column) if cell.goes_on else None
    if above is not None and not slot.text:
        above.rows += 1
        above.fault = above.fault or slot.fault
        above.removed += slot.removed
        return above
    if above is not None:
        slot.fault = _COVERED
    row[cell.column] = slot
    if cell.begins:
        open_[cell.column] = slot
    elif not cell.goes_on:
        open_.pop(cell.column, None)
    return slot


def mark_drawings(
    row: WordRow, slots: dict[int, Slot], drawn: Collection[tuple[WordCell, Slot, CellText]]
) -> None:
    """Note at the cells of a row which drawings lie over them."""
    for cell, slot, read in drawn:
        for drawing in read.drawings:
            slot.sign = "drawings"
            mark(slots, row.under(cell, drawing), "drawings")


def mark(slots: dict[int, Slot], columns: range, sign: Sign) -> None:
    """Note at the cells of a row that reach over some columns what may say something of them."""
    for first, slot in slots.items():
        if first < columns.stop and columns.start < first + slot.columns:
            slot.sign = slot.sign or sign
