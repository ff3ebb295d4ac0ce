"""The endpoint: SPARQL 1.1 Protocol, by hand and by the clients that people use."""

from __future__ import annotations

import csv
import io
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import SPARQLWrapper

from keikaku.errors import ReleaseError
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.served import Served
from live import live

if TYPE_CHECKING:
    from collections.abc import Iterator

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
P = "http://example.org/p"
SELECT = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
ASK = "ASK { ?s ?p '市民' }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
QUADS = [
    Quad(
        NamedNode(f"http://example.org/{number}"),
        NamedNode(P),
        Literal(text),
        NamedNode(f"http://g/{number}"),
    )
    for number, text in enumerate(["事業者", "市民"])
]


@pytest.fixture
def client(client_of: Any) -> Any:
    """Return a client of an application over two graphs."""
    store = EmbeddedStore.in_memory(QUADS)
    return client_of(create_app(lambda: Served(store)))


def values(response: Any) -> list[str]:
    assert response.status_code == 200
    return [row["o"]["value"] for row in response.json()["results"]["bindings"]]


def ask(client: Any, query: str, **headers: str) -> Any:
    return client.get("/sparql", params={"query": query}, headers=headers)


def test_a_query_may_come_by_get(client: Any) -> None:
    response = ask(client, SELECT)
    assert values(response) == ["事業者", "市民"]
    assert response.headers["content-type"] == JSON


def test_a_query_may_come_by_form(client: Any) -> None:
    assert values(client.post("/sparql", data={"query": SELECT})) == ["事業者", "市民"]


@pytest.mark.parametrize("kind", [DIRECT, f"{DIRECT}; charset=UTF-8", DIRECT.upper()])
def test_a_query_may_come_as_it_is(client: Any, kind: str) -> None:
    response = client.post("/sparql", content=SELECT.encode(), headers={"Content-Type": kind})
    assert values(response) == ["事業者", "市民"]


def test_an_ask_is_answered(client: Any) -> None:
    assert ask(client, ASK).json() == {"head": {}, "boolean": True}


@pytest.mark.parametrize("in_body", [True, False])
@pytest.mark.parametrize(
    ("query", "graphs", "expected"),
    [
        (SELECT, {"default-graph-uri": "http://g/0"}, ["事業者"]),
        (SELECT, {"default-graph-uri": ["http://g/0", "http://g/1"]}, ["事業者", "市民"]),
        (SELECT, {"named-graph-uri": "http://g/0"}, []),
        ("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", {"named-graph-uri": "http://g/1"}, ["市民"]),
        (
            "SELECT ?o FROM <http://g/1> { ?s ?p ?o }",
            {"default-graph-uri": "http://g/0"},
            ["事業者"],
        ),
    ],
)
def test_the_dataset_of_the_request_is_honoured(
    client: Any, query: str, graphs: dict[str, Any], expected: list[str], in_body: bool
) -> None:
    if in_body:
        response = client.post("/sparql", data={"query": query, **graphs})
    else:
        headers = {"Content-Type": DIRECT}
        response = client.post("/sparql", content=query, params=graphs, headers=headers)
    assert values(response) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (JSON, JSON),
        (XML, XML),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (f"{XML}, text/html;q=0.9", XML),
    ],
)
def test_rows_come_in_the_format_accepted(client: Any, accept: str, expected: str) -> None:
    response = ask(client, SELECT, Accept=accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == expected
    assert "市民" in response.text


@pytest.mark.parametrize(
    ("accept", "expected", "kind"),
    [
        ("*/*", "text/turtle; charset=utf-8", RdfFormat.TURTLE),
        ("text/turtle", "text/turtle; charset=utf-8", RdfFormat.TURTLE),
        ("application/n-triples", "application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", "application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", "application/ld+json", RdfFormat.JSON_LD),
    ],
)
def test_graphs_come_in_the_format_accepted(
    client: Any, accept: str, expected: str, kind: RdfFormat
) -> None:
    response = ask(client, CONSTRUCT, Accept=accept)
    assert response.headers["content-type"] == expected
    assert {quad.triple for quad in parse(response.content, kind)} == {q.triple for q in QUADS}


@pytest.mark.parametrize("name", ["format", "output"])
def test_a_format_parameter_wins_over_accept(client: Any, name: str) -> None:
    response = client.get(
        "/sparql", params={"query": SELECT, name: "csv"}, headers={"Accept": JSON}
    )
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(response.text))) == [["o"], ["事業者"], ["市民"]]


