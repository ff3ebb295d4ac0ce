"""The questions: all of them by group, and each with its form, its answer and ways to keep it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from cachetools import LRUCache, cached
from fastapi import APIRouter, Request
from fastapi.responses import Response

from keikaku.answers.forms import Forms
from keikaku.answers.japanese import example_sentences
from keikaku.answers.lexicon import plain
from keikaku.answers.question import GROUPS
from keikaku.answers.spreadsheet import MEDIA_TYPE as XLSX
from keikaku.answers.spreadsheet import as_xlsx
from keikaku.answers.written import as_labelled_csv
from keikaku.errors import QuestionError
from keikaku.web.charts import chart_of
from keikaku.web.parameters import given_once
from keikaku.web.problems import HttpError
from keikaku.web.questions import BYTE_ORDER_MARK
from keikaku.web.reader import reader
from keikaku.web.rendering import page
from keikaku.web.sparql.public import address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastapi.responses import HTMLResponse

    from keikaku.answers.catalogue import Answer, Catalogue
    from keikaku.answers.forms import FormField
    from keikaku.answers.question import Question
    from keikaku.answers.service import Answers
    from keikaku.closed import Bilingual
    from keikaku.web.parts import SiteParts

LONGEST_SEARCH = 100
"""How many characters the words may have that questions are looked for by."""

MOST_SHOWN = 1_000
"""How many rows of an answer a page shows; its files have them all."""

_MOST_PLANS = 20
"""Up to how many plans a question is answered for all of them without being asked to."""

_FILES = ("csv", "xlsx")
_RELEASES_KEPT = 2


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an answer can be had again: its page, as files, over REST."""

    name: str
    values: Mapping[str, str]
    host: str

    @property
    def path(self) -> str:
        """The path of the page, in the reader's language."""
        return reader().href(f"/questions/{self.name}") + _query(self.values)

    @property
    def page(self) -> str:
        """The whole address of the page."""
        return self.host + self.path

    @property
    def rest(self) -> str:
        """The whole address of the same answer over REST."""
        return f"{self.host}{self.api()}"

    def file(self, kind: str) -> str:
        """Return the path of a file for people: CSV that begins with a byte order mark, or XLSX."""
        mark = {"bom": "1"} if kind == "csv" else {}
        path = reader().href(f"/questions/{self.name}")
        return path + _query({**self.values, "format": kind, **mark})

    def api(self, kind: str = "") -> str:
        """Return the path of the REST operation, in a format."""
        asked = {**self.values, "format": kind} if kind else self.values
        return f"/api/questions/{self.name}" + _query(asked)


def question_router(site: SiteParts) -> APIRouter:
    """Return the routes of the questions."""
    router = APIRouter(include_in_schema=False)

    @router.get("/questions")
    def questions(request: Request) -> HTMLResponse:
        return _index(site.answers.current(), given_once(request, ("q",)).get("q", ""))

    @router.get("/questions/{name}")
    def question(name: str, request: Request) -> Response:
        host = address({**request.scope, "path": ""}, site.settings.site)
        return _question(site.answers.current(), name, request, host)

    return router


def groups_of(catalogue: Catalogue, words: str = "") -> list[tuple[Bilingual, list[Question]]]:
    """Return the questions by their groups, those that hold every one of the words."""
    wanted = {plain(word) for word in words.split()}
    said = {item.name: _said(item) for item in catalogue} if wanted else {}
    found = [item for item in catalogue if all(word in said[item.name] for word in wanted)]
    groups = (
        (title, [question for question in found if question.group == group])
        for group, title in GROUPS.items()
    )
    return [(title, questions) for title, questions in groups if questions]


def kept(current: Answers, answer: Answer, host: str = "") -> Kept:
    """Return where an answer can be had again."""
    question = current.catalogue.question(answer.question)
    return Kept(question.name, _forms(current).written(question, answer.bound), host)


def shown_of(answer: Answer) -> Answer:
    """Return the part of an answer that a page shows."""
    return replace(answer, rows=answer.rows[:MOST_SHOWN])


def _said(question: Question) -> str:
    texts = (question.title, question.description)
    said = [text for both in texts for text in (both.ja, both.en)]
    return "\n".join(plain(text) for text in (*said, *example_sentences(question)))


def _index(current: Answers, words: str) -> HTMLResponse:
    if len(words) > LONGEST_SEARCH:
        raise QuestionError(
            f"探す言葉は {LONGEST_SEARCH} 文字までで書いてください。",
            f"the words to look for may have {LONGEST_SEARCH} characters",
        )
    return page(
        "questions.html",
        release=current.release,
        crumbs=[(reader().choose("質問", "Questions"), None)],
        words=words,
        groups=groups_of(current.catalogue, words),
        count=len(current.catalogue),
        sentences_of=example_sentences,
    )


