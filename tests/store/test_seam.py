"""One suite for every engine behind the seam: embedded, Oxigraph's server, Virtuoso 7."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph
import pytest
from pyoxigraph import Literal, QueryResultsFormat, RdfFormat, parse

from finite_work import SECONDS
from keikaku.answers.catalogue import Catalogue
from keikaku.answers.lexicon import Lexicon
from keikaku.errors import (
    KeikakuError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    ResultSizeError,
)
from keikaku.names import XSD
from keikaku.store.admission import Bounds
from keikaku.store.base import Boolean, Dataset, FormatError, Query, Triples
from keikaku.store.connection import Connection
from keikaku.store.embedded import EmbeddedStore
from keikaku.store.limits import Limits
from keikaku.store.publishing import Depot, Place
from keikaku.store.remote import RemoteStore
from store.deviations import DEVIATIONS
from store.engines import Engine, free_port, oxigraph, virtuoso
from store.seam_cases import BASE, CASES, DATA, Case, E

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyoxigraph import Quad

    from keikaku.store.base import Store, Term

pytestmark = pytest.mark.xdist_group("engines")


@pytest.fixture(scope="module")
def source(plan_quads: frozenset[Quad]) -> pyoxigraph.Store:
    """The data of the cases, and the plan of Yamaguchi City."""
    source = pyoxigraph.Store()
    source.load(DATA, format=RdfFormat.TRIG)
    source.extend(plan_quads)
    return source


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with Connection("dba", "dba") as connection:
        yield connection


@pytest.fixture(scope="module")
def oxigraph_store(
    source: pyoxigraph.Store, connection: Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteStore]:
    """The data in Oxigraph's server."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as engine:
        yield filled(engine, source, connection)


@pytest.fixture(scope="module")
def virtuoso_store(
    source: pyoxigraph.Store, connection: Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteStore]:
    """The data in a Virtuoso of its own, since what it was asked before changes its answers."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as engine:
        yield filled(engine, source, connection)


def depot_of(engine: Engine, connection: Connection) -> Depot:
    return Depot(Place(engine.query, engine.update, engine.graphs, 1), connection)


def filled(engine: Engine, source: pyoxigraph.Store, connection: Connection) -> RemoteStore:
    depot = depot_of(engine, connection)
    depot.put(source, BASE)
    depot.finish()
    return depot.store


@pytest.fixture(params=["embedded", "oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(engine: str, request: pytest.FixtureRequest) -> Store:
    """The data behind each engine."""
    if engine == "embedded":
        return EmbeddedStore(request.getfixturevalue("source"))
    found: Store = request.getfixturevalue(f"{engine}_store")
    return found


def answered(store: Store, case: Case) -> str:
    """The result of a case: a truth value, or a table or graph with its lines in a fixed order."""
    result = store.query(case.text, case.dataset)
    if isinstance(result, Boolean):
        return str(result.value).lower()
    if isinstance(result, Triples):
        return "".join(sorted(f"{triple} .\n" for triple in result.triples))
    rows = ["\t".join(map(shown, row)) + "\n" for row in result.rows]
    head = "\t".join(f"?{name}" for name in result.variables)
    return "".join([f"{head}\n", *(rows if case.ordered else sorted(rows))])


def shown(term: Term | None) -> str:
    """A term as N-Triples has it, integers and booleans bare."""
    if term is None:
        return ""
    bare = isinstance(term, Literal) and term.datatype in (XSD["integer"], XSD["boolean"])
    return term.value if bare else str(term)  # type: ignore[union-attr]


def unlike(store: Store, case: Case) -> str | None:
    """How an engine's answer is not as it should be."""
    try:
        said = answered(store, case)
    except KeikakuError as error:
        return str(error)
    return None if said == case.expected else said


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_engines_give_one_answer(engine: str, store: Store, case: Case) -> None:
    """As SPARQL 1.1 has it, or as the table of deviations says, strictly."""
    said = unlike(store, case)
    reason = DEVIATIONS.get(engine, {}).get(case.name)
    if reason is None:
        assert said is None
    else:
        assert said is not None, f"{engine} no longer deviates: {reason}"


def test_every_deviation_is_of_a_case() -> None:
    known = {case.name for case in CASES} | {question.name for question in Catalogue.load()}
    assert len(known) == len(CASES) + len(Catalogue.load())
    for listed in DEVIATIONS.values():
        assert set(listed) <= known


