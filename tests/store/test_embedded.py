"""The engine in this process: datasets, formats, errors, and loading a release."""

from __future__ import annotations

import gc
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Triple

from keikaku.errors import (
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
    ReleaseError,
)
from keikaku.names import KEI
from keikaku.store.admission import Bounds
from keikaku.store.base import WHOLE, Boolean, Dataset, FormatError, Query, Solutions, Triples
from keikaku.store.embedded import EmbeddedStore, load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

P = NamedNode("http://example.org/p")
QUADS = [
    Quad(NamedNode(f"http://example.org/{name}"), P, Literal(name), NamedNode(f"http://g/{name}"))
    for name in "abc"
]


@pytest.fixture
def store() -> EmbeddedStore:
    return EmbeddedStore.in_memory(QUADS)


def values(store: EmbeddedStore, text: str, dataset: Dataset = WHOLE) -> list[str]:
    result = store.query(text, dataset)
    assert isinstance(result, Solutions)
    return sorted(row[0].value for row in result.rows)  # type: ignore[union-attr]


DEFAULT = "{ ?s ?p ?o }"
NAMED = "{ GRAPH ?g { ?s ?p ?o } }"


@pytest.mark.parametrize(
    ("clause", "pattern", "expected"),
    [
        ("", DEFAULT, "abc"),
        ("", NAMED, "abc"),
        ("FROM <http://g/a>", DEFAULT, "a"),
        ("FROM <http://g/a>", NAMED, ""),
        ("FROM <http://g/a> FROM <http://g/b>", DEFAULT, "ab"),
        ("FROM NAMED <http://g/a>", DEFAULT, ""),
        ("FROM NAMED <http://g/a>", NAMED, "a"),
        ("FROM <http://g/a> FROM NAMED <http://g/b>", DEFAULT, "a"),
        ("FROM <http://g/a> FROM NAMED <http://g/b>", NAMED, "b"),
    ],
)
def test_a_query_sees_the_union_or_the_graphs_that_it_names(
    store: EmbeddedStore, clause: str, pattern: str, expected: str
) -> None:
    """SPARQL 1.1, 13.2."""
    assert values(store, f"SELECT ?o {clause} {pattern}") == list(expected)


@pytest.mark.parametrize("clause", ["", "FROM <http://g/c> FROM NAMED <http://g/c>"])
@pytest.mark.parametrize(
    ("default", "named", "pattern", "expected"),
    [
        ("ab", "", DEFAULT, "ab"),
        ("ab", "", NAMED, ""),
        ("", "b", DEFAULT, ""),
        ("", "b", NAMED, "b"),
        ("a", "b", DEFAULT, "a"),
        ("a", "b", NAMED, "b"),
    ],
)
def test_the_dataset_of_the_request_wins_over_the_one_in_the_query(
    store: EmbeddedStore, clause: str, default: str, named: str, pattern: str, expected: str
) -> None:
    """SPARQL 1.1 Protocol, 2.1.4."""
    dataset = Dataset([f"http://g/{name}" for name in default], [f"http://g/{n}" for n in named])
    assert values(store, f"SELECT ?o {clause} {pattern}", dataset) == list(expected)


def test_a_variable_called_from_leaves_the_union_alone(store: EmbeddedStore) -> None:
    assert values(store, "SELECT ?from { ?s ?p ?from }") == ["a", "b", "c"]


def test_without_the_union_the_default_graph_is_the_default_graph() -> None:
    quads = [*QUADS, Quad(P, P, Literal("d"))]
    store = EmbeddedStore.in_memory(quads, union=False)
    assert values(store, f"SELECT ?o {DEFAULT}") == ["d"]
    assert values(store, f"SELECT ?o {NAMED}") == ["a", "b", "c"]
    assert values(store, "SELECT ?o FROM <http://g/a> { ?s ?p ?o }") == ["a"]


def test_a_description_is_taken_from_every_graph(store: EmbeddedStore) -> None:
    result = store.query("DESCRIBE <http://example.org/b>")
    assert result == Triples((QUADS[1].triple,))


