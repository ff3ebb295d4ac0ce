"""The one error body: problem+json (RFC 9457) for machines, a small page for a browser, or text."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from keikaku.closed import Bilingual
from keikaku.errors import (
    BusyError,
    EngineCrashError,
    EngineError,
    KeikakuError,
    QueryMemoryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    QuestionError,
    ReleaseError,
    ResultSizeError,
)
from keikaku.release.held_back.verdict import ReleaseHeldBackError
from keikaku.release.index import ReleaseGoneError
from keikaku.store.base import FormatError
from keikaku.web.negotiate import GRAPHS, ROWS, prefers_html, prefers_text
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

STATUS: dict[type[KeikakuError], HTTPStatus] = {
    QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    QueryRefusedError: HTTPStatus.BAD_REQUEST,
    QuestionError: HTTPStatus.BAD_REQUEST,
    FormatError: HTTPStatus.NOT_ACCEPTABLE,
    ResultSizeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    QueryTimeoutError: HTTPStatus.GATEWAY_TIMEOUT,
    QueryMemoryError: HTTPStatus.SERVICE_UNAVAILABLE,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    EngineError: HTTPStatus.BAD_GATEWAY,
    EngineCrashError: HTTPStatus.INTERNAL_SERVER_ERROR,
    ReleaseGoneError: HTTPStatus.GONE,
    ReleaseHeldBackError: HTTPStatus.FORBIDDEN,
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

_ANY_HEADING = Bilingual(ja="この要求には応えられません", en="This request cannot be answered")
_HEADINGS = {
    HTTPStatus.BAD_REQUEST: Bilingual(ja="指定が正しくありません", en="Something is wrong here"),
    HTTPStatus.FORBIDDEN: Bilingual(ja="提供していません", en="Held back"),
    HTTPStatus.NOT_FOUND: Bilingual(ja="見つかりません", en="Not found"),
    HTTPStatus.GONE: Bilingual(ja="取り下げられました", en="Withdrawn"),
    HTTPStatus.NOT_ACCEPTABLE: Bilingual(ja="その形式では出せません", en="Not in that format"),
    HTTPStatus.TOO_MANY_REQUESTS: Bilingual(ja="要求が多すぎます", en="Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: Bilingual(
        ja="サーバーに誤りが起きました", en="Something went wrong in the server"
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Bilingual(ja="今は混み合っています", en="Too busy just now"),
    HTTPStatus.GATEWAY_TIMEOUT: Bilingual(ja="時間内に終わりませんでした", en="It took too long"),
}
"""What a page of an error is headed by."""

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


def not_acceptable(error: FormatError | None = None) -> HttpError:
    """Say why no format fits, if `error` knows, and list what is offered."""
    ja, en = (error.ja, error.en + ". ") if error else ("その形式では答えられません。", "")
    rows = ", ".join(offer.media_type for offer in ROWS)
    graphs = ", ".join(offer.media_type for offer in GRAPHS)
    return HttpError(
        HTTPStatus.NOT_ACCEPTABLE,
        f"{ja}選べる形式は、SELECT と ASK には {rows}、CONSTRUCT と DESCRIBE には {graphs} です。",
        f"{en}SELECT and ASK are offered as {rows}; CONSTRUCT and DESCRIBE as {graphs}",
    )


_EXPECTED = (QueryTimeoutError, QueryMemoryError, BusyError)
"""What queries run into on any day: it is counted, not logged as a fault of the server."""


def respond(error: Exception, accept: str | None) -> Response:
    """Return the response that tells of `error`.

    It is a page if a browser asks, text if that is liked better than JSON, else problem+json.
    """
    status, headers = status_and_headers(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, _EXPECTED):
        _log.error("%s: %s", status, error, exc_info=error)
    problem = _problem(error, status)
    headers["Vary"] = "Accept"
    if prefers_html(accept):
        heading = _HEADINGS.get(status, _ANY_HEADING)
        return page("problem.html", status, headers=headers, problem=problem, heading=heading)
    if prefers_text(accept):
        return Response(f"{problem['detail']}\n", status, headers, "text/plain; charset=utf-8")
    body = json.dumps(problem, ensure_ascii=False)
    return Response(body, status, headers, "application/problem+json")


def install(app: FastAPI) -> None:
    """Make `app` answer every error with this body."""

    def handle(request: Request, error: Exception) -> Response:
        return respond(error, request.headers.get("accept"))

    for kind in (KeikakuError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, handle)


def status_and_headers(error: Exception) -> tuple[HTTPStatus, dict[str, str]]:
    """Return the status that tells of `error`, and the headers that go with it."""
    if isinstance(error, HttpError):
        return error.status, dict(error.headers)
    if isinstance(error, HTTPException):
        return HTTPStatus(error.status_code), dict(error.headers or {})
    if isinstance(error, RequestValidationError):
        return HTTPStatus.BAD_REQUEST, {}
    bases = type(error).__mro__
    found = (STATUS[base] for base in bases if base in STATUS)
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, BusyError) else {}
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR), headers


def _problem(error: Exception, status: HTTPStatus) -> dict[str, Any]:
    """Return the members of RFC 9457, the detail in each language, and the place of the error.

    `line` and `column` are there where it is known; `withdrawn` tells of a release that was removed
    whether it was taken back.
    """
    place: dict[str, int | None] = {}
    if isinstance(error, KeikakuError):
        first = error.problems[0]
        ja, en, place = error.ja, error.en, {"line": first.line, "column": first.column}
    elif isinstance(error, RequestValidationError):
        ja, en = "受け付けられない値があります。", _invalid_values(error)
    else:
        ja, en = _SENTENCES.get(status, ("この要求には応えられません。", status.description))
    ja, en = _sayable(ja), _sayable(en)
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": f"{ja} ({en})" if en else ja,
        "ja": ja,
        "en": en or ja,
    }
    if isinstance(error, ReleaseGoneError):
        problem["withdrawn"] = error.withdrawn
    return problem | {name: number for name, number in place.items() if number}


def _sayable(text: str) -> str:
    """Return a text that can be encoded: half of a surrogate pair, repeated from a request, not."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _invalid_values(error: RequestValidationError) -> str:
    return "; ".join(
        f"{' '.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
    )
