"""Looks at the server from outside all the while: its health, its memory, its processes."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field

from tests.process_tree import descriptors, memory_bytes, tree, zombies

from .http import Client, LostError, get

_EVERY = 0.5
_HEALTH_EVERY = 0.2
_MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Sample:
    """The server's processes at a moment, from the beginning in seconds."""

    at: float
    memory: int
    descriptors: int
    processes: int


@dataclass(slots=True)
class Watch:
    """Samples of a process tree, how long /healthz took, and zombies that nobody reaped."""

    root: int
    samples: list[Sample] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    ill: list[str] = field(default_factory=list)
    unreaped: set[int] = field(default_factory=set)

    async def look(self) -> None:
        """Sample until cancelled; a zombie counts if it is still one at the next look."""
        began = time.monotonic()
        before: set[int] = set()
        while True:
            self.samples.append(
                Sample(
                    time.monotonic() - began,
                    memory_bytes(self.root),
                    descriptors(self.root),
                    len(tree(self.root)),
                )
            )
            now = zombies(self.root)
            self.unreaped |= now & before
            before = now
            await asyncio.sleep(_EVERY)

    async def ask_health(self, host: str, port: int) -> None:
        """Ask /healthz again and again until cancelled."""
        client = Client(host, port)
        while True:
            try:
                answer = await client.send(get("/healthz"))
            except LostError as error:
                self.ill.append(str(error))
            else:
                self.health.append(answer.seconds)
                if answer.status != 200:
                    self.ill.append(f"status {answer.status}")
            await asyncio.sleep(_HEALTH_EVERY)

    def problems(self, seconds: float) -> list[str]:
        """Return the promises that the samples show broken in a run of so many seconds."""
        found = [f"/healthz: {said}" for said in self.ill[:5]]
        if self.health and max(self.health) > 2:
            found.append(f"/healthz took {max(self.health):.1f} s")
        if self.health and statistics.median(self.health) > 0.25:
            found.append(f"/healthz took {statistics.median(self.health):.2f} s in the median")
        if self.unreaped:
            found.append(f"zombies that nobody reaped: {sorted(self.unreaped)}")
        long = seconds >= 60  # a short run is all warming up
        (memory, later), (files, files_later) = (
            self._windows("memory"),
            self._windows("descriptors"),
        )
        if later > memory * (1.15 if long else 1.5) + (64e6 if long else 200e6):
            found.append(f"memory grew from {memory / 1e6:.0f} to {later / 1e6:.0f} MB")
        if files_later > files * (1.2 if long else 1.5) + 50:
            found.append(f"open descriptors grew from {files:.0f} to {files_later:.0f}")
        return found

    def _windows(self, name: str) -> tuple[float, float]:
        """Return the median of a figure in the middle of the run, and at its end."""
        values = [getattr(sample, name) for sample in self.samples]
        count = len(values)
        middle = values[int(count * 0.4) : int(count * 0.6) + 1]
        return statistics.median(middle), statistics.median(values[int(count * 0.8) :])

    def lines(self) -> list[str]:
        """Return the figures."""
        memory, files = self._windows("memory"), self._windows("descriptors")
        processes = [sample.processes for sample in self.samples]
        health = sorted(self.health)
        most = max(sample.memory for sample in self.samples)
        return [
            f"/healthz {len(health)} times: median {statistics.median(health) * 1000:.1f} ms, "
            f"p99 {health[int(len(health) * 0.99)] * 1000:.1f} ms, longest {health[-1]:.2f} s",
            f"memory {memory[0] / _MEGABYTE:.0f} MB in the middle, {memory[1] / _MEGABYTE:.0f} MB "
            f"at the end, {most / _MEGABYTE:.0f} MB at most; descriptors {files[0]:.0f}, "
            f"{files[1]:.0f}; processes {min(processes)} to {max(processes)}",
        ]
