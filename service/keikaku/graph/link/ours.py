"""The things of a plan as records that can be linked: items, measures, departments, parties."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.graph.link.record import Record
from keikaku.names import DCAT, DCTERMS, KEI, RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

    from keikaku.names import PlanNames

_CLASSES = {"item": "Item", "measure": "Measure", "department": "Department"}
_PARTIES = (KEI["implementedBy"], KEI["targets"], KEI["involves"])


class Things:
    """The things of a plan, found in one pass over its quads."""

    def __init__(self, quads: Iterable[Quad], names: PlanNames) -> None:
        """Look at `quads`: the plan's with those of the vocabulary, for the names of parties."""
        self._names = names
        self._labels: dict[NamedNode, str] = {}
        self._numbers: dict[NamedNode, str] = {}
        self._days: defaultdict[NamedNode, dict[str, date]] = defaultdict(dict)
        self._members: defaultdict[str, set[NamedNode]] = defaultdict(set)
        kinds = {KEI[name]: kind for kind, name in _CLASSES.items()}
        for quad in quads:
            subject, value = quad.subject, quad.object
            if not isinstance(subject, NamedNode):
                continue
            if isinstance(value, Literal):
                self._literal(subject, quad.predicate, value)
            elif isinstance(value, NamedNode) and quad.predicate == RDF["type"]:
                if value in kinds:
                    self._members[kinds[value]].add(subject)
            elif isinstance(value, NamedNode) and quad.predicate in _PARTIES:
                self._members["party"].add(value)

    def _literal(self, subject: NamedNode, predicate: NamedNode, value: Literal) -> None:
        if predicate == RDFS["label"] and value.language == "ja":
            self._labels[subject] = value.value
        elif predicate == DCTERMS["identifier"]:
            self._numbers[subject] = value.value
        elif predicate in (DCAT["startDate"], DCAT["endDate"]):
            self._days[subject][predicate.value] = date.fromisoformat(value.value)

    @property
    def title(self) -> str:
        """The title of the plan."""
        return self._labels.get(self._names.plan, self._names.name)

    def period(self) -> tuple[date, date] | None:
        """Return the first and the last day of the plan; None where it says none."""
        days = self._days.get(self._names.below("period"), {})
        first, last = (days.get(DCAT[name].value) for name in ("startDate", "endDate"))
        return (first, last) if first and last else None

    def records(self, kinds: Iterable[str]) -> list[Record]:
        """Return the things of these kinds, in order of kind and IRI."""
        municipality = self._names.city.code
        return [
            Record(
                iri=node.value,
                name=self._labels[node],
                key=node.value,
                code=self._numbers.get(node, ""),
                municipality=municipality,
                kind=kind,
            )
            for kind in kinds
            for node in sorted(self._members[kind], key=str)
            if node in self._labels
        ]
