"""Reads the overview tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.records.cells import check_brackets, split_notes
from keikaku.records.plan import OverviewHeading, OverviewRow, Said
from keikaku.records.reading import Unreadable, is_label
from keikaku.source.grid import shown
from keikaku.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.records.profile import SheetsProfile
    from keikaku.records.reading import Reading
    from keikaku.source.grid import Cell, Grid


_HEADER_ROWS = 2
"""The labels and, below the last of them, the parties."""


@dataclass(slots=True)
class _Numbers:
    """The printed numbers of the sections that the rows being read stand under."""

    printed: list[str]
    values: list[int]

    def under(self, depth: int, printed: str, value: int) -> None:
        """Go to a section at `depth`, leaving those below it."""
        self.printed[depth:] = [printed]
        self.values[depth:] = [value]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the overview tables say: headings, rows, and the party that heads each column."""

    headings: tuple[OverviewHeading, ...]
    rows: tuple[OverviewRow, ...]
    columns: tuple[Said[str], ...]


def is_overview(grid: Grid, reading: Reading[SheetsProfile]) -> bool:
    """Tell whether a table's header row has the labels of an overview."""
    return any(is_label(cell, reading.profile.overview.header[0]) for cell in grid.rows[0])


def read_overview(grids: Iterable[Grid], reading: Reading[SheetsProfile]) -> Overview:
    """Return what the overview tables say, in their order, noting problems in `reading`."""
    headings: list[OverviewHeading] = []
    rows: list[OverviewRow] = []
    columns: list[Said[str]] = []
    numbers = _Numbers([], [])
    for grid in grids:
        try:
            heads = _header(grid, reading)
        except Unreadable:
            reading.unreadable_tables.add(grid.number)
            continue
        columns += [Said(party, cell) for cell, party in heads.items()]
        parties = {cell.column: party for cell, party in heads.items()}
        if len(grid.rows) == _HEADER_ROWS:
            reading.note("一覧表に項目の行がありません。", "the overview lists nothing", grid.start)
        for row in (row for row in grid.rows[_HEADER_ROWS:] if any(cell.text for cell in row)):
            try:
                read = _row(row, parties, numbers, reading)
            except Unreadable:
                reading.take(*row)
                continue
            if isinstance(read, OverviewHeading):
                headings.append(read)
            else:
                rows.append(read)
    _check_unique(rows, reading)
    return Overview(tuple(headings), tuple(rows), tuple(columns))


def _header(grid: Grid, reading: Reading[SheetsProfile]) -> dict[Cell, str]:
    """Return the party that each header cell names."""
    labels = reading.profile.overview.header
    found = [cell for cell in grid.rows[0] if cell.text]
    if [fold(cell.text) for cell in found] != [fold(label) for label in labels]:
        raise reading.stop(
            f"一覧表の見出しが「{' | '.join(labels)}」ではありません。",
            f"the header of the overview is not {' | '.join(labels)}",
            grid.start,
        )
    reading.take(*found)
    if len(grid.rows) < _HEADER_ROWS:
        raise reading.stop(
            "一覧表に主体の行がありません。", "the overview has no row of parties", grid.start
        )
    return _parties(grid.rows[1], found[-1].column, reading)


def _parties(row: tuple[Cell, ...], first: int, reading: Reading[SheetsProfile]) -> dict[Cell, str]:
    boxes = {fold(name): name for name in reading.profile.names.boxes}
    parties: dict[Cell, str] = {}
    for cell in row:
        if not cell.text:
            continue
        name = boxes.get(fold(cell.text))
        if name is None or cell.column < first or name in parties.values():
            raise reading.stop(
                f"一覧表の見出し「{cell.text}」が主体として読めません。",
                f"the header {cell.text!r} of the overview is no party, or stands twice",
                cell,
            )
        reading.take(cell)
        parties[cell] = name
    missing = [name for name in boxes.values() if name not in parties.values()]
    if missing:
        raise reading.stop(
            f"一覧表の見出しに {'、'.join(missing)} がありません。",
            f"the header of the overview lacks {', '.join(missing)}",
            row[0],
        )
    return parties


