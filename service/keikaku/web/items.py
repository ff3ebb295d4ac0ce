"""The list of items as a REST operation: as JSON, CSV, Turtle or a spreadsheet."""

from __future__ import annotations

from http import HTTPStatus
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import Response

from keikaku.answers.items.facets import FACETS, ORDERS, SORTS, YES_NO
from keikaku.answers.items.listing import MOST_WHOLE
from keikaku.answers.items.query import (
    LONGEST_SEARCH_TEXT,
    LONGEST_VALUE,
    MOST_CHOICES,
    MOST_PER_PAGE,
    PER_PAGE,
)
from keikaku.answers.items.written import as_csv, as_json, as_spreadsheet, as_turtle
from keikaku.errors import BusyError, QuestionError
from keikaku.release.dumps import MEDIA_TYPES
from keikaku.web.negotiate import acceptable, content_type
from keikaku.web.problems import HttpError
from keikaku.web.questions import OpenRoute
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keikaku.answers.items.listing import Items
    from keikaku.answers.items.query import ItemQuery
    from keikaku.web.parts import SiteParts

FORMATS = {
    "json": "application/json",
    "csv": MEDIA_TYPES["csv"],
    "ttl": MEDIA_TYPES["ttl"],
    "xlsx": MEDIA_TYPES["xlsx"],
}
"""The formats of the list and their media types, the first by itself."""

BOM = "\ufeff".encode()
"""What spreadsheets take UTF-8 by."""

_WRITING_AT_ONCE = 2
_PATIENCE = 1  # seconds for which a list waits to be written out
_writing = BoundedSemaphore(_WRITING_AT_ONCE)
"""Long lists are work in Python alone; more of them at once would leave nothing to other pages."""

_TEXT = {"type": "string"}
_COUNT = {"type": "integer"}
_OBJECTS = {"type": "array", "items": {"type": "object"}}
_LIST = {
    "type": "object",
    "required": ["total", "pages", "items", "facets", "sparql", "release"],
    "properties": {
        "total": _COUNT,
        "page": {"type": ["integer", "null"]},
        "per": {"type": ["integer", "null"]},
        "pages": _COUNT,
        "conditions": _OBJECTS,
        "q": {"type": ["string", "null"]},
        "sort": _TEXT,
        "order": _TEXT,
        "items": _OBJECTS,
        "facets": _OBJECTS,
        "sparql": _TEXT,
        "release": _TEXT,
    },
}
_PROBLEM: dict[str, dict[str, Any]] = {"application/problem+json": {}}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "項目の一覧 / the list of items",
        "content": {
            FORMATS["json"]: {"schema": _LIST},
            FORMATS["csv"]: {"schema": _TEXT},
            FORMATS["ttl"]: {"schema": _TEXT},
            FORMATS["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
        },
    },
    400: {"description": "知らない条件や値 / unknown parameter or value", "content": _PROBLEM},
    406: {"description": "その形式はない / no such format", "content": _PROBLEM},
    413: {
        "description": f"全体で {MOST_WHOLE} 件を超える / more than {MOST_WHOLE} items at once",
        "content": _PROBLEM,
    },
    414: {"description": "アドレスが長すぎる / the address is too long", "content": _PROBLEM},
    503: {"description": "混んでいる / too much to do", "content": _PROBLEM},
    504: {"description": "検索が長すぎる / the search took too long", "content": _PROBLEM},
}


def items_api_router(site: SiteParts) -> APIRouter:
    """Return the route /api/items."""
    router = APIRouter(prefix="/api", route_class=OpenRoute, tags=["items"])

    def items(request: Request) -> Response:
        return _answer(site.answers.current().items, request)

    router.add_api_route(
        "/items",
        items,
        methods=["GET"],
        summary="条件に合う項目の一覧 / the items that meet conditions",
        description=_DESCRIPTION,
        operation_id="items",
        responses=_RESPONSES,
        openapi_extra={"parameters": [*map(_facet_parameter, FACETS), *_OTHERS]},
    )
    router.add_api_route("/items", items, methods=["HEAD"], include_in_schema=False)
    return router


def parameters_of(request: Request) -> list[tuple[str, str]]:
    """Return the parameters of an address. Raises HttpError for what is not UTF-8 or too many."""
    try:
        return parse_qsl(
            request.url.query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            f"アドレスの条件が UTF-8 でないか、{_MOST_FIELDS} 個を超えています。",
            f"the address's parameters are not UTF-8, or more than {_MOST_FIELDS}",
        ) from error


_MOST_FIELDS = 300


