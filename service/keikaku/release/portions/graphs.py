"""The graphs of a release one by one: how large each is, its digest, and whose it is.

A graph of a plan or a city lies in one portion, with what else is said of them; what all plans
share lies in the first. Only a graph that lies in several is put together to be known.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from keikaku.release.portions.merge import merged_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SHARED = ""
"""The owner of graphs that are no plan's and no city's."""

_GZIP_LEVEL = 6
_OWNED = re.compile(r"(.+/graph/[0-9]{6})(?:(/[a-z0-9][a-z0-9-]*)/.+)?")


@dataclass(frozen=True, slots=True)
class GraphSum:
    """A graph in numbers: its triples, and the SHA-256 of its canonical N-Quads."""

    triples: int
    sha256: str


class Graphed(Protocol):
    """Canonical N-Quads whose graphs are known one by one."""

    def lines(self) -> bytes:
        """Return all lines, sorted by code point, each once."""

    def graphs(self) -> Mapping[str, GraphSum]:
        """Return each graph in numbers, by its IRI."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Canonical N-Quads that stand in a file of their own, which is called `name`."""

    name: str
    body: bytes

    def lines(self) -> bytes:
        """Return all lines."""
        return self.body

    def graphs(self) -> Mapping[str, GraphSum]:
        """Return each graph in numbers, by its IRI."""
        return sums(self.body)


@dataclass(frozen=True, slots=True)
class _Only:
    """The lines of one graph among others."""

    among: Graphed
    graph: str

    @property
    def first(self) -> bytes:
        """The first of them."""
        return next(self._own(), b"")

    def lines(self) -> bytes:
        """Return them."""
        return b"".join(self._own())

    def _own(self) -> Iterator[bytes]:
        own = self.graph.encode()
        return (line for line in self.among.lines().splitlines(keepends=True) if _of(line) == own)


def _of(line: bytes) -> bytes:
    """Return the graph of a line of canonical N-Quads, which ends with ` <graph> .`."""
    return line[line.rindex(b" <") + 2 : -4]


def sums(lines: bytes) -> dict[str, GraphSum]:
    """Return each graph of canonical N-Quads in numbers, by its IRI."""
    return {
        graph.decode(): GraphSum(len(own), hashlib.sha256(b"".join(own)).hexdigest())
        for graph, own in sorted(_by_graph(lines).items())
    }


def _by_graph(lines: bytes) -> dict[bytes, list[bytes]]:
    found: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for line in lines.splitlines(keepends=True):
        found[_of(line)].append(line)
    return found


def sums_of(parts: Sequence[Graphed]) -> dict[str, GraphSum]:
    """Return each graph of the parts together in numbers, by its IRI."""
    holders: defaultdict[str, list[tuple[Graphed, GraphSum]]] = defaultdict(list)
    for part in parts:
        for graph, known in part.graphs().items():
            holders[graph].append((part, known))
    return {
        graph: held[0][1] if len(held) == 1 else _together(graph, [part for part, _ in held])
        for graph, held in sorted(holders.items())
    }


def _together(graph: str, parts: Iterable[Graphed]) -> GraphSum:
    """Return a graph in numbers whose lines lie in several parts, some in more than one."""
    digest, triples = hashlib.sha256(), 0
    for piece in merged_lines([_Only(part, graph) for part in parts]):
        digest.update(piece)
        triples += piece.count(b"\n")
    return GraphSum(triples, digest.hexdigest())


def compressed(body: bytes) -> bytes:
    """Return bytes as gzip has them, always the same."""
    target = io.BytesIO()
    with gzip.GzipFile("", "wb", _GZIP_LEVEL, target, mtime=0) as file:
        file.write(body)
    return target.getvalue()


def owner_of(graph: str) -> str:
    """Return whose graph it is: how the IRIs of a plan's or a city's graphs begin, or SHARED."""
    found = _OWNED.fullmatch(graph)
    if found is None:
        return SHARED
    return found[1] if found[2] in (None, "/links") else found[1] + found[2]


def by_owner(lines: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield canonical N-Quads by the owner of their graphs, each in the same order."""
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    owners: dict[bytes, str] = {}
    for line in lines.splitlines(keepends=True):
        graph = _of(line)
        if graph not in owners:
            owners[graph] = owner_of(graph.decode())
        found[owners[graph]].append(line)
    for owner in sorted(found):
        yield owner, b"".join(found.pop(owner))
