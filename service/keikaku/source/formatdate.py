"""Dates and times as a section of a number format shows them, with Japanese eras."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from keikaku.source.formatitems import Item, Kind, UnknownFormatError
from keikaku.source.formatnumber import digits_in, in_kanji
from keikaku.text import ERAS

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST_DAYS = {"M": date(1868, 1, 25), "T": date(1912, 7, 30), "S": date(1926, 12, 25),
               "H": date(1989, 1, 8), "R": date(2019, 5, 1)}  # fmt: skip
_WEEK = "月火水木金土日"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_JAPANESE = ("411", "ja-jp")
_GANNEN = ("ja-jp-x-gannen", "ja-jp-x-gannen,80")
_ENGLISH = ("", "409", "en-us")
_LONG_DATE, _TIME = "f800", "f400"
_FIRST_KNOWN = 61  # before 1 March 1900 Excel counts a day that there was not
_DAY = 86_400


def date_text(serial: float, items: Sequence[Item], epoch: datetime) -> str:
    """Return what a section shows of a date or time, by its serial number from `epoch`.

    Raises UnknownFormatError for what is not wholly understood, and for a number that is no date.
    """
    locale = next((item.text for item in items if item.kind is Kind.LOCALE), "")
    script = next((item.text for item in items if item.kind is Kind.SCRIPT), "")
    if locale in (_LONG_DATE, _TIME):
        items = _OF_SYSTEM[locale]
        locale = ""
    known = (Kind.LITERAL, Kind.FIELD, Kind.ELAPSED, Kind.POINT, Kind.COMMA, Kind.SLASH)
    shown = [item for item in items if item.kind not in (Kind.LOCALE, Kind.SCRIPT, Kind.TEXT)]
    if serial < 0 or any(item.kind not in known for item in shown):
        raise UnknownFormatError("".join(item.text for item in items))
    fields = [_field(item) for item in shown]
    parts = _Parts(_moment(serial, fields, epoch), serial, locale, script)
    return "".join(
        parts.field(fields, place) if fields[place] else item.text
        for place, item in enumerate(shown)
    )


_OF_SYSTEM = {
    _LONG_DATE: [
        Item(Kind.FIELD, "yyyy"), Item(Kind.LITERAL, "年"), Item(Kind.FIELD, "m"),
        Item(Kind.LITERAL, "月"), Item(Kind.FIELD, "d"), Item(Kind.LITERAL, "日"),
    ],
    _TIME: [
        Item(Kind.FIELD, "h"), Item(Kind.LITERAL, ":"), Item(Kind.FIELD, "mm"),
        Item(Kind.LITERAL, ":"), Item(Kind.FIELD, "ss"),
    ],
}  # fmt: skip
"""The long date and the time of the system, as Windows in Japan has them."""


def _field(item: Item) -> str:
    """Return the field that an item is, in brackets where it is all that has passed."""
    if item.kind is Kind.ELAPSED:
        return f"[{item.text}]"
    return item.text.lower() if item.kind is Kind.FIELD else ""


def _is_minutes(fields: Sequence[str], place: int) -> bool:
    """Tell whether m or mm is of minutes: behind hours, or before seconds."""
    before = next((each for each in reversed(fields[:place]) if each), "")
    later = next((each for each in fields[place + 1 :] if each), "")
    hours, seconds = ("h", "hh", "[h]", "[hh]"), ("s", "ss")
    return fields[place] in ("m", "mm") and (before in hours or later in seconds)


def _moment(serial: float, fields: Sequence[str], epoch: datetime) -> datetime:
    """Return the moment of a serial number, or its time on any day where that is all."""
    times = ("h", "hh", "s", "ss", "am/pm", "a/p", "")
    is_time = all(
        each in times or each.startswith("[") or _is_minutes(fields, place)
        for place, each in enumerate(fields)
    )
    if epoch == WINDOWS_EPOCH and serial < _FIRST_KNOWN:
        if not is_time:
            raise UnknownFormatError("".join(fields))
        serial = serial % 1 + _FIRST_KNOWN
    rounding = 0.5 if {"s", "ss"} & set(fields) else 0.001  # a minute is not rounded
    try:
        found = from_excel(serial, epoch)
        if isinstance(found, datetime):
            return found + timedelta(seconds=rounding)
    except OverflowError as error:  # after the year 9999
        raise UnknownFormatError("".join(fields)) from error
    raise UnknownFormatError("".join(fields))


class _Parts:
    """The parts of a moment, in a locale and a script."""

    def __init__(self, moment: datetime, serial: float, locale: str, script: str) -> None:
        self._moment = moment
        self._seconds = round(serial * _DAY)
        self._script = script
        self._is_japanese = locale in (*_JAPANESE, *_GANNEN)
        self._is_gannen = locale in _GANNEN
        self._is_known = self._is_japanese or locale in _ENGLISH
        self._era = next(
            era
            for era in reversed(ERAS)
            if _FIRST_DAYS[era.code] <= moment.date() or era is ERAS[0]
        )

    def field(self, fields: Sequence[str], place: int) -> str:
        """Return what a field shows; what stands around it tells minutes from months."""
        field = fields[place]
        if field.startswith("["):
            passed = self._seconds // {"h": 3600, "m": 60, "s": 1}[field[1]]
            return f"{passed:0{len(field) - 2}}"
        named = self._named(field)
        if named is not None:
            if not self._is_known:
                raise UnknownFormatError(field)
            return named
        return self._number(field, fields, minutes=_is_minutes(fields, place))

    def _named(self, field: str) -> str | None:
        """Return the name that a field shows, None where it shows a number."""
        day, month = self._moment.weekday(), self._moment.month
        if field in ("am/pm", "a/p"):
            return self._half(field)
        japanese = {
            "mmm": f"{month}", "mmmm": f"{month}月", "mmmmm": f"{month}",
            "ddd": _WEEK[day], "dddd": f"{_WEEK[day]}曜日",
        }  # fmt: skip
        english = {
            "mmm": _MONTHS[month - 1][:3], "mmmm": _MONTHS[month - 1],
            "mmmmm": _MONTHS[month - 1][0], "ddd": _DAYS[day][:3], "dddd": _DAYS[day],
        }  # fmt: skip
        always = {
            "g": self._era.code, "gg": self._era.ja[0], "ggg": self._era.ja,
            "aaa": _WEEK[day], "aaaa": f"{_WEEK[day]}曜日",
        }  # fmt: skip
        return (always | (japanese if self._is_japanese else english)).get(field)

    def _half(self, field: str) -> str:
        is_morning = self._moment.hour < 12
        if self._is_japanese:
            return "午前" if is_morning else "午後"
        return field.upper().partition("/")[0 if is_morning else 2]

    def _number(self, field: str, fields: Sequence[str], *, minutes: bool) -> str:
        moment = self._moment
        hour = moment.hour
        if any(each in ("am/pm", "a/p") for each in fields):
            hour = hour % 12 or 12
        year = moment.year - self._era.first_year + 1
        if field[0] == "e" and not self._is_known:
            raise UnknownFormatError(field)
        if field[0] == "e" and year == 1 and self._is_gannen:
            return "元"
        if field[0] == "y":
            width = 2 if len(field) < 3 else 4
            return self._written(moment.year % 10**width, width, is_year=True)
        number = {
            "e": year,
            "m": moment.minute if minutes else moment.month,
            "d": moment.day,
            "h": hour,
            "s": moment.second,
        }[field[0]]
        return self._written(number, len(field))

    def _written(self, number: int, width: int, *, is_year: bool = False) -> str:
        if not self._script:
            return f"{number:0{width}}"
        if is_year:
            return digits_in(f"{number:0{width}}", self._script)
        if (width > 1 and number < 10) or (self._script == "3" and number > 9):
            raise UnknownFormatError(f"DBNum{self._script}")
        return in_kanji(number, self._script)
