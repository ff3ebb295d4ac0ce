"""Reads the sheet of one item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.records.cells import (
    check_brackets,
    known_departments,
    known_parties,
    read_phases,
    split_notes,
    year_of,
)
from keikaku.records.plan import Entry, Item, Said
from keikaku.records.reading import Unreadable, is_label

if TYPE_CHECKING:
    from keikaku.records.profile import SheetsProfile
    from keikaku.records.reading import Reading
    from keikaku.source.grid import Cell, Grid

Row = tuple["Cell", ...]


def read_sheet(grid: Grid, path: tuple[int, ...], reading: Reading[SheetsProfile]) -> Item:
    """Return the item whose sheet is `grid` and whose place in the plan is `path`.

    Notes problems in `reading`, and raises Unreadable where the sheet makes no item at all.
    """
    labels = reading.profile.sheet
    sheet = _Sheet.of(grid, reading)
    number, printed = _number(sheet.only_cell(labels.number), reading)
    head = _head(sheet, reading)
    title, notes = _title(head.title, head.notes, printed.value, reading)
    targets, other = _boxes(sheet.only_cell(labels.targets), reading)
    return Item(
        path=path,
        number=number,
        printed_number=printed,
        title=title,
        notes=notes,
        departments=_departments(head.departments, reading),
        implemented_by=_parties(sheet.only_cell(labels.implemented_by), reading),
        targets=targets,
        other_target=other,
        purpose=sheet.text(labels.purpose),
        current_state=sheet.text(labels.current_state),
        content=sheet.text(labels.content),
        completion_criterion=sheet.text(labels.completion_criterion),
        schedule=_schedule(sheet, reading),
    )


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of a sheet by their label."""

    rows: dict[str, Row]
    below_schedule: Row
    reading: Reading[SheetsProfile]

    @classmethod
    def of(cls, grid: Grid, reading: Reading[SheetsProfile]) -> _Sheet:
        labels = reading.profile.sheet
        wanted = [
            label
            for field, label in labels.model_dump().items()
            if field != "department"  # stands beside the title
        ]
        rows: dict[str, Row] = {}
        below: Row = ()
        for row in grid.rows:
            label = next((name for name in wanted if is_label(row[0], name)), None)
            if label in rows:
                raise reading.stop(
                    f"「{label}」の行が二つあります。", f"two rows {label!r}", row[0]
                )
            if label:
                reading.take(row[0])
                rows[label] = row
            elif labels.schedule in rows and not below and any(cell.text for cell in row):
                below = row
        for label in wanted:
            if label not in rows:
                raise reading.stop(
                    f"個別の表に「{label}」の行がありません。",
                    f"the sheet has no row {label!r}",
                    grid.start,
                )
        return cls(rows, below, reading)

    def filled(self, label: str) -> list[Cell]:
        """Return the cells of a row, after its label, that are not empty."""
        return [cell for cell in self.rows[label][1:] if cell.text]

    def only_cell(self, label: str) -> Cell:
        """Return the one cell that a row must have beside its label."""
        cells = self.filled(label)
        if len(cells) != 1:
            raise self.reading.stop(
                f"「{label}」の行には値の欄が一つ要りますが、"
                + (f"{len(cells)} あります。" if cells else "空です。"),
                f"the row {label!r} wants one value, it has {len(cells)}",
                self.rows[label][0],
            )
        self.reading.take(cells[0])
        return cells[0]

    def text(self, label: str) -> Said[str]:
        """Return the text of a row, as printed."""
        cell = self.only_cell(label)
        return Said(cell.text, cell)


@dataclass(frozen=True, slots=True)
class _Head:
    """The row of the title: title, note cells beside it, the cell of the departments."""

    title: Cell
    notes: list[Cell]
    departments: Cell


def _head(sheet: _Sheet, reading: Reading[SheetsProfile]) -> _Head:
    labels = reading.profile.sheet
    cells = sheet.filled(labels.title)
    places = [place for place, cell in enumerate(cells) if is_label(cell, labels.department)]
    if len(places) != 1 or places[0] == 0 or len(cells) != places[0] + 2:
        raise reading.stop(
            f"「{labels.title}」の行は、名称、「{labels.department}」、課名の順でなければなりません。",
            f"the row {labels.title!r} must hold a title, {labels.department!r} and its names",
            sheet.rows[labels.title][0],
        )
    title, *notes, label, departments = cells
    reading.take(title, *notes, label, departments)
    return _Head(title, notes, departments)


def _number(cell: Cell, reading: Reading[SheetsProfile]) -> tuple[Said[str], Said[str]]:
    """Return the item's number, normalised and as printed."""
    profile = reading.profile
    numerals = [level.numerals for level in profile.levels] + [profile.item.numerals]
    joint = rf"\s*{re.escape(profile.item.joint)}\s*"
    pattern = joint.join(f"({kind.pattern})" for kind in numerals)
    found = re.fullmatch(pattern, cell.text)
    if not found:
        raise reading.stop(
            f"整理番号「{cell.text}」が読めません。例: I - (1) - ①",
            f"the number {cell.text!r} cannot be read; an example: I - (1) - ①",
            cell,
        )
    parts = [kind.normalised(part) for kind, part in zip(numerals, found.groups(), strict=True)]
    return Said(profile.item.joint.join(parts), cell), Said(cell.text, cell)


