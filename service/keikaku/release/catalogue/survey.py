"""What a release's quads hold, found in one pass: counts, names, dates, plans, cities."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.names import DCAT, DCTERMS, KEI, OWL, RDF, RDFS, SH, SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

Object = NamedNode | Literal

EXAMPLE_CLASSES = ("Plan", "Policy", "Measure", "Item", "ScheduleEntry", "Department")
"""The classes of which the catalogue names an example, where there is one."""

_LINKS = "/links/"
_TOLD = frozenset(
    {
        DCTERMS["license"],
        DCTERMS["publisher"],
        DCTERMS["temporal"],
        DCTERMS["identifier"],
        DCTERMS["isReplacedBy"],
        DCTERMS["modified"],
        RDFS["label"],
        RDFS["comment"],
        DCAT["startDate"],
        DCAT["endDate"],
        OWL["deprecated"],
        SH["namespace"],
    }
)
"""The properties of which a few values are needed."""


@dataclass(slots=True)
class Survey:
    """What a release's quads hold.

    `classes` and `properties` count instances and triples by IRI, `graphs` triples by graph;
    `links` counts the triples of each graph of links by their property; `own` are the IRIs under
    the publisher's base that are described, but for those that are gone.
    """

    triples: int = 0
    graphs: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    subjects: set[str] = field(default_factory=set)
    links: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: dict[str, str] = field(default_factory=dict)
    plans: set[NamedNode] = field(default_factory=set)
    documents: set[NamedNode] = field(default_factory=set)
    told: dict[NamedNode, list[tuple[NamedNode, Object]]] = field(default_factory=dict)

    def values(self, subject: NamedNode, predicate: NamedNode) -> list[Object]:
        """Return what is told of a subject by one of the properties that are kept."""
        return [value for key, value in self.told.get(subject, ()) if key == predicate]

    def gone(self) -> list[NamedNode]:
        """Return the things that the release says are replaced or withdrawn."""
        return [
            node
            for node, said in self.told.items()
            if any(key == OWL["deprecated"] for key, _ in said) and "/id/" in node.value
        ]

    def own(self, base: str) -> list[str]:
        """Return the IRIs under the base, or shared by all cities, that are there, sorted."""
        gone = {node.value for node in self.gone()}
        found = (iri for iri in self.subjects if iri.startswith((base, SHARED)))
        return sorted((iri for iri in found if iri not in gone), key=str.encode)


def survey(quads: Iterable[Quad]) -> Survey:
    """Return what the quads hold; each is looked at once."""
    found = Survey()
    examples = {KEI[name].value: name for name in EXAMPLE_CLASSES}
    kept: defaultdict[NamedNode, list[tuple[NamedNode, Object]]] = defaultdict(list)
    of_interest: set[NamedNode] = set()
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        if not isinstance(subject, NamedNode):
            continue
        graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        found.triples += 1
        found.graphs[graph] += 1
        found.properties[predicate.value] += 1
        found.subjects.add(subject.value)
        if _LINKS in graph:
            found.links[graph][predicate.value] += 1
        if predicate in _TOLD and isinstance(value, NamedNode | Literal):
            kept[subject].append((predicate, value))
        if predicate == RDF["type"] and isinstance(value, NamedNode):
            found.classes[value.value] += 1
            _note(found, subject, value, examples)
        elif predicate in (DCTERMS["publisher"], DCTERMS["temporal"]):
            if isinstance(value, NamedNode):
                of_interest.add(value)
        elif predicate in (OWL["deprecated"], SH["namespace"]):
            of_interest.add(subject)
    of_interest |= found.plans
    found.told = {node: sorted(kept[node], key=str) for node in sorted(of_interest, key=str)}
    return found


def _note(found: Survey, subject: NamedNode, kind: NamedNode, examples: dict[str, str]) -> None:
    """Note an instance of a class of which more than the number is wanted."""
    if name := examples.get(kind.value):
        found.examples[name] = min(found.examples.get(name, subject.value), subject.value)
    if kind == KEI["Plan"]:
        found.plans.add(subject)
    elif kind == KEI["SourceDocument"]:
        found.documents.add(subject)
