"""What this site is, from whom, and how old what it tells is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from keikaku.web.parameters import given_once
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from keikaku.web.parts import SiteParts


def about_router(site: SiteParts) -> APIRouter:
    """Return the route of the page about this site."""
    router = APIRouter(include_in_schema=False)

    @router.get("/about")
    def about(request: Request) -> HTMLResponse:
        given_once(request, ())
        current = site.answers.current()
        manifest = site.shelf.release(current.release).manifest
        return page(
            "about.html",
            release=current.release,
            manifest=manifest,
            base=site.base,
            contact=site.settings.contact or site.settings.publisher_email,
        )

    return router
