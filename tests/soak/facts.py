"""What the answers must be: read from the releases themselves, past the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph

from keikaku.names import PARTY, PREFIXES

if TYPE_CHECKING:
    from keikaku.release.shelf import Release

Rows = frozenset[tuple[str, str]]
"""Numbers and titles of items."""

_ITEMS = """SELECT ?party ?year ?number ?title WHERE {
  ?item a kei:Item ; kei:involves ?party ; kei:activeIn ?year ;
        dcterms:identifier ?number ; rdfs:label ?title }"""
_COUNT = "SELECT (COUNT(*) AS ?rows) WHERE { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class Facts:
    """A release: its items by party and year, some IRIs of items, its number of triples."""

    release: str
    items: dict[tuple[str, str], Rows]
    iris: tuple[str, ...]
    triples: int

    @classmethod
    def of(cls, release: Release) -> Facts:
        """Read them from the release's store."""
        engine = pyoxigraph.Store.read_only(str(release.store))

        def rows(query: str) -> list[tuple[str, ...]]:
            found = engine.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
            return [tuple(term.value for term in row) for row in found]

        items: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for party, year, number, title in rows(_ITEMS):
            if party.startswith(PARTY.iri):
                key = (party.removeprefix(PARTY.iri), year.rpartition("/")[2])
                items.setdefault(key, set()).add((number, title))
        iris = sorted(iri for (iri,) in rows("SELECT ?item WHERE { ?item a kei:Item }"))
        [(count,)] = rows(_COUNT)
        frozen = {key: frozenset(found) for key, found in items.items()}
        return cls(release.id, frozen, tuple(iris), int(count))
