"""What stands around an item: its schedule, its row of the overview, its neighbours, its faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.describe import Linked, Value
from keikaku.answers.lexicon import label_of, rows_of
from keikaku.answers.things.listing import YearEntry, add_entry, in_order
from keikaku.answers.things.rows import Numbered, named, placed, reading_order, text_of

if TYPE_CHECKING:
    from keikaku.answers.lexicon import Lexicon
    from keikaku.closed import Bilingual
    from keikaku.store.base import Store, Term

MOST_DISCREPANCIES = 100
"""How many discrepancies a page tells of one by one."""

_SCHEDULE = """SELECT ?entry ?year ?text ?arrow ?phase ?place WHERE {{
  {item} kei:schedule ?entry . ?entry kei:fiscalYear ?year ; kei:cellText ?text .
  OPTIONAL {{ ?entry kei:arrow ?arrow }}
  OPTIONAL {{ ?entry kei:phase ?phase }}
  OPTIONAL {{ ?evidence rdf:subject ?entry ; rdf:predicate kei:cellText ; kei:cell ?place }}
}}"""
_NEIGHBOURS = "SELECT ?item WHERE {{ ?item kei:inPlan {plan} }}"
_OVERVIEW = """SELECT ?row ?property ?value ?place WHERE {{
  ?row kei:listsItem {item} ; ?property ?value .
  FILTER (?property IN (kei:listedNumber, kei:listedTitle, kei:listedNote, kei:listedTarget))
  OPTIONAL {{
    # said once more, and compared: else an engine looks through the evidence of all plans
    ?row kei:listsItem {item} .
    ?evidence rdf:subject ?row ; rdf:object ?value ; rdf:predicate ?said ; kei:cell ?place .
    FILTER (?said = ?property)
  }}
}}"""
_DISCREPANCIES = """SELECT ?discrepancy ?kind ?comment ?target ?decision ?outcome ?by WHERE {{
  {{ SELECT ?discrepancy WHERE {{ ?discrepancy {property} {thing} }}
     ORDER BY ?discrepancy LIMIT {most} }}
  ?discrepancy a kei:Discrepancy ; kei:kind ?kind ; rdfs:comment ?comment .
  OPTIONAL {{ ?discrepancy oa:hasTarget ?target }}
  OPTIONAL {{ ?discrepancy {property} {thing} .
    ?decision kei:decides ?discrepancy ; kei:outcome ?outcome ; dcterms:creator ?by }}
}}"""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the city decided of a discrepancy, and who did."""

    iri: NamedNode
    outcome: Linked
    by: str


@dataclass(slots=True)
class Fault:
    """A discrepancy: its kind, what it says in both languages, the cells it is about.

    `decided` is None as long as the city has not answered.
    """

    iri: NamedNode
    kind: Linked
    comment: Bilingual
    targets: tuple[Linked, ...]
    decided: Decided | None = None


@dataclass(frozen=True, slots=True)
class OverviewEntry:
    """What the overview says of an item, by property, each value with its cells."""

    row: NamedNode
    properties: dict[NamedNode, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The items before and after one in its plan."""

    before: Numbered | None = None
    after: Numbered | None = None


def schedule_of(store: Store, lexicon: Lexicon, item: NamedNode) -> tuple[YearEntry, ...]:
    """Return an item's schedule, year by year."""
    schedule: dict[int, YearEntry] = {}
    for row in rows_of(store, _SCHEDULE.format(item=item)):
        add_entry(schedule, row, lexicon)
    return tuple(schedule[year] for year in sorted(schedule))


def neighbours_of(store: Store, lexicon: Lexicon, item: NamedNode, plan: NamedNode) -> Neighbours:
    """Return the items before and after one in the order of its plan."""
    rows = rows_of(store, _NEIGHBOURS.format(plan=plan))
    items = {each for (each,) in rows if isinstance(each, NamedNode)}
    ordered = sorted((Numbered.of(each, lexicon) for each in items), key=in_order)
    place = next((at for at, each in enumerate(ordered) if each.iri == item), None)
    if place is None:
        return Neighbours()
    before = ordered[place - 1] if place else None
    return Neighbours(before, ordered[place + 1] if place + 1 < len(ordered) else None)


def overview_of(store: Store, lexicon: Lexicon, item: NamedNode) -> OverviewEntry | None:
    """Return the overview's row of an item, None if it lists it nowhere."""
    said: dict[NamedNode, dict[Term, list[Term | None]]] = {}
    row_iri: NamedNode | None = None
    for row, property_, value, place in rows_of(store, _OVERVIEW.format(item=item)):
        if not isinstance(row, NamedNode) or not isinstance(property_, NamedNode) or value is None:
            continue
        row_iri = row if row_iri is None else min(row_iri, row, key=str)
        said.setdefault(property_, {}).setdefault(value, []).append(place)
    if row_iri is None:
        return None
    return OverviewEntry(row_iri, {term: _values(found, lexicon) for term, found in said.items()})


def _values(found: dict[Term, list[Term | None]], lexicon: Lexicon) -> tuple[Value, ...]:
    values = []
    for term, places in found.items():
        thing = named(term, lexicon)
        values.append(Value(term, thing.label if thing else None, placed(places)))
    return tuple(sorted(values, key=_as_printed))


def _as_printed(value: Value) -> tuple[list[tuple[tuple[int, ...], str]], str]:
    return [reading_order(place.iri.value) for place in value.places], str(value.term)


@dataclass(slots=True)
class _Told:
    kind: Linked
    comments: set[Literal] = field(default_factory=set)
    targets: set[NamedNode] = field(default_factory=set)
    decided: Decided | None = None


def faults_of(
    store: Store, lexicon: Lexicon, thing: NamedNode, property_: str = "kei:about"
) -> tuple[Fault, ...]:
    """Return the discrepancies about a thing, or, by oa:hasTarget, those that point at a cell."""
    query = _DISCREPANCIES.format(thing=thing, property=property_, most=MOST_DISCREPANCIES)
    told: dict[NamedNode, _Told] = {}
    for discrepancy, kind, comment, target, decision, outcome, by in rows_of(store, query):
        said = named(kind, lexicon)
        if not isinstance(discrepancy, NamedNode) or said is None:
            continue
        found = told.setdefault(discrepancy, _Told(said))
        if isinstance(comment, Literal):
            found.comments.add(comment)
        if isinstance(target, NamedNode):
            found.targets.add(target)
        what = named(outcome, lexicon)
        if isinstance(decision, NamedNode) and what is not None:
            found.decided = Decided(decision, what, text_of(by))
    return tuple(
        Fault(iri, one.kind, label_of(iri, one.comments), placed(one.targets), one.decided)
        for iri, one in sorted(told.items(), key=lambda pair: text_of(pair[0]))
    )
