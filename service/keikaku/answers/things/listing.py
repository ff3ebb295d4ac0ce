"""Items gathered by what they have in common, each with its departments and its schedule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.lexicon import number_key, rows_of
from keikaku.answers.things.rows import Numbered, named, number_of, placed, text_of, year_of
from keikaku.answers.value_blocks import value_blocks
from keikaku.names import KEI

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keikaku.answers.describe import Linked
    from keikaku.answers.lexicon import Lexicon
    from keikaku.answers.things.rows import Row
    from keikaku.store.base import Store, Term

MOST_ITEMS = 60
"""How many items a page lists with their schedules; the list of items has all of them."""

MOST_FOUND = 2000
"""How many rows are read to find them; a listing says if there are more."""

_BY_THING = """SELECT ?item ?role WHERE {{
  VALUES ?role {{ {roles} }}
  ?item a kei:Item ; ?role {thing} .
}} LIMIT {most}"""
_PLACES = """SELECT ?item ?role ?place WHERE {{
  VALUES ?item {{ {items} }}
  ?evidence rdf:subject ?item ; rdf:object {thing} ; rdf:predicate ?role ; kei:cell ?place .
}}"""
_BY_SCHEDULE = """SELECT DISTINCT ?item WHERE {{
  ?entry {property} {thing} . ?item kei:schedule ?entry .
}} LIMIT {most}"""
_SHOWN = """SELECT ?item ?property ?value ?year ?text ?arrow ?phase ?place ?position WHERE {{
  {{
    VALUES ?item {{ {items} }}
    ?item ?property ?value . FILTER (?property IN (kei:department, kei:note))
    OPTIONAL {{
      # said once more, and compared: else an engine looks through the evidence of all plans
      VALUES ?item {{ {items} }}
      ?evidence rdf:subject ?item ; rdf:object ?value ; rdf:predicate ?said ;
        kei:position ?position .
      FILTER (?said = ?property)
    }}
  }} UNION {{
    VALUES ?item {{ {items} }}
    ?item kei:schedule ?value . ?value kei:fiscalYear ?year ; kei:cellText ?text .
    OPTIONAL {{ ?value kei:phase ?phase }}
    OPTIONAL {{ ?value kei:arrow ?arrow }}
    OPTIONAL {{ ?evidence rdf:subject ?value ; rdf:predicate kei:cellText ; kei:cell ?place }}
    BIND (kei:schedule AS ?property)
  }}
}}"""


@dataclass(slots=True)
class YearEntry:
    """What an item's schedule says of one year: the words as printed, and the phases meant.

    An arrow (`carried`) stands for the phases that it carries on.
    """

    iri: NamedNode
    year: int
    text: str
    carried: bool = False
    phases: dict[NamedNode, Linked] = field(default_factory=dict)
    places: tuple[Linked, ...] = ()


@dataclass(slots=True)
class ListedItem:
    """An item of a list: why it is there (role and places), its departments, notes, schedule."""

    item: Numbered
    roles: dict[NamedNode, tuple[Linked, ...]] = field(default_factory=dict)
    departments: dict[NamedNode, Linked] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    schedule: dict[int, YearEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """Items in the order of their numbers; `count` is of all, `items` holds the first of them.

    `whole` is False where there are more than were counted.
    """

    items: tuple[ListedItem, ...]
    years: tuple[int, ...]
    count: int
    whole: bool = True

    @property
    def more(self) -> int:
        """How many items are not listed."""
        return self.count - len(self.items)


def items_of(store: Store, lexicon: Lexicon, thing: NamedNode, *roles: NamedNode) -> Listing:
    """Return the items that a property of `roles` joins to a thing, with the places that say so."""
    query = _BY_THING.format(thing=thing, roles=" ".join(map(str, roles)), most=MOST_FOUND)
    rows = rows_of(store, query)
    found: dict[NamedNode, set[Term | None]] = {}
    for item, role in rows:
        if isinstance(item, NamedNode):
            found.setdefault(item, set()).add(role)
    listing = listed(store, lexicon, found, whole=len(rows) < MOST_FOUND)
    places = _places(store, thing, [shown.item.iri for shown in listing.items])
    for shown in listing.items:
        iri = shown.item.iri
        shown.roles |= {
            role: placed(places.get((iri, role), ())) for role in roles if role in found[iri]
        }
    return listing


def _places(
    store: Store, thing: NamedNode, items: Iterable[NamedNode]
) -> dict[tuple[Term | None, Term | None], list[Term | None]]:
    """Return the places that say in which role items have to do with a thing."""
    places: dict[tuple[Term | None, Term | None], list[Term | None]] = {}
    for some in value_blocks(items):
        for item, role, place in rows_of(store, _PLACES.format(items=some, thing=thing)):
            places.setdefault((item, role), []).append(place)
    return places


def items_scheduled(
    store: Store, lexicon: Lexicon, property_: NamedNode, thing: NamedNode
) -> Listing:
    """Return the items with a schedule entry that has a phase or is for a year."""
    rows = rows_of(store, _BY_SCHEDULE.format(property=property_, thing=thing, most=MOST_FOUND))
    items = (item for (item,) in rows if isinstance(item, NamedNode))
    return listed(store, lexicon, items, whole=len(rows) < MOST_FOUND)


def listed(
    store: Store, lexicon: Lexicon, items: Iterable[NamedNode], *, whole: bool = True
) -> Listing:
    """Return items as they are listed, the first MOST_ITEMS of them."""
    known = sorted((Numbered.of(item, lexicon) for item in items), key=in_order)
    shown = {each.iri: ListedItem(each) for each in known[:MOST_ITEMS]}
    for some in value_blocks(shown, _SHOWN.count("{items}")):
        _fill(shown, rows_of(store, _SHOWN.format(items=some)), lexicon)
    years = sorted({year for each in shown.values() for year in each.schedule})
    return Listing(tuple(shown.values()), tuple(years), len(known), whole)


def in_order(thing: Numbered) -> tuple[str, tuple[int, ...], str]:
    """Return what orders items and sections: their plan, then their number."""
    plan = thing.iri.value.rsplit("/", 2)[0]
    return plan, number_key(thing.number) or (), thing.iri.value


def _fill(shown: Mapping[NamedNode, ListedItem], rows: Sequence[Row], lexicon: Lexicon) -> None:
    in_place = sorted(rows, key=lambda row: number_of(row[-1]) or 0)
    for item, property_, value, year, text, arrow, phase, place, _ in in_place:
        each = shown.get(item) if isinstance(item, NamedNode) else None
        if each is None:
            continue
        if property_ == KEI["schedule"]:
            add_entry(each.schedule, (value, year, text, arrow, phase, place), lexicon)
        elif property_ == KEI["note"] and isinstance(value, Literal):
            each.notes.append(value.value)
        elif property_ == KEI["department"] and (department := named(value, lexicon)):
            each.departments[department.iri] = department


def add_entry(schedule: dict[int, YearEntry], row: Row, lexicon: Lexicon) -> None:
    """Take a row of entry, year, text, arrow, phase and place into a schedule."""
    entry, at, text, arrow, phase, place = row
    year = year_of(at)
    if not isinstance(entry, NamedNode) or year is None:
        return
    known = schedule.setdefault(
        year, YearEntry(entry, year, text_of(text), text_of(arrow) == "true")
    )
    if meant := named(phase, lexicon):
        known.phases[meant.iri] = meant
        known.phases = dict(sorted(known.phases.items(), key=lambda pair: _written(known, pair)))
    known.places = placed([*(each.iri for each in known.places), place])


def _written(entry: YearEntry, phase: tuple[NamedNode, Linked]) -> tuple[int, str]:
    """Return what orders phases: where the words name them, else their IRIs."""
    return entry.text.find(phase[1].label.ja), phase[0].value
