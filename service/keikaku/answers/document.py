"""What the RDF document of a thing holds, whichever format it is written in.

It is a concise description, bounded in every direction so that a fiscal year or a party, to which
a whole nation's items link, gives no unlimited output:

- every statement about the thing, up to MOST_STATEMENTS;
- the evidence of these statements: which cell of the source says each, up to MOST_EVIDENCE;
- the statements that link to the thing, up to MOST_LINKS in order of property and subject;
- the labels, ja and en, of all things that stand at the other end;
- of the document itself: that it is a foaf:Document whose foaf:primaryTopic is the thing, in which
  release (void:inDataset), and a comment in both languages if anything was left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from keikaku.answers.lexicon import rows_of
from keikaku.names import FOAF, RDF, RDFS, VOID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.store.base import Store

MOST_STATEMENTS = 2000
MOST_EVIDENCE = 500
MOST_LINKS = 500

_OF = """SELECT ?property ?value ?label WHERE {{
  {{ SELECT ?property ?value WHERE {{ {thing} ?property ?value }} LIMIT {most} }}
  OPTIONAL {{ ?value rdfs:label ?label }}
}}"""
_EVIDENCE = """SELECT ?evidence ?property ?value ?label WHERE {{
  {{ SELECT ?evidence WHERE {{ ?evidence rdf:subject {thing} }} ORDER BY ?evidence LIMIT {most} }}
  ?evidence ?property ?value .
  FILTER (?property != rdfs:label)
  OPTIONAL {{ ?value rdfs:label ?label . FILTER (?property = kei:cell) }}
}}"""
_TO = """SELECT ?from ?property ?label WHERE {{
  {{
    SELECT ?property ?from WHERE {{
      ?from ?property {thing} . FILTER (?property NOT IN (rdf:subject, rdf:object))
    }} LIMIT {most}
  }}
  OPTIONAL {{ ?from rdfs:label ?label }}
}}"""


@dataclass(frozen=True, slots=True)
class Document:
    """The triples of a thing's document, each once, and whether any were left out."""

    thing: NamedNode
    triples: tuple[Triple, ...]
    cut: bool

    def published(self, document: NamedNode, dataset: NamedNode | None) -> tuple[Triple, ...]:
        """Return the triples with those that speak of the document itself, subject by subject.

        The thing itself comes first, so that a person who reads the Turtle sees it first.
        """
        triples = (*self.triples, *_about(self, document, dataset))
        return tuple(sorted(triples, key=lambda said: _for_reading(said, self.thing)))


def _for_reading(triple: Triple, thing: NamedNode) -> tuple[bool, str, bool, str, str]:
    """Return a sort key: the thing first, and of each subject its types first."""
    is_type = triple.predicate == RDF["type"]
    others = (str(triple.predicate), str(triple.object))
    return (triple.subject != thing, str(triple.subject), not is_type, *others)


def document_of(store: Store, thing: NamedNode) -> Document | None:
    """Return the document of a thing, in three queries; None if the union says nothing of it."""
    said: dict[Triple, None] = {}
    statements = rows_of(store, _OF.format(thing=thing, most=MOST_STATEMENTS + 1))
    count = _gather(said, ((thing, *row) for row in statements), MOST_STATEMENTS)
    links = rows_of(store, _TO.format(thing=thing, most=MOST_LINKS + 1))
    turned = ((source, link, thing, label) for source, link, label in links)
    count_to = _gather(said, turned, MOST_LINKS, label_subject=True)
    if not said:
        return None
    evidence = rows_of(store, _EVIDENCE.format(thing=thing, most=MOST_EVIDENCE + 1))
    bodies = len({row[0] for row in evidence})
    kept = {row[0] for row in evidence}
    if bodies > MOST_EVIDENCE:
        kept.discard(max(kept, key=str))
    _gather(said, (row for row in evidence if row[0] in kept), None)
    cut = count > MOST_STATEMENTS or count_to > MOST_LINKS or bodies > MOST_EVIDENCE
    return Document(thing, tuple(said), cut)


def _gather(
    said: dict[Triple, None],
    rows: Iterator[tuple[object, ...]],
    most: int | None,
    *,
    label_subject: bool = False,
) -> int:
    """Add statements and the labels of what they name; return how many statements there were."""
    seen: set[Triple] = set()
    for subject, link, value, label in rows:
        if not (isinstance(subject, NamedNode) and isinstance(link, NamedNode)):
            continue
        if not isinstance(value, NamedNode | Literal):
            continue
        triple = Triple(subject, link, value)
        seen.add(triple)
        if most is not None and len(seen) > most:
            continue
        said[triple] = None
        named = subject if label_subject else value
        if isinstance(label, Literal) and isinstance(named, NamedNode):
            said[Triple(named, RDFS["label"], label)] = None
    return len(seen)


def _about(document: Document, address: NamedNode, dataset: NamedNode | None) -> Iterator[Triple]:
    yield Triple(address, RDF["type"], FOAF["Document"])
    yield Triple(address, FOAF["primaryTopic"], document.thing)
    if dataset is not None:
        yield Triple(address, VOID["inDataset"], dataset)
    if document.cut:
        ja = "長いので途中までです。すべては SPARQL で調べられます。"
        en = "Cut, since it is long; SPARQL gives the whole."
        yield Triple(address, RDFS["comment"], Literal(ja, language="ja"))
        yield Triple(address, RDFS["comment"], Literal(en, language="en"))
