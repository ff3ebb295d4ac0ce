"""Derives data/codes from the lists that it comes from: `python tests/codes/derive.py LISTS [OUT]`.

LISTS is a folder with the four files that data/codes/sources.toml names. Run again on the same
files it writes the same bytes; a test compares them where the lists lie beside the project.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keikaku.codes import check_digit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

REPOSITORY = Path(__file__).parents[2]
FILES = ("municipalities.csv", "prefectures.csv", "areas.csv", "change-events.csv")

MUNICIPALITIES = "localgovjp-utf8.csv"
PREFECTURES = "prefjp-utf8.csv"
CORPORATE_NUMBERS = "nta-corporate-numbers-20200512.json"
AREAS = "estat_standard_area_codes_NAreaCode_2017.json"
EVENTS = "estat_change_events_NAreaCode_2017.json"

NO_END = "99991231"
MISSPELT = ("ByMmerging", "ByMerging")
CLASSES = {
    1: "designated-city",
    2: "core-city",
    3: "special-city",
    4: "city",
    5: "town",
    6: "village",
    7: "special-ward",
    8: "ward",
}
UNCLASSED = {"町": "town", "村": "village"}
KINDS = {"市": "city", "町": "town", "村": "village"}
CONFIRMED = {("35203", "20100116")}
"""Periods that go on whose e-Stat node is known to be the latest: e-Stat's sacs:latestCode."""
NOT_LISTED = {"01695", "01696", "01697", "01698", "01699", "01700"}
"""The six villages of 北方領土, which the list of municipalities leaves out."""

Row = dict[str, str]


def main(arguments: Sequence[str]) -> None:
    """Write the files of data/codes, or into the folder that is given."""
    lists = Path(arguments[0])
    out = Path(arguments[1]) if len(arguments) > 1 else REPOSITORY / "data" / "codes"
    for name, rows in derived(lists).items():
        with (out / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def derived(lists: Path) -> dict[str, list[Row]]:
    """Return the rows of each file."""
    numbers = _corporate_numbers(json.loads((lists / CORPORATE_NUMBERS).read_text("utf-8")))
    listed = _rows(lists / MUNICIPALITIES)
    events = json.loads((lists / EVENTS).read_text("utf-8"))
    periods = _periods(json.loads((lists / AREAS).read_text("utf-8")), events)
    current = {row["lgcode"][:5]: row["city"].split(" ")[-1] for row in listed}
    areas = sorted(_areas(periods, events, current), key=lambda row: (row["code5"], row["issued"]))
    english = {
        row["code5"]: row["english"]
        for row in areas
        if not row["valid"] and current.get(row["code5"]) == row["name"]
    }
    municipalities = [_municipality(row, numbers, english) for row in listed]
    prefectures = [_prefecture(row, numbers) for row in _rows(lists / PREFECTURES)]
    return {
        "municipalities.csv": sorted(municipalities, key=lambda row: row["code"]),
        "prefectures.csv": sorted(prefectures, key=lambda row: row["code"]),
        "areas.csv": areas,
        "change-events.csv": [_event(event) for event in sorted(events, key=lambda e: e["id"])],
    }


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _corporate_numbers(named: dict[str, str]) -> dict[str, str]:
    """Return the 法人番号 by the code that its last six digits are; names do not always match."""
    for number in named.values():
        assert re.fullmatch(r"[0-9]000020[0-9]{6}", number), number
        assert _number_check_digit(number[1:]) == int(number[0]), number
    return {number[-6:]: number for number in named.values()}


def _number_check_digit(digits: str) -> int:
    """Return the first digit of a 法人番号: weights 1 and 2 from the right, modulus 9, from 9."""
    weighted = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return 9 - weighted % 9


def _municipality(row: Row, numbers: dict[str, str], english: dict[str, str]) -> Row:
    code = row["lgcode"]
    assert check_digit(code[:5]) == code[5], row
    assert row["cid"].zfill(5) == code[:5], row
    ward = " " in row["city"]
    kind = "ward" if ward else KINDS.get(row["city"][-1], "special-ward")
    return {
        "code": code,
        "name": row["city"].replace(" ", ""),
        "kana": row["citykana"].replace(" ", ""),
        "english": english.get(code[:5], ""),
        "kind": kind,
        "prefecture_code": _prefecture_code(row["pid"]),
        "prefecture": row["pref"],
        "corporate_number": numbers.get(code, ""),
        "website": row["url"],
    }


def _prefecture(row: Row, numbers: dict[str, str]) -> Row:
    code = row["lgcode"].zfill(6)
    assert check_digit(code[:5]) == code[5], row
    assert code == _prefecture_code(row["pid"]), row
    return {
        "code": code,
        "name": row["pref"],
        "kana": row["prefkana"],
        "english": row["pref_en"],
        "corporate_number": numbers[code],
        "website": row["url"],
    }


def _prefecture_code(number: str) -> str:
    code = f"{int(number):02d}000"
    return code + check_digit(code)


def _periods(areas: Iterable[dict[str, Any]], events: Iterable[dict[str, Any]]) -> list[Row]:
    """Return the periods of each code, cut where an event names a node that begins within one.

    The list joins periods between which only a boundary moved; e-Stat has a node for each. A node
    of one day, made for an abolition, is no period.
    """
    begun: defaultdict[str, set[str]] = defaultdict(set)
    for event in events:
        for node in (*event["original"], *event["resulting"]):
            code, begins = node.split("-")
            begun[code].add(begins)
    found: dict[tuple[str, str], Row] = {}
    for area in areas:
        code, issued = f"{area['id']:05d}", _digits(area["施行年月日"])
        valid = _digits(area["廃止年月日"])
        cuts = sorted({issued, *(day for day in begun[code] if issued < day < valid)})
        for begins, ends in zip(cuts, (*cuts[1:], valid), strict=True):
            if begins < ends:
                found[code, begins] = {
                    "code5": code,
                    "name": area["名称"],
                    "kana": area["ふりがな"],
                    "english": area["英語名"],
                    "class": CLASSES.get(area["種別"]) or UNCLASSED[area["名称"][-1]],
                    "issued": begins,
                    "valid": ends,
                }
    return list(found.values())


def _areas(
    periods: Iterable[Row], events: Iterable[dict[str, Any]], current: dict[str, str]
) -> Iterator[Row]:
    """Yield the periods with their dates, and the e-Stat node where both its ends are known."""
    ended = {(node, _digits(event["date"])) for event in events for node in event["original"]}
    for row in periods:
        code, issued, valid = row["code5"], row["issued"], row["valid"]
        node = f"{code}-{issued}"
        known = (code, issued) in CONFIRMED if valid == NO_END else (node, valid) in ended
        moved_on = current.get(code) != row["name"] and code not in NOT_LISTED
        yield row | {
            "issued": _date(issued),
            "valid": _date(valid) if valid != NO_END else "unknown" if moved_on else "",
            "estat": f"C{node}" if known else "",
        }


def _event(event: dict[str, Any]) -> Row:
    return {
        "id": str(event["id"]),
        "date": event["date"][:10],
        "reason": event["reasonForChange"].replace(*MISSPELT),
        "originals": " ".join(sorted(event["original"])),
        "resultings": " ".join(sorted(event["resulting"])),
        "description": event["description"],
    }


def _digits(date: str) -> str:
    return date[:10].replace("-", "")


def _date(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


if __name__ == "__main__":
    main(sys.argv[1:])
