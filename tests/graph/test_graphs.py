from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Store

from keikaku.build import graphs_of
from keikaku.graph.dataset import vocabulary
from keikaku.names import DCAT, DCTERMS, FY, KEI, PARTY, PREFIXES, PROV, RDF, RDFS, SHARED, SKOS

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import Quad

    from keikaku.build import PlanGraphs, Source


@pytest.fixture(scope="module")
def store(plan_quads: frozenset[Quad]) -> Store:
    store = Store()
    store.extend(plan_quads)
    return store


def values(store: Store, subject: Any, predicate: NamedNode) -> set[Any]:
    return {quad.object for quad in store.quads_for_pattern(subject, predicate, None, None)}


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    result: Any = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    return [tuple(term.value for term in row) for row in result]


def test_the_question_the_project_is_judged_by_has_its_eleven_items(store: Store) -> None:
    found = rows(
        store,
        """SELECT ?number ?title WHERE {
             ?item a kei:Item ; kei:involves party:事業者 ; kei:activeIn fy:2010 ;
                   dcterms:identifier ?number ; rdfs:label ?title }""",
    )
    # read off the sheets: 事業者 among the boxes or actors, and a phase or an arrow in H22
    assert sorted(number for number, _ in found) == sorted(
        [
            "I-(4)-③",
            "II-(3)-③",
            "II-(3)-④",
            "II-(4)-①",
            "II-(4)-②",
            "III-(2)-②",
            "III-(2)-③",
            "IV-(2)-③",
            "IV-(3)-①",
            "IV-(3)-②",
            "V-(1)-②",
        ]
    )
    assert ("I-(4)-③", "行政の協働相談窓口の設置") in found


def test_an_item_says_what_its_sheet_says(store: Store, kyodo_graphs: PlanGraphs) -> None:
    names = kyodo_graphs.names
    item = names.below("item", "1-1-1")
    assert values(store, item, DCTERMS["identifier"]) == {Literal("I-(1)-①")}
    assert values(store, item, KEI["printedNumber"]) == {Literal("I - (1) - ①")}
    assert values(store, item, RDFS["label"]) == {Literal("地域交流センターの設置", language="ja")}
    assert values(store, item, KEI["note"]) == {Literal("行政改革大綱推進計画", language="ja")}
    assert values(store, item, KEI["department"]) == {
        names.city.department(name) for name in ("協働推進課", "生涯学習課", "行革推進課")
    }
    assert values(store, item, KEI["targets"]) == {
        PARTY[name] for name in ("市民", "地域コミュニティ", "市民活動団体")
    }
    assert values(store, item, KEI["activeIn"]) == {FY[2008], FY[2009]}


def test_an_arrow_carries_every_phase_of_a_compound_on(
    store: Store, kyodo_graphs: PlanGraphs
) -> None:
    # V-(2)-①: 検討・実施 | → | 実施 | → | →
    entry = kyodo_graphs.names.below("item", "5-2-1", 2009)
    assert {phase.value.rsplit("/", 1)[-1] for phase in values(store, entry, KEI["phase"])} == {
        "検討",
        "実施",
    }
    assert values(store, entry, KEI["continues"]) == {
        kyodo_graphs.names.below("item", "5-2-1", 2008)
    }


def test_a_blank_year_carries_nothing(store: Store, kyodo_graphs: PlanGraphs) -> None:
    # II-(1)-①: 検討 | 実施 | | | 実施
    item = kyodo_graphs.names.below("item", "2-1-1")
    assert values(store, item, KEI["activeIn"]) == {FY[2008], FY[2009], FY[2012]}


def test_the_five_relisted_items_point_to_their_originals(store: Store) -> None:
    found = rows(
        store,
        "SELECT ?a ?b { ?x kei:relists ?y ; dcterms:identifier ?a . ?y dcterms:identifier ?b }",
    )
    assert sorted(found) == sorted(
        [
            ("III-(2)-②", "II-(4)-①"),
            ("IV-(2)-①", "I-(2)-⑤"),
            ("IV-(2)-③", "II-(4)-②"),
            ("V-(1)-②", "I-(4)-③"),
            ("V-(2)-②", "II-(2)-③"),
        ]
    )


def test_a_party_named_in_the_brackets_is_involved(store: Store, kyodo_graphs: PlanGraphs) -> None:
    item = kyodo_graphs.names.below("item", "3-2-1")
    middle = kyodo_graphs.names.city.party("中間支援組織")
    assert {middle, PARTY["その他"], PARTY["市民活動団体"], PARTY["行政"]} == values(
        store, item, KEI["involves"]
    )


def test_overview_rows_list_items_by_title_before_number(
    store: Store, kyodo_graphs: PlanGraphs
) -> None:
    below = kyodo_graphs.names.below
    listed = {
        key: values(store, below("overview", key), KEI["listsItem"]) for key in ("1-2-4", "1-2-8")
    }
    assert listed == {"1-2-4": {below("item", "1-2-5")}, "1-2-8": {below("item", "1-2-8")}}


def test_no_triple_stands_in_two_graphs(plan_quads: frozenset[Quad]) -> None:
    counts = Counter((q.subject, q.predicate, q.object) for q in plan_quads)
    assert [triple for triple, count in counts.items() if count > 1] == []


