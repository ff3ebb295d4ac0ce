"""A message about an error, made ready: which value, where it stands, whom to tell."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request

from keikaku.answers.reporting import contact_of, named_at, plan_of
from keikaku.answers.things.place import file_of, place_in
from keikaku.answers.things.rows import Numbered
from keikaku.errors import QuestionError
from keikaku.web.parameters import given_once
from keikaku.web.problems import HttpError
from keikaku.web.reader import reader
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from keikaku.answers.describe import Description
    from keikaku.answers.service import Answers
    from keikaku.answers.things.place import Place
    from keikaku.web.parts import SiteParts

LONGEST_IRI = 500
"""The longest IRI that is taken, in characters."""

_LONGEST_TEXT = 200
_PARAMETERS = ("iri", "cell")


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be sent: its subject and its text, in the reader's language."""

    subject: str
    text: str

    def mailto(self, address: str) -> str:
        """Return the link that opens the message in a mail program."""
        text = self.text.replace("\n", "\r\n")  # RFC 6068, 5
        return f"mailto:{quote(address, safe='@')}?subject={quote(self.subject)}&body={quote(text)}"


def report_router(site: SiteParts) -> APIRouter:
    """Return the route of the page that makes a message ready."""
    router = APIRouter(include_in_schema=False)

    @router.get("/report")
    def report(request: Request) -> HTMLResponse:
        given = given_once(request, _PARAMETERS)
        answers = site.answers.current()
        iri, cell = (_described(answers, given.get(name, "")) for name in _PARAMETERS)
        return _page(answers, site, iri, _place(answers, iri, cell))

    return router


def _described(answers: Answers, iri: str) -> Description | None:
    """Return what is said of an IRI, None where none is given.

    Raises QuestionError for what is no IRI or too long, HttpError for one that is not there.
    """
    if not iri:
        return None
    if len(iri) > LONGEST_IRI:
        raise QuestionError(
            f"IRI は {LONGEST_IRI} 文字までです。", f"an IRI has up to {LONGEST_IRI} characters"
        )
    description = answers.describe(iri)
    if description is None:
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            f"「{iri}」は、このリリースにありません。",
            f"this release has nothing called {iri!r}",
        )
    return description


def _place(answers: Answers, thing: Description | None, cell: Description | None) -> Place | None:
    """Return the cell that is given, else the one that names the thing; HttpError if it is none."""
    if cell is None and thing is not None:
        named = named_at(thing)
        cell = thing if place_in(thing) else answers.describe(named.value) if named else None
        return place_in(cell) if cell else None
    place = place_in(cell) if cell else None
    if cell and place is None:
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            f"「{cell.iri.value}」は原文の欄でも行でもありません。",
            f"{cell.iri.value!r} is no cell or line of a document",
        )
    return place


def _page(
    answers: Answers, site: SiteParts, thing: Description | None, place: Place | None
) -> HTMLResponse:
    lexicon = answers.lexicon
    plan = plan_of(thing.iri, lexicon) if thing else None
    city = contact_of(answers.store, lexicon, plan) if plan else None
    message = _message(answers, thing, place)
    contact = site.settings.contact or site.settings.publisher_email
    return page(
        "register/report.html",
        release=answers.release,
        crumbs=[(reader().choose("誤りを知らせる", "Report an error"), None)],
        thing=thing,
        place=place,
        city=city,
        message=message,
        contact=contact,
        mailto=message.mailto(contact) if "://" not in contact and contact else None,
        city_mailto=message.mailto(city.email) if city and city.email else None,
    )


def _message(answers: Answers, thing: Description | None, place: Place | None) -> Message:
    t = reader().choose
    lines = [t("次の値に誤りがあると思われます。", "The following value seems to be wrong."), ""]
    subject = t("誤りの連絡", "An error")
    if thing:
        known = Numbered.of(thing.iri, answers.lexicon)
        label = f"{known.number} {t(thing.label.ja, thing.label.en)}".strip()[:_LONGEST_TEXT]
        subject = f"{subject}: {label}"
        lines += [f"{t('値', 'Value')}: {label}", f"IRI: {thing.iri.value}"]
    if place:
        lines += [
            f"{t('原文', 'Source')}: {_address(place, file_of(answers.store, place.document))}",
            f"{t('原文の文字', 'Text')}: {_cut(place.text)}",
            f"{t('欄の IRI', 'IRI of the place')}: {place.iri.value}",
        ]
    lines += [
        f"{t('リリース', 'Release')}: {answers.release}",
        "",
        t("どこが誤りか: ", "What is wrong: "),
        t("正しいと思われる値と、その根拠: ", "What would be right, and how it is known: "),
        "",
    ]
    return Message(subject, "\n".join(lines))


def _address(place: Place, file: str) -> str:
    t = reader().choose
    if place.address:
        return f"{file} {place.address}"
    words = t(f"{place.line}行目", f"line {place.line}")
    if place.table:
        words += t(
            f"(表{place.table} {place.row}行 {place.column}列)",
            f" (table {place.table}, row {place.row}, column {place.column})",
        )
    return f"{file} {words}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
