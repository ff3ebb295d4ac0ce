"""A municipality: its plans, and its departments with how many items each is in charge of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.answers.lexicon import rows_of
from keikaku.answers.things.rows import named, number_of

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from keikaku.answers.describe import Linked
    from keikaku.answers.lexicon import Lexicon
    from keikaku.store.base import Store

MOST_DEPARTMENTS = 200
"""How many departments a city's page lists."""

_PLANS = """SELECT ?plan (COUNT(?item) AS ?items) WHERE {{
  ?plan a kei:Plan ; dcterms:publisher {city} . OPTIONAL {{ ?item kei:inPlan ?plan }}
}} GROUP BY ?plan ORDER BY ?plan LIMIT 100"""
_DEPARTMENTS = """SELECT ?department (COUNT(?item) AS ?items) WHERE {{
  ?department org:unitOf {city} . OPTIONAL {{ ?item kei:department ?department }}
}} GROUP BY ?department ORDER BY DESC(?items) ?department LIMIT {most}"""


@dataclass(frozen=True, slots=True)
class Counted:
    """A thing, and how many items it has."""

    thing: Linked
    items: int


@dataclass(frozen=True, slots=True)
class City:
    """A city's plans and departments, those with most items first."""

    plans: tuple[Counted, ...]
    departments: tuple[Counted, ...]


def city_of(store: Store, lexicon: Lexicon, city: NamedNode) -> City:
    """Return the plans and departments of a city, in two queries."""
    plans = _counted(store, lexicon, _PLANS.format(city=city))
    departments = _counted(store, lexicon, _DEPARTMENTS.format(city=city, most=MOST_DEPARTMENTS))
    return City(plans, departments)


def _counted(store: Store, lexicon: Lexicon, query: str) -> tuple[Counted, ...]:
    return tuple(
        Counted(thing, number_of(count) or 0)
        for term, count in rows_of(store, query)
        if (thing := named(term, lexicon))
    )
