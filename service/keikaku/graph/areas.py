"""The areas by date that the cities of a release have, and the changes between them.

An area is a five-digit code in one period, from its first day until, and without, the day of the
next change. Those of a city are all that merging and parting have joined with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.codes import KNOWN_UNTIL, check_digit, lineage, prefecture
from keikaku.graph.ledger import en, ja
from keikaku.names import (
    DCTERMS,
    KEI,
    ORG,
    PROV,
    RDF,
    RDFS,
    SHARED,
    SHARED_GRAPHS,
    SKOS,
    XSD,
    Namespace,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from keikaku.codes import Area, ChangeEvent

AREA = Namespace(f"{SHARED}id/area/")
AREA_CHANGE = Namespace(f"{SHARED}id/area-change/")
PREFECTURE = Namespace(f"{SHARED}id/prefecture/")
ESTAT_CODE = Namespace("http://data.e-stat.go.jp/lod/sac/")
ESTAT_EVENT = Namespace("http://data.e-stat.go.jp/lod/sace/")

_SCHEMES = {AREA: NamedNode(f"{SHARED}id/area"), PREFECTURE: NamedNode(f"{SHARED}id/prefecture")}


def area_quads(codes: Iterable[str]) -> set[Quad]:
    """Return the areas of the municipalities with these six-digit codes, and their prefectures.

    A code that the list does not have has none.
    """
    areas = {area.key: area for code in codes for area in lineage(code[:5])}
    known = frozenset(areas)
    quads: set[Quad] = set()
    for area in areas.values():
        quads.update(_area(area, known))
        quads.update(_prefecture(_prefecture_code(area.code5)))
        for event in (*area.resulted_from, *area.changed_by):
            quads.update(_change(event))
    return quads


def area_node(area: Area) -> NamedNode:
    """Return the IRI of an area: …/id/area/35203-20100116."""
    return AREA[area.key]


def prefecture_node(code: str) -> NamedNode:
    """Return the IRI of the prefecture with a six-digit code."""
    return PREFECTURE[code]


def kana(text: str) -> Literal:
    """Return a name in kana, tagged as e-Stat tags it."""
    return Literal(text, language="ja-hrkt")


def _say(subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> Quad:
    return Quad(subject, predicate, value, SHARED_GRAPHS.areas)


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD["date"])


def _area(area: Area, known: frozenset[str]) -> Iterator[Quad]:
    """Yield an area; `known` are the areas that are published."""
    node = area_node(area)
    yield _say(node, RDF["type"], KEI["Area"])
    yield _say(node, RDF["type"], SKOS["Concept"])
    yield _say(node, SKOS["inScheme"], _SCHEMES[AREA])
    yield _say(node, RDFS["label"], ja(area.name))
    yield _say(node, RDFS["label"], en(area.english))
    yield _say(node, SKOS["altLabel"], kana(area.kana))
    yield _say(node, DCTERMS["identifier"], Literal(area.code5))
    yield _say(node, SKOS["notation"], Literal(area.code5 + area.check_digit))
    yield _say(node, KEI["prefecture"], prefecture_node(_prefecture_code(area.code5)))
    yield _say(node, DCTERMS["issued"], _day(area.issued))
    if area.valid:
        yield _say(node, DCTERMS["valid"], _day(area.valid))
    if area.end_unknown:
        yield _say(node, KEI["knownUntil"], _day(KNOWN_UNTIL))
    yield _say(node, RDFS["seeAlso"], ESTAT_CODE[f"C{area.code5}"])
    if area.estat:
        yield _say(node, SKOS["exactMatch"], ESTAT_CODE[area.estat])
    for event in area.resulted_from:
        yield _say(node, PROV["wasGeneratedBy"], AREA_CHANGE[event.id])
        for key in known.intersection(event.originals):
            if area.key in event.resultings:
                yield _say(node, PROV["wasDerivedFrom"], AREA[key])
    for event in area.changed_by:
        yield _say(node, PROV["wasInvalidatedBy"], AREA_CHANGE[event.id])


def _change(event: ChangeEvent) -> Iterator[Quad]:
    node = AREA_CHANGE[event.id]
    yield _say(node, RDF["type"], KEI["AreaChange"])
    yield _say(node, RDF["type"], ORG["ChangeEvent"])
    yield _say(node, RDFS["label"], ja(event.description))
    yield _say(node, RDFS["label"], en(f"Change of area codes, {event.date.isoformat()}"))
    yield _say(node, DCTERMS["date"], _day(event.date))
    yield _say(node, RDFS["seeAlso"], ESTAT_EVENT[f"C{event.id}"])


def _prefecture_code(code5: str) -> str:
    """Return the six-digit code of the prefecture that an area lies in."""
    code = f"{code5[:2]}000"
    return code + check_digit(code)


def _prefecture(code: str) -> Iterator[Quad]:
    listed = prefecture(code)
    if listed is None:
        return
    node = prefecture_node(code)
    yield _say(node, RDF["type"], KEI["Prefecture"])
    yield _say(node, RDF["type"], SKOS["Concept"])
    yield _say(node, SKOS["inScheme"], _SCHEMES[PREFECTURE])
    yield _say(node, RDFS["label"], ja(listed.name))
    yield _say(node, RDFS["label"], en(listed.english))
    yield _say(node, SKOS["altLabel"], kana(listed.kana))
    yield _say(node, DCTERMS["identifier"], Literal(code))
    yield _say(node, ORG["identifier"], Literal(listed.corporate_number))
