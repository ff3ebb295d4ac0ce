"""The body of a request: read in pieces up to a limit, as RDF or as several files."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from keikaku.deposit.change import Payload
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from starlette.requests import Request

    from keikaku.settings import Settings

MULTIPART = "multipart/form-data"
GRAPHS_TIMES = 10
"""How many times larger than a document RDF may be: a document's own takes 90 times its size."""

_MOST_FILES = 20
_ALSO = {"application/xml": RdfFormat.RDF_XML, "application/json": RdfFormat.JSON_LD}


async def body_of(request: Request, most: int) -> bytes:
    """Return the body of a request; raises HttpError as soon as it is larger than `most` bytes."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > most:
        raise _too_large(most)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


async def files_of(request: Request, most: int) -> dict[str, UploadFile]:
    """Return the files of a multipart/form-data request by name; raises HttpError if it is none."""
    if media_type_of(request.headers.get("content-type")) != MULTIPART:
        raise _unsupported((MULTIPART,))
    body = await body_of(request, most)
    parser = MultiPartParser(
        request.headers, _once(body), max_files=_MOST_FILES, max_fields=_MOST_FILES
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError, AssertionError) as error:
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            f"multipart/form-data として読めません: {error}",
            f"it cannot be read as multipart/form-data: {error}",
        ) from error
    files: dict[str, UploadFile] = {}
    for field, part in form.multi_items():
        name = (isinstance(part, UploadFile) and part.filename) or field
        if not isinstance(part, UploadFile) or name in files:
            raise HttpError(
                HTTPStatus.BAD_REQUEST,
                f"「{name}」が二度あるか、ファイルではありません。",
                f"{name!r} comes twice, or is no file",
            )
        files[name] = part
    if not files:
        raise HttpError(HTTPStatus.BAD_REQUEST, "ファイルがありません。", "there is no file")
    return files


async def payloads_of(
    request: Request, settings: Settings, kinds: Sequence[RdfFormat]
) -> tuple[Payload, ...]:
    """Return the RDF of a request: its body, or each file of multipart/form-data."""
    most = GRAPHS_TIMES * settings.max_document_bytes
    sent = request.headers.get("content-type")
    if media_type_of(sent) != MULTIPART:
        kind = kind_of(sent, kinds)
        return (Payload(await body_of(request, most), kind.media_type),)
    files = await files_of(request, most)
    return tuple(
        [Payload(await it.read(), _kind_of_part(it, kinds).media_type) for it in files.values()]
    )


def kind_of(content_type: str | None, kinds: Sequence[RdfFormat]) -> RdfFormat:
    """Return which of the formats a Content-Type names; raises HttpError if none of them."""
    known = {kind.media_type: kind for kind in kinds} | _ALSO
    found = known.get(media_type_of(content_type))
    charset = (content_type or "").lower().partition("charset=")[2].strip(' "')
    if found is None or found not in kinds or charset not in ("", "utf-8", "utf8"):
        raise _unsupported([kind.media_type for kind in kinds])
    return found


def _kind_of_part(part: UploadFile, kinds: Sequence[RdfFormat]) -> RdfFormat:
    """Return the format of a file: as it says of itself, else as its name ends."""
    by_name = RdfFormat.from_extension((part.filename or "").rpartition(".")[2])
    if by_name and media_type_of(part.content_type) in ("", "application/octet-stream"):
        return kind_of(by_name.media_type, kinds)
    return kind_of(part.content_type, kinds)


def media_type_of(content_type: str | None) -> str:
    """Return a Content-Type without its parameters, in lower case."""
    return (content_type or "").partition(";")[0].strip().lower()


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


def _too_large(most: int) -> HttpError:
    return HttpError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"本文が上限の {most} バイトを超えています(max_document_bytes による)。",
        f"the body is larger than the limit of {most} bytes, which max_document_bytes sets",
        {"Connection": "close"},
    )


def _unsupported(media_types: Sequence[str]) -> HttpError:
    listed = ", ".join(media_types)
    return HttpError(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        f"この形式(Content-Type)は受け付けません。使えるもの: {listed}",
        f"this Content-Type is not taken; those that are: {listed}",
        {"Accept-Post": listed},
    )