def test_no_blank_node_is_published(plan_quads: frozenset[Quad]) -> None:
    assert not any(
        isinstance(term, BlankNode) for quad in plan_quads for term in (quad.subject, quad.object)
    )


@pytest.mark.parametrize("graph", ["stated", "overview"])
def test_every_statement_has_its_evidence(
    graph: str, plan_quads: frozenset[Quad], store: Store, kyodo_graphs: PlanGraphs
) -> None:
    witnessed = {
        (
            next(iter(values(store, node.subject, RDF["subject"]))),
            next(iter(values(store, node.subject, RDF["predicate"]))),
            next(iter(values(store, node.subject, RDF["object"]))),
        )
        for node in store.quads_for_pattern(None, RDF["type"], KEI["Evidence"], None)
    }
    name = kyodo_graphs.names.graph(graph)
    stated = {(q.subject, q.predicate, q.object) for q in plan_quads if q.graph_name == name}
    assert len(stated) > 400
    assert stated - witnessed == set()


def test_everything_with_a_class_of_ours_has_a_japanese_label(
    plan_quads: frozenset[Quad],
) -> None:
    typed = {
        q.subject
        for q in plan_quads
        if q.predicate == RDF["type"] and q.object in KEI and q.object != KEI["Evidence"]
    }
    labelled = {
        q.subject
        for q in plan_quads
        if q.predicate == RDFS["label"]
        and isinstance(q.object, Literal)
        and q.object.language == "ja"
    }
    assert typed - labelled == set()


def test_what_rules_conclude_of_the_source_stands_in_a_graph_of_its_own(
    plan_quads: frozenset[Quad], kyodo_graphs: PlanGraphs
) -> None:
    """Two labels for each cell and line, a broader class for each document, and nothing else."""
    names = kyodo_graphs.names
    cells, lines, documents, evidence = (
        {q.subject for q in plan_quads if q.predicate == RDF["type"] and q.object == KEI[name]}
        for name in ("SourceCell", "SourceLine", "SourceDocument", "Evidence")
    )
    located = [q for q in plan_quads if q.graph_name == names.graph("located")]
    inferred = [q for q in plan_quads if q.graph_name == names.graph("inferred")]
    found = Counter(q.predicate for q in located)
    assert found == {
        RDFS["label"]: 2 * len(cells | lines),
        RDF["type"]: len(documents),
    }
    assert {q.object for q in located if q.predicate == RDF["type"]} == {PROV["Entity"]}
    assert {q.subject for q in located} == cells | lines | documents
    assert not {q.subject for q in inferred} & (cells | lines | documents | evidence)
    assert min(map(len, (cells, lines, documents, evidence))) > 1
    said = {q.predicate for q in plan_quads if q.subject in evidence}
    assert said == {
        *(RDF[name] for name in ("type", "subject", "predicate", "object")),
        *(KEI[name] for name in ("cell", "position")),
    }
    assert not any(q.object == RDF["Statement"] for q in plan_quads if q.predicate == RDF["type"])


def test_fiscal_year_2010_is_heisei_22(store: Store) -> None:
    year = FY[2010]
    assert values(store, year, SKOS["notation"]) == {Literal("H22")}
    dates = values(store, year, DCAT["startDate"]) | values(store, year, DCAT["endDate"])
    assert {date.value for date in dates} == {"2010-04-01", "2011-03-31"}


def test_fiscal_year_2019_has_two_names(store: Store) -> None:
    assert {n.value for n in values(store, FY[2019], SKOS["notation"])} == {"H31", "R1"}


def test_the_city_has_the_departments_that_the_sheets_name(store: Store) -> None:
    found = rows(store, "SELECT ?l { ?d a kei:Department ; rdfs:label ?l }")
    assert sorted(label for (label,) in found) == sorted(
        [
            "企画経営課",
            "協働推進課",
            "広報広聴課",
            "施設維持課",
            "生涯学習課",
            "管財課",
            "職員課",
            "行革推進課",
        ]
    )
    groups = rows(store, "SELECT ?l { ?d a kei:DepartmentGroup ; rdfs:label ?l }")
    assert sorted(groups) == sorted([("関係課",), ("全所属",)])


def test_plans_of_one_city_and_of_two_share_a_dataset(
    kyodo: Source, kyodo_graphs: PlanGraphs, tmp_path: Path
) -> None:
    """A later edition, and the plan of another city, add nothing that stands in a graph already."""
    kyodo = replace(kyodo, folder=tmp_path)  # in which there are no links of theirs
    later = replace(kyodo.plan, name=replace(kyodo.plan.name, value="kyodo2"))
    city = replace(
        kyodo.plan.municipality, code=replace(kyodo.plan.municipality.code, value="352021")
    )
    elsewhere = replace(kyodo.plan, municipality=city)
    quads = set(kyodo_graphs.quads | vocabulary())
    for plan in (later, elsewhere):
        quads |= graphs_of(replace(kyodo, plan=plan), SHARED).quads
    counts = Counter((q.subject, q.predicate, q.object) for q in quads)
    assert [triple for triple, count in counts.items() if count > 1] == []
    items = [q for q in quads if q.predicate == RDF["type"] and q.object == KEI["Item"]]
    assert len(items) == 3 * 52
