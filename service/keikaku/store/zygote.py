"""The zygote: a small process that has all loaded that an answer needs, and forks workers.

`python -m keikaku.store.zygote FD DATA` is started by `spawn.Zygote`. A fork takes a millisecond
where a new interpreter takes a third of a second, and what the zygote holds in memory its workers
share. Over the socket FD it is told, a message each:

- `fork N [STORE]` with a socket: be the parent of worker N, who answers queries from that socket
  over what is held in memory, or over the store in a folder;
- `demote N`: let worker N run only when nobody else wants the processor;
- `kill N`.

It says `ready` or `failed` once, `born N PROCESS` and `died N STATUS` for each worker, and leaves
when the socket closes; its workers die with it. They have no network (unless a service is allowed),
no more memory than a query may take, and write no core dumps.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import pickle
import resource
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import RdfFormat

from keikaku.errors import KeikakuError, ReleaseError, SourceError
from keikaku.processes import ends_with
from keikaku.store.embedded import EmbeddedStore
from keikaku.store.worker import work

if TYPE_CHECKING:
    from keikaku.store.wire import Data

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_MESSAGE = 65_536


def main(control: socket.socket, data: Data) -> None:
    """Load what is to be loaded, say so, and fork workers until the control socket closes."""
    for told in (signal.SIGINT, signal.SIGTERM):  # the server's affair: it finishes its requests
        signal.signal(told, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        held = _held(data)
    except KeikakuError as error:
        [problem] = error.problems
        said = {"source": isinstance(error, SourceError), "ja": problem.ja, "en": problem.en}
        control.send(b"failed " + json.dumps(said | {"file": problem.file}).encode())
        return
    if not data.bounds.services:
        _leave_network()
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    _Nursery(control, data, held).run()


def _held(data: Data) -> EmbeddedStore | None:
    """Return what is held in memory for all workers, if anything is."""
    if data.files:
        engine = pyoxigraph.Store()
        for path in data.files:
            _load_file(engine, path)
        return EmbeddedStore(engine, data.bounds, union=False)
    return EmbeddedStore(_copied(data.store), data.bounds) if data.store else None


def _load_file(engine: pyoxigraph.Store, path: Path) -> None:
    kind = RdfFormat.from_extension(path.suffix.removeprefix("."))
    if kind is None:
        raise SourceError(
            f"「{path.suffix}」という種類の RDF ファイルは読めません。",
            f"no kind of RDF file ends in {path.suffix!r}",
            file=str(path),
        )
    try:
        engine.bulk_load(path=str(path), format=kind)
    except (OSError, SyntaxError, ValueError) as error:
        raise SourceError(
            f"RDF として読めません: {error}", f"it cannot be read as RDF: {error}", file=str(path)
        ) from error


def _copied(store: Path) -> pyoxigraph.Store:
    """Return a copy in memory of the store on disk.

    Another process reads the disk: the engine's threads for it would not survive a fork.
    """
    ours, theirs = os.pipe()
    reader = os.fork()
    if reader == 0:
        with contextlib.suppress(Exception), os.fdopen(theirs, "wb") as out:
            os.close(ours)
            engine = pyoxigraph.Store.read_only(str(store))
            engine.dump(out, RdfFormat.N_QUADS)
            out.flush()
            os._exit(0)
        os._exit(1)
    os.close(theirs)
    engine = pyoxigraph.Store()
    whole = True
    try:
        with os.fdopen(ours, "rb") as nquads:
            engine.bulk_load(nquads, RdfFormat.N_QUADS)
    except (OSError, SyntaxError):
        whole = False
    _, status = os.waitpid(reader, 0)
    if status or not whole:
        raise ReleaseError(
            "リリースのデータベースが開けません。build をやり直してください。",
            "the store of the release cannot be opened; build it again",
            file=str(store),
        )
    return engine


def _leave_network() -> None:
    """Give this process and its workers a network of their own with nothing in it, if allowed."""
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    if unshare(_CLONE_NEWNET) != 0:
        unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


class _Nursery:
    """The workers that live, by number."""

    def __init__(self, control: socket.socket, data: Data, held: EmbeddedStore | None) -> None:
        self._control = control
        self._data = data
        self._held = held
        self._workers: dict[int, int] = {}

    def run(self) -> None:
        """Do as told until the control socket closes, and end the workers then."""
        try:
            self._obey_on()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has gone without hearing all that was to be said
        finally:
            self._leave()

    def _obey_on(self) -> None:
        woken, wake = socket.socketpair()
        for end in (woken, wake):
            end.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is woken:
                        woken.recv(_MESSAGE)
                        self._bury()
                    elif not self._obey():
                        return

    def _leave(self) -> None:
        """End the workers, and see that no zombie is left to whoever inherits them."""
        signal.set_wakeup_fd(-1)
        for process in self._workers.values():
            os.kill(process, signal.SIGKILL)
        for process in self._workers.values():
            os.waitpid(process, 0)

    def _obey(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE, 1)
        if not message:
            return False
        verb, number, *store = message.split(b" ", 2)
        worker = int(number)
        if verb == b"fork":
            self._fork(worker, descriptors[0], os.fsdecode(store[0]) if store else None)
        elif worker in self._workers:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if verb == b"kill":
                    os.kill(self._workers[worker], signal.SIGKILL)
                else:
                    idle = os.sched_param(0)
                    os.sched_setscheduler(self._workers[worker], os.SCHED_IDLE, idle)
        return True

    def _fork(self, worker: int, descriptor: int, store: str | None) -> None:
        zygote = os.getpid()
        try:
            process = os.fork()
        except OSError:  # there are too many processes, or too little memory
            os.close(descriptor)
            self._control.send(b"died %d 1" % worker)
            return
        if process == 0:
            try:
                if ends_with(zygote):
                    self._be_worker(socket.socket(fileno=descriptor), store)
            finally:
                os._exit(1)
        os.close(descriptor)
        self._workers[worker] = process
        self._control.send(b"born %d %d" % (worker, process))

    def _be_worker(self, channel: socket.socket, store: str | None) -> None:
        """Answer queries from `channel`, and do not come back."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._control.close()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # the engine's last words are of no use to anyone
            os.dup2(nothing, stream)
        work(channel, lambda: self._store(store), self._data.memory)
        os._exit(0)

    def _store(self, store: str | None) -> EmbeddedStore:
        if store is not None:
            return EmbeddedStore.open(Path(store), self._data.bounds)
        assert self._held is not None  # noqa: S101  (a fork without a store is over what is held)
        return self._held

    def _bury(self) -> None:
        """Say who has died."""
        while self._workers:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            worker = next((n for n, pid in self._workers.items() if pid == process), None)
            if worker is not None:
                del self._workers[worker]
                code = os.waitstatus_to_exitcode(status)
                self._control.send(b"died %d %d" % (worker, code))


if __name__ == "__main__":
    _data = pickle.loads(bytes.fromhex(sys.argv[2]))  # noqa: S301  (the server's own words)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        main(socket.socket(fileno=int(sys.argv[1])), _data)
    os._exit(0)  # without taking down piece by piece what is held in memory
