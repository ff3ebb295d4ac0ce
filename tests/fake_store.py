"""A store that does what a test says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keikaku.store.base import Query, Serialized, Store, Streamed

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeStore(Store):
    """A store that does with a query what a test says."""

    def __init__(self, do: Callable[[Query], Any]) -> None:
        """Let `do` answer."""
        self.do = do
        self.asked: list[Query] = []

    def serialize(self, query: Query) -> Serialized:
        """Answer nothing outside of an event loop."""
        raise NotImplementedError

    async def answer(self, query: Query) -> Serialized | Streamed:
        """Answer as the test says."""
        self.asked.append(query)
        result: Serialized | Streamed = await self.do(query)
        return result

    def ready(self) -> bool:
        """Stand ready."""
        return True
