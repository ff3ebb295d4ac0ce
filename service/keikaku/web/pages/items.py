"""The list of items: facets, search, counts, one page of the list, and the list to take away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Request

from keikaku.answers.items.facets import FACETS, ORDERS, SORTS
from keikaku.answers.items.highlight import Piece, Snippet, marked, snippet
from keikaku.answers.items.listing import MOST_WHOLE
from keikaku.answers.items.query import PER_PAGE
from keikaku.closed import Bilingual
from keikaku.text import fiscal_year_codes
from keikaku.web.items import FORMATS, parameters_of
from keikaku.web.reader import reader
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.responses import HTMLResponse

    from keikaku.answers.items.index import ListedItem
    from keikaku.answers.items.listing import CountedFacet, ItemList, Items
    from keikaku.answers.items.query import ItemQuery
    from keikaku.web.parts import SiteParts

SHOWN_VALUES = 6
"""How many values of a facet stand open; those that are chosen always do."""

_PER = (20, PER_PAGE, 100, 200)
_LABELS = {"csv": "CSV", "xlsx": "Excel", "json": "JSON", "ttl": "Turtle"}
_TEXTS = {
    "content": Bilingual(ja="推進内容", en="content"),
    "purpose": Bilingual(ja="目的", en="purpose"),
    "state": Bilingual(ja="現状と課題", en="current state"),
    "criterion": Bilingual(ja="完了の目安", en="completion criterion"),
    "other": Bilingual(ja="その他の対象", en="other target"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the page: an item, the hits in its number and title, and one from its texts."""

    item: ListedItem
    number: tuple[Piece, ...]
    title: tuple[Piece, ...]
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class Open:
    """A facet with the values that stand open, and those behind them."""

    counted: CountedFacet
    shown: tuple[object, ...]
    hidden: tuple[object, ...]


def items_router(site: SiteParts) -> APIRouter:
    """Return the route of the list of items."""
    router = APIRouter(include_in_schema=False)

    @router.get("/items")
    def items(request: Request) -> HTMLResponse:
        current = site.answers.current()
        return _page(current.items, parameters_of(request), current.release)

    return router


def _page(items: Items, given: list[tuple[str, str]], release: str) -> HTMLResponse:
    query = items.query(given)
    made = items.list(query)
    return page(
        "items.html",
        release=release,
        crumbs=[(reader().choose("項目", "Items"), None)],
        made=made,
        rows=[_row(item, query.terms) for item in made.items],
        facets=[_open(facet) for facet in made.facets if _tells(facet)],
        known=FACETS,
        relaxed=items.relaxed(query) if not made.total else (),
        suggested=items.suggested(query),
        sorts=SORTS,
        orders=ORDERS,
        per_page=sorted({*_PER, query.per}),
        texts=_TEXTS,
        pages=tuple(_pages(query.page, made.pages)),
        taken=_taken(query, made),
        most=MOST_WHOLE,
        several=_several(made),
        to=_to,
        codes=lambda year: "・".join(fiscal_year_codes(year)),
    )


def _to(query: ItemQuery) -> str:
    """Return the address of the list that a query asks for, in the reader's language."""
    return reader().href("/items") + (f"?{query.query}" if query.pairs else "")


def _row(item: ListedItem, terms: tuple[str, ...]) -> Row:
    texts = {name: item.texts.get(name, "") for name in _TEXTS} | {"other": item.other or ""}
    return Row(
        item,
        marked(item.number, terms),
        marked(item.title, terms),
        snippet(texts, terms) if terms else None,
    )


def _tells(facet: CountedFacet) -> bool:
    """Tell whether a facet is worth showing: something is chosen, or there is a choice."""
    return len(facet.values) > 1 or any(value.chosen for value in facet.values)


def _open(facet: CountedFacet) -> Open:
    chosen = sum(value.chosen for value in facet.values)
    shown = max(chosen, SHOWN_VALUES)
    if len(facet.values) - shown <= 1:  # one more line is no more than the line that hides it
        shown = len(facet.values)
    return Open(facet, facet.values[:shown], facet.values[shown:])


def _pages(now: int, last: int) -> Iterator[int | None]:
    """Yield the pages to link to: the first, the last and those about this one; None is a gap."""
    before = 0
    for number in sorted({1, last, *range(max(1, now - 2), min(last, now + 2) + 1)}):
        if number - before > 1:
            yield None
        yield number
        before = number


def _taken(query: ItemQuery, made: ItemList) -> list[tuple[str, str]]:
    """Return the whole list's downloads: what each is called, and its address."""
    if made.total > MOST_WHOLE:
        return []
    addresses = []
    for name, label in _LABELS.items():
        extra = [("format", name), *([("bom", "1")] if name == "csv" else [])]
        if name in FORMATS:
            addresses.append((label, f"/api/items?{urlencode([*query.conditions, *extra])}"))
    return addresses


def _several(made: ItemList) -> bool:
    """Tell whether the release has several plans, so that each item has to say whose it is."""
    plans = {item.plan.iri for item in made.items if item.plan}
    counted = next((facet for facet in made.facets if facet.facet.name == "plan"), None)
    return len(plans) > 1 or (counted is not None and len(counted.values) > 1)
