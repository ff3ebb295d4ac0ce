"""What Word's EQ field draws, as a line of text (ISO/IEC 29500-1, 17.16.5.18).

A character in a circle is that of Unicode where it has one (㉑, ㊟), else the circle and the
character (○新). Ruby is left out, its base stays. Where parts stand one over the other in a way
that a line of text does not have, it is an error.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CIRCLES, _SQUARES, _OTHERS = "○◯〇⚪", "□☐", "△◇"
_SHAPES = _CIRCLES + _SQUARES + _OTHERS
_OPTION = re.compile(r"\\([A-Za-z]+)\s*(-?[0-9]*)\s*")
_GENERAL = re.compile(r'\\\*\s*(?:"[^"]*"|[^\s\\(]+)\s*')
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">", "（": "）", "［": "］", "｛": "｝"}
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_SIMPLE = re.compile(r"\w+")
_DEEPEST = 20


class Unshowable(Exception):  # noqa: N818  (an inner signal, which becomes the fault of a cell)
    """What is drawn cannot be told as text; says so in Japanese and English."""

    def __init__(self, ja: str, en: str) -> None:
        """Take what is wrong in both languages."""
        super().__init__(en)
        self.ja, self.en = ja, en


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A part of an equation as text; `raised` tells that it stands above (1) or below (-1)."""

    text: str
    raised: int = 0


def equation(instruction: str) -> str:
    """Return what an EQ field shows, from its instruction behind the word EQ.

    Raises Unshowable for what a line of text cannot show.
    """
    parser = _Parser(_GENERAL.sub("", instruction).strip())
    drawn = _line(parser.parts(""))
    if not parser.at_end:
        raise _unshowable()
    return drawn


def superscript(text: str) -> str:
    """Return digits and signs as raised ones; a text with anything else stays as it is."""
    return _shifted(text, _RAISED)


def subscript(text: str) -> str:
    """Return digits and signs as lowered ones; a text with anything else stays as it is."""
    return _shifted(text, _LOWERED)


def fraction(above: str, below: str) -> str:
    """Return a fraction on one line."""
    return "/".join(
        part if _SIMPLE.fullmatch(part) else f"({part})" for part in (above.strip(), below.strip())
    )


def beside(left: str, right: str) -> str:
    """Return two texts as one; digits that are two numbers stay two (3 and 1/2)."""
    gap = " " if left[-1:].isdecimal() and right[:1].isdecimal() else ""
    return f"{left}{gap}{right}"


def _shifted(text: str, table: dict[int, int]) -> str:
    return text.translate(table) if all(ord(each) in table for each in text) else text


def _unshowable() -> Unshowable:
    return Unshowable(
        "EQ フィールド(囲い文字、数式など)の表示が読めません。文字で書いてください。",
        "what an EQ field draws cannot be told as text; write text",
    )


class _Parser:
    """Reads an instruction: text, and switches with options and bracketed arguments."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._text)

    def parts(self, ends: str) -> list[_Drawn]:
        """Return the parts up to one of `ends`, which is not taken."""
        found: list[_Drawn] = []
        while not self.at_end and self._text[self._at] not in ends:
            if self._text[self._at] != "\\":
                found.append(_Drawn(self._plain(ends)))
            elif self._text[self._at + 1 : self._at + 2].isalpha():
                found.append(self._switch())
            else:
                found.append(_Drawn(self._text[self._at + 1 : self._at + 2]))
                self._at += 2
        return found

    def _plain(self, ends: str) -> str:
        """Return text up to a switch or an end; brackets in it are part of it."""
        start, open_ = self._at, 0
        while not self.at_end:
            character = self._text[self._at]
            if character == "\\" or (not open_ and character in ends):
                break
            open_ += (character == "(") - (character == ")")
            self._at += 1
        return self._text[start : self._at]

    def _switch(self) -> _Drawn:
        name, number = self._option()
        options: dict[str, str] = {}
        while self._text[self._at : self._at + 1] == "\\":
            option, number = self._option()
            options[option] = number or self._bracket(option)
        if self._text[self._at : self._at + 1] != "(":
            raise _unshowable()
        return _drawn(name, options, self._arguments())

    def _option(self) -> tuple[str, str]:
        found = _OPTION.match(self._text, self._at)
        if found is None:
            raise _unshowable()
        self._at = found.end()
        return found[1].lower(), found[2]

    def _bracket(self, option: str) -> str:
        r"""Return the bracket that \lc, \rc or \bc is given, behind a backslash."""
        if option not in ("lc", "rc", "bc"):
            return ""
        found = self._text[self._at + 1 : self._at + 2]
        if self._text[self._at : self._at + 1] != "\\" or not found:
            raise _unshowable()
        self._at += 2
        while self._text[self._at : self._at + 1] == " ":
            self._at += 1
        return found

    def _arguments(self) -> list[list[_Drawn]]:
        """Return what stands in brackets, parted by commas, or by semicolons if it has none."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _unshowable()
        found: list[list[_Drawn]] = []
        separators = ""
        end = "("
        while end != ")":
            self._at += 1
            found.append(self.parts(",;)"))
            end = self._text[self._at : self._at + 1]
            if not end:
                raise _unshowable()
            separators += end
        self._at += 1
        self._depth -= 1
        return _parted(found, separators)


