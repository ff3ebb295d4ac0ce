"""The catalogue as a document: it carries all that is said below its IRI (`catalog#…`) too."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.answers.borrowed import called
from keikaku.answers.lexicon import label_of, rows_of
from keikaku.answers.things.rows import text_of
from keikaku.names import RDF, RDFS, catalog_graph, publisher_graph
from keikaku.store.base import Query
from keikaku.web.names.thing import thing_at

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse
    from pyoxigraph import RdfFormat

    from keikaku.closed import Bilingual
    from keikaku.store.base import Term
    from keikaku.web.names.thing import Thing
    from keikaku.web.parts import SiteParts

_PARTS = """SELECT ?part ?property ?value WHERE {{
  VALUES ?graph {{ {graphs} }}
  GRAPH ?graph {{ ?part ?property ?value }}
  FILTER (STRSTARTS(STR(?part), "{catalogue}#"))
}} ORDER BY ?part ?property ?value LIMIT {most}"""
MOST_STATEMENTS = 2000
"""How many statements about parts of the catalogue its page shows."""

_LINKSETS = """SELECT ?linkset ?label ?links ?licence ?file WHERE {{
  GRAPH {graph} {{
    ?linkset a void:Linkset ; rdfs:label ?label ; void:triples ?links ; void:dataDump ?file .
    OPTIONAL {{ ?linkset dcterms:license ?licence }}
  }}
}} ORDER BY ?linkset LIMIT {most}"""
_BOTH = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }} }}"


@dataclass(frozen=True, slots=True)
class Part:
    """What stands below the catalogue's IRI: its fragment, its label, and what is said of it."""

    name: str
    label: Bilingual
    facts: tuple[tuple[Bilingual, Term], ...]


@dataclass(frozen=True, slots=True)
class Linkset:
    """The links to one dataset: what they are called, how many, their licence, their file."""

    label: Bilingual
    links: str
    licence: str
    file: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The catalogue of the current release: the page of a thing, and the whole of its graphs.

    What the publisher's settings say stands in a graph of its own.
    """

    thing: Thing

    @property
    def links(self) -> tuple[str, ...]:
        """How to cite it, for the Link header."""
        return self.thing.links

    def page(self) -> HTMLResponse:
        """Return its page, on which each of its parts has a place of its own."""
        return self.thing.generic("catalogue.html", parts=self._parts(), linksets=self._linksets())

    def _linksets(self) -> list[Linkset]:
        """Return the links to other data that the release has, dataset by dataset."""
        graph = catalog_graph(self.thing.site.base)
        rows = rows_of(
            self.thing.answers.store, _LINKSETS.format(graph=graph, most=MOST_STATEMENTS)
        )
        found = []
        for linkset, some in groupby(rows, key=lambda row: row[0]):
            said = list(some)
            if isinstance(linkset, NamedNode):
                label = label_of(linkset, [row[1] for row in said if isinstance(row[1], Literal)])
                found.append(Linkset(label, *(text_of(term) for term in said[0][2:])))
        return found

    def _parts(self) -> list[Part]:
        """Return what stands below the catalogue's IRI: services, examples, prefixes."""
        iri = self.thing.iri.value
        query = _PARTS.format(graphs=self._graphs(), catalogue=iri, most=MOST_STATEMENTS)
        rows = rows_of(self.thing.answers.store, query)
        parts = []
        for part, found in groupby(rows, key=lambda row: row[0]):
            if isinstance(part, NamedNode):
                said = [(prop, value) for _, prop, value in found]
                labels = [v for p, v in said if p == RDFS["label"] and isinstance(v, Literal)]
                facts = tuple(
                    (called(prop), value)
                    for prop, value in said
                    if isinstance(prop, NamedNode)
                    and value
                    and prop not in (RDF["type"], RDFS["label"])
                )
                name = part.value.removeprefix(f"{iri}#")
                parts.append(Part(name, label_of(part, labels), facts))
        return parts

    def rdf(self, kind: RdfFormat) -> bytes:
        """Return the graphs of the catalogue in a format."""
        query = Query(_BOTH.format(graphs=self._graphs()), graphs=kind)
        return self.thing.answers.store.serialize(query).body

    def _graphs(self) -> str:
        base = self.thing.site.base
        return f"{catalog_graph(base)} {publisher_graph(base)}"


def catalogue_of(site: SiteParts) -> Catalogue:
    """Return the catalogue of the current release. Raises HttpError where it has none."""
    return Catalogue(thing_at(site, (f"{site.base}catalog",), "catalog"))
