"""The linksets of a release, each target's in a file of its own.

They stand in the dumps as well, but for those whose licence keeps them apart from everything else.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from keikaku.names import DCTERMS, RDF, RDFS, VOID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from keikaku.release.portions.graphs import Apart

FOLDER = "links"
"""The folder of a release in which the linksets lie."""

_GRAPH = re.compile(rb" <[^<>]*/links/([a-z0-9][a-z0-9-]*)> \.\n\Z")


@dataclass(frozen=True, slots=True)
class LinksetFile:
    """A file of linksets: what its target is called, under which licence, how many links it has.

    `relations` counts the links by their property.
    """

    name: str
    ja: str
    en: str
    licence: str
    relations: Mapping[str, int] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The name of the target."""
        return self.name.removeprefix(f"{FOLDER}/").removesuffix(".nq")


def write_linksets(folder: Path, lines: Iterable[bytes], apart: Iterable[Apart]) -> None:
    """Write the linksets among canonical N-Quads into a release's folder, and those kept apart.

    `lines` are pieces that end with a line.
    """
    found: dict[str, list[bytes]] = {}
    for piece in lines:
        if b"/links/" not in piece:
            continue
        for line in piece.splitlines(keepends=True):
            if b"/links/" in line and (graph := _GRAPH.search(line)):
                found.setdefault(graph[1].decode(), []).append(line)
    for target, own in found.items():
        _write(folder / FOLDER / f"{target}.nq", b"".join(own))
    for one in apart:
        _write(folder / one.name, one.body)


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def linksets_in(folder: Path) -> tuple[LinksetFile, ...]:
    """Return the files of linksets in a release's folder, by name."""
    paths = sorted((folder / FOLDER).rglob("*.nq"))
    return tuple(_told(path, str(path.relative_to(folder))) for path in paths)


def _told(path: Path, name: str) -> LinksetFile:
    """Return what a file of linksets says of itself."""
    labels: dict[str, str] = {}
    linksets: set[object] = set()
    named: list[tuple[object, Literal]] = []
    licences: set[str] = set()
    relations: Counter[str] = Counter()
    for quad in parse(path=str(path), format=RdfFormat.N_QUADS):
        value = quad.object
        if quad.predicate == RDF["type"] and value == VOID["Linkset"]:
            linksets.add(quad.subject)
        elif quad.predicate == RDF["predicate"] and isinstance(value, NamedNode):
            relations[value.value] += 1
        elif quad.predicate == DCTERMS["license"] and isinstance(value, NamedNode):
            licences.add(value.value)
        elif quad.predicate == RDFS["label"] and isinstance(value, Literal):
            named.append((quad.subject, value))
    for subject, label in named:
        if subject in linksets and label.language:
            labels[label.language] = label.value
    stem = path.stem
    ja = labels.get("ja", f"{stem} へのリンク")
    en = labels.get("en", f"Links to {stem}")
    licence = licences.pop() if len(licences) == 1 else ""
    return LinksetFile(name, ja, en, licence, dict(sorted(relations.items())))
