"""What is added up when a release is made is what the questions' own SPARQL answers over all."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Store

from bench.plans import made_plan
from keikaku.answers.catalogue import Catalogue
from keikaku.answers.counted import counted_queries
from keikaku.answers.counts import Counts
from keikaku.build import graphs_of, read_source
from keikaku.errors import ReleaseError
from keikaku.graph.dataset import vocabulary
from keikaku.names import PREFIXES, SHARED
from keikaku.release.counts import COUNTS, CountedQuery, OrderKey, Tally, added_up, write_counts
from keikaku.release.portions.portion import MadePortion
from keikaku.settings import Settings
from keikaku.store.base import Solutions
from keikaku.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from keikaku.build import PlanGraphs

NAMES = [query.name for query in counted_queries()]


@pytest.fixture(scope="module")
def cities(
    kyodo_graphs: PlanGraphs, tmp_path_factory: pytest.TempPathFactory
) -> list[frozenset[Quad]]:
    """The quads of three cities: the real one, and two made-up ones, the first with two plans."""
    folder = tmp_path_factory.mktemp("plans")

    def quads_of(number: int, seed: int, name: str) -> frozenset[Quad]:
        place = folder / f"{number}-{name}"
        made_plan(number, seed).write(place)
        file = place / "plan.toml"
        file.write_text(re.sub('name = "kyodo"', f'name = "{name}"', file.read_text("utf-8")))
        return graphs_of(read_source(place, Settings()), SHARED).quads

    one = quads_of(0, 1, "kyodo") | quads_of(0, 2, "another")
    return [one, quads_of(1, 1, "kyodo"), kyodo_graphs.quads]


@pytest.fixture(scope="module")
def store(cities: list[frozenset[Quad]]) -> EmbeddedStore:
    """All cities in one store."""
    return EmbeddedStore.in_memory(vocabulary().union(*cities))


@pytest.fixture(scope="module")
def counts(cities: list[frozenset[Quad]], tmp_path_factory: pytest.TempPathFactory) -> Counts:
    """What a release of the cities has added up."""
    shared = frozenset(vocabulary())
    portions = [MadePortion(quads, shared, counted_queries()) for quads in cities]
    path = tmp_path_factory.mktemp("counts") / COUNTS
    found = (
        added_up(query, [made for part in portions if (made := part.tally(query.name))])
        for query in counted_queries()
    )
    write_counts(path, found)
    return Counts(path, frozenset(NAMES))


def test_the_questions_that_count_over_everything_are_counted() -> None:
    assert {
        "matrix-party-year",
        "matrix-department-year",
        "phases-by-year",
        "departments-by-load",
        "party-network",
        "department-network",
        "plan-overview",
        "item-counts",
        "discrepancy-counts",
    } <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_counted_rows_are_those_that_the_engine_gives_in_the_same_order(
    name: str, counts: Counts, store: EmbeddedStore
) -> None:
    catalogue = Catalogue.load()
    asked = catalogue.answer(store, name, {})
    told = catalogue.answer(store, name, {}, counts=counts)
    assert len(told.rows) > 3 or name == "item-counts"
    assert told == asked


def test_counts_are_taken_from_the_release_and_not_from_the_engine(counts: Counts) -> None:
    nothing = EmbeddedStore(Store())
    answer = Catalogue.load().answer(nothing, "item-counts", {}, counts=counts)
    assert len(answer.rows) == 4


def test_with_a_value_the_engine_is_asked(counts: Counts, store: EmbeddedStore) -> None:
    catalogue = Catalogue.load()
    plan = f"{SHARED}id/352039/kyodo"
    asked = catalogue.answer(store, "departments-by-load", {"plan": plan})
    assert catalogue.answer(store, "departments-by-load", {"plan": plan}, counts=counts) == replace(
        asked
    )
    assert len(asked.rows) < len(catalogue.answer(store, "departments-by-load", {}).rows)


def test_rows_that_are_alike_within_a_city_cannot_be_added_up() -> None:
    query = CountedQuery("q", "", frozenset({"n"}), frozenset(), (OrderKey("a"),))
    twice = Tally("q", ("a", "n"), (("<x:a>", _number(1)), ("<x:a>", _number(2))))
    with pytest.raises(ReleaseError, match="alike"):
        added_up(query, [twice])


def test_sums_and_least_values_are_those_of_all_and_unbound_ones_count_as_none() -> None:
    query = CountedQuery("q", "", frozenset({"n"}), frozenset({"l"}), (OrderKey("n", True),))
    variables = ("a", "n", "l")
    one = Tally("q", variables, (("<x:a>", _number(1), None), ("<x:b>", _number(2), _number(9))))
    two = Tally("q", variables, (("<x:a>", _number(4), _number(7)),))
    assert added_up(query, [one, two]).rows == (
        ("<x:a>", _number(5), _number(7)),
        ("<x:b>", _number(2), _number(9)),
    )


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_sorted_as_the_engine_sorts_them(name: str, store: EmbeddedStore) -> None:
    """Rows that come in another order are brought into the one that ORDER BY gives."""
    [query] = [one for one in counted_queries() if one.name == name]
    result = store.query(query.query)
    assert isinstance(result, Solutions)
    rows = [tuple(None if term is None else str(term) for term in row) for row in result.rows]
    backwards = Tally(name, result.variables, tuple(rows[::-1]))
    merged = {*query.sums, *query.least}
    keys = {
        tuple(v for v, n in zip(row, result.variables, strict=True) if n not in merged)
        for row in rows
    }
    assert len(keys) == len(rows)
    assert list(added_up(query, [backwards]).rows) == rows


def _number(value: int) -> str:
    return f'"{value}"^^<{PREFIXES["xsd"]}integer>'
