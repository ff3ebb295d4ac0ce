"""Lets go of releases that are served no more: whatever this process keeps of them goes at once."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

import anyio

from keikaku.errors import KeikakuError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keikaku.release.index import Gone
    from keikaku.release.shelf import Shelf

LOOK_EVERY = 0.2
"""How often it is looked which releases are there, in seconds."""

_GRACE = 10
"""How much longer than a query what was begun before may take to be kept, in seconds."""


class Forgetting:
    """Watches a shelf, and tells all that keep something of releases which of them to forget.

    What is under way when a release goes may be kept after that, so that it is told again until
    nothing can be under way.
    """

    def __init__(
        self,
        shelf: Shelf,
        forget: Sequence[Callable[[str], None]],
        withdrawn: Callable[[str, Gone], None],
        longest: float,
    ) -> None:
        """Tell `forget` the id of each release that goes, and `withdrawn` of withdrawals.

        A query takes `longest` seconds at most. What is gone already needs no telling.
        """
        self._shelf = shelf
        self._forget = tuple(forget)
        self._withdrawn = withdrawn
        self._longest = longest + _GRACE
        self._stamp = self._now()
        self._away = shelf.not_given()
        self._until: dict[str, float] = {}

    async def watching(self) -> None:
        """Watch as long as the server runs."""
        while True:
            await anyio.sleep(LOOK_EVERY)
            with suppress(KeikakuError):  # whoever asks for a release is told
                self.look()

    def look(self) -> None:
        """Forget what has gone since, and what went a short while ago."""
        stamp, now = self._now(), monotonic()
        if stamp == self._stamp and not self._until:
            return
        self._stamp, away = stamp, self._shelf.not_given()
        fresh, self._away = away - self._away, away
        for name in fresh:
            self._until[name] = now + self._longest
        if fresh:
            for name, gone in self._shelf.gone().items():
                if name in fresh and gone.reason is not None:
                    self._withdrawn(name, gone)
        for name, until in tuple(self._until.items()):
            if name in away:
                for forget in self._forget:
                    forget(name)
            if until < now or name not in away:
                del self._until[name]

    def _now(self) -> tuple[object, ...]:
        return self._shelf.index_stamp(), self._shelf.held_back()