def _answer(items: Items, request: Request) -> Response:
    pairs = parameters_of(request)
    own = {name: value for name, value in pairs if name in ("format", "bom") and value}
    if len(own) < sum(name in own for name, _ in pairs):
        raise QuestionError("format と bom は一度だけ書いてください。", "give format and bom once")
    name = _format(request, own.get("format"))
    if own.get("bom", "1") not in ("0", "1"):
        raise QuestionError("bom は 0 か 1 です。", "bom is 0 or 1")
    query = items.query(pair for pair in pairs if pair[0] not in ("format", "bom"))
    by_page = any(parameter in ("page", "per") and value for parameter, value in pairs)
    body = _written(items, query, name, whole=not by_page)
    if name == "csv" and own.get("bom") == "1":
        body = BOM + body
    headers = {"Content-Disposition": f'attachment; filename="items.{name}"'}
    kind = content_type(FORMATS[name])
    return Response(body, media_type=kind, headers=headers if "format" in own else None)


def _written(items: Items, query: ItemQuery, name: str, *, whole: bool) -> bytes:
    """Return the list in a format. Raises BusyError where others are being written for long."""
    if not _writing.acquire(timeout=_PATIENCE):
        raise BusyError(
            "ほかの一覧を書き出しています。少し待ってからお試しください。",
            "other lists are being written; try again in a moment",
            seconds=5,
        )
    try:
        made = items.list(query)
        listed: Iterable[Any] = items.whole(query) if whole else made.items
        if name == "json":
            return as_json(listed, made, whole=whole)
        if name == "xlsx":
            return as_spreadsheet(listed, reader().standing)
        return {"csv": as_csv, "ttl": as_turtle}[name](listed)
    finally:
        _writing.release()


def _format(request: Request, name: str | None) -> str:
    """Return the name of the format that is asked for. Raises QuestionError or HttpError."""
    if name is not None:
        if name not in FORMATS:
            raise QuestionError(
                f"「{name[:50]}」という形式はありません。あるもの: {'、'.join(FORMATS)}",
                f"there is no format {name[:50]!r}; there are: {', '.join(FORMATS)}",
            )
        return name
    media_type = acceptable(request.headers.get("accept"), [*FORMATS.values()])
    if media_type is None:
        raise HttpError(
            HTTPStatus.NOT_ACCEPTABLE,
            "求められた形式では出せません。出せるもの: JSON、CSV、Turtle、XLSX",
            "there is JSON, CSV, Turtle and XLSX",
        )
    return next(name for name, kind in FORMATS.items() if kind == media_type)


_DESCRIPTION = f"""条件は組み合わせられます。
同じ条件の値はどれか、違う条件はすべてを満たす項目が出ます。
年度と段階を両方書くと、その年度にその段階にある項目です。page か per を書かなければ一覧全体
({MOST_WHOLE:,} 件まで)が出ます。

Conditions may be combined: an item has any of the values of one parameter, and fulfils all of the
parameters. A year and a phase mean an item in that phase in that very year. Without page and per
the whole list is given, up to {MOST_WHOLE:,} items."""


def _facet_parameter(name: str) -> dict[str, Any]:
    facet = FACETS[name]
    schema: dict[str, Any] = {"type": "string", "maxLength": LONGEST_VALUE}
    if name == "relisted":
        schema["enum"] = [*YES_NO[name]]
    how = " yes, no, number, title …" if name == "discrepancy" else ""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "explode": True,
        "style": "form",
        "description": f"{facet.label.ja} / {facet.label.en}{how}",
        "schema": {"type": "array", "items": schema, "maxItems": MOST_CHOICES},
    }


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


_OTHERS = (
    _parameter(
        "q",
        "検索する語。空白で区切るとすべて、引用符で囲むと続いた語。 / "
        "Words to search for: all of those between spaces, a phrase between quotes.",
        {"type": "string", "maxLength": LONGEST_SEARCH_TEXT},
    ),
    _parameter("sort", "並べ方 / what to sort by", {"type": "string", "enum": [*SORTS]}),
    _parameter("order", "昇順か降順 / direction", {"type": "string", "enum": [*ORDERS]}),
    _parameter("page", "頁 / page", {"type": "integer", "minimum": 1, "default": 1}),
    _parameter(
        "per",
        "一頁の件数 / items on a page",
        {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PER_PAGE},
    ),
    _parameter(
        "format",
        "答えの形式。省けば Accept による。 / Format; Accept decides without it.",
        {"type": "string", "enum": [*FORMATS]},
    ),
    _parameter(
        "bom", "1 なら CSV に BOM / 1: CSV with a BOM", {"type": "string", "enum": ["0", "1"]}
    ),
)
