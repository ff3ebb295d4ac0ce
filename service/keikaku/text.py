"""Fiscal years, eras and the folding of Japanese text.

A Japanese fiscal year (会計年度) runs from 1 April to 31 March and is called here by the Gregorian
year in which it begins: 平成20年度 is 2008.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

FISCAL_YEARS = range(1868, 2101)
PUBLISHED_YEARS = range(1947, 2051)  # from 地方自治法 (1947) to the middle of the century
"""The fiscal years that can be read or named."""


def fold(text: str) -> str:
    """Return what two readings are compared by: `text` in NFKC, without any white space.

    Folding what is folded changes nothing. NFKC comes twice, since it makes spaces (¨ is a space
    and a mark) and, once they are gone, a mark may join the letter before it.
    """
    closed_up = "".join(unicodedata.normalize("NFKC", text).split())
    return unicodedata.normalize("NFKC", closed_up)


_JAPANESE_CODECS = ("euc_jis_2004", "cp932")
_UNDER_ANOTHER_CODE_POINT = "¥‾—"  # JIS X 0213 1-1-79, 1-1-17, 1-1-29; the codec has ￥ ￣ ―
_CHARACTER = re.compile(r".[\u3099\u309A]?")  # か and its combining mark are one


def unrepresentable(text: str) -> tuple[str, ...]:
    """Return the distinct characters, in order, that no Japanese character set has.

    They mark a damaged extraction. The sets are JIS X 0213:2004 and Windows code page 932; the
    private-use area (外字) of the latter holds no characters. Line breaks and tabs do not count.
    """
    characters = dict.fromkeys(_CHARACTER.findall("".join(text.splitlines())))
    return tuple(character for character in characters if not _is_japanese(character))


def _is_japanese(character: str) -> bool:
    if character in _UNDER_ANOTHER_CODE_POINT:
        return True
    if unicodedata.category(character[0]) == "Co":
        return False
    joined = unicodedata.normalize("NFC", character) if len(character) > 1 else character
    return any(_encodes(joined, codec) for codec in _JAPANESE_CODECS)


def _encodes(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Era:
    """An era (元号): its name, its letter, its year 1, and the fiscal years that bear its name.

    A fiscal year bears the name of the era on 1 April. Only 2019 bears two: the era began on 1 May,
    and the ministries agreed to write 令和元年度 for the whole year (申合せ, 1 April 2019). Years
    before 1886, the first to begin in April, are named by the same rule.
    """

    ja: str
    code: str
    first_year: int
    fiscal_years: range

    def year(self, count: int) -> int:
        """Return the Gregorian year of the era's year `count`, even one that never came (平成33).

        Raises ValueError outside 1 to 99.
        """
        if not 1 <= count <= 99:
            raise ValueError(f"{self.ja} has no year {count}")
        return self.first_year + count - 1

    def label(self, year: int) -> str:
        """Return what the fiscal year `year` is called in this era: 平成20年度, 平成元年度."""
        count = year - self.first_year + 1
        return f"{self.ja}{'元' if count == 1 else count}年度"

    def short(self, year: int) -> str:
        """Return the short form of the same: H20, H1."""
        return f"{self.code}{year - self.first_year + 1}"


ERAS = (
    Era("明治", "M", 1868, range(1868, 1913)),
    Era("大正", "T", 1912, range(1913, 1927)),  # from 30 July 1912
    Era("昭和", "S", 1926, range(1927, 1989)),  # from 25 December 1926 to 7 January 1989
    Era("平成", "H", 1989, range(1989, 2020)),
    Era("令和", "R", 2019, range(2019, FISCAL_YEARS.stop)),  # from 1 May 2019
)

_ERA_CALLED = {name: era for era in ERAS for name in (era.ja, era.ja[0], era.code)}

_KANJI = "一二三四五六七八九"
_TO_ARABIC = str.maketrans("〇" + _KANJI, "0123456789")
_TO = "(?:から|[-‐‒–—―−─ー~〜∼〰])"

_NUMBER = f"""(?> 元
    | (?: [1-9][0-9]{{0,3}} | 0[1-9] ) (?! [0-9] )
    | [{_KANJI[1:]}]? 十 [{_KANJI}]?
    | [{_KANJI}] [〇{_KANJI}]{{0,3}} )"""

_NOTATION = re.compile(
    rf"""
    (?: (?P<prefix> {"|".join(era.ja for era in ERAS)}
          | (?<! [一-鿿々] ) [{"".join(era.ja[0] for era in ERAS)}]             # not 公平20
          | (?<! [0-9A-Z] ) (?: [{"".join(era.code for era in ERAS)}] | FY (?= \s* [0-9]{{4}} ) )
        ) \s*
      | (?<! [0-9A-Z] ) )
    (?P<number> {_NUMBER} ) (?! [A-Z] | [./][0-9] )                             # not H2O, H21.2.1
    (?: \s* (?P<unit> 年度 | 年 (?! [代間] | \s* {_NUMBER} \s* 月 ) )
      | (?P<shared> (?= \s* {_TO} \s* {_NUMBER} \s* 年 (?! [代間] ) ) )       # 2008 in 2008～2012年
      | (?! \s* 年 ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def parse_fiscal_year(text: str) -> int:
    """Return the fiscal year that `text` names: H20, 平成二十年度, R元, 2008年度, FY2008, 平20.

    Width and spaces make no difference. Raises ValueError for anything else.
    """
    return _year(_notation(fold(text)))


def parse_fiscal_years(text: str) -> range:
    """Return the fiscal years that `text` names: one, or a range such as 平成20～24年度.

    The end may leave out its era and may have まで behind it. Raises ValueError for anything else,
    and for a range that runs backwards.
    """
    first, *rest = re.split(_TO, fold(text), maxsplit=1)
    start = _notation(first)
    begin = end = _year(start)
    if rest:
        end = _year(_notation(rest[0].removesuffix("まで")), _era(start))
    if end < begin:
        raise ValueError(f"{text!r} runs backwards, from {begin} to {end}")
    return range(begin, end + 1)


def fiscal_years_in(text: str) -> list[tuple[int, int, int]]:
    """Return every mention of a fiscal year in a sentence, as (start, end, year).

    `text[start:end]` is the mention as written. A number alone is none without an era, 年度 or 年;
    nor are a month (平成21年2月), a decade (2000年代) and a span (5年間). Each end of a range is a
    mention, even where it leaves out its era or 年度.
    """
    plain, origin = _with_origins(text)
    mentions: list[tuple[int, int, int]] = []
    last: re.Match[str] | None = None
    for found in _NOTATION.finditer(plain):
        lent = _lent_era(last, found)
        try:
            year = _year(found, lent)
        except ValueError:
            continue
        if year > mentions[-1][2] if lent else _is_clear(found):
            mentions.append((origin[found.start()], origin[found.end() - 1] + 1, year))
            last = found
    return mentions


def _notation(text: str) -> re.Match[str]:
    found = _NOTATION.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no fiscal year; one is written H20, 平成20年度 or 2008年度")
    return found


def _year(found: re.Match[str], lent: Era | None = None) -> int:
    """Return the year that a notation names; a short number without an era takes the `lent` one."""
    count = _count(found["number"])
    era = _era(found) or (lent if count < 100 else None)
    year = era.year(count) if era else count
    if year not in FISCAL_YEARS:
        raise ValueError(
            f"{found[0]!r} is {year}, not in {FISCAL_YEARS.start} to {FISCAL_YEARS[-1]}"
        )
    return year


def _count(number: str) -> int:
    if number == "元":
        return 1
    tens, ten, ones = number.translate(_TO_ARABIC).partition("十")
    return int(tens or 1) * 10 + int(ones or 0) if ten else int(tens)


def _era(found: re.Match[str]) -> Era | None:
    return _ERA_CALLED.get((found["prefix"] or "").upper())


def _lent_era(last: re.Match[str] | None, found: re.Match[str]) -> Era | None:
    """Return the era that the start of a range lends to its end: 平成 to 24 in 平成20～24."""
    if last is None or found["prefix"]:
        return None
    between = found.string[last.end() : found.start()].strip()
    joined = re.fullmatch(_TO, between) and (found["unit"] or between != "から")  # H20から30人
    return _era(last) if joined else None


def _is_clear(found: re.Match[str]) -> bool:
    """Tell whether a notation means a year in any sentence: not 2008, 平20 or 平成一 without 年."""
    if found["unit"] or found["shared"] is not None:
        return True
    prefix, number = found["prefix"] or "", found["number"]
    return bool(prefix) and (number.isascii() if len(prefix) > 1 else prefix.isascii())


def _with_origins(text: str) -> tuple[str, list[int]]:
    """Return `text` in NFKC, character by character, and where each of them stood in `text`."""
    forms = [unicodedata.normalize("NFKC", character) for character in text]
    return "".join(forms), [place for place, form in enumerate(forms) for _ in form]


def fiscal_year_labels(year: int) -> tuple[str, ...]:
    """Return what a fiscal year is called: 平成20年度; for 2019, 平成31年度 and 令和元年度.

    Raises ValueError for a year outside FISCAL_YEARS.
    """
    return tuple(era.label(year) for era in _eras_of(year))


def fiscal_year_codes(year: int) -> tuple[str, ...]:
    """Return the short forms of a fiscal year, in the order of its labels: H20; H31 and R1.

    Raises ValueError for a year outside FISCAL_YEARS.
    """
    return tuple(era.short(year) for era in _eras_of(year))


def _eras_of(year: int) -> list[Era]:
    if year not in FISCAL_YEARS:
        raise ValueError(f"{year} is not in {FISCAL_YEARS.start} to {FISCAL_YEARS[-1]}")
    return [era for era in ERAS if year in era.fiscal_years]


def fiscal_year_interval(year: int) -> tuple[date, date]:
    """Return the first and the last day of a fiscal year: 1 April and 31 March."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def fiscal_year_of(day: date) -> int:
    """Return the fiscal year in which a day lies."""
    return day.year if day.month >= 4 else day.year - 1


_DATE = re.compile(
    rf"""
    (?<! [0-9A-Z一-鿿] )
    (?: (?P<prefix> {"|".join(era.ja for era in ERAS)}
          | [{"".join(era.code for era in ERAS)}] )? (?P<year> 元 | [0-9]{{1,4}} )
        (?: 年 (?P<month> [0-9]{{1,2}} ) 月 (?P<day> [0-9]{{1,2}} ) 日
          | (?P<sign> [-/.] ) (?P<m> [0-9]{{1,2}} ) (?P=sign) (?P<d> [0-9]{{1,2}} ) (?! [0-9] ) )
      | (?P<whole> [0-9]{{8}} ) (?! [0-9] ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FOUR_DIGITS = 1000


def parse_date(text: str) -> date:
    """Return the day that `text` names: 2010-01-15, 2010年1月15日, 平成22年1月15日, H22.1.15.

    Width and spaces make no difference. Raises ValueError for anything else, and for a day that
    the calendar or the era does not have (平成31年5月1日, when it was 令和).
    """
    found = _DATE.fullmatch(fold(text))
    if found is None:
        raise ValueError(f"{text!r} is no date")
    return _date(found)


def dates_in(text: str) -> list[tuple[int, int, date]]:
    """Return every day that a folded text names, with where it begins and ends."""
    found = []
    for match in _DATE.finditer(text):
        try:
            found.append((*match.span(), _date(match)))
        except ValueError:
            continue
    return found


def _date(found: re.Match[str]) -> date:
    if found["whole"]:
        return date.fromisoformat(found["whole"])
    count = 1 if found["year"] == "元" else int(found["year"])
    era = _ERA_CALLED.get((found["prefix"] or "").upper())
    if era is None and (found["year"] == "元" or count < _FOUR_DIGITS):
        raise ValueError(f"{found[0]!r} needs an era or a year of four digits")
    year = era.year(count) if era else count
    day = date(year, int(found["month"] or found["m"]), int(found["day"] or found["d"]))
    if era is not None and not _lies_in(day, era):
        raise ValueError(f"{found[0]!r} is no day of {era.ja}")
    return day


_ERA_BEGINS = {
    "M": date(1868, 10, 23),
    "T": date(1912, 7, 30),
    "S": date(1926, 12, 25),
    "H": date(1989, 1, 8),
    "R": date(2019, 5, 1),
}


def _lies_in(day: date, era: Era) -> bool:
    """Tell whether a day is of an era; the last day of 明治 and of 大正 is the next one's first."""
    begins = tuple(_ERA_BEGINS.values())
    place = begins.index(_ERA_BEGINS[era.code])
    after = begins[place + 1] if place + 1 < len(begins) else date.max
    return begins[place] <= day and (day < after or (day == after and era.code in "MT"))