@pytest.mark.parametrize(
    ("query", "accept"),
    [(SELECT, "text/turtle"), (ASK, "text/turtle"), (CONSTRUCT, "text/csv"), (SELECT, "image/png")],
)
def test_a_format_of_the_other_family_is_a_406_that_lists_what_is_offered(
    client: Any, query: str, accept: str
) -> None:
    response = ask(client, query, Accept=accept)
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"
    assert "text/turtle" in response.json()["detail"]
    assert JSON in response.json()["detail"]


def test_malformed_xml_is_never_sent(client: Any) -> None:
    response = ask(client, "SELECT ('a\x01' AS ?x) {}", Accept=XML)
    assert response.status_code == 406
    assert "JSON" in response.json()["detail"]


@pytest.mark.parametrize(
    ("query_string", "words"),
    [
        ("default-graph-uri=http://g/0", "query"),
        ("query=ASK{}&query=ASK{}", "there are 2"),
        ("update=CLEAR+ALL", "updates"),
        ("query=ASK{}&update=CLEAR+ALL", "updates"),
        ("query=", "line 1"),
        ("query=ASK{%0A?s", "line 2"),
        ("query=CLEAR+ALL", "no updates"),
        ("query=ASK{SERVICE<http://127.0.0.1/>{}}", "SERVICE"),
        ("query=ASK{}%E3%81", "UTF-8"),
        ("query=ASK{}%zz", "percent"),
        ("query=ASK{}%4", "percent"),
        ("query=ASK{}&default-graph-uri=no+iri", "no absolute IRI"),
    ],
)
def test_a_request_that_cannot_be_answered_is_a_400_that_says_why(
    client: Any, query_string: str, words: str
) -> None:
    response = client.get(f"/sparql?{query_string}")
    assert response.status_code == 400
    assert response.headers["access-control-allow-origin"] == "*"
    assert words in response.json()["detail"]


def test_a_body_that_is_not_utf_8_is_a_400(client: Any) -> None:
    body = "ASK { ?s ?p '市民' }".encode("shift_jis")
    response = client.post("/sparql", content=body, headers={"Content-Type": DIRECT})
    assert response.status_code == 400
    assert "UTF-8" in response.json()["detail"]


def test_a_post_without_a_query_is_a_400(client: Any) -> None:
    assert client.post("/sparql", data={"format": "json"}).status_code == 400


