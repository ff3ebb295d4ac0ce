"""Everything that a release says of one thing, with labels, for a page and for JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.borrowed import called
from keikaku.answers.evidence import evidence_labels
from keikaku.answers.lexicon import iri_of, rows_of
from keikaku.names import DCTERMS, KEI, RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keikaku.closed import Bilingual
    from keikaku.store.base import Store, Term

    Row = tuple[Term | None, ...]

MOST_LINKS = 1000
"""How many links from other things are fetched; a description says if there are more.

Which ones is up to the engine: to order those to a phase it would look at all entries of all plans.
"""

_OF = """SELECT ?property ?value ?label ?position ?place ?placeLabel WHERE {{
  {thing} ?property ?value .
  OPTIONAL {{ ?value rdfs:label ?label }}
  OPTIONAL {{
    ?evidence rdf:subject {thing} ; rdf:predicate ?property ; rdf:object ?value ; kei:cell ?place .
    OPTIONAL {{ ?evidence kei:position ?position }}
    OPTIONAL {{ ?place rdfs:label ?placeLabel }}
  }}
}}"""
_TO = """SELECT ?property ?from ?label WHERE {{
  {{
    SELECT ?property ?from WHERE {{
      ?from ?property {thing} . FILTER (?property NOT IN (rdf:subject, rdf:object))
    }} LIMIT {most}
  }}
  OPTIONAL {{ ?from rdfs:label ?label }}
}}"""
_LABELS = "SELECT ?term ?label WHERE {{ VALUES ?term {{ {terms} }} ?term rdfs:label ?label }}"

_SHEET = (
    DCTERMS["identifier"],
    RDFS["label"],
    KEI["note"],
    KEI["inPlan"],
    KEI["inPolicy"],
    KEI["inMeasure"],
    KEI["department"],
    KEI["implementedBy"],
    KEI["targets"],
    KEI["otherTarget"],
    KEI["purpose"],
    KEI["currentState"],
    KEI["content"],
    KEI["completionCriterion"],
    KEI["schedule"],
    KEI["fiscalYear"],
    KEI["cellText"],
    KEI["phase"],
    KEI["relists"],
)
"""The properties that come first, in the order of an item's sheet; the others follow by IRI."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A thing and what it is called."""

    iri: NamedNode
    label: Bilingual


@dataclass(frozen=True, slots=True)
class Value:
    """A value, its label if it is a thing that has one, and the cells or lines that say so."""

    term: Term
    label: Bilingual | None
    places: tuple[Linked, ...] = ()


@dataclass(frozen=True, slots=True)
class Property:
    """A property, what it is called, and its values in order."""

    iri: NamedNode
    label: Bilingual
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What a release says of one thing.

    `links` are the properties by which other things link to it; `more` says that there are more
    such links than were fetched.
    """

    iri: NamedNode
    label: Bilingual
    types: tuple[Linked, ...]
    properties: tuple[Property, ...]
    links: tuple[Property, ...]
    more: bool


@dataclass(slots=True)
class _Found:
    """One value while its rows are put together."""

    labels: set[Literal] = field(default_factory=set)
    places: dict[NamedNode, set[Literal]] = field(default_factory=dict)
    position: int = 0


_Values = dict[NamedNode, dict["Term", _Found]]


def describe(store: Store, iri: str) -> Description | None:
    """Return all that the union says of a thing, in a few queries; None if it says nothing.

    Raises QuestionError if `iri` is none.
    """
    thing = iri_of(iri)
    said = _said(rows_of(store, _OF.format(thing=thing)))
    links = _links(rows_of(store, _TO.format(thing=thing, most=MOST_LINKS + 1)))
    if not said and not links:
        return None
    computed = _name_evidence(store, thing, links)
    classes = [term for term in said.pop(RDF["type"], {}) if isinstance(term, NamedNode)]
    names = _names(store, {*said, *links, *classes})
    labels = [term for term in said.get(RDFS["label"], {}) if isinstance(term, Literal)]
    labels = labels or computed
    return Description(
        iri=thing,
        label=called(thing, labels),
        types=tuple(Linked(term, names[term]) for term in sorted(classes, key=str)),
        properties=_properties(said, names),
        links=_properties(links, names),
        more=sum(map(len, links.values())) > MOST_LINKS,
    )


def _said(rows: Iterable[Row]) -> _Values:
    """Put the rows of _OF together: property, value, labels, and where each is said."""
    said: _Values = {}
    for predicate, value, label, position, place, place_label in rows:
        if not isinstance(predicate, NamedNode) or value is None:
            continue
        found = said.setdefault(predicate, {}).setdefault(value, _Found())
        if isinstance(label, Literal):
            found.labels.add(label)
        if isinstance(position, Literal):
            found.position = int(position.value)
        if isinstance(place, NamedNode):
            names = found.places.setdefault(place, set())
            names.update([place_label] if isinstance(place_label, Literal) else ())
    return said


def _links(rows: Iterable[Row]) -> _Values:
    return _said((predicate, source, label, None, None, None) for predicate, source, label in rows)


def _name_evidence(store: Store, thing: NamedNode, links: _Values) -> list[Literal]:
    """Give the evidence that links to a thing its labels; return those of the thing itself."""
    nameless = [
        (term, found)
        for values in links.values()
        for term, found in values.items()
        if not found.labels
    ]
    labels = evidence_labels(store, (thing, *(term for term, _ in nameless)))
    for term, found in nameless:
        if isinstance(term, NamedNode):
            found.labels.update(labels.get(term, ()))
    return labels.get(thing, [])


def _names(store: Store, terms: set[NamedNode]) -> dict[NamedNode, Bilingual]:
    """Return what properties and classes are called."""
    said: dict[NamedNode, list[Literal]] = {term: [] for term in terms}
    listed = " ".join(sorted(map(str, terms)))
    for term, label in rows_of(store, _LABELS.format(terms=listed)):
        if isinstance(term, NamedNode) and isinstance(label, Literal):
            said[term].append(label)
    return {term: called(term, labels) for term, labels in said.items()}


def _properties(said: _Values, names: dict[NamedNode, Bilingual]) -> tuple[Property, ...]:
    return tuple(
        Property(term, names[term], tuple(_values(said[term])))
        for term in sorted(said, key=_property_order)
    )


def _property_order(term: NamedNode) -> tuple[int, str]:
    return (_SHEET.index(term) if term in _SHEET else len(_SHEET), term.value)


def _values(found: dict[Term, _Found]) -> Iterator[Value]:
    for term, value in sorted(found.items(), key=lambda pair: (pair[1].position, *_order(pair[0]))):
        label = called(term, value.labels) if isinstance(term, NamedNode) else None
        places = sorted(value.places.items(), key=lambda pair: _order(pair[0]))
        yield Value(term, label, tuple(Linked(iri, called(iri, said)) for iri, said in places))


def _order(term: Term) -> tuple[tuple[int | str, ...], str]:
    """Order terms by their text, figures in it by their value: cell 9-2 before cell 10-2."""
    parts = re.split(r"([0-9]+)", str(term))
    return tuple(int(part) if part.isdecimal() else part for part in parts), str(term)
