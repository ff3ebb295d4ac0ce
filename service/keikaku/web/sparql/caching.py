"""Results kept: in this process up to a number of bytes, and in any cache on the way by ETags.

A release never changes, so a result is named by the release and the request in a canonical form.
When a new release comes, nothing asks for the old names any more, and they are the first to go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from cachetools import LRUCache

from keikaku import __version__
from keikaku.store.admission import uses_keyword
from keikaku.store.base import Query, Serialized, Streamed
from keikaku.web.negotiate import content_type
from keikaku.web.sparql.coding import IDENTITY, coded
from keikaku.web.sparql.sharing import Shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FOREVER = "public, max-age=31536000, immutable"

Ask = Callable[[Query], Awaitable[Serialized | Streamed]]
Key = tuple[str, bytes]
"""The name of a result: that of the release in its store, and the digest of the request."""

_LARGEST = 4  # a result may take a quarter of the cache
_OVERHEAD = 1_000  # bytes that Python needs around a result
_CHANGING = ("NOW", "RAND", "UUID", "SERVICE")
_SUSPECT = re.compile(rf"{'|'.join(_CHANGING)}|\\u00[0-7]|\\U000000[0-7]", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u00[0-7]|\\U000000[0-7]", re.IGNORECASE)
_TAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def digest(query: Query) -> bytes:
    """Return what tells two requests apart: the query, its graphs and the formats it takes."""
    said = (
        query.text,
        tuple(query.dataset.default_graphs),
        tuple(query.dataset.named_graphs),
        query.rows.media_type if query.rows else None,
        query.graphs.media_type if query.graphs else None,
    )
    return sha256(json.dumps(said).encode()).digest()


_LONG = 4000
"""A query of more characters that holds such a word counts as one that changes."""


def may_change(text: str) -> bool:
    """Tell whether `text` holds a word of those that make a query's result change, anywhere."""
    return bool(_SUSPECT.search(text))


def changes(text: str) -> bool:
    r"""Tell whether the same query may have another result next time. `text` must be a query.

    Engines that read escapes everywhere (SPARQL 1.1, 19.2) take `NO\u0057()` for NOW(), so that
    a query with an escaped ASCII character counts as one that changes.
    """
    if not may_change(text):
        return False
    if len(text) > _LONG:  # to read it so often would take the server's time
        return True
    return bool(_ESCAPED.search(text)) or any(uses_keyword(text, word) for word in _CHANGING)


def entity_tag(key: Key, coding: str) -> bytes:
    """Return the strong ETag of a result in a coding."""
    release, request = key
    said = b"\0".join((__version__.encode(), release.encode(), coding.encode(), request))
    return b'"%s"' % sha256(said).hexdigest()[:32].encode()


def named_in(if_none_match: bytes, tag: bytes) -> bool:
    """Tell whether If-None-Match names an ETag, weakly or not (RFC 9110, 13.1.2); `*` names all."""
    return if_none_match.strip() == b"*" or tag in _TAG.findall(if_none_match)