def _title(
    cell: Cell, note_cells: list[Cell], printed: str, reading: Reading[SheetsProfile]
) -> tuple[Said[str], tuple[Said[str], ...]]:
    """Return the title without its mark, and the notes in its cell and beside it."""
    rules = reading.profile.item
    split = rules.numerals.leading(cell.text)
    if not split:
        raise reading.stop(
            f"推進項目「{cell.text}」が番号(①など)で始まっていません。",
            f"the title {cell.text!r} does not begin with a number such as ①",
            cell,
        )
    mark, rest = split
    if not printed.endswith(mark):
        reading.note(
            f"整理番号「{printed}」と推進項目の番号「{mark}」が違います。",
            f"the number {printed!r} and the title's mark {mark!r} differ",
            cell,
        )
    title, inside = split_notes(rest, rules.note)
    check_brackets(title, cell, rules.note, reading)
    notes = [Said(note, cell, place) for place, note in enumerate(inside, start=1)]
    for beside in note_cells:
        left, found = split_notes(beside.text, rules.note)
        if left or not found:
            raise reading.stop(
                f"「{beside.text}」が注記として読めません。{rules.note.open}{rules.note.close}で囲んでください。",
                f"{beside.text!r} is no note in {rules.note.open}{rules.note.close}",
                beside,
            )
        notes += [Said(note, beside, place) for place, note in enumerate(found, start=1)]
    return Said(title, cell), tuple(notes)


def _departments(cell: Cell, reading: Reading[SheetsProfile]) -> tuple[Said[str], ...]:
    names = reading.split_names(cell)
    reading.check_known(names, known_departments(reading), "担当課", "department")
    return names


def _parties(cell: Cell, reading: Reading[SheetsProfile]) -> tuple[Said[str], ...]:
    names = reading.split_names(cell)
    reading.check_known(names, known_parties(reading), "実施主体", "party")
    return names


def _boxes(
    cell: Cell, reading: Reading[SheetsProfile]
) -> tuple[tuple[Said[str], ...], Said[str] | None]:
    """Return the parties whose box is marked, and the words in the brackets of the last box."""
    rules, marks = reading.profile.names, reading.profile.marks
    any_mark = "|".join(map(re.escape, (*marks.on, *marks.off)))
    boxes = [rf"({any_mark})\s*{re.escape(name)}" for name in rules.boxes]
    found = re.fullmatch(r"\s*".join(boxes) + r"\s*[(（]([^()（）]*)[)）]", cell.text)
    if not found:
        raise reading.stop(
            f"推進項目対象「{cell.text}」が読めません。"
            f"{'、'.join(rules.boxes)} の順に、■ か □ を付けて書いてください。",
            f"the boxes {cell.text!r} cannot be read; wanted, in this order, each with ■ or □: "
            + ", ".join(rules.boxes),
            cell,
        )
    *given, inside = found.groups()
    targets = tuple(
        Said(name, cell, place)
        for place, (name, mark) in enumerate(zip(rules.boxes, given, strict=True), start=1)
        if mark in marks.on
    )
    other = Said(inside.strip(), cell) if inside.strip() else None
    if other and rules.other not in {target.value for target in targets}:
        reading.note(
            f"「{rules.other}」に印がないのに「{other.value}」と書かれています。",
            f"{other.value!r} is written although the box {rules.other!r} is not marked",
            cell,
        )
    return targets, other


def _schedule(sheet: _Sheet, reading: Reading[SheetsProfile]) -> tuple[Entry, ...]:
    label = reading.profile.sheet.schedule
    start = sheet.rows[label][0]
    years = _years(sheet.filled(label), start, reading)
    if not sheet.below_schedule:
        raise reading.stop(
            "年次計画の年度の下に、段階を書く行がありません。",
            "no row with phases below the years of the schedule",
            start,
        )
    entries = []
    for header, year in years.items():
        cell = sheet.below_schedule[header.column - 1]
        phases = read_phases(cell, reading) if cell.text else None
        if phases is not None:
            entries.append(Entry(Said(year, header), Said(cell.text, cell), phases))
    if not entries:
        reading.note("年次計画に何も書かれていません。", "the schedule is empty", start)
    return tuple(entries)


def _years(cells: list[Cell], start: Cell, reading: Reading[SheetsProfile]) -> dict[Cell, int]:
    """Return the fiscal year that each header cell names; they must be those of the plan."""
    years = {cell: year_of(cell, reading) for cell in cells}
    plan = reading.keys.plan
    found = tuple(years.values())
    if found == tuple(range(plan.first_year, plan.last_year + 1)):
        return years
    if not reading.first_time("years", found):  # a wrong period in plan.toml: every sheet has it
        raise Unreadable
    raise reading.stop(
        "年次計画の年度が、計画の期間の年度を順に一つずつ挙げていません。"
        "plan.toml の first_year と last_year も確かめてください(同じ違いは一度だけ示します)。",
        "the years of the schedule are not those of the plan's period, one by one; check "
        "first_year and last_year in plan.toml too (the same difference is told once)",
        start,
    )
