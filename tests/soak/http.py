"""HTTP/1.1 as little as a hostile or careful client needs it, over asyncio's streams.

A client library would hide what is tested here: whether an answer came whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass

PATIENCE = 90.0
"""Seconds after which a request without an answer counts as lost."""

_IDLE = 5.0


class LostError(Exception):
    """There was no whole answer; `begun` is the status of one that began, or None."""

    def __init__(self, said: str, begun: int | None) -> None:
        """Keep what came."""
        super().__init__(said)
        self.begun = begun


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass(slots=True)
class Reading:
    """How an answer is read: pieces of so many bytes, and a pause after each."""

    piece: int = 1 << 18
    pause: float = 0.0


AT_ONCE = Reading()


class Client:
    """One connection that is used again while the server keeps it."""

    def __init__(self, host: str, port: int) -> None:
        """Connect when there is something to send."""
        self.host, self.port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0
        self._begun: int | None = None

    async def send(self, request: bytes, reading: Reading = AT_ONCE) -> Answer:
        """Send the bytes of a request and return the answer. Raises LostError."""
        began = time.monotonic()
        self._begun = None
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._send(request, reading, began)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            await self.close()
            said = f"{type(error).__name__}: {error}"
            after = f"{said} after {time.monotonic() - began:.1f} s"
            raise LostError(after, self._begun) from error

    async def _send(self, request: bytes, reading: Reading, began: float) -> Answer:
        if time.monotonic() - self._used > _IDLE:  # the server may be about to close it
            await self.close()
        reader, writer = await self.connected()
        with contextlib.suppress(ConnectionError):  # an answer may come before all is sent
            writer.write(request)
            await writer.drain()
        status, headers = await _head(reader)
        self._begun = status
        bare = request.startswith(b"HEAD ") or status in (204, 304)
        body = b"" if bare else await _body(reader, headers, reading)
        self._used = time.monotonic()
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(status, headers, body, time.monotonic() - began)

    async def connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return the streams of the connection, a new one if need be."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port)
        return self._streams

    async def close(self) -> None:
        """Close the connection, whatever is under way."""
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def get(path: str, **headers: str) -> bytes:
    """Return a GET; names of headers are given with _ for -."""
    return _request("GET", path, b"", headers)


def post(path: str, body: bytes, content_type: str, **headers: str) -> bytes:
    """Return a POST."""
    return _request("POST", path, body, headers | {"content_type": content_type})


def _request(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = text.rstrip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split(" ")[1]), {name.lower(): value.strip() for name, _, value in pairs}


async def _body(reader: asyncio.StreamReader, headers: dict[str, str], reading: Reading) -> bytes:
    if "content-length" in headers:
        return await _exactly(reader, int(headers["content-length"]), reading)
    if headers.get("transfer-encoding", "").lower() != "chunked":
        raise ValueError("neither a length nor chunks: nobody can tell that the answer is whole")
    body = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await _exactly(reader, size, reading)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return bytes(body)


async def _exactly(reader: asyncio.StreamReader, size: int, reading: Reading) -> bytes:
    body = bytearray()
    while len(body) < size:
        body += await reader.readexactly(min(size - len(body), reading.piece))
        if reading.pause:
            await asyncio.sleep(reading.pause)
    return bytes(body)
