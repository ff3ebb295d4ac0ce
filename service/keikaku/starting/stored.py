"""A plan of a release as rows of the table, so that a city can go on from what is published."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from keikaku.errors import SettingsError
from keikaku.names import FY, KEI, PARTY, RDFS
from keikaku.starting.columns import (
    ACTOR,
    CITY,
    CODE,
    CONTENT,
    CRITERION,
    DEPARTMENT,
    DIVISION,
    MARK,
    MEASURE,
    NOTE,
    NUMBER,
    OTHER,
    POLICY,
    PURPOSE,
    STATE,
    TARGET,
    TITLE,
    Row,
)
from keikaku.store.base import Solutions
from keikaku.text import fiscal_year_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keikaku.store.base import Store, Term

_TEXTS = {
    RDFS["label"]: TITLE,
    KEI["printedNumber"]: NUMBER,
    KEI["otherTarget"]: OTHER,
    KEI["purpose"]: PURPOSE,
    KEI["currentState"]: STATE,
    KEI["content"]: CONTENT,
    KEI["completionCriterion"]: CRITERION,
}
_LEVELS = (POLICY, MEASURE)
_PLANS = """SELECT ?plan ?code ?city WHERE {
  ?plan a kei:Plan ; dcterms:publisher ?publisher .
  ?publisher dcterms:identifier ?code ; rdfs:label ?city . FILTER (LANG(?city) = "ja")
} ORDER BY ?plan"""
_YEARS = "SELECT ?year WHERE {{ {plan} kei:planYear ?year }} ORDER BY ?year"
_SAID = """SELECT ?item ?property ?value WHERE {{
  VALUES ?property {{ {properties} }}
  ?item kei:inPlan {plan} ; ?property ?value .
}} ORDER BY ?item ?property ?value"""
_NAMED = """SELECT ?item ?property ?thing ?name ?division WHERE {{
  VALUES ?property {{ kei:department kei:implementedBy kei:targets }}
  ?item kei:inPlan {plan} ; ?property ?thing .
  ?thing rdfs:label ?name . FILTER (LANG(?name) = "ja")
  OPTIONAL {{
    ?thing org:subOrganizationOf/rdfs:label ?division . FILTER (LANG(?division) = "ja")
  }}
}} ORDER BY ?item ?property ?name"""
_SECTIONS = """SELECT ?item ?level ?position ?name WHERE {{
  ?item kei:inPlan {plan} ; kei:partOf ?section .
  ?section kei:level ?level ; kei:position ?position ; rdfs:label ?name .
  FILTER (LANG(?name) = "ja")
}} ORDER BY ?item ?level"""
_SCHEDULE = """SELECT ?item ?year ?text WHERE {{
  ?item kei:inPlan {plan} ; kei:schedule ?entry . ?entry kei:fiscalYear ?year ; kei:cellText ?text .
}}"""
_POSITIONS = "SELECT ?item ?position WHERE {{ ?item kei:inPlan {plan} ; kei:position ?position }}"


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan as the table has it: its years, the parties that only its city has, its rows."""

    years: tuple[int, ...]
    own_parties: tuple[str, ...]
    rows: tuple[Row, ...]


def stored_plan(store: Store, named: str | None) -> StoredPlan:
    """Return the plan of a release that is called 352039/kyodo, or the only one there is.

    Raises SettingsError, with the plans that there are, where that is none or not one.
    """
    plan, code, city = _chosen(_rows(store, _PLANS), named)
    years = tuple(_year(year) for (year,) in _rows(store, _YEARS.format(plan=plan)))
    table: defaultdict[str, Row] = defaultdict(lambda: {CODE: code, CITY: city})
    order: defaultdict[str, list[int]] = defaultdict(list)
    _texts(store, plan, table)
    own = _names(store, plan, table)
    for item, level, position, name in _rows(store, _SECTIONS.format(plan=plan)):
        order[_text(item)].append(int(_text(position)))
        if int(_text(level)) <= len(_LEVELS):
            table[_text(item)][_LEVELS[int(_text(level)) - 1]] = _text(name)
    for item, position in _rows(store, _POSITIONS.format(plan=plan)):
        order[_text(item)].append(int(_text(position)))
    for item, year, text in _rows(store, _SCHEDULE.format(plan=plan)):
        table[_text(item)][fiscal_year_codes(_year(year))[-1]] = _text(text)
    items = sorted(table, key=lambda item: (order[item], item))
    return StoredPlan(years, own, tuple(table[item] for item in items))


def _chosen(plans: Iterable[tuple[Term | None, ...]], named: str | None) -> tuple[Term, str, str]:
    found = {
        _text(plan).rpartition("/id/")[2]: (plan, _text(code), _text(city))
        for plan, code, city in plans
        if plan is not None
    }
    if named is None and len(found) == 1:
        return next(iter(found.values()))
    if named in found:
        return found[named]
    known = "、".join(found)
    raise SettingsError(
        f"書き出す計画を --plan で選んでください。あるもの: {known}",
        f"choose a plan by --plan; there are: {known}",
    )


def _texts(store: Store, plan: Term, table: Mapping[str, Row]) -> None:
    properties = " ".join(map(str, (*_TEXTS, KEI["note"])))
    query = _SAID.format(plan=plan, properties=properties)
    for item, said, value in _rows(store, query):
        if not isinstance(value, Literal) or value.language not in (None, "ja"):
            continue
        row = table[_text(item)]
        if said == KEI["note"]:
            row[NOTE] = "\n".join(filter(None, (row.get(NOTE), value.value)))
        elif isinstance(said, NamedNode):
            row[_TEXTS[said]] = value.value


def _names(store: Store, plan: Term, table: Mapping[str, Row]) -> tuple[str, ...]:
    """Put departments and parties into the rows, and return the parties that are the city's own."""
    own: dict[str, None] = {}
    divisions: defaultdict[str, list[str]] = defaultdict(list)
    for item, said, thing, name, division in _rows(store, _NAMED.format(plan=plan)):
        row, text = table[_text(item)], _text(name)
        if said == KEI["department"]:
            row[DEPARTMENT] = "・".join(filter(None, (row.get(DEPARTMENT), text)))
            divisions[_text(item)].append(_text(division))
            continue
        row[f"{TARGET if said == KEI['targets'] else ACTOR}{text}"] = MARK
        if thing not in PARTY:
            own[text] = None
    for key, names in divisions.items():
        if all(names):
            alone = len(set(names)) == 1
            table[key][DIVISION] = names[0] if alone else "・".join(names)
    return tuple(own)


def _rows(store: Store, query: str) -> tuple[tuple[Term | None, ...], ...]:
    result = store.query(query)
    return result.rows if isinstance(result, Solutions) else ()


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def _year(term: Term | None) -> int:
    return int(_text(term).removeprefix(FY.iri))
