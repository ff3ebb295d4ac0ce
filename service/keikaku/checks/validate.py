"""Judges a plan's graph by the shapes, with pySHACL over rdflib."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyshacl
import rdflib
from pyoxigraph import Literal, NamedNode, Quad
from rdflib.namespace import RDF, SH

from keikaku.errors import ReleaseError
from keikaku.names import KEI, XSD
from keikaku.processes import divided

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyoxigraph import BlankNode, Triple

    Term = NamedNode | BlankNode | Literal | Triple

MUST_HAVE_FOCUS = ("Plan", "Item", "ScheduleEntry", "SourceCell", "Evidence")
"""Classes that any plan has; a gate that met none of them has judged nothing."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One result of SHACL validation: IRIs of shape, node, value and path, and the messages."""

    shape: str
    focus: str
    value: str | None
    path: str | None
    messages: dict[str, str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What pySHACL says: violations, its report as RDF, and how many nodes of each class it met."""

    violations: tuple[Violation, ...]
    report: rdflib.Graph
    focus_nodes: dict[str, int]


def judge(quads: Iterable[Quad], shapes: Sequence[Iterable[Quad]]) -> Judgement:
    """Return the judgement of the shapes on the union of `quads`.

    `shapes` are sets that can be used without each other; they are divided among the processors.
    Raises ReleaseError if the graph holds none of what any plan has, so that an empty graph never
    passes, or if the shapes themselves cannot be used.
    """
    data, parts = as_graph(quads), [as_graph(part) for part in shapes]
    focus_nodes = {
        name: len(set(data.subjects(RDF.type, rdflib.URIRef(KEI[name].value))))
        for name in _target_classes(parts)
    }
    missing = [name for name in MUST_HAVE_FOCUS if not focus_nodes.get(name)]
    if missing:
        raise ReleaseError(
            f"検証する {'、'.join(missing)} が一つもありません。",
            f"there is no {', '.join(missing)} to validate",
        )
    report = _one_report(divided(_validate, data, parts))
    results = report.subjects(RDF.type, SH.ValidationResult)
    violations = sorted((_violation(report, node) for node in results), key=repr)
    return Judgement(tuple(violations), report, focus_nodes)


def _validate(data: rdflib.Graph, shapes: rdflib.Graph) -> str:
    """Return pySHACL's report, as N-Triples."""
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    if not isinstance(report, rdflib.Graph):
        raise ReleaseError("shapes が使えません。", f"the shapes cannot be used: {text}")
    return report.serialize(format="nt")


def _one_report(reports: Iterable[str]) -> rdflib.Graph:
    """Return one report for several: their results, and whether all conform."""
    merged, whole = rdflib.Graph(), rdflib.BNode()
    for text in reports:
        report = rdflib.Graph().parse(data=text, format="nt")
        node = report.value(predicate=RDF.type, object=SH.ValidationReport)
        for subject, predicate, value in report:
            merged.add((whole if subject == node else subject, predicate, value))
    conforms = (whole, SH.result, None) not in merged
    merged.set((whole, SH.conforms, rdflib.Literal(conforms)))
    return merged


def as_graph(quads: Iterable[Quad]) -> rdflib.Graph:
    """Return the union of the quads' graphs as an rdflib graph."""
    graph = rdflib.Graph()
    known: dict[Term, rdflib.term.Identifier] = {}  # a term is met many times, and costs to make

    def convert(term: Term) -> rdflib.term.Identifier:
        if term not in known:
            known[term] = _term(term)
        return known[term]

    for quad in quads:
        graph.add((convert(quad.subject), convert(quad.predicate), convert(quad.object)))
    return graph


def _term(term: Term) -> rdflib.term.Identifier:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, Literal):
        language = term.language
        plain = language or term.datatype == XSD["string"]
        datatype = None if plain else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, lang=language, datatype=datatype, normalize=False)
    return rdflib.BNode(str(term).removeprefix("_:"))


def _target_classes(parts: list[rdflib.Graph]) -> list[str]:
    targets = {str(target) for part in parts for target in part.objects(None, SH.targetClass)}
    return sorted(iri.removeprefix(KEI.iri) for iri in targets if iri.startswith(KEI.iri))


def _violation(report: rdflib.Graph, node: rdflib.term.Node) -> Violation:
    def one(predicate: rdflib.URIRef) -> str | None:
        value = report.value(node, predicate)
        return None if value is None else str(value)

    messages = {
        message.language or "": str(message)
        for message in report.objects(node, SH.resultMessage)
        if isinstance(message, rdflib.Literal)
    }
    return Violation(
        shape=one(SH.sourceShape) or "",
        focus=one(SH.focusNode) or "",
        value=one(SH.value),
        path=one(SH.resultPath),
        messages=messages,
    )
