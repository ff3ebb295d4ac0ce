"""What a worker process does: it answers queries, one at a time, until it is told no more."""

from __future__ import annotations

import resource
import signal
from io import RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from keikaku.errors import KeikakuError
from keikaku.store.limits import too_much_memory
from keikaku.store.wire import (
    DATA,
    END,
    HEAD,
    LAST,
    error_frame,
    frame,
    query_of,
    receive,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from typing_extensions import Buffer

    from keikaku.store.base import Query
    from keikaku.store.embedded import EmbeddedStore

PIECE = 262_144
"""From how many bytes on a part of a result is sent, and the most in a frame."""

_LOOK_EVERY = 64
_PAGE = resource.getpagesize()


OVERTIME = 5
"""How many seconds past its deadline a worker ends by itself, should nobody have killed it."""


def work(channel: socket.socket, opened: Callable[[], EmbeddedStore], memory: int) -> None:
    """Answer the queries that come over `channel`, taking `memory` bytes at most.

    A worker that has grown by half of that through many queries leaves after an answer, one whose
    store cannot be opened after having said so.
    """
    try:
        store = opened()
    except KeikakuError as error:
        if receive(channel):
            channel.sendall(error_frame(error))
        return
    size = _size()
    resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))
    answered = 0
    while message := receive(channel):
        answered += 1
        leaves = answered % _LOOK_EVERY == 0 and _size() > size + memory // 2
        query = query_of(message[1])
        signal.setitimer(signal.ITIMER_REAL, (query.seconds or 0) + OVERTIME)
        if not _answer(channel, store, query, LAST if leaves else END):
            return
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(channel: socket.socket, store: EmbeddedStore, query: Query, end: bytes) -> bool:
    """Send the answer to a query; tell whether the worker is fit for another."""
    out = _Out(channel)
    try:
        store.write(query, out.opened)
    except KeikakuError as error:
        channel.sendall(error_frame(error))
        return True
    except MemoryError:
        channel.sendall(error_frame(too_much_memory()))
        return False
    out.finish(end)
    return end == END


class _Out(RawIOBase):
    """A result on its way to the server, in frames; a small one in a single piece."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._frames = bytearray()
        self._data = bytearray()

    def opened(self, media_type: str) -> IO[bytes]:
        """Take the media type, and return itself to be written to."""
        self._frames += frame(HEAD, media_type.encode())
        return cast("IO[bytes]", self)

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, piece: Buffer, /) -> int:
        """Take a piece; send all when it is enough for a frame."""
        taken = bytes(piece)
        self._data += taken
        if len(self._data) >= PIECE:
            self._send(b"")
        return len(taken)

    def finish(self, end: bytes) -> None:
        """Send what is left, and the end."""
        self._send(frame(end))

    def _send(self, after: bytes) -> None:
        for start in range(0, len(self._data), PIECE):
            self._frames += frame(DATA, bytes(self._data[start : start + PIECE]))
            if len(self._frames) > PIECE:
                self._channel.sendall(self._frames)
                self._frames.clear()
        self._channel.sendall(self._frames + after)
        self._frames.clear()
        self._data.clear()


def _size() -> int:
    """Return the size of this process's address space, in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * _PAGE
