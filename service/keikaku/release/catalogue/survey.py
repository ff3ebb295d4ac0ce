"""What a release's quads hold, found in one pass: counts, names, dates, plans, cities.

A release is surveyed portion by portion; the surveys of its portions are united to that of the
whole, which is the same as if all quads had been looked at together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from keikaku.names import DCAT, DCTERMS, KEI, OWL, RDF, RDFS, SH, SHARED
from keikaku.standing import common_standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad

    from keikaku.standing import Standing

Object = NamedNode | Literal

EXAMPLE_CLASSES = ("Plan", "Policy", "Measure", "Item", "ScheduleEntry", "Department")
"""The classes of which the catalogue names an example, where there is one."""

_LINKS = "/links/"
_TOLD = frozenset(
    {
        DCTERMS["license"],
        DCTERMS["provenance"],
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


Told = dict[NamedNode, list[tuple[NamedNode, Object]]]


@dataclass(slots=True)
class Survey:
    """What a release's quads hold.

    `classes` and `properties` count instances and triples by IRI, `graphs` triples by graph,
    `subjects` the different ones; `links` counts the triples of each graph of links by their
    property. `told` is what is said of the things `of_interest`. `not_in_charge` are departments
    that no item names: the divisions above those that items do name.
    """

    triples: int = 0
    graphs: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    subjects: int = 0
    links: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: dict[str, str] = field(default_factory=dict)
    plans: set[NamedNode] = field(default_factory=set)
    documents: set[NamedNode] = field(default_factory=set)
    of_interest: set[NamedNode] = field(default_factory=set)
    told: Told = field(default_factory=dict)
    not_in_charge: set[str] = field(default_factory=set)

    def values(self, subject: NamedNode, predicate: NamedNode) -> list[Object]:
        """Return what is told of a subject by one of the properties that are kept."""
        return [value for key, value in self.told.get(subject, ()) if key == predicate]

    def licence(self) -> NamedNode | None:
        """Return the licence that all plans have been granted, if it is one."""
        granted = {
            next(iter(self.values(plan, DCTERMS["license"])), None) for plan in self.plans
        } or {None}
        licence = granted.pop()
        return licence if not granted and isinstance(licence, NamedNode) else None

    def standing(self) -> Standing:
        """Return whether the plans are the city's own data: all of them, or it is not said."""
        return common_standing(
            next(iter(self.values(plan, DCTERMS["provenance"])), None) for plan in self.plans
        )

    def gone(self) -> list[NamedNode]:
        """Return the things that the release says are replaced or withdrawn."""
        return [
            node
            for node, said in self.told.items()
            if any(key == OWL["deprecated"] for key, _ in said) and "/id/" in node.value
        ]

    def own(self, subjects: Iterable[bytes], base: str) -> Iterator[bytes]:
        """Yield those of the lines, an IRI each, that are under the base or shared, and not gone.

        These are the IRIs that the release describes; what the catalogue tells of, it does not.
        """
        gone = {f"{node.value}\n".encode() for node in self.gone()}
        spaces = tuple({base.encode(), SHARED.encode()})
        beside = ("catalog\n", "catalog#", "releases/")
        entry = tuple(space + name.encode() for space in spaces for name in beside)
        return (
            line
            for line in subjects
            if line.startswith(spaces) and not line.startswith(entry) and line not in gone
        )


def survey(quads: Iterable[Quad]) -> Survey:
    """Return what the quads hold."""
    one = survey_of_portion(quads)
    whole = united([one])
    whole.subjects = one.subjects
    return whole


def survey_of_portion(quads: Iterable[Quad]) -> Survey:
    """Return what the quads of a portion hold, each looked at once.

    What is told of any of its subjects is kept: another portion may want to know.
    """
    found = Survey()
    examples = {KEI[name].value: name for name in EXAMPLE_CLASSES}
    subjects: set[str] = set()
    in_charge: set[str] = set()
    told: defaultdict[NamedNode, list[tuple[NamedNode, Object]]] = defaultdict(list)
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        if not isinstance(subject, NamedNode):
            continue
        graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        found.triples += 1
        found.graphs[graph] += 1
        found.properties[predicate.value] += 1
        subjects.add(subject.value)
        if _LINKS in graph:
            found.links[graph][predicate.value] += 1
        if predicate in _TOLD and isinstance(value, NamedNode | Literal):
            told[subject].append((predicate, value))
        if predicate == RDF["type"] and isinstance(value, NamedNode):
            found.classes[value.value] += 1
            _note(found, subject, value, examples)
        elif predicate in (DCTERMS["publisher"], DCTERMS["temporal"]):
            if isinstance(value, NamedNode):
                found.of_interest.add(value)
        elif predicate in (OWL["deprecated"], SH["namespace"]):
            found.of_interest.add(subject)
        elif predicate == KEI["department"] and isinstance(value, NamedNode):
            in_charge.add(value.value)
    found.of_interest |= found.plans
    found.not_in_charge -= in_charge
    found.subjects = len(subjects)
    found.told = dict(told)
    return found


