"""plan.toml: what a plan's document does not say of itself, and what was found by reading it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as day  # noqa: TC003  (pydantic reads it)
from typing import TYPE_CHECKING

from pydantic import Field, field_validator
from pyoxigraph import NamedNode

from keikaku.closed import Bilingual, Closed, key_line, read_closed
from keikaku.errors import PlanFileError
from keikaku.names import local_name
from keikaku.records.plan import Said
from keikaku.source.grid import Line
from keikaku.text import PUBLISHED_YEARS, parse_fiscal_year

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "plan.toml"
RESERVED_NAMES = ("department", "party")
_LONGEST_YEAR = 40
_WEIGHTS = (6, 5, 4, 3, 2)


class English(Closed):
    """An English title; the Japanese one stands in the document."""

    en: str


class PlanKeys(Closed):
    """The plan's name in IRIs, its English title, its first and last fiscal year."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: English
    first_year: int
    last_year: int

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, name: str) -> str:
        if name in RESERVED_NAMES:
            raise ValueError(f"the names {', '.join(RESERVED_NAMES)} are reserved")
        return name

    @field_validator("first_year", "last_year", mode="before")
    @classmethod
    def _fiscal_year(cls, value: object) -> int:
        year = parse_fiscal_year(str(value)[:_LONGEST_YEAR])
        if year not in PUBLISHED_YEARS:
            raise ValueError(f"years from {PUBLISHED_YEARS[0]} to {PUBLISHED_YEARS[-1]} are known")
        return year


class MunicipalityKeys(Closed):
    """The six-digit 全国地方公共団体コード and the city's name."""

    code: str
    name: Bilingual

    @field_validator("code")
    @classmethod
    def _check_digit(cls, code: str) -> str:
        """Check the last digit by the rule of 総務省 (weights 6 to 2, modulus 11)."""
        if not re.fullmatch(r"[0-9]{6}", code):
            raise ValueError("six digits are wanted")
        total = sum(int(digit) * weight for digit, weight in zip(code, _WEIGHTS, strict=False))
        if (11 - total % 11) % 10 != int(code[5]):
            raise ValueError("the check digit is wrong")
        return code


class NameKeys(Closed):
    """The parties and departments of the city that the document may name."""

    parties: tuple[str, ...] = ()
    departments: tuple[str, ...]

    @field_validator("parties", "departments")
    @classmethod
    def _fit_for_iris(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            try:
                NamedNode(f"urn:x:{local_name(name)}")
            except ValueError as error:
                raise ValueError(f"{name!r} has a character that no IRI can hold") from error
        return names


class LicenceKeys(Closed):
    """A licence and where it was granted."""

    licence: str = Field(pattern=r"^https?://\S+$")
    granted_by: str

    @field_validator("licence")
    @classmethod
    def _is_iri(cls, licence: str) -> str:
        NamedNode(licence)  # raises ValueError for what is no IRI
        return licence


class RemarkKeys(Closed):
    """Damage that a person found: the line and words of the document, and what they should be."""

    line: int = Field(ge=1)
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
    document: str = Field(pattern=r"^[^/\\\x00-\x1f]+\.md$")
    plan: PlanKeys
    municipality: MunicipalityKeys
    names: NameKeys
    rights: LicenceKeys | None = None
    remark: tuple[RemarkKeys, ...] = ()
    renumbered: tuple[RenumberedKeys, ...] = ()
    withdrawn: tuple[GoneKeys, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan.toml: its keys, its text, and the lines that say them."""

    keys: PlanKeysFile
    text: str

    def line(self, *path: str) -> Line:
        """Return the line that holds the key `path`."""
        number = key_line(self.text, path) or 1
        return Line(self.text.split("\n")[number - 1].strip(), FILE_NAME, number)

    def said(self, value: str, *path: str) -> Said[str]:
        """Return `value` as said by the line of the key `path`."""
        return Said(value, self.line(*path))


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
    return PlanFile(keys, text)
