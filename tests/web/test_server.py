"""A live server in a process of its own: how it stops, whom it believes, what it endures."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keikaku.errors import SettingsError
from keikaku.settings import Settings
from keikaku.web.operation.server import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SITE = """
import asyncio, json, sys
from keikaku.settings import Settings
from keikaku.web.operation.connection import Connection
from keikaku.web.operation.metrics import Metrics
from keikaku.web.operation.operate import operated
from keikaku.web.operation.server import run
from keikaku.web.operation.trace import note_query
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

for name, value in json.loads(sys.argv[2]).items():
    setattr(Connection, name, value)

async def who(request):
    return JSONResponse({"client": request.client.host, "scheme": request.url.scheme})

async def slow(request):
    note_query("SELECT ?secret {}")
    await asyncio.sleep(float(request.query_params["seconds"]))
    return PlainTextResponse("done")

async def large(request):
    async def pieces():
        for _ in range(2000):
            yield b"x" * 65536
    return StreamingResponse(pieces())

async def taken(request):
    return PlainTextResponse(str(len(await request.body())))

async def query(request):
    return PlainTextResponse(str(len(request.query_params["query"])))

site = Starlette(routes=[
    Route("/", who), Route("/slow", slow), Route("/large", large), Route("/sparql", query),
    Route("/taken", taken, methods=["POST"])])
settings = Settings(**json.loads(sys.argv[1]))
run(operated(site, settings, Metrics()), settings)
"""


@dataclass
class Server:
    """A server under test."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def connected(self) -> socket.socket:
        """Return a new connection."""
        return socket.create_connection(("127.0.0.1", self.port), 20)

    def stopped(self) -> int:
        """Return how it ended after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def lines(self) -> list[dict[str, Any]]:
        """Return what it logged."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def memory(self) -> int:
        """Return how many KB of memory it has."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0])


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Return what starts a server under some settings and patience."""
    servers: list[Server] = []

    def make(patience: dict[str, float] | None = None, **settings: Any) -> Server:
        port = free_port()
        log = tmp_path / f"{port}.log"
        with log.open("w", encoding="utf-8") as stream:
            process = subprocess.Popen(  # noqa: S603  (our own interpreter)
                [
                    sys.executable,
                    "-c",
                    SITE,
                    json.dumps({"port": port, **settings}),
                    json.dumps(patience or {}),
                ],
                stderr=stream,
                text=True,
                env={**os.environ, "FORWARDED_ALLOW_IPS": "*"},  # which only uvicorn would obey
            )
        server = Server(process, port, log)
        servers.append(server)
        await_readiness(server)
        return server

    yield make
    for server in servers:
        server.process.kill()
        server.process.wait()


def await_readiness(server: Server) -> None:
    for _ in range(200):
        assert server.process.poll() is None, server.log.read_text(encoding="utf-8")
        try:
            server.connected().close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server does not listen")


@contextmanager
def in_background(call: Callable[[], Any]) -> Iterator[list[Any]]:
    """Call something meanwhile; its result stands in the list at the end."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(call()))
    thread.start()
    yield results
    thread.join(20)


def until_closed(connection: socket.socket) -> bytes:
    """Return all that comes until the server closes, by whatever means."""
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    connection.close()
    return received


def test_a_request_under_way_is_finished_at_sigterm_and_new_connections_are_refused(
    start: Callable[..., Server],
) -> None:
    server = start()
    idle = server.connected()
    with in_background(lambda: httpx.get(f"{server.address}/slow?seconds=1.5")) as results:
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(ConnectionRefusedError):
            server.connected()
        assert until_closed(idle) == b""
        assert server.process.poll() is None
    assert results[0].text == "done"
    assert server.process.wait(20) == 0
    assert [line["event"] for line in server.lines()] == ["starting", "request", "stopped"]


def test_a_request_that_outlasts_the_grace_is_ended(start: Callable[..., Server]) -> None:
    server = start(max_query_seconds=-4)  # leaves a grace of a second
    with server.connected() as connection:
        connection.sendall(b"GET /slow?seconds=600 HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.3)
        began = time.monotonic()
        assert server.stopped() == 0
        assert 0.5 < time.monotonic() - began < 5


def test_ctrl_c_stops_it_too(start: Callable[..., Server]) -> None:
    server = start()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(20) == 0


def test_no_line_of_the_log_is_lost_at_sigterm_and_none_tells_the_query(
    start: Callable[..., Server],
) -> None:
    server = start()
    with httpx.Client(base_url=server.address) as client:
        ids = [client.get("/slow?seconds=0").headers["x-request-id"] for _ in range(200)]
    assert server.stopped() == 0
    lines = server.lines()
    assert [line["request"] for line in lines if line["event"] == "request"] == ids
    said = server.log.read_text(encoding="utf-8")
    assert not any(word in said for word in ("secret", "seconds", "127.0.0.1:"))


def test_an_address_that_is_taken_is_an_error_of_the_settings() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match="待ち受けられません"):
            run(_nothing, Settings(), port=port)
    with pytest.raises(SettingsError, match="待ち受けられません"):
        run(_nothing, Settings(host="192.0.2.1"))


async def _nothing(*_: Any) -> None:
    """An application that is never asked."""


FORGED = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Proto": "https"}


def test_forwarded_headers_are_believed_from_nobody_by_default(
    start: Callable[..., Server],
) -> None:
    server = start()
    assert httpx.get(server.address, headers=FORGED).json() == {
        "client": "127.0.0.1",
        "scheme": "http",
    }
    assert "server" not in httpx.get(server.address).headers


@pytest.mark.parametrize("proxies", ["127.0.0.1", "127.0.0.0/8 ::1"])
def test_behind_a_trusted_proxy_the_rightmost_stranger_is_the_client(
    proxies: str, start: Callable[..., Server]
) -> None:
    server = start(trusted_proxies=proxies)
    seen = httpx.get(server.address, headers=FORGED).json()
    assert seen == {"client": "203.0.113.9", "scheme": "https"}
    two = httpx.Headers([("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", "203.0.113.9")])
    assert httpx.get(server.address, headers=two).json()["client"] == "203.0.113.9"


def test_a_client_cannot_escape_its_limit_by_forging(start: Callable[..., Server]) -> None:
    server = start(requests_per_minute=1)
    with httpx.Client(base_url=server.address) as client:
        codes = [
            client.get("/", headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
            for number in range(12)
        ]
    assert codes == [200] * 10 + [429] * 2


def test_a_long_address_passes_and_a_longer_one_is_told_to_come_by_post(
    start: Callable[..., Server],
) -> None:
    server = start()
    longest = 65_535 - len("/sparql?query=")
    assert _asked(server, longest) == (200, str(longest))
    status, body = _asked(server, longest + 1)
    assert (status, json.loads(body)["status"]) == (414, 414)
    assert "POST" in body


def _asked(server: Server, size: int) -> tuple[int, str]:
    """Ask a query of so many characters by GET; httpx refuses to send the longest."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", "/sparql?query=" + "x" * size)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body


