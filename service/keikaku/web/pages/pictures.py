"""Pictures of a plan: its schedule, who does how much when, who works with whom, phases by year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pyoxigraph import NamedNode

from keikaku.answers.written import as_csv
from keikaku.errors import QuestionError
from keikaku.names import FY
from keikaku.text import fiscal_year_codes
from keikaku.web.charts import chart_of, standalone
from keikaku.web.charts.figures import cell, count
from keikaku.web.charts.grid import grid_of
from keikaku.web.charts.phases import look, order
from keikaku.web.pages.plan_chooser import (
    chosen_plan,
    denominator_of,
    departments_of,
    given,
    sections_of,
)
from keikaku.web.pages.schedule_table import schedule_table
from keikaku.web.reader import reader
from keikaku.web.rendering import page, with_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi.responses import HTMLResponse

    from keikaku.answers.catalogue import Answer
    from keikaku.answers.lexicon import Lexicon
    from keikaku.answers.question import Question
    from keikaku.answers.service import Answers
    from keikaku.web.charts import Chart
    from keikaku.web.charts.figures import Cell
    from keikaku.web.pages.plan_chooser import Chosen
    from keikaku.web.parts import SiteParts

_BOM = b"\xef\xbb\xbf"
_PREVIEWS = (
    "schedule",
    "matrix-party-year",
    "matrix-department-year",
    "department-network",
    "party-network",
    "phases-by-year",
)
_SVG_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """An answer with its chart, and all it takes to have it otherwise: as CSV, SVG, over REST."""

    question: Question
    answer: Answer
    chart: Chart | None
    values: Mapping[str, str]

    @property
    def svg(self) -> str:
        """The address of the drawing, in the reader's language."""
        return with_query(f"/pictures/{self.question.name}.svg", **self.values)

    @property
    def csv(self) -> str:
        """The address of the numbers for a spreadsheet, with a byte order mark."""
        return _with_values(f"/pictures/{self.question.name}.csv", self.values)

    @property
    def rest(self) -> str:
        """The address of the same answer over REST."""
        return _with_values(f"/api/questions/{self.question.name}", self.values)


def pictures_router(site: SiteParts) -> APIRouter:
    """Return the routes of the pictures, each a page and files."""
    router = APIRouter(include_in_schema=False)

    @router.get("/pictures")
    def index(request: Request) -> HTMLResponse:
        return _index(site, given(request, "plan"))

    @router.get("/pictures/schedule")
    def schedule(request: Request) -> HTMLResponse:
        asked = given(request, "plan", "section", "department")
        return _schedule(site.answers.current(), asked)

    @router.get("/matrix")
    def matrix(request: Request) -> HTMLResponse:
        return _matrix(site.answers.current(), given(request, "plan", "rows"))

    @router.get("/pictures/network")
    def network(request: Request) -> HTMLResponse:
        return _network(site.answers.current(), given(request, "plan"))

    @router.get("/pictures/phases")
    def phases(request: Request) -> HTMLResponse:
        return _phases(site.answers.current(), given(request, "plan"))

    @router.get("/pictures/{name}.svg")
    def svg(name: str, request: Request) -> Response:
        picture = _drawn(site.answers.current(), name, request)
        if picture.chart is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return Response(standalone(picture.chart), media_type="image/svg+xml", headers=_SVG_HEADERS)

    @router.get("/pictures/{name}.csv")
    def csv(name: str, request: Request) -> Response:
        answer = _drawn(site.answers.current(), name, request).answer
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(
            _BOM + as_csv(answer), media_type="text/csv; charset=utf-8", headers=headers
        )

    return router


def _index(site: SiteParts, asked: Mapping[str, str]) -> HTMLResponse:
    current = site.answers.current()
    manifest = site.shelf.release(current.release).manifest
    chosen = chosen_plan(current.lexicon, asked.get("plan", ""))
    drawn = {
        name
        for name in _PREVIEWS
        if chosen and _picture(current, name, chosen.values).chart is not None
    }
    return _page(current, "index", asked, ("図", "Charts"), manifest=manifest, drawn=drawn)


def _schedule(current: Answers, asked: Mapping[str, str]) -> HTMLResponse:
    chosen = chosen_plan(current.lexicon, asked.get("plan", ""))
    title = ("年次計画の図", "Schedule")
    if chosen is None:
        return _page(current, "schedule", asked, title)
    narrowed = {name: asked[name] for name in ("section", "department") if name in asked}
    picture = _picture(current, "schedule", {**chosen.values, **narrowed})
    return _page(
        current,
        "schedule",
        asked,
        title,
        picture=picture,
        table=schedule_table(picture.answer, current.lexicon),
        sections=sections_of(current.lexicon, chosen.plan),
        departments=departments_of(current.lexicon, chosen.plan),
        bound=_bound(picture.answer),
    )