def united(surveys: Iterable[Survey]) -> Survey:
    """Return the survey of the whole from those of its portions.

    What stands in two of them is counted twice; `without` takes it back. How many subjects there
    are, their surveys do not say.
    """
    whole = Survey()
    told: defaultdict[NamedNode, list[tuple[NamedNode, Object]]] = defaultdict(list)
    for found in surveys:
        _add(whole, found, 1)
        for graph, counts in found.links.items():
            whole.links[graph].update(counts)
        for name, iri in found.examples.items():
            whole.examples[name] = min(whole.examples.get(name, iri), iri)
        whole.plans |= found.plans
        whole.documents |= found.documents
        whole.of_interest |= found.of_interest
        whole.not_in_charge |= found.not_in_charge
        for node, said in found.told.items():
            told[node] += said
    for node in sorted(whole.of_interest, key=str):
        whole.told[node] = sorted(set(told.get(node, ())), key=str)
    return whole


def without(found: Survey, repeated: Iterable[Quad]) -> Survey:
    """Return a united survey as it is once each of these quads is counted one time less."""
    again = survey_of_portion(repeated)
    _add(found, again, -1)
    for graph, counts in again.links.items():
        found.links[graph].subtract(counts)
    return found


def _add(whole: Survey, found: Survey, times: int) -> None:
    whole.triples += times * found.triples
    for mine, other in (
        (whole.graphs, found.graphs),
        (whole.classes, found.classes),
        (whole.properties, found.properties),
    ):
        for name, count in other.items():
            mine[name] += times * count


def _note(found: Survey, subject: NamedNode, kind: NamedNode, examples: dict[str, str]) -> None:
    """Note an instance of a class of which more than the number is wanted."""
    if name := examples.get(kind.value):
        found.examples[name] = min(found.examples.get(name, subject.value), subject.value)
    if kind == KEI["Plan"]:
        found.plans.add(subject)
    elif kind == KEI["SourceDocument"]:
        found.documents.add(subject)
    elif kind == KEI["Department"]:
        found.not_in_charge.add(subject.value)


def as_json(found: Survey) -> dict[str, Any]:
    """Return the survey of a portion as JSON; of things not of interest to it nothing is kept."""
    told = (
        Triple(node, predicate, value)
        for node in sorted(found.of_interest, key=str)
        for predicate, value in found.told.get(node, ())
    )
    return {
        "triples": found.triples,
        "subjects": found.subjects,
        "graphs": found.graphs,
        "classes": found.classes,
        "properties": found.properties,
        "links": found.links,
        "examples": found.examples,
        "plans": sorted(node.value for node in found.plans),
        "documents": sorted(node.value for node in found.documents),
        "of_interest": sorted(node.value for node in found.of_interest),
        "not_in_charge": sorted(found.not_in_charge),
        "told": (serialize(told, format=RdfFormat.N_TRIPLES) or b"").decode(),
    }


def from_json(said: dict[str, Any]) -> Survey:
    """Return the survey that `as_json` wrote."""
    told: Told = {}
    for quad in parse(said["told"], format=RdfFormat.N_TRIPLES):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            told.setdefault(quad.subject, []).append((quad.predicate, quad.object))
    links: defaultdict[str, Counter[str]] = defaultdict(Counter)
    links.update({graph: Counter(counts) for graph, counts in said["links"].items()})
    return Survey(
        said["triples"],
        Counter(said["graphs"]),
        Counter(said["classes"]),
        Counter(said["properties"]),
        said["subjects"],
        links,
        said["examples"],
        set(map(NamedNode, said["plans"])),
        set(map(NamedNode, said["documents"])),
        set(map(NamedNode, said["of_interest"])),
        told,
        set(said.get("not_in_charge", ())),
    )
