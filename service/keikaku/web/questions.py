"""The questions of the catalogue as REST operations, one each, and questions put in Japanese."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

from keikaku.answers.japanese import example_sentences
from keikaku.answers.lexicon import TYPES
from keikaku.answers.spreadsheet import MEDIA_TYPE as XLSX
from keikaku.answers.spreadsheet import as_xlsx
from keikaku.answers.written import as_csv, as_json
from keikaku.errors import QuestionError
from keikaku.web.negotiate import acceptable, content_type
from keikaku.web.parameters import given_once
from keikaku.web.problems import HttpError, respond
from keikaku.web.reader import reader

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.question import Parameter, Question
    from keikaku.answers.service import AnswerService

_FORMATS = {"json": "application/json", "csv": "text/csv", "xlsx": XLSX}
_WRITE: dict[str, Callable[[Answer], bytes]] = {
    _FORMATS["json"]: as_json,
    _FORMATS["csv"]: as_csv,
    XLSX: lambda answer: as_xlsx(answer, reader().standing),
}
BYTE_ORDER_MARK = "\N{BYTE ORDER MARK}".encode()
_FOR_EVERYONE = {"Access-Control-Allow-Origin": "*", "Vary": "Accept"}
_FORMAT_PARAMETER = {
    "name": "format",
    "in": "query",
    "required": False,
    "description": "答えの形式。省けば Accept による。 / Format; Accept decides without it.",
    "schema": {"type": "string", "enum": [*_FORMATS]},
}
_MARK_PARAMETER = {
    "name": "bom",
    "in": "query",
    "required": False,
    "description": "1 なら CSV の先頭にバイト順マークを付ける。ほかの形式では効かない。"
    " / 1: a byte order mark before CSV, for Excel; nothing in other formats.",
    "schema": {"type": "string", "enum": ["1"]},
}
_FORMAT_PARAMETERS = ("format", "bom")
_TEXT = {"type": "string"}
_BOTH = {"type": "object", "properties": {"ja": _TEXT, "en": _TEXT}}
_ANSWER = {
    "type": "object",
    "properties": {
        "question": _TEXT,
        "title": _BOTH,
        "parameters": {"type": "object"},
        "columns": {"type": "array", "items": {"type": "object"}},
        "rows": {"type": "array", "items": {"type": "object"}},
        "notes": {"type": "array", "items": _BOTH},
        "sparql": _TEXT,
        "release": _TEXT,
    },
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "答え / the answer",
        "content": {
            "application/json": {"schema": _ANSWER},
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    },
    400: {
        "description": "知らない条件や値、または理解できない質問 / "
        "unknown parameter or value, or a sentence that is not understood",
        "content": {"application/problem+json": {}},
    },
}


class OpenRoute(APIRoute):
    """A route that anyone's page may read from, errors included, and that answers HEAD bare."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler, with its errors made answers."""
        handle = super().get_route_handler()

        async def handle_openly(request: Request) -> Response:
            try:
                response = await handle(request)
            except Exception as error:  # noqa: BLE001 - every error is an answer, with the headers
                response = respond(error, request.headers.get("accept"))
            response.headers.update(_FOR_EVERYONE)
            return response

        return handle_openly


def questions_router(service: AnswerService) -> APIRouter:
    """Return the routes /api/questions, /api/questions/<name> for each question, and /api/ask."""
    router = APIRouter(prefix="/api", route_class=OpenRoute, tags=["questions"])

    def questions(request: Request) -> Response:
        given_once(request, ())
        listed = [_question_json(question) for question in service.catalogue]
        return JSONResponse({"questions": listed, "release": service.release})

    def ask(request: Request) -> Response:
        given = given_once(request, ("q", *_FORMAT_PARAMETERS))
        if not given.get("q"):
            raise QuestionError(
                "質問を q に書いてください。例: /api/ask?q=H22に事業者が関わる項目は？",
                "write the question in q, as in /api/ask?q=H22に事業者が関わる項目は？",
            )
        media_type = _media_type(request, given)
        return _response(service.ask(given["q"]), media_type, _with_mark(given))

    _add(router, "/questions", questions, summary="用意された質問 / the questions there are")
    _add(
        router,
        "/ask",
        ask,
        summary="日本語の質問に答える / answer a question put in Japanese",
        operation_id="ask",
        responses=_RESPONSES,
        openapi_extra={
            "parameters": [_sentence_parameter(service), _FORMAT_PARAMETER, _MARK_PARAMETER]
        },
    )
    for question in service.catalogue:
        _add_question(router, service, question)
    _add(router, "/questions/{name}", _no_such_question(service), include_in_schema=False)
    return router


