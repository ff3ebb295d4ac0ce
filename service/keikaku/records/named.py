"""Makes an item from the cells of its row or its sheet, where its sections are named beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keikaku.records.cells import (
    check_brackets,
    is_blank,
    known_parties,
    marked,
    read_names,
    read_notes,
    read_phases,
    read_text,
    read_units,
    split_notes,
)
from keikaku.records.plan import Entry, Item, Said
from keikaku.records.reading import Unreadable, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.records.hierarchy import Held, Hierarchy
    from keikaku.records.plan import Section
    from keikaku.records.profile import NamedProfile
    from keikaku.records.reading import Reading
    from keikaku.source.grid import Cell

MAY_LACK = (
    "kei:department",
    "kei:implementedBy",
    "kei:targets",
    "kei:purpose",
    "kei:currentState",
    "kei:content",
    "kei:completionCriterion",
    "kei:printedNumber",
)
"""The properties that these layouts do not ask of an item."""

TEXTS = ("purpose", "current_state", "content", "completion_criterion")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(roman): letters
    for roman, letters in zip(
        "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ",
        ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"),
        strict=True,
    )
}


@dataclass(frozen=True, slots=True)
class Named:
    """What such a document says: its sections, its items, the parties that head columns."""

    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    columns: tuple[Said[str], ...] = ()


@dataclass(slots=True)
class Draft:
    """The cells of one item: by field, by party that heads a column of marks, by fiscal year."""

    title: Cell
    fields: dict[str, list[Cell]] = field(default_factory=dict)
    implemented_by: dict[Cell, str] = field(default_factory=dict)
    targets: dict[Cell, str] = field(default_factory=dict)
    years: dict[Cell, tuple[Said[int], ...]] = field(default_factory=dict)

    def of(self, name: str) -> list[Cell]:
        """Return the cells of a field."""
        return self.fields.get(name, [])


def make_item(
    draft: Draft,
    held: Held,
    hierarchy: Hierarchy,
    joint: str,
    reading: Reading[NamedProfile],
) -> Item:
    """Return the item that the cells say, at its place; notes what is wrong with it."""
    within = held.path()
    if within is None or (not within and any(hierarchy.sections)):
        reading.note(
            f"「{draft.title.text}」が属する上の階層の名がありません。この行か、上の行に書いてください。",
            f"{draft.title.text!r} stands below no section; name it in this row or above it",
            draft.title,
        )
        within = [name for name in held.named if name is not None]
    path = hierarchy.place(within) if len(within) <= len(reading.profile.levels) else (1,)
    rules = reading.profile.item
    blanks = [cell for cells in draft.fields.values() for cell in cells if is_blank(cell, reading)]
    for name, cells in draft.fields.items():
        draft.fields[name] = [cell for cell in cells if not is_blank(cell, reading)]
    reading.take(draft.title, *blanks)
    title, inside = split_notes(draft.title.text, rules.note)
    check_brackets(title, draft.title, rules.note, reading)
    notes = [Said(note, draft.title, place) for place, note in enumerate(inside, start=1)]
    number, printed = _number(draft, path, reading)
    actors = _parties("implemented_by", "実施主体", "party", draft.implemented_by, draft, reading)
    targets = _parties("targets", "対象", "target", draft.targets, draft, reading)
    texts = {name: read_text(draft.of(name), joint, reading) for name in TEXTS}
    marks_off = [
        cell
        for cell in (*draft.implemented_by, *draft.targets)
        if cell.text and cell not in {party.at for party in (*actors, *targets[:])}
    ]
    return Item(
        path=path,
        number=number,
        title=Said(title, draft.title),
        schedule=_schedule(draft, blanks, reading),
        printed_number=printed,
        notes=(*notes, *read_notes(draft.of("note"), rules.note, reading)),
        departments=read_units(draft.of("department"), draft.of("division"), reading),
        implemented_by=actors,
        targets=targets,
        other_target=_other(draft, targets, joint, reading),
        purpose=texts["purpose"],
        current_state=texts["current_state"],
        content=texts["content"],
        completion_criterion=texts["completion_criterion"],
        within=tuple(within),
        blanks=tuple(dict.fromkeys((*blanks, *marks_off))),
    )


def own_number(printed: str) -> str:
    """Return a number in half width and without spaces; a circled digit stays as it is."""
    return "".join(printed.translate(_WIDE).split())


def _number(
    draft: Draft, path: tuple[int, ...], reading: Reading[NamedProfile]
) -> tuple[Said[str], Said[str] | None]:
    """Return the number, normalised and as printed; the place where the city gives none."""
    cells = draft.of("number")
    if not cells:
        return Said("-".join(map(str, path)), draft.title), None
    reading.take(*cells)
    return Said(own_number(cells[0].text), cells[0]), Said(cells[0].text, cells[0])


def _parties(
    name: str,
    label: str,
    en: str,
    columns: dict[Cell, str],
    draft: Draft,
    reading: Reading[NamedProfile],
) -> tuple[Said[str], ...]:
    """Return the parties that cells name, or that head the columns of cells with a mark."""
    plain = [cell for cell in draft.of(name) if not is_boxes(cell.text, reading.profile)]
    parties = read_names(plain, known_parties(reading), label, en, reading)
    for cell in draft.of(name):
        if cell not in plain:
            parties += _boxes(cell, label, en, reading)
    for cell, party in columns.items():
        try:
            if marked(cell, reading):
                parties += (Said(party, cell),)
        except Unreadable:
            continue
    return parties


def is_boxes(text: str, profile: NamedProfile) -> bool:
    """Tell whether a text is a row of boxes, each with its mark in front."""
    return text.startswith((*profile.marks.on, *profile.marks.off))


def boxes_in(text: str, profile: NamedProfile) -> list[tuple[str, str]]:
    """Return the mark and the name of each box in a text."""
    marks = "|".join(map(re.escape, (*profile.marks.on, *profile.marks.off)))
    parts = re.split(f"({marks})", text)
    return [(mark, name.strip()) for mark, name in zip(parts[1::2], parts[2::2], strict=True)]


def _boxes(
    cell: Cell, label: str, en: str, reading: Reading[NamedProfile]
) -> tuple[Said[str], ...]:
    """Return the parties of the boxes that are marked, in their order."""
    reading.take(cell)
    known, on = known_parties(reading), reading.profile.marks.on
    parties = []
    for place, (mark, name) in enumerate(boxes_in(cell.text, reading.profile), start=1):
        if name not in known:
            reading.note(*unknown(name, known, label, en), cell)
        elif mark in on:
            parties.append(Said(name, cell, place))
    return tuple(parties)


def _other(
    draft: Draft, targets: tuple[Said[str], ...], joint: str, reading: Reading[NamedProfile]
) -> Said[str] | None:
    other, name = read_text(draft.of("other_target"), joint, reading), reading.profile.names.other
    if other and name not in {target.value for target in targets}:
        reading.note(
            f"「{name}」に印がないのに「{other.value}」と書かれています。",
            f"{other.value!r} is written although {name!r} is not marked",
            other.at,
        )
    return other


def _schedule(
    draft: Draft, blanks: list[Cell], reading: Reading[NamedProfile]
) -> tuple[Entry, ...]:
    """Return an entry for each year that is filled; a merged cell fills several."""
    entries = []
    for cell, years in draft.years.items():
        phases = read_phases(cell, reading)
        if phases is None:
            blanks.append(cell)
            continue
        entries += [Entry(year, Said(cell.text, cell), phases) for year in years]
    if not entries:
        reading.note(
            f"「{draft.title.text}」の年次計画に何も書かれていません。",
            f"the schedule of {draft.title.text!r} is empty",
            draft.title,
        )
    return tuple(sorted(entries, key=lambda entry: entry.year.value))


def check_years(heads: Iterable[Said[int]], at: Cell, reading: Reading[NamedProfile]) -> None:
    """Note what years are missing or lie outside the plan's period; the same is told once."""
    plan, found = reading.keys.plan, tuple(heads)
    period = range(plan.first_year, plan.last_year + 1)
    years = [head.value for head in found]
    if not reading.first_time("years", tuple(years)):
        return
    for head in found:
        if head.value not in period:
            reading.note(
                f"年度「{head.at.text}」は計画の期間({period[0]}〜{period[-1]} 年度)にありません。"
                "plan.toml の first_year と last_year を確かめてください。",
                f"the fiscal year {head.at.text!r} is outside the plan's period, {period[0]} to "
                f"{period[-1]}; check first_year and last_year in plan.toml",
                head.at,
            )
        if years.count(head.value) > 1 and reading.first_time("year", head.value, at):
            reading.note(
                f"年度「{head.at.text}」の列が二つあります。",
                f"two columns are for the fiscal year {head.at.text!r}",
                head.at,
            )
    missing = [str(year) for year in period if year not in years]
    if missing:
        reading.note(
            f"計画の期間の {'、'.join(missing)} 年度の列がありません。",
            f"there is no column for the fiscal years {', '.join(missing)} of the plan's period",
            at,
        )
