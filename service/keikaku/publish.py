"""Publishes a release to a server engine, checks what it answers, and then sends readers there."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyoxigraph

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.lexicon import Lexicon
from keikaku.errors import EngineError, KeikakuError, QuestionError
from keikaku.release.shelf import Shelf
from keikaku.store.base import Dataset, Solutions
from keikaku.store.embedded import EmbeddedStore
from keikaku.store.holding import Holding, connection_of, read_holding, write_holding
from keikaku.store.publishing import Depot, Place, check_row_limit, graph_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from keikaku.release.shelf import Release
    from keikaku.settings import Settings
    from keikaku.store.base import Store

    Progress = Callable[[str], None]

TAKING_UP = 10.0
"""How long servers may take to turn to another dataset after a switch, in seconds.

They look five times a second, open it, and where that fails try again after five seconds.
"""

_MOST_NAMED = 200
"""How many graphs can be named in each request where the default graph is not their union."""


def publish(settings: Settings, release: Release, progress: Progress = lambda _: None) -> Holding:
    """Put a release into the server engine, check it, send readers there, and return what serves.

    Readers see the release before until then. Raises SettingsError, EngineError or another
    KeikakuError, and then that one still serves: untouched where two datasets take turns, put back
    into a single one if the check failed.
    """
    with Shelf(settings.releases).writing(), connection_of(settings) as connection:
        before = read_holding(settings.releases)
        depot = Depot(_next_place(settings, before), connection)
        _let_readers_finish(before, depot.place, settings, progress)
        progress(f"{depot.place.query}: 転送")
        depot.put(_quads_of(release), release.manifest["base"])
        progress(f"{depot.place.query}: 照合")
        try:
            graphs = check(depot, release)
        except KeikakuError as error:
            _put_back(settings, before, depot, error)
            raise
        depot.finish()
        place = depot.place
        served = Holding(release.id, place.query, place.slot, datetime.now(UTC), graphs)
        write_holding(settings.releases, served)
        return served


def check(depot: Depot, release: Release) -> tuple[str, ...]:
    """Check that an engine answers as the embedded one, and return the graphs to name, if any.

    It has to hold as many triples in each graph, to answer over the union of all, and to give the
    same rows for each question of the catalogue. Raises EngineError with the first difference.
    """
    embedded = EmbeddedStore.open(release.store)
    expected, found = graph_counts(embedded), depot.counts()
    for graph, count in expected.items():
        if found.get(graph, 0) != count:
            raise EngineError(
                f"グラフ {graph} のトリプルが、リリースでは {count:,}、"
                f"エンジンでは {found.get(graph, 0):,} です。",
                f"graph {graph} has {count:,} triples in the release and "
                f"{found.get(graph, 0):,} in the engine",
            )
    check_row_limit(depot.store)
    graphs = _graphs_to_name(depot, tuple(expected), sum(found.values()))
    _check_from(depot, expected)
    remote = depot.seen_as(Dataset(graphs, graphs))
    for name, query in _questions(embedded):
        if _rows(remote, query) != _rows(embedded, query):
            raise EngineError(
                f"質問「{name}」の答えが、エンジンと内蔵エンジンで違います。",
                f"the engine answers the question {name} in another way than the embedded one",
            )
    return graphs


def _next_place(settings: Settings, before: Holding | None) -> Place:
    """Return the dataset that does not serve; where there is only one, that."""
    return Place.of(settings, 2 if before is not None and before.slot == 1 else 1)


def _let_readers_finish(
    before: Holding | None, place: Place, settings: Settings, progress: Progress
) -> None:
    """Wait until the queries that began before the last switch have ended where they began."""
    if before is None or place.slot is None:
        return
    since = (datetime.now(UTC) - before.date).total_seconds()
    left = settings.max_query_seconds + TAKING_UP - since
    if left > 0:
        progress(f"{place.query}: 前の問い合わせを待つ")
        time.sleep(left)


def _put_back(
    settings: Settings, before: Holding | None, depot: Depot, error: KeikakuError
) -> None:
    """Put the release that served back into a single dataset; `error` says why."""
    if depot.place.slot is not None or before is None or before.endpoint != depot.place.query:
        return
    try:
        old = Shelf(settings.releases).release(before.release)
        depot.replace(_quads_of(old), old.manifest["base"])
    except KeikakuError as second:
        raise EngineError(
            f"{error.ja} 前のリリースにも戻せませんでした。エンジンの中身を確かめてください: "
            f"{second.ja}",
            f"{error.en}; and the release before could not be put back, so look after the "
            f"engine: {second.en}",
        ) from error


def _quads_of(release: Release) -> pyoxigraph.Store:
    return pyoxigraph.Store.read_only(str(release.store))


def _graphs_to_name(depot: Depot, graphs: tuple[str, ...], total: int) -> tuple[str, ...]:
    """Return the graphs to name in each request, none if the default graph is their union."""
    if _number(depot.store) == total:
        return ()
    if len(graphs) <= _MOST_NAMED:
        return graphs
    raise EngineError(
        "エンジンの既定グラフがすべてのグラフの和になっていません。"
        "エンジンをそう設定してください。",
        "the engine's default graph is not the union of all graphs; configure it so",
    )


def _check_from(depot: Depot, expected: Mapping[str, int]) -> None:
    """Check that FROM narrows the default graph, by a graph that is not all there is."""
    if len(expected) < 2:
        return
    graph = min(expected, key=lambda name: (expected[name], name))
    if _number(depot.store, f"FROM <{graph}>") != expected[graph]:
        raise EngineError(
            "エンジンが FROM を無視します。"
            "oxigraph は --union-default-graph なしで動かしてください。",
            "the engine ignores FROM; run oxigraph without --union-default-graph",
        )


def _number(store: Store, clause: str = "") -> int:
    result = store.query(f"SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}")
    assert isinstance(result, Solutions)  # noqa: S101  (a SELECT)
    return int(result.rows[0][0].value)  # type: ignore[union-attr]


def _questions(store: Store) -> Iterator[tuple[str, str]]:
    """Yield each question with its example, or for any value where a release has not that."""
    lexicon = Lexicon.read(store)
    for question in Catalogue.load():
        try:
            bound = question.bind(lexicon, question.example)
        except QuestionError:
            bound = ()
        yield question.name, question.sparql(bound)


def _rows(store: Store, query: str) -> Counter[object]:
    """Return a query's rows; the order of equal ones is the engine's own affair."""
    result = store.query(query)
    return Counter(result.rows) if isinstance(result, Solutions) else Counter()
