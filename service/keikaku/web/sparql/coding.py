"""Content codings: which one an Accept-Encoding header asks for, and bodies and streams in it.

RFC 9110, 8.4.1 and 12.5.3; RFC 7932 (br), RFC 8878 (zstd).
"""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import brotli  # type: ignore[import-untyped]
import zstandard
from anyio import to_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

IDENTITY = "identity"
LEAST = 1024
"""Bodies of at most so many bytes are sent as they are: coding them saves no packet."""

_OFF_LOOP = 65_536  # bytes from which coding would hold up the event loop
_BROTLI_QUALITY = 5
_ZSTD_LEVEL = 3
_GZIP_LEVEL = 6
_GZIP_WINDOW = 31  # zlib's way to say: with the header of gzip

_CODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=_BROTLI_QUALITY),
    "zstd": lambda body: zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body),
    "gzip": lambda body: gzip.compress(body, _GZIP_LEVEL, mtime=0),
}
"""Codings on offer, the best first."""

_NAMES = {"x-gzip": "gzip"}
_ITEM = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.I)


@dataclass(frozen=True, slots=True)
class Codings:
    """What a client takes: the coding on offer that it likes best, and whether it takes none."""

    best: str | None
    identity: bool

    def of(self, size: int | None) -> str | None:
        """Return the coding for a body of `size` bytes, None where the client takes no way."""
        small = size is not None and size <= LEAST
        if self.best is None or (small and self.identity):
            return IDENTITY if self.identity else None
        return self.best


_LONGEST_HEADER = 1000


@lru_cache(maxsize=256)
def codings(accept_encoding: str | None) -> Codings:
    """Read an Accept-Encoding header; without one a body is sent as it is."""
    said: dict[str, float] = {}
    for item in (accept_encoding or "")[:_LONGEST_HEADER].lower().split(","):
        if match := _ITEM.fullmatch(item):
            name, quality = match.groups()
            said[_NAMES.get(name, name)] = min(float(quality or 1), 1.0)
    rest = said.get("*", 0.0)
    plain = said.get(IDENTITY, said.get("*"))
    liked = {name: said.get(name, rest) for name in _CODERS}
    best = max(liked, key=lambda name: liked[name])
    preferred = liked[best] > 0 and liked[best] >= said.get(IDENTITY, 0)
    return Codings(best if preferred else None, plain is None or plain > 0)


async def coded(body: bytes, coding: str) -> bytes:
    """Return a body in a coding; a large one is coded in a thread."""
    if coding == IDENTITY:
        return body
    coder = _CODERS[coding]
    return coder(body) if len(body) <= _OFF_LOOP else await to_thread.run_sync(coder, body)


class _StreamCoder(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _BrotliStream:
    """brotli's compressor under the names that the other two have."""

    def __init__(self) -> None:
        compressor = brotli.Compressor(quality=_BROTLI_QUALITY)
        self.compress: Callable[[bytes], bytes] = compressor.process
        self.flush: Callable[[], bytes] = compressor.finish


_STREAM_CODERS: dict[str, Callable[[], _StreamCoder]] = {
    "br": _BrotliStream,
    "zstd": lambda: zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj(),
    "gzip": lambda: zlib.compressobj(_GZIP_LEVEL, wbits=_GZIP_WINDOW),
}


async def coded_stream(pieces: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    """Yield a stream in a coding, each piece coded in a thread."""
    coder = _STREAM_CODERS[coding]()
    async for piece in pieces:
        if out := await to_thread.run_sync(coder.compress, piece):
            yield out
    yield await to_thread.run_sync(coder.flush)
