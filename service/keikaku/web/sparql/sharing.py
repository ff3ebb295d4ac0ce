"""Work that is done once for all who ask for it at the same time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Hashable

Done = TypeVar("Done")


@dataclass(eq=False, slots=True)
class _Work(Generic[Done]):
    """Work under way, and how many wait for it."""

    task: asyncio.Task[Done]
    waiting: int = 0


class Shared(Generic[Done]):
    """Work under way by name: who asks for what is being done waits for it.

    It belongs to nobody, so that it goes on when the one who asked first goes away; when nobody
    waits any more it is cancelled.
    """

    def __init__(self, discard: Callable[[Done], Awaitable[None]] | None = None) -> None:
        """Give a result that nobody is there for any more to `discard`."""
        self._discard = discard
        self._works: dict[Hashable, _Work[Done]] = {}

    def __len__(self) -> int:
        """Return how many works are under way."""
        return len(self._works)

    async def do(self, name: Hashable, start: Callable[[], Coroutine[Any, Any, Done]]) -> Done:
        """Return what `start` gives, or what the work of this name gives if there is one."""
        work = self._works.get(name)
        if work is None:
            work = self._works[name] = _Work(asyncio.create_task(start()))
            work.task.add_done_callback(lambda _: self._forget(name, work))
        work.waiting += 1
        try:
            return await asyncio.shield(work.task)
        except asyncio.CancelledError:
            if work.waiting == 1:
                await self._nobody_waits(name, work)
            raise
        finally:
            work.waiting -= 1

    async def _nobody_waits(self, name: Hashable, work: _Work[Done]) -> None:
        self._forget(name, work)
        work.task.cancel()
        await asyncio.wait((work.task,))
        if self._discard and not work.task.cancelled() and work.task.exception() is None:
            await self._discard(work.task.result())

    def _forget(self, name: Hashable, work: _Work[Done]) -> None:
        if self._works.get(name) is work:
            del self._works[name]
