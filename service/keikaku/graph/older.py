"""Graphs of a plan as keikaku 0.1 published them, without what is published no more.

They held every cell and line of a document, whether a value rests on it or not, whole lines of
plan.toml and decisions.toml with their comments, and the hashes of the files. It is told by plan
and not by release, since a hub may hand on a plan that it took from elsewhere: graphs are of today
where the files of settings have hashes of their published reading, `kei:readingSha256`.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from keikaku.closed import said_on
from keikaku.names import KEI, RDF, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_PLACE = re.compile(r"(.+/source/[0-9]+)/(?:cell|line|withheld)/.+")
_TOML = Literal("application/toml")


@dataclass(frozen=True, slots=True)
class Published:
    """What may be published of a plan's graphs, and what had to be left out of them.

    `places` counts the cells and lines that said nothing of the plan, `comments` the lines that
    had one.
    """

    quads: frozenset[Quad]
    places: int = 0
    comments: int = 0


def published(quads: Collection[Quad]) -> Published:
    """Return what may be published of a plan's graphs; graphs of today are as they are."""
    if not _is_older(quads):
        return Published(frozenset(quads))
    silent = _silent(quads)
    spoken = [quad for quad in quads if quad.subject not in silent]
    settings = _settings(spoken)
    said = [_without_comment(quad, settings) for quad in spoken]
    unhashed = settings | {_document_of(place) for place in silent}
    return Published(
        frozenset(_hashed_anew(said, unhashed)),
        len(silent),
        sum(old != new for old, new in zip(spoken, said, strict=True)),
    )


def reading_sha256(document: NamedNode, quads: Iterable[Quad]) -> str:
    """Return the hash of what is published of a document: its cells, lines and withheld regions."""
    lines = (f"{quad} .\n" for quad in quads if _document_of(quad.subject) == document)
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _is_older(quads: Collection[Quad]) -> bool:
    """Tell whether a document of settings lacks the hash of today, or nothing shows another."""
    settings = _settings(quads)
    hashed = {quad.subject for quad in quads if quad.predicate == KEI["readingSha256"]}
    if settings:
        return not settings <= hashed
    return not hashed and not any(quad.object == KEI["WithheldRegion"] for quad in quads)


def _settings(quads: Iterable[Quad]) -> set[object]:
    """Return the documents that are plan.toml or decisions.toml."""
    return {
        quad.subject
        for quad in quads
        if quad.predicate == SCHEMA["encodingFormat"] and quad.object == _TOML
    }


def _silent(quads: Collection[Quad]) -> set[NamedNode]:
    """Return the cells and lines that no evidence, no thing and no remark names."""
    places = {
        quad.subject
        for quad in quads
        if isinstance(quad.subject, NamedNode)
        and (
            _document_of(quad.subject) is not None
            or (quad.predicate == RDF["type"] and quad.object in _PLACES)
        )
    }
    named = {quad.object for quad in quads if quad.subject not in places}
    return places - named


_PLACES = (KEI["SourceCell"], KEI["SourceLine"])


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


def _hashed_anew(quads: Collection[Quad], documents: Collection[object]) -> Iterator[Quad]:
    """Yield the statements, with hashes of what is left instead of the hashes of the files."""
    left: defaultdict[object, list[Quad]] = defaultdict(list)
    for quad in quads:
        if (document := _document_of(quad.subject)) in documents:
            left[document].append(quad)
    for quad in quads:
        if quad.predicate != SCHEMA["sha256"] or quad.subject not in documents:
            yield quad
        elif isinstance(quad.subject, NamedNode):
            digest = Literal(reading_sha256(quad.subject, left[quad.subject]))
            yield Quad(quad.subject, KEI["readingSha256"], digest, quad.graph_name)


def _document_of(place: object) -> NamedNode | None:
    """Return the document that a cell, line or region lies in, by its IRI, if it is one."""
    found = _PLACE.fullmatch(place.value) if isinstance(place, NamedNode) else None
    return NamedNode(found[1]) if found else None
