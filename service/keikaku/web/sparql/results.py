"""Results on their way out: from the cache or the store, coded, and with what caches need to know.

RFC 9110 (conditional requests, content codings) and RFC 9111 (caching).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from keikaku.web.operation.trace import note, note_query
from keikaku.web.problems import HttpError
from keikaku.web.sparql import caching
from keikaku.web.sparql.caching import Kept, Passing, ResultCache, entity_tag, named_in
from keikaku.web.sparql.coding import IDENTITY, coded_stream, codings
from keikaku.web.sparql.sending import Flow, Reply, collected, unless_gone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope

    from keikaku.store.base import Query
    from keikaku.web.served import Served
    from keikaku.web.sparql.asked import Asked, Client
    from keikaku.web.sparql.caching import Key
    from keikaku.web.sparql.coding import Codings
    from keikaku.web.sparql.sending import Headers

MAX_WITHOUT_CHUNKS = 8_000_000
"""Largest result for a client of HTTP/1.0, which could not tell a broken one from a whole one."""

FOR_EVERYONE: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Location, ETag, Link, Retry-After"),
    (b"vary", b"Accept, Accept-Encoding"),
)
"""Headers of whatever the endpoint sends."""

_OLD_HTTP = ("1.0", "0.9")
_FOREVER = (b"cache-control", caching.FOREVER.encode())
_NEVER = (b"cache-control", b"no-store")
_ASK_AGAIN = (b"cache-control", b"no-cache")


class Results:
    """Gives the results of queries as responses.

    Those of a pinned endpoint may be kept forever, others for as long as `seconds` says.
    """

    def __init__(self, cache: ResultCache, *, seconds: int, pinned: bool) -> None:
        """Answer from `cache` first."""
        self._cache = cache
        self._pinned = pinned
        self._fresh = _FOREVER if pinned else (b"cache-control", b"public, max-age=%d" % seconds)

    def at_hand(self, asked: Asked, served: Served, client: Client) -> Reply | None:
        """Return the response to a GET or HEAD if the cache or the client has the result."""
        if served.kept_as is None:
            return None
        key = (served.kept_as, asked.digest)
        takes = codings(client.encoding)
        kept = self._cache.get(key)
        if client.if_none_match is not None and not (asked.may_change and kept is None):
            tag = _named(client.if_none_match, key, takes, is_there=kept is not None)
            if tag:
                note(release=served.release, cache="client")
                return self._not_modified(tag, asked, served)
        coding = takes.of(len(kept.body)) if kept else None
        if kept is None or coding is None or coding not in kept.headers:
            return None
        self._cache.hits += 1
        note(release=served.release, cache="hit")
        note_query(asked.query.text)
        said = self._said(key, asked, served, client)
        return Reply(HTTPStatus.OK, kept.headers[coding] + said, kept.bodies[coding])

    async def find(self, query: Query, digest: bytes, served: Served) -> Kept | Passing:
        """Return the result of a query, from the cache or the store."""
        note(release=served.release)
        note_query(query.text)
        key = (served.kept_as, digest) if served.kept_as else None
        return await self._cache.answer(key, query, served.store.answer)

    async def response(
        self, asked: Asked, served: Served, client: Client, scope: Scope, receive: Receive
    ) -> Reply | Flow:
        """Return the response to a query, made while the client is there.

        Raises ClientDisconnect if it goes away, HttpError where it takes no coding of ours, and
        what the store raises.
        """
        found = await unless_gone(receive, self.find(asked.query, asked.digest, served))
        if isinstance(found, Kept):
            return await self._whole(found, asked, served, client)
        try:
            flow = await self._in_pieces(found, asked, served, client, scope, receive)
        except BaseException:
            await found.close()
            raise
        if isinstance(flow, Reply):
            await found.close()
        return flow

    async def _whole(self, kept: Kept, asked: Asked, served: Served, client: Client) -> Reply:
        takes = codings(client.encoding)
        if client.gets and client.if_none_match is not None and kept.key:
            tag = _named(client.if_none_match, kept.key, takes, is_there=True)
            if tag:
                return self._not_modified(tag, asked, served)
        coding = _required(takes.of(len(kept.body)))
        await self._cache.code(kept, coding)
        headers = kept.headers[coding]
        if not client.gets:
            headers = tuple(header for header in headers if header[0] != b"etag")
        said = self._said(kept.key, asked, served, client)
        return Reply(HTTPStatus.OK, headers + said, kept.bodies[coding])

    async def _in_pieces(
        self,
        found: Passing,
        asked: Asked,
        served: Served,
        client: Client,
        scope: Scope,
        receive: Receive,
    ) -> Reply | Flow:
        if scope["http_version"] in _OLD_HTTP and client.method != "HEAD":
            kept = await unless_gone(receive, _collected(found))
            return await self._whole(kept, asked, served, client)
        coding = _required(codings(client.encoding).of(None))
        said = self._said(found.key, asked, served, client)
        headers = _head_of_pieces(found, coding, tagged=client.gets) + said
        if client.method == "HEAD":
            return Reply(HTTPStatus.OK, headers)
        pieces = found.pieces if coding == IDENTITY else coded_stream(found.pieces, coding)
        first = await unless_gone(receive, _first(pieces))
        return Flow(headers, first, pieces, found.close)

    def _not_modified(self, tag: bytes, asked: Asked, served: Served) -> Reply:
        headers = ((b"etag", tag), self._fresh, *self._cited(asked, served), *FOR_EVERYONE)
        return Reply(HTTPStatus.NOT_MODIFIED, headers)

    def _said(self, key: Key | None, asked: Asked, served: Served, client: Client) -> Headers:
        """Return the headers that say who may keep a result, and where it stays."""
        if key is None:
            fresh = _ASK_AGAIN if served.citable is None else _NEVER
        else:
            fresh = self._fresh if client.gets else _ASK_AGAIN
        return (fresh, *self._cited(asked if client.gets else None, served), *FOR_EVERYONE)

    def _cited(self, asked: Asked | None, served: Served) -> Headers:
        """Return where the same release answers forever, and the address of this very result."""
        if served.citable is None or self._pinned:
            return ()
        endpoint = f"/releases/{served.citable}/sparql".encode()
        via = (b"link", b'<%s>; rel="via"' % endpoint)
        if asked is None or asked.cited is None:
            return (via,)
        return (via, (b"content-location", b"%s?%s" % (endpoint, asked.cited)))


def _head_of_pieces(found: Passing, coding: str, *, tagged: bool) -> Headers:
    """Return the headers of a result in pieces.

    Coded in pieces it may have other bytes than coded as a whole, so that its ETag is weak then.
    """
    headers: Headers = ((b"content-type", found.content_type),)
    if coding != IDENTITY:
        headers += ((b"content-encoding", coding.encode()),)
    if tagged and found.key:
        tag = entity_tag(found.key, coding)
        headers += ((b"etag", tag if coding == IDENTITY else b"W/" + tag),)
    return headers


def _named(if_none_match: bytes, key: Key, takes: Codings, *, is_there: bool) -> bytes | None:
    """Return the ETag that If-None-Match names, of those that the response could have.

    A star names whatever is there.
    """
    if if_none_match.strip() == b"*" and not is_there:
        return None
    possible = (entity_tag(key, coding) for coding in (takes.best, IDENTITY) if coding)
    return next((tag for tag in possible if named_in(if_none_match, tag)), None)


def _required(coding: str | None) -> str:
    if coding is None:
        raise HttpError(
            HTTPStatus.NOT_ACCEPTABLE,
            "Accept-Encoding のどの方式でも送れません。使えるもの: br、zstd、gzip、identity",
            "none of the codings in Accept-Encoding is here; there are br, zstd, gzip and identity",
        )
    return coding


async def _first(pieces: AsyncIterator[bytes]) -> bytes:
    """Return the first piece that is not empty."""
    async for piece in pieces:
        if piece:
            return piece
    return b""


async def _collected(found: Passing) -> Kept:
    body, whole = await collected(found.pieces, MAX_WITHOUT_CHUNKS)
    if not whole:
        raise HttpError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"HTTP/1.0 では {MAX_WITHOUT_CHUNKS} バイトより大きな結果を送れません。"
            "HTTP/1.1 を使うか、LIMIT で分けてください。",
            f"a result of more than {MAX_WITHOUT_CHUNKS} bytes cannot be sent over HTTP/1.0; "
            "use HTTP/1.1, or fetch it in parts by LIMIT",
        )
    return Kept.of_body(found.key, found.content_type, body)
