"""Registers and evaluation sheets as graphs: they conform, come back, and join what is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from keikaku.build import check_plan, graphs_of, read_source
from keikaku.checks.report import Severity
from keikaku.checks.roundtrip import RoundTrip
from keikaku.graph.dataset import vocabulary
from keikaku.names import FY, KEI, ORG, PARTY, PHASE, RDF, RDFS, SHARED, SKOS
from keikaku.settings import Settings
from other_layouts import EVALUATION, REGISTER

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.build import PlanGraphs

GATHERED, ALSO = "見守り隊を町内ごとに結成し、", "配食と声かけを合わせて行います。"
CITY, TOWN = f"{SHARED}id/139904", f"{SHARED}id/479900"


def lifted(folder: Path) -> PlanGraphs:
    return graphs_of(read_source(folder, Settings()), SHARED)


@pytest.fixture(scope="module")
def register() -> PlanGraphs:
    return lifted(REGISTER)


@pytest.fixture(scope="module")
def sheets() -> PlanGraphs:
    return lifted(EVALUATION)


def objects(graphs: PlanGraphs, subject: str, predicate: NamedNode) -> set[str]:
    return {
        quad.object.value
        for quad in graphs.quads
        if quad.subject == NamedNode(subject)
        and quad.predicate == predicate
        and isinstance(quad.object, NamedNode | Literal)
    }


@pytest.mark.parametrize("folder", [REGISTER, EVALUATION], ids=lambda folder: folder.name)
def test_a_plan_of_another_layout_conforms(folder: Path) -> None:
    report = check_plan(lifted(folder), swiftly=True).report
    assert [found.message.ja for found in report.of(Severity.VIOLATION)] == []
    assert report.conforms


def test_an_aligned_party_counts_as_the_shared_one(register: PlanGraphs) -> None:
    item = f"{CITY}/kurashi/item/1-1-1-2"
    assert objects(register, item, KEI["implementedBy"]) == {f"{CITY}/party/企業"}
    assert PARTY["事業者"].value in objects(register, item, KEI["involves"])
    assert objects(register, f"{CITY}/party/企業", SKOS["exactMatch"]) == {PARTY["事業者"].value}
    assert objects(register, f"{CITY}/party/湊観光協会", SKOS["broadMatch"]) == set()


def test_an_aligned_phase_counts_as_the_shared_one_and_is_carried_on(register: PlanGraphs) -> None:
    entry = f"{CITY}/kurashi/item/2-2-1-1/2018"
    both = {f"{CITY}/phase/試行", PHASE["一部実施"].value}
    assert objects(register, entry, KEI["phase"]) == both
    carried = objects(register, f"{CITY}/kurashi/item/2-2-1-1/2019", KEI["phase"])
    assert carried == both
    assert objects(register, f"{CITY}/kurashi/item/2-2-1-1", KEI["activeIn"]) == {
        FY[2018].value,
        FY[2019].value,
    }


def test_departments_of_one_name_are_told_by_their_division(register: PlanGraphs) -> None:
    welfare, school = f"{CITY}/department/福祉部/総務課", f"{CITY}/department/教育部/総務課"
    assert welfare in objects(register, f"{CITY}/kurashi/item/1-1-1-2", KEI["department"])
    assert school in objects(register, f"{CITY}/kurashi/item/1-2-1-1", KEI["department"])
    for node in (welfare, school):
        assert objects(register, node, RDFS["label"]) == {"総務課"}
    above = objects(register, welfare, ORG["subOrganizationOf"])
    assert above == {f"{CITY}/department/福祉部"}
    assert objects(register, f"{CITY}/department/福祉部", RDF["type"]) >= {KEI["Department"].value}
    alone = objects(register, f"{CITY}/department/長寿課", ORG["subOrganizationOf"])
    assert alone == {f"{CITY}/department/福祉部"}


def test_a_place_names_what_has_no_number(sheets: PlanGraphs) -> None:
    item = f"{TOWN}/hyoka/item/1-2-1-1"
    assert objects(sheets, item, KEI["printedNumber"]) == set()
    assert KEI["printedNumber"].value in objects(sheets, f"{TOWN}/hyoka", KEI["mayLack"])
    assert objects(sheets, f"{TOWN}/hyoka/section/1", KEI["level"]) == {"1"}


def test_a_relisted_row_finds_its_original(register: PlanGraphs) -> None:
    relisted = objects(register, f"{CITY}/kurashi/item/2-1-1-2", KEI["relists"])
    assert relisted == {f"{CITY}/kurashi/item/1-1-1-1"}


@pytest.mark.parametrize(
    ("predicate", "old", "new"),
    [
        ("printedNumber", Literal("１０１"), Literal("101")),
        ("targets", PARTY["市民"], PARTY["行政"]),
        ("content", Literal(f"{GATHERED}\n{ALSO}", language="ja"),
         Literal(f"{GATHERED}{ALSO}", language="ja")),
        ("implementedBy", PARTY["行政"], PARTY["市民"]),
    ],
)  # fmt: skip
def test_a_changed_value_does_not_come_back(
    predicate: str,
    old: NamedNode | Literal,
    new: NamedNode | Literal,
    register: PlanGraphs,
) -> None:
    item = NamedNode(f"{CITY}/kurashi/item/1-1-1-1")
    said = {q for q in register.quads if q.predicate == RDF["subject"] and q.object == item}
    evidence = {quad.subject for quad in said}
    changed = {
        quad
        for quad in register.quads
        if quad.object == old
        and (
            (quad.subject == item and quad.predicate == KEI[predicate])
            or (quad.subject in evidence and quad.predicate == RDF["object"])
        )
    }
    assert changed
    quads = (register.quads - changed) | {
        Quad(quad.subject, quad.predicate, new, quad.graph_name) for quad in changed
    }
    source = register.source
    assert source.profile is not None
    assert RoundTrip(register.quads | vocabulary(), source.profile).differences() == []
    found = RoundTrip(quads | vocabulary(), source.profile).differences()
    assert len(found) in (1, 2)  # the content stands in two cells
