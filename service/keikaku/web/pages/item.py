"""The pages of an item, of one year of its schedule, and of its row in the overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.answers.things.item import faults_of, neighbours_of, overview_of, schedule_of
from keikaku.answers.things.overview import has_overview
from keikaku.answers.things.rows import Numbered, year_of
from keikaku.names import DCTERMS, FY, KEI, RDFS
from keikaku.web.pages.shown import crumb, said_of, thing_page, things_in, way_to
from keikaku.web.reader import reader
from keikaku.web.rendering import with_query

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

    from keikaku.answers.describe import Description
    from keikaku.answers.lexicon import Lexicon
    from keikaku.answers.service import Answers
    from keikaku.web.pages.shown import Crumb

_SHEET = (
    "dcterms:identifier",
    "kei:printedNumber",
    "kei:note",
    "kei:inPlan",
    "kei:inPolicy",
    "kei:inMeasure",
    "kei:department",
    "kei:implementedBy",
    "kei:targets",
    "kei:otherTarget",
    "kei:involves",
    "kei:purpose",
    "kei:currentState",
    "kei:content",
    "kei:completionCriterion",
    "kei:schedule",
    "kei:activeIn",
    "kei:relists",
)


def item_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return an item's page: its sheet in the sheet's order, and what stands around it."""
    store, lexicon, item = answers.store, answers.lexicon, description.iri
    plan = next(iter(things_in(said_of(description, KEI["inPlan"]))), None)
    schedule = {entry.year: entry for entry in schedule_of(store, lexicon, item)}
    years = sorted({*(lexicon.plan_years.get(plan.value, ()) if plan else ()), *schedule})
    relisted = next((each for each in description.links if each.iri == KEI["relists"]), None)
    return thing_page(
        "item",
        answers,
        description,
        crumbs=way_to(description, lexicon),
        shown=_SHEET,
        number=Numbered.of(item, lexicon).number,
        schedule=[(FY[year], lexicon.label(FY[year]), schedule.get(year)) for year in years],
        neighbours=neighbours_of(store, lexicon, item, plan) if plan else None,
        overview=overview_of(store, lexicon, item),
        in_overview=plan is not None and has_overview(store, plan),
        faults=faults_of(store, lexicon, item),
        relists=_numbered(things_in(said_of(description, KEI["relists"])), answers),
        relisted=_numbered(things_in(relisted), answers),
        relisting=_relisting(description),
    )


def _numbered(items: list[NamedNode], answers: Answers) -> list[Numbered]:
    return [Numbered.of(item, answers.lexicon) for item in items]


def _relisting(description: Description) -> bool:
    """Tell whether an item's notes say that it stands elsewhere too."""
    notes = said_of(description, KEI["note"])
    return any(
        "再掲" in getattr(value.term, "value", "") for value in (notes.values if notes else ())
    )


def entry_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return the page of one year of a schedule, between the years before and after."""
    lexicon = answers.lexicon
    joined = next((each for each in description.links if each.iri == KEI["schedule"]), None)
    item = next(iter(things_in(joined)), None)
    schedule = schedule_of(answers.store, lexicon, item) if item else ()
    year = next(iter(things_in(said_of(description, KEI["fiscalYear"]))), None)
    at = year_of(year)
    entry = next((each for each in schedule if each.iri == description.iri), None)
    way = [crumb(item, lexicon)] if item else []
    label = lexicon.label(year) or description.label
    return thing_page(
        "entry",
        answers,
        description,
        crumbs=[*way, (reader().choose(label.ja, label.en), None)],
        shown=("kei:fiscalYear", "kei:cellText", "kei:phase", "kei:arrow", "kei:continues"),
        item=Numbered.of(item, lexicon) if item else None,
        entry=entry,
        year=year,
        year_label=label,
        before=next((each for each in reversed(schedule) if at and each.year < at), None),
        after=next((each for each in schedule if at and each.year > at), None),
    )


def overview_row_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return the page of a row of the overview beside the sheet that it lists."""
    lexicon = answers.lexicon
    listed = next(
        (
            term
            for name in ("listsItem", "listsSection")
            for term in things_in(said_of(description, KEI[name]))
        ),
        None,
    )
    sheet = answers.describe(listed.value) if listed else None
    above = things_in(said_of(description, KEI["listedUnder"]))
    name = reader().choose(description.label.ja, description.label.en)
    plan = next((each for each in lexicon.plan_years if _below(description.iri, each)), None)
    return thing_page(
        "overview_row",
        answers,
        description,
        crumbs=[*_to_overview(plan, lexicon), (name, None)],
        shown=(
            "kei:listedNumber",
            "kei:listedTitle",
            "kei:listedNote",
            "kei:listedTarget",
            "kei:listedUnder",
            "kei:listsItem",
            "kei:listsSection",
        ),
        listed=Numbered.of(listed, lexicon) if listed else None,
        sheet={each.iri: each for each in sheet.properties} if sheet else {},
        identifier=DCTERMS["identifier"],
        title=RDFS["label"],
        note=KEI["note"],
        targets=KEI["targets"],
        above=above,
        plan=plan,
        faults=faults_of(answers.store, lexicon, listed) if listed else (),
    )


def _below(thing: NamedNode, plan: str) -> bool:
    return thing.value.startswith(f"{plan}/")


def _to_overview(plan: str | None, lexicon: Lexicon) -> list[Crumb]:
    """Return the steps to the overview of a plan."""
    if plan is None:
        return []
    overview = (reader().choose("一覧表", "Overview"), with_query("/overview", plan=plan))
    return [crumb(NamedNode(plan), lexicon), overview]