@pytest.mark.parametrize(
    "kind", ["application/sparql-update", "text/plain", "", f"{DIRECT}; charset=shift_jis"]
)
def test_a_body_of_another_type_is_a_415(client: Any, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    response = client.post("/sparql", content=b"ASK {}", headers=headers)
    assert response.status_code == 415
    assert DIRECT in response.json()["detail"]


def test_a_body_that_is_too_large_is_a_413(client: Any) -> None:
    body = b"ASK {}".ljust(1_000_001)
    response = client.post("/sparql", content=body, headers={"Content-Type": DIRECT})
    assert response.status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_a_405_with_allow(client: Any, method: str) -> None:
    response = client.request(method, "/sparql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("query", [SELECT, "no query"])
def test_everything_may_be_read_from_any_site_and_nothing_with_credentials(
    client: Any, query: str
) -> None:
    response = ask(client, query, Origin="https://example.org")
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers
    assert response.headers["vary"] == "Accept, Accept-Encoding"


def test_a_preflight_is_answered(client: Any) -> None:
    response = client.options(
        "/sparql",
        headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"},
    )
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert "POST" in response.headers["access-control-allow-methods"]
    assert response.headers["access-control-allow-headers"] == "*"


@pytest.mark.parametrize("query", [SELECT, "no query"])
def test_head_is_get_without_the_body(client: Any, query: str) -> None:
    got = ask(client, query)
    head = client.head("/sparql", params={"query": query})
    assert head.status_code == got.status_code
    assert head.content == b""
    assert head.headers["content-length"] == str(len(got.content))


def test_a_browser_gets_errors_as_pages(client: Any) -> None:
    response = ask(client, "no query", Accept=BROWSER)
    assert response.status_code == 400
    assert response.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/readyz"])
def test_a_release_that_is_not_there_is_a_503(client_of: Any, path: str) -> None:
    def missing() -> Served:
        raise ReleaseError("リリースがありません。", "there is no release")

    response = client_of(create_app(missing)).get(path)
    assert response.status_code == 503
    assert "no release" in response.json()["detail"]


def test_what_goes_wrong_inside_is_a_500_without_internals(client_of: Any) -> None:
    def broken() -> Served:
        raise RuntimeError("secret")

    response = client_of(create_app(broken)).get("/sparql?query=ASK{}")
    assert response.status_code == 500
    assert response.headers["access-control-allow-origin"] == "*"
    assert "secret" not in response.text


def test_the_service_says_that_it_lives_and_is_ready(client: Any) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Run a real server, and return the endpoint's address."""
    store = EmbeddedStore.in_memory(QUADS)
    with live(create_app(lambda: Served(store))) as (host, port):
        yield f"http://{host}:{port}/sparql"


def wrapper(endpoint: str, query: str, kind: str, method: str = "GET") -> Any:
    sparql = SPARQLWrapper(endpoint)
    sparql.setQuery(query)
    sparql.setReturnFormat(kind)
    sparql.setMethod(method)
    return sparql.queryAndConvert()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_reads_rows(endpoint: str, method: str) -> None:
    rows = wrapper(endpoint, SELECT, "json", method)["results"]["bindings"]
    assert [row["o"]["value"] for row in rows] == ["事業者", "市民"]
    assert "市民" in wrapper(endpoint, SELECT, "xml", method).toxml()
    assert wrapper(endpoint, SELECT, "csv", method).decode() == "o\r\n事業者\r\n市民\r\n"
    assert wrapper(endpoint, SELECT, "tsv", method).decode() == '?o\n"事業者"\n"市民"\n'


def test_sparqlwrapper_reads_a_truth_value(endpoint: str) -> None:
    assert wrapper(endpoint, ASK, "json")["boolean"] is True


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"  # SPARQLWrapper 2.0 makes one
)
@pytest.mark.parametrize("kind", ["xml", "rdf+xml", "json-ld"])
def test_sparqlwrapper_reads_graphs(endpoint: str, kind: str) -> None:
    assert len(wrapper(endpoint, CONSTRUCT, kind)) == len(QUADS)


@pytest.mark.parametrize("kind", ["turtle", "n3"])
def test_sparqlwrapper_reads_turtle(endpoint: str, kind: str) -> None:
    body = wrapper(endpoint, CONSTRUCT, kind)
    assert len(Graph().parse(data=body, format="turtle")) == len(QUADS)


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("kind", ["xml", "json", "csv"])
def test_rdflib_reads_rows_and_graphs(endpoint: str, method: Any, kind: str) -> None:
    graph = Graph(SPARQLStore(endpoint, method=method, returnFormat=kind))
    assert [str(row[0]) for row in graph.query(SELECT)] == ["事業者", "市民"]  # type: ignore[index]


def test_rdflib_walks_the_union_and_one_graph(endpoint: str) -> None:
    store = SPARQLStore(endpoint)
    assert len(list(Graph(store).triples((None, None, None)))) == len(QUADS)
    one = Graph(store, identifier=URIRef("http://g/1"))
    assert [str(value) for value in one.objects(None, URIRef(P))] == ["市民"]


def test_a_real_server_sends_no_body_to_head(endpoint: str) -> None:
    host, port = endpoint.removeprefix("http://").split("/")[0].split(":")
    with socket.create_connection((host, int(port))) as connection:
        request = (
            f"HEAD /sparql?query={quote(ASK)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        connection.sendall(request.encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\n")
