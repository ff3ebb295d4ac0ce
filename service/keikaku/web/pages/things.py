"""The page of a thing whose class has a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.names import KEI
from keikaku.web.pages import discrepancy, gathered, item, plans, source

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.responses import HTMLResponse
    from pyoxigraph import NamedNode

    from keikaku.answers.describe import Description
    from keikaku.answers.service import Answers
    from keikaku.web.parts import SiteParts

_PAGES: dict[NamedNode, Callable[[Answers, Description], HTMLResponse | None]] = {
    KEI["Item"]: item.item_page,
    KEI["ScheduleEntry"]: item.entry_page,
    KEI["OverviewRow"]: item.overview_row_page,
    KEI["OverviewHeading"]: item.overview_row_page,
    KEI["Plan"]: plans.plan_page,
    KEI["Section"]: plans.section_page,
    KEI["Department"]: gathered.department_page,
    KEI["DepartmentGroup"]: gathered.department_page,
    KEI["Party"]: gathered.party_page,
    KEI["Phase"]: gathered.phase_page,
    KEI["FiscalYear"]: gathered.year_page,
    KEI["Municipality"]: gathered.city_page,
    KEI["Area"]: gathered.area_page,
    KEI["SourceDocument"]: source.document_page,
    KEI["SourceCell"]: source.place_page,
    KEI["SourceLine"]: source.place_page,
    KEI["Discrepancy"]: discrepancy.discrepancy_page,
    KEI["Decision"]: discrepancy.decision_page,
}
"""The page of each class."""


def page_of(site: SiteParts, description: Description) -> HTMLResponse | None:
    """Return the page of a thing by its class; None where the generic page serves."""
    types = {linked.iri for linked in description.types}
    made = next((made for kind, made in _PAGES.items() if kind in types), None)
    return made(site.answers.current(), description) if made else None
