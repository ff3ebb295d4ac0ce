"""Equations of Word (m:oMath) as a line of text; what has no such form is not told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.source.equation import Unshowable, fraction, subscript, superscript

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BESIDE = ("oMathPara", "oMath", "e", "num", "den", "sup", "sub", "deg", "fName", "func", "box")


def math_text(element: Element) -> str:
    """Return an equation, or a part of one, on one line: x²+1/2.

    Raises Unshowable for sums, matrices and whatever else stands on several lines.
    """
    name = element.tag.removeprefix(MATH)
    if name.endswith("Pr") or element.tag in (f"{_W}del", f"{_W}moveFrom", f"{_W}rPr"):
        return ""
    if name == "r":
        return "".join(each.text or "" for each in element.iter(f"{MATH}t"))
    if name in _BESIDE or not element.tag.startswith(MATH):
        return "".join(map(math_text, element))
    if name == "f" and _property(element, "type", "bar") != "noBar":
        return fraction(_part(element, "num"), _part(element, "den"))
    if name == "sSup":
        return _part(element, "e") + _marked(superscript, _part(element, "sup"), "^")
    if name == "sSub":
        return _part(element, "e") + _marked(subscript, _part(element, "sub"), "_")
    if name == "rad":
        return f"{superscript(_part(element, 'deg'))}√({_part(element, 'e')})"
    if name == "d":
        inner = _property(element, "sepChr", "|").join(map(math_text, element.findall(f"{MATH}e")))
        return f"{_property(element, 'begChr', '(')}{inner}{_property(element, 'endChr', ')')}"
    raise Unshowable(
        "数式が一行の文字にできません。文字で書いてください。",
        "an equation has no form on one line; write it as text",
    )


def _part(element: Element, name: str) -> str:
    found = element.find(f"{MATH}{name}")
    return "" if found is None else math_text(found)


def _property(element: Element, name: str, default: str) -> str:
    """Return a property of an element, from what ends in Pr."""
    found = element.find(f"{element.tag}Pr/{MATH}{name}")
    return default if found is None else found.get(f"{MATH}val", "")


def _marked(shift: Callable[[str], str], text: str, sign: str) -> str:
    """Return a text raised or lowered, or in brackets behind a sign where it cannot be."""
    shifted = shift(text)
    return shifted if shifted != text else f"{sign}({text})"
