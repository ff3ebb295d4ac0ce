"""What all plans share: ontology, concepts with the fiscal years, and shapes, as named graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, parse

from keikaku.assets import shipped
from keikaku.graph.calendar import fiscal_years
from keikaku.names import OWL, RDF, RDFS, SHAPE, SHARED_GRAPHS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyoxigraph import NamedNode


def vocabulary() -> set[Quad]:
    """Return the ontology, its mappings and the concepts: what rules and shapes need to know."""
    ontology = shipped("ontology")
    return {
        *_turtle(ontology / "keikaku.ttl", SHARED_GRAPHS.ontology),
        *_turtle(ontology / "align.ttl", SHARED_GRAPHS.ontology),
        *_turtle(ontology / "concepts.ttl", SHARED_GRAPHS.concepts),
        *fiscal_years(),
    }


def shape_files() -> tuple[Path, ...]:
    """Return the files of shapes, by name."""
    return tuple(sorted(shipped("shapes").glob("*.ttl")))


def shapes() -> set[Quad]:
    """Return all shapes as they are published: each says which file defines it."""
    found: set[Quad] = set()
    for quads in shapes_by_file():
        found |= quads | set(_defined(quads))
    return found


def _defined(quads: frozenset[Quad]) -> Iterator[Quad]:
    """Yield for every shape of a file that the file's ontology defines it."""
    is_header = (RDF["type"], OWL["Ontology"])
    headers = [quad.subject for quad in quads if (quad.predicate, quad.object) == is_header]
    for header in headers:
        for subject in {quad.subject for quad in quads if quad.subject in SHAPE}:
            yield Quad(subject, RDFS["isDefinedBy"], header, SHARED_GRAPHS.shapes)


def shapes_by_file() -> tuple[frozenset[Quad], ...]:
    """Return the shapes of each file, which can be used without the others."""
    return tuple(frozenset(_turtle(path, SHARED_GRAPHS.shapes)) for path in shape_files())


def _turtle(path: Path, graph: NamedNode) -> Iterator[Quad]:
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
