"""The plan.toml of a plan that came as RDF: what the folder of any plan says of itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.errors import HarvestError
from keikaku.names import DCTERMS, FY, KEI, RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

    from keikaku.names import PlanNames


def planfile_of(quads: Iterable[Quad], names: PlanNames) -> str:
    """Return a plan.toml for a plan's graphs. Raises HarvestError where they lack what it needs."""
    wanted = (names.plan, names.city.municipality)
    said = [quad for quad in quads if quad.subject in wanted]
    years = sorted(
        int(quad.object.value.removeprefix(FY.iri))
        for quad in said
        if quad.predicate == KEI["planYear"]
        and isinstance(quad.object, NamedNode)
        and quad.object in FY
    )
    title = _label(said, names.plan)
    city = _label(said, names.city.municipality)
    if not (years and title["ja"] and city["ja"]):
        raise HarvestError(
            f"{names.plan.value} に計画名、市町村名、計画年度のどれかがありません。",
            f"{names.plan.value} lacks its title, its municipality's name or its years",
        )
    rights = _rights(said, names.plan)

    def text(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)

    def bilingual(label: dict[str, str]) -> str:
        return f"{{ ja = {text(label['ja'])}, en = {text(label['en'] or label['ja'])} }}"

    return "\n".join(
        (
            "# ほかのサイトから集めた計画。中身は graphs.nq にあり、文書は読みません。",
            'profile = "table"',
            'document = "none.csv"',
            "",
            "[plan]",
            f"name = {text(names.name)}",
            f"title = {bilingual(title)}",
            f"first_year = {text(str(years[0]))}",
            f"last_year = {text(str(years[-1]))}",
            "",
            "[municipality]",
            f"code = {text(names.city.code)}",
            f"name = {bilingual(city)}",
            *rights,
            "",
        )
    )


def _label(said: Iterable[Quad], subject: NamedNode) -> dict[str, str]:
    found = {"ja": "", "en": ""}
    for quad in said:
        if quad.subject == subject and quad.predicate == RDFS["label"]:
            label = quad.object
            if isinstance(label, Literal) and label.language in found:
                found[label.language] = label.value
    return found


def _rights(said: Iterable[Quad], plan: NamedNode) -> tuple[str, ...]:
    """Return the table of the licence that the plan states, if it states one."""
    facts = {quad.predicate: quad.object for quad in said if quad.subject == plan}
    licence, granted = facts.get(DCTERMS["license"]), facts.get(DCTERMS["rights"])
    if not isinstance(licence, NamedNode) or not isinstance(granted, Literal):
        return ()
    return (
        "",
        "[rights]",
        f"licence = {json.dumps(licence.value)}",
        f"granted_by = {json.dumps(granted.value, ensure_ascii=False)}",
    )
