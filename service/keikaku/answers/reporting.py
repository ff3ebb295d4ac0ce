"""What a message about an error has to name: the value, where it stands, whom the plan names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.answers.lexicon import rows_of
from keikaku.answers.things.rows import text_of
from keikaku.names import RDFS

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from keikaku.answers.describe import Description
    from keikaku.answers.lexicon import Lexicon, Named
    from keikaku.store.base import Store

_CONTACT = """SELECT ?name ?telephone ?email WHERE {{
  {plan} schema:contactPoint ?contact . ?contact rdfs:label ?name .
  OPTIONAL {{ ?contact schema:telephone ?telephone }}
  OPTIONAL {{ ?contact schema:email ?email }}
}} ORDER BY ?name ?telephone ?email LIMIT 1"""


@dataclass(frozen=True, slots=True)
class CityContact:
    """The office that a plan's document names, as the document has it.

    `since` is the calendar year in which the plan's first fiscal year began.
    """

    plan: Named
    name: str
    telephone: str
    email: str
    since: int | None


def plan_of(iri: NamedNode, lexicon: Lexicon) -> Named | None:
    """Return the plan that a thing lies in, None for what lies in none."""
    for plan in lexicon.plan_years:
        if iri.value == plan or iri.value.startswith(f"{plan}/"):
            return lexicon.things[plan]
    return None


def contact_of(store: Store, lexicon: Lexicon, plan: Named) -> CityContact | None:
    """Return the office that answers for a plan, None where the document names none."""
    for name, telephone, email in rows_of(store, _CONTACT.format(plan=plan.iri)):
        years = lexicon.plan_years.get(plan.iri.value, ())
        since = min(years, default=None)
        return CityContact(plan, text_of(name), text_of(telephone), text_of(email), since)
    return None


def named_at(description: Description) -> NamedNode | None:
    """Return the first cell that gives a thing its name, None where none does."""
    for said in description.properties:
        if said.iri == RDFS["label"]:
            return next((place.iri for value in said.values for place in value.places), None)
    return None
