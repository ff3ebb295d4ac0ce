"""The files of the releases, as they lie on the shelf.

A file of a release never changes: its ETag is its SHA-256, it may be kept for ever, and parts of it
can be asked for. `releases/latest/…` leads to the file of the current release.
"""

from __future__ import annotations

from base64 import b64encode
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from keikaku.assets import shipped
from keikaku.release.catalogue.offers import media_type_of
from keikaku.release.csvw import BOM
from keikaku.web.negotiate import content_type
from keikaku.web.problems import HttpError
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from keikaku.release.shelf import Release, Shelf

LATEST = ("latest", "current")
"""What stands for the current release in addresses; the first is the one that is told."""

_FOREVER = "public, max-age=31536000, immutable"
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Repr-Digest, Content-Range, Content-Disposition",
}


def downloads_routers(shelf: Shelf, base: str) -> tuple[APIRouter, ...]:
    """Return the routes of the files, at the root and under the path of the publisher's base."""
    prefixes = dict.fromkeys(("", urlsplit(base).path.rstrip("/")))
    return tuple(_downloads_router(shelf, prefix) for prefix in prefixes)


def _downloads_router(shelf: Shelf, prefix: str) -> APIRouter:
    router = APIRouter(prefix=prefix, include_in_schema=False)

    @router.get("/releases/{release}/")
    def slash(release: str, request: Request) -> Response:
        if release in LATEST:
            return to_current(shelf, "", request.url.query)
        query = f"?{request.url.query}" if request.url.query else ""
        at = reader().href(f"/releases/{release_of(shelf, release).id}{query}")
        return RedirectResponse(at, HTTPStatus.MOVED_PERMANENTLY, _CORS)

    @router.get("/releases/{release}/{name:path}")
    def file(release: str, name: str, request: Request) -> Response:
        given = dict(request.query_params)
        check_parameters(given, {"bom": ("1",), "download": ("1",)})
        if release in LATEST:
            return to_current(shelf, f"/{quote(name)}", request.url.query)
        return _file(release_of(shelf, release), name, given, request.headers.get("if-none-match"))

    @router.get("/context.jsonld")
    def context() -> FileResponse:
        path = shipped("ontology") / "context.jsonld"
        return FileResponse(path, media_type="application/ld+json", headers=_CORS)

    return router


def to_current(shelf: Shelf, below: str, query: str = "") -> RedirectResponse:
    """Lead to the same address of the current release, which is asked anew each time."""
    address = f"/releases/{shelf.current().id}{below}" + (f"?{query}" if query else "")
    address = reader().href(address)
    headers = {"Cache-Control": "no-cache", **_CORS}
    return RedirectResponse(address, HTTPStatus.FOUND, headers)


def release_of(shelf: Shelf, name: str) -> Release:
    """Return a release by its id.

    Raises HttpError for one that never was, ReleaseGoneError for one that was removed,
    ReleaseHeldBackError for one that is held back.
    """
    if name not in {entry.id for entry in shelf.index()}:
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            "このアドレスにリリースはありません。一覧は /releases にあります。",
            "there is no release at this address; /releases lists them",
        )
    return shelf.release(name)


def check_parameters(given: dict[str, str], known: dict[str, tuple[str, ...]]) -> None:
    """Raise HttpError for a parameter that is not known, or a value that it cannot have."""
    for name, value in given.items():
        if value not in known.get(name, ()):
            offers = ", ".join(f"{key}={'|'.join(values)}" for key, values in known.items())
            raise HttpError(
                HTTPStatus.BAD_REQUEST,
                f"使えないパラメーターがあります。使えるもの: {offers or 'なし'}",
                f"a parameter is not known here; there are: {offers or 'none'}",
            )


def _file(release: Release, name: str, given: dict[str, str], if_none: str | None) -> Response:
    said = release.manifest["files"].get(name)
    if said is None or not release.file(name).is_file():
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            "このアドレスにファイルはありません。",
            "there is no file at this address",
        )
    bom = "bom" in given
    if bom and not name.endswith(".csv"):
        raise HttpError(
            HTTPStatus.BAD_REQUEST, "bom=1 は CSV だけのものです。", "bom=1 goes with CSV only"
        )
    etag = f'"{said["sha256"]}{"-bom" if bom else ""}"'
    headers = {"Cache-Control": _FOREVER, "ETag": etag, **_CORS}
    if _matches(if_none, etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    media_type = content_type(media_type_of(name))
    if bom or "download" in given:
        saved_as = quote(name.rsplit("/", 1)[-1])  # as SHA256SUMS and shells call it
        headers["Content-Disposition"] = f"attachment; filename*=utf-8''{saved_as}"
    if bom:
        body = BOM + release.file(name).read_bytes()
        return Response(body, headers=headers, media_type=media_type)
    headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(said['sha256'])).decode()}:"
    return FileResponse(release.file(name), media_type=media_type, headers=headers)


def _matches(if_none: str | None, etag: str) -> bool:
    """Tell whether If-None-Match has the tag (RFC 9110, 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in (if_none or "")[:2000].split(",")]
    return etag in tags or "*" in tags
