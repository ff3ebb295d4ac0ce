"""The register of discrepancies (正誤表): to read, to print and send, to take away."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import Response

from keikaku.answers.register.conditions import ALL, DECIDED, PARAMETERS, STATUSES, Conditions
from keikaku.answers.register.listing import (
    MOST_WHOLE,
    PER_PAGE,
    plan_name,
    register_of,
    whole_register,
)
from keikaku.answers.register.written import as_csv, as_json, as_xlsx
from keikaku.answers.spreadsheet import MEDIA_TYPE as XLSX
from keikaku.errors import BusyError, QuestionError
from keikaku.web.parameters import given_once
from keikaku.web.reader import reader
from keikaku.web.rendering import page, with_query

if TYPE_CHECKING:
    from datetime import datetime

    from fastapi.responses import HTMLResponse

    from keikaku.answers.register.listing import Register
    from keikaku.answers.service import Answers
    from keikaku.release.shelf import Shelf
    from keikaku.web.parts import SiteParts

FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "json": "application/json"}
"""The forms in which the whole register can be taken away, and their media types."""

LONGEST_VALUE = 500
"""The longest value of a parameter, in characters."""

_NAMES = {"csv": "CSV", "xlsx": "Excel", "json": "JSON"}
_BOM = "\ufeff".encode()
_PATIENCE = 1  # seconds for which a file waits to be written
_writing = BoundedSemaphore(2)
"""Long files are work in Python alone; more at once would leave nothing to other pages."""


def register_router(site: SiteParts) -> APIRouter:
    """Return the routes of the register: its page, and the files of the same."""
    router = APIRouter(include_in_schema=False)

    @router.get("/discrepancies")
    def register(request: Request) -> HTMLResponse:
        answers = site.answers.current()
        found = register_of(answers, _conditions(request, answers))
        return _page(found, answers, site.shelf)

    @router.api_route("/discrepancies.{kind}", methods=["GET", "HEAD"])
    def taken(request: Request, kind: str) -> Response:
        if kind not in FORMATS:
            raise QuestionError(
                f"「{kind}」という形式はありません。あるもの: {', '.join(FORMATS)}",
                f"there is no form {kind!r}; there are: {', '.join(FORMATS)}",
            )
        answers = site.answers.current()
        body = _written(kind, _conditions(request, answers), answers)
        name = f"discrepancies-{answers.release}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, media_type=FORMATS[kind], headers=headers)

    return router


def _conditions(request: Request, answers: Answers) -> Conditions:
    """Return what an address asks for; raises QuestionError for what is not known."""
    given = given_once(request, PARAMETERS)
    for name, value in given.items():
        if len(value) > LONGEST_VALUE:
            raise QuestionError(f"「{name}」の値が長すぎます。", f"the value of {name} is too long")
    return Conditions.of(given, answers.lexicon)


def _page(register: Register, answers: Answers, shelf: Shelf) -> HTMLResponse:
    asked = register.conditions
    parameters = asked.on_page(1).parameters
    return page(
        "register/register.html",
        release=answers.release,
        crumbs=[(reader().choose("正誤表", "Discrepancies"), None)],
        register=register,
        first=(asked.page - 1) * PER_PAGE + 1,
        statuses=STATUSES,
        decided_address=_address(asked.with_status(DECIDED)),
        all_address=_address(asked.with_status(ALL)),
        plain=not asked.with_status(ALL).on_page(1).parameters.keys() - {"status"},
        before=_address(asked.on_page(asked.page - 1)) if asked.page > 1 else None,
        after=_address(asked.on_page(asked.page + 1)) if asked.page < register.pages else None,
        taken=[
            (label, with_query(f"/discrepancies.{kind}", **parameters))
            for kind, label in _NAMES.items()
        ]
        if register.total <= MOST_WHOLE
        else [],
        released=released(shelf, answers.release),
    )


def _address(conditions: Conditions) -> str:
    return with_query("/discrepancies", **conditions.parameters)


def released(shelf: Shelf, release: str) -> datetime | None:
    """Return when a release was published, None where that is not known."""
    published = shelf.published().get(release)
    return published.date if published else None


def _written(kind: str, conditions: Conditions, answers: Answers) -> bytes:
    """Return the whole register as a file. Raises BusyError while too many others are written."""
    if not _writing.acquire(timeout=_PATIENCE):
        raise BusyError(
            "いまは混んでいます。少し待ってからもう一度お試しください。",
            "too much is being written just now; try again in a moment",
            seconds=int(_PATIENCE),
        )
    try:
        entries = whole_register(answers, conditions)
        language = reader().language
        plans = {
            entry.plan.value: plan_name(entry.plan, answers.lexicon).label for entry in entries
        }
        if kind == "csv":
            return _BOM + as_csv(entries, plans, language)
        if kind == "xlsx":
            return as_xlsx(entries, plans, language, answers.release, reader().standing)
        return as_json(entries, conditions.parameters, answers.release)
    finally:
        _writing.release()
