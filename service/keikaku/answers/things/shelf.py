"""The plans of a release, a page of them at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.describe import Linked
from keikaku.answers.lexicon import label_of, rows_of
from keikaku.answers.things.rows import number_of

if TYPE_CHECKING:
    from keikaku.answers.lexicon import Lexicon
    from keikaku.store.base import Store

PER_PAGE = 100
"""How many plans a page of the list has."""

_PLANS = """SELECT ?plan ?city ?cityLabel ?items WHERE {{
  {{
    SELECT ?plan (COUNT(?item) AS ?items) WHERE {{
      {{ SELECT ?plan WHERE {{ ?plan a kei:Plan }} ORDER BY ?plan LIMIT {most} OFFSET {first} }}
      OPTIONAL {{ ?item kei:inPlan ?plan }}
    }} GROUP BY ?plan
  }}
  OPTIONAL {{ ?plan dcterms:publisher ?city . ?city rdfs:label ?cityLabel }}
}}"""


@dataclass(frozen=True, slots=True)
class ShelvedPlan:
    """A plan in the list: its name, its years, who published it, how many items it has."""

    plan: Linked
    publisher: Linked | None
    years: tuple[int, ...]
    items: int


@dataclass(frozen=True, slots=True)
class PlanShelf:
    """A page of the list of plans, and how many plans there are in all."""

    plans: tuple[ShelvedPlan, ...]
    count: int


def plans_of(store: Store, lexicon: Lexicon, number: int) -> PlanShelf:
    """Return a page of the plans; pages count from 1, and one past the last is empty."""
    cities: dict[NamedNode, tuple[NamedNode, set[Literal]]] = {}
    items: dict[NamedNode, int] = {}
    query = _PLANS.format(most=PER_PAGE, first=(number - 1) * PER_PAGE)
    for plan, city, label, count in rows_of(store, query):
        if not isinstance(plan, NamedNode):
            continue
        items[plan] = number_of(count) or 0
        if isinstance(city, NamedNode) and isinstance(label, Literal):
            cities.setdefault(plan, (city, set()))[1].add(label)
    plans = (
        ShelvedPlan(
            Linked(plan, lexicon.label(plan) or label_of(plan, ())),
            Linked(cities[plan][0], label_of(*cities[plan])) if plan in cities else None,
            lexicon.plan_years.get(plan.value, ()),
            items[plan],
        )
        for plan in sorted(items, key=str)
    )
    return PlanShelf(tuple(plans), len(lexicon.of_type("plan")))
