"""Reads a register: tables with one row per item."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keikaku.records.cells import is_blank, is_year, known_parties
from keikaku.records.hierarchy import Held, Hierarchy
from keikaku.records.ignored import Head, Ignored, note_both
from keikaku.records.named import Draft, Named, check_years, make_item
from keikaku.records.plan import Said
from keikaku.records.reading import Unreadable, unknown
from keikaku.records.withheld import Reason
from keikaku.source.grid import Grid, Line, sheet_column, shown
from keikaku.text import fold, parse_fiscal_year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.records.plan import Item
    from keikaku.records.profile import RegisterProfile
    from keikaku.records.reading import Reading
    from keikaku.source.grid import Cell, Document

Row = tuple["Cell", ...]

_FIELDS = (
    "title", "number", "division", "department", "implemented_by", "targets", "other_target",
    "purpose", "current_state", "content", "completion_criterion", "note",
)  # fmt: skip
_SEVERAL = {"division", "department", "implemented_by", "targets", "note"}
"""Fields that more than one column may be for."""
_TABLE_HEAD = 20
"""In how many rows from the top of a table its header must begin."""


@dataclass(slots=True)
class _Columns:
    """What the columns of a table are for, by number; `first` is that of a worksheet (B)."""

    first: str
    width: int
    header: tuple[tuple[str, ...], ...]
    fields: dict[int, str] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    years: dict[int, Said[int]] = field(default_factory=dict)
    implemented_by: dict[int, Said[str]] = field(default_factory=dict)
    targets: dict[int, Said[str]] = field(default_factory=dict)
    code: dict[int, str] = field(default_factory=dict)
    wrong: set[int] = field(default_factory=set)

    def are_of(self, grid: Grid) -> bool:
        """Tell whether a table without a header stands in these very columns.

        One that begins further right on its sheet would be read, and withheld, by wrong columns.
        """
        return (self.first, self.width) == (sheet_column(grid.start), len(grid.rows[0]))


def read_register(document: Document, reading: Reading[RegisterProfile]) -> Named:
    """Return what the tables of a register say, in their order, noting problems in `reading`."""
    register = _Register(reading)
    for block in document.blocks:
        if isinstance(block, Line):
            register.line(block)
        else:
            register.table(block)
    register.finish()
    if register.columns is None:
        titles = "、".join(reading.profile.columns.title)
        reading.note(
            f"見出しに「{titles}」の列がある表がありません。",
            f"no table has a column {titles!r} in its header",
            next((block.start for block in document.blocks if isinstance(block, Grid)), None),
        )
    sections = tuple(register.hierarchy.sections.values())
    return Named(sections, tuple(register.items), tuple(register.parties))


class _Register:
    """The reading of one register: where it stands in the hierarchy, and the row it is in."""

    def __init__(self, reading: Reading[RegisterProfile]) -> None:
        self._reading = reading
        self._rules = reading.profile.columns
        self._held = Held([None] * len(reading.profile.levels))
        self._draft: Draft | None = None
        self._covering: dict[int, Cell] = {}
        self.hierarchy = Hierarchy(reading)
        self.columns: _Columns | None = None
        self.ignored = Ignored()
        self.items: list[Item] = []
        self.parties: list[Said[str]] = []

    def line(self, line: Line) -> None:
        """Read a line outside the tables: the heading of a section, or none of the reader's."""
        self._heading(line)

    def table(self, grid: Grid) -> None:
        """Read a table: one with a header of its own, or one that goes on from the one before."""
        self._covering = {}
        start = self._header_row(grid)
        if start is not None:
            rows = grid.rows[start : start + self._rules.header_rows]
            self.ignored = Ignored.by_header(rows, list(_heads(rows)), self._rules.ignored)
            rows = self.ignored.withhold(rows, self._reading)
            self.columns = _read_header(rows, self.ignored, self._reading)
            self.parties += [
                *self.columns.implemented_by.values(),
                *self.columns.targets.values(),
            ]
            below = start + self._rules.header_rows
        elif self.columns and self.columns.are_of(grid):
            below = 0
        else:
            return
        rows = grid.rows[below:]
        self._check_headings(rows)
        for row in self.ignored.withhold(rows, self._reading):
            self._row(row, self.columns)

    def finish(self) -> None:
        """Make an item of the row read last."""
        if self._draft is not None:
            joint = self._rules.continuation
            item = make_item(
                self._draft,
                self._held,
                self.hierarchy,
                "\n" if joint is None else joint,
                self._reading,
            )
            self.items.append(item)
        self._draft = None

    def _header_row(self, grid: Grid) -> int | None:
        """Return the row in which the header begins."""
        count = self._rules.header_rows
        titles = {fold(title) for title in self._rules.title}
        for start in range(min(_TABLE_HEAD, len(grid.rows) - count + 1)):
            heads = _heads(grid.rows[start : start + count])
            if any(head.path in titles for head in heads):
                return start
        return None

    def _row(self, row: Row, columns: _Columns) -> None:
        filled = [cell for cell in row if cell.text]
        if not filled:
            return
        if tuple(fold(cell.text) for cell in row) in columns.header:
            self._reading.take(*filled)
            return
        if self._furniture(row, filled[0]):
            return
        said = [cell for cell in filled if not is_blank(cell, self._reading)]
        if self._is_group(said, columns):
            self.finish()
            self._reading.take(*filled)
            return
        for cell in filled:
            if self.ignored.reaches_out(cell):
                note_both(cell, self._reading)
        title = next((cell for cell in row if columns.fields.get(cell.column) == "title"), None)
        numbered = any(columns.fields.get(cell.column) == "number" for cell in said)
        if title is not None and title.text:
            self.finish()
            self._name_sections(row, columns)
            self._draft = Draft(title)
            self._fill(row, columns)
        elif self._draft is not None and not numbered and self._continues(row, title):
            self._fill(row, columns)
        else:
            self._reading.take(*filled)
            self._untitled(title or filled[0], said, columns)

    def _untitled(self, at: Cell, said: list[Cell], columns: _Columns) -> None:
        """Note that a row has no title, at the cell that should hold it.

        A row that names a section, a number or what is done in a year is no continuation.
        """
        ja, en = (
            "この行には名称がありません。この欄に名称を書いてください。",
            "this row has no title; give it one",
        )
        own = {*columns.levels, *columns.years}
        own |= {column for column, name in columns.fields.items() if name == "number"}
        if self._draft is not None and not any(cell.column in own for cell in said):
            ja += (
                "上の行の続きなら、上の行の欄に書き足すか、読み方(プロファイル)の [columns] に "
                'continuation = "\\n" と書きます。'
            )
            en += (
                ", or, where it continues the row above, write it there or allow that by "
                'continuation = "\\n" in [columns] of the profile'
            )
        self._reading.note(ja, en, at)

    def _furniture(self, row: Row, first: Cell) -> bool:
        """Take a row that says nothing of the content, or withhold it; tell whether it is one."""
        furniture = self._reading.profile.furniture
        if is_furniture(first.text, furniture.shown.rows):
            self._reading.take(*(cell for cell in row if cell.text))
        elif is_furniture(first.text, furniture.rows):
            self._reading.withhold(Reason.FURNITURE, *row)
        else:
            return False
        return True

    def _check_headings(self, rows: tuple[Row, ...]) -> None:
        """Note a row that would be a heading, were it not in a column that is ignored."""
        headings = tuple(level.heading for level in self._reading.profile.levels if level.heading)
        for row in rows if headings and self.ignored.columns else ():
            filled = [cell for cell in row if cell.text]
            if len(filled) != 1 or filled[0].column not in self.ignored.columns:
                continue
            if filled[0].text.startswith(headings):
                self._reading.note(
                    "見出しの行のようですが、公開しない列(ignored)にあります。見出しを公開する列に"
                    "移すか、読み方(プロファイル)の ignored を見直してください。",
                    "this looks like a heading, but stands in a column that is ignored; move it to "
                    "one that is published, or change `ignored` in the profile",
                    filled[0],
                )

    def _is_group(self, said: list[Cell], columns: _Columns) -> bool:
        """Take up the sections of a row that names nothing else, and tell whether it is one."""
        if len(said) == 1 and self._heading(said[0]):
            return True
        if not said or any(cell.column not in columns.levels for cell in said):
            return False
        self.finish()
        for cell in said:
            self._held.name(columns.levels[cell.column], cell.text, cell)
        return True

    def _heading(self, at: Cell | Line) -> bool:
        """Take up the section that a line or a lone cell is the heading of."""
        for depth, level in enumerate(self._reading.profile.levels):
            if level.heading and at.text.startswith(level.heading):
                name = at.text.removeprefix(level.heading).strip()
                if name:
                    self.finish()
                    self._reading.take(at)
                    self._held.name(depth, name, at)
                    return True
        return False

    def _name_sections(self, row: Row, columns: _Columns) -> None:
        for cell in row:
            depth = columns.levels.get(cell.column)
            if depth is None or not cell.text:
                continue
            self._reading.take(cell)
            if is_blank(cell, self._reading):
                self._held.named[depth:] = [None] * (len(self._held.named) - depth)
            else:
                self._held.name(depth, cell.text, cell)

    def _continues(self, row: Row, title: Cell | None) -> bool:
        """Tell whether a row without a title may go on from the one above."""
        covering = self._covering.get(title.column) if title else None
        merged = covering is not None and row[0].row < covering.row + covering.rows
        return merged or self._rules.continuation is not None

    def _fill(self, row: Row, columns: _Columns) -> None:
        """Put the cells of a row into the draft; a merged cell holds for all that it spans."""
        draft = self._draft
        if draft is None:
            return
        fresh = draft.title in row
        spread: Cell | None = None  # a cell that spans columns
        for place in row:
            cell = place
            if place.text and place.rows > 1:
                self._covering[place.column] = place
            if place.text:
                spread = place if place.columns > 1 else None
            elif spread is not None and place.column < spread.column + spread.columns:
                cell = spread
            elif fresh and (above := self._covering.get(place.column)) is not None:
                cell = above if place.row < above.row + above.rows else place
            if cell.text:
                self._put(draft, place.column, cell, columns)

    def _put(self, draft: Draft, column: int, cell: Cell, columns: _Columns) -> None:
        name = columns.fields.get(column)
        if column in columns.wrong:
            self._reading.take(cell)
        elif column in columns.code:
            self._check_city(cell, columns.code[column])
        elif column in columns.years:
            head = columns.years[column]
            if any(year.value == head.value for years in draft.years.values() for year in years):
                self._twice(cell)
            else:
                draft.years[cell] = (*draft.years.get(cell, ()), head)
        elif column in columns.targets:
            draft.targets[cell] = columns.targets[column].value
        elif column in columns.implemented_by:
            draft.implemented_by[cell] = columns.implemented_by[column].value
        elif name is not None and name != "title":
            cells = draft.fields.setdefault(name, [])
            if cell not in cells:
                cells.append(cell)

    def _twice(self, cell: Cell) -> None:
        self._reading.take(cell)
        self._reading.note(
            f"続きの行の「{cell.text}」の年度には、上の行にも書かれています。",
            f"the year of {cell.text!r} in a continuation row is filled in the row above too",
            cell,
        )

    def _check_city(self, cell: Cell, wanted: str) -> None:
        """Note a row of another city; a code may have lost its leading zero in a spreadsheet."""
        self._reading.take(cell)
        text = fold(cell.text)
        if text != fold(wanted) and text.zfill(len(wanted)) != wanted:
            self._reading.note(
                f"「{cell.text}」は plan.toml の市町村「{wanted}」と違います。",
                f"{cell.text!r} is not the municipality of plan.toml, {wanted!r}",
                cell,
            )


