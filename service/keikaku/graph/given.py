"""Graphs of a plan that come as RDF: which a publisher may give, and what they may hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from keikaku.entities import fault_of
from keikaku.errors import Problem, ReadError
from keikaku.graph.decide import DECISIONS
from keikaku.names import KEI, KIND, PARTY, PHASE
from keikaku.records.decisions import DECISIONS_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from keikaku.names import PlanNames

GRAPHS_FILE = "graphs.nq"
"""The file in a plan's folder that holds its graphs; where it lies, the document is not read."""

GIVEN = ("stated", "overview", "evidence")
CONCLUDED = ("inferred", "located", "quality")
"""The graphs that rules make. In quality, people's own remarks are given as well."""

_LINKS = re.compile(r"links/[\w-]+")
_MOST_PROBLEMS = 20


def is_given(graph: str) -> bool:
    """Tell whether a plan's graph of this name (stated, links/…) is given, not concluded."""
    return graph in GIVEN or _LINKS.fullmatch(graph) is not None


def read_given(
    body: bytes, names: PlanNames, file: str, *, harvested: bool = False
) -> frozenset[Quad]:
    """Return the quads of a plan's N-Quads; raises ReadError if they may not be its graphs.

    A plan that was `harvested` may bring along what its own city decided and linked with. It says
    nothing of what is not its city's.
    """
    quads = frozenset(quads_in(body, RdfFormat.N_QUADS, file))
    check_given(quads, names, file, harvested=harvested)
    return quads


def quads_in(
    body: bytes, kind: RdfFormat, file: str, graph: NamedNode | None = None
) -> Iterator[Quad]:
    """Yield the quads of an RDF file; those without a graph stand in `graph`, if one is named.

    Relative IRIs are read against the graph's. Raises ReadError, with the line where one is known.
    """
    if kind == RdfFormat.RDF_XML and (fault := fault_of(body)):
        raise ReadError(fault.ja, fault.en, file=file)
    try:
        for quad in parse(body, format=kind, base_iri=graph.value if graph else None):
            if graph and isinstance(quad.graph_name, DefaultGraph):
                yield Quad(quad.subject, quad.predicate, quad.object, graph)
            else:
                yield quad
    except (SyntaxError, ValueError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        raise ReadError(
            f"RDF として読めません: {error}",
            f"it cannot be read as RDF: {error}",
            file=file,
            line=line,
        ) from error


def check_given(
    quads: Iterable[Quad], names: PlanNames, file: str, *, harvested: bool = False
) -> None:
    """Raise ReadError unless these can be the given graphs of the plan that `names` names.

    They hold no blank nodes, nothing of a graph that is another's or that rules make, and no
    triple in two graphs; those of a plan that was `harvested` speak of nothing but their city.
    """
    quads = sorted(quads, key=str)
    remarks = {quad.subject for quad in quads if _is_remark(quad)}
    found: list[Problem] = []
    seen: dict[Triple, object] = {}
    for quad in quads:
        said = _fault(quad, names, remarks, harvested=harvested)
        if harvested and not said:
            said = _trespass(quad, names)
        other = seen.setdefault(Triple(quad.subject, quad.predicate, quad.object), quad.graph_name)
        if not said and other != quad.graph_name:
            said = (
                f"同じ文が二つのグラフ {other} と {quad.graph_name} にあります",
                f"one triple stands in two graphs, {other} and {quad.graph_name}",
            )
        if said:
            found.append(Problem(f"{said[0]}: {quad}", f"{said[1]}: {quad}", file))
    if found:
        raise ReadError.of(found[:_MOST_PROBLEMS])


def _is_remark(quad: Quad) -> bool:
    return quad.predicate == KEI["kind"] and quad.object == KIND["damaged-text"]


def _trespass(quad: Quad, names: PlanNames) -> tuple[str, str] | None:
    """Say what forbids a statement of another publisher: that it speaks of what is not its own.

    A plan speaks of itself, its city's graph and links of the city. Of what cities share, and of
    departments, a plan says in which of its cells they are named, and nothing more.
    """
    city, subject = names.city.municipality.value, quad.subject
    if not isinstance(subject, NamedNode) or not isinstance(quad.graph_name, NamedNode):
        return None  # told already
    graph = quad.graph_name.value
    is_in_city = subject in PARTY or subject in PHASE or subject.value.startswith(f"{city}/")
    if is_in_city and quad.predicate == KEI["cell"] and isinstance(quad.object, NamedNode):
        owner, subject = names.plan.value, quad.object
    elif graph == names.city.graph.value or "/links/" in graph:
        owner = city
    else:
        owner = names.plan.value
    if subject.value == owner or subject.value.startswith(f"{owner}/"):
        return None
    return (
        "自分の市や計画のものではないものについて述べています",
        "it speaks of what is not of its own city and plan",
    )


def _is_of_city(graph: str, names: PlanNames) -> bool:
    """Tell whether a graph is one of the links of the plan's city."""
    own = f"{names.city.graph.value}/"
    return graph.startswith(own) and _LINKS.fullmatch(graph.removeprefix(own)) is not None


def _fault(
    quad: Quad, names: PlanNames, remarks: Collection[object], *, harvested: bool
) -> tuple[str, str] | None:
    """Say in Japanese and English what forbids a quad, if anything does."""
    if said := _malformed(quad):
        return said
    graph = str(getattr(quad.graph_name, "value", ""))
    if quad.graph_name == names.city.graph:
        return None
    if harvested and (graph == names.graph(DECISIONS).value or _is_of_city(graph, names)):
        return None
    own = names.graph("").value
    name = graph.removeprefix(own)
    if not graph.startswith(own):
        return "この計画のグラフではありません", "this is no graph of this plan"
    if name == "quality" and quad.subject in remarks:
        return None
    if name in CONCLUDED:
        return (
            "規則が作るグラフには書けません",
            "rules make this graph, it is not written",
        )
    if name == DECISIONS:
        return (
            f"市の回答は {DECISIONS_FILE} に書きます",
            f"what the city decided is written in {DECISIONS_FILE}",
        )
    if not is_given(name):
        return "この名のグラフはありません", "a plan has no graph of this name"
    return None


def _malformed(quad: Quad) -> tuple[str, str] | None:
    """Say what forbids a quad whatever plan it is of."""
    if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
        return (
            "空白ノードは公開できません。IRI を付けてください",
            "blank nodes are not published; give it an IRI",
        )
    if isinstance(quad.object, Triple):
        return "三つ組を値にすることはできません", "a triple cannot be a value here"
    if not isinstance(quad.graph_name, NamedNode):
        return "どのグラフの文か書かれていません", "the statement stands in no named graph"
    return None
