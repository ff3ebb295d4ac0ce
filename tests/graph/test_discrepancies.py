"""The discrepancies of the Yamaguchi plan against those found by reading it."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from keikaku.annotated import read_folder
from keikaku.assets import shipped
from keikaku.names import KEI, KIND, OA, PREFIXES, RDF, RDFS

if TYPE_CHECKING:
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


@pytest.mark.parametrize(
    ("text", "is_none"),
    [
        ("継続", True),
        ("継続。", True),
        ("引き続き実施する。", True),
        ("未定", True),
        ("特になし", True),
        ("―", True),
        ("登録者が2万人になる", False),
        ("制度ができたときを完了とします。", False),
        ("継続的な運営体制が整う", False),
        ("全21地域で実施", False),
    ],
)
def test_only_a_bare_word_is_no_criterion(text: str, *, is_none: bool) -> None:
    """What a reader takes for a criterion says a state, whether or not it says 完了."""
    [rule] = [
        each
        for each in read_folder(shipped("ontology") / "rules")
        if each.name == "75-no-criterion"
    ]
    plan, item, why = (NamedNode(f"http://e/{name}") for name in ("plan", "plan/item/1-1-1", "w"))
    store = Store()
    for subject, predicate, value in (
        (item, KEI["completionCriterion"], Literal(text, language="ja")),
        (item, KEI["inPlan"], plan),
        (why, RDF["subject"], item),
        (why, RDF["predicate"], KEI["completionCriterion"]),
        (why, KEI["cell"], NamedNode("http://e/cell")),
    ):
        store.add(Quad(subject, predicate, value))
    assert bool(list(store.query(rule.query, prefixes=PREFIXES))) == is_none
