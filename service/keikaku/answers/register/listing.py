"""The register of a release: its discrepancies by plan and item, counted by what can be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.answers.describe import Linked
from keikaku.answers.lexicon import label_of, rows_of
from keikaku.answers.register.conditions import (
    ALL,
    DECIDED,
    OPEN,
    OUTCOMES,
    STATUSES,
    Conditions,
    outcome,
    value_of,
)
from keikaku.answers.register.entries import Entry, entries_of
from keikaku.answers.things.rows import number_of
from keikaku.errors import QuestionError
from keikaku.names import OUTCOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keikaku.answers.lexicon import Lexicon
    from keikaku.answers.service import Answers
    from keikaku.answers.things.rows import Numbered
    from keikaku.store.base import Store

PER_PAGE = 500
"""How many discrepancies a page of the register has."""

MOST_WHOLE = 5000
"""How many discrepancies are written into one file."""

_MOST_LISTED = 300
"""How many plans and how many departments can be chosen from a list."""

_FOUND = "GRAPH ?graph { ?found a kei:Discrepancy ; kei:kind ?kind }"
_COUNTS = """SELECT ?kind ?outcome (COUNT(DISTINCT ?found) AS ?many) WHERE {{
  {which}
  OPTIONAL {{ ?decision kei:decides ?found ; kei:outcome ?outcome }}
}} GROUP BY ?kind ?outcome"""
_BY_PLAN = """SELECT ?graph (COUNT(DISTINCT ?found) AS ?many) WHERE {{ {which} }}
GROUP BY ?graph ORDER BY ?graph LIMIT {most}"""
_BY_DEPARTMENT = """SELECT ?department (COUNT(DISTINCT ?found) AS ?many) WHERE {{
  {which}
  ?found kei:about/kei:department ?department .
}} GROUP BY ?department ORDER BY ?department LIMIT {most}"""
_SOME = """SELECT ?found WHERE {{
  {{
    SELECT ?graph ?found (MAX(?at) AS ?line) WHERE {{
      {which}
      ?found oa:hasTarget/(kei:line|kei:position) ?at .
    }} GROUP BY ?graph ?found
  }}
}} ORDER BY ?graph ?line ?found LIMIT {most} OFFSET {first}"""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter, how many discrepancies it leaves, and whether it is chosen."""

    value: str
    label: Linked
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class ThingEntries:
    """The discrepancies of one item, section or row."""

    thing: Numbered | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PlanEntries:
    """The discrepancies of one plan, by item as the document has them."""

    plan: Linked
    things: tuple[ThingEntries, ...]

    @property
    def count(self) -> int:
        """How many discrepancies they are."""
        return sum(len(each.entries) for each in self.things)


@dataclass(frozen=True, slots=True)
class Register:
    """A page of the register.

    `total` counts what the conditions ask for, `statuses` what each status would show, `kinds`,
    `plans` and `departments` what each choice would leave.
    """

    conditions: Conditions
    entries: tuple[Entry, ...]
    plan_names: dict[NamedNode, Linked]
    total: int
    statuses: dict[str, int]
    kinds: tuple[Choice, ...]
    plans: tuple[Choice, ...]
    departments: tuple[Choice, ...]

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // PER_PAGE))

    @property
    def by_plan(self) -> tuple[PlanEntries, ...]:
        """The entries by plan and item."""
        return tuple(
            PlanEntries(self.plan_names[plan], tuple(_by_thing(tuple(entries))))
            for plan, entries in groupby(self.entries, key=lambda entry: entry.plan)
        )


def _by_thing(entries: tuple[Entry, ...]) -> Iterator[ThingEntries]:
    for _, some in groupby(entries, key=lambda entry: entry.thing and entry.thing.iri):
        group = tuple(some)
        yield ThingEntries(group[0].thing, group)


def register_of(answers: Answers, conditions: Conditions) -> Register:
    """Return a page of the register, in eight queries."""
    store, lexicon = answers.store, answers.lexicon
    counts = _counts(store, conditions)
    statuses = _statuses(counts, conditions.kind)
    total = statuses[conditions.status]
    first = (conditions.page - 1) * PER_PAGE
    if first and first >= total:
        raise QuestionError(
            f"{conditions.page} 頁はありません。{total} 件です。",
            f"there is no page {conditions.page}: there are {total} discrepancies",
        )
    entries = _entries(answers, conditions, PER_PAGE, first) if first < total else ()
    return Register(
        conditions,
        entries,
        {entry.plan: plan_name(entry.plan, lexicon) for entry in entries},
        total,
        statuses,
        _kinds(counts, conditions, lexicon),
        _plans(store, conditions, lexicon),
        _departments(store, conditions, lexicon),
    )


def whole_register(answers: Answers, conditions: Conditions) -> tuple[Entry, ...]:
    """Return all that conditions ask for; raises QuestionError for more than MOST_WHOLE."""
    entries = _entries(answers, conditions, MOST_WHOLE + 1, 0)
    if len(entries) > MOST_WHOLE:
        raise QuestionError(
            f"{MOST_WHOLE:,} 件より多いため、一つのファイルにできません。計画を選んでください。",
            f"there are more than {MOST_WHOLE:,}, too many for one file; choose a plan",
        )
    return entries


