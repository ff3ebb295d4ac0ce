"""What a server engine can do wrong, shown by a small HTTP server that does it."""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs

import pytest
from pyoxigraph import QueryResultsFormat

from keikaku.errors import (
    BusyError,
    EngineError,
    KeikakuError,
    QueryRefusedError,
    QueryTimeoutError,
    ResultSizeError,
)
from keikaku.names import RDFS, SHARED
from keikaku.settings import Settings
from keikaku.store.base import Boolean, Dataset, Query
from keikaku.store.connection import Call, Connection
from keikaku.store.holding import Holding, connection_of, engine_store, write_holding
from keikaku.store.limits import Limits
from keikaku.store.remote import RemoteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import Message
    from pathlib import Path

JSON = "application/sparql-results+json"
YES = b'{"head":{},"boolean":true}'
ASK = "ASK { ?s ?p ?o }"


@dataclass(frozen=True)
class Asked:
    """What a request said."""

    fields: dict[str, list[str]]
    headers: Message


class Request(BaseHTTPRequestHandler):
    """A request to the fake engine."""

    protocol_version = "HTTP/1.1"
    timeout = 5
    fake: ClassVar[Fake]

    def do_POST(self) -> None:
        """Note the request, and answer as the test says."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.fields = parse_qs(body.decode())
        if self.fields.get("query") == ["ASK {}"]:  # the question which engine this is
            self.say(self.fake.first_status, YES)
            return
        self.fake.requests.append(Asked(self.fields, self.headers))
        self.fake.answer(self)

    def say(self, status: int, body: bytes, media_type: str = JSON, **headers: str) -> None:
        """Send an answer; a keyword's underscores are hyphens."""
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, piece: bytes) -> None:
        """Send a piece of a chunked answer."""
        self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.flush()

    def begin(self, media_type: str = JSON) -> None:
        """Begin a chunked answer."""
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def version_string(self) -> str:
        """Name the engine."""
        return self.fake.name


@dataclass
class Fake:
    """An engine that answers as it is told, and keeps what it was asked."""

    answer: Callable[[Request], None]
    name: str
    requests: list[Asked] = field(default_factory=list)
    url: str = ""
    first_status: int = 200


@contextmanager
def fake(answer: Callable[[Request], None], name: str = "Fake/1") -> Iterator[Fake]:
    """Run a fake engine."""
    engine = Fake(answer, name)
    handler = type("Handler", (Request,), {"fake": engine})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        engine.url = f"http://127.0.0.1:{server.server_port}/sparql"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield engine
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def connection() -> Iterator[Connection]:
    with Connection("user", "secret", 2) as connection:
        yield connection


