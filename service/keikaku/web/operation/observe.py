"""Every request has an id, is timed, counted, and written into the log: the outermost layer."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from keikaku.errors import KeikakuError
from keikaku.web.operation.connection import CONNECTION
from keikaku.web.operation.trace import Trace, begin
from keikaku.web.operation.trusted import trusted_proxies
from keikaku.web.problems import respond
from keikaku.web.reader import in_japanese

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from keikaku.settings import Settings
    from keikaku.web.operation.metrics import Metrics

KINDS = {
    "": "page",
    ".well-known": "resource",
    "api": "question",
    "ask": "page",
    "catalog": "resource",
    "compare": "page",
    "context.jsonld": "resource",
    "diff": "page",
    "discrepancies": "page",
    "discrepancies.csv": "page",
    "discrepancies.json": "page",
    "discrepancies.xlsx": "page",
    "doc": "resource",
    "graph": "resource",
    "healthz": "health",
    "id": "resource",
    "items": "page",
    "lookup": "page",
    "matrix": "page",
    "metrics": "health",
    "ns": "resource",
    "overview": "page",
    "pictures": "page",
    "plans": "page",
    "questions": "page",
    "readyz": "health",
    "reconcile": "question",
    "releases": "download",
    "report": "page",
    "robots.txt": "static",
    "shapes": "resource",
    "sitemap.xml": "static",
    "sparql": "sparql",
    "static": "static",
}
"""The kind of a request by the first step of its path; what is not here is `other`."""

CLIENT_LEFT = 499
"""The status in log and metrics of a request whose client left before there was an answer."""

_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_EXPOSED = (b"access-control-expose-headers", b"X-Request-Id")
_log = logging.getLogger("keikaku.requests")


class Observed:
    """An application behind its proxies, whose requests are seen.

    X-Forwarded-For, X-Forwarded-Proto and X-Request-Id are believed only from a trusted proxy; the
    client's address is then the first one from the right that is none of these proxies'.
    """

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        """Watch over `app`; raises SettingsError where trusted_proxies holds no addresses."""
        proxied = ProxyHeadersMiddleware(app, trusted_proxies(settings))  # type: ignore[arg-type]
        self._proxies = proxied.trusted_hosts
        self._app: ASGIApp = proxied if settings.trusted_proxies else app  # type: ignore[assignment]
        self._settings = settings
        self._metrics = metrics
        self._base_path = urlsplit(settings.base).path  # it ends in a slash
        self._open = 0
        metrics.watch("keikaku_requests_open", lambda: self._open)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = self._trace(scope)
        begin(trace)  # for good: each request is a task of its own
        response = _Response(send, trace.id, counted=trace.method != "HEAD")
        self._open += 1
        started = perf_counter()
        try:
            await self._app(scope, receive, response.send)
        except Exception as error:  # noqa: BLE001 - it is answered, or raised again
            cause = _cause(error)
            trace.fields["error"] = type(cause).__name__
            await self._mend(cause, response, scope, receive)
        finally:
            self._open -= 1
            self._finish(trace, response, perf_counter() - started, scope)

    async def _mend(
        self, error: Exception, response: _Response, scope: Scope, receive: Receive
    ) -> None:
        """Answer what the application left unanswered; raise to cut what cannot be completed."""
        if not response.status:
            said = respond(error, Headers(scope=scope).get("accept"))
            said.headers["Access-Control-Allow-Origin"] = "*"
            await said(scope, receive, response.send)
        elif not response.complete:
            raise error

    def _trace(self, scope: Scope) -> Trace:
        method = scope["method"]
        return Trace(
            self._id(scope),
            self._kind(scope["path"]),
            method if method in _METHODS else "other",
        )

    def _id(self, scope: Scope) -> str:
        """Return the id that a trusted proxy gave the request, else a new one."""
        client = scope.get("client")
        if client and client[0] in self._proxies:
            given = next(
                (value for name, value in scope["headers"] if name == b"x-request-id"), b""
            )
            if _ID.fullmatch(given):
                return str(given, "ascii")
        return secrets.token_hex(8)

    def _kind(self, path: str) -> str:
        path = in_japanese(path)
        below = path[len(self._base_path) :] if path.startswith(self._base_path) else path[1:]
        if below.endswith("/sparql"):  # of a release
            return "sparql"
        return KINDS.get(below.partition("/")[0], "other")

    def _finish(self, trace: Trace, response: _Response, seconds: float, scope: Scope) -> None:
        """Count the request and write its lines into the log."""
        status = response.status or CLIENT_LEFT
        self._metrics.answered(trace.kind, trace.method, status, seconds, response.size)
        said: dict[str, Any] = {
            "method": trace.method,
            "kind": trace.kind,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "bytes": response.size,
            **trace.fields,
        }
        if not response.complete or _left(scope):
            said["complete"] = False
        if self._settings.log_addresses:
            said["client"] = (scope.get("client") or ("",))[0]
        if trace.query is not None:
            said["query"] = hashlib.sha256(trace.query.encode(errors="replace")).hexdigest()[:12]
            if self._settings.log_queries:
                said["text"] = trace.query
            if seconds > self._settings.slow_query_seconds:
                self._metrics.count("keikaku_slow_queries_total")
                _log.warning("slow query", extra={"fields": said})
        if self._settings.log_requests:
            _log.info("request", extra={"fields": said})


def _left(scope: Scope) -> bool:
    """Tell whether the client has left; a server that does not know says nothing."""
    extension = scope.get("extensions", {}).get(CONNECTION)
    return extension is not None and bool(extension["left"]())


def _cause(error: Exception) -> Exception:
    """Return the error of ours that Starlette wraps when it comes after the response has begun."""
    return error.__cause__ if isinstance(error.__cause__, KeikakuError) else error


class _Response:
    """What goes out: counted, with the id of the request on it."""

    __slots__ = ("_counted", "_id", "_send", "complete", "size", "status")

    def __init__(self, send: Send, request_id: str, *, counted: bool) -> None:
        self._send = send
        self._id = (b"x-request-id", request_id.encode("ascii"))
        self._counted = counted
        self.status = 0
        self.size = 0
        self.complete = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            headers = [*message.get("headers", ()), self._id, _EXPOSED]
            await self._send({**message, "headers": headers})
            return
        await self._send(message)
        if message["type"] == "http.response.body":
            if self._counted:
                self.size += len(message.get("body", b""))
            self.complete = not message.get("more_body", False)
