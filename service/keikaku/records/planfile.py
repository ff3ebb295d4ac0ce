"""plan.toml: what a plan's document does not say of itself, and what was found by reading it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as day  # noqa: TC003  (pydantic reads it)
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from keikaku.closed import Bilingual, Closed, Refused, key_line, read_closed, said_on
from keikaku.codes import find_municipality, is_code, is_named, names_of
from keikaku.errors import PlanFileError
from keikaku.names import is_iri
from keikaku.records.codes import PartyKeys, PhaseKeys, fit_for_iris
from keikaku.records.plan import Said
from keikaku.source.grid import Line
from keikaku.source.options import SourceKeys
from keikaku.source.signature import READ
from keikaku.text import PUBLISHED_YEARS, parse_fiscal_year

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "plan.toml"
RESERVED_NAMES = ("department", "link", "links", "party", "phase")
_LONGEST_YEAR = 40


class TitleKeys(Closed):
    """The plan's title: in Japanese where the document does not print it, and in English."""

    ja: str | None = Field(default=None, min_length=1)
    en: str | None = Field(default=None, min_length=1)


class PlanKeys(Closed):
    """The plan's name in IRIs, its title, its first and last fiscal year.

    It is `official` where the city itself publishes the data.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: TitleKeys = TitleKeys()
    first_year: int
    last_year: int
    official: bool = False

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, name: str) -> str:
        if name in RESERVED_NAMES:
            names = ", ".join(RESERVED_NAMES)
            raise Refused(f"{names} はほかに使う名です。", f"the names {names} are reserved")
        return name

    @field_validator("first_year", "last_year", mode="before")
    @classmethod
    def _fiscal_year(cls, value: object) -> int:
        try:
            year = parse_fiscal_year(str(value)[:_LONGEST_YEAR])
        except ValueError as error:
            raise Refused(
                "年度は H20、平成20年度、2008年度 のように書きます。", str(error)
            ) from error
        if year not in PUBLISHED_YEARS:
            first, last = PUBLISHED_YEARS[0], PUBLISHED_YEARS[-1]
            raise Refused(
                f"{first} から {last} までの年度が使えます。",
                f"years from {first} to {last} are known",
            )
        return year


class MunicipalityKeys(Closed):
    """The six-digit 全国地方公共団体コード and the city's name."""

    code: str
    name: Bilingual

    @field_validator("code")
    @classmethod
    def _check_digit(cls, code: str) -> str:
        """Check the last digit by the rule of 総務省."""
        if not re.fullmatch(r"[0-9]{6}", code):
            raise Refused("6 桁の数字で書きます。", "six digits are wanted")
        if not is_code(code):
            raise Refused("検査数字(6 桁目)が違います。", "the check digit is wrong")
        return code


