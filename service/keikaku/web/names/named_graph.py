"""A named graph of the current release: what it is, how large, and its triples."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from keikaku.answers.graphs import graph_kind
from keikaku.answers.lexicon import iri_of, rows_of
from keikaku.errors import ResultSizeError
from keikaku.store.base import Query
from keikaku.web.names.addresses import quoted, roots
from keikaku.web.names.forms import SUFFIXES
from keikaku.web.problems import HttpError
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse
    from pyoxigraph import RdfFormat

    from keikaku.closed import Bilingual
    from keikaku.store.base import Store
    from keikaku.web.parts import SiteParts

MOST_TRIPLES = 50_000
"""A larger graph is fetched from the endpoint or with the dumps, which send it in pieces."""

_COUNT = """SELECT (COUNT(*) AS ?count) WHERE {{
  {{ SELECT ?s WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }} LIMIT {most} }}
}}"""


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """A graph, its name below /graph/, and how many triples it has (up to MOST_TRIPLES + 1)."""

    store: Store
    release: str
    iri: str
    name: str
    triples: int

    @property
    def links(self) -> tuple[str, ...]:
        """Nothing more than its forms."""
        return ()

    @property
    def kind(self) -> tuple[Bilingual, Bilingual]:
        """What kind of graph it is, and what such a graph holds."""
        return graph_kind(self.name)

    @property
    def query(self) -> str:
        """The query for all that it holds."""
        return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{self.iri}> {{ ?s ?p ?o }} }}"

    @property
    def direct(self) -> bool:
        """Whether it is small enough to be sent whole."""
        return self.triples <= MOST_TRIPLES

    def page(self) -> HTMLResponse:
        """Return the page about it."""
        sparql = [(name, self._through_the_endpoint(name)) for name in SUFFIXES]
        own = [(name, f"/graph/{quoted(self.name)}.{name}") for name in SUFFIXES]
        return page(
            "graph.html", release=self.release, graph=self, downloads=own if self.direct else sparql
        )

    def rdf(self, kind: RdfFormat) -> bytes:
        """Return its triples. Raises ResultSizeError for a graph too large to send whole."""
        if not self.direct:
            there = self._through_the_endpoint("nt")
            raise ResultSizeError(
                "このグラフは大きいので、ここからは一度に送れません。"
                f"{there} から受け取ってください。",
                f"this graph is too large to be sent whole from here; fetch it from {there}",
            )
        return self.store.serialize(Query(self.query, graphs=kind)).body

    def _through_the_endpoint(self, form: str) -> str:
        return f"/sparql?{urlencode({'query': self.query, 'format': form})}"


def graph_at(site: SiteParts, name: str) -> NamedGraph:
    """Return the graph of this name. Raises QuestionError or HttpError if there is none."""
    current, served = site.answers.current(), site.answers.served()
    for root in roots(site.base):
        iri = iri_of(f"{root}graph/{name}").value
        count = served.graphs.get(iri) or _count(current.store, iri)
        if count:
            return NamedGraph(current.store, current.release, iri, name, count)
    raise HttpError(
        HTTPStatus.NOT_FOUND,
        f"「{name}」というグラフは、このリリースにありません。",
        f"this release has no graph called {name!r}",
    )


def graphs_page(site: SiteParts) -> HTMLResponse:
    """Return the list of all graphs of the release."""
    served = site.answers.served()
    found = [
        NamedGraph(served.store, served.release or "", iri, iri.partition("/graph/")[2], count)
        for iri, count in sorted(served.graphs.items())
    ]
    return page("graphs.html", release=served.release, graphs=found)


def _count(store: Store, iri: str) -> int:
    rows = rows_of(store, _COUNT.format(graph=iri_of(iri), most=MOST_TRIPLES + 1))
    return int(getattr(rows[0][0], "value", 0)) if rows else 0