def is_furniture(text: str, furniture: tuple[str, ...]) -> bool:
    """Tell whether a text is one of those that say nothing; * at an end stands for any rest."""
    folded = fold(text)
    return any(
        folded.startswith(fold(each[:-1])) if each.endswith("*") else folded == fold(each)
        for each in furniture
    )


def _heads(rows: tuple[Row, ...]) -> Iterator[Head]:
    """Yield the header of each column.

    What stands in a row of the header holds for the columns right of it, as long as those have
    nothing of their own there and something below.
    """
    held: list[Cell | None] = [None] * len(rows)
    for column in zip(*rows, strict=True):
        for depth, cell in enumerate(column):
            below = any(each.text for each in column[depth + 1 :])
            if cell.text:
                held[depth:] = [cell, *[None] * (len(rows) - depth - 1)]
            elif not below:
                held[depth:] = [None] * (len(rows) - depth)
                break
        cells = tuple(cell for cell in held if cell is not None)
        if cells:
            yield Head("/".join(fold(cell.text) for cell in cells), cells[-1], cells)
        else:
            yield Head("", column[0], ())


def _read_header(
    rows: tuple[Row, ...], ignored: Ignored, reading: Reading[RegisterProfile]
) -> _Columns:
    """Return what each column is for, noting what is unknown, double or missing."""
    header = tuple(tuple(fold(cell.text) for cell in row) for row in rows)
    columns = _Columns(sheet_column(rows[0][0]), len(rows[0]), header)
    seen: dict[str, Cell] = {}
    for number, head in enumerate(_heads(rows), start=1):
        if not head.path or number in ignored.columns:
            continue
        reading.take(*head.cells)
        if head.path in seen:
            reading.note(
                f"見出し「{head.path}」の列が二つあります({shown(seen[head.path])} にも)。",
                f"two columns have the header {head.path!r}",
                head.cell,
            )
            columns.wrong.add(number)
            continue
        seen[head.path] = head.cell
        try:
            _assign(number, head, columns, reading)
        except Unreadable:
            columns.wrong.add(number)
    check_years(columns.years.values(), rows[0][0], reading)
    return columns