def _parted(found: list[list[_Drawn]], separators: str) -> list[list[_Drawn]]:
    """Return arguments; where commas part them, a semicolon is text."""
    if "," not in separators:
        return found
    arguments = found[:1]
    for before, argument in zip(separators, found[1:], strict=False):
        if before == ",":
            arguments.append(argument)
        else:
            arguments[-1] = [*arguments[-1], _Drawn(";"), *argument]
    return arguments


def _line(parts: list[_Drawn]) -> str:
    """Return parts that stand beside each other."""
    text = ""
    for part in parts:
        shift = {1: superscript, -1: subscript}.get(part.raised, str)
        text = beside(text, shift(part.text)) if not part.raised else text + shift(part.text)
    return text.strip()


def _drawn(name: str, options: dict[str, str], arguments: list[list[_Drawn]]) -> _Drawn:
    """Return what a switch draws of its arguments."""
    lines = [_line(argument) for argument in arguments]
    if name == "o":
        return _Drawn(_overlaid([_one(argument) for argument in arguments]))
    if name == "s" and len(lines) == 1:
        raised = 1 if "up" in options or not options else -1 if "do" in options else 0
        return _Drawn(lines[0], raised)
    if name == "b" and len(lines) == 1:
        return _Drawn(_in_brackets(lines[0], options))
    line = _LINES.get((name, len(lines)))
    if name == "l":
        return _Drawn(",".join(lines))
    if line is None or (name == "d" and "ba" in options):  # it moves back, over what was drawn
        raise _unshowable()
    return _Drawn(line(*lines))


_LINES: dict[tuple[str, int], Callable[..., str]] = {
    ("f", 2): fraction,
    ("d", 1): str,
    ("x", 1): str,
    ("a", 1): str,
    ("r", 1): "√({})".format,
    ("r", 2): lambda degree, inner: f"{superscript(degree)}√({inner})",
}
"""What switches draw of so many arguments, where these stand beside each other."""


def _in_brackets(text: str, options: dict[str, str]) -> str:
    if not options:
        return f"({text})"
    both = options.get("bc", "")
    return f"{options.get('lc', both)}{text}{options.get('rc', _PAIRS.get(both, both))}"


def _one(argument: list[_Drawn]) -> _Drawn:
    """Return an argument as one part, which is raised if all of it is."""
    parts = [part for part in argument if part.text.strip()]
    if len(parts) == 1:
        return _Drawn(parts[0].text.strip(), parts[0].raised)
    return _Drawn(_line(argument))


def _overlaid(parts: list[_Drawn]) -> str:
    """Return parts that are drawn one over the other: enclosed characters, or text under ruby."""
    filled = [part for part in parts if part.text]
    shapes = [part.text for part in filled if part.text in _SHAPES]
    within = [part.text for part in filled if part.text not in _SHAPES]
    if len(shapes) == 1 and len(within) == 1 and within[0].isalnum():
        return _enclosed(shapes[0], within[0])
    base = [part for part in filled if part.raised != 1]
    if not shapes and len(base) == 1:
        return base[0].text
    raise _unshowable()


def _enclosed(shape: str, text: str) -> str:
    """Return a text in a shape as one character if Unicode has it."""
    plain = unicodedata.normalize("NFKC", text)
    if shape in _CIRCLES:
        return _encloses("<circle>").get(plain, f"○{text}")
    if shape in _SQUARES:
        return _encloses("<square>").get(plain, f"□{text}")
    return f"{shape}{text}"


@cache
def _encloses(kind: str) -> dict[str, str]:
    """Return the characters of Unicode that enclose others, by those others.

    The squared words from U+3300 on (㌔) have no square around them.
    """
    found: dict[str, str] = {}
    for code in (*range(0x2460, 0x2500), *range(0x3200, 0x3300), *range(0x1F100, 0x1F260)):
        form, *inner = unicodedata.decomposition(chr(code)).split() or [""]
        if form == kind:
            found.setdefault("".join(chr(int(each, 16)) for each in inner), chr(code))
    return found
