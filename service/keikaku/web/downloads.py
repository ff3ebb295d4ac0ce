"""The files of the releases, as they lie on the shelf."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import FileResponse, RedirectResponse

from keikaku.assets import shipped
from keikaku.errors import ReleaseError
from keikaku.release.dumps import MEDIA_TYPES
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from keikaku.release.shelf import Release, Shelf

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_OTHERS = {"txt": "text/plain; charset=utf-8"}


def downloads_router(shelf: Shelf) -> APIRouter:
    """Return the routes under /releases, and the JSON-LD context."""
    router = APIRouter(include_in_schema=False)

    @router.get("/releases/current/{name:path}")
    def current(name: str) -> RedirectResponse:
        return RedirectResponse(f"/releases/{shelf.current().id}/{name}")

    @router.get("/releases/{release}/{name:path}")
    def file(release: str, name: str) -> FileResponse:
        found = _release(shelf, release)
        if name not in found.manifest["files"] or not found.file(name).is_file():
            raise _not_here()
        suffix = name.rsplit(".", 1)[-1]
        media_type = MEDIA_TYPES.get(suffix) or _OTHERS[suffix]
        if media_type.startswith("text/") and "charset" not in media_type:
            media_type += "; charset=utf-8"
        return FileResponse(found.file(name), media_type=media_type, headers=_FOREVER)

    @router.get("/context.jsonld")
    def context() -> FileResponse:
        path = shipped("ontology") / "context.jsonld"
        return FileResponse(path, media_type="application/ld+json")

    return router


def _release(shelf: Shelf, name: str) -> Release:
    if name not in {entry.id for entry in shelf.index()}:
        raise _not_here()
    try:
        return shelf.release(name)
    except ReleaseError as error:
        raise HttpError(HTTPStatus.GONE, error.ja, error.en) from error


def _not_here() -> HttpError:
    return HttpError(
        HTTPStatus.NOT_FOUND,
        "このアドレスにファイルはありません。",
        "there is no file at this address",
    )