class NameKeys(Closed):
    """The parties, departments and divisions of the city that the document may name.

    Where departments or divisions are not listed, any name is taken for one.
    """

    parties: tuple[str, ...] = ()
    departments: tuple[str, ...] | None = None
    divisions: tuple[str, ...] | None = None

    @field_validator("parties", "departments", "divisions")
    @classmethod
    def _fit_for_iris(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if names is None else fit_for_iris(names)


class ContactKeys(Closed):
    """The office that answers for the plan, where the document does not print it."""

    name: str = Field(min_length=1)
    address: str | None = Field(default=None, min_length=1)
    telephone: str | None = Field(default=None, pattern=r"^[0-9]+(-[0-9]+)+$")
    fax: str | None = Field(default=None, pattern=r"^[0-9]+(-[0-9]+)+$")
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+[.][^@\s]+$")


class LicenceKeys(Closed):
    """A licence and where it was granted."""

    licence: str = Field(pattern=r"^https?://\S+$")
    granted_by: str

    @field_validator("licence")
    @classmethod
    def _is_iri(cls, licence: str) -> str:
        if not is_iri(licence):
            raise Refused("ライセンスの IRI を書きます。", "the licence is given as an IRI")
        return licence


class RemarkKeys(Closed):
    """Damage that a person found: the words of the document, and what they should be.

    `line` or, in a document without lines, `place` as its cells are called (計画!B3) tells where
    they stand; where they stand only once, neither is needed.
    """

    line: int | None = Field(default=None, ge=1)
    place: str | None = Field(default=None, min_length=1)
    quote: str = Field(min_length=1)
    correction: str
    ja: str
    en: str


class GoneKeys(Closed):
    """A thing of the plan that is withdrawn: its name below the plan, the day, and why."""

    old: str = Field(pattern=r"^[a-z]+(/[0-9A-Za-z-]+)+$")
    date: day
    ja: str = Field(min_length=1)
    en: str = Field(min_length=1)


class RenumberedKeys(GoneKeys):
    """A thing of the plan whose name has changed: the old one, and the new one."""

    new: str = Field(pattern=r"^[a-z]+(/[0-9A-Za-z-]+)+$")


class PlanKeysFile(Closed):
    """The whole of plan.toml."""

    profile: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    document: str = Field(pattern=r"^[^./\\\x00-\x1f][^/\\\x00-\x1f]*\.[A-Za-z0-9]+$")
    source: SourceKeys = SourceKeys()
    plan: PlanKeys
    municipality: MunicipalityKeys
    names: NameKeys = NameKeys()
    party: tuple[PartyKeys, ...] = ()
    phase: tuple[PhaseKeys, ...] = ()
    contact: ContactKeys | None = None
    rights: LicenceKeys | None = None
    remark: tuple[RemarkKeys, ...] = ()
    renumbered: tuple[RenumberedKeys, ...] = ()
    withdrawn: tuple[GoneKeys, ...] = ()

    @field_validator("document")
    @classmethod
    def _is_read(cls, document: str) -> str:
        if not document.lower().endswith(READ):
            known = " ".join(READ)
            raise Refused(
                f"読める文書は {known} です。古い .xls や .doc は、Excel や Word で .xlsx や .docx "
                "として保存し直してください。",
                f"documents that are read are {known}; save an old .xls or .doc as .xlsx or .docx",
            )
        return document


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan.toml: its keys, its text, and the lines that say them."""

    keys: PlanKeysFile
    text: str

    def line(self, *path: str) -> Line:
        """Return the line that holds the key `path`, without a comment at its end."""
        number = key_line(self.text, path) or 1
        return Line(said_on(self.text, number), FILE_NAME, number)

    def said(self, value: str, *path: str) -> Said[str]:
        """Return `value` as said by the line of the key `path`.

        Raises PlanFileError where the line does not hold it as it is, as no value with an escape.
        """
        line = self.line(*path)
        if value not in line.text:
            raise PlanFileError(
                f"この行に「{value}」がそのままの文字ではありません。値は一行に、' ' で囲み、"
                "逆斜線(\\)による書き換えをせずに書いてください。",
                f"this line does not hold {value!r} as it is; write the value on one line, in ' ', "
                "without escapes",
                file=FILE_NAME,
                line=line.line,
            )
        return Said(value, line)


def read_planfile(folder: Path) -> PlanFile:
    """Return the plan.toml of a plan's folder.

    Raises PlanFileError with file and line for a missing file, a key that it may not have and a
    value that it cannot have (a wrong check digit, a period that runs backwards).
    """
    path = folder / FILE_NAME
    keys, text = read_closed(path, PlanKeysFile, PlanFileError)
    if keys.plan.first_year > keys.plan.last_year:
        raise PlanFileError(
            "計画の最初の年度が最後の年度より後です。",
            "the plan's first year is later than its last",
            file=str(path),
            line=key_line(text, ("plan", "first_year")),
        )
    _check_city(keys.municipality, path, text)
    return PlanFile(keys, text)


def _check_city(city: MunicipalityKeys, path: Path, text: str) -> None:
    """Raise PlanFileError where the code list has another name for the code.

    A code that no list has is taken as it is: it may be newer than the lists, or made up.
    """
    if is_named(city.code, city.name.ja):
        return
    listed = "、".join(names_of(city.code))
    meant = " ".join(f"{one.full_name} {one.code}" for one in find_municipality(city.name.ja))
    raise PlanFileError(
        f"コード {city.code} は{listed or '一覧になく'}、「{city.name.ja}」ではありません。"
        f"code か name を直してください。{f'その名のもの: {meant}' if meant else ''}",
        f"code {city.code} is {listed or 'in no list'}, not {city.name.ja}; mend code or name"
        f"{f' (of that name: {meant})' if meant else ''}",
        file=str(path),
        line=key_line(text, ("municipality", "code")),
    )
