"""Queries in worker processes: each has a deadline, and none stands in the way of the others.

Whether a query is short nobody knows before it has run. So each begins in the **short lane**, of as
many workers as the machine has cores, and has some patience to finish. One that takes longer moves
to the **long lane**, where workers run only when the processor is free, a few at a time; the others
wait there for their turn and begin anew, which a query that only reads may. What counts is the
processor time that a query had, so that a busy machine makes no query a long one. A text that was
long a moment ago goes there at once. So a short query waits for other short ones and for the
patience of long ones new to the server, whatever is thrown at it.

A worker whose query passes a limit, or whose client goes away from the long lane, is killed and
another is forked in its place, a matter of milliseconds; a spare one stands ready. In the short
lane a client that goes away has its query run on to the end of the patience, so that nobody can
have workers killed faster than they come back.

All of it happens in one event loop, that of the server, and needs no locks.
"""

from __future__ import annotations

import asyncio
import signal
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

from anyio import from_thread
from cachetools import TTLCache

from keikaku.errors import (
    BusyError,
    EngineError,
    KeikakuError,
    QueryMemoryError,
    ReleaseError,
)
from keikaku.store.base import Query, Serialized, Store, Streamed
from keikaku.store.limits import (
    busy,
    crashed,
    no_place,
    too_large,
    too_late,
    too_much_memory,
    too_slow,
)
from keikaku.store.spool import Spool
from keikaku.store.wire import DATA, END, ERROR, HEAD, LAST, Frames, error_of, query_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from keikaku.store.limits import Limits
    from keikaku.store.spawn import Worker

PATIENCE = 0.1
"""For how many seconds a query may have the processor in the short lane."""

PATIENCE_IN_A_QUEUE = 0.03
"""The same, while others wait for the lane; less in proportion if more than CROWD wait."""

CROWD = 16

LOOK_EVERY = 0.015
"""How often queries in the short lane are looked at, in seconds; what counts begins at a look.

In a crowd more often.
"""

MOST_LOOKS = 100
"""After so many looks a query is long, whatever it waits for."""

ONE_PIECE = 1_000_000
"""The largest result, in bytes, that is sent in one piece."""

PAGE_SECONDS = 10
"""How long a query of a page may run, which occupies a thread of the server, in seconds."""

READY_SECONDS = 3
"""How long an engine that is ready may take to say so."""

MOST_STREAMS = 32
"""How many large results may be on their way at a time."""

STREAM_SECONDS = 600
"""How long a client may take to fetch a large result."""

_NONSENSE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
_LAST_ERRORS = (QueryMemoryError, ReleaseError, EngineError)
"""After these a worker leaves."""

_REMEMBERED, _REMEMBERED_SECONDS = 10_000, 60.0  # texts of long queries
_LAST_WORDS = 1.0  # seconds that the news of a worker's death may take


class Source(Protocol):
    """Data over which workers are forked."""

    def fork(self) -> Worker:
        """Return a new worker, who may be sent a query at once."""

    def close(self) -> None:
        """Let go of the data."""


class Lane(Enum):
    """Where a query runs or waits."""

    SHORT = "short"
    LONG = "long"


@dataclass(eq=False, slots=True)
class _Job:
    """A query under way."""

    source: Source
    query: Query
    seconds: float
    deadline: float
    answer: asyncio.Future[Serialized | Streamed]
    worker: Worker | None = None
    timer: asyncio.TimerHandle | None = None
    frames: Frames = field(default_factory=Frames)
    media_type: str = ""
    pieces: list[bytes] = field(default_factory=list)
    size: int = 0
    spool: Spool | None = None
    abandoned: bool = False
    looks: int = 0
    cpu: float = 0.0

    def begin_anew(self) -> None:
        """Forget what came of it."""
        self.frames, self.pieces, self.size, self.looks = Frames(), [], 0, 0

    def fail(self, error: Exception) -> None:
        """Let whoever waits for the answer, or reads it, have an error."""
        if self.spool:
            self.spool.fail(error)
        elif not self.answer.done():
            self.answer.set_exception(error)


