"""Reads evaluation sheets: one table per item, with labels and values in any place of a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keikaku.records.cells import is_year
from keikaku.records.hierarchy import Held, Hierarchy
from keikaku.records.named import TEXTS, Draft, Named, check_years, make_item
from keikaku.records.plan import Said
from keikaku.records.reading import Unreadable
from keikaku.records.register import is_furniture
from keikaku.records.withheld import Reason
from keikaku.source.grid import Line
from keikaku.text import fold, parse_fiscal_year

if TYPE_CHECKING:
    from keikaku.records.plan import Item
    from keikaku.records.profile import EvaluationProfile
    from keikaku.records.reading import Reading
    from keikaku.source.grid import Cell, Document, Grid

_SCHEDULE, _IGNORED = "schedule", "ignored"
_FIELDS = (
    "title", "number", "division", "department", "implemented_by", "targets", "other_target",
    "purpose", "current_state", "content", "completion_criterion", "note", "schedule", "ignored",
)  # fmt: skip


@dataclass(slots=True)
class _Sheet:
    """A sheet's cells by what their label says they are, and its cells of schedule by row."""

    start: Cell
    values: dict[str, list[Cell]] = field(default_factory=dict)
    schedule: dict[int, list[Cell]] = field(default_factory=dict)


def read_evaluations(document: Document, reading: Reading[EvaluationProfile]) -> Named:
    """Return what the sheets say, in their order, noting problems in `reading`."""
    hierarchy = Hierarchy(reading)
    held = Held([None] * len(reading.profile.levels))
    items: list[Item] = []
    for block in document.blocks:
        if isinstance(block, Line):
            _heading(block, held, reading)
        elif _has_title(block, reading):
            try:
                items.append(_item(block, held, hierarchy, reading))
            except Unreadable:
                reading.unreadable_tables.add(block.number)
    return Named(tuple(hierarchy.sections.values()), tuple(items))


def _has_title(grid: Grid, reading: Reading[EvaluationProfile]) -> bool:
    titles = {fold(title) for title in reading.profile.sheet.title}
    return any(fold(cell.text) in titles for cell in grid.filled())


def _heading(line: Line, held: Held, reading: Reading[EvaluationProfile]) -> None:
    """Take up the section that a line above the sheets is the heading of."""
    for depth, level in enumerate(reading.profile.levels):
        name = line.text.removeprefix(level.heading or "").strip()
        if level.heading and line.text.startswith(level.heading) and name:
            reading.take(line)
            held.name(depth, name, line)
            return


def _labels(reading: Reading[EvaluationProfile]) -> dict[str, str]:
    """Return what each label stands for: a field, or a level by its number from 0."""
    labels: dict[str, str] = {}
    for name in _FIELDS:
        labels |= {fold(label): name for label in getattr(reading.profile.sheet, name)}
    for depth, level in enumerate(reading.profile.levels):
        labels |= {fold(label): str(depth) for label in level.label}
    return labels


def _item(
    grid: Grid, held: Held, hierarchy: Hierarchy, reading: Reading[EvaluationProfile]
) -> Item:
    sheet = _scan(grid, reading)
    for depth in range(len(reading.profile.levels)):
        cells = sheet.values.get(str(depth))
        if cells:
            cell = _one(cells, reading)
            reading.take(cell)
            held.name(depth, cell.text, cell)
    titles = sheet.values.get("title", [])
    if not titles:
        raise reading.stop(
            f"「{'、'.join(reading.profile.sheet.title)}」の値がありません。",
            "the sheet has no title",
            grid.start,
        )
    draft = Draft(_one(titles, reading))
    draft.fields = {
        name: cells
        for name, cells in sheet.values.items()
        if not name.isdigit() and name not in ("title", _SCHEDULE, _IGNORED)
    }
    for name in ("number", *TEXTS, "other_target"):
        if len(draft.of(name)) > 1 and not _goes_on(name, reading):
            _one(draft.of(name), reading)
    draft.years = _years(sheet, reading)
    return make_item(draft, held, hierarchy, reading.profile.sheet.continuation or "\n", reading)


