"""The discrepancies of the Yamaguchi plan against those found by reading it."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import NamedNode, Store

from keikaku.names import KEI, KIND, OA, RDF, RDFS

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from keikaku.build import PlanGraphs

EXPECTED = tomllib.loads(
    (Path(__file__).parents[1] / "expected" / "discrepancies.toml").read_text(encoding="utf-8")
)["discrepancy"]


@pytest.fixture(scope="module")
def store(plan_quads: frozenset[Quad]) -> Store:
    store = Store()
    store.extend(plan_quads)
    return store


def objects(store: Store, subject: Any, predicate: NamedNode) -> list[Any]:
    return [q.object for q in store.quads_for_pattern(subject, predicate, None, None)]


def lines(store: Store, found: Any) -> list[int]:
    cells = objects(store, found, OA["hasTarget"])
    return sorted(int(line.value) for cell in cells for line in objects(store, cell, KEI["line"]))


def found_by(store: Store, kind: str) -> list[Any]:
    return [q.subject for q in store.quads_for_pattern(None, KEI["kind"], KIND[kind], None)]


def test_every_discrepancy_that_a_reader_found_is_found_and_no_other(store: Store) -> None:
    kinds = Counter(entry["kind"] for entry in EXPECTED)
    found = Counter(
        q.object.value.removeprefix(KIND.iri)
        for q in store.quads_for_pattern(None, KEI["kind"], None, None)
    )
    assert found == kinds
    assert sum(kinds.values()) == 46


# In these kinds a reader named one row where both cells stand, or the sheet's row in other words.
ONE_ROW = {"schedule-gap"}


@pytest.mark.parametrize(
    "entry", EXPECTED, ids=lambda e: f"{e['kind']}-{e['item']}-{e.get('field', '')}"
)
def test_a_discrepancy_points_to_the_item_and_the_lines(
    entry: dict[str, Any], store: Store, kyodo_graphs: PlanGraphs
) -> None:
    item = kyodo_graphs.names.below("item", entry["item"])
    wanted = entry["lines"] * 2 if entry["kind"] in ONE_ROW else sorted(entry["lines"])
    candidates = [
        found
        for found in found_by(store, entry["kind"])
        if item in objects(store, found, KEI["about"]) and lines(store, found) == wanted
    ]
    assert len(candidates) == 1, (entry, [lines(store, f) for f in candidates])
    said = {comment.language for comment in objects(store, candidates[0], RDFS["comment"])}
    assert said == {"ja", "en"}


def test_a_discrepancy_is_named_by_kind_and_item(store: Store, kyodo_graphs: PlanGraphs) -> None:
    named = kyodo_graphs.names.below
    for iri in (
        named("discrepancy", "number", "1-2-4"),
        named("discrepancy", "title", "1-2-8"),
        named("discrepancy", "target", "3-2-1", "その他"),
        named("discrepancy", "relisted-difference", "5-2-2", "note"),
        named("discrepancy", "relisted-difference", "5-1-2", "purpose"),
        named("discrepancy", "damaged-text", "5-2-2", "content"),
        named("discrepancy", "no-criterion", "1-2-4"),
        named("discrepancy", "unheaded-mark", "3-2-1"),
        named("discrepancy", "unnamed-department", "5-1-3", "全所属"),
    ):
        assert objects(store, iri, RDF["type"]), iri
