"""A server engine: anything that speaks the SPARQL 1.1 Protocol, with results as if it were ours.

Rows are asked for as JSON and graphs as N-Triples, and both are written anew, so that every format
is the embedded engine's.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import (
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
)

from keikaku.errors import (
    BusyError,
    EngineError,
    KeikakuError,
    QueryRefusedError,
    QueryTimeoutError,
)
from keikaku.names import PREFIXES, is_iri
from keikaku.store.admission import (
    Bounds,
    admit,
    declared_prefixes,
    form_of,
    uses_keyword,
)
from keikaku.store.base import WHOLE, Dataset, Query, Serialized, Store, Streamed
from keikaku.store.connection import Call, Connection, Reply, result_too_large
from keikaku.store.dialect import Dialect, cut_short, dialect_of
from keikaku.store.limits import Limits, busy
from keikaku.store.written import not_a_graph, not_a_table, written_rows, written_triples

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Fields = dict[str, str | Sequence[str]]

_JSON = "application/sparql-results+json"
_READY_SECONDS = 3.0
_TRY_AGAIN = 5  # seconds
_OWN_LIMIT = 1.0
"""How much longer than the engine's own time limit we wait for it to say that it has stopped."""


class RemoteStore(Store):
    """A release in an engine that is reached by HTTP."""

    def __init__(
        self,
        endpoint: str,
        connection: Connection,
        bounds: Bounds | None = None,
        limits: Limits | None = None,
        whole: Dataset = WHOLE,
    ) -> None:
        """Ask at `endpoint`, over a connection that others may use too.

        `whole` names the graphs of the release to an engine whose default graph is not the union
        of all graphs.
        """
        self.endpoint = endpoint
        self._connection = connection
        self._bounds = bounds or Bounds()
        self._limits = limits or Limits()
        self._whole = whole
        self._known: Dialect | None = None

    def serialize(self, query: Query) -> Serialized:
        """Answer a SPARQL query with bytes."""
        admit(query.text, self._bounds)
        is_graph = form_of(query.text) in ("CONSTRUCT", "DESCRIBE")
        if is_graph and query.graphs is None:
            raise not_a_table()
        if not is_graph and query.rows is None:
            raise not_a_graph()
        body = self._asked(query, is_graph=is_graph)
        result = _rewritten(body, query, is_graph=is_graph)
        if len(result.body) > self._limits.result_bytes:
            raise result_too_large(self._limits.result_bytes)
        return result

    async def answer(self, query: Query) -> Serialized | Streamed:
        """Answer a SPARQL query in an event loop, over one of the connections.

        Its time begins now. A client that goes away leaves at once; its connection is free again
        when the engine has answered. Raises BusyError if too many wait, or one too long.
        """
        if self._connection.waiting() >= self._limits.waiting:
            raise busy(_TRY_AGAIN)
        seconds = min(query.seconds or self._limits.seconds, self._limits.seconds)
        deadline = time.monotonic() + seconds

        def ask() -> Serialized:
            left = deadline - time.monotonic()
            if left <= 0:
                raise busy(_TRY_AGAIN)
            return self.serialize(replace(query, seconds=left))

        try:
            return await self._connection.run(ask, seconds=seconds)
        except TimeoutError as error:
            raise busy(_TRY_AGAIN) from error

    def ready(self) -> bool:
        """Tell whether the engine answers."""
        try:
            self.serialize(Query("ASK {}", seconds=_READY_SECONDS))
        except KeikakuError:
            return False
        return True

    @property
    def dialect(self) -> Dialect:
        """What the engine does in its own way. Raises EngineError if it cannot be reached."""
        if self._known is not None:
            return self._known
        reply = self._post({"query": "ASK {}"}, _JSON, _READY_SECONDS)
        found = dialect_of(reply.headers.get("server", ""))
        if reply.status == _OK:  # else it may be a proxy that speaks
            self._known = found
        return found

    def _base(self, text: str) -> str:
        """Return the declaration of our base for a query without its own; engines take one only."""
        return "" if uses_keyword(text, "BASE") else f"BASE <{self._bounds.base}> "

    def _asked(self, query: Query, *, is_graph: bool) -> bytes:
        """Return what the engine says, in JSON or in N-Triples."""
        text = query.text
        has_from = uses_keyword(text, "FROM")
        dataset = self._dataset(query.dataset, has_from=has_from)
        seconds = min(query.seconds or self._limits.seconds, self._limits.seconds)
        fields: Fields = {
            "query": self.dialect.pragmas + self._base(text) + _prefixes(text) + text,
            "default-graph-uri": list(dataset.default_graphs),
            "named-graph-uri": list(dataset.named_graphs),
        }
        if not (has_from or dataset.default_graphs or dataset.named_graphs):
            fields |= self.dialect.union
        limit = self.dialect.parameters(seconds)
        wait = seconds + _OWN_LIMIT if limit else seconds
        accepted = RdfFormat.N_TRIPLES.media_type if is_graph else _JSON
        reply = self._post(fields | limit, accepted, wait)
        error = _failure(reply) or cut_short(reply)
        if error is not None:
            raise error
        return reply.body if is_graph else self.dialect.mended(reply.body)

    def _dataset(self, dataset: Dataset, *, has_from: bool) -> Dataset:
        """Return the graphs to name in the request."""
        _check(dataset)
        if not (has_from or dataset.default_graphs or dataset.named_graphs):
            return self._whole
        return self.dialect.dataset(dataset, has_from=has_from)

    def _post(self, fields: Fields, accept: str, seconds: float) -> Reply:
        call = Call("POST", self.endpoint, "engine", fields=fields, accept=accept, safe=True)
        reply = self._connection.send(call, seconds=seconds, most=self._limits.result_bytes)
        media_type = reply.headers.get("content-type", "").split(";")[0].strip()
        if reply.status == _OK and media_type not in _ACCEPTED[accept]:
            raise EngineError(
                f"SPARQL エンジンの答えが {media_type} で、SPARQL の結果ではありません。"
                "設定 engine が SPARQL エンドポイントか確かめてください。",
                f"the engine answered in {media_type or 'no media type'}, which is no SPARQL "
                "result; check that the setting engine is a SPARQL endpoint",
            )
        return reply


