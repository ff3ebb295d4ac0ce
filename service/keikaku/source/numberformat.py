"""Numbers and dates of a workbook as Excel shows them, by their number format."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from keikaku.text import ERAS

_PLAIN = ("", "General", "@", "G/標準")
_FIRST_DAYS = {"M": date(1868, 1, 25), "T": date(1912, 7, 30), "S": date(1926, 12, 25),
               "H": date(1989, 1, 8), "R": date(2019, 5, 1)}  # fmt: skip
_PIECE = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[([^\]]*)\]|([0#?][0#?,]*(?:\.[0#?]+)?)|(.)', re.DOTALL
)
_DATE_PIECE = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[([^\]]*)\]|(g+|e+|y+|m+|d+|a{3,}|h+|s+|AM/PM|A/P)|(.)',
    re.DOTALL | re.IGNORECASE,
)
_SECTIONS = re.compile(r'(?:^|(?<=;))(?:"[^"]*"|\\.|[^;"\\])*')
_NOTHING = '""'
_DIGITS = 15  # significant digits that Excel keeps
_WEEK = "月火水木金土日"


def shown_number(value: float, code: str) -> str:
    """Return a number as its format shows it; a format that is not understood shows it plainly."""
    section, value = _section(code, value)
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", section)
    if section.strip() in _PLAIN or "/" in bare or "E+" in bare:
        return _general(value)
    percent = "%" in bare
    shown: list[str] = []
    for quoted, escaped, bracket, digits, other in _PIECE.findall(section):
        if digits:
            shown.append(_digits(value * 100 if percent else value, digits))
        else:
            shown.append(quoted or escaped or _currency(bracket) or other)
    return "".join(shown).strip()


def _section(code: str, value: float) -> tuple[str, float]:
    """Return the part of a format that is for a value of its sign, and the value that it shows.

    A format that hides every value shows it plainly: what is hidden is not lost.
    """
    sections = _SECTIONS.findall(code)
    if not any(sections):
        return "", value
    if value < 0 and len(sections) > 1:
        return sections[1] or _NOTHING, -value
    if value == 0 and len(sections) > 2:
        return sections[2] or _NOTHING, value
    return sections[0] or _NOTHING, value


def shows_nothing(code: str, value: object) -> bool:
    """Tell whether a format such as ;;; hides a value, as an office hides what is not for print."""
    sections = _SECTIONS.findall(code)
    if len(sections) < 2 or any(section.strip('" ') for section in sections):
        return False
    return len(sections) > 3 or not isinstance(value, str)  # the fourth section is that of texts


def _general(value: float) -> str:
    """Return a number without a format: 20, not 20.0; 0.1, not 0.1000000000000001."""
    if value == int(value) and abs(value) < 10**_DIGITS:
        return str(int(value))
    return (
        f"{Decimal(f'{value:.{_DIGITS}g}'):f}".rstrip("0").rstrip(".")
        if _is_plain(value)
        else (f"{value:.{_DIGITS}G}")
    )


def _is_plain(value: float) -> bool:
    return 1e-9 <= abs(value) < 1e20


def _digits(value: float, pattern: str) -> str:
    whole, _, fraction = pattern.partition(".")
    scaled = Decimal(f"{value:.{_DIGITS}g}").scaleb(-3 * (len(whole) - len(whole.rstrip(","))))
    rounded = scaled.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    sign, figures = ("-" if rounded < 0 else ""), f"{abs(rounded):f}"
    number, _, decimals = figures.partition(".")
    number = number.zfill(whole.count("0"))
    if number == "0" and "0" not in whole:
        number = ""
    if "," in whole.rstrip(",") and number:
        number = f"{int(number):,}"
    optional = len(fraction) - len(fraction.rstrip("#?"))
    kept = decimals[: len(decimals) - optional] + decimals[len(decimals) - optional :].rstrip("0")
    return f"{sign}{number}{'.' + kept if kept else ''}"


def _currency(bracket: str) -> str:
    """Return the sign of money in [$¥-411]; colours and conditions show nothing."""
    return bracket[1:].partition("-")[0] if bracket.startswith("$") else ""


def shown_date(value: datetime | date | time | timedelta, code: str) -> str:
    """Return a date or a time as its format shows it, without one by ISO 8601."""
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(value, time):
        return value.isoformat("auto")
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    section = re.split(r";", code)[0]
    if section.strip() in _PLAIN:
        return moment.date().isoformat()
    if section.lower() in ("mm-dd-yy", "m/d/yy"):  # number 14, which Excel in Japan shows so
        return f"{moment.year}/{moment.month}/{moment.day}"
    return _by_pattern(moment, section)


def _by_pattern(moment: datetime, section: str) -> str:
    pieces = _DATE_PIECE.findall(section)
    names = [piece[3].lower() for piece in pieces]
    shown: list[str] = []
    for place, (quoted, escaped, _, field, other) in enumerate(pieces):
        if not field:
            shown.append(quoted or escaped or ("" if other == "@" else other))
            continue
        near = [name for name in (*reversed(names[:place]), "") if name][:1]
        later = [name for name in names[place + 1 :] if name][:1]
        minutes = (near[:1] and near[0][0] == "h") or (later and later[0][0] == "s")
        shown.append(_field(moment, field.lower(), minutes=bool(minutes)))
    return "".join(shown).strip()


def _field(moment: datetime, field: str, *, minutes: bool) -> str:
    era = next(
        era for era in reversed(ERAS) if _FIRST_DAYS[era.code] <= moment.date() or era is ERAS[0]
    )
    number = {
        "y": moment.year % 100 if len(field) < 3 else moment.year,
        "e": moment.year - era.first_year + 1,
        "m": moment.minute if minutes else moment.month,
        "d": moment.day,
        "h": moment.hour,
        "s": moment.second,
    }.get(field[0])
    match field:
        case "g":
            return era.code
        case "gg":
            return era.ja[0]
        case "ggg":
            return era.ja
        case "aaa" | "ddd":
            return _WEEK[moment.weekday()]
        case "aaaa" | "dddd":
            return f"{_WEEK[moment.weekday()]}曜日"
        case "am/pm" | "a/p":
            return "午前" if moment.hour < 12 else "午後"
    width = 2 if len(field) == 2 else 1
    return f"{number:0{width}}" if number is not None else ""
