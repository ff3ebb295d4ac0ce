"""The web application, put together around a source of stores."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from starlette.routing import Route

from keikaku import __version__
from keikaku.web import problems
from keikaku.web.problems import HttpError
from keikaku.web.sparql import sparql_endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import APIRouter

    from keikaku.store.base import Store


def create_app(store_source: Callable[[], Store], *routers: APIRouter) -> FastAPI:
    """Return the application; every request asks `store_source` for the store it answers from.

    `routers` are the rooms beside the endpoint: the pages, the questions, the downloads.
    """
    app = FastAPI(
        title="keikaku",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    for router in routers:
        _answer_head(router)
        app.include_router(router)
    app.router.routes.append(Route("/sparql", endpoint=sparql_endpoint(store_source)))

    @app.get("/healthz", include_in_schema=False)
    async def alive() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @app.get("/readyz", include_in_schema=False)
    def ready() -> PlainTextResponse:
        if not store_source().ready():
            raise HttpError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "データベースが応答しません。",
                "the store does not answer",
            )
        return PlainTextResponse("ok")

    return app


def _answer_head(router: APIRouter) -> None:
    """Let what can be got be asked for without its body, where the routes do not do so themselves.

    The server leaves the body out.
    """
    for route in router.routes:
        if isinstance(route, APIRoute) and not route.include_in_schema:
            route.methods = {*(route.methods or ()), "HEAD"}
