"""That nothing of a document is left out: each of its places is published, withheld or empty."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.names import KEI, RDF
from keikaku.source.grid import Cell, Grid, Line, sheet_column, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from keikaku.source.grid import Address, Document

_EXTENT = ("firstRow", "lastRow", "firstColumn", "lastColumn")
_Facts = defaultdict[NamedNode, dict[str, str]]


@dataclass(frozen=True, slots=True)
class ColumnCount:
    """How many cells of a column are published, withheld and empty.

    `tables` are the first and last of the tables that it is counted over, `name` is what the
    document's program calls it, `heading` what stands first in it, if that is published and the
    same in all tables.
    """

    tables: tuple[int, int]
    name: str
    heading: str
    published: int
    withheld: int
    empty: int


@dataclass(frozen=True, slots=True)
class Removed:
    """How many passages are struck out or deleted at a place, which are not read."""

    place: str
    passages: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many places of a document are published, withheld and empty, in all and by column.

    The places are the cells of its tables and the lines outside them; of `sheets` that are not read
    it is known only how many there are. `offered` tells that the file itself can be downloaded,
    with all that it holds. `removed` are the places at which something is struck out or deleted,
    but for the withheld ones.
    """

    published: int
    withheld: int
    empty: int
    sheets: int
    columns: tuple[ColumnCount, ...]
    offered: bool = False
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Counts:
    """The places of a document by what the graph says of them."""

    published: frozenset[Address]
    withheld: frozenset[Address]


def coverage_of(
    document: Document, source: NamedNode, quads: Iterable[Quad]
) -> tuple[Coverage, tuple[Address, ...]]:
    """Return what became of each place of a document, and the places of which not one thing did.

    `source` is the document in the graphs `quads`, and `document` has nothing in its withheld
    places. A place is published if the graph describes it, withheld if it lies in a region, empty
    if it has no text and is neither; one that is none of these or two of them is at fault.
    """
    facts = _facts(source, quads)
    counts = _Counts(*_published_and_withheld(document, source, facts))
    places = document.places()
    wrong = tuple(
        place
        for place in places
        if (place in counts.published) + (place in counts.withheld) > 1
        or (place.text and place not in counts.published)
        or (not place.text and place in counts.published)
    )
    found = Coverage(
        len(counts.published),
        len(counts.withheld),
        len(places) - len(counts.published) - len(counts.withheld),
        len(document.unread),
        tuple(_columns(document, counts)),
        removed=tuple(_removed(document)),
    )
    return found, wrong


def _removed(document: Document) -> Iterator[Removed]:
    """Yield where something is struck out or deleted: in cells and lines, then whole lines."""
    for place in document.places():
        if place.removed:
            yield Removed(shown(place), place.removed)
    for name, passages in Counter(document.gone).items():
        yield Removed(name, passages)


def _facts(source: NamedNode, quads: Iterable[Quad]) -> _Facts:
    """Return what is said of the cells, lines and regions of a document, by local names."""
    facts: _Facts = defaultdict(dict)
    below = f"{source.value}/"
    for quad in quads:
        subject, value = quad.subject, quad.object
        if isinstance(subject, NamedNode) and subject.value.startswith(below):
            if quad.predicate == RDF["type"] and isinstance(value, NamedNode) and value in KEI:
                facts[subject]["type"] = value.value.removeprefix(KEI.iri)
            elif quad.predicate in KEI and isinstance(value, Literal):
                facts[subject][quad.predicate.value.removeprefix(KEI.iri)] = value.value
    return facts


def _published_and_withheld(
    document: Document, source: NamedNode, facts: Mapping[NamedNode, dict[str, str]]
) -> tuple[frozenset[Address], frozenset[Address]]:
    cells: set[tuple[int, int, int]] = set()
    lines: set[int] = set()
    for node, said in facts.items():
        name = node.value.removeprefix(f"{source.value}/withheld/")
        if said.get("type") != "WithheldRegion":
            continue
        if name.startswith("line-"):
            lines.add(int(name.removeprefix("line-")))
        elif "table" in said:
            top, bottom, left, right = (int(said[term]) for term in _EXTENT)
            table = int(said["table"])
            rows, columns = range(top, bottom + 1), range(left, right + 1)
            cells.update((table, row, column) for row in rows for column in columns)
    described = {
        node.value.removeprefix(f"{source.value}/")
        for node, said in facts.items()
        if said.get("type") in ("SourceCell", "SourceLine")
    }
    places = document.places()
    return (
        frozenset(place for place in places if _path(place) in described),
        frozenset(place for place in places if _lies_in(place, cells, lines)),
    )


def _path(place: Address) -> str:
    if isinstance(place, Cell):
        return f"cell/{place.table}-{place.row}-{place.column}"
    return f"line/{place.line}"


def _lies_in(place: Address, cells: set[tuple[int, int, int]], lines: set[int]) -> bool:
    if isinstance(place, Line):
        return place.line in lines
    return (place.table, place.row, place.column) in cells


def _columns(document: Document, counts: _Counts) -> Iterator[ColumnCount]:
    """Yield the columns, those of tables that follow each other with equally many as one."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    for _, group in groupby(grids, key=lambda grid: len(grid.rows[0])):
        tables = list(group)
        for column in range(len(tables[0].rows[0])):
            cells = [row[column] for grid in tables for row in grid.rows]
            found = Counter(
                "published"
                if cell in counts.published
                else "withheld"
                if cell in counts.withheld
                else "empty"
                for cell in cells
            )
            headings = {grid.rows[0][column].text for grid in tables}
            yield ColumnCount(
                (tables[0].number, tables[-1].number),
                sheet_column(cells[0]) or str(column + 1),
                headings.pop() if len(headings) == 1 else "",
                found["published"],
                found["withheld"],
                found["empty"],
            )
