"""The systems that are compared: how each takes up the data, and how it is started."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from tests.process_tree import cpu_seconds, start, stop

from keikaku.names import KEI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keikaku.release.shelf import Release, Shelf

BIN = Path(sys.executable).parent
REPOSITORY = Path(__file__).parents[2]
BASELINE = "oxigraph"
JSON = "application/sparql-results+json"
DEADLINE = 30


class MissingError(Exception):
    """A system that is not installed here, or that does not take the data; says why."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A system with its data: how it is started at a port, and the path of its endpoint."""

    name: str
    version: str
    path: str
    command: Callable[[int], list[str]]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    patience: float = 120
    """Seconds within which it must answer after its start."""


@dataclass(frozen=True, slots=True)
class Running:
    """A system that answers at `url`."""

    engine: Engine
    process: subprocess.Popen[bytes]
    url: str

    @property
    def name(self) -> str:
        """The system's name."""
        return self.engine.name

    def cpu(self) -> float:
        """The processor time that its processes have used so far."""
        return cpu_seconds(self.process.pid)

    def settle(self, seconds: float = 10) -> None:
        """Wait until it does nothing, `seconds` at most."""
        end = time.monotonic() + seconds
        before = self.cpu()
        while time.monotonic() < end:
            time.sleep(0.3)
            if (now := self.cpu()) - before < 0.03:
                return
            before = now


@contextmanager
def running(engine: Engine) -> Iterator[Running]:
    """Start a system, wait until it answers, and stop it in the end. Raises MissingError."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = engine.folder / f"{engine.name.replace(' ', '-')}.log"
    process = start(
        engine.command(port), log=log, folder=REPOSITORY, environment=engine.environment
    )
    try:
        url = f"http://127.0.0.1:{port}{engine.path}"
        _wait(url, process, engine, log)
        yield Running(engine, process, url)
    finally:
        stop(process)


def _wait(url: str, process: subprocess.Popen[bytes], engine: Engine, log: Path) -> None:
    end = time.monotonic() + engine.patience
    while time.monotonic() < end:
        if process.poll() is not None:
            tail = log.read_text(encoding="utf-8", errors="replace")[-300:].strip()
            raise MissingError(f"ended with exit code {process.returncode}: {tail}")
        try:
            answer = httpx.get(url, params={"query": "ASK {}"}, headers={"Accept": JSON}, timeout=5)
            if answer.status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise MissingError(f"does not answer {engine.patience:.0f} s after its start")


def keikaku(shelf: Shelf, _: Release, folder: Path) -> Engine:
    """`keikaku serve` over the shelf, with its settings as they are."""
    _revision = _output(["git", "rev-parse", "--short", "HEAD"])
    return Engine(
        "keikaku",
        f"{version('keikaku')} ({_revision})",
        "/sparql",
        lambda port: [
            str(BIN / "keikaku"), "serve", "--releases", str(shelf.folder), "--port", str(port)
        ],
        folder,
    )  # fmt: skip


def oxigraph(_: Shelf, release: Release, folder: Path, *, timeout: int | None = None) -> Engine:
    """`oxigraph serve-read-only` over a store of its own, which both ways of serving share."""
    program = BIN / "oxigraph"
    if not program.exists():
        raise MissingError("the command oxigraph is not installed")
    store = folder / "oxigraph"
    if not store.exists():
        _must([str(program), "load", "-l", str(store), "-f", str(release.folder / "keikaku.nq")])
        _must([str(program), "optimize", "-l", str(store)])
    limit = ["--timeout-s", str(timeout)] if timeout else []
    return Engine(
        f"{BASELINE} --timeout-s {timeout}" if timeout else BASELINE,
        _output([str(program), "--version"]).removeprefix("oxigraph "),
        "/query",
        lambda port: [
            str(program), "serve-read-only", "-l", str(store), "-b", f"127.0.0.1:{port}",
            "--union-default-graph", *limit,
        ],
        folder,
    )  # fmt: skip


def rdflib_endpoint(_: Shelf, release: Release, folder: Path) -> Engine:
    """rdflib-endpoint over rdflib's own store in memory."""
    try:
        both = f"{version('rdflib-endpoint')} (rdflib {version('rdflib')})"
    except PackageNotFoundError as error:
        raise MissingError(str(error)) from error
    nquads = str(release.folder / "keikaku.nq")
    return Engine(
        "rdflib-endpoint",
        both,
        "/",
        lambda port: [sys.executable, "-m", "tests.bench.rdflib_server", nquads, str(port)],
        folder,
        patience=400,
    )


