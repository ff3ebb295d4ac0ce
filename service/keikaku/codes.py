"""National code lists: prefectures, municipalities, their dated area codes and what changed them.

The files lie in data/codes, each with its source, date and licence in sources.toml. They are read
when something is first asked for.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from keikaku.assets import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KNOWN_UNTIL = date(2016, 10, 10)
"""The day of the last change that the lists of areas and events have."""

_WEIGHTS = (6, 5, 4, 3, 2)
_WHOLE = 6
_ENDINGS = {"市": "City", "町": "Town", "村": "Village", "区": "Ward"}
_VARIANTS = str.maketrans("ヶ檮", "ケ梼")


@dataclass(frozen=True, slots=True)
class PrefectureCode:
    """A prefecture: its six-digit code, names, 法人番号 and web site."""

    code: str
    name: str
    kana: str
    english: str
    corporate_number: str
    website: str


@dataclass(frozen=True, slots=True)
class MunicipalityCode:
    """A municipality of today: its six-digit 全国地方公共団体コード and what belongs to it.

    A 特別区 has no 法人番号 in our list; a 区 of a 政令指定都市 (`kind` ward) is no corporation.
    `english` is as e-Stat writes it, Yamaguchi-shi, or None for what was named since.
    """

    code: str
    name: str
    kana: str
    english: str | None
    kind: str
    prefecture_code: str
    prefecture: str
    corporate_number: str | None
    website: str | None

    @property
    def full_name(self) -> str:
        """The name that nobody else has: 広島県府中市."""
        return f"{self.prefecture}{self.name}"

    @property
    def english_title(self) -> str | None:
        """The name as cities themselves write it: Yamaguchi City."""
        if self.english is None:
            return None
        return f"{self.english.split('-')[0]} {_ENDINGS[self.name[-1]]}"


@dataclass(frozen=True, slots=True)
class Area:
    """A five-digit area code in one period: from `issued` until, and without, `valid`.

    `valid` is None for one that is in force, as far as the lists go; where they contradict each
    other on that, `end_unknown` says so. `estat` is the e-Stat code whose period is the same.
    """

    code5: str
    name: str
    kana: str
    english: str
    kind: str
    issued: date
    valid: date | None
    end_unknown: bool
    estat: str | None

    @property
    def key(self) -> str:
        """The local name of the area: 35203-20100116."""
        return f"{self.code5}-{self.issued:%Y%m%d}"

    @property
    def check_digit(self) -> str:
        """The sixth digit that belongs to the code."""
        return check_digit(self.code5)

    @property
    def resulted_from(self) -> tuple[ChangeEvent, ...]:
        """The events of the day on which it began."""
        return _events_at(self.code5, self.issued)

    @property
    def changed_by(self) -> tuple[ChangeEvent, ...]:
        """The events of the day on which it ended."""
        return _events_at(self.code5, self.valid) if self.valid else ()

    def in_force(self, on: date) -> bool:
        """Tell whether it was in force on a day; not where nobody knows."""
        if self.end_unknown:
            return self.issued <= on <= KNOWN_UNTIL
        return self.issued <= on and (self.valid is None or on < self.valid)


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """A change of area codes: its number at e-Stat, day, reason, and the codes before and after.

    The codes are those of e-Stat's nodes, 35203-20100116. One that ends with the event also has a
    node that begins with it, which is no area.
    """

    id: int
    date: date
    reason: str
    originals: tuple[str, ...]
    resultings: tuple[str, ...]
    description: str


def check_digit(code5: str) -> str:
    """Return the sixth digit of a code (総務省: weights 6 to 2, modulus 11)."""
    total = sum(int(digit) * weight for digit, weight in zip(code5, _WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def is_code(code: str) -> bool:
    """Tell whether `code` has six digits of which the last is the check digit of the others."""
    return bool(re.fullmatch(r"[0-9]{6}", code)) and check_digit(code[:5]) == code[5]


def with_check_digit(code: str) -> str | None:
    """Return the listed code that `code` stands for: of five digits, or without its first zero.

    A code that no list has is returned if its check digit is right; else None is.
    """
    digits = unicodedata.normalize("NFKC", code).strip()
    if not re.fullmatch(r"[0-9]{4,6}", digits):
        return None
    choices = [digits, digits.zfill(6)]
    if len(digits) < _WHOLE:
        choices.append(digits.zfill(5) + check_digit(digits.zfill(5)))
    for choice in choices:
        if choice in _municipalities() or choice in _prefectures():
            return choice
    return digits if is_code(digits) else None


def municipality(code: str) -> MunicipalityCode | None:
    """Return the municipality of a six-digit code, or None where the list has no such code."""
    return _municipalities().get(code)


def prefecture(code: str) -> PrefectureCode | None:
    """Return the prefecture of a six-digit code, or None where the list has no such code."""
    return _prefectures().get(code)


def municipalities() -> tuple[MunicipalityCode, ...]:
    """Return every municipality, by code."""
    return tuple(_municipalities().values())


def find_municipality(name: str) -> tuple[MunicipalityCode, ...]:
    """Return those whose name, name with prefecture, or name in kana this is: none, one or more.

    It takes no notice of width, spaces, and ヶ or ケ.
    """
    return _by_name().get(_plain(name), ())


def names_of(code: str) -> tuple[str, ...]:
    """Return the names that the lists have for a six-digit code, today's and then former ones."""
    found = [one.name for one in (municipality(code), prefecture(code)) if one]
    found += [area.name for area in reversed(areas_of(code[:5]))]
    return tuple(dict.fromkeys(found))