def _matrix(current: Answers, asked: Mapping[str, str]) -> HTMLResponse:
    rows = asked.get("rows", "party")
    if rows not in ("party", "department"):
        raise QuestionError(
            f"「rows」に「{rows}」は選べません。選べるもの: party(主体)、department(担当課)",
            f"rows cannot be {rows!r}; it can be: party, department",
        )
    by_party = rows == "party"
    title = (
        ("主体と年度の表", "Parties by fiscal year")
        if by_party
        else ("担当課と年度の表", "Departments by fiscal year")
    )
    chosen = chosen_plan(current.lexicon, asked.get("plan", ""))
    if chosen is None:
        return _page(current, "matrix", asked, title)
    picture = _picture(current, f"matrix-{rows}-year", chosen.values)
    shown = {"rows": rows, "picture": picture, "grid": _grid(picture)}
    link = partial(_linked, "/items", current.lexicon, chosen)
    return _page(current, "matrix", asked, title, link=link, **shown)


def _network(current: Answers, asked: Mapping[str, str]) -> HTMLResponse:
    title = ("担当課と主体のつながり", "Departments and parties that share items")
    chosen = chosen_plan(current.lexicon, asked.get("plan", ""))
    if chosen is None:
        return _page(current, "network", asked, title)
    names = ("department-network", "party-network")
    departments, parties = (_picture(current, name, chosen.values) for name in names)
    shown = {"departments": departments, "parties": parties, "pairs_of": _pairs}
    link = partial(_linked, lexicon=current.lexicon, chosen=chosen)
    return _page(current, "network", asked, title, link=link, **shown)


def _phases(current: Answers, asked: Mapping[str, str]) -> HTMLResponse:
    title = ("段階の移り変わり", "Phases over the years")
    chosen = chosen_plan(current.lexicon, asked.get("plan", ""))
    if chosen is None:
        return _page(current, "phases", asked, title)
    picture = _picture(current, "phases-by-year", chosen.values)
    grid = _grid(picture)
    rows = sorted(grid.rows, key=lambda row: order(row.iri)) if grid else []
    looks = {row.iri: look(row.iri, row.name) for row in rows}
    shown = {"picture": picture, "grid": grid, "phases": rows, "looks": looks}
    link = partial(_linked, "/items", current.lexicon, chosen)
    return _page(current, "phases", asked, title, link=link, **shown)


def _page(
    current: Answers,
    name: str,
    asked: Mapping[str, str],
    title: tuple[str, str],
    **shown: Any,
) -> HTMLResponse:
    """Return a page of a picture, with the plan that it shows and what its counts are part of."""
    chosen = chosen_plan(current.lexicon, asked.get("plan", ""))
    here = reader()
    crumbs = [(here.choose("図", "Charts"), here.href("/pictures")), (here.choose(*title), None)]
    return page(
        f"pictures/{name}.html",
        release=current.release,
        crumbs=crumbs if name != "index" else crumbs[1:],
        title=here.choose(*title),
        chosen=chosen,
        values=chosen.values if chosen else {},
        denominator=denominator_of(current, chosen) if chosen else None,
        **shown,
    )


def _picture(current: Answers, name: str, values: Mapping[str, str]) -> Picture:
    answer = current.answer(name, values)
    return Picture(current.catalogue.question(name), answer, chart_of(answer), values)


def _grid(picture: Picture) -> Any:
    drawn = picture.answer.chart
    return grid_of(picture.answer, drawn) if drawn and picture.answer.rows else None


def _bound(answer: Answer) -> dict[str, str]:
    """Return the IRIs that the answer was asked for, by parameter."""
    values = ((bound.name, bound.value) for bound in answer.bound)
    return {name: value.value for name, value in values if isinstance(value, NamedNode)}


def _pairs(picture: Picture) -> list[tuple[Cell, Cell, int, int]]:
    """Return the pairs of a network with their numbers, all items and without relisted ones."""
    answer = picture.answer
    return [
        (
            cell(answer, row, "oneName"),
            cell(answer, row, "otherName"),
            count(answer, row, "items"),
            count(answer, row, "once"),
        )
        for row in answer.rows
    ]


def _drawn(current: Answers, name: str, request: Request) -> Picture:
    """Return the picture of a question that is drawn; any other has none."""
    known = {question.name: question for question in current.catalogue if question.chart}
    if name not in known:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    names = [parameter.name for parameter in known[name].parameters]
    return _picture(current, name, given(request, *names))


def _linked(path: str, lexicon: Lexicon, chosen: Chosen, **things: str) -> str:
    """Return the address of a list of items that belong to these things, each given by its IRI."""
    told = {name: _told(lexicon, iri) for name, iri in things.items()}
    return with_query(path, **told, **chosen.values)


def _told(lexicon: Lexicon, iri: str) -> str:
    """Return what a person would write for a thing, its IRI where another is called the same."""
    if iri.startswith(FY.iri):
        return fiscal_year_codes(int(iri.removeprefix(FY.iri)))[-1]
    thing = lexicon.things.get(iri)
    alone = thing is not None and len(lexicon.all_called(thing.type, thing.short)) == 1
    return thing.short if thing is not None and alone else iri


def _with_values(path: str, values: Mapping[str, str]) -> str:
    return path + (f"?{urlencode(values)}" if values else "")
