"""Checks one plan: the shapes, the round trip, and the discrepancies of its document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.checks.findings import Facts, place_of, report_of
from keikaku.checks.report import Finding, Report, Severity, Text
from keikaku.checks.roundtrip import RoundTrip
from keikaku.checks.validate import as_graph, judge
from keikaku.names import KEI, PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import rdflib
    from pyoxigraph import Quad

    from keikaku.records.profile import AnyProfile

_DISCREPANCY = KEI["Discrepancy"]
_ROUND_TRIP = Text("読取りの往復の相違", "round trip")
_ADVICE = Text(
    "読み方(プロファイル)がこの欄に合っているか確かめてください。",
    "Check that the profile fits this cell.",
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks of a plan found: the report, and as Turtle SHACL's own with discrepancies."""

    report: Report
    turtle: bytes


def check(
    plan: NamedNode,
    quads: Iterable[Quad],
    shapes: Sequence[frozenset[Quad]],
    profile: AnyProfile | None,
    *,
    swiftly: bool = False,
) -> Checked:
    """Return what the checks find in a plan.

    `quads` are its graphs, its city's and the vocabulary, `shapes` sets that can be used alone.
    Without a profile there is no round trip: the plan came as RDF, and has no document here. To
    judge `swiftly` is for many plans; keikaku.checks.validate says which validator judges.
    """
    quads = frozenset(quads)
    judgement = judge(plan, quads, shapes, swiftly=swiftly)
    report = report_of(plan, quads.union(*shapes), judgement)
    trip = _round_trip(quads, profile) if profile else ()
    if trip:
        report = replace(report, findings=(*trip, *report.findings))
    return Checked(report, _turtle(judgement.report, quads))


def _turtle(report: rdflib.Graph, quads: frozenset[Quad]) -> bytes:
    found = {q.subject for q in quads if q.predicate == RDF["type"] and q.object == _DISCREPANCY}
    for prefix, namespace in PREFIXES.items():
        report.bind(prefix, namespace)
    for triple in as_graph(quad for quad in quads if quad.subject in found):
        report.add(triple)
    return report.serialize(format="turtle", encoding="utf-8")


def _round_trip(quads: frozenset[Quad], profile: AnyProfile) -> tuple[Finding, ...]:
    differences = RoundTrip(quads, profile).differences()
    facts = Facts(quads) if differences else None
    return tuple(
        Finding(
            Severity.VIOLATION,
            _ROUND_TRIP,
            Text(
                f"グラフから書き戻すと「{found.rendered}」になり、原文と違います。",
                f"The graph gives back {found.rendered!r}, which is not what the document says.",
            ),
            _ADVICE,
            (place_of(NamedNode(found.cell), facts),),
            iri=found.cell,
        )
        for found in differences
        if facts
    )
