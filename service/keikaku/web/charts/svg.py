"""The elements of an SVG, written with every text escaped and every number short."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

NAMESPACE = "http://www.w3.org/2000/svg"

_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDE = ("W", "F", "A")
_NARROW = 0.58
"""How wide a Latin letter is on average, in ems: an East Asian one is 1."""

Value = str | float | None


def element(tag: str, *children: Markup | str, **attributes: Value) -> Markup:
    """Return an element; `class_` stands for class, `text_anchor` for text-anchor, None for none.

    Characters that XML does not allow become U+FFFD.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_text(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(
        child if isinstance(child, Markup) else _text(child) for child in children
    )
    return Markup(f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>")  # noqa: S704


def named(tag: str, name: str, *children: Markup | str, **attributes: Value) -> Markup:
    """Return an element whose title, which a pointer shows, is `name`."""
    return element(tag, element("title", name), *children, **attributes)


def words(text: str, x: float, y: float, **attributes: Value) -> Markup:
    """Return a line of text on the baseline `y`."""
    return element("text", text, x=x, y=y, **attributes)


def short_words(text: str, room: float, x: float, y: float, **attributes: Value) -> Markup:
    """Return a line of text that is no wider than `room`; if it is cut, its title has it whole."""
    shown = shortened(text, room)
    if shown == text:
        return words(text, x, y, **attributes)
    return named("text", text, shown, x=x, y=y, **attributes)


def shortened(text: str, room: float, size: float = 14) -> str:
    """Return as much of a text as has room, with … where it was cut."""
    if width(text, size) <= room:
        return text
    end = len(text)
    while end > 1 and width(text[:end], size) + size > room:
        end -= 1
    return f"{text[:end].rstrip()}…"


def width(text: str, size: float = 14) -> float:
    """Return about how wide a text is in letters of `size` pixels."""
    return size * sum(
        1.0 if unicodedata.east_asian_width(letter) in _WIDE else _NARROW for letter in text
    )


def _text(value: str | float) -> Markup:
    if isinstance(value, str):
        return escape(_NOT_XML.sub("\ufffd", value))
    return Markup(f"{value:.1f}".removesuffix(".0"))  # noqa: S704  (a number)
