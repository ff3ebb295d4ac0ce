"""How a release uses an IRI, its own or another's: as class, as property, as what is linked to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.borrowed import called
from keikaku.answers.evidence import evidence_labels
from keikaku.answers.lexicon import iri_of, rows_of
from keikaku.closed import Bilingual

if TYPE_CHECKING:
    from keikaku.store.base import Store

MOST_COUNTED = 10_000
"""How many uses are counted; more are told as more."""

EXAMPLES = 5

_ROLES = {
    "class": ("?x a {iri}", Bilingual(ja="この種類のもの", en="things of this class")),
    "property": ("?x {iri} ?y", Bilingual(ja="この性質の文", en="statements with this property")),
    "value": (
        "?x ?p {iri} . FILTER (?p != rdf:type)",
        Bilingual(ja="これを値とする文", en="statements that have it as their value"),
    ),
}
_COUNT = """SELECT (COUNT(?x) AS ?count) WHERE {{
  {{ SELECT ?x WHERE {{ {pattern} }} LIMIT {most} }}
}}"""
_SOME = """SELECT DISTINCT ?x ?label WHERE {{
  {{ SELECT DISTINCT ?x WHERE {{ {pattern} }} LIMIT {most} }}
  OPTIONAL {{ ?x rdfs:label ?label }}
}}"""
_OWN = "SELECT ?property ?value WHERE {{ {iri} ?property ?value }} LIMIT 1"


@dataclass(frozen=True, slots=True)
class Use:
    """One way in which an IRI is used: how often, `more` if beyond what is counted, and by what.

    `query` finds all of them.
    """

    told: Bilingual
    count: int
    more: bool
    examples: tuple[tuple[NamedNode, Bilingual], ...]
    query: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a release knows of an IRI; `described` tells whether it says anything of it itself."""

    iri: NamedNode
    label: Bilingual
    described: bool
    uses: tuple[Use, ...]


def look_up(store: Store, iri: str) -> Looked:
    """Return what is known of an IRI and what uses it. Raises QuestionError if it is none."""
    thing = iri_of(iri)
    described = bool(rows_of(store, _OWN.format(iri=thing)))
    found = (_use(store, pattern.format(iri=thing), told) for pattern, told in _ROLES.values())
    uses = tuple(use for use in found if use.count)
    return Looked(thing, called(thing), described, uses)


def _use(store: Store, pattern: str, told: Bilingual) -> Use:
    rows = rows_of(store, _COUNT.format(pattern=pattern, most=MOST_COUNTED + 1))
    count = int(rows[0][0].value) if rows and isinstance(rows[0][0], Literal) else 0
    return Use(
        told=told,
        count=min(count, MOST_COUNTED),
        more=count > MOST_COUNTED,
        examples=_examples(store, pattern) if count else (),
        query=f"SELECT * WHERE {{ {pattern} }}",
    )


def _examples(store: Store, pattern: str) -> tuple[tuple[NamedNode, Bilingual], ...]:
    labels: dict[NamedNode, list[Literal]] = {}
    for thing, label in rows_of(store, _SOME.format(pattern=pattern, most=EXAMPLES)):
        if isinstance(thing, NamedNode):
            labels.setdefault(thing, []).extend([label] if isinstance(label, Literal) else [])
    computed = evidence_labels(store, (thing for thing, said in labels.items() if not said))
    return tuple(
        (thing, called(thing, said or computed.get(thing, ()))) for thing, said in labels.items()
    )
