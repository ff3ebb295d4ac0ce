"""What is asked of every system: the same queries over the same made-up plans, none of them twice.

Queries that mean the same still differ by their LIMIT, which is far above their number of rows: so
no cache of queries or results answers for the engine, and every engine does the same work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.finite_work import QUARTER_MINUTE

from keikaku.names import FY, PARTY, PREFIXES, SHARED, CityNames, PlanNames

from .plans import BOXES, PLAN_NAME, made_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

_USED = ("kei", "rdfs", "dcterms")
_PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in _USED)
_FIRST_LIMIT = 10_000

_QUESTION = """SELECT ?number ?title WHERE {{
  ?item a kei:Item ; kei:inPlan {plan} ; kei:involves {party} ; kei:activeIn {year} ;
        dcterms:identifier ?number ; rdfs:label ?title }} LIMIT {limit}"""
_ITEM = """SELECT ?property ?value ?label ?detail ?text WHERE {{
  {{ {item} ?property ?value . OPTIONAL {{ ?value rdfs:label ?label }} }}
  UNION {{ {item} kei:schedule ?value . ?value ?detail ?text }} }} LIMIT {limit}"""
_COUNTS = """SELECT ?party ?year (COUNT(DISTINCT ?item) AS ?items) WHERE {{
  ?item kei:involves ?party ; kei:activeIn ?year }} GROUP BY ?party ?year LIMIT {limit}"""

Queries = Callable[[int], str]
"""The query of a kind with a number; another number, another query."""


@dataclass(frozen=True, slots=True)
class Workload:
    """The queries over a release with so many made-up plans."""

    plans: int
    seed: int = 1

    def kinds(self) -> dict[str, Queries]:
        """Return the kinds of queries, by their name."""
        cities = [
            (plan, _names(plan.code), list(plan.items()))
            for plan in (made_plan(number, self.seed) for number in range(self.plans))
        ]

        def question(number: int) -> str:
            turn, place = divmod(number, len(cities))
            plan, names, _ = cities[place]
            turn, party = divmod(turn, len(BOXES) - 1)
            year = plan.years[turn % len(plan.years)]
            return _PROLOGUE + _QUESTION.format(
                plan=names.plan, party=PARTY[BOXES[party]], year=FY[year], limit=_limit(number)
            )

        def item(number: int) -> str:
            turn, place = divmod(number, len(cities))
            _, names, items = cities[place]
            path, _ = items[turn % len(items)]
            return _PROLOGUE + _ITEM.format(item=names.below("item", path), limit=_limit(number))

        return {"question": question, "item": item, "counts": counts}


def counts(number: int) -> str:
    """Return a query that counts the items of every city by party and year."""
    return _PROLOGUE + _COUNTS.format(limit=_limit(number))


def heavy(number: int) -> str:
    """Return a query of fifteen CPU seconds or more."""
    return f"{QUARTER_MINUTE} LIMIT {_limit(number)}"


def paths(endpoint: str, queries: Queries, first: int, count: int) -> Iterator[str]:
    """Yield the request paths of `count` queries from number `first` on."""
    numbers = islice(iter(range(first, first + count)), count)
    return (f"{endpoint}?query={quote(queries(number), safe='')}" for number in numbers)


def _limit(number: int) -> int:
    return _FIRST_LIMIT + number


def _names(code: str) -> PlanNames:
    return PlanNames(CityNames(SHARED, code), PLAN_NAME)
