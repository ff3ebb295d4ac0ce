"""Finds the damage that plan.toml notes, wherever it has moved to in the document."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from keikaku.errors import Problem
from keikaku.records.plan import Remark
from keikaku.source.grid import shown

if TYPE_CHECKING:
    from keikaku.records.planfile import PlanFile, RemarkKeys
    from keikaku.records.reading import AnyReading
    from keikaku.source.grid import Address, Document


def read_remarks(document: Document, planfile: PlanFile, reading: AnyReading) -> tuple[Remark, ...]:
    """Return the damage that plan.toml notes, each at the place that has its words.

    Words that stand in one place are taken from there, whatever line the remark gives; else the
    line or the place decides. Words that stand nowhere have been mended: that is told once.
    """
    remarks = planfile.keys.remark
    found: dict[int, Address] = {}
    for quote, numbers in _by_quote(remarks).items():
        places = [place for place in document.filled() if quote in place.text]
        found |= _assigned(numbers, places, remarks)
    for number, keys in enumerate(remarks):
        if number not in found:
            _not_found(number, keys, document, planfile, reading)
    return tuple(
        Remark(
            keys.quote,
            keys.correction,
            keys.ja,
            keys.en,
            found[number],
            planfile.line("remark", str(number)),
        )
        for number, keys in enumerate(remarks)
        if number in found
    )


def _by_quote(remarks: tuple[RemarkKeys, ...]) -> dict[str, list[int]]:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, keys in enumerate(remarks):
        numbers[keys.quote].append(number)
    return numbers


def _assigned(
    numbers: list[int], places: list[Address], remarks: tuple[RemarkKeys, ...]
) -> dict[int, Address]:
    """Return the place of each remark that quotes the same words.

    Those that give their line or place come first; as many as are left go to as many places that
    are left, in the order of the document.
    """
    found: dict[int, Address] = {}
    for number in numbers:
        here = [place for place in places if _is_at(place, remarks[number])]
        if len(here) == 1 and here[0] not in found.values():
            found[number] = here[0]
    left = [number for number in numbers if number not in found]
    free = [place for place in places if place not in found.values()]
    if len(left) == len(free):
        left.sort(key=lambda number: remarks[number].line or 0)
        found |= dict(zip(left, free, strict=True))
    return found


def _is_at(place: Address, keys: RemarkKeys) -> bool:
    if keys.place is not None:
        return shown(place) == keys.place
    return keys.line is not None and place.line == keys.line


def _not_found(
    number: int, keys: RemarkKeys, document: Document, planfile: PlanFile, reading: AnyReading
) -> None:
    """Note that the words of a remark stand nowhere, or in more places than it can mean."""
    at = planfile.line("remark", str(number)).line
    places = [place for place in document.filled() if keys.quote in place.text]
    if not places:
        reading.problems.append(
            Problem(
                f"plan.toml の {at} 行目が挙げる「{keys.quote}」は、文書のどこにもありません。"
                "直したのなら、この [[remark]] を plan.toml から除いてください。",
                f"{keys.quote!r}, which line {at} of plan.toml names, stands nowhere in the "
                "document; if it is mended, take this [[remark]] out of plan.toml",
                document.name,
                keys.line,
                place=keys.place,
            )
        )
        return
    where = "、".join(map(shown, places))
    reading.problems.append(
        Problem(
            f"plan.toml の {at} 行目が挙げる「{keys.quote}」は {len(places)} か所({where})に"
            "あります。line か place で、どれかを示してください。"
            "直したのなら、この [[remark]] を除いてください。",
            f"{keys.quote!r}, which line {at} of plan.toml names, stands in {len(places)} places "
            f"({where}); give the line or place, or take out this [[remark]] if it is mended",
            document.name,
            keys.line,
            place=keys.place,
        )
    )