@pytest.mark.parametrize("name", [question.name for question in Catalogue.load()])
def test_engines_answer_the_questions_alike(
    engine: str, store: Store, source: pyoxigraph.Store, lexicon: Lexicon, name: str
) -> None:
    """Each question with its example: the same rows in the same order."""
    question = Catalogue.load().question(name)
    query = question.sparql(question.bind(lexicon, question.example))
    expected = EmbeddedStore(source).query(query)
    assert expected.rows  # type: ignore[union-attr]
    alike = store.query(query) == expected
    reason = DEVIATIONS.get(engine, {}).get(name)
    assert alike == (reason is None), reason or name


@pytest.fixture(scope="module")
def lexicon(source: pyoxigraph.Store) -> Lexicon:
    return Lexicon.read(EmbeddedStore(source))


def test_the_names_of_a_release_are_the_same(store: Store, lexicon: Lexicon) -> None:
    read = Lexicon.read(store)
    assert read.things.keys() == lexicon.things.keys()
    assert read.plan_years == lexicon.plan_years
    assert {**read.terms} == {**lexicon.terms}


TEXTS = E + "SELECT (STR(?y) AS ?x) { ?s e:wide|e:年|e:label ?y } ORDER BY ?x"
TABLE = E + "SELECT ?o ?n { ?s e:p ?o OPTIONAL { ?s e:next ?n } } ORDER BY ?o"


@pytest.mark.parametrize(
    "kind",
    [
        QueryResultsFormat.JSON,
        QueryResultsFormat.XML,
        QueryResultsFormat.CSV,
        QueryResultsFormat.TSV,
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "text", [TABLE, E + "SELECT (STR(?y) AS ?x) { ?s e:wide|e:年|e:label ?y } ORDER BY ?x"]
)
def test_tables_are_the_same_bytes(
    store: Store, source: pyoxigraph.Store, kind: QueryResultsFormat, text: str
) -> None:
    query = Query(text, rows=kind)
    assert store.serialize(query) == EmbeddedStore(source).serialize(query)


@pytest.mark.parametrize("kind", [QueryResultsFormat.JSON, QueryResultsFormat.XML], ids=str)
def test_truth_values_are_the_same_bytes(
    store: Store, source: pyoxigraph.Store, kind: QueryResultsFormat
) -> None:
    query = Query(E + "ASK { ?s e:p 'a' }", rows=kind)
    assert store.serialize(query) == EmbeddedStore(source).serialize(query)


@pytest.mark.parametrize(
    "kind",
    [RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML, RdfFormat.JSON_LD],
    ids=lambda kind: kind.file_extension,
)
def test_graphs_are_the_same_in_every_format(
    store: Store, source: pyoxigraph.Store, kind: RdfFormat
) -> None:
    query = Query(
        E + "CONSTRUCT { ?s ?p ?o } WHERE { ?s e:年 [] ; ?p ?o FILTER ISIRI(?s) }", graphs=kind
    )
    wanted, found = EmbeddedStore(source).serialize(query), store.serialize(query)
    assert found.media_type == wanted.media_type
    canonical = {
        str(quad) for quad in parse(found.body, format=kind) if "moment" not in str(quad.predicate)
    }
    expected = {
        str(quad) for quad in parse(wanted.body, format=kind) if "moment" not in str(quad.predicate)
    }
    assert canonical == expected
    assert len(expected) > 5


def test_a_result_of_the_family_not_taken_is_refused(store: Store) -> None:
    with pytest.raises(FormatError, match="table"):
        store.serialize(Query("SELECT * { ?s ?p ?o } LIMIT 1", rows=None))
    with pytest.raises(FormatError, match="graph"):
        store.serialize(Query("DESCRIBE <http://example.org/a>", graphs=None))


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("INSERT DATA { <a:a> <a:b> <a:c> }", QueryRefusedError, "no updates"),
        ("DROP ALL", QueryRefusedError, "no updates"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", QueryRefusedError, "SERVICE"),
        ("SELECT * { ?s ?p ?o } # " + 20_000 * "x", QueryRefusedError, "limit is 20000"),
        ("SELECT (<http://f/>(1) AS ?x) {}", QueryRefusedError, "http://f/"),
        ("ASK {} ASK {}", QuerySyntaxError, "no SPARQL query"),
    ],
)
def test_engines_refuse_alike(
    store: Store, text: str, error: type[KeikakuError], words: str
) -> None:
    with pytest.raises(error) as caught:
        store.query(text)
    assert words in caught.value.en