def _rewritten(body: bytes, query: Query, *, is_graph: bool) -> Serialized:
    """Write the engine's answer in the format asked for."""
    try:
        if is_graph:
            quads = parse(body, format=RdfFormat.N_TRIPLES)
            return written_triples((quad.triple for quad in quads), query.graphs)
        return written_rows(parse_query_results(body, format=QueryResultsFormat.JSON), query.rows)
    except SyntaxError as error:
        raise EngineError(
            "SPARQL エンジンの答えが途中で切れているか、壊れています。"
            "エンジン自身の制限時間を過ぎたのかもしれません。",
            f"the engine's answer is cut or damaged: {error}; "
            "it may have passed the engine's own time limit",
        ) from error


_OK = 200
_ACCEPTED = {
    _JSON: (_JSON, "application/json"),
    RdfFormat.N_TRIPLES.media_type: (RdfFormat.N_TRIPLES.media_type, "text/plain"),
}


def _prefixes(text: str) -> str:
    """Return, in one line, the declarations of our prefixes that a query uses without its own."""
    own = declared_prefixes(text)
    return "".join(
        f"PREFIX {name}: <{iri}> "
        for name, iri in PREFIXES.items()
        if f"{name}:" in text and name not in own
    )


def _check(dataset: Dataset) -> None:
    graphs: Iterable[str] = (*dataset.default_graphs, *dataset.named_graphs)
    for graph in graphs:
        if not is_iri(graph):
            raise QueryRefusedError(
                f"グラフの名前が絶対 IRI ではありません: {graph}",
                f"the name of a graph is no absolute IRI: {graph}",
            )


def _failure(reply: Reply) -> KeikakuError | None:
    """Return the error that the status of an answer stands for."""
    said = reply.saying
    if reply.status == _OK:
        return None
    if reply.status in (408, 504) or (reply.status >= 500 and _TIMED_OUT.search(said)):
        return QueryTimeoutError(
            "エンジンが自分の制限時間で問い合わせを打ち切りました。条件を絞ってください。",
            "the engine stopped the query at its own time limit; narrow the query",
        )
    if reply.status == 400 or (reply.status == 500 and _UNKNOWN_FUNCTION.search(said)):
        return QueryRefusedError(
            f"エンジンがこの問い合わせを実行できません: {said}",
            f"the engine cannot run this query: {said}",
        )
    if reply.status in (429, 503):
        return BusyError(
            "SPARQL エンジンが混み合っています。少し後で送ってください。",
            f"the engine is busy ({reply.status}: {said}); try again in a little while",
            seconds=_seconds(reply.headers.get("retry-after", "")),
        )
    if reply.status in (401, 403):
        return EngineError(
            "SPARQL エンジンが利用を認めません。"
            "設定 engine_user と engine_password を確かめてください。",
            "the engine denies access; check the settings engine_user and engine_password",
        )
    return EngineError(
        f"SPARQL エンジンが失敗しました（{reply.status}）: {said}",
        f"the engine failed with status {reply.status}: {said}",
    )


_TIMED_OUT = re.compile(r"tim(?:e|ed)[ -]?out|time limit|deadline|cancel", re.IGNORECASE)
_UNKNOWN_FUNCTION = re.compile(r"custom function|undefined procedure", re.IGNORECASE)


def _seconds(retry_after: str) -> int:
    return int(retry_after) if retry_after.isdecimal() else 5
