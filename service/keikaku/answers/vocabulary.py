"""The ontology of a release, read from its own graph: what /ns tells of each term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.borrowed import called
from keikaku.answers.lexicon import rows_of
from keikaku.closed import Bilingual
from keikaku.names import DCTERMS, KEI, OWL, RDF, RDFS, SCHEMA, SHARED_GRAPHS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keikaku.store.base import Store, Term

    Statements = Mapping[NamedNode, Mapping[NamedNode, Sequence[Term]]]

ONTOLOGY = NamedNode(KEI.iri.rstrip("#"))

_KINDS = {
    OWL["Class"]: "class",
    OWL["ObjectProperty"]: "property",
    OWL["DatatypeProperty"]: "property",
    KEI["Function"]: "function",
}
_MATCHES = tuple(
    SKOS[name] for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
)
_ALL = "SELECT ?s ?p ?o WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
_USES = """SELECT ?term ?count WHERE {
  { ?dataset void:classPartition ?part . ?part void:class ?term ; void:entities ?count }
  UNION
  { ?dataset void:propertyPartition ?part . ?part void:property ?term ; void:triples ?count }
}"""
_EXAMPLE_OF_CLASS = (
    "{{ SELECT ?term ?s ?o WHERE {{ VALUES ?term {{ {term} }} ?s a ?term }} LIMIT 1 }}"
)
_EXAMPLE_OF_PROPERTY = (
    "{{ SELECT ?term ?s ?o WHERE {{ VALUES ?term {{ {term} }} ?s ?term ?o }} LIMIT 1 }}"
)
_LABELS = "SELECT ?thing ?label WHERE {{ VALUES ?thing {{ {things} }} ?thing rdfs:label ?label }}"
_AT_ONCE = 20
"""How many examples are asked for in one query."""


@dataclass(frozen=True, slots=True)
class Example:
    """A statement of the release that uses a property, or an instance of a class.

    `label` and `value_label` are what subject and value are called; a text has no label.
    """

    subject: NamedNode
    label: Bilingual
    value: Term | None
    value_label: Bilingual | None


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """A term with all that the ontology says of it, and how the release uses it.

    `kind` is class, property or function; `uses` is None where the catalogue does not count.
    """

    iri: NamedNode
    kind: str
    label: Bilingual
    definition: Bilingual
    notes: tuple[Bilingual, ...]
    examples: tuple[str, ...]
    supers: tuple[NamedNode, ...]
    subs: tuple[NamedNode, ...]
    domain: tuple[NamedNode, ...]
    range: tuple[NamedNode, ...]
    matches: tuple[tuple[NamedNode, NamedNode], ...]
    links_things: bool
    deprecated: bool
    uses: int | None
    example: Example | None

    @property
    def name(self) -> str:
        """Its local name, which is its anchor on the page."""
        return self.iri.value.removeprefix(KEI.iri)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The ontology: its title and description, its version, and its terms by IRI in each kind."""

    title: Bilingual
    description: Bilingual
    version: str
    version_iri: str
    modified: str
    license: str
    terms: tuple[VocabularyTerm, ...]

    def of(self, kind: str) -> tuple[VocabularyTerm, ...]:
        """Return the terms of a kind."""
        return tuple(term for term in self.terms if term.kind == kind)

    @classmethod
    def read(cls, store: Store) -> Vocabulary:
        """Read the ontology of a release."""
        said = statements(store, SHARED_GRAPHS.ontology)
        kinds = {
            term: _KINDS[kind]
            for term, found in said.items()
            for kind in found.get(RDF["type"], ())
            if isinstance(kind, NamedNode) and kind in _KINDS
        }
        uses = _uses(store)
        examples = _examples(store, kinds)
        terms = (
            _term(term, kind, said, uses.get(term), examples.get(term))
            for term, kind in sorted(kinds.items(), key=lambda pair: pair[0].value.lower())
        )
        header = said.get(ONTOLOGY, {})
        return cls(
            title=text_of(header, DCTERMS["title"]),
            description=text_of(header, DCTERMS["description"]),
            version=_first(header, OWL["versionInfo"]),
            version_iri=_first(header, OWL["versionIRI"]),
            modified=_first(header, DCTERMS["modified"]),
            license=_first(header, DCTERMS["license"]),
            terms=tuple(terms),
        )


