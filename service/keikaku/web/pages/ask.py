"""The box for questions in Japanese: what was understood and its answer, or what would be."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from keikaku.answers.japanese import example_sentences
from keikaku.answers.question import GROUPS
from keikaku.errors import QuestionError, SentenceError
from keikaku.web.charts import chart_of
from keikaku.web.pages.question import kept, shown_of
from keikaku.web.parameters import given_once
from keikaku.web.reader import reader
from keikaku.web.rendering import page
from keikaku.web.sparql.public import address

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from keikaku.answers.catalogue import Catalogue
    from keikaku.answers.service import Answers
    from keikaku.closed import Bilingual
    from keikaku.web.parts import SiteParts

LONGEST = 300
"""How many characters what is asked may have; it says itself where fewer are understood."""


def ask_router(site: SiteParts) -> APIRouter:
    """Return the route of the box."""
    router = APIRouter(include_in_schema=False)

    @router.get("/ask")
    def ask(request: Request) -> HTMLResponse:
        sentence = given_once(request, ("q",)).get("q", "").strip()
        host = address({**request.scope, "path": ""}, site.settings.site)
        return _ask(site.answers.current(), sentence, host)

    return router


def _ask(current: Answers, sentence: str, host: str) -> HTMLResponse:
    answer, refusal = None, None
    try:
        answer = current.ask(_bounded(sentence)) if sentence else None
    except QuestionError as error:
        refusal = error
    found = refusal if isinstance(refusal, SentenceError) else None
    return page(
        "ask.html",
        HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK,
        release=current.release,
        crumbs=[
            (reader().choose("質問", "Questions"), reader().href("/questions")),
            (reader().choose("日本語で質問する", "Ask in Japanese"), None),
        ],
        sentence=sentence[:LONGEST],
        longest=LONGEST,
        answer=shown_of(answer) if answer else None,
        rows=len(answer.rows) if answer else 0,
        chart=chart_of(answer) if answer else None,
        kept=kept(current, answer, host) if answer else None,
        refusal=refusal,
        told=(found.said if found else (refusal.ja, refusal.en)) if refusal else None,
        nearest=found.nearest if found else (),
        meant=[current.catalogue.question(name) for name in found.questions] if found else (),
        groups=_examples(current.catalogue),
    )


def _bounded(sentence: str) -> str:
    if len(sentence) > LONGEST:
        raise QuestionError(
            f"質問は {LONGEST} 文字までで書いてください。",
            f"a question has at most {LONGEST} characters",
        )
    return sentence


def _examples(catalogue: Catalogue) -> list[tuple[Bilingual, list[str]]]:
    """Return the first sentence of each question, by group."""
    return [
        (
            title,
            [
                sentences[0]
                for question in catalogue
                if question.group == group and (sentences := example_sentences(question))
            ],
        )
        for group, title in GROUPS.items()
    ]
