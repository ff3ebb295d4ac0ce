"""What only one city knows, in its graph: departments and divisions, its own parties and phases.

Borrowed types are stated here, since plans of one city would each conclude them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Quad

from keikaku.graph.ledger import en, ja
from keikaku.names import KEI, ORG, PARTY, PHASE, RDF, RDFS, SKOS
from keikaku.records.plan import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyoxigraph import Literal, NamedNode

    from keikaku.names import CityNames, Namespace
    from keikaku.records.plan import OwnCode, Plan, Said

    Say = Callable[[NamedNode, NamedNode, NamedNode | Literal], Quad]


class Departments:
    """The IRIs of a plan's departments: by name, with the division where two share a name."""

    def __init__(self, plan: Plan, city: CityNames) -> None:
        """Find out which names departments of several divisions share."""
        self._city = city
        self.units = tuple(unit for item in plan.items for unit in item.departments)
        divisions: dict[str, set[str]] = {}
        for unit in self.units:
            if above := division_of(unit):
                divisions.setdefault(unit.value, set()).add(above.value)
        self._shared = {name for name, above in divisions.items() if len(above) > 1}

    def iri(self, unit: Said[str]) -> NamedNode:
        """Return the IRI of a department that an item names."""
        above = division_of(unit)
        if above and unit.value in self._shared:
            return self._city.department(above.value, unit.value)
        return self._city.department(unit.value)


def division_of(unit: Said[str]) -> Said[str] | None:
    """Return the division that a department is said to belong to."""
    return unit.division if isinstance(unit, Unit) else None


def own_quads(plan: Plan, city: CityNames) -> set[Quad]:
    """Return the departments, parties and phases of the city's own that the plan names."""

    def say(subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> Quad:
        return Quad(subject, predicate, value, city.graph)

    return {*_departments(plan, city, say), *_parties(plan, city, say), *_phases(plan, city, say)}


def _departments(plan: Plan, city: CityNames, say: Say) -> Iterator[Quad]:
    departments = Departments(plan, city)
    for unit in departments.units:
        node = departments.iri(unit)
        if unit.value in plan.unnamed_departments:
            yield say(node, RDFS["label"], ja(unit.value))
            yield say(node, RDF["type"], KEI["DepartmentGroup"])
            continue
        yield from _department(node, unit.value, city, say)
        if above := division_of(unit):
            division = city.department(above.value)
            yield from _department(division, above.value, city, say)
            yield say(node, ORG["subOrganizationOf"], division)


def _department(node: NamedNode, name: str, city: CityNames, say: Say) -> Iterator[Quad]:
    yield say(node, RDFS["label"], ja(name))
    yield say(node, RDF["type"], KEI["Department"])
    yield say(node, RDF["type"], ORG["OrganizationalUnit"])
    yield say(node, ORG["unitOf"], city.municipality)


def _parties(plan: Plan, city: CityNames, say: Say) -> Iterator[Quad]:
    """Yield the parties of the city alone that the plan names, also in その他（ ）."""
    named = {said.value for i in plan.items for said in (*i.implemented_by, *i.targets)}
    named |= {said.value for said in plan.columns}
    others = "・".join(i.other_target.value for i in plan.items if i.other_target)
    declared = {own.name: own for own in plan.own_parties}
    named.update(name for name in declared if name in others.split("・"))
    for name in named:
        if (node := city.party(name)) not in PARTY:
            yield from _code(node, "Party", name, say)
            yield from _alignment(node, declared.get(name), PARTY, say)


def _phases(plan: Plan, city: CityNames, say: Say) -> Iterator[Quad]:
    declared = {own.name: own for own in plan.own_phases}
    entries = (entry for item in plan.items for entry in item.schedule)
    for name in {phase.value for entry in entries for phase in entry.phases}:
        if (node := city.phase(name)) not in PHASE:
            yield from _code(node, "Phase", name, say)
            yield from _alignment(node, declared.get(name), PHASE, say)


def _code(node: NamedNode, kind: str, name: str, say: Say) -> Iterator[Quad]:
    yield say(node, RDF["type"], KEI[kind])
    yield say(node, RDF["type"], SKOS["Concept"])
    yield say(node, RDFS["label"], ja(name))


def _alignment(node: NamedNode, own: OwnCode | None, shared: Namespace, say: Say) -> Iterator[Quad]:
    """Yield the shared code that one of the city's own stands for, and its English name."""
    if own is None:
        return
    if own.en:
        yield say(node, RDFS["label"], en(own.en))
    if own.exact:
        yield say(node, SKOS["exactMatch"], shared[own.exact])
    if own.broad:
        yield say(node, SKOS["broadMatch"], shared[own.broad])