def test_a_syntax_error_has_its_line(store: Store) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.query("SELECT *\n{ ?s kei:partOf }")
    assert caught.value.problems[0].line == 2


def test_a_graph_name_that_is_no_iri_is_refused(store: Store) -> None:
    with pytest.raises(QueryRefusedError, match="no absolute IRI"):
        store.query("ASK {}", Dataset(["not an iri"]))


def test_engines_are_ready(store: Store) -> None:
    assert store.ready()


@pytest.fixture(params=["oxigraph", "virtuoso"])
def remote(request: pytest.FixtureRequest) -> RemoteStore:
    """The data behind each server engine."""
    found: RemoteStore = request.getfixturevalue(f"{request.param}_store")
    return found


def limited(remote: RemoteStore, connection: Connection, limits: Limits) -> RemoteStore:
    return RemoteStore(remote.endpoint, connection, limits=limits)


def test_a_query_that_takes_too_long_is_no_shorter_result(
    remote: RemoteStore, connection: Connection
) -> None:
    store = limited(remote, connection, Limits(seconds=0.5))
    with pytest.raises(QueryTimeoutError):
        store.query(SECONDS)
    with pytest.raises(QueryTimeoutError):
        remote.serialize(Query(SECONDS, seconds=0.5))


@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p ?o } LIMIT 500", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 500"]
)
def test_a_result_that_is_too_large_is_none(
    remote: RemoteStore, connection: Connection, text: str
) -> None:
    with pytest.raises(ResultSizeError):
        limited(remote, connection, Limits(result_bytes=10_000)).query(text)
    remote.query(text)


def test_an_engine_that_is_not_there_is_not_ready(connection: Connection) -> None:
    assert not RemoteStore(f"http://127.0.0.1:{free_port()}/query", connection).ready()


def test_the_limits_of_a_query_are_those_of_the_store(
    remote: RemoteStore, connection: Connection
) -> None:
    store = RemoteStore(remote.endpoint, connection, Bounds(length=10))
    with pytest.raises(QueryRefusedError, match="limit is 10"):
        store.query("ASK { }     ")


def test_a_default_graph_that_is_no_union_is_named(connection: Connection, tmp_path: Path) -> None:
    source = pyoxigraph.Store()
    source.load(DATA, format=RdfFormat.TRIG)
    named = tuple(f"http://example.org/graph/{name}" for name in "abc")
    with oxigraph(tmp_path) as engine:
        filled(engine, source, connection)
        store = RemoteStore(engine.query, connection, whole=Dataset(named, named))
        text = E + "SELECT ?o { ?s e:p ?o } ORDER BY ?o"
        query = Query(text, rows=QueryResultsFormat.CSV)
        assert store.serialize(query).body == b"o\r\na\r\nb\r\nc\r\n"
        unnamed = E + "ASK { ?s e:年 ?o }"
        assert store.query(unnamed) == Boolean(value=False)


def test_what_oxigraph_cuts_at_its_own_time_limit_is_no_result(
    connection: Connection, tmp_path: Path
) -> None:
    """It answers 200, and ends the JSON or the N-Triples with a sentence."""
    with oxigraph(tmp_path, "--timeout-s", "1") as engine:
        hundred = pyoxigraph.Store()
        hundred.load(
            "".join(f"<a:{number}> <a:p> <a:o> <{BASE}graph/a> .\n" for number in range(100)),
            format=RdfFormat.N_QUADS,
        )
        store = filled(engine, hundred, connection)
        where = "{ ?a ?p ?q . ?b ?r ?s . ?c ?t ?u . ?d ?v ?w }"
        for form in (
            "SELECT (COUNT(*) AS ?n)",
            "SELECT DISTINCT ?a",
            "CONSTRUCT { ?a ?p ?a } WHERE",
        ):
            with pytest.raises(QueryTimeoutError, match="its own time limit"):
                store.query(f"{form} {where}")