def _question(current: Answers, name: str, request: Request, host: str) -> Response:
    try:
        question = current.catalogue.question(name)
    except QuestionError as error:
        raise HttpError(HTTPStatus.NOT_FOUND, error.ja, error.en) from error
    names = [parameter.name for parameter in question.parameters]
    values, refusal = _values(request, names)
    if wanted := values.pop("format", ""):
        return _file(current, name, values, wanted)
    asked = bool(request.url.query)
    values = values if asked else _example(current, question)
    fields = _forms(current).form(question, values)
    answer = None
    if refusal is None and not any(field.error for field in fields):
        try:
            answer = current.answer(name, values)
        except QuestionError as error:
            refusal = error
    if not asked and answer is None:  # an example of another release opens an empty form
        fields, refusal = _forms(current).form(question, {}), None
    return _page(current, question, fields, answer, refusal, asked, host)


def _example(current: Answers, question: Question) -> dict[str, str]:
    """Return the example of a question; where plans are many, it is about the first of them.

    Not so what was counted over all plans when the release was made.
    """
    plans = current.lexicon.plan_years
    takes_plan = any(parameter.name == "plan" for parameter in question.parameters)
    if len(plans) > _MOST_PLANS and takes_plan and not question.counted:
        return {"plan": next(iter(plans)), **question.example}
    return dict(question.example)


def _values(request: Request, names: Iterable[str]) -> tuple[dict[str, str], QuestionError | None]:
    """Return what was given for the parameters, and what is wrong with the rest.

    Raises QuestionError where a file is asked for: it has no form to be kept.
    """
    known = (*names, "format", "bom")
    try:
        return given_once(request, known), None
    except QuestionError as error:
        if "format" in request.query_params:
            raise
        given = ((name, request.query_params.get(name, "")) for name in names)
        return {name: value for name, value in given if value}, error


def _page(
    current: Answers,
    question: Question,
    fields: Iterable[FormField],
    answer: Answer | None,
    refusal: QuestionError | None,
    asked: bool,
    host: str,
) -> HTMLResponse:
    shown = tuple(field for field in fields if not field.needless)
    wrong = refusal is not None or (asked and any(field.error for field in shown))
    here = reader()
    return page(
        "question.html",
        HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK,
        release=current.release,
        crumbs=[
            (here.choose("質問", "Questions"), here.href("/questions")),
            (here.choose(question.title.ja, question.title.en), None),
        ],
        question=question,
        group=GROUPS[question.group],
        fields=shown,
        asked=asked,
        answer=shown_of(answer) if answer else None,
        rows=len(answer.rows) if answer else 0,
        refusal=refusal,
        chart=chart_of(answer) if answer else None,
        kept=kept(current, answer, host) if answer else None,
        sentences=example_sentences(question),
    )


def _file(current: Answers, name: str, values: dict[str, str], wanted: str) -> Response:
    """Return an answer as a file for people, headed in the reader's language."""
    if wanted not in _FILES:
        raise QuestionError(
            f"この頁に「{wanted}」という形式はありません。あるもの: {'、'.join(_FILES)}。"
            "JSON は REST にあります。",
            f"this page has no format {wanted!r}; there are: {', '.join(_FILES)}. REST has JSON",
        )
    mark = values.pop("bom", "")
    if mark not in ("", "1"):
        raise QuestionError("bom は 1 だけです。", "bom can only be 1")
    answer = current.answer(name, values)
    language: Literal["ja", "en"] = reader().language
    if wanted == "xlsx":
        body, media_type = as_xlsx(answer, reader().standing, language), XLSX
    else:
        body = (BYTE_ORDER_MARK if mark else b"") + as_labelled_csv(answer, language)
        media_type = "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{wanted}"'}
    return Response(body, headers=headers, media_type=media_type)


def _query(values: Mapping[str, str]) -> str:
    return f"?{urlencode(values)}" if values else ""


def forget_forms(release: str) -> None:
    """Keep no forms of this release any more."""
    _FORMS.pop(release, None)


_FORMS: LRUCache[str, Forms] = LRUCache(_RELEASES_KEPT)


@cached(_FORMS, key=lambda current: current.release)
def _forms(current: Answers) -> Forms:
    """Return the forms of a release: what may be chosen is put together once."""
    return Forms(current.lexicon)
