"""The source beside a value: a document, a cell in its table, a line, two places side by side."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query

from keikaku.answers.things.document import PER_PAGE, blocks_of
from keikaku.answers.things.item import faults_of
from keikaku.answers.things.place import (
    address_of,
    counterparts_of,
    file_of,
    lines_around,
    place_in,
    statements_of,
    table_around,
)
from keikaku.answers.things.tables import MOST_ROWS
from keikaku.web.pages.shown import thing_page
from keikaku.web.parameters import page_number
from keikaku.web.problems import HttpError
from keikaku.web.reader import reader
from keikaku.web.rendering import address, page

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse
    from pyoxigraph import NamedNode

    from keikaku.answers.describe import Description, Linked
    from keikaku.answers.service import Answers
    from keikaku.answers.things.place import NearLine, Place, Statement
    from keikaku.answers.things.tables import SourceTable
    from keikaku.web.parts import SiteParts

ROWS_BESIDE = 16
"""How many rows of a table are shown where two stand side by side."""

LONGEST_IRI = 500
"""The longest IRI of a place that is taken, in characters."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One of two places to be compared, in its surroundings."""

    place: Place
    address: Linked
    table: SourceTable | None
    lines: tuple[NearLine, ...]
    statements: tuple[Statement, ...]


def source_router(site: SiteParts) -> APIRouter:
    """Return the route of two places side by side."""
    router = APIRouter(include_in_schema=False)

    @router.get("/compare")
    def compare(
        left: Annotated[str, Query(max_length=LONGEST_IRI)] = "",
        right: Annotated[str, Query(max_length=LONGEST_IRI)] = "",
    ) -> HTMLResponse:
        if not (left and right):
            raise HttpError(
                HTTPStatus.BAD_REQUEST,
                "比べる二つの欄が選ばれていません。正誤表(/discrepancies)の"
                "「二つの欄を並べて見る」から開けます。",
                "two places are compared: left and right are their IRIs; the list of "
                "discrepancies (/discrepancies) leads here",
            )
        answers = site.answers.current()
        sides = [_side(answers, iri) for iri in (left, right)]
        crumbs = [(reader().choose("原文を並べて見る", "Sources side by side"), None)]
        return page(
            "things/compare.html",
            release=answers.release,
            sides=sides,
            same=sides[0].place.text == sides[1].place.text,
            crumbs=crumbs,
        )

    return router


def _side(answers: Answers, iri: str) -> _Side:
    """Return one side. Raises HttpError where the IRI is of no place, QuestionError for no IRI."""
    description = answers.describe(iri)
    place = place_in(description) if description else None
    if place is None:
        raise HttpError(
            HTTPStatus.NOT_FOUND,
            f"「{iri}」という原文の欄や行は、このリリースにありません。",
            f"this release has no cell or line {iri!r}",
        )
    store = answers.store
    return _Side(
        place,
        address_of(place),
        table_around(store, place, ROWS_BESIDE),
        lines_around(store, place) if place.table is None else (),
        statements_of(store, answers.lexicon, place.iri),
    )


def place_page(answers: Answers, description: Description) -> HTMLResponse | None:
    """Return the page of a cell, in its table, or of a line, among its neighbours."""
    store, lexicon = answers.store, answers.lexicon
    place = place_in(description)
    if place is None:
        return None
    document = file_of(store, place.document)
    return thing_page(
        "place",
        answers,
        description,
        crumbs=[(document, address(place.document.value)), (_words(place), None)],
        shown=(
            *("kei:document", "kei:line", "kei:table", "kei:row", "kei:column", "rdf:value"),
            *("kei:address", "kei:position", "kei:sheet", "kei:page", "kei:fragment"),
            *("kei:rowSpan", "kei:columnSpan"),
        ),
        place=place,
        file=document,
        table=table_around(store, place, MOST_ROWS),
        lines=lines_around(store, place) if place.table is None else (),
        statements=statements_of(store, lexicon, place.iri),
        counterparts=counterparts_of(store, place.iri),
        faults=faults_of(store, lexicon, place.iri, "oa:hasTarget"),
    )


def _words(place: Place) -> str:
    found = address_of(place).label
    return reader().choose(found.ja, found.en)


def document_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return the page of a source document: what it is, its tables and lines in order."""
    blocks = blocks_of(answers.store, description.iri)
    pages = -(-len(blocks) // PER_PAGE)
    number = page_number(parse_qs(reader().query).get("page", ["1"])[0], pages)
    return thing_page(
        "document",
        answers,
        description,
        crumbs=[*_plan_of(description.iri, answers), (_name(description), None)],
        shown=(
            "schema:name",
            "schema:encodingFormat",
            "schema:contentUrl",
            "schema:sha256",
            "kei:readingSha256",
        ),
        blocks=blocks[(number - 1) * PER_PAGE : number * PER_PAGE],
        pages=pages,
        number_of_page=number,
    )


def _name(description: Description) -> str:
    return reader().choose(description.label.ja, description.label.en)


def _plan_of(document: NamedNode, answers: Answers) -> list[tuple[str, str | None]]:
    """Return the step to the plan that a document is the source of."""
    for plan in answers.lexicon.plan_years:
        if document.value.startswith(f"{plan}/"):
            label = answers.lexicon.things[plan].label
            return [(reader().choose(label.ja, label.en), address(plan))]
    return []
