"""What a Word field shows that has no result stored: EQ, QUOTE, SYMBOL and form fields.

Word draws enclosed characters (囲い文字) and the ruby of its old versions by EQ fields, of which
the file holds the instruction only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keikaku.source.equation import Unshowable, equation
from keikaku.source.runformat import is_on
from keikaku.source.symbolfont import character, glyph

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_KIND = re.compile(r"^\s*(=|[A-Za-z]+)\s*")
_WORD = re.compile(r'"([^"]*)"|(\S+)')
_PRINTS_NOTHING = ("XE", "TC", "TA", "RD", "SET", "ASK", "PRIVATE", "HYPERLINK", "FORMTEXT")
ALWAYS_DRAWN = ("EQ", "FORMCHECKBOX", "FORMDROPDOWN")
"""Fields that Word draws from their instruction, be there an empty result or none."""


def kind_of(instruction: str) -> str:
    """Return what kind of field an instruction is of, in capitals, or nothing."""
    found = _KIND.match(instruction)
    return found[1].upper() if found else ""


def shown(instruction: str, form: Element | None) -> str:
    """Return what a field without a result shows; `form` is the w:ffData of a form field.

    Raises Unshowable where that cannot be told from the file.
    """
    kind = kind_of(instruction)
    if not instruction.strip() or kind in _PRINTS_NOTHING:
        return ""
    rest = _KIND.sub("", instruction, count=1)
    if kind == "EQ":
        return equation(rest)
    if kind == "QUOTE":
        return _quoted(rest)
    if kind == "SYMBOL":
        return _symbol(rest)
    if kind == "MACROBUTTON":
        return " ".join(rest.split()[1:])
    if kind == "FORMCHECKBOX" and form is not None:
        return _box(form)
    if kind == "FORMDROPDOWN" and form is not None:
        return _choice(form)
    raise Unshowable(
        f"フィールド {kind} の結果が保存されていません。"
        "Word で開いて F9 で更新するか、文字で書いてください。",
        f"the field {kind} has no stored result; open the document in Word and update it (F9), "
        "or write text",
    )


def _quoted(rest: str) -> str:
    said = ""
    for quoted, bare in _WORD.findall(_without_formats(rest)):
        if bare.isdecimal():
            raise Unshowable(
                "QUOTE フィールドの文字コードが読めません。文字で書いてください。",
                "a QUOTE field gives codes of characters; write text",
            )
        said += quoted or bare
    return said


def _without_formats(rest: str) -> str:
    return re.sub(r'\\\*\s*("[^"]*"|\S+)', "", rest)


def _symbol(rest: str) -> str:
    words = [quoted or bare for quoted, bare in _WORD.findall(rest)]
    switches = [word.lower() for word in words]
    font = words[switches.index("\\f") + 1] if "\\f" in switches[:-1] else ""
    try:
        code = int(words[0], 0)
        is_plain = "\\u" in switches or (not font and code < 0x80)
        found = character(code) if is_plain else glyph(font, code)
    except (IndexError, ValueError):
        found = None
    if found is None:
        raise Unshowable(
            "SYMBOL フィールドの記号が読めません。■ や □ などの普通の文字に置き換えてください。",
            "the symbol of a SYMBOL field is not known; write an ordinary character such as ■ or □",
        )
    return found


def _box(form: Element) -> str:
    """Return a form's box as it is checked: by hand, else as it was at first."""
    box = form.find(f"{_W}checkBox")
    for name in ("checked", "default"):
        said = None if box is None else box.find(f"{_W}{name}")
        if said is not None:
            return "☑" if is_on(said) else "☐"
    return "☐"


def _choice(form: Element) -> str:
    """Return the entry of a form's list that is chosen: by hand, else at first, else the first."""
    entries = [each.get(f"{_W}val", "") for each in form.iterfind(f"{_W}ddList/{_W}listEntry")]
    chosen = 0
    for name in ("result", "default"):
        said = form.find(f"{_W}ddList/{_W}{name}")
        if said is not None:
            chosen = int(said.get(f"{_W}val", "0"))
            break
    return entries[chosen] if 0 <= chosen < len(entries) else ""
