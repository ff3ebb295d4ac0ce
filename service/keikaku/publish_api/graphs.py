"""The Graph Store Protocol over the graphs of plans and cities.

https://www.w3.org/TR/sparql11-http-rdf-update/ with what is this publisher's own: a change is a
release or nothing, and a graph without triples does not exist.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph
from anyio import to_thread
from pyoxigraph import NamedNode, RdfFormat
from starlette.routing import Route

from keikaku.build import folders_in
from keikaku.deposit.change import DepositError, GraphChange, Reason
from keikaku.deposit.folder import tag_of
from keikaku.deposit.given import GRAPH_KINDS, address_of
from keikaku.graph.decide import DECISIONS
from keikaku.names import PREFIXES, is_iri
from keikaku.publish_api.body import payloads_of
from keikaku.publish_api.reply import condition_of, graph_format, kept, published
from keikaku.records.decisions import DECISIONS_FILE
from keikaku.release.shelf import Shelf
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from keikaku.deposit.change import Payload
    from keikaku.publish_api.desk import Desk

_METHODS = ["GET", "PUT", "POST", "DELETE"]


class Graphs:
    """The graph store: graphs are read from the current release and written into plans."""

    def __init__(self, desk: Desk, site: str) -> None:
        """Change graphs at `desk`; `site` is where releases are published."""
        self._desk = desk
        self._site = site
        self._settings = desk.settings

    def routes(self) -> list[BaseRoute]:
        """Return the routes: graphs named by a parameter, and by their own path."""
        return [
            Route("/graphs", self.indirect, methods=_METHODS),
            Route("/graph/{path:path}", self.direct, methods=_METHODS),
        ]

    async def indirect(self, request: Request) -> Response:
        """Serve the graph that the parameter names: `graph=IRI`, or `default`."""
        graph = _named(request)
        return await self._serve(request, graph, f"/graphs?graph={quote(graph or '', safe='')}")

    async def direct(self, request: Request) -> Response:
        """Serve the graph whose IRI has this path below the base."""
        path = request.path_params["path"]
        return await self._serve(request, f"{self._settings.base}graph/{path}", f"/graph/{path}")

    async def _serve(self, request: Request, graph: str | None, here: str) -> Response:
        if request.method in ("GET", "HEAD"):
            return await to_thread.run_sync(self._shown, request, graph)
        plan = self._plan_of(graph)
        deleting = request.method == "DELETE"
        change = GraphChange(
            plan,
            () if deleting else await self._sent(request),
            NamedNode(graph or ""),
            merge=request.method == "POST",
            existing=deleting,
            condition=condition_of(request),
        )
        done = await self._desk.deposit(change)
        return published(done, self._site, here)

    async def _sent(self, request: Request) -> tuple[Payload, ...]:
        return await payloads_of(request, self._settings, GRAPH_KINDS)

    def _shown(self, request: Request, graph: str | None) -> Response:
        """Return a graph of the current release, or without a name the union of all."""
        chosen = graph_format(request)
        nquads = self._lines(graph)
        if not nquads:
            raise _unknown(graph)
        quads = pyoxigraph.parse(nquads, format=RdfFormat.N_QUADS)
        triples = sorted({quad.triple for quad in quads}, key=str)
        body = pyoxigraph.serialize(triples, format=chosen.kind, prefixes=PREFIXES) or b""
        tag = f"{tag_of(nquads)}.{chosen.kind.file_extension}"
        return kept(request, body, chosen.content_type, tag)

    def _lines(self, graph: str | None) -> bytes:
        """Return the N-Quads of a graph; they are taken by their ends, since no literal has one."""
        shelf = Shelf(self._settings.releases)
        if shelf.current_id() is None:
            return b""
        end = b" .\n" if graph is None else f" <{graph}> .\n".encode()
        return b"".join(line for line in shelf.current().lines() if line.endswith(end))

    def _plan_of(self, graph: str | None) -> str:
        """Return the plan whose folder holds a graph; raises if the graph may not be written."""
        address = address_of(graph, self._settings.base) if graph else None
        if address is None:
            raise _forbidden(
                "共有のグラフ、目録、既定グラフ(すべての和)には書けません。",
                "the shared graphs, the catalogue and the default graph (the union of all) are not "
                "written here",
            )
        if address.is_concluded:
            raise _forbidden(
                f"{address.name} は規則が作るグラフなので、書けません。",
                f"rules make the graph {address.name}; it is not written",
            )
        if address.name == DECISIONS:
            raise _forbidden(
                f"市の回答は計画の {DECISIONS_FILE} に書き、/plans で送ってください。",
                f"what the city decided is written in {DECISIONS_FILE}; send that to /plans",
            )
        if not address.is_given:
            raise _forbidden(
                f"計画に {address.name} という名のグラフはありません。",
                f"a plan has no graph called {address.name}",
            )
        name = f"{address.code}-{address.plan or ''}"
        folders = [folder.name for folder in folders_in(self._settings.plans)]
        found = [it for it in folders if it == name or (not address.plan and it.startswith(name))]
        if not found:
            raise _unknown(graph)
        return found[0]


def _named(request: Request) -> str | None:
    """Return the graph that the parameters name, None for the default graph."""
    parameters = request.query_params.multi_items()
    match parameters:
        case [("default", "")]:
            return None
        case [("graph", graph)] if is_iri(graph):
            return graph
    raise HttpError(
        HTTPStatus.BAD_REQUEST,
        "どのグラフかを、パラメータ graph(絶対 IRI)か default の一つだけで示してください。",
        "name the graph by exactly one parameter: graph, with an absolute IRI, or default",
    )


def _unknown(graph: str | None) -> DepositError:
    return DepositError(
        Reason.UNKNOWN,
        f"グラフ {graph or '(既定)'} はありません。",
        f"there is no graph {graph or '(default)'}",
    )


def _forbidden(ja: str, en: str) -> HttpError:
    return HttpError(HTTPStatus.FORBIDDEN, ja, en)
