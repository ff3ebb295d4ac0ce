"""Judges a plan's graph by the shapes, with pySHACL over rdflib.

Where there are many plans, one that another engine, `shacl`, finds nothing in is believed to have
nothing; of these every so many are judged by pySHACL all the same. One in which it finds something
is judged by pySHACL with the shapes that found it. Both report the same for every fault that the
tests know.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pyshacl
import rdflib
import shacl
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize
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

_SAMPLE = 5  # of 256 plans
_TYPE = NamedNode(str(RDF.type))


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
    quads, parts = frozenset(quads), [frozenset(part) for part in shapes]
    return _judged(quads, parts, _focus_nodes(quads, parts))


def _judged(
    quads: frozenset[Quad], shapes: Sequence[frozenset[Quad]], focus_nodes: dict[str, int]
) -> Judgement:
    """Return pySHACL's judgement."""
    data, parts = as_graph(quads), [as_graph(part) for part in shapes]
    report = _one_report(divided(_validate, data, parts))
    results = report.subjects(RDF.type, SH.ValidationResult)
    violations = sorted((_violation(report, node) for node in results), key=repr)
    return Judgement(tuple(violations), report, focus_nodes)


def judge_swiftly(
    plan: NamedNode, quads: Iterable[Quad], shapes: Sequence[Iterable[Quad]]
) -> Judgement:
    """Return the judgement of the shapes on a plan, by pySHACL only where it is needed.

    Raises what `judge` raises, and ReleaseError where only one of the two finds something.
    """
    quads, parts = frozenset(quads), [frozenset(part) for part in shapes]
    focus_nodes = _focus_nodes(quads, parts)
    found = _compiled(_as_text(frozenset().union(*parts))).validate_text(
        _as_text(quads), format="ntriples"
    )
    if not found.conforms or _is_sample(plan):
        concerned = parts if _is_sample(plan) else _concerned(parts, found)
        judgement = _judged(quads, concerned, focus_nodes)
        if found.conforms == bool(judgement.violations):
            raise ReleaseError(
                f"二つの検証プログラムの判定が {plan.value} で食い違いました。"
                "開発者に知らせてください。",
                f"two validators disagree on {plan.value}; please tell the developers",
            )
        return judgement
    report = rdflib.Graph()
    node = rdflib.BNode()
    report.add((node, RDF.type, SH.ValidationReport))
    report.add((node, SH.conforms, rdflib.Literal(True)))
    return Judgement((), report, focus_nodes)


def _concerned(parts: Sequence[frozenset[Quad]], found: shacl.Report) -> Sequence[frozenset[Quad]]:
    """Return the sets of shapes that found something; all, if a result names none of them."""
    named = {str(result.source_shape) for result in found.results}
    defined = [named.intersection(str(quad.subject) for quad in part) for part in parts]
    if named.difference(*defined):
        return parts
    return [part for part, own in zip(parts, defined, strict=True) if own]


def _is_sample(plan: NamedNode) -> bool:
    """Tell whether a plan is one of those that pySHACL judges besides; always the same ones."""
    return hashlib.sha256(plan.value.encode()).digest()[0] < _SAMPLE


@lru_cache(maxsize=1)
def _compiled(shapes: str) -> shacl.Shapes:
    return shacl.Shapes.from_text(shapes, format="ntriples")


def _as_text(quads: Iterable[Quad]) -> str:
    """Return the union of the quads' graphs as N-Triples."""
    return (serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b"").decode()


def _focus_nodes(quads: Iterable[Quad], shapes: Iterable[Iterable[Quad]]) -> dict[str, int]:
    """Return how many nodes there are of each class that shapes look at.

    Raises ReleaseError if there is none of what any plan has.
    """
    is_target = NamedNode(str(SH.targetClass))
    targets = {quad.object for part in shapes for quad in part if quad.predicate == is_target}
    nodes: dict[str, set[object]] = {
        term.value.removeprefix(KEI.iri): set()
        for term in sorted(targets, key=str)
        if isinstance(term, NamedNode) and term in KEI
    }
    for quad in quads:
        if quad.predicate == _TYPE and isinstance(quad.object, NamedNode) and quad.object in KEI:
            name = quad.object.value.removeprefix(KEI.iri)
            if name in nodes:
                nodes[name].add(quad.subject)
    found = {name: len(some) for name, some in nodes.items()}
    missing = [name for name in MUST_HAVE_FOCUS if not found.get(name)]
    if missing:
        raise ReleaseError(
            f"検証する {'、'.join(missing)} が一つもありません。",
            f"there is no {', '.join(missing)} to validate",
        )
    return found


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
