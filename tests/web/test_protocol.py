"""SPARQL 1.1 Protocol over the wire, byte for byte.

The cases of the W3C's test suite for the query operation, under their names there
(https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/), and what happens to a result in
pieces when something goes wrong, or the client goes away.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import subprocess
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib import Graph

from fake_store import FakeStore
from keikaku.errors import (
    BusyError,
    EngineCrashError,
    EngineError,
    QueryMemoryError,
    QueryTimeoutError,
    ResultSizeError,
)
from keikaku.store.base import Query, Serialized, Streamed
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.problems import HttpError
from keikaku.web.served import Served
from keikaku.web.sparql.caching import changes
from keikaku.web.sparql.coding import codings
from keikaku.web.sparql.protocol import parameters_of
from keikaku.web.sparql.results import MAX_WITHOUT_CHUNKS
from live import live

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"
ROWS = (
    JSON,
    "application/sparql-results+xml",
    "text/csv; charset=utf-8",
    "text/tab-separated-values; charset=utf-8",
)
RDF = "text/turtle; charset=utf-8"
DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
DOCUMENT = NamedNode("http://xmlns.com/foaf/0.1/Document")
QUADS = [
    Quad(NamedNode(DATA.format(n)), TYPE, DOCUMENT, NamedNode(DATA.format(n))) for n in (1, 2, 3)
]
ONE, TWO, THREE = (f"<{DATA.format(n)}> a ?type" for n in (1, 2, 3))

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, int]]:
    """A server over the data of the test suite."""
    store = EmbeddedStore.in_memory(QUADS)
    with live(create_app(lambda: Served(store))) as address:
        yield address


def send(
    server: tuple[str, int],
    method: str,
    query_string: str = "",
    body: bytes | None = None,
    **headers: str,
) -> Answer:
    connection = http.client.HTTPConnection(*server, timeout=20)
    path = "/sparql" + (f"?{query_string}" if query_string else "")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    response = connection.getresponse()
    said = {name.lower(): value for name, value in response.getheaders()}
    read = response.read()
    connection.close()
    return response.status, said, read


def graphs(name: str, *numbers: int) -> list[tuple[str, str]]:
    return [(name, DATA.format(number)) for number in numbers]


def get(server: tuple[str, int], query: str, *dataset: tuple[str, str], **headers: str) -> Answer:
    return send(server, "GET", urlencode([("query", query), *dataset]), **headers)


def post(server: tuple[str, int], query: str, *dataset: tuple[str, str]) -> Answer:
    return send(server, "POST", urlencode(dataset), query.encode(), Content_Type=DIRECT)


def is_true(answer: Answer) -> bool:
    status, headers, body = answer
    assert status == 200
    assert headers["content-type"] == JSON
    return bool(json.loads(body)["boolean"])


# The query operation


def test_query_get(server: tuple[str, int]) -> None:
    assert is_true(get(server, "ASK {}", *graphs("default-graph-uri", 0)))


def test_query_post_form(server: tuple[str, int]) -> None:
    dataset = urlencode(graphs("default-graph-uri", 0))
    assert is_true(send(server, "POST", dataset, b"query=ASK%20%7B%7D", Content_Type=FORM))


def test_query_post_direct(server: tuple[str, int]) -> None:
    assert is_true(post(server, "ASK {}", *graphs("default-graph-uri", 0)))


@pytest.mark.parametrize("ask", [get, post])
@pytest.mark.parametrize(
    ("query", "numbers", "expected"),
    [
        (f"ASK {{ {ONE} }}", [1], True),
        (f"ASK {{ {TWO} }}", [1], False),
        (f"ASK {{ {ONE} . {TWO} }}", [1, 2], True),
        (f"ASK {{ {ONE} . {THREE} }}", [1, 2], False),
    ],
)
def test_query_dataset_default_graphs(
    server: tuple[str, int],
    ask: Callable[..., Answer],
    query: str,
    numbers: Sequence[int],
    expected: bool,
) -> None:
    assert is_true(ask(server, query, *graphs("default-graph-uri", *numbers))) is expected


@pytest.mark.parametrize("ask", [get, post])
@pytest.mark.parametrize(("second", "expected"), [(TWO, True), (THREE, False)])
def test_query_dataset_named_graphs(
    server: tuple[str, int], ask: Callable[..., Answer], second: str, expected: bool
) -> None:
    query = f"ASK {{ GRAPH ?g1 {{ {ONE} }} GRAPH ?g2 {{ {second} }} }}"
    assert is_true(ask(server, query, *graphs("named-graph-uri", 1, 2))) is expected


@pytest.mark.parametrize("ask", [get, post])
@pytest.mark.parametrize(("default", "expected"), [(3, True), (1, False)])
def test_query_dataset_full(
    server: tuple[str, int], ask: Callable[..., Answer], default: int, expected: bool
) -> None:
    query = f"ASK {{ {THREE} GRAPH ?g1 {{ {ONE} }} GRAPH ?g2 {{ {TWO} }} }}"
    dataset = graphs("default-graph-uri", default) + graphs("named-graph-uri", 1, 2)
    assert is_true(ask(server, query, *dataset)) is expected


@pytest.mark.parametrize("ask", [get, post])
def test_query_multiple_dataset(server: tuple[str, int], ask: Callable[..., Answer]) -> None:
    """The dataset of the protocol counts, FROM and FROM NAMED do not (2.1.4)."""
    query = f"ASK FROM <{DATA.format(3)}> {{ GRAPH ?g1 {{ {ONE} }} GRAPH ?g2 {{ {TWO} }} }}"
    assert is_true(ask(server, query, *graphs("named-graph-uri", 1, 2)))
    from_one = f"ASK FROM <{DATA.format(1)}> FROM NAMED <{DATA.format(1)}> {{ {ONE} }}"
    assert is_true(ask(server, from_one))
    assert not is_true(ask(server, from_one, *graphs("default-graph-uri", 2)))
    assert not is_true(ask(server, from_one, *graphs("named-graph-uri", 2)))


@pytest.mark.parametrize("ask", [get, post])
def test_query_content_type_select(server: tuple[str, int], ask: Callable[..., Answer]) -> None:
    status, headers, body = ask(server, "SELECT (1 AS ?value) {}", *graphs("default-graph-uri", 0))
    assert status == 200
    assert headers["content-type"] in ROWS
    assert json.loads(body)["results"]["bindings"][0]["value"]["value"] == "1"


def test_query_content_type_ask(server: tuple[str, int]) -> None:
    assert post(server, "ASK {}")[1]["content-type"] in ROWS[:2]


@pytest.mark.parametrize(
    ("query", "triples"),
    [
        ("DESCRIBE <http://example.org/>", 0),
        (f"DESCRIBE <{DATA.format(1)}>", 1),
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", 1),
    ],
)
def test_query_content_type_describe_and_construct(
    server: tuple[str, int], query: str, triples: int
) -> None:
    status, headers, body = post(server, query)
    assert (status, headers["content-type"]) == (200, RDF)
    assert len(Graph().parse(data=body, format="turtle")) == triples


def test_bad_query_method(server: tuple[str, int]) -> None:
    status, headers, _ = send(server, "PUT", "query=ASK%20%7B%7D")
    assert (status, headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


@pytest.mark.parametrize("in_body", [True, False])
def test_bad_multiple_queries(server: tuple[str, int], in_body: bool) -> None:
    both = "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D"
    if in_body:
        answer = send(server, "POST", "", both.encode(), Content_Type=FORM)
    else:
        answer = send(server, "GET", both)
    assert answer[0] == 400


def test_bad_query_wrong_media_type(server: tuple[str, int]) -> None:
    assert send(server, "POST", "", b"ASK {}", Content_Type="text/plain")[0] == 415


@pytest.mark.parametrize("body", [b"query=ASK%20%7B%7D", b"ASK {}"])
def test_bad_query_missing_form_or_direct_type(server: tuple[str, int], body: bytes) -> None:
    with socket.create_connection(server) as connection:
        head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        connection.sendall(head.encode() + b"Connection: close\r\n\r\n" + body)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 415 ")


@pytest.mark.parametrize(
    ("charset", "encoding", "status"),
    [
        ("; charset=UTF-16", "utf-16", 415),
        ("; charset=Shift_JIS", "shift_jis", 415),
        ("", "utf-16", 400),
        ("", "shift_jis", 400),
        ("; charset=UTF-8", "euc_jp", 400),
        ('; charset="utf-8"', "utf-8", 200),
    ],
)
def test_bad_query_non_utf8(
    server: tuple[str, int], charset: str, encoding: str, status: int
) -> None:
    body = "ASK { FILTER('市民' = '市民') }".encode(encoding)
    assert send(server, "POST", "", body, Content_Type=DIRECT + charset)[0] == status


def test_bad_query_syntax(server: tuple[str, int]) -> None:
    status, headers, body = send(server, "GET", "query=ASK%20%7B")
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    assert json.loads(body)["line"] == 1


# Beyond the suite


def test_a_fault_has_its_line_and_column_in_characters(server: tuple[str, int]) -> None:
    """The engine names the place up to which it looked, at or behind the fault."""
    japanese, latin = (
        json.loads(get(server, f"ASK {{\n ?s ?p '{word}' }}}}")[2]) for word in ("市民", "ab")
    )
    assert japanese == latin
    assert japanese["line"] == 2
    assert japanese["column"] in (14, 15)


@pytest.mark.parametrize("text", ["2.5", "30", "0.001", ".5", " 5 ", ""])
def test_a_client_may_set_itself_a_deadline(server: tuple[str, int], text: str) -> None:
    assert is_true(get(server, "ASK {}", ("timeout", text)))


@pytest.mark.parametrize("text", ["0", "-1", "soon", "1e3", "inf", "nan", "1,5", "0.0", "٣"])
def test_a_deadline_that_is_none_is_a_400(server: tuple[str, int], text: str) -> None:
    status, _, body = get(server, "ASK {}", ("timeout", text))
    assert status == 400
    assert "timeout" in json.loads(body)["detail"]


def test_two_deadlines_are_a_400(server: tuple[str, int]) -> None:
    assert get(server, "ASK {}", ("timeout", "1"), ("timeout", "2"))[0] == 400


def test_a_body_in_a_content_coding_is_a_415(server: tuple[str, int]) -> None:
    answer = send(server, "POST", "", b"ASK {}", Content_Type=DIRECT, Content_Encoding="gzip")
    assert answer[0] == 415
    assert answer[1]["accept-encoding"] == "identity"


def test_a_body_that_says_that_it_is_too_large_is_refused_before_it_comes(
    server: tuple[str, int],
) -> None:
    with socket.create_connection(server, timeout=5) as connection:
        head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\n"
        connection.sendall(head.encode() + b"Content-Length: 1000001\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_trailing_slash_leads_to_the_endpoint(server: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*server)
    connection.request("GET", "/sparql/?query=ASK%20%7B%7D")
    response = connection.getresponse()
    assert response.status == 307
    assert str(response.headers["location"]).endswith("/sparql?query=ASK%20%7B%7D")
    connection.close()


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/plain, */*;q=0.1", "text/plain; charset=utf-8"),
        ("text/csv, text/plain;q=0.5", "text/plain; charset=utf-8"),
        ("text/plain;q=0.5, application/json", "application/problem+json"),
        (JSON, "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("text/html", "text/html; charset=utf-8"),
    ],
)
def test_an_error_comes_as_the_client_likes_it(
    server: tuple[str, int], accept: str, content_type: str
) -> None:
    status, headers, body = get(server, "ASK {", Accept=accept)
    assert (status, headers["content-type"]) == (400, content_type)
    assert headers["cache-control"] == "no-store"
    assert "問い合わせとして読めません" in body.decode()
    a_page_is_in_one_language = content_type.startswith("text/html")
    assert ("no SPARQL query" in body.decode()) is not a_page_is_in_one_language


def test_curl_asks_in_every_way(server: tuple[str, int]) -> None:
    address = "http://{}:{}/sparql".format(*server)
    query = "SELECT ('市民' AS ?x) {}"
    for options in (
        ["--get", "--data-urlencode", f"query={query}"],
        ["--data-urlencode", f"query={query}"],
        ["--header", f"Content-Type: {DIRECT}", "--data-binary", query],
    ):
        command = ["curl", "--silent", "--compressed", "--header", "Accept: text/csv", *options]
        done = subprocess.run([*command, address], capture_output=True, check=True)  # noqa: S603
        assert done.stdout.decode() == "x\r\n市民\r\n"


# SPARQL 1.2 and RDF 1.2

TRIPLE = "<<( <http://e/s> <http://e/p> 'أ'@ar--rtl )>>"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (
            JSON,
            '{"type":"triple","value":{"subject":{"type":"uri","value":"http://e/s"},'
            '"predicate":{"type":"uri","value":"http://e/p"},'
            '"object":{"type":"literal","value":"أ","xml:lang":"ar","its:dir":"rtl"}}}',
        ),
        (
            ROWS[1],
            "<triple><subject><uri>http://e/s</uri></subject>"
            "<predicate><uri>http://e/p</uri></predicate><object><literal",
        ),
        ("text/tab-separated-values", '<<( <http://e/s> <http://e/p> "أ"@ar--rtl )>>'),
    ],
)
def test_a_triple_may_be_a_term_in_rows(
    server: tuple[str, int], accept: str, expected: str
) -> None:
    status, _, body = get(server, f"SELECT ({TRIPLE} AS ?t) {{}}", Accept=accept)
    assert status == 200
    assert expected in body.decode()


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
def test_a_triple_may_be_a_term_in_graphs(
    server: tuple[str, int], accept: str, kind: RdfFormat
) -> None:
    reifies = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>"
    query = f"CONSTRUCT {{ <http://e/r> {reifies} ?t }} {{ BIND({TRIPLE} AS ?t) }}"
    status, _, body = get(server, query, Accept=accept)
    assert status == 200
    [quad] = parse(body, kind)
    assert str(quad.object) == '<http://e/s> <http://e/p> "أ"@ar--rtl'


def test_a_graph_that_json_ld_cannot_say_is_a_406(server: tuple[str, int]) -> None:
    query = f"CONSTRUCT {{ <http://e/r> <http://e/p> ?t }} {{ BIND({TRIPLE} AS ?t) }}"
    assert get(server, query, Accept="application/ld+json")[0] == 406


# What the store makes of a query


def app_over(do: Callable[[Query], Any], release: str | None = None) -> Any:
    store = FakeStore(do)
    return create_app(lambda: Served(store, release))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (QueryTimeoutError("遅い", "late"), 504),
        (QueryMemoryError("大きい", "large"), 503),
        (ResultSizeError("大きい", "large"), 413),
        (BusyError("混雑", "busy", seconds=7), 503),
        (EngineError("故障", "broken"), 502),
        (EngineCrashError("停止", "crash"), 500),
    ],
)
def test_what_stops_a_query_has_its_status(client_of: Any, error: Any, status: int) -> None:
    async def fail(_: Query) -> Serialized:
        raise error

    response = client_of(app_over(fail)).get("/sparql?query=ASK{}")
    assert response.status_code == status
    assert response.json()["detail"] == f"{error.ja} ({error.en})"
    assert response.headers.get("retry-after") == ("7" if isinstance(error, BusyError) else None)
    assert response.headers["access-control-allow-origin"] == "*"


def test_the_store_hears_of_the_deadline(client_of: Any) -> None:
    async def answer(_: Query) -> Serialized:
        return Serialized(b"{}", JSON)

    store = FakeStore(answer)
    client = client_of(create_app(lambda: Served(store)))
    client.get("/sparql?query=ASK{}&timeout=2.5")
    client.get("/sparql?query=ASK{}")
    assert [query.seconds for query in store.asked] == [2.5, None]


async def broken_pieces() -> AsyncIterator[bytes]:
    for _ in range(3):
        yield b"x" * 100_000
    raise QueryTimeoutError("遅い", "late")


async def whole_pieces() -> AsyncIterator[bytes]:
    for number in range(3):
        await asyncio.sleep(0)
        yield b"%d" % number * 100_000


async def failing_pieces() -> AsyncIterator[bytes]:
    raise QueryTimeoutError("遅い", "late")
    yield b""


def streaming(pieces: Callable[[], AsyncIterator[bytes]]) -> Callable[[Query], Any]:
    async def answer(_: Query) -> Streamed:
        return Streamed(pieces(), JSON)

    return answer


SERVERS = pytest.mark.parametrize("implementation", ["httptools", "h11"])


@SERVERS
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_result_that_breaks_off_is_seen_to_be_broken(implementation: str, coding: str) -> None:
    with live(app_over(streaming(broken_pieces)), http=implementation) as server:
        connection = http.client.HTTPConnection(*server, timeout=20)
        connection.request("GET", "/sparql?query=ASK%7B%7D", headers={"Accept-Encoding": coding})
        response = connection.getresponse()
        assert response.status == 200
        with pytest.raises(http.client.IncompleteRead):
            response.read()
        connection.close()


@SERVERS
def test_no_200_is_begun_before_the_first_piece_is_there(implementation: str) -> None:
    with live(app_over(streaming(failing_pieces)), http=implementation) as server:
        assert send(server, "GET", "query=ASK%7B%7D")[0] == 504


@SERVERS
def test_a_result_in_pieces_comes_whole(implementation: str) -> None:
    whole = b"0" * 100_000 + b"1" * 100_000 + b"2" * 100_000
    with live(app_over(streaming(whole_pieces)), http=implementation) as server:
        status, headers, body = send(server, "GET", "query=ASK%7B%7D")
        assert (status, headers["transfer-encoding"], body) == (200, "chunked", whole)
        status, headers, body = send(server, "HEAD", "query=ASK%7B%7D")
        assert (status, headers["content-type"], body) == (200, JSON, b"")
        assert "content-length" not in headers


def old_request(server: tuple[str, int]) -> bytes:
    with socket.create_connection(server, timeout=20) as connection:
        connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.0\r\nHost: x\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@SERVERS
def test_a_client_without_chunks_gets_a_length(implementation: str) -> None:
    with live(app_over(streaming(whole_pieces)), http=implementation) as server:
        head, _, body = old_request(server).partition(b"\r\n\r\n")
    assert b"content-length: 300000" in head.lower()
    assert b"transfer-encoding" not in head.lower()
    assert len(body) == 300_000


@SERVERS
@pytest.mark.parametrize("pieces", [broken_pieces, "endless"])
def test_a_client_without_chunks_gets_no_part_of_a_result(implementation: str, pieces: Any) -> None:
    closed = threading.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * (MAX_WITHOUT_CHUNKS // 4)
        finally:
            closed.set()

    chosen = endless if pieces == "endless" else pieces
    with live(app_over(streaming(chosen)), http=implementation) as server:
        head = old_request(server).split(b"\r\n")[0]
    assert head.split(b" ")[1] == (b"413" if pieces == "endless" else b"504")
    assert closed.is_set() is (pieces == "endless")


@SERVERS
@pytest.mark.parametrize("release", [None, "0123456789abcdef"])
def test_a_query_ends_when_its_client_goes_away(implementation: str, release: str | None) -> None:
    started, cancelled = threading.Event(), threading.Event()

    async def hang(_: Query) -> Serialized:
        started.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        raise AssertionError

    with live(app_over(hang, release), http=implementation) as server:
        with socket.create_connection(server) as connection:
            connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n")
            assert started.wait(10)
            assert not cancelled.is_set()
        assert cancelled.wait(10)


@SERVERS
def test_a_result_in_pieces_is_closed_when_its_client_goes_away(implementation: str) -> None:
    closed = threading.Event()

    async def slow() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x"
                await asyncio.sleep(0.01)
        finally:
            closed.set()

    with live(app_over(streaming(slow)), http=implementation) as server:
        with socket.create_connection(server) as connection:
            connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(100)
            assert not closed.is_set()
        assert closed.wait(10)


def test_a_literal_of_any_character_comes_back(server: tuple[str, int]) -> None:
    text = "漢\U00020000\t\"'\\<&>"
    query = f"SELECT ({Literal(text)} AS ?x) {{}}"
    for accept in ROWS[:2]:
        status, _, body = send(server, "GET", f"query={quote(query)}", Accept=accept)
        assert status == 200
        assert "漢\U00020000" in body.decode()


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["+", "=", ".", "_", "%0A", "%0D%0A", "%3d", "%25", "%26", "%20", "\t", "\n"]
        ),
        st.text("aZ9-~市", max_size=3).map(lambda text: quote(text)),
        st.sampled_from(["市", "=\n", "=3D", "a \n"]),
    ),
    max_size=12,
).map("".join)


@given(st.lists(st.tuples(PIECES, PIECES), max_size=4))
def test_parameters_are_read_as_urllib_reads_them(pairs: list[tuple[str, str]]) -> None:
    encoded = "&".join(f"{name.replace('=', '')}={value}" for name, value in pairs)
    expected = parse_qsl(encoded, keep_blank_values=True, errors="strict")
    assert parameters_of(encoded.encode()) == expected


@pytest.mark.parametrize("broken", ["%", "%4", "%4g", "%g4", "%%41", "a%", "%\n41", "% 41"])
def test_broken_percent_encoding_is_a_bad_request(broken: str) -> None:
    for encoded in (f"query={broken}", f"query=%41{broken}%41", f"{broken}=x"):
        with pytest.raises(HttpError, match="percent"):
            parameters_of(encoded.encode())


def test_too_long_a_query_is_refused_before_anything_is_made_of_it(
    server: tuple[str, int],
) -> None:
    for text in ("ASK {} #" + "x" * 20_000, "ASK {} #" + "\\u00" * 5000):
        status, _, body = post(server, text)
        assert status == 400
        assert "20000" in body.decode()


def test_a_header_of_codings_without_end_is_cut() -> None:
    assert codings("gzip;q=0," * 10_000 + "br").of(5000) == "identity"


def test_a_long_query_with_a_word_that_changes_is_not_read_again() -> None:
    assert changes("ASK {} # NOW " + "x" * 5000)
    assert not changes("ASK {} # NOW")