@dataclass(eq=False, slots=True)
class Kept:
    """A whole result, in every content coding that was asked for so far.

    `key` is its name, None for one that must not be kept by anybody.
    """

    key: Key | None
    content_type: bytes
    bodies: dict[str, bytes]
    headers: dict[str, tuple[tuple[bytes, bytes], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, key: Key | None, result: Serialized) -> Kept:
        """Hold a result as the engine gave it."""
        return cls.of_body(key, content_type(result.media_type).encode(), result.body)

    @classmethod
    def of_body(cls, key: Key | None, content_type: bytes, body: bytes) -> Kept:
        """Hold a result in bytes that has its Content-Type already."""
        kept = cls(key, content_type, {})
        kept.add(IDENTITY, body)
        return kept

    @property
    def body(self) -> bytes:
        """The result without any coding."""
        return self.bodies[IDENTITY]

    @property
    def size(self) -> int:
        """How many bytes it takes in memory."""
        return _OVERHEAD + sum(map(len, self.bodies.values()))

    def add(self, coding: str, body: bytes) -> None:
        """Hold the result in a coding too, and what the headers of a response say of it."""
        headers = [
            (b"content-type", self.content_type),
            (b"content-length", b"%d" % len(body)),
        ]
        if coding != IDENTITY:
            headers.append((b"content-encoding", coding.encode()))
        if self.key:
            headers.append((b"etag", entity_tag(self.key, coding)))
        self.headers[coding] = tuple(headers)
        self.bodies[coding] = body


@dataclass(frozen=True, slots=True)
class Passing:
    """A large result that passes through in pieces; whoever takes it closes them."""

    key: Key | None
    content_type: bytes
    pieces: AsyncIterator[bytes]

    async def close(self) -> None:
        """Read no further."""
        if aclose := getattr(self.pieces, "aclose", None):
            await aclose()


class ResultCache:
    """Results in memory, the least recently used of them thrown away for new ones.

    Requests for the same result at the same time share one computation, and one coding.
    """

    def __init__(self, max_bytes: int) -> None:
        """Keep at most `max_bytes`, codings and all; 0 keeps nothing."""
        self.hits = 0
        self.misses = 0
        self._max_bytes = max_bytes
        self._kept: LRUCache[Key, Kept] = LRUCache(max_bytes, getsizeof=lambda kept: kept.size)
        self._answers: Shared[Kept | _Once] = Shared(_let_go)
        self._codings: Shared[None] = Shared()

    def __len__(self) -> int:
        """Return how many results there are."""
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """How many bytes the results take."""
        return int(self._kept.currsize)

    def forget(self, release: str) -> None:
        """Keep no result of this release any more, whichever engine answered."""
        for key in [key for key in self._kept if key[0].startswith(release)]:
            del self._kept[key]

    def get(self, key: Key) -> Kept | None:
        """Return a result that is there."""
        return self._kept.get(key)

    async def answer(self, key: Key | None, query: Query, ask: Ask) -> Kept | Passing:
        """Return the result of a query, from here or by `ask`.

        It is not kept without a `key`, nor if the query may have another result next time; errors
        never are.
        """
        if key is None or may_change(query.text):
            return await self._answer_alone(key, query, ask)
        if kept := self._kept.get(key):
            self.hits += 1
            return kept
        self.misses += 1

        async def work() -> Kept | _Once:
            found = self._received(key, await ask(query))
            return found if isinstance(found, Kept) else _Once(found)

        found = await self._answers.do((key, query.seconds), work)
        if isinstance(found, Kept):
            return found
        return found.take() or self._received(key, await ask(query))

    async def _answer_alone(self, key: Key | None, query: Query, ask: Ask) -> Kept | Passing:
        if key and (kept := self._kept.get(key)):
            self.hits += 1
            return kept
        self.misses += 1
        result = await ask(query)
        return self._received(None if key and changes(query.text) else key, result)

    async def code(self, kept: Kept, coding: str) -> None:
        """See that a result is there in a coding."""

        async def work() -> None:
            kept.add(coding, await coded(kept.body, coding))
            if kept.key and self._kept.get(kept.key) is kept:
                self._keep(kept.key, kept)

        if coding not in kept.bodies:
            await self._codings.do((id(kept), coding), work)

    def _received(self, key: Key | None, result: Serialized | Streamed) -> Kept | Passing:
        if isinstance(result, Serialized):
            kept = Kept.of(key, result)
            if key:
                self._keep(key, kept)
            return kept
        passing = Passing(key, content_type(result.media_type).encode(), result.pieces)
        return self._kept_in_passing(key, passing) if key else passing

    def _kept_in_passing(self, key: Key, passing: Passing) -> Passing:
        def keep(body: bytes) -> None:
            self._keep(key, Kept.of_body(key, passing.content_type, body))

        return replace(passing, pieces=_Keeping(passing, self._max_bytes // _LARGEST, keep))

    def _keep(self, key: Key, kept: Kept) -> None:
        if len(kept.body) <= self._max_bytes // _LARGEST and kept.size <= self._max_bytes:
            self._kept[key] = kept
        else:
            self._kept.pop(key, None)


class _Keeping:
    """The pieces of a result, kept when they have come to their end and are not too many."""

    def __init__(self, passing: Passing, most: int, keep: Callable[[bytes], None]) -> None:
        self._passing = passing
        self._left = most
        self._keep = keep
        self._pieces: list[bytes] = []

    def __aiter__(self) -> _Keeping:
        return self

    async def __anext__(self) -> bytes:
        try:
            piece = await anext(self._passing.pieces)
        except StopAsyncIteration:
            if self._left >= 0:
                self._keep(b"".join(self._pieces))
                self._left = -1
            raise
        self._left -= len(piece)
        if self._left >= 0:
            self._pieces.append(piece)
        else:
            self._pieces.clear()
        return piece

    async def aclose(self) -> None:
        self._left = -1
        self._pieces.clear()
        await self._passing.close()


class _Once:
    """A result in pieces, which only one of those who wait for it can have."""

    def __init__(self, passing: Passing) -> None:
        self._passing: Passing | None = passing

    def take(self) -> Passing | None:
        passing, self._passing = self._passing, None
        return passing


async def _let_go(found: Kept | _Once) -> None:
    """Close a result in pieces that nobody came for."""
    if isinstance(found, _Once) and (passing := found.take()):
        await passing.close()
