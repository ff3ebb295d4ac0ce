"""The page about an IRI of somebody else's: its name here, and what of this data uses it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from keikaku.answers.lexicon import iri_of
from keikaku.answers.use import look_up
from keikaku.errors import QuestionError
from keikaku.web.names.addresses import own_place_of, shown_at
from keikaku.web.names.thing import curie
from keikaku.web.problems import HttpError
from keikaku.web.reader import reader
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from keikaku.web.parts import SiteParts

LONGEST = 2000
"""How many characters an IRI may have that is looked up."""


def lookup_router(site: SiteParts) -> APIRouter:
    """Return the route of the page about any IRI."""
    router = APIRouter(include_in_schema=False)

    @router.get("/lookup")
    def lookup(request: Request) -> Response:
        return _lookup(site, _asked(request))

    return router


def _asked(request: Request) -> str:
    """Return the IRI that is asked about. Raises QuestionError for any other request."""
    given = request.query_params.multi_items()
    if [name for name, _ in given] != ["iri"]:
        raise QuestionError(
            "条件は iri を一つだけ書いてください。例: /lookup?iri=http://www.w3.org/2004/02/skos/core%23Concept",
            "give the one parameter iri, as in "
            "/lookup?iri=http://www.w3.org/2004/02/skos/core%23Concept",
        )
    iri = given[0][1]
    if len(iri) > LONGEST:
        raise QuestionError(
            f"IRI は {LONGEST} 文字までです。", f"an IRI may have {LONGEST} characters"
        )
    return iri_of(iri).value


def _lookup(site: SiteParts, iri: str) -> Response:
    """Return the page about an IRI, or lead to the page that this site has of its own."""
    if (own := own_place_of(iri, site.base)) is not None:
        return RedirectResponse(reader().href(own), HTTPStatus.SEE_OTHER)
    current = site.answers.current()
    found = look_up(current.store, iri)
    if not (found.uses or found.described):
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            f"このリリースに <{iri}> は出てきません。",
            f"this release does not mention <{iri}>",
        )
    return page(
        "lookup.html",
        release=current.release,
        found=found,
        curie=curie(found.iri),
        place=lambda other: shown_at(other, site.base),
        foreign=iri if iri.startswith(("http://", "https://")) else None,
    )