def is_named(code: str, name: str) -> bool:
    """Tell whether the lists let a six-digit code have this name.

    One that is in no list may have any, unless it lies in a prefecture and another code has it.
    """
    names = names_of(code)
    if not names:
        in_prefecture = prefecture(f"{code[:2]}000{check_digit(f'{code[:2]}000')}") is not None
        return not (in_prefecture and find_municipality(name))
    listed = municipality(code)
    full = (listed.full_name,) if listed else ()
    return _plain(name) in map(_plain, (*names, *full))


def areas_of(code5: str) -> tuple[Area, ...]:
    """Return the areas of a five-digit code, the oldest first."""
    return _areas().get(code5, ())


def lineage(code5: str) -> tuple[Area, ...]:
    """Return the areas of a code and of all that merging and parting have joined with it, by code.

    An event without codes before it, as when Okinawa returned, joins nothing.
    """
    wanted, seen = [code5], {code5}
    while wanted:
        for event in events_of(wanted.pop()):
            if event.originals:
                others = {node[:5] for node in (*event.originals, *event.resultings)} - seen
                seen |= others
                wanted += others
    return tuple(area for code in sorted(seen) for area in areas_of(code))


def events_of(code5: str) -> tuple[ChangeEvent, ...]:
    """Return the events that name a five-digit code, by date."""
    return tuple(_events_of().get(code5, ()))


def areas_in_force(on: date) -> tuple[Area, ...]:
    """Return every area that was in force on a day, by code."""
    return tuple(area for areas in _areas().values() for area in areas if area.in_force(on))


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).translate(_VARIANTS)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (shipped("codes") / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def _prefectures() -> dict[str, PrefectureCode]:
    return {row["code"]: PrefectureCode(**row) for row in _rows("prefectures.csv")}


@cache
def _municipalities() -> dict[str, MunicipalityCode]:
    return {row["code"]: _municipality(row) for row in _rows("municipalities.csv")}


def _municipality(row: dict[str, str]) -> MunicipalityCode:
    unknown = {key: row[key] or None for key in ("english", "corporate_number", "website")}
    return MunicipalityCode(**(row | unknown))  # type: ignore[arg-type]


@cache
def _by_name() -> dict[str, tuple[MunicipalityCode, ...]]:
    found: defaultdict[str, list[MunicipalityCode]] = defaultdict(list)
    for one in municipalities():
        for name in {one.name, one.full_name, one.kana}:
            found[_plain(name)].append(one)
    return {name: tuple(ones) for name, ones in found.items()}


@cache
def _areas() -> dict[str, tuple[Area, ...]]:
    found: defaultdict[str, list[Area]] = defaultdict(list)
    for row in _rows("areas.csv"):
        found[row["code5"]].append(_area(row))
    return {code: tuple(areas) for code, areas in found.items()}


def _area(row: dict[str, str]) -> Area:
    ended = row["valid"] not in ("", "unknown")
    return Area(
        code5=row["code5"],
        name=row["name"],
        kana=row["kana"],
        english=row["english"],
        kind=row["class"],
        issued=date.fromisoformat(row["issued"]),
        valid=date.fromisoformat(row["valid"]) if ended else None,
        end_unknown=row["valid"] == "unknown",
        estat=row["estat"] or None,
    )


@cache
def _events_of() -> dict[str, tuple[ChangeEvent, ...]]:
    found: defaultdict[str, list[ChangeEvent]] = defaultdict(list)
    for event in map(_event, _rows("change-events.csv")):
        for code in {node[:5] for node in (*event.originals, *event.resultings)}:
            found[code].append(event)
    return {code: tuple(_by_date(events)) for code, events in found.items()}


def _by_date(events: Iterable[ChangeEvent]) -> list[ChangeEvent]:
    return sorted(events, key=lambda event: (event.date, event.id))


def _event(row: dict[str, str]) -> ChangeEvent:
    return ChangeEvent(
        id=int(row["id"]),
        date=date.fromisoformat(row["date"]),
        reason=row["reason"],
        originals=tuple(row["originals"].split()),
        resultings=tuple(row["resultings"].split()),
        description=row["description"],
    )


def _events_at(code5: str, day: date) -> tuple[ChangeEvent, ...]:
    return tuple(event for event in _events_of().get(code5, ()) if event.date == day)
