"""The pages: the first page, the questions with their forms and answers, and every resource."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import Literal, NamedNode

from keikaku.answers.catalogue import GROUPS
from keikaku.errors import QuestionError
from keikaku.names import DCTERMS, KEI, SHARED, SKOS
from keikaku.store.base import WHOLE
from keikaku.web.negotiate import GRAPHS, HTML, acceptable, choose
from keikaku.web.problems import HttpError

if TYPE_CHECKING:
    from keikaku.answers.catalogue import Answer, Question
    from keikaku.release.shelf import Shelf
    from keikaku.web.current import CurrentAnswers

STATIC = Path(__file__).resolve().parent / "static"
_FIRST_QUESTION = "items-by-party-year"
_SUFFIXES = {"html", *(name for offer in GRAPHS for name in offer.names)}
_FORMATS = ("ttl", "nt", "rdf", "jsonld")
_TECHNICAL = frozenset(
    {
        DCTERMS["isPartOf"],
        KEI["cell"],
        KEI["partOf"],
        KEI["position"],
        KEI["printedNumber"],
        SKOS["hiddenLabel"],
    }
)
"""Properties that a page folds away: they serve matching and provenance, or repeat others."""

_VARY = {"Vary": "Accept"}


def pages_router(answers: CurrentAnswers, shelf: Shelf, base: str) -> APIRouter:
    """Return the routes of the pages."""
    router = APIRouter(include_in_schema=False)
    router.mount("/static", StaticFiles(directory=STATIC), name="static")

    @router.get("/")
    def home(q: str = "") -> HTMLResponse:
        return _home(answers, shelf, q)

    @router.get("/questions/{name}")
    def question(name: str, request: Request) -> HTMLResponse:
        return _question(answers, name, dict(request.query_params))

    @router.get("/id/{path:path}")
    def thing(path: str) -> RedirectResponse:
        return RedirectResponse(f"/doc/{quote(path)}", HTTPStatus.SEE_OTHER, _VARY)

    @router.get("/doc/{path:path}")
    def document(path: str, request: Request) -> Response:
        return _document(answers, base, path, request.headers.get("accept"))

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
    return _page(
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
    values = {key: value for key, value in given.items() if value} or dict(question.example)
    answer, refusal = None, None
    try:
        answer = current.answer(name, values)
    except QuestionError as error:
        refusal = error
    return _page(
        "question.html",
        HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK,
        release=current.release,
        question=question,
        values=values,
        answer=answer,
        refusal=refusal,
        lexicon=current.lexicon,
    )


def _document(answers: CurrentAnswers, base: str, path: str, accept: str | None) -> Response:
    """Return the page or the RDF of the thing at a path, under the base or under what is shared."""
    stem, _, suffix = path.rpartition(".")
    path, name = (stem, suffix) if stem and suffix in _SUFFIXES else (path, None)
    current = answers.current()
    for root in dict.fromkeys((base, SHARED)):
        iri = f"{root}id/{unquote(path)}"
        description = current.describe(iri)
        if description:
            break
    else:
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            f"「{unquote(path)}」というものは、このリリースにありません。",
            f"this release knows nothing called {unquote(path)!r}",
        )
    wants_page = name == "html" or (
        name is None and acceptable(accept, [HTML, *(g.media_type for g in GRAPHS)]) == HTML
    )
    if wants_page:
        return _page(
            "resource.html",
            release=current.release,
            thing=description,
            formats=_FORMATS,
            technical=_TECHNICAL,
            path=path,
        )
    offer = choose(accept, name, GRAPHS)
    if offer is None:
        raise HttpError(
            HTTPStatus.NOT_ACCEPTABLE,
            "求められた形式では出せません。出せるもの: HTML、Turtle、N-Triples、RDF/XML、JSON-LD",
            "there is HTML, Turtle, N-Triples, RDF/XML and JSON-LD",
        )
    body = current.store.serialize(f"DESCRIBE <{iri}>", WHOLE, None, offer.kind)
    return Response(body.body, headers=_VARY, media_type=offer.content_type)


def _page(template: str, status: HTTPStatus = HTTPStatus.OK, **given: Any) -> HTMLResponse:
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
