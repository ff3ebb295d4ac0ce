"""What every page says of its data: which plans, published by whom, how old."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.lexicon import label_of, rows_of
from keikaku.standing import common_standing

if TYPE_CHECKING:
    from keikaku.closed import Bilingual
    from keikaku.standing import Standing
    from keikaku.store.base import Store, Term

MOST_PLANS = 5
"""How many plans are named one by one."""

_PLANS = f"""SELECT ?plan ?label ?publisher ?publisherLabel (MIN(?start) AS ?first) WHERE {{
  {{ SELECT ?plan WHERE {{ ?plan a kei:Plan }} ORDER BY ?plan LIMIT {MOST_PLANS} }}
  ?plan rdfs:label ?label .
  OPTIONAL {{ ?plan dcterms:publisher ?publisher . ?publisher rdfs:label ?publisherLabel }}
  OPTIONAL {{ ?plan kei:planYear/dcat:startDate ?start }}
}} GROUP BY ?plan ?label ?publisher ?publisherLabel ORDER BY ?plan"""
_COUNT = "SELECT (COUNT(?plan) AS ?plans) WHERE { ?plan a kei:Plan }"
_PROVENANCES = """SELECT DISTINCT ?whose WHERE {
  ?plan a kei:Plan . OPTIONAL { ?plan dcterms:provenance ?whose }
}"""
_LICENCES = """SELECT DISTINCT ?licence WHERE {
  ?plan a kei:Plan . OPTIONAL { ?plan dcterms:license ?licence }
}"""


@dataclass(frozen=True, slots=True)
class PlanNotice:
    """A plan, who published it, and the calendar year in which its first fiscal year began."""

    iri: str
    title: Bilingual
    publisher: Bilingual | None
    since: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """The first few plans of a release, how many there are, whose data they are.

    `licence` is the one that all plans may be used under, None where there is none.
    """

    plans: tuple[PlanNotice, ...]
    count: int
    standing: Standing
    licence: str | None = None

    @classmethod
    def read(cls, store: Store) -> Notice:
        """Read the notice of a store's release."""
        titles: dict[NamedNode, list[Literal]] = {}
        publishers: dict[NamedNode, tuple[NamedNode, list[Literal]]] = {}
        since: dict[NamedNode, int] = {}
        for plan, label, publisher, publisher_label, first in rows_of(store, _PLANS):
            if not isinstance(plan, NamedNode):
                continue
            if isinstance(label, Literal):
                titles.setdefault(plan, []).append(label)
            if isinstance(publisher, NamedNode) and isinstance(publisher_label, Literal):
                publishers.setdefault(plan, (publisher, []))[1].append(publisher_label)
            if isinstance(first, Literal):
                since[plan] = int(first.value[:4])
        (counted,) = next(iter(rows_of(store, _COUNT)))
        plans = (
            PlanNotice(
                plan.value,
                label_of(plan, labels),
                label_of(*publishers[plan]) if plan in publishers else None,
                since.get(plan),
            )
            for plan, labels in titles.items()
        )
        count = int(counted.value) if isinstance(counted, Literal) else 0
        whose = common_standing(row[0] for row in rows_of(store, _PROVENANCES))
        licences = {row[0] for row in rows_of(store, _LICENCES)}
        licence = _address(licences.pop()) if len(licences) == 1 else None
        return cls(tuple(plans), count, whose, licence)


def _address(term: Term | None) -> str | None:
    """Return an IRI that can be a link; a stranger's plan may name anything as its licence."""
    if isinstance(term, NamedNode) and term.value.startswith(("http://", "https://")):
        return term.value
    return None
