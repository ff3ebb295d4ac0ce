"""Whatever is sent: a documented answer, errors in two languages, and a server that goes on."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_from_bytes

import httpx
import pytest
import schemathesis
from hypothesis import example, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fuzz.mutations import queries, texts
from fuzz.promises import DOCUMENTED, Answer, check

if TYPE_CHECKING:
    from collections.abc import Iterator

Host = tuple[str, int]

pytestmark = pytest.mark.xdist_group("fuzz")
PROFILE = settings.get_profile("fuzz-large" if os.environ.get("FUZZ") == "large" else "fuzz-small")

_TYPES = st.sampled_from(
    (
        "application/sparql-query",
        "application/x-www-form-urlencoded",
        "application/sparql-update",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/sparql-query; charset=shift_jis",
        'application/x-www-form-urlencoded; charset="UTF-8"',
        "",
        ";;;",
    )
)
_ACCEPTS = st.sampled_from(
    (
        "*/*",
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
        "text/turtle",
        "application/rdf+xml;q=0.5, application/n-triples",
        "application/ld+json",
        "text/html, */*;q=0.1",
        "text/plain",
        "image/png",
        "",
        "*/*;q=0",
        "text/turtle;q=abc, ,;q=1, a/b/c",
    )
)
_HEADER_NAMES = st.sampled_from(
    (
        "Accept-Encoding",
        "Accept-Language",
        "If-None-Match",
        "If-Modified-Since",
        "Range",
        "Expect",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "Origin",
        "Cookie",
        "Content-Encoding",
        "X-HTTP-Method-Override",
        "Access-Control-Request-Method",
    )
)
_HEADER_BYTES = st.binary(max_size=30).map(
    lambda raw: bytes(byte for byte in raw if byte >= 32 and byte != 127)
)
_HEADERS = st.dictionaries(_HEADER_NAMES, _HEADER_BYTES, max_size=3)
_HOSTS = st.sampled_from((b"fuzz", b"", b"a<b>", b"x:99999999", b"[", b"x y", "日本".encode()))
_METHODS = st.sampled_from(("GET", "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"))
_PARAMETERS = st.sampled_from(
    ("query", "default-graph-uri", "named-graph-uri", "format", "output", "update", "x", "")
)
_PATHS = st.sampled_from(
    (
        "/", "/questions/{}", "/id/{}", "/doc/{}", "/doc/{}.ttl", "/doc/{}.html", "/releases/{}",
        "/releases/current/{}", "/releases/{}/sparql", "/ns", "/shapes", "/catalog", "/static/{}",
        "/api/questions/{}", "/api/ask", "/api/{}", "/reconcile", "/reconcile/{}",
        "/reconcile/preview", "/reconcile/suggest/entity", "/{}",
    )
)  # fmt: skip


def send(host: Host, method: str, target: str, headers: dict[str, bytes], body: bytes) -> Answer:
    """Send a request whose every byte is ours, and return its whole answer."""
    lines = [f"{method} {target} HTTP/1.1".encode("ascii"), b"Connection: close"]
    headers = {"Host": b"fuzz", **headers}
    lines += [name.encode("ascii") + b": " + value for name, value in headers.items()]
    if body or method == "POST":
        lines.append(b"Content-Length: %d" % len(body))
    said = exchange(host, b"\r\n".join(lines) + b"\r\n\r\n" + body)
    head, found, rest = said.partition(b"\r\n\r\n")
    assert found, f"no answer: {said[:200]!r}"
    first, *fields = head.decode("latin-1").split("\r\n")
    pairs = (field.partition(":") for field in fields)
    named = {name.lower(): value.strip() for name, _, value in pairs}
    if named.get("transfer-encoding", "").lower() == "chunked":
        rest = b"".join(_chunks(rest))
    elif method != "HEAD" and "content-length" in named:
        assert len(rest) == int(named["content-length"]), "the answer is not whole"
    asked = f"{method} {target} {headers} {body[:500]!r}"
    return Answer(asked, int(first.split(" ")[1]), named, rest)


def exchange(host: Host, request: bytes, *, patience: float = 60, half: bool = False) -> bytes:
    """Send bytes, and return all that comes until the server closes.

    With `half` nothing more can come from us, as the server is told, and a server that waits
    longer than `patience` for more is left alone.
    """
    pieces = []
    with socket.create_connection(host, timeout=patience) as connection:
        with suppress(ConnectionError):  # refused before all was sent; the answer may be there
            connection.sendall(request)
            if half:
                connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError, *([TimeoutError] if half else [])):
            while piece := connection.recv(1 << 16):
                pieces.append(piece)
    return b"".join(pieces)


def _chunks(body: bytes) -> Iterator[bytes]:
    while True:
        size, _, body = body.partition(b"\r\n")
        count = int(size, 16)
        if count == 0:
            return
        yield body[:count]
        body = body[count + 2 :]


def check_alive(host: Host) -> None:
    """Assert that the server answers an ordinary query, right."""
    answer = send(host, "GET", f"/sparql?query={quote('ASK { ?s a kei:Item }')}", {}, b"")
    assert answer.status == 200
    assert b"true" in answer.body


def judge(method: str, answer: Answer) -> None:
    """Hold an answer to what is promised; one to HEAD has no body to look at."""
    if method == "HEAD":
        assert answer.body == b""
        assert answer.status < 500 or answer.status in DOCUMENTED
    elif answer.headers.get("content-encoding", "identity") == "identity":
        check(answer)


@settings(PROFILE)
@given(query=queries(), accept=_ACCEPTS, direct=st.booleans())
def test_mutated_queries(host: Host, query: str, accept: str, direct: bool) -> None:
    raw = query.encode("utf-8", "surrogatepass")
    headers = {"Accept": accept.encode()}
    if direct:
        headers["Content-Type"] = b"application/sparql-query"
        answer = send(host, "POST", "/sparql", headers, raw)
    else:
        answer = send(host, "GET", f"/sparql?query={quote_from_bytes(raw)}", headers, b"")
    judge("POST", answer)


@settings(PROFILE)
@given(
    body=st.one_of(st.binary(max_size=2000), queries().map(str.encode)),
    kind=_TYPES,
    accept=_ACCEPTS,
    headers=_HEADERS,
)
def test_random_bodies(
    host: Host, body: bytes, kind: str, accept: str, headers: dict[str, bytes]
) -> None:
    sent = {**headers, "Accept": accept.encode(), "Content-Type": kind.encode()}
    judge("POST", send(host, "POST", "/sparql", sent, body))


@settings(PROFILE)
@given(
    method=_METHODS,
    pairs=st.lists(st.tuples(_PARAMETERS, st.one_of(queries(), texts())), max_size=4),
    accept=_ACCEPTS,
    headers=_HEADERS,
    name=_HOSTS,
)
def test_random_parameters(
    host: Host,
    method: str,
    pairs: list[tuple[str, str]],
    accept: str,
    headers: dict[str, bytes],
    name: bytes,
) -> None:
    joined = "&".join(
        f"{name}={quote_from_bytes(value.encode('utf-8', 'surrogatepass'))}"
        for name, value in pairs
    )
    sent = {**headers, "Accept": accept.encode(), "Host": name}
    judge(method, send(host, method, f"/sparql?{joined}", sent, b""))


@settings(PROFILE)
@given(
    method=_METHODS,
    path=_PATHS,
    text=texts(),
    pairs=st.lists(st.tuples(texts(), texts()), max_size=3),
    accept=_ACCEPTS,
)
@example(method="GET", path="/releases/{}/sparql", text="<>", pairs=[], accept="*/*")
def test_every_other_address(
    host: Host, method: str, path: str, text: str, pairs: list[tuple[str, str]], accept: str
) -> None:
    def coded(value: str) -> str:
        return quote_from_bytes(value.encode("utf-8", "surrogatepass"), safe="/")

    joined = "&".join(f"{coded(name)}={coded(value)}" for name, value in pairs)
    target = path.format(coded(text)) + (f"?{joined}" if joined else "")
    answer = send(host, method, target, {"Accept": accept.encode()}, b"")
    judge(method, answer)


@settings(PROFILE)
@given(raw=st.one_of(st.binary(max_size=300), st.binary(max_size=100).map(b"GET /".__add__)))
def test_bytes_that_are_no_http(host: Host, raw: bytes) -> None:
    said = exchange(host, raw + b"\r\n\r\n", patience=0.5, half=True)
    assert not said or said.split(b" ")[1][:1] in (b"2", b"3", b"4"), said[:200]


@settings(PROFILE)
@given(data=st.data())
def test_every_parameter_of_the_rest_operations(host: Host, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(_operations(host)))
    mode = data.draw(st.sampled_from(GenerationMode))
    case = data.draw(operation.as_strategy(generation_mode=mode))
    response = case.call(timeout=60)
    checks = [
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    if response.status_code not in DOCUMENTED:
        checks.append(not_a_server_error)
        case.validate_response(response, checks=checks)
    headers = {name.lower(): values[0] for name, values in response.headers.items()}
    judge(
        case.method, Answer(case.as_curl_command(), response.status_code, headers, response.content)
    )


_known: dict[Host, list[schemathesis.APIOperation]] = {}


def _operations(host: Host) -> list[schemathesis.APIOperation]:
    if host not in _known:
        address = f"http://{host[0]}:{host[1]}"
        schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
        schema.config.update(base_url=address)
        _known[host] = [result.ok() for result in schema.get_all_operations()]
    return _known[host]


def test_the_server_still_answers(host: Host) -> None:
    check_alive(host)
    assert httpx.get(f"http://{host[0]}:{host[1]}/healthz").text == "ok"