class Pool:
    """The workers, and the queries that they have and that wait for them."""

    def __init__(self, limits: Limits) -> None:
        """Fork nothing yet."""
        self.limits = limits
        self.kills: Counter[str] = Counter()
        self._running: dict[Lane, set[_Job]] = {lane: set() for lane in Lane}
        self._waiting: dict[Lane, deque[_Job]] = {lane: deque() for lane in Lane}
        self._idle: dict[Source, list[Worker]] = {}
        self._preferred: Source | None = None
        self._sources: WeakSet[Source] = WeakSet()
        self._leaving: WeakSet[Source] = WeakSet()
        self._long: TTLCache[int, bool] = TTLCache(_REMEMBERED, _REMEMBERED_SECONDS)
        self._streams = 0

    def running(self, lane: Lane) -> int:
        """Return how many queries run in a lane."""
        return len(self._running[lane])

    def waiting(self, lane: Lane) -> int:
        """Return how many queries wait for a lane."""
        return len(self._waiting[lane])

    def idle(self) -> int:
        """Return how many workers stand ready."""
        return sum(map(len, self._idle.values()))

    def prefer(self, source: Source) -> None:
        """Keep workers ready over this source, and over no other."""
        self._sources.add(source)
        before, self._preferred = self._preferred, source
        if before is not None and before is not source:
            self._dismiss_idle(before)
        self._replenish(source)

    def retire(self, source: Source) -> None:
        """Close a source when the queries that it has are answered.

        A query that comes for it all the same is answered, and the source closed again.
        """
        self._dismiss_idle(source)
        self._leaving.add(source)
        self._see_off(source)

    def close(self) -> None:
        """End all workers and close what they were forked over; queries get an error."""
        jobs = [*self._running[Lane.SHORT], *self._running[Lane.LONG]]
        jobs += [*self._waiting[Lane.SHORT], *self._waiting[Lane.LONG]]
        for queue in self._waiting.values():
            queue.clear()
        for job in jobs:
            self._fail(job, busy(5), "close")
        for source in [*self._sources]:
            self._dismiss_idle(source)
            source.close()

    async def answer(self, source: Source, query: Query) -> Serialized | Streamed:
        """Answer a query over a source. Raises as `Store.answer` does."""
        loop = asyncio.get_running_loop()
        seconds = min(query.seconds or self.limits.seconds, self.limits.seconds)
        job = _Job(source, query, seconds, loop.time() + seconds, loop.create_future())
        self._place(job, Lane.LONG if hash(query.text) in self._long else Lane.SHORT)
        try:
            return await job.answer
        except asyncio.CancelledError:
            if job.spool:
                await job.spool.aclose()
            self._abandon(job)
            raise

    # Lanes

    def _place(self, job: _Job, lane: Lane) -> None:
        """Start a query, or have it wait. Raises BusyError if too many wait."""
        if self.running(lane) < self._room(lane):
            self._start(job, lane)
            return
        if self.waiting(lane) >= self.limits.waiting:
            raise busy(2 if lane is Lane.SHORT else 10)
        self._waiting[lane].append(job)
        self._wake_at(job, job.deadline, self._give_up)

    def _room(self, lane: Lane) -> int:
        return self.limits.workers if lane is Lane.SHORT else self.limits.long

    def _start(self, job: _Job, lane: Lane) -> None:
        self._sources.add(job.source)
        idle = self._idle.get(job.source)
        try:
            worker = job.worker = idle.pop() if idle else job.source.fork()
        except OSError:  # there are no more descriptors or processes to be had
            job.fail(busy(5))
            return
        worker.on_bytes = partial(self._take, job)
        worker.on_end = partial(self._mourn, job)
        self._running[lane].add(job)
        if lane is Lane.LONG:
            worker.demote()
            self._wake_at(job, job.deadline, self._time_out)
        else:
            self._look_soon(job)
        worker.send(query_frame(job.query, job.seconds))

    def _wake_at(self, job: _Job, when: float, do: Callable[[_Job], None]) -> None:
        if job.timer:
            job.timer.cancel()
        job.timer = asyncio.get_running_loop().call_at(when, do, job)

    def _next(self) -> None:
        """Start whoever waits where there is room by now."""
        for lane, queue in self._waiting.items():
            while queue and self.running(lane) < self._room(lane):
                self._start(queue.popleft(), lane)

    def _look_soon(self, job: _Job) -> None:
        now = asyncio.get_running_loop().time()
        every = LOOK_EVERY * min(1.0, CROWD / (self.waiting(Lane.SHORT) or 1))
        self._wake_at(job, min(now + every, job.deadline), self._look)

    def _look(self, job: _Job) -> None:
        """See what a query in the short lane has come to, and whether it belongs there."""
        assert job.worker  # noqa: S101  (it runs)
        if job.deadline <= asyncio.get_running_loop().time():
            self._time_out(job)
        elif not self._outruns(job):
            self._look_soon(job)
        elif job.abandoned:
            self._drop(job, "abandoned")
        else:
            self._long[hash(job.query.text)] = True
            self._move_to_long(job)

    def _outruns(self, job: _Job) -> bool:
        """Tell whether a query takes longer than the short lane has patience."""
        assert job.worker  # noqa: S101  (it runs)
        used = job.worker.cpu_seconds()
        job.looks += 1
        if job.looks == 1:
            job.cpu = used
        waiting = self.waiting(Lane.SHORT)
        patience = PATIENCE_IN_A_QUEUE * min(1.0, CROWD / waiting) if waiting else PATIENCE
        return used - job.cpu > patience or job.looks >= MOST_LOOKS

    def _move_to_long(self, job: _Job) -> None:
        """Let a query go on in the long lane, or wait there to begin anew."""
        if job.abandoned:
            self._drop(job, "abandoned")
            return
        if self.running(Lane.LONG) < self.limits.long:
            assert job.worker  # noqa: S101  (it runs)
            self._running[Lane.SHORT].discard(job)
            self._running[Lane.LONG].add(job)
            job.worker.demote()
            self._wake_at(job, job.deadline, self._time_out)
            self._replenish(job.source)
            self._next()
            return
        self._kill(job, "outrun")
        job.begin_anew()
        try:
            self._place(job, Lane.LONG)
        except BusyError as error:
            job.fail(error)
        self._see_off(job.source)
        self._next()

    # What comes from a worker

    def _take(self, job: _Job, piece: bytes) -> None:
        if not piece:  # it has died, or is dying: its zygote will say of what
            loop = asyncio.get_running_loop()
            self._wake_at(job, loop.time() + _LAST_WORDS, partial(self._mourn, code=0))
            return
        worker = job.worker
        try:
            for kind, content in job.frames.feed(piece):
                self._take_frame(job, kind, content)
                if job.worker is not worker:
                    return  # the query has ended, or begins anew with another
        except _NONSENSE:  # nothing that a worker in its senses would say
            self._fail(job, crashed(), "crash")
        except OSError as error:  # there is no place for a large result
            self._fail(job, no_place(error), "size")

    def _take_frame(self, job: _Job, kind: bytes, content: bytes) -> None:
        if kind == DATA:
            self._take_data(job, content)
        elif kind == HEAD:
            job.media_type = content.decode("ascii")
        elif kind in (END, LAST):
            self._finish(job, fit=kind == END)
        elif kind == ERROR:
            error = error_of(content)
            self._release(job, fit=not isinstance(error, _LAST_ERRORS))
            job.fail(error)
            self._next()
        else:
            raise ValueError(kind)

    def _take_data(self, job: _Job, content: bytes) -> None:
        job.size += len(content)
        if job.size > self.limits.result_bytes:
            self._fail(job, too_large(self.limits.result_bytes), "size")
        elif job.spool:
            job.spool.append(content)
        else:
            job.pieces.append(content)
            if job.size > ONE_PIECE:
                self._stream(job)

    def _stream(self, job: _Job) -> None:
        """Begin to hand over a large result, from the long lane."""
        if job in self._running[Lane.SHORT]:
            self._move_to_long(job)
            if job.worker is None:
                return
        if job.answer.done():
            return
        if self._streams >= MOST_STREAMS:
            self._fail(job, busy(30), "size")
            return
        loop = asyncio.get_running_loop()
        spool = job.spool = Spool(job.pieces)
        job.pieces = []
        self._streams += 1
        cut = loop.call_later(STREAM_SECONDS, spool.fail, too_slow(STREAM_SECONDS))
        spool.on_close = partial(self._stream_closed, job, cut)
        job.answer.set_result(Streamed(spool, job.media_type))

    def _stream_closed(self, job: _Job, cut: asyncio.TimerHandle) -> None:
        self._streams -= 1
        cut.cancel()
        self._abandon(job)

    # How a query ends

    def _finish(self, job: _Job, *, fit: bool) -> None:
        self._reconsider(job)
        self._release(job, fit=fit)
        if job.spool:
            job.spool.finish()
        elif not job.answer.done():
            job.answer.set_result(Serialized(b"".join(job.pieces), job.media_type))
        self._next()

    def _reconsider(self, job: _Job) -> None:
        """Forget that a query was long whose worker has not even worked for as long as patience."""
        if job in self._running[Lane.LONG] and job.worker and job.worker.cpu_seconds() < PATIENCE:
            self._long.pop(hash(job.query.text), None)

    def _release(self, job: _Job, *, fit: bool) -> None:
        """Take the worker from a query that it has ended."""
        worker, was_long = job.worker, job in self._running[Lane.LONG]
        self._take_out(job)
        if worker is None:
            return
        idle = self._idle.get(job.source, [])
        most = self.limits.workers + 1 if job.source is self._preferred else 1
        wanted = job.source not in self._leaving and len(idle) < most
        if fit and wanted and not was_long:
            worker.on_bytes = worker.on_end = partial(self._forget_idle, job.source, worker)
            self._idle.setdefault(job.source, []).append(worker)
        else:
            worker.close()
            self._replenish(job.source)
        self._see_off(job.source)

    def _take_out(self, job: _Job) -> None:
        for lane in Lane:
            self._running[lane].discard(job)
        if job.timer:
            job.timer.cancel()
        job.worker = None

    def _drop(self, job: _Job, reason: str) -> None:
        """End a query with the worker that has it."""
        self._kill(job, reason)
        self._see_off(job.source)
        self._next()

    def _kill(self, job: _Job, reason: str) -> None:
        worker = job.worker
        self._take_out(job)
        if worker:
            self.kills[reason] += 1
            worker.on_bytes = worker.on_end = _nobody_cares
            worker.kill()
            worker.close()
            self._replenish(job.source)

    def _fail(self, job: _Job, error: KeikakuError, reason: str) -> None:
        self._drop(job, reason)
        job.fail(error)

    def _time_out(self, job: _Job) -> None:
        self._fail(job, too_late(job.seconds), "timeout")

    def _give_up(self, job: _Job) -> None:
        """Send away a query that has waited until its deadline."""
        for queue in self._waiting.values():
            if job in queue:
                queue.remove(job)
        job.fail(busy(10))
        self._see_off(job.source)

    def _mourn(self, job: _Job, code: int) -> None:
        """Say what a worker has died of, with its query."""
        if job.worker is None:
            return
        of_memory = code in (-signal.SIGABRT, -signal.SIGKILL)
        error = too_much_memory() if of_memory else crashed()
        self._fail(job, error, "memory" if of_memory else "crash")

    def _abandon(self, job: _Job) -> None:
        """Nobody waits for the answer any more."""
        job.abandoned = True
        for queue in self._waiting.values():
            if job in queue:
                queue.remove(job)
                self._take_out(job)
        if job in self._running[Lane.LONG]:
            self._drop(job, "abandoned")
        self._see_off(job.source)

    # Workers that wait for a query

    def _replenish(self, source: Source) -> None:
        """See that there is a worker for each place in the short lane, and a spare one."""
        if source is not self._preferred or source in self._leaving:
            return
        idle = self._idle.setdefault(source, [])
        busy = sum(job.source is source for job in self._running[Lane.SHORT])
        for _ in range(self.limits.workers + 1 - busy - len(idle)):
            try:
                worker = source.fork()
            except OSError:  # another query, at its end, will try again
                return
            worker.on_bytes = worker.on_end = partial(self._forget_idle, source, worker)
            idle.append(worker)

    def _forget_idle(self, source: Source, worker: Worker, _: object) -> None:
        """Strike out a worker that has died while it had nothing to do."""
        idle = self._idle.get(source, [])
        if worker in idle:
            idle.remove(worker)
            worker.close()

    def _dismiss_idle(self, source: Source) -> None:
        for worker in self._idle.pop(source, []):
            worker.on_bytes = worker.on_end = _nobody_cares
            worker.close()

    def _see_off(self, source: Source) -> None:
        """Close a source that is to go once it has no query."""
        if source not in self._leaving:
            return
        jobs = [*self._running.values(), *self._waiting.values()]
        if not any(job.source is source for group in jobs for job in group):
            source.close()


class PooledStore(Store):
    """A source asked through a pool."""

    def __init__(self, pool: Pool, source: Source, *, union: bool = True) -> None:
        """Ask `pool` over `source`."""
        self.union_default = union
        self.source = source
        self._pool = pool

    async def answer(self, query: Query) -> Serialized | Streamed:
        """Answer a SPARQL query in the event loop of the pool."""
        return await self._pool.answer(self.source, query)

    def serialize(self, query: Query) -> Serialized:
        """Answer a SPARQL query in a thread that the event loop of the pool has started."""
        return from_thread.run(self._whole, query)

    async def _whole(self, query: Query) -> Serialized:
        seconds = min(query.seconds or PAGE_SECONDS, PAGE_SECONDS)
        result = await self.answer(replace(query, seconds=seconds))
        if isinstance(result, Serialized):
            return result
        return Serialized(b"".join([piece async for piece in result.pieces]), result.media_type)

    def ready(self) -> bool:
        """Tell whether the engine answers."""
        try:
            return bool(self.serialize(Query("ASK {}", seconds=READY_SECONDS)).body)
        except BusyError:  # it has more to do than it can, and does it
            return True
        except KeikakuError:
            return False


def _nobody_cares(_: object) -> None:
    pass
