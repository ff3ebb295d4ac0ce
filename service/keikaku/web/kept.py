"""Pages kept as they were made: a crawler that asks for all of them again costs little.

A page is named by the release and all that it depends on in the request; when a new release comes,
nothing asks for the old names any more, and they are the first to go.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from cachetools import LRUCache
from starlette.datastructures import Headers

from keikaku.web.reader import reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Key = tuple[str, ...]

MADE_OF_THE_RELEASE = frozenset(
    {"api", "discrepancies", "doc", "graph", "items", "lookup", "matrix", "ns", "pictures", "plans"}
    | {"questions", "shapes"}
)
"""First steps of paths whose answers depend on nothing but the release and the request."""

_LARGEST = 8  # an answer may take an eighth of the cache
_OVERHEAD = 2_000  # bytes that Python needs around one
_LONGEST = 1_000
"""Characters of path, query and headers beyond which an answer is not kept."""


@dataclass(frozen=True, slots=True)
class _Page:
    """An answer: the headers, and the body as one."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


class Kept:
    """An application that keeps the answers made of the current release, up to so many bytes."""

    def __init__(self, app: ASGIApp, release: Callable[[], str | None], most_bytes: int) -> None:
        """Stand before `app`; `release` names what answers now, None if that may change."""
        self._app = app
        self._release = release
        self._most = most_bytes
        self._pages: LRUCache[Key, _Page] = LRUCache(
            max(most_bytes, 1), lambda page: len(page.body) + _OVERHEAD
        )

    @property
    def bytes(self) -> int:
        """How many bytes the pages take."""
        return int(self._pages.currsize)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        key = self._key(scope)
        if key is None:
            await self._app(scope, receive, send)
        elif (page := self._pages.get(key)) is not None:
            await send(
                {
                    "type": "http.response.start",
                    "status": HTTPStatus.OK.value,
                    "headers": [*page.headers],
                }
            )
            await send({"type": "http.response.body", "body": page.body})
        else:
            whole = scope["method"] == "GET"
            await self._app(scope, receive, _Keeping(self, key, send, whole=whole).send)

    def forget(self, release: str) -> None:
        """Keep no page of this release any more, whichever engine answered."""
        for key in [key for key in self._pages if key[0].startswith(release)]:
            del self._pages[key]

    def keep(self, key: Key, page: _Page) -> None:
        """Keep an answer, if it is not too large and the release is still the same."""
        if key[0] == self._release() and len(page.body) + _OVERHEAD <= self._most // _LARGEST:
            self._pages[key] = page

    def _key(self, scope: Scope) -> Key | None:
        """Return what an answer depends on; None for one that is not kept."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not self._most:
            return None
        if scope["path"].strip("/").partition("/")[0] not in MADE_OF_THE_RELEASE:
            return None
        release = self._release()
        headers = Headers(scope=scope)
        said = (
            scope["path"],
            bytes(scope.get("query_string", b"")).decode("latin-1"),
            scope.get("scheme", ""),
            *(headers.get(name, "") for name in ("accept", "host")),
        )
        if release is None or sum(map(len, said)) > _LONGEST:
            return None
        return (release, reader().language, *said)


class _Keeping:
    """An answer that is kept on its way if it turns out to be whole and a success."""

    def __init__(self, kept: Kept, key: Key, send: Send, *, whole: bool) -> None:
        self._kept, self._key, self._send, self._whole = kept, key, send, whole
        self._headers: list[tuple[bytes, bytes]] | None = None

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            found = message["status"] == HTTPStatus.OK
            self._headers = [*message["headers"]] if found else None
        elif message["type"] == "http.response.body" and self._headers is not None:
            if self._whole and not message.get("more_body", False):
                self._kept.keep(self._key, _Page(self._headers, message.get("body", b"")))
            self._headers = None
        await self._send(message)