def _goes_on(name: str, reading: Reading[EvaluationProfile]) -> bool:
    return name in TEXTS and reading.profile.sheet.continuation is not None


def _scan(grid: Grid, reading: Reading[EvaluationProfile]) -> _Sheet:
    """Return the cells of a sheet by their labels: a value belongs to the label before it.

    A row that is empty below the label of the row above goes on with what may go on: the schedule,
    what is ignored, and texts where the profile says so. Other cells are left for nobody to have
    read. What is ignored reaches as far as the next label, and is withheld with its own label.
    """
    labels, sheet = _labels(reading), _Sheet(grid.start)
    furniture = reading.profile.furniture.all_rows
    current: str | None = None
    label_column = 0
    for row in grid.rows:
        said = [cell for cell in row if cell.text and not is_furniture(cell.text, furniture)]
        goes_on = current in (_SCHEDULE, _IGNORED) or _goes_on(current or "", reading)
        if not goes_on or (said and said[0].column <= label_column):
            current = None
        for cell in row:
            name = labels.get(fold(cell.text)) if cell.text else None
            if name is not None:
                if name in sheet.values and name != _IGNORED:
                    raise reading.stop(
                        f"「{cell.text}」の欄が二つあります。", f"two labels {cell.text!r}", cell
                    )
                current, label_column = name, cell.column
                sheet.values.setdefault(name, [])
            if current == _IGNORED:
                if cell.column >= label_column:  # filled or empty alike
                    reading.withhold(Reason.IGNORED, cell)
            elif name is not None:
                reading.take(cell)
            elif cell.text:
                _put(cell, current, sheet, reading)
    return sheet


def _put(
    cell: Cell, current: str | None, sheet: _Sheet, reading: Reading[EvaluationProfile]
) -> None:
    """Put a cell that is no label where the label before it says, unless it is furniture."""
    furniture = reading.profile.furniture
    if is_furniture(cell.text, furniture.shown.rows):
        reading.take(cell)
    elif is_furniture(cell.text, furniture.rows):
        reading.withhold(Reason.FURNITURE, cell)
    elif current == _SCHEDULE:
        sheet.schedule.setdefault(cell.row, []).append(cell)
    elif current is not None:
        sheet.values[current].append(cell)


def _one(cells: list[Cell], reading: Reading[EvaluationProfile]) -> Cell:
    """Return the one cell that a label must have; raises Unreadable where there are more."""
    if len(cells) > 1:
        raise reading.stop(
            f"「{cells[1].text[:40]}」の前に見出しがありません。一つの見出しに値は一つです。",
            f"no label stands before {cells[1].text[:40]!r}; a label has one value",
            cells[1],
        )
    return cells[0]


def _years(sheet: _Sheet, reading: Reading[EvaluationProfile]) -> dict[Cell, tuple[Said[int], ...]]:
    """Return the years that each cell of the schedule is for: those that stand above it."""
    heads: list[Said[int]] = []
    above: dict[int, Said[int]] = {}
    found: dict[Cell, tuple[Said[int], ...]] = {}
    for cells in sheet.schedule.values():
        if all(is_year(cell.text) for cell in cells):
            years = [Said(parse_fiscal_year(cell.text), cell) for cell in cells]
            reading.take(*cells)
            heads += years
            above = {
                column: year
                for cell, year in zip(cells, years, strict=True)
                for column in range(cell.column, cell.column + cell.columns)
            }
            continue
        for cell in cells:
            spans = range(cell.column, cell.column + cell.columns)
            over = tuple(dict.fromkeys(above[column] for column in spans if column in above))
            if over:
                found[cell] = over
    check_years(heads, sheet.start, reading)
    return found