def _row(
    row: tuple[Cell, ...],
    parties: dict[int, str],
    numbers: _Numbers,
    reading: Reading[SheetsProfile],
) -> OverviewHeading | OverviewRow:
    first = row[0]
    for depth, level in enumerate(reading.profile.levels):
        if split := level.numerals.leading(first.text):
            return _heading(first, depth, split, numbers, reading)
    split = reading.profile.item.numerals.leading(first.text)
    if not split:
        raise reading.stop(
            f"一覧表の行「{first.text}」が番号で始まっていません。",
            f"the overview row {first.text!r} does not begin with a number",
            first,
        )
    if len(numbers.values) < len(reading.profile.levels):
        raise reading.stop(
            f"一覧表の行「{first.text}」の上に方針と施策の行がありません。",
            f"no policy and measure stand above the overview row {first.text!r}",
            first,
        )
    return _item_row(row, split, parties, numbers, reading)


def _heading(
    cell: Cell,
    depth: int,
    split: tuple[str, str],
    numbers: _Numbers,
    reading: Reading[SheetsProfile],
) -> OverviewHeading:
    printed, title = split
    if len(numbers.values) < depth:
        raise reading.stop(
            f"一覧表の見出し「{cell.text}」の上の階層がありません。",
            f"the overview heading {cell.text!r} has no level above it",
            cell,
        )
    numerals = reading.profile.levels[depth].numerals
    numbers.under(depth, numerals.normalised(printed), numerals.value_of(printed))
    reading.take(cell)
    number = reading.profile.item.joint.join(numbers.printed)
    return OverviewHeading(tuple(numbers.values), Said(number, cell), Said(title, cell))


def _item_row(
    row: tuple[Cell, ...],
    split: tuple[str, str],
    parties: dict[int, str],
    numbers: _Numbers,
    reading: Reading[SheetsProfile],
) -> OverviewRow:
    mark, rest = split
    rules = reading.profile.item
    title, notes = split_notes(rest, rules.note)
    check_brackets(title, row[0], rules.note, reading)
    marks = _marks(row, parties, reading)
    on = reading.profile.marks.on
    reading.take(row[0])
    return OverviewRow(
        path=(*numbers.values, rules.numerals.value_of(mark)),
        number=Said(rules.joint.join((*numbers.printed, rules.numerals.normalised(mark))), row[0]),
        title=Said(title, row[0]),
        notes=tuple(Said(note, row[0], place) for place, note in enumerate(notes, start=1)),
        targets=tuple(
            Said(parties[cell.column], cell)
            for cell in marks
            if cell.column in parties and cell.text in on
        ),
        marks=tuple(cell for cell in marks if cell.column in parties),
        unheaded=tuple(cell for cell in marks if cell.column not in parties and cell.text in on),
    )


def _marks(
    row: tuple[Cell, ...], parties: dict[int, str], reading: Reading[SheetsProfile]
) -> list[Cell]:
    """Return the cells with marks; a column with a header must have one."""
    known = reading.profile.marks.on + reading.profile.marks.off
    marks = []
    for cell in row[1:]:
        if cell.text in known and cell.column >= min(parties):
            reading.take(cell)
            marks.append(cell)
        elif cell.text or cell.column in parties:
            raise reading.stop(
                f"一覧表の{cell.column}列目の印「{cell.text}」が読めません。"
                "■ か □ を書いてください。",
                f"column {cell.column} of the overview has {cell.text!r} where ■ or □ is wanted",
                cell,
            )
    return marks


def _check_unique(rows: list[OverviewRow], reading: Reading[SheetsProfile]) -> None:
    seen: dict[tuple[int, ...], OverviewRow] = {}
    for row in rows:
        if row.path in seen:
            reading.note(
                f"一覧表に「{row.number.value}」が二度あります"
                f"({shown(seen[row.path].number.at)})。",
                f"the overview has {row.number.value} twice",
                row.number.at,
            )
        seen.setdefault(row.path, row)
