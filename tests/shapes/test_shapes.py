"""The shapes: each refuses the fault it is for, all accept a plan that has none.

`valid/plan.ttl` is the least plan that conforms. Each file in `invalid/` is a SPARQL Update that
puts one fault into it; its name is the fault. Its first lines say what must be reported:

    # expects: the shape
    # focus: the node that the shape looks at, and
    # value: the value of the result, where the shape finds the fault from elsewhere (repeatable)
    # also: a shape that the fault offends besides (repeatable)

The harness gives each file the prefixes of keikaku.names and the base of plan.ttl. Each fault is
judged by both validators: by `shacl` with all shapes, by pySHACL with the files whose shapes are to
report it; the two must report the same: shape, node, value, path and messages.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyshacl
import pytest
import shacl
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH, TIME
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.processor import SPARQLProcessor

from keikaku.assets import shipped
from keikaku.checks.validate import as_graph
from keikaku.graph.dataset import shape_files, vocabulary
from keikaku.names import FY, KEI, PREFIXES, SHAPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Quad
    from rdflib.term import Node

HERE = Path(__file__).parent
BASE = "https://data.example.jp/id/999997/"
PROLOGUE = f"BASE <{BASE}>\n" + "".join(
    f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in {**PREFIXES, "shape": SHAPE.iri}.items()
)
LANGUAGES = {"ja", "en"}
EXAMPLES = sorted((HERE / "invalid").glob("*.ru"))
FILES = {
    "areas",
    "codes",
    "evidence",
    "inference",
    "links",
    "numbering",
    "quality",
    "schedule",
    "structure",
    "text",
    "withheld",
}


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a validation: the shape, where it looked, what it found, what it says."""

    shape: str
    focus: str
    value: str
    path: str
    messages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Example:
    """A fault: the update that makes it, and what must be reported."""

    update: str
    shape: str
    focus: set[str]
    values: set[str]
    also: set[str]

    @classmethod
    def read(cls, path: Path) -> Example:
        """Return the example of a file."""
        text = path.read_text(encoding="utf-8")

        def said(key: str) -> set[str]:
            return {_name(term) for term in re.findall(rf"^# {key}: (.+)$", text, re.MULTILINE)}

        (shape,) = said("expects")
        return cls(text, shape, said("focus"), said("value"), said("also"))


def _name(term: str) -> str:
    """Return the IRI or the text that a header names; `_:` is any blank node."""
    if term.startswith("<"):
        return str(URIRef(term.strip("<>"), base=BASE))
    if term.startswith(("_:", '"')):
        return term.strip('"')
    prefix, local = term.split(":", 1)
    return {**PREFIXES, "shape": SHAPE.iri}[prefix] + local


@functools.cache
def _shapes(*names: str) -> Graph:
    graph = Graph()
    for path in shape_files():
        if path.stem in names or not names:
            graph.parse(path, format="turtle")
    return graph


@functools.cache
def _compiled() -> shacl.Shapes:
    return shacl.Shapes.from_text(_shapes().serialize(format="nt"), format="ntriples")


@functools.cache
def _file_of(shape: str) -> str:
    """Return the name of the file that defines a shape."""
    return next(name for name in FILES if (URIRef(shape), RDF.type, None) in _shapes(name))


@functools.cache
def _valid() -> Graph:
    """Return the least plan with ontology, concepts and the few fiscal years that it knows."""
    graph = Graph().parse(HERE / "valid" / "plan.ttl", format="turtle")
    years = {str(year) for year in graph.subjects(RDF.type, TIME.ProperInterval)}
    triples = [
        Triple(quad.subject, quad.predicate, quad.object)
        for quad in vocabulary()
        if all(
            term.value in years
            for term in (quad.subject, quad.object)
            if isinstance(term, NamedNode) and term in FY
        )
    ]
    return graph.parse(data=serialize(triples, format=RdfFormat.N_TRIPLES) or b"", format="nt")


