"""The first page: what is here, a question to ask, the ways in."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from keikaku.answers.japanese import example_sentences
from keikaku.answers.things.shelf import plans_of
from keikaku.errors import QuestionError
from keikaku.text import fiscal_year_codes, parse_fiscal_year
from keikaku.web.pages.question import groups_of
from keikaku.web.pages.shown import name_of_year
from keikaku.web.parameters import given_once
from keikaku.web.rendering import page, with_query

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse, Response

    from keikaku.answers.lexicon import Lexicon
    from keikaku.answers.question import Question
    from keikaku.web.parts import SiteParts

_FIRST_QUESTION = "items-by-party-year"
_MOST_PLANS = 20


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
    values = _example(first, current.lexicon)
    try:
        answer = current.answer(first.name, values)
    except QuestionError:  # its example is of another city's plan
        answer = None
    several = len(current.lexicon.plan_years) > 1
    return page(
        "home.html",
        release=current.release,
        sentence=example_sentences(replace(first, example=values))[0],
        answer=answer,
        groups=groups_of(current.catalogue),
        overview=None if several else current.answer("plan-overview", {}),
        plans=plans_of(current.store, current.lexicon, 1) if several else None,
        most_plans=_MOST_PLANS,
        name_of_year=name_of_year,
        manifest=site.shelf.release(current.release).manifest,
    )


def _example(question: Question, lexicon: Lexicon) -> dict[str, str]:
    """Return the example of a question, in a year that a plan has; of several plans, of the first.

    Over hundreds of plans the whole answer would be thousands of rows.
    """
    values = dict(question.example)
    plan, years = next(iter(lexicon.plan_years.items()), ("", ()))
    if years and parse_fiscal_year(values["year"]) not in years:
        values["year"] = fiscal_year_codes(years[len(years) // 2])[-1]
    return {**values, "plan": plan} if len(lexicon.plan_years) > 1 else values