def entry_of(answers: Answers, iri: NamedNode) -> Entry | None:
    """Return one discrepancy, None where the release has none of this IRI."""
    found = entries_of(answers.store, answers.lexicon, [iri])
    return found[0] if found else None


def plan_name(plan: NamedNode, lexicon: Lexicon) -> Linked:
    """Return a plan with what it is called."""
    return Linked(plan, lexicon.label(plan) or label_of(plan, ()))


def _entries(answers: Answers, conditions: Conditions, most: int, first: int) -> tuple[Entry, ...]:
    query = _SOME.format(which=_which(conditions), most=most, first=first)
    found = [iri for (iri,) in rows_of(answers.store, query) if isinstance(iri, NamedNode)]
    return entries_of(answers.store, answers.lexicon, found)


def _which(conditions: Conditions, *left_out: str) -> str:
    """Return the pattern that binds ?graph, ?found and ?kind; some conditions may be left out."""
    parts = []
    if conditions.plan and "plan" not in left_out:
        parts.append(f"VALUES ?graph {{ {_quality(conditions.plan)} }}")
    if conditions.kind and "kind" not in left_out:
        parts.append(f"VALUES ?kind {{ {conditions.kind} }}")
    parts.append(_FOUND)
    if conditions.department and "department" not in left_out:
        parts.append(f"FILTER EXISTS {{ ?found kei:about/kei:department {conditions.department} }}")
    if "status" not in left_out:
        parts.append(_of_status(conditions.status))
    return "\n  ".join(filter(None, parts))


def _of_status(status: str) -> str:
    wanted = outcome(status)
    if wanted:
        return f"?decided kei:decides ?found ; kei:outcome {wanted} ."
    return {
        OPEN: "FILTER NOT EXISTS { ?decided kei:decides ?found }",
        DECIDED: "?decided kei:decides ?found .",
        ALL: "",
    }[status]


def _quality(plan: NamedNode) -> NamedNode:
    """Return the graph of a plan's discrepancies."""
    base, _, local = plan.value.rpartition("/id/")
    return NamedNode(f"{base}/graph/{local}/quality")


def _plan_of(graph: NamedNode) -> NamedNode:
    base, _, local = graph.value.rpartition("/graph/")
    return NamedNode(f"{base}/id/{local.removesuffix('/quality')}")


Counts = dict[tuple[NamedNode, str], int]


def _counts(store: Store, conditions: Conditions) -> Counts:
    """Return how many there are of each kind and outcome, for plan and department."""
    query = _COUNTS.format(which=_which(conditions, "kind", "status"))
    counts: Counts = {}
    for kind, decided, many in rows_of(store, query):
        if isinstance(kind, NamedNode):
            name = decided.value if isinstance(decided, NamedNode) else OPEN
            counts[kind, name.removeprefix(OUTCOME.iri)] = number_of(many) or 0
    return counts


def _statuses(counts: Counts, kind: NamedNode | None) -> dict[str, int]:
    found = dict.fromkeys(STATUSES, 0)
    for (each, status), many in counts.items():
        if kind in (None, each):
            found[status] += many
            found[ALL] += many
            found[DECIDED] += many if status in OUTCOMES else 0
    return found


def _covers(asked: str, status: str) -> bool:
    return asked in (ALL, status) or (asked == DECIDED and status in OUTCOMES)


def _kinds(counts: Counts, conditions: Conditions, lexicon: Lexicon) -> tuple[Choice, ...]:
    found: dict[NamedNode, int] = {}
    for (kind, status), many in counts.items():
        if _covers(conditions.status, status):
            found[kind] = found.get(kind, 0) + many
    return tuple(
        _choice(thing.iri, found.get(thing.iri, 0), conditions.kind, lexicon)
        for thing in lexicon.of_type("kind")
        if found.get(thing.iri) or thing.iri == conditions.kind
    )


def _plans(store: Store, conditions: Conditions, lexicon: Lexicon) -> tuple[Choice, ...]:
    query = _BY_PLAN.format(which=_which(conditions, "plan"), most=_MOST_LISTED)
    found = {
        _plan_of(graph): number_of(many) or 0
        for graph, many in rows_of(store, query)
        if isinstance(graph, NamedNode)
    }
    if conditions.plan:
        found.setdefault(conditions.plan, 0)
    return tuple(_choice(plan, many, conditions.plan, lexicon) for plan, many in found.items())


def _departments(store: Store, conditions: Conditions, lexicon: Lexicon) -> tuple[Choice, ...]:
    query = _BY_DEPARTMENT.format(which=_which(conditions, "department"), most=_MOST_LISTED)
    found = {
        department: number_of(many) or 0
        for department, many in rows_of(store, query)
        if isinstance(department, NamedNode)
    }
    if conditions.department:
        found.setdefault(conditions.department, 0)
    return tuple(_choice(one, many, conditions.department, lexicon) for one, many in found.items())


def _choice(thing: NamedNode, count: int, chosen: NamedNode | None, lexicon: Lexicon) -> Choice:
    label = Linked(thing, lexicon.label(thing) or label_of(thing, ()))
    return Choice(value_of(thing), label, count, thing == chosen)