def validate(data: Graph, shapes: Graph) -> set[Result]:
    """Return what pySHACL reports."""
    conforms, report, _ = pyshacl.validate(
        data, shacl_graph=shapes, advanced=False, inference="none"
    )
    assert isinstance(report, Graph)
    results = {_result(report, node) for node in report.subjects(RDF.type, SH.ValidationResult)}
    assert conforms is (not results)
    return results


def _result(report: Graph, node: Node) -> Result:
    def text(predicate: URIRef) -> str:
        value = report.value(node, predicate)
        return "_:" if isinstance(value, BNode) else str(value)

    messages = frozenset(map(str, report.objects(node, SH.resultMessage)))
    shape, focus, path = (text(term) for term in (SH.sourceShape, SH.focusNode, SH.resultPath))
    return Result(shape, focus, text(SH.value), path, messages)


def validate_swiftly(data: Graph) -> set[Result]:
    """Return what `shacl` reports."""
    found = _compiled().validate_text(data.serialize(format="nt"), format="ntriples")
    report = Graph().parse(data=found.serialize("ntriples"), format="nt")
    results = {_result(report, node) for node in report.subjects(RDF.type, SH.ValidationResult)}
    assert found.conforms is (not results)
    return results


@pytest.fixture(scope="module", autouse=True)
def _queries_parsed_once() -> Iterator[None]:
    """Parse each query of the shapes once, not for each example: parsing takes longest."""
    run, parse = SPARQLProcessor.query, functools.cache(prepareQuery)

    def query(self: SPARQLProcessor, text: str, *args: object, **kwargs: object) -> object:
        return run(self, parse(text), *args, **kwargs)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SPARQLProcessor, "query", query)
        yield


def _all_shapes() -> set[Node]:
    """Return all shapes but those that only say what another shape asks for."""
    graph = _shapes()
    found = {*graph.subjects(RDF.type, SH.PropertyShape), *graph.subjects(RDF.type, SH.NodeShape)}
    return found - set(graph.objects(None, SH["not"]))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_fault_is_reported_by_its_shape_at_its_node(path: Path) -> None:
    example = Example.read(path)
    graph = Graph()
    graph += _valid()
    graph.update(PROLOGUE + example.update)
    swiftly = validate_swiftly(graph)
    assert {result.shape for result in swiftly} == {example.shape, *example.also}
    results = validate(graph, _shapes(*map(_file_of, (example.shape, *example.also))))
    assert results == swiftly
    own = [result for result in results if result.shape == example.shape]
    assert {result.focus for result in own} == example.focus
    if example.values:
        assert {result.value for result in own} == example.values
    for result in results:  # pySHACL drops the language tags of what sh:sparql finds
        messages = _shapes().objects(URIRef(result.shape), SH.message)
        assert result.messages == set(map(str, messages))


def test_every_shape_has_an_example_of_its_fault() -> None:
    expected = {Example.read(path).shape for path in EXAMPLES}
    shapes = {str(shape) for shape in _all_shapes()}
    assert expected == shapes
    assert len(shapes) > 140
    assert len(EXAMPLES) > 170


def test_the_least_plan_conforms_to_all_shapes() -> None:
    assert validate(_valid(), _shapes()) == set()
    assert validate_swiftly(_valid()) == set()


def test_every_file_of_shapes_is_known() -> None:
    assert {path.stem for path in shape_files()} == FILES


