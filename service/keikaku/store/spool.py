"""A large result on its way: written as fast as the engine makes it, read as fast as it is taken.

It lies in a file without a name, so that neither a slow reader keeps a worker busy nor many large
results fill the memory.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from typing import TYPE_CHECKING

from keikaku.store.limits import no_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PIECE = 262_144


class Spool:
    """The pieces of one result, to be read once; the iteration raises if there is no result."""

    def __init__(self, first: Iterable[bytes]) -> None:
        """Hold `first` already; raises OSError where there is no place for a file.

        `on_close` is called once, when the file has been let go.
        """
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  (closed by _let_go)
        self.on_close: Callable[[], None] = _nothing
        self._written = self._read = 0
        self._whole = False
        self._error: Exception | None = None
        self._news = asyncio.Event()
        try:
            for piece in first:
                self._write(piece)
        except OSError:
            self._file.close()
            raise

    def append(self, piece: bytes) -> None:
        """Add a piece; an OSError of the disk becomes the reader's error."""
        if self._file.closed:
            return
        try:
            self._write(piece)
        except OSError as error:
            self.fail(no_place(error))
            return
        self._news.set()

    def _write(self, piece: bytes) -> None:
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(self._file.fileno(), rest) :]
        self._written += len(piece)

    def finish(self) -> None:
        """Say that this was all."""
        self._whole = True
        self._news.set()

    def fail(self, error: Exception) -> None:
        """Say that there is no result; the reader gets `error` at its next piece."""
        self._error = error
        self._let_go()
        self._news.set()

    def __aiter__(self) -> Spool:
        """Return itself."""
        return self

    async def __anext__(self) -> bytes:
        """Return the next piece, when it is there."""
        while True:
            if self._error:
                raise self._error
            if self._file.closed:
                raise StopAsyncIteration
            if self._read < self._written:
                piece = os.pread(self._file.fileno(), _PIECE, self._read)
                self._read += len(piece)
                return piece
            if self._whole:
                self._let_go()
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()

    async def aclose(self) -> None:
        """Read no further."""
        self._let_go()

    def _let_go(self) -> None:
        if not self._file.closed:
            self._file.close()
            self.on_close()


def _nothing() -> None:
    pass