def test_a_graph_name_that_is_no_iri_is_refused(store: EmbeddedStore) -> None:
    with pytest.raises(QueryRefusedError, match="no absolute IRI"):
        store.query("ASK {}", Dataset(["not an iri"]))


def test_our_prefixes_need_no_declaration_and_may_have_one(store: EmbeddedStore) -> None:
    assert values(store, "SELECT ?x { VALUES ?x { kei:Item } }") == [KEI["Item"].value]
    text = "PREFIX kei: <http://other/> SELECT ?x { VALUES ?x { kei:Item } }"
    assert values(store, text) == ["http://other/Item"]


def test_rows_are_terms_in_the_order_of_the_variables(store: EmbeddedStore) -> None:
    result = store.query("SELECT ?y ?x ?z { VALUES (?x ?y) { ('あ'@ja 1) } }")
    one = Literal("1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    assert result == Solutions(("y", "x", "z"), ((one, Literal("あ", language="ja"), None),))


def test_an_ask_is_a_boolean(store: EmbeddedStore) -> None:
    assert store.query("ASK { ?s ?p 'a' }") == Boolean(value=True)
    assert store.query("ASK { ?s ?p 'd' }") == Boolean(value=False)


def test_a_graph_gives_each_triple_once(store: EmbeddedStore) -> None:
    text = "CONSTRUCT { <http://x/> ?p 1 } WHERE { ?s ?p ?o }"
    one = Literal("1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    assert store.query(text) == Triples((Triple(NamedNode("http://x/"), P, one),))
    written = store.serialize(Query(text))
    assert written.body.count(b"\n") == 1


def test_a_syntax_error_has_its_line(store: EmbeddedStore) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.query("SELECT *\n{ ?s ?p }")
    assert caught.value.problems[0].line == 2


def test_the_limits_are_those_of_the_store() -> None:
    store = EmbeddedStore.in_memory([], Bounds(length=10, depth=1))
    assert store.query("ASK {}") == Boolean(value=True)
    with pytest.raises(QueryRefusedError, match="limit is 10"):
        store.query("ASK { }     ")
    with pytest.raises(QueryRefusedError, match="limit of 1"):
        store.query("ASK {{}}")


def test_an_extension_function_is_refused_by_name(store: EmbeddedStore) -> None:
    with pytest.raises(QueryRefusedError, match="http://f/"):
        store.query("SELECT (<http://f/>(1) AS ?x) {}")


def results(store: EmbeddedStore, text: str, kind: QueryResultsFormat) -> bytes:
    return store.serialize(Query(text, rows=kind)).body


def test_rows_are_written_in_the_format_asked_for(store: EmbeddedStore) -> None:
    text = "SELECT ?o { ?s ?p ?o } ORDER BY ?o LIMIT 1"
    assert results(store, text, QueryResultsFormat.CSV) == b"o\r\na\r\n"
    assert results(store, text, QueryResultsFormat.TSV) == b'?o\n"a"\n'
    rows = json.loads(results(store, text, QueryResultsFormat.JSON))["results"]["bindings"]
    assert rows == [{"o": {"type": "literal", "value": "a"}}]


def test_a_result_of_the_family_not_taken_is_an_error(store: EmbeddedStore) -> None:
    with pytest.raises(FormatError, match="table"):
        store.serialize(Query("SELECT * {}", rows=None))
    with pytest.raises(FormatError, match="table"):
        store.serialize(Query("ASK {}", rows=None))
    with pytest.raises(FormatError, match="graph"):
        store.serialize(Query("CONSTRUCT WHERE { ?s ?p ?o }", graphs=None))


@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p ?o }", "SELECT (<http://f/>(1) AS ?x) { ?s ?p ?o }"]
)
def test_an_error_that_goes_to_another_thread_keeps_nothing_of_the_engine(
    store: EmbeddedStore, text: str
) -> None:
    """A result that is dropped in another thread is never freed, and pyoxigraph complains."""
    with ThreadPoolExecutor(1) as pool:
        error = pool.submit(store.serialize, Query(text, rows=None)).exception()
    del pool
    assert isinstance(error, QueryError)
    del error
    gc.collect()


def with_literal(text: str) -> EmbeddedStore:
    return EmbeddedStore.in_memory([Quad(P, P, Literal(text), P)])


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_what_xml_cannot_say_is_never_sent_as_xml(character: str) -> None:
    """XML 1.0, 2.2."""
    store = with_literal(f"a{character}b")
    with pytest.raises(FormatError, match="JSON"):
        results(store, "SELECT ?o { ?s ?p ?o }", QueryResultsFormat.XML)
    with pytest.raises(FormatError, match="JSON"):
        store.serialize(Query("CONSTRUCT WHERE { ?s ?p ?o }", graphs=RdfFormat.RDF_XML))
    body = json.loads(results(store, "SELECT ?o { ?s ?p ?o }", QueryResultsFormat.JSON))
    assert body["results"]["bindings"][0]["o"]["value"] == f"a{character}b"


def test_xml_keeps_a_carriage_return() -> None:
    store = with_literal("a\r\nb\t<&>\"'")
    root = ET.fromstring(results(store, "SELECT ?o { ?s ?p ?o }", QueryResultsFormat.XML))  # noqa: S314
    assert root.findtext(".//{*}literal") == "a\r\nb\t<&>\"'"


@pytest.mark.parametrize("iri", ["http://example.org/1", "http://example.org/", "mailto:1"])
def test_a_predicate_without_a_local_name_is_never_sent_as_rdf_xml(iri: str) -> None:
    """RDF 1.1 XML Syntax, 2.2: a predicate is an element name."""
    store = EmbeddedStore.in_memory([Quad(P, NamedNode(iri), P, P)])
    with pytest.raises(FormatError, match="Turtle"):
        store.serialize(Query("CONSTRUCT WHERE { ?s ?p ?o }", graphs=RdfFormat.RDF_XML))


def test_a_japanese_local_name_is_written_as_rdf_xml() -> None:
    quad = Quad(P, NamedNode("http://example.org/担当課"), Literal("協働推進課"), P)
    store = EmbeddedStore.in_memory([quad])
    body = store.serialize(Query("CONSTRUCT WHERE { ?s ?p ?o }", graphs=RdfFormat.RDF_XML)).body
    assert [parsed.triple for parsed in pyoxigraph.parse(body, RdfFormat.RDF_XML)] == [quad.triple]


def test_a_triple_as_a_term_is_never_sent_as_json_ld() -> None:
    store = EmbeddedStore.in_memory([Quad(P, P, Triple(P, P, P), P)])
    with pytest.raises(FormatError, match="JSON-LD"):
        store.serialize(Query("CONSTRUCT WHERE { ?s ?p ?o }", graphs=RdfFormat.JSON_LD))


def nquads(quads: Sequence[Quad]) -> bytes:
    return pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b""


def test_a_loaded_store_answers_from_disk_by_any_number_of_readers(tmp_path: Path) -> None:
    path = tmp_path / "store"
    load(path, nquads(QUADS))
    first, second = EmbeddedStore.open(path), EmbeddedStore.open(path)
    assert values(first, "SELECT ?o { ?s ?p ?o }") == ["a", "b", "c"]
    assert values(second, "SELECT ?o { ?s ?p ?o }") == ["a", "b", "c"]
    assert first.ready()


def test_a_store_is_loaded_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "all.nq"
    file.write_bytes(nquads(QUADS))
    load(tmp_path / "store", file)
    store = EmbeddedStore.open(tmp_path / "store")
    assert values(store, "SELECT ?o { ?s ?p ?o }") == ["a", "b", "c"]


def test_nothing_keeps_a_loaded_store_open(tmp_path: Path) -> None:
    load(tmp_path / "store", b"")
    pyoxigraph.Store(str(tmp_path / "store"))  # opening for writing needs the lock


def test_a_store_is_written_to_a_new_place_only(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="already"):
        load(tmp_path, b"")


def test_bad_n_quads_leave_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="cannot be loaded"):
        load(tmp_path / "store", b"<http://s/> <http://p/> .\n")
    assert not (tmp_path / "store").exists()


def test_a_store_that_is_not_there_is_a_release_error(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError):
        EmbeddedStore.open(tmp_path / "none")