def virtuoso(_: Shelf, release: Release, folder: Path) -> Engine:
    """Virtuoso 7 with a database of its own, loaded by its bulk loader."""
    server, console = shutil.which("virtuoso-t"), shutil.which("isql-vt") or shutil.which("isql-v")
    if not server or not console:
        raise MissingError("virtuoso-t or isql-vt is not installed")
    data = folder / "virtuoso"
    data.mkdir(exist_ok=True)

    def command(port: int) -> list[str]:
        ini = data / "virtuoso.ini"
        ini.write_text(_virtuoso_ini(data, release.folder, port), encoding="utf-8")
        return [server, "+foreground", "+configfile", str(ini)]

    said = subprocess.run([server, "-?"], capture_output=True, text=True, check=False)  # noqa: S603
    release_line = [line for line in (said.stdout + said.stderr).splitlines() if "Version" in line]
    number = release_line[0].split("Version")[1].split()[0] if release_line else "7"
    engine = Engine("virtuoso", number, "/sparql", command, data)
    if not (data / "virtuoso.db").exists():
        with running(engine) as loading:
            _virtuoso_load(console, loading, release.folder)
    return engine


def _virtuoso_load(console: str, loading: Running, folder: Path) -> None:
    port = int(loading.url.split(":")[2].split("/")[0])
    for order in (
        f"ld_dir('{folder}', 'keikaku.nq', 'urn:x-default');",
        "rdf_loader_run();",
        "checkpoint;",
    ):
        _must([console, f"127.0.0.1:{_sql_port(port)}", "dba", "dba", f"exec={order}"])
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?item a {KEI['Item']} }}"
    count = httpx.get(
        loading.url,
        params={"query": query},
        headers={"Accept": JSON},
        timeout=60,
    ).json()["results"]["bindings"][0]["n"]["value"]
    if count == "0":
        raise MissingError("the bulk loader loaded nothing")


def _sql_port(port: int) -> int:
    """Return the port of the console, which the bulk loader needs, beside that of HTTP."""
    return port + 1 if port < 65_000 else port - 1


def _virtuoso_ini(data: Path, allowed: Path, port: int) -> str:
    threads = os.cpu_count() or 1
    return f"""[Database]
DatabaseFile = {data}/virtuoso.db
ErrorLogFile = {data}/virtuoso.log
LockFile = {data}/virtuoso.lck
TransactionFile = {data}/virtuoso.trx
xa_persistent_file = {data}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {data}/temp.db
TransactionFile = {data}/temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{_sql_port(port)}
DisableUnixSocket = 1
MaxClientConnections = 100
CheckpointInterval = 0
DirsAllowed = {data}, {allowed}
CaseMode = 2
ThreadsPerQuery = {threads}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
MaxQueryMem = 2G
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {data}
ServerThreads = 100
MaxKeepAlives = 100
KeepAliveTimeout = 30
MaxClientConnections = 100
Charset = UTF-8
EnabledGzipContent = 0
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = {DEADLINE}
"""


def _must(command: list[str], seconds: float = 1800) -> None:
    done = subprocess.run(  # noqa: S603 - our own commands
        command, capture_output=True, text=True, check=False, timeout=seconds
    )
    if done.returncode or "*** Error" in done.stderr + done.stdout:
        raise MissingError(f"{Path(command[0]).name}: {(done.stderr + done.stdout)[-300:].strip()}")


def _output(command: list[str]) -> str:
    return subprocess.run(  # noqa: S603 - our own commands
        command, cwd=REPOSITORY, capture_output=True, text=True, check=False
    ).stdout.strip()
