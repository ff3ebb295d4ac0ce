"""Differences of releases as the site gives them: each worked out once, one at a time, bounded."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from cachetools import LRUCache

from keikaku.errors import BusyError, ResultSizeError
from keikaku.release.difference.comparison import compared, last_published

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.release.difference.changes import Difference
    from keikaku.release.shelf import Release, Shelf

MOST_TRIPLES = 2_000_000
"""How many triples two releases may have together for the site to compare them."""

MOST_BYTES = 64_000_000
"""How much memory the differences that are kept may take, roughly."""

MOST_LINES = 16_000_000
"""How many bytes the N-Quads of one side may have that the site gives."""

WAIT = 2
"""How long someone waits for a difference while another is worked out, in seconds."""

_Asked = tuple[str, str, str | None]
"""The ids of two releases, and of the one that was published last."""

_CHANGE_BYTES = 4_000
_RETRY_AFTER = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """A difference and its N-Quads; None where these are larger than MOST_LINES.

    `left_out` says how many statements the N-Quads lack, of what is withheld by now.
    """

    difference: Difference
    removed: bytes | None
    added: bytes | None
    left_out: tuple[int, int] = (0, 0)

    @property
    def size(self) -> int:
        """How much memory it takes, roughly."""
        lines = len(self.removed or b"") + len(self.added or b"")
        return lines + _CHANGE_BYTES * (1 + len(self.difference.changes))


class Differences:
    """The differences that were asked for last; any number of strangers makes one at a time.

    What is told of older releases depends on the one that was published last, and so each is kept
    for that.
    """

    def __init__(self, shelf: Shelf) -> None:
        """Keep nothing yet."""
        self._shelf = shelf
        self._kept: LRUCache[_Asked, Compared]
        self._kept = LRUCache(MOST_BYTES, getsizeof=lambda compared: compared.size)
        self._keeping = Lock()
        self._working = Lock()

    def forget(self, name: str) -> None:
        """Keep no difference with this release any more."""
        with self._keeping:
            for pair in [pair for pair in self._kept if name in pair]:
                del self._kept[pair]

    def between(self, before: Release, after: Release) -> Compared:
        """Return the difference of two releases.

        Raises ResultSizeError where they are too large, BusyError where others take too long, and
        ReleaseError where one has no N-Quads.
        """
        last = last_published(self._shelf)
        pair = before.id, after.id, last.id if last else None
        if found := self._found(pair):
            return found
        if before.manifest["triples"] + after.manifest["triples"] > MOST_TRIPLES:
            raise ResultSizeError(
                "リリースが大きいため、この頁では比べられません。keikaku diff を使ってください。",
                "these releases are too large to be compared here; use `keikaku diff`",
            )
        if not self._working.acquire(timeout=WAIT):
            raise BusyError(
                "ほかのリリースを比べています。少し後でもう一度開いてください。",
                "other releases are being compared; try again in a moment",
                seconds=_RETRY_AFTER,
            )
        try:
            return self._found(pair) or self._work_out(pair, before, after)
        finally:
            self._working.release()

    def _found(self, pair: _Asked) -> Compared | None:
        with self._keeping:
            found: Compared | None = self._kept.get(pair)
            return found

    def _work_out(self, pair: _Asked, before: Release, after: Release) -> Compared:
        both = compared(self._shelf, before, after)
        found = Compared(
            both.difference(), _bounded(both.removed()), _bounded(both.added()), both.left_out()
        )
        with self._keeping:
            if found.size <= MOST_BYTES:
                self._kept[pair] = found
        return found


def _bounded(lines: Iterator[bytes]) -> bytes | None:
    """Return the lines as one; None if they are more than MOST_LINES bytes."""
    body = bytearray()
    for line in lines:
        body += line
        if len(body) > MOST_LINES:
            return None
    return bytes(body)
