"""Turns violations and discrepancies into findings with their places in the document."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Store

from keikaku.checks.report import Answer, Finding, Place, Report, Severity, Text
from keikaku.names import DCTERMS, KEI, OA, RDF, RDFS, SCHEMA, SH, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.checks.validate import Judgement, Violation

_UNNAMED_SHAPE = Text("形の違反", "violation of a shape")


class Facts:
    """Look-ups in a plan's graph, whatever named graph a fact stands in."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        """Take the quads to look things up in."""
        self._store = Store()
        self._store.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)

    def objects(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode | Literal]:
        """Return the objects of a subject and predicate."""
        found = self._store.quads_for_pattern(subject, predicate, None, None)
        return [quad.object for quad in found if isinstance(quad.object, NamedNode | Literal)]

    def subjects(self, predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
        """Return the subjects that have `value`."""
        found = self._store.quads_for_pattern(None, predicate, value, None)
        return [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]

    def value(self, subject: NamedNode, predicate: NamedNode) -> str:
        """Return one object's text, or an empty one."""
        return next((term.value for term in self.objects(subject, predicate)), "")

    def text(self, subject: NamedNode, predicate: NamedNode, default: str = "") -> Text:
        """Return a text in both languages, `default` where it lacks one."""
        said = {
            term.language: term.value
            for term in self.objects(subject, predicate)
            if isinstance(term, Literal)
        }
        return Text(said.get("ja", default), said.get("en", default))

    def nodes(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        """Return the objects that are no literals."""
        return [n for n in self.objects(subject, predicate) if isinstance(n, NamedNode)]


def report_of(plan: NamedNode, quads: Iterable[Quad], judgement: Judgement) -> Report:
    """Return the report on a plan: violations of shapes, then discrepancies of the document.

    `quads` are the plan's graphs, its city's, the vocabulary and the shapes.
    """
    facts = Facts(quads)
    violations = [_violation(violation, facts) for violation in judgement.violations]
    discrepancies = [
        _discrepancy(node, facts) for node in facts.subjects(RDF["type"], KEI["Discrepancy"])
    ]
    findings = sorted(
        (*violations, *discrepancies),
        key=lambda found: ([place.order for place in found.places], found.iri),
    )
    title = facts.text(plan, RDFS["label"]).ja
    return Report(title, tuple(findings), judgement.focus_nodes, sample=judgement.sample)


def _discrepancy(node: NamedNode, facts: Facts) -> Finding:
    kind = next(iter(facts.nodes(node, KEI["kind"])))
    places = {place_of(cell, facts) for cell in facts.nodes(node, OA["hasTarget"])}
    numbers = {
        facts.value(about, DCTERMS["identifier"]) or facts.value(about, KEI["listedNumber"])
        for about in facts.nodes(node, KEI["about"])
    }
    return Finding(
        Severity.DISCREPANCY,
        facts.text(kind, RDFS["label"]),
        facts.text(node, RDFS["comment"]),
        facts.text(kind, SKOS["scopeNote"]),
        tuple(sorted(places, key=_order)),
        tuple(sorted(number for number in numbers if number)),
        node.value,
        _answer(node, facts),
    )


def _answer(discrepancy: NamedNode, facts: Facts) -> Answer | None:
    """Return what the city says of a discrepancy, None where it is open."""
    decisions = facts.subjects(KEI["decides"], discrepancy)
    if not decisions:
        return None
    decision = decisions[0]  # a shape forbids a second one
    outcomes = facts.nodes(decision, KEI["outcome"])
    return Answer(
        facts.text(outcomes[0], RDFS["label"]) if outcomes else Text("", ""),
        facts.value(decision, DCTERMS["creator"]),
        facts.value(decision, DCTERMS["date"]),
        facts.text(decision, KEI["reason"]),
        facts.value(decision, KEI["correctedValue"]),
    )


def _violation(violation: Violation, facts: Facts) -> Finding:
    shape = NamedNode(violation.shape) if violation.shape.startswith("http") else None
    name = facts.text(shape, SH["name"]) if shape else _UNNAMED_SHAPE
    # pySHACL drops the language of a message of sh:sparql, so the shape's own words come first
    said = facts.text(shape, SH["message"]) if shape else Text("", "")
    other = violation.messages.get("", "")
    return Finding(
        Severity.VIOLATION,
        name if name.ja else _UNNAMED_SHAPE,
        Text(
            said.ja or violation.messages.get("ja", other),
            said.en or violation.messages.get("en", other),
        ),
        facts.text(shape, SH["description"]) if shape else Text("", ""),
        tuple(sorted(_places(violation, facts), key=_order)),
        (_called(_culprit(violation), facts),),
        violation.shape,
    )


def _culprit(violation: Violation) -> NamedNode:
    """Return what is wrong: the value that a constraint on the whole plan selects, or the node."""
    if violation.path is None and violation.value and violation.value.startswith("http"):
        return NamedNode(violation.value)
    return NamedNode(violation.focus)


def _called(node: NamedNode, facts: Facts) -> str:
    number = facts.value(node, DCTERMS["identifier"]) or facts.value(node, KEI["listedNumber"])
    return number or node.value.rsplit("/", 1)[-1]


def _places(violation: Violation, facts: Facts) -> set[Place]:
    """Return where the document says what is wrong: the statement itself, or what it is about."""
    culprit = _culprit(violation)
    if facts.objects(culprit, KEI["document"]):
        return {place_of(culprit, facts)}
    said = _cells_of(culprit, violation.path, facts) if violation.path else []
    cells = said or _cells_of(culprit, RDF["type"].value, facts)
    return {place_of(cell, facts) for cell in cells or facts.nodes(culprit, KEI["cell"])[:1]}


def _cells_of(subject: NamedNode, predicate: str, facts: Facts) -> list[NamedNode]:
    """Return the cells that state `predicate` of `subject`."""
    return [
        cell
        for evidence in facts.subjects(RDF["subject"], subject)
        if facts.value(evidence, RDF["predicate"]) == predicate
        for cell in facts.nodes(evidence, KEI["cell"])
    ]


def place_of(node: NamedNode, facts: Facts) -> Place:
    """Return where a cell or line is, and its text."""

    def number(name: str) -> int | None:
        value = facts.value(node, KEI[name])
        return int(value) if value.isdigit() else None

    documents = facts.nodes(node, KEI["document"])
    return Place(
        line=number("line") or 0,
        table=number("table"),
        row=number("row"),
        column=number("column"),
        text=facts.value(node, RDF["value"]),
        file=facts.value(documents[0], SCHEMA["name"]) if documents else "",
        where=facts.value(node, KEI["address"]),
        position=number("position") or 0,
    )


def _order(place: Place) -> tuple[str, int, int]:
    return place.order


def counts_by_kind(report: Report) -> dict[str, int]:
    """Return how many discrepancies of each kind the report has, by the kind's name in IRIs."""
    counts: defaultdict[str, int] = defaultdict(int)
    for finding in report.of(Severity.DISCREPANCY):
        counts[finding.iri.split("/discrepancy/", 1)[-1].split("/", 1)[0]] += 1
    return dict(sorted(counts.items()))
