"""A large plan: judged whole by the faster validator, and in a sample by pySHACL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from keikaku.build import check_plan, graphs_of, read_source
from keikaku.checks import sample as sampling
from keikaku.checks import validate
from keikaku.checks.publish import as_text
from keikaku.checks.report import Severity
from keikaku.checks.sample import sample
from keikaku.checks.validate import judge
from keikaku.errors import ReleaseError
from keikaku.graph.areas import area_quads
from keikaku.graph.dataset import shapes_by_file, vocabulary
from keikaku.names import KEI, OA, RDF, SHAPE, SHARED
from keikaku.settings import Settings
from wide_register import WideRegister

if TYPE_CHECKING:
    from keikaku.build import PlanGraphs

ROWS = 48
FEW = 4


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> PlanGraphs:
    """A register of forty-eight items, of which one lists another again."""
    folder = tmp_path_factory.mktemp("wide") / "plan"
    WideRegister(ROWS).write(folder)
    return graphs_of(read_source(folder, Settings()), SHARED)


@pytest.fixture(scope="module")
def quads(wide: PlanGraphs) -> frozenset[Quad]:
    return wide.quads | vocabulary() | area_quads((wide.names.city.code,))


@pytest.fixture
def _is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any plan is a large one here, and a sample small."""
    monkeypatch.setattr(validate, "LARGE", 0)
    monkeypatch.setattr(sampling, "ITEMS", FEW)


def items_in(quads: frozenset[Quad]) -> set[object]:
    return {q.subject for q in quads if q.predicate == RDF["type"] and q.object == KEI["Item"]}


def without(quads: frozenset[Quad], subject: NamedNode, predicate: NamedNode) -> frozenset[Quad]:
    kept = frozenset(q for q in quads if (q.subject, q.predicate) != (subject, predicate))
    assert len(kept) < len(quads)
    return kept


@pytest.mark.usefixtures("_is_large")
def test_a_sample_is_always_the_same_and_has_all_of_its_items(
    wide: PlanGraphs, quads: frozenset[Quad]
) -> None:
    cut, count = sample(quads)
    assert (cut, count) == sample(frozenset(sorted(quads, key=str)))
    assert count == len(items_in(cut)) == FEW
    assert len(items_in(quads)) == ROWS
    kept, items = {q.subject for q in cut}, items_in(cut)
    for quad in quads:
        if quad.subject in items:
            assert quad in cut
            if quad.predicate in (KEI["schedule"], KEI["cell"]):
                assert quad.object in kept
    evidence = [q for q in cut if q.predicate == RDF["subject"]]
    assert {q.object for q in evidence} <= kept | {wide.names.plan}
    assert len(evidence) > 10 * FEW


@pytest.mark.usefixtures("_is_large")
def test_a_sample_has_the_items_that_are_asked_for_and_those_that_they_need(
    quads: frozenset[Quad],
) -> None:
    relists = min((q for q in quads if q.predicate == KEI["relists"]), key=str)
    entry = next(
        q.object for q in quads if (q.subject, q.predicate) == (relists.subject, KEI["schedule"])
    )
    cut, count = sample(quads, [entry])
    assert {relists.subject, relists.object} <= items_in(cut)
    assert FEW < count < ROWS / 2
    found = next(q for q in quads if q.predicate == KEI["about"] and q.object == relists.subject)
    cell = next(q for q in quads if (q.subject, q.predicate) == (found.subject, OA["hasTarget"]))
    assert cell in cut


