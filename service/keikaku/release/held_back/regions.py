"""What is withheld at present: regions of documents, by what they are and never by their text."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keikaku.release.held_back.places import Place


@dataclass(frozen=True, slots=True)
class Region:
    """A range of cells, a line or a sheet that is withheld; numbers count from 1, inclusive.

    `document` is its IRI without the base (id/352039/kyodo/source/1), `because` ignored, hidden or
    furniture. A range has a `table`; without `last_row` it goes on to the table's end, however many
    rows that has. A line outside tables has a `line`, or a `position` in a document without lines.
    A sheet has its place among the `sheet`s of the workbook, and its name where that is known.
    """

    document: str
    because: str
    table: int | None = None
    first_row: int = 1
    last_row: int | None = None
    first_column: int = 1
    last_column: int | None = None
    line: int | None = None
    position: int | None = None
    sheet: int | None = None
    sheet_name: str | None = None

    def holds(self, row: int, column: int) -> bool:
        """Tell whether a cell of its table lies in it."""
        return (
            self.first_row <= row
            and (self.last_row is None or row <= self.last_row)
            and self.first_column <= column
            and (self.last_column is None or column <= self.last_column)
        )


@dataclass(frozen=True)
class Withheld:
    """All that is withheld at present, as far as it is known.

    `plans` are those of which it is known, by their IRIs without the base; `sheets` the names of
    the sheets of each document that are shown. Of the `closed` documents the file itself is not
    offered, since something of it is withheld.
    """

    plans: frozenset[str] = frozenset()
    regions: frozenset[Region] = frozenset()
    sheets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()

    def __or__(self, other: Withheld) -> Withheld:
        """Return what the one or the other withholds; a sheet is shown if both show it."""
        sheets = {
            document: frozenset.intersection(
                *(each.sheets[document] for each in (self, other) if document in each.sheets)
            )
            for document in {*self.sheets, *other.sheets}
        }
        closed = self.closed | other.closed
        return Withheld(self.plans | other.plans, self.regions | other.regions, sheets, closed)

    @cached_property
    def key(self) -> str:
        """A hash: what has the same key withholds the same."""
        said = (
            sorted(self.plans),
            sorted(map(repr, self.regions)),
            sorted((document, sorted(names)) for document, names in self.sheets.items()),
            sorted(self.closed),
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Return it as it is remembered."""
        return {
            "plans": sorted(self.plans),
            "regions": [asdict(region) for region in sorted(self.regions, key=repr)],
            "sheets": {document: sorted(names) for document, names in self.sheets.items()},
            "closed": sorted(self.closed),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Withheld:
        """Return what `as_json` gave."""
        return cls(
            frozenset(said["plans"]),
            frozenset(Region(**region) for region in said["regions"]),
            {document: frozenset(names) for document, names in said["sheets"].items()},
            frozenset(said["closed"]),
        )


NOTHING = Withheld()


class Lookup:
    """Finds out of many places, one after the other, which lie in what is withheld."""

    def __init__(self, withheld: Withheld) -> None:
        """Put the regions in order."""
        self._shown = withheld.sheets
        self._tables: defaultdict[tuple[str, int], list[Region]] = defaultdict(list)
        self._rows: dict[tuple[str, int, int], tuple[Region, ...]] = {}
        self._lines: set[tuple[str, str, int]] = set()
        self._sheets: set[str] = set()
        self._sheet_names: set[tuple[str, str]] = set()
        for region in withheld.regions:
            self._enter(region)

    def _enter(self, region: Region) -> None:
        if region.table is not None:
            self._tables[region.document, region.table].append(region)
        if region.line is not None:
            self._lines.add((region.document, "line", region.line))
        if region.position is not None:
            self._lines.add((region.document, "position", region.position))
        if region.sheet_name is not None:
            self._sheet_names.add((region.document, region.sheet_name))
        elif region.sheet is not None:
            self._sheets.add(region.document)

    def holds(self, place: Place) -> bool:
        """Tell whether a cell or a line of a document lies in what is withheld."""
        if place.sheet is not None and self._is_withheld_sheet(place.document, place.sheet):
            return True
        if place.row is not None and place.column is not None and place.table is not None:
            regions = self._in_row(place.document, place.table, place.row)
            return any(region.holds(place.row, place.column) for region in regions)
        return any(
            (place.document, name, number) in self._lines
            for name, number in (("line", place.line), ("position", place.position))
            if number is not None
        )

    def _is_withheld_sheet(self, document: str, sheet: str) -> bool:
        """Tell whether a sheet is withheld: by its name or, where no name says so, as none shown.

        The name of a sheet that is withheld is not published.
        """
        if (document, sheet) in self._sheet_names:
            return True
        return document in self._sheets and sheet not in self._shown.get(document, ())

    def _in_row(self, document: str, table: int, row: int) -> tuple[Region, ...]:
        key = (document, table, row)
        if key not in self._rows:
            regions = self._tables.get((document, table), ())
            self._rows[key] = tuple(each for each in regions if each.holds(row, each.first_column))
        return self._rows[key]


def to_the_end(region: Region, rows: int) -> Region:
    """Return a region that goes to the last of a table's `rows` as one that goes to its end.

    An older document may have had more of them. One over the whole height begins at the first.
    """
    if region.table is None or region.last_row is None or region.last_row < rows:
        return region
    return replace(region, last_row=None)


def plan_of(document: str) -> str:
    """Return the IRI of a document's plan: both without the base."""
    return document.rpartition("/source/")[0]
