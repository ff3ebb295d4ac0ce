"""Server engines for tests, each a process of its own on the loopback with a folder of its own."""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

OXIGRAPH = Path(sys.executable).parent / "oxigraph"

_VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 5000
MaxDirtyBuffers = 3000
CheckpointInterval = 0
CaseMode = 2
MaxQueryMem = 500M
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 20
MaxKeepAlives = 20
Charset = UTF-8
[SPARQL]
MaxQueryExecutionTime = 60
"""


@dataclass(frozen=True)
class Engine:
    """The addresses of an engine, as the settings want them."""

    name: str
    query: str
    update: str
    graphs: str
    user: str = ""
    password: str = ""


def oxigraph_at(port: int | str) -> Engine:
    """The addresses of an Oxigraph server."""
    address = f"http://127.0.0.1:{port}"
    return Engine("oxigraph", f"{address}/query", f"{address}/update", f"{address}/store")


def virtuoso_at(port: int | str) -> Engine:
    """The addresses of a Virtuoso server."""
    address = f"http://127.0.0.1:{port}"
    graphs = f"{address}/sparql-graph-crud-auth"
    return Engine("virtuoso", f"{address}/sparql", f"{address}/sparql-auth", graphs, "dba", "dba")


def free_port() -> int:
    """A port that nobody listens on, below those that the system lends to clients.

    One of those could be lent to another test's client before the engine has taken it.
    """
    for port in random.sample(range(10_000, 32_000), 100):
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    pytest.fail("no free port")


def free_pair() -> str:
    """What two free ports have in common: `{this}1` and `{this}2` are they."""
    for _ in range(100):
        common = str(free_port())[:-1]
        if all(_is_free(int(f"{common}{slot}")) for slot in (1, 2)):
            return common
    pytest.fail("no two free ports beside each other")


def _is_free(port: int) -> bool:
    with socket.socket() as taken:
        return taken.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def oxigraph(folder: Path, *arguments: str, port: int | None = None) -> Iterator[Engine]:
    """Run Oxigraph's server, whose default graph is the union of all graphs."""
    if not OXIGRAPH.exists():
        pytest.skip("the server of Oxigraph is not installed (pip install oxigraph)")
    port = port or free_port()
    command = [str(OXIGRAPH), "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with _running([*command, *arguments], folder, oxigraph_at(port)) as engine:
        yield engine


@contextmanager
def virtuoso(folder: Path, port: int | None = None) -> Iterator[Engine]:
    """Run Virtuoso 7, empty but for its own graphs."""
    binary = shutil.which("virtuoso-t")
    if binary is None:
        pytest.skip("Virtuoso 7 is not installed (apt-get install virtuoso-opensource)")
    port = port or free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_VIRTUOSO_INI.format(sql=free_port(), http=port), encoding="utf-8")
    with _running([binary, "-f", "-c", ini.name], folder, virtuoso_at(port)) as engine:
        yield engine


@contextmanager
def _running(command: list[str], folder: Path, engine: Engine) -> Iterator[Engine]:
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)  # noqa: S603
    try:
        _wait_for(engine, process)
        yield engine
    finally:
        process.kill()
        process.wait(10)


def _wait_for(engine: Engine, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, f"{engine.name} ended"
        try:
            answer = httpx.get(engine.query, params={"query": "ASK {}"}, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            assert answer.status_code == httpx.codes.OK
            return
    pytest.fail(f"{engine.name} does not answer")
