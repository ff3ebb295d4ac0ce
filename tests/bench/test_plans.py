"""Made-up plans are plans: always the same, without violations, as large as real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph
import pytest

from bench.made_release import blocks, put_on_shelf
from bench.plans import code, made_plan
from bench.workload import Workload
from keikaku.build import check_plan, graphs_of, read_source
from keikaku.names import SHARED
from keikaku.records.planfile import MunicipalityKeys
from keikaku.release.shelf import Shelf
from keikaku.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_made_plan_is_the_same_for_its_seed_and_another_for_another() -> None:
    assert made_plan(3, seed=1) == made_plan(3, seed=1)
    assert made_plan(3, seed=1) != made_plan(3, seed=2)


def test_made_cities_have_codes_with_a_right_check_digit() -> None:
    codes = [code(number) for number in range(2000)]
    assert len(set(codes)) == len(codes)
    for one in codes:
        MunicipalityKeys.model_validate({"code": one, "name": {"ja": "市", "en": "City"}})


def test_a_made_plan_has_no_violations(tmp_path: Path) -> None:
    made_plan(0).write(tmp_path / "plan")
    source = read_source(tmp_path / "plan", Settings())
    checked = check_plan(graphs_of(source, SHARED), swiftly=True)
    assert checked.report.conforms
    assert len(list(made_plan(0).items())) > 30


def test_blocks_are_made_until_there_are_enough_triples() -> None:
    shared, *plans = blocks(60_000)
    assert len(plans) == 2
    assert shared.triples + sum(plan.triples for plan in plans) >= 60_000
    assert all(plan.nquads.count(b"\n") == plan.triples for plan in plans)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A shelf with a made-up release of one plan."""
    shelf = Shelf(tmp_path_factory.mktemp("made"))
    put_on_shelf(shelf, 30_000)
    return shelf


def test_a_made_release_is_found_whole_and_answers_the_queries(shelf: Shelf) -> None:
    release = shelf.current()
    engine = pyoxigraph.Store.read_only(str(release.store))
    kinds = Workload(len(release.manifest["plans"])).kinds()
    for kind in kinds.values():
        counts = [len(list(_rows(engine, kind(number)))) for number in range(0, 60, 3)]
        assert sum(counts) > 0
    assert len({kind(number) for kind in kinds.values() for number in range(100)}) == 300


def _rows(engine: pyoxigraph.Store, query: str) -> pyoxigraph.QuerySolutions:
    found = engine.query(query, use_default_graph_as_union=True)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return found


def test_putting_the_same_release_again_changes_nothing(shelf: Shelf) -> None:
    before = shelf.current().id
    assert put_on_shelf(shelf, 30_000).id == before
    assert len(shelf.index()) == 1
