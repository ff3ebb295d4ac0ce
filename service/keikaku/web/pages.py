"""The pages: the first page, the questions with their forms and answers, and every resource."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import Literal, NamedNode

from keikaku.answers.catalogue import GROUPS
from keikaku.errors import QuestionError
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from keikaku.answers.catalogue import Answer, Question
    from keikaku.release.shelf import Shelf
    from keikaku.web.current import CurrentAnswers

STATIC = Path(__file__).resolve().parent / "static"
_FIRST_QUESTION = "items-by-party-year"
_VARY = {"Vary": "Accept"}


def pages_router(answers: CurrentAnswers, shelf: Shelf) -> APIRouter:
    """Return the routes of the first page and of the questions."""
    router = APIRouter(include_in_schema=False)
    router.mount("/static", StaticFiles(directory=STATIC), name="static")

    @router.get("/")
    def home(q: str = "") -> HTMLResponse:
        return _home(answers, shelf, q)

    @router.get("/questions/{name}")
    def question(name: str, request: Request) -> HTMLResponse:
        return _question(answers, name, dict(request.query_params))

    return router


def _home(answers: CurrentAnswers, shelf: Shelf, sentence: str) -> HTMLResponse:
    current = answers.current()
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
        groups=_groups(answers),
        overview=current.answer("plan-overview", {}),
        manifest=shelf.release(current.release).manifest,
    )


def _groups(answers: CurrentAnswers) -> list[tuple[str, list[Question]]]:
    return [
        (title.ja, [question for question in answers.catalogue if question.group == group])
        for group, title in GROUPS.items()
    ]


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


def page(template: str, status: HTTPStatus = HTTPStatus.OK, **given: Any) -> HTMLResponse:
    """Return the page that a template makes of what is given."""
    text = _templates().get_template(template).render(given)
    return HTMLResponse(text, status, _VARY)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("keikaku.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"cell": _cell, "address": _address}
    return environment


def _cell(answer: Answer, row: tuple[Any, ...], column: str) -> dict[str, Any]:
    """Return how a cell of an answer is shown: its text and where it links to."""
    term = row[tuple(answer.columns).index(column)]
    iri = answer.iri(row, column)
    if isinstance(term, NamedNode):
        label = answer.labels.get(term.value)
        text = label.ja if label else term.value.rsplit("/", 1)[-1]
    else:
        text = term.value if isinstance(term, Literal) else ""
    return {"text": text, "href": _address(iri.value) if iri else None}


def _address(iri: str) -> str:
    """Return the address on this site of something it can describe, else the IRI itself."""
    _, found, path = iri.partition("/id/")
    return f"/id/{quote(path)}" if found else iri
