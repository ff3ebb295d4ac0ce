"""The SPARQL endpoint: SPARQL 1.1 Protocol (query operation) as a bare ASGI application.

https://www.w3.org/TR/sparql11-protocol/ and, for a GET without a query, the description of
https://www.w3.org/TR/sparql11-service-description/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pyoxigraph
from anyio import CapacityLimiter
from pyoxigraph import NamedNode, Triple
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from keikaku.names import RDF, Namespace
from keikaku.store.base import Dataset, FormatError, Query, Streamed
from keikaku.web.negotiate import GRAPHS, ROWS, choose, content_type, prefers_html
from keikaku.web.problems import HttpError, respond

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from keikaku.store.base import Store

MAX_BODY_BYTES = 1_000_000
"""Largest POST: the longest query in Japanese, percent-encoded, takes a fifth of it."""

MAX_RUNNING = 16
"""How many queries run at a time; the others wait, and pages stay alive meanwhile."""

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

_ALLOW = "GET, HEAD, OPTIONS, POST"
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_FORMAT_NAMES = ("format", "output")
_DATASET_NAMES = ("default-graph-uri", "named-graph-uri")

_FOR_EVERYONE = {"Access-Control-Allow-Origin": "*", "Vary": "Accept"}
_PREFLIGHT = {
    "Allow": _ALLOW,
    "Access-Control-Allow-Methods": _ALLOW,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}

Parameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Operation:
    """A query operation as the protocol defines it, and what names a format outside of it."""

    query: str
    dataset: Dataset
    format_name: str | None


def sparql_endpoint(
    store_source: Callable[[], Store], *, max_body_bytes: int = MAX_BODY_BYTES
) -> SparqlEndpoint:
    """Return the ASGI application that answers from the store that `store_source` gives."""
    return SparqlEndpoint(store_source, max_body_bytes)


class SparqlEndpoint:
    """The endpoint; each request asks for the store anew, so that a new release is picked up."""

    def __init__(self, store_source: Callable[[], Store], max_body_bytes: int) -> None:
        """Keep where stores come from."""
        self._store_source = store_source
        self._max_body_bytes = max_body_bytes
        self._limiter = CapacityLimiter(MAX_RUNNING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        accept = ",".join(request.headers.getlist("accept")) or None
        try:
            response = await self._answer(request, accept)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - any error is answered, with CORS headers
            response = respond(error, accept)
        response.headers.update(_FOR_EVERYONE)
        if request.method == "HEAD":
            response.body = b""  # its length stays in Content-Length
        await response(scope, receive, send)

    async def _answer(self, request: Request, accept: str | None) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT)
        if request.method not in ("GET", "HEAD", "POST"):
            raise HttpError(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "SPARQL の問い合わせは GET か POST で送ってください。",
                "send SPARQL queries by GET or POST",
                {"Allow": _ALLOW},
            )
        parameters = _parameters(request.scope["query_string"])
        if request.method == "POST":
            parameters += await self._posted(request)
        elif not {name for name, _ in parameters}.difference(_FORMAT_NAMES):
            return self._describe(request, accept, _format_name(parameters))
        return await self._run(_operation(parameters), accept)

    async def _run(self, operation: _Operation, accept: str | None) -> Response:
        rows = choose(accept, operation.format_name, ROWS)
        graph = choose(accept, operation.format_name, GRAPHS)
        if not (rows or graph):
            raise _not_acceptable()

        query = Query(
            operation.query,
            operation.dataset,
            rows.kind if rows else None,
            graph.kind if graph else None,
        )
        try:
            async with self._limiter:
                result = await self._store_source().answer(query)
        except FormatError as error:
            raise _not_acceptable(error) from error
        headers = {"Content-Type": content_type(result.media_type)}
        if isinstance(result, Streamed):
            return StreamingResponse(result.pieces, headers=headers)
        return Response(result.body, headers=headers)

    def _describe(self, request: Request, accept: str | None, name: str | None) -> Response:
        """Send a browser to the form, and tell a client what this service is."""
        if name is None and prefers_html(accept):
            page = f"{request.scope.get('root_path', '')}/#sparql"
            return RedirectResponse(page, HTTPStatus.SEE_OTHER)
        chosen = choose(accept, name, GRAPHS)
        if not chosen:
            raise _not_acceptable()
        endpoint = NamedNode(str(request.url.replace(query="", fragment="")))
        service = _service(endpoint, union=self._store_source().union_default)
        prefixes = {"sd": SD.iri, "rdf": RDF.iri}
        body = pyoxigraph.serialize(service, format=chosen.kind, prefixes=prefixes)
        return Response(body, headers={"Content-Type": chosen.content_type})

    async def _posted(self, request: Request) -> Parameters:
        """Return the parameters in the body of a POST; a bare query counts as one called query."""
        kind, _, options = request.headers.get("content-type", "").partition(";")
        kind = kind.strip().lower()
        charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", options, re.IGNORECASE)
        if kind not in (_FORM, _DIRECT) or (charset and charset[1].lower() != "utf-8"):
            raise HttpError(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                f"POST の本文は UTF-8 の {_DIRECT} か {_FORM} にしてください（更新は不可）。",
                f"a POST has a body of type {_DIRECT} or {_FORM}, in UTF-8; no updates here",
            )
        body = await self._body(request)
        return _parameters(body) if kind == _FORM else [("query", _decoded(body))]

    async def _body(self, request: Request) -> bytes:
        limit = self._max_body_bytes
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise HttpError(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    f"POST の本文が上限の {limit} バイトを超えています。",
                    f"the body of the POST is larger than the limit of {limit} bytes",
                )
        return bytes(body)


def _parameters(encoded: bytes) -> Parameters:
    """Read name=value pairs, from an address or a form. Raises HttpError if they are broken."""
    if re.search(rb"%(?![0-9A-Fa-f]{2})", encoded):
        raise _bad_request(
            "パーセント符号化が正しくありません（% の後に 16 進数が二桁必要です）。",
            "broken percent-encoding: % needs two hexadecimal digits after it",
        )
    try:
        return parse_qsl(
            encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=1000
        )
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except ValueError as error:
        raise _bad_request("パラメータが多すぎます。", "there are too many parameters") from error


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _values(parameters: Parameters, *names: str) -> tuple[str, ...]:
    return tuple(value for name, value in parameters if name in names)


def _format_name(parameters: Parameters) -> str | None:
    """Return what names a format: SPARQLWrapper sends several values under several names."""
    return ",".join(filter(None, _values(parameters, *_FORMAT_NAMES))) or None


def _operation(parameters: Parameters) -> _Operation:
    """Return the one query of a request, with its dataset. Raises HttpError if there is not one."""
    queries = _values(parameters, "query")
    if _values(parameters, "update"):
        raise _bad_request(
            "更新（update）は受け付けません。問い合わせは query で送ってください。",
            "updates are not taken here; send a query in the parameter query",
        )
    if len(queries) != 1:
        raise _bad_request(
            f"パラメータ query がちょうど一つ必要です（{len(queries)} 個ありました）。",
            f"exactly one parameter query is needed, there are {len(queries)}",
        )
    default_graphs, named_graphs = (_values(parameters, name) for name in _DATASET_NAMES)
    return _Operation(queries[0], Dataset(default_graphs, named_graphs), _format_name(parameters))


def _service(endpoint: NamedNode, *, union: bool) -> list[Triple]:
    formats = [NamedNode(offer.kind.iri) for offer in (*ROWS, *GRAPHS)]
    features = [SD["UnionDefaultGraph"]] if union else []
    return [
        Triple(endpoint, RDF["type"], SD["Service"]),
        Triple(endpoint, SD["endpoint"], endpoint),
        Triple(endpoint, SD["supportedLanguage"], SD["SPARQL11Query"]),
        *(Triple(endpoint, SD["feature"], feature) for feature in features),
        *(Triple(endpoint, SD["resultFormat"], kind) for kind in formats),
    ]


def _bad_request(ja: str, en: str) -> HttpError:
    return HttpError(HTTPStatus.BAD_REQUEST, ja, en)


def _not_utf8() -> HttpError:
    return _bad_request(
        "UTF-8 として読めない文字があります。", "there are bytes that are not UTF-8"
    )


def _not_acceptable(error: FormatError | None = None) -> HttpError:
    """Say why no format fits, if `error` knows, and list what is offered."""
    ja, en = (error.ja, error.en + ". ") if error else ("その形式では答えられません。", "")
    rows = ", ".join(offer.media_type for offer in ROWS)
    graphs = ", ".join(offer.media_type for offer in GRAPHS)
    return HttpError(
        HTTPStatus.NOT_ACCEPTABLE,
        f"{ja}選べる形式は、SELECT と ASK には {rows}、CONSTRUCT と DESCRIBE には {graphs} です。",
        f"{en}SELECT and ASK are offered as {rows}; CONSTRUCT and DESCRIBE as {graphs}",
    )