@pytest.mark.parametrize("name", sorted(FILES))
def test_each_file_of_shapes_stands_alone(name: str) -> None:
    """It has a header and the prefixes of its own queries, and judges without the other files."""
    graph = _shapes(name)
    header = URIRef(f"https://w3id.org/keikaku/shapes/{name}")
    assert set(graph.subjects(RDF.type, OWL.Ontology)) == {header}
    for term in ("title", "description"):
        texts = list(graph.objects(header, URIRef(f"http://purl.org/dc/terms/{term}")))
        assert {text.language for text in texts if isinstance(text, Literal)} == LANGUAGES
    assert graph.value(header, OWL.versionIRI) == URIRef(f"{header}/0.2.0")
    assert set(graph.objects(None, SH.prefixes)) <= {header}
    declared = set(graph.objects(header, SH.declare))
    for declaration in declared:
        prefix = str(graph.value(declaration, SH.prefix))
        assert str(graph.value(declaration, SH.namespace)) == PREFIXES[prefix]
        assert declaration == URIRef(SHAPE[f"prefix-{prefix}"].value)
    assert declared == set(graph.subjects(SH.prefix, None))
    assert validate(_valid(), graph) == set()


def test_no_shape_has_a_blank_node_which_would_be_another_in_each_release() -> None:
    graph = _shapes()
    nodes = {node for triple in graph for node in triple}
    assert len(nodes) > 1000
    assert not any(isinstance(node, BNode) for node in nodes)


def test_shapes_conform_to_the_shapes_of_shapes() -> None:
    pyshacl.validate(Graph(), shacl_graph=_shapes(), meta_shacl=True)


def test_each_shape_says_in_both_languages_what_is_wrong_and_what_would_mend_it() -> None:
    graph = _shapes()
    for shape in _all_shapes():
        assert str(shape).startswith(SHAPE.iri)
        assert graph.value(shape, SH.severity, any=False) == SH.Violation, shape
        for term in (SH.name, SH.message, SH.description):
            texts = list(graph.objects(shape, term))
            languages = [text.language for text in texts if isinstance(text, Literal)]
            assert sorted(map(str, languages)) == ["en", "ja"], (shape, term)
            assert "{" not in "".join(map(str, texts)), shape


def test_each_query_selects_what_it_must_and_names_nothing_else() -> None:
    """A constraint has its shape's name, leaves the message to it and projects $this once each."""
    graph = _shapes()
    constraints = set(graph.subjects(RDF.type, SH.SPARQLConstraint))
    for constraint in constraints:
        shape = URIRef(str(constraint).removesuffix("-sparql"))
        assert (shape, SH.sparql, constraint) in graph
        assert graph.value(constraint, SH.message) is None
        query = str(graph.value(constraint, SH.select, any=False)).strip()
        assert re.match(r"SELECT (DISTINCT )?\$this \?value ", query), shape
        assert "DISTINCT" in query.split("WHERE")[0] or "GROUP BY $this ?value" in query
    assert len(constraints) > 50


def test_nothing_published_about_shapes_is_a_blank_node() -> None:
    graph = _shapes()
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]


def test_every_property_between_things_is_watched_for_blank_nodes() -> None:
    ontology = Graph().parse(shipped("ontology") / "keikaku.ttl", format="turtle")
    properties = set(ontology.subjects(RDF.type, OWL.ObjectProperty))
    watched = set(_shapes().objects(URIRef(SHAPE["no-blank-node"].value), SH.targetObjectsOf))
    assert len(properties) > 20
    assert properties <= watched


def test_every_class_of_the_ontology_that_has_members_has_a_shape() -> None:
    ontology = Graph().parse(shipped("ontology") / "keikaku.ttl", format="turtle")
    classes = set(ontology.subjects(RDF.type, OWL.Class)) - {URIRef(KEI["Function"].value)}
    targets = set(_shapes().objects(None, SH.targetClass))
    for kind in classes:
        lower = set(ontology.transitive_subjects(RDFS.subClassOf, kind))
        upper = set(ontology.transitive_objects(kind, RDFS.subClassOf))
        assert (lower | upper) & targets, kind
    assert len(classes) > 15


def test_the_real_plan_conforms(plan_quads: frozenset[Quad]) -> None:
    assert validate(as_graph(plan_quads), _shapes()) == set()
