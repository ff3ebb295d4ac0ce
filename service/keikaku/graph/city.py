"""The graph of a city: the municipality with its codes, its departments and its own parties.

Borrowed types are stated here, since plans of one city would each conclude them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, Quad

from keikaku.codes import municipality
from keikaku.graph.areas import kana, prefecture_node
from keikaku.graph.ledger import en, ja
from keikaku.graph.own import own_quads
from keikaku.names import DCTERMS, KEI, ORG, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import NamedNode

    from keikaku.names import CityNames
    from keikaku.records.plan import Plan


def city_quads(plan: Plan, city: CityNames) -> set[Quad]:
    """Return what the plan says of its municipality, and what the code list knows of it."""
    return {*_municipality(plan, city), *own_quads(plan, city)}


def _municipality(plan: Plan, city: CityNames) -> Iterator[Quad]:
    """Yield the municipality; its kana are no label, so that it has one for each language."""

    def say(predicate: NamedNode, value: NamedNode | Literal) -> Quad:
        return Quad(city.municipality, predicate, value, city.graph)

    yield say(RDF["type"], KEI["Municipality"])
    yield say(RDF["type"], ORG["FormalOrganization"])
    yield say(RDFS["label"], ja(plan.municipality.ja.value))
    yield say(RDFS["label"], en(plan.municipality.en.value))
    yield say(DCTERMS["identifier"], Literal(city.code))
    listed = municipality(city.code)
    if listed is None:
        return
    yield say(SKOS["altLabel"], kana(listed.kana))
    yield say(KEI["prefecture"], prefecture_node(listed.prefecture_code))
    if listed.corporate_number:
        yield say(ORG["identifier"], Literal(listed.corporate_number))
