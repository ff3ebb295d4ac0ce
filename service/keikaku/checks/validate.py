"""Judges a plan's graph by the shapes, with pySHACL over rdflib or with `shacl`, which is compiled.

Both report the same for every fault that the tests know. Which of them judges:

- One of few plans: pySHACL.
- One of many plans: one in which `shacl` finds nothing is believed to have nothing; of these every
  so many are judged by pySHACL all the same. One in which it finds something is judged by pySHACL
  with the shapes that found it.
- A large plan, of more than LARGE triples with the vocabulary, be it one of many or not: `shacl`
  judges it, and what it finds is reported. pySHACL judges a sample of the items, those in which
  `shacl` finds faults among them; it has to find nothing else, and something if there is something.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyshacl
import rdflib
import shacl
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize
from rdflib.namespace import RDF, SH
from rdflib.plugins.sparql import prepareQuery

from keikaku.checks.sample import sample
from keikaku.errors import ReleaseError
from keikaku.names import KEI, XSD
from keikaku.processes import divided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyoxigraph import BlankNode, Triple
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result

    Term = NamedNode | BlankNode | Literal | Triple

MUST_HAVE_FOCUS = ("Plan", "Item", "ScheduleEntry", "SourceCell", "Evidence")
"""Classes that any plan has; a gate that met none of them has judged nothing."""

LARGE = 80_000
"""How many triples pySHACL judges at most, of plan and vocabulary together.

It takes 15 to 20 CPU seconds for so many, and its time grows with more than their number.
"""

_SAMPLE = 5  # of 256 plans
_MOST_FOCUS = 20  # nodes with a fault of which the sample has the items
_TYPE = NamedNode(str(RDF.type))
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+$")


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
    """What validation says: violations, its report as RDF, how many nodes of each class it met.

    `sample` is how many items pySHACL judged, where it did not judge the whole plan.
    """

    violations: tuple[Violation, ...]
    report: rdflib.Graph
    focus_nodes: dict[str, int]
    sample: int | None = None


def judge(
    plan: NamedNode,
    quads: Iterable[Quad],
    shapes: Sequence[Iterable[Quad]],
    *,
    swiftly: bool = False,
) -> Judgement:
    """Return the judgement of the shapes on the union of `quads`, `swiftly` if it is of many plans.

    `shapes` are sets that can be used without each other; they are divided among the processors.
    Raises ReleaseError if the graph holds none of what any plan has, so that an empty graph never
    passes, if the shapes themselves cannot be used, or if two validators disagree.
    """
    quads, parts = frozenset(quads), [frozenset(part) for part in shapes]
    focus_nodes = _focus_nodes(quads, parts)
    if len(quads) > LARGE:
        return _judged_in_part(plan, quads, parts, focus_nodes)
    if swiftly:
        return _judged_swiftly(plan, quads, parts, focus_nodes)
    return _judged(quads, parts, focus_nodes)


def _judged(
    quads: frozenset[Quad], shapes: Sequence[frozenset[Quad]], focus_nodes: dict[str, int]
) -> Judgement:
    """Return pySHACL's judgement."""
    data, parts = as_graph(quads, _Data()), [as_graph(part) for part in shapes]
    report = _one_report(divided(_validate, data, parts))
    return Judgement(violations_in(report), report, focus_nodes)


def _judged_swiftly(
    plan: NamedNode,
    quads: frozenset[Quad],
    parts: Sequence[frozenset[Quad]],
    focus_nodes: dict[str, int],
) -> Judgement:
    """Return the judgement on one of many plans, by pySHACL only where it is needed."""
    found = _found(quads, parts)
    if not found.conforms or _is_sample(plan):
        concerned = parts if _is_sample(plan) else _concerned(parts, found)
        judgement = _judged(quads, concerned, focus_nodes)
        if found.conforms == bool(judgement.violations):
            raise _disagreed(plan)
        return judgement
    return Judgement((), _one_report(()), focus_nodes)


def _judged_in_part(
    plan: NamedNode,
    quads: frozenset[Quad],
    parts: Sequence[frozenset[Quad]],
    focus_nodes: dict[str, int],
) -> Judgement:
    """Return the judgement of `shacl` on a large plan, confirmed by pySHACL on a sample of it."""
    found = _found(quads, parts)
    report = _one_report([found.serialize("ntriples")])
    violations = violations_in(report)
    part, items = sample(quads, _concerning(violations))
    seen = _judged(part, parts, {}).violations
    if violations and not seen:  # what is wrong may lie between what the sample leaves out
        seen = _judged(quads, _concerned(parts, found), {}).violations
    if bool(violations) != bool(seen) or _bare(seen) - _bare(violations):
        raise _disagreed(plan)
    return Judgement(violations, report, focus_nodes, items)


def _concerning(violations: Sequence[Violation]) -> Iterator[NamedNode]:
    """Yield the nodes that the first of some violations are about."""
    for violation in violations[:_MOST_FOCUS]:
        for node in (violation.focus, violation.value):
            if node and _IRI.match(node):
                yield NamedNode(node)


def _bare(violations: Iterable[Violation]) -> set[tuple[str, str, str | None, str | None]]:
    """Return violations without their messages, of which pySHACL loses languages."""
    return {(one.shape, one.focus, one.value, one.path) for one in violations}


def _disagreed(plan: NamedNode) -> ReleaseError:
    return ReleaseError(
        f"二つの検証プログラムの判定が {plan.value} で食い違いました。開発者に知らせてください。",
        f"two validators disagree on {plan.value}; please tell the developers",
    )


def _found(quads: Iterable[Quad], parts: Sequence[frozenset[Quad]]) -> shacl.Report:
    """Return what `shacl` reports."""
    shapes = _compiled(_as_text(frozenset().union(*parts)))
    return shapes.validate_text(_as_text(quads), format="ntriples")


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


class _Data(rdflib.Graph):
    """A graph that parses a query once, though pySHACL asks it of each node and each plan."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Result:
        """Return what a query finds."""
        known = _parsed(query_object) if isinstance(query_object, str) else query_object
        return super().query(known, *args, **kwargs)


_parsed = lru_cache(maxsize=256)(prepareQuery)


def _one_report(reports: Iterable[str]) -> rdflib.Graph:
    """Return one report for several: their results, and whether all conform."""
    merged, whole = rdflib.Graph(), rdflib.BNode()
    for text in reports:
        report = rdflib.Graph().parse(data=text, format="nt")
        node = report.value(predicate=RDF.type, object=SH.ValidationReport)
        for subject, predicate, value in report:
            merged.add((whole if subject == node else subject, predicate, value))
    merged.add((whole, RDF.type, SH.ValidationReport))
    conforms = (whole, SH.result, None) not in merged
    merged.set((whole, SH.conforms, rdflib.Literal(conforms)))
    return merged


def as_graph(quads: Iterable[Quad], graph: rdflib.Graph | None = None) -> rdflib.Graph:
    """Return the union of the quads' graphs as an rdflib graph, in `graph` if one is given."""
    graph = rdflib.Graph() if graph is None else graph
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


def violations_in(report: rdflib.Graph) -> tuple[Violation, ...]:
    """Return the violations that a validation report tells of, always in one order."""
    results = report.subjects(RDF.type, SH.ValidationResult)
    return tuple(sorted((_violation(report, node) for node in results), key=repr))


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
