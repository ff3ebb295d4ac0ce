"""A question of the catalogue: its form and its answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from keikaku.errors import QuestionError
from keikaku.web.problems import HttpError
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from keikaku.web.current import CurrentAnswers
    from keikaku.web.parts import SiteParts


def question_router(site: SiteParts) -> APIRouter:
    """Return the routes of the questions."""
    router = APIRouter(include_in_schema=False)

    @router.get("/questions/{name}")
    def question(name: str, request: Request) -> HTMLResponse:
        return _question(site.answers, name, dict(request.query_params))

    return router


def _question(answers: CurrentAnswers, name: str, given: dict[str, str]) -> HTMLResponse:
    current = answers.current()
    try:
        question = current.catalogue.question(name)
    except QuestionError as error:
        raise HttpError(HTTPStatus.NOT_FOUND, error.ja, error.en) from error
    values = {key: value for key, value in given.items() if value}
    answer, refusal = None, None
    try:
        answer = current.answer(name, values if given else question.example)
        values = values if given else dict(question.example)
    except QuestionError as error:
        refusal = error if given else None  # an example of another release opens an empty form
    return page(
        "question.html",
        HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK,
        release=current.release,
        question=question,
        values=values,
        answer=answer,
        refusal=refusal,
        lexicon=current.lexicon,
    )
