"""The routes of all IRIs, at the root and under the path of the publisher's base."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.convertors import PathConvertor, register_url_convertor

from keikaku.answers.lexicon import iri_of
from keikaku.errors import KeikakuError
from keikaku.web.names.addresses import composed, iri_elsewhere, iris_at, quoted
from keikaku.web.names.catalogue import catalogue_of
from keikaku.web.names.documentation import ontology_of, shapes_of
from keikaku.web.names.forms import CORS, Asked, answered, link, told
from keikaku.web.names.lookup import lookup_router
from keikaku.web.names.named_graph import graph_at, graphs_page
from keikaku.web.names.thing import thing_at
from keikaku.web.problems import HttpError
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from keikaku.web.names.forms import Document
    from keikaku.web.names.gone import Tombstones
    from keikaku.web.names.thing import PageOf
    from keikaku.web.parts import SiteParts


class _Whole(PathConvertor):
    """The rest of a path, line breaks too: they are no part of an IRI, and that is told."""

    regex = r"[\s\S]*"


register_url_convertor("whole", _Whole())


def names_routers(
    site: SiteParts, page_of: PageOf | None = None, tombstones: Tombstones | None = None
) -> tuple[APIRouter, ...]:
    """Return the routes of all IRIs, and of the page about those of others.

    `page_of` makes the pages of things whose class has a page of its own; `tombstones` knows what
    older releases had.
    """
    prefixes = dict.fromkeys(("", unquote(urlsplit(site.base).path.rstrip("/"))))
    routers = (_Names(site, prefix, page_of, tombstones).router() for prefix in prefixes)
    return (*routers, lookup_router(site))


class _Names:
    """The IRIs of the site under one prefix of the path."""

    def __init__(
        self, site: SiteParts, prefix: str, page_of: PageOf | None, tombstones: Tombstones | None
    ) -> None:
        self._site = site
        self._prefix = prefix
        self._page_of = page_of
        self._tombstones = tombstones

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix=self._prefix, include_in_schema=False)
        router.get("/id/{path:whole}")(self._thing)
        router.get("/graph")(self._graphs)
        forms = ("", ".html", ".ttl", ".nt", ".rdf", ".jsonld")
        for find, paths in (
            (self._find_document, ["/doc/{path:whole}"]),
            (self._find_elsewhere, ["/elsewhere/{path:whole}"]),
            (self._find_graph, ["/graph/{path:whole}"]),
            (self._find_ontology, ["/ns/{path:whole}", *(f"/ns{form}" for form in forms)]),
            (self._find_shapes, ["/shapes/{path:whole}", *(f"/shapes{form}" for form in forms)]),
            (self._find_catalogue, [f"/catalog{form}" for form in forms]),
        ):
            for path in paths:
                router.get(path)(self._endpoint(find, for_programs=path == "/catalog"))
        return router

    def _endpoint(
        self, find: Callable[[str], Document], *, for_programs: bool
    ) -> Callable[[Request], Response]:
        """Return what answers with the document that `find` finds by its path."""

        def answer(request: Request) -> Response:
            accept = request.headers.get("accept")
            try:
                below = _below(request, self._prefix)
            except KeikakuError as error:
                return told(error, accept)
            if composed(below) != below:
                return self._moved(composed(below), HTTPStatus.MOVED_PERMANENTLY)
            asked = Asked.of(below, accept, for_programs=for_programs)
            return answered(asked, f"{quoted(self._prefix)}/{quoted(asked.path)}", find)

        return answer

    def _thing(self, request: Request) -> Response:
        """Lead from a thing to its document."""
        try:
            below = composed(_below(request, self._prefix))
            iri_of(f"{self._site.base}{below}")
        except KeikakuError as error:
            return told(error, request.headers.get("accept"))
        return self._moved(f"doc/{below.removeprefix('id/')}", HTTPStatus.SEE_OTHER)

    def _moved(self, below: str, status: HTTPStatus) -> Response:
        there = reader().href(f"{quoted(self._prefix)}/{quoted(below)}")
        headers = CORS | {"Vary": "Accept", "Link": link(there, "describedby")}
        return RedirectResponse(there, status, headers)

    def _graphs(self) -> HTMLResponse:
        return graphs_page(self._site)

    def _find_document(self, below: str) -> Document:
        iris = iris_at(self._site.base, f"id/{below.removeprefix('doc/')}")
        return thing_at(self._site, iris, below, page_of=self._page_of, tombstones=self._tombstones)

    def _find_elsewhere(self, below: str) -> Document:
        """Find what was harvested from another publisher, whose IRIs do not lead here."""
        iri = iri_elsewhere(below.removeprefix("elsewhere/"))
        if iri is None:
            raise HttpError(
                HTTPStatus.NOT_FOUND,
                "このアドレスには何もありません。",
                "there is nothing at this address",
            )
        return thing_at(self._site, (iri,), below, page_of=self._page_of)

    def _find_graph(self, below: str) -> Document:
        return graph_at(self._site, below.removeprefix("graph/"))

    def _find_ontology(self, below: str) -> Document:
        return ontology_of(self._site, below.partition("/")[2] or None)

    def _find_shapes(self, below: str) -> Document:
        return shapes_of(self._site, below.partition("/")[2] or None)

    def _find_catalogue(self, _: str) -> Document:
        return catalogue_of(self._site)


def _below(request: Request, prefix: str) -> str:
    """Return the path of a request below a prefix, without the slash.

    Raises HttpError for a path that is not UTF-8, and for parameters: there are none.
    """
    raw = bytes(request.scope.get("raw_path") or b"").partition(b"?")[0]
    try:
        unquote_to_bytes(raw).decode()
    except UnicodeDecodeError as error:
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            "アドレスが UTF-8 ではありません。",
            "the address is not UTF-8",
        ) from error
    if request.url.query and [*request.query_params] != ["page"]:
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            "このアドレスに条件(? の後)はありません。形式は .ttl などの拡張子で選べます。",
            "this address takes no parameters; a suffix such as .ttl chooses the form",
        )
    return str(request.scope["path"])[len(prefix) + 1 :]
