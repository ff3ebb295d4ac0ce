"""The first page: what is here, a question to ask, the ways in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from keikaku.answers.japanese import example_sentences
from keikaku.errors import QuestionError
from keikaku.web.pages.question import groups_of
from keikaku.web.parameters import given_once
from keikaku.web.rendering import page, with_query

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse, Response

    from keikaku.web.parts import SiteParts

_FIRST_QUESTION = "items-by-party-year"


def home_router(site: SiteParts) -> APIRouter:
    """Return the route of the first page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def home(request: Request) -> Response:
        # a sentence was asked here before it had a page of its own
        if q := given_once(request, ("q",)).get("q"):
            return RedirectResponse(with_query("/ask", q=q), HTTPStatus.PERMANENT_REDIRECT)
        return _home(site)

    return router


def _home(site: SiteParts) -> HTMLResponse:
    current = site.answers.current()
    first = current.catalogue.question(_FIRST_QUESTION)
    try:
        answer = current.answer(first.name, first.example)
    except QuestionError:  # its example is of another city's plan
        answer = None
    return page(
        "home.html",
        release=current.release,
        sentence=example_sentences(first)[0],
        answer=answer,
        groups=groups_of(current.catalogue),
        overview=current.answer("plan-overview", {}),
        manifest=site.shelf.release(current.release).manifest,
    )
