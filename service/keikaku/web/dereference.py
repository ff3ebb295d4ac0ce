"""What IRIs name: each leads to its document, as a page or as RDF.

An IRI is answered by its path whatever host the server runs on: those that all cities share, and
those of the publisher under the path of its base.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from keikaku.errors import QuestionError
from keikaku.names import DCTERMS, KEI, SHARED, SHARED_GRAPHS, SKOS, catalog_graph
from keikaku.store.base import Query
from keikaku.web.negotiate import GRAPHS, HTML, acceptable, choose
from keikaku.web.problems import HttpError
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from keikaku.web.current import CurrentAnswers

_SUFFIXES = {"html", *(name for offer in GRAPHS for name in offer.names)}
_FORMATS = ("ttl", "nt", "rdf", "jsonld")
_TECHNICAL = frozenset(
    {
        DCTERMS["isPartOf"],
        KEI["cell"],
        KEI["partOf"],
        KEI["position"],
        KEI["printedNumber"],
        SKOS["hiddenLabel"],
    }
)
"""Properties that a page folds away: they serve matching and provenance, or repeat others."""

_VARY = {"Vary": "Accept"}
_CORS = {"Access-Control-Allow-Origin": "*"}


def names_routers(answers: CurrentAnswers, base: str) -> tuple[APIRouter, ...]:
    """Return the routes of all IRIs, at the root and under the path of the publisher's base."""
    prefixes = dict.fromkeys(("", urlsplit(base).path.rstrip("/")))
    return tuple(_names_router(answers, base, prefix) for prefix in prefixes)


def _names_router(answers: CurrentAnswers, base: str, prefix: str) -> APIRouter:
    router = APIRouter(prefix=prefix, include_in_schema=False)

    @router.get("/id/{path:path}")
    def thing(path: str) -> RedirectResponse:
        return RedirectResponse(f"{prefix}/doc/{quote(path)}", HTTPStatus.SEE_OTHER, _VARY | _CORS)

    @router.get("/doc/{path:path}")
    def document(path: str, request: Request) -> Response:
        return _document(answers, base, path, request.headers.get("accept"))

    @router.get("/ns")
    def ontology(request: Request) -> Response:
        return _graph(answers, SHARED_GRAPHS.ontology, request.headers.get("accept"))

    @router.get("/shapes")
    def shapes(request: Request) -> Response:
        return _graph(answers, SHARED_GRAPHS.shapes, request.headers.get("accept"))

    @router.get("/catalog")
    def catalog(request: Request) -> Response:
        return _graph(answers, catalog_graph(base), request.headers.get("accept"))

    return router


def _graph(answers: CurrentAnswers, graph: NamedNode, accept: str | None) -> Response:
    """Return a whole graph as RDF; who wants none of its forms gets Turtle, to read."""
    offer = choose(accept, None, GRAPHS) or GRAPHS[0]
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    body = answers.current().store.serialize(Query(query, graphs=offer.kind))
    return Response(body.body, headers=_VARY | _CORS, media_type=offer.content_type)


def _document(answers: CurrentAnswers, base: str, path: str, accept: str | None) -> Response:
    """Return the page or the RDF of the thing at a path, under the base or under what is shared."""
    stem, _, suffix = path.rpartition(".")
    path, name = (stem, suffix) if stem and suffix in _SUFFIXES else (path, None)
    current = answers.current()
    for root in dict.fromkeys((base, SHARED)):
        iri = f"{root}id/{path}"
        try:
            description = current.describe(iri)
        except QuestionError:  # no IRI at all, so that it names nothing
            continue
        if description:
            break
    else:
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            f"「{path}」というものは、このリリースにありません。",
            f"this release knows nothing called {path!r}",
        )
    wants_page = name == "html" or (
        name is None and acceptable(accept, [HTML, *(g.media_type for g in GRAPHS)]) == HTML
    )
    if wants_page:
        return page(
            "resource.html",
            release=current.release,
            thing=description,
            formats=_FORMATS,
            technical=_TECHNICAL,
            path=path,
        )
    offer = choose(accept, name, GRAPHS)
    if offer is None:
        raise HttpError(
            HTTPStatus.NOT_ACCEPTABLE,
            "求められた形式では出せません。出せるもの: HTML、Turtle、N-Triples、RDF/XML、JSON-LD",
            "there is HTML, Turtle, N-Triples, RDF/XML and JSON-LD",
        )
    body = current.store.serialize(Query(f"DESCRIBE <{iri}>", graphs=offer.kind))
    return Response(body.body, headers=_VARY | _CORS, media_type=offer.content_type)
