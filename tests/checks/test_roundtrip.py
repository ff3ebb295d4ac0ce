from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from keikaku.checks.roundtrip import RoundTrip
from keikaku.names import KEI, PARTY, PHASE, RDF, RDFS

if TYPE_CHECKING:
    from keikaku.build import PlanGraphs, Source


def test_every_cell_comes_back_from_the_graph(kyodo: Source, plan_quads: frozenset[Quad]) -> None:
    trip = RoundTrip(plan_quads, kyodo.profile)
    assert trip.differences() == []
    # 52 sheets of 10 cells and their schedule and year cells, 52 overview rows of 8 or 9, headings
    assert trip.cell_count() >= 52 * 9 + 232 + 232 + 52 * 8


def changed(
    quads: frozenset[Quad], subject: NamedNode, predicate: NamedNode, old: object, new: object
) -> frozenset[Quad]:
    """Change one value, and what the evidence says of it, so that only the document disagrees."""
    hit = {q for q in quads if (q.subject, q.predicate, q.object) == (subject, predicate, old)}
    assert hit
    evidence = {q.subject for q in quads if q.predicate == RDF["subject"] and q.object == subject}
    said = {
        q
        for q in quads
        if q.subject in evidence and q.predicate == RDF["object"] and q.object == old
    }
    return (quads - hit - said) | {
        Quad(q.subject, q.predicate, new, q.graph_name)  # type: ignore[arg-type]
        for q in hit | said
    }


@pytest.mark.parametrize(
    ("predicate", "old", "new"),
    [
        ("targets", PARTY["市民"], PARTY["事業者"]),
        ("note", Literal("行政改革大綱推進計画", language="ja"), Literal("再掲", language="ja")),
        ("printedNumber", Literal("I - (1) - ①"), Literal("I-(1)-①")),
    ],
)
def test_a_changed_value_does_not_come_back(
    predicate: str,
    old: NamedNode | Literal,
    new: NamedNode | Literal,
    kyodo: Source,
    kyodo_graphs: PlanGraphs,
    plan_quads: frozenset[Quad],
) -> None:
    item = kyodo_graphs.names.below("item", "1-1-1")
    quads = changed(plan_quads, item, KEI[predicate], old, new)
    found = RoundTrip(quads, kyodo.profile).differences()
    assert len(found) == 1


def test_a_changed_phase_does_not_come_back(
    kyodo: Source, kyodo_graphs: PlanGraphs, plan_quads: frozenset[Quad]
) -> None:
    entry = kyodo_graphs.names.below("item", "1-1-1", 2008)
    quads = changed(plan_quads, entry, KEI["phase"], PHASE["検討"], PHASE["実施"])
    [difference] = RoundTrip(quads, kyodo.profile).differences()
    assert (difference.text, difference.rendered) == ("検討", "実施")


def test_a_changed_title_does_not_come_back(
    kyodo: Source, kyodo_graphs: PlanGraphs, plan_quads: frozenset[Quad]
) -> None:
    item = kyodo_graphs.names.below("item", "1-1-2")
    old = Literal("市民活動の拠点機能の充実・強化", language="ja")
    quads = changed(plan_quads, item, RDFS["label"], old, Literal("拠点", language="ja"))
    [difference] = RoundTrip(quads, kyodo.profile).differences()
    assert difference.rendered == "② 拠点"


def test_a_lost_statement_leaves_its_cell_unwritten(
    kyodo: Source, kyodo_graphs: PlanGraphs, plan_quads: frozenset[Quad]
) -> None:
    row = kyodo_graphs.names.below("overview", "1-1-1")
    lost = {
        q.subject
        for q in plan_quads
        if q.predicate == RDF["predicate"]
        and q.object == KEI["listedTarget"]
        and Quad(q.subject, RDF["subject"], row, q.graph_name) in plan_quads
    }
    assert len(lost) == 3
    quads = frozenset(q for q in plan_quads if q.subject not in lost)
    found = RoundTrip(quads, kyodo.profile).differences()
    assert {(difference.text, difference.rendered) for difference in found} == {("■", "□")}
