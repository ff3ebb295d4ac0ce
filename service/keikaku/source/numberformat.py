"""Numbers, dates and texts of a workbook as Excel shows them, by their number format.

A format has up to four sections (ECMA-376 Part 1, 18.8.31): for positive numbers, negative ones,
zero and texts, or for the numbers that conditions name. What is not wholly understood is an error,
never a guess. Names of months and days are English unless the format is of the Japanese locale, as
Excel in Japan shows them.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from keikaku.source.formatdate import date_text
from keikaku.source.formatitems import Item, Kind, UnknownFormatError, items_of
from keikaku.source.formatnumber import general, number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

_JAPANESE_DATES = {
    "long": '[$-411]ggge"年"m"月"d"日"',
    "short": "[$-411]ge.m.d",
    "month": 'yyyy"年"m"月"',
    "day": 'm"月"d"日"',
}
_BUILT_IN = {
    **dict.fromkeys((27, 36, 50, 57), _JAPANESE_DATES["short"]),
    **dict.fromkeys((28, 29, 51, 54, 58), _JAPANESE_DATES["long"]),
    **dict.fromkeys((34, 52, 55), _JAPANESE_DATES["month"]),
    **dict.fromkeys((35, 53, 56), _JAPANESE_DATES["day"]),
    5: '"¥"#,##0;"¥"-#,##0',
    6: '"¥"#,##0;[Red]"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"_ ;_ @_ ',
    14: "yyyy/m/d",
    22: "yyyy/m/d h:mm",
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"時"mm"分"',
    33: 'h"時"mm"分"ss"秒"',
}
"""Formats that need no definition: those of ja-jp (18.8.30), and what others are in Japan."""

_SECTIONS = re.compile(r'(?:^|(?<=;))(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*')
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)")
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "<>": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class _Condition:
    """Which numbers a section is for."""

    sign: str
    bound: float

    def holds(self, value: float) -> bool:
        return _COMPARED[self.sign](value, self.bound)

    @property
    def is_negative(self) -> bool:
        """Whether it holds for negative numbers only, whose minus is then not shown."""
        return (self.sign == "<" and self.bound <= 0) or (
            self.sign in ("<=", "=") and self.bound < 0
        )


@dataclass(frozen=True, slots=True)
class _Section:
    condition: _Condition | None
    items: tuple[Item, ...]

    @property
    def is_of_texts(self) -> bool:
        return any(item.kind is Kind.TEXT for item in self.items)


_BELOW_ZERO, _ABOVE_ZERO, _NOT_BELOW = _Condition("<", 0), _Condition(">", 0), _Condition(">=", 0)


def built_in(number: int) -> str | None:
    """Return a format by its number, where a workbook may use it without a definition.

    None for the others; those of the countries are as in Japan.
    """
    return _BUILT_IN.get(number)


def shown(value: float | str, code: str, epoch: datetime) -> str:
    """Return what a format shows of a number, a date by its serial number from `epoch`, or a text.

    A format that hides every value shows it plainly: what is hidden is not lost. Raises
    UnknownFormatError for one that is not wholly understood, or that has no section for the value.
    """
    sections = _sections(code)
    if shows_nothing(code, value):
        return value if isinstance(value, str) else general(value)
    if isinstance(value, str):
        return _text(value, sections)
    section, is_negative = _chosen(value, _of_numbers(sections))
    if any(item.kind in (Kind.FIELD, Kind.ELAPSED) for item in section.items):
        return date_text(value, section.items, epoch).strip()
    text = number_text(abs(value), section.items)
    is_zero = Kind.DIGIT in {item.kind for item in section.items} and text == number_text(
        0, section.items
    )
    return f"{'-' if value < 0 and not is_negative and not is_zero else ''}{text}".strip()


def is_of_dates(code: str) -> bool:
    """Tell whether a format shows numbers as dates or times. Raises UnknownFormatError."""
    fields = (Kind.FIELD, Kind.ELAPSED)
    return any(item.kind in fields for section in _sections(code) for item in section.items)


def shows_nothing(code: str, value: object) -> bool:
    """Tell whether a format such as ;;; hides a value, as an office hides what is not for print."""
    sections = _SECTIONS.findall(code)
    if len(sections) < 2 or any(section.strip('" ') for section in sections):
        return False
    return len(sections) > 3 or not isinstance(value, str)  # the fourth section is that of texts


@lru_cache(1_000)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[str] = _SECTIONS.findall(code) if code else ["General"]
    if code and (";".join(sections) != code or len(sections) > 4):
        raise UnknownFormatError(code)
    return tuple(_section(text) for text in sections)


def _section(text: str) -> _Section:
    condition = None
    items = []
    for item in items_of(text):
        found = _CONDITION.fullmatch(item.text) if item.kind is Kind.BRACKET else None
        if found:
            condition = _Condition(found[1], float(found[2]))
        elif item.kind is Kind.BRACKET:
            raise UnknownFormatError(text)
        else:
            items.append(item)
    return _Section(condition, tuple(items))


def _of_numbers(sections: Sequence[_Section]) -> Sequence[_Section]:
    """Return the sections but that of texts, which is the fourth, or the last with a @."""
    if len(sections) == 4 or (len(sections) > 1 and sections[-1].is_of_texts):
        return sections[:-1]
    return sections


def _text(value: str, sections: Sequence[_Section]) -> str:
    last = sections[-1]
    if not last.is_of_texts and len(sections) < 4:
        return value
    items = [item for item in last.items if item.kind not in (Kind.LOCALE, Kind.SCRIPT)]
    return "".join(value if item.kind is Kind.TEXT else item.text for item in items).strip()


def _chosen(value: float, sections: Sequence[_Section]) -> tuple[_Section, bool]:
    """Return the section for a number, and whether it is for negative ones only."""
    conditions = [section.condition for section in sections]
    if conditions == [None]:
        return sections[0], False
    if len(sections) > 1:
        conditions[0] = conditions[0] or (_NOT_BELOW if len(sections) == 2 else _ABOVE_ZERO)
    if len(sections) > 2:
        conditions[1] = conditions[1] or _BELOW_ZERO
    is_plain = all(section.condition is None for section in sections)
    for section, condition in zip(sections, conditions, strict=True):
        if condition is None and (is_plain or value >= 0):  # the last one is for what is left
            return section, is_plain and len(sections) == 2
        if condition is not None and condition.holds(value):
            return section, condition.is_negative
    raise UnknownFormatError(f"no section for {value}")
