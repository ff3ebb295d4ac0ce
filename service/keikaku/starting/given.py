"""What a new plan is to be: the arguments of `keikaku new`, checked against the code lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from keikaku.codes import find_municipality, municipality, with_check_digit
from keikaku.errors import SettingsError
from keikaku.names import SHARED_PARTIES, local_name
from keikaku.records.planfile import RESERVED_NAMES
from keikaku.text import PUBLISHED_YEARS, fiscal_year_of, parse_fiscal_years

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keikaku.codes import MunicipalityCode

_USUAL = 5
"""How many years a plan has if nobody says."""
_LONGEST = 30
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class City:
    """The city of a new plan; `listed` is what the code list has of it."""

    code: str
    name: str | None
    english: str | None
    listed: MunicipalityCode | None


@dataclass(frozen=True, slots=True)
class Given:
    """A new plan: its city, name, title and years; the document and the profile that reads it.

    `is_blank` says that the document is our own empty table, still to be filled in, `has_sheet`
    that it is a workbook with the sheet that such a table stands in.
    """

    city: City
    name: str
    title: str | None
    years: range
    document: str
    profile: str
    parties: tuple[str, ...]
    is_blank: bool
    has_sheet: bool

    @property
    def folder(self) -> str:
        """The name of the plan's folder."""
        return f"{self.city.code}-{self.name}"


def city_called(text: str) -> City:
    """Return the city of a code or a name, 352039 or 山口市.

    Raises SettingsError for a name that none or several have, with the choices, and for a code
    that is none. A code that no list has is taken for one that is newer than the lists.
    """
    if re.search(r"[0-9０-９]", text):
        code = with_check_digit(text)
        if code is None:
            raise SettingsError(
                f"「{text}」は全国地方公共団体コードではありません(6桁で、最後は検査数字)。"
                "市町村の名でも指定できます。",
                f"{text!r} is no code: it has six digits, the last of them a check digit; "
                "the name of the municipality will do too",
            )
        listed = municipality(code)
        return _listed(listed) if listed else City(code, None, None, None)
    found = find_municipality(text)
    if len(found) == 1:
        return _listed(found[0])
    if not found:
        raise SettingsError(
            f"「{text}」という市区町村は一覧にありません。6桁のコードで指定してください。",
            f"no municipality is called {text!r}; give its six-digit code",
        )
    choices = "、".join(f"{one.full_name} {one.code}" for one in found)
    raise SettingsError(
        f"「{text}」は{len(found)}つあります。コードか県名からの名で指定してください: {choices}",
        f"{len(found)} municipalities are called {text!r}; give a code or the name with its "
        f"prefecture: {choices}",
    )


def _listed(one: MunicipalityCode) -> City:
    return City(one.code, one.name, one.english_title, one)


def checked_name(name: str) -> str:
    """Return the name of a plan in IRIs. Raises SettingsError for one that cannot be."""
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"計画の名「{name}」は使えません。半角の英小文字・数字・ハイフンで40文字まで、"
            "例えば kyodo と書きます。",
            f"a plan cannot be named {name!r}; write small letters, digits, hyphens, "
            "up to 40, such as kyodo",
        )
    if name in RESERVED_NAMES:
        reserved = "、".join(RESERVED_NAMES)
        raise SettingsError(
            f"「{name}」はほかに使う名です({reserved})。別の名にしてください。",
            f"{name!r} is reserved ({', '.join(RESERVED_NAMES)}); choose another name",
        )
    return name


def checked_years(text: str | None) -> range:
    """Return the fiscal years of a plan, H20-H24 or 平成20年度～24年度; five from now if not given.

    Raises SettingsError for what is no period of 1 to 30 years.
    """
    if text is None:
        first = fiscal_year_of(date.today())
        return range(first, first + _USUAL)
    try:
        years = parse_fiscal_years(text[:_LONGEST])
    except ValueError as error:
        raise SettingsError(
            f"期間「{text}」が読めません。H20-H24、令和5年度～9年度 のように書きます。",
            f"{text!r} is no period; write H20-H24 or 2008-2012",
        ) from error
    if len(years) > _LONGEST or not {years[0], years[-1]} <= set(PUBLISHED_YEARS):
        raise SettingsError(
            f"期間「{text}」は使えません。{PUBLISHED_YEARS[0]}〜{PUBLISHED_YEARS[-1]}年度の"
            f"{_LONGEST}年までです。",
            f"{text!r} cannot be a plan's period: up to {_LONGEST} years from "
            f"{PUBLISHED_YEARS[0]} to {PUBLISHED_YEARS[-1]}",
        )
    return years


def checked_parties(names: Sequence[str]) -> tuple[str, ...]:
    """Return the city's own parties. Raises SettingsError for a name that no IRI can hold."""
    for name in names:
        try:
            local_name(name)
        except ValueError as error:
            raise SettingsError(
                f"主体の名「{name}」は使えません。記号を除いてください。",
                f"a party cannot be called {name!r}; leave out signs",
            ) from error
    return tuple(name for name in dict.fromkeys(names) if name not in SHARED_PARTIES)
