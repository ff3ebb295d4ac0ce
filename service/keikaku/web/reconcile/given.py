"""What a client of the reconciliation service asks, read and bounded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from keikaku.answers.reconcile.candidates import Wanted
from keikaku.answers.reconcile.properties import PROPERTIES
from keikaku.answers.reconcile.written import TYPES
from keikaku.matching import LONGEST
from keikaku.names import KEI
from keikaku.text import fold
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

MOST_QUERIES = 50
"""How many queries a batch may have; OpenRefine sends 10."""

MOST_CANDIDATES = 50
MOST_PROPERTIES = 10
MOST_IDS = 200
MOST_VALUES = 20
MOST_BYTES = 500_000
"""Bounds of a request."""

_USUAL = 5  # candidates of a query that names no limit
_DEEPEST = 12
_KEYS = {"query", "type", "limit", "properties", "type_strict"}


@dataclass(frozen=True, slots=True)
class Extension:
    """Of which things which properties are asked for; these by what the client calls them."""

    ids: tuple[str, ...]
    properties: Mapping[str, str]


def refused(ja: str, en: str) -> HttpError:
    """Return the error of a request that cannot be read."""
    return HttpError(HTTPStatus.BAD_REQUEST, ja, en)


async def parameters_of(request: Request) -> dict[str, str]:
    """Return the parameters of the address, or of the form that is posted.

    Raises HttpError for a body that is too large, no form, or not UTF-8.
    """
    if request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise HttpError(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "POST は application/x-www-form-urlencoded で送ってください(queries か extend)。",
                "post application/x-www-form-urlencoded with queries or extend",
            )
        text = await _body(request)
    else:
        text = request.scope.get("query_string", b"")
    try:
        pairs = parse_qsl(
            str(text, "utf-8"), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise refused(
            "条件が UTF-8 でないか、多すぎます。", "the parameters are not UTF-8, or too many"
        ) from error
    return dict(pairs)


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise HttpError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"一度に送れるのは {MOST_BYTES:,} バイトまでです。分けて送ってください。",
                f"at most {MOST_BYTES:,} bytes at once; send it in parts",
            )
    return b"".join(parts)


def queries_of(text: str) -> dict[str, Wanted]:
    """Return the queries of a batch by their keys. Raises HttpError for what is none."""
    batch = _object(text, "queries")
    if len(batch) > MOST_QUERIES:
        raise HttpError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"一度に照合できるのは {MOST_QUERIES} 件までです。",
            f"at most {MOST_QUERIES} queries at once",
        )
    return {key: _wanted(key, query) for key, query in batch.items()}


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        given = json.loads(text, parse_constant=_no_number)
        deep = _depth(given)
    except (ValueError, RecursionError) as error:
        raise refused(f"{name} が JSON ではありません。", f"{name} is not JSON") from error
    if not isinstance(given, dict) or deep > _DEEPEST:
        raise refused(f"{name} が JSON のオブジェクトではありません。", f"{name} is no JSON object")
    return given


def _no_number(name: str) -> None:
    """Refuse NaN and Infinity, which Python takes for JSON."""
    raise ValueError(name)


def _depth(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(_depth, children), default=0)


def _wanted(key: str, query: Any) -> Wanted:
    if not isinstance(query, dict) or not ({"query", "properties"} & query.keys()):
        raise refused(
            f"「{key[:50]}」に query も properties もありません。",
            f"{key[:50]!r} has neither query nor properties",
        )
    if extra := query.keys() - _KEYS:
        name = min(extra)[:50]
        raise refused(f"「{name}」という指定はありません。", f"a query has no {name!r}")
    given = query.get("properties", [])
    if not isinstance(given, list) or len(given) > MOST_PROPERTIES:
        raise refused(
            f"properties は {MOST_PROPERTIES} 個までの並びです。",
            f"properties is a list of at most {MOST_PROPERTIES}",
        )
    strict = query.get("type_strict")
    if strict is not None and strict not in ("any", "all", "should"):
        raise refused(
            "type_strict は any・all・should のどれかです。", "type_strict is any, all or should"
        )
    properties = [_constraint(each) for each in given]
    name = _name(query.get("query", ""))
    return Wanted(name, _kinds(query.get("type")), tuple(properties), _limit(query.get("limit")))


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise refused("query は文字列です。", "query is a string")
    return _clean(value)[:LONGEST]


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is no character


def _kinds(given: Any) -> tuple[str, ...]:
    names = given if isinstance(given, list) else [given] if given else []
    if not all(isinstance(name, str) for name in names):
        raise refused("type は型の id です。", "type is the id of a type")
    called = [type_called(name) for name in names]
    wanted = {*called, *(kind for name in called for kind in _NARROWER.get(name, ()))}
    return tuple(kind for kind in TYPES if kind in wanted or not names)


_NARROWER = {"Department": ("DepartmentGroup",), "Section": ("Policy", "Measure")}
"""What is wanted along with a type."""


def type_called(name: str) -> str:
    """Return the id of a type: given as such, as its IRI, or by its name. Raises HttpError."""
    wanted = _plain(name.removeprefix(KEI.iri))
    for kind, label in TYPES.items():
        if wanted in map(_plain, (kind, label.ja, label.en)):
            return kind
    raise refused(
        f"「{name[:50]}」という型はありません。あるもの: {'、'.join(TYPES)}",
        f"there is no type {name[:50]!r}; there are: {', '.join(TYPES)}",
    )


def _limit(given: Any) -> int:
    if given is None:
        return _USUAL
    if isinstance(given, bool) or not isinstance(given, int | float) or not given > 0:
        raise refused("limit は正の数です。", "limit is a positive number")
    return int(min(given, MOST_CANDIDATES)) or 1


def _constraint(given: Any) -> tuple[str, tuple[str, ...]]:
    if not isinstance(given, dict) or not isinstance(given.get("pid"), str) or "v" not in given:
        raise refused("properties の各項には pid と v が要ります。", "a property has pid and v")
    values = given["v"] if isinstance(given["v"], list) else [given["v"]]
    said = tuple(_clean(_value(each))[:LONGEST] for each in values[:MOST_VALUES])
    return property_of(given["pid"]), said or ("",)


def _value(given: Any) -> str:
    if isinstance(given, dict):
        given = given.get("id")
    if isinstance(given, bool):
        return str(given).lower()
    if not isinstance(given, str | int | float):
        raise refused(
            "v は文字列・数・真偽値・{id} のどれかです。",
            "v is a string, a number, a truth value or an {id}",
        )
    return str(int(given)) if isinstance(given, float) and given.is_integer() else str(given)


def property_of(name: str) -> str:
    """Return the id of a property: given as such or by its name. Raises HttpError."""
    wanted = _plain(name)
    for each in PROPERTIES.values():
        if wanted in map(_plain, (each.id, each.label.ja, each.label.en)):
            return each.id
    raise refused(
        f"「{name[:50]}」という性質はありません。あるもの: {'、'.join(PROPERTIES)}",
        f"there is no property {name[:50]!r}; there are: {', '.join(PROPERTIES)}",
    )


def _plain(name: str) -> str:
    return fold(name).casefold()


def extension_of(text: str) -> Extension:
    """Return what a data extension asks for. Raises HttpError for what is none."""
    given = _object(text, "extend")
    ids, properties = given.get("ids"), given.get("properties")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise refused("ids は id の並びです。", "ids is a list of ids")
    if not isinstance(properties, list) or not all(_is_property(each) for each in properties):
        raise refused("properties は {id} の並びです。", "properties is a list of {id}")
    if len(ids) > MOST_IDS or len(properties) > len(PROPERTIES):
        raise HttpError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"一度に {MOST_IDS} 件、{len(PROPERTIES)} 項目までです。",
            f"at most {MOST_IDS} things and {len(PROPERTIES)} properties at once",
        )
    wanted = {each["id"]: property_of(each["id"]) for each in properties}
    return Extension(tuple(dict.fromkeys(map(_clean, ids))), wanted)


def _is_property(given: Any) -> bool:
    return isinstance(given, dict) and isinstance(given.get("id"), str)


def prefix_of(given: Mapping[str, str]) -> tuple[str, int]:
    """Return the prefix and the cursor of a request for suggestions. Raises HttpError."""
    cursor = given.get("cursor") or "0"
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= len("10000")):
        raise refused("cursor は 0 以上の整数です。", "cursor is an integer from 0")
    return _clean(given.get("prefix", ""))[:LONGEST], int(cursor)


def most_of(given: Mapping[str, str]) -> int | None:
    """Return the limit of a request for proposals, if it has one. Raises HttpError."""
    text = given.get("limit")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:5]) > 0):
        raise refused("limit は 1 以上の整数です。", "limit is an integer from 1")
    return int(text[:5])
