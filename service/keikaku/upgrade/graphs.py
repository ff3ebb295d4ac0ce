"""graphs.nq of format 2: what nothing names is dropped, and comments, and the files' hashes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from keikaku.closed import said_on
from keikaku.graph.dataset import vocabulary
from keikaku.graph.given import GRAPHS_FILE, quads_in
from keikaku.graph.infer import infer
from keikaku.names import KEI, RDF, SCHEMA, CityNames, PlanNames
from keikaku.records.harvested import read_harvested
from keikaku.records.planfile import read_planfile
from keikaku.release.dumps import canonical
from keikaku.upgrade.files import replace_file
from keikaku.upgrade.told import Kind, Told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PLACES = {KEI["SourceCell"]: "cells", KEI["SourceLine"]: "lines"}
_HASH = SCHEMA["sha256"]


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The graphs of a plan as they are to be, and how much of what they had is no longer there."""

    quads: frozenset[Quad]
    cells: int
    lines: int
    comments: int
    hashes: int


def upgrade_graphs(folder: Path, base: str) -> Iterable[Told]:
    """Rewrite the graphs that lie in a plan's folder, and return what was done.

    Raises PlanFileError or ReadError for what cannot be read, SettingsError where it cannot be
    written.
    """
    path = folder / GRAPHS_FILE
    if not path.is_file():
        return ()
    keys, harvested = read_planfile(folder).keys, read_harvested(folder)
    city = CityNames(harvested.base if harvested else base, keys.municipality.code)
    names = PlanNames(city, keys.plan.name)
    before = frozenset(quads_in(path.read_bytes(), RdfFormat.N_QUADS, f"{folder.name}/{path.name}"))
    after = upgraded(before, names)
    if after.quads == before:
        return ()
    replace_file(path, canonical(after.quads))
    return (
        Told(
            Kind.DONE,
            f"{folder.name}/{path.name}: どの値の根拠でもない欄 {after.cells:,} と行 "
            f"{after.lines:,}、注記 {after.comments:,} を消し、文書のハッシュ値 {after.hashes:,} を"
            "読取りのものに替えました",
            f"{after.cells:,} cells and {after.lines:,} lines that nothing names and "
            f"{after.comments:,} comments removed, {after.hashes:,} hashes of files replaced by "
            "those of what is read",
        ),
    )


def upgraded(quads: frozenset[Quad], names: PlanNames) -> Upgraded:
    """Return a plan's graphs without cells and lines that nothing names, and without comments.

    What rules find by a discrepancy counts as named. Graphs of a format that says what it withholds
    keep their cells: what is not to be seen is not in them.
    """
    toml = _toml_files(quads)
    dropped = {} if _tells(quads) else _unnamed(quads, names)
    documents = {
        quad.object
        for quad in quads
        if quad.predicate == KEI["document"] and quad.subject in dropped
    }
    unhashed = toml if _tells(quads) else toml | documents
    kept: set[Quad] = set()
    hashed: set[Quad] = set()
    comments = 0
    lines = {q.subject for q in quads if q.predicate == KEI["document"] and q.object in toml}
    for quad in quads:
        if quad.subject in dropped:
            continue
        if quad.predicate == _HASH and quad.subject in unhashed:
            hashed.add(quad)
        elif quad.predicate == RDF["value"] and quad.subject in lines:
            bare = _without_comment(quad)
            comments += bare != quad
            kept.add(bare)
        else:
            kept.add(quad)
    kept |= {_reading_hash(quad, kept) for quad in hashed}
    kinds = [*dropped.values()]
    return Upgraded(
        frozenset(kept), kinds.count("cells"), kinds.count("lines"), comments, len(hashed)
    )


def _tells(quads: frozenset[Quad]) -> bool:
    """Tell whether graphs are of a format that says what it withholds."""
    return any(
        quad.predicate == KEI["readingSha256"] or quad.object == KEI["WithheldRegion"]
        for quad in quads
    )


def _unnamed(quads: frozenset[Quad], names: PlanNames) -> dict[object, str]:
    """Return the cells and lines that nothing names, stated or found by rules, with their kind."""
    places = {
        quad.subject: kind
        for quad in quads
        if quad.predicate == RDF["type"] and (kind := _PLACES.get(_iri(quad.object)))
    }
    everything = quads | infer(quads, vocabulary(), names)
    named = {quad.object for quad in everything if quad.object != quad.subject}
    return {place: kind for place, kind in places.items() if place not in named}


def _reading_hash(of_file: Quad, quads: Iterable[Quad]) -> Quad:
    """Return the hash of what is left of a document, instead of that of its file."""
    below = f"{_iri(of_file.subject).value}/"
    mine = (quad for quad in quads if _iri(quad.subject).value.startswith(below))
    body = "".join(sorted(f"{quad} .\n" for quad in mine))
    digest = Literal(hashlib.sha256(body.encode()).hexdigest())
    return Quad(of_file.subject, KEI["readingSha256"], digest, of_file.graph_name)


def _iri(term: object) -> NamedNode:
    return term if isinstance(term, NamedNode) else KEI[""]


def _toml_files(quads: frozenset[Quad]) -> set[object]:
    """Return the documents that are plan.toml or decisions.toml."""
    return {
        quad.subject
        for quad in quads
        if quad.predicate == SCHEMA["name"]
        and isinstance(quad.object, Literal)
        and quad.object.value.endswith(".toml")
    }


def _without_comment(quad: Quad) -> Quad:
    assert isinstance(quad.object, Literal)  # noqa: S101  (rdf:value of a line)
    said = " ".join(said_on(line, 1) for line in quad.object.value.split("\n"))
    return Quad(quad.subject, quad.predicate, Literal(said), quad.graph_name)