@pytest.mark.usefixtures("_is_large")
def test_whichever_items_are_taken_the_sample_conforms(quads: frozenset[Quad]) -> None:
    items = sorted(items_in(quads), key=str)
    for item in items[:: ROWS // 6]:
        cut, _ = sample(quads, [item])
        assert item in items_in(cut)
        assert validate._found(cut, shapes_by_file()).conforms


@pytest.mark.usefixtures("_is_large")
def test_a_large_plan_that_has_no_fault_conforms_and_its_report_says_how_it_was_judged(
    wide: PlanGraphs,
) -> None:
    report = check_plan(wide).report
    assert report.conforms
    assert report.sample == FEW
    assert report.focus_nodes["Item"] == ROWS
    assert f"そのうち {FEW} 項目を pySHACL でも検査しました。" in as_text(report)
    assert {found.severity for found in report.findings} == {Severity.DISCREPANCY}


def test_a_plan_that_is_not_large_is_judged_by_pyshacl_alone(
    monkeypatch: pytest.MonkeyPatch, wide: PlanGraphs, quads: frozenset[Quad]
) -> None:
    def unwanted(*_: object) -> None:
        pytest.fail("the faster validator was asked")

    judged = []

    def judging(given: frozenset[Quad], *_: object) -> str:
        judged.append(given)
        return "pySHACL's judgement"

    monkeypatch.setattr(validate, "_found", unwanted)
    monkeypatch.setattr(validate, "_judged", judging)
    monkeypatch.setattr(validate, "LARGE", len(quads))
    assert judge(wide.names.plan, quads, shapes_by_file()) == "pySHACL's judgement"
    assert judged == [quads]


def test_the_plan_of_yamaguchi_is_not_large(plan_quads: frozenset[Quad]) -> None:
    assert len(plan_quads) < validate.LARGE


def test_of_a_large_plan_the_same_faults_are_told_as_of_one_that_is_not(
    monkeypatch: pytest.MonkeyPatch, wide: PlanGraphs, quads: frozenset[Quad]
) -> None:
    """One is an item's own, in the last section; one lies between two of its entries."""
    item = max(items_in(quads), key=str)
    broken = without(quads, item, KEI["content"])
    broken = without(broken, NamedNode(f"{item.value}/2024"), KEI["phase"])
    slow = judge(wide.names.plan, broken, shapes_by_file())
    monkeypatch.setattr(validate, "LARGE", 0)
    monkeypatch.setattr(sampling, "ITEMS", FEW)
    swift = judge(wide.names.plan, broken, shapes_by_file())
    assert validate._bare(swift.violations) == validate._bare(slow.violations)
    assert SHAPE["evidence-stands"].value in {one.shape for one in swift.violations}
    assert swift.focus_nodes == slow.focus_nodes
    assert (swift.sample, slow.sample) == (swift.sample or 0, None)
    results = "http://www.w3.org/ns/shacl#ValidationResult"
    counts = [one.report.serialize(format="nt").count(results) for one in (swift, slow)]
    assert counts[0] == counts[1] == len(slow.violations)


@pytest.mark.usefixtures("_is_large")
def test_a_fault_that_a_sample_cannot_show_is_confirmed_on_the_whole_plan(
    monkeypatch: pytest.MonkeyPatch, wide: PlanGraphs, quads: frozenset[Quad]
) -> None:
    item = max(items_in(quads), key=str)
    position = next(q for q in quads if (q.subject, q.predicate) == (item, KEI["position"]))
    wrong = Literal("99", datatype=position.object.datatype)
    broken = (quads - {position}) | {Quad(item, position.predicate, wrong, position.graph_name)}
    sound = sample(quads)
    monkeypatch.setattr(validate, "sample", lambda *_: sound)
    told = {one.shape for one in judge(wide.names.plan, broken, shapes_by_file()).violations}
    assert SHAPE["item-positions"].value in told


@pytest.mark.usefixtures("_is_large")
def test_what_the_faster_validator_does_not_see_in_a_large_plan_is_not_published(
    monkeypatch: pytest.MonkeyPatch, wide: PlanGraphs, quads: frozenset[Quad]
) -> None:
    class Blind:
        conforms = True

        def validate_text(self, *_: object, **__: object) -> Blind:
            return self

        def serialize(self, _: str) -> str:
            return ""

    monkeypatch.setattr(validate, "_compiled", lambda _: Blind())
    cut, _ = sample(quads)
    item = next(iter(items_in(cut)))
    with pytest.raises(ReleaseError, match="disagree"):
        judge(wide.names.plan, without(quads, item, KEI["content"]), shapes_by_file())


@pytest.mark.usefixtures("_is_large")
def test_a_large_graph_without_a_plan_does_not_pass(wide: PlanGraphs) -> None:
    with pytest.raises(ReleaseError, match="Item"):
        judge(wide.names.plan, vocabulary(), shapes_by_file())


def test_a_register_is_the_same_every_time_and_as_wide_as_wished() -> None:
    register = WideRegister(3, years=2, ignored=190)
    rows = list(register.table())
    assert {len(row) for row in rows} == {register.columns} == {200}
    assert len(rows) == 4
    assert register.csv() == WideRegister(3, years=2, ignored=190).csv()
    assert register.xlsx() == WideRegister(3, years=2, ignored=190).xlsx()
