"""Conditional requests for pages and small answers: a strong ETag, 304, and HEAD.

What brings an ETag of its own (files), what is sent in pieces and the endpoint, which is reached
straight, are left as they are.
"""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from keikaku.web.reader import reader
from keikaku.web.sparql.caching import named_in

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 4_000_000
"""A larger body is sent without an ETag."""

_OF_BODY = ("content-type", "content-length", "content-encoding", "content-language")


class Conditional:
    """An application whose whole answers to GET and HEAD have an ETag."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not _concerns(scope):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(scope, send).send)


def _concerns(scope: Scope) -> bool:
    """Tell whether a request is for a page or a file; the endpoints have their own ETags."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    return not str(scope["path"]).endswith("/sparql")


class _Answer:
    """The answer to one request, held back until its body is known to be whole."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._head = scope["method"] == "HEAD"
        self._asked = Headers(scope=scope).get("if-none-match", "")
        self._send = send
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        """Pass a message on; the start of a whole answer waits for its body."""
        if message["type"] == "http.response.start" and _may_be_tagged(message):
            self._start = message
            return
        if self._start is not None:
            start, self._start = self._start, None
            body = message.get("body", b"")
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                await self._whole(start, body)
                return
            await self._send(start)
        await self._send(message)

    async def _whole(self, start: Message, body: bytes) -> None:
        headers = MutableHeaders(scope=start)
        headers.setdefault("Cache-Control", "no-cache")
        if len(body) <= LARGEST:
            tag = _tag(headers, body)
            headers["ETag"] = tag.decode()
            if self._asked and named_in(self._asked.encode("latin-1"), tag):
                for name in _OF_BODY:
                    del headers[name]
                start["status"], body = HTTPStatus.NOT_MODIFIED.value, b""
        await self._send(start)
        await self._send({"type": "http.response.body", "body": b"" if self._head else body})


def _may_be_tagged(start: Message) -> bool:
    """Tell whether an answer is a success that may be kept and has no ETag of its own."""
    headers = Headers(raw=start.get("headers", []))
    kept = "no-store" not in headers.get("cache-control", "")
    return start["status"] == HTTPStatus.OK and "etag" not in headers and kept


def _tag(headers: MutableHeaders, body: bytes) -> bytes:
    """Return the strong ETag of a body in its form and in the reader's language."""
    said = "\0".join(
        (reader().language, headers.get("content-type", ""), headers.get("content-location", ""))
    )
    return b'"%s"' % sha256(said.encode() + b"\0" + body).hexdigest()[:32].encode()