def _assign(number: int, head: Head, columns: _Columns, reading: Reading[RegisterProfile]) -> None:
    """Find out what one column is for; raises Unreadable where that is not known."""
    rules = reading.profile.columns
    if name := next((n for n in _FIELDS if head.path in map(fold, getattr(rules, n))), None):
        _check_free(name, columns, head, reading)
        columns.fields[number] = name
        return
    for depth, level in enumerate(reading.profile.levels):
        if head.path in map(fold, level.column):
            columns.levels[number] = depth
            return
    if wanted := _of_city(head, reading):
        columns.code[number] = wanted
    elif year := _year(head):
        columns.years[number] = year
    elif party := _party(head, rules.targets_prefix, reading):
        columns.targets[number] = party
    elif party := _party(head, rules.implemented_by_prefix, reading):
        columns.implemented_by[number] = party
    else:
        known = _known_headers(reading)
        raise reading.stop(*unknown(head.path, known, "列", "column"), head.cell)


def _of_city(head: Head, reading: Reading[RegisterProfile]) -> str | None:
    """Return what a column of the city's code or name must hold, None for any other column."""
    rules, city = reading.profile.columns, reading.keys.municipality
    if head.path in map(fold, rules.code):
        return city.code
    return city.name.ja if head.path in map(fold, rules.city) else None


