"""What the server and its worker processes say to each other over a pair of sockets.

A frame is one letter for its kind, four bytes for its length, and its content. To a worker go
queries; back come the media type of a result, its bytes, and its end, or an error. What a worker
sends is read as plain text and JSON, never unpickled: a worker is what a hostile query may break.
"""

from __future__ import annotations

import json
import pickle
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import QueryResultsFormat, RdfFormat

from keikaku.errors import (
    EngineError,
    KeikakuError,
    QueryMemoryError,
    QueryRefusedError,
    QuerySyntaxError,
    ReleaseError,
)
from keikaku.store.base import Dataset, FormatError, Query

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from keikaku.store.admission import Bounds

QUERY, HEAD, DATA, END, LAST, ERROR = b"Q", b"H", b"D", b"E", b"L", b"X"
"""The kinds of frames; LAST is the end of a result after which the worker leaves."""


@dataclass(frozen=True, slots=True)
class Data:
    """What a zygote holds in memory for its workers, and what they may.

    Held is a copy of the store in the folder `store`, or RDF `files` whose default graph is the
    default graph, or nothing: then each worker opens a store on disk. `memory` is what a query may
    take, in bytes.
    """

    bounds: Bounds
    memory: int
    store: Path | None = None
    files: tuple[Path, ...] = ()


_HEADER = struct.Struct(">cI")
_PIECE = 65_536

LONGEST = 1_048_576
"""The most bytes in a frame that comes from a worker."""

_ERRORS: dict[str, type[KeikakuError]] = {
    kind.__name__: kind
    for kind in (
        EngineError,
        FormatError,
        QueryMemoryError,
        QueryRefusedError,
        QuerySyntaxError,
        ReleaseError,
    )
}
_ROWS = {
    kind.file_extension: kind
    for kind in (
        QueryResultsFormat.JSON,
        QueryResultsFormat.XML,
        QueryResultsFormat.CSV,
        QueryResultsFormat.TSV,
    )
}
_GRAPHS = {
    kind.file_extension: kind
    for kind in (
        RdfFormat.TURTLE,
        RdfFormat.N_TRIPLES,
        RdfFormat.RDF_XML,
        RdfFormat.JSON_LD,
    )
}


def frame(kind: bytes, content: bytes = b"") -> bytes:
    """Return a frame."""
    return _HEADER.pack(kind, len(content)) + content


def query_frame(query: Query, seconds: float) -> bytes:
    """Return the frame that carries a query to a worker, with the seconds that it may take."""
    said = (
        query.text,
        tuple(query.dataset.default_graphs),
        tuple(query.dataset.named_graphs),
        query.rows.file_extension if query.rows else None,
        query.graphs.file_extension if query.graphs else None,
        seconds,
    )
    return frame(QUERY, pickle.dumps(said))


def query_of(content: bytes) -> Query:
    """Return the query in a frame that `query_frame` made; only the server sends such."""
    text, default, named, rows, graphs, seconds = pickle.loads(content)  # noqa: S301
    return Query(
        text,
        Dataset(default, named),
        _ROWS[rows] if rows else None,
        _GRAPHS[graphs] if graphs else None,
        seconds,
    )


def error_frame(error: KeikakuError) -> bytes:
    """Return the frame that carries an error back; the error has a single problem."""
    [problem] = error.problems
    kind = next(name for base in type(error).__mro__ if (name := base.__name__) in _ERRORS)
    said: dict[str, Any] = {"kind": kind, "ja": problem.ja, "en": problem.en}
    said |= {"line": problem.line, "column": problem.column}
    return frame(ERROR, json.dumps(said).encode())


def error_of(content: bytes) -> KeikakuError:
    """Return the error in a frame that `error_frame` made."""
    said: dict[str, Any] = json.loads(content)
    kind = _ERRORS[said.pop("kind")]
    return kind(said.pop("ja"), said.pop("en"), **said)


def receive(channel: socket.socket) -> tuple[bytes, bytes] | None:
    """Wait for a frame, and return its kind and content; None when the other side has closed."""
    header = _exactly(channel, _HEADER.size)
    if header is None:
        return None
    kind, length = _HEADER.unpack(header)
    content = _exactly(channel, length)
    return None if content is None else (kind, content)


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    got = bytearray()
    while len(got) < size:
        piece = channel.recv(min(size - len(got), _PIECE))
        if not piece:
            return None
        got += piece
    return bytes(got)


class Frames:
    """The frames in a stream of bytes that comes in pieces."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Take a piece, and yield the kind and content of each frame that is whole by now.

        A frame that was yielded is not seen again. Raises ValueError for one that is too long.
        """
        self._bytes += piece
        while len(self._bytes) >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._bytes)
            if length > LONGEST:
                raise ValueError(length)
            end = _HEADER.size + length
            if end > len(self._bytes):
                return
            content = bytes(self._bytes[_HEADER.size : end])
            del self._bytes[:end]
            yield kind, content
