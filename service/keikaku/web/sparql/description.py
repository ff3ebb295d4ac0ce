"""The endpoint, described to machines: SPARQL 1.1 Service Description.

https://www.w3.org/TR/sparql11-service-description/, and for SPARQL 1.2 the name that its draft
gives: https://www.w3.org/TR/sparql12-service-description/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from keikaku.errors import EngineError, QueryError
from keikaku.names import DCTERMS, RDF, VOID, XSD, Namespace
from keikaku.store.base import Query, Serialized, Solutions, terms_of
from keikaku.web.negotiate import GRAPHS, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keikaku.store.base import Store
    from keikaku.web.served import Served

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
ENTAILMENT = Namespace("http://www.w3.org/ns/entailment/")

LANGUAGES = ("SPARQL11Query", "SPARQL12Query")

_FORMATS = "http://www.w3.org/ns/formats/"
_NAMED_BY_W3C = {RdfFormat.JSON_LD.iri: f"{_FORMATS}JSON-LD"}  # pyoxigraph 0.5.13 has a wrong one
_PREFIXES = {
    "sd": SD.iri,
    "dcterms": DCTERMS.iri,
    "entailment": ENTAILMENT.iri,
    "formats": _FORMATS,
    "void": VOID.iri,
    "xsd": XSD.iri,
}
_NAMES = "SELECT ?g { GRAPH ?g {} }"
_COUNT = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
_COUNT_IN = "SELECT (COUNT(*) AS ?n) {{ GRAPH {} {{ ?s ?p ?o }} }}"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many triples there are in the default graph, None if unknown, and in each named graph."""

    default: int | None
    named: Mapping[str, int]


class Describer:
    """Describes what is served; what has to be counted is counted once for each store."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self._counts: WeakKeyDictionary[Store, Counts] = WeakKeyDictionary()

    async def describe(
        self, endpoint: NamedNode, served: Served, kind: RdfFormat, *, federated: bool = False
    ) -> bytes:
        """Return the description of the service at `endpoint`; a federated one asks others."""
        counts = self._counts.get(served.store)
        if counts is None:
            counts = await _counted(served)
            if counts.default is not None:
                self._counts[served.store] = counts
        triples = [
            *_service(endpoint, served, federated=federated),
            *_dataset(endpoint, served, counts),
        ]
        return pyoxigraph.serialize(triples, format=kind, prefixes=_PREFIXES) or b""


async def _counted(served: Served) -> Counts:
    """Return the numbers that are known, and count the rest; what takes too long stays unknown."""
    named = dict(served.graphs)
    try:
        for name in await _column(served.store, _NAMES):
            if isinstance(name, NamedNode) and name.value not in named:
                named[name.value] = await _number(served.store, _COUNT_IN.format(name))
        if served.release and served.store.union_default:
            # a release has no triple in two graphs
            return Counts(sum(named.values()), named)
        return Counts(await _number(served.store, _COUNT), named)
    except (QueryError, EngineError):
        return Counts(None, named)


async def _number(store: Store, text: str) -> int:
    [number] = await _column(store, text)
    return int(number.value) if isinstance(number, Literal) else 0


async def _column(store: Store, text: str) -> list[object]:
    result = await store.answer(Query(text))
    if not isinstance(result, Serialized):
        whole = b"".join([piece async for piece in result.pieces])
        result = Serialized(whole, result.media_type)
    found = terms_of(result)
    return [row[0] for row in found.rows] if isinstance(found, Solutions) else []


def _service(endpoint: NamedNode, served: Served, *, federated: bool) -> Iterator[Triple]:
    yield Triple(endpoint, RDF["type"], SD["Service"])
    yield Triple(endpoint, SD["endpoint"], endpoint)
    for language in LANGUAGES:
        yield Triple(endpoint, SD["supportedLanguage"], SD[language])
    if served.store.union_default:
        yield Triple(endpoint, SD["feature"], SD["UnionDefaultGraph"])
    if federated:
        yield Triple(endpoint, SD["feature"], SD["BasicFederatedQuery"])
    yield Triple(endpoint, SD["defaultEntailmentRegime"], ENTAILMENT["Simple"])
    for offer in (*ROWS, *GRAPHS):
        iri = _NAMED_BY_W3C.get(offer.kind.iri, offer.kind.iri)
        yield Triple(endpoint, SD["resultFormat"], NamedNode(iri))


def _dataset(endpoint: NamedNode, served: Served, counts: Counts) -> Iterator[Triple]:
    dataset, default = BlankNode("dataset"), BlankNode("default")
    yield Triple(endpoint, SD["defaultDataset"], dataset)
    yield Triple(dataset, RDF["type"], SD["Dataset"])
    if served.release:
        yield Triple(dataset, DCTERMS["identifier"], Literal(served.release))
    yield Triple(dataset, SD["defaultGraph"], default)
    names = sorted(counts.named)
    for number in range(len(names)):
        yield Triple(dataset, SD["namedGraph"], BlankNode(f"named{number}"))
    yield from _graph(default, counts.default)
    for number, name in enumerate(names):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(named, RDF["type"], SD["NamedGraph"])
        yield Triple(named, SD["name"], NamedNode(name))
        yield Triple(named, SD["graph"], graph)
        yield from _graph(graph, counts.named[name])


def _graph(graph: BlankNode, triples: int | None) -> Iterator[Triple]:
    yield Triple(graph, RDF["type"], SD["Graph"])
    if triples is not None:
        yield Triple(graph, VOID["triples"], Literal(triples))
