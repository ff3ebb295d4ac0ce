"""Checks one plan: the shapes, the round trip, and the discrepancies of its document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.checks.coverage import coverage_of
from keikaku.checks.findings import Facts, place_of, report_of
from keikaku.checks.report import Finding, Place, Report, Severity, Text
from keikaku.checks.roundtrip import RoundTrip
from keikaku.checks.validate import as_graph, judge
from keikaku.names import KEI, PREFIXES, RDF
from keikaku.source.grid import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import rdflib
    from pyoxigraph import Quad

    from keikaku.checks.coverage import Coverage
    from keikaku.records.profile import AnyProfile
    from keikaku.source.grid import Address, Document

_DISCREPANCY = KEI["Discrepancy"]
_ROUND_TRIP = Text("読取りの往復の相違", "round trip")
_ADVICE = Text(
    "読み方(プロファイル)がこの欄に合っているか確かめてください。",
    "Check that the profile fits this cell.",
)
_UNACCOUNTED = Text("行方の分からない欄", "a cell that is unaccounted for")
_NEITHER = Text(
    "この欄は、公開されても、公開しない範囲にも、空でもないか、そのうちの二つです。",
    "This place is neither published nor withheld nor empty, or is two of these.",
)
_AGAIN = Text(
    "keikaku build をやり直してください。続くときは keikaku の誤りです。",
    "Run keikaku build again; if it persists, it is a fault of keikaku.",
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
    document: Document | None = None,
    *,
    offered: bool = False,
    swiftly: bool = False,
) -> Checked:
    """Return what the checks find in a plan.

    `quads` are its graphs, its city's and the vocabulary, `shapes` sets that can be used alone.
    Without a profile there is no round trip, and without its `document` (which has nothing in the
    withheld places) it is not seen whether all of it is accounted for: the plan came as RDF. The
    document is `offered` if its file can be downloaded. To judge `swiftly` is for many plans;
    keikaku.checks.validate says which validator judges.
    """
    quads = frozenset(quads)
    judgement = judge(plan, quads, shapes, swiftly=swiftly)
    report = report_of(plan, quads.union(*shapes), judgement)
    trip = _round_trip(quads, profile) if profile else ()
    coverage, unaccounted = _coverage(plan, quads, document) if document else (None, ())
    if coverage and offered:
        coverage = replace(coverage, offered=True)
    report = replace(report, findings=(*trip, *unaccounted, *report.findings), coverage=coverage)
    return Checked(report, _turtle(judgement.report, quads))


def _coverage(
    plan: NamedNode, quads: frozenset[Quad], document: Document
) -> tuple[Coverage, tuple[Finding, ...]]:
    """Return what became of the document's places, and a violation for each that is unaccounted."""
    source = NamedNode(f"{plan.value}/source/1")
    coverage, wrong = coverage_of(document, source, quads)
    return coverage, tuple(
        Finding(Severity.VIOLATION, _UNACCOUNTED, _NEITHER, _AGAIN, (_place_in(document, place),))
        for place in wrong
    )


def _place_in(document: Document, at: Address) -> Place:
    """Return a place of the document without its text, which may be withheld."""
    line = 0 if at.where else at.line or 0
    table, row, column = (
        (at.table, at.row, at.column) if isinstance(at, Cell) else (None, None, None)
    )
    return Place(line, table, row, column, file=document.name, where=at.where)


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
