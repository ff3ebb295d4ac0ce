"""The web application, put together around a source of stores."""

from __future__ import annotations

from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.routing import Route

from keikaku import __version__
from keikaku.names import SHARED
from keikaku.settings import Settings
from keikaku.web import problems
from keikaku.web.conditional import Conditional
from keikaku.web.kept import Kept
from keikaku.web.operation.metrics import metrics_endpoint
from keikaku.web.problems import HttpError
from keikaku.web.reader import Read
from keikaku.web.rendering import STATIC
from keikaku.web.sparql.endpoint import sparql_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    from fastapi import APIRouter
    from starlette.types import ASGIApp, Receive, Scope, Send

    from keikaku.answers.notice import Notice
    from keikaku.web.operation.metrics import Metrics
    from keikaku.web.served import Served, Source
    from keikaku.web.sparql.caching import ResultCache

_PAGES = 4
"""Pages may take a quarter of what results may take in memory, besides."""


def create_app(
    source: Source,
    *routers: APIRouter,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    pinned: Callable[[str], Served] | None = None,
    settings: Settings | None = None,
    cache: ResultCache | None = None,
    metrics: Metrics | None = None,
    notice: Callable[[], Notice] | None = None,
    base: str = SHARED,
) -> Site:
    """Return the application; every request asks `source` for what it is answered from.

    `routers` are the rooms beside the endpoint: the pages, the questions, the downloads.
    `lifespan` lasts as long as the server runs; `pinned` gives an older release by its id.
    `cache` holds results, as many as the settings say unless it is given. With `metrics` there is
    /metrics. `notice` is what every page says of its data, `base` what its IRIs
    begin with.
    """
    app = Site(
        title="keikaku",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    problems.install(app)
    app.read = Read(app.answer, notice, base)
    most = (settings or Settings()).cache_bytes // _PAGES
    app.kept = Kept(app.routed, lambda: source().kept_as, most)
    app.pages = Conditional(app.kept)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    routes = sparql_routes(source, pinned, settings=settings, cache=cache)
    app.router.routes += routes
    app.straight = {route.path: route.app for route in routes if "{" not in route.path}
    if metrics is not None:
        app.router.routes.append(Route("/metrics", metrics_endpoint(metrics)))
    for router in routers:
        _answer_head(router)
        app.include_router(router)

    @app.get("/healthz", include_in_schema=False)
    async def alive() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @app.get("/readyz", include_in_schema=False)
    def ready() -> PlainTextResponse:
        if not source().store.ready():
            raise HttpError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "データベースが応答しません。",
                "the store does not answer",
            )
        return PlainTextResponse("ok")

    return app


class Site(FastAPI):
    """An application whose endpoint is reached straight: it does by itself what others need.

    Middleware and routing would cost a short query a tenth of its time.
    """

    straight: Mapping[str, ASGIApp] = MappingProxyType({})
    read: ASGIApp
    kept: Kept
    pages: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self.read(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request whose reader is known."""
        if scope["type"] == "http" and (endpoint := self.straight.get(scope["path"])):
            await endpoint(scope, receive, send)
        else:
            await self.pages(scope, receive, send)

    async def routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request as the routes say."""
        await super().__call__(scope, receive, send)


def _answer_head(router: APIRouter) -> None:
    """Let what can be got be asked for without its body, where the routes do not do so themselves.

    The server leaves the body out.
    """
    for route in router.routes:
        if isinstance(route, APIRoute) and not route.include_in_schema:
            route.methods = {*(route.methods or ()), "HEAD"}
