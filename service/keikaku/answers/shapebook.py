"""The shapes of a release, read from its own graph: what /shapes tells of each promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.vocabulary import statements, text_of
from keikaku.names import DCTERMS, OWL, RDF, RDFS, SH, SHAPE, SHARED_GRAPHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from keikaku.closed import Bilingual
    from keikaku.store.base import Store, Term

    Said = Mapping[NamedNode, Sequence[Term]]

_TARGETS = tuple(
    SH[name] for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
)
_TOLD = {
    *_TARGETS,
    *(SH[name] for name in ("message", "description", "name", "severity", "sparql", "path")),
    RDF["type"],
    RDFS["isDefinedBy"],
}
_SHAPES = (SH["NodeShape"], SH["PropertyShape"])


@dataclass(frozen=True, slots=True)
class Shape:
    """A promise: what it is about, what it asks for, and what is said where it is broken.

    `targets` and `demands` are pairs of a SHACL property and a value; `queries` are the SELECTs of
    its SPARQL constraints, which find what breaks it.
    """

    iri: NamedNode
    label: Bilingual
    messages: tuple[Bilingual, ...]
    advice: tuple[Bilingual, ...]
    severity: NamedNode | None
    path: NamedNode | None
    targets: tuple[tuple[NamedNode, NamedNode], ...]
    demands: tuple[tuple[NamedNode, tuple[Term, ...]], ...]
    queries: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its local name, which is its anchor on the page."""
        return self.iri.value.removeprefix(SHAPE.iri)


@dataclass(frozen=True, slots=True)
class ShapeFile:
    """The shapes of one file, which can be used without the others."""

    iri: NamedNode
    title: Bilingual
    description: Bilingual
    version: str
    shapes: tuple[Shape, ...]

    @property
    def name(self) -> str:
        """The last step of its IRI."""
        return self.iri.value.rsplit("/", 1)[-1]


def read_shapes(store: Store) -> tuple[ShapeFile, ...]:
    """Return the shapes of a release by the file that defines them, in order of their names."""
    said = statements(store, SHARED_GRAPHS.shapes)
    files = [iri for iri, found in said.items() if OWL["Ontology"] in found.get(RDF["type"], ())]
    return tuple(
        ShapeFile(
            iri=file,
            title=text_of(said[file], DCTERMS["title"]),
            description=text_of(said[file], DCTERMS["description"]),
            version=_literal(said[file], OWL["versionInfo"]),
            shapes=tuple(_shapes_of(file, said)),
        )
        for file in sorted(files, key=str)
    )


def _shapes_of(file: NamedNode, said: Mapping[NamedNode, Said]) -> Iterator[Shape]:
    for iri, own in sorted(said.items(), key=lambda pair: pair[0].value):
        kinds = own.get(RDF["type"], ())
        if file in own.get(RDFS["isDefinedBy"], ()) and any(kind in kinds for kind in _SHAPES):
            yield _shape(iri, own, said)


def _shape(iri: NamedNode, own: Said, said: Mapping[NamedNode, Said]) -> Shape:
    constraints = [
        said.get(node, {}) for node in own.get(SH["sparql"], ()) if isinstance(node, NamedNode)
    ]
    parts = (own, *constraints)
    name = text_of(own, SH["name"])
    if not name.ja:
        name = next((text_of(part, SH["name"]) for part in constraints if SH["name"] in part), name)
    return Shape(
        iri=iri,
        label=name,
        messages=tuple(text_of(part, SH["message"]) for part in parts if SH["message"] in part),
        advice=tuple(
            text_of(part, SH["description"]) for part in parts if SH["description"] in part
        ),
        severity=_node(own, SH["severity"]),
        path=_node(own, SH["path"]),
        targets=tuple(
            (kind, value)
            for kind in _TARGETS
            for value in own.get(kind, ())
            if isinstance(value, NamedNode)
        ),
        demands=tuple(
            (predicate, _whole(values, said))
            for predicate, values in own.items()
            if predicate not in _TOLD
        ),
        queries=tuple(filter(None, (_literal(part, SH["select"]) for part in constraints))),
    )


def _whole(values: Sequence[Term], said: Mapping[NamedNode, Said]) -> tuple[Term, ...]:
    """Return values, a list of RDF by its members."""
    found: list[Term] = []
    for value in values:
        rest: Term | None = value
        while isinstance(rest, NamedNode) and RDF["first"] in (node := said.get(rest, {})):
            found.extend(node[RDF["first"]])
            rest = next(iter(node.get(RDF["rest"], ())), None)
        if rest is value:
            found.append(value)
    return tuple(found)


def _node(own: Said, predicate: NamedNode) -> NamedNode | None:
    return next((value for value in own.get(predicate, ()) if isinstance(value, NamedNode)), None)


def _literal(own: Said, predicate: NamedNode) -> str:
    return next((value.value for value in own.get(predicate, ()) if isinstance(value, Literal)), "")
