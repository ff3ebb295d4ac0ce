"""What this site is, from whom, and how old what it tells is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from keikaku.web.rendering import page

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from keikaku.web.parts import SiteParts


def about_router(site: SiteParts) -> APIRouter:
    """Return the route of the page about this site."""
    router = APIRouter(include_in_schema=False)

    @router.get("/about")
    def about() -> HTMLResponse:
        current = site.answers.current()
        manifest = site.shelf.release(current.release).manifest
        return page("about.html", release=current.release, manifest=manifest, base=site.base)

    return router
