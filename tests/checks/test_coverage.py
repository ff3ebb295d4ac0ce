"""Every place of a document is published, withheld or empty; one that is not is a violation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from keikaku.build import Source, asserted_of, read_source
from keikaku.checks.coverage import Coverage, coverage_of
from keikaku.checks.publish import coverage_lines
from keikaku.names import KEI, RDF
from keikaku.settings import Settings
from keikaku.source.grid import Cell, Grid
from other_layouts import REGISTER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.source.grid import Address, Document

BASE = Settings().base
DOCUMENT = NamedNode(f"{BASE}id/352039/kyodo/source/1")


def found(
    source: Source, quads: Iterable[Quad], document: NamedNode = DOCUMENT
) -> tuple[Coverage, tuple[Address, ...]]:
    return coverage_of(source.document, document, quads)


def test_every_place_of_the_plan_is_published_or_empty(
    kyodo: Source, plan_quads: frozenset[Quad]
) -> None:
    coverage, wrong = found(kyodo, plan_quads)
    assert wrong == ()
    assert coverage.withheld == 0
    assert coverage.published == len(kyodo.document.filled())
    assert coverage.published + coverage.empty == len(kyodo.document.places())
    # tables 1 and 2 are the overview, of 10 and 11 columns; the 52 sheets have 6 columns each
    assert [column.tables for column in coverage.columns] == (
        [(1, 1)] * 10 + [(2, 2)] * 11 + [(3, 54)] * 6
    )
    assert coverage.columns[0].heading == "推進方針"
    assert sum(column.published + column.empty for column in coverage.columns) == sum(
        isinstance(place, Cell) for place in kyodo.document.places()
    )


@pytest.fixture(scope="module")
def register() -> tuple[Source, frozenset[Quad], NamedNode]:
    source = read_source(REGISTER, Settings())
    assert isinstance(source, Source)
    graphs = asserted_of(source, BASE)
    return source, graphs.quads, graphs.names.below("source", 1)


def test_the_cells_of_an_ignored_column_are_withheld(
    register: tuple[Source, frozenset[Quad], NamedNode],
) -> None:
    coverage, wrong = found(*register)
    assert wrong == ()
    assert coverage.withheld > 0
    assert coverage.published + coverage.withheld + coverage.empty == len(
        register[0].document.places()
    )
    withheld = [column for column in coverage.columns if column.withheld and not column.published]
    assert [column.heading for column in withheld] == [""]


def test_a_cell_that_the_graph_leaves_out_is_unaccounted_for(
    register: tuple[Source, frozenset[Quad], NamedNode],
) -> None:
    source, quads, document = register
    cell = NamedNode(f"{document.value}/cell/1-4-2")
    _, wrong = found(source, {quad for quad in quads if quad.subject != cell}, document)
    assert [(place.row, place.column) for place in wrong if isinstance(place, Cell)] == [(4, 2)]


def test_a_cell_that_is_published_in_a_withheld_region_is_unaccounted_for(
    register: tuple[Source, frozenset[Quad], NamedNode],
) -> None:
    source, quads, document = register
    region = NamedNode(f"{document.value}/withheld/1-1-1")
    said = {
        Quad(region, KEI[term], Literal("1"))
        for term in ("table", "firstRow", "lastRow", "firstColumn", "lastColumn")
    }
    said.add(Quad(region, RDF["type"], KEI["WithheldRegion"]))
    _, wrong = found(source, quads | said, document)
    assert [(place.row, place.column) for place in wrong if isinstance(place, Cell)] == [(1, 1)]


def test_a_text_in_a_withheld_place_is_unaccounted_for(
    register: tuple[Source, frozenset[Quad], NamedNode],
) -> None:
    """It would mean that what is withheld was not emptied before anything could read it."""
    source, quads, document = register
    raw = replace(source, document=_filled(source))
    _, wrong = found(raw, quads, document)
    assert wrong


def _filled(source: Source) -> Document:
    """Return the document with a text in each withheld cell."""

    def filled(cell: Cell) -> Cell:
        return replace(cell, text="x") if source.plan.withheld.covers(cell) else cell

    blocks = [
        Grid(block.number, tuple(tuple(map(filled, row)) for row in block.rows))
        if isinstance(block, Grid)
        else block
        for block in source.document.blocks
    ]
    return replace(source.document, blocks=tuple(blocks))


def test_the_report_says_it_by_column_and_withheld_columns_as_one(
    register: tuple[Source, frozenset[Quad], NamedNode],
) -> None:
    coverage, _ = found(*register)
    first, *others = coverage_lines(coverage)
    assert first == (
        f"文書の欄: 公開 {coverage.published}、公開しない {coverage.withheld}、空 {coverage.empty}"
    )
    assert sum("公開 0、公開しない" in line for line in others) == 1
