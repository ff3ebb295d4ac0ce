"""A plan's graphs changed by RDF: what stood there, what was sent, and what comes of both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat

from keikaku.deposit.change import DepositError, Reason
from keikaku.errors import KeikakuError, ReadError
from keikaku.graph.given import CONCLUDED, check_given, is_given, quads_in
from keikaku.release.dumps import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

    from keikaku.build import PlanGraphs
    from keikaku.deposit.change import GraphChange

GRAPH_KINDS = (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML, RdfFormat.JSON_LD)
"""The formats in which one graph may be sent."""

DATASET_KINDS = (RdfFormat.N_QUADS, RdfFormat.TRIG, RdfFormat.JSON_LD)
"""The formats in which all graphs of a plan may be sent."""

_PATH = re.compile(r"graph/([0-9]{6})(?:/([a-z0-9][a-z0-9-]*)/(.+))?")


@dataclass(frozen=True, slots=True)
class GraphAddress:
    """Where a graph belongs: to a city, or to a plan of it under a name."""

    code: str
    plan: str | None
    name: str | None

    @property
    def is_concluded(self) -> bool:
        """Whether rules make it."""
        return self.name in CONCLUDED

    @property
    def is_given(self) -> bool:
        """Whether a publisher may write it."""
        return self.plan is None or (self.name is not None and is_given(self.name))


def address_of(graph: str, base: str) -> GraphAddress | None:
    """Return where the graph of this IRI belongs, None if to no plan and no city."""
    found = _PATH.fullmatch(graph.removeprefix(base)) if graph.startswith(base) else None
    return GraphAddress(*found.groups()) if found else None


def graph_of(quads: Iterable[Quad], graph: NamedNode | None) -> frozenset[Quad]:
    """Return the quads of one graph, or of all."""
    return frozenset(quad for quad in quads if graph in (None, quad.graph_name))


def changed(plan: PlanGraphs, change: GraphChange) -> bytes:
    """Return the plan's given graphs after a change, as canonical N-Quads.

    Raises DepositError for what is not well-formed, and for what may not stand in these graphs.
    """
    sent = _sent(change)
    strangers = {
        str(quad.graph_name) for quad in sent if change.graph not in (None, quad.graph_name)
    }
    if change.graph and strangers:
        raise DepositError(
            Reason.INVALID,
            f"送り先は {change.graph} ですが、ほかのグラフの文もあります: {', '.join(strangers)}",
            f"this was sent to {change.graph} but has statements of {', '.join(strangers)}",
        )
    before = plan.quads if change.merge else plan.quads - graph_of(plan.quads, change.graph)
    quads = before | sent
    try:
        check_given(quads, plan.names, plan.source.folder.name)
    except ReadError as error:
        raise DepositError.because(Reason.INVALID, error.problems) from error
    return canonical(quads)


def _sent(change: GraphChange) -> frozenset[Quad]:
    try:
        return frozenset(
            quad
            for payload in change.payloads
            for quad in quads_in(payload.body, payload.kind, change.plan, change.graph)
        )
    except KeikakuError as error:
        raise DepositError.because(Reason.MALFORMED, error.problems) from error
