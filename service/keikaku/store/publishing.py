"""Puts a release into a server engine, so that its readers see one release or another, no mixture.

Two ways, each whole only as far as it says:

- Two datasets take turns (`{slot}` in the addresses). The idle one is emptied and filled piece by
  piece while nobody reads it, and readers are sent there when it is full. This asks nothing of the
  engine.
- One dataset is replaced by one update request that drops the old graphs and inserts the new
  ones. That is whole where the engine runs a request as one transaction: Oxigraph does (tested
  under load), Virtuoso 7 does not and is refused. There are no staging graphs, since the union of
  all graphs, which plain queries read, would show them. A first filling, before anybody reads, goes
  piece by piece like that of an idle dataset.

A dataset that is being filled holds a mark, so that what a killed run left is known as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat

from keikaku.errors import EngineError, ResultSizeError, SettingsError
from keikaku.names import SHARED
from keikaku.store.base import Query, Solutions
from keikaku.store.connection import Call, Connection
from keikaku.store.limits import Limits
from keikaku.store.remote import RemoteStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keikaku.settings import Settings
    from keikaku.store.base import Dataset, Store

_MARK = "urn:keikaku:filling"
_MARKED = f"<{_MARK}> <{_MARK}> <{_MARK}> .\n".encode()
_PIECE = 10_000
_MOST_AT_ONCE = 100_000_000
_LIMITS = Limits(seconds=600, result_bytes=100_000_000)
_HUNDRED_THOUSAND = "SELECT ('' AS ?x) {{ {} }}".format(
    " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcde")
)


@dataclass(frozen=True, slots=True)
class Place:
    """A dataset of an engine: where it is asked, and where it takes updates and whole graphs."""

    query: str
    update: str
    graphs: str
    slot: int | None

    @classmethod
    def of(cls, settings: Settings, slot: int) -> Place:
        """Return the place that the settings name; raises SettingsError if they do not fit."""
        addresses = (settings.engine, settings.engine_update, settings.engine_graphs)
        if not settings.engine or not any(addresses[1:]):
            raise SettingsError(
                "設定 engine と、engine_graphs か engine_update を書いてください。",
                "publishing to an engine needs the setting engine, "
                "and engine_graphs or engine_update",
            )
        with_slots = {"{slot}" in address for address in addresses if address}
        if len(with_slots) > 1:
            raise SettingsError(
                "{slot} は engine、engine_update、engine_graphs のすべてに書いてください。",
                "{slot} stands in all of engine, engine_update and engine_graphs or in none",
            )
        query, update, graphs = (address.replace("{slot}", str(slot)) for address in addresses)
        return cls(query, update, graphs, slot if True in with_slots else None)


class Depot:
    """A dataset of an engine that takes releases."""

    def __init__(self, place: Place, connection: Connection) -> None:
        """Keep the releases of one folder at `place`."""
        self.place = place
        self.store = RemoteStore(place.query, connection, limits=_LIMITS)
        self._connection = connection

    def seen_as(self, whole: Dataset) -> RemoteStore:
        """Return a store that sees the graphs of `whole` where a query names none."""
        return RemoteStore(self.place.query, self._connection, limits=_LIMITS, whole=whole)

    def counts(self) -> dict[str, int]:
        """Return how many triples each graph holds, the engine's own graphs included."""
        return graph_counts(self.store)

    def put(self, source: pyoxigraph.Store, base: str) -> None:
        """Let the dataset hold what `source` holds, and nothing else of ours.

        Raises EngineError if it holds graphs that are not ours, or if readers would see a mixture.
        What was filled stays marked until `finish`.
        """
        held = self._held(base)
        if self.place.slot is None and held and _MARK not in held:
            self.replace(source, base)
        else:
            self._fill(source, held)

    def replace(self, source: pyoxigraph.Store, base: str) -> None:
        """Drop what the dataset holds of ours and insert what `source` holds, in one request.

        Raises EngineError if the engine cannot do that as one.
        """
        if not self.place.update or not self.store.dialect.atomic_updates:
            raise EngineError(
                "このエンジンには公開中のリリースがあり、一度には入れ替えられません。"
                "二つのデータセットを用意し、設定のアドレスに {slot} を書いてください。",
                "this dataset holds a release, and the engine cannot replace it as one; "
                "set up two datasets and write {slot} in the settings' addresses",
            )
        drops = "".join(f"DROP SILENT GRAPH <{graph}> ;\n" for graph in self._held(base))
        parts = [drops.encode(), b"INSERT DATA {\n"]
        size = 0
        for graph in _graphs_of(source):
            for piece in _pieces(source, graph):
                parts += [b"GRAPH <", graph.encode(), b"> {\n", piece, b"}\n"]
                size += len(piece)
                if size > _MOST_AT_ONCE:
                    raise _too_much()
        self._update(b"".join((*parts, b"}")))

    def finish(self) -> None:
        """Say that the dataset is whole."""
        if _MARK in self.counts():
            self._drop(_MARK)

    def _held(self, base: str) -> tuple[str, ...]:
        """Return our graphs; raises EngineError if there are others that are not the engine's."""
        counts = self.counts()
        ours = tuple(graph for graph in counts if _is_ours(graph, base))
        if len(ours) < len(counts) and not self.store.dialect.own_graphs:
            other = next(graph for graph in counts if graph not in ours)
            raise EngineError(
                f"このデータセットには keikaku のものでないグラフ {other} があります。"
                "専用の空のデータセットを使ってください。",
                f"the dataset holds a graph that is not keikaku's, {other}; "
                "use an empty dataset of its own",
            )
        return ours

    def _fill(self, source: pyoxigraph.Store, held: Iterable[str]) -> None:
        self._add(_MARK, _MARKED)
        for graph in held:
            if graph != _MARK:
                self._drop(graph)
        for graph in _graphs_of(source):
            for piece in _pieces(source, graph):
                self._add(graph, piece)

    def _add(self, graph: str, ntriples: bytes) -> None:
        if not self.place.graphs:
            opening = f"INSERT DATA {{ GRAPH <{graph}> {{\n".encode()
            self._update(opening + ntriples + b"} }")
            return
        self._change("POST", graph, ntriples)

    def _drop(self, graph: str) -> None:
        if self.place.graphs:
            self._change("DELETE", graph)
        else:
            self._update(f"DROP SILENT GRAPH <{graph}>".encode())

    def _change(self, method: str, graph: str, ntriples: bytes | None = None) -> None:
        media_type = RdfFormat.N_TRIPLES.media_type if ntriples is not None else ""
        self._send(
            Call(
                method,
                self.place.graphs,
                "engine_graphs",
                parameters={"graph": graph},
                body=ntriples,
                media_type=media_type,
            )
        )

    def _update(self, text: bytes) -> None:
        address, media_type = self.place.update, "application/sparql-update"
        self._send(Call("POST", address, "engine_update", body=text, media_type=media_type))

    def _send(self, call: Call) -> None:
        reply = self._connection.send(call, seconds=_LIMITS.seconds, most=_LIMITS.result_bytes)
        if not 200 <= reply.status < 300:
            raise EngineError(
                f"エンジンが書込みを受け付けません（{call.setting}、{reply.status}）: "
                f"{reply.saying}",
                f"the engine refuses to write ({call.setting}, {reply.status}): {reply.saying}",
            )


