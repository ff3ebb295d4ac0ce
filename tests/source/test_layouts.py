"""The plan of Yamaguchi City, laid out by other programs and read by the same profile.

Whatever the document is, the same statements come of it: all graphs are equal but that of the
evidence, which says where in the document each stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode

from keikaku.build import check_plan
from keikaku.names import KEI, RDF
from laid_out import LAYOUTS, as_printed, graphs_laid_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Quad

    from keikaku.build import PlanGraphs

EVIDENCE = "/evidence"
PLACES = {
    "plan.xlsx": "'個別 の表'!B133",
    "plan.docx": "表14 7行2列",
    "plan.pdf": "p.8 表14 7行2列",
}
"""Where each layout prints the first damaged sentence; seen in Excel, Word and a viewer."""


@pytest.fixture(scope="module", params=LAYOUTS)
def laid_out(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, PlanGraphs]:
    """A layout's file name, and its graphs."""
    name = request.param
    return name, graphs_laid_out(tmp_path_factory.mktemp("laid") / name, name)


def statements(graphs: PlanGraphs, said: Callable[[str], str]) -> set[tuple[str, ...]]:
    """What the graphs state, a cell by its text; evidence and what is concluded of it left out."""
    texts = {
        quad.subject: quad.object.value for quad in graphs.quads if quad.predicate == RDF["value"]
    }
    about = {quad.subject for quad in graphs.quads if quad.graph_name.value.endswith(EVIDENCE)}
    about -= {
        quad.subject
        for quad in graphs.quads
        if not quad.graph_name.value.endswith((EVIDENCE, "/inferred", "/located"))
    }

    def term(value: object) -> str:
        if isinstance(value, NamedNode) and value in texts:
            return f"cell: {said(as_printed(texts[value]))}"
        return said(value.value) if isinstance(value, Literal) else str(value)

    return {
        (quad.graph_name.value, str(quad.subject), quad.predicate.value, term(quad.object))
        for quad in graphs.quads
        if not quad.graph_name.value.endswith(EVIDENCE) and quad.subject not in about
    }


def exactly(text: str) -> str:
    return text


def without_spaces(text: str) -> str:
    """A PDF does not keep a space at which a line is broken."""
    return re.sub(r"\s+", "", text)


def test_the_statements_are_the_same(
    laid_out: tuple[str, PlanGraphs], kyodo_graphs: PlanGraphs
) -> None:
    name, graphs = laid_out
    said = without_spaces if name.endswith(".pdf") else exactly
    expected, found = statements(kyodo_graphs, said), statements(graphs, said)
    assert len(expected) > 5_000
    assert found - expected == set()
    assert expected - found == set()


def count(quads: frozenset[Quad], kind: str) -> int:
    return sum(quad.predicate == RDF["type"] and quad.object == KEI[kind] for quad in quads)


def test_every_statement_has_its_evidence(
    laid_out: tuple[str, PlanGraphs], kyodo_graphs: PlanGraphs
) -> None:
    graphs = laid_out[1]
    for kind in ("Evidence", "SourceCell", "SourceLine", "Discrepancy"):
        assert count(graphs.quads, kind) == count(kyodo_graphs.quads, kind) > 10


def test_the_layout_conforms_to_the_shapes_and_comes_back(
    laid_out: tuple[str, PlanGraphs],
) -> None:
    report = check_plan(laid_out[1], swiftly=True).report
    assert report.conforms, [f.message.ja for f in report.findings][:5]
    assert any(place.where for finding in report.findings for place in finding.places)


def test_a_cell_is_published_with_its_printed_address(
    laid_out: tuple[str, PlanGraphs],
) -> None:
    name, graphs = laid_out
    assert any(
        quad.predicate == KEI["address"] and quad.object == Literal(PLACES[name])
        for quad in graphs.quads
    )
    cells = {quad.subject for quad in graphs.quads if quad.object == KEI["SourceCell"]}
    lines = {quad.subject for quad in graphs.quads if quad.predicate == KEI["line"]}
    assert not cells & lines


def test_merged_cells_are_published_with_what_they_span(
    laid_out: tuple[str, PlanGraphs],
) -> None:
    spans = [quad for quad in laid_out[1].quads if quad.predicate == KEI["columnSpan"]]
    assert len(spans) > 300