def _check_free(
    name: str, columns: _Columns, head: Head, reading: Reading[RegisterProfile]
) -> None:
    if name in columns.fields.values() and name not in _SEVERAL:
        raise reading.stop(
            f"「{head.cell.text}」と同じことを述べる列が、ほかにもあります。",
            f"another column says the same as {head.cell.text!r}",
            head.cell,
        )


def _year(head: Head) -> Said[int] | None:
    for cell in head.cells:
        if is_year(cell.text):
            return Said(parse_fiscal_year(cell.text), cell)
    return None


def _party(head: Head, prefix: str | None, reading: Reading[RegisterProfile]) -> Said[str] | None:
    """Return the party whose marks a column holds; raises Unreadable for one that is not known."""
    if prefix is None or not head.path.startswith(fold(prefix)):
        return None
    name = head.path.removeprefix(fold(prefix))
    parties = {fold(party): party for party in known_parties(reading)}
    if name not in parties:
        raise reading.stop(*unknown(name, list(parties.values()), "主体", "party"), head.cell)
    return Said(parties[name], head.cell)


def _known_headers(reading: Reading[RegisterProfile]) -> list[str]:
    rules = reading.profile.columns
    known = [*rules.code, *rules.city]
    for name in _FIELDS:
        known += getattr(rules, name)
    known += [name for level in reading.profile.levels for name in level.column]
    parties = known_parties(reading)
    for prefix in (rules.implemented_by_prefix, rules.targets_prefix):
        known += [f"{prefix}{party}" for party in parties] if prefix is not None else []
    return known
