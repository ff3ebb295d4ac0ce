"""The one error body: problem+json (RFC 9457) for machines, a small page for a browser."""

from __future__ import annotations

import json
import logging
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, PackageLoader
from starlette.exceptions import HTTPException
from starlette.responses import Response

from keikaku.errors import (
    KeikakuError,
    QueryRefusedError,
    QuerySyntaxError,
    QuestionError,
    ReleaseError,
)
from keikaku.store.base import FormatError
from keikaku.web.negotiate import prefers_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

STATUS: dict[type[KeikakuError], HTTPStatus] = {
    QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    QueryRefusedError: HTTPStatus.BAD_REQUEST,
    QuestionError: HTTPStatus.BAD_REQUEST,
    FormatError: HTTPStatus.NOT_ACCEPTABLE,
    ReleaseError: HTTPStatus.SERVICE_UNAVAILABLE,
    KeikakuError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of each error; a class that is not here has that of its nearest base."""

_SENTENCES = {
    HTTPStatus.NOT_FOUND: (
        "このアドレスには何もありません。",
        "there is nothing at this address",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "このアドレスでは、その HTTP メソッドは使えません。使えるものは Allow にあります。",
        "this address does not take that HTTP method; Allow lists those it takes",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "サーバーの中で予期しない誤りが起きました。記録はサーバーに残っています。",
        "something unexpected went wrong inside the server; it is in the server's log",
    ),
}

_log = logging.getLogger(__name__)


class HttpError(KeikakuError):
    """A request that HTTP or the SPARQL protocol does not allow, with its status."""

    def __init__(
        self, status: HTTPStatus, ja: str, en: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Keep the status and the headers that go with it."""
        self.status = status
        self.headers = dict(headers or {})
        super().__init__(ja, en)


def respond(error: Exception, accept: str | None) -> Response:
    """Return the response that tells of `error`: a page if a browser asks, else problem+json."""
    status, headers = _status_and_headers(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s: %s", status, error, exc_info=error)
    problem = _problem(error, status)
    headers["Vary"] = "Accept"
    if prefers_html(accept):
        return Response(_page(problem), status, headers, "text/html; charset=utf-8")
    body = json.dumps(problem, ensure_ascii=False)
    return Response(body, status, headers, "application/problem+json")


def install(app: FastAPI) -> None:
    """Make `app` answer every error with this body."""

    def handle(request: Request, error: Exception) -> Response:
        return respond(error, request.headers.get("accept"))

    for kind in (KeikakuError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, handle)


def _status_and_headers(error: Exception) -> tuple[HTTPStatus, dict[str, str]]:
    if isinstance(error, HttpError):
        return error.status, dict(error.headers)
    if isinstance(error, HTTPException):
        return HTTPStatus(error.status_code), dict(error.headers or {})
    if isinstance(error, RequestValidationError):
        return HTTPStatus.BAD_REQUEST, {}
    bases = type(error).__mro__
    found = (STATUS[base] for base in bases if base in STATUS)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR), {}


def _problem(error: Exception, status: HTTPStatus) -> dict[str, Any]:
    """Return the members of RFC 9457, and `line` where an error knows its line in the query."""
    line = None
    if isinstance(error, KeikakuError):
        ja, en, line = error.ja, error.en, error.problems[0].line
    elif isinstance(error, RequestValidationError):
        ja, en = "受け付けられない値があります。", _invalid_values(error)
    else:
        ja, en = _SENTENCES.get(status, ("この要求には応えられません。", status.description))
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": f"{ja} ({en})" if en else ja,
    }
    return problem | ({"line": line} if line else {})


def _invalid_values(error: RequestValidationError) -> str:
    return "; ".join(
        f"{' '.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
    )


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("keikaku.web"), autoescape=True)


def _page(problem: dict[str, Any]) -> str:
    return _templates().get_template("problem.html").render(problem=problem)
