"""Load on an endpoint: closed loops by wrk, and heavy queries that are sent all the while."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .engines import JSON
from .workload import heavy, paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .engines import Running

SCRIPT = Path(__file__).with_name("closed_loop.lua")
_PAUSE = 0.1
"""Seconds between the end of a heavy query and the next of its connection, at least."""
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Loop:
    """The figures of one closed loop; latencies in milliseconds, None where nothing was answered.

    `requests` were answered with a result and `refused` with an error, `lost` were not answered,
    `late` took over a minute. `repeats` says that the queries ran out, so that some came again.
    """

    requests: int
    seconds: float
    median: float | None
    p99: float | None
    cpu: float | None
    refused: int
    lost: int
    late: int
    repeats: bool

    @property
    def rate(self) -> float:
        """The requests answered in a second."""
        return self.requests / self.seconds if self.seconds else 0.0


def closed_loop(
    system: Running, requests: Sequence[str], folder: Path, *, clients: int, seconds: float
) -> Loop:
    """Let `clients` send the requests one after the other for some seconds."""
    file = folder / "requests.txt"
    file.write_text("\n".join(requests) + "\n", encoding="ascii")
    before = system.cpu()
    done = subprocess.run(  # noqa: S603 - our own command
        _wrk(system.url, file, clients, seconds),
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 120,
    )
    return _figures(done.stdout + done.stderr, system.cpu() - before, len(requests))


def _wrk(url: str, file: Path, clients: int, seconds: float) -> list[str]:
    return [
        "wrk", "--threads", "1", "--connections", str(clients), "--duration", f"{seconds:.0f}s",
        "--timeout", "60s", "--header", f"Accept: {JSON}", "--script", str(SCRIPT), url,
        "--", str(file),
    ]  # fmt: skip


def _figures(said: str, cpu: float, sent: int) -> Loop:
    lines = [line for line in said.splitlines() if line.startswith("FIGURES ")]
    if not lines:
        raise RuntimeError(f"wrk gave no figures: {said[-500:]}")
    found = json.loads(lines[0].removeprefix("FIGURES "))
    answered = found["requests"]
    count = answered - found["refused"]
    return Loop(
        requests=count,
        seconds=found["microseconds"] / 1e6,
        median=found["p50"] / 1000 if count else None,
        p99=found["p99"] / 1000 if count else None,
        cpu=cpu * 1000 / count if count else None,
        refused=found["refused"],
        lost=found["lost"],
        late=found["late"],
        repeats=answered > sent > 1,
    )


@dataclass(slots=True)
class Heavy:
    """What became of the heavy queries: how many were sent, and the answers by status."""

    sent: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))


def beside_heavy(
    system: Running,
    requests: Sequence[str],
    folder: Path,
    *,
    connections: int,
    seconds: float,
) -> tuple[Loop, Heavy]:
    """Let one client send light requests while `connections` keep sending heavy queries."""
    return asyncio.run(_beside_heavy(system, requests, folder, connections, seconds))


async def _beside_heavy(
    system: Running, requests: Sequence[str], folder: Path, connections: int, seconds: float
) -> tuple[Loop, Heavy]:
    told = Heavy()
    senders = [asyncio.create_task(_keep_sending(system, told)) for _ in range(connections)]
    await asyncio.sleep(2)  # by now all of them run, or wait for their turn
    loop = await asyncio.to_thread(
        closed_loop, system, requests, folder, clients=1, seconds=seconds
    )
    for sender in senders:
        sender.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    return loop, told


async def _keep_sending(system: Running, told: Heavy) -> None:
    while True:
        began = time.monotonic()
        told.sent += 1
        status, pause = await _send(system.url, next(told.numbers))
        told.statuses[status] += 1
        await asyncio.sleep(max(pause, _PAUSE - (time.monotonic() - began)))


async def _send(url: str, number: int) -> tuple[str, float]:
    """Send one heavy query on a connection of its own; return its status and a wished pause."""
    parts = urlsplit(url)
    [path] = paths(parts.path, heavy, number, 1)
    try:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except OSError:
        return "no connection", 1.0
    try:
        head = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {JSON}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode("utf-8", "replace")
    except OSError:
        return "reset", 1.0
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    lines = answer.partition("\r\n\r\n")[0].lower().split("\r\n")
    status = lines[0].split(" ")[1] if " " in lines[0] else "closed"
    waits = [line.partition(":")[2].strip() for line in lines if line.startswith("retry-after:")]
    pause = float(waits[0]) if waits and waits[0].isdecimal() else 0.0
    return status, min(pause, _LONGEST_PAUSE)
