"""Numbers as a section of a number format shows them: digits, fractions, powers, kanji."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from keikaku.source.formatitems import Item, Kind, UnknownFormatError

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGITS = 15  # significant digits that Excel keeps
_ROOM = 11  # characters that General shows at most, but for the sign
_BLANK = {"0": "0", "#": "", "?": " "}
_KANJI = {
    "1": ("〇一二三四五六七八九", "十百千"),
    "2": ("〇壱弐参四伍六七八九", "拾百阡"),
    "3": ("０１２３４５６７８９", "十百千"),
}
"""Digits and units of DBNum1 to DBNum3."""

_MOST_KANJI = 10_000


def number_text(value: float, items: Sequence[Item]) -> str:
    """Return what a section shows of a number that is not negative.

    Raises UnknownFormatError for what is not wholly understood.
    """
    script = next((item.text for item in items if item.kind is Kind.SCRIPT), "")
    items = [item for item in items if item.kind not in (Kind.SCRIPT, Kind.LOCALE)]
    kinds = [item.kind for item in items]
    percent = kinds.count(Kind.PERCENT)
    if Kind.GENERAL in kinds or Kind.TEXT in kinds:
        said = in_kanji(value, script) if script else general(value)
        whole = (Kind.GENERAL, Kind.TEXT)
        return "".join(said if item.kind in whole else item.text for item in items)
    if Kind.DIGIT not in kinds:
        return "".join(item.text for item in items)
    scaled = Decimal(f"{value:.{_DIGITS}g}").scaleb(2 * percent)
    if Kind.EXPONENT in kinds:
        text = _power(scaled, items)
    elif Kind.SLASH in kinds:
        text = _fraction(scaled, items)
    else:
        text = _decimal(scaled, items)
    return _digit_by_digit(text, script, items) if script else text


def general(value: float) -> str:
    """Return a number as Excel shows it without a format in a cell that is wide enough.

    Raises UnknownFormatError for one that is shown as a power of ten.
    """
    sign, size = ("-" if value < 0 else ""), Decimal(f"{abs(value):.{_DIGITS}g}")
    whole = f"{int(size)}"
    places = max(0, _ROOM - 1 - len(whole))
    rounded = size.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    is_small = 0 < size < Decimal("0.0001") and rounded != size
    if len(whole) > _ROOM or is_small:
        raise UnknownFormatError("General")
    text = f"{rounded:f}"
    return sign + (text.rstrip("0").rstrip(".") if "." in text else text)


def in_kanji(value: float, script: str) -> str:
    """Return a whole number in numerals with units: 千二百三十四. Raises UnknownFormatError."""
    if value != int(value) or not 0 <= value < _MOST_KANJI:
        raise UnknownFormatError(f"DBNum{script}")
    digits, units = _KANJI[script]
    if value == 0:
        return digits[0]
    shown = ""
    for place, digit in enumerate(reversed(f"{int(value)}")):
        if digit == "0":
            continue
        is_silent = place > 0 and digit == "1" and script != "2"  # 十, not 一十
        figure = "" if is_silent else digits[int(digit)]
        shown = figure + ("", *units)[place] + shown
    return shown


def digits_in(text: str, script: str) -> str:
    """Return a text with its digits one by one in the numerals of a script: 二〇二四."""
    return text.translate(str.maketrans("0123456789", _KANJI[script][0]))


def _digit_by_digit(text: str, script: str, items: Sequence[Item]) -> str:
    kinds = {item.kind for item in items}
    if not kinds <= {Kind.DIGIT, Kind.LITERAL} or any(
        item.kind is Kind.LITERAL and any(each.isdecimal() for each in item.text) for item in items
    ):
        raise UnknownFormatError(f"DBNum{script}")
    return digits_in(text, script)


def _decimal(value: Decimal, items: Sequence[Item]) -> str:
    point = next((n for n, item in enumerate(items) if item.kind is Kind.POINT), len(items))
    before, after = list(items[:point]), items[point:]
    if any(item.kind in (Kind.POINT, Kind.COMMA) for item in after[1:]):
        raise UnknownFormatError("".join(item.text for item in items))
    before, thousands, is_grouped = _commas(before)
    places = sum(item.kind is Kind.DIGIT for item in after)
    rounded = value.scaleb(-3 * thousands).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _, rest = f"{rounded:f}".partition(".")
    return _whole(before, whole.lstrip("0"), grouped=is_grouped) + _rest(after, rest)


def _commas(items: list[Item]) -> tuple[list[Item], int, bool]:
    """Return the items without commas, how many scale by a thousand, and whether one groups."""
    digits = [n for n, item in enumerate(items) if item.kind is Kind.DIGIT]
    commas = [n for n, item in enumerate(items) if item.kind is Kind.COMMA]
    last = digits[-1] if digits else -1
    scaling = [n for n in commas if n > last]
    is_run = scaling == list(range(last + 1, last + 1 + len(scaling)))
    if not is_run or (commas and not digits) or any(n < digits[0] for n in commas):
        raise UnknownFormatError("".join(item.text for item in items))
    left = [item for item in items if item.kind is not Kind.COMMA]
    return left, len(scaling), len(commas) > len(scaling)


def _whole(items: Sequence[Item], digits: str, *, grouped: bool) -> str:
    """Put digits into their places from the right; the first place takes all that are left."""
    first = next((n for n, item in enumerate(items) if item.kind is Kind.DIGIT), -1)
    left, shown, count = list(digits), [], 0
    for number in reversed(range(len(items))):
        if items[number].kind is not Kind.DIGIT:
            shown.append(items[number].text)
            continue
        while True:
            figure = left.pop() if left else _BLANK[items[number].text]
            is_parted = grouped and figure.isdigit() and count and count % 3 == 0
            count += figure.isdigit()
            shown.append(figure + "," * bool(is_parted))
            if number != first or not left:
                break
    return "".join(reversed(shown))


def _rest(items: Sequence[Item], digits: str) -> str:
    """Put the digits behind the point into their places; zeros at the end only where 0 stands."""
    places = [item.text for item in items if item.kind is Kind.DIGIT]
    figures = list(digits)
    for place in reversed(range(len(places))):
        if figures[place] != "0" or places[place] == "0":
            break
        figures[place] = _BLANK[places[place]]
    turn = iter(figures)
    return "".join(next(turn) if item.kind is Kind.DIGIT else item.text for item in items)


def _power(value: Decimal, items: Sequence[Item]) -> str:
    """Show 1.23E+05, with one digit before the point."""
    at = next(n for n, item in enumerate(items) if item.kind is Kind.EXPONENT)
    text = "".join(item.text for item in items)
    found = re.fullmatch(r"0(?:\.(0+))?E[+-](0+)", text)
    if found is None:
        raise UnknownFormatError(text)
    mantissa, _, exponent = f"{value:.{len(found[1] or '')}E}".partition("E")
    sign = "-" if exponent.startswith("-") else items[at].text[1:].replace("-", "")
    return f"{mantissa}E{sign}{exponent[1:].lstrip('0').zfill(len(found[2]))}"


def _fraction(value: Decimal, items: Sequence[Item]) -> str:
    """Show 1 1/2, by as many digits of the denominator as there are places, or by a given one."""
    text = "".join(item.text for item in items)
    whole, _, parts = text.rpartition(" ")
    above, _, below = parts.partition("/")
    is_known = set(above) <= set("?#0") and set(whole) <= set("# 0") and bool(above)
    if not is_known or not (set(below) <= set("?#") or below.isdecimal()) or not below:
        raise UnknownFormatError(text)
    if below.isdecimal():
        found = Fraction(round(Fraction(value) * int(below)), int(below))
        top, bottom = round(Fraction(value) * int(below)), int(below)
    else:
        found = Fraction(value).limit_denominator(10 ** len(below) - 1)
        top, bottom = found.numerator, found.denominator
    if whole:
        units, top = divmod(top, bottom)
        if top == 0:
            return f"{units}"
        return f"{units} {top}/{bottom}" if units or "0" in whole else f"{top}/{bottom}"
    return f"{top}/{bottom}"
