"""A section of a number format, taken apart into its items."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class UnknownFormatError(ValueError):
    """A number format, or its section for a value, is not wholly understood."""


class Kind(Enum):
    """What an item of a format stands for.

    LITERAL: its own text. DIGIT: a place for a digit, 0, # or ?. POINT, COMMA, PERCENT, SLASH: what
    they mean in numbers. EXPONENT: E+ or E-. GENERAL: the number as it is. TEXT: the text of the
    cell. FIELD: a part of a date or time. ELAPSED: hours, minutes or seconds in all. SCRIPT: the
    numerals that are used, DBNum1 to DBNum3. LOCALE: whose names and eras are used. BRACKET: what
    else stands in brackets.
    """

    LITERAL = "literal"
    DIGIT = "digit"
    POINT = "."
    COMMA = ","
    PERCENT = "%"
    SLASH = "/"
    EXPONENT = "E"
    GENERAL = "General"
    TEXT = "@"
    FIELD = "field"
    ELAPSED = "elapsed"
    SCRIPT = "script"
    LOCALE = "locale"
    BRACKET = "bracket"


@dataclass(frozen=True, slots=True)
class Item:
    """An item: its kind, and what is shown or how it is written."""

    kind: Kind
    text: str


_ITEM = re.compile(
    r"""
      "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | (?P<room>[_*]).
    | \[(?P<bracket>[^\]]*)\]
    | (?P<general>General|G/標準|標準)
    | (?P<exponent>(?-i:E)[+-])
    | (?P<field>AM/PM|A/P|g{1,3}|e{1,2}|y{1,4}|m{1,5}|d{1,4}|a{3,4}|h{1,2}|s{1,2})
    | (?P<digit>[0#?]) | (?P<mark>[.,%/@]) | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_COLOUR = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]{1,2}"
    r"|[黒青水緑紫赤白黄]|色[0-9]{1,2}",
    re.IGNORECASE,
)
_MARKS = {".": Kind.POINT, ",": Kind.COMMA, "%": Kind.PERCENT, "/": Kind.SLASH, "@": Kind.TEXT}
_SHOWN_AS_THEY_ARE = " $-+():!^&'~{}<>=123456789"


def items_of(section: str) -> list[Item]:
    """Return the items of a section. Raises UnknownFormatError for a sign that means nothing."""
    items: list[Item] = []
    for found in _ITEM.finditer(section):
        item = _item(found, section)
        if item is not None:
            items += item
    return items


def _item(found: re.Match[str], section: str) -> list[Item]:
    name, text = found.lastgroup, found[found.lastgroup or 0]
    match name:
        case "quoted" | "escaped":
            return [Item(Kind.LITERAL, text)]
        case "room":  # the room of a character, or one that fills the cell
            return []
        case "bracket":
            return _bracket(text)
        case "general":
            return [Item(Kind.GENERAL, text)]
        case "exponent":
            return [Item(Kind.EXPONENT, text)]
        case "field":
            return [Item(Kind.FIELD, text)]
        case "digit":
            return [Item(Kind.DIGIT, text)]
        case "mark":
            return [Item(_MARKS[text], text)]
    if text in _SHOWN_AS_THEY_ARE or not text.isascii():
        return [Item(Kind.LITERAL, text)]
    raise UnknownFormatError(section)


def _bracket(text: str) -> list[Item]:
    if _COLOUR.fullmatch(text):
        return []
    if re.fullmatch("h{1,2}|m{1,2}|s{1,2}", text, re.IGNORECASE):
        return [Item(Kind.ELAPSED, text.lower())]
    if re.fullmatch("DBNum[123]", text, re.IGNORECASE):
        return [Item(Kind.SCRIPT, text[-1])]
    if text.startswith("$"):
        sign, _, locale = text[1:].partition("-")
        money = [Item(Kind.LITERAL, sign)] if sign else []
        return [*money, Item(Kind.LOCALE, locale.lower())] if locale else money
    return [Item(Kind.BRACKET, text)]
