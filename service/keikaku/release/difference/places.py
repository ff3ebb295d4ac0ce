"""Which cells and lines of an older release lie in what a newer one withholds.

Regions are by table, row and column, and a document may be read by other addresses than before: its
tables, columns, rows and lines are aligned by what both releases show of them, and what was shown
is sought where it stands now. What stands nowhere counts as withheld wherever the newer release
withholds something that has no other place in the older one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from keikaku.names import KEI, RDF
from keikaku.release.difference.delta import merged, subjects_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

PLACE = re.compile(rb"<(.+/source/[0-9]+)/(cell|line|withheld)/([^/>]+)>")
"""A cell, a line or a withheld region, as N-Quads write its IRI."""

_CELL = re.compile(rb"([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})")
_NUMBER = re.compile(rb'"([0-9]{1,9})"')
_WITHHELD = object()
"""Stands in a sequence for a table of which nothing is shown."""

_LOST = -1
"""The place of what may be in what is withheld."""

_LAST = 10**9
_NO_CHANCE = 3
"""How many texts of its own a column has to have kept, to be the same under another head."""

_At = tuple[int | None, int | None]
"""The row and column in which something stands now."""


_TEXT = str(RDF["value"]).encode()
_SHEET, _LINE, _POSITION, _TABLE, *_EDGES = (
    str(KEI[name]).encode()
    for name in (
        "sheet",
        "line",
        "position",
        "table",
        "firstRow",
        "lastRow",
        "firstColumn",
        "lastColumn",
    )
)

_Said = dict[bytes, bytes]
"""What is said of a place: a value of each property, as N-Quads write both."""

_Spans = list[tuple[int, int]]
"""Stretches of numbers, inclusive, in order and apart from each other."""


class _Cell(NamedTuple):
    name: bytes
    text: bytes
    sheet: bytes


class _Line(NamedTuple):
    order: int
    name: bytes
    text: bytes | None  # None: it is withheld
    sheet: bytes


class _Aligned(NamedTuple):
    """Where what was shown stands now, and whether nothing is withheld now that was not before."""

    places: list[int | None]
    is_certain: bool


class _Region(NamedTuple):
    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass
class _Table:
    """A table: what is shown of it by row and column, and the regions that are withheld."""

    cells: dict[tuple[int, int], _Cell] = field(default_factory=dict)
    regions: list[_Region] = field(default_factory=list)
    _closed: dict[int, _Spans] = field(default_factory=dict)

    def closed(self, column: int) -> _Spans:
        """Return the stretches of rows that are withheld in a column."""
        if column not in self._closed:
            self._closed[column] = _joined(
                (one.first_row, one.last_row)
                for one in self.regions
                if one.first_column <= column <= one.last_column
            )
        return self._closed[column]

    @cached_property
    def closed_rows(self) -> frozenset[tuple[int, int]]:
        """The stretches of rows that are withheld in every column that is shown."""
        columns = [frozenset(self.closed(column)) for column in self.tops()]
        return frozenset.intersection(*columns) if columns else frozenset()

    def closed_columns(self) -> _Spans:
        """Return the stretches of columns that are withheld in rows of which something is shown."""
        rows = sorted({row for row, _ in self.cells})
        return _joined(
            (one.first_column, one.last_column)
            for one in self.regions
            if _meets(rows, one.first_row, one.last_row)
        )

    def closed_row_runs(self) -> _Spans:
        """Return the stretches of rows that are withheld in columns of which something is shown."""
        columns = sorted(self.tops())
        return _joined(
            (one.first_row, one.last_row)
            for one in self.regions
            if _meets(columns, one.first_column, one.last_column)
        )

    def shows_head_only(self, column: int) -> bool:
        """Tell whether a column is withheld below all that it shows."""
        last = max(row for row, at in self.cells if at == column)
        return bool(self.closed(column)) and last < self.closed(column)[0][0]

    def tops(self) -> dict[int, tuple[int, bytes]]:
        """Return the topmost text of each column, which it is headed by, and its row."""
        found: dict[int, tuple[int, bytes]] = {}
        for (row, column), cell in self.cells.items():
            found[column] = min(found.get(column, (_LAST, b"")), (row, cell.text))
        return found

    @property
    def key(self) -> Hashable:
        """What it is known by: its sheet, and what stands first in it."""
        if not self.cells:
            return _WITHHELD
        top = min(row for row, _ in self.cells)
        first = sorted((at, cell) for at, cell in self.cells.items() if at[0] == top)
        return first[0][1].sheet, tuple(cell.text for _, cell in first[:2])


@dataclass(slots=True)
class _Document:
    """What a release shows of a document, and what it withholds."""

    tables: defaultdict[int, _Table] = field(default_factory=lambda: defaultdict(_Table))
    lines: list[_Line] = field(default_factory=list)
    withheld_lines: set[int] = field(default_factory=set)
    withholds_sheets: bool = False

    @property
    def withholds(self) -> bool:
        """Whether anything of it is withheld."""
        regions = any(table.regions for table in self.tables.values())
        return regions or bool(self.withheld_lines) or self.withholds_sheets

    @property
    def sheets(self) -> set[bytes]:
        """The names of the sheets of which something is shown."""
        cells = (cell.sheet for table in self.tables.values() for cell in table.cells.values())
        return {*cells, *(line.sheet for line in self.lines)}

    def lines_in_order(self) -> list[_Line]:
        """Return its lines, and those that are withheld where they stand."""
        closed = (_Line(order, b"", None, b"") for order in self.withheld_lines)
        return sorted((*self.lines, *closed), key=lambda line: line[:2])

    def take(self, kind: bytes, key: bytes, name: bytes, said: _Said) -> None:
        """Take in a cell, a line or a region, by all that is said of it."""
        text, sheet = said.get(_TEXT, b""), said.get(_SHEET, b"")
        if kind == b"withheld":
            self._take_region(key, said)
        elif kind == b"line":
            self.lines.append(_Line(_order(said), name, text, sheet))
        elif found := _CELL.fullmatch(key):
            table, row, column = map(int, found.groups())
            self.tables[table].cells[row, column] = _Cell(name, text, sheet)

    def _take_region(self, key: bytes, said: _Said) -> None:
        if key.startswith(b"sheet-"):
            self.withholds_sheets = True
        elif table := _number(said, _TABLE):
            self.tables[table].regions.append(_Region(*(_number(said, edge) for edge in _EDGES)))
        elif order := _order(said):
            self.withheld_lines.add(order)


def withheld_places(older: Path, newer: Path) -> set[bytes]:
    """Return the cells and lines of one release that another withholds, as N-Quads name them.

    Both are files of canonical N-Quads; raises ReleaseError where they are not in order.
    """
    found: set[bytes] = set()
    for _, old, new in merged(_documents(older), _documents(newer), _name_of):
        if old is not None and new is not None and new[1].withholds:
            found.update(_withheld(old[1], new[1]))
    return found


def _name_of(named: tuple[bytes, _Document]) -> bytes:
    return named[0]


def _documents(path: Path) -> Iterator[tuple[bytes, _Document]]:
    """Yield the documents of a release, in the order of their names with a slash at their ends."""
    places = (
        (found, name, lines)
        for name, lines in subjects_of(path)
        if (found := PLACE.fullmatch(name))
    )
    for document, some in groupby(places, key=lambda place: place[0][1]):
        said = _Document()
        for found, name, lines in some:
            parts = (line.split(b" ", 2)[1:] for line in lines)
            values = {predicate: rest.rpartition(b" <")[0] for predicate, rest in parts}
            said.take(found[2], found[3], name, values)
        yield document + b"/", said


def _number(said: _Said, predicate: bytes) -> int:
    """Return a number that is said, 0 where there is none."""
    found = _NUMBER.match(said.get(predicate, b""))
    return int(found[1]) if found else 0


def _order(said: _Said) -> int:
    """Return where a line stands among the others: its number, or its place without numbers."""
    return _number(said, _LINE) or _number(said, _POSITION)


def _withheld(old: _Document, new: _Document) -> Iterator[bytes]:
    """Yield the places of a document that are withheld now."""
    shown = new.sheets if new.withholds_sheets else old.sheets
    for table in list(old.tables.values()):
        unread = {at: cell for at, cell in table.cells.items() if cell.sheet not in shown}
        yield from (cell.name for cell in unread.values())
        table.cells = {at: cell for at, cell in table.cells.items() if at not in unread}
    yield from (line.name for line in old.lines if line.sheet not in shown)
    yield from _withheld_cells(old, new)
    old.lines = [line for line in old.lines if line.sheet in shown]
    yield from _withheld_lines(old, new)


def _withheld_lines(old: _Document, new: _Document) -> Iterator[bytes]:
    if not new.withheld_lines:
        return
    before, after = old.lines_in_order(), new.lines_in_order()
    closed = {at for at, line in enumerate(after) if line.text is None}
    aligned = _aligned([line.text for line in before], [line.text for line in after], closed)
    for line, place in zip(before, aligned.places, strict=True):
        if line.text is not None and (place == _LOST or place in closed):
            yield line.name


def _withheld_cells(old: _Document, new: _Document) -> Iterator[bytes]:
    before = [table for _, table in sorted(old.tables.items()) if table.cells]
    after = [table for _, table in sorted(new.tables.items())]
    closed = {at for at, table in enumerate(after) if table.regions}
    if not closed:
        return
    aligned = _aligned([table.key for table in before], [table.key for table in after], closed)
    for table, place in zip(before, aligned.places, strict=True):
        if place == _LOST or (place is not None and not after[place].cells):
            yield from (cell.name for cell in table.cells.values())
        elif place is not None and place in closed:
            yield from _withheld_in(table, after[place])


def _withheld_in(old: _Table, new: _Table) -> Iterator[bytes]:
    """Yield the cells of a table that are withheld where it stands now."""
    columns = _moved_columns(old, new)
    rows, is_certain = _moved_rows(old, new, columns)
    for (row, column), cell in old.cells.items():
        at = rows[row], columns[column]
        if not _is_shown(cell, at, new) and (not is_certain or _is_withheld(at, new)):
            yield cell.name


def _is_shown(cell: _Cell, at: _At, new: _Table) -> bool:
    """Tell whether a cell has its text where it stands now."""
    row, column = at
    now = new.cells.get((row, column)) if row is not None and column is not None else None
    return now is not None and now.text == cell.text


def _is_withheld(at: _At, new: _Table) -> bool:
    """Tell whether the row and column in which a cell stands now are withheld.

    A row that is no more counts as withheld in a column of which anything is withheld alone.
    """
    row, column = at
    if _LOST in at:
        return True
    if column is None:
        return False
    closed = new.closed(column)
    if row is None:
        return any(span not in new.closed_rows for span in closed)
    return any(first <= row <= last for first, last in closed)


def _moved_columns(old: _Table, new: _Table) -> dict[int, int | None]:
    """Return where each column of a table stands now, by what nothing but it shows.

    It is None for one that is no more. A column is the same if it shows most of that, and enough
    that it is not by chance, or its head and some of it; or nothing but its head, since what stood
    below that is withheld.
    """
    tops, new_tops = old.tops(), new.tops()

    def will_do(column: int, now: int, count: int, of: int) -> bool:
        if tops[column][1] == new_tops[now][1]:
            return count > 1 or of == 1 or new.shows_head_only(now)
        return count >= _NO_CHANCE and 2 * count > of

    mine, theirs = (
        _own((cell.text, column) for (_, column), cell in table.cells.items())
        for table in (old, new)
    )
    before, after = (_with_runs(table.tops(), table.closed_columns()) for table in (old, new))
    same = _same(mine, theirs, will_do)
    keys = _keys(before, same, {}), _keys(after, {now: now for now in same.values()}, {})
    aligned = _aligned(*keys, _runs_in(after))
    return _by_number(before, after, aligned.places) | same


def _moved_rows(
    old: _Table, new: _Table, columns: dict[int, int | None]
) -> tuple[dict[int, int | None], bool]:
    """Return where each row of a table stands now, by what it shows in columns that both show.

    It is None for one that is no more. A row is the same if it shows most of what no other does, or
    all the same as one; a row that shows nothing there is like no other. It is certain unless rows
    are withheld now that were not before: any row might be one of them.
    """
    shared = {now: now for now in columns.values() if now is not None and now != _LOST}
    shown, new_shown = _rows_of(old, columns), _rows_of(new, shared)
    before, after = (
        _with_runs(rows, table.closed_row_runs())
        for rows, table in ((shown, old), (new_shown, new))
    )
    mine, theirs = (
        _own((cell, row) for row, said in rows.items() for cell in said)
        for rows in (shown, new_shown)
    )
    same = _same(mine, theirs, lambda _, __, count, of: 2 * count > of)
    there = {now: now for now in same.values()}
    keys = _keys(before, same, shown), _keys(after, there, new_shown)
    aligned = _aligned(*keys, _runs_in(after))
    return _by_number(before, after, aligned.places) | same, aligned.is_certain


def _rows_of(
    table: _Table, columns: Mapping[int, int | None]
) -> dict[int, frozenset[tuple[int, bytes]]]:
    """Return what each row shows in columns that stand somewhere now."""
    found: defaultdict[int, set[tuple[int, bytes]]] = defaultdict(set)
    for (row, column), cell in table.cells.items():
        said, now = found[row], columns.get(column)
        if now is not None and now != _LOST:
            said.add((now, cell.text))
    return {row: frozenset(said) for row, said in found.items()}


def _own(said: Iterable[tuple[Hashable, int]]) -> dict[Hashable, int]:
    """Return what stands in one row or column only, and in which."""
    found: dict[Hashable, int] = {}
    for text, number in said:
        if found.setdefault(text, number) != number:
            found[text] = 0
    return {text: number for text, number in found.items() if number}


def _same(
    mine: Mapping[Hashable, int],
    theirs: Mapping[Hashable, int],
    will_do: Callable[[int, int, int, int], bool],
) -> dict[int, int]:
    """Return the rows or columns that share as much of what is their own as will do."""
    sizes = Counter(mine.values())
    shared = Counter((number, theirs[text]) for text, number in mine.items() if text in theirs)
    found: dict[int, int] = {}
    taken: set[int] = set()
    for (number, now), count in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        is_free = number not in found and now not in taken
        if is_free and will_do(number, now, count, sizes[number]):
            found[number] = now
            taken.add(now)
    return found


def _keys(
    numbers: Iterable[int], same: Mapping[int, int], said: Mapping[int, Hashable]
) -> list[Hashable]:
    """Return what rows or columns are aligned by: what is the same, else all that they say."""
    return [
        ((same.get(number) or said.get(number)) or object()) if number > 0 else (None, number)
        for number in numbers
    ]


def _runs_in(numbers: Sequence[int]) -> set[int]:
    """Return where in a sequence the runs of what is withheld stand."""
    return {at for at, number in enumerate(numbers) if number < 0}


def _meets(numbers: Sequence[int], first: int, last: int) -> bool:
    """Tell whether one of some numbers in order lies in a stretch."""
    at = bisect_left(numbers, first)
    return at < len(numbers) and numbers[at] <= last


def _joined(spans: Iterable[tuple[int, int]]) -> _Spans:
    """Return stretches of numbers in order, those that meet as one."""
    joined: _Spans = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return joined


def _with_runs(shown: Iterable[int], spans: _Spans) -> list[int]:
    """Return the numbers that are shown in order.

    Between them stands how many are withheld there, below 0.
    """
    ends = [last for _, last in spans]
    numbers, previous = [], 0
    for number in (*sorted(shown), _LAST):
        at, count = bisect_left(ends, previous + 1), 0  # the first that ends in the gap or later
        while at < len(spans) and spans[at][0] < number:
            first, last = max(spans[at][0], previous + 1), min(spans[at][1], number - 1)
            count += max(last - first + 1, 0)
            at += 1
        if count:
            numbers.append(-count)
        numbers.append(number)
        previous = number
    return numbers[:-1]


def _by_number(
    before: Sequence[int], after: Sequence[int], places: Iterable[int | None]
) -> dict[int, int | None]:
    """Return where each number that was shown stands now; what is withheld now is lost."""
    found: dict[int, int | None] = {}
    for number, place in zip(before, places, strict=True):
        now = after[place] if place is not None and place != _LOST else place
        if number > 0:
            found[number] = _LOST if now is not None and now < 0 else now
    return found


def _aligned(
    old: Sequence[Hashable], new: Sequence[Hashable], closed: AbstractSet[int]
) -> _Aligned:
    """Return the place in `new` of each of `old`: None where it is no more.

    Those at `closed` places withhold something. What may have become one of them is _LOST: where
    several stand for several others, and as long as there are any that nothing has become.
    """
    found: list[int | None] = [None] * len(old)
    is_sure = [False] * len(old)
    taken: set[int] = set()
    equal: set[int] = set()
    for act, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        is_one = act == "replace" and (b - a, d - c) == (1, 1)
        if act == "replace" and not is_one and not closed.isdisjoint(range(c, d)):
            found[a:b] = [_LOST] * (b - a)
            taken.update(range(c, d))
        elif act == "equal" or (act == "replace" and b - a == d - c):
            found[a:b] = range(c, d)
            is_sure[a:b] = [act == "equal" or c in closed] * (b - a)
            taken.update(range(c, d))
            equal.update(range(c, d) if act == "equal" else ())
    if not closed <= taken:
        found = [place if sure else _LOST for place, sure in zip(found, is_sure, strict=True)]
    return _Aligned(found, closed <= equal)