def graph_counts(store: Store) -> dict[str, int]:
    """Return how many triples each graph of a store holds."""
    result = store.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    rows = result.rows if isinstance(result, Solutions) else ()
    return {
        graph.value: int(count.value)
        for graph, count in rows
        if isinstance(graph, NamedNode) and isinstance(count, Literal)
    }


def check_row_limit(store: RemoteStore) -> None:
    """Raise EngineError if the engine cuts graphs and tells nobody.

    Virtuoso does where ResultSetMaxRows is set; of tables it tells that they are cut.
    """
    if not store.dialect.silent_cuts:
        return
    try:
        store.serialize(Query(_HUNDRED_THOUSAND, rows=QueryResultsFormat.CSV))
    except ResultSizeError as error:
        raise EngineError(
            f"{error.ja} その制限があると CONSTRUCT の結果は何も言わずに切られます。"
            "virtuoso.ini の ResultSetMaxRows を消してください。",
            f"{error.en}; with that limit CONSTRUCT is cut without a word: "
            "remove ResultSetMaxRows from virtuoso.ini",
        ) from error


def _is_ours(graph: str, base: str) -> bool:
    return graph == _MARK or graph.startswith((f"{base}graph/", f"{SHARED}graph/"))


def _graphs_of(source: pyoxigraph.Store) -> Iterator[str]:
    for graph in source.named_graphs():
        if isinstance(graph, NamedNode):
            yield graph.value


def _pieces(source: pyoxigraph.Store, graph: str) -> Iterator[bytes]:
    """Yield a graph as N-Triples in pieces of bounded size; no triple has a blank node."""
    quads = source.quads_for_pattern(None, None, None, NamedNode(graph))
    triples = (quad.triple for quad in quads)
    while piece := list(islice(triples, _PIECE)):
        yield pyoxigraph.serialize(piece, format=RdfFormat.N_TRIPLES) or b""


def _too_much() -> EngineError:
    return EngineError(
        f"リリースが {_MOST_AT_ONCE:,} バイトより大きく、一度には入れ替えられません。"
        "二つのデータセットを用意し、設定のアドレスに {slot} を書いてください。",
        f"the release has more than {_MOST_AT_ONCE:,} bytes, too many to replace it in one "
        "request; set up two datasets and write {slot} in the settings' addresses",
    )
