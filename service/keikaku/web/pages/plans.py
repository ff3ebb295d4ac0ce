"""The pages that lead down a plan: all plans, a plan, its policies and measures, its overview."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode

from keikaku.answers.question import LONGEST_VALUE
from keikaku.answers.things.document import documents_of
from keikaku.answers.things.item import faults_of
from keikaku.answers.things.listing import listed
from keikaku.answers.things.overview import has_overview, overview_tables
from keikaku.answers.things.rows import Numbered
from keikaku.answers.things.shelf import PER_PAGE, plans_of
from keikaku.answers.things.tree import tree_of
from keikaku.names import KEI, SCHEMA
from keikaku.web.pages.shown import crumb, name_of_year, said_of, thing_page, things_in
from keikaku.web.parameters import given_once, page_number
from keikaku.web.problems import HttpError
from keikaku.web.reader import reader
from keikaku.web.rendering import page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi.responses import HTMLResponse

    from keikaku.answers.describe import Description
    from keikaku.answers.service import Answers
    from keikaku.answers.things.tree import Branch, Tree
    from keikaku.web.parts import SiteParts


def plans_router(site: SiteParts) -> APIRouter:
    """Return the routes of the list of plans and of their overviews."""
    router = APIRouter(include_in_schema=False)

    @router.get("/plans")
    def plans(request: Request) -> HTMLResponse:
        answers = site.answers.current()
        pages = -(-len(answers.lexicon.of_type("plan")) // PER_PAGE)
        number = page_number(given_once(request, ("page",)).get("page", "1"), pages)
        return page(
            "things/plans.html",
            release=answers.release,
            plans=plans_of(answers.store, answers.lexicon, number),
            page_number=number,
            per_page=PER_PAGE,
            name_of_year=name_of_year,
            crumbs=[(reader().choose("計画", "Plans"), None)],
        )

    @router.get("/overview")
    def overview(request: Request) -> HTMLResponse:
        plan = given_once(request, ("plan",)).get("plan", "")
        return _overview(site.answers.current(), plan[:LONGEST_VALUE])

    return router


def plan_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return a plan's page: what it is, and the tree of what is in it."""
    tree = tree_of(answers.store, answers.lexicon, description.iri, "kei:inPlan")
    listing = listed(answers.store, answers.lexicon, _items(tree))
    contact = next(iter(things_in(said_of(description, SCHEMA["contactPoint"]))), None)
    return thing_page(
        "plan",
        answers,
        description,
        crumbs=[
            (reader().choose("計画", "Plans"), reader().href("/plans")),
            (reader().choose(description.label.ja, description.label.en), None),
        ],
        shown=(
            "dcterms:publisher",
            "dcterms:temporal",
            "dcterms:rights",
            "dcterms:license",
            "dcterms:provenance",
            "kei:planYear",
            "schema:contactPoint",
        ),
        tree=tree,
        listing=listing,
        sections=_count_by_kind(tree.branches),
        has_overview=has_overview(answers.store, description.iri),
        departments=len({iri for each in listing.items for iri in each.departments}),
        shown_items={each.item.iri: each for each in listing.items},
        contact=answers.describe(contact.value) if contact else None,
        documents=documents_of(answers.store, description.iri),
    )


def _count_by_kind(branches: Iterable[Branch]) -> Counter[str]:
    """Return how many sections of each kind there are, by the kind's name in IRIs."""
    counts: Counter[str] = Counter()
    for branch in branches:
        counts[branch.section.iri.value.rsplit("/", 2)[-2]] += 1
        counts += _count_by_kind(branch.branches)
    return counts


def section_page(answers: Answers, description: Description) -> HTMLResponse:
    """Return the page of a policy or a measure: the sections and items below it."""
    tree = tree_of(answers.store, answers.lexicon, description.iri, "kei:partOf")
    own = Numbered.of(description.iri, answers.lexicon)
    above = things_in(said_of(description, KEI["partOf"]))
    measure = any(linked.iri == KEI["Measure"] for linked in description.types)
    policy = any(linked.iri == KEI["Policy"] for linked in description.types)
    return thing_page(
        "section",
        answers,
        description,
        crumbs=[*_above(above, answers), (own.number or own.label.ja, None)],
        shown=("dcterms:identifier", "kei:printedNumber", "kei:partOf", "kei:level"),
        own=own,
        tree=tree,
        listing=listed(answers.store, answers.lexicon, _items(tree)),
        facet="measure" if measure else "policy" if policy else "",
        faults=faults_of(answers.store, answers.lexicon, description.iri),
    )


def _above(above: Iterable[NamedNode], answers: Answers) -> Iterator[tuple[str, str | None]]:
    """Yield what a section is in as steps: the plan, its name's beginning, then the section."""
    for term in above:
        plans = (plan for plan in answers.lexicon.plan_years if term.value.startswith(f"{plan}/"))
        for plan in plans:
            yield crumb(NamedNode(plan), answers.lexicon)
        yield crumb(term, answers.lexicon)


def _items(tree: Tree) -> Iterator[NamedNode]:
    """Yield the items of a tree in order."""

    def below(branches: Iterable[Branch]) -> Iterator[NamedNode]:
        for branch in branches:
            yield from (item.iri for item in branch.items)
            yield from below(branch.branches)

    yield from (item.iri for item in tree.items)
    yield from below(tree.branches)


def _overview(answers: Answers, plan: str) -> HTMLResponse:
    """Return the overview of a plan as it is printed; without a plan, of the only one."""
    plans = list(answers.lexicon.plan_years)
    if plan:
        iri = answers.lexicon.resolve("plan", plan)
    elif len(plans) == 1:
        iri = NamedNode(plans[0])
    else:
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            "計画はいくつかあります。plan にどの計画かを書いてください。",
            "there are several plans; say in plan which one is meant",
        )
    if not isinstance(iri, NamedNode):
        raise HttpError(HTTPStatus.NOT_FOUND, "その計画はありません。", "there is no such plan")
    return page(
        "things/overview.html",
        release=answers.release,
        plan=Numbered.of(iri, answers.lexicon),
        overview=overview_tables(answers.store, answers.lexicon, iri),
        crumbs=[crumb(iri, answers.lexicon), (reader().choose("一覧表", "Overview"), None)],
    )
