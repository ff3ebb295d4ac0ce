"""The text of the paragraphs of a Word document, as the page shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keikaku.source.equation import Unshowable, beside, subscript, superscript
from keikaku.source.fields import ALWAYS_DRAWN, kind_of, shown
from keikaku.source.mathtext import MATH, math_text
from keikaku.source.symbolfont import character, glyph, is_symbol_font

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from keikaku.source.numbering import Numbering
    from keikaku.source.runformat import Look, RunFormats

Fault = tuple[str, str]
"""Why a text cannot be told, in Japanese and English."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_NO_TEXT = (
    *("pPr", "rPr", "sdtPr", "sdtEndPr", "rt", "rubyPr", "comment", "fldData", "softHyphen"),
    *("smartTagPr", "customXmlPr", "annotationRef", "footnoteRef", "endnoteRef"),
)
_NOT_STORED = ("dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong", "pgNum")
_NOTES = ("footnoteReference", "endnoteReference")
_DRAWINGS = ("drawing", "pict", "object", "contentPart", "txbxContent")
_PRIVATE = range(0xF000, 0xF100)
_BRACKETS = {"round": "()", "square": "[]", "angle": "〈〉", "curly": "{}"}
_BLANKS = re.compile(r"[\t\r\n]+")
_OPEN: Fault = (
    "フィールドが閉じていません。Word で開いて保存し直してください。",
    "a field does not end; open the document in Word and save it again",
)
ELSEWHERE: Fault = (
    "別のファイルの内容が埋め込まれています。Word で開いて保存し直してください。",
    "it holds content of another file; open it in Word and save it again",
)
"""What is said of a document that Word puts together from several files."""

_MIRRORED: Fault = (
    "文字が右から左に並べられています。ふつうの向きで書いてください。",
    "the text is forced to run from right to left; write it in its own direction",
)


@dataclass(slots=True)
class Manner:
    """What tells how a document's text is shown: its styles, its numbering, its symbol fonts."""

    formats: RunFormats
    numbering: Numbering
    symbolic: frozenset[str]

    def is_symbolic(self, font: str) -> bool:
        """Tell whether a font draws symbols for the codes of ordinary characters."""
        return is_symbol_font(font) or font in self.symbolic


@dataclass(slots=True)
class _Field:
    """A field that is open: its instruction so far, and what became of its result."""

    form: Element | None
    instruction: str = ""
    in_code: bool = True
    said: bool = False
    fault: Fault | None = None


