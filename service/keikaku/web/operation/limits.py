"""How often one client may ask: a bucket of tokens for each address.

A bucket holds a quarter of a minute's requests, ten at least, and fills evenly. Each request takes
a token; X-RateLimit-Limit says how many the bucket holds, -Remaining how many are left, -Reset in
how many seconds it is full again. An IPv6 client is its /64: it owns all of these addresses.
"""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from cachetools import LRUCache
from starlette.datastructures import Headers

from keikaku.web.problems import HttpError, respond

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_CLIENTS = 100_000
"""How many buckets are kept; beyond, the client that was away longest is forgotten."""

UNLIMITED = ("/healthz", "/readyz", "/metrics", "/static/")
"""What the operator asks, and what a page needs beside itself."""

_LEAST = 10
_LONGEST = 64
_EXPOSED = (
    b"access-control-expose-headers",
    b"X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After",
)


class Standing(NamedTuple):
    """How a client stands: whether this request may pass, and what is left."""

    passes: bool
    remaining: int
    seconds_to_full: int
    seconds_to_next: int


class Buckets:
    """The buckets of all clients."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        """Fill each bucket with `per_minute` tokens a minute."""
        self.size = max(_LEAST, per_minute // 4)
        self._rate = per_minute / 60
        self._clock = clock
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(MAX_CLIENTS)

    def take(self, client: str) -> Standing:
        """Take a token from a client's bucket, if there is one."""
        now = self._clock()
        tokens, then = self._buckets.get(client, (self.size, now))
        tokens = min(self.size, tokens + (now - then) * self._rate)
        passes = tokens >= 1
        if passes:
            tokens -= 1
        self._buckets[client] = (tokens, now)
        return Standing(
            passes,
            int(tokens),
            ceil((self.size - tokens) / self._rate),
            max(1, ceil((1 - tokens) / self._rate)),
        )

    def __len__(self) -> int:
        """Return how many clients are known."""
        return len(self._buckets)


class Limited:
    """An application that each client may ask only so often."""

    def __init__(self, app: ASGIApp, buckets: Buckets) -> None:
        """Pass on what `buckets` allow."""
        self._app = app
        self._buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it with 429."""
        if scope["type"] != "http" or scope["path"].startswith(UNLIMITED):
            await self._app(scope, receive, send)
            return
        standing = self._buckets.take(client_of(scope))
        headers = self._headers(standing)

        async def send_with_standing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *headers]}
            await send(message)

        if standing.passes:
            await self._app(scope, receive, send_with_standing)
            return
        response = respond(_too_often(standing), Headers(scope=scope).get("accept"))
        response.headers["Access-Control-Allow-Origin"] = "*"
        await response(scope, receive, send_with_standing)

    def _headers(self, standing: Standing) -> list[tuple[bytes, bytes]]:
        return [
            (b"x-ratelimit-limit", b"%d" % self._buckets.size),
            (b"x-ratelimit-remaining", b"%d" % standing.remaining),
            (b"x-ratelimit-reset", b"%d" % standing.seconds_to_full),
            _EXPOSED,
        ]


def client_of(scope: Scope) -> str:
    """Return who asks: an IPv4 address, or the network of an IPv6 address."""
    host = str((scope.get("client") or ("",))[0])[:_LONGEST]
    if ":" not in host:
        return host
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return address.packed[:8].hex()


def _too_often(standing: Standing) -> HttpError:
    seconds = standing.seconds_to_next
    return HttpError(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"要求が多すぎます。{seconds} 秒たってから、もう一度送ってください。",
        f"there were too many requests; try again in {seconds} seconds",
        {"Retry-After": str(seconds), "Cache-Control": "no-store"},
    )
