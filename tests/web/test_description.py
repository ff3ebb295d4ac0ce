"""SPARQL 1.1 Service Description (W3C Recommendation, 21 March 2013)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from rdflib import RDF, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.namespace import VOID, Namespace

from fake_store import FakeStore
from keikaku.errors import QueryTimeoutError
from keikaku.settings import Settings
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.app import create_app
from keikaku.web.served import Served

if TYPE_CHECKING:
    from keikaku.store.base import Query, Serialized

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = "http://www.w3.org/ns/formats/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
P = NamedNode("http://e/p")


def triple(subject: str, value: int, graph: str) -> Quad:
    return Quad(NamedNode(f"http://e/{subject}"), P, Literal(value), NamedNode(graph))


QUADS = [triple("a", 1, "http://g/1"), triple("a", 2, "http://g/1"), triple("a", 2, "http://g/2")]


def app(*, union: bool = True, pinned: Any = None, **served: Any) -> Any:
    store = EmbeddedStore.in_memory(QUADS, union=union)
    settings = Settings(site=served.pop("site", ""))
    return create_app(lambda: Served(store, **served), pinned=pinned, settings=settings)


def described(client: Any, path: str = "/sparql") -> Graph:
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    return Graph().parse(data=response.text, format="turtle")


def service(graph: Graph) -> URIRef:
    [found] = graph.subjects(RDF.type, SD.Service)
    assert isinstance(found, URIRef)
    return found


def triples_of(graph: Graph, name: str) -> Any:
    """Follow dataset, named graph and graph, as the specification's example has them."""
    [dataset] = graph.objects(service(graph), SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in graph
    [named] = [
        node
        for node in graph.objects(dataset, SD.namedGraph)
        if (node, SD.name, URIRef(name)) in graph
    ]
    assert (named, RDF.type, SD.NamedGraph) in graph
    [counted] = graph.objects(named, SD.graph)
    assert (counted, RDF.type, SD.Graph) in graph
    return graph.value(counted, VOID.triples)


def triples_by_default(graph: Graph) -> Any:
    [dataset] = graph.objects(service(graph), SD.defaultDataset)
    [default] = graph.objects(dataset, SD.defaultGraph)
    return graph.value(default, VOID.triples)


def test_a_client_learns_what_the_service_is(client_of: Any) -> None:
    graph = described(client_of(app()))
    endpoint = service(graph)
    assert (endpoint, SD.endpoint, URIRef("http://testserver/sparql")) in graph
    assert set(graph.objects(endpoint, SD.supportedLanguage)) == {
        SD.SPARQL11Query,
        SD.SPARQL12Query,
    }
    assert set(graph.objects(endpoint, SD.resultFormat)) == {
        URIRef(FORMATS + name)
        for name in (
            "SPARQL_Results_JSON",
            "SPARQL_Results_XML",
            "SPARQL_Results_CSV",
            "SPARQL_Results_TSV",
            "Turtle",
            "N-Triples",
            "RDF_XML",
            "JSON-LD",
        )
    }
    simple = URIRef("http://www.w3.org/ns/entailment/Simple")
    assert (endpoint, SD.defaultEntailmentRegime, simple) in graph


@pytest.mark.parametrize("union", [True, False])
def test_a_union_is_claimed_only_where_there_is_one(client_of: Any, union: bool) -> None:
    graph = described(client_of(app(union=union)))
    assert ((service(graph), SD.feature, SD.UnionDefaultGraph) in graph) is union


def test_triples_are_counted_where_nobody_knows_them(client_of: Any) -> None:
    graph = described(client_of(app()))
    assert triples_of(graph, "http://g/1") == RdflibLiteral(2)
    assert triples_of(graph, "http://g/2") == RdflibLiteral(1)
    assert triples_by_default(graph) == RdflibLiteral(2)  # one of the three stands in two graphs
    assert triples_by_default(described(client_of(app(union=False)))) == RdflibLiteral(0)


def test_what_a_release_says_of_its_graphs_is_believed(client_of: Any) -> None:
    graph = described(client_of(app(release="0123456789abcdef", graphs={"http://g/1": 70})))
    assert triples_of(graph, "http://g/1") == RdflibLiteral(70)
    assert triples_of(graph, "http://g/2") == RdflibLiteral(1)
    assert triples_by_default(graph) == RdflibLiteral(71)


def test_triples_are_counted_once(client_of: Any) -> None:
    engine = EmbeddedStore.in_memory(QUADS)

    async def answer(query: Query) -> Serialized:
        return engine.serialize(query)

    store = FakeStore(answer)
    client = client_of(create_app(lambda: Served(store)))
    described(client)
    asked = len(store.asked)
    assert asked > 0
    described(client)
    assert len(store.asked) == asked


def test_what_takes_too_long_to_count_is_left_out(client_of: Any) -> None:
    async def late(_: Query) -> Serialized:
        raise QueryTimeoutError("遅い", "late")

    store = FakeStore(late)
    graph = described(client_of(create_app(lambda: Served(store, "0" * 16, {"http://g/1": 7}))))
    assert triples_of(graph, "http://g/1") == RdflibLiteral(7)
    assert triples_by_default(graph) is None


def test_the_public_address_is_the_endpoint_where_it_is_set(client_of: Any) -> None:
    client = client_of(app(site="https://data.example.jp/"))
    response = client.get("/sparql", headers={"Host": "evil.example"})
    assert "<https://data.example.jp/sparql>" in response.text
    assert "evil" not in response.text
    assert response.headers["cache-control"] == "public, max-age=60"


def test_a_host_header_reaches_no_shared_cache(client_of: Any) -> None:
    response = client_of(app()).get("/sparql", headers={"Host": "other.example:8000"})
    assert "<http://other.example:8000/sparql>" in response.text
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("host", ["a b", "a/b", "a>b", "", "a@b"])
def test_a_host_that_is_none_is_a_400(client_of: Any, host: str) -> None:
    assert client_of(app()).get("/sparql", headers={"Host": host}).status_code == 400


def test_an_older_release_describes_itself(client_of: Any) -> None:
    store = EmbeddedStore.in_memory(QUADS[:1])
    client = client_of(app(pinned=lambda name: Served(store, name)))
    graph = described(client, "/releases/fedcba9876543210/sparql")
    assert str(service(graph)) == "http://testserver/releases/fedcba9876543210/sparql"
    assert triples_by_default(graph) == RdflibLiteral(1)


@pytest.mark.parametrize(
    ("query_string", "accept", "expected"),
    [
        ("", "*/*", "text/turtle; charset=utf-8"),
        ("", "application/rdf+xml", "application/rdf+xml"),
        ("", "application/n-triples", "application/n-triples"),
        ("?format=jsonld", BROWSER, "application/ld+json"),
    ],
)
def test_the_description_is_negotiated(
    client_of: Any, query_string: str, accept: str, expected: str
) -> None:
    response = client_of(app()).get(f"/sparql{query_string}", headers={"Accept": accept})
    assert response.headers["content-type"] == expected
    assert response.headers["vary"] == "Accept, Accept-Encoding"


def test_a_description_nobody_can_read_is_a_406(client_of: Any) -> None:
    assert client_of(app()).get("/sparql", headers={"Accept": "image/png"}).status_code == 406


def test_a_description_that_is_known_is_not_sent_again(client_of: Any) -> None:
    client = client_of(app())
    tag = client.get("/sparql").headers["etag"]
    again = client.get("/sparql", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
