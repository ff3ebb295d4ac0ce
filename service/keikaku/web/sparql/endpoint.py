"""The SPARQL endpoint: SPARQL 1.1 Protocol (query operation) as a bare ASGI application.

A GET whose result is at hand takes a short way without objects for request and response; all else
takes the long one. A browser gets a page for people, with the result as a table.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from keikaku.errors import EngineError, KeikakuError, QueryError
from keikaku.settings import Settings
from keikaku.store.admission import check_length
from keikaku.store.base import Dataset, FormatError, Query
from keikaku.web.negotiate import GRAPHS, choose, prefers_html
from keikaku.web.operation.trace import note
from keikaku.web.problems import HttpError, not_acceptable, respond
from keikaku.web.sparql import protocol
from keikaku.web.sparql.asked import Asked, Memory, client_of
from keikaku.web.sparql.caching import ResultCache, digest, named_in
from keikaku.web.sparql.coding import IDENTITY, coded, codings
from keikaku.web.sparql.description import Describer
from keikaku.web.sparql.editor import Editor
from keikaku.web.sparql.public import address
from keikaku.web.sparql.results import FOR_EVERYONE, Results
from keikaku.web.sparql.sending import Reply, cut_off, send_flow, send_reply, unless_gone
from keikaku.web.sparql.spreadsheet import spreadsheet, wants_bom
from keikaku.web.sparql.table import label_query, labels_of, table_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from keikaku.web.served import Served, Source
    from keikaku.web.sparql.asked import Client
    from keikaku.web.sparql.protocol import Operation, Parameters
    from keikaku.web.sparql.sending import Flow
    from keikaku.web.sparql.table import Table

MAX_BODY_BYTES = 250_000
"""Largest POST: the longest query in Japanese, percent-encoded, takes two thirds of it."""

_PREFLIGHT = Reply(
    HTTPStatus.NO_CONTENT,
    (
        (b"allow", protocol.ALLOW.encode()),
        (b"access-control-allow-methods", protocol.ALLOW.encode()),
        (b"access-control-allow-headers", b"*"),
        (b"access-control-max-age", b"86400"),
        *FOR_EVERYONE,
    ),
)
_OURS = {name for name, _ in FOR_EVERYONE}


def sparql_routes(
    source: Source,
    pinned: Callable[[str], Served] | None = None,
    *,
    settings: Settings | None = None,
    cache: ResultCache | None = None,
) -> list[Route]:
    """Return the routes /sparql and, where `pinned` knows releases, /releases/<id>/sparql."""
    settings = settings or Settings()
    cache = ResultCache(settings.cache_bytes) if cache is None else cache
    current = SparqlEndpoint(lambda _: source(), settings=settings, cache=cache)
    routes = [Route("/sparql", endpoint=current)]
    if pinned is not None:

        def release(scope: Scope) -> Served:
            return pinned(scope["path_params"]["release"])

        endpoint = SparqlEndpoint(release, pinned=True, settings=settings, cache=cache)
        routes.append(Route("/releases/{release}/sparql", endpoint=endpoint))
    return routes


class SparqlEndpoint:
    """An endpoint; each request asks anew what is served, so that a new release is picked up."""

    def __init__(
        self,
        source: Callable[[Scope], Served],
        *,
        pinned: bool = False,
        settings: Settings,
        cache: ResultCache,
    ) -> None:
        """Answer from what `source` gives for a request; a `pinned` one gives what stays."""
        self._source = source
        self._settings = settings
        self._results = Results(cache, seconds=settings.cache_seconds, pinned=pinned)
        self._memory = Memory()
        self._describer = Describer()
        self._editor = Editor(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        client = client_of(scope)
        try:
            reply = await self._reply(scope, receive, client)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - any error is answered, with CORS headers
            reply = await _finished(respond(error, client.accept), client, "no-store")
        if isinstance(reply, Reply):
            await send_reply(send, reply, bare=client.method == "HEAD")
            return
        try:
            await send_flow(send, receive, reply)
        except ClientDisconnect:
            return
        except KeikakuError as error:
            note(error=type(error).__name__)
            if not cut_off(scope):
                raise

    async def _reply(self, scope: Scope, receive: Receive, client: Client) -> Reply | Flow:
        if client.gets and (asked := self._memory.recall(scope["query_string"], client)):
            return await self._run(asked, scope, receive, client)
        if client.method == "OPTIONS":
            return _PREFLIGHT
        if client.method not in ("GET", "HEAD", "POST"):
            raise HttpError(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "SPARQL の問い合わせは GET か POST で送ってください。",
                "send SPARQL queries by GET or POST",
                {"Allow": protocol.ALLOW},
            )
        return await self._read(scope, receive, client)

    async def _read(self, scope: Scope, receive: Receive, client: Client) -> Reply | Flow:
        """Read a request anew, and do what it asks for."""
        query_string: bytes = scope["query_string"]
        parameters = protocol.parameters_of(query_string)
        if client.method == "POST":
            parameters += await protocol.posted(Request(scope, receive), MAX_BODY_BYTES)
        if prefers_html(client.accept) and protocol.format_name(parameters) is None:
            return await self._page(parameters, scope, receive, client)
        if client.gets and protocol.asks_nothing(parameters):
            return await self._describe(parameters, scope, client)
        operation = self._operation(parameters)
        asked = Asked.of(operation, client.accept, query_string if client.gets else None)
        if wants_bom(parameters):
            return await spreadsheet(self._results, asked, self._source(scope), client, receive)
        if client.gets:
            self._memory.remember(query_string, client, asked)
        return await self._run(asked, scope, receive, client)

    def _operation(self, parameters: Parameters) -> Operation:
        """Return what is asked for; too long a query is refused before anything is made of it."""
        operation = protocol.operation(parameters)
        check_length(operation.query, self._settings.max_query_length)
        return operation

    async def _run(
        self, asked: Asked, scope: Scope, receive: Receive, client: Client
    ) -> Reply | Flow:
        served = self._source(scope)
        if client.gets and (at_hand := self._results.at_hand(asked, served, client)):
            return at_hand
        try:
            return await self._results.response(asked, served, client, scope, receive)
        except FormatError as error:
            raise not_acceptable(error) from error

    async def _describe(self, parameters: Parameters, scope: Scope, client: Client) -> Reply:
        """Tell a client what this service is."""
        offer = choose(client.accept, protocol.format_name(parameters), GRAPHS)
        if not offer:
            raise not_acceptable()
        served = self._source(scope)
        endpoint = NamedNode(address(scope, self._settings.site))
        body = await self._describer.describe(
            endpoint,
            served,
            offer.kind,
            federated=bool(self._settings.services) and not self._settings.engine,
        )
        response = Response(body, headers={"Content-Type": offer.content_type})
        site = self._settings.site
        fresh = f"public, max-age={self._settings.cache_seconds}" if site else "no-cache"
        return await _finished(response, client, fresh)

    async def _page(
        self, parameters: Parameters, scope: Scope, receive: Receive, client: Client
    ) -> Reply:
        """Show people the form, and the result of their query if they sent one."""
        served = self._source(scope)
        table: Table | None = None
        fault: KeikakuError | None = None
        try:
            if not (protocol.asks_nothing(parameters) or protocol.value(parameters, "edit")):
                operation = self._operation(parameters)
                table = await unless_gone(receive, self._table(operation, served))
        except (QueryError, EngineError, HttpError) as error:
            fault = error
        here = address(scope, self._settings.site)
        response = self._editor.page(parameters, served, here, table=table, error=fault)
        return await _finished(response, client, "no-store" if fault else "no-cache")

    async def _table(self, operation: Operation, served: Served) -> Table:
        rows, graphs = QueryResultsFormat.TSV, RdfFormat.N_TRIPLES
        query = Query(operation.query, operation.dataset, rows, graphs, operation.seconds)
        found = await self._results.find(query, digest(query), served)
        table = await table_of(found, self._settings.base if served.release else None)
        if served.release is None or not (text := label_query(table)):
            return table
        query = Query(text, Dataset(), rows, None, operation.seconds)
        found = await self._results.find(query, digest(query), served)
        return replace(table, labels=await labels_of(found))


async def _finished(response: Response, client: Client, cache_control: str) -> Reply:
    """Return what is no result of a query as a reply: coded, and with an ETag of its bytes."""
    body = bytes(response.body)
    headers = [
        (name, value)
        for name, value in response.raw_headers
        if name not in _OURS and name != b"content-length"
    ]
    headers += [(b"cache-control", cache_control.encode()), *FOR_EVERYONE]
    coding = codings(client.encoding).of(len(body)) or IDENTITY
    if response.status_code == HTTPStatus.OK and client.gets:
        tag = b'"%s"' % sha256(coding.encode() + body).hexdigest()[:32].encode()
        headers.append((b"etag", tag))
        if client.if_none_match is not None and named_in(client.if_none_match, tag):
            kept = tuple(header for header in headers if header[0] != b"content-type")
            return Reply(HTTPStatus.NOT_MODIFIED, kept)
    if coding != IDENTITY:
        body = await coded(body, coding)
        headers.append((b"content-encoding", coding.encode()))
    headers.append((b"content-length", b"%d" % len(body)))
    return Reply(response.status_code, tuple(headers), body)
