"""The links of a thing to other data: each with its dataset, its score, and who accepted it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.describe import Linked
from keikaku.answers.lexicon import label_of, rows_of
from keikaku.answers.things.rows import number_of, text_of
from keikaku.closed import Bilingual
from keikaku.names import DCTERMS, RDFS, SKOS

if TYPE_CHECKING:
    from keikaku.answers.describe import Description
    from keikaku.store.base import Store, Term

RELATIONS = {
    SKOS["closeMatch"]: Bilingual(ja="ほぼ同じもの", en="close match"),
    SKOS["relatedMatch"]: Bilingual(ja="関係するもの", en="related"),
    SKOS["broadMatch"]: Bilingual(ja="より広いもの", en="broader"),
    SKOS["narrowMatch"]: Bilingual(ja="より狭いもの", en="narrower"),
    RDFS["seeAlso"]: Bilingual(ja="参照先", en="see also"),
    DCTERMS["spatial"]: Bilingual(ja="区域", en="area"),
}
"""What a link says of the other side."""

MOST_LINKS = 200
"""How many links a page shows."""

_LINKS = """SELECT ?link ?relation ?object ?score ?reason ?reviewer ?date ?note ?set ?setName ?name
WHERE {{
  {{ SELECT ?link WHERE {{ ?link a kei:Link ; rdf:subject {thing} }} ORDER BY ?link LIMIT {most} }}
  ?link rdf:predicate ?relation ; rdf:object ?object ; kei:matchReason ?reason ;
    kei:reviewer ?reviewer ; dcterms:dateAccepted ?date ; kei:inLinkset ?linkset .
  ?linkset void:objectsTarget ?set . ?set rdfs:label ?setName .
  FILTER (LANG(?reason) = LANG(?setName))
  OPTIONAL {{ ?link kei:score ?score }}
  OPTIONAL {{ ?link rdfs:comment ?note }}
  OPTIONAL {{ ?object rdfs:label ?name }}
}}"""


@dataclass(slots=True)
class LinkOut:
    """A link: its record, what it says, the other side, where that is, why, and who accepted it."""

    iri: NamedNode
    relation: Bilingual
    object: Linked
    dataset: dict[str, str]
    reason: dict[str, str]
    score: int | None
    reviewer: str
    date: str
    note: str


def links_of(store: Store, description: Description) -> tuple[LinkOut, ...]:
    """Return the links of a thing to other data; nothing is asked where there can be none."""
    if not any(each.iri in RELATIONS for each in description.properties):
        return ()
    found: dict[NamedNode, LinkOut] = {}
    query = _LINKS.format(thing=description.iri, most=MOST_LINKS)
    for link, relation, other, score, reason, reviewer, date, note, _, name, own in rows_of(
        store, query
    ):
        if not (isinstance(link, NamedNode) and isinstance(other, NamedNode)):
            continue
        if not isinstance(relation, NamedNode) or relation not in RELATIONS:
            continue
        one = found.setdefault(
            link,
            LinkOut(
                link,
                RELATIONS[relation],
                Linked(other, _called(other, own)),
                {},
                {},
                number_of(score),
                text_of(reviewer),
                text_of(date),
                text_of(note),
            ),
        )
        for texts, text in ((one.dataset, name), (one.reason, reason)):
            if isinstance(text, Literal):
                texts[text.language or ""] = text.value
    return tuple(
        sorted(found.values(), key=lambda one: (one.dataset.get("ja", ""), one.object.iri.value))
    )


def _called(other: NamedNode, name: Term | None) -> Bilingual:
    """Return the name of the other side where we know it, else its address, without http://."""
    if isinstance(name, Literal):
        return label_of(other, (name,))
    shown = other.value.partition("://")[2].removesuffix("/")
    return Bilingual(ja=shown, en=shown)
