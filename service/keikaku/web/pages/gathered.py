"""The pages of what items have in common: departments, parties, phases, years, city and areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal

from keikaku.answers.things.area import areas_of_code
from keikaku.answers.things.city import city_of
from keikaku.answers.things.listing import items_of, items_scheduled
from keikaku.answers.things.rows import named
from keikaku.names import DCTERMS, FY, KEI, ORG, SKOS
from keikaku.web.pages.shown import said_of, thing_page, things_in
from keikaku.web.reader import reader
from keikaku.web.rendering import address

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse
    from pyoxigraph import NamedNode

    from keikaku.answers.describe import Description
    from keikaku.answers.service import Answers
    from keikaku.answers.things.area import Period
    from keikaku.answers.things.listing import Listing, YearEntry
    from keikaku.web.pages.shown import Crumb

ROLES = (KEI["implementedBy"], KEI["targets"], KEI["involves"])
"""How a party can be joined to an item, what the sheets say first."""


def _way(description: Description, above: list[Crumb] | None = None) -> list[Crumb]:
    label = reader().choose(description.label.ja, description.label.en)
    return [*(above or ()), (label, None)]


def _counted(listing: Listing) -> bool:
    """Tell whether a page has all the items, so that it may count them."""
    return listing.whole and not listing.more


def _most_first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def department_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return the page of a department, or of a wording that names none: its items."""
    city = next(iter(things_in(said_of(description, ORG["unitOf"]))), None)
    shown = said_of(description, ORG["unitOf"])
    label = shown.values[0].label if shown and shown.values else None
    above: list[Crumb] = []
    if city and label:
        above = [(reader().choose(label.ja, label.en), address(city.value))]
    listing = items_of(answers.store, answers.lexicon, description.iri, KEI["department"])
    beside: dict[str, int] = {}
    for each in listing.items:
        for other in each.departments.values():
            if other.iri != description.iri:
                beside[other.iri.value] = beside.get(other.iri.value, 0) + 1
    return thing_page(
        "department",
        answers,
        description,
        crumbs=_way(description, above),
        shown=("org:unitOf",),
        listing=listing,
        beside=_most_first(beside) if _counted(listing) else [],
        city=city,
        city_label=label,
        why=KEI["department"],
    )


def party_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return the page of a party: the items it carries out, and those that are for it, by year."""
    listing = items_of(answers.store, answers.lexicon, description.iri, *ROLES)
    counts = {
        year: tuple(
            sum(role in each.roles and _active(each.schedule, year) for each in listing.items)
            for role in ROLES
        )
        for year in listing.years
    }
    return thing_page(
        "party",
        answers,
        description,
        crumbs=_way(description),
        shown=("skos:definition", "skos:inScheme"),
        listing=listing,
        counts=counts if _counted(listing) else {},
        roles=ROLES,
    )


def _active(schedule: dict[int, YearEntry], year: int) -> bool:
    return year in schedule and bool(schedule[year].phases)


def phase_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return the page of a phase: the items that are in it, year by year."""
    listing = items_scheduled(answers.store, answers.lexicon, KEI["phase"], description.iri)
    counts = {
        year: sum(
            description.iri in each.schedule[year].phases
            for each in listing.items
            if year in each.schedule
        )
        for year in listing.years
    }
    return thing_page(
        "phase",
        answers,
        description,
        crumbs=_way(description),
        shown=("skos:definition", "skos:inScheme"),
        listing=listing,
        counts=counts if _counted(listing) else {},
    )


def year_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return the page of a fiscal year: the items that the schedules have something for in it."""
    year = int(description.iri.value.removeprefix(FY.iri))
    listing = items_scheduled(answers.store, answers.lexicon, KEI["fiscalYear"], description.iri)
    phases: dict[str, int] = {}
    for each in listing.items:
        for phase in each.schedule[year].phases if year in each.schedule else ():
            phases[phase.value] = phases.get(phase.value, 0) + 1
    known = answers.lexicon.plan_years.values()
    years = {each for years in known for each in years}
    return thing_page(
        "year",
        answers,
        description,
        crumbs=_way(description),
        shown=("dcat:startDate", "dcat:endDate", "skos:notation", "time:intervalMeets"),
        listing=listing,
        year=year,
        phases=_most_first(phases) if _counted(listing) else [],
        before=named(FY[year - 1], answers.lexicon) if year - 1 in years else None,
        after=named(FY[year + 1], answers.lexicon) if year + 1 in years else None,
    )


def city_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return the page of a municipality: its plans, its departments, the parties it names."""
    return thing_page(
        "city",
        answers,
        description,
        crumbs=_way(description),
        shown=("dcterms:identifier", "skos:altLabel", "kei:prefecture", "org:identifier"),
        city=city_of(answers.store, answers.lexicon, description.iri),
        periods=_periods(answers, description, DCTERMS["identifier"]),
    )


def area_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return the page of an area: its dates, and the other areas of its code."""
    periods = _periods(answers, description, SKOS["notation"])
    return thing_page(
        "area",
        answers,
        description,
        crumbs=_way(description),
        shown=(
            "dcterms:identifier",
            "dcterms:issued",
            "dcterms:valid",
            "kei:knownUntil",
            "kei:prefecture",
            "skos:altLabel",
            "skos:exactMatch",
            "skos:notation",
        ),
        periods=periods,
        here=next((period for period in periods if period.area.iri == description.iri), None),
    )


def _periods(answers: Answers, description: Description, code: NamedNode) -> tuple[Period, ...]:
    """Return the areas of the six-digit code that a thing has by a property."""
    said = said_of(description, code)
    values = said.values if said else ()
    codes = [value.term.value for value in values if isinstance(value.term, Literal)]
    return areas_of_code(answers.store, codes[0]) if codes else ()
