"""The first page: what is here, a question to ask, the ways in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter

from keikaku.answers.catalogue import GROUPS
from keikaku.errors import QuestionError
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from keikaku.answers.catalogue import Question
    from keikaku.closed import Bilingual
    from keikaku.web.current import CurrentAnswers
    from keikaku.web.parts import SiteParts

_FIRST_QUESTION = "items-by-party-year"


def home_router(site: SiteParts) -> APIRouter:
    """Return the route of the first page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def home(q: str = "") -> HTMLResponse:
        return _home(site, q)

    return router


def _home(site: SiteParts, sentence: str) -> HTMLResponse:
    current = site.answers.current()
    answer, refusal = None, None
    try:
        if sentence.strip():
            answer = current.ask(sentence)
        else:
            first = current.catalogue.question(_FIRST_QUESTION)
            answer = current.answer(first.name, first.example)
    except QuestionError as error:
        refusal = error
    return page(
        "home.html",
        HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK,
        release=current.release,
        sentence=sentence,
        answer=answer,
        refusal=refusal,
        groups=groups_of(site.answers),
        overview=current.answer("plan-overview", {}),
        manifest=site.shelf.release(current.release).manifest,
    )


def groups_of(answers: CurrentAnswers) -> list[tuple[Bilingual, list[Question]]]:
    """Return the questions by their groups, each with its title."""
    return [
        (title, [question for question in answers.catalogue if question.group == group])
        for group, title in GROUPS.items()
    ]