def _add(router: APIRouter, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
    """Add a route for GET, described as `options` say, and for HEAD, which is not described."""
    router.add_api_route(path, endpoint, methods=["GET"], **options)
    router.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)


def _add_question(router: APIRouter, service: AnswerService, question: Question) -> None:
    def answer(request: Request) -> Response:
        names = [parameter.name for parameter in question.parameters]
        given = given_once(request, (*names, *_FORMAT_PARAMETERS))
        media_type = _media_type(request, given)
        values = {name: value for name, value in given.items() if name in names}
        return _response(service.answer(question.name, values), media_type, _with_mark(given))

    parameters = [_parameter_json(parameter, question) for parameter in question.parameters]
    _add(
        router,
        f"/questions/{question.name}",
        answer,
        summary=f"{question.title.ja} / {question.title.en}",
        description=f"{question.description.ja}\n\n{question.description.en}",
        operation_id=question.name,
        responses=_RESPONSES,
        openapi_extra={"parameters": [*parameters, _FORMAT_PARAMETER, _MARK_PARAMETER]},
    )


def _no_such_question(service: AnswerService) -> Callable[[str], Response]:
    def refuse(name: str) -> Response:
        known = ", ".join(question.name for question in service.catalogue)
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            f"「{name}」という質問はありません。あるもの: {known}",
            f"no question is called {name!r}; there are: {known}",
        )

    return refuse


def _media_type(request: Request, given: dict[str, str]) -> str:
    """Return the media type asked for. Raises QuestionError or HttpError if there is none such."""
    name = given.get("format")
    if name is not None:
        if name not in _FORMATS:
            raise QuestionError(
                f"「{name}」という形式はありません。あるもの: {'、'.join(_FORMATS)}",
                f"there is no format {name!r}; there are: {', '.join(_FORMATS)}",
            )
        return _FORMATS[name]
    accepted = request.headers.get("accept")
    media_type = acceptable(accepted, [*_FORMATS.values()])
    if media_type is None:
        raise HttpError(
            HTTPStatus.NOT_ACCEPTABLE,
            "求められた形式では出せません。出せるもの: JSON、CSV、XLSX",
            "there are JSON, CSV and XLSX",
        )
    return media_type


def _with_mark(given: dict[str, str]) -> bool:
    """Tell whether CSV is to have a byte order mark. Raises QuestionError for another value."""
    if given.get("bom", "1") != "1":
        raise QuestionError("bom は 1 だけです。", "bom can only be 1")
    return "bom" in given


def _response(answer: Answer, media_type: str, marked: bool) -> Response:
    body = _WRITE[media_type](answer)
    if marked and media_type == _FORMATS["csv"]:
        body = BYTE_ORDER_MARK + body
    headers = {}
    if media_type == XLSX:
        headers["Content-Disposition"] = f'attachment; filename="{answer.question}.xlsx"'
    return Response(body, headers=headers, media_type=content_type(media_type))


def _sentence_parameter(service: AnswerService) -> dict[str, Any]:
    sentences = [next(iter(example_sentences(item)), None) for item in service.catalogue]
    return {
        "name": "q",
        "in": "query",
        "required": True,
        "description": "日本語の質問 / the question, in Japanese",
        "schema": {"type": "string"},
        "examples": {text: {"value": text} for text in sentences if text},
    }


def _parameter_json(parameter: Parameter, question: Question) -> dict[str, Any]:
    """Return the description of one parameter in OpenAPI."""
    schema: dict[str, Any] = {"type": "string"}
    if parameter.choices:
        schema["enum"] = [choice.value for choice in parameter.choices]
    if parameter.default is not None:
        schema["default"] = parameter.default
    kind = TYPES[parameter.type]
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.label.ja}({kind.ja}) / {parameter.label.en} ({kind.en})",
        "schema": schema,
    }
    if parameter.name in question.example:
        described["example"] = question.example[parameter.name]
    return described


def _question_json(question: Question) -> dict[str, Any]:
    """Return what the list says of a question."""
    return {
        "name": question.name,
        "href": f"/api/questions/{question.name}",
        "title": question.title.model_dump(),
        "description": question.description.model_dump(),
        "group": question.group,
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "label": parameter.label.model_dump(),
                "required": parameter.required,
                "default": parameter.default,
                "choices": [choice.model_dump() for choice in parameter.choices],
            }
            for parameter in question.parameters
        ],
        "columns": {name: column.model_dump() for name, column in question.columns.items()},
        "example": dict(question.example),
        "sentences": list(example_sentences(question)),
    }