@dataclass(slots=True)
class Flow:
    """Reads the paragraphs of one place, one after the other.

    `table_style` is that of the table around them. It gathers what stands beside their text:
    `notes` (their kind and identifier) and `drawn` (w:drawing, w:pict, w:object); `removed` is how
    many passages are struck out or deleted, `fault` why the text cannot be told.
    """

    manner: Manner
    table_style: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    drawn: list[Element] = field(default_factory=list)
    removed: int = 0
    fault: Fault | None = None
    _fields: list[_Field] = field(default_factory=list)
    _text: str = ""
    _joined: str = ""
    _paragraph: Element | None = None
    _look: Look | None = None
    _is_deleted: bool = False
    _in_removed: bool = False
    _combined: str = ""
    _closing: str = ""

    def paragraph(self, paragraph: Element) -> str | None:
        """Return what is printed of a paragraph, its number before it.

        Returns None where its mark is deleted or hidden: it is then one with the next.
        """
        properties = paragraph.find(f"{_W}pPr/{_W}rPr")
        self._paragraph, self._text, removed = paragraph, "", self.removed
        self._look = None
        self._inner(paragraph)
        self._combine("", "")
        text = self._text
        if _is_deleted(properties):
            self._joined += text
            return None
        mark = self.manner.formats.look(properties, paragraph, self.table_style)
        if mark.hidden and not text:
            return None
        number = self._number(paragraph)
        if mark.hidden:
            self._joined += number + text
            return None
        whole = self.rest() + text
        if self.removed > removed and not whole.strip():
            return ""  # the number is struck out with its text
        return number + whole

    def _number(self, paragraph: Element) -> str:
        try:
            return self.manner.numbering.printed(paragraph)
        except Unshowable as error:
            self._fail((error.ja, error.en))
            return ""

    def rest(self) -> str:
        """Return what is left of paragraphs that were to be one with the next."""
        joined, self._joined = self._joined, ""
        return joined

    def end(self) -> None:
        """Take note that the place ends: a field that is still open is a fault."""
        if any(each.instruction.strip() and each.in_code for each in self._fields):
            self._fields.clear()
            self._fail(_OPEN)

    def _inner(self, within: Element) -> None:
        """Take the elements of a paragraph, run or what is transparent in them."""
        for element in within:
            tag = element.tag.removeprefix(_W)
            if tag in _TAKEN:
                _TAKEN[tag](self, element)
            elif tag in _SIGNS:
                self._say(_SIGNS[tag])
            elif tag in _NOTES:
                if not self._gone:
                    self.notes.append((tag.removesuffix("Reference"), element.get(f"{_W}id", "")))
            elif tag in _DRAWINGS:
                if not self._gone:
                    self.drawn.append(element)
            elif tag in _NOT_STORED:
                self._fail(_not_stored(tag))
            elif tag not in _NO_TEXT:
                self._inner(element)

    @property
    def _gone(self) -> bool:
        """Whether what is met is deleted, hidden or struck out."""
        look = self._look
        return self._is_deleted or (look is not None and (look.hidden or look.struck))

    def _run(self, run: Element) -> None:
        assert self._paragraph is not None  # noqa: S101  (runs stand in paragraphs)
        before, properties = self._look, run.find(f"{_W}rPr")
        self._look = self.manner.formats.look(properties, self._paragraph, self.table_style)
        if not self._gone:
            layout = None if properties is None else properties.find(f"{_W}eastAsianLayout")
            if layout is not None and layout.get(f"{_W}combine", "0") in ("1", "true", "on"):
                kind = layout.get(f"{_W}combineBrackets", "none")
                self._combine(layout.get(f"{_W}id", "0"), kind)
            else:
                self._combine("", "")
        self._inner(run)
        self._look = before

    def _combine(self, identifier: str, kind: str) -> None:
        """Begin or end text of two lines in one (割注), which Word may print in brackets."""
        if identifier == self._combined:
            return
        closing, self._closing = self._closing, _BRACKETS.get(kind, "  ")[1].strip()
        self._combined = identifier
        self._put(closing + _BRACKETS.get(kind, "  ")[0].strip())

    def _deleted(self, element: Element) -> None:
        before, self._is_deleted = self._is_deleted, True
        self._inner(element)
        self._is_deleted = before

    def _deleted_text(self, element: Element) -> None:
        before, self._is_deleted = self._is_deleted, True
        self._letters(element)
        self._is_deleted = before

    def _letters(self, element: Element) -> None:
        text = _BLANKS.sub(" ", element.text or "")
        look = self._look
        if look is None or self._gone:
            self._say(text)
            return
        if any(map(self.manner.is_symbolic, look.fonts)):
            text = "".join(self._drawn_as(letter, look) for letter in text)
        if look.capital:
            text = text.upper()
        shift = {"superscript": superscript, "subscript": subscript}.get(look.script)
        self._say(shift(text) if shift else text)

    def _drawn_as(self, letter: str, look: Look) -> str:
        """Return what the page shows for a character, which may be in a symbol font."""
        code, (ascii_, other, asian) = ord(letter), look.fonts
        if letter.isspace():
            return letter
        fonts = [ascii_] if code < 0x80 else [other] if code < 0x100 else []
        if code in _PRIVATE:
            fonts = [other, ascii_, asian]
        font = next(filter(self.manner.is_symbolic, fonts), "")
        return self._glyph(font, code) if font else letter

    def _symbol(self, symbol: Element) -> None:
        font, code = symbol.get(f"{_W}font", ""), int(symbol.get(f"{_W}char", "0"), 16)
        is_plain = code > 0xFF and code not in _PRIVATE and not self.manner.is_symbolic(font)
        found = character(code) if is_plain else None
        self._say(found or self._glyph(font, code))

    def _glyph(self, font: str, code: int) -> str:
        found = glyph(font, code)
        if found is None:
            self._fail(
                (
                    f"記号フォント {font} の記号(文字コード {code & 0xFF:02X})が読めません。"
                    "■ や □ などの普通の文字に置き換えてください。",
                    f"the symbol {code & 0xFF:02X} of the font {font} is not known; "
                    "write an ordinary character such as ■ or □",
                )
            )
        return found or ""

    def _break(self, element: Element) -> None:
        if element.get(f"{_W}type", "textWrapping") == "textWrapping":
            self._say("\n")

    def _math(self, element: Element) -> None:
        try:
            self._say_apart(math_text(element))
        except Unshowable as error:
            self._fail((error.ja, error.en))

    def _elsewhere(self, element: Element) -> None:
        del element
        self._fail(ELSEWHERE)

    def _direction(self, element: Element) -> None:
        if element.get(f"{_W}val") == "rtl":
            self._fail(_MIRRORED)
        self._inner(element)

    def _field_sign(self, sign: Element) -> None:
        """Open a field, begin its result, or close it."""
        match sign.get(f"{_W}fldCharType"):
            case "begin":
                self._fields.append(_Field(sign.find(f"{_W}ffData")))
            case "separate" if self._fields:
                self._fields[-1].in_code = False
            case "end" if self._fields:
                self._close(self._fields.pop())

    def _simple_field(self, element: Element) -> None:
        instruction = "" if self._gone else element.get(f"{_W}instr", "")
        opened = _Field(None, instruction, in_code=False)
        self._fields.append(opened)
        self._inner(element)
        self._fields.remove(opened)
        opened.in_code = element.find(f"{_W}r") is None
        self._close(opened)

    def _close(self, closed: _Field) -> None:
        """Say what a field shows that has no result, or not the one that counts."""
        if closed.said or not (closed.in_code or kind_of(closed.instruction) in ALWAYS_DRAWN):
            return
        try:
            if closed.fault is not None:
                raise Unshowable(*closed.fault)
            self._say_apart(shown(closed.instruction, closed.form))
        except Unshowable as error:
            self._fail((error.ja, error.en))

    def _instruction(self, element: Element) -> None:
        if self._fields and self._fields[-1].in_code:
            self._say(element.text or "")

    def _say_apart(self, text: str) -> None:
        """Write what is drawn; a fraction is no part of a number before it."""
        self._say(beside(self._text, text)[len(self._text) :] if "/" in text else text)

    def _say(self, text: str) -> None:
        """Write a text; one that is struck out or deleted is counted, passage by passage."""
        look = self._look
        if not text or (look is not None and look.hidden):
            return
        if self._gone:
            if self._fields and not self._fields[-1].in_code:
                self._fields[-1].said = True  # its result is what is gone
            if text.strip() and not self._in_removed:
                self.removed += 1
                self._in_removed = True
            return
        self._in_removed = self._in_removed and not text.strip()
        self._put(text)

    def _put(self, text: str) -> None:
        """Write a text where it belongs: in an instruction, or on the page."""
        for opened in reversed(self._fields):
            if opened.in_code:
                opened.instruction += text
                return
            opened.said = opened.said or bool(text)
        self._text += text

    def _fail(self, fault: Fault) -> None:
        """Take note that a text cannot be told, unless nobody sees it."""
        if self._gone:
            return
        for opened in reversed(self._fields):
            if opened.in_code:
                opened.fault = opened.fault or fault
                return
        self.fault = self.fault or fault


_TAKEN: dict[str, Callable[[Flow, Element], None]] = {
    "r": Flow._run,
    "t": Flow._letters,
    "delText": Flow._deleted_text,
    "del": Flow._deleted,
    "moveFrom": Flow._deleted,
    "sym": Flow._symbol,
    "br": Flow._break,
    "fldChar": Flow._field_sign,
    "fldSimple": Flow._simple_field,
    "instrText": Flow._instruction,
    "subDoc": Flow._elsewhere,
    "bdo": Flow._direction,
    f"{MATH}oMath": Flow._math,
    f"{MATH}oMathPara": Flow._math,
}


def _not_stored(tag: str) -> Fault:
    return (
        "日付やページの番号が、文字ではなく自動で入ります。文字で書いてください。",
        f"a date or page number is put in by Word (w:{tag}); write it as text",
    )


def _is_deleted(mark: Element | None) -> bool:
    """Tell whether the mark of a paragraph is deleted or moved away in tracked changes."""
    return mark is not None and (
        mark.find(f"{_W}del") is not None or mark.find(f"{_W}moveFrom") is not None
    )
