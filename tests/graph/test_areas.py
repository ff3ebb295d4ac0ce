"""Areas by date: the merger of 2010 on both sides, against e-Stat's own graph of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from keikaku.codes import lineage
from keikaku.graph.areas import AREA, area_quads
from keikaku.names import DCTERMS, KEI, RDF, SHARED, SHARED_GRAPHS, SKOS

SAC = "http://data.e-stat.go.jp/lod/sac/"
ESTAT = Path(__file__).parents[3] / "shared" / "linkdata" / "yamaguchi_area.ttl"


@pytest.fixture(scope="module")
def areas() -> set[Quad]:
    return area_quads(["352039"])


def values(quads: set[Quad], subject: NamedNode, predicate: NamedNode) -> list[str]:
    found = (
        quad.object for quad in quads if (quad.subject, quad.predicate) == (subject, predicate)
    )
    return sorted(term.value for term in found if isinstance(term, NamedNode | Literal))


def test_all_that_merged_into_the_city_is_there(areas: set[Quad]) -> None:
    kinds = {quad.subject for quad in areas if quad.object == KEI["Area"]}
    assert len(kinds) == len(lineage("35203"))
    assert {quad.graph_name for quad in areas} == {SHARED_GRAPHS.areas}
    assert AREA["35504-19700401"] in kinds
    assert AREA["35504-20100116"] not in kinds


def test_an_area_agrees_with_e_stat_on_every_date(areas: set[Quad]) -> None:
    if not ESTAT.is_file():
        pytest.skip(f"{ESTAT} is not beside the project")
    graph = list(parse(path=str(ESTAT), format=RdfFormat.TURTLE))

    def said(node: str, predicate: NamedNode) -> list[str]:
        return sorted(
            quad.object.value
            for quad in graph
            if quad.subject == NamedNode(node) and quad.predicate == predicate
        )

    matched = [quad for quad in areas if quad.predicate == SKOS["exactMatch"]]
    compared = 0
    for quad in matched:
        node = quad.object.value
        if said(node, RDF["type"]):
            for predicate in (DCTERMS["identifier"], DCTERMS["issued"], DCTERMS["valid"]):
                assert values(areas, quad.subject, predicate) == said(node, predicate), node
            compared += 1
    assert compared == 4


def test_periods_are_matched_only_where_both_ends_are_e_stats(areas: set[Quad]) -> None:
    city = AREA["35203-19700401"]
    assert values(areas, city, DCTERMS["valid"]) == ["2000-05-31"]
    assert values(areas, city, SKOS["exactMatch"]) == []
    assert values(areas, AREA["35203-20100116"], SKOS["exactMatch"]) == [f"{SAC}C35203-20100116"]
    assert values(areas, AREA["35203-20100116"], DCTERMS["valid"]) == []


def test_the_merger_joins_what_was_before_with_what_came_of_it(areas: set[Quad]) -> None:
    derived = NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
    assert values(areas, AREA["35203-20100116"], derived) == [
        AREA["35203-20051001"].value,
        AREA["35504-19700401"].value,
    ]
    event = NamedNode(f"{SHARED}id/area-change/5178")
    assert values(areas, event, DCTERMS["date"]) == ["2010-01-16"]


def test_an_unlisted_code_has_no_areas() -> None:
    assert area_quads(["999997"]) == set()


def test_two_cities_of_one_lineage_say_nothing_twice() -> None:
    both = area_quads(["352039", "355046"])
    assert both == area_quads(["352039"])