def statements(store: Store, graph: NamedNode) -> dict[NamedNode, dict[NamedNode, list[Term]]]:
    """Return a whole graph by subject and predicate, values in order."""
    said: dict[NamedNode, dict[NamedNode, list[Term]]] = {}
    for subject, predicate, value in sorted(rows_of(store, _ALL.format(graph=graph)), key=str):
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and value:
            said.setdefault(subject, {}).setdefault(predicate, []).append(value)
    return said


def text_of(said: Mapping[NamedNode, Sequence[Term]], predicate: NamedNode) -> Bilingual:
    """Return the texts of a property in both languages; "" where there are none."""
    texts = {
        value.language or "": value.value
        for value in said.get(predicate, ())
        if isinstance(value, Literal)
    }
    any_text = next(iter(texts.values()), "")
    return Bilingual(ja=texts.get("ja", any_text), en=texts.get("en", any_text))


def _first(said: Mapping[NamedNode, Sequence[Term]], predicate: NamedNode) -> str:
    return next((getattr(value, "value", "") for value in said.get(predicate, ())), "")


def _term(
    term: NamedNode, kind: str, said: Statements, uses: int | None, example: Example | None
) -> VocabularyTerm:
    own = said[term]
    parent = RDFS["subClassOf"] if kind == "class" else RDFS["subPropertyOf"]
    note = text_of(own, SKOS["scopeNote"])
    return VocabularyTerm(
        iri=term,
        kind=kind,
        label=text_of(own, RDFS["label"]),
        definition=text_of(own, SKOS["definition"]),
        notes=(note,) if note.ja else (),
        examples=tuple(
            value.value for value in own.get(SKOS["example"], ()) if isinstance(value, Literal)
        ),
        supers=_iris(own.get(parent, ())),
        subs=tuple(other for other, found in said.items() if term in found.get(parent, ())),
        domain=_iris(own.get(SCHEMA["domainIncludes"], ())),
        range=_iris(own.get(SCHEMA["rangeIncludes"], ())),
        matches=tuple((match, iri) for match in _MATCHES for iri in _iris(own.get(match, ()))),
        links_things=OWL["ObjectProperty"] in own.get(RDF["type"], ()),
        deprecated=any(
            getattr(value, "value", "") == "true" for value in own.get(OWL["deprecated"], ())
        ),
        uses=uses,
        example=example,
    )


def _iris(values: Iterable[Term]) -> tuple[NamedNode, ...]:
    return tuple(value for value in values if isinstance(value, NamedNode))


def _uses(store: Store) -> dict[Term, int]:
    """Return how often the release uses each term, as its catalogue counted."""
    uses: dict[Term, int] = {}
    for term, count in rows_of(store, _USES):
        if isinstance(term, NamedNode) and isinstance(count, Literal):
            uses[term] = max(int(count.value), uses.get(term, 0))
    return uses


def _examples(store: Store, kinds: Mapping[NamedNode, str]) -> dict[NamedNode, Example]:
    """Return an instance of each class, a statement of each property, as the engine has them."""
    patterns = [
        (_EXAMPLE_OF_CLASS if kind == "class" else _EXAMPLE_OF_PROPERTY).format(term=term)
        for term, kind in kinds.items()
        if kind != "function"
    ]
    rows = [
        row
        for at in range(0, len(patterns), _AT_ONCE)
        for row in rows_of(
            store,
            f"SELECT ?term ?s ?o WHERE {{ {' UNION '.join(patterns[at : at + _AT_ONCE])} }}",
        )
    ]
    labels = _labels(
        store, {node for row in rows for node in row[1:] if isinstance(node, NamedNode)}
    )
    return {
        term: Example(
            subject,
            labels[subject],
            value,
            labels.get(value) if isinstance(value, NamedNode) else None,
        )
        for term, subject, value in rows
        if isinstance(term, NamedNode) and isinstance(subject, NamedNode)
    }


def _labels(store: Store, things: set[NamedNode]) -> dict[NamedNode, Bilingual]:
    said: dict[NamedNode, list[Literal]] = {thing: [] for thing in things}
    listed = " ".join(sorted(map(str, things)))
    for thing, label in rows_of(store, _LABELS.format(things=listed)):
        if isinstance(thing, NamedNode) and isinstance(label, Literal):
            said[thing].append(label)
    return {thing: called(thing, labels) for thing, labels in said.items()}