def saying(
    status: int, body: bytes, media_type: str = JSON, **headers: str
) -> Callable[[Request], None]:
    return lambda request: request.say(status, body, media_type, **headers)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (saying(503, b"overloaded", "text/plain", Retry_After="7"), BusyError, "busy"),
        (saying(429, b"", "text/plain"), BusyError, "busy"),
        (saying(503, b"Query timed out", "text/plain"), QueryTimeoutError, "own time limit"),
        (saying(504, b"", "text/html"), QueryTimeoutError, "own time limit"),
        (saying(408, b"", "text/html"), QueryTimeoutError, "own time limit"),
        (saying(500, b"S1T00 Error SR171: Transaction timed out", "text/plain"),
         QueryTimeoutError, "own time limit"),
        (saying(500, b"disk full\nat line 2", "text/plain"), EngineError, "status 500: disk full"),
        (saying(400, b"unknown function\nquery: ASK", "text/plain"),
         QueryRefusedError, "cannot run this query: unknown function"),
        (saying(401, b"", "text/html"), EngineError, "engine_user and engine_password"),
        (saying(403, b"", "text/html"), EngineError, "engine_user and engine_password"),
        (saying(404, b"no such dataset", "text/plain"), EngineError, "404: no such dataset"),
        (saying(302, b"", "text/html", Location="http://127.0.0.1:9/"), EngineError, "302"),
        (saying(200, b"<html>", "text/html"), EngineError, "text/html, which is no SPARQL"),
        (saying(200, YES, "application/sparql-results+xml"), EngineError, "no SPARQL result"),
        (saying(200, b""), EngineError, "cut or damaged"),
        (saying(200, YES[:20]), EngineError, "cut or damaged"),
        (saying(200, YES, X_SQL_State="S1TAT", X_SQL_Message="incomplete"),
         QueryTimeoutError, "own time limit"),
        (saying(200, YES, X_SPARQL_MaxRows="10000"), ResultSizeError, "10000 rows"),
        (saying(200, b'{"head":{"vars":["x"]},"results":{"bindings":['
                b"The SPARQL operation has been cancelled"), QueryTimeoutError, "own time limit"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_an_error(
    connection: Connection,
    answer: Callable[[Request], None],
    error: type[KeikakuError],
    words: str,
) -> None:
    with fake(answer) as engine, pytest.raises(error) as caught:
        RemoteStore(engine.url, connection).query(ASK)
    assert words in caught.value.en
    assert type(caught.value) is error
    assert len(engine.requests) == 1


def test_a_busy_engine_says_when_to_come_again(connection: Connection) -> None:
    with fake(saying(503, b"", Retry_After="7")) as engine, pytest.raises(BusyError) as caught:
        RemoteStore(engine.url, connection).query(ASK)
    assert caught.value.seconds == 7


ROW = b'{"x":{"type":"literal","value":"a"}}'


def test_a_table_that_ends_in_the_middle_is_no_table(connection: Connection) -> None:
    def cut(request: Request) -> None:
        request.begin()
        request.chunk(b'{"head":{"vars":["x"]},"results":{"bindings":[' + ROW)
        request.chunk(b"")

    with fake(cut) as engine, pytest.raises(EngineError, match="cut or damaged"):
        RemoteStore(engine.url, connection).query("SELECT ?x { ?x ?y ?z }")


@pytest.mark.parametrize("text", ["SELECT ?x { ?x ?y ?z }", "CONSTRUCT WHERE { ?x ?y ?z }"])
def test_an_answer_whose_connection_ends_is_not_asked_for_again(
    connection: Connection, text: str
) -> None:
    def break_off(request: Request) -> None:
        graph = text.startswith("CONSTRUCT")
        request.begin("application/n-triples" if graph else JSON)
        request.chunk(b"<a:a> <a:b> <a:c> .\n" if graph else b'{"head":')
        request.connection.shutdown(socket.SHUT_RDWR)

    with fake(break_off) as engine, pytest.raises(EngineError, match="broke off"):
        RemoteStore(engine.url, connection).query(text)
    assert len(engine.requests) == 1


def test_a_body_without_end_is_not_read_to_its_end(connection: Connection) -> None:
    sent = []

    def endless(request: Request) -> None:
        request.begin()
        request.chunk(b'{"head":{"vars":["x"]},"results":{"bindings":[' + ROW)
        try:
            while len(sent) < 10_000:
                request.chunk(b"," + ROW)
                sent.append(1)
        except OSError:
            return

    store_limits = Limits(seconds=20, result_bytes=20_000)
    with fake(endless) as engine, pytest.raises(ResultSizeError, match="20,000 bytes"):
        RemoteStore(engine.url, connection, limits=store_limits).query("SELECT ?x { ?x ?y ?z }")


def test_a_written_result_may_not_be_too_large_either(connection: Connection) -> None:
    """XML is longer than the JSON that came."""
    body = b'{"head":{"vars":["x"]},"results":{"bindings":[' + ROW + b"]}}"
    limits = Limits(result_bytes=len(body) + 10)
    with fake(saying(200, body)) as engine:
        store = RemoteStore(engine.url, connection, limits=limits)
        store.serialize(Query("SELECT ?x { ?x ?y ?z }", rows=QueryResultsFormat.JSON))
        with pytest.raises(ResultSizeError):
            store.serialize(Query("SELECT ?x { ?x ?y ?z }", rows=QueryResultsFormat.XML))


def slow_to_begin(request: Request) -> None:
    time.sleep(1.5)
    request.say(200, YES)


def slow_to_end(request: Request) -> None:
    request.begin()
    request.chunk(b'{"head":{},')
    time.sleep(1.5)
    request.chunk(b'"boolean":true}')
    request.chunk(b"")


def slow_all_the_way(request: Request) -> None:
    request.begin()
    try:
        for _ in range(150):
            request.chunk(b" ")
            time.sleep(0.01)
        request.chunk(YES)
        request.chunk(b"")
    except OSError:
        return


@pytest.mark.parametrize("answer", [slow_to_begin, slow_to_end, slow_all_the_way])
def test_a_slow_answer_is_not_waited_for(
    connection: Connection, answer: Callable[[Request], None]
) -> None:
    with fake(answer) as engine:
        store = RemoteStore(engine.url, connection, limits=Limits(seconds=10))
        started = time.monotonic()
        with pytest.raises(QueryTimeoutError, match=r"0\.3 seconds"):
            store.serialize(Query(ASK, seconds=0.3))
        assert time.monotonic() - started < 1
    assert len(engine.requests) == 1


def late_to_begin(request: Request) -> None:
    time.sleep(0.8)
    request.begin()
    time.sleep(1.5)


def late_to_go_on(request: Request) -> None:
    request.begin()
    time.sleep(0.8)
    request.chunk(b" ")
    time.sleep(1.5)


@pytest.mark.parametrize("answer", [late_to_begin, late_to_go_on])
def test_no_step_of_an_answer_begins_its_time_anew(
    connection: Connection, answer: Callable[[Request], None]
) -> None:
    with fake(answer) as engine:
        store = RemoteStore(engine.url, connection)
        assert store.dialect
        started = time.monotonic()
        with pytest.raises(QueryTimeoutError, match="within 1 seconds"):
            connection.send(
                Call("POST", engine.url, "engine", fields={"query": ASK}), seconds=1, most=1000
            )
        assert time.monotonic() - started < 1.5  # and not 1.8


# Asked from an event loop


@contextmanager
def held(connections: int = 1) -> Iterator[tuple[Fake, Connection, threading.Event]]:
    """An engine that answers when it is let go, and so many connections to it."""
    go_on = threading.Event()

    def hold(request: Request) -> None:
        go_on.wait(5)
        with suppress(OSError):  # nobody may be there any more
            request.say(200, YES)

    with fake(hold) as engine, Connection(connections=connections) as connection:
        try:
            yield engine, connection, go_on
        finally:
            go_on.set()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


def test_only_so_many_may_wait_for_a_connection() -> None:
    async def story() -> None:
        store = RemoteStore(engine.url, connection, limits=Limits(waiting=1))
        first = [asyncio.create_task(store.answer(Query(ASK)))]
        await until(lambda: len(engine.requests) == 1)
        first.append(asyncio.create_task(store.answer(Query(ASK))))
        await until(lambda: connection.waiting() == 1)
        with pytest.raises(BusyError):
            await store.answer(Query(ASK))
        go_on.set()
        assert len(await asyncio.gather(*first)) == 2

    with held() as (engine, connection, go_on):
        asyncio.run(story())


def test_time_runs_while_a_query_waits_for_a_connection() -> None:
    async def story() -> None:
        store = RemoteStore(engine.url, connection, limits=Limits(seconds=0.5))
        started = time.monotonic()
        answers = (store.answer(Query(ASK)) for _ in range(4))
        errors = await asyncio.gather(*answers, return_exceptions=True)
        assert time.monotonic() - started < 1.2  # and not four times as long as one
        kinds = [type(error) for error in errors]
        assert kinds[0] is QueryTimeoutError
        assert kinds[1:].count(BusyError) >= 2  # one may begin in the last moment

    with held() as (engine, connection, _):
        asyncio.run(story())


def test_who_leaves_frees_a_place_and_the_engine_has_no_more_than_its_connections() -> None:
    async def story() -> None:
        store = RemoteStore(engine.url, connection, limits=Limits(waiting=2))
        tasks = [asyncio.create_task(store.answer(Query(ASK))) for _ in range(2)]
        await until(lambda: len(engine.requests) == 2)
        tasks += [asyncio.create_task(store.answer(Query(ASK))) for _ in range(2)]
        await until(lambda: connection.waiting() == 2)
        for task in tasks:
            task.cancel()
        done, _ = await asyncio.wait(tasks, timeout=1)
        assert len(done) == 4
        assert connection.waiting() == 0
        last = asyncio.create_task(store.answer(Query(ASK)))
        await until(lambda: connection.waiting() == 1)
        assert len(engine.requests) == 2
        go_on.set()
        assert (await last) is not None

    with held(2) as (engine, connection, go_on):
        asyncio.run(story())


def test_service_is_not_asked_of_an_engine_whatever_the_settings_say(tmp_path: Path) -> None:
    settings = Settings(releases=tmp_path, engine="http://127.0.0.1:9/", services="http://a/b")
    write_holding(tmp_path, Holding("r", settings.engine, None, datetime.now(UTC)))
    with connection_of(settings) as connection:
        store, _ = engine_store(settings, connection)
        with pytest.raises(QueryRefusedError):
            store.serialize(Query("ASK { SERVICE <http://a/b> { ?s ?p ?o } }"))


def test_an_engine_that_cannot_be_reached_is_named_by_its_setting(connection: Connection) -> None:
    with fake(saying(200, YES)) as engine:
        url = engine.url
    with pytest.raises(EngineError) as caught:
        RemoteStore(url, connection).query(ASK)
    assert "check that it runs and that the setting engine names it" in caught.value.en
    assert url not in str(caught.value)  # the public sees this
    assert not RemoteStore(url, connection).ready()


def hang_up(request: Request) -> None:
    if len(request.fake.requests) == 1:
        request.connection.shutdown(socket.SHUT_RDWR)
        request.close_connection = True
    else:
        request.say(200, YES)


def test_a_query_whose_connection_ended_before_any_answer_is_sent_again(
    connection: Connection,
) -> None:
    with fake(hang_up) as engine:
        assert RemoteStore(engine.url, connection).query(ASK) == Boolean(value=True)
    assert len(engine.requests) == 2


def test_a_query_that_broke_the_engine_is_not_sent_again(connection: Connection) -> None:
    def fall_over(request: Request) -> None:
        time.sleep(1.2)
        hang_up(request)

    with fake(fall_over) as engine, pytest.raises(EngineError, match="broke off"):
        RemoteStore(engine.url, connection).query(ASK)
    assert len(engine.requests) == 1


def test_an_update_is_never_sent_again(connection: Connection) -> None:
    with fake(hang_up) as engine:
        call = Call("POST", engine.url, "engine_update", body=b"DROP ALL", media_type="text/plain")
        with pytest.raises(EngineError, match="broke off"):
            connection.send(call, seconds=5, most=1000)
    assert len(engine.requests) == 1


def test_when_every_connection_is_in_use_the_service_is_busy() -> None:
    with fake(slow_to_begin) as engine, Connection(connections=1) as connection:
        store = RemoteStore(engine.url, connection)
        assert store.dialect
        thread = threading.Thread(target=lambda: store.query(ASK))
        thread.start()
        time.sleep(0.2)
        with pytest.raises(BusyError):
            store.serialize(Query(ASK, seconds=0.2))
        thread.join()


def test_the_dataset_goes_along_as_parameters(connection: Connection) -> None:
    with fake(saying(200, YES)) as engine:
        store = RemoteStore(engine.url, connection, whole=Dataset(["a:w"], ["a:v", "a:w"]))
        store.query(ASK, Dataset(["a:a", "a:b"], ["a:c"]))
        store.query(ASK)
        store.query("ASK FROM <a:f> {}")
    asked = [request.fields for request in engine.requests]
    assert [fields.get("default-graph-uri") for fields in asked] == [["a:a", "a:b"], ["a:w"], None]
    assert [fields.get("named-graph-uri") for fields in asked] == [["a:c"], ["a:v", "a:w"], None]


def test_our_prefixes_go_before_the_first_line(connection: Connection) -> None:
    with fake(saying(200, YES)) as engine:
        RemoteStore(engine.url, connection).query("PREFIX kei: <a:k>\nASK { kei:a rdfs:label ?x }")
    sent = engine.requests[0].fields["query"][0]
    first = f"BASE <{SHARED}> PREFIX rdfs: <{RDFS.iri}> PREFIX kei: <a:k>"
    assert sent.splitlines() == [first, "ASK { kei:a rdfs:label ?x }"]


def test_only_virtuoso_is_told_the_time_limit(connection: Connection) -> None:
    for name, expected in (("Virtuoso/07.20", ["2500"]), ("Apache-Coyote/1.1", None)):
        with fake(saying(200, YES), name) as engine:
            RemoteStore(engine.url, connection, limits=Limits(seconds=2.5)).query(ASK)
        assert engine.requests[0].fields.get("timeout") == expected


def asked_for_credentials(
    challenge: str, accepted: Callable[[str], bool]
) -> Callable[[Request], None]:
    def answer(request: Request) -> None:
        if accepted(request.headers.get("Authorization", "")):
            request.say(200, YES)
        else:
            request.say(401, b"", "text/html", WWW_Authenticate=challenge)

    return answer


def is_digest(header: str) -> bool:
    """Whether a Digest answer is right (RFC 2617, 3.2.2)."""
    said = dict(re.findall(r'(\w+)="?([^",]*)"?', header))
    if not header.startswith("Digest "):
        return False
    first = hashlib.md5(b"user:here:secret").hexdigest()  # noqa: S324
    second = hashlib.md5(f"POST:{said['uri']}".encode()).hexdigest()  # noqa: S324
    whole = ":".join([first, said["nonce"], said["nc"], said["cnonce"], "auth", second])
    return said["response"] == hashlib.md5(whole.encode()).hexdigest()  # noqa: S324


@pytest.mark.parametrize(
    ("challenge", "accepted"),
    [
        ('Basic realm="here"', lambda header: header == "Basic dXNlcjpzZWNyZXQ="),
        ('Digest realm="here", nonce="n", qop="auth", algorithm="MD5"', is_digest),
    ],
)
def test_credentials_are_given_as_the_engine_asks_and_from_then_on(
    connection: Connection, challenge: str, accepted: Callable[[str], bool]
) -> None:
    with fake(asked_for_credentials(challenge, accepted)) as engine:
        store = RemoteStore(engine.url, connection)
        assert store.query(ASK) == Boolean(value=True)
        assert store.query(ASK) == Boolean(value=True)
    said = [bool(request.headers.get("Authorization")) for request in engine.requests]
    assert said == [False, True, True]


def test_an_engine_that_asks_for_nothing_is_told_nothing(connection: Connection) -> None:
    with fake(saying(200, YES)) as engine:
        RemoteStore(engine.url, connection).query(ASK)
    assert "Authorization" not in engine.requests[0].headers


def test_wrong_credentials_are_an_error(connection: Connection) -> None:
    answer = asked_for_credentials('Basic realm="here"', lambda _: False)
    with fake(answer) as engine, pytest.raises(EngineError, match="engine_password"):
        RemoteStore(engine.url, connection).query(ASK)


def test_a_proxy_that_fails_is_not_taken_for_the_engine(connection: Connection) -> None:
    with fake(saying(200, YES), "Virtuoso/07.20") as engine:
        store = RemoteStore(engine.url, connection, limits=Limits(seconds=2))
        engine.name, engine.first_status = "nginx", 502
        store.query(ASK)
        engine.name, engine.first_status = "Virtuoso/07.20", 200
        store.query(ASK)
    assert [request.fields.get("timeout") for request in engine.requests] == [None, ["2000"]]
