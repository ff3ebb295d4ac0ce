"""The overview of a plan as it is printed, each row joined to the sheet that it lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.answers.lexicon import rows_of
from keikaku.answers.things.rows import Numbered
from keikaku.answers.things.tables import SourceTable, table_of

if TYPE_CHECKING:
    from keikaku.answers.lexicon import Lexicon
    from keikaku.store.base import Store

MOST_TABLES = 4
"""How many tables of an overview a page shows."""

MOST_ROWS = 80
"""How many rows of each table of an overview a page shows."""

_ROWS = """SELECT ?row ?listed ?cell WHERE {{
  ?row kei:listedUnder+ {plan} .
  ?evidence rdf:subject ?row ; rdf:predicate kei:listedTitle ; kei:cell ?cell .
  OPTIONAL {{ ?row kei:listsItem|kei:listsSection ?listed }}
}} LIMIT 5000"""
_CELL = re.compile(r"(.*)/cell/([0-9]+)-[0-9]+-[0-9]+$")


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """A row or heading of the overview: its IRI, and the item or section that it lists."""

    iri: NamedNode
    listed: Numbered | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The tables that make up an overview; `rows` are by the cell that prints their title."""

    tables: tuple[SourceTable, ...]
    rows: dict[NamedNode, OverviewRow]


def has_overview(store: Store, plan: NamedNode) -> bool:
    """Tell whether a plan's document has an overview table."""
    return bool(rows_of(store, f"SELECT ?row WHERE {{ ?row kei:listedUnder {plan} }} LIMIT 1"))


def overview_tables(store: Store, lexicon: Lexicon, plan: NamedNode) -> Overview:
    """Return the overview of a plan, without tables where the plan has none."""
    rows: dict[NamedNode, OverviewRow] = {}
    tables: set[tuple[str, int]] = set()
    for row, listed, cell in rows_of(store, _ROWS.format(plan=plan)):
        if isinstance(row, NamedNode) and isinstance(cell, NamedNode):
            sheet = Numbered.of(listed, lexicon) if isinstance(listed, NamedNode) else None
            rows[cell] = OverviewRow(row, sheet)
            if found := _CELL.match(cell.value):
                tables.add((found[1], int(found[2])))
    return Overview(
        tuple(
            table_of(store, NamedNode(document), number, most=MOST_ROWS)
            for document, number in sorted(tables)[:MOST_TABLES]
        ),
        rows,
    )
