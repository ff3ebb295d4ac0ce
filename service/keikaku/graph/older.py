"""Graphs of a plan as keikaku 0.1 published them, without what is published no more.

They held every cell and line of a document, whether a value rests on it or not, whole lines of
plan.toml and decisions.toml with their comments, and the hashes of the files. It is told by plan
and not by release, since a hub may hand on a plan that it took from elsewhere.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.closed import said_on
from keikaku.graph.dataset import vocabulary
from keikaku.graph.infer import infer
from keikaku.names import KEI, RDF, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from keikaku.names import PlanNames

_PLACE = re.compile(r"(.+/source/[0-9]+)/(cell|line)/.+")
_BELOW = re.compile(r"(.+/source/[0-9]+)/.+")
_HASH, _READING = SCHEMA["sha256"], KEI["readingSha256"]
_TOML = Literal("application/toml")


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The graphs of a plan as they may be published, and how much was left out of them.

    `cells` and `lines` are those that nothing named; `comments` counts the lines that had one,
    `hashes` those of files that gave way to hashes of what is read.
    """

    quads: frozenset[Quad]
    cells: int = 0
    lines: int = 0
    comments: int = 0
    hashes: int = 0


def upgraded(quads: Collection[Quad], names: PlanNames) -> Upgraded:
    """Return what may be published of a plan's graphs; graphs of today are as they are.

    Cells and lines that nothing names are left out, where rules naming them by a discrepancy count
    too; graphs that say what they withhold keep theirs, since what is not to be seen is not in
    them.
    """
    settings = _settings(quads)
    is_told = any(quad.predicate == _READING or _is_region(quad) for quad in quads)
    silent = frozenset() if is_told else _silent(quads, names)
    unhashed = settings | {_document_of(place) for place in silent}
    spoken = [quad for quad in quads if quad.subject not in silent]
    said = [_without_comment(quad, settings) for quad in spoken]
    files = {quad for quad in said if quad.predicate == _HASH and quad.subject in unhashed}
    left = frozenset(said) - files
    kinds = Counter(_kind(place) for place in silent)
    return Upgraded(
        left | {_reading_hash(file, left) for file in files},
        kinds["cell"],
        kinds["line"],
        sum(old != new for old, new in zip(spoken, said, strict=True)),
        len(files),
    )


def _is_region(quad: Quad) -> bool:
    return quad.predicate == RDF["type"] and quad.object == KEI["WithheldRegion"]


def _settings(quads: Iterable[Quad]) -> set[object]:
    """Return the documents that are plan.toml or decisions.toml and whose file's hash is told."""
    hashed: set[object] = set()
    toml: set[object] = set()
    for quad in quads:
        if quad.predicate == _HASH:
            hashed.add(quad.subject)
        elif quad.predicate == SCHEMA["encodingFormat"] and quad.object == _TOML:
            toml.add(quad.subject)
    return hashed & toml


def _silent(quads: Collection[Quad], names: PlanNames) -> frozenset[NamedNode]:
    """Return the cells and lines that nothing but themselves names, said or found by a rule."""
    places = {
        quad.subject
        for quad in quads
        if isinstance(quad.subject, NamedNode) and _PLACE.fullmatch(quad.subject.value)
    }
    everything = {*quads, *infer(quads, vocabulary(), names)} if places else ()
    return frozenset(places - {quad.object for quad in everything if quad.subject not in places})


def _without_comment(quad: Quad, settings: Collection[object]) -> Quad:
    """Return a statement as it is, or the text of a line of settings without its comment."""
    text = quad.object
    if quad.predicate != RDF["value"] or not isinstance(text, Literal):
        return quad
    if _document_of(quad.subject) not in settings:
        return quad
    lines = text.value.count("\n") + 1
    said = Literal("\n".join(said_on(text.value, line + 1) for line in range(lines)))
    return Quad(quad.subject, quad.predicate, said, quad.graph_name)


def _reading_hash(file: Quad, left: Iterable[Quad]) -> Quad:
    """Return the hash of what is left of a document, instead of that of its file."""
    assert isinstance(file.subject, NamedNode)  # noqa: S101  (documents are named)
    digest = Literal(reading_sha256(file.subject, left))
    return Quad(file.subject, _READING, digest, file.graph_name)


def reading_sha256(document: NamedNode, quads: Iterable[Quad]) -> str:
    """Return the hash of what is published of a document: its places in canonical N-Quads."""
    lines = (f"{quad} .\n" for quad in quads if _document_of(quad.subject) == document)
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _document_of(place: object) -> NamedNode | None:
    """Return the document that something lies in, by its IRI, if it lies in one."""
    found = _BELOW.fullmatch(place.value) if isinstance(place, NamedNode) else None
    return NamedNode(found[1]) if found else None


def _kind(place: NamedNode) -> str:
    found = _PLACE.fullmatch(place.value)
    return found[2] if found else ""
