"""The questions of the catalogue as REST operations, one each, and questions put in Japanese."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

from keikaku.answers.japanese import example_sentences
from keikaku.answers.lexicon import TYPES
from keikaku.answers.written import as_csv, as_json
from keikaku.errors import QuestionError
from keikaku.web.negotiate import acceptable, content_type
from keikaku.web.problems import HttpError, respond

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from keikaku.answers.catalogue import Answer, Parameter, Question
    from keikaku.answers.service import AnswerService

_FORMATS = {"json": "application/json", "csv": "text/csv"}
_FOR_EVERYONE = {"Access-Control-Allow-Origin": "*", "Vary": "Accept"}
_FORMAT_PARAMETER = {
    "name": "format",
    "in": "query",
    "required": False,
    "description": "答えの形式。省けば Accept による。 / Format; Accept decides without it.",
    "schema": {"type": "string", "enum": [*_FORMATS]},
}
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
        },
    },
    400: {
        "description": "知らない条件や値、または理解できない質問 / "
        "unknown parameter or value, or a sentence that is not understood",
        "content": {"application/problem+json": {}},
    },
}


class _OpenRoute(APIRoute):
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
            if request.method == "HEAD":
                response.body = b""
            return response

        return handle_openly


def questions_router(service: AnswerService) -> APIRouter:
    """Return the routes /api/questions, /api/questions/<name> for each question, and /api/ask."""
    router = APIRouter(prefix="/api", route_class=_OpenRoute, tags=["questions"])

    def questions(request: Request) -> Response:
        _given(request, ())
        listed = [_question_json(question) for question in service.catalogue]
        return JSONResponse({"questions": listed, "release": service.release})

    def ask(request: Request) -> Response:
        given = _given(request, ("q", "format"))
        if not given.get("q"):
            raise QuestionError(
                "質問を q に書いてください。例: /api/ask?q=H22に事業者が関わる項目は？",
                "write the question in q, as in /api/ask?q=H22に事業者が関わる項目は？",
            )
        media_type = _media_type(request, given)
        return _response(service.ask(given["q"]), media_type)

    _add(router, "/questions", questions, summary="用意された質問 / the questions there are")
    _add(
        router,
        "/ask",
        ask,
        summary="日本語の質問に答える / answer a question put in Japanese",
        operation_id="ask",
        responses=_RESPONSES,
        openapi_extra={"parameters": [_sentence_parameter(service), _FORMAT_PARAMETER]},
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
        given = _given(request, (*names, "format"))
        media_type = _media_type(request, given)
        values = {name: value for name, value in given.items() if name in names}
        return _response(service.answer(question.name, values), media_type)

    parameters = [_parameter_json(parameter, question) for parameter in question.parameters]
    _add(
        router,
        f"/questions/{question.name}",
        answer,
        summary=f"{question.title.ja} / {question.title.en}",
        description=f"{question.description.ja}\n\n{question.description.en}",
        operation_id=question.name,
        responses=_RESPONSES,
        openapi_extra={"parameters": [*parameters, _FORMAT_PARAMETER]},
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


def _given(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """Return the query's parameters: each one known, and given once.

    Raises HttpError for what is not UTF-8, QuestionError for what is not known.
    """
    try:
        pairs = parse_qsl(request.url.query, keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError) as error:
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            "アドレスの条件が UTF-8 ではありません。",
            "the address's parameters are not UTF-8",
        ) from error
    for name, count in Counter(name for name, _ in pairs).items():
        if name not in known:
            raise QuestionError(
                f"「{name}」という条件はありません。あるもの: {'、'.join(known) or 'なし'}",
                f"there is no parameter {name!r}; there are: {', '.join(known) or 'none'}",
            )
        if count > 1:
            raise QuestionError(
                f"「{name}」は一度だけ書いてください。", f"give the parameter {name!r} once"
            )
    return {name: value for name, value in pairs if value}


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
            "求められた形式では出せません。出せるもの: JSON、CSV",
            "there is JSON and CSV",
        )
    return media_type


def _response(answer: Answer, media_type: str) -> Response:
    write = as_csv if media_type == _FORMATS["csv"] else as_json
    return Response(write(answer), media_type=content_type(media_type))


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