def test_a_flood_of_headers_is_refused_and_costs_no_memory(start: Callable[..., Server]) -> None:
    server = start()
    before = server.memory()
    floods = [server.connected() for _ in range(20)]
    for flood in floods:
        flood.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
    for flood in floods:
        with flood:
            try:
                for _ in range(1000):
                    flood.sendall(b"x" * 65_536)
                pytest.fail("64 MB of a header were taken")
            except (BrokenPipeError, ConnectionResetError):
                pass
    assert server.memory() - before < 50_000
    assert httpx.get(server.address).status_code == 200


def test_many_small_headers_are_refused_with_our_error(start: Callable[..., Server]) -> None:
    server = start()
    headers = "".join(f"X-{number}: 1\r\n" for number in range(200))
    with server.connected() as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
        head, _, body = until_closed(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 ")
    assert b"application/problem+json" in head
    assert b"access-control-allow-origin: *" in head
    assert json.loads(body)["status"] == 431


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00", b"GET / HTTP/9\r\n\r\n", b"x\r\n\r\n"])
def test_what_is_no_http_is_refused_with_our_error(
    sent: bytes, start: Callable[..., Server]
) -> None:
    server = start()
    with server.connected() as connection:
        connection.sendall(sent)
        head, _, body = until_closed(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["status"] == 400


def test_a_head_that_drips_is_ended_and_others_are_served_meanwhile(
    start: Callable[..., Server],
) -> None:
    server = start({"head_seconds": 1})
    dripping = [server.connected() for _ in range(50)]
    began = time.monotonic()
    for connection in dripping:
        connection.sendall(b"GET / HTTP/1.1\r\n")
    assert httpx.get(server.address).status_code == 200
    while time.monotonic() - began < 0.8:
        for connection in dripping:
            connection.sendall(b"X: 1\r\n")
        time.sleep(0.2)
    answers = [until_closed(connection) for connection in dripping]
    assert time.monotonic() - began < 5
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)


@pytest.mark.parametrize("sent", [b"", b"\r\n"])
def test_a_connection_without_a_request_is_ended(sent: bytes, start: Callable[..., Server]) -> None:
    server = start({"head_seconds": 0.5})
    with server.connected() as connection:
        connection.sendall(sent)
        assert until_closed(connection) == b""
    with server.connected() as connection:  # the same after a request
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        while not answer.endswith(b"}"):  # head and body may come apart
            answer += connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200")
        connection.sendall(b"\r\n")
        began = time.monotonic()
        assert until_closed(connection) == b""
        assert time.monotonic() - began < 3


def test_a_request_that_takes_long_to_answer_is_not_ended(start: Callable[..., Server]) -> None:
    server = start({"head_seconds": 0.5, "body_seconds": 0.5, "read_seconds": 0.5})
    with httpx.Client(base_url=server.address) as client:
        assert client.get("/slow?seconds=1.5").text == "done"
        assert client.post("/taken", content=b"x" * 100_000).text == "100000"
        assert client.get("/slow?seconds=1").text == "done"


def test_requests_in_one_packet_are_answered_in_order(start: Callable[..., Server]) -> None:
    server = start({"head_seconds": 0.5})
    with server.connected() as connection:
        one = b"GET /slow?seconds=1 HTTP/1.1\r\nHost: x\r\n\r\n"
        last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connection.sendall(one + one + last[:20])
        time.sleep(1.2)
        connection.sendall(last[20:])
        assert until_closed(connection).count(b"HTTP/1.1 200") == 3


def test_a_body_that_never_ends_is_ended(start: Callable[..., Server]) -> None:
    server = start({"body_seconds": 0.5})
    with server.connected() as connection:
        connection.sendall(b"POST /taken HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
        assert until_closed(connection).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("reads", [False, True], ids=["stopped", "slow"])
def test_a_client_that_stops_reading_is_left_and_a_slow_one_is_not(
    reads: bool,
    start: Callable[..., Server],
) -> None:
    server = start({"read_seconds": 0.4})
    with server.connected() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(20):
            if reads:
                connection.recv(2_000_000)
            time.sleep(0.1)
    time.sleep(0.5)
    server.stopped()
    [line] = [line for line in server.lines() if line["event"] == "request"]
    assert line["complete"] is False
    assert (line["ms"] > 1500) is reads  # the test itself leaves after two seconds
