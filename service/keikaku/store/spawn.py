"""The server's side of its zygotes and workers: starts them, speaks to them, ends them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import pickle
import socket
import subprocess
import sys
import weakref
from collections import deque
from ctypes.util import find_library
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from keikaku.errors import KeikakuError, ReleaseError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from keikaku.store.wire import Data

_MESSAGE = 65_536
_RECEIVED = 1_048_576
_log = logging.getLogger(__name__)

_LEAVES = 5.0  # seconds that a zygote may take to leave


class Worker:
    """A worker process, by the socket on which it answers.

    `on_bytes` is told what comes from it, and b"" when it has closed its end; `on_end` how it
    ended, as a return code (negative: by a signal).
    """

    def __init__(self, zygote: Zygote, number: int, channel: socket.socket) -> None:
        """Speak over `channel`; the zygote is about to fork."""
        self.process: int | None = None
        self._zygote = zygote
        self._number = number
        self._channel = channel
        self._rest: asyncio.Task[None] | None = None
        self.on_bytes: Callable[[bytes], None] = lambda _: None
        self.on_end: Callable[[int], None] = lambda _: None
        asyncio.get_running_loop().add_reader(channel, self._read)

    def _read(self) -> None:
        try:
            piece = self._channel.recv(_RECEIVED)
        except (BlockingIOError, InterruptedError):
            return
        except ConnectionResetError:
            piece = b""
        if not piece:
            self.close()
        self.on_bytes(piece)

    def send(self, frame: bytes) -> None:
        """Send a frame, without waiting until the worker has taken it."""
        try:
            sent = self._channel.send(frame)
        except BlockingIOError:
            sent = 0
        except (BrokenPipeError, ConnectionResetError):
            return  # it has died: its end is on its way
        if sent < len(frame):
            rest = asyncio.get_running_loop().sock_sendall(self._channel, frame[sent:])
            self._rest = asyncio.ensure_future(_quietly(rest))

    def cpu_seconds(self) -> float:
        """Return how long it has had a processor in all; 0 where that is not known."""
        try:
            said = Path(f"/proc/{self.process}/schedstat").read_text(encoding="ascii")
        except OSError:
            return 0.0
        return int(said.split()[0]) / 1e9

    def kill(self) -> None:
        """End the process now."""
        self._zygote.tell(b"kill %d" % self._number)

    def demote(self) -> None:
        """Let it run only when nobody else wants the processor."""
        self._zygote.tell(b"demote %d" % self._number)

    def close(self) -> None:
        """Stop speaking to it; a worker that waits for a query leaves."""
        if self._channel.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._channel)
            self._channel.close()


async def _quietly(sending: asyncio.Future[None] | object) -> None:
    with contextlib.suppress(OSError):
        await sending  # type: ignore[misc]


class Zygote:
    """A process that holds data and forks workers over it; it is started again if it dies."""

    def __init__(self, data: Data) -> None:
        """Start the process."""
        self._data = data
        self._numbers = count(1)
        self._workers: dict[int, Worker] = {}
        self._unsaid: deque[tuple[bytes, socket.socket | None]] = deque()
        self._listening = False
        self._alive = False
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (ourselves)
                [
                    sys.executable,
                    "-P",  # a file of the working folder is no module, whatever it is called
                    "-m",
                    "keikaku.store.zygote",
                    str(theirs.fileno()),
                    pickle.dumps(self._data).hex(),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=os.environ | _faster_memory(),
            )
        self._control = ours
        self._alive = True
        self._dropped = weakref.finalize(self, _end, self._process, ours)
        self._dropped.atexit = False  # it leaves by itself when this process does

    def wait(self) -> None:
        """Wait until the data are loaded, outside of any event loop.

        Raises ReleaseError or SourceError where they cannot be.
        """
        message = self._control.recv(_MESSAGE)
        if message != b"ready":
            self._control.close()
            self._alive = False
            self._reap()
            raise _failure(message)

    def fork(self, store: Path | None = None) -> Worker:
        """Return a new worker over what is held, or over the store in a folder.

        It may be sent a query at once.
        """
        if not self._alive:
            self._start()
        if not self._listening:
            self._control.setblocking(False)
            asyncio.get_running_loop().add_reader(self._control, self._listen)
            self._listening = True
        number = next(self._numbers)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        worker = self._workers[number] = Worker(self, number, ours)
        self.tell(b" ".join([b"fork %d" % number, *_encoded(store)]), theirs)
        return worker

    def tell(self, message: bytes, descriptor: socket.socket | None = None) -> None:
        """Send a message to the process, in turn; to one that has died it makes no difference."""
        self._unsaid.append((message, descriptor))
        if len(self._unsaid) == 1:
            self._say()

    def _say(self) -> None:
        """Send what is to be said, as far as the process takes it now."""
        loop = asyncio.get_running_loop()
        while self._unsaid and self._alive:
            message, descriptor = self._unsaid[0]
            try:
                socket.send_fds(
                    self._control, [message], [descriptor.fileno()] if descriptor else []
                )
            except BlockingIOError:
                loop.add_writer(self._control, self._say)
                return
            except OSError:
                break  # it has died, which is heard of elsewhere
            self._said()
        while self._unsaid:
            self._said()
        if self._alive:
            loop.remove_writer(self._control)

    def _said(self) -> None:
        _, descriptor = self._unsaid.popleft()
        if descriptor:
            descriptor.close()

    def _listen(self) -> None:
        try:
            message = self._control.recv(_MESSAGE)
        except (BlockingIOError, InterruptedError):
            return
        except ConnectionResetError:
            message = b""
        if message:
            self._hear(message)
        else:
            self._bury()

    def _hear(self, message: bytes) -> None:
        verb, _, said = message.partition(b" ")
        if verb == b"born":
            number, process = map(int, said.split())
            if worker := self._workers.get(number):
                worker.process = process
        elif verb == b"died":
            number, code = map(int, said.split())
            self._mourn(number, code)
        elif verb == b"failed":
            _log.error("%s", _failure(message))

    def _mourn(self, number: int, code: int) -> None:
        if worker := self._workers.pop(number, None):
            worker.close()
            worker.on_end(code)

    def _bury(self) -> None:
        """Let go of a process that has died, and its workers with it; a fork starts another."""
        self._stop_listening()
        self._reap()
        for number in [*self._workers]:
            self._mourn(number, 0)

    def _stop_listening(self) -> None:
        if self._listening:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._control)
            loop.remove_writer(self._control)
            self._listening = False
        self._control.close()
        self._alive = False
        while self._unsaid:
            self._said()

    def close(self) -> None:
        """End the process and its workers."""
        for worker in self._workers.values():
            worker.close()
        self._workers.clear()
        if self._alive:
            self._stop_listening()
            asyncio.get_running_loop().run_in_executor(None, self._reap)

    def _reap(self) -> None:
        self._dropped.detach()
        try:
            self._process.wait(_LEAVES)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _end(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    """End a zygote that nobody holds any more and nobody has closed."""
    control.close()
    process.kill()
    process.wait()


class OnDisk:
    """A store in a folder, as something over which workers are forked."""

    def __init__(self, zygote: Zygote, store: Path) -> None:
        """Have `zygote` fork them."""
        self._zygote = zygote
        self._store = store.resolve()

    def fork(self) -> Worker:
        """Return a new worker over the store."""
        return self._zygote.fork(self._store)

    def close(self) -> None:
        """Do nothing: the zygote goes on for other stores."""


@cache
def _faster_memory() -> dict[str, str]:
    """Return the environment that has jemalloc manage memory, if the system has it.

    Queries then take a third less of the processor (pyoxigraph 0.5.13, a million triples).
    """
    library = find_library("jemalloc")
    return {"LD_PRELOAD": library} if library and "LD_PRELOAD" not in os.environ else {}


def _encoded(store: Path | None) -> list[bytes]:
    return [os.fsencode(store)] if store else []


def _failure(message: bytes) -> KeikakuError:
    """Return what a zygote that says `failed`, or nothing, has failed by."""
    _, _, said = message.partition(b" ")
    if not said:
        return ReleaseError(
            "検索用のプロセスが起動しません。",
            "the process that answers queries does not start",
        )
    told = json.loads(said)
    kind = SourceError if told["source"] else ReleaseError
    return kind(told["ja"], told["en"], file=told["file"])
