"""What names are matched with: the index of a release's names, and its store."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from keikaku.errors import QueryTimeoutError

if TYPE_CHECKING:
    from keikaku.answers.reconcile.names import NameIndex
    from keikaku.store.base import Store


@dataclass(frozen=True, slots=True)
class NamedRelease:
    """The names of a release, its store, the publisher's base, and until when an answer is due.

    `until` is a time of the monotonic clock.
    """

    index: NameIndex
    store: Store
    base: str
    until: float = float("inf")

    @property
    def seconds(self) -> float:
        """How much time is left. Raises QueryTimeoutError where none is."""
        left = self.until - monotonic()
        if left <= 0:
            raise QueryTimeoutError(
                "照合が時間内に終わりませんでした。一度に送る件数か条件を減らしてください。",
                "matching did not end in time; send fewer names or properties at once",
            )
        return left

    def check_time(self) -> None:
        """Raise QueryTimeoutError where no time is left."""
        _ = self.seconds
