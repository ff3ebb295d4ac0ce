"""What a worker process does: it answers queries, one at a time, until it is told no more."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import TYPE_CHECKING

from keikaku.errors import KeikakuError, QueryMemoryError
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

    from keikaku.store.base import Query, Store

PIECE = 262_144
"""The most bytes of a result in one frame."""

_LOOK_EVERY = 64
_PAGE = resource.getpagesize()


def work(channel: socket.socket, opened: Callable[[], Store], memory: int) -> None:
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
        if not _answer(channel, store, query_of(message[1]), LAST if leaves else END):
            return


def _answer(channel: socket.socket, store: Store, query: Query, end: bytes) -> bool:
    """Send the answer to a query; tell whether the worker is fit for another."""
    try:
        result = store.serialize(query)
    except KeikakuError as error:
        channel.sendall(error_frame(error))
        return True
    except MemoryError:
        channel.sendall(error_frame(too_much_memory()))
        return False
    head, body = frame(HEAD, result.media_type.encode()), result.body
    if len(body) <= PIECE:
        channel.sendall(head + frame(DATA, body) + frame(end))
        return end == END
    channel.sendall(head)
    for start in range(0, len(body), PIECE):
        channel.sendall(frame(DATA, body[start : start + PIECE]))
    channel.sendall(frame(end))
    return end == END


def too_much_memory() -> QueryMemoryError:
    """Return the error of a query that needs more memory than it may have."""
    return QueryMemoryError(
        "この問い合わせは、使えるメモリの上限を超えました。"
        "条件を加えるか、並べ替えや GROUP BY の対象を減らしてください。",
        "the query needs more memory than a query may have; "
        "narrow it, or sort and group fewer rows",
    )


def _size() -> int:
    """Return the size of this process's address space, in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * _PAGE
