"""SPARQL 1.1 Protocol, the query operation: what a request asks for.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from keikaku.store.base import Dataset
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from starlette.requests import Request

ALLOW = "GET, HEAD, OPTIONS, POST"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"

MOST_PARAMETERS = 1000

_SPACE = re.compile(rb"[\t\n\r ]")
_FORMAT_NAMES = ("format", "output")
_DATASET_NAMES = ("default-graph-uri", "named-graph-uri")
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}", re.ASCII)
_UTF_8 = ("utf-8", "utf8")

Parameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A query operation, and what goes beyond the protocol: a format by name, a deadline."""

    query: str
    dataset: Dataset
    format_name: str | None = None
    seconds: float | None = None


def operation(parameters: Parameters) -> Operation:
    """Return the one query of a request, with its dataset. Raises HttpError if there is not one."""
    queries = _values(parameters, "query")
    if _values(parameters, "update"):
        raise _bad_request(
            "更新（update）は受け付けません。問い合わせは query で送ってください。",
            "updates are not taken here; send a query in the parameter query",
        )
    if len(queries) != 1:
        raise _bad_request(
            f"パラメータ query がちょうど一つ必要です（{len(queries)} 個ありました）。",
            f"exactly one parameter query is needed, there are {len(queries)}",
        )
    default_graphs, named_graphs = (_values(parameters, name) for name in _DATASET_NAMES)
    dataset = Dataset(default_graphs, named_graphs)
    return Operation(queries[0], dataset, format_name(parameters), _seconds(parameters))


def asks_nothing(parameters: Parameters) -> bool:
    """Tell whether a GET has no parameter of an operation, so that the service is described."""
    return not operation_parameters(parameters) and not _values(parameters, "update")


def operation_parameters(parameters: Parameters) -> Parameters:
    """Return the parameters of the query operation: the query and its dataset."""
    return [pair for pair in parameters if pair[0] in ("query", *_DATASET_NAMES)]


def dataset_parameters(parameters: Parameters) -> Parameters:
    """Return the parameters that name a graph."""
    return [pair for pair in parameters if pair[0] in _DATASET_NAMES]


def format_name(parameters: Parameters) -> str | None:
    """Return what names a format: SPARQLWrapper sends several values under several names."""
    return ",".join(filter(None, _values(parameters, *_FORMAT_NAMES))) or None


def value(parameters: Parameters, name: str) -> str:
    """Return the first value of a parameter, empty where there is none."""
    return next(iter(_values(parameters, name)), "")


def parameters_of(encoded: bytes) -> Parameters:
    """Read name=value pairs, from an address or a form. Raises HttpError if they are broken."""
    if encoded.count(b"&") >= MOST_PARAMETERS:
        raise _bad_request("パラメータが多すぎます。", "there are too many parameters")
    pairs = (field.partition(b"=") for field in encoded.split(b"&") if field)
    try:
        return [(_plain(name).decode(), _plain(value).decode()) for name, _, value in pairs]
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _plain(encoded: bytes) -> bytes:
    """Undo + and percent-encoding; a query in Japanese is little else.

    binascii undoes quoted-printable, the same with another sign, in a fiftieth of the time that
    urllib takes; it leaves alone what is broken, and has an opinion on white space.
    """
    if b"%" not in encoded:
        return encoded.replace(b"+", b" ")
    if _SPACE.search(encoded):
        encoded = _SPACE.sub(lambda found: b"%%%02X" % found[0][0], encoded)
    plain = a2b_qp(encoded.replace(b"=", b"=3D").replace(b"+", b"=20").replace(b"%", b"="))
    if len(plain) != len(encoded) - 2 * encoded.count(b"%"):
        raise _bad_request(
            "パーセント符号化が正しくありません（% の後に 16 進数が二桁必要です）。",
            "broken percent-encoding: % needs two hexadecimal digits after it",
        )
    return plain


async def posted(request: Request, most: int) -> Parameters:
    """Return the parameters in the body of a POST; a bare query counts as one called query.

    Raises HttpError for a body of another type, of more than `most` bytes, or not in UTF-8.
    """
    kind = _body_type(request)
    body = await _body(request, most)
    return parameters_of(body) if kind == FORM else [("query", _decoded(body))]


def _body_type(request: Request) -> str:
    kind, _, options = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", options, re.IGNORECASE)
    if kind not in (FORM, DIRECT) or (charset and charset[1].lower() not in _UTF_8):
        raise HttpError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"POST の本文は UTF-8 の {DIRECT} か {FORM} にしてください（更新は不可）。",
            f"a POST has a body of type {DIRECT} or {FORM}, in UTF-8; no updates here",
            {"Accept-Post": f"{DIRECT}, {FORM}"},
        )
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise HttpError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "POST の本文は圧縮せずに送ってください。",
            "the body of a POST is taken without any content coding",
            {"Accept-Encoding": "identity"},
        )
    return kind


async def _body(request: Request, most: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise _too_large(most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _values(parameters: Parameters, *names: str) -> tuple[str, ...]:
    return tuple(value for name, value in parameters if name in names)


def _seconds(parameters: Parameters) -> float | None:
    """Return the deadline that a client sets itself; an empty field of a form sets none."""
    given = [text.strip() for text in _values(parameters, "timeout") if text.strip()]
    if not given:
        return None
    if len(given) > 1 or not _SECONDS.fullmatch(given[0]) or not float(given[0]) > 0:
        raise _bad_request(
            "timeout には 0 より大きい秒数を、一つだけ書いてください（例: timeout=2.5）。",
            "timeout takes one number of seconds above 0, such as timeout=2.5",
        )
    return float(given[0])


def _bad_request(ja: str, en: str) -> HttpError:
    return HttpError(HTTPStatus.BAD_REQUEST, ja, en)


def _not_utf8() -> HttpError:
    return _bad_request(
        "UTF-8 として読めない文字があります。", "there are bytes that are not UTF-8"
    )


def _too_large(most: int) -> HttpError:
    return HttpError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"POST の本文が上限の {most} バイトを超えています。",
        f"the body of the POST is larger than the limit of {most} bytes",
    )
