"""What a city decides stands beside what its document says, and changes nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from decided_plan import DECISIONS, decided_copy
from keikaku.build import PlanGraphs, check_plan, graphs_of, read_source
from keikaku.checks.publish import as_csv, as_text
from keikaku.errors import DecisionError
from keikaku.names import DCTERMS, KEI, OUTCOME, PROV, RDF, RDFS, SHARED, XSD
from keikaku.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def store(decided_graphs: PlanGraphs) -> Store:
    store = Store()
    store.extend(decided_graphs.quads)
    return store


def objects(store: Store, subject: NamedNode, predicate: NamedNode) -> set[Any]:
    return {q.object for q in store.quads_for_pattern(subject, predicate, None, None)}


def of_graph(graphs: PlanGraphs, *names: str) -> set[Quad]:
    wanted = {graphs.names.graph(name) for name in names}
    return {quad for quad in graphs.quads if quad.graph_name in wanted}


def test_what_the_document_states_is_as_without_decisions(
    decided_graphs: PlanGraphs, kyodo_graphs: PlanGraphs
) -> None:
    for name in ("stated", "overview", "quality"):
        assert of_graph(decided_graphs, name) == of_graph(kyodo_graphs, name), name
    added = decided_graphs.quads - kyodo_graphs.quads
    assert kyodo_graphs.quads <= decided_graphs.quads
    assert added


def test_the_decisions_stand_in_a_graph_of_their_own_and_say_who_when_and_why(
    decided_graphs: PlanGraphs, store: Store
) -> None:
    names = decided_graphs.names
    decision = names.below("decision", "target/3-2-1/その他")
    assert {quad.predicate for quad in of_graph(decided_graphs, "decisions")} == {
        RDF["type"], KEI["decides"], KEI["outcome"], KEI["reason"], KEI["correctedValue"],
        DCTERMS["creator"], DCTERMS["date"],
    }  # fmt: skip
    assert objects(store, decision, KEI["decides"]) == {
        names.below("discrepancy", "target/3-2-1/その他")
    }
    assert objects(store, decision, KEI["outcome"]) == {OUTCOME["corrected"]}
    assert objects(store, decision, DCTERMS["creator"]) == {Literal("協働推進課", language="ja")}
    assert objects(store, decision, DCTERMS["date"]) == {
        Literal("2026-04-02", datatype=XSD["date"])
    }
    assert objects(store, decision, KEI["correctedValue"]) == {Literal("■", language="ja")}
    assert objects(store, decision, KEI["field"]) == {KEI["targets"]}
    assert objects(store, decision, RDF["type"]) == {KEI["Decision"], PROV["Entity"]}
    assert objects(store, decision, RDFS["label"]) == {
        Literal("回答(訂正する): 対象の相違 III-(2)-①", language="ja"),
        Literal("Decision (corrected): different target III-(2)-①", language="en"),
    }


def test_every_value_of_a_decision_leads_back_to_its_line(
    decided_graphs: PlanGraphs, store: Store
) -> None:
    lines = DECISIONS.split("\n")
    said = of_graph(decided_graphs, "decisions")
    for quad in said:
        found = [
            evidence.subject
            for evidence in store.quads_for_pattern(None, RDF["subject"], quad.subject, None)
            if objects(store, evidence.subject, RDF["predicate"]) == {quad.predicate}
            and objects(store, evidence.subject, RDF["object"]) == {quad.object}
        ]
        assert len(found) == 1, quad
        (cell,) = objects(store, found[0], KEI["cell"])
        (line,) = objects(store, cell, KEI["line"])
        (text,) = objects(store, cell, RDF["value"])
        assert text.value == lines[int(line.value) - 1]
    assert len(said) == 3 * 6 + 2


def test_no_triple_stands_in_two_graphs(decided_graphs: PlanGraphs) -> None:
    assert len({quad.triple for quad in decided_graphs.quads}) == len(decided_graphs.quads)


def test_the_shapes_accept_them_and_the_report_counts_what_is_open(
    decided_graphs: PlanGraphs,
) -> None:
    report = check_plan(decided_graphs, swiftly=True).report
    assert report.conforms
    assert len(report.open) == 46 - 3
    text = as_text(report)
    assert "不整合 46 件(未回答 43 件、回答済み 3 件)" in text
    assert "【訂正する 協働推進課 2026-04-02】 正しい値「■」。一覧表の印の付け忘れ。" in text
    rows = as_csv(report).decode("utf-8-sig").splitlines()
    assert "状態,回答した者,回答の日,理由,市による正しい値,回答に書く名" in rows[0]
    assert any(
        "認める,協働推進課,2026-04-01,一覧表の番号が正しい。,,number/1-2-4" in r for r in rows
    )


def refused(folder: Path, *edits: tuple[str, str]) -> DecisionError:
    """The refusal of a copy of the plan whose decisions are changed."""
    text = DECISIONS
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(DecisionError) as caught:
        graphs_of(read_source(decided_copy(folder, text), Settings()), SHARED)
    return caught.value


def test_a_decision_on_what_is_no_discrepancy_is_told_with_the_nearest(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, ("target/3-2-1/その他", "target/3-2-1/その外")).problems
    assert (problem.file, problem.line) == ("352039-kyodo/decisions.toml", 10)
    assert "target/3-2-1/その他" in problem.ja
    assert "文書が直ったのなら、この [[decision]] を除いて" in problem.ja
    assert "remove this [[decision]]" in problem.en


def test_a_decision_whose_discrepancy_vanished_is_told_when_the_document_is_mended(
    tmp_path: Path,
) -> None:
    folder = decided_copy(tmp_path)
    document = folder / "source.md"
    text = document.read_text(encoding="utf-8")
    assert text.count("⑤ コミュニティ活動保険") == 1
    mended = text.replace("⑤ コミュニティ活動保険", "④ コミュニティ活動保険").replace(
        "④ 市民活動交流事業補助金", "⑤ 市民活動交流事業補助金"
    )
    document.write_text(mended, encoding="utf-8")
    with pytest.raises(DecisionError) as caught:
        graphs_of(read_source(folder, Settings()), SHARED)
    (problem,) = caught.value.problems
    assert problem.line == 3
    assert "number/1-2-4" in problem.en


def test_a_field_other_than_that_of_the_discrepancy_is_told(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, ('value = "■"', 'value = "■"\nfield = "content"')).problems
    assert problem.line == 16
    assert "targets" in problem.ja
    assert "targets" in problem.en
